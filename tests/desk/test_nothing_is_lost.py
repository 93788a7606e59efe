"""Two people at one form: what the later one wrote is refused with a reason, and shown so that it is not lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followup.actions import hold
from initiatives.meetings import hold_meeting, note_meeting
from initiatives.models import Meeting
from iop.cases.actions import answer, close
from iop.cases.models import Answer
from iop.cases.statements import answer_statement, ask_statement
from tests.cases import driver

TEXT = "Det här tog mig en hel förmiddag att skriva."


@pytest.fixture
def send(coordinator):
    """Post as the coordinator; the answer is the page that is shown at last."""

    def send(case, path, **data):
        address = f"/mora/arenden/{case.reference}/{path}"
        return driver.logged_in(coordinator).post(address, data, follow=True).text

    return send


LONG = "ord " * 1251  # 5 003 letters, when nobody counts the last space


def test_a_reason_that_is_too_long_is_refused_whole_and_not_cut(agreement, coordinator, send):
    case = agreement.case
    driver.to_decision(agreement, by=coordinator)
    page = send(case, "tillbaka/", why=LONG)
    assert "Texten är för lång: 5\u00a0003 tecken. Högst 5\u00a0000 får plats." in page and LONG.strip() in page
    agreement.refresh_from_db()
    assert agreement.stage == "decision"


def test_an_answer_with_too_long_a_reason_stays_on_the_page(assessed, coordinator, send):
    rule = next(rule for rule in assessed.rules.criteria if rule.key == "MOR-39")
    sent = {"rule": rule.key, "part": "", "subject": f"case:{assessed.pk}", "value": "yes", "reason": LONG}
    page = send(assessed, "svar/", **sent)
    assert "Texten är för lång: 5\u00a0003 tecken." in page and LONG.strip() in page
    assert not Answer.objects.filter(rule=rule.key).exists()


def test_a_statement_that_somebody_else_has_answered(assessed, coordinator, adviser, send):
    due = timezone.localdate() + timedelta(days=7)
    asked = ask_statement(assessed, outside="Länsstyrelsen", question="Vad anser ni?", due=due, by=coordinator)
    answer_statement(asked, text="Först.", name="Rolf", by=adviser)
    page = send(
        assessed, f"yttranden/{asked.pk}/svara/", **{f"svar-{asked.pk}-text": TEXT, f"svar-{asked.pk}-name": "Eva"}
    )
    assert "Yttrandet är redan besvarat. Begär ett nytt om det behöver ändras." in page
    assert TEXT in page


def test_a_meeting_that_somebody_else_has_noted(assessed, coordinator, send):
    today = timezone.localdate()
    meeting = note_meeting(assessed, name="Möte", day=today + timedelta(days=1), participants="Alla", by=coordinator)
    Meeting.objects.update(day=today)
    meeting.refresh_from_db()
    hold_meeting(meeting, topics=[], notes="Först.", by=coordinator)
    page = send(assessed, f"moten/{meeting.pk}/hallet/", **{f"holl-{meeting.pk}-notes": TEXT})
    assert "Mötet är redan antecknat." in page
    assert TEXT in page


def test_a_follow_up_that_somebody_else_has_held(in_force, coordinator, send):
    follow_up, today = in_force.follow_ups.get(), timezone.localdate()
    facts = {"participants": "Alla", "progress": "Först.", "future": "", "lessons": ""}
    hold(follow_up, held_on=today, by=coordinator, **facts)
    data = {"held_on": today, "participants": "Alla", "progress": TEXT}
    page = send(
        in_force.case, f"uppfoljning/{follow_up.pk}/", **{f"uppf-{follow_up.pk}-{k}": v for k, v in data.items()}
    )
    assert "Uppföljningen är redan införd." in page
    assert TEXT in page


def test_a_point_of_an_agreement_that_has_left_the_desk(proposed, send):
    point = proposed.points.first()
    names = {f"punkt-{point.pk}-text": TEXT, f"punkt-{point.pk}-state": "used"}
    page = send(proposed.case, f"avtal/punkter/{point.pk}/", **names)
    assert "Avtalet har lämnat skrivbordet." in page
    assert TEXT in page


def test_a_decision_that_somebody_else_has_written_in(proposed, coordinator, send):
    driver.yes(proposed, by=coordinator)
    today = timezone.localdate()
    data = {"outcome": "yes", "delegate": "Chefen", "decided_on": today, "why": TEXT}
    page = send(proposed.case, "avtal/beslut/", **{f"beslut-{name}": value for name, value in data.items()})
    assert "Avtalet väntar inte på beslut." in page
    assert TEXT in page


def test_a_case_that_somebody_else_has_closed(assessed, coordinator, send):
    close(assessed, outcome="withdrawn", why="", by=coordinator)
    page = send(assessed, "avsluta/", outcome="grant", why=TEXT)
    assert "Det går inte att gå från avslutat till avslutat." in page
    assert TEXT in page


def test_an_answer_in_a_case_that_somebody_else_has_closed(assessed, coordinator, send):
    close(assessed, outcome="withdrawn", why="", by=coordinator)
    page = send(assessed, "svar/", rule="MOR-39", subject=f"case:{assessed.pk}", value="yes", reason=TEXT)
    assert "Ärendet är avslutat och går inte att ändra." in page
    assert TEXT in page


def test_why_one_goes_on_when_a_block_has_turned_up(assessed, coordinator, send):
    driver.fulfil(assessed, by=coordinator)
    rule = next(rule for rule in assessed.rules.criteria if rule.key == "MOR-39")
    answer(assessed, rule, part="", value="no", by=coordinator)
    page = send(assessed, "inled-dialog/", why=TEXT)
    assert "Steget går inte att ta än: Verksamheten bidrar till lokal utveckling" in page
    assert TEXT in page


def test_an_override_of_a_block_that_is_gone(assessed, coordinator, send):
    driver.fulfil(assessed, by=coordinator)
    page = send(assessed, "avsteg/", rule="MOR-39", kind="case", pk=assessed.pk, cause="unmet", reason=TEXT)
    assert "Hindret finns inte längre." in page
    assert TEXT in page


def test_what_was_written_while_the_login_ran_out(assessed):
    data = {"rule": "MOR-39", "subject": f"case:{assessed.pk}", "value": "yes", "reason": TEXT}
    response = driver.logged_in(None).post(f"/mora/arenden/{assessed.reference}/svar/", data)
    assert response.status_code == 403
    assert "<h1>Du har loggats ut</h1>" in response.text
    assert TEXT in response.text
    assert Answer.objects.count() == 0


def test_what_was_written_on_a_page_without_its_token(assessed, coordinator):
    client = driver.logged_in(coordinator, enforce_csrf_checks=True)
    response = client.post(f"/mora/arenden/{assessed.reference}/akt/ny/", {"about": "Brev", "text": TEXT})
    assert response.status_code == 403
    assert "<h1>Skicka en gång till</h1>" in response.text
    assert TEXT in response.text
    assert assessed.records.filter(about="Brev").count() == 0
