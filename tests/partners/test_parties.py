"""Organisations and their part in a case."""

from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from agreements.pdf import agreement_pdf
from iop.cases.machinery import Refused
from iop.cases.models import Case
from partners.actions import add_party, leave, organisation_for, send_declaration
from partners.models import Organisation, OtherSupport, Party
from tests.cases import driver

FACTS = {"legal_form": "ideell_forening"}


def test_a_known_number_is_the_known_organisation_and_nothing_is_overwritten(mora):
    known = organisation_for(mora, name="Kvinnojouren", number=driver.number(3), **FACTS)
    again = organisation_for(mora, name="Bluff", number=driver.number(3), legal_form="stiftelse")
    assert again == known
    assert Organisation.objects.values("name", "legal_form").get() == {"name": "Kvinnojouren", **FACTS}


def test_the_same_number_in_two_municipalities_is_two_organisations(mora, gavle):
    for at in (mora, gavle):
        organisation_for(at, name="Röda Korset", number=driver.number(3), **FACTS)
    assert set(Organisation.objects.values_list("municipality", flat=True)) == {mora.pk, gavle.pk}


def test_those_without_a_number_are_never_taken_for_each_other(mora):
    for _ in range(2):
        organisation_for(mora, name="Nätverket", number=None, legal_form="natverk")
    assert Organisation.objects.filter(name="Nätverket").count() == 2


def test_a_party_gets_its_own_activity(case):
    party = driver.join(case, "Byalaget", 2)
    assert (party.activity.name, party.activity.organisation) == (case.title, party.organisation)


def test_an_organisation_is_once_in_a_case(case):
    party = case.parties.get()
    with pytest.raises(Refused, match="^Språkbron är redan part i ärendet.$"):
        add_party(case, party.organisation)
    with pytest.raises(IntegrityError, match="organisation_once_in_a_case"), transaction.atomic():
        Party.objects.create(case=case, organisation=party.organisation)


def test_an_organisation_of_another_municipality_is_no_party(case, gavle):
    stranger = organisation_for(gavle, name="Gävleföreningen", number=driver.number(4), **FACTS)
    with pytest.raises(Refused, match="^Organisationen finns i en annan kommun.$"):
        add_party(case, stranger)


def test_one_may_leave_while_the_others_go_on(assessed, coordinator):
    other = driver.join(assessed, "Byalaget", 2)
    rule = assessed.rules.declarations[0]
    send_declaration(other, rule, to="olle@forening.example", by=coordinator, absolute=driver.absolute)
    leave(other, by=coordinator)
    assert [party.name for party in assessed.parties.active()] == ["Språkbron"]
    assert assessed.tasks.open().filter(kind="declaration").count() == 0
    assert Case.objects.get(pk=assessed.pk).stage == "assessment"


def test_the_last_one_does_not_leave(assessed, coordinator):
    with pytest.raises(Refused, match="^Språkbron är den enda organisationen. Avsluta ärendet i stället.$"):
        leave(assessed.parties.get(), by=coordinator)
    assert assessed.parties.active().count() == 1


@pytest.mark.parametrize("facts", [{"public_body": "Region Dalarna"}, {"organisation": None}])
def test_the_database_wants_a_party_to_be_one_thing(case, facts):
    with pytest.raises(IntegrityError, match="party_is_one_thing"), transaction.atomic():
        case.parties.update(**facts)


@pytest.mark.parametrize("both", [True, False])
def test_the_database_wants_support_to_have_one_giver(case, both):
    party = case.parties.get()
    driver.support(party, activity=None, giver="Region Dalarna")
    unit = case.municipality.units.first() if both else None
    with pytest.raises(IntegrityError, match="support_has_one_giver"), transaction.atomic():
        OtherSupport.objects.update(unit=unit, giver="Region Dalarna" if both else "")


# Several parties, public ones among them (Gävle: «en eller flera», C19)


@pytest.fixture
def with_region(assessed, coordinator):
    client = driver.logged_in(coordinator)
    data = {"offentlig-name": "Region Dalarna", "offentlig-contact_email": "iop@region.example"}
    assert client.post(f"{assessed.get_absolute_url()}parter/offentlig/", data).status_code == 302
    return client, assessed.parties.get(public_body="Region Dalarna")


def test_c19_another_public_party_brings_signs_and_stands_in_the_agreement(with_region, assessed, coordinator):
    client, region = with_region
    data = {"insats-party": region.pk, "insats-kind": "money", "insats-what": "Bidrag", "insats-value_per_year": "9000"}
    assert client.post(f"{assessed.get_absolute_url()}insatser/ny/", data).status_code == 302
    agreement = driver.to_decision(driver.to_drafting(assessed, by=coordinator), by=coordinator)
    driver.yes(agreement, by=coordinator)
    document = PdfReader(BytesIO(agreement_pdf(agreement)))
    text = " ".join("".join(page.extract_text() for page in document.pages).split())
    assert "Region Dalarna" in text and "Språkbron" in text
    (missing,) = (
        f.sentence for f in agreement.findings_before("in_force") if f.rule is None and "Underskrift" in f.sentence
    )
    assert "Region Dalarna" in missing


def test_c19_what_is_asked_of_organisations_is_not_asked_of_it(with_region, assessed):
    client, region = with_region
    page = client.get(f"{assessed.get_absolute_url()}parter/").text
    assert "Andra offentliga parter" in page and f'id="part-{region.pk}"' not in page
    assert not [f for f in driver.findings_at("in_force", assessed) if f.subject == region.subject]
    for address in (f"parter/{region.pk}/", f"parter/{region.pk}/underlag/", f"parter/{region.pk}/intyg/"):
        assert client.post(assessed.get_absolute_url() + address, {}).status_code == 404


def test_c19_it_is_a_party_once_and_may_leave(with_region, assessed):
    client, region = with_region
    again = client.post(f"{assessed.get_absolute_url()}parter/offentlig/", {"offentlig-name": "region dalarna"})
    assert again.status_code == 422 and "är redan part i ärendet" in again.text
    client.post(f"{assessed.get_absolute_url()}parter/{region.pk}/lamnar/")
    region.refresh_from_db()
    assert region.left_on is not None
