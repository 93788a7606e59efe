"""One story being told: its days, its people, its words, and how the questions of a rule set are answered."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from zlib import crc32

from dateutil.relativedelta import relativedelta
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from agreements.models import Agreement, AgreementStage
from iop.cases.actions import add_record, answer, make_override, statement_is_in
from iop.cases.machinery import Staged, Subject
from iop.cases.models import Case
from iop.municipalities.permissions import Role
from iop.rulesets.schema import RuleSet
from partners.models import Party

from . import story as shapes
from .clock import acting, at, moment_of, workday
from .papers import paper
from .people import Cast

PICKED = ("title", "challenge", "idea", "target_group")  # what a story lends to the usual words


def sign(*about) -> int:
    """A number that is always the same for the same thing."""
    return crc32("|".join(map(str, about)).encode())


class Telling:
    case: Case  # from the first step on
    rules: RuleSet

    def __init__(self, place: shapes.Place, phrases: shapes.Phrases, cast: Cast, story: shapes.Story):
        self.place, self.phrases, self.cast, self.story = place, phrases, cast, story
        self.municipality = cast.municipality
        self.coordinator, self.secretary = cast.of(Role.COORDINATOR), cast.of(Role.SECRETARY)
        self.organisations = {row.key: row for row in place.organisations}
        self.sender = self.organisations[story.parties[0].organisation]
        self.parties: list[tuple[Party, shapes.Party, shapes.Organisation]] = []
        self.today = timezone.localdate()
        self.since = self.day = self.ago(story.received)  # the day of the step before, and of this one
        self.clock = moment_of(self.day, 0)
        self.sent_to_decision: date | None = None
        self._answered: set[tuple] = set()
        self.words = {name: getattr(story, name) for name in PICKED} | {
            "goal": story.goal or story.idea,
            "organisation": self.sender.name,
            "contact": self.sender.contact,
            "coordinator": self.coordinator.name,
            "municipality": self.municipality.name,
            "place": self.municipality.short_name,
            "responsible": story.responsible or "Nämnden",
        }

    # Days and words

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def month(self, months: int) -> date:
        """The first day of the month that comes so many months after this one."""
        return self.today.replace(day=1) + relativedelta(months=months)

    @contextmanager
    def on(self, day: date | None = None, by=None, *, evening: bool = False) -> Iterator[None]:
        """Then and there: office hours of a working day, or an evening for those who do this in their spare time."""
        day, start, length = day or self.day, 8 * 60 + 5, 360
        if evening:
            start, length = 18 * 60, 240
        else:
            day = workday(day, self.today)
        moment = moment_of(day, start + sign(self.story.title, day) % length)
        pause = timedelta(seconds=90 + sign(self.clock) % 240)
        self.clock = min(max(moment, self.clock + pause), timezone.now())
        with at(self.clock), acting(by):
            yield

    def say(self, variants: Iterable[str], *about) -> str:
        """One of the usual phrases, with the story's own words put in."""
        variants = list(variants)
        return variants[sign(self.story.title, *about) % len(variants)].format_map(self.words) if variants else ""

    # Papers and letters

    def paper(self, title: str) -> UploadedFile:
        day = timezone.localdate()
        words = self.words | {"title": title, "year": day.year - 1, "day": f"{day.day}/{day.month} {day.year}"}
        return paper(title, self.phrases.paper.format_map(words))

    def letters(self, step: str) -> None:
        """What else came to the case file, or went out, after a step."""
        for letter in self.story.letters:
            if letter.after == step:
                with self.on(by=self.coordinator):
                    add_record(
                        self.case,
                        direction=letter.direction,
                        about=letter.about,
                        text=letter.text,
                        counterpart=letter.counterpart or self.sender.contact,
                        uploads=[paper(letter.about, letter.text)] if letter.enclosed else [],
                        by=self.coordinator,
                    )

    # The agreement and decisions

    @property
    def agreement(self) -> Agreement:
        agreement = self.case.agreements.exclude(stage=AgreementStage.ENDED).get()
        agreement.case = self.case
        return agreement

    def by_the_body(self) -> dict:
        """A decision of the responsible body some days ago, with an extract of its minutes."""
        day = workday(timezone.localdate() - timedelta(days=4), self.today)
        day = max(day, self.sent_to_decision or self.since)
        number = 4 + day.timetuple().tm_yday // 3 + sign(self.story.title) % 3  # rises through the year, as in minutes
        body = self.case.responsible
        text = f"§ {number}\n{self.story.title}\n\nÄrende {self.case.reference}."
        extract = paper(f"Protokollsutdrag {body.name} {day}", text)
        return {"body": body, "decided_on": day, "paragraph": str(number), "uploads": [extract], "by": self.secretary}

    def go_on_in_spite(self, staged: Staged, stage: str) -> None:
        """Overrides that the story tells of, for what blocks the move to ``stage``."""
        for finding in staged.findings_before(stage):
            reason = self.story.overrides.get(finding.rule.key) if finding.rule else None
            if finding.blocks and reason:
                make_override(self.case, finding, reason=reason, by=self.coordinator)

    # Answers

    def answer_case(self, rules: Iterable) -> None:
        self.answer(rules, self.case.subject, self.story.answers, self.story.unanswered)

    def answer_parties(self, rules: Iterable) -> None:
        rules = list(rules)
        for party, row, _ in self.parties:
            self.answer(rules, party.subject, row.answers, row.unanswered)

    def answer(self, rules: Iterable, subject: Subject, given: shapes.Given, unanswered: shapes.Texts) -> None:
        """Answer each part once: as the story tells, otherwise so that the rule is content, with a usual reason."""
        for rule in rules:
            waits = getattr(rule, "waits_for", "")
            if not rule.enabled or rule.answer.type == "fact" or rule.key in unanswered:
                continue
            if waits and not statement_is_in(self.case, waits):
                continue
            for place, (part, _) in enumerate(rule.parts):
                one = (rule.key, part, subject.kind, subject.pk)
                if one in self._answered:
                    continue
                self._answered.add(one)
                told = given.get(f"{rule.key}/{part}") or given.get(rule.key)
                usual = "" if place else self.say(self.place.reasons.get(rule.key, ()), rule.key, subject.label)
                value, reason = told or ("", usual)
                with self.on(by=self.coordinator):
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
