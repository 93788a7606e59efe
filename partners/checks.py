"""Checks of the partners: who they are, their papers, declarations, contributions and other support."""

from collections.abc import Iterator

from django.db.models import Q, prefetch_related_objects

from iop.cases.checks import SUBJECTS, WHAT_IS_MISSING, answers_of
from iop.cases.machinery import CIRCUMSTANCES, Finding, Matter, check
from iop.cases.models import Decision, DecisionKind, DecisionOutcome, Stage
from iop.rulesets.judge import Verdict, judge_rule, standing_of
from iop.rulesets.schema import LEGAL_FORMS, Effect
from iop.swedish_text import lower_first

from .models import Contribution, ContributionKind, DocumentStatus, OtherSupport, PartnerDocument, Party


def organisations_of(matter: Matter) -> list[Party]:
    """Active organisations of the case."""
    return matter.once(
        "organisations",
        lambda: active_organisations(matter.case),
    )


def active_organisations(case) -> list[Party]:
    found = [party for party in case.parties.all() if party.left_on is None and party.organisation_id]
    prefetch_related_objects(found, "organisation", "activity")
    return found


SUBJECTS["party"] = (lambda matter: [party.subject for party in organisations_of(matter)], "parties")


def rulings_of(case) -> dict[int, Decision]:
    """Party -> the latest ruling on it."""
    rulings = [row for row in case.decisions.all() if row.kind == DecisionKind.ELIGIBILITY]
    prefetch_related_objects(rulings, "body")
    return {row.subject_id: row for row in sorted(rulings, key=lambda row: row.at) if row.subject_kind == "party"}


@check("eligibility")
def eligibility(rules: list, matter: Matter) -> Iterator[Finding]:
    rulings = matter.once("rulings", lambda: rulings_of(matter.case))
    of_the_list = max(
        rules, key=lambda rule: rule.effect.strength
    )  # what no row names follows from the list as a whole
    for party in organisations_of(matter):
        form = party.organisation.legal_form
        standing, row = standing_of(matter.rules, form)
        if not form:
            yield _about(matter, of_the_list, party, "associationsform är inte angiven", cause="no_form")
        elif standing == "not_eligible" and row in rules:
            what = f"{LEGAL_FORMS[form].lower()} kan inte vara part enligt riktlinjen"
            yield _about(matter, row, party, what, cause=form, against=True)
        elif standing == "not_listed":
            stopped = matter.rules.legal_forms.others == "stopped"
            yield _about(
                matter,
                of_the_list,
                party,
                f"{LEGAL_FORMS[form].lower()} nämns inte bland de associationsformer som riktlinjen räknar upp",
                cause=form,
                effect=None if stopped else Effect.INFORM,
                against=True,
            )
        elif standing == "conditional" and row in rules:
            given = answers_of(matter).get((row.key, "party", party.pk), {})
            verdict = judge_rule(row, given, {})
            if verdict is not Verdict.MET:
                what = f"villkoren för {LEGAL_FORMS[form].lower()}: {WHAT_IS_MISSING[verdict]}"
                yield _about(matter, row, party, what, cause=verdict.value, against=verdict is Verdict.UNMET)
            ruling = rulings.get(party.pk)
            if row.ruling and ruling is None:
                yield _about(matter, row, party, "ett avgörande i det enskilda fallet saknas", cause="ruling")
            elif row.ruling and ruling.outcome != DecisionOutcome.YES:
                yield _about(
                    matter, row, party, "avgörandet i det enskilda fallet är nej", cause="ruling_no", against=True
                )


def _about(matter: Matter, rule, party: Party, what: str, *, anchor: str = "", **other) -> Finding:
    sentence, anchor = f"{party.name}: {what}", anchor or f"part-{party.pk}"
    return matter.finding(rule, party.subject, sentence, tab="parties", anchor=anchor, **other)


def _each(parties: list[Party], relation: str) -> Iterator:
    """What the parties have of it, in at most one question."""
    prefetch_related_objects(parties, relation)
    for party in parties:
        yield from getattr(party, relation).all()


@check("document")
def documents(rules: list, matter: Matter) -> Iterator[Finding]:
    parties = organisations_of(matter)
    papers = matter.once(
        "papers",
        lambda: {(paper.party_id, paper.rule, paper.part): paper for paper in _each(parties, "documents")},
    )
    for party in parties:
        for rule in rules:
            if party.organisation.legal_form in rule.not_for:
                continue
            for part, label in rule.parts:
                paper = papers.get((party.pk, rule.key, part))
                state, effect = _state_of(paper, rule)
                if state:
                    anchor = f"{rule.key}-{party.pk}-{part or 0}"
                    what = f"{lower_first(label)} {state}"
                    about = {"cause": f"{part}:{state}"[:80], "anchor": anchor, "against": _was_looked_at(paper)}
                    yield _about(matter, rule, party, what, effect=effect, **about)


def _was_looked_at(paper: PartnerDocument | None) -> bool:
    """Somebody has said no to it, or that there is none; otherwise it may still come."""
    return bool(paper) and paper.status in (DocumentStatus.REJECTED, DocumentStatus.DOES_NOT_EXIST)


def _state_of(paper: PartnerDocument | None, rule) -> tuple[str, Effect | None]:
    match paper.status if paper else None:
        case None:
            return "saknas", None
        case DocumentStatus.REQUESTED:
            return "har begärts men inte kommit", None
        case DocumentStatus.RECEIVED:
            return "är inte granskad", Effect.WARN
        case DocumentStatus.REJECTED:
            return "godtogs inte", None
        case DocumentStatus.DOES_NOT_EXIST if not rule.may_be_missing:
            return "uppges inte finnas", None
    return "", None


@check("declaration")
def declarations(rules: list, matter: Matter) -> Iterator[Finding]:
    parties = organisations_of(matter)
    confirmed = matter.once(
        "confirmed",
        lambda: {(one.party_id, one.rule) for one in _each(parties, "declarations") if one.confirmed_at},
    )
    for party in parties:
        for rule in rules:
            if (party.pk, rule.key) not in confirmed:
                yield _about(matter, rule, party, "värdegrundsintyget är inte bekräftat")


def contributions_of(matter: Matter) -> list[Contribution]:
    """Of the municipality and of the parties that have not left."""

    def load():
        rows = list(matter.case.contributions.all())
        prefetch_related_objects(rows, "payer", "party")
        return [row for row in rows if row.party_id is None or row.party.left_on is None]

    return matter.once("contributions", load)


def _money(matter: Matter) -> int:
    rows = contributions_of(matter)
    return sum(row.value_per_year or 0 for row in rows if row.party_id is None and row.kind == ContributionKind.MONEY)


def _payers(matter: Matter) -> set[str]:
    """Names of the units that pay: those that the municipality's money names, else the responsible body."""
    rows = [row for row in contributions_of(matter) if row.party_id is None and row.kind == ContributionKind.MONEY]
    units = [row.payer for row in rows if row.payer] or [unit for unit in (matter.case.responsible,) if unit]
    return {name for unit in units for name in unit.names}


CIRCUMSTANCES |= {
    "amount": _money,
    "payers": _payers,
    "legal_forms": lambda matter: {party.organisation.legal_form for party in organisations_of(matter)},
}


@check("contribution")
def contributions(rules: list, matter: Matter) -> Iterator[Finding]:
    """Both sides must bring something; money is only one of the kinds."""
    rows = contributions_of(matter)
    ours = sum(row.party_id is None for row in rows)
    theirs = len(rows) - ours
    for rule in rules:
        for side, count in (("kommunen", ours), ("organisationen", theirs)):
            if count < rule.each_side_at_least:
                yield matter.finding(
                    rule,
                    matter.case.subject,
                    f"Ingen insats från {side} är antecknad",
                    tab="parties",
                    anchor="insatser",
                )
        unvalued = [row.what for row in rows if row.value_per_year is None]
        if rule.valued and unvalued:
            yield matter.finding(
                rule,
                matter.case.subject,
                f"Utan värde i kronor: {', '.join(unvalued)}",
                tab="parties",
                anchor="insatser",
                effect=Effect.INFORM,
            )


@check("financing")
def financing(rules: list, matter: Matter) -> Iterator[Finding]:
    """Support beside the partnership: of the same activity (may be forbidden) or of the organisation (shown)."""
    parties = organisations_of(matter)
    support = matter.once(
        "support",
        lambda: list(
            OtherSupport.objects.filter(organisation__in=[p.organisation_id for p in parties]).select_related("unit")
        ),
    )
    elsewhere = matter.once("elsewhere", lambda: _money_in_other_cases(parties, matter))
    for party in parties:
        for rule in rules:
            pattern = rule.never or rule.shown
            if pattern is None:
                continue
            found = [row for row in support if _matches(row, pattern, party, matter)]
            names = [f"{row.what} ({row.unit or row.giver})" for row in found]
            if pattern.same == "activity" and party.activity_id:
                names += elsewhere.get(party.activity_id, [])
            if names:
                same_activity = pattern.same == "activity"
                what = "samma verksamhet får, eller är tänkt att få," if same_activity else "organisationen får också"
                effect = None if rule.never else Effect.INFORM
                yield _about(matter, rule, party, f"{what} {', '.join(names)}", effect=effect, against=bool(rule.never))


def _matches(row: OtherSupport, pattern, party: Party, matter: Matter) -> bool:
    if row.organisation_id != party.organisation_id:
        return False
    if pattern.same == "activity" and (row.activity_id is None or row.activity_id != party.activity_id):
        return False
    if pattern.kind == "money" and not row.money:
        return False
    if pattern.source == "other_unit":
        return row.unit_id is not None and row.unit_id != matter.case.responsible_id
    return pattern.source == "anyone" or row.unit_id is not None


def _money_in_other_cases(parties: list[Party], matter: Matter) -> dict[int, list[str]]:
    """Activity -> money from another unit of the municipality in other open cases, in words."""
    activities = [party.activity_id for party in parties if party.activity_id]
    rows = (
        Contribution.objects.filter(
            ~Q(case=matter.case.pk),
            ~Q(case__responsible=matter.case.responsible_id),
            ~Q(case__stage=Stage.CLOSED),
            party=None,
            kind=ContributionKind.MONEY,
            case__municipality=matter.case.municipality_id,
            case__parties__activity__in=activities,
            case__parties__left_on=None,
            case__responsible__isnull=False,
        )
        .values_list("case__parties__activity", "what", "case__responsible__name", "case__reference", "case__secret")
        .distinct()
    )
    found: dict[int, list[str]] = {}
    for activity, what, unit, reference, secret in rows:
        told = "pengar från en annan nämnd" if secret else f"{lower_first(what)} från {unit} ({reference})"
        found.setdefault(activity, []).append(told)
    return found
