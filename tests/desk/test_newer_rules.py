"""The page of a case that tells of newer rules, and moves the case to them."""

import pytest

from iop.cases.models import Answer
from iop.cases.versions import follow
from iop.municipalities.permissions import Role
from iop.rulesets.drafting import publish, start_draft
from iop.rulesets.models import RuleSetVersion
from tests.cases import driver


@pytest.fixture
def address(assessed):
    return f"{assessed.get_absolute_url()}regelverk/"


@pytest.fixture
def newer(mora, administrator) -> RuleSetVersion:
    content = RuleSetVersion.objects.in_force(mora).get().content
    content["criteria"][1]["quote"] = "Verksamheten bidrar till att minska ensamhet."
    draft = start_draft(mora, by=administrator, content=content)
    publish(draft, adopted_by="KF", adopted_on=draft.created_at.date(), paragraph="1", by=administrator)
    return RuleSetVersion.objects.get(pk=draft.pk)


@pytest.fixture
def turned_round(mora, administrator) -> RuleSetVersion:
    """The same rule, asked the other way."""
    content = RuleSetVersion.objects.in_force(mora).get().content
    (row,) = [row for row in content["criteria"] if row["id"] == "MOR-39"]
    row["quote"], row["ask"] = "Verksamheten konkurrerar med företag.", "Konkurrerar verksamheten med företag?"
    draft = start_draft(mora, by=administrator, content=content)
    publish(draft, adopted_by="KF", adopted_on=draft.created_at.date(), paragraph="1", by=administrator)
    return RuleSetVersion.objects.get(pk=draft.pk)


def opened_answer(client, case, key: str) -> dict:
    """What a browser sends when «Ja» is clicked on a page that is open."""
    page = client.get(f"{case.get_absolute_url()}checklista/").context
    (row,) = [row for one in page["lists"] for row in one["rows"] if row.rule.key == key]
    (part,) = row.parts
    sent = {"rule": key, "part": "", "subject": f"case:{case.pk}", "opened": part.opened, "asked": part.asked}
    return sent | {"value": "yes", "reason": "De är ensamma om det."}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_answer_to_the_former_words_is_not_kept_as_one_to_the_new(assessed, turned_round, coordinator, headers):
    client = driver.logged_in(coordinator)
    sent, address = opened_answer(client, assessed, "MOR-39"), f"{assessed.get_absolute_url()}svar/"
    follow(assessed, turned_round, by=coordinator, why="Ny riktlinje.")
    refused = client.post(address, sent, headers=headers, follow=True)
    assert "Regeln har ändrats sedan sidan visades. Ladda om sidan." in refused.text
    assert ("Det du skrev är inte sparat" if headers else "De är ensamma om det.") in refused.text
    assert not Answer.objects.exists()
    assert client.post(address, opened_answer(client, assessed, "MOR-39")).status_code == 302
    assert Answer.objects.get().value == "yes"


def test_an_answer_to_words_that_stand_is_kept(assessed, turned_round, coordinator):
    client = driver.logged_in(coordinator)
    sent = opened_answer(client, assessed, "MOR-41")
    follow(assessed, turned_round, by=coordinator, why="Ny riktlinje.")
    assert client.post(f"{assessed.get_absolute_url()}svar/", sent).status_code == 302
    assert Answer.objects.get().rule == "MOR-41"


def test_without_newer_rules_there_is_nothing(address, assessed, coordinator):
    client = driver.logged_in(coordinator)
    assert client.get(address).status_code == 404
    assert "Se vad som skulle ändras" not in client.get(assessed.get_absolute_url()).text


def test_the_case_tells_of_them_and_shows_what_would_change(address, assessed, newer, coordinator):
    client = driver.logged_in(coordinator)
    assert "För nya ärenden gäller version 2." in client.get(assessed.get_absolute_url()).text
    page = client.get(address).text
    assert "Verksamheten bidrar till att minska ensamhet – inte bedömt" in page
    assert "<ins>" in page and "<del>" in page


def test_the_case_is_moved_with_a_reason(address, assessed, newer, coordinator):
    client = driver.logged_in(coordinator)
    assert client.post(address, {"why": ""}).status_code == 422
    assert client.post(address, {"why": "Ny riktlinje."})["Location"] == assessed.get_absolute_url()
    assessed.refresh_from_db()
    assert assessed.version == newer
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COORDINATOR])
def test_others_may_look_but_not_move(address, assessed, newer, cast, role):
    client = driver.logged_in(cast[role])
    page = client.get(address)
    assert page.status_code == 200 and "Flytta ärendet" not in page.text
    assert client.post(address, {"why": "Ny riktlinje."}).status_code == 403


def test_another_municipality_finds_nothing(address, newer, neighbour):
    assert driver.logged_in(neighbour).get(address).status_code == 404


def test_while_the_agreement_lies_for_decision_it_is_said_that_the_case_stays(proposed, newer, coordinator):
    page = driver.logged_in(coordinator).get(f"{proposed.case.get_absolute_url()}regelverk/").text
    assert "kan inte följa andra regler medan avtalet ligger för beslut eller underskrift" in page
    assert "Följ de nya reglerna" not in page


def test_the_rules_that_the_case_follows_can_be_read(assessed, newer, coordinator):
    client = driver.logged_in(coordinator)
    assert "/mora/riktlinje/?version=1" in client.get(assessed.get_absolute_url()).text
    page = client.get("/mora/riktlinje/?version=1").text
    assert "Inte den version som gäller för nya ärenden." in page and "bidrar till lokal utveckling" in page
    assert "minska ensamhet" in client.get("/mora/riktlinje/").text
    assert client.get("/mora/riktlinje/?version=99").status_code == 404


def test_a_draft_is_nobodys_to_read(assessed, mora, administrator, coordinator):
    draft = start_draft(mora, by=administrator, content={"title": "Hemligt utkast"})
    assert driver.logged_in(coordinator).get(f"/mora/riktlinje/?version={draft.number}").status_code == 404
