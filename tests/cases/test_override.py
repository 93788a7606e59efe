"""Avsteg: one block, one subject, one version, with a reason, by those the municipality has named."""

import pytest

from iop.cases.actions import answer, make_override
from iop.cases.machinery import Blocked, Refused
from iop.cases.models import Answer, Override
from iop.municipalities.permissions import Role
from iop.rulesets.models import RuleSetVersion, take_in
from tests.cases import driver


@pytest.fixture
def two(assessed, coordinator):
    """Mora's agreement, written and whole, but for the control of the statutes of both its organisations."""
    driver.join(assessed, "Byalaget", 2)
    agreement = driver.write(driver.to_drafting(assessed, by=coordinator), by=coordinator)
    Answer.objects.filter(case=assessed, rule="MOR-49").delete()
    return agreement


@pytest.fixture
def first(two):
    return two.case.parties.first()


def findings(agreement) -> list:
    return agreement.findings_before("decision")


def blocked(agreement) -> list[str]:
    return [finding.sentence for finding in findings(agreement) if finding.blocks]


def finding_about(agreement, party):
    return next(finding for finding in findings(agreement) if finding.subject == party.subject)


def new_version(at, **changes):
    version, _ = take_in(at, RuleSetVersion.objects.in_force(at).get().content | changes)
    version.publish()
    return version


QUESTION = "Har organisationen stadgar, bolagsordning eller motsvarande som reglerar arbetet på ett demokratiskt sätt?"


def test_it_opens_nothing_for_the_other_organisation(two, first, coordinator):
    assert blocked(two) == [f"Språkbron: {QUESTION} – inte bedömt", f"Byalaget: {QUESTION} – inte bedömt"]
    make_override(two.case, finding_about(two, first), reason="Stadgarna antas i maj.", by=coordinator)
    assert blocked(two) == [f"Byalaget: {QUESTION} – inte bedömt"]
    with pytest.raises(Blocked) as refused:
        two.move_to("decision", by=coordinator)
    assert [finding.sentence for finding in refused.value.findings if finding.blocks] == blocked(two)


def test_with_one_for_each_the_case_goes_on_and_the_reasons_are_kept(two, coordinator):
    for party in two.case.parties.all():
        make_override(two.case, finding_about(two, party), reason=f"Skäl för {party.name}.", by=coordinator)
    two.move_to("decision", by=coordinator)
    change = two.case.stage_changes.get(to_stage="decision")
    assert [(found["rule"], found["effect"], found["override"]) for found in change.findings] == [
        ("MOR-49", "block", "Skäl för Språkbron."),
        ("MOR-49", "block", "Skäl för Byalaget."),
    ]


def test_it_holds_for_its_rule_alone(two, first, coordinator):
    make_override(two.case, finding_about(two, first), reason="Skäl.", by=coordinator)
    Answer.objects.filter(case=two.case, rule="MOR-02").delete()
    assert {finding.rule.key for finding in findings(two) if finding.blocks} == {"MOR-49", "MOR-02"}


def test_it_holds_for_what_was_wrong_then(two, first, coordinator):
    """Made while nothing was answered; an answer that is no is another block."""
    make_override(two.case, finding_about(two, first), reason="Skäl.", by=coordinator)
    control = next(rule for rule in two.case.rules.controls if rule.key == "MOR-49")
    answer(two.case, control, part="", value="no", subject=first.subject, by=coordinator)
    assert f"Språkbron: {QUESTION} – inte uppfyllt" in blocked(two)


def test_it_says_who_why_and_what_stood_there(two, first, coordinator):
    made = make_override(two.case, finding_about(two, first), reason="  Stadgarna antas i maj. ", by=coordinator)
    assert (made.rule, made.subject_kind, made.subject_id) == ("MOR-49", "party", first.pk)
    assert (made.by, made.reason, made.version) == (coordinator, "Stadgarna antas i maj.", two.case.version)
    assert made.finding == f"Språkbron: {QUESTION} – inte bedömt"


def test_it_is_made_once(two, first, coordinator):
    finding = finding_about(two, first)
    for reason in ("Först.", "Sedan."):
        make_override(two.case, finding, reason=reason, by=coordinator)
    assert [row.reason for row in Override.objects.all()] == ["Först."]


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_it_needs_a_reason(two, first, coordinator, reason):
    with pytest.raises(Refused, match="^Skriv skälen till avsteget.$"):
        make_override(two.case, finding_about(two, first), reason=reason, by=coordinator)
    assert Override.objects.count() == 0


def test_it_lapses_when_the_case_is_moved_to_another_version(two, first, mora, coordinator):
    make_override(two.case, finding_about(two, first), reason="Skäl.", by=coordinator)
    two.case.version = new_version(mora, paragraph="99")
    two.case.save()
    assert len(blocked(two)) == 2


def test_a_new_version_alone_takes_nothing_from_a_case(two, first, mora, coordinator):
    make_override(two.case, finding_about(two, first), reason="Skäl.", by=coordinator)
    new_version(mora, paragraph="99")
    assert len(blocked(two)) == 1


def test_the_programs_own_demands_cannot_be_overridden(two, coordinator):
    two.start = None
    two.save()
    finding = next(finding for finding in findings(two) if finding.rule is None)
    assert finding.sentence == "Avtalet saknar startdag"
    with pytest.raises(Refused, match="^Det här hindret går inte att göra avsteg från. Åtgärda det i stället.$"):
        make_override(two.case, finding, reason="Skäl.", by=coordinator)


def test_a_rule_may_forbid_it(mora, coordinator):
    content = RuleSetVersion.objects.in_force(mora).get().content
    controls = [row | {"override": "never"} for row in content["controls"]]
    new_version(mora, controls=controls)
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    agreement = driver.write(driver.to_drafting(case, by=coordinator), by=coordinator)
    Answer.objects.filter(rule="MOR-49").delete()
    (finding,) = findings(agreement)
    with pytest.raises(Refused, match="^Det här hindret går inte att göra avsteg från."):
        make_override(case, finding, reason="Skäl.", by=coordinator)


# The page


@pytest.fixture
def post(two, first):
    def post(user, **data):
        named = {"rule": "MOR-49", "kind": "party", "pk": first.pk, "cause": "unanswered"}
        data = named | {"reason": "Stadgarna antas i maj."} | data
        address = f"/mora/arenden/{two.case.reference}/avsteg/"
        return driver.logged_in(user).post(address, data, follow=True)

    return post


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("named", [{Role.COORDINATOR}, {Role.ADMINISTRATOR}, {Role.SECRETARY, Role.READER}, set()])
def test_only_roles_that_the_municipality_has_named_may(post, mora, cast, named):
    mora.override_roles = sorted(named)
    mora.save()
    answers = {role: post(user).status_code for role, user in cast.items()}
    assert answers == {role: 200 if role in named else 403 for role in cast}
    assert Override.objects.count() == (1 if named else 0)


def test_works(post, two, coordinator):
    response = post(coordinator)
    assert response.redirect_chain == [(f"/mora/arenden/{two.case.reference}/", 302)]
    assert told(response) == ["Avsteget är infört."]
    assert "Avsteg av Karin Samordnare: Stadgarna antas i maj." in response.text
    assert response.text.count("Gör avsteg med motivering") == 1  # the other organisation's


@pytest.mark.parametrize(
    "data",
    [
        {"rule": "MOR-999"},
        {"rule": "MOR-21"},
        {"rule": ""},
        {"kind": "case"},
        {"kind": ""},
        {"pk": "0"},
        {"pk": "\x00"},
        {"cause": "unmet"},
        {"cause": ""},
    ],
)
def test_a_block_that_is_not_there_is_told(post, coordinator, data):
    assert told(post(coordinator, **data)) == ["Hindret finns inte längre. Du skrev: «Stadgarna antas i maj.»"]
    assert Override.objects.count() == 0


def test_without_reason_it_is_told(post, coordinator):
    assert told(post(coordinator, reason=" ")) == ["Skriv skälen till avsteget."]


@pytest.mark.parametrize("tab", ["nonsens", "case_list", "https://iop.invalid/", "//iop.invalid/", "../"])
def test_a_strange_tab_leads_back_to_the_case(post, two, coordinator, tab):
    assert post(coordinator, tab=tab).redirect_chain == [(f"/mora/arenden/{two.case.reference}/", 302)]


@pytest.mark.parametrize("reason", ["x" * 100_000, "a\x00b"])
def test_a_reason_too_long_or_with_a_strange_sign_is_not_kept(post, coordinator, reason):
    assert post(coordinator, reason=reason).status_code == 200
    assert reason not in Override.objects.values_list("reason", flat=True)


@pytest.mark.parametrize("role", Role.values)
def test_the_button_is_shown_to_those_who_may(two, cast, role):
    text = driver.logged_in(cast[role]).get(two.get_absolute_url()).text
    assert ("Gör avsteg med motivering" in text) == (role == Role.COORDINATOR)
