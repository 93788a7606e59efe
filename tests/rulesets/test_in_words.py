"""A rule may be answered in words for some legal forms, where yes and no say too little."""

import pytest

from iop.cases.actions import answer
from iop.cases.machinery import Refused
from iop.rulesets.models import RuleSetVersion, take_in
from tests.cases import driver

RULE = {
    "id": "PROV",
    "quote": "Organisationen ska vara demokratisk.",
    "word": "ska",
    "before": "dialogue",
    "in_words_for": ["stiftelse"],
}


@pytest.fixture
def case(mora, coordinator):
    content = RuleSetVersion.objects.in_force(mora).get().content
    version, _ = take_in(mora, content | {"controls": [*content.get("controls", []), RULE]})
    version.publish()
    return driver.to_assessment(driver.send_in(mora), by=coordinator)


def said(case, party) -> str:
    found = [
        f for f in driver.findings_at("dialogue", case) if f.rule and f.rule.key == "PROV" and f.subject.pk == party.pk
    ]
    return found[0].effect if found else ""


def test_an_association_answers_yes_or_no_and_a_foundation_in_words(case, coordinator):
    rule = next(rule for rule in case.rules.controls if rule.key == "PROV")
    association = case.parties.get()
    foundation = driver.join(case, "Stiftelsen Hemmet", 77, legal_form="stiftelse")
    assert {said(case, party) for party in (association, foundation)} == {"block"}
    with pytest.raises(Refused, match="Välj ett av svaren"):
        answer(case, rule, part="", value="De boende väljer styrelsen.", subject=association.subject, by=coordinator)
    answer(case, rule, part="", value="De boende väljer styrelsen.", subject=foundation.subject, by=coordinator)
    assert (said(case, association), said(case, foundation)) == ("block", "")
    page = driver.logged_in(coordinator).get(f"{case.get_absolute_url()}parter/").text
    assert f'<textarea class="form-control" name="value" id="v-PROV-party-{foundation.pk}-0"' in page
    assert f'id="a-PROV-party-{association.pk}-0-yes"' in page
