"""Between equals: the organisation answers for itself and agrees on steps; the coordinator sees it and takes them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.actions import begin_writing, send_to_decision, write_point
from agreements.models import AgreedStep, AgreementStage
from agreements.sharing import share
from iop.cases.actions import answer
from iop.cases.models import Case, Stage, TaskKind
from iop.cases.secrecy import mark_secret
from iop.municipalities.permissions import Role
from iop.swedish_text import day
from partners.access import give
from partners.models import Message, Notice
from partners.reopening import assess_again
from tests.cases import driver
from tests.mine import people
from tests.mine.people import at

ANNA = "anna@sprakbron.example"
TODAY = timezone.localdate()


@pytest.fixture
def kim(db):
    return driver.person("Kim", driver.municipality("botkyrka"), Role.COORDINATOR)


@pytest.fixture
def of_equals(kim):
    return driver.to_assessment(driver.send_in(driver.municipality("botkyrka")), by=kim)


@pytest.fixture
def in_dialogue(of_equals, kim):
    case = driver.to_dialogue(of_equals, by=kim)
    case.answers.filter(rule="BOT-25", part="o").delete()
    return case


def desk(case, path: str = "") -> str:
    return f"/botkyrka/arenden/{case.reference}/{path}"


def tasks(case) -> list[str]:
    return list(case.tasks.open().filter(kind=TaskKind.READ_ANSWER).values_list("title", flat=True))


# The next step


def test_it_agrees_on_the_step_ahead_and_the_coordinator_sees_it_beside_the_gate(of_equals, kim):
    case, anna, coordinator = of_equals, people.logged_in(ANNA), driver.logged_in(kim)
    assert "Vi är överens om nästa steg" in anna.get(at(case)).text
    page = anna.get(at(case, "overens/")).text
    assert "att dialogen inleds" in page and "sökande" not in page.lower()
    for _ in range(2):  # twice is once
        shown = anna.post(at(case, "overens/"), {"to_stage": Stage.DIALOGUE, "name": "Anna"}, follow=True).text
    assert "Ni har sagt att ni är överens om att dialogen inleds." in shown and "/overens/" not in shown
    record = AgreedStep.objects.get().message.record
    assert (record.direction, record.about) == ("in", "Meddelande: Vi är överens om nästa steg")
    assert tasks(case) == ["Läs meddelandet från Anna, Språkbron"]
    assert "Språkbron är överens om nästa steg (Anna, " in coordinator.get(desk(case)).text
    driver.fulfil(case, by=kim)
    coordinator.post(desk(case, "inled-dialog/"))
    case.refresh_from_db()
    assert case.stage == Stage.DIALOGUE
    stood = case.stage_changes.last().findings
    assert any(one["sentence"].startswith("Språkbron är överens") and one["effect"] == "inform" for one in stood)
    assert "är överens om nästa steg (" not in coordinator.get(desk(case)).text  # that was the step before
    late = anna.post(at(case, "overens/"), {"to_stage": Stage.DIALOGUE, "name": "Anna"})
    assert late.status_code == 422 and "Ärendet har gått vidare" in late.text


def test_what_is_secret_is_not_told_beside_the_gate(of_equals, kim):
    case = of_equals
    people.logged_in(ANNA).post(at(case, "overens/"), {"to_stage": Stage.DIALOGUE, "name": "Anna"})
    mark_secret(Message.objects.get().record, ground="OSL", by=kim)
    assert "är överens om nästa steg (" not in driver.logged_in(kim).get(desk(case)).text


def test_where_the_parties_are_no_equals_there_is_no_such_button(assessed, anna):
    assert "Vi är överens om nästa steg" not in anna.get(at(assessed)).text
    assert anna.get(at(assessed, "overens/"))["Location"] == at(assessed)


def test_one_who_is_merely_invited_reads_and_does_not_speak_for_it(of_equals, kim):
    case = of_equals
    give(case.parties.get(), email="bo@sprakbron.example", name="Bo", by=kim, absolute=driver.absolute)
    bo = people.logged_in("bo@sprakbron.example")
    assert "/overens/" not in bo.get(at(case)).text
    for path in ("overens/", "fragor/"):
        assert bo.get(at(case, path)).status_code == 403


# The draft


def test_before_decision_it_is_told_whether_each_has_confirmed_the_latest_draft(in_dialogue, kim):
    case, anna = in_dialogue, people.logged_in(ANNA)
    agreement = driver.write(begin_writing(case, by=kim), by=kim)

    def told() -> list[str]:
        found = agreement.findings_before(AgreementStage.DECISION)
        assert {one.effect for one in found if one.anchor == "delat"} <= {"inform"}
        return [one.sentence.partition(" den ")[0] for one in found if one.anchor == "delat"]

    assert told() == []  # nobody has been asked
    share(agreement, by=kim, absolute=driver.absolute)
    assert told() == ["Språkbron har inte sagt på Mina sidor att ni är överens om utkastet som delades"]
    anna.post(at(case, "utkast/"), {"point": 0, "kind": "agreed", "name": "Anna"})
    assert told() == ["Språkbron är överens om utkastet som delades"]
    write_point(agreement, agreement.points.first(), text="Något annat.", state="used")
    assert told() == ["Språkbron var överens om utkastet som delades"]
    share(agreement, by=kim, absolute=driver.absolute)
    assert told() == ["Språkbron har inte sagt på Mina sidor att ni är överens om utkastet som delades"]
    send_to_decision(agreement, by=kim)  # it stops nothing


# Questions


def fields(rule: str, case, value: str, reason: str = "", **other) -> dict:
    name = f"{rule}-case-{case.pk}-o"
    return {f"v-{name}": value, f"r-{name}": reason, "name": "Anna"} | other


def test_it_answers_for_itself_and_both_answers_are_kept(in_dialogue, kim):
    case, anna = in_dialogue, people.logged_in(ANNA)
    page = anna.get(at(case)).text
    assert "Svara på riktlinjens frågor till er" in page and "ingen av parterna vill göra verksamheten" in page
    shown = anna.post(at(case, "fragor/"), fields("BOT-25", case, "yes", "Vi vill samarbeta."), follow=True).text
    assert "Era svar är sparade" in shown and "Svara på riktlinjens frågor till er" not in shown
    ours, theirs = case.answers.filter(rule="BOT-25").order_by("part")
    assert (ours.by, ours.said_by) == (kim, "")
    assert (theirs.value, theirs.reason) == ("yes", "Vi vill samarbeta.")
    assert theirs.said_by == f"Anna ({ANNA}), Språkbron"
    assert tasks(case) == ["Läs meddelandet från Anna, Språkbron"]
    assert "Vi vill samarbeta." in Message.objects.get().record.text
    page = driver.logged_in(kim).get(desk(case, "checklista/")).text
    assert f"Anna ({ANNA}), Språkbron" in page and "Vi vill samarbeta." in page
    assert f"Anna ({ANNA}), Språkbron" in driver.logged_in(kim).get(desk(case, "handelser/")).text
    rule = next(one for one in case.rules.criteria if one.key == "BOT-25")
    answer(case, rule, part="o", value="no", reason="HEMLIGT", by=kim)  # entered by the official, in her own words
    page = anna.get(at(case, "fragor/")).text
    assert "HEMLIGT" not in page and "som har fört in det" in page


@pytest.fixture
def asked(of_equals, kim):
    """In dialogue, where the questions begin to be asked, with one of them unanswered."""
    case, place = driver.fulfil(of_equals, by=kim), of_equals.municipality
    case.answers.filter(rule="BOT-25", part="o").delete()
    place.days_for_answers = 12
    case.move_to(Stage.DIALOGUE, by=kim)
    return case


def waits(case) -> list:
    return list(case.tasks.open().filter(kind=TaskKind.COMPLETION).values_list("title", "due"))


def test_the_questions_have_a_day_and_a_task_until_they_are_answered(asked, kim):
    case, anna, due = asked, people.logged_in(ANNA), TODAY + timedelta(days=12)
    waiting = [("Invänta organisationens svar på riktlinjens frågor", due)]
    assert case.answers_by == due and waits(case) == waiting
    for page in (anna.get("/mina-sidor/").text, anna.get(at(case)).text):
        assert f"Svara på riktlinjens frågor till er</a>, senast {day(due)}" in page
    assert f"Svara senast den {day(due)}." in page
    assert f"resten kan vänta till senast den {day(due)}." in anna.get(at(case, "fragor/")).text
    assert f"Den har till den {day(due)} på sig." in driver.logged_in(kim).get(desk(case, "checklista/")).text
    assert "Dagen för organisationens svar ändrades" in driver.logged_in(kim).get(desk(case, "handelser/")).text
    anna.post(at(case, "fragor/"), fields("BOT-25", case, "yes"))
    assert waits(case) == []
    rule = next(one for one in case.rules.criteria if one.key == "BOT-25")
    answer(case, rule, part="o", value="", by=kim)  # whoever answers, or takes an answer back
    assert waits(case) == waiting
    agreement = driver.write(begin_writing(case, by=kim), by=kim)
    assert waits(case) == waiting
    send_to_decision(agreement, by=kim)
    assert waits(case) == []


def test_the_coordinator_sets_another_day_or_none(asked, kim):
    case, client, yesterday = asked, driver.logged_in(kim), TODAY - timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(answers_by=yesterday)

    def save(**data):
        form = client.get(desk(case, "fakta/")).context["facts_form"]
        opened = {name: form[name].value() for name in ("title", "coordinator", "opened")}
        return client.post(desk(case, "fakta/"), opened | data)

    refused = save(answers_by=TODAY - timedelta(days=2))
    assert refused.status_code == 422 and "Välj en dag som inte har varit." in refused.text
    assert save(answers_by=yesterday, title="Annat").status_code == 302  # one that stood there may stay
    late = people.logged_in(ANNA).get(at(case)).text
    assert f'till er</a>, senast {day(yesterday)}, <span class="tag tag-stop">dagen har varit</span>' in late
    assert save(answers_by=TODAY).status_code == 302
    assert [due for _, due in waits(case)] == [TODAY]
    assert save(answers_by="").status_code == 302
    case.refresh_from_db()
    assert case.answers_by is None and waits(case) == []
    assert "ingen dag satt" in client.get(desk(case)).text


def test_where_nothing_is_asked_there_is_no_day(assessed, coordinator):
    case = driver.to_dialogue(assessed, by=coordinator)
    assert case.answers_by is None
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{case.reference}/fakta/")
    assert "answers_by" not in page.context["facts_form"].fields and "riktlinjens frågor" not in page.text


def test_a_letter_that_opens_the_assessment_again_says_the_day(asked, kim, monkeypatch):
    """As where a guideline asks something before dialogue."""
    monkeypatch.setattr("partners.questions._is_new", lambda rule, stage: stage == Stage.ASSESSMENT)
    monkeypatch.setattr("partners.questions._lies_ahead", lambda *_: True)
    assess_again(asked, why="", by=kim, absolute=driver.absolute)
    told = f"Svara på riktlinjens frågor till er senast den {day(asked.answers_by)}."
    assert told in Notice.objects.get().record.text


def test_what_somebody_else_has_answered_meanwhile_is_shown(in_dialogue, kim):
    case, anna = in_dialogue, people.logged_in(ANNA)
    rule = next(one for one in case.rules.criteria if one.key == "BOT-25")
    page = anna.get(at(case, "fragor/"))
    opened = page.context["form"][f"o-BOT-25-case-{case.pk}-o"].value()
    answer(case, rule, part="o", value="no", by=kim)
    mine = fields("BOT-25", case, "yes", **{f"o-BOT-25-case-{case.pk}-o": opened})
    response = anna.post(at(case, "fragor/"), mine)
    assert response.status_code == 422 and "Nu står det: Nej." in response.text
    again = response.context["form"][f"o-BOT-25-case-{case.pk}-o"].value()
    anna.post(at(case, "fragor/"), mine | {f"o-BOT-25-case-{case.pk}-o": again})
    assert case.answers.get(rule="BOT-25", part="o").value == "yes"


def test_a_yes_to_words_that_have_changed_is_refused_and_stays_on_the_page(in_dialogue, kim):
    case, anna = in_dialogue, people.logged_in(ANNA)
    name = f"BOT-25-case-{case.pk}-o"
    asked = anna.get(at(case, "fragor/")).context["form"][f"a-{name}"].value()
    sent = fields("BOT-25", case, "yes", "Vi vill samarbeta.")
    response = anna.post(at(case, "fragor/"), sent | {f"a-{name}": f"{asked[:-1]}{'0' if asked[-1] != '0' else '1'}"})
    assert response.status_code == 422 and "Regeln har ändrats sedan sidan visades." in response.text
    assert "Vi vill samarbeta." in response.text and not case.answers.filter(rule="BOT-25", part="o").exists()
    assert anna.post(at(case, "fragor/"), sent | {f"a-{name}": asked}).status_code == 302
    assert case.answers.get(rule="BOT-25", part="o").value == "yes"


def test_nothing_is_asked_in_a_secret_case_or_when_it_is_too_late(in_dialogue, kim):
    case, anna = in_dialogue, people.logged_in(ANNA)
    mark_secret(case, ground="OSL", by=kim)
    assert anna.get(at(case, "fragor/"))["Location"] == at(case)
    assert "Svara på riktlinjens frågor" not in anna.get(at(case)).text


def test_a_rule_for_one_side_alone_is_not_asked(assessed, anna):
    assert anna.get(at(assessed, "fragor/"))["Location"] == at(assessed)
