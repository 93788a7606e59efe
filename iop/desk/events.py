"""What happened in a case, as Swedish sentences, newest first. Merges what each table keeps; writes nothing."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from agreements.models import AgreementStage
from iop.cases.actions import values_of
from iop.cases.models import Case, Direction, Stage
from iop.swedish_text import day

from .case_rows import read, records_seen


@dataclass(frozen=True)
class Event:
    at: datetime
    by: str
    sentence: str
    detail: str = ""
    kind: str = ""  # key of KINDS
    before: str = ""  # what stood there before, where a text or an answer was changed
    after: str = ""
    record: int | None = None  # the record of the case file that it tells of, if it does


KINDS = {
    "skeden": "Skeden och beslut",
    "bedomning": "Bedömning",
    "uppgifter": "Uppgifter om ärendet",
    "parter": "Parter och underlag",
    "moten": "Möten",
    "avtal": "Avtal",
    "handlingar": "Handlingar",
}


def events_of(case: Case, user, most: int | None = None) -> list[Event]:
    """What ``user`` may know of the case."""
    rows, records = read(case, past=True), records_seen(case, user)
    told = (
        ("skeden", _stages(case, rows["stage_changes"])),
        ("uppgifter", _changes(rows["past_facts"], FACTS)),
        ("uppgifter", _changes(rows["past_initiative"], {"origin": "Vem som tog initiativet"})),
        ("bedomning", _answers(case, rows["past_answers"])),
        ("skeden", _overrides(rows["overrides"])),
        ("skeden", _decisions(rows["decisions"])),
        ("parter", _documents(case, rows["past_documents"])),
        ("moten", _meetings(rows["past_meetings"])),
        ("avtal", _terms(rows["past_agreements"])),
        ("avtal", _points(rows["past_points"])),
        ("parter", _contributions(rows["past_contributions"])),
        ("uppgifter", _publications(rows["past_publications"])),
        ("handlingar", _records(records)),
    )
    seen = {record.pk for record in records}
    events = [replace(event, kind=kind) for kind, found in told for event in found]
    events = [event for event in events if event.record is None or event.record in seen]
    return sorted(events, key=lambda event: event.at, reverse=True)[:most]


def _stages(case, rows):
    the_agreement = case.rules.the_agreement.capitalize()
    labels = {
        ("case", Stage.ASSESSMENT): "Bedömningen började",
        ("case", Stage.DIALOGUE): "Dialogen inleddes",
        ("case", Stage.AGREEMENT): "Avtalsskrivningen började",
        ("case", Stage.IN_FORCE): "Partnerskapet började gälla",
        ("case", Stage.CLOSED): "Ärendet avslutades",
        ("agreement", AgreementStage.DRAFTING): f"{the_agreement} gick tillbaka till avtalsskrivning",
        ("agreement", AgreementStage.DECISION): "Förslaget skickades till beslut",
        ("agreement", AgreementStage.SIGNING): f"{the_agreement} lades fram för underskrift",
        ("agreement", AgreementStage.IN_FORCE): f"{the_agreement} började gälla",
        ("agreement", AgreementStage.ENDED): f"{the_agreement} upphörde",
    }
    for change in rows:
        sentence = labels.get((change.subject_kind, change.to_stage), f"Skedet ändrades till {change.to_stage}")
        warned = sum(one["effect"] == "warn" for one in change.findings)
        stood = {0: "", 1: "En varning stod kvar"}.get(warned, f"{warned} varningar stod kvar")
        ends = change.to_stage in (Stage.CLOSED, AgreementStage.ENDED)
        why = "" if ends and case.closing_record_id else change.why  # the record tells why, to those who see it
        yield Event(change.at, change.by_name, sentence, why or stood)


def _answers(case, rows):
    rules = {rule.key: rule for rule in case.rules.every_rule()}
    stood: dict[int, str] = {}  # answer -> how it stood before
    for row in rows:
        rule = rules.get(row.rule)
        if rule is None:
            continue
        label = values_of(rule).get(row.value)
        value = label.lower() if label else row.value or "inget svar än"
        before, stood[row.id] = stood.get(row.id, ""), f"{value}. {row.reason}".strip()
        part = dict(rule.parts).get(row.part, "") or getattr(rule, "ask", "") or rule.wording
        yield Event(
            row.history_date,
            row.said_by or (row.by.name if row.by else ""),
            f"{short(part.rstrip('.'))}: {short(value, 60)}",
            row.reason,
            before=before,
            after=stood[row.id] if before else "",
        )


def short(text: str, most: int = 90) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _overrides(rows):
    for row in rows:
        yield Event(row.at, row.by.name, f"Avsteg: {row.finding}", row.reason)


def _decisions(rows):
    for row in rows:
        paragraph = f", § {row.paragraph}" if row.paragraph else ""
        sentence = f"{row.get_kind_display()} infördes: {row.decided_by}{paragraph}"
        yield Event(row.at, row.by.name, sentence, row.reasons, record=row.record_id)


def _records(rows):
    for row in rows:
        yield Event(
            row.registered_at,
            row.by.name if row.by else row.counterpart if row.direction == Direction.IN else "",
            f"Handling {row.number}: {row.about}",
            record=row.pk,
        )


def _documents(case, rows):
    rules = {rule.key: rule for rule in case.rules.documents}
    for row in rows:
        rule = rules.get(row.rule)
        label = dict(rule.parts).get(row.part, rule.label) if rule else row.rule
        sentence = f"{label}, {row.party.name}: {row.get_status_display()}"
        yield Event(row.history_date, row.by.name if row.by else "", sentence, row.note, record=row.record_id)


FACTS = {
    "title": "Rubriken",
    "diary_number": "Diarienumret",
    "coordinator": "Handläggaren",
    "unit": "Samordnande enhet",
    "responsible": "Ansvarig nämnd eller styrelse",
    "affected_units": "Berörda nämnder och bolag",
    "other_municipalities": "Andra kommuner som berörs",
    "areas": "Områden",
    "secrecy_ground": "Grunden för sekretess",
}
TERM = {
    "start": "Startdagen",
    "end": "Slutdagen",
    "first_follow_up": "Första uppföljningen",
    "follow_up_months": "Månader mellan uppföljningar",
}


def _terms(rows):
    by_agreement = {}
    for row in rows:
        by_agreement.setdefault(row.id, []).append(row)
    for one in by_agreement.values():
        yield from _changes(one, TERM)


def _changes(rows, fields: dict[str, str]):
    """One event for each field that differs between a row of the history and the one before."""
    for before, after in pairwise(rows):
        by = after.history_user.name if after.history_user else ""
        for name, label in fields.items():
            was, became = _in_words(before, name), _in_words(after, name)
            if was != became:
                yield Event(after.history_date, by, f"{label} ändrades: «{was}» → «{became}»")


def _in_words(row, name: str) -> str:
    if name == "affected_units":
        return ", ".join(sorted(one.unit.name for one in row.historicalcase_affected_units_set.all())) or "–"
    value = getattr(row, f"get_{name}_display", lambda: getattr(row, name))()
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list):
        value = ", ".join(value)
    return "–" if value in (None, "") else str(value)


def _meetings(rows):
    """Those that were held or cancelled are told by their record."""
    for row in rows:
        if row.history_type == "+" and not row.held:
            by = row.history_user.name if row.history_user else ""
            yield Event(row.history_date, by, f"{row.name} planerades till den {_when(row)}")
    for before, after in pairwise(rows):
        if before.id == after.id and (before.day, before.starts) != (after.day, after.starts):
            by = after.history_user.name if after.history_user else ""
            yield Event(
                after.history_date, by, f"{after.name} flyttades från den {_when(before)} till den {_when(after)}"
            )


def _when(meeting) -> str:
    at = meeting.starts
    return f"{day(meeting.day)} kl. {at.hour}.{at.minute:02}" if at else day(meeting.day)


def _points(rows):
    stood: dict[int, str] = {}  # point -> its text before
    for row in rows:
        before, stood[row.id] = stood.get(row.id, ""), row.text
        if row.history_type == "+":
            continue
        changed = {"before": before, "after": row.text} if before and before != row.text else {}
        by = row.history_user.name if row.history_user else ""
        what = " togs bort" if row.history_type == "-" else f": {row.get_state_display()}"
        yield Event(row.history_date, by, f"Punkten {row.heading}{what}", short(row.text, 200), **changed)


def _contributions(rows):
    verbs = {"+": "antecknades", "~": "ändrades", "-": "togs bort"}
    for row in rows:
        by = row.history_user.name if row.history_user else ""
        yield Event(row.history_date, by, f"Insatsen {row.what} {verbs[row.history_type]}")


def _publications(rows):
    shown, before = None, {}
    for row in rows:
        was, shown, before_it, before = shown, row.published_at, before, row.shown
        by = row.history_user.name if row.history_user else ""
        if shown == was:
            continue
        if shown is None:
            yield Event(row.history_date, by, "Partnerskapet togs bort ur det öppna registret")
            continue
        verb = "publicerades i det öppna registret" if was is None else "publicerades på nytt i det öppna registret"
        texts = [_published(one) for one in (before_it, before)]
        changed = dict(zip(("before", "after"), texts, strict=True)) if was and texts[0] != texts[1] else {}
        yield Event(row.history_date, by, f"Partnerskapet {verb}", **changed)


def _published(shown: dict) -> str:
    return "\n\n".join(text for name in ("title", "description", "results") if (text := shown.get(name)))
