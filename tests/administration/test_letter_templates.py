"""The municipality's own letter templates, written by its administrators."""

import pytest

from iop.cases.models import LetterTemplate
from tests.cases import driver

ADDRESS = "/mora/brevmallar/"
OURS = {"name": "Tack", "subject": "Tack för {ärende}", "text": "Hej {kontakt}!", "in_use": "on"}


def test_one_is_written_changed_and_put_away(administrator, mora):
    client = driver.logged_in(administrator)
    assert client.post(ADDRESS, OURS).status_code == 302
    row = LetterTemplate.objects.get()
    assert (row.municipality, row.text) == (mora, "Hej {kontakt}!")
    client.post(f"{ADDRESS}{row.pk}/", OURS | {"text": "Hallå!", "in_use": ""})
    row.refresh_from_db()
    assert (row.text, row.in_use, row.history.count()) == ("Hallå!", False, 2)
    assert "används inte" in client.get(ADDRESS).text


def test_it_begins_from_one_of_ours(administrator):
    form = driver.logged_in(administrator).get(f"{ADDRESS}?efter=avslut").context["form"]
    assert "{skäl}" in form.initial["text"]


@pytest.mark.parametrize("data", [{"name": ""}, {"text": ""}, {"subject": "x" * 151}, {"text": "x" * 20_001}])
def test_what_is_wrong_is_told(administrator, data):
    assert driver.logged_in(administrator).post(ADDRESS, OURS | data).status_code == 422
    assert not LetterTemplate.objects.exists()


def test_a_name_is_used_once_in_a_municipality(administrator, gavle):
    LetterTemplate.objects.create(municipality=gavle, **OURS | {"in_use": True})
    client = driver.logged_in(administrator)
    assert [client.post(ADDRESS, OURS).status_code for _ in range(2)] == [302, 422]


@pytest.mark.parametrize("role", ["coordinator", "secretary", "adviser", "reader"])
def test_others_do_not_write_them(role, request):
    assert driver.logged_in(request.getfixturevalue(role)).get(ADDRESS).status_code == 403


def test_another_municipalitys_is_not_found(administrator, gavle, neighbour):
    row = LetterTemplate.objects.create(municipality=gavle, name="x", subject="x", text="x")
    assert driver.logged_in(administrator).get(f"{ADDRESS}{row.pk}/").status_code == 404
    assert driver.logged_in(neighbour).get(ADDRESS).status_code == 404


def test_two_at_once_both_keep_what_they_wrote(administrator, mora):
    row = LetterTemplate.objects.create(municipality=mora, **OURS | {"in_use": True})
    client, address = driver.logged_in(administrator), f"{ADDRESS}{row.pk}/"
    form = client.get(address).context["form"]
    opened = OURS | {"opened": form["opened"].value()}
    assert client.post(address, opened | {"text": "Först.", "subject": "Tack!"}).status_code == 302
    assert client.post(address, opened | {"name": "Stort tack"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.subject, row.text) == ("Stort tack", "Tack!", "Först.")
    response = client.post(address, opened | {"text": "Sist."})
    assert response.status_code == 422
    assert "Först.</textarea>" in response.text and "Sist.</textarea>" in response.text
    row.refresh_from_db()
    assert row.text == "Först."
    anyway = {"anyway": response.context["form"].marks}
    assert client.post(address, opened | {"text": "Först. Sist."} | anyway).status_code == 302
    row.refresh_from_db()
    assert row.text == "Först. Sist."
