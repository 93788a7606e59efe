"""Secret addresses by which people's own calendars read their tasks."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from iop.municipalities.models import Municipality


class CalendarAddress(models.Model):
    """One for each person in a municipality. The address itself is never stored, only what it can be known by."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="calendar_addresses", verbose_name="person"
    )
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name="kommun")
    token_hash = models.CharField("kontrollsumma", max_length=64, unique=True)
    made_at = models.DateTimeField("skapad", default=timezone.now)

    class Meta:
        verbose_name = "kalenderadress"
        verbose_name_plural = "kalenderadresser"
        constraints = [models.UniqueConstraint("user", "municipality", name="one_calendar_address_in_a_municipality")]

    def __str__(self) -> str:
        return f"{self.user} i {self.municipality}"
