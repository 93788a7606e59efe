"""Agreements of a case: points, term, what each side brings as agreed, and signatures."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.cases.machinery import Matter, Staged, Subject
from iop.cases.models import Case, Record, StageChange
from iop.rulesets.schema import Gate
from partners.models import ContributionKind, Message, Party


class AgreementStage(models.TextChoices):
    DRAFTING = "drafting", "Avtalsskrivning"
    DECISION = "decision", "Beslut"
    SIGNING = "signing", "Undertecknande"
    IN_FORCE = "in_force", "Gällande"
    ENDED = "ended", "Avslutat"


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(case__in=Case.objects.visible_to(user))

    def open(self):
        return self.exclude(stage=AgreementStage.ENDED)

    def begun(self):
        """Those that are or have been in force."""
        of_it = {"case": OuterRef("case"), "subject_kind": "agreement", "subject_id": OuterRef("pk")}
        return self.filter(Exists(StageChange.objects.filter(**of_it, to_stage=AgreementStage.IN_FORCE)))


class Agreement(Staged):
    MOVES = {
        AgreementStage.DRAFTING: {AgreementStage.DECISION, AgreementStage.ENDED},
        AgreementStage.DECISION: {AgreementStage.SIGNING, AgreementStage.DRAFTING, AgreementStage.ENDED},
        AgreementStage.SIGNING: {AgreementStage.IN_FORCE, AgreementStage.DRAFTING, AgreementStage.ENDED},
        AgreementStage.IN_FORCE: {AgreementStage.ENDED},
        AgreementStage.ENDED: set(),
    }
    GATES = {
        (AgreementStage.DRAFTING, AgreementStage.DECISION): Gate.DECISION,
        (AgreementStage.DECISION, AgreementStage.SIGNING): Gate.SIGNING,
        (AgreementStage.SIGNING, AgreementStage.IN_FORCE): Gate.IN_FORCE,
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="agreements", verbose_name="ärende")
    number = models.PositiveSmallIntegerField("nr", default=1)
    stage = models.CharField("skede", max_length=20, choices=AgreementStage, default=AgreementStage.DRAFTING)
    title = models.CharField("rubrik", max_length=150)
    start = models.DateField("gäller från och med", null=True, blank=True)
    end = models.DateField("gäller till och med", null=True, blank=True)
    first_follow_up = models.DateField("första uppföljning", null=True, blank=True)
    follow_up_months = models.PositiveSmallIntegerField("därefter var … månad", null=True, blank=True)
    # Sides where two sign together: numbers of parties, 0 for the municipality. The document offers each a place.
    two_sign = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name="två skriver under")
    for_signing = models.ForeignKey(
        Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling att underteckna"
    )

    objects = AgreementQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "avtal"
        verbose_name_plural = "avtal"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("case", "number", name="agreement_number_once"),
            models.CheckConstraint(
                name="agreement_ends_after_start", condition=Q(end=None) | Q(start=None) | Q(end__gte=F("start"))
            ),
            models.CheckConstraint(
                name="agreement_in_force_has_a_start",
                condition=~Q(stage__in=["signing", "in_force"]) | Q(start__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.case.municipality.slug, self.case.reference])

    @property
    def subject(self) -> Subject:
        return Subject("agreement", self.pk)

    @property
    def is_open_for_writing(self) -> bool:
        return self.stage == AgreementStage.DRAFTING

    def matter(self) -> Matter:
        return Matter(self.case, self)

    def as_it_stands(self) -> list[dict]:
        """The points as a shared draft holds them."""
        written = [row for row in self.points.all() if row.state != PointState.NOT_USED]
        return [{"pk": row.pk, "heading": row.heading, "text": row.text} for row in written]


class PointState(models.TextChoices):
    UNTOUCHED = "untouched", "inte påbörjad"
    USED = "used", "används"
    NOT_USED = "not_used", "övervägd, används inte"


class ClauseFlag(models.TextChoices):
    NONE = "", "inget av detta"
    SANCTION = "sanction", "vite eller annan påföljd"
    REPAYMENT = "repayment", "återbetalning"
    PROCUREMENT = "procurement_terms", "villkor ur en upphandling"


class Point(models.Model):
    """One point of the agreement: from the rule set, or free."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="points", verbose_name="avtal")
    rule = models.CharField("regel", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("ordning")
    heading = models.CharField("rubrik", max_length=150)
    text = models.TextField("text", max_length=20000, blank=True)
    state = models.CharField("läge", max_length=12, choices=PointState, default=PointState.UNTOUCHED)
    flag = models.CharField("innehåller", max_length=20, choices=ClauseFlag, blank=True, default=ClauseFlag.NONE)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "avtalspunkt"
        verbose_name_plural = "avtalspunkter"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("agreement", "rule", condition=~Q(rule=""), name="rule_point_once_in_an_agreement")
        ]

    def __str__(self) -> str:
        return self.heading


class FrozenContribution(models.Model):
    """What each side brings, as it stood when the agreement left the writing desk."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="contributions", verbose_name="avtal")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="part")
    kind = models.CharField("slag", max_length=20, choices=ContributionKind)
    what = models.CharField("insats", max_length=150)
    value_per_year = models.PositiveIntegerField("värde per år", null=True, blank=True)
    hours_per_year = models.PositiveIntegerField("timmar per år", null=True, blank=True)
    basis = models.CharField("grund för värdet", max_length=150, blank=True)

    class Meta:
        verbose_name = "avtalad insats"
        verbose_name_plural = "avtalade insatser"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what


class SignedHere(models.Model):
    """A signature made in the program, by one who had logged in. It counts when an official has entered it.

    A simple electronic signature, eIDAS (EU) 910/2014 art. 3.10: the login tells who reads a mailbox, and not who may
    sign for an organisation. No party means the municipality.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signed_here", verbose_name="avtal")
    document = models.ForeignKey(Record, models.PROTECT, related_name="+", verbose_name="det undertecknade")
    document_sha256 = models.CharField("kontrollsumma för det undertecknade", max_length=64)
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="part")
    name = models.CharField("namn", max_length=120)
    role = models.CharField("roll", max_length=120)
    ground = models.CharField("rätt att teckna, enligt den som skrev under", max_length=200)
    confirmed_as = models.CharField("bekräftad företrädare", max_length=500, blank=True)  # who has that address
    email = models.EmailField("inloggad som")
    logged_in_at = models.DateTimeField("inloggad sedan", null=True, blank=True)
    at = models.DateTimeField("när", default=timezone.now)
    record = models.ForeignKey(Record, models.PROTECT, related_name="+", verbose_name="bevis")
    refused_at = models.DateTimeField("inte godtagen", null=True, blank=True)
    refused_why = models.TextField("varför inte", max_length=5000, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="av"
    )

    class Meta:
        verbose_name = "underskrift i programmet"
        verbose_name_plural = "underskrifter i programmet"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.name}, {timezone.localdate(self.at)}"

    @property
    def subject(self) -> Subject:
        return Subject.of(self)

    @property
    def side(self) -> str:
        return self.party.name if self.party else self.agreement.case.municipality.name


class Signature(models.Model):
    """A signature as an official has entered it; a side may have several. No party means the municipality."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures", verbose_name="avtal")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="part")
    name = models.CharField("namn", max_length=120)
    role = models.CharField("roll", max_length=120)
    ground = models.CharField("rätt att teckna", max_length=200)
    signed_on = models.DateField("undertecknat den")
    scan = models.ForeignKey(Record, models.PROTECT, related_name="+", verbose_name="skannat avtal, eller bevis")
    made_here = models.OneToOneField(
        SignedHere, models.PROTECT, null=True, blank=True, related_name="entered", verbose_name="gjord i programmet"
    )
    document = models.ForeignKey(Record, models.PROTECT, related_name="+", verbose_name="det undertecknade")
    document_sha256 = models.CharField("kontrollsumma för det undertecknade", max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="infört av")
    at = models.DateTimeField("infört", default=timezone.now)

    class Meta:
        verbose_name = "underskrift"
        verbose_name_plural = "underskrifter"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class SignedCopy(models.Model):
    """The signed agreement as an organisation has handed it in. No signature: an official enters that."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signed_copies", verbose_name="avtal")
    document = models.ForeignKey(Record, models.PROTECT, related_name="+", verbose_name="det undertecknade")
    party = models.ForeignKey(Party, models.PROTECT, related_name="signed_copies", verbose_name="part")
    signer = models.CharField("vem eller vilka undertecknade", max_length=120)
    role = models.CharField("roll", max_length=120)
    signed_on = models.DateField("undertecknat den")
    name = models.CharField("inlämnat av", max_length=120)
    email = models.EmailField("e-post")
    at = models.DateTimeField("när", default=timezone.now)
    record = models.ForeignKey(Record, models.PROTECT, related_name="+", verbose_name="handling")

    class Meta:
        verbose_name = "undertecknat exemplar"
        verbose_name_plural = "undertecknade exemplar"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.signer}, {self.signed_on}"

    @property
    def subject(self) -> Subject:
        return Subject.of(self)


class SharedDraft(models.Model):
    """A draft as it was shown to the organisations. What is written in the agreement afterwards is not in it."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="shared_drafts", verbose_name="avtal")
    points = models.JSONField("punkterna som de stod", default=list)  # number of the point, heading, text
    facts = models.JSONField("uppgifterna som de stod", default=list)  # heading, lines
    note = models.TextField("till organisationen", max_length=5000, blank=True)
    answer_by = models.DateField("synpunkter senast", null=True, blank=True)
    record = models.ForeignKey(Record, models.PROTECT, related_name="+", verbose_name="handling")
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="delat av")
    shared_at = models.DateTimeField("delat", default=timezone.now)

    class Meta:
        verbose_name = "delat utkast"
        verbose_name_plural = "delade utkast"
        ordering = ["-shared_at", "-pk"]

    def __str__(self) -> str:
        return f"utkast till {self.agreement}, {timezone.localdate(self.shared_at)}"

    @property
    def subject(self) -> Subject:
        return Subject.of(self)


class CommentKind(models.TextChoices):
    COMMENT = "comment", "Synpunkt"
    WORDING = "wording", "Förslag till ordalydelse"
    AGREED = "agreed", "Vi är överens"


class DraftComment(models.Model):
    """What an organisation said about a point of a shared draft, or (point 0) about the whole of it."""

    draft = models.ForeignKey(SharedDraft, models.PROTECT, related_name="comments", verbose_name="utkast")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name="part")
    point = models.BigIntegerField("punkt", default=0)
    heading = models.CharField("rubrik", max_length=150, blank=True)
    kind = models.CharField("slag", max_length=10, choices=CommentKind)
    text = models.TextField("text", max_length=20000, blank=True)
    name = models.CharField("namn", max_length=120)
    email = models.EmailField("e-post")
    at = models.DateTimeField("när", default=timezone.now)
    record = models.ForeignKey(Record, models.PROTECT, related_name="+", verbose_name="handling")

    class Meta:
        verbose_name = "synpunkt på ett utkast"
        verbose_name_plural = "synpunkter på utkast"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="comment_on_a_draft_says_something", condition=Q(kind="agreed") | ~Q(text=""))
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.heading}"


class AgreedStep(models.Model):
    """An equal party has said that it agrees to the next step. It holds until the case moves, whichever way."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="agreed_steps", verbose_name="part")
    after = models.ForeignKey(StageChange, models.PROTECT, related_name="+", verbose_name="efter")
    to_stage = models.CharField("till", max_length=20)
    message = models.ForeignKey(Message, models.PROTECT, related_name="+", verbose_name="meddelande")

    class Meta:
        verbose_name = "steg som en part är överens om"
        verbose_name_plural = "steg som parter är överens om"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("party", "after", name="agreed_once_to_a_step")]

    def __str__(self) -> str:
        return f"{self.party}: {self.to_stage}"
