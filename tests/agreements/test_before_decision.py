"""What the program itself asks before decision, signing and force: points that say something, days in their order."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agreements.actions import add_point, remove_point, send_to_decision, set_term, write_point
from agreements.models import Agreement, Point
from iop.cases.machinery import Blocked, Refused
from tests.cases import driver

TODAY = timezone.localdate()


@pytest.fixture
def written(agreement, coordinator):
    return driver.write(agreement, by=coordinator)


def own(agreement, stage: str) -> dict[str, str]:
    """What the program itself says before the step: sentence -> effect."""
    return {f.sentence: f.effect.value for f in agreement.findings_before(stage) if f.rule is None}


# Points


def test_an_own_point_without_text_is_not_decided_on(written, coordinator):
    add_point(written, heading="Nycklar")
    assert own(written, "decision") == {"Punkten Nycklar används men saknar text": "block"}
    with pytest.raises(Blocked):
        send_to_decision(written, by=coordinator)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_point_of_the_guideline_without_text_is_not_decided_on_either(written, text):
    write_point(written, written.points.get(rule="MOR-76"), text=text, state="used")
    findings = written.findings_before("decision")
    assert driver.sentences(findings) == ["Punkten Målgrupp används men saknar text"]
    assert findings[0].anchor == f"punkt-{written.points.get(rule='MOR-76').pk}"


def test_a_point_that_is_not_used_needs_no_text(written):
    point = add_point(written, heading="Nycklar")
    write_point(written, point, text="", state="not_used")
    assert own(written, "decision") == {}


def test_what_the_program_writes_in_needs_no_text(written):
    carrying = [rule.key for rule in written.case.rules.points if rule.carries]
    Point.objects.filter(rule__in=carrying).update(text="", state="used")
    assert own(written, "decision") == {}


def test_a_point_on_follow_up_says_nothing_without_a_plan(written):
    (rule,) = [rule for rule in written.case.rules.points if rule.carries == ("follow_up",)]
    Point.objects.filter(rule=rule.key).update(text="", state="used")
    set_term(written, start=written.start, end=written.end)
    assert own(written, "decision") == {f"Punkten {rule.heading} används men saknar text": "block"}


def test_an_own_point_is_removed_and_stays_among_the_events(written, coordinator):
    point = add_point(written, heading="Nycklar")
    write_point(written, point, text="Föreningen har två.", state="used")
    client, base = driver.logged_in(coordinator), written.get_absolute_url()
    assert f'action="{base}punkter/{point.pk}/ta-bort/"' in client.get(base).text
    page = client.post(f"{base}punkter/{point.pk}/ta-bort/", follow=True)
    assert "Punkten Nycklar är borttagen. Den finns kvar bland händelserna." in page.text
    assert not written.points.filter(heading="Nycklar").exists()
    events = client.get(f"{written.case.get_absolute_url()}handelser/").context["events"]
    assert ("Punkten Nycklar togs bort", "Föreningen har två.") in [(e.sentence, e.detail) for e in events]


def test_a_point_of_the_guideline_is_not_removed(written):
    with pytest.raises(Refused, match="^Punkten kommer från riktlinjen. Välj att den inte används i stället.$"):
        remove_point(written, written.points.get(rule="MOR-76"))
    assert written.points.filter(rule="MOR-76").exists()


def test_nothing_is_removed_from_what_lies_for_decision(written, coordinator):
    point = add_point(written, heading="Nycklar")
    write_point(written, point, text="Föreningen har två.", state="used")
    send_to_decision(written, by=coordinator)
    with pytest.raises(Refused, match="^Avtalet har lämnat skrivbordet."):
        remove_point(written, point)
    assert written.points.filter(pk=point.pk).exists()


# Days


def test_a_start_that_has_been_warns_before_decision_and_signing(written, coordinator):
    set_term(written, start=date(2026, 1, 1), end=date(2028, 12, 31), first_follow_up=date(2027, 1, 1))
    told = {"Startdagen 1 januari 2026 har redan varit, före beslut och underskrift": "warn"}
    assert own(written, "decision") == told
    send_to_decision(written, by=coordinator)
    assert own(written, "signing").items() >= told.items()
    page = driver.logged_in(coordinator).get(written.get_absolute_url()).text
    assert "Startdagen 1 januari 2026 har redan varit" in page and "programmets egen kontroll" in page
    driver.yes(written, by=coordinator)
    assert written.stage == "signing"


def test_a_start_today_or_later_does_not(written):
    Agreement.objects.update(start=TODAY)
    written.refresh_from_db()
    assert own(written, "decision") == {}


def test_a_start_before_the_decision_and_the_signatures_warns_before_force(signing, coordinator):
    driver.sign(signing, by=coordinator)
    assert own(signing, "in_force") == {}
    Agreement.objects.update(start=TODAY - timedelta(days=1))
    signing.refresh_from_db()
    assert sorted(own(signing, "in_force").values()) == ["warn", "warn"]
    first, second = sorted(own(signing, "in_force"))
    assert "men beslutades först den" in first and "men undertecknades först den" in second
    signing.move_to("in_force", by=coordinator)
