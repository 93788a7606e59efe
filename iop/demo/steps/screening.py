"""From the initiative to the dialogue."""

import os
import uuid
from datetime import timedelta

from django.utils import timezone

from initiatives.actions import submit as submit_initiative
from initiatives.forms import InitiativeForm
from iop.cases.actions import edit_facts, receive
from iop.cases.models import Stage
from iop.cases.secrecy import mark_secret
from iop.cases.statements import answer_statement, ask_statement, settle_statement
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.schema import Gate
from partners.actions import add_party, confirm_declaration, edit_party, organisation_for, send_declaration
from partners.models import Declaration, Party
from partners.numbers import normalised

from ..clock import workday
from ..story import Party as TheirPart
from ..telling import Telling, sign

OWN_WORDS = ("title", "challenge", "idea", "target_group", "we_bring", "municipality_brings", "origin")


def absolute(path: str) -> str:
    return f"http://localhost:{os.environ.get('PORT') or 8000}{path}"


def submit(t: Telling) -> None:
    t.rules = RuleSetVersion.objects.in_force(t.municipality).get().rules
    data = {name: getattr(t.story, name) for name in OWN_WORDS} | {
        "submission": uuid.uuid4(),
        "organisation_name": t.story.stated_name or t.sender.name,
        "organisation_number": t.sender.number,
        "legal_form": t.sender.form,
        "contact_name": t.sender.contact,
        "contact_email": t.sender.email,
        "contact_phone": t.sender.phone,
    }
    for rule in InitiativeForm(rules=t.rules).own_questions:
        usual = rule.help.fulfilled_by or ("", "vet_inte")[sign(t.story.title, rule.key) % 2]
        data[f"own_{rule.key}"] = t.story.own.get(rule.key, usual)
    form = InitiativeForm(data, rules=t.rules)
    if not form.is_valid():
        raise ValueError(form.errors.as_json())
    with t.on(evening=True):
        initiative, _ = submit_initiative(
            t.municipality,
            submission=form.cleaned_data["submission"],
            written=form.cleaned_data,
            own_answers=form.own_answers,
            absolute=absolute,
            printed=False,  # it would take longer than all the rest
        )
    t.case = initiative.case
    t.parties = [(t.case.parties.get(), t.story.parties[0], t.sender)]


def take_on(t: Telling) -> None:
    with t.on(by=t.coordinator):
        receive(t.case, by=t.coordinator)


def register(t: Telling) -> None:
    """Diary number, who is responsible, further parties, and secrecy where there is need of it."""
    case, story, units = t.case, t.story, t.cast.units
    number = case.received_on.timetuple().tm_yday * 3 + case.serial  # rises with the days, as in a diary
    facts = {
        "diary_number": f"{story.diary} {case.year}/{number:05d}",
        "unit": units[t.place.unit],
        "responsible": units.get(story.responsible),
        "affected_units": [units[name] for name in story.affected],
        "other_municipalities": story.other_municipalities,
    }
    with t.on(by=t.coordinator):
        edit_facts(case, facts, by=t.coordinator)
        t.parties += [(_join(t, row), row, t.organisations[row.organisation]) for row in story.parties[1:]]
        for party, row, organisation in t.parties:
            if row.same_activity:
                edit_party(
                    party,
                    legal_form=organisation.form,
                    activity=party.organisation.activities.order_by("pk").first(),
                    contact_name=party.contact_name,
                    contact_email=party.contact_email,
                )
        if story.secret:
            let_in = [t.cast.users[key] for key in story.let_in]
            mark_secret(case, ground=story.secret, by=t.coordinator, cleared=let_in)


def _join(t: Telling, row: TheirPart) -> Party:
    known = t.organisations[row.organisation]
    organisation = organisation_for(
        t.municipality,
        name=known.name,
        number=normalised(known.number) if known.number else None,
        legal_form=known.form,
    )
    return add_party(t.case, organisation, contact_name=known.contact, contact_email=known.email)


def ask(t: Telling) -> None:
    ask_units(t, consultation=False)
    for asked in t.story.asked:
        with t.on(by=t.coordinator):
            due = max(t.today + timedelta(days=asked.due_in), timezone.localdate() + timedelta(days=5))
            unit = t.cast.units[asked.unit] if asked.unit else None
            ask_statement(t.case, unit=unit, outside=asked.outside, question=asked.question, due=due, by=t.coordinator)


def ask_units(t: Telling, *, consultation: bool) -> None:
    """What the rule set wants to hear from others: a yttrande early, a samråd while the agreement is written."""
    for rule in t.rules.statements:
        if not rule.enabled or rule.consultation != consultation or rule.key in t.story.not_asked:
            continue
        usual, unit = t.place.statements.get(rule.key), t.cast.units.get(rule.unit)
        with t.on(by=t.coordinator):
            due = workday(timezone.localdate() + timedelta(days=t.municipality.days_for_statement), t.today)
            if rule.key in t.story.silent:
                due = t.today + timedelta(days=t.story.silent[rule.key])
            ask_statement(
                t.case,
                rule=rule.key,
                unit=unit,
                outside="" if unit else rule.unit,
                question=t.say([usual.question]) if usual else rule.about or rule.wording,
                due=due,
                by=t.coordinator,
            )


def hear(t: Telling) -> None:
    hear_units(t, consultation=False)
    for asked in t.story.asked:
        if asked.text:
            with t.on(by=t.coordinator):
                statement = t.case.statements.get(question=asked.question)
                answer_statement(statement, text=asked.text, name=asked.name, by=t.coordinator)


def hear_units(t: Telling, *, consultation: bool) -> None:
    rules = {rule.key for rule in t.rules.statements if rule.consultation == consultation}
    waiting = t.case.statements.filter(answered_on=None, rule__in=rules).exclude(rule__in=t.story.silent)
    for statement in waiting.select_related("unit"):
        usual = t.place.statements.get(statement.rule)
        text = t.story.said.get(statement.rule) or t.say(usual.texts if usual else t.phrases.statements)
        writer = t.cast.adviser_of(statement.unit) or t.coordinator
        with t.on(by=writer):
            answer_statement(statement, text=text, name=usual.name if usual else writer.name, by=writer)
        with t.on(by=t.coordinator):
            settle_statement(statement, by=t.coordinator)


def assess(t: Telling) -> None:
    """What the first of the criteria are asked before, and everything else that stands before the same step."""
    gates = [rule.before.order for rule in t.rules.criteria if rule.enabled and rule.before]
    first = min(gates, default=0)
    rules = [*t.rules.criteria, *t.rules.questions, *t.rules.controls]
    early = [rule for rule in rules if rule.before is None or rule.before.order <= first]
    t.answer_case(rule for rule in early if rule.per == "case")
    if first == Gate.DIALOGUE.order:
        t.answer_parties(rule for rule in early if rule.per == "party")


def conclude(t: Telling) -> None:
    """What waited for a statement."""
    assess(t)


def declare(t: Telling) -> None:
    send_declarations(t, "confirmed")


def send_declarations(t: Telling, declared: str) -> None:
    for party, row, organisation in t.parties:
        for rule in t.rules.declarations:
            if rule.enabled and row.declared == declared:
                with t.on(by=t.coordinator):
                    send_declaration(party, rule, to=organisation.email, by=t.coordinator, absolute=absolute)


def confirm(t: Telling) -> None:
    for party, _, organisation in t.parties:
        for declaration in Declaration.objects.filter(party=party, confirmed_at=None):
            with t.on(evening=True):
                confirm_declaration(declaration, name=organisation.contact, role=organisation.role)


def begin_dialogue(t: Telling) -> None:
    with t.on(by=t.coordinator):
        t.go_on_in_spite(t.case, Stage.DIALOGUE)
        t.case.move_to(Stage.DIALOGUE, by=t.coordinator, why=t.say(t.phrases.to_dialogue, "dialogue"))
