"""What a secret record tells stands nowhere else: not in a tab, the events, a list or a search, nor for those outside.

Every text that people write and that becomes a record has a word of its own here. What is written elsewhere about the
same thing is not hidden (docs/decisions.md).
"""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from agreements.actions import begin_writing, decide, send_to_decision
from agreements.sharing import comment, share
from followup.actions import end as end_case
from followup.actions import hold
from followup.models import FollowUp
from initiatives.form_choice import judge_form
from initiatives.meetings import Agreed, add_point, cancel_meeting, note_meeting
from initiatives.models import AgreedPoint, FormJudgement, Initiative, Meeting, UnitRound
from initiatives.rounds import write_position
from iop.cases.actions import add_record, edit_facts, record_decision
from iop.cases.disclosures import hand_out
from iop.cases.letters import answer_letter
from iop.cases.models import Case, Record, Statement
from iop.cases.recusals import state
from iop.cases.reminders import remind_of_letter, remind_of_statement
from iop.cases.secrecy import lift_secrecy, mark_secret
from iop.cases.statements import answer_statement, ask_statement, return_statement
from iop.desk.case_rows import hides
from iop.desk.events import events_of
from iop.municipalities.permissions import Role
from partners import access
from partners.merging import merge
from partners.messages import write
from partners.papers import hand_in, review
from tests.cases import driver
from tests.mine import people

GROUND = "26 kap. 1 § OSL"
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=7)
TABS = ["", "fakta/", "checklista/", "parter/", "yttranden/", "brev/", "brev/skriv/", "brev/skriv/?mall=avslut"]
TABS += ["avtal/", "uppfoljning/", "register/", "akt/", "akt/lamna-ut/", "handelser/", "samband/", "avsluta/"]
LISTS = ["arbetsbord/?visa=alla", "arenden/?skede=alla", "organisationer/", "avtal/", "uppfoljning/", "statistik/"]


@pytest.fixture
def soderhamn(db):
    """Whose guideline asks for a ruling on some organisations."""
    return driver.municipality("soderhamn")


@pytest.fixture
def karin(soderhamn):
    return driver.person("Karin Samordnare", soderhamn, Role.COORDINATOR)


@pytest.fixture
def kim(soderhamn):
    """A colleague who is let in to nothing; a coordinator is shown the most forms."""
    return driver.person("Kim Kollega", soderhamn, Role.COORDINATOR)


@pytest.fixture
def written(soderhamn, karin, kim):
    """A case in force in which everything has been written that becomes a record. Each text is «<what>ordet»."""
    case = driver.send_in(soderhamn, legal_form="ekonomisk_forening")
    driver.to_assessment(case, by=karin)
    party, unit, by = case.parties.get(), soderhamn.units.bodies().first(), {"by": karin}
    add_record(case, direction="in", about="Brev", text="handlingordet", uploads=[driver.pdf("filordet.pdf")], **by)
    judge_form(case, "grant", reasons="formordet", **by)
    mailed = {"to": "r@regionen.example", "absolute": driver.absolute}
    asked = ask_statement(case, outside="Regionen", question="frågeordet", due=SOON, **mailed, **by)
    remind_of_statement(asked, absolute=driver.absolute, **by)
    answer_statement(asked, text="yttrandeordet", name="Rut", **by)
    returned = ask_statement(case, outside="Länsstyrelsen", question="Vad anser ni?", due=SOON, **by)
    return_statement(returned, why="återordet", name="Lars", **by)
    meeting = note_meeting(case, name="Samtal", day=TODAY, participants="Anna Åkesson", notes="mötesordet",
                           points=[Agreed("punktordet", "Karin", SOON)], **by)  # fmt: skip
    add_point(meeting, Agreed("tilläggsordet", "Karin", SOON), **by)
    cancelled = note_meeting(case, name="Samtal", day=SOON, participants="Anna Åkesson", **by)
    cancel_meeting(cancelled, why="inställtordet", **by)
    letter = driver.write_to(case, text="brevordet", points=["Stadgar"], due=SOON, **by)
    remind_of_letter(letter, absolute=driver.absolute, **by)
    answer_letter(letter, name="Anna", text="brevsvarsordet")
    write(party, subject="ämnesordet", text="meddelandeordet", name="Anna", email="anna@sprakbron.example")
    state(case, driver.person("Jan", soderhamn, Role.READER), why="jävordet", **by)
    edit_facts(case, {"affected_units": [unit]}, **by)
    write_position(UnitRound.objects.create(case=case, unit=unit, due=SOON), text="ståndordet", seen="", **by)
    driver.fulfil(case, by=karin)
    driver.responsible(case, "Kommunstyrelsen")
    record_decision(case, kind="eligibility", outcome="yes", decided_on=TODAY, delegate="Chefen",
                    reasons="avgöranordet", subject=party.subject, **by)  # fmt: skip
    case.move_to("dialogue", by=karin)
    agreement = driver.write(begin_writing(case, by=karin), by=karin)
    draft = share(agreement, note="följordet", absolute=driver.absolute, **by)
    comment(draft, party, point=0, kind="comment", text="synpunktsordet", name="Anna", email="anna@sprakbron.example")
    decision = {"body": case.responsible, "decided_on": TODAY, "by": karin, "absolute": driver.absolute}
    send_to_decision(agreement, by=karin)
    decide(agreement, outcome="returned", why="återremissordet", **decision)
    send_to_decision(agreement, by=karin)
    decide(agreement, outcome="yes", why="beslutsordet", **decision)
    driver.to_in_force(agreement, by=karin)
    hold(FollowUp.objects.get(), held_on=TODAY, participants="deltagarordet", progress="läggordet",
         future="framtidsordet", lessons="lärordet", **by)  # fmt: skip
    hand_out(case, case.records.all()[:1], asked="begäranordet", to="mottagarordet", timeline=False, **by)
    return case


WORDS = {
    *("handlingordet", "filordet", "formordet", "frågeordet", "yttrandeordet", "återordet", "mötesordet", "punktordet"),
    *("tilläggsordet", "inställtordet", "brevordet", "brevsvarsordet", "ämnesordet", "meddelandeordet", "ståndordet"),
    *("jävordet", "avgöranordet", "synpunktsordet", "återremissordet", "beslutsordet"),
    *("deltagarordet", "läggordet", "framtidsordet", "lärordet", "följordet", "begäranordet", "mottagarordet"),
}
OUTSIDE = {
    *("brevordet", "brevsvarsordet", "ämnesordet", "meddelandeordet", "punktordet", "tilläggsordet", "avgöranordet"),
    *("återremissordet", "beslutsordet", "läggordet", "framtidsordet", "lärordet"),
}


def first_told(case, word: str):
    """The record that the word came with; later ones may repeat it."""
    told = [one for one in case.records.prefetch_related("files") if word in str([one.about, one.counterpart, one.text,
            *one.files.all()])]  # fmt: skip
    return told[0]


def read_by_officials(case, user, words) -> set[tuple[str, str]]:
    """(page, word) of all that the person is shown."""
    client, base = driver.logged_in(user), f"/{case.municipality.slug}/"
    of_the_case = [f"arenden/{case.reference}/{tab}" for tab in TABS]
    organisation = f"organisationer/{case.parties.first().organisation_id}/"
    pages = {page: client.get(f"{base}{page}").text for page in (*of_the_case, *LISTS, organisation)}
    found = {(page, word) for page, text in pages.items() for word in words if word in text}
    for word in words:
        hits = client.get(f"{base}arenden/", {"q": word, "skede": "alla"}).context["page"]
        found |= {("search", word) for _ in hits}
    return found


def read_outside(case, words) -> set[tuple[str, str]]:
    client = people.logged_in("anna@sprakbron.example")
    pages = {page: client.get(page).text for page in ("/mina-sidor/", people.at(case))}
    return {(page, word) for page, text in pages.items() for word in words if word in text}


def test_what_secret_records_tell_is_told_nowhere_else(written, karin, kim):
    case = written
    assert {word for _, word in read_by_officials(case, kim, WORDS)} == WORDS
    assert {word for _, word in read_outside(case, WORDS)} == OUTSIDE
    marked = {first_told(case, word) for word in WORDS}
    for record in marked:
        mark_secret(record, ground=GROUND, by=karin)
    assert read_by_officials(case, kim, WORDS) == set()
    assert read_outside(case, WORDS) == set()
    assert {word for _, word in read_by_officials(case, karin, WORDS)} == WORDS
    address = f"{case.get_absolute_url()}avtal/1.pdf"
    mark_secret(case.agreements.get().for_signing, ground=GROUND, by=karin)
    assert [driver.logged_in(user).get(address).status_code for user in (karin, kim)] == [200, 404]
    end_case(case, outcome="terminated", why="slutordet", other_ways="vägordet", by=karin)
    ended, case = {"slutordet", "vägordet"}, Case.objects.get(pk=case.pk)
    assert {word for _, word in read_by_officials(case, kim, ended)} == ended
    assert {word for _, word in read_outside(case, ended)} == ended
    mark_secret(case.closing_record, ground=GROUND, by=karin)
    assert read_by_officials(case, kim, ended) | read_outside(case, ended) == set()


def test_what_was_sent_in_is_as_secret_as_its_record(soderhamn, karin, kim):
    """Its title stays, as that of the case. The organisation that sent it reads it, and another party does not."""
    texts = {"challenge": "utmaningsordet", "idea": "idéordet", "target_group": "målgruppsordet",
             "we_bring": "bidragsordet", "municipality_brings": "kommunordet"}  # fmt: skip
    case, words = driver.to_assessment(driver.send_in(soderhamn, **texts), by=karin), set(texts.values())
    choir = driver.join(case, "Kören", 9)
    access.give(choir, email="bo@koren.example", name="Bo", by=karin, absolute=driver.absolute)
    bo = people.logged_in("bo@koren.example")
    assert {word for page, word in read_by_officials(case, kim, words) if page == "search"} == words
    assert "idéordet" in bo.get(people.at(case)).text
    mark_secret(case.initiative.record, ground=GROUND, by=karin)
    assert read_by_officials(case, kim, words) == set()
    assert {word for _, word in read_by_officials(case, karin, words)} == words
    assert {word for _, word in read_outside(case, words)} == words
    page = bo.get(people.at(case)).text
    assert not any(word in page for word in words)


def test_a_letter_about_a_paper_goes_with_it(assessed, coordinator, reader):
    """It tells why the paper was not accepted, as the note beside the paper does."""
    party, rule = assessed.parties.get(), assessed.rules.documents[0]
    hand_in(party, rule, rule.parts[0][0], uploads=[driver.pdf()], by=coordinator)
    how = {"status": "rejected", "by": coordinator, "absolute": driver.absolute}
    paper = review(party, rule, rule.parts[0][0], note="granskordet", **how)
    pages = {f"arenden/{assessed.reference}/{tab}" for tab in ("parter/", "akt/", "handelser/")}
    assert {page for page, _ in read_by_officials(assessed, reader, ["granskordet"])} >= pages
    mark_secret(paper.record, ground=GROUND, by=coordinator)
    assert read_by_officials(assessed, reader, ["granskordet"]) == set()


def test_why_two_cases_were_merged_is_as_secret_as_its_record(soderhamn, karin, kim):
    double, into = (driver.to_assessment(driver.send_in(soderhamn), by=karin) for _ in "ab")
    record = merge(double, into, why="dubbelordet", by=karin)
    double.refresh_from_db()
    words = {"dubbelordet"}
    assert read_by_officials(double, kim, words) and read_by_officials(into, kim, words)
    mark_secret(record, ground=GROUND, by=karin)  # the one that the double has repeats it
    assert read_by_officials(double, kim, words) | read_by_officials(into, kim, words) == set()


@pytest.fixture
def copied(soderhamn, karin):
    """A paper that has come, a letter that took it along, and the case that the paper's case was merged into."""
    case, into = (driver.to_assessment(driver.send_in(soderhamn), by=karin) for _ in "ab")
    paper = add_record(case, direction="in", about="Budget", uploads=[driver.pdf("budget.pdf", "7")], by=karin)
    letter = driver.write_to(case, text="Se filen.", files=paper.files.select_related("record", "file"), by=karin)
    remind = driver.write_to(case, text="Annat.", by=karin)
    merged = merge(case, into, why="Samma idé.", by=karin)
    return paper, letter.record, merged, remind.record


def test_a_file_is_as_secret_wherever_it_lies(copied, karin, kim):
    paper, sent, merged, other = copied
    case, into, words = paper.case, merged.case, {"budget.pdf"}
    for one in (case, into):
        assert {page for page, _ in read_by_officials(one, kim, words)} > {"search"}
    assert read_outside(case, words) and read_outside(into, words) == set()
    files = [f"{one.case.get_absolute_url()}akt/filer/{one.files.get(name='budget.pdf').pk}/" for one in copied[:3]]
    told = case.records.get(copy_of=merged)
    assert mark_secret(paper, ground=GROUND, by=karin) == [sent, told, merged]
    assert read_by_officials(case, kim, words) | read_by_officials(into, kim, words) == set()
    assert read_outside(case, words) == set()
    assert [driver.logged_in(kim).get(file).status_code for file in files] == [404, 404, 404]
    assert {driver.logged_in(karin).get(file).getvalue()[:5] for file in files} == {b"%PDF-"}
    other.refresh_from_db()
    assert not other.secret
    assert mark_secret(other, ground=GROUND, by=karin) == []


def test_whoever_marks_is_told_what_goes_with_it_before_and_after(copied, karin, kim):
    paper, sent, merged, _ = copied
    client, page = driver.logged_in(karin), f"{paper.case.get_absolute_url()}akt/{paper.number}/sekretess/"
    shown = client.get(page).text
    assert f"Handling {sent.number}</a>, {sent.about}" in shown
    assert f"Handling {merged.number} i {merged.case.reference}</a>" in shown
    done = client.post(page, {"ground": GROUND}, follow=True).text
    repeats, there = paper.case.records.get(copy_of=merged), merged.case.reference
    assert f"handling {sent.number}, {repeats.number}, {merged.number} i {there}." in done
    assert "markeras också" not in client.get(page).text
    client.post(f"{sent.case.get_absolute_url()}akt/{sent.number}/sekretess/ta-bort/")
    client.post(page, {"ground": "21 kap. 1 § OSL"})  # another ground marks nothing anew
    assert [one.secret for one in sent.case.records.filter(pk__in=[paper.pk, sent.pk])] == [True, False]


def test_of_a_secret_case_nobody_else_is_told_that_it_holds_the_file(copied, karin, kim):
    paper, _, merged, _ = copied
    mark_secret(merged.case, ground=GROUND, by=karin)
    case = paper.case
    case.coordinator = kim
    case.save()
    client, page = driver.logged_in(kim), f"{case.get_absolute_url()}akt/{paper.number}/sekretess/"
    assert merged.case.reference not in client.get(page).text.partition("<form")[0].partition("markeras också")[2]
    client.post(page, {"ground": GROUND})
    merged.refresh_from_db()
    assert merged.secret


def test_the_same_file_in_another_municipality_is_another_paper(copied, neighbour, karin, gavle):
    theirs = add_record(driver.send_in(gavle), direction="in", about="Budget", uploads=[driver.pdf("b.pdf", "7")])
    mark_secret(copied[0], ground=GROUND, by=karin)
    theirs.refresh_from_db()
    assert not theirs.secret


def test_what_was_agreed_afterwards_is_as_secret_as_its_own_record(written, karin, kim):
    words = {"punktordet", "tilläggsordet"}
    mark_secret(AgreedPoint.objects.get(text="tilläggsordet").record, ground=GROUND, by=karin)
    assert {word for _, word in read_by_officials(written, kim, words)} == {"punktordet"}
    told = [event for event in events_of(written, kim) if "punktordet" in event.sentence]
    assert told and told[0].record == written.meetings.get(name="Samtal", cancelled=False).minutes_id


def test_what_a_record_tells_that_has_not_been_read_is_hidden(assessed, reader, coordinator):
    hidden = hides(assessed, reader)
    late = add_record(assessed, direction="in", about="Brev", by=coordinator)
    assert (hidden(None), hidden(assessed.records.first().pk), hidden(late.pk)) == (False, False, True)


def test_a_letter_that_repeats_a_record_is_opened_by_itself(written, karin):
    asked = Statement.objects.get(outside="Regionen").asked_record
    mark_secret(asked, ground=GROUND, cleared=[], by=karin)
    assert [one.secret for one in asked.copies.all()] == [True]  # the reminder
    lift_secrecy(asked, by=karin)
    assert [one.secret for one in asked.copies.all()] == [True]


MENDED = {
    "followup.migrations.0005_which_records_told_it": [(FollowUp, "record")],
    "initiatives.migrations.0014_what_tells_of_the_initiative": [(Initiative, "record")],
    "initiatives.migrations.0013_which_records_told_it": [
        (FormJudgement, "record"),
        (Meeting, "minutes"),
        (AgreedPoint, "record"),
    ],
    "iop.cases.migrations.0020_which_records_told_it": [(Statement, "asked_record"), (Statement, "returned_record")],
}


def test_rows_from_before_find_the_record_that_told_of_them(written):
    """Those of which exactly one record can be it. Then the question stood alone in its record."""
    for asked in Statement.objects.select_related("asked_record"):
        Record.objects.filter(pk=asked.asked_record_id).update(text=asked.question)
    for name, columns in MENDED.items():
        for model, column in columns:
            rows = model.objects.filter(cancelled=True) if model is Meeting else model.objects.all()
            told = dict(rows.values_list("pk", column))
            assert any(told.values())
            rows.update(**{column: None})
            with connection.schema_editor() as editor:
                import_module(name).find(apps, editor)
            assert dict(rows.values_list("pk", column)) == told, column


def test_what_a_double_brought_is_as_secret_in_the_case_that_goes_on(soderhamn, karin, kim):
    double = driver.to_assessment(driver.send_in(soderhamn, idea="dubblettordet"), by=karin)
    into = driver.to_assessment(driver.send_in(soderhamn), by=karin)
    record = merge(double, into, why="Samma sak.", by=karin)
    reminder = add_record(
        into, direction="out", about="Påminnelse", text="dubblettordet igen", copy_of=record, by=karin
    )
    words = {"dubblettordet"}
    assert read_by_officials(into, kim, words)
    also = mark_secret(double.initiative.record, ground=GROUND, by=karin)
    assert {record.pk, reminder.pk} <= {one.pk for one in also}
    assert read_by_officials(into, kim, words) | read_by_officials(double, kim, words) == set()


def test_a_file_that_everybody_is_sent_stays_open_in_other_cases(soderhamn, karin):
    cases = [driver.to_assessment(driver.send_in(soderhamn), by=karin) for _ in "ab"]
    sent = [add_record(case, direction="out", about="Riktlinjen", uploads=[driver.pdf()], by=karin) for case in cases]
    assert mark_secret(sent[0], ground=GROUND, by=karin) == []
    sent[1].refresh_from_db()
    assert not sent[1].secret
