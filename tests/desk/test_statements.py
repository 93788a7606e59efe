"""Statements of a case on the page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from iop.cases.models import Case, Statement
from tests.cases import driver

TODAY = timezone.localdate()


@pytest.fixture
def send(assessed):
    def send(user, path: str, prefix: str, **data):
        data = {name if name == "rule" else prefix + name: value for name, value in data.items()}
        return driver.logged_in(user).post(f"/mora/arenden/{assessed.reference}/{path}", data)

    return send


@pytest.fixture
def ask(send, coordinator):
    def ask(**data):
        whole = {"rule": "MOR-45", "question": "Finns en marknad?", "due": TODAY + timedelta(days=21)} | data
        return send(coordinator, "yttranden/begar/", f"fraga-{whole['rule']}-" if whole["rule"] else "fraga-", **whole)

    return ask


@pytest.fixture
def asked(ask) -> Statement:
    assert ask().status_code == 302
    return Statement.objects.get()


def test_asking(asked, assessed):
    assert (asked.rule, asked.body, asked.due) == ("MOR-45", "Upphandlingsenheten", TODAY + timedelta(days=21))


def test_the_page_suggests_what_the_guideline_wants(assessed, coordinator, mora):
    page = driver.logged_in(coordinator).get(f"{assessed.get_absolute_url()}yttranden/")
    (wanted,) = page.context["wanted"]
    assert (wanted["rule"].key, wanted["form"].initial) == (
        "MOR-45",
        {
            "question": "Finns det en marknad eller en konkurrenssituation att vårda?",
            "due": TODAY + timedelta(days=mora.days_for_statement),
        },
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"question": ""}, "Fråga: Detta fält måste fyllas i."),
        ({"due": TODAY - timedelta(days=1)}, "Välj en dag som inte har varit."),
        ({"due": "om en vecka"}, "Skriv dagen som år-månad-dag, till exempel 2026-11-03."),
        ({"rule": "", "unit": ""}, "Välj vilken enhet som ska yttra sig, eller skriv en utomstående."),
        (
            {"rule": "", "unit": "own", "outside": "Länsstyrelsen"},
            "Välj en enhet eller skriv en utomstående, inte båda.",
        ),
        ({"rule": "", "unit": 0}, "Välj ett giltigt alternativ."),
    ],
)
def test_what_cannot_be_asked(ask, mora, data, told):
    if data.get("unit") == "own":
        data["unit"] = mora.units.first().pk
    response = ask(question=data.pop("question", "Hur ser marknaden ut?"), **data)
    assert response.status_code == 422
    assert told in response.text
    assert "Hur ser marknaden ut?" in response.text or told.startswith("Fråga")
    assert Statement.objects.count() == 0


def test_another_municipalitys_unit_is_not_asked(ask, gavle):
    assert ask(rule="", unit=gavle.units.first().pk).status_code == 422


def test_whom_the_rule_names_is_not_for_the_one_who_asks_to_choose(ask, mora):
    assert ask(unit=mora.units.get(name="Kommunikationsenheten").pk, outside="Länsstyrelsen").status_code == 302
    assert Statement.objects.get().body == "Upphandlingsenheten"


def test_a_rule_that_does_not_exist_makes_an_ordinary_question(ask):
    assert ask(rule="MOR-999", outside="Länsstyrelsen").status_code == 422
    assert ask(rule="", outside="Länsstyrelsen").status_code == 302
    assert Statement.objects.get().rule == ""


def test_asking_for_the_same_twice_is_told_and_the_text_comes_back(asked, ask):
    response = ask(question="Finns en marknad i Våmhus?")
    assert response.status_code == 422
    assert "Yttrandet är redan begärt och inte besvarat." in response.text
    assert "Finns en marknad i Våmhus?" in response.text
    assert Statement.objects.count() == 1


@pytest.mark.parametrize("who", ["coordinator", "adviser"])
def test_answering(asked, send, request, who):
    user = request.getfixturevalue(who)
    facts = {"text": "Ingen marknad.", "name": "Rolf Rådgivare", "file": driver.pdf("yttrande.pdf")}
    assert send(user, f"yttranden/{asked.pk}/svara/", f"svar-{asked.pk}-", **facts).status_code == 302
    asked.refresh_from_db()
    assert (asked.text, asked.answered_name, asked.answered_by) == ("Ingen marknad.", "Rolf Rådgivare", user)
    assert asked.case.records.last().files.get().name == "yttrande.pdf"


def test_the_day_it_came_is_written_with_it(asked, send, coordinator):
    Statement.objects.update(asked_at=timezone.now() - timedelta(days=9))
    prefix, path = f"svar-{asked.pk}-", f"yttranden/{asked.pk}/svara/"
    facts = {"text": "Ingen marknad.", "name": "Rolf Rådgivare"}
    response = send(coordinator, path, prefix, **facts, answered_on=TODAY + timedelta(days=1))
    assert response.status_code == 422 and "Välj en dag från den " in response.text and facts["text"] in response.text
    assert send(coordinator, path, prefix, **facts, answered_on=TODAY - timedelta(days=7)).status_code == 302
    assert Statement.objects.get().answered_on == TODAY - timedelta(days=7)


def test_an_answer_is_marked_as_read(asked, send, coordinator, adviser):
    facts = {"text": "Ingen marknad.", "name": "Rolf Rådgivare"}
    send(adviser, f"yttranden/{asked.pk}/svara/", f"svar-{asked.pk}-", **facts)
    assert asked.case.tasks.open().filter(kind="read_answer").count() == 1
    assert send(adviser, f"yttranden/{asked.pk}/klart/", "").status_code == 403
    assert send(coordinator, f"yttranden/{asked.pk}/klart/", "").status_code == 302
    assert not asked.case.tasks.open().filter(kind="read_answer").exists()


@pytest.mark.parametrize("data", [{"text": ""}, {"name": ""}, {"file": driver.pdf("yttrande.exe")}])
def test_an_answer_that_is_not_whole(asked, send, coordinator, data):
    whole = {"text": "Ingen marknad.", "name": "Rolf"} | data
    response = send(coordinator, f"yttranden/{asked.pk}/svara/", f"svar-{asked.pk}-", **whole)
    assert response.status_code == 422
    assert all(value in response.text for value in whole.values() if isinstance(value, str))
    assert Statement.objects.get().answered_on is None


def test_a_reminder_is_offered_where_there_is_somebody_to_remind(asked, coordinator, request):
    address, button = f"{asked.case.get_absolute_url()}yttranden/", f"/yttranden/{asked.pk}/paminn/"
    assert button not in driver.logged_in(coordinator).get(address).text
    request.getfixturevalue("adviser")
    assert button in driver.logged_in(coordinator).get(address).text
    Case.objects.update(secret=True, secrecy_ground="26 kap. 1 § OSL")
    assert button not in driver.logged_in(coordinator).get(address).text
    Statement.objects.update(sent_to="rut@mora.example")
    assert button in driver.logged_in(coordinator).get(address).text
