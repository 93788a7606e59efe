"""What was handed out of a case file, and to whom."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from .case import Case
from .office import Record


class DisclosureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of which the person sees every record that went out, and the one that tells of it."""
        secret = Disclosure.records.through.objects.filter(disclosure=OuterRef("pk"), record__secret=True)
        unseen = secret.exclude(record__in=Record.objects.visible_to(user))
        rows = self.exclude(record__in=Record.objects.hidden_from(user))
        return rows.filter(~Exists(unseen), case__in=Case.objects.visible_to(user))


class Disclosure(models.Model):
    """Utlämnande. ``record`` tells of it in the case file; ``records`` are those that went out. Never changed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="disclosures", verbose_name="ärende")
    record = models.OneToOneField(Record, models.PROTECT, related_name="+", verbose_name="handling")
    records = models.ManyToManyField(Record, related_name="disclosures", verbose_name="utlämnade handlingar")
    asked = models.TextField("vad begäran gäller", max_length=2000)
    to = models.CharField("till", max_length=200)
    timeline = models.BooleanField("händelserna följde med", default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="utlämnat av")
    at = models.DateTimeField("när", default=timezone.now)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = "utlämnande"
        verbose_name_plural = "utlämnanden"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"utlämnat till {self.to}"
