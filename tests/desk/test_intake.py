"""Intake: an initiative on paper, who works it, and its diary number."""

import uuid
from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Initiative
from iop.cases.actions import close, edit_facts, receive
from iop.cases.models import Case, Record
from iop.municipalities.models import Municipality
from iop.municipalities.permissions import Role
from iop.swedish_text import day
from tests.cases import driver

TODAY = timezone.localdate()
NEW = "/mora/arenden/nytt/"


def by_hand(**other) -> dict:
    return driver.form(received_on=TODAY, came_by="letter") | other


@pytest.fixture
def send(coordinator, django_capture_on_commit_callbacks):
    def send(user=coordinator, **other):
        with django_capture_on_commit_callbacks(execute=True):
            return driver.logged_in(user).post(NEW, by_hand(**other))

    return send


# An initiative that came by mail, by letter or at a meeting


def test_a_letter_becomes_a_case_with_the_day_it_came(send, coordinator, mora):
    came = TODAY - timedelta(days=10)
    response = send(received_on=came, contact_email="", file=driver.pdf("brev.pdf"))
    case = Case.objects.get()
    assert response["Location"] == case.get_absolute_url()
    initiative = case.initiative
    assert (case.received_on, initiative.came_by, initiative.contact_email) == (came, "letter", "")
    record = case.records.get()  # and no receipt
    assert (record.direction, record.day, record.by) == ("in", came, coordinator)
    assert record.counterpart == "Anna Åkesson, Språkbron"
    assert f"Kom genom: Brev, {came.day} " in record.text
    assert [file.name for file in record.files.all()] == ["brev.pdf"]
    assert mail.outbox == []
    page = driver.logged_in(coordinator).get(case.get_absolute_url()).text
    assert "kom genom: brev" in page


def test_its_number_follows_the_year_it_came_and_its_rules_today(send, mora):
    last_year = driver.send_in(mora, received_on=date(TODAY.year - 1, 3, 1))
    send(received_on=date(TODAY.year - 1, 12, 30))
    send(received_on=TODAY)
    late, now = Case.objects.exclude(pk=last_year.pk).order_by("pk")
    assert (last_year.serial, late.reference, now.reference) == (
        1,
        f"IOP-{TODAY.year - 1}-0002",
        f"IOP-{TODAY.year}-0001",
    )
    assert late.version == now.version


def test_a_receipt_goes_only_where_it_is_asked_for(send):
    send(contact_email="anna@sprakbron.example")
    assert mail.outbox == []
    send(contact_email="anna@sprakbron.example", send_receipt="on")
    assert [letter.to for letter in mail.outbox] == [["anna@sprakbron.example"]]
    assert [record.direction for record in Record.objects.order_by("pk")] == ["in", "in", "out"]


def test_the_receipt_of_a_letter_from_weeks_ago_promises_the_day_of_the_task(send):
    send(received_on=TODAY - timedelta(days=27), contact_email="anna@sprakbron.example", send_receipt="on")
    task = Case.objects.get().tasks.get(kind="receive")
    assert task.due > TODAY and f"senast {day(task.due)}" in mail.outbox[0].body


def test_an_official_need_not_know_how_the_idea_came_about(send, coordinator):
    form = driver.logged_in(coordinator).get(NEW).context["form"]
    assert form["origin"].field.choices[-1] == ("vet_inte", "Vet inte")
    assert send(origin="").status_code == 422
    assert send(origin="vet_inte").status_code == 302
    assert Case.objects.get().initiative.origin == ""


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({"received_on": TODAY + timedelta(days=1)}, "received_on", "Dagen ligger i framtiden."),
        ({"received_on": ""}, "received_on", "Detta fält måste fyllas i."),
        ({"received_on": "1889-01-01"}, "received_on", "Skriv en dag efter 1990."),
        ({"came_by": "form"}, "came_by", "Välj ett giltigt alternativ."),
        ({"came_by": ""}, "came_by", "Detta fält måste fyllas i."),
        ({"contact_email": "", "send_receipt": "on"}, "contact_email", "Skriv en e-postadress att skicka kvittot till"),
        ({"contact_email": "anna", "send_receipt": "on"}, "contact_email", "Fyll i en giltig e-postadress."),
        ({"file": driver.pdf("brev.exe")}, "file", "Filen «brev.exe» går inte att ta emot."),
        ({"title": "…"}, "title", "Skriv en rubrik med bokstäver"),
        ({"organisation_number": "123"}, "organisation_number", "Organisationsnumret stämmer inte."),
    ],
)
def test_what_cannot_be_taken_is_told_and_kept(send, data, field, told):
    response = send(**{"idea": "En lång idé."} | data)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert told in response.text and "En lång idé." in response.text
    assert not Case.objects.exists()


def test_sent_twice_it_is_one_case(send):
    submission = str(uuid.uuid4())
    assert [send(submission=submission).status_code for _ in range(2)] == [302, 302]
    assert Initiative.objects.count() == Record.objects.count() == 1


def test_who_may(cast, send, neighbour):
    assert {role: send(user).status_code for role, user in cast.items()} == dict.fromkeys(cast, 403) | {
        "coordinator": 302
    }
    assert send(neighbour).status_code == 404
    assert driver.logged_in(None).get(NEW)["Location"] == f"/logga-in/?next={NEW}"
    links = {role: f'href="{NEW}"' in driver.logged_in(user).get("/mora/arenden/").text for role, user in cast.items()}
    assert links == dict.fromkeys(cast, False) | {"coordinator": True}


def test_without_rules_nothing_is_taken_in(db):
    bare = Municipality.objects.create(slug="orsa", name="Orsa kommun", short_name="Orsa", email="iop@orsa.example")
    client = driver.logged_in(driver.person("Olle", bare, Role.COORDINATOR))
    response = client.get("/orsa/arenden/nytt/", follow=True)
    assert "Kommunen har inget regelverk i kraft ännu." in response.text


# Receive and assign


def assign(case, user, **data):
    return driver.logged_in(user).post(f"{case.get_absolute_url()}fordela/", data)


@pytest.fixture
def colleague(mora):
    return driver.person("Kim Kollega", mora, Role.COORDINATOR)


def test_received_for_a_colleague(case, coordinator, colleague, mora):
    unit = mora.units.get(name="Socialnämnden")
    assert assign(case, coordinator, coordinator=colleague.pk, unit=unit.pk).status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.coordinator, case.unit) == ("assessment", colleague, unit)
    assert case.stage_changes.get().by == coordinator
    assert [task.kind for task in case.tasks.open()] == []


def test_the_unit_where_the_guideline_says_it_lands_is_preset(case, coordinator):
    page = driver.logged_in(coordinator).get(case.get_absolute_url())
    form = page.context["assign_form"]
    assert (form["coordinator"].value(), form["unit"].value()) == (coordinator.pk, case.unit_id)
    assert case.unit.name == "Kommunstyrelseförvaltningen"
    assert "Enligt riktlinjen tas initiativ emot av Kommunstyrelseförvaltningen." in page.text


@pytest.mark.parametrize("whom", ["secretary", "neighbour", "nobody"])
def test_given_to_somebody_who_does_not_work_cases(case, coordinator, request, whom):
    pk = request.getfixturevalue(whom).pk if whom != "nobody" else ""
    response = assign(case, coordinator, coordinator=pk)
    assert response.status_code == 422
    assert list(response.context["assign_form"].errors) == ["coordinator"]
    case.refresh_from_db()
    assert (case.stage, case.coordinator) == ("received", None)


def test_received_once(assessed, coordinator, colleague):
    response = assign(assessed, colleague, coordinator=colleague.pk)
    assert (response.status_code, Case.objects.get().coordinator) == (422, coordinator)


# The diary number


def diary_tasks(case) -> list[tuple]:
    return [(task.closed_by, task.closed_at is None) for task in case.tasks.filter(kind="diary").order_by("pk")]


def number(case, user, diary_number):
    return driver.logged_in(user).post(
        reverse("diary_number", args=["mora", case.reference]), {"diary_number": diary_number}
    )


@pytest.fixture
def undiaried(send):
    send()
    return Case.objects.get()


def test_the_task_is_open_until_there_is_a_number(undiaried, secretary, coordinator):
    assert diary_tasks(undiaried) == [(None, True)]
    titles = [task.title for task in driver.logged_in(secretary).get("/mora/arbetsbord/").context["page"]]
    assert titles == ["Diarieför"]
    assert number(undiaried, secretary, "KS 2026/00418").status_code == 302
    assert diary_tasks(undiaried) == [(secretary, False)]
    undiaried.refresh_from_db()
    assert undiaried.diary_number == "KS 2026/00418"
    number(undiaried, secretary, "")
    assert diary_tasks(undiaried) == [(secretary, False), (None, True)]
    undiaried.refresh_from_db()
    edit_facts(undiaried, {"diary_number": "KS 2026/00419"}, by=coordinator)
    assert diary_tasks(undiaried) == [(secretary, False), (coordinator, False)]


def test_changing_something_else_opens_no_task(assessed, coordinator):
    edit_facts(assessed, {"title": "Ny rubrik"}, by=coordinator)
    assert [still for _, still in diary_tasks(assessed)] == [False]


def test_the_secretary_has_a_form_of_her_own_and_the_coordinator_the_facts(assessed, secretary, coordinator, reader):
    pages = [driver.logged_in(user).get(assessed.get_absolute_url()).text for user in (secretary, coordinator, reader)]
    assert ["Spara diarienumret" in page for page in pages] == [True, False, False]


@pytest.mark.parametrize("mask", ["", "KS 0000/00000"])
@pytest.mark.parametrize("secret", [False, True])
def test_a_number_already_used_is_refused(mora, assessed, secretary, mask, secret):
    Municipality.objects.update(diary_mask=mask)
    other = driver.send_in(mora)
    hidden = {"secret": secret, "secrecy_ground": "26 kap. 1 § OSL" if secret else ""}
    Case.objects.filter(pk=other.pk).update(diary_number="KS 2026/00418", **hidden)
    response = number(assessed, secretary, "ks  2026/00418")
    assert response.status_code == 422
    named = "ett annat ärende" if secret else other.reference
    assert [list(errors) for errors in response.context["diary_form"].errors.values()] == [
        [f"Diarienumret finns redan på {named}."]
    ]
    assessed.refresh_from_db()
    assert assessed.diary_number == ""


def test_a_number_of_another_form_is_refused_with_an_example(assessed, secretary, coordinator):
    Municipality.objects.update(diary_mask="KS 0000/00000")
    told = f"Skriv diarienumret som KS {TODAY.year}/00418."
    assert told in number(assessed, secretary, "418").text
    facts = {"title": "Språkcafé", "coordinator": coordinator.pk, "diary_number": "418"}
    client = driver.logged_in(coordinator)
    response = client.post(f"{assessed.get_absolute_url()}fakta/", facts)
    assert (response.status_code, told in response.text) == (422, True)
    client.post(f"{assessed.get_absolute_url()}fakta/", facts | {"diary_number": "ks 2026/00007"})
    assessed.refresh_from_db()
    assert assessed.diary_number == "KS 2026/00007"


def test_a_number_from_before_the_mask_may_stay(assessed, coordinator):
    Case.objects.update(diary_number="gammalt 7")
    Municipality.objects.update(diary_mask="KS 0000/00000")
    facts = {"title": "Ny rubrik", "coordinator": coordinator.pk, "diary_number": "gammalt 7"}
    driver.logged_in(coordinator).post(f"{assessed.get_absolute_url()}fakta/", facts)
    assessed.refresh_from_db()
    assert (assessed.title, assessed.diary_number) == ("Ny rubrik", "gammalt 7")


def test_a_closed_case_is_still_entered_in_the_diary(assessed, secretary):
    Case.objects.update(stage="closed", outcome="withdrawn", closed_on=TODAY)
    assert number(assessed, secretary, "KS 2026/00418").status_code == 302
    number(assessed, secretary, "")
    assert assessed.tasks.open().filter(kind="diary").count() == 1  # as in an open one


def test_a_case_that_ended_without_a_number_is_still_to_be_diaried(undiaried, coordinator, secretary):
    receive(undiaried, by=coordinator)
    close(undiaried, outcome="withdrawn", why="", by=coordinator)
    assert [task.kind for task in undiaried.tasks.open()] == ["diary"]
    number(undiaried, secretary, "KS 2026/00418")
    assert not undiaried.tasks.open().exists()
