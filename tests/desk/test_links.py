"""Cases that belong together: linked, or two that become one."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iop.cases.actions import add_record, close
from iop.cases.links import link
from iop.cases.machinery import Refused
from iop.cases.models import Case, CaseLink
from iop.cases.recusals import state
from iop.cases.secrecy import mark_secret
from iop.municipalities.permissions import Role
from partners.merging import merge
from tests.cases import driver

GROUND = "26 kap. 1 § OSL"


@pytest.fixture
def other(mora, coordinator):
    """A case of another organisation, older, to go on with."""
    case = driver.send_in(
        mora, title="Språkträning", organisation_name="Röda Korset", organisation_number=driver.number(7)
    )
    return driver.to_assessment(case, by=coordinator)


@pytest.fixture
def colleague(mora):
    return driver.person("Kim Kollega", mora, Role.COORDINATOR)


def at(case, path: str = "") -> str:
    return f"{case.get_absolute_url()}{path}"


# Links


def test_a_link_is_shown_on_both_until_it_is_removed(assessed, other, coordinator, reader):
    client = driver.logged_in(coordinator)
    client.post(at(assessed, "samband/lanka/"), {"other": other.reference, "note": "Samma lokal"})
    for case, beyond in ((assessed, other), (other, assessed)):
        page = driver.logged_in(reader).get(case.get_absolute_url()).text
        assert f"{beyond.reference} {beyond.title}" in page and "Samma lokal" in page
    assert client.post(at(other, f"samband/{CaseLink.objects.get().pk}/ta-bort/")).status_code == 302
    assert not CaseLink.objects.exists()
    assert list(CaseLink.history.values_list("history_type", flat=True)) == ["-", "+"]


def test_a_link_to_a_secret_case_is_shown_to_those_who_see_both(assessed, other, coordinator, colleague):
    link(assessed, other, note="Hemlig anteckning", by=coordinator)
    mark_secret(other, ground=GROUND, by=coordinator)
    told = {
        user.name: other.title in driver.logged_in(user).get(at(assessed)).text for user in (coordinator, colleague)
    }
    assert told == {"Karin Samordnare": True, "Kim Kollega": False}
    events = driver.logged_in(coordinator).get(at(assessed, "handelser/")).text  # they are handed out
    assert "Länkades med ett ärende med sekretess" in events and "Hemlig anteckning" not in events
    page = driver.logged_in(colleague).get(at(assessed)).text
    assert other.reference not in page and "Hemlig anteckning" not in page
    pk = CaseLink.objects.get().pk
    assert driver.logged_in(colleague).post(at(assessed, f"samband/{pk}/ta-bort/")).status_code == 404


@pytest.mark.parametrize("which", ["itself", "elsewhere", "secret", "none"])
def test_only_another_visible_case_of_the_municipality_is_linked(assessed, other, coordinator, colleague, gavle, which):
    mark_secret(other, ground=GROUND, by=coordinator)
    reference = {
        "itself": assessed.reference,
        "elsewhere": driver.send_in(gavle).reference + "9",
        "secret": other.reference,
        "none": "",
    }[which]
    response = driver.logged_in(colleague).post(at(assessed, "samband/lanka/"), {"other": reference, "note": "Kvar"})
    assert response.status_code == 422
    assert "Välj ett ärende i listan." in response.text and "Kvar" in response.text
    assert not CaseLink.objects.exists()


def test_linked_once_whichever_way(assessed, other, coordinator, gavle):
    link(assessed, other, by=coordinator)
    with pytest.raises(Refused, match="är redan länkade"):
        link(other, assessed, by=coordinator)
    with pytest.raises(Refused, match="i en annan kommun"):
        link(other, driver.send_in(gavle), by=coordinator)
    with pytest.raises(IntegrityError, match="case_is_not_linked_to_itself"), transaction.atomic():
        CaseLink.objects.create(case=other, other=other, by=coordinator)


def test_found_by_organisation_at_once_and_by_words(mora, assessed, other, coordinator):
    same = driver.send_in(mora, title="Läxhjälp")
    client = driver.logged_in(coordinator)

    def found(query: str = "") -> list[str]:
        return [case.title for case in client.get(at(assessed, f"samband/{query}")).context["others"]]

    assert found() == ["Läxhjälp"]
    assert found("?q=roda+kors") == [] and found("?q=RÖDA") == ["Språkträning"]
    assert found(f"?q={other.reference}") == ["Språkträning"]
    assert found("?q=%00") == [same.title] and found("?q='%22(") == []


def test_jav_in_the_other_case_holds_the_link(assessed, other, coordinator, colleague):
    state(other, colleague, why="", by=colleague)
    response = driver.logged_in(colleague).post(at(assessed, "samband/lanka/"), {"other": other.reference})
    assert (response.status_code, CaseLink.objects.count()) == (403, 0)
    response = driver.logged_in(colleague).post(at(assessed, f"sammanfor/{other.reference}/"), {"why": "Samma."})
    assert (response.status_code, Case.objects.filter(stage="closed").count()) == (403, 0)


@pytest.mark.parametrize("role", Role.values)
def test_who_may(assessed, other, cast, role):
    client = driver.logged_in(cast[role])
    one = link(assessed, other, by=cast[role])
    allowed = role == Role.COORDINATOR
    codes = [
        client.get(at(assessed, "samband/")).status_code,
        client.post(at(assessed, "samband/lanka/"), {}).status_code,
        client.get(at(assessed, f"sammanfor/{other.reference}/")).status_code,
        client.post(at(assessed, f"sammanfor/{other.reference}/"), {}).status_code,
        client.post(at(assessed, f"samband/{one.pk}/ta-bort/")).status_code,
    ]
    assert codes == ([200, 422, 200, 422, 302] if allowed else [403] * 5)
    assert ("Länka eller sammanför" in client.get(at(assessed)).text) == allowed


# Two become one


def test_the_double_ends_and_the_other_is_told(assessed, other, coordinator, reader):
    add_record(
        assessed,
        direction="in",
        about="Budget",
        counterpart="Språkbron",
        uploads=[driver.pdf("budget.pdf")],
        by=coordinator,
    )
    client = driver.logged_in(coordinator)
    page = client.get(at(assessed, f"sammanfor/{other.reference}/"))
    (offered,) = page.context["form"].fields["parties"].choices
    assert offered[1] == "Språkbron"
    response = client.post(
        at(assessed, f"sammanfor/{other.reference}/"), {"why": "Samma idé.", "parties": [offered[0]]}
    )
    assert response["Location"] == other.get_absolute_url()

    assessed.refresh_from_db()
    assert (assessed.stage, assessed.outcome, assessed.closed_on) == ("closed", "merged", timezone.localdate())
    assert assessed.tasks.open().count() == 0
    assert assessed.records.last().about == f"Sammanfört med {other.reference}, där ärendet fortsätter"
    told = other.records.last()
    assert told.about == f"Sammanfört hit: {assessed.reference} Språkcafé på biblioteket"
    assert told.counterpart == "Anna Åkesson, Språkbron, Språkbron"
    assert [file.name for file in told.files.all()] == ["budget.pdf"]
    for words in (
        "Samma idé.",
        "Initiativ: Språkcafé på biblioteket",
        driver.written()["idea"],
        "anna@sprakbron.example",
    ):
        assert words in told.text
    assert [party.name for party in other.parties.all()] == ["Röda Korset", "Språkbron"]
    assert other.parties.last().contact_email == "anna@sprakbron.example"
    sees = [(one.email, one.by_sending) for one in other.parties.last().accesses.all()]
    assert sees == [("anna@sprakbron.example", True)]
    for case, says in ((assessed, "Sammanfört med"), (other, "Hit är sammanfört")):
        assert says in driver.logged_in(reader).get(at(case)).text
    assert driver.logged_in(reader).get(at(assessed, "akt/")).status_code == 200


def test_a_party_that_is_there_already_is_not_offered(mora, assessed, coordinator):
    same = driver.send_in(mora, title="Läxhjälp")
    page = driver.logged_in(coordinator).get(at(assessed, f"sammanfor/{same.reference}/"))
    assert "parties" not in page.context["form"].fields
    merge(assessed, same, why="Samma.", by=coordinator)
    assert same.parties.count() == 1


def test_a_link_that_was_there_becomes_the_merger_and_stays(assessed, other, coordinator):
    link(other, assessed, by=coordinator)
    merge(assessed, other, why="Samma.", by=coordinator)
    one = CaseLink.objects.get()
    assert (one.case, one.other, one.kind, one.note) == (assessed, other, "double", "Samma.")
    client = driver.logged_in(coordinator)
    page = client.post(at(other, f"samband/{one.pk}/ta-bort/"), follow=True).text
    assert "Ärendena är sammanförda, och det står kvar." in page and CaseLink.objects.exists()
    assert "Ta bort<span" not in page


def refused(double, into, by, why="Samma idé.") -> str:
    before = list(Case.objects.order_by("pk").values("stage", "outcome"))
    with pytest.raises(Refused) as told:
        merge(double, into, why=why, by=by)
    assert list(Case.objects.order_by("pk").values("stage", "outcome")) == before
    assert not CaseLink.objects.exists()
    return str(told.value)


def test_not_with_itself_nor_with_another_municipalitys(assessed, coordinator, gavle):
    assert refused(assessed, assessed, coordinator) == "Välj ett annat ärende än det du står i."
    assert refused(assessed, driver.send_in(gavle), coordinator) == "Ärendet finns i en annan kommun."


def test_not_when_either_is_closed(assessed, other, coordinator):
    close(other, outcome="withdrawn", why="", by=coordinator)
    for double, into in ((assessed, other), (other, assessed)):
        assert refused(double, into, coordinator) == "Ärendet är avslutat och går inte att ändra."


def test_not_without_a_reason(assessed, other, coordinator):
    assert refused(assessed, other, coordinator, why=" ") == "Skriv varför ärendena sammanförs."


def test_not_when_the_doubles_agreement_is_past_writing(proposed, other, coordinator):
    told = refused(proposed.case, other, coordinator)
    assert told.startswith(f"Avtalet i {proposed.case.reference} ligger för beslut, underskrift eller gäller.")
    merge(other, proposed.case, why="Samma.", by=coordinator)  # the other way round it can
    assert Case.objects.get(pk=other.pk).outcome == "merged"


def test_not_adding_parties_where_the_agreement_holds_them(proposed, other, coordinator):
    address = at(other, f"sammanfor/{proposed.case.reference}/")
    party = other.parties.get()
    response = driver.logged_in(coordinator).post(address, {"why": "Samma idé.", "parties": [party.pk]})
    assert (response.status_code, Case.objects.get(pk=other.pk).stage) == (422, "assessment")
    assert "Parter och insatser står i avtalet" in response.text and "Samma idé." in response.text


def test_nothing_secret_is_read_by_more_people_than_before(assessed, other, coordinator, colleague):
    mark_secret(assessed, ground=GROUND, by=coordinator)
    assert "är sekretessmarkerat, och fler får se" in refused(assessed, other, coordinator)
    mark_secret(other, ground=GROUND, by=coordinator, cleared=[colleague])
    assert "är sekretessmarkerat, och fler får se" in refused(assessed, other, coordinator)
    assessed.cleared.add(colleague)
    merge(assessed, other, why="Samma.", by=coordinator)
    assert Case.objects.get(pk=assessed.pk).outcome == "merged"


def test_a_secret_record_stays_in_the_double(assessed, other, coordinator):
    record = add_record(
        assessed,
        direction="in",
        about="Läkarintyg",
        text="Blåklinten",
        uploads=[driver.pdf("intyg.pdf")],
        by=coordinator,
    )
    mark_secret(record, ground=GROUND, by=coordinator)
    told = merge(assessed, other, why="Samma.", by=coordinator)
    assert "Blåklinten" not in told.text and "Läkarintyg" not in told.text
    assert not told.files.exists()


@pytest.mark.parametrize("which", ["secret", "elsewhere"])
def test_what_the_person_does_not_see_is_not_there_to_choose(assessed, other, coordinator, colleague, gavle, which):
    mark_secret(other, ground=GROUND, by=coordinator)
    reference = other.reference if which == "secret" else f"{driver.send_in(gavle).reference}9"
    client = driver.logged_in(colleague)
    address = at(assessed, f"sammanfor/{reference}/")
    assert [client.get(address).status_code, client.post(address, {"why": "x"}).status_code] == [404, 404]
    assert list(client.get(at(assessed, f"samband/?q={other.title}")).context["others"]) == []


@pytest.mark.parametrize("path", ["", "samband/"])
def test_the_pages_ask_as_often_for_one_link_as_for_three(mora, assessed, coordinator, path):
    client = driver.logged_in(coordinator)

    def count() -> int:
        link(assessed, driver.send_in(mora), by=coordinator)
        client.get(at(assessed, path))
        with CaptureQueriesContext(connection) as asked:
            client.get(at(assessed, path))
        return len(asked)

    assert len({count() for _ in range(3)}) == 1


def test_one_with_jav_in_the_other_case_removes_no_link_to_it(assessed, other, coordinator):
    link(assessed, other, note="", by=coordinator)
    state(other, coordinator, why="", by=coordinator)
    address = at(assessed, f"samband/{CaseLink.objects.get().pk}/ta-bort/")
    assert driver.logged_in(coordinator).post(address).status_code == 403
    assert CaseLink.objects.exists()


def test_all_that_came_in_follows_the_merger(assessed, other, coordinator):
    for number in range(12):
        add_record(
            assessed, direction="in", about=f"Brev {number}", uploads=[driver.pdf(f"{number}.pdf")], by=coordinator
        )
    record = merge(assessed, other, why="Samma sak.", by=coordinator)
    assert {f"{number}.pdf" for number in range(12)} <= {file.name for file in record.files.all()}
    assert "Brev 11" in record.text
