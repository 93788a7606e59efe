"""What happened in a case, as Swedish sentences, newest first. Merges what each table keeps; writes nothing."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from agreements.models import AgreementStage
from iop.cases.actions import values_of
from iop.cases.models import Case, Direction, LinkKind, Stage
from iop.swedish_text import day, kronor, lower_first

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
    seen = {record.pk for record in records}
    told = (
        ("skeden", _stages(case, rows["stage_changes"], rows["decisions"])),
        ("uppgifter", _changes(rows["past_facts"], FACTS)),
        ("uppgifter", _let_in(rows["past_facts"], "ärendet")),
        ("uppgifter", _changes(rows["past_initiative"], {"origin": "Vem som tog initiativet"})),
        ("bedomning", _answers(case, rows["past_answers"])),
        ("skeden", _overrides(rows["overrides"])),
        ("skeden", _decisions(rows["decisions"])),
        ("parter", _parties(rows["past_parties"])),
        ("parter", _documents(case, rows["past_documents"])),
        ("parter", _support(rows["past_support"])),
        ("moten", _meetings(rows["past_meetings"])),
        ("moten", _agreed(rows["past_agreed"], rows["agreed"], seen)),
        ("avtal", _terms(rows["past_agreements"])),
        ("avtal", _points(rows["past_points"])),
        ("avtal", _signatures(case, rows["signatures"])),
        ("parter", _contributions(case, rows["past_contributions"])),
        ("uppgifter", _links(case, rows["past_links"], user)),
        ("uppgifter", _publications(rows["past_publications"])),
        ("handlingar", _records(records, rows["statements"])),
        ("handlingar", _secrecy(rows["past_secrecy"])),
    )
    events = [replace(event, kind=kind) for kind, found in told for event in found]
    events = [event for event in events if event.record is None or event.record in seen]
    return sorted(events, key=lambda event: event.at, reverse=True)[:most]


SOON = timedelta(minutes=15)  # between an answer and its reason
AGAIN = {Stage.CLOSED: "Ärendet öppnades igen", Stage.DIALOGUE: "Bedömningen öppnades igen"}


def _stages(case, rows, decisions):
    told = {decision.reasons for decision in decisions}  # of a step that a decision took, the decision tells why
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
        if (change.subject_kind, change.to_stage) == ("case", Stage.ASSESSMENT):
            sentence = AGAIN.get(change.from_stage, sentence)
        if change.to_stage == AgreementStage.ENDED and change.from_stage != AgreementStage.IN_FORCE:
            sentence = f"{the_agreement} blev inte av"
        warned = sum(one["effect"] == "warn" for one in change.findings)
        stood = {0: "", 1: "En varning stod kvar"}.get(warned, f"{warned} varningar stod kvar")
        ends = change.to_stage in (Stage.CLOSED, AgreementStage.ENDED)
        why = "" if ends or change.why in told else change.why  # a record tells why, to those who see it
        yield Event(change.at, change.by_name, sentence, why or stood)


def _answers(case, rows):
    rules = {rule.key: rule for rule in case.rules.every_rule()}
    stood: dict[int, str] = {}  # answer -> how it stood before
    for row in _with_their_reasons(rows):
        rule = rules.get(row.rule)
        if rule is None:
            continue
        label = values_of(rule).get(row.value)
        value = label.lower() if label else row.value or "inget svar än"
        before, stood[row.id] = stood.get(row.id, ""), f"{value}. {row.reason}".strip()
        part = dict(rule.parts).get(row.part, "") or getattr(rule, "ask", "") or rule.wording
        asked, told = short(part.rstrip(".")), short(value, 60)
        yield Event(
            row.history_date,
            row.said_by or (row.by.name if row.by else ""),
            f"{asked} {told[:1].upper()}{told[1:]}" if asked.endswith("?") else f"{asked}: {told}",
            row.reason,
            before=before,
            after=stood[row.id] if before else "",
        )


def _with_their_reasons(rows):
    """The page saves an answer when it is chosen, and again when its reason is written: that is told as one."""
    later: dict[int, object] = {}  # answer -> what was saved next
    kept = []
    for row in reversed(rows):
        after, later[row.id] = later.get(row.id), row
        same = after and (after.value, after.by_id, after.said_by) == (row.value, row.by_id, row.said_by)
        if not (same and not row.reason and after.history_date - row.history_date < SOON):
            kept.append(row)
    return kept[::-1]


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


def _records(rows, statements):
    answered = {one.record_id: one.answered_name for one in statements if one.record_id}
    returned = {one.returned_record_id for one in statements}
    for row in rows:
        sentence = f"{_of_the_file(row, answered, returned)}, som handling {row.number}"
        yield Event(row.registered_at, row.by.name if row.by else "", sentence, record=row.pk)


def _of_the_file(record, answered: dict[int, str], returned: set[int]) -> str:
    """How it came to the case file. What one of our own units answers came in, too, from whoever answered."""
    if record.pk in returned:
        return f"{record.about} av {record.counterpart}"  # «Frågan till … lämnades tillbaka»
    if record.direction == Direction.IN or record.pk in answered:
        sender = answered.get(record.pk) or record.counterpart
        return f"{record.about} kom in" + (f" från {sender}" if sender else "")
    if record.direction == Direction.OUT:
        return f"«{record.about}» skickades" + (f" till {record.counterpart}" if record.counterpart else "")
    return f"«{record.about}» fördes till akten" + (f" ({record.counterpart})" if record.counterpart else "")


def _documents(case, rows):
    rules = {rule.key: rule for rule in case.rules.documents}
    stood: dict[int, str] = {}  # paper -> its state before
    for row in rows:
        rule = rules.get(row.rule)
        label = dict(rule.parts).get(row.part, rule.label) if rule else row.rule
        before, stood[row.id] = stood.get(row.id, ""), row.get_status_display()
        changed = {"before": before, "after": stood[row.id]} if before not in ("", stood[row.id]) else {}
        sentence, by = f"{label}, {row.party.name}: {stood[row.id]}", row.by.name if row.by else ""
        sentence += f", nytt senast den {day(row.due)}" if row.due else ""
        yield Event(row.history_date, by, sentence, row.note, record=row.record_id, **changed)


def _parties(rows):
    for one in _one_by_one(rows):
        first, name = one[0], one[-1].public_body or one[-1].organisation.name
        if first.history_type == "+":
            asked = "Namngiven av avsändaren, som säger att den är med." if first.named_by_sender else ""
            yield Event(first.history_date, _by(first), f"{name} blev part i ärendet", asked)
        yield from _changes(one, {field: f"{label} för {name}" for field, label in PARTY.items()})
        for before, after in pairwise(one):
            if (before.left_on is None) != (after.left_on is None):
                how = "lämnade ärendet" if after.left_on else "kom tillbaka till ärendet"
                yield Event(after.history_date, _by(after), f"{name} {how}")


def _support(rows):
    verbs = {"+": "antecknades", "~": "ändrades", "-": "togs bort"}
    for one in _one_by_one(rows):
        before = ""
        for row in one:
            stands = f"{row.what}, från {row.unit or row.giver}"
            if row.value_per_year:
                stands += f", {kronor(row.value_per_year)} per år"
            changed = {"before": before, "after": stands} if row.history_type == "~" else {}
            sentence = f"Annat stöd till {row.organisation.name} {verbs[row.history_type]}: {row.what}"
            yield Event(row.history_date, _by(row), sentence, "" if changed else stands, **changed)
            before = stands


FACTS = {
    "title": "Rubriken",
    "diary_number": "Diarienumret",
    "coordinator": "Handläggaren",
    "unit": "Samordnande enhet",
    "responsible": "Ansvarig nämnd eller styrelse",
    "affected_units": "Berörda nämnder och bolag",
    "other_municipalities": "Andra kommuner som berörs",
    "areas": "Områden",
    "answers_by": "Dagen för organisationens svar",
    "secrecy_ground": "Grunden för sekretess",
}
TERM = {
    "start": "Startdagen",
    "end": "Slutdagen",
    "first_follow_up": "Första uppföljningen",
    "follow_up_months": "Månader mellan uppföljningar",
}


PARTY = {
    "contact_name": "Kontaktpersonen",
    "contact_email": "E-postadressen",
    "contact_phone": "Telefonnumret",
    "activity": "Verksamheten",
}


def _terms(rows):
    for one in _one_by_one(rows):
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
            sentence = f"{after.name} flyttades från den {_when(before)} till den {_when(after)}"
            if after.held:
                sentence = f"{after.name} hölls den {_when(after)}. Det var planerat till den {_when(before)}"
            yield Event(after.history_date, _by(after), sentence)
        if before.id == after.id and before.place != after.place:
            stood = {"before": before.place or "inte angiven", "after": after.place or "inte angiven"}
            yield Event(after.history_date, _by(after), f"{after.name} fick en annan plats", **stood)


def _agreed(rows, points, seen):
    """What was agreed is as secret as the minutes, and as the record of its own that an addition has."""
    added = {point.pk: point.record_id for point in points}
    for one in _one_by_one(rows):
        minutes, first = one[-1].meeting.minutes_id, one[0]
        if minutes is not None and minutes not in seen:
            continue
        record = added.get(first.id) or minutes
        if first.history_type == "+":
            sentence = f"Överenskommet på {lower_first(first.meeting.name)}: {short(first.text)}"
            detail = f"{first.who}, senast {day(first.due)}"
            yield Event(first.history_date, _by(first), sentence, detail, record=record)
        for event in _changes(one, {"text": "Överenskommelsen", "who": "Vem som gör det", "due": "Dagen"}):
            yield replace(event, detail=short(one[-1].text), record=record)
        for before, after in pairwise(one):
            if (before.done_on is None) != (after.done_on is None):
                done = "Klart" if after.done_on else "Inte klart längre"
                yield Event(after.history_date, _by(after), f"{done}: {short(after.text)}", record=record)


def _links(case, rows, user):
    """Of cases that the person sees, too. One that is secret is not named: events are handed out.

    Why two were made one is told by their records, to those who see them.
    """
    others = {row.other_id if row.case_id == case.pk else row.case_id for row in rows}
    seen = {one.pk: one for one in Case.objects.visible_to(user).filter(pk__in=others)} if others else {}
    for row in rows:
        other = seen.get(row.other_id if row.case_id == case.pk else row.case_id)
        if other is None:
            continue
        name = "ett ärende med sekretess" if other.secret else f"{other.reference} {other.title}"
        if row.history_type == "-":
            sentence = f"Länken till {name} togs bort"
        elif row.kind == LinkKind.RELATED:
            sentence = f"Länkades med {name}"
        else:
            sentence = f"Sammanfördes med {name}" if row.case_id == case.pk else f"Hit sammanfördes {name}"
        silent = other.secret or row.kind == LinkKind.DOUBLE
        yield Event(row.history_date, _by(row), sentence, "" if silent else row.note)


def _secrecy(rows):
    """Of records. That one was marked is known to those who may see it, as all that is about it."""
    for one in _one_by_one(rows):
        for before, after in pairwise(one):
            was, became, record = before.secrecy_ground, after.secrecy_ground, f"handling {after.number}"
            if before.secret != after.secret:
                how = "sekretessmarkerades" if after.secret else "är inte längre sekretessmarkerad"
                sentence = f"{record.capitalize()} {how}"
                yield Event(after.history_date, _by(after), sentence, became or was, record=after.id)
            elif was != became:
                sentence = f"Grunden för sekretess, {record}, ändrades: «{was}» → «{became}»"
                yield Event(after.history_date, _by(after), sentence, record=after.id)
        for event in _let_in(one, f"handling {one[0].number}"):
            yield replace(event, record=one[0].id)


def _let_in(rows, what: str):
    """Who was let in to what is secret, or shut out, with all of them before and after."""
    for before, after in pairwise(rows):
        was, became = _people(before), _people(after)
        stood = {"before": ", ".join(was.values()) or "ingen", "after": ", ".join(became.values()) or "ingen"}
        came, gone = ({one: a[one] for one in a if one not in b} for a, b in ((became, was), (was, became)))
        for people, sees in ((came, "får se"), (gone, "får inte längre se")):
            if people:
                yield Event(after.history_date, _by(after), f"{', '.join(people.values())} {sees} {what}", **stood)


def _people(row) -> dict[int, str]:
    """Those who were let in at that time, by name."""
    rows = getattr(row, f"{row._meta.model_name}_cleared_set").all()
    return {one.user_id: one.user.name for one in sorted(rows, key=lambda one: one.user.name)}


def _by(row) -> str:
    return row.history_user.name if row.history_user else ""


def _one_by_one(rows):
    """What has stood in each row of a table, first to last."""
    return [list(one) for _, one in groupby(rows, key=lambda row: row.id)]


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


def _signatures(case, rows):
    for row in rows:
        side = row.party.name if row.party else case.municipality.name
        sentence = f"Underskriften av {row.name} för {side} fördes in"
        yield Event(row.at, row.by.name, sentence, row.ground, record=row.scan_id)


def _contributions(case, rows):
    verbs = {"+": "antecknades", "~": "ändrades", "-": "togs bort"}
    for one in _one_by_one(rows):
        before = ""
        for row in one:
            stands = _contribution(case, row)
            changed = {"before": before, "after": stands} if row.history_type == "~" else {}
            sentence = f"Insatsen {row.what} {verbs[row.history_type]}"
            yield Event(row.history_date, _by(row), sentence, "" if changed else stands, **changed)
            before = stands


def _contribution(case, row) -> str:
    """«Språkbron: ideell tid, Ledare, 100 timmar och 17 500 kr per år, 175 kr per timme»"""
    giver = row.party.name if row.party else row.payer.name if row.payer else case.municipality.name
    hours = f"{row.hours_per_year} timmar" if row.hours_per_year else ""
    value = "" if row.value_per_year is None else kronor(row.value_per_year)
    amount = " och ".join(filter(None, [hours, value]))
    told = [lower_first(row.get_kind_display()), row.what, amount and f"{amount} per år", row.basis]
    return f"{giver}: {', '.join(filter(None, told))}"


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
