"""The timeline: Swedish sentences, by kind, with what stood before and after."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agreements.actions import write_point
from initiatives.meetings import Agreed, note_meeting, tick_point
from iop.cases.actions import add_record, answer
from iop.cases.links import link, unlink
from iop.cases.models import Case
from iop.cases.secrecy import let_in, lift_secrecy, mark_secret
from iop.cases.statements import answer_statement, ask_statement, return_statement
from iop.desk.events import KINDS, events_of
from iop.swedish_text import kronor
from partners.actions import edit_party, leave
from partners.models import Activity
from partners.papers import review
from tests.cases import driver

TODAY = timezone.localdate()
GROUND = "25 kap. 1 § OSL"


@pytest.fixture
def answered(assessed, coordinator):
    rule = next(rule for rule in assessed.rules.criteria if rule.key == "MOR-39")
    answer(assessed, rule, part="", value="no", reason="Otydligt.", by=coordinator)
    answer(assessed, rule, part="", value="yes", reason="Nu är det tydligt.", by=coordinator)
    return assessed


def test_an_answer_tells_what_stood_before_and_after(answered, coordinator):
    later, first = [event for event in events_of(answered, coordinator) if event.kind == "bedomning"]
    assert (first.before, first.after) == ("", "")
    assert (later.before, later.after) == ("nej. Otydligt.", "ja. Nu är det tydligt.")


def test_a_question_with_its_own_mark_gets_no_second(assessed, coordinator):
    asked = "Vill kommunen bara köpa en tjänst av organisationen?"
    rule = next(rule for rule in assessed.rules.every_rule() if getattr(rule, "ask", "") == asked)
    answer(assessed, rule, part="", value="no", by=coordinator)
    (event,) = [event for event in events_of(assessed, coordinator) if event.kind == "bedomning"]
    assert event.sentence == f"{asked} Nej"


def test_an_answer_and_the_reason_that_follows_it_are_told_as_one(answered, coordinator):
    rule = next(rule for rule in answered.rules.criteria if rule.key == "MOR-40")
    for reason in ("", "Föreningen leder arbetet."):
        answer(answered, rule, part="", value="yes", reason=reason, by=coordinator)
    latest, before, *_ = [event for event in events_of(answered, coordinator) if event.kind == "bedomning"]
    assert (latest.detail, latest.before) == ("Föreningen leder arbetet.", "")
    assert latest.sentence != before.sentence
    row = answered.answers.get(rule="MOR-40").history.earliest("history_date")
    type(row).objects.filter(pk=row.pk).update(history_date=row.history_date - timedelta(hours=1))
    answered = Case.objects.get(pk=answered.pk)
    first = [event for event in events_of(answered, coordinator) if event.sentence == latest.sentence]
    assert [event.detail for event in first] == ["Föreningen leder arbetet.", ""]


def test_records_are_told_as_sentences(assessed, coordinator, mora):
    unit = mora.units.get(name="Upphandlingsenheten")
    asked = {"question": "Vad anser ni?", "due": TODAY + timedelta(days=9), "by": coordinator}
    statement = ask_statement(assessed, unit=unit, **asked)
    answer_statement(statement, text="Ja.", name="Rut Ek", by=None)
    return_statement(ask_statement(assessed, outside="Länsstyrelsen", **asked), why="Nej.", name="Bo", by=None)
    add_record(assessed, direction="out", counterpart="anna@sprakbron.example", about="Tack", by=coordinator)
    add_record(assessed, direction="in", about="Brev", by=coordinator)
    add_record(assessed, direction="internal", about="Anteckning", by=coordinator)
    at = assessed.records.get(about="Begäran om yttrande från Upphandlingsenheten").number
    assert told(assessed, coordinator, "handlingar")[at - 1 :] == [
        f"«Begäran om yttrande från Upphandlingsenheten» fördes till akten (Upphandlingsenheten), som handling {at}",
        f"Yttrande från Upphandlingsenheten kom in från Rut Ek, som handling {at + 1}",
        f"«Begäran om yttrande från Länsstyrelsen» skickades till Länsstyrelsen, som handling {at + 2}",
        f"Frågan till Länsstyrelsen lämnades tillbaka av Bo, Länsstyrelsen, som handling {at + 3}",
        f"«Tack» skickades till anna@sprakbron.example, som handling {at + 4}",
        f"Brev kom in, som handling {at + 5}",
        f"«Anteckning» fördes till akten, som handling {at + 6}",
    ]


def test_a_point_tells_its_text_before_and_after(agreement, coordinator):
    point = agreement.points.first()
    for text in ("Parterna är två.", "Parterna är tre."):
        write_point(agreement, point, text=text, state="used")
    changed = [event for event in events_of(agreement.case, coordinator) if event.after == "Parterna är tre."]
    assert [event.before for event in changed] == ["Parterna är två."]


def told(case, user, kind: str) -> list[str]:
    """As it stands now: what has been read for a case is not read again."""
    events = events_of(Case.objects.get(pk=case.pk), user)
    return [event.sentence for event in reversed(events) if event.kind == kind]


def test_who_is_a_party_and_whom_to_ask_there(assessed, coordinator):
    party = driver.join(assessed, "Läxbron", 31)
    activity = Activity.objects.create(organisation=party.organisation, name="Läxhjälp")
    facts = {"legal_form": "ideell_forening", "activity": activity, "contact_name": "Eva Ny"}
    edit_party(party, **facts, contact_email="eva@forening.example")
    party.refresh_from_db()
    leave(party, by=coordinator)
    support = driver.support(assessed.parties.first(), activity=None, giver="Region Dalarna")
    support.value_per_year = 20000
    support.save()
    assert told(assessed, coordinator, "parter") == [
        "Språkbron blev part i ärendet",
        "Läxbron blev part i ärendet",
        "Verksamheten för Läxbron ändrades: «Språkcafé på biblioteket» → «Läxhjälp»",
        "E-postadressen för Läxbron ändrades: «olle@forening.example» → «eva@forening.example»",
        "Kontaktpersonen för Läxbron ändrades: «Olle Ordförande» → «Eva Ny»",
        "Läxbron lämnade ärendet",
        "Annat stöd till Språkbron antecknades: Bidrag",
        "Annat stöd till Språkbron ändrades: Bidrag",
    ]
    changed = events_of(assessed, coordinator)[0]
    assert changed.before == "Bidrag, från Region Dalarna"
    assert changed.after == f"Bidrag, från Region Dalarna, {kronor(20000)} per år"


def test_a_paper_tells_how_it_stood_before(assessed, coordinator):
    driver.hand_in_all(assessed.parties.get(), assessed.rules.documents[:1], by=coordinator)
    said = {"status": "rejected", "note": "Fel år.", "due": date(2027, 3, 2), "by": coordinator}
    rule = assessed.rules.documents[0]
    review(assessed.parties.get(), rule, rule.parts[0][0], **said)
    events = [event for event in events_of(assessed, coordinator) if event.kind == "parter"]
    how = {event.sentence.rpartition(": ")[2]: (event.before, event.after) for event in events}
    assert how["har kommit"] == ("", "") and how["granskad"] == ("har kommit", "granskad")
    assert how["godtogs inte, nytt senast den 2 mars 2027"] == ("granskad", "godtogs inte")


def test_what_was_agreed_is_told_with_its_minutes_alone(assessed, coordinator, secretary):
    points = [Agreed("Skicka stadgarna", "Anna", TODAY)]
    meeting = note_meeting(
        assessed, name="Första möte", day=TODAY, held=True, participants="Alla", points=points, by=coordinator
    )
    tick_point(meeting.points.get(), by=coordinator)
    agreed = ["Överenskommet på första möte: Skicka stadgarna", "Klart: Skicka stadgarna"]
    assert told(assessed, secretary, "moten") == agreed
    meeting.refresh_from_db()
    mark_secret(meeting.minutes, ground=GROUND, by=coordinator)
    assert told(assessed, secretary, "moten") == []
    assert told(assessed, coordinator, "moten") == agreed


def test_links_are_told_to_those_who_see_both_cases(assessed, mora, coordinator, secretary):
    other = driver.send_in(mora, title="Läxhjälp")
    unlink(link(assessed, other, note="Samma hus.", by=coordinator))
    about = f"{other.reference} Läxhjälp"

    def links(case, user) -> list[str]:
        return [one for one in told(case, user, "uppgifter") if one.startswith("Länk")]

    assert links(assessed, secretary) == [f"Länkades med {about}", f"Länken till {about} togs bort"]
    assert len(links(other, secretary)) == 2
    mark_secret(other, ground=GROUND, by=coordinator)
    assert links(assessed, secretary) == []
    assert links(assessed, coordinator) == [
        "Länkades med ett ärende med sekretess",
        "Länken till ett ärende med sekretess togs bort",
    ]


def test_secrecy_of_a_record_is_told_to_those_who_may_see_it(assessed, coordinator, secretary):
    record = add_record(assessed, direction="in", about="Intyg", by=coordinator)
    mark_secret(record, ground=GROUND, by=coordinator)
    marked = f"Handling {record.number} sekretessmarkerades"
    assert marked in told(assessed, coordinator, "handlingar")
    assert marked not in told(assessed, secretary, "handlingar")
    lift_secrecy(record, by=coordinator)
    lifted = f"Handling {record.number} är inte längre sekretessmarkerad"
    assert [one for one in told(assessed, secretary, "handlingar") if "sekretess" in one] == [marked, lifted]


@pytest.mark.parametrize("what", ["case", "record"])
def test_who_was_let_in_and_shut_out_is_told(assessed, coordinator, secretary, reader, what):
    record = add_record(assessed, direction="in", about="Intyg", by=coordinator)
    secret, called, kind = (assessed, "ärendet", "uppgifter")
    if what == "record":
        secret, called, kind = record, f"handling {record.number}", "handlingar"
    mark_secret(secret, ground=GROUND, by=coordinator)
    let_in(secret, [secretary, reader], by=coordinator)
    let_in(secret, [reader], by=coordinator)
    events = events_of(Case.objects.get(pk=assessed.pk), coordinator)
    assert [(one.sentence, one.before, one.after) for one in reversed(events) if " se " in one.sentence] == [
        (f"Karin Samordnare får se {called}", "ingen", "Karin Samordnare"),
        (
            f"Lars Läsare, Siv Sekreterare får se {called}",
            "Karin Samordnare",
            "Karin Samordnare, Lars Läsare, Siv Sekreterare",
        ),
        (
            f"Siv Sekreterare får inte längre se {called}",
            "Karin Samordnare, Lars Läsare, Siv Sekreterare",
            "Karin Samordnare, Lars Läsare",
        ),
    ]
    assert {one.kind for one in events if " se " in one.sentence} == {kind}
    assert [one for one in told(assessed, secretary, "handlingar") if " se " in one] == []


def test_what_a_contribution_was_is_told_when_it_is_gone(assessed, coordinator):
    theirs = {"kind": "volunteer_time", "what": "Ledare", "hours_per_year": 100, "value_per_year": 17500}
    row = assessed.contributions.create(party=assessed.parties.get(), basis="175 kr per timme", **theirs)
    row.value_per_year = 18000
    row.save()
    row.delete()
    unit = assessed.municipality.units.bodies().first()
    assessed.contributions.create(kind="money", what="Stöd", payer=unit)
    told = [one for one in reversed(events_of(assessed, coordinator)) if one.sentence.startswith("Insatsen")]
    was, became = (
        f"Språkbron: ideell tid, Ledare, 100 timmar och {kronor(value)} per år, 175 kr per timme"
        for value in (17500, 18000)
    )
    assert [(one.sentence, one.detail, one.before, one.after) for one in told] == [
        ("Insatsen Ledare antecknades", was, "", ""),
        ("Insatsen Ledare ändrades", "", was, became),
        ("Insatsen Ledare togs bort", became, "", ""),
        ("Insatsen Stöd antecknades", f"{unit.name}: pengar, Stöd", "", ""),
    ]


def test_every_event_has_a_kind(in_force, coordinator):
    meeting = {"name": "Idémöte", "day": timezone.localdate() + timedelta(days=9), "participants": "Alla"}
    note_meeting(in_force.case, by=coordinator, **meeting)
    kinds = {event.kind for event in events_of(in_force.case, coordinator)}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("kind", [*KINDS, "", "finns-inte"])
def test_the_page_shows_the_kind_that_is_chosen(in_force, coordinator, kind):
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{in_force.case.reference}/handelser/?visa={kind}")
    shown = {event.kind for event in page.context["events"]}
    every = {event.kind for event in events_of(in_force.case, coordinator)}
    assert shown == (every & {kind} if kind in KINDS else every)
    if kind in KINDS:
        assert f'href="?visa={kind}" aria-current="true"' in page.text
