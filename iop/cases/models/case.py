"""The case: the whole matter, from initiative to closing."""

from copy import copy

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from iop.municipalities.models import Municipality, Unit
from iop.municipalities.permissions import Act
from iop.rulesets.models import RuleSetVersion, areas_named, names_units, rules_with
from iop.rulesets.schema import Gate, RuleSet

from ..machinery import Matter, Staged, Subject


class Stage(models.TextChoices):
    RECEIVED = "received", "Inkommet"
    ASSESSMENT = "assessment", "Bedömning"
    DIALOGUE = "dialogue", "Dialog"
    AGREEMENT = "agreement", "Avtal"
    IN_FORCE = "in_force", "Gällande"
    CLOSED = "closed", "Avslutat"


class Outcome(models.TextChoices):
    NOT_SUITABLE = "not_suitable", "Inte lämpligt som IOP"
    GRANT = "grant", "Hänvisat till föreningsbidrag"
    PROCUREMENT = "procurement", "Hänvisat till upphandling (LOU)"
    CHOICE_SYSTEM = "choice_system", "Hänvisat till valfrihetssystem (LOV)"
    WITHDRAWN = "withdrawn", "Återtaget av organisationen"
    REJECTED = "rejected", "Avslaget av nämnden"
    EXPIRED = "expired", "Avtalstiden har gått ut"
    NOT_EXTENDED = "not_extended", "Inte förlängt"
    TERMINATED = "terminated", "Avslutat i förtid"
    MERGED = "merged", "Sammanfört med ett annat ärende"


NOT_IN_PROGRESS = [Stage.CLOSED, Stage.IN_FORCE]
OF_PARTNERSHIPS = (Outcome.EXPIRED, Outcome.NOT_EXTENDED, Outcome.TERMINATED)


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Cases of the person's municipalities; a secret one only for those who are let in."""
        here = [m.municipality_id for m in user.memberships_now() if user.may(Act.SEE, m.municipality)]
        return self.filter(_open_or_let_in(user), municipality__in=here)

    def hidden_from(self, user):
        """The secret cases that the person is not let in to: few, and quicker to leave out than to look up the rest."""
        return self.filter(secret=True).exclude(_open_or_let_in(user))

    def in_progress(self):
        return self.exclude(stage__in=NOT_IN_PROGRESS)


def _open_or_let_in(user) -> Q:
    let_in = Case.cleared.through.objects.filter(user_id=user.pk).values("case_id")
    return Q(secret=False) | Q(coordinator=user) | Q(pk__in=let_in)


class Case(Staged):
    MOVES = {
        Stage.RECEIVED: {Stage.ASSESSMENT, Stage.CLOSED},
        Stage.ASSESSMENT: {Stage.DIALOGUE, Stage.CLOSED},
        Stage.DIALOGUE: {Stage.AGREEMENT, Stage.ASSESSMENT, Stage.CLOSED},
        Stage.AGREEMENT: {Stage.IN_FORCE, Stage.DIALOGUE, Stage.CLOSED},
        Stage.IN_FORCE: {Stage.CLOSED},
        Stage.CLOSED: {Stage.ASSESSMENT},  # only by ``partners.reopening``: the outcome goes with the stage
    }
    GATES = {
        (Stage.ASSESSMENT, Stage.DIALOGUE): Gate.DIALOGUE,
        (Stage.DIALOGUE, Stage.AGREEMENT): Gate.DRAFTING,
        (Stage.AGREEMENT, Stage.IN_FORCE): Gate.IN_FORCE,
    }

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="cases", verbose_name="kommun")
    version = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="cases", verbose_name="regelverk")
    # Versions of additions beside the common one. They can never be removed, so the numbers always lead somewhere,
    # and a list of cases needs no join to know its rules.
    additions = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name="tilläggsregler")
    year = models.PositiveSmallIntegerField("år")
    serial = models.PositiveIntegerField("löpnummer")
    reference = models.CharField("beteckning", max_length=20)
    diary_number = models.CharField("diarienummer", max_length=40, blank=True)
    title = models.CharField("rubrik", max_length=150)
    stage = models.CharField("skede", max_length=20, choices=Stage, default=Stage.RECEIVED)
    outcome = models.CharField("utfall", max_length=20, choices=Outcome, blank=True)
    received_on = models.DateField("inkom")
    closed_on = models.DateField("avslutat den", null=True, blank=True)
    why_closed = models.TextField("skäl för avslutet", max_length=20000, blank=True)
    other_ways = models.TextField("andra vägar som erbjöds", max_length=5000, blank=True)
    closing_record = models.ForeignKey(
        "cases.Record", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling med skälen"
    )
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handläggare"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="samordnande enhet"
    )
    responsible = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ansvarig nämnd eller styrelse"
    )
    affected_units = models.ManyToManyField(
        Unit, blank=True, related_name="affected_by", verbose_name="berörda nämnder och bolag"
    )
    other_municipalities = models.CharField("andra kommuner som berörs", max_length=200, blank=True)
    # What the case is about, where the municipality has rules for some areas alone.
    areas = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name="områden")
    # Of the guideline's questions to the organisations. None until a stage asks some (partners/questions.py).
    answers_by = models.DateField("organisationens svar på riktlinjens frågor senast", null=True, blank=True)
    secret = models.BooleanField("sekretess", default=False)
    secrecy_ground = models.CharField("grund för sekretess", max_length=200, blank=True)
    cleared = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name="får se ärendet"
    )

    objects = CaseQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[affected_units, cleared])
    _tried: RuleSet | None = None

    class Meta:
        verbose_name = "ärende"
        verbose_name_plural = "ärenden"
        constraints = [
            models.UniqueConstraint("municipality", "year", "serial", name="case_serial_once"),
            models.UniqueConstraint("municipality", "reference", name="case_reference_once"),
            models.UniqueConstraint(
                "municipality",
                "diary_number",
                condition=~Q(diary_number=""),
                name="diary_number_once",
                violation_error_message="Diarienumret finns redan på ett annat ärende.",
            ),
            models.CheckConstraint(
                name="closed_case_has_outcome_and_day",
                condition=(
                    Q(outcome="", closed_on=None) & ~Q(stage="closed")
                    | Q(stage="closed", closed_on__isnull=False) & ~Q(outcome="")
                ),
            ),
            models.CheckConstraint(name="secrecy_has_a_ground", condition=Q(secret=False) | ~Q(secrecy_ground="")),
        ]
        indexes = [
            # With all that says who may see the case, so that counting reads nothing but the index.
            models.Index(
                fields=["municipality", "stage"], include=["id", "secret", "coordinator"], name="seen_cases_by_stage"
            ),
            models.Index("municipality", condition=Q(secret=True), name="secret_cases"),
            models.Index(
                fields=["municipality", "coordinator", "year", "serial"],
                condition=~Q(stage__in=NOT_IN_PROGRESS),
                name="cases_in_progress_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.municipality.slug, self.reference])

    @property
    def rules(self) -> RuleSet:
        """The rules for this case: its version's and its additions', without those for other units and areas."""
        additions, areas = tuple(self.additions), frozenset(self.areas)
        if self._tried is None and not names_units(self.version_id, additions):
            return rules_with(self.version_id, additions, None, areas)
        units = frozenset(name for unit in (self.unit, self.responsible) if unit for name in unit.names)
        if self._tried:
            return self._tried.limited_to(units, areas)
        return rules_with(self.version_id, additions, units, areas)

    @property
    def areas_to_choose(self) -> list[str]:
        """Areas that some of the rules are limited to, in the order of the rules; empty where none is."""
        return self._tried.areas_named if self._tried else areas_named(self.version_id, tuple(self.additions))

    def under(self, rules: RuleSet) -> "Case":
        """The same case as it would be judged under other rules, where no override holds; to look at, never to save."""
        other = copy(self)
        other._tried, other.version_id, other.version = rules, None, None
        return other

    def matter(self) -> Matter:
        return Matter(self)

    @property
    def subject(self) -> Subject:
        return Subject("case", self.pk)

    @property
    def may_be_reopened(self) -> bool:
        """A double goes on in the other case, and what comes after a partnership is a case of its own."""
        return self.stage == Stage.CLOSED and self.outcome not in (Outcome.MERGED, *OF_PARTNERSHIPS)

    @property
    def usual_step(self) -> str:
        """What comes next when no task says so."""
        called = rules_with(self.version_id, tuple(self.additions)).the_agreement  # the units do not matter here
        return {
            Stage.RECEIVED: "Ta emot initiativet",
            Stage.ASSESSMENT: "Bedöm mot riktlinjen",
            Stage.DIALOGUE: "För dialog och anteckna möten",
            Stage.AGREEMENT: f"Skriv, besluta och underteckna {called}",
            Stage.IN_FORCE: "Partnerskapet pågår",
        }.get(self.stage, "")

    @property
    def usual_place(self) -> str:
        """Where that is done."""
        tab, anchor = {
            Stage.RECEIVED: ("case", "#gate"),
            Stage.ASSESSMENT: ("checklist", ""),
            Stage.DIALOGUE: ("statements", "#moten"),
            Stage.AGREEMENT: ("agreement", ""),
            Stage.IN_FORCE: ("follow_ups", ""),
        }.get(self.stage, ("case", ""))
        return reverse(tab, args=[self.municipality.slug, self.reference]) + anchor

    @property
    def way(self) -> list[dict]:
        """The stages with where the case stands, for the line at the top of pages.

        Of a closed case those that it really went through, and the end.
        """
        line = [stage for stage in Stage if stage != Stage.CLOSED]
        if self.stage == Stage.CLOSED:
            taken = [stage for stage in line if stage in stages_taken(self)]
            steps = zip(taken, states_of_closed(taken, stood_at_the_end(self)), strict=True)
            found = [{"label": self.called(stage), "state": state} for stage, state in steps]
            return [*found, {"label": Stage.CLOSED.label, "state": "now"}]
        here = line.index(self.stage)
        states = ["done" if i < here else "now" if i == here else "" for i in range(len(line))]
        return [{"label": self.called(stage), "state": state} for stage, state in zip(line, states, strict=True)]

    def called(self, stage: Stage) -> str:
        """With the municipality's own word for the agreement."""
        return self.rules.agreement_is_called.capitalize() if stage == Stage.AGREEMENT else stage.label

    @property
    def stage_called(self) -> str:
        return self.called(Stage(self.stage)).lower()


def stood_at_the_end(case: Case, *, subject_kind: str = "case", closed: str = Stage.CLOSED) -> str:
    """The stage that the case, or its agreement, was in when it was ended; empty where no change tells."""
    changes = case.stage_changes.all()
    ends = [one for one in changes if (one.subject_kind, one.to_stage) == (subject_kind, closed)]
    return max(ends, key=lambda one: (one.at, one.pk)).from_stage if ends else ""


def states_of_closed(taken: list[str], last: str) -> list[str]:
    """How each step that a closed case took is shown: what it was in the middle of when it ended was never done.

    To have come in, and to be in force, are done as soon as they have begun.
    """
    if last not in taken or last in (Stage.RECEIVED, Stage.IN_FORCE):
        return ["done"] * len(taken)
    here = taken.index(last)
    return ["done"] * here + ["ended"] + [""] * (len(taken) - here - 1)  # it may have gone back before it ended


def stages_taken(case: Case) -> set[str]:
    """Every stage that the case or its agreement has come to or left. Every case was received once."""
    changes = case.stage_changes.all()
    return {Stage.RECEIVED.value}.union(*((change.from_stage, change.to_stage) for change in changes))
