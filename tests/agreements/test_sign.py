"""Signatures as an official enters them: one or more for each side, of the very document that lies for signing."""

from datetime import date, timedelta

import pytest

from agreements.actions import enter_signatures, set_term, take_back, term_now, write_point
from agreements.checks import document_hash
from agreements.models import Signature
from iop.cases.machinery import Blocked, Refused
from tests.cases import driver


def test_every_side_signs_and_the_scan_is_kept(signing, secretary):
    driver.sign(signing, by=secretary)
    record = signing.case.records.last()
    assert (record.about, [file.name for file in record.files.all()]) == (
        "Undertecknat avtal, skannat exemplar",
        ["undertecknat.pdf"],
    )
    party = signing.case.parties.get()
    assert set(Signature.objects.values_list("party", "name", "role", "ground", "scan", "by")) == {
        (None, "Ulla Underskrift", "ordförande", "firmatecknare", record.pk, secretary.pk),
        (party.pk, "Ulla Underskrift", "ordförande", "firmatecknare", record.pk, secretary.pk),
    }
    file = signing.for_signing.files.get().file
    assert {signature.document_sha256 for signature in Signature.objects.all()} == {file.sha256}


def test_they_are_written_in_once(signing, secretary):
    driver.sign(signing, by=secretary)
    records = signing.case.records.count()
    with pytest.raises(Refused, match="^Underskrifterna är redan införda.$"):
        driver.sign(signing, by=secretary)
    assert (Signature.objects.count(), signing.case.records.count()) == (2, records)


def test_only_what_lies_for_signing_is_signed(proposed, secretary):
    with pytest.raises(Refused, match="^Avtalet ligger inte för undertecknande.$"):
        driver.sign(proposed, by=secretary)


def test_what_is_signed_does_not_count_for_a_changed_document(signing, coordinator):
    driver.sign(signing, by=coordinator)
    take_back(signing, by=coordinator, absolute=driver.absolute, why="Fel målgrupp.")
    assert document_hash(signing) == ""
    write_point(signing, signing.points.get(rule="MOR-76"), text="Bara unga.", state="used")
    driver.send_to_decision(signing, by=coordinator)
    driver.to_signing(signing, by=coordinator)
    with pytest.raises(Blocked, match="Underskrift är inte införd från Mora kommun, Språkbron"):
        signing.move_to("in_force", by=coordinator)
    driver.to_in_force(signing, by=coordinator)
    assert (signing.stage, Signature.objects.count()) == ("in_force", 4)


def test_the_page_offers_the_form_again_for_a_changed_document(signing, coordinator):
    driver.sign(signing, by=coordinator)
    take_back(signing, by=coordinator, absolute=driver.absolute, why="Fel målgrupp.")
    write_point(signing, signing.points.get(rule="MOR-76"), text="Bara unga.", state="used")
    driver.send_to_decision(signing, by=coordinator)
    driver.to_signing(signing, by=coordinator)
    page = driver.logged_in(coordinator).get(signing.get_absolute_url()).text
    assert "För in underskrifterna" in page


def test_a_signature_is_not_older_than_the_document(signing, secretary):
    day = signing.for_signing.registered_at.date()
    who = {"name": "Ulla", "role": "ordförande", "ground": "firmatecknare", "signed_on": day - timedelta(days=1)}
    with pytest.raises(Refused, match="^Underskriften kan inte vara äldre än dokumentet, som blev klart "):
        enter_signatures(signing, [{"party": None, **who}], scan=driver.pdf(), by=secretary)
    assert Signature.objects.count() == 0


def who(name: str, **other) -> dict:
    facts = {"role": "ledamot", "ground": "firmatecknare två i förening", "signed_on": date.today()}
    return {"name": name} | facts | other


def test_two_sign_together_for_a_side(signing, secretary):
    party = signing.case.parties.get()
    rows = [{"party": None} | who("Ulla"), {"party": party} | who("Anna"), {"party": party} | who("Olle")]
    enter_signatures(signing, rows, scan=driver.pdf(), by=secretary)
    assert list(Signature.objects.filter(party=party).values_list("name", flat=True)) == ["Anna", "Olle"]
    assert signing.findings_before("in_force") == []


def test_the_same_person_does_not_sign_twice_for_one_side(signing, secretary):
    party = signing.case.parties.get()
    rows = [{"party": None} | who("Anna"), {"party": party} | who("Anna"), {"party": party} | who("anna ")]
    with pytest.raises(Refused, match="^anna  står två gånger för samma part."):
        enter_signatures(signing, rows, scan=driver.pdf(), by=secretary)
    assert Signature.objects.count() == 0
    enter_signatures(signing, rows[:2], scan=driver.pdf(), by=secretary)


def test_that_the_other_of_two_is_missing_is_seen_and_stops_nothing(agreement, coordinator):
    party = agreement.case.parties.get()
    driver.write(agreement, by=coordinator)
    set_term(agreement, **term_now(agreement) | {"two_sign": [0, party.pk]})
    driver.send_to_decision(agreement, by=coordinator)
    driver.to_signing(agreement, by=coordinator)
    rows = [{"party": None} | who("Ulla"), {"party": party} | who("Anna"), {"party": party} | who("Olle")]
    enter_signatures(agreement, rows, scan=driver.pdf(), by=coordinator)
    assert driver.says(agreement.findings_before("in_force")) == {
        "Två skulle skriva under för Mora kommun, men en underskrift är införd": "warn"
    }
