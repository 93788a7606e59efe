"""What a guideline asks of the municipality as a whole: to look the guideline over, to follow up the year's figures."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.municipalities.models import Municipality
from iop.municipalities.permissions import Act

from ..machinery import Subject


class DutyQuerySet(models.QuerySet):
    def visible_to(self, user):
        here = [m.municipality_id for m in user.memberships_now() if user.may(Act.SEE, m.municipality)]
        return self.filter(municipality__in=here)

    def waiting(self):
        return self.filter(done_on=None)


class Duty(models.Model):
    """Uppdrag ur riktlinjen. Keeps the rule's words as they stood, to be read when the rules are others."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="duties", verbose_name="kommun")
    rule = models.CharField("regel", max_length=40)
    occasion = models.CharField("tillfälle", max_length=20, blank=True)  # empty: begun by hand
    title = models.CharField("att göra", max_length=200)
    wording = models.TextField("riktlinjens ord")
    source = models.CharField("plats", max_length=500, blank=True)
    because = models.CharField("varför nu", max_length=300)
    begun_on = models.DateField("påbörjad", default=timezone.localdate)
    due = models.DateField("senast")
    done_on = models.DateField("klar", null=True, blank=True)
    outcome = models.TextField("vad det ledde till", max_length=20000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="klar av"
    )

    objects = DutyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "uppdrag ur riktlinjen"
        verbose_name_plural = "uppdrag ur riktlinjen"
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(
                "municipality", "rule", condition=Q(done_on=None), name="one_waiting_duty_of_a_rule"
            ),
            models.UniqueConstraint(
                "municipality", "rule", "occasion", condition=~Q(occasion=""), name="one_duty_of_an_occasion"
            ),
            models.CheckConstraint(
                name="done_duty_says_what_came_of_it",
                condition=Q(done_on=None, by=None) | (~Q(outcome="") & Q(done_on__isnull=False, by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Subject:
        return Subject("duty", self.pk)
