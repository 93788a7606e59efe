"""The initiative as it was sent in, and which form the municipality finds suits it."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.cases.models import Case, Direction, Record
from iop.rulesets.schema import LEGAL_FORMS
from partners.models import Organisation
from partners.numbers import written

DAYS_OF_RECEIPT = 365


class Origin(models.TextChoices):
    ORGANISATION = "organisation", "Organisationen tog initiativet"
    DIALOGUE = "dialogue", "Idén växte fram i samtal mellan organisationen och kommunen"
    MUNICIPALITY = "municipality", "Kommunen tog initiativet"


class CameBy(models.TextChoices):
    FORM = "form", "Formuläret"
    MAIL = "mail", "E-post"
    LETTER = "letter", "Brev"
    MEETING = "meeting", "Möte eller besök"
    TELEPHONE = "telephone", "Telefon"


OWN_ANSWERS = {"ja": "Ja", "nej": "Nej", "vet_inte": "Vet inte"}


# What each side could bring, roughly: side -> field -> label.
ROUGH = {
    "Organisationen": {
        "we_hours": "Ideell tid",
        "we_money": "Pengar",
        "we_personnel": "Personal",
        "we_premises": "Lokaler",
    },
    "Kommunen": {"they_money": "Pengar", "they_personnel": "Personal", "they_premises": "Lokaler"},
}


class Initiative(models.Model):
    """What the organisation wrote, kept as it was sent. Only the official's view of its origin may be corrected."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="initiative", verbose_name="ärende")
    submission = models.UUIDField("inskick", unique=True, default=uuid.uuid4)  # the same form sent twice: one case
    token_hash = models.CharField("länk till kvittot", max_length=64, unique=True)
    submitted_at = models.DateTimeField("inskickat", default=timezone.now)
    came_by = models.CharField("kom genom", max_length=20, choices=CameBy, default=CameBy.FORM)
    origin = models.CharField("vem tog initiativet", max_length=20, choices=Origin, blank=True)

    title = models.CharField("rubrik", max_length=150)
    challenge = models.TextField("samhällsutmaning", max_length=10000)
    idea = models.TextField("idé", max_length=10000)
    target_group = models.TextField("målgrupp", max_length=5000, blank=True)
    better = models.TextField("vad som blir bättre", max_length=5000, blank=True)
    rough = models.JSONField("ungefärliga insatser", default=dict, blank=True)  # field of the form -> text
    we_bring = models.TextField("vad organisationen bidrar med", max_length=5000, blank=True)
    municipality_brings = models.TextField("vad kommunen kan bidra med", max_length=5000, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="initiatives", verbose_name="organisation"
    )
    stated_name = models.CharField("organisationens namn, som det skrevs", max_length=120)
    stated_number = models.CharField("organisationsnummer, som det skrevs", max_length=20, blank=True)
    stated_form = models.CharField("associationsform, som den angavs", max_length=40, choices=LEGAL_FORMS, blank=True)
    # [{"name", "number", "legal_form"}], as they were written; they are parties of the case.
    other_organisations = models.JSONField("andra organisationer", default=list, blank=True)
    believed_units = models.JSONField("enheter som initiativtagaren tror berörs", default=list, blank=True)  # names
    contact_name = models.CharField("ditt namn", max_length=120)
    contact_email = models.EmailField("e-post", blank=True)  # a letter need not have one
    contact_phone = models.CharField("telefon", max_length=40, blank=True)
    # What tells of it in the case file: where that is secret, so is what was written.
    record = models.OneToOneField(
        Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling"
    )
    own_answers = models.JSONField("organisationens egna svar", default=dict, blank=True)  # rule -> ja / nej / vet inte
    # Field -> the question as it was worded that day. Empty where nobody was asked by the form.
    asked = models.JSONField("frågorna som de ställdes", default=dict, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "initiativ"
        verbose_name_plural = "initiativ"

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """May whoever was asked something by a personal link read what was written?"""
        return not self.case.secret and not self.is_secret

    @property
    def is_secret(self) -> bool:
        """Of one whose record is not known nobody can tell, where anything that came in is secret."""
        if self.record is None:
            return self.case.records.filter(secret=True, direction=Direction.IN).exists()
        return self.record.secret

    @property
    def receipt_ends(self) -> date:
        """The last day of the link to the receipt. Later the case is followed by logging in."""
        return timezone.localdate(self.submitted_at) + timedelta(days=DAYS_OF_RECEIPT)

    @property
    def written_number(self) -> str:
        """The number as Swedes write it, where it is one."""
        return written(self.stated_number) if len(self.stated_number) == 10 else self.stated_number

    @property
    def in_short(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Rough contributions, side by side: (side, [(what, how much)]), in the words that asked for them."""
        sides = {side: [(self.asked.get(name, label), self.rough.get(name)) for name, label in rows.items()]
                 for side, rows in ROUGH.items()}  # fmt: skip
        given = [(side, [(label, much) for label, much in rows if much]) for side, rows in sides.items()]
        return [(side, rows) for side, rows in given if rows]

    @property
    def others_in_words(self) -> list[str]:
        """«Byalaget, 802012-3454, Ideell förening» for each of the other organisations, as they were written."""
        return [
            ", ".join(filter(None, (one["name"], written(one["number"]), LEGAL_FORMS.get(one["legal_form"], ""))))
            for one in self.other_organisations
        ]

    @property
    def name_differs(self) -> bool:
        """Somebody may have typed another association's number: the official should see it.

        What the organisation was called before, also as one that was merged into it, is its name as well.
        """
        known = (self.organisation.name, *self.organisation.former_names)
        return self.stated_name.strip().casefold() not in {name.strip().casefold() for name in known}


class JudgedForm(models.TextChoices):
    IOP = "iop", "Idéburet offentligt partnerskap"
    GRANT = "grant", "Föreningsbidrag"
    LOU = "lou", "Upphandling (LOU)"
    LOV = "lov", "Valfrihetssystem (LOV)"
    NONE = "none", "Ingen av dem"


class FormJudgement(models.Model):
    """Which form the municipality finds suits the idea, and why. Judged anew when more is known; all of them stay."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="form_judgements", verbose_name="ärende")
    form = models.CharField("form", max_length=10, choices=JudgedForm)
    reasons = models.TextField("skäl", max_length=10000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="bedömd av")
    at = models.DateTimeField("när", default=timezone.now)
    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling")

    class Meta:
        verbose_name = "bedömning av form"
        verbose_name_plural = "bedömningar av form"
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(name="judged_form_has_reasons", condition=~Q(reasons=""))]

    def __str__(self) -> str:
        return self.get_form_display()
