"""An initiative that is not sent yet: it belongs to those who write it, and no official sees it."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from iop.municipalities.models import Municipality
from iop.rulesets.models import RuleSetVersion

from .initiative import Initiative


class Draft(models.Model):
    """What is written of an initiative. It has no ``visible_to`` on purpose: nobody who works here may see it.

    ``written``: step -> field -> text (or list of ticks), as it was typed. ``writers``: step -> field -> mark of the
    page that wrote it last. Emptied when it is sent; the row stays, so that its links lead to the receipt.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="drafts", verbose_name="kommun")
    version = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="+", verbose_name="regler från början")
    submission = models.UUIDField("inskick", unique=True, default=uuid.uuid4)
    email = models.EmailField("e-post")
    begun_from = models.CharField("varifrån, som kontrollsumma", max_length=64, blank=True, db_index=True)
    written = models.JSONField("skrivet", default=dict)
    writers = models.JSONField("skrivet på sidan", default=dict)
    revision = models.PositiveIntegerField("sparat så många gånger", default=0)
    open_at = models.CharField("sidan som senast var öppen", max_length=20, blank=True)  # slug of a step
    begun_at = models.DateTimeField("påbörjat", default=timezone.now)
    saved_at = models.DateTimeField("sparat", default=timezone.now)
    reminded_at = models.DateTimeField("förvarnat", null=True, blank=True)
    sent_as = models.OneToOneField(
        Initiative, models.PROTECT, null=True, blank=True, related_name="draft", verbose_name="skickat som"
    )

    class Meta:
        verbose_name = "utkast till initiativ"
        verbose_name_plural = "utkast till initiativ"
        indexes = [models.Index("municipality", "saved_at", condition=Q(sent_as=None), name="unsent_drafts")]

    def __str__(self) -> str:
        return f"utkast {self.pk}"

    def is_open_at(self, step: str) -> None:
        """The link of the letters leads there."""
        if self.open_at != step:
            self.open_at = step
            Draft.objects.filter(pk=self.pk, sent_as=None).update(open_at=step)

    @property
    def begun(self) -> set[str]:
        """Steps where something is written. The address of the contact is there from the beginning."""
        return {
            step
            for step, texts in self.written.items()
            if any(text for name, text in texts.items() if name != "contact_email")
        }


class DraftLinkQuerySet(models.QuerySet):
    def working(self):
        return self.filter(revoked_at=None)


class DraftLink(models.Model):
    """A secret link to a draft, of which only the hash is kept: its owner's, or a co-writer's."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="links", verbose_name="utkast")
    token_hash = models.CharField("länkens kontrollsumma", max_length=64, unique=True)
    email = models.EmailField("skickad till")
    owner = models.BooleanField("den som började", default=False)
    made_at = models.DateTimeField("skickad", default=timezone.now)
    used_at = models.DateTimeField("öppnad", null=True, blank=True)  # to the hour
    revoked_at = models.DateTimeField("återkallad", null=True, blank=True)

    objects = DraftLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "länk till utkast"
        verbose_name_plural = "länkar till utkast"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.email

    def mark_used(self) -> None:
        """To the hour: an open page saves itself often."""
        now = timezone.now()
        if self.used_at is None or now - self.used_at > timedelta(hours=1):
            DraftLink.objects.filter(pk=self.pk).update(used_at=now)


class DraftFile(models.Model):
    """A file on its way, piece by piece, or whole. Its bytes lie under ``initiatives.attachments``, not yet in a case.

    ``received`` never says more than what is safely on disk.
    """

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="files", verbose_name="utkast")
    key = models.UUIDField("namn på disk", default=uuid.uuid4, unique=True)
    name = models.CharField("filnamn", max_length=200)
    size = models.PositiveBigIntegerField("storlek")
    changed = models.CharField("ändrad på avsändarens dator", max_length=20, blank=True)  # as the browser tells it
    received = models.PositiveBigIntegerField("mottaget", default=0)
    whole = models.BooleanField("hel och godtagen", default=False)
    locked = models.BooleanField("skyddad med lösenord", default=False)
    made_at = models.DateTimeField("påbörjad", default=timezone.now)

    class Meta:
        verbose_name = "bilaga i utkast"
        verbose_name_plural = "bilagor i utkast"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="draft_file_holds_no_more_than_it_is", condition=Q(received__lte=models.F("size"))
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        return 100 * self.received // self.size if self.size else 0
