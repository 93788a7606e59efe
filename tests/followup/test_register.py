"""Publishing a partnership: written, looked at, published, taken back, and never when something is secret."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from followup.actions import end
from followup.models import Publication
from followup.register import composed, mark_of, personal, publish, save_texts, take_back
from iop.cases.machinery import Refused
from iop.cases.models import Outcome
from iop.cases.opened import Meanwhile, marks_of
from iop.cases.secrecy import lift_secrecy, mark_secret
from partners.representatives import confirm
from tests.cases import driver
from tests.register import TEXTS, put_in_register


@pytest.fixture
def published(in_force, coordinator):
    return put_in_register(in_force.case, by=coordinator)


def shown(publication) -> dict | None:
    found = Publication.objects.open_to_all().filter(pk=publication.pk).first()
    return found and found.shown


def test_what_is_published_is_what_was_looked_at(published, in_force):
    contributions = [(row["side"], row["what"]) for row in published.shown["contributions"]]
    assert sorted(contributions, key=str) == [("Språkbron", "Lokal"), (None, "Lokal")]
    assert published.shown["parties"] == [
        {"name": "Språkbron", "number": driver.number(1), "legal_form": "ideell_forening"}
    ]
    assert {name: published.shown[name] for name in TEXTS} == TEXTS
    assert Publication.objects.open_to_all().get() == published


def test_texts_saved_later_are_not_told_until_they_are_published(published, in_force, coordinator):
    written = save_texts(in_force.case, TEXTS | {"description": "Något annat."}, by=coordinator)
    assert shown(published)["description"] == TEXTS["description"]
    publish(in_force.case, looked_at=mark_of(composed(written)), by=coordinator)
    assert shown(published)["description"] == "Något annat."
    again = Publication.objects.get()
    assert again.first_published_at == published.first_published_at < again.published_at


def test_only_what_somebody_looked_at_is_published(in_force, coordinator):
    written = save_texts(in_force.case, TEXTS, by=coordinator)
    seen = mark_of(composed(written))
    save_texts(in_force.case, TEXTS | {"results": "Tillagt av en kollega."}, by=coordinator)
    with pytest.raises(Refused, match="Något har ändrats sedan du tittade"):
        publish(in_force.case, looked_at=seen, by=coordinator)
    assert not Publication.objects.open_to_all().exists()


def test_a_contribution_that_is_not_ticked_is_not_told(in_force, coordinator):
    ours = in_force.contributions.get(party=None)
    written = save_texts(in_force.case, TEXTS | {"contributions": [str(ours.pk)]}, by=coordinator)
    assert [row["side"] for row in composed(written)["contributions"]] == [None]


def test_a_description_is_needed(in_force, coordinator):
    written = save_texts(in_force.case, TEXTS | {"description": " "}, by=coordinator)
    with pytest.raises(Refused, match="en kort beskrivning"):
        publish(in_force.case, looked_at=mark_of(composed(written)), by=coordinator)


def test_before_an_agreement_is_in_force_there_is_nothing_to_tell(signing, coordinator):
    with pytest.raises(Refused, match="förrän ett avtal har börjat gälla"):
        save_texts(signing.case, TEXTS, by=coordinator)


def test_an_agreement_that_ended_before_it_was_in_force_is_not_told(signing, coordinator):
    end(signing.case, outcome=Outcome.WITHDRAWN, why="De drog sig ur.", by=coordinator)
    with pytest.raises(Refused, match="förrän ett avtal har börjat gälla"):
        save_texts(signing.case, TEXTS, by=coordinator)


def test_an_ended_partnership_can_be_told(in_force, coordinator):
    end(in_force.case, outcome=Outcome.TERMINATED, why="Lokalen brann.", by=coordinator)
    told = put_in_register(in_force.case, by=coordinator)
    told = Publication.objects.ended().get(pk=told.pk)
    in_force.case.refresh_from_db()
    assert (told.has_ended, told.ended_on) == (True, in_force.case.closed_on)


def test_taken_back_it_is_gone_and_its_texts_stay(published, in_force):
    take_back(in_force.case)
    assert shown(published) is None
    published.refresh_from_db()
    assert (published.shown, published.words, published.description) == ({}, "", TEXTS["description"])


# Secrecy


def test_a_secret_case_cannot_be_published(in_force, coordinator):
    written = save_texts(in_force.case, TEXTS, by=coordinator)
    mark_secret(in_force.case, ground="26 kap. 1 § OSL", by=coordinator)
    with pytest.raises(Refused, match="sekretessmarkerat"):
        publish(in_force.case, looked_at=mark_of(composed(written)), by=coordinator)
    with pytest.raises(Refused, match="sekretessmarkerat"):
        save_texts(in_force.case, TEXTS, by=coordinator)


def test_a_case_that_becomes_secret_is_out_at_once_and_does_not_come_back_by_itself(published, in_force, coordinator):
    mark_secret(in_force.case, ground="26 kap. 1 § OSL", by=coordinator)
    assert shown(published) is None
    lift_secrecy(in_force.case, by=coordinator)
    assert shown(published) is None
    assert Publication.objects.get().shown == {}


def test_it_is_hidden_even_when_the_mark_was_set_past_the_verb(published, in_force):
    type(in_force.case).objects.filter(pk=in_force.case_id).update(secret=True, secrecy_ground="26 kap. 1 § OSL")
    assert shown(published) is None


@pytest.mark.parametrize("which", ["for_signing", "scan"])
def test_a_secret_agreement_is_not_told(published, in_force, coordinator, which):
    record = in_force.for_signing if which == "for_signing" else in_force.signatures.first().scan
    mark_secret(record, ground="19 kap. 1 § OSL", by=coordinator)
    assert Publication.objects.get().published_at is None
    with pytest.raises(Refused, match="Avtalets handling är sekretessmarkerad"):
        save_texts(in_force.case, TEXTS, by=coordinator)
    type(record).objects.filter(pk=record.pk).update(secret=False, secrecy_ground="")
    put_in_register(in_force.case, by=coordinator)
    type(record).objects.filter(pk=record.pk).update(secret=True, secrecy_ground="19 kap. 1 § OSL")
    assert shown(published) is None


def test_another_secret_record_hides_nothing(published, in_force, coordinator):
    other = in_force.case.records.order_by("number").first()
    mark_secret(other, ground="19 kap. 1 § OSL", by=coordinator)
    assert shown(published) == published.shown


# Personal data


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ring Anna Åkesson.", "namnet Anna Åkesson"),
        ("ring ANNA ÅKESSON", "namnet Anna Åkesson"),
        ("Karin Samordnare vet mer.", "namnet Karin Samordnare"),
        ("Skriv till anna@sprakbron.example.", "adressen anna@sprakbron.example"),
        ("Född 850709-9805.", "ett personnummer, 850709-9805"),
        ("Född 198507099805.", "ett personnummer, 198507099805"),
        ("Född 850709–9805.", "ett personnummer, 850709–9805"),
        ("Född 850709 - 9805.", "ett personnummer, 850709 - 9805"),
        ("Samordningsnummer 850769-9802.", "ett personnummer, 850769-9802"),
        ("Fråga Rakel Ringdahl.", "namnet Rakel Ringdahl"),
        ("Föreningen 802000-0019 har 850709 medlemmar.", ""),
        ("Anna leder kören.", ""),
    ],
)
def test_personal_data_is_found(in_force, coordinator, text, found):
    facts = {"name": "Rakel Ringdahl", "email": "rakel@x.example", "role": "ordförande", "ground": "Protokoll"}
    confirm(in_force.case.parties.get().organisation, by=coordinator, **facts)
    for field in ("description", "results"):
        written = save_texts(in_force.case, TEXTS | {field: text}, by=coordinator)
        assert personal(written, composed(written)).startswith(found)
        if not found:
            assert personal(written, composed(written)) == ""


def test_personal_data_is_refused_also_in_contributions(in_force, coordinator):
    in_force.contributions.filter(party=None).update(what="Lön till Anna Åkesson")
    written = save_texts(in_force.case, TEXTS, by=coordinator)
    with pytest.raises(Refused, match="namnet Anna Åkesson"):
        publish(in_force.case, looked_at=mark_of(composed(written)), by=coordinator)


def test_what_no_feed_can_hold_is_left_out(in_force, coordinator):
    written = save_texts(in_force.case, TEXTS | {"results": "Ett\x0b\x07\uffff\r\ntvå"}, by=coordinator)
    assert composed(written)["results"] == "Ett\ntvå"


# Two at once


def test_two_coordinators_lose_nothing(in_force, coordinator):
    opened = marks_of({"title": in_force.case.title, "description": "", "results": ""})
    save_texts(in_force.case, TEXTS, by=coordinator, opened=opened)
    with pytest.raises(Meanwhile) as told:
        save_texts(in_force.case, TEXTS | {"results": "Mitt eget."}, by=coordinator, opened=opened)
    assert told.value.theirs == {"results": TEXTS["results"]}
    assert Publication.objects.get().results == TEXTS["results"]


def test_taking_back_waits_for_whoever_holds_the_case(published, in_force):
    with CaptureQueriesContext(connection) as asked:
        take_back(in_force.case)
    locks = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert '"cases_case"' in locks[0] and '"followup_publication"' in locks[1]
