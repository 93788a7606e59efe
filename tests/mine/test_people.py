"""Who is let in to a case, by whom, and how they hear of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from iop.cases.machinery import Refused
from iop.cases.secrecy import mark_secret
from partners import access
from partners.actions import add_party, organisation_for
from partners.models import CaseAccess, Representative
from partners.representatives import confirm
from tests.cases import driver
from tests.mine import people
from tests.mine.people import at

ANNA = "anna@sprakbron.example"
EVA = {"invited": "Eva Ek", "email": "Eva@Sprakbron.example", "role": "kassör"}


@pytest.fixture
def represented(case, coordinator, anna):
    """Anna is confirmed to act for the organisation."""
    people.representative(case, ANNA, by=coordinator, name="Anna")
    return case


def desk(case, path: str) -> str:
    return f"/mora/arenden/{case.reference}/{path}"


def test_sending_gives_access_once_whatever_the_capitals(mora):
    case = driver.send_in(mora, contact_email="Anna@Sprakbron.example")
    one = CaseAccess.objects.get()
    assert (one.party.case, one.email, one.name, one.by_sending) == (case, ANNA, "Anna Åkesson", True)
    assert access.give_by_sending(one.party) == one
    one.party.contact_email = ""
    assert access.give_by_sending(one.party) is None


def test_a_representative_invites_to_the_case(represented, anna, django_capture_on_commit_callbacks):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        page = anna.post(at(represented, "personer/"), EVA, follow=True).text
    assert "Eva Ek är inbjuden." in page and "eva@sprakbron.example" in page
    (letter,) = mail.outbox
    assert letter.to == ["eva@sprakbron.example"] and "http://testserver/mina-sidor/" in letter.body
    assert represented.records.last().counterpart == "Eva Ek (eva@sprakbron.example)"
    eva = people.logged_in("eva@sprakbron.example")
    assert eva.get(at(represented)).status_code == 200
    assert eva.post(at(represented, "personer/"), EVA).status_code == 403
    again = anna.post(at(represented, "personer/"), EVA)
    assert again.status_code == 422 and "ser redan ärendet" in again.text


def test_a_representative_confirms_another_for_the_whole_organisation(represented, anna, mora):
    anna.post(at(represented, "personer/"), EVA | {"whole": "on"})
    one = Representative.objects.get(email="eva@sprakbron.example")
    assert (one.confirmed_by.email, one.ground) == (ANNA, f"bekräftad på Mina sidor av {ANNA}")
    another = driver.send_in(mora, title="Annas nästa")
    assert people.logged_in("eva@sprakbron.example").get(at(another)).status_code == 200


@pytest.mark.parametrize("wrong", [{"invited": ""}, {"email": "eva"}, {"whole": "on", "role": ""}])
def test_an_invitation_without_what_it_needs_is_shown_again(represented, anna, wrong):
    response = anna.post(at(represented, "personer/"), EVA | wrong)
    assert response.status_code == 422 and 'class="errors"' in response.text
    assert CaseAccess.objects.count() == Representative.objects.count() == 1


def test_a_representative_removes_and_others_remove_themselves_alone(represented, anna):
    anna.post(at(represented, "personer/"), EVA)
    eva = people.logged_in("eva@sprakbron.example")
    hers, annas = CaseAccess.objects.get(name="Eva Ek"), CaseAccess.objects.get(email=ANNA)
    assert eva.post(at(represented, f"personer/{annas.pk}/ta-bort/")).status_code == 403
    assert eva.post(at(represented, f"personer/{hers.pk}/ta-bort/"))["Location"] == "/mina-sidor/"
    assert eva.get(at(represented)).status_code == 404
    hers.refresh_from_db()
    assert (hers.ended_by.email, hers.history.count()) == ("eva@sprakbron.example", 2)
    assert "Ser inte längre ärendet" in represented.records.last().about
    anna.post(at(represented, "personer/"), EVA)  # may be let in again
    assert eva.get(at(represented)).status_code == 200


def test_the_last_representative_may_end_and_sees_what_was_sent_all_the_same(represented, anna):
    one = Representative.objects.get()
    anna.post(at(represented, f"foretradare/{one.pk}/avsluta/"))
    one.refresh_from_db()
    assert one.ended_by.email == ANNA
    assert anna.get(at(represented)).status_code == 200
    assert anna.post(at(represented, "personer/"), EVA).status_code == 403


def test_one_is_asked_before_leaving_or_removing_another(represented, anna):
    anna.post(at(represented, "personer/"), EVA)
    hers, annas = CaseAccess.objects.get(name="Eva Ek"), CaseAccess.objects.get(email=ANNA)
    assert "Lämna ärendet" in anna.get(at(represented, "personer/")).text
    for path, asked in [
        (f"personer/{annas.pk}/ta-bort/", "Lämna ärendet?"),
        (f"personer/{hers.pk}/ta-bort/", "Ta bort Eva Ek?"),
        (f"foretradare/{Representative.objects.get().pk}/avsluta/", "Avsluta Anna som företrädare?"),
    ]:
        assert asked in anna.get(at(represented, path)).text
    assert CaseAccess.objects.in_force().count() == 2 and Representative.objects.acting().exists()
    assert people.logged_in(hers.email).get(at(represented, f"personer/{annas.pk}/ta-bort/")).status_code == 403


def test_the_last_of_an_organisation_does_not_lock_everybody_out(case, anna):
    one = CaseAccess.objects.get()
    page = anna.post(at(case, f"personer/{one.pk}/ta-bort/"), follow=True).text
    assert "Ingen annan från Språkbron ser ärendet. Bjud in någon annan först, eller be kommunen" in page
    one.refresh_from_db()
    assert one.ended_at is None and anna.get(at(case)).status_code == 200


# The coordinator's side


def test_a_coordinator_invites_and_removes(case, coordinator):
    client, party = driver.logged_in(coordinator), case.parties.get()
    told = {"name": "Eva Ek", "email": "eva@sprakbron.example", "role": "kassör"}
    page = client.post(desk(case, f"parter/{party.pk}/bjud-in/"), told, follow=True).text
    assert "Eva Ek ser nu ärendet på Mina sidor." in page
    one = CaseAccess.objects.get(name="Eva Ek")
    assert one.given_by == coordinator
    page = client.post(desk(case, f"tillgang/{one.pk}/avsluta/"), follow=True).text
    assert "eva@sprakbron.example ser inte längre ärendet." in page
    page = client.post(desk(case, f"tillgang/{one.pk}/avsluta/"), follow=True).text
    assert "ser redan inte ärendet" in page
    page = client.post(desk(case, f"parter/{party.pk}/bjud-in/"), {"name": "Eva", "email": "x"}, follow=True).text
    assert "Ingen bjöds in: E-post:" in page


def test_an_invitation_to_a_secret_case_names_neither_it_nor_the_organisation(
    case, coordinator, django_capture_on_commit_callbacks
):
    mark_secret(case, ground="OSL", by=coordinator)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        access.give(case.parties.get(), email="e@x.example", name="Eva", by=coordinator, absolute=driver.absolute)
    (letter,) = mail.outbox
    assert case.title not in letter.body + letter.subject and "Språkbron" not in letter.body


def test_people_are_bounded_and_the_database_holds_what_must_be(case, coordinator, monkeypatch):
    party = case.parties.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseAccess.objects.create(party=party, email=ANNA, given_by=coordinator)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseAccess.objects.create(party=party, email="b@x.example")  # by nobody
    monkeypatch.setattr(access, "MOST", 1)
    with pytest.raises(Refused, match="har redan 1 personer"):
        access.give(party, email="b@x.example", name="B", by=coordinator, absolute=driver.absolute)


# One person with two associations in a case


@pytest.fixture
def of_both(represented, anna, mora, coordinator):
    """Anna represents the second organisation of the case, too."""
    choir = organisation_for(mora, name="Kören", number=None, legal_form="ideell_forening")
    party = add_party(represented, choir, contact_name="Anna", contact_email="")
    confirm(choir, name="Anna", email=ANNA, phone="", role="kassör", ground="protokoll", by=coordinator)
    return party


@pytest.mark.parametrize("path", ["skriv/", "personer/", "aterta/"])
def test_who_belongs_to_two_parties_says_for_which(of_both, anna, path):
    page = anna.get(at(of_both.case, path)).text
    assert "För vilken organisation?" in page and "Kören" in page


def test_it_is_done_in_the_name_that_was_chosen(of_both, anna):
    said = {"subject": "Noter", "text": "Vi har noter.", "name": "Anna"}
    assert anna.post(at(of_both.case, "skriv/"), said).status_code == 422
    stranger = driver.send_in(of_both.case.municipality, title="Annat").parties.get()
    assert anna.post(at(of_both.case, "skriv/"), said | {"party": stranger.pk}).status_code == 422
    assert anna.post(at(of_both.case, "skriv/"), said | {"party": of_both.pk}).status_code == 302
    assert of_both.messages.get().record.counterpart == f"Anna ({ANNA}), Kören"
    anna.post(at(of_both.case, "personer/"), EVA | {"party": of_both.pk})
    assert CaseAccess.objects.get(email="eva@sprakbron.example").party == of_both
    page = anna.post(at(of_both.case, "aterta/"), {"name": "Anna", "party": of_both.pk}, follow=True).text
    assert "Kören har lämnat ärendet." in page
    assert [party.name for party in of_both.case.parties.active()] == ["Språkbron"]


def test_letters_that_invite_are_counted_though_people_are_removed(represented, anna, coordinator, monkeypatch):
    monkeypatch.setattr(access, "MOST_INVITED_IN_A_DAY", 2)
    for number in range(2):
        who = EVA | {"email": f"{number}@sprakbron.example"}
        assert anna.post(at(represented, "personer/"), who).status_code == 302
        one = CaseAccess.objects.get(email=who["email"])
        anna.post(at(represented, f"personer/{one.pk}/ta-bort/"))
    stopped = anna.post(at(represented, "personer/"), EVA)
    assert stopped.status_code == 422 and "har bjudit in många i dag. Försök igen om ett dygn." in stopped.text
    another = driver.send_in(represented.municipality, title="Annas nästa")
    assert anna.post(at(another, "personer/"), EVA).status_code == 422
    CaseAccess.objects.update(given_at=timezone.now() - timedelta(days=1))
    assert anna.post(at(represented, "personer/"), EVA).status_code == 302
