"""Who of an organisation sees a case on pages of their own, and what they have written there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.cases.machinery import Subject
from iop.cases.models import Case, Record
from iop.municipalities.models import LowercaseEmail

from .parties import Party


class CaseAccessQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(ended_at=None, party__left_on=None)


class CaseAccess(models.Model):
    """One address that sees one case, for one organisation in it. Whoever reads the mailbox can log in."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="accesses", verbose_name="part")
    email = LowercaseEmail("e-post")
    name = models.CharField("namn", max_length=120, blank=True)
    role = models.CharField("roll", max_length=120, blank=True)
    by_sending = models.BooleanField("skickade själv in initiativet", default=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="given av"
    )
    given_at = models.DateTimeField("given", default=timezone.now)
    ended_at = models.DateTimeField("avslutad", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="avslutad av"
    )

    objects = CaseAccessQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "tillgång till ett ärende"
        verbose_name_plural = "tillgångar till ärenden"
        ordering = ["given_at", "pk"]
        indexes = [models.Index("email", condition=Q(ended_at=None), name="addresses_with_access")]
        constraints = [
            models.UniqueConstraint("party", "email", condition=Q(ended_at=None), name="one_access_of_an_address"),
            models.CheckConstraint(
                name="access_is_given_by_somebody_or_by_sending",
                condition=Q(by_sending=True, given_by=None) | Q(by_sending=False, given_by__isnull=False),
            ),
            models.CheckConstraint(
                name="ended_access_was_ended_by_somebody",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.email}, {self.party}"


class MessageQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)


class Message(models.Model):
    """What an organisation wrote to the municipality of its own accord. Its text and files are in the record."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="messages", verbose_name="part")
    record = models.OneToOneField(Record, models.PROTECT, related_name="message", verbose_name="handling")
    subject_line = models.CharField("ämne", max_length=150)
    name = models.CharField("namn", max_length=120)
    email = LowercaseEmail("e-post")
    at = models.DateTimeField("när", default=timezone.now)
    read_at = models.DateTimeField("läst", null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="läst av"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "meddelande från en organisation"
        verbose_name_plural = "meddelanden från organisationer"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.subject_line

    @property
    def subject(self) -> Subject:
        return Subject.of(self)


class Notice(models.Model):
    """What the municipality told everybody who sees the case: that it is open again. Its text is in the record."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices", verbose_name="ärende")
    record = models.OneToOneField(Record, models.PROTECT, related_name="notice", verbose_name="handling")
    subject_line = models.CharField("ämne", max_length=150)
    at = models.DateTimeField("när", default=timezone.now)

    class Meta:
        verbose_name = "besked till organisationerna"
        verbose_name_plural = "besked till organisationerna"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.subject_line


class Unsent(models.Model):
    """What somebody has typed on an organisation's own page and not sent. It has no ``visible_to`` on purpose.

    It belongs to the address that logged in, and is shown on the very page where it was typed: whoever may no longer
    open that page does not see it. ``part``: of a page with several forms.
    """

    email = LowercaseEmail("e-post")
    page = models.CharField("sida", max_length=200)
    part = models.CharField("del av sidan", max_length=20, blank=True)
    written = models.JSONField("skrivet", default=dict)  # name of the field -> text
    writer = models.CharField("öppnad sida som skrev", max_length=32, blank=True)  # another device has another
    saved_at = models.DateTimeField("sparat", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "oskickad text"
        verbose_name_plural = "oskickade texter"
        constraints = [models.UniqueConstraint("email", "page", "part", name="typed_once_on_a_page")]

    def __str__(self) -> str:
        return self.page
