"""What happens while a partnership lasts: follow-ups, what was learnt, and what is told of it openly."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Least
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from agreements.models import Agreement, AgreementStage, Signature
from iop.cases.machinery import Subject
from iop.cases.models import Case, Decision, Record
from iop.municipalities.swedish import fold, folded
from partners.models import Message, Party


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(agreement__in=Agreement.objects.visible_to(user))

    def waiting(self):
        return self.filter(held_on=None, cancelled=False)

    def overdue(self):
        return self.waiting().filter(due__lt=timezone.localdate())


class FollowUp(models.Model):
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="follow_ups", verbose_name="avtal")
    due = models.DateField("senast")
    held_on = models.DateField("genomförd", null=True, blank=True)
    participants = models.CharField("vilka som deltog", max_length=300, blank=True)
    progress = models.TextField("hur verksamheten går", max_length=20000, blank=True)
    future = models.TextField("fortsatt samverkan", max_length=20000, blank=True)
    lessons = models.TextField("lärdomar", max_length=20000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="införd av"
    )
    cancelled = models.BooleanField("inte längre aktuell", default=False)
    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling")

    objects = FollowUpQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "uppföljning"
        verbose_name_plural = "uppföljningar"
        ordering = ["due"]
        constraints = [
            models.UniqueConstraint(
                "agreement", condition=Q(held_on=None, cancelled=False), name="one_waiting_follow_up"
            ),
            models.CheckConstraint(name="held_follow_up_says_how_it_goes", condition=Q(held_on=None) | ~Q(progress="")),
        ]

    def __str__(self) -> str:
        return f"uppföljning {self.due}"

    @property
    def subject(self) -> Subject:
        return Subject("followup", self.pk)


class Extension(models.Model):
    """The term of an agreement in force made longer: by whom it was decided, and what both sides signed."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="extensions", verbose_name="avtal")
    before = models.DateField("gällde till och med")
    until = models.DateField("gäller till och med")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="+", verbose_name="beslut")
    record = models.OneToOneField(Record, models.PROTECT, related_name="+", verbose_name="det undertecknade")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="införd av")
    at = models.DateTimeField("införd", default=timezone.now)

    class Meta:
        verbose_name = "förlängning"
        verbose_name_plural = "förlängningar"
        ordering = ["until"]
        constraints = [models.CheckConstraint(name="extension_is_longer", condition=Q(until__gt=F("before")))]

    def __str__(self) -> str:
        return f"förlängning till {self.until}"


class Report(models.Model):
    """An organisation's own part of a follow-up. Its text and files are in the message that brought it."""

    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="reports", verbose_name="uppföljning")
    party = models.ForeignKey(Party, models.PROTECT, related_name="reports", verbose_name="part")
    message = models.OneToOneField(Message, models.PROTECT, related_name="+", verbose_name="meddelande")

    class Meta:
        verbose_name = "organisationens del av en uppföljning"
        verbose_name_plural = "organisationernas delar av uppföljningar"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.party}, {self.follow_up}"


class PublicationQuerySet(models.QuerySet):
    def open_to_all(self):
        """What anybody may read: published, and nothing that it comes from is secret at this moment."""
        secret_scan = Signature.objects.filter(agreement=OuterRef("agreement"), scan__secret=True)
        rows = self.filter(~Exists(secret_scan), published_at__isnull=False, case__secret=False)
        return rows.exclude(agreement__for_signing__secret=True)

    def with_days(self):
        """With ``over_on``: the day it ended or will end, None while nobody knows."""
        return self.annotate(over_on=Least("case__closed_on", "agreement__end"))

    def going_on(self):
        return self.filter(agreement__stage=AgreementStage.IN_FORCE).exclude(agreement__end__lt=timezone.localdate())

    def ended(self):
        return self.filter(Q(agreement__stage=AgreementStage.ENDED) | Q(agreement__end__lt=timezone.localdate()))

    def during(self, year: int):
        """Those that lasted on some day of the year."""
        rows = self.with_days().filter(agreement__start__lte=date(year, 12, 31))
        return rows.filter(Q(over_on=None) | Q(over_on__gte=date(year, 1, 1)))

    def about(self, words: str):
        """Those where every word is found in what is told, in the responsible body or in the reference."""
        rows = self.alias(body=folded("case__responsible__name"), known_as=folded("case__reference"))
        for word in fold(words).split()[:10]:
            rows = rows.filter(Q(words__contains=word) | Q(body__contains=word) | Q(known_as__contains=word))
        return rows


class Publication(models.Model):
    """What the municipality tells of a partnership in its open register, and what it told when it was published.

    The texts are worked on in peace; ``shown`` is what somebody read and published. Days, state and responsible body
    are read from the case and the agreement, so that they are always true.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="publication", verbose_name="ärende")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+", verbose_name="avtal")
    title = models.CharField("rubrik", max_length=150)
    description = models.TextField("beskrivning", max_length=3000, blank=True)
    results = models.TextField("resultat", max_length=10000, blank=True)
    # Agreed contributions (frozen, so the numbers stay) that are not to be told.
    left_out = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name="insatser som inte visas")

    shown = models.JSONField("publicerat", default=dict, blank=True)  # as followup.register.composed makes it
    words = models.TextField("sökord", blank=True)  # of what is shown, folded
    first_published_at = models.DateTimeField("först publicerat", null=True, blank=True)
    published_at = models.DateTimeField("publicerat", null=True, blank=True)  # none: not in the register

    objects = PublicationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["words"])

    class Meta:
        verbose_name = "publicering"
        verbose_name_plural = "publiceringar"
        constraints = [
            models.CheckConstraint(
                name="published_has_something_to_show",
                condition=Q(published_at=None, shown={}, words="")
                | (Q(published_at__isnull=False, first_published_at__isnull=False) & ~Q(shown={})),
            ),
        ]
        indexes = [models.Index(F("published_at").desc(), condition=Q(published_at__isnull=False), name="published")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partnership", args=[self.case.municipality.slug, self.case.reference])

    @property
    def has_ended(self) -> bool:
        end = self.agreement.end
        return self.agreement.stage == AgreementStage.ENDED or (end is not None and end < timezone.localdate())

    @property
    def ended_on(self) -> date | None:
        """The day it ended, if it has: the last of the agreement, or earlier where the case was closed before."""
        days = [day for day in (self.agreement.end, self.case.closed_on) if day]
        return min(days) if self.has_ended and days else None

    @property
    def organisations(self) -> list[str]:
        return [party["name"] for party in self.shown.get("parties", ())]

    @property
    def ours(self) -> list[dict]:
        return [row for row in self.shown.get("contributions", ()) if row["side"] is None]

    @property
    def theirs(self) -> list[dict]:
        return [row for row in self.shown.get("contributions", ()) if row["side"] is not None]
