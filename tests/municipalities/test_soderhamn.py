"""Söderhamn's acceptance checks (inventory, section 10)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agreements.actions import set_term
from followup.actions import end
from followup.models import FollowUp
from iop.cases.actions import make_override
from iop.cases.machinery import Blocked, Refused
from iop.cases.models import Answer, Statement
from partners.actions import add_contribution
from partners.models import Activity, Contribution, OtherSupport, Party
from tests.cases import driver

START = date(2027, 1, 1)


@pytest.fixture
def at(db):
    return driver.municipality("soderhamn")


@pytest.fixture
def by(at):
    return driver.person("Karin Samordnare", at, "coordinator")


@pytest.fixture
def ready(at, by):
    """A case in assessment where all that can be done is done."""
    return driver.fulfil(driver.to_assessment(driver.send_in(at), by=by), by=by)


@pytest.fixture
def agreement(ready, by):
    ready.move_to("dialogue", by=by)
    return driver.write(driver.begin_writing(ready, by=by), by=by)


@pytest.fixture
def party(ready) -> Party:
    return ready.parties.get()


def before_decision(case) -> dict[str, str]:
    return driver.says(driver.findings_at("decision", case))


@pytest.mark.parametrize(
    ("last", "found"),
    [
        (date(2030, 12, 30), []),
        (date(2030, 12, 31), []),
        (date(2031, 1, 1), ["Avtalstiden är längre än 4 år; sista möjliga dag är 31 december 2030"]),
        (date(2031, 12, 31), ["Avtalstiden är längre än 4 år; sista möjliga dag är 31 december 2030"]),
        (None, ["Samverkansavtalet saknar slutdag"]),
    ],
)
def test_sod_38_sod_39_four_years_last_day_included_and_an_end(agreement, last, found):
    set_term(agreement, start=START, end=last)
    findings = agreement.findings_before("decision")
    assert driver.sentences(findings) == found
    assert all(finding.blocks for finding in findings)


ACTIVITY = {
    "same activity": lambda party: party.activity,
    "other activity": lambda party: Activity.objects.create(organisation=party.organisation, name="Läxhjälp"),
    "the organisation": lambda party: None,
}


@pytest.mark.parametrize(
    ("activity", "where", "money", "said"),
    [
        ("same activity", {"unit": "Omvårdnadsnämnden"}, True, {"SOD-33": "block"}),
        ("same activity", {"unit": "Omvårdnadsnämnden"}, False, {}),
        ("same activity", {"unit": "Socialnämnden"}, True, {}),
        ("same activity", {"giver": "Region Gävleborg"}, True, {}),
        ("other activity", {"unit": "Omvårdnadsnämnden"}, True, {}),
        ("the organisation", {"unit": "Omvårdnadsnämnden"}, True, {}),
    ],
)
def test_sod_33_double_financing_as_other_support(ready, party, activity, where, money, said):
    driver.support(party, activity=ACTIVITY[activity](party), money=money, **where)
    assert before_decision(ready) == said


@pytest.mark.parametrize(
    ("body", "kind", "same_activity", "said"),
    [
        ("Omvårdnadsnämnden", "money", True, {"SOD-33": "block"}),
        ("Omvårdnadsnämnden", "premises", True, {}),
        ("Omvårdnadsnämnden", "money", False, {}),
        ("Socialnämnden", "money", True, {}),
    ],
)
def test_sod_33_double_financing_as_a_second_agreement(at, by, ready, party, body, kind, same_activity, said):
    other = driver.to_assessment(driver.send_in(at, title="Språkcafé igen"), by=by)
    if same_activity:
        other.parties.update(activity=party.activity)
    driver.responsible(other, body)
    driver.bring(other, kind=kind)
    assert before_decision(ready) == said


def test_sod_33_double_financing_names_what_and_where(ready, party):
    driver.support(party, activity=party.activity, unit="Omvårdnadsnämnden")
    assert driver.sentences(driver.findings_at("decision", ready)) == [
        "Språkbron: samma verksamhet får, eller är tänkt att få, Bidrag (Omvårdnadsnämnden)"
    ]
    OtherSupport.objects.all().delete()
    assert before_decision(ready) == {}


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("Juridiska funktionen", "Samråd med Juridiska funktionen är inte begärt"),
        ("Ekonomiska funktionen", "Samråd med Ekonomiska funktionen är inte begärt"),
    ],
)
def test_sod_41_jurist_and_economist_are_both_asked(ready, missing, sentence):
    Statement.objects.filter(unit__name=missing).delete()
    (finding,) = driver.findings_at("decision", ready)
    assert (finding.sentence, finding.blocks) == (sentence, True)


@pytest.mark.parametrize(("value", "state"), [("no", "inte uppfyllt"), ("unclear", "oklart"), ("", "inte bedömt")])
def test_sod_49_the_budget_is_confirmed(agreement, value, state):
    Answer.objects.filter(rule="SOD-49").update(value=value)
    (finding,) = agreement.findings_before("decision")
    assert (finding.rule.key, finding.blocks, finding.sentence) == (
        "SOD-49",
        True,
        f"Ryms avtalet inom budget? – {state}",
    )


@pytest.mark.parametrize(
    ("body", "affected", "others", "said"),
    [
        ("Socialnämnden", [], "", {}),
        ("Socialnämnden", ["Socialnämnden"], "", {}),
        ("Socialnämnden", ["Omvårdnadsnämnden"], "", {"SOD-48": "block"}),
        ("Socialnämnden", ["Faxeholmen AB"], "", {"SOD-48": "block"}),
        ("Kommunstyrelsen", ["Omvårdnadsnämnden", "Socialnämnden"], "", {}),
        ("Socialnämnden", [], "Hudiksvall", {"SOD-48-kommuner": "block"}),
        ("Socialnämnden", [], " , ", {}),
        ("Kommunstyrelsen", [], "Hudiksvall, Bollnäs", {}),
    ],
)
def test_sod_48_the_board_is_responsible_across_committees_and_municipalities(at, ready, body, affected, others, said):
    driver.responsible(ready, body)
    ready.affected_units.set(at.units.filter(name__in=affected))
    ready.other_municipalities = others
    ready.save()
    assert before_decision(ready) == said


def test_a_body_must_be_named_and_be_one_that_decides(at, ready):
    ready.responsible = None
    assert before_decision(ready) == {"SOD-32": "block"}
    ready.responsible = at.units.get(name="Faxeholmen AB")
    assert before_decision(ready) == {"SOD-32": "block", "SOD-01": "warn"}


def test_sod_45_follow_up_is_due_each_year_and_a_late_one_is_listed(agreement, by):
    set_term(agreement, start=START, end=date(2029, 12, 31))
    driver.send_to_decision(agreement, by=by)
    driver.to_in_force(driver.to_signing(agreement, by=by), by=by)
    follow_up = FollowUp.objects.get()
    assert follow_up.due == date(2028, 1, 1)
    task = agreement.case.tasks.get(kind="follow_up")
    assert (task.title, task.due, task.unit) == ("Årlig uppföljning", date(2028, 1, 1), agreement.case.responsible)
    yesterday = timezone.localdate() - timedelta(days=1)
    FollowUp.objects.update(due=yesterday)
    agreement.case.tasks.filter(kind="follow_up").update(due=yesterday)
    client = driver.logged_in(by)
    assert list(FollowUp.objects.waiting()) == [follow_up]
    assert "försenad" in client.get("/soderhamn/uppfoljning/").text
    late = client.get("/soderhamn/arbetsbord/?visa=forsenade")
    assert [task.title for task in late.context["page"]] == ["Årlig uppföljning"]
    assert "1 dag försenad" in late.text


@pytest.mark.parametrize(
    ("first", "found"),
    [
        (date(2028, 1, 1), []),
        (date(2027, 6, 1), []),
        (None, []),
        (date(2028, 1, 2), ["Första uppföljningen är senare än 1 januari 2028"]),
    ],
)
def test_a_first_follow_up_later_than_a_year_warns(agreement, first, found):
    set_term(agreement, start=START, end=date(2029, 12, 31), first_follow_up=first)
    findings = [finding for finding in agreement.findings_before("decision") if finding.rule.key == "SOD-45"]
    assert driver.sentences(findings) == found
    assert {finding.effect.value for finding in findings} <= {"warn"}


def test_sod_46_not_extended_needs_no_reason(agreement, by):
    driver.send_to_decision(agreement, by=by)
    driver.to_in_force(driver.to_signing(agreement, by=by), by=by)
    end(agreement.case, outcome="not_extended", why="", by=by)
    agreement.case.refresh_from_db()
    assert (agreement.case.stage, agreement.case.outcome) == ("closed", "not_extended")


def with_form(at, by, legal_form: str):
    case = driver.send_in(
        at, organisation_name="Kooperativet", organisation_number=driver.number(7), legal_form=legal_form
    )
    return driver.fulfil(driver.to_assessment(case, by=by), by=by)


@pytest.mark.parametrize(
    "legal_form", ["ideell_forening", "stiftelse", "trossamfund", "aktiebolag_svb", "ekonomisk_forening"]
)
def test_sod_11_forms_of_the_list_may_be_partners(at, by, legal_form):
    assert before_decision(with_form(at, by, legal_form)) == {}


@pytest.mark.parametrize(
    ("legal_form", "label"),
    [
        ("aktiebolag", "aktiebolag"),
        ("studieforbund", "studieförbund"),
        ("natverk", "nätverk eller grupp som inte är registrerad"),
    ],
)
def test_sod_10_a_form_outside_the_list_is_stopped_and_told_why(at, by, legal_form, label):
    (finding,) = driver.findings_at("decision", with_form(at, by, legal_form))
    assert finding.blocks
    assert finding.sentence == (
        f"Kooperativet: {label} nämns inte bland de associationsformer som riktlinjen räknar upp"
    )


def test_no_form_is_stopped(ready, party):
    party.organisation.legal_form = ""
    party.organisation.save()
    assert driver.sentences(driver.findings_at("decision", ready)) == ["Språkbron: associationsform är inte angiven"]


def test_sod_13_an_economic_association_needs_a_ruling_that_says_yes(at, by):
    case = with_form(at, by, "ekonomisk_forening")
    party = case.parties.get()
    case.decisions.all().delete()
    assert driver.sentences(driver.findings_at("decision", case)) == [
        "Kooperativet: ett avgörande i det enskilda fallet saknas"
    ]
    driver.rule_on(party, by=by, outcome="no")
    assert before_decision(case) == {"SOD-12": "block"}
    driver.rule_on(party, by=by)
    assert before_decision(case) == {}


def test_sod_13_a_ruling_for_one_says_nothing_of_the_other(at, by):
    case = with_form(at, by, "ekonomisk_forening")
    other = driver.join(case, "Brukarkooperativet", 8, legal_form="ekonomisk_forening")
    driver.fulfil_party(other, by=by)
    case.decisions.filter(subject_id=other.pk).delete()
    assert driver.sentences(driver.findings_at("decision", case)) == [
        "Brukarkooperativet: ett avgörande i det enskilda fallet saknas"
    ]


@pytest.mark.parametrize("part", ["1", "2", "3"])
def test_sod_13_an_economic_association_meets_all_three_conditions(at, by, part):
    case = with_form(at, by, "ekonomisk_forening")
    Answer.objects.filter(rule="SOD-12", part=part).update(value="no")
    assert driver.sentences(driver.findings_at("decision", case)) == [
        "Kooperativet: villkoren för ekonomisk förening: inte uppfyllt"
    ]


def test_both_sides_bring_something(ready):
    Contribution.objects.filter(party=None).delete()
    assert driver.sentences(driver.findings_at("decision", ready)) == ["Ingen insats från kommunen är antecknad"]


def test_nothing_is_asked_before_the_decision(at, by):
    """The guideline says when an agreement may be entered, not when a dialogue may begin."""
    case = driver.to_assessment(driver.send_in(at), by=by)
    assert (case.findings_before("dialogue"), case.findings_before("assessment")) == ([], [])


def test_sod_39_a_day_too_long_goes_to_no_decision(agreement, by):
    set_term(agreement, start=START, end=date(2031, 1, 1))
    with pytest.raises(Blocked, match="sista möjliga dag är 31 december 2030"):
        driver.send_to_decision(agreement, by=by)
    set_term(agreement, start=START, end=date(2030, 12, 31))
    driver.send_to_decision(agreement, by=by)
    assert agreement.stage == "decision"


def test_sod_39_an_agreement_at_the_end_of_the_calendar_can_be_shown(agreement, by):
    set_term(agreement, start=date(9999, 1, 1), end=date(9999, 12, 31))
    assert agreement.findings_before("decision") == []
    assert driver.logged_in(by).get(agreement.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(("value", "said"), [("larande", []), ("inget", ["inte uppfyllt"]), ("", ["inte bedömt"])])
def test_sod_31_the_list_that_has_run_out_warns_and_says_so(ready, value, said):
    Answer.objects.filter(rule="SOD-31").update(value=value)
    findings = driver.findings_at("decision", ready)
    told = "(regelns lista gällde till och med 31 december 2023)"
    assert driver.sentences(findings) == [
        f"Vilket fokusområde hör verksamheten till? – {state} {told}" for state in said
    ]
    assert {finding.effect.value for finding in findings} <= {"warn"}


@pytest.mark.parametrize("value", ["langre_tid", "tidsbegransad"])
def test_sod_26_for_a_longer_time_or_not_both_pass(ready, value):
    Answer.objects.filter(rule="SOD-26").update(value=value)
    assert before_decision(ready) == {}


@pytest.mark.parametrize("key", ["SOD-25-avtal", "SOD-30"])
def test_sod_25_sod_30_clear_and_not_in_detail_are_asked_each_for_itself(agreement, key):
    Answer.objects.filter(rule=key).update(value="no")
    assert driver.says(agreement.findings_before("decision")) == {key: "block"}


def test_sod_33_the_municipalitys_money_is_not_noted_beside_another_committees(ready, party, by):
    """The rule holds the act itself; other contributions, and an override with reasons, go through."""

    def note(kind):
        return add_contribution(Contribution(case=ready, kind=kind, what="Stöd", value_per_year=90_000))

    driver.support(party, activity=party.activity, unit="Omvårdnadsnämnden")
    before = ready.contributions.count()
    with pytest.raises(Refused, match="samma verksamhet får, eller är tänkt att få, Bidrag"):
        note("money")
    note("premises")
    assert ready.contributions.count() == before + 1
    (finding,) = (f for f in driver.findings_at("decision", ready) if f.rule.key == "SOD-33")
    make_override(ready, finding, reason="Stödet upphör innan avtalet börjar.", by=by)
    note("money")
    assert ready.contributions.count() == before + 2
