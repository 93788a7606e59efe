"""An organisation that is known by its name is not made a second time without anybody being asked."""

import pytest

from iop.cases.machinery import Refused
from iop.cases.models import Case
from iop.cases.secrecy import mark_secret
from partners.merging import merge, missing_in
from partners.models import Organisation
from tests.cases import driver
from tests.desk.test_intake import NEW, by_hand

NAME = "Byalaget Våmhus"
QUESTION = "En organisation med det namnet finns redan."


@pytest.fixture
def known(mora) -> Case:
    """A case of an organisation without number."""
    return driver.send_in(mora, title="Skjutsring", organisation_name=NAME, organisation_number="")


@pytest.fixture
def register(coordinator):
    client = driver.logged_in(coordinator)
    return lambda **other: client.post(NEW, by_hand(organisation_name=NAME, organisation_number="", **other))


@pytest.fixture
def join(assessed, coordinator):
    """Add a party to a case as the page does."""

    def join(user=coordinator, **other):
        data = {"organisation_name": "byalaget  våmhus", "legal_form": "ideell_forening"} | other
        address = f"{assessed.get_absolute_url()}parter/ny/"
        return driver.logged_in(user).post(address, {f"party-{name}": value for name, value in data.items()})

    return join


def test_registering_asks_and_takes_the_one_that_is_said(known, register):
    asked = register()
    assert asked.status_code == 422 and QUESTION in asked.text
    one = Organisation.objects.get(name=NAME)
    assert f'href="/mora/organisationer/{one.pk}/"' in asked.text
    assert register(same=one.pk).status_code == 302
    assert Organisation.objects.get(name=NAME).initiatives.count() == 2


def test_another_of_the_same_name_can_be_made(known, register):
    assert register(same="annan").status_code == 302
    assert Organisation.objects.filter(name=NAME).count() == 2


def test_a_second_click_asks_nothing(mora, register):
    sent = by_hand()["submission"]
    first, second = register(submission=sent), register(submission=sent)
    assert first["Location"] == second["Location"] and Organisation.objects.filter(name=NAME).count() == 1


@pytest.mark.parametrize("same", ["999999", "x", ""])
def test_an_answer_that_is_none_is_asked_for_again(known, register, same):
    assert register(same=same).status_code == 422
    assert Organisation.objects.filter(name=NAME).count() == 1


def test_a_party_is_asked_for_and_then_has_its_number(known, join, assessed):
    number = driver.number(40)
    asked = join(organisation_number=number)
    assert asked.status_code == 422 and QUESTION in asked.text
    one = Organisation.objects.get(name=NAME)
    assert join(organisation_number=number, same=one.pk).status_code == 302
    one.refresh_from_db()
    assert one.number and one.pk in {party.organisation_id for party in assessed.parties.all()}


def test_a_number_that_tells_them_apart_is_not_asked_about(known, join):
    Organisation.objects.filter(name=NAME).update(number=driver.number(41))
    assert join(organisation_number=driver.number(42)).status_code == 302
    assert Organisation.objects.filter(name__iexact=NAME).count() == 2


def test_one_of_a_secret_case_is_not_told(known, join, register, coordinator, mora):
    kim = driver.person("Kim Kollega", mora, "coordinator")
    mark_secret(known, ground="26 kap. 1 § OSL", by=coordinator)
    assert join(kim).status_code == 302


def test_another_municipalitys_is_not_told(join, gavle):
    Organisation.objects.create(municipality=gavle, name=NAME)
    assert join().status_code == 302


def test_a_merger_leaves_no_party_twice(known, mora, assessed, coordinator):
    again = driver.send_in(mora, title="Skjuts", organisation_name=NAME.upper(), organisation_number="")
    assert missing_in(known, again) == []
    merge(again, known, why="Samma.", by=coordinator)
    assert [party.name for party in known.parties.all()] == [NAME]


def test_two_numbers_are_two_organisations(known, mora, coordinator):
    other = driver.send_in(mora, title="Skjuts", organisation_name=NAME, organisation_number=driver.number(43))
    assert missing_in(known, other) == []
    Organisation.objects.filter(number=None).update(number=driver.number(44))
    assert [party.name for party in missing_in(known, other)] == [NAME]


def test_a_party_that_is_there_is_refused_though_it_was_ticked(known, mora, coordinator):
    again = driver.send_in(mora, title="Skjuts", organisation_name=NAME, organisation_number="")
    with pytest.raises(Refused, match=f"^{NAME} är redan part i {known.reference}."):
        merge(again, known, why="Samma.", by=coordinator, parties=list(again.parties.all()))
