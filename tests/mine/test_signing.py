"""The signed agreement comes back from the organisation; an official reads it and registers the signature."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.actions import end_case, take_back
from agreements.models import Signature, SignedCopy
from iop.cases.models import TaskKind
from iop.cases.secrecy import mark_secret
from iop.municipalities.permissions import Role
from partners.reopening import reopen
from tests.cases import driver
from tests.mine.people import at

TODAY = timezone.localdate()


def copy(**other) -> dict:
    said = {"signer": "Olle Ordförande", "role": "ordförande", "signed_on": TODAY.isoformat(), "name": "Anna"}
    return said | {"files": driver.pdf("undertecknat.pdf")} | other


def to_enter(case) -> list[str]:
    waiting = case.tasks.open().filter(kind=TaskKind.READ_ANSWER, role=Role.SECRETARY)
    return list(waiting.values_list("title", flat=True))


def test_it_is_asked_for_with_its_day_until_it_has_come(signing, anna, coordinator, secretary):
    case, asked = signing.case, "Skriv under avtalet och lämna in en skannad kopia"
    for page in (anna.get("/mina-sidor/").text, anna.get(at(case)).text):
        assert f'<a href="{at(case, "skriv-under/")}">{asked}</a>, senast {signing.start.day} ' in page
        assert "Inget väntar på er just nu." not in page
    document = signing.for_signing.files.get()
    assert at(case, f"fil/{document.pk}/") in anna.get(at(case, "skriv-under/")).text
    for _ in range(2):  # twice is once
        page = anna.post(at(case, "skriv-under/"), copy(), follow=True).text
    assert "Exemplaret är inlämnat." in page and asked not in page and "Olle Ordförande, ordförande" in page
    record = SignedCopy.objects.get().record
    assert (record.about, record.direction) == ("Undertecknat avtal från Språkbron, skannat exemplar", "in")
    assert anna.get(at(case, f"fil/{record.files.get().pk}/")).getvalue() == driver.PDF
    assert to_enter(case) == ["För in underskriften från Språkbron"]
    assert not Signature.objects.exists()
    desk = driver.logged_in(secretary)
    assert "För in underskriften från Språkbron" in desk.get("/mora/arbetsbord/").text
    page = desk.get(f"/mora/arenden/{case.reference}/avtal/").text
    assert "har lämnat in ett undertecknat exemplar" in page and 'value="Olle Ordförande"' in page
    driver.sign(signing, by=secretary)
    assert to_enter(case) == []


def test_photographs_of_the_pages_are_handed_in_together(signing, anna):
    pages = [driver.pdf("sida-1.pdf"), driver.pdf("sida-2.pdf", more="2")]
    for _ in range(2):  # twice is once
        anna.post(at(signing.case, "skriv-under/"), copy(files=pages))
        for page in pages:
            page.seek(0)
    assert {file.name for file in SignedCopy.objects.get().record.files.all()} == {"sida-1.pdf", "sida-2.pdf"}


def test_a_document_that_was_taken_back_is_signed_anew(signing, anna, coordinator):
    case = signing.case
    anna.post(at(case, "skriv-under/"), copy())
    take_back(signing, why="Fel dag.", by=coordinator, absolute=driver.absolute)
    assert to_enter(case) == []
    assert anna.post(at(case, "skriv-under/"), copy())["Location"] == at(case)
    driver.to_signing(driver.to_decision(signing, by=coordinator), by=coordinator)
    assert "lämna in en skannad kopia" in anna.get(at(case)).text


def test_the_document_of_an_agreement_that_came_to_nothing_is_not_shown(signing, anna, coordinator):
    case, document = signing.case, signing.for_signing.files.get()
    end_case(case, outcome="withdrawn", why="", by=coordinator)
    reopen(case, why="De vill ändå.", by=coordinator, absolute=driver.absolute)
    assert document.name not in anna.get(at(case)).text
    assert anna.get(at(case, f"fil/{document.pk}/")).status_code == 404


def test_the_document_of_a_partnership_that_is_over_is_shown(in_force, anna, coordinator):
    case, document = in_force.case, in_force.for_signing.files.get()
    end_case(case, outcome="terminated", why="Slut.", by=coordinator)
    assert at(case, f"fil/{document.pk}/") in anna.get(at(case)).text
    assert anna.get(at(case, f"fil/{document.pk}/")).getvalue().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"signed_on": (TODAY + timedelta(days=1)).isoformat()}, "har inte varit än. Skriv vilken dag ni skrev under."),
        ({"signed_on": (TODAY - timedelta(days=1)).isoformat()}, "Underskriften ska vara från den"),
        ({"signer": ""}, 'class="errors"'),
        ({"files": ""}, 'class="errors"'),
    ],
)
def test_what_is_wrong_is_told(signing, anna, wrong, told):
    response = anna.post(at(signing.case, "skriv-under/"), copy(**wrong))
    assert response.status_code == 422 and told in response.text
    assert not SignedCopy.objects.exists()


def test_of_a_secret_case_it_is_asked_for_and_not_shown(signing, anna, coordinator):
    case, document = signing.case, signing.for_signing.files.get()
    mark_secret(case, ground="OSL", by=coordinator)
    day, pages = f"{signing.start.day} ", [anna.get(at(case)).text, anna.get(at(case, "skriv-under/")).text]
    assert "lämna in en skannad kopia</a>, senast " + day not in pages[0] and "lämna in en skannad kopia" in pages[0]
    assert "ingen dag satt" not in pages[0]  # there is one, and it is not told
    assert "Kommunen sänder er exemplaret att skriva under." in pages[1]
    assert all(document.name not in page for page in pages)
    assert anna.get(at(case, f"fil/{document.pk}/")).status_code == 404


def test_a_secret_copy_is_named_in_no_task_and_shown_to_few(signing, anna, coordinator, secretary):
    anna.post(at(signing.case, "skriv-under/"), copy())
    mark_secret(SignedCopy.objects.get().record, ground="OSL", by=coordinator)
    assert to_enter(signing.case) == ["För in underskriften"]
    page = driver.logged_in(secretary).get(f"/mora/arenden/{signing.case.reference}/avtal/").text
    assert "undertecknat exemplar den" not in page and 'value="Olle Ordförande"' not in page
    assert "Ni lämnade in det undertecknade" not in anna.get(at(signing.case)).text


def test_nothing_is_to_sign_before_it_is_decided(proposed, anna):
    assert anna.get(at(proposed.case, "skriv-under/"))["Location"] == at(proposed.case)
    assert "Skriv under" not in anna.get(at(proposed.case)).text
