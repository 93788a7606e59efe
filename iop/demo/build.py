"""Builds the cases of the demonstration by doing what people would have done, day by day, through the real actions."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import accumulate
from zlib import crc32

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from agreements.actions import add_point, begin_writing, decide, send_to_decision, set_term, sign_on_paper, write_point
from agreements.forms import TermForm
from agreements.models import Agreement, AgreementStage, Point, PointState
from followup.actions import begin, end, hold
from followup.models import FollowUp
from initiatives.actions import note_meeting, submit
from initiatives.forms import InitiativeForm
from iop.cases.actions import (
    add_record,
    answer,
    answer_statement,
    ask_statement,
    make_override,
    mark_secret,
    receive,
    record_decision,
    statement_is_in,
)
from iop.cases.forms import FactsForm
from iop.cases.machinery import Staged, Subject
from iop.cases.models import Case, DecisionKind, DecisionOutcome, Stage
from iop.municipalities.permissions import Role
from iop.rulesets.judge import standing_of
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.schema import Gate
from partners.actions import add_party, confirm_declaration, hand_in, leave, organisation_for, review, send_declaration
from partners.forms import ContributionForm, SupportForm
from partners.models import Contribution, Declaration, DocumentStatus, OtherSupport, Party
from partners.numbers import normalised

from . import story as shapes
from .clock import acting, at, moment_of, workday
from .papers import paper
from .people import Cast, move_in

# The steps of a case, and how many days after the one before each usually comes. A story's own days stretch or press
# them together.
WAY = (
    ("submit", 0),
    ("take_on", 3),
    ("register", 1),
    ("ask", 2),
    ("assess", 6),
    ("hear", 14),
    ("conclude", 2),
    ("declare", 3),
    ("confirm", 8),
    ("meet_first", 6),
    ("begin_dialogue", 3),
    ("contribute", 12),
    ("meet", 24),
    ("begin_writing", 10),
    ("papers", 12),
    ("review", 8),
    ("draft", 15),
    ("consult", 3),
    ("consulted", 14),
    ("weigh", 4),
    ("send_to_decision", 6),
    ("be_returned", 0),
    ("decide", 22),
    ("sign", 12),
    ("begin", 9),
)
RETURNED = (("be_returned", 21), ("send_to_decision", 16))


def build(place: shapes.Place, phrases: shapes.Phrases) -> list[Case]:
    """All cases of a municipality, the oldest first, so that their references rise with the days."""
    cast = move_in(place)
    stories = sorted(place.cases, key=lambda story: -story.received)
    return [Telling(place, phrases, cast, story).tell() for story in stories]


def absolute(path: str) -> str:
    return f"http://localhost:{os.environ.get('PORT') or 8000}{path}"


def pick(variants, *about) -> str:
    """One of the variants, always the same for the same thing."""
    return variants[crc32("|".join(map(str, about)).encode()) % len(variants)] if variants else ""


class Telling:
    """One story told: a case that goes its way until the story ends."""

    def __init__(self, place: shapes.Place, phrases: shapes.Phrases, cast: Cast, story: shapes.Story):
        self.place, self.phrases, self.cast, self.story = place, phrases, cast, story
        self.municipality, self.rules = cast.municipality, None
        self.coordinator, self.secretary = cast.of(Role.COORDINATOR), cast.of(Role.SECRETARY)
        self.organisations = {row.key: row for row in place.organisations}
        self.today = timezone.localdate()
        self.since = self.day = self.ago(story.received)
        self.clock = moment_of(self.day, 0)
        self.answered: set[tuple] = set()
        self.sent_to_decision = None
        self.parties: list[tuple[Party, shapes.Party, shapes.Organisation]] = []
        first = self.organisations[story.parties[0].organisation]
        self.words = {
            **{name: getattr(story, name) for name in ("title", "challenge", "idea", "target_group", "we_bring")},
            "goal": story.goal or story.idea,
            "organisation": first.name,
            "contact": first.contact,
            "coordinator": self.coordinator.name,
            "municipality": self.municipality.name,
            "place": self.municipality.short_name,
            "responsible": story.responsible or "nämnden",
        }

    def tell(self) -> Case:
        try:
            with transaction.atomic():
                for step, day in self.plan():
                    self.day = day
                    getattr(self, step)()
                    self.letters(step)
                    self.since = day
                self.afterwards()
        except Exception as error:
            error.add_note(f"Berättelsen «{self.story.title}» i {self.municipality}, {self.day}.")
            raise
        return self.case

    # Days and people

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def plan(self) -> Iterator[tuple[str, date]]:
        """The steps that the story takes, spread over its days; one in force begins on its first day."""
        way = list(WAY)
        if self.story.returned:
            place = [name for name, _ in way].index("be_returned")
            way[place : place + 1] = RETURNED
        last = max(place for place, (name, _) in enumerate(way) if name == self.story.until)
        way = way[: last + 1]
        begins = self.story.until == "begin"
        days = ((self.month(self.story.term.start) if begins else self.ago(self.story.latest)) - self.since).days
        total = sum(after for _, after in way) or 1
        first = self.since
        for (name, _), after in zip(way, accumulate(after for _, after in way), strict=True):
            yield name, first + timedelta(days=round(days * after / total))

    def month(self, months: int) -> date:
        return self.today.replace(day=1) + relativedelta(months=months)

    @contextmanager
    def on(self, day: date | None = None, by=None, *, evening: bool = False) -> Iterator[None]:
        """Then and there: office hours of a working day, or an evening for those who do this in their spare time."""
        day, start, length = day or self.day, 8 * 60 + 5, 500
        if evening:
            start, length = 18 * 60, 240
        else:
            day = workday(day, self.today)
        minute = start + crc32(f"{self.story.title}{day}".encode()) % length
        self.clock = min(max(moment_of(day, minute), self.clock + timedelta(minutes=7)), timezone.now())
        with at(self.clock), acting(by):
            yield

    def say(self, variants, *about) -> str:
        return pick(variants, self.story.title, *about).format_map(self.words)

    # From the initiative to the dialogue

    def submit(self) -> None:
        story, sender = self.story, self.organisations[self.story.parties[0].organisation]
        self.rules = RuleSetVersion.objects.in_force(self.municipality).get().rules
        texts = ("title", "challenge", "idea", "target_group", "we_bring", "municipality_brings", "origin")
        data = {
            **{name: getattr(story, name) for name in texts},
            "submission": uuid.uuid4(),
            "organisation_name": story.stated_name or sender.name,
            "organisation_number": sender.number,
            "legal_form": sender.form,
            "contact_name": sender.contact,
            "contact_email": sender.email,
            "contact_phone": sender.phone,
        }
        for rule in InitiativeForm(rules=self.rules).own_questions:
            usual = ("", "vet_inte")[crc32(f"{story.title}{rule.key}".encode()) % 2] if not rule.help.fulfilled_by else ""
            data[InitiativeForm._field(rule)] = story.own.get(rule.key, rule.help.fulfilled_by or usual)
        form = self.filled_in(InitiativeForm(data, rules=self.rules))
        with self.on(evening=True):
            initiative, _ = submit(
                self.municipality,
                submission=form.cleaned_data["submission"],
                written=form.cleaned_data,
                own_answers=form.own_answers,
                absolute=absolute,
            )
        self.case = initiative.case
        self.parties = [(self.case.parties.get(), story.parties[0], sender)]

    def filled_in(self, form):
        """The form, which is whole: a story that people could not have written in the program is no story."""
        if not form.is_valid():
            raise ValueError(f"{self.municipality}, «{self.story.title}»: {form.errors.as_json()}")
        return form

    def take_on(self) -> None:
        with self.on(by=self.coordinator):
            receive(self.case, by=self.coordinator)

    def register(self) -> None:
        story, case, units = self.story, self.case, self.cast.units
        data = {
            "title": story.title,
            "diary_number": f"{story.diary} {case.year}/{case.received_on.timetuple().tm_yday * 3 + case.serial:05d}",
            "unit": units[self.place.unit].pk,
            "responsible": units[story.responsible].pk if story.responsible else "",
            "affected_units": [units[name].pk for name in story.affected],
            "other_municipalities": story.other_municipalities,
        }
        with self.on(by=self.coordinator):
            self.filled_in(FactsForm(data, instance=case)).save()
            for row in story.parties[1:]:
                self.parties.append((self.join(row), row, self.organisations[row.organisation]))
            for party, row, _ in self.parties:
                if row.same_activity:
                    party.activity = party.organisation.activities.order_by("pk").first()
                    party.save(update_fields=["activity"])
            if story.secret:
                mark_secret(
                    case, ground=story.secret, by=self.coordinator, cleared=[self.cast.users[key] for key in story.let_in]
                )

    def join(self, row: shapes.Party) -> Party:
        known = self.organisations[row.organisation]
        organisation = organisation_for(
            self.municipality,
            name=known.name,
            number=normalised(known.number) if known.number else None,
            legal_form=known.form,
            email=known.email,
            phone=known.phone,
        )
        return add_party(self.case, organisation, contact_name=known.contact, contact_email=known.email)

    def ask(self) -> None:
        self.ask_units(consultation=False)
        for asked in self.story.asked:
            with self.on(by=self.coordinator):
                due = workday(self.today + timedelta(days=asked.due_in), self.today)
                unit = self.cast.units[asked.unit] if asked.unit else None
                due = max(due, timezone.localdate() + timedelta(days=5))
                ask_statement(
                    self.case, unit=unit, outside=asked.outside, question=asked.question, due=due, by=self.coordinator
                )

    def ask_units(self, *, consultation: bool) -> None:
        for rule in self.rules.statements:
            if not rule.enabled or rule.consultation != consultation or rule.key in self.story.not_asked:
                continue
            usual = self.place.statements.get(rule.key)
            unit = self.cast.units.get(rule.unit)
            with self.on(by=self.coordinator):
                days = self.municipality.days_for_statement
                due = workday(timezone.localdate() + timedelta(days=days), self.today)
                if rule.key in self.story.silent:
                    due = self.today + timedelta(days=self.story.silent[rule.key])
                ask_statement(
                    self.case,
                    rule=rule.key,
                    unit=unit,
                    outside="" if unit else rule.unit,
                    question=self.say([usual.question]) if usual else rule.about or rule.wording,
                    due=due,
                    by=self.coordinator,
                )

    def hear(self) -> None:
        self.hear_units(consultation=False)
        for asked in self.story.asked:
            if asked.text:
                statement = self.case.statements.get(question=asked.question)
                with self.on(by=self.coordinator):
                    answer_statement(statement, text=asked.text, name=asked.name, by=self.coordinator)

    def hear_units(self, *, consultation: bool) -> None:
        rules = {rule.key for rule in self.rules.statements if rule.consultation == consultation}
        waiting = self.case.statements.filter(answered_on=None, rule__in=rules).exclude(rule__in=self.story.silent)
        for statement in waiting.select_related("unit"):
            usual = self.place.statements.get(statement.rule)
            text = self.story.said.get(statement.rule) or self.say(usual.texts if usual else self.phrases.meetings)
            writer = self.cast.adviser_of(statement.unit) or self.coordinator
            with self.on(by=writer):
                answer_statement(statement, text=text, name=usual.name if usual else writer.name, by=writer)

    def assess(self) -> None:
        with self.on(by=self.coordinator):
            self.answer_early()

    def conclude(self) -> None:
        """What waited for a statement."""
        self.assess()

    def answer_early(self) -> None:
        """What the first of the criteria are asked before, and everything else that stands before the same step."""
        gates = [rule.before.order for rule in self.rules.criteria if rule.enabled and rule.before]
        first = min(gates, default=0)
        rules = [*self.rules.criteria, *self.rules.questions, *self.rules.controls]
        early = [rule for rule in rules if rule.before is None or rule.before.order <= first]
        self.answer_case([rule for rule in early if rule.per == "case"])
        if first == Gate.DIALOGUE.order:
            self.answer_parties([rule for rule in early if rule.per == "party"])

    def answer_case(self, rules) -> None:
        self.answer_rules(rules, self.case.subject, self.story.answers, self.story.unanswered)

    def answer_parties(self, rules) -> None:
        for party, row, _ in self.parties:
            self.answer_rules(rules, party.subject, row.answers, row.unanswered, about=party.name)

    def answer_rules(self, rules, subject: Subject, given: shapes.Given, unanswered, *, about: str = "") -> None:
        for rule in rules:
            waits = getattr(rule, "waits_for", "")
            if not rule.enabled or rule.answer.type == "fact" or rule.key in unanswered:
                continue
            if waits and not statement_is_in(self.case, waits):
                continue
            for number, (part, _) in enumerate(rule.parts):
                key = (rule.key, part, subject.kind, subject.pk)
                if key in self.answered or f"{rule.key}/{part}" in unanswered:
                    continue
                self.answered.add(key)
                told = given.get(f"{rule.key}/{part}") or given.get(rule.key)
                usual = "" if number or told else self.say(self.place.reasons.get(rule.key, ()), rule.key, about)
                value, reason = told or ("", usual)
                answer(
                    self.case,
                    rule,
                    part=part,
                    value=value or self.fulfilling(rule),
                    reason=reason,
                    subject=subject,
                    by=self.coordinator,
                )

    def fulfilling(self, rule) -> str:
        """An answer that the rule is content with."""
        how = rule.answer
        match how.type:
            case "yes_no":
                return (how.passing or ("yes",))[0]
            case "choice":
                return self.place.choices.get(rule.key) or next(iter(how.passing or how.choices))
            case "number":
                return str(next((limit for limit in (how.at_least, how.at_most) if limit is not None), 1))
            case "date":
                return timezone.localdate().isoformat()
        return self.place.texts.get(rule.key, "{goal}").format_map(self.words)

    def declare(self) -> None:
        self.send_declarations("confirmed")

    def send_declarations(self, declared: str) -> None:
        for party, row, organisation in self.parties:
            for rule in self.rules.declarations:
                if rule.enabled and row.declared == declared:
                    with self.on(by=self.coordinator):
                        send_declaration(party, rule, to=organisation.email, by=self.coordinator, absolute=absolute)

    def confirm(self) -> None:
        for party, row, organisation in self.parties:
            if row.declared == "confirmed":
                for declaration in Declaration.objects.filter(party=party, confirmed_at=None):
                    with self.on(evening=True):
                        confirm_declaration(declaration, name=organisation.contact, role=organisation.role)

    def meet_first(self) -> None:
        self.meetings(Gate.DIALOGUE, "Första samtalet")

    def meetings(self, gate: Gate, usual: str, *, last: bool = False) -> None:
        """Those that the rule set asks for before the gate, spread over the days; where it asks for none, a talk."""
        named = [rule for rule in self.rules.meetings if rule.enabled and rule.meeting != "any" and rule.before is gate]
        anyone = [rule for rule in self.rules.meetings if rule.enabled and rule.meeting == "any"]
        missing = self.story.meetings_missing
        plan = [(r.key, r.name, r.topics) for r in named for _ in range(r.least) if r.key not in missing]
        if not named and usual not in missing:
            plan = [("", usual, ())]
        if last:
            held = self.case.meetings.filter(held=True).count() + len(plan)
            needed = max((rule.least for rule in anyone if rule.key not in missing), default=0)
            plan += [("", usual, ())] * (needed - held)
        for number, (key, name, topics) in enumerate(plan, 1):
            every = [topic for rule in anyone for topic in rule.topics] if last and number == len(plan) else []
            day = workday(self.since + (self.day - self.since) * number / len(plan), self.today)
            with self.on(day, self.coordinator):
                note_meeting(
                    self.case,
                    name=name,
                    rule=key,
                    day=day,
                    held=True,
                    participants=self.participants(),
                    topics=dict.fromkeys([*topics, *every]),
                    notes=self.notes(name, number),
                    by=self.coordinator,
                )

    def participants(self) -> str:
        theirs = [f"{organisation.contact} ({organisation.name})" for _, _, organisation in self.parties]
        return ", ".join([f"{self.coordinator.name} ({self.municipality.short_name})", *theirs, *self.story.affected])

    def notes(self, name: str, number: int) -> str:
        told = self.case.meetings.count()
        return self.story.notes[told] if told < len(self.story.notes) else self.say(self.phrases.meetings, name, number)

    def begin_dialogue(self) -> None:
        with self.on(by=self.coordinator):
            self.go_on_in_spite(self.case, Stage.DIALOGUE)
            self.case.move_to(Stage.DIALOGUE, by=self.coordinator, why=self.say(self.phrases.to_dialogue))

    def go_on_in_spite(self, staged: Staged, stage: str) -> None:
        for finding in staged.findings_before(stage):
            if finding.blocks and finding.rule and finding.rule.key in self.story.overrides:
                make_override(
                    self.case, finding, reason=self.story.overrides[finding.rule.key], by=self.coordinator
                )

    # From the dialogue to the decision

    def contribute(self) -> None:
        parties = {organisation.key: party for party, _, organisation in self.parties}
        active = list(parties.values())
        with self.on(by=self.coordinator):
            for row in self.story.contributions:
                data = {
                    "party": parties[row.by].pk if row.by else "",
                    "kind": row.kind,
                    "what": row.what,
                    "value_per_year": row.value,
                    "hours_per_year": row.hours,
                    "basis": row.basis,
                }
                new = Contribution(case=self.case)
                self.filled_in(ContributionForm(data, instance=new, case=self.case, parties=active)).save()
            for row in self.story.support:
                party = parties[row.organisation]
                data = {
                    "organisation": party.organisation_id,
                    "what": row.what,
                    "activity": party.activity_id if row.this_activity else "",
                    "unit": self.cast.units[row.unit].pk if row.unit else "",
                    "giver": row.giver,
                    "money": row.money,
                    "value_per_year": row.value,
                }
                self.filled_in(SupportForm(data, instance=OtherSupport(), case=self.case, parties=active)).save()

    def meet(self) -> None:
        self.meetings(Gate.DRAFTING, "Arbetsmöte", last=True)

    def begin_writing(self) -> None:
        with self.on(by=self.coordinator):
            for party, row, _ in self.parties:
                if row.leaves:
                    leave(party, by=self.coordinator)
            self.parties = [row for row in self.parties if not row[1].leaves]
            self.go_on_in_spite(self.case, Stage.AGREEMENT)
            begin_writing(self.case, by=self.coordinator, why=self.say(self.phrases.to_writing))

    def asked_papers(self) -> Iterator[tuple]:
        """(party, organisation, rule, part, what it is, status, note) for each paper that is asked for."""
        for party, row, organisation in self.parties:
            for rule in self.rules.documents:
                if rule.enabled and row.hands_in and organisation.form not in rule.not_for:
                    for part, label in rule.parts:
                        told = row.papers.get(f"{rule.key}/{part}") or row.papers.get(rule.key) or ("accepted", "")
                        yield party, organisation, rule, part, label, *told

    def papers(self) -> None:
        for party, organisation, rule, part, label, status, _ in self.asked_papers():
            with self.on(by=self.coordinator):
                if status == DocumentStatus.REQUESTED:
                    review(party, rule, part, status=status, by=self.coordinator)
                elif status in (DocumentStatus.RECEIVED, DocumentStatus.ACCEPTED, DocumentStatus.REJECTED):
                    year = timezone.localdate().year - 1
                    as_of = {"year": str(year), "date": f"31 december {year}", "": ""}[rule.period]
                    if rule.hand_in == "number":
                        facts = {"number": organisation.members}
                    else:
                        facts = {"upload": self.paper(f"{label}, {organisation.name}")}
                    hand_in(party, rule, part, by=self.coordinator, as_of=as_of, **facts)

    def paper(self, title: str, text: str = ""):
        day = timezone.localdate()
        return paper(title, text or self.phrases.paper.format(title=title, year=day.year - 1, day=day, **self.words_but("title")))

    def words_but(self, *names: str) -> dict:
        return {name: word for name, word in self.words.items() if name not in names}

    def review(self) -> None:
        """What the reviewer made of the papers, and the municipality's own controls of each organisation."""
        with self.on(by=self.coordinator):
            for party, _, rule, part, _, status, note in self.asked_papers():
                if status in (DocumentStatus.ACCEPTED, DocumentStatus.REJECTED, DocumentStatus.DOES_NOT_EXIST):
                    review(party, rule, part, status=status, note=note, by=self.coordinator)
            self.answer_parties([rule for rule in (*self.rules.controls, *self.rules.questions) if rule.per == "party"])
        for party, row, organisation in self.parties:
            _, rule = standing_of(self.rules, organisation.form)
            with self.on(by=self.coordinator):
                if rule and rule.conditions:
                    self.answer_rules([rule], party.subject, row.answers, row.unanswered, about=party.name)
                if row.ruling:
                    record_decision(
                        self.case,
                        kind=DecisionKind.ELIGIBILITY,
                        outcome=DecisionOutcome.YES,
                        subject=party.subject,
                        reasons=row.ruling,
                        **self.by_the_body(),
                    )

    def by_the_body(self) -> dict:
        """A decision of the responsible body some days ago, with an extract of its minutes."""
        number = 20 + crc32(f"{self.story.title}{self.day}".encode()) % 140
        day = workday(timezone.localdate() - timedelta(days=4), self.today)
        day = max(day, self.sent_to_decision or self.since)
        body = self.case.responsible
        title = f"Protokollsutdrag {body.name} {day:%Y-%m-%d} paragraf {number}"
        extract = paper(title, f"§ {number}\n{self.story.title}\n\nÄrende {self.case.reference}.")
        return {"body": body, "decided_on": day, "paragraph": str(number), "uploads": [extract], "by": self.secretary}

    @property
    def agreement(self) -> Agreement:
        agreement = self.case.agreements.exclude(stage=AgreementStage.ENDED).get()
        agreement.case = self.case
        return agreement

    def draft(self) -> None:
        agreement, story = self.agreement, self.story
        rules = {rule.key: rule for rule in self.rules.points if rule.enabled}
        with self.on(by=self.coordinator):
            for point in agreement.points.all():
                self.write(agreement, point, rules[point.rule])
            usual = {} if rules else {heading: self.say(texts, heading) for heading, texts in self.place.own_points.items()}
            for heading, text in {**usual, **story.own_points}.items():
                point = add_point(agreement, heading=heading)
                write_point(agreement, point, text=text, state=PointState.USED, flag=story.flags.get(heading, ""))
            if story.term:
                set_term(agreement, **self.term(agreement))

    def write(self, agreement: Agreement, point: Point, rule) -> None:
        story = self.story
        text = story.points.get(rule.key) or self.say(self.place.points.get(rule.key, ()), rule.key)
        if rule.key in story.points_not_used:
            write_point(agreement, point, text="", state=PointState.NOT_USED)
        elif rule.key not in story.points_missing and (not rule.optional or rule.key in story.points):
            text = text or ("" if rule.carries else self.say(self.phrases.points, rule.key))
            write_point(agreement, point, text=text, state=PointState.USED, flag=story.flags.get(rule.key, ""))

    def term(self, agreement: Agreement) -> dict:
        term = self.story.term
        start = self.month(term.start)
        data = {"start": start, "end": "", "first_follow_up": "", "follow_up_months": term.every}
        if term.months:
            data["end"] = start + relativedelta(months=term.months) - timedelta(days=1)
        if term.first_follow_up is not None:
            data["first_follow_up"] = self.today + timedelta(days=term.first_follow_up)
        form = TermForm(data, instance=Agreement(case=self.case, number=agreement.number))
        return self.filled_in(form).cleaned_data

    def consult(self) -> None:
        self.ask_units(consultation=True)

    def consulted(self) -> None:
        self.hear_units(consultation=True)

    def weigh(self) -> None:
        """Everything that has not been answered yet, about the case and about the agreement."""
        rules = [*self.rules.criteria, *self.rules.questions, *self.rules.controls, *self.rules.budgets]
        with self.on(by=self.coordinator):
            self.answer_case([rule for rule in rules if rule.per == "case"])
            subject = Subject.of(self.agreement)
            about_it = [rule for rule in rules if rule.per == "agreement"]
            self.answer_rules(about_it, subject, self.story.answers, self.story.unanswered)

    def send_to_decision(self) -> None:
        agreement = self.agreement
        with self.on(by=self.coordinator):
            self.go_on_in_spite(agreement, AgreementStage.DECISION)
            send_to_decision(agreement, by=self.coordinator, why=self.say(self.phrases.to_decision))
            self.sent_to_decision = timezone.localdate()

    # From the decision to the end

    def be_returned(self) -> None:
        if self.story.returned:
            with self.on(by=self.secretary):
                outcome = DecisionOutcome.RETURNED
                decide(self.agreement, outcome=outcome, why=self.story.returned, **self.by_the_body())

    def decide(self) -> None:
        decided, agreement = self.story.decided, self.agreement
        with self.on(by=self.secretary):
            self.go_on_in_spite(agreement, AgreementStage.SIGNING)
            decision = self.by_the_body()
            if decided.delegate:
                decision |= {"body": None, "paragraph": "", "uploads": ()}
                decision |= {"delegate": decided.delegate, "delegation_point": decided.delegation_point}
            why = decided.why or self.say(self.phrases.decided)
            decide(agreement, outcome=decided.outcome, why=why, **decision)

    def sign(self) -> None:
        who = self.place.signatory
        with self.on(by=self.secretary):
            day = max(workday(timezone.localdate() - timedelta(days=2), self.today), self.since)
            signed = [{"party": None, "name": who.name, "role": who.role, "ground": who.ground}]
            for party, _, organisation in self.parties:
                ground = "Firmatecknare enligt styrelsens protokoll"
                signed.append(
                    {"party": party, "name": organisation.contact, "role": organisation.role, "ground": ground}
                )
            names = "\n".join(f"{row['name']}, {row['role']}" for row in signed)
            scan = paper(f"Undertecknat {self.rules.agreement_is_called}", f"{self.story.title}\n\n{names}")
            sign_on_paper(
                self.agreement, [{**row, "signed_on": day} for row in signed], scan=scan, by=self.secretary
            )

    def begin(self) -> None:
        with self.on(by=self.coordinator):
            self.go_on_in_spite(self.agreement, AgreementStage.IN_FORCE)
            begin(self.agreement, by=self.coordinator)

    def afterwards(self) -> None:
        """Declarations that wait for an answer, follow-ups that were held, a meeting to come, and the end."""
        story = self.story
        self.send_declarations("sent")
        for held in story.held:
            follow_up = FollowUp.objects.filter(agreement__case=self.case).waiting().get()
            day = min(workday(follow_up.due + timedelta(days=held.late), self.today), self.ago(1))
            with self.on(day + timedelta(days=1), self.coordinator):
                told = {name: getattr(held, name) for name in ("participants", "progress", "future", "lessons")}
                hold(follow_up, held_on=day, by=self.coordinator, **told)
        if story.planned:
            day = workday(self.today + timedelta(days=story.planned.in_days), self.today + timedelta(days=400))
            with self.on(by=self.coordinator):
                note_meeting(
                    self.case,
                    name=story.planned.name,
                    rule=story.planned.rule,
                    day=day,
                    held=False,
                    participants=self.participants(),
                    by=self.coordinator,
                )
        if story.closed:
            self.day = self.ago(story.closed.ago)
            with self.on(by=self.coordinator):
                decision = {}
                if story.closed.delegate:
                    decision = {"delegate": story.closed.delegate, "delegation_point": story.closed.delegation_point}
                    decision["decided_on"] = timezone.localdate()
                end(self.case, outcome=story.closed.outcome, why=story.closed.why, by=self.coordinator, **decision)

    def letters(self, step: str) -> None:
        for letter in self.story.letters:
            if letter.after == step:
                counterpart = letter.counterpart or self.parties[0][2].contact
                with self.on(by=self.coordinator):
                    add_record(
                        self.case,
                        direction=letter.direction,
                        about=letter.about,
                        text=letter.text,
                        counterpart=counterpart,
                        uploads=[paper(letter.about, letter.text)] if letter.enclosed else [],
                        by=self.coordinator,
                    )
