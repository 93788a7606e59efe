"""Amounts in the law, with the days they apply and where they were read. Never a municipality's rule."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class LegalAmountQuerySet(models.QuerySet):
    def on(self, day=None):
        day = day or timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class LegalAmount(models.Model):
    """Beloppsgräns i lag: kept by those who run the installation, shown as information and judged by nobody."""

    name = models.CharField("vad", max_length=120)
    amount = models.CharField("belopp", max_length=80)  # with its currency, as the source writes it
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till och med", null=True, blank=True)
    source = models.CharField("källa", max_length=200)

    objects = LegalAmountQuerySet.as_manager()

    class Meta:
        verbose_name = "belopp i lag"
        verbose_name_plural = "belopp i lag"
        ordering = ["name", "valid_from"]

    def __str__(self) -> str:
        return f"{self.name}: {self.amount}"
