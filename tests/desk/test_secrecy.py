"""A secret case: for those let in it is as any other, for all others it does not exist."""

from itertools import groupby

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements.models import Agreement
from followup.models import FollowUp
from initiatives.meetings import Agreed, add_point, note_meeting
from iop.cases.actions import close
from iop.cases.letters import answer_letter, hash_of
from iop.cases.machinery import Refused
from iop.cases.models import Case, Record, RecordFile, Task
from iop.cases.secrecy import let_in, mark_secret
from iop.municipalities.permissions import Role
from partners.actions import send_declaration
from partners.models import Organisation, PartnerDocument
from tests.cases import driver

GROUND = "26 kap. 1 § OSL"
TITLE = "Skyddat boende Blåklinten"
LISTS = ["arbetsbord/?visa=alla", "arenden/?skede=alla", "organisationer/", "avtal/", "uppfoljning/"]


@pytest.fixture
def secret(mora, coordinator):
    """A secret case, of an organisation that is known from it alone."""
    known = {"organisation_name": "Kvinnojouren Blåklinten", "organisation_number": driver.number(9)}
    case = driver.to_assessment(driver.send_in(mora, title=TITLE, **known), by=coordinator)
    mark_secret(case, ground=GROUND, by=coordinator)
    return case


@pytest.fixture
def secret_in_force(secret, coordinator):
    """The same, with everything that a case can have."""
    agreement = driver.to_decision(driver.to_drafting(secret, by=coordinator), by=coordinator)
    driver.to_in_force(driver.to_signing(agreement, by=coordinator), by=coordinator)
    return secret


@pytest.fixture
def colleague(mora):
    return driver.person("Kim Kollega", mora, Role.COORDINATOR)


@pytest.fixture
def others(colleague, secretary, reader, administrator, adviser):
    return [colleague, secretary, reader, administrator, adviser]


def addresses(case) -> list[str]:
    party = case.parties.get()
    base = f"/mora/arenden/{case.reference}/"
    tabs = ["", "checklista/", "parter/", "yttranden/", "avtal/", "avtal/1.pdf", "uppfoljning/", "akt/", "handelser/"]
    files = [f"akt/filer/{file.pk}/" for file in RecordFile.objects.filter(record__case=case)]
    return [f"{base}{tab}" for tab in (*tabs, *files)] + [f"/mora/organisationer/{party.organisation_id}/"]


def test_for_all_others_it_is_a_404_and_in_no_list(secret_in_force, others):
    for user in others:
        client = driver.logged_in(user)
        assert {client.get(address).status_code for address in addresses(secret_in_force)} == {404}
        for address in LISTS:
            text = client.get(f"/mora/{address}").text
            assert "Blåklinten" not in text
            assert secret_in_force.reference not in text


def test_it_is_in_none_of_their_figures(secret, colleague):
    figures = driver.logged_in(colleague).get("/mora/arbetsbord/").context["figures"]
    assert [number for number, *_ in figures] == [0, 0, 0, 0]


@pytest.mark.parametrize("words", ["Blåklinten", "Skyddat", "2026", driver.number(9), driver.number(9)[:6]])
def test_it_is_not_found_by_search(secret, colleague, words):
    response = driver.logged_in(colleague).get("/mora/arenden/", {"q": words, "skede": "alla"})
    assert list(response.context["page"]) == []


def test_its_organisation_is_not_known_to_others(secret, colleague, coordinator):
    assert list(Organisation.objects.visible_to(colleague)) == []
    assert [found.name for found in Organisation.objects.visible_to(coordinator)] == ["Kvinnojouren Blåklinten"]


def test_those_let_in_see_it_and_others_none_of_its_objects(secret_in_force, colleague, coordinator, secretary):
    secret_in_force.cleared.add(colleague)
    for user in (coordinator, colleague):
        client = driver.logged_in(user)
        for address in addresses(secret_in_force):
            response = client.get(address)
            assert (response.status_code, len(response.getvalue()) > 100) == (200, True)
        assert f"Sekretess: {GROUND}" in client.get(addresses(secret_in_force)[0]).text
        assert all(TITLE in client.get(f"/mora/{address}").text for address in LISTS if "organ" not in address)
    for model in (Case, Record, Task, Agreement, FollowUp):
        assert model.objects.visible_to(secretary).count() == 0
        assert model.objects.visible_to(coordinator).count() == model.objects.count() > 0


@pytest.mark.parametrize("tab", ["parter/", ""])
def test_its_title_is_not_told_in_another_case_of_the_organisation(secret, mora, colleague, tab):
    """The activities of an organisation are named after its cases."""
    other = driver.send_in(
        mora, title="Öppet hus", organisation_name="Kvinnojouren Blåklinten", organisation_number=driver.number(9)
    )
    assert TITLE not in driver.logged_in(colleague).get(f"/mora/arenden/{other.reference}/{tab}").text


def test_its_money_is_told_elsewhere_without_saying_what_it_is(db):
    """Söderhamn forbids double financing, whether or not the other case is secret."""
    at = driver.municipality("soderhamn")
    by, other_by = (driver.person(name, at, Role.COORDINATOR) for name in ("Karin", "Kim"))
    hidden = driver.to_assessment(driver.send_in(at, title=TITLE), by=other_by)
    driver.responsible(hidden, "Omvårdnadsnämnden")
    driver.bring(hidden, kind="money")
    mark_secret(hidden, ground=GROUND, by=other_by)
    case = driver.fulfil(driver.to_assessment(driver.send_in(at, title="Öppet hus"), by=by), by=by)
    case.parties.update(activity=hidden.parties.get().activity)
    (sentence,) = driver.sentences(driver.findings_at("decision", case))
    assert sentence == "Språkbron: samma verksamhet får, eller är tänkt att få, pengar från en annan nämnd"


def test_marking_on_the_page(assessed, coordinator, colleague):
    address = f"/mora/arenden/{assessed.reference}/"
    response = driver.logged_in(coordinator).post(f"{address}sekretess/", {"ground": GROUND}, follow=True)
    assert response.redirect_chain == [(address, 302)]
    assessed.refresh_from_db()
    assert (assessed.secret, assessed.secrecy_ground) == (True, GROUND)
    assert driver.logged_in(colleague).get(address).status_code == 404


def test_letting_in_and_shutting_out_on_the_page(secret, coordinator, colleague, reader):
    client, address = driver.logged_in(coordinator), secret.get_absolute_url()
    seen = driver.logged_in(colleague), driver.logged_in(reader)
    client.post(f"{address}sekretess/slapp-in/", {"people": [colleague.pk]})
    assert [one.get(address).status_code for one in seen] == [200, 404]
    client.post(f"{address}sekretess/slapp-in/", {"people": [reader.pk]})
    assert [one.get(address).status_code for one in seen] == [404, 200]
    assert client.get(address).status_code == 200


def test_nobody_of_another_municipality_is_let_in(secret, coordinator, neighbour):
    driver.logged_in(coordinator).post(f"{secret.get_absolute_url()}sekretess/slapp-in/", {"people": [neighbour.pk]})
    assert neighbour not in secret.cleared.all()
    assert driver.logged_in(neighbour).get(secret.get_absolute_url()).status_code == 404


def test_taking_the_mark_away(secret, coordinator, colleague):
    driver.logged_in(coordinator).post(f"{secret.get_absolute_url()}sekretess/ta-bort/")
    secret.refresh_from_db()
    assert (secret.secret, secret.secrecy_ground) == (False, "")
    assert driver.logged_in(colleague).get(secret.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("ground", ["", "  ", "x" * 201, "a\x00b"])
def test_a_ground_that_is_none(assessed, coordinator, ground):
    response = driver.logged_in(coordinator).post(f"/mora/arenden/{assessed.reference}/sekretess/", {"ground": ground})
    assert response.status_code == 422
    assert not Case.objects.get().secret


def test_marking_needs_a_ground(case, coordinator):
    with pytest.raises(Refused, match="^Skriv grunden för sekretess, till exempel vilken paragraf.$"):
        mark_secret(case, ground=" ", by=coordinator)
    with pytest.raises(IntegrityError, match="secrecy_has_a_ground"), transaction.atomic():
        Case.objects.update(secret=True)


def test_who_was_let_in_is_kept_in_history(case, coordinator, colleague):
    mark_secret(case, ground=GROUND, by=coordinator, cleared=[colleague])
    assert {row.user_id for row in case.history.first().cleared.all()} == {coordinator.pk, colleague.pk}


# One record of an open case


@pytest.fixture
def statement_record(mora, coordinator):
    """A statement that has come and whose record is secret."""
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    driver.get_statement(case, case.rules.statements[0], by=coordinator)
    statement = case.statements.get()
    statement.text = "Blåklinten nämns"
    statement.save()
    statement.record.text = "Blåklinten nämns"
    statement.record.save()
    mark_secret(statement.record, ground=GROUND, by=coordinator)
    return statement.record


def test_a_secret_record_is_read_by_those_let_in_alone(statement_record, coordinator, others):
    case = statement_record.case
    tabs = ["", "checklista/", "parter/", "yttranden/", "avtal/", "akt/", "handelser/"]
    pages = [f"/mora/arenden/{case.reference}/{tab}" for tab in tabs]
    for user in others:
        for address in pages:
            text = driver.logged_in(user).get(address).text
            assert "Blåklinten" not in text and f"handling {statement_record.number}" not in text, address
        assert "1 handling är sekretessmarkerad" in driver.logged_in(user).get(pages[5]).text
    assert "Blåklinten" in driver.logged_in(coordinator).get(pages[5]).text
    let_in(statement_record, [others[1]], by=coordinator)
    assert "Blåklinten" in driver.logged_in(others[1]).get(pages[5]).text
    assert "Blåklinten" not in driver.logged_in(others[2]).get(pages[5]).text


def test_a_paper_whose_record_is_secret_is_not_handed_out(mora, coordinator, reader):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    party, rule = case.parties.get(), case.rules.documents[0]
    driver.hand_in(party, rule, rule.parts[0][0], uploads=[driver.pdf("hemligt.pdf")], by=coordinator)
    file = RecordFile.objects.get(name="hemligt.pdf")
    mark_secret(file.record, ground=GROUND, by=coordinator)
    client = driver.logged_in(reader)
    assert client.get(f"/mora/arenden/{case.reference}/akt/filer/{file.pk}/").status_code == 404
    for address in (f"arenden/{case.reference}/parter/", f"organisationer/{party.organisation_id}/"):
        assert "hemligt.pdf" not in client.get(f"/mora/{address}").text
        assert "hemligt.pdf" in driver.logged_in(coordinator).get(f"/mora/{address}").text


def test_records_are_marked_and_opened_on_the_page(statement_record, coordinator, reader):
    case = statement_record.case
    client, base = driver.logged_in(coordinator), f"/mora/arenden/{case.reference}/akt/"
    refused = client.post(f"{base}1/sekretess/", {"ground": " ", "people": [reader.pk]})
    assert (refused.status_code, refused.text.count(" checked")) == (422, 1)
    assert not case.records.get(number=1).secret
    client.post(f"{base}1/sekretess/", {"ground": GROUND, "people": [reader.pk]})
    first = case.records.get(number=1)
    assert (first.secret, first.secrecy_ground, set(first.cleared.all())) == (True, GROUND, {coordinator, reader})
    client.post(f"{base}1/sekretess/", {"ground": GROUND, "people": []})
    assert set(first.cleared.all()) == {coordinator}
    client.post(f"{base}1/sekretess/ta-bort/")
    assert not case.records.get(number=1).secret
    marks = [row.secret for row in first.history.order_by("history_id")]
    assert [mark for mark, _ in groupby(marks)] == [False, True, False]


def test_a_colleague_cannot_open_what_she_does_not_see(statement_record, colleague):
    address = f"/mora/arenden/{statement_record.case.reference}/akt/{statement_record.number}/sekretess/ta-bort/"
    assert driver.logged_in(colleague).post(address).status_code == 404
    statement_record.refresh_from_db()
    assert statement_record.secret


def test_the_database_wants_a_ground_for_a_record_too(statement_record):
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.filter(pk=statement_record.pk).update(secrecy_ground="")


# What else tells of a secret record


@pytest.fixture
def ended(mora, coordinator):
    """A case that a delegate ended; the decision's record is secret."""
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    close(case, outcome="grant", why="Blåklinten nämns", other_ways="Blåklinten igen", by=coordinator,
          delegate="Chefen", decided_on=timezone.localdate())  # fmt: skip
    mark_secret(case.closing_record, ground=GROUND, by=coordinator)
    return case


def test_the_reasons_of_a_decision_are_as_secret_as_its_record(ended, others, coordinator):
    for tab in ("", "handelser/", "akt/"):
        address = f"/mora/arenden/{ended.reference}/{tab}"
        for user in others:
            assert "Blåklinten" not in driver.logged_in(user).get(address).text, (user, tab)
    assert "Blåklinten nämns" in driver.logged_in(coordinator).get(f"/mora/arenden/{ended.reference}/").text
    text = driver.logged_in(others[0]).get(f"/mora/arenden/{ended.reference}/brev/skriv/?mall=avslut").text
    assert "Blåklinten" not in text


def test_without_a_decision_the_reasons_still_have_a_record(mora, coordinator):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    close(case, outcome="withdrawn", why="", other_ways="Sök bidrag.", by=coordinator)
    assert (case.closing_record.about, case.closing_record.text) == (
        "Ärendet avslutas: återtaget av organisationen",
        "Andra vägar:\nSök bidrag.",
    )


def test_what_was_agreed_in_secret_minutes_is_no_title_in_a_worklist(mora, coordinator, colleague):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    today = timezone.localdate()
    points = [Agreed("Ring Blåklinten", "Karin", today)]
    meeting = note_meeting(case, name="Samtal", day=today, participants="Alla", points=points, by=coordinator)
    assert "Ring Blåklinten" in driver.logged_in(colleague).get("/mora/arbetsbord/?visa=alla").text
    mark_secret(meeting.minutes, ground=GROUND, by=coordinator)
    add_point(meeting, Agreed("Besök Blåklinten", "Karin", today), by=coordinator)
    assert "Blåklinten" not in driver.logged_in(colleague).get("/mora/arbetsbord/?visa=alla").text


def test_a_reminder_is_as_secret_as_its_letter(mora, coordinator, colleague, django_capture_on_commit_callbacks):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    letter = driver.write_to(case, by=coordinator, subject="Om boendet", text="Blåklinten nämns")
    mark_secret(letter.record, ground=GROUND, by=coordinator)
    address = f"/mora/arenden/{case.reference}/brev/{letter.pk}/"
    assert driver.logged_in(colleague).post(f"{address}paminn/").status_code == 404
    assert driver.logged_in(colleague).post(f"{address}klart/").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        driver.logged_in(coordinator).post(f"{address}paminn/")
    record = case.records.order_by("number").last()
    assert (record.about, record.secret, record.secrecy_ground) == ("Påminnelse: Om boendet", True, GROUND)
    assert "Blåklinten" not in mail.outbox[-1].body and "boendet" not in mail.outbox[-1].subject


def test_an_answer_that_became_secret_is_not_read_by_link_nor_named(mora, coordinator, colleague):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    letter = driver.write_to(case, by=coordinator)
    letter.token_hash = hash_of("nyckel")
    letter.save()
    answer = answer_letter(letter, name="Blåklinten", text="Vi bor på Blåklinten.")
    mark_secret(answer, ground=GROUND, by=coordinator)
    assert "Blåklinten" not in driver.logged_in(None).get("/svar/nyckel/").text
    assert "Blåklinten" not in driver.logged_in(colleague).get("/mora/arbetsbord/?visa=alla").text


def test_a_declaration_of_a_secret_case_says_nothing_in_the_mail(
    secret, coordinator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        rule = secret.rules.declarations[0]
        send_declaration(secret.parties.get(), rule, to="a@b.example", by=coordinator, absolute=driver.absolute)
    [letter] = [one for one in mail.outbox if one.to == ["a@b.example"]]
    assert letter.subject == "Meddelande från Mora kommun"
    assert "Blåklinten" not in letter.body and secret.reference not in letter.body and "/intyg/" in letter.body


def test_a_paper_whose_record_is_secret_keeps_its_number_and_note_too(mora, coordinator, reader):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    party, rule = case.parties.get(), case.rules.documents[0]
    driver.hand_in(party, rule, rule.parts[0][0], uploads=[driver.pdf()], by=coordinator)
    PartnerDocument.objects.update(note="Blåklinten nämns")
    mark_secret(PartnerDocument.objects.get().record, ground=GROUND, by=coordinator)
    for address in (f"arenden/{case.reference}/parter/", f"organisationer/{party.organisation_id}/"):
        assert "Blåklinten" not in driver.logged_in(reader).get(f"/mora/{address}").text


def test_a_closed_case_can_be_made_secret(ended, coordinator):
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{ended.reference}/").text
    assert f'action="/mora/arenden/{ended.reference}/sekretess/"' in page


def test_who_is_let_in_to_a_record_is_kept(statement_record, others, coordinator):
    let_in(statement_record, [others[1]], by=coordinator)
    let_in(statement_record, [], by=coordinator)
    rows = statement_record.history.order_by("history_id")
    assert [{one.user for one in row.cleared.all()} for row in rows][-2:] == [{others[1], coordinator}, {coordinator}]
