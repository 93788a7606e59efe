"""The facts of a case: title, diary number, units, other municipalities and who took the initiative."""

import pytest

from iop.cases.models import Case
from iop.municipalities.permissions import Role
from tests.cases import driver


@pytest.fixture
def save(assessed, coordinator):
    def save(**data):
        data = {"title": "Språkcafé", "coordinator": coordinator.pk} | data
        return driver.logged_in(coordinator).post(f"/mora/arenden/{assessed.reference}/fakta/", data)

    return save


def test_what_the_sender_believes_is_ticked_and_not_saved(save, assessed, mora, coordinator):
    body, other = mora.units.get(name="Socialnämnden"), mora.units.get(name="Kultur- och fritidsnämnden")
    initiative, client = assessed.initiative, driver.logged_in(coordinator)
    initiative.believed_units = [body.name, "Kommunstyrelseförvaltningen", "En nämnd som är borta"]
    initiative.save()
    assessed.affected_units.set([other])
    page = client.get(assessed.get_absolute_url()).text
    address = f"/mora/arenden/{assessed.reference}/fakta/?tror"
    assert f'<a href="{address}#fakta">' in page
    form = client.get(address).context["facts_form"]
    assert set(form["affected_units"].value()) == {body.pk, other.pk}
    assert list(assessed.affected_units.all()) == [other]
    save(affected_units=[body.pk, other.pk], opened=form["opened"].value())
    assert set(assessed.affected_units.all()) == {body, other}


def test_works(save, assessed, mora):
    body, affected = mora.units.get(name="Socialnämnden"), mora.units.get(name="Kultur- och fritidsnämnden")
    response = save(
        diary_number="KS 2026/00418",
        unit=mora.units.get(name="Kommunstyrelseförvaltningen").pk,
        responsible=body.pk,
        affected_units=[affected.pk],
        other_municipalities="Orsa",
        origin="dialogue",
    )
    assert response["Location"] == assessed.get_absolute_url()
    assessed.refresh_from_db()
    assert (assessed.title, assessed.diary_number, assessed.responsible) == ("Språkcafé", "KS 2026/00418", body)
    assert list(assessed.affected_units.all()) == [affected]
    assert (assessed.other_municipalities, assessed.initiative.origin) == ("Orsa", "dialogue")


def test_a_diary_number_belongs_to_one_case(save, assessed, mora):
    other = driver.send_in(mora)
    Case.objects.filter(pk=other.pk).update(diary_number="KS 2026/00418")
    response = save(diary_number="ks 2026/00418", title="Ändrad")
    assert response.status_code == 422
    told = {"diary_number": [f"Diarienumret finns redan på {other.reference}."]}
    assert response.context["facts_form"].errors == told
    assert 'value="Ändrad"' in response.text
    assessed.refresh_from_db()
    assert (assessed.title, assessed.diary_number) == ("Språkcafé på biblioteket", "")


def test_two_who_give_the_same_number_at_once(save, assessed, mora, monkeypatch):
    """Both have passed the form; the database lets one of them."""
    Case.objects.filter(pk=driver.send_in(mora).pk).update(diary_number="KS 2026/00418")
    monkeypatch.setattr("iop.cases.forms._own_number", lambda number, *_: number)
    response = save(diary_number="KS 2026/00418", title="Ändrad")
    assert response.status_code == 422
    assert "Diarienumret finns redan på ett annat ärende." in response.text and 'value="Ändrad"' in response.text
    assessed.refresh_from_db()
    assert (assessed.title, assessed.diary_number) == ("Språkcafé på biblioteket", "")


def test_two_cases_may_lack_a_diary_number(save, mora):
    driver.send_in(mora)
    assert save(diary_number="").status_code == 302


def test_the_same_diary_number_in_another_municipality_is_another(save, gavle):
    Case.objects.filter(pk=driver.send_in(gavle).pk).update(diary_number="KS 2026/00418")
    assert save(diary_number="KS 2026/00418").status_code == 302


@pytest.mark.parametrize("field", ["unit", "responsible", "affected_units"])
@pytest.mark.parametrize("whose", ["gavle", "none"])
def test_only_the_municipalitys_own_units(save, gavle, field, whose):
    pk = gavle.units.get(name="Kommunstyrelsen").pk if whose == "gavle" else 0
    response = save(**{field: pk})
    assert response.status_code == 422
    assert field in response.context["facts_form"].errors


def test_a_department_does_not_decide(save, mora):
    assert save(responsible=mora.units.get(name="Upphandlingsenheten").pk).status_code == 422


def test_another_coordinator_takes_over(save, assessed, mora):
    colleague = driver.person("Kim Kollega", mora, Role.COORDINATOR)
    assert save(coordinator=colleague.pk).status_code == 302
    assessed.refresh_from_db()
    assert assessed.coordinator == colleague


@pytest.mark.parametrize("who", ["reader", "neighbour", "nobody"])
def test_only_a_coordinator_of_the_municipality_takes_over(save, request, who):
    pk = "" if who == "nobody" else request.getfixturevalue(who).pk
    assert save(coordinator=pk).status_code == 422


def test_a_closed_case_is_not_changed(save, assessed, coordinator):
    assessed.move_to("closed", by=coordinator, outcome="grant", closed_on=assessed.received_on)
    response = save(title="Ändrad")
    assert response.status_code == 422
    assert "Ärendet är avslutat och går inte att ändra." in response.text
    assert Case.objects.get().title == "Språkcafé på biblioteket"


@pytest.mark.parametrize("data", [{"title": ""}, {"title": "x" * 151}, {"diary_number": "x" * 41}])
def test_bad_input(save, data):
    assert save(**data).status_code == 422
    assert Case.objects.get().title == "Språkcafé på biblioteket"


def test_an_origin_that_does_not_exist_is_told(save, assessed, coordinator):
    save(origin="grannen")
    page = driver.logged_in(coordinator)
    assert assessed.initiative.origin == "organisation"
    assert page.get(assessed.get_absolute_url()).status_code == 200


def test_no_list_of_choices_speaks_english(agreement, coordinator):
    client, base = driver.logged_in(coordinator), agreement.case.get_absolute_url()
    for tab in ("", "fakta/", "checklista/", "parter/", "yttranden/", "avtal/", "uppfoljning/", "akt/"):
        assert "Select an option" not in client.get(base + tab).text, tab
    page = client.get(base + "fakta/").text
    assert "Välj …</option>" in page and "– inte angivet</option>" in page


def test_no_list_of_choices_of_a_decision_speaks_english(proposed, coordinator):
    assert "Select an option" not in driver.logged_in(coordinator).get(proposed.get_absolute_url()).text
