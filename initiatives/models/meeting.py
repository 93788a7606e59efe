"""Meetings: who comes, what was talked about, and what was agreed."""

from datetime import datetime, time

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.cases.machinery import Subject
from iop.cases.models import Case, Record
from iop.municipalities.models import Unit
from partners.models import Party


class Meeting(models.Model):
    """A meeting or a talk, held or planned, with what was talked about."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="meetings", verbose_name="ärende")
    rule = models.CharField("slag enligt riktlinjen", max_length=40, blank=True)
    name = models.CharField("möte", max_length=120)
    day = models.DateField("dag")
    starts = models.TimeField("börjar", null=True, blank=True)
    ends = models.TimeField("slutar", null=True, blank=True)
    place = models.CharField("plats eller länk", max_length=300, blank=True)
    held = models.BooleanField("har hållits", default=False)
    participants = models.TextField("deltagare, som de skrevs", max_length=2000, blank=True)  # beside those in rows
    absent = models.TextField("kom inte, av dem som skrevs", max_length=2000, blank=True)
    topics = models.JSONField("ämnen som togs upp", default=list, blank=True)
    notes = models.TextField("anteckningar", max_length=20000, blank=True)
    minutes = models.ForeignKey(  # of one that was cancelled: why
        Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling med anteckningarna"
    )
    cancelled = models.BooleanField("inställt", default=False)
    cancelled_why = models.TextField("varför det ställdes in", max_length=5000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="antecknat av")
    # What calendars know the meeting by, and which of our letters about it is the latest.
    uid = models.UUIDField("märke i kalendrar", db_default=RandomUUID(), editable=False)
    sequence = models.PositiveSmallIntegerField("kallelsens nummer", default=0)
    invited_at = models.DateTimeField("inbjudan skickad", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "möte"
        verbose_name_plural = "möten"
        ordering = ["day", F("starts").asc(nulls_first=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="cancelled_meeting_has_a_reason",
                condition=Q(cancelled=False, cancelled_why="") | Q(cancelled=True, held=False) & ~Q(cancelled_why=""),
            ),
            models.CheckConstraint(
                name="meeting_ends_after_it_starts",
                condition=Q(ends=None) | Q(starts__isnull=False, ends__gt=F("starts")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject.of(self)

    @property
    def is_planned(self) -> bool:
        return not self.held and not self.cancelled

    @property
    def begins(self) -> datetime:
        """In the municipality's own time zone; the first minute of the day where no time is said."""
        return datetime.combine(self.day, self.starts or time.min, timezone.get_current_timezone())

    @property
    def hours(self) -> str:
        """«kl. 9.00–10.30», «kl. 9.00» or nothing."""
        times = [f"{one.hour}.{one.minute:02}" for one in (self.starts, self.ends) if one]
        return f"kl. {'–'.join(times)}" if times else ""

    @property
    def who(self) -> str:
        """All who take part, those in rows first."""
        came = (person.name for person in self.people.all() if not person.absent)
        return ", ".join([*came, *self.participants.splitlines()])


class Side(models.TextChoices):
    MUNICIPALITY = "municipality", "kommunen"
    ORGANISATION = "organisation", "annan organisation"


class MeetingParticipant(models.Model):
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="people", verbose_name="möte")
    name = models.CharField("namn", max_length=120)
    email = models.EmailField("e-post", blank=True)
    side = models.CharField("från", max_length=20, choices=Side)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enhet")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="part")
    invited = models.BooleanField("har fått inbjudan", default=False)
    absent = models.BooleanField("kom inte", default=False)  # of one that was held

    class Meta:
        verbose_name = "mötesdeltagare"
        verbose_name_plural = "mötesdeltagare"
        ordering = ["side", "pk"]
        constraints = [
            models.UniqueConstraint("meeting", "email", condition=~Q(email=""), name="one_invitation_to_an_address"),
            models.CheckConstraint(
                name="participant_comes_from_one_side",
                condition=Q(side="municipality", party=None) | Q(side="organisation", unit=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def comes_from(self) -> str:
        known = self.unit or self.party
        return known.name if known else self.get_side_display()


class AgreedPoint(models.Model):
    """What somebody is to do after a meeting, and by when."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="points", verbose_name="möte")
    text = models.CharField("vad", max_length=500)
    who = models.CharField("vem", max_length=120)
    due = models.DateField("senast")
    done_on = models.DateField("klart", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="klarmarkerat av",
    )
    # That was added afterwards; of the others the minutes tell.
    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "punkt från möte"
        verbose_name_plural = "punkter från möten"
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(
                name="done_point_says_by_whom",
                condition=Q(done_on=None, done_by=None) | Q(done_on__isnull=False, done_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def subject(self) -> Subject:
        return Subject.of(self)
