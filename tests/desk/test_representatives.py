"""Who acts for an organisation: confirmed by a coordinator, and ended."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from iop.cases.machinery import Refused
from iop.cases.recusals import lift, state
from iop.cases.secrecy import mark_secret
from iop.municipalities.permissions import Role
from partners.models import Organisation, Representative
from partners.representatives import confirm, end
from tests.cases import driver

TODAY = timezone.localdate()
ANNA = {
    "name": "Anna Åkesson",
    "email": "anna@sprakbron.example",
    "phone": "",
    "role": "ordförande",
    "ground": "protokoll från årsmötet",
}


@pytest.fixture
def organisation(case) -> Organisation:
    return case.parties.get().organisation


def at(organisation, path: str = "") -> str:
    return f"/mora/organisationer/{organisation.pk}/{path}"


def test_the_sender_is_unconfirmed_until_somebody_has_made_sure(case, organisation, coordinator, reader):
    client = driver.logged_in(coordinator)
    page = client.get(case.get_absolute_url()).text
    assert "inte bekräftad" in page
    assert f'href="{at(organisation)}?avsandare={case.reference}#foretradare"' in page
    assert "?avsandare=" not in driver.logged_in(reader).get(case.get_absolute_url()).text

    form = client.get(at(organisation, f"?avsandare={case.reference}")).context["representative_form"]
    assert (form["name"].value(), form["email"].value()) == ("Anna Åkesson", "anna@sprakbron.example")
    assert client.post(at(organisation, "foretradare/"), ANNA).status_code == 302
    one = Representative.objects.get()
    assert (one.confirmed_by, one.confirmed_on, one.role) == (coordinator, TODAY, "ordförande")
    page = driver.logged_in(reader).get(case.get_absolute_url()).text
    assert "inte bekräftad" not in page and "bekräftad" in page
    assert "Avsändare som inte är bekräftade" not in client.get(at(organisation)).text


def test_ended_the_sender_is_unconfirmed_again_and_the_rest_is_history(case, organisation, coordinator):
    one = confirm(organisation, by=coordinator, **ANNA)
    client = driver.logged_in(coordinator)
    page = client.post(at(organisation, f"foretradare/{one.pk}/avsluta/"), follow=True).text
    assert "Har företrätt organisationen" in page
    assert "inte bekräftad" in client.get(case.get_absolute_url()).text
    assert list(one.history.values_list("ended_on", flat=True)) == [TODAY, None]
    again = client.post(at(organisation, f"foretradare/{one.pk}/avsluta/"), follow=True).text
    assert "Anna Åkesson företräder redan inte organisationen längre." in again
    confirm(organisation, by=coordinator, **ANNA)  # may act again
    assert "inte bekräftad" not in client.get(case.get_absolute_url()).text


@pytest.mark.parametrize(
    ("sender", "known", "confirmed"),
    [
        ({"contact_email": "ANNA@sprakbron.example"}, {}, True),
        ({"contact_email": "bo@sprakbron.example"}, {}, False),
        ({"contact_email": ""}, {"email": ""}, True),
        ({"contact_email": "", "contact_name": "Bo"}, {"email": ""}, False),
    ],
)
def test_the_address_tells_or_where_there_is_none_the_name(mora, coordinator, sender, known, confirmed):
    case = driver.send_in(mora, **sender)
    confirm(case.parties.get().organisation, by=coordinator, **ANNA | known)
    page = driver.logged_in(coordinator).get(case.get_absolute_url())
    assert (page.context["sender"].confirmed is not None) is confirmed


@pytest.mark.parametrize("field", ["name", "role", "ground"])
def test_what_must_be_said(case, organisation, coordinator, field):
    response = driver.logged_in(coordinator).post(at(organisation, "foretradare/"), ANNA | {field: " "})
    assert response.status_code == 422
    assert list(response.context["representative_form"].errors) == [field]
    assert "anna@sprakbron.example" in response.text
    assert not Representative.objects.exists()


def test_an_address_acts_once(organisation, coordinator):
    confirm(organisation, by=coordinator, **ANNA)
    twice = ANNA | {"email": "Anna@Sprakbron.example"}
    response = driver.logged_in(coordinator).post(at(organisation, "foretradare/"), twice)
    assert (response.status_code, Representative.objects.count()) == (422, 1)
    assert "är redan bekräftad. Avsluta den företrädaren först." in response.text


def test_the_database_wants_to_know_who_ended_it(organisation, coordinator):
    one = confirm(organisation, by=coordinator, **ANNA)
    with pytest.raises(IntegrityError, match="ended_representative"), transaction.atomic():
        Representative.objects.filter(pk=one.pk).update(ended_on=TODAY)
    end(one, by=coordinator)


@pytest.mark.parametrize("role", Role.values)
def test_who_may(organisation, cast, coordinator, role):
    one = confirm(organisation, by=coordinator, **ANNA)
    client = driver.logged_in(cast[role])
    codes = [
        client.post(at(organisation, "foretradare/"), {}).status_code,
        client.post(at(organisation, f"foretradare/{one.pk}/avsluta/")).status_code,
    ]
    assert codes == ([422, 302] if role == Role.COORDINATOR else [403, 403])
    assert ("Bekräfta en företrädare" in client.get(at(organisation)).text) == (role == Role.COORDINATOR)


def test_one_with_jav_in_a_case_of_the_organisation_does_neither(mora, case, organisation, coordinator):
    """Who represents it sees all its cases, so jäv in any of them is enough."""
    one = confirm(organisation, by=coordinator, **ANNA)
    other = driver.to_assessment(driver.send_in(mora), by=coordinator)
    recusal = state(other, coordinator, why="Min syster", by=coordinator)
    client, bo = driver.logged_in(coordinator), ANNA | {"name": "Bo", "email": "bo@sprakbron.example"}
    for path, data in (("foretradare/", bo), (f"foretradare/{one.pk}/avsluta/", {})):
        refused = client.post(at(organisation, path), data)
        assert refused.status_code == 403
        assert "Karin Samordnare är jävig i ett ärende där Språkbron är part. Låt någon annan göra det." in refused.text
    assert list(Representative.objects.acting()) == [one]
    page = client.get(at(organisation)).text
    assert "Bekräfta en företrädare" not in page and "Du är jävig i ett ärende där organisationen är part." in page
    for act in (lambda: confirm(organisation, by=coordinator, **bo), lambda: end(one, by=coordinator)):
        with pytest.raises(Refused, match="jävig"):
            act()
    other.parties.update(left_on=TODAY)
    end(one, by=coordinator)
    other.parties.update(left_on=None)
    lift(recusal, why="De är inte släkt.", by=driver.person("Ale", mora, Role.ADMINISTRATOR))
    assert client.post(at(organisation, "foretradare/"), bo).status_code == 302


def test_of_an_organisation_the_person_does_not_see_nothing_is_done(case, organisation, coordinator, mora, neighbour):
    one = confirm(organisation, by=coordinator, **ANNA)
    mark_secret(case, ground="26 kap. 1 § OSL", by=coordinator)
    for user in (driver.person("Kim", mora, Role.COORDINATOR), neighbour):
        client = driver.logged_in(user)
        assert client.post(at(organisation, "foretradare/"), ANNA).status_code == 404
        assert client.post(at(organisation, f"foretradare/{one.pk}/avsluta/")).status_code == 404
        assert not Representative.objects.visible_to(user).exists()


def test_a_secret_cases_sender_is_not_told_on_the_organisations_page(mora, case, coordinator):
    driver.send_in(mora, contact_name="Hemliga Hanna", contact_email="hanna@sprakbron.example")
    hidden = case.__class__.objects.get(initiative__contact_name="Hemliga Hanna")
    mark_secret(hidden, ground="26 kap. 1 § OSL", by=coordinator)
    address = at(case.parties.get().organisation, f"?avsandare={hidden.reference}")
    colleague = driver.person("Kim", mora, Role.COORDINATOR)
    assert "Hanna" in driver.logged_in(coordinator).get(address).text
    assert "Hanna" not in driver.logged_in(colleague).get(address).text
