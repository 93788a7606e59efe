"""Mora's acceptance checks (inventory, section 10)."""

import pytest

from agreements.models import Point
from iop.cases.actions import answer
from iop.cases.models import Answer, Statement
from partners.models import Declaration, PartnerDocument
from tests.cases import driver

PAPERS = [f"MOR-{number}" for number in range(51, 59)]
POINTS = [f"MOR-{number}" for number in range(71, 85)]


@pytest.fixture
def ready(assessed, coordinator):
    return driver.fulfil(assessed, by=coordinator)


@pytest.fixture
def written(agreement, coordinator):
    return driver.write(agreement, by=coordinator)


def rule(case, key: str):
    return next(rule for rule in case.rules.every_rule() if rule.key == key)


def page(case, user, tab: str = "checklista/") -> str:
    return driver.logged_in(user).get(f"/mora/arenden/{case.reference}/{tab}").text


@pytest.mark.parametrize(
    ("origin", "found"),
    [
        ("organisation", []),
        ("municipality", ["Verksamheten sker på initiativ av den idéburna organisationen – inte uppfyllt"]),
        ("dialogue", ["Verksamheten sker på initiativ av den idéburna organisationen – inte uppfyllt"]),
        ("", ["Verksamheten sker på initiativ av den idéburna organisationen – inte bedömt"]),
    ],
)
def test_mor_38_only_the_organisations_own_initiative_fulfils_item_one(mora, coordinator, origin, found):
    case = driver.to_assessment(driver.send_in(mora, origin=origin), by=coordinator)
    driver.fulfil(case, by=coordinator)
    assert driver.sentences(case.findings_before("dialogue")) == found


def test_mor_44_mor_45_item_seven_waits_for_the_procurement_unit(ready, coordinator):
    Statement.objects.all().delete()
    Answer.objects.filter(rule="MOR-44").delete()
    found = {finding.rule.key: finding.sentence for finding in ready.findings_before("dialogue")}
    assert found == {
        "MOR-44": "Stämmer det att det inte finns någon marknad eller konkurrenssituation att vårda? "
        "– väntar på yttrande",
        "MOR-45": "Yttrande från Upphandlingsenheten är inte begärt",
    }


def test_mor_44_mor_45_item_seven_cannot_be_answered_on_the_page_before_the_statement(assessed, coordinator):
    html = page(assessed, coordinator)
    (radio,) = [line for line in html.split("<input") if f'id="a-MOR-44-case-{assessed.pk}-0-yes"' in line]
    assert " disabled" in radio.split(">")[0]
    assert "kan bedömas när yttrandet har kommit" in html
    driver.get_statement(assessed, rule(assessed, "MOR-45"), by=coordinator)
    (radio,) = [
        line
        for line in page(assessed, coordinator).split("<input")
        if f'id="a-MOR-44-case-{assessed.pk}-0-yes"' in line
    ]
    assert " disabled" not in radio.split(">")[0]


@pytest.mark.parametrize(
    ("part", "value", "state"), [("1", "no", "inte uppfyllt"), ("2", "no", "inte uppfyllt"), ("2", "", "inte bedömt")]
)
def test_mor_43_item_six_fails_when_one_of_its_halves_does(ready, coordinator, part, value, state):
    answer(ready, rule(ready, "MOR-43"), part=part, value=value, by=coordinator)
    (finding,) = ready.findings_before("dialogue")
    assert (finding.rule.key, finding.blocks) == ("MOR-43", True)
    assert finding.sentence.endswith(f"– {state}")


def test_mor_48_nine_true_mean_that_it_may_work_and_never_that_it_is_approved(ready, coordinator):
    html = page(ready, coordinator)
    conclusion = "Stämmer alla dessa påståenden in på det tänkta initiativet kan IOP vara en form som fungerar"
    assert conclusion in html
    assert "9 kriterier uppfyllda" in html
    for tab in ("", "checklista/", "parter/", "yttranden/", "avtal/", "uppfoljning/", "akt/", "handelser/"):
        assert "godkän" not in page(ready, coordinator, tab).lower()


def test_mor_48_eight_true_and_the_conclusion_is_not_drawn(ready, coordinator):
    answer(ready, rule(ready, "MOR-46"), part="", value="no", by=coordinator)
    html = page(ready, coordinator)
    assert "1 villkor är inte uppfyllt" in html
    assert "kan IOP vara en form som fungerar" not in html


def test_mor_49_mor_50_the_constitution_blocks_and_the_papers_warn(written):
    Answer.objects.filter(rule="MOR-49").update(value="no")
    PartnerDocument.objects.all().delete()
    assert driver.says(written.findings_before("decision")) == {"MOR-49": "block"}
    assert driver.says(driver.findings_at("in_force", written.case)) == dict.fromkeys(PAPERS, "warn") | {
        "MOR-49": "block"
    }


@pytest.mark.parametrize(
    ("status", "effect"),
    [("requested", "warn"), ("received", "warn"), ("rejected", "warn"), ("does_not_exist", "warn"), ("accepted", None)],
)
def test_mor_50_each_state_of_a_paper(ready, status, effect):
    PartnerDocument.objects.filter(rule="MOR-53").update(status=status)
    assert driver.says(driver.findings_at("in_force", ready)) == ({"MOR-53": effect} if effect else {})


@pytest.mark.parametrize("legal_form", ["stiftelse", "aktiebolag", "aktiebolag_svb"])
def test_those_without_members_are_not_asked_how_many(mora, coordinator, legal_form):
    case = driver.to_assessment(driver.send_in(mora, legal_form=legal_form), by=coordinator)
    said = driver.says(driver.findings_at("in_force", case))
    assert "MOR-57" in said
    assert "MOR-58" not in said
    assert "Uppgift om medlemsantal" not in page(case, coordinator, "parter/")


def test_mor_59_each_organisation_confirms_for_itself(assessed, coordinator):
    other = driver.join(assessed, "Byalaget", 2)
    driver.fulfil(assessed, by=coordinator)
    Declaration.objects.filter(party=other).delete()
    (finding,) = assessed.findings_before("dialogue")
    assert (finding.sentence, finding.effect.value) == ("Byalaget: värdegrundsintyget är inte bekräftat", "warn")
    assert finding.subject == other.subject


def test_one_that_has_left_is_asked_for_nothing(assessed, coordinator):
    other = driver.join(assessed, "Byalaget", 2)
    driver.fulfil(assessed, by=coordinator)
    Declaration.objects.filter(party=other).delete()
    other.left_on = "2026-11-03"
    other.save()
    assert assessed.findings_before("dialogue") == []


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"state": "untouched"}, "Punkten Målgrupp är inte övervägd"),
        ({"state": "not_used", "text": ""}, None),
    ],
)
def test_a_point_is_to_be_considered(written, facts, sentence):
    Point.objects.filter(rule="MOR-76").update(**facts)
    findings = written.findings_before("decision")
    assert driver.sentences(findings) == ([sentence] if sentence else [])
    assert not any(finding.blocks for finding in findings)


def test_mor_71_to_mor_84_untouched_points_warn_each_for_itself(agreement, coordinator):
    driver.write(agreement, by=coordinator)
    agreement.points.update(state="untouched")
    assert driver.says(agreement.findings_before("decision")) == dict.fromkeys(POINTS, "warn")


def test_mor_36_the_talk_about_three_topics_comes_before_the_agreement(assessed, coordinator):
    driver.fulfil(assessed, by=coordinator)
    assessed.meetings.all().update(topics=["Behovet"])
    assert driver.says(driver.findings_at("drafting", assessed)) == {
        "MOR-30": "block",
        "MOR-33": "block",
        "MOR-36": "block",
    }
    found = {finding.rule.key: finding.sentence for finding in driver.findings_at("drafting", assessed)}
    assert found["MOR-36"] == "Samtal: inte samtalat om Det gemensamma intresset, Hur parterna kan samverka"


def test_the_first_meeting_is_before_the_dialogue(ready):
    ready.meetings.filter(rule="MOR-25").delete()
    (finding,) = ready.findings_before("dialogue")
    assert (finding.sentence, finding.blocks) == ("Första möte: inget är antecknat", True)


def test_mor_13_a_company_of_the_municipality_is_within_the_guideline(mora, ready):
    ready.responsible = mora.units.get(name="Morastrand AB")
    assert driver.findings_at("decision", ready) == []


@pytest.mark.parametrize(("value", "said"), [("yes", {}), ("no", {"MOR-21": "warn"}), ("", {"MOR-21": "warn"})])
def test_mor_21_the_head_or_managing_director_sets_people_aside(ready, value, said):
    """An affected company: its managing director is asked for people, and the dialogue need not wait for them."""
    Answer.objects.filter(rule="MOR-21").update(value=value)
    assert driver.says(ready.findings_before("dialogue")) == said


def test_mor_27_mor_59_without_the_declaration_it_warns_from_the_dialogue_on(ready, coordinator):
    Declaration.objects.all().delete()
    assert driver.says(ready.findings_before("dialogue")) == {"MOR-59": "warn"}
    ready.move_to("dialogue", by=coordinator)
    assert driver.says(driver.findings_at("drafting", ready)) == {"MOR-59": "warn"}


def test_mor_33_a_meeting_to_plan_is_no_follow_up_of_an_agreement(ready, coordinator):
    ready.meetings.filter(rule="MOR-33").delete()
    assert driver.says(driver.findings_at("drafting", ready)) == {"MOR-33": "block"}
    assert ready.tasks.filter(kind="follow_up").count() == 0


@pytest.mark.parametrize("key", ["MOR-44", "MOR-46"])
def test_mor_44_mor_46_market_and_private_firms_are_two_items(ready, coordinator, key):
    answer(ready, rule(ready, key), part="", value="no", by=coordinator)
    assert driver.says(ready.findings_before("dialogue")) == {key: "block"}
