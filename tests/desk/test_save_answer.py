"""Answering on the checklist: each answer saves by itself, with and without scripts."""

import pytest
from django.utils import timezone

from iop.cases.models import Answer
from tests.cases import driver
from tests.initiatives import writing

HTMX = {"HX-Request": "true"}


@pytest.fixture
def send(assessed, coordinator):
    def send(headers=None, **data):
        data = {"rule": "MOR-39", "part": "", "subject": f"case:{assessed.pk}", "value": "yes", "reason": "Ja."} | data
        address = f"/mora/arenden/{assessed.reference}/svar/"
        return driver.logged_in(coordinator).post(address, data, headers=headers)

    return send


def test_without_scripts_it_leads_back_to_the_page(send, assessed, coordinator):
    assert send()["Location"] == f"/mora/arenden/{assessed.reference}/checklista/"
    row = Answer.objects.get()
    assert (row.value, row.reason, row.by) == ("yes", "Ja.", coordinator)


@pytest.mark.parametrize(
    ("tab", "page"),
    [("parties", "parter/"), ("agreement", "avtal/"), ("", "checklista/"), ("//iop.invalid", "checklista/")],
)
def test_it_leads_back_to_where_it_was_answered(send, assessed, tab, page):
    assert send(tab=tab)["Location"] == f"/mora/arenden/{assessed.reference}/{page}"


def test_with_scripts_it_answers_with_what_has_changed(send, assessed):
    response = send(HTMX, saved_id=f"MOR-39-case-{assessed.pk}-0", tab="checklist")
    assert response.status_code == 200
    assert "<html" not in response.text
    assert f'id="saved-MOR-39-case-{assessed.pk}-0"' in response.text
    assert "Karin Samordnare" in response.text
    for part in ("gate", "way", "slutsats-checklista"):
        assert f'id="{part}"' in response.text
    assert response.text.count("hx-swap-oob") == 3
    assert "2 av 9 uppfyllda" in response.text


def test_conclusions_go_only_to_the_page_that_shows_them(send):
    assert "slutsats-" not in send(HTMX, tab="parties").text


def test_the_gate_counts_down(send, assessed):
    before = len(assessed.findings_before("dialogue"))
    assert f"{sum(f.blocks for f in assessed.findings_before('dialogue')) - 1} hinder återstår." in send(HTMX).text
    assert len(assessed.findings_before("dialogue")) == before - 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"value": "kanske"}, "Välj ett av svaren i listan."),
        ({"part": "1"}, "Regeln har ändrats sedan sidan visades. Ladda om sidan."),
        ({"rule": "MOR-44"}, "Punkten kan bedömas först när yttrandet har kommit."),
        ({"rule": "MOR-999"}, "Regeln gäller inte det här ärendet längre. Ladda om sidan."),
        ({"rule": ""}, "Regeln gäller inte det här ärendet längre. Ladda om sidan."),
        ({"rule": "MOR-53"}, "Regeln gäller inte det här ärendet längre. Ladda om sidan."),
        ({"rule": "GAV-17"}, "Regeln gäller inte det här ärendet längre. Ladda om sidan."),
        ({"subject": "case:0"}, "Regeln gäller inte det här ärendet längre. Ladda om sidan."),
        ({"subject": "party:1"}, "Regeln gäller inte det här ärendet längre. Ladda om sidan."),
        ({"subject": "x"}, "Regeln gäller inte det här ärendet längre. Ladda om sidan."),
        ({"rule": "MOR-70"}, "Regeln gäller inte det här ärendet längre. Ladda om sidan."),
    ],
)
def test_bad_answers_are_told_both_ways(send, assessed, coordinator, data, told):
    response = send(HTMX, **data)
    assert response.status_code == 422
    assert told in response.text
    assert "hx-swap-oob" not in response.text
    plain = driver.logged_in(coordinator)
    data = {"rule": "MOR-39", "part": "", "subject": f"case:{assessed.pk}", "value": "yes"} | data
    page = plain.post(f"/mora/arenden/{assessed.reference}/svar/", data, follow=True)
    assert [str(message) for message in page.context["messages"]] == [told]
    assert Answer.objects.count() == 0


def test_a_party_of_another_case_is_not_answered_for(send, mora):
    stranger = driver.send_in(mora).parties.get()
    assert send(HTMX, rule="MOR-49", subject=f"party:{stranger.pk}").status_code == 422


def test_a_party_is_answered_for(send, assessed):
    party = assessed.parties.get()
    assert send(rule="MOR-49", subject=f"party:{party.pk}", tab="parties").status_code == 302
    assert Answer.objects.values_list("subject_kind", "subject_id").get() == ("party", party.pk)


def test_what_follows_from_a_fact_is_not_answered_away(send, mora, assessed):
    assessed.initiative.origin = "municipality"
    assessed.initiative.save()
    send(rule="MOR-38")
    assert driver.says(assessed.findings_before("dialogue"))["MOR-38"] == "block"


def test_an_answer_is_taken_back(send, assessed):
    send()
    send(value="", reason="")
    assert Answer.objects.get().value == ""
    assert "MOR-39" in driver.says(assessed.findings_before("dialogue"))


def test_the_organisations_own_answer_stands_beside_the_question(mora, coordinator):
    client = driver.logged_in(None)
    writing.sent(client, **{"own_MOR-39": "vet_inte"})
    page = driver.logged_in(coordinator).get(f"/mora/arenden/IOP-{timezone.localdate().year}-0001/checklista/").text
    asked = "Bidrar verksamheten till att lösa en samhällsutmaning i Mora?"
    assert f"Organisationens eget svar på «{asked}»: <strong>vet inte</strong>" in page


def test_all_nine_stand_on_the_page_with_their_word_and_place(assessed, coordinator):
    page = driver.logged_in(coordinator).get(f"/mora/arenden/{assessed.reference}/checklista/")
    (checklist,) = page.context["lists"]
    assert [row.rule.key for row in checklist["rows"]] == [
        "MOR-38", "MOR-39", "MOR-40", "MOR-41", "MOR-42", "MOR-43", "MOR-44", "MOR-46", "MOR-47",
    ]  # fmt: skip
    for number in range(1, 10):
        assert (
            f'<span class="source">villkor · Checklista för inkomna IOP-initiativ, punkt {number}</span>' in page.text
        )
    assert [row.verdict.value for row in checklist["rows"]] == ["met", *["unanswered"] * 8]


def test_the_conclusion_says_so_when_something_does_not_hold(send, assessed, coordinator):
    page = f"/mora/arenden/{assessed.reference}/checklista/"
    client = driver.logged_in(coordinator)
    assert "Slutsatsen går inte att dra än" in client.get(page).text
    told = send(HTMX, value="no", tab="checklist").text
    assert "1 villkor är inte uppfyllt" in told and "än</span>" not in told
    send(rule="MOR-40", value="no")
    assert "2 villkor är inte uppfyllda" in client.get(page).text
