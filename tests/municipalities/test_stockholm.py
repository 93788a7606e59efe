"""Stockholm's acceptance checks (inventory, section 10): nothing holds, and every page says what it rests on."""

import io

import pytest
from pypdf import PdfReader

from agreements.pdf import agreement_pdf
from iop.rulesets.models import RuleSetVersion, take_in
from tests.cases import driver
from tests.initiatives import writing

NOTICE = "Ofullständig – stadens riktlinje finns inte i underlaget"
FORUM = [f"FORUM-{number}" for number in range(1, 8)]
TABS = ["", "checklista/", "parter/", "yttranden/", "brev/", "avtal/", "uppfoljning/", "akt/", "handelser/"]


@pytest.fixture
def at(db):
    return driver.municipality("stockholm")


@pytest.fixture
def by(at):
    return driver.person("Karin Samordnare", at, "coordinator")


@pytest.fixture
def case(at, by):
    """Nothing at all is answered."""
    return driver.to_assessment(driver.send_in(at, origin="municipality", legal_form="aktiebolag"), by=by)


def test_nothing_blocks_and_nothing_warns_the_whole_way(case, by):
    assert case.findings_before("dialogue") == []
    case.move_to("dialogue", by=by)
    agreement = driver.begin_writing(case, by=by)
    assert driver.sentences(agreement.findings_before("decision")) == ["Avtalet saknar startdag"] + [
        finding.sentence for finding in driver.findings_at("decision", case)
    ]
    assert driver.says(driver.findings_at("decision", case)) == dict.fromkeys(["STH-13", *FORUM], "inform")
    driver.responsible(case)
    driver.to_in_force(driver.to_signing(driver.to_decision(agreement, by=by), by=by), by=by)
    kept = [found["effect"] for change in case.stage_changes.all() for found in change.findings]
    assert set(kept) == {"inform"}


def test_sth_13_the_reported_and_the_assumed_are_marked(case, by):
    text = driver.logged_in(by).get(f"/stockholm/arenden/{case.reference}/checklista/").text
    assert text.count("<strong>återgivet i andra hand</strong>") == 1 + 1  # the criterion, and a question
    assert text.count("<strong>antaget utifrån Forums modell, inte bekräftat</strong>") == 7
    assert "förslag i remissvar" not in text


@pytest.mark.parametrize(
    "address",
    [
        "/stockholm/",
        "/stockholm/riktlinje/",
        "/stockholm/passar-det/",
        "/stockholm/initiativ/nytt/",
        "/jamfor/?kommun=stockholm",
    ],
)
def test_the_notice_stands_on_every_public_page(db, address):
    assert NOTICE in driver.logged_in(None).get(address).text


def test_the_notice_stands_on_the_form_that_comes_back_and_on_the_receipt(db):
    client = driver.logged_in(None)
    assert NOTICE in client.post("/stockholm/initiativ/nytt/", {"email": ""}).text
    assert NOTICE in client.get(writing.begin(client, "stockholm") + "iden/").text
    assert NOTICE in client.get(writing.sent(client, "stockholm")).text


@pytest.mark.parametrize("tab", TABS)
def test_the_notice_stands_on_every_page_of_a_case(case, by, tab):
    assert NOTICE in driver.logged_in(by).get(f"/stockholm/arenden/{case.reference}/{tab}").text


@pytest.mark.parametrize("slug", [slug for slug in driver.FIVE if slug != "stockholm"])
def test_no_other_municipality_carries_a_notice(db, slug):
    assert 'class="notice"' not in driver.logged_in(None).get(f"/{slug}/riktlinje/").text


def test_a_proposal_that_is_turned_on_says_that_it_is_one(at, by):
    content = RuleSetVersion.objects.in_force(at).get().content
    questions = [row | ({"enabled": True} if row.get("id") == "STH-33" else {}) for row in content["questions"]]
    version, _ = take_in(at, content | {"questions": questions})
    version.publish()
    case = driver.to_assessment(driver.send_in(at), by=by)
    assert driver.says(driver.findings_at("decision", case))["STH-33"] == "inform"
    text = driver.logged_in(by).get(f"/stockholm/arenden/{case.reference}/checklista/").text
    assert "<strong>förslag i remissvar 2017, ej beslutat</strong>" in text


def turned_on(content: dict) -> dict:
    """The rule set with every proposal of socialförvaltningen switched on."""

    def on(row):
        proposed = isinstance(row, dict) and row.get("provenance") == "proposed"
        return row | {"enabled": True} if proposed else row

    return {name: [on(row) for row in rows] if isinstance(rows, list) else rows for name, rows in content.items()}


def test_sth_27_to_sth_44_proposals_are_off_until_somebody_turns_them_on(at):
    rules = RuleSetVersion.objects.in_force(at).get().rules
    proposed = {rule.key: rule.enabled for rule in rules.every_rule() if rule.provenance == "proposed"}
    keys = {"STH-27", "STH-28", "STH-28-klausul", "STH-29", "STH-32", "STH-33", "STH-42", "STH-43", "STH-44"}
    assert proposed == dict.fromkeys(keys, False)


def test_sth_27_sth_28_proposals_about_the_agreement_say_what_they_are_and_hold_nothing(at, by):
    version, _ = take_in(at, turned_on(RuleSetVersion.objects.in_force(at).get().content))
    version.publish()
    case = driver.to_assessment(driver.send_in(at), by=by)
    case.move_to("dialogue", by=by)
    agreement = driver.begin_writing(case, by=by)
    effects = {finding.effect.value for finding in driver.findings_at("decision", case)}
    assert effects == {"inform"}
    text = driver.logged_in(by).get(f"/stockholm/arenden/{case.reference}/avtal/").text
    for heading in ("Hur kunskaperna tas tillvara", "Återbetalning av medel"):
        assert heading in text
    assert text.count("<strong>förslag i remissvar 2017, ej beslutat</strong>") >= agreement.points.count() == 2
    public = driver.logged_in(None).get("/stockholm/riktlinje/").text
    assert public.count("förslag i remissvar 2017, ej beslutat") >= 9


def test_the_notice_stands_in_the_printed_agreement(case, by):
    case.move_to("dialogue", by=by)
    agreement = driver.begin_writing(case, by=by)
    printed = PdfReader(io.BytesIO(agreement_pdf(agreement)))
    text = " ".join(" ".join(page.extract_text().split()) for page in printed.pages)
    assert NOTICE in text
