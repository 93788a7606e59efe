"""Anybody can type an association's number, or name it as one that takes part: what such a person is never shown."""

import pytest

from iop.cases.models import Case, Stage
from partners import access, representatives
from partners.actions import add_party, send_declaration
from partners.merging import merge
from partners.models import CaseAccess
from tests.cases import driver
from tests.mine import people
from tests.mine.people import at

ANNA, OLLE, STRANGER = "anna@sprakbron.example", "olle@sprakbron.example", "frammande@x.example"


@pytest.fixture
def typed(case, mora, coordinator):
    """A case that a stranger sent with the number of an organisation whose representative is confirmed."""
    people.representative(case, OLLE, by=coordinator)
    return driver.send_in(mora, title="En främlings", contact_email=STRANGER)


def test_a_stranger_is_not_told_who_represents_the_organisation(typed, coordinator):
    access.give(typed.parties.get(), email="bo@sprakbron.example", name="Bo", by=coordinator, absolute=driver.absolute)
    page = people.logged_in(STRANGER).get(at(typed, "personer/")).text
    assert STRANGER in page and "bo@sprakbron" not in page and OLLE not in page and "Olle Ordförande" not in page
    people.representative(typed, STRANGER, by=coordinator, name="Ny")
    assert "Olle Ordförande" in people.logged_in(STRANGER).get(at(typed, "personer/")).text


def test_letters_to_representatives_are_no_strangers(typed, coordinator):
    driver.write_to(typed, by=coordinator, to=OLLE, subject="Känner ni till det här?")
    driver.write_to(typed, by=coordinator, to=STRANGER, subject="Berätta mer")
    access.give(typed.parties.get(), email=OLLE, name="Olle", by=coordinator, absolute=driver.absolute)
    olle, stranger = people.logged_in(OLLE), people.logged_in(STRANGER)
    olle.post(at(typed, "skriv/"), {"subject": "Vi känner inte till det", "text": "Nej.", "name": "Olle"})
    page = stranger.get(at(typed)).text
    assert "Berätta mer" in page and "Känner ni till" not in page and "Vi känner inte" not in page
    page = olle.get(at(typed)).text
    assert "Känner ni till" in page and "Vi känner inte" in page
    assert "Berätta mer" in page  # it was written to the organisation, whoever answers in its name


def test_one_who_is_invited_reads_what_was_written_to_the_others(case, anna, coordinator):
    eva = "eva@sprakbron.example"
    access.give(case.parties.get(), email=eva, name="Eva", by=coordinator, absolute=driver.absolute)
    driver.write_to(case, by=coordinator, to="anna@sprakbron.example", subject="Till Anna")
    driver.write_to(case, by=coordinator, to=eva, subject="Till Eva")
    page = people.logged_in(eva).get(at(case)).text
    assert "Till Anna" in page and "Till Eva" in page
    page = anna.get(at(case)).text
    assert "Till Anna" in page and "Till Eva" not in page  # nobody has said who Anna is


def test_letters_to_somebody_who_has_ended_are_shown_to_nobody_else(case, anna, coordinator):
    people.representative(case, "anna@sprakbron.example", by=coordinator, name="Anna")
    olle = people.representative(case, OLLE, by=coordinator)
    driver.write_to(case, by=coordinator, to=OLLE, subject="Till Olle")
    assert "Till Olle" in anna.get(at(case)).text
    representatives.end(olle, by=coordinator)
    assert "Till Olle" not in anna.get(at(case)).text


def test_a_declaration_is_for_its_receiver_and_for_representatives(case, anna, coordinator):
    rule = case.rules.declarations[0]
    sent = send_declaration(
        case.parties.get(), rule, to="bo@sprakbron.example", by=coordinator, absolute=driver.absolute
    )
    address = at(case, f"intyg/{sent.pk}/")
    confirmed = {"name": "Anna", "role": "ordförande", "certain": "on"}
    assert address not in anna.get(at(case)).text + anna.get("/mina-sidor/").text
    assert anna.get(address).status_code == anna.post(address, confirmed).status_code == 404
    people.representative(case, "anna@sprakbron.example", by=coordinator, name="Anna")
    assert address in anna.get("/mina-sidor/").text and anna.get(address).status_code == 200


def test_a_reader_takes_nothing_back(case, coordinator):
    eva = "eva@sprakbron.example"
    access.give(case.parties.get(), email=eva, name="Eva", by=coordinator, absolute=driver.absolute)
    client, address = people.logged_in(eva), at(case, "aterta/")
    assert address not in client.get(at(case)).text
    assert client.get(address).status_code == client.post(address, {"name": "Eva"}).status_code == 403
    assert Case.objects.get().stage == Stage.RECEIVED
    people.representative(case, eva, by=coordinator, name="Eva")
    assert address in client.get(at(case)).text
    client.post(address, {"name": "Eva"})
    assert Case.objects.get().stage == Stage.CLOSED


def test_an_organisation_that_was_merely_named_is_shown_nothing_until_it_is_invited(case, mora, coordinator):
    number = case.parties.get().organisation.number
    named = {"name": "Språkbron", "number": number, "legal_form": "ideell_forening"}
    other = driver.send_in(mora, title="En främlings", organisation_name="Kören", organisation_number=driver.number(9),
                           contact_email=STRANGER, other_organisations=[named])  # fmt: skip
    people.representative(case, OLLE, by=coordinator)
    olle, desk = people.logged_in(OLLE), driver.logged_in(coordinator)
    parties = f"/mora/arenden/{other.reference}/parter/"
    assert "En främlings" not in olle.get("/mina-sidor/").text and olle.get(at(other)).status_code == 404
    assert desk.get(parties).text.count("Nämnd av avsändaren") == 1
    party = other.parties.get(organisation__number=number)
    access.give(party, email="bo@sprakbron.example", name="Bo", by=coordinator, absolute=driver.absolute)
    assert "En främlings" in olle.get("/mina-sidor/").text
    assert "Nämnd av avsändaren" not in desk.get(parties).text


def test_an_organisation_that_an_official_adds_is_shown_the_case(case, mora, coordinator):
    people.representative(case, OLLE, by=coordinator)
    other = driver.send_in(mora, title="Körens", organisation_name="Kören", organisation_number=driver.number(9))
    add_party(other, case.parties.get().organisation)
    assert "Körens" in people.logged_in(OLLE).get("/mina-sidor/").text


def test_a_new_board_sees_what_the_old_one_sent_and_the_old_one_no_longer(case, anna, coordinator):
    former = people.representative(case, "anna@sprakbron.example", by=coordinator, name="Anna")
    people.representative(case, OLLE, by=coordinator)
    olle = people.logged_in(OLLE)
    assert case.title in olle.get("/mina-sidor/").text
    representatives.end(former, by=coordinator)
    assert case.title in olle.get("/mina-sidor/").text
    assert anna.get(at(case)).status_code == 404


def test_one_named_organisation_does_not_keep_an_initiative_that_is_taken_back(mora):
    named = {"name": "Kören", "number": driver.number(9), "legal_form": "ideell_forening"}
    case = driver.send_in(mora, contact_email=STRANGER, other_organisations=[named])
    people.logged_in(STRANGER).post(at(case, "aterta/"), {"name": "Främling"})
    assert Case.objects.get().stage == Stage.CLOSED


def test_to_merge_is_not_to_vouch_for_the_sender(typed, mora, coordinator):
    into = driver.to_assessment(
        driver.send_in(mora, organisation_name="Kören", organisation_number=driver.number(9)), by=coordinator
    )
    merge(typed, into, why="Samma idé", by=coordinator, parties=list(typed.parties.all()))
    there = into.parties.get(organisation=typed.parties.get().organisation)
    assert there.accesses.get(email=STRANGER).by_sending


def test_a_sender_chooses_no_meetings_by_calling_herself_something(mora, coordinator):
    case = driver.send_in(mora, contact_name="Karin Samordnare", contact_email=STRANGER)
    case.meetings.create(day="2026-03-02", name="Hos oss", participants="Karin Samordnare", by=coordinator)
    page = people.logged_in(STRANGER).get(at(case)).text
    assert "Hos oss" not in page
    people.representative(case, STRANGER, by=coordinator, name="Karin Samordnare")
    assert "Hos oss" in people.logged_in(STRANGER).get(at(case)).text


def test_representatives_are_told_of_a_draft_though_nobody_was_invited(case, coordinator):
    people.representative(case, "anna@sprakbron.example", by=coordinator, name="Anna")
    people.representative(case, OLLE, by=coordinator)
    assert access.readers_of(case.parties.all()) == ["anna@sprakbron.example", OLLE]
    CaseAccess.objects.all().delete()
    assert access.readers_of(case.parties.all()) == ["anna@sprakbron.example", OLLE]


def test_whoever_is_merely_sending_hides_the_case_from_those_told_of_it(typed):
    assert access.readers_of(typed.parties.all()) == [STRANGER]


def test_the_senders_address_is_for_those_who_are_known_to_belong_there(mora, coordinator):
    case = driver.send_in(mora, contact_phone="0250-260 00")
    choir = driver.join(case, "Kören", 9)
    access.give(choir, email="kor@kor.example", name="Kim", by=coordinator, absolute=driver.absolute)
    access.give(case.parties.first(), email="bo@sprakbron.example", name="Bo", by=coordinator, absolute=driver.absolute)
    for email, sees in ((ANNA, True), ("bo@sprakbron.example", True), ("kor@kor.example", False)):
        page = people.logged_in(email).get(at(case)).text
        assert "Det vi skickade in" in page and "Anna Åkesson" in page
        assert ("0250-260 00" in page, ANNA in page) == (sees, sees)


def test_another_sender_of_the_same_organisation_is_a_stranger_too(mora, coordinator):
    case = driver.send_in(mora, contact_phone="0250-260 00")
    party = case.parties.get()
    party.contact_email, party.contact_name = STRANGER, "Ny"
    access.give_by_sending(party)  # not saved: two that were merged, each with a sender
    page = people.logged_in(STRANGER).get(at(case)).text
    assert "Det vi skickade in" in page and "0250-260 00" not in page
