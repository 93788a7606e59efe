"""The stages of a case: exactly the table of moves, each move checked and written down, each refusal without trace."""

import pytest

from iop.cases.actions import answer
from iop.cases.machinery import Blocked, Refused
from iop.cases.models import Case, Stage, StageChange
from tests.cases import driver

ALLOWED = {
    ("received", "assessment"),
    ("received", "closed"),
    ("assessment", "dialogue"),
    ("assessment", "closed"),
    ("dialogue", "agreement"),
    ("dialogue", "assessment"),
    ("dialogue", "closed"),
    ("agreement", "in_force"),
    ("agreement", "dialogue"),
    ("agreement", "closed"),
    ("in_force", "closed"),
    ("closed", "assessment"),
}
EVERY = [(here, there) for here in Stage.values for there in Stage.values]
CLOSING = {"outcome": "not_suitable", "closed_on": "2026-11-03"}
OPEN = {"outcome": "", "closed_on": None}


def stands_in(case: Case, stage: str) -> Case:
    Case.objects.filter(pk=case.pk).update(stage=stage, **(CLOSING if stage == "closed" else {}))
    case.refresh_from_db()
    return case


def rule(case: Case, key: str):
    return next(rule for rule in case.rules.every_rule() if rule.key == key)


@pytest.mark.parametrize(("here", "there"), [move for move in EVERY if move not in ALLOWED])
def test_other_moves_are_refused_and_leave_nothing(case, coordinator, here, there):
    stands_in(case, here)
    tasks, history = list(case.tasks.values()), case.history.count()
    labels = dict(Stage.choices)
    sentence = (
        f"Det går inte att gå från {labels[here].lower()} till {labels[there].lower()}. Ladda om sidan och se läget."
    )
    with pytest.raises(Refused) as refused:
        case.move_to(there, by=coordinator)
    assert str(refused.value) == sentence
    assert Case.objects.get(pk=case.pk).stage == here
    assert (StageChange.objects.count(), list(case.tasks.values()), case.history.count()) == (0, tasks, history)


@pytest.mark.parametrize(("here", "there"), sorted(ALLOWED - {("agreement", "in_force")}))
def test_moves_of_the_table_are_made(db, coordinator, here, there):
    """In Stockholm, where no rule holds a case back."""
    case = stands_in(driver.send_in(driver.municipality("stockholm")), here)
    case.move_to(there, by=coordinator, why="Dags.", **(CLOSING if there == "closed" else OPEN))
    change = StageChange.objects.get()
    assert Case.objects.get(pk=case.pk).stage == there
    assert (change.from_stage, change.to_stage, change.subject_kind, change.subject_id) == (
        here,
        there,
        "case",
        case.pk,
    )


def test_in_force_follows_an_agreement_in_force(in_force):
    assert in_force.case.stage == "in_force"


def test_a_case_is_not_in_force_without_an_agreement_that_is(agreement, coordinator):
    with pytest.raises(Blocked) as refused:
        agreement.case.move_to(Stage.IN_FORCE, by=coordinator)
    assert str(refused.value) == "Steget går inte att ta än: Avtalet gäller inte än."


def test_a_move_tells_who_when_why_and_how_it_stood(assessed, coordinator):
    driver.fulfil(assessed, by=coordinator)
    answer(assessed, rule(assessed, "MOR-21"), part="", value="no", by=coordinator)
    assessed.move_to(Stage.DIALOGUE, by=coordinator, why="Cheferna är tillfrågade.")
    change = assessed.stage_changes.get(to_stage="dialogue")
    assert (change.by, change.by_name, change.why) == (coordinator, "Karin Samordnare", "Cheferna är tillfrågade.")
    assert change.at.date() == assessed.tasks.first().opened_at.date()
    assert change.findings == [
        {
            "rule": "MOR-21",
            "subject": f"case:{assessed.pk}",
            "effect": "warn",
            "sentence": "Har chefen för varje berörd förvaltning, eller VD för bolaget, avsatt personer som kan delta "
            "i dialogen? – inte uppfyllt",
            "override": "",
        }
    ]


def test_a_blocked_move_leaves_nothing(assessed, coordinator):
    driver.fulfil(assessed, by=coordinator)
    answer(assessed, rule(assessed, "MOR-39"), part="", value="no", by=coordinator)
    with pytest.raises(Blocked) as refused:
        assessed.move_to(Stage.DIALOGUE, by=coordinator)
    assert str(refused.value) == (
        "Steget går inte att ta än: Verksamheten bidrar till lokal utveckling för att lösa en samhällsutmaning "
        "– inte uppfyllt."
    )
    assert Case.objects.get(pk=assessed.pk).stage == "assessment"
    assert assessed.stage_changes.filter(to_stage="dialogue").count() == 0


def test_the_gate_is_asked_again_inside_the_move(assessed, coordinator):
    driver.fulfil(assessed, by=coordinator)
    matter = assessed.matter()
    assert assessed.findings_before(Stage.DIALOGUE, matter) == []
    answer(assessed, rule(assessed, "MOR-40"), part="", value="unclear", by=coordinator)
    with pytest.raises(Blocked, match="– oklart"):
        assessed.move_to(Stage.DIALOGUE, by=coordinator)


def test_a_page_that_is_behind_does_not_move_twice(assessed, coordinator):
    behind = Case.objects.get(pk=assessed.pk)
    driver.to_dialogue(assessed, by=coordinator)
    with pytest.raises(Refused, match="från dialog till dialog"):
        behind.move_to(Stage.DIALOGUE, by=coordinator)
    assert assessed.stage_changes.filter(to_stage="dialogue").count() == 1


def test_going_back_and_forward_checks_everything_again(assessed, coordinator):
    driver.to_dialogue(assessed, by=coordinator)
    assessed.move_to(Stage.ASSESSMENT, by=coordinator, why="Ny uppgift.")
    answer(assessed, rule(assessed, "MOR-42"), part="", value="no", by=coordinator)
    with pytest.raises(Blocked):
        assessed.move_to(Stage.DIALOGUE, by=coordinator)


def test_a_later_gate_asks_for_what_earlier_ones_asked(agreement, coordinator):
    """An answer that is taken back after the dialogue holds the case before the decision."""
    driver.write(agreement, by=coordinator)
    assert agreement.findings_before("decision") == []
    answer(agreement.case, rule(agreement.case, "MOR-47"), part="", value="", by=coordinator)
    assert driver.says(agreement.findings_before("decision")) == {"MOR-47": "block"}


@pytest.mark.parametrize("slug", driver.FIVE)
def test_when_everything_is_done_nothing_is_said(db, slug):
    """The same way in all five, from initiative to the first follow-up."""
    at = driver.municipality(slug)
    by = driver.person("Karin Samordnare", at, "coordinator")
    case = driver.to_assessment(driver.send_in(at), by=by)
    agreement = driver.to_in_force(
        driver.to_signing(driver.to_decision(driver.to_drafting(case, by=by), by=by), by=by), by=by
    )
    case.refresh_from_db()
    assert (case.stage, agreement.stage) == ("in_force", "in_force")
    assert [change.findings for change in case.stage_changes.all()] == [[]] * 7
    assert set(case.tasks.open().values_list("kind", flat=True)) == {"follow_up", "term_ends"}
