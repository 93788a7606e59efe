"""Who gets in to the organisations' own pages: every address × everybody."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.actions import write_point
from agreements.sharing import share
from iop.cases.secrecy import mark_secret
from iop.municipalities.permissions import Role
from partners import access
from partners.actions import send_declaration
from partners.models import CaseAccess, Party
from tests.cases import driver
from tests.mine import people
from tests.mine.people import LOGIN, at

ANNA = "anna@sprakbron.example"
READ = {"mine_case", "mine_file"}
FORMS = {"mine_write", "mine_answer", "mine_paper", "mine_declaration", "mine_draft", "mine_withdraw", "mine_people"}
SENT = {"mine_end_access", "mine_end_representative"}
# Open at other steps of a case; now they lead back to its page (what they do then: test_equals.py, test_signing.py …).
ELSEWHERE = {"mine_agree", "mine_questions", "mine_sign", "mine_sign_here"}
# A follow-up's, that does not exist yet (test_reports.py).
NOT_YET = {"mine_report"}
NAMES = READ | FORMS | SENT | ELSEWHERE | NOT_YET


@pytest.fixture
def addresses(agreement, coordinator) -> dict[str, str]:
    """An address of each name, all about one case, whose agreement is being written."""
    case = agreement.case
    party = case.parties.get()
    letter = driver.write_to(case, by=coordinator)
    point = agreement.points.first()
    write_point(agreement, point, text="Vi ses varje vecka.", state="used")
    draft = share(agreement, by=coordinator, absolute=driver.absolute)
    rule = case.rules.declarations[0]
    party.declarations.update(replaced=True, confirmed_at=None)
    declaration = send_declaration(party, rule, to=ANNA, by=coordinator, absolute=driver.absolute)
    one = people.representative(case, "olle@sprakbron.example", by=coordinator)
    document = case.rules.documents[0]
    party.documents.all().delete()
    own = {
        "mine_file": [draft.record.files.get().pk],
        "mine_answer": [letter.pk],
        "mine_paper": [f"{document.key}-{party.pk}-{document.parts[0][0] or 0}"],
        "mine_declaration": [declaration.pk],
        "mine_end_access": [CaseAccess.objects.get().pk],
        "mine_end_representative": [one.pk],
        "mine_report": [1],
    }
    return {name: reverse(name, args=["mora", case.reference, *own.get(name, [])]) for name in NAMES}


def status(client, method: str, address: str) -> int:
    """The answer, with whatever it did undone."""
    with transaction.atomic():
        response = getattr(client, method)(address)
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    return response.status_code


def statuses(client, addresses) -> dict[tuple, int]:
    return {(method, name): status(client, method, addresses[name]) for method, name in EVERY}


EVERY = {("get", name) for name in NAMES} | {("post", name) for name in NAMES - READ}
OPEN = {("get", name): 200 for name in READ | FORMS | SENT}
OPEN |= {("post", name): 422 for name in FORMS} | {("post", name): 302 for name in SENT}
OPEN |= {one: 302 for one in EVERY if one[1] in ELSEWHERE} | {one: 404 for one in EVERY if one[1] in NOT_YET}


def test_the_sender_reads_everything_and_invites_nobody(addresses):
    forbidden = {("post", "mine_people"): 403}
    forbidden |= {(method, "mine_end_representative"): 403 for method in ("get", "post")}
    assert statuses(people.logged_in(ANNA), addresses) == OPEN | forbidden


def test_a_confirmed_representative_invites_and_removes(addresses, agreement, coordinator):
    people.representative(agreement.case, ANNA, by=coordinator, name="Anna")
    assert statuses(people.logged_in(ANNA), addresses) == OPEN


def test_another_organisations_person_finds_nothing(addresses, mora):
    other = driver.send_in(mora, organisation_name="Grannen", organisation_number=driver.number(7),
                           contact_email="eva@grannen.example")  # fmt: skip
    client = people.logged_in("eva@grannen.example")
    assert client.get(at(other)).status_code == 200
    assert statuses(client, addresses) == dict.fromkeys(EVERY, 404)


@pytest.mark.parametrize("role", Role.values)
def test_officials_are_shown_to_their_own_pages(addresses, cast, role):
    client = driver.logged_in(cast[role])
    assert statuses(client, addresses) == dict.fromkeys(EVERY, 403)
    assert "De här sidorna är för organisationer." in client.get("/mina-sidor/").text


def test_nobody_logged_in(addresses):
    client = driver.logged_in(None)
    codes = {one: 302 if one[0] == "get" else 403 for one in EVERY}
    assert statuses(client, addresses) == codes
    for name in NAMES:
        assert client.get(addresses[name])["Location"] == f"{LOGIN}?next={addresses[name]}"


def test_officials_pages_do_not_exist_for_organisations(addresses, agreement):
    client = people.logged_in(ANNA)
    for address in ("/mora/arbetsbord/", "/mora/arenden/", agreement.case.get_absolute_url(), "/mora/organisationer/"):
        assert client.get(address).status_code == 404
    assert client.get("/admin/").status_code == 302


def test_what_belongs_to_another_case_is_not_found(addresses, agreement, mora):
    other = driver.send_in(mora, title="Ett annat ärende")  # by the same person
    client = people.logged_in(ANNA)
    for name, address in addresses.items():
        if name in READ - {"mine_case"} | SENT | {"mine_answer", "mine_paper", "mine_declaration"}:
            moved = address.replace(agreement.case.reference, other.reference)
            gone = {"mine_file": 405, "mine_end_representative": 403}.get(name, 404)  # she represents nobody there
            assert client.post(moved).status_code == gone, name
            assert name in SENT or client.get(moved).status_code == 404, name
    assert client.get(at(other)).status_code == 200


def test_under_another_municipality_nothing_exists(addresses):
    moved = {name: address.replace("/mora/", "/gavle/") for name, address in addresses.items()}
    assert statuses(people.logged_in(ANNA), moved) == dict.fromkeys(EVERY, 404)


def test_other_methods_are_refused(addresses):
    client = people.logged_in(ANNA)
    assert {client.post(addresses[name]).status_code for name in READ} == {405}
    assert {client.delete(address).status_code for address in addresses.values()} == {405}


@pytest.mark.parametrize("reference", ["IOP-2026-9999", "%00", "..", "åäö", "x" * 500])
def test_a_case_that_is_not_there(case, anna, reference):
    assert anna.get(f"/mina-sidor/mora/{reference}/").status_code == 404


# Which cases one sees


def seen_by(email: str) -> set[str]:
    user = access.somebody_with(email)
    return {row.case.reference for row in Party.objects.acted_for_by(user).select_related("case")} if user else set()


def test_sending_gives_that_case_alone(case, mora):
    other = driver.send_in(mora, title="En annans", contact_email="bo@sprakbron.example")  # the same number
    assert seen_by(ANNA) == {case.reference}
    assert seen_by("bo@sprakbron.example") == {other.reference}


def test_a_representative_sees_what_confirmed_people_sent_and_no_strangers_idea(case, mora, coordinator):
    """Anybody can type an association's number: its representatives are not shown what such a person wrote."""
    stranger = driver.send_in(mora, title="En främlings", contact_email="frammande@x.example")
    people.representative(case, "olle@sprakbron.example", by=coordinator)
    assert seen_by("olle@sprakbron.example") == set()  # nobody has made sure of Anna either
    people.representative(case, ANNA, by=coordinator, name="Anna")
    assert seen_by("olle@sprakbron.example") == {case.reference}
    assert seen_by(ANNA) == {case.reference}
    people.representative(case, "frammande@x.example", by=coordinator, name="Ny")
    assert seen_by("olle@sprakbron.example") == {case.reference, stranger.reference}


def test_a_secret_case_is_for_those_who_were_let_in_to_it(case, coordinator):
    people.representative(case, ANNA, by=coordinator, name="Anna")
    people.representative(case, "olle@sprakbron.example", by=coordinator)
    mark_secret(case, ground="OSL 26 kap. 1 §", by=coordinator)
    assert (seen_by(ANNA), seen_by("olle@sprakbron.example")) == ({case.reference}, set())


def test_one_person_may_act_for_two_associations(case, mora):
    other = driver.send_in(mora, organisation_name="Kören", organisation_number=driver.number(9), title="Sjung")
    page = people.logged_in(ANNA).get("/mina-sidor/").text
    assert seen_by(ANNA) == {case.reference, other.reference}
    assert "Språkbron" in page and "Kören" in page
    assert page.count('<article class="panel') == 2 and "<section" not in page  # regions would have equal names


def test_who_has_left_sees_nothing(assessed, coordinator):
    party = driver.join(assessed, "Kören", 9)
    access.give(party, email="eva@koren.example", name="Eva", by=coordinator, absolute=driver.absolute)
    assert seen_by("eva@koren.example") == {assessed.reference}
    party.left_on = timezone.localdate() - timedelta(days=1)
    party.save()
    assert seen_by("eva@koren.example") == set()


def test_a_letter_to_one_organisation_is_not_shown_to_the_other(assessed, coordinator):
    party = driver.join(assessed, "Kören", 9)
    access.give(party, email="eva@koren.example", name="Eva", by=coordinator, absolute=driver.absolute)
    letter = driver.write_to(assessed, by=coordinator, subject="Bara till Språkbron")
    assert "Bara till Språkbron" in people.logged_in(ANNA).get(at(assessed)).text
    other = people.logged_in("eva@koren.example")
    assert "Bara till Språkbron" not in other.get(at(assessed)).text
    assert other.get(at(assessed, f"brev/{letter.pk}/svara/")).status_code == 404


def test_many_cases_cost_as_many_questions_as_one(case, mora, agreement, coordinator):
    client = people.logged_in(ANNA)
    with CaptureQueriesContext(connection) as one:
        client.get("/mina-sidor/")
    for number in range(3):
        other = driver.send_in(mora, organisation_name=f"Nr {number}", organisation_number=driver.number(20 + number))
        driver.write_to(other, by=coordinator, points=["Stadgar"], due=timezone.localdate())
    with CaptureQueriesContext(connection) as many:
        page = client.get("/mina-sidor/").text
    assert page.count("<h2") == 4
    extra = {query["sql"] for query in many} - {query["sql"] for query in one}
    assert len(many) <= len(one) + 3, extra  # answers, files and papers of letters, where there are any
