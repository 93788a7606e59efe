"""The steps of a case as pages: each takes the case on, or says why it cannot and changes nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.models import Agreement
from followup.models import FollowUp
from iop.cases.models import Case, StageChange
from tests.cases import driver


@pytest.fixture
def step(coordinator):
    """Take a step; the answer is where it led and what was told."""

    def step(case, name: str, **data) -> tuple[str, list[str]]:
        base = f"/mora/arenden/{case.reference}/"
        response = driver.logged_in(coordinator).post(f"{base}{name}/", data, follow=True)
        ((address, status),) = response.redirect_chain
        assert (status, response.status_code) == (302, 200)
        return address.removeprefix(base), [str(message) for message in response.context["messages"]]

    return step


def stages(case) -> tuple[str, str | None]:
    agreement = Agreement.objects.filter(case=case).first()
    return Case.objects.get(pk=case.pk).stage, agreement and agreement.stage


def test_receive(case, step, coordinator):
    assert step(case, "ta-emot") == ("checklista/", ["Initiativet är mottaget och du är handläggare."])
    case.refresh_from_db()
    assert (case.stage, case.coordinator) == ("assessment", coordinator)


def test_the_dialogue(assessed, step, coordinator):
    driver.fulfil(assessed, by=coordinator)
    assert step(assessed, "inled-dialog", why="Allt är klart.") == ("yttranden/", ["Dialogen är inledd."])
    assert stages(assessed) == ("dialogue", None)
    assert StageChange.objects.get(to_stage="dialogue").why == "Allt är klart."


def test_the_dialogue_is_held_back(assessed, step):
    where, (told,) = step(assessed, "inled-dialog")
    assert where == "yttranden/"
    assert told.startswith("Steget går inte att ta än: Verksamheten bidrar till lokal utveckling")
    assert stages(assessed) == ("assessment", None)


def test_begin_writing(assessed, step, coordinator):
    driver.to_dialogue(assessed, by=coordinator)
    assert step(assessed, "borja-skriva") == ("avtal/", ["Nu kan ni skriva."])
    assert stages(assessed) == ("agreement", "drafting")


def test_writing_is_held_back_by_a_meeting_that_was_not(assessed, step, coordinator):
    driver.to_dialogue(assessed, by=coordinator)
    assessed.meetings.filter(rule="MOR-32").delete()
    assert step(assessed, "borja-skriva") == (
        "avtal/",
        ["Steget går inte att ta än: Intern diskussion: inget är antecknat."],
    )
    assert stages(assessed) == ("dialogue", None)


def test_to_decision(agreement, step, coordinator):
    driver.write(agreement, by=coordinator)
    assert step(agreement.case, "till-beslut") == ("avtal/", ["Förslaget ligger för beslut."])
    assert stages(agreement.case) == ("agreement", "decision")


def test_the_decision_waits_for_a_first_day(agreement, step, coordinator):
    driver.write(agreement, by=coordinator)
    Agreement.objects.update(start=None, first_follow_up=None)
    assert step(agreement.case, "till-beslut") == ("avtal/", ["Steget går inte att ta än: Avtalet saknar startdag."])
    assert stages(agreement.case) == ("agreement", "drafting")


def test_take_back(proposed, step):
    assert step(proposed.case, "tillbaka", why="Fel dag.") == ("avtal/", ["Det går att skriva igen."])
    assert stages(proposed.case) == ("agreement", "drafting")
    assert step(proposed.case, "tillbaka", why="Fel dag.")[1] == [
        "Det går inte att gå från avtalsskrivning till avtalsskrivning. Ladda om sidan och se läget. "
        "Du skrev: «Fel dag.»"
    ]


def test_in_force(signing, step, coordinator):
    assert step(signing.case, "borjar-galla") == (
        "avtal/",
        ["Steget går inte att ta än: Underskrift är inte införd från Mora kommun, Språkbron."],
    )
    assert stages(signing.case) == ("agreement", "signing")
    driver.sign(signing, by=coordinator)
    assert step(signing.case, "borjar-galla") == ("uppfoljning/", ["Partnerskapet gäller."])
    assert (stages(signing.case), FollowUp.objects.count()) == (("in_force", "in_force"), 1)


def test_back_to_assessment(assessed, step, coordinator):
    driver.to_dialogue(assessed, by=coordinator)
    assert step(assessed, "till-bedomning", why="Ny uppgift.") == ("checklista/", ["Bedömningen är öppen igen."])
    assert stages(assessed) == ("assessment", None)
    assert assessed.stage_changes.last().why == "Ny uppgift."


@pytest.mark.parametrize("name", ["till-beslut", "tillbaka", "borjar-galla"])
def test_without_an_agreement_its_steps_do_not_exist(assessed, coordinator, name):
    assert driver.logged_in(coordinator).post(f"/mora/arenden/{assessed.reference}/{name}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ta-emot", "Någon har redan tagit emot initiativet."),
        ("borja-skriva", "Det går inte att gå från bedömning till avtal. Ladda om sidan och se läget."),
    ],
)
def test_in_the_wrong_stage(assessed, step, name, told):
    before = StageChange.objects.count()
    assert step(assessed, name)[1] == [told]
    assert (stages(assessed), StageChange.objects.count()) == (("assessment", None), before)


def test_closing(assessed, step):
    assert step(assessed, "avsluta", outcome="grant", why="Föreningsbidrag passar.") == ("", ["Ärendet är avslutat."])
    assessed.refresh_from_db()
    assert (assessed.stage, assessed.outcome) == ("closed", "grant")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"outcome": "", "why": "Därför."}, "Detta fält måste fyllas i."),
        ({"outcome": "godkänt", "why": "Därför."}, "Välj ett giltigt alternativ."),
        ({"outcome": "grant", "why": ""}, "Skriv varför ärendet avslutas."),
    ],
)
def test_closing_without_outcome_or_reason(assessed, coordinator, data, told):
    response = driver.logged_in(coordinator).post(f"/mora/arenden/{assessed.reference}/avsluta/", data)
    assert response.status_code == 422
    assert told in response.text
    assert data["why"] in response.text
    assert stages(assessed) == ("assessment", None)


@pytest.mark.parametrize("make", ["case", "assessed", "agreement", "proposed", "in_force"])
def test_the_next_step_on_the_page_is_the_one_that_can_be_taken(request, coordinator, make):
    thing = request.getfixturevalue(make)
    case = getattr(thing, "case", thing)
    button = {
        "case": "ta-emot/",
        "assessed": "inled-dialog/",
        "agreement": "till-beslut/",
        "proposed": "avtal/#beslut",
        "in_force": None,
    }[make]
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{case.reference}/").text
    gate = page[page.index('id="gate"') : page.index('id="h-about"')]
    found = [
        name for name in ("ta-emot/", "inled-dialog/", "till-beslut/", "avtal/#beslut", "borjar-galla/") if name in gate
    ]
    assert found == ([button] if button else [])


def test_the_way_shows_the_days_that_were(assessed, coordinator):
    StageChange.objects.filter(to_stage="assessment").update(at=timezone.now() - timedelta(days=3))
    way = driver.logged_in(coordinator).get(assessed.get_absolute_url()).context["way"]
    assert [step["state"] for step in way] == ["done", "now", "", "", "", "", ""]
    assert way[0]["day"] == assessed.received_on
    assert [step["label"] for step in way] == [
        "Inkommet",
        "Bedömning",
        "Dialog",
        "Avtalsskrivning",
        "Beslut",
        "Undertecknande",
        "Gällande",
    ]
