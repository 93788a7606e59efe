"""Jäv: a person who must not act in a case."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from .case import Case


class RecusalQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(lifted_at=None)


class Recusal(models.Model):
    """From the day it is stated until it is lifted the person may read the case, and do nothing in it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="recusals", verbose_name="ärende")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recusals", verbose_name="person")
    why = models.TextField("skäl", max_length=5000, blank=True)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="anmält av")
    stated_at = models.DateTimeField("anmält", default=timezone.now)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="hävt av"
    )
    lifted_at = models.DateTimeField("hävt", null=True, blank=True)

    objects = RecusalQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "jäv"
        verbose_name_plural = "jäv"
        ordering = ["stated_at"]
        constraints = [
            models.UniqueConstraint("case", "person", condition=Q(lifted_at=None), name="one_recusal_of_a_person"),
            models.CheckConstraint(
                name="lifted_recusal_says_by_whom",
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"jäv: {self.person}"
