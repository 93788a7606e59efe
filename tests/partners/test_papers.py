"""Papers and numbers that a rule asks for: handed in, reviewed, or found not to exist."""

from datetime import timedelta

import pytest
from django.utils import timezone

from iop.cases.machinery import Refused
from iop.cases.models import TaskKind
from partners.actions import leave
from partners.models import PartnerDocument
from partners.papers import ask_for, hand_in, hand_in_by, review
from tests.cases import driver

SOON, LATER = (timezone.localdate() + timedelta(days=days) for days in (9, 30))


@pytest.fixture
def party(assessed):
    return assessed.parties.get()


def rule(party, key: str):
    return next(rule for rule in party.case.rules.documents if rule.key == key)


def test_a_file_becomes_a_record(party, coordinator):
    paper = hand_in(
        party, rule(party, "MOR-53"), "", uploads=[driver.pdf("protokoll.pdf")], as_of="2026", by=coordinator
    )
    assert (paper.status, paper.as_of, paper.number) == ("received", "2026", None)
    assert (paper.record.about, paper.record.direction, paper.record.counterpart) == (
        "Årsmötesprotokoll, Språkbron",
        "in",
        "Språkbron",
    )
    assert [file.name for file in paper.record.files.all()] == ["protokoll.pdf"]


def test_a_number_is_a_number(party, coordinator):
    paper = hand_in(party, rule(party, "MOR-58"), "", number=0, as_of="2026-01-31", by=coordinator)
    assert (paper.status, paper.number, paper.record) == ("received", 0, None)


@pytest.mark.parametrize(("key", "sentence"), [("MOR-53", "Välj en fil."), ("MOR-58", "Skriv antalet.")])
def test_nothing_is_not_handed_in(party, coordinator, key, sentence):
    with pytest.raises(Refused) as refused:
        hand_in(party, rule(party, key), "", by=coordinator)
    assert str(refused.value) == sentence
    assert PartnerDocument.objects.count() == 0


def test_two_papers_of_one_row_are_kept_apart(party, coordinator):
    row = rule(party, "MOR-57")
    for part in ("1", "2"):
        hand_in(party, row, part, uploads=[driver.pdf()], by=coordinator)
    review(party, row, "1", status="accepted", by=coordinator)
    assert set(PartnerDocument.objects.values_list("part", "status")) == {("1", "accepted"), ("2", "received")}
    said = driver.sentences(driver.findings_at("in_force", party.case))
    assert "Språkbron: styrelseförteckning är inte granskad" in said
    assert not [sentence for sentence in said if "verksamhetsplan " in sentence]


@pytest.mark.parametrize("part", ["", "3"])
def test_a_part_that_does_not_exist_is_refused(party, coordinator, part):
    with pytest.raises(Refused, match="^Regeln har ändrats sedan sidan visades. Ladda om sidan.$"):
        review(party, rule(party, "MOR-57"), part, status="does_not_exist", by=coordinator)


@pytest.mark.parametrize("status", ["accepted", "rejected"])
def test_what_has_not_come_is_not_reviewed(party, coordinator, status):
    with pytest.raises(Refused, match="^Underlaget har inte kommit än, så det går inte att granska.$"):
        review(party, rule(party, "MOR-53"), "", status=status, note="Fel år.", by=coordinator)


def test_a_paper_that_is_not_accepted_is_told_why(party, coordinator):
    row = rule(party, "MOR-53")
    hand_in(party, row, "", uploads=[driver.pdf()], by=coordinator)
    with pytest.raises(Refused, match="^Skriv varför underlaget inte godtas.$"):
        review(party, row, "", status="rejected", note=" ", by=coordinator)
    assert review(party, row, "", status="rejected", note="Fel år.", by=coordinator).note == "Fel år."


def waits(party) -> list:
    return list(party.case.tasks.open().filter(kind=TaskKind.COMPLETION).values_list("title", "due"))


@pytest.mark.parametrize("then", ["another", "accepted", "does_not_exist", "later", "letter", "leave"])
def test_a_new_paper_is_waited_for_until_it_comes(party, coordinator, then):
    row, letter = rule(party, "MOR-53"), None
    hand_in(party, row, "", uploads=[driver.pdf()], by=coordinator)
    said = {"status": "rejected", "note": "Fel år.", "by": coordinator}
    review(party, row, "", due=SOON, **said)
    waiting = ("Invänta nytt underlag: årsmötesprotokoll, Språkbron", SOON)
    assert waits(party) == [waiting]
    if then == "another":
        hand_in_by(party, row, "", sender="Anna", uploads=[driver.pdf("nytt.pdf", "2")])
    elif then == "later":
        review(party, row, "", due=LATER, **said)
        assert waits(party) == [(waiting[0], LATER)]
        return
    elif then == "letter":
        letter = driver.write_to(party.case, by=coordinator, subject="Papper", points=["Ett"], due=LATER)
        ask_for(party, [(row, "")], letter=letter, by=coordinator)
    elif then == "leave":
        driver.join(party.case, "Kören", 9)
        leave(party, by=coordinator)
        assert waits(party) == []
        return
    else:
        review(party, row, "", status=then, by=coordinator)
    assert [title for title, _ in waits(party)] == (["Komplettering från Anna Åkesson"] if letter else [])
    assert party.documents.get().due is None


def test_the_review_keeps_the_paper_and_history_tells_the_way(party, coordinator):
    row = rule(party, "MOR-53")
    record = hand_in(party, row, "", uploads=[driver.pdf()], by=coordinator).record
    review(party, row, "", status="rejected", note="Fel år.", by=coordinator)
    hand_in(party, row, "", uploads=[driver.pdf("nytt.pdf")], by=coordinator)
    paper = review(party, row, "", status="accepted", by=coordinator)
    assert paper.record != record
    assert list(paper.history.values_list("status", flat=True)) == ["accepted", "received", "rejected", "received"]
