"""Organisations, and their part in a case: papers, declarations and what each side brings."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.cases.machinery import Subject
from iop.cases.models import DAYS_OF_A_LINK, Case, Letter, Record
from iop.municipalities.models import LowercaseEmail, Municipality, Unit
from iop.municipalities.permissions import Act
from iop.municipalities.swedish import fold, folded, in_swedish_order
from iop.rulesets.schema import LEGAL_FORMS

from ..numbers import written


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Organisations of the person's municipalities, unless known only from cases the person must not see.

        One that is merged into another is not among them: the other is.
        """
        here = [m.municipality_id for m in user.memberships_now() if user.may(Act.SEE, m.municipality)]
        seen = Party.objects.filter(case__in=Case.objects.visible_to(user)).values("organisation_id")
        known = Party.objects.filter(organisation__isnull=False).values("organisation_id")
        return self.filter(Q(pk__in=seen) | ~Q(pk__in=known), municipality__in=here, merged_into=None)

    def called(self, name: str):
        """Those of that name, whatever its capitals, accents and spaces; or that had it once, as it was written."""
        name = " ".join(name.split())
        rows = self.alias(folded_name=folded("name"))
        return rows.filter(Q(folded_name=fold(name)) | Q(former_names__contains=[name]))


class Organisation(models.Model):
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="organisations", verbose_name="kommun")
    name = models.CharField("namn", max_length=120)
    number = models.CharField("organisationsnummer", max_length=10, blank=True, null=True)  # noqa: DJ001 (unique)
    legal_form = models.CharField("associationsform", max_length=40, choices=LEGAL_FORMS, blank=True)
    email = models.EmailField("e-post", blank=True)
    phone = models.CharField("telefon", max_length=40, blank=True)
    former_names = ArrayField(models.CharField(max_length=120), verbose_name="hette förut", default=list, blank=True)
    # A double leads to the organisation that it was found to be.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="doubles", verbose_name="samma organisation som"
    )
    merged_at = models.DateTimeField("ihopslagen", null=True, blank=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ihopslagen av"
    )
    merged_why = models.TextField("hur man vet det", max_length=5000, blank=True)

    objects = OrganisationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisationer"
        ordering = [in_swedish_order("name")]
        constraints = [
            models.UniqueConstraint("municipality", "number", name="organisation_number_once"),
            models.CheckConstraint(
                name="merged_organisation_was_merged_by_somebody",
                condition=Q(merged_into=None, merged_at=None, merged_by=None, merged_why="")
                | (Q(merged_into__isnull=False, merged_at__isnull=False, merged_by__isnull=False) & ~Q(merged_why="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.municipality.slug, self.pk])

    @property
    def written_number(self) -> str:
        return written(self.number)


class RepresentativeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(organisation__in=Organisation.objects.visible_to(user))

    def acting(self):
        return self.filter(ended_on=None)


class Representative(models.Model):
    """Företrädare: somebody whom the municipality has made sure may act for the organisation."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="representatives", verbose_name="organisation"
    )
    name = models.CharField("namn", max_length=120)
    email = LowercaseEmail("e-post", blank=True)
    phone = models.CharField("telefon", max_length=40, blank=True)
    role = models.CharField("roll", max_length=120)
    ground = models.CharField("styrkt av", max_length=200)  # what was looked at: minutes, statutes, a call
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="bekräftad av"
    )
    confirmed_on = models.DateField("bekräftad", default=timezone.localdate)
    ended_on = models.DateField("upphörde", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="avslutad av"
    )

    objects = RepresentativeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "företrädare"
        verbose_name_plural = "företrädare"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "email", condition=Q(ended_on=None) & ~Q(email=""), name="one_acting_with_an_address"
            ),
            models.CheckConstraint(
                name="ended_representative_was_ended_by_somebody",
                condition=Q(ended_on=None, ended_by=None) | Q(ended_on__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"


class ActivityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An activity bears the name of the case it came with, so it is seen by those who see such a case."""
        seen = Party.objects.filter(case__in=Case.objects.visible_to(user)).values("activity_id")
        return self.filter(pk__in=seen)


class Activity(models.Model):
    """A delimited activity of an organisation. Rules on double financing are about the activity, not its owner."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="activities", verbose_name="organisation"
    )
    name = models.CharField("verksamhet", max_length=150)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "verksamhet"
        verbose_name_plural = "verksamheter"

    def __str__(self) -> str:
        return self.name


class PartyQuerySet(models.QuerySet):
    def active(self):
        return self.filter(left_on=None)

    def organisations(self):
        return self.filter(organisation__isnull=False)

    def acted_for_by(self, user):
        """Those for which the person sees the case on pages of the organisation's own.

        By an access to the case; or as a confirmed representative of the organisation.
        """
        if not user.is_authenticated or user.memberships_now():
            return self.none()
        here = self.model.accesses.rel.related_model.objects.filter(party=OuterRef("pk"), ended_at=None)
        acting = Representative.objects.acting().filter(organisation=OuterRef("organisation"))
        named = Exists(here.filter(email=user.email))
        represents = Q(pk__in=self.model.objects.open_to_representatives().values("pk")) & Exists(
            acting.filter(email=user.email)
        )
        return self.active().organisations().filter(named | represents)

    def open_to_representatives(self):
        """Those of which confirmed representatives see the case without having been named in it.

        Not those that somebody sent in its name whom nobody has ever made sure of, nor those in which it is merely
        named, nor secret cases.
        """
        accesses = self.model.accesses.rel.related_model.objects.filter(party=OuterRef("pk"), ended_at=None)
        known = Representative.objects.filter(organisation=OuterRef("party__organisation")).exclude(email="")
        sent_by_others = accesses.filter(by_sending=True).exclude(email__in=known.values("email"))
        return self.filter(~Exists(sent_by_others), case__secret=False, named_by_sender=False)


class Party(models.Model):
    """An organisation, or a public body beside the municipality, in a case. It may leave while others stay."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties", verbose_name="ärende")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="parties", verbose_name="organisation"
    )
    public_body = models.CharField("offentlig aktör", max_length=120, blank=True)
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="parties", verbose_name="verksamhet"
    )
    contact_name = models.CharField("kontaktperson", max_length=120, blank=True)
    contact_email = models.EmailField("e-post", blank=True)
    contact_phone = models.CharField("telefon", max_length=40, blank=True)
    left_on = models.DateField("lämnade", null=True, blank=True)
    named_by_sender = models.BooleanField("bara nämnd av avsändaren", default=False)  # until somebody is invited

    objects = PartyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "part"
        verbose_name_plural = "parter"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("case", "organisation", name="organisation_once_in_a_case"),
            models.CheckConstraint(name="party_is_one_thing", condition=Q(organisation=None) ^ Q(public_body="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.public_body or self.organisation.name

    @property
    def subject(self) -> Subject:
        return Subject("party", self.pk, self.name, self.organisation.legal_form if self.organisation else "")


class ContributionKind(models.TextChoices):
    MONEY = "money", "Pengar"
    PERSONNEL = "personnel", "Personal"
    COMPETENCE = "competence", "Kompetens"
    PREMISES = "premises", "Lokaler"
    VOLUNTEER_TIME = "volunteer_time", "Ideell tid"
    OTHER = "other", "Annat"


class ContributionQuerySet(models.QuerySet):
    def of_active_sides(self):
        """Without what a party that has left would have brought."""
        return self.exclude(party__left_on__isnull=False)


class Contribution(models.Model):
    """What one side puts in each year. No party means the municipality itself."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="contributions", verbose_name="ärende")
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name="part"
    )
    payer = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enhet som betalar"
    )  # of the municipality's own; none means the responsible body
    kind = models.CharField("slag", max_length=20, choices=ContributionKind)
    what = models.CharField("insats", max_length=150)
    value_per_year = models.PositiveIntegerField("värde per år, kronor", null=True, blank=True)
    hours_per_year = models.PositiveIntegerField("timmar per år", null=True, blank=True)
    basis = models.CharField("grund för värdet", max_length=150, blank=True)

    objects = ContributionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "insats"
        verbose_name_plural = "insatser"
        ordering = ["party_id", "pk"]

    def __str__(self) -> str:
        return self.what


class OtherSupportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(case__in=Case.objects.visible_to(user))


class OtherSupport(models.Model):
    """What else the organisation gets, from whom, for which activity (none named: for the organisation as such)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="other_support", verbose_name="antecknat i")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="other_support", verbose_name="organisation"
    )
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="other_support", verbose_name="verksamhet"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nämnd i kommunen"
    )
    giver = models.CharField("annan givare", max_length=120, blank=True)
    what = models.CharField("vilket stöd", max_length=150)
    money = models.BooleanField("pengar", default=True)
    value_per_year = models.PositiveIntegerField("kronor per år", null=True, blank=True)

    objects = OtherSupportQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "annat stöd"
        verbose_name_plural = "annat stöd"
        constraints = [models.CheckConstraint(name="support_has_one_giver", condition=Q(unit=None) ^ Q(giver=""))]

    def __str__(self) -> str:
        return self.what


class DocumentStatus(models.TextChoices):
    REQUESTED = "requested", "begärd"
    RECEIVED = "received", "har kommit"
    ACCEPTED = "accepted", "granskad"
    REJECTED = "rejected", "godtogs inte"
    DOES_NOT_EXIST = "does_not_exist", "finns ej"


class PartnerDocument(models.Model):
    """One paper (or number) that a rule asks of a party, and what the reviewer made of it."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="documents", verbose_name="part")
    rule = models.CharField("regel", max_length=40)
    part = models.CharField("del", max_length=4, blank=True)
    status = models.CharField("läge", max_length=20, choices=DocumentStatus)
    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling")
    asked_in = models.ForeignKey(
        Letter, models.PROTECT, null=True, blank=True, related_name="papers", verbose_name="begärt i"
    )
    number = models.PositiveIntegerField("antal", null=True, blank=True)
    as_of = models.CharField("avser", max_length=40, blank=True)
    note = models.TextField("granskarens anteckning", max_length=5000, blank=True)
    due = models.DateField("nytt senast", null=True, blank=True)  # of one that was not accepted
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="av"
    )
    at = models.DateTimeField("när", default=timezone.now)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "underlag"
        verbose_name_plural = "underlag"
        constraints = [
            models.UniqueConstraint("party", "rule", "part", name="one_paper_of_a_kind"),
            models.CheckConstraint(name="only_rejected_has_a_day", condition=Q(due=None) | Q(status="rejected")),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.part}"

    @property
    def has_come(self) -> bool:
        return self.record_id is not None or self.number is not None

    @property
    def is_waited_for(self) -> bool:
        """Asked for, or to be handed in anew."""
        return self.status in (DocumentStatus.REQUESTED, DocumentStatus.REJECTED)

    @property
    def may_be_asked_for(self) -> bool:
        """A letter that is open asks, waits and reminds already."""
        return self.is_waited_for and (self.asked_in is None or self.asked_in.settled_at is not None)

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


class Declaration(models.Model):
    """The value declaration as it was sent, and its confirmation by the representative."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="declarations", verbose_name="part")
    rule = models.CharField("regel", max_length=40)
    text = models.TextField("intygets text")
    token_hash = models.CharField("länk", max_length=64, unique=True)
    sent_to = models.EmailField("skickat till")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="skickat av")
    sent_at = models.DateTimeField("skickat", default=timezone.now)
    confirmed_at = models.DateTimeField("bekräftat", null=True, blank=True)
    confirmed_name = models.CharField("namn", max_length=120, blank=True)
    confirmed_role = models.CharField("roll", max_length=120, blank=True)
    replaced = models.BooleanField("ersatt av ett nytt", default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "värdegrundsintyg"
        verbose_name_plural = "värdegrundsintyg"
        ordering = ["sent_at"]
        constraints = [
            models.UniqueConstraint(
                "party", "rule", condition=Q(confirmed_at=None, replaced=False), name="one_open_declaration"
            ),
            models.CheckConstraint(
                name="confirmed_declaration_has_name_and_role",
                condition=Q(confirmed_at=None) | (~Q(confirmed_name="") & ~Q(confirmed_role="")),
            ),
        ]

    def __str__(self) -> str:
        return f"värdegrundsintyg för {self.party}"

    @property
    def case(self) -> Case:
        return self.party.case

    @property
    def link_is_open(self) -> bool:
        """As long as other personal links. Who represents the organisation confirms on its own pages also later."""
        return timezone.localdate(self.sent_at) + timedelta(days=DAYS_OF_A_LINK) >= timezone.localdate()
