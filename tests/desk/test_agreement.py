"""The agreement on its page: points, term, decision, signatures and PDF."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agreements.models import Agreement, Signature
from iop.cases.models import Case, Decision
from tests.cases import driver

TODAY = timezone.localdate()
HTMX = {"HX-Request": "true"}


@pytest.fixture
def send(coordinator):
    def send(agreement, path: str, prefix: str, headers=None, user=None, **data):
        address = f"/mora/arenden/{agreement.case.reference}/avtal/{path}"
        data = {prefix + name: value for name, value in data.items()}
        return driver.logged_in(user or coordinator).post(address, data, headers=headers)

    return send


# Points


def write(send, point, headers=None, **data):
    whole = {"heading": point.heading, "text": "Vuxna som lär sig svenska.", "state": "used", "flag": ""} | data
    return send(point.agreement, f"punkter/{point.pk}/", f"punkt-{point.pk}-", headers, **whole)


@pytest.fixture
def point(agreement):
    return agreement.points.get(rule="MOR-76")


def test_writing_a_point(send, point):
    assert write(send, point)["Location"].endswith(f"/avtal/#punkt-{point.pk}")
    point.refresh_from_db()
    assert (point.text, point.state) == ("Vuxna som lär sig svenska.", "used")


def test_it_saves_by_itself_with_scripts(send, point):
    response = write(send, point, HTMX)
    assert response.status_code == 200
    assert "<html" not in response.text
    assert f'id="sparad-{point.pk}"' in response.text
    assert 'id="gate"' in response.text and "hx-swap-oob" in response.text
    assert "Punkten Målgrupp är inte övervägd" not in response.text


@pytest.mark.parametrize("data", [{"state": ""}, {"state": "kanske"}, {"flag": "okänd"}, {"text": "x" * 20_001}])
def test_a_point_that_cannot_be_saved_says_so_both_ways(send, point, data):
    with_scripts = write(send, point, HTMX, **data)
    assert with_scripts.status_code == 422
    assert "Inte sparat: " in with_scripts.text
    without = write(send, point, **data)
    assert without.status_code == 422
    assert data.get("text", "Vuxna som lär sig svenska.") in without.text
    point.refresh_from_db()
    assert point.state == "untouched"


def test_a_point_of_ones_own(send, agreement):
    assert send(agreement, "punkter/ny/", "ny-punkt-", heading="Nycklar").status_code == 302
    assert agreement.points.last().heading == "Nycklar"
    assert send(agreement, "punkter/ny/", "ny-punkt-", heading="").status_code == 422


def test_a_point_of_another_agreement_is_not_found(send, agreement, mora, coordinator):
    other = driver.to_drafting(driver.to_assessment(driver.send_in(mora), by=coordinator), by=coordinator)
    stranger = other.points.first()
    assert (
        send(agreement, f"punkter/{stranger.pk}/", f"punkt-{stranger.pk}-", text="x", state="used").status_code == 404
    )


# Term


def test_the_term(send, agreement):
    facts = {"start": "2027-01-01", "end": "2029-12-31", "first_follow_up": "2028-01-01", "follow_up_months": "12"}
    assert send(agreement, "tid/", "avtalstid-", **facts)["Location"].endswith("/avtal/#avtalstid")
    agreement.refresh_from_db()
    assert (agreement.start, agreement.end, agreement.follow_up_months) == (date(2027, 1, 1), date(2029, 12, 31), 12)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (
            {"start": "2027-01-02", "end": "2027-01-01"},
            "Slutdagen ligger före startdagen, 2 januari 2027. Ändra någon av dem.",
        ),
        ({"start": "2027-01-02", "first_follow_up": "2027-01-01"}, "Första uppföljningen ligger före startdagen."),
        ({"start": "nyår"}, "Skriv dagen som år-månad-dag, till exempel 2026-11-03."),
        ({"start": "2027-02-30"}, "Skriv dagen som år-månad-dag, till exempel 2026-11-03."),
        (
            {"start": "2027-01-01", "follow_up_months": "0"},
            "Kontrollera att detta värde är större än eller lika med 1.",
        ),
        (
            {"start": "2027-01-01", "follow_up_months": "999"},
            "Kontrollera att detta värde är mindre än eller lika med 120.",
        ),
    ],
)
def test_a_term_that_cannot_be(send, agreement, facts, told):
    response = send(agreement, "tid/", "avtalstid-", **facts)
    assert response.status_code == 422
    assert told in response.text
    assert all(f'value="{value}"' in response.text for value in facts.values())
    assert Agreement.objects.get().start is None


def test_a_day_is_a_term(send, agreement):
    assert send(agreement, "tid/", "avtalstid-", start="2027-01-01", end="2027-01-01").status_code == 302


def test_an_end_in_the_far_future(send, agreement):
    response = send(agreement, "tid/", "avtalstid-", start="9999-01-01", end="9999-12-31", follow_up_months="120")
    assert response.status_code in (302, 422)
    assert driver.logged_in(agreement.case.coordinator).get(agreement.get_absolute_url()).status_code == 200


# Decision


DECISION = {"outcome": "yes", "decided_on": TODAY, "paragraph": "§ 118", "why": "Nämnden vill det här."}


def decide(send, agreement, **data):
    whole = DECISION | {"body": agreement.case.responsible_id} | data
    return send(agreement, "beslut/", "beslut-", **whole)


def test_writing_in_the_decision(send, proposed, secretary):
    response = decide(send, proposed, user=secretary, file=driver.pdf("protokoll.pdf"))
    assert response.status_code == 302
    decision = Decision.objects.get(kind="agreement")
    assert (decision.outcome, decision.by, decision.record.files.get().name) == ("yes", secretary, "protokoll.pdf")
    assert Agreement.objects.get().stage == "signing"


@pytest.mark.parametrize(("outcome", "stages"), [("no", ("closed", "ended")), ("returned", ("agreement", "drafting"))])
def test_a_no_and_a_return(send, proposed, outcome, stages):
    assert decide(send, proposed, outcome=outcome).status_code == 302
    assert (Case.objects.get().stage, Agreement.objects.get().stage) == stages


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"outcome": ""}, "Detta fält måste fyllas i."),
        ({"outcome": "kanske"}, "Välj ett giltigt alternativ."),
        ({"body": ""}, "Ange vilket organ som beslutade, eller vilken delegat."),
        ({"delegate": "Chefen"}, "Ange vilket organ som beslutade, eller vilken delegat."),
        ({"decided_on": ""}, "Detta fält måste fyllas i."),
        ({"decided_on": TODAY + timedelta(days=1)}, "Beslutsdagen ligger i framtiden."),
        ({"file": driver.pdf("protokoll.exe")}, "går inte att ta emot."),
    ],
)
def test_a_decision_that_cannot_be(send, proposed, data, told):
    response = decide(send, proposed, **data)
    assert response.status_code == 422
    assert told in response.text
    assert "Nämnden vill det här." in response.text
    assert (Decision.objects.filter(kind="agreement").count(), Agreement.objects.get().stage) == (0, "decision")


def test_there_is_nothing_to_decide_before_there_is_an_agreement(assessed, coordinator):
    client = driver.logged_in(coordinator)
    base = f"/mora/arenden/{assessed.reference}/avtal/"
    for path in ("beslut/", "tid/", "underskrifter/", "punkter/ny/"):
        assert client.post(base + path).status_code == 404
    assert client.get(f"{base}1.pdf").status_code == 404
    assert "Inget att skriva än" in client.get(base).text


# Signatures


def signatures(**data) -> dict:
    who = {"name": "Ulla Underskrift", "role": "ordförande", "ground": "firmatecknare", "signed_on": TODAY}
    both = {f"{name}_{side}": value for side in (0, 1) for name, value in who.items()}
    return both | {"scan": driver.pdf("undertecknat.pdf")} | data


def test_writing_in_the_signatures(send, signing, secretary):
    response = send(signing, "underskrifter/", "underskrifter-", user=secretary, **signatures())
    assert response.status_code == 302
    assert set(Signature.objects.values_list("party", flat=True)) == {None, signing.case.parties.get().pk}


@pytest.mark.parametrize(
    "data",
    [
        {"name_0": ""},
        {"ground_1": ""},
        {"signed_on_1": TODAY + timedelta(days=1)},
        {"scan": ""},
        {"scan": driver.pdf("undertecknat.txt")},
    ],
)
def test_signatures_that_are_not_whole(send, signing, data):
    response = send(signing, "underskrifter/", "underskrifter-", **signatures(**data))
    assert response.status_code == 422
    assert 'value="Ulla Underskrift"' in response.text
    assert Signature.objects.count() == 0


def more(send, signing, side, **data):
    """Press the button for one more row of a side."""
    named = {f"underskrifter-{name}": value for name, value in data.items()}
    return send(signing, "underskrifter/", "", more=side, **named)


def test_one_more_row_keeps_what_is_written_and_judges_nothing(send, signing):
    page = more(send, signing, "1", name_1="Anna Åkesson", role_1="ordförande")
    form = page.context["sign_form"]
    assert (page.status_code, form.rows, form.errors) == (200, {0: 1, 1: 2}, {})
    assert 'value="Anna Åkesson"' in page.text and "Vem undertecknade för Språkbron (2)" in page.text
    assert 'name="underskrifter-rows_1" value="2"' in page.text
    (focused,) = [name for name, field in form.fields.items() if "data-focus" in field.widget.attrs]
    assert focused == "name_1_2" and "Det finns en rad till för underskrift." in page.text
    again = more(send, signing, "1", name_1="Anna Åkesson", rows_1="2", name_1_2="Olle")
    assert again.context["sign_form"].rows == {0: 1, 1: 3} and 'value="Olle"' in again.text
    full = more(send, signing, "1", rows_1="6").context["sign_form"]
    assert full.rows[1] == 6 and [side for side, _ in full.may_have_more] == [0]


def test_two_for_one_side_are_written_in_and_an_empty_row_is_none(send, signing):
    second = {"name_1_2": "Olle", "role_1_2": "kassör", "ground_1_2": "stadgarna", "signed_on_1_2": TODAY}
    half = send(signing, "underskrifter/", "underskrifter-", **signatures(rows_1="3", **second | {"ground_1_2": ""}))
    assert half.status_code == 422 and "Fyll i hela underskriften, eller töm raden." in half.text
    assert send(signing, "underskrifter/", "underskrifter-", **signatures(rows_1="3", **second)).status_code == 302
    party = signing.case.parties.get()
    assert list(Signature.objects.filter(party=party).values_list("name", "role")) == [
        ("Ulla Underskrift", "ordförande"),
        ("Olle", "kassör"),
    ]


@pytest.mark.parametrize("rows", ["0", "-1", "999999", "två", ""])
def test_a_number_of_rows_that_nobody_sent_is_one(send, signing, rows):
    assert send(signing, "underskrifter/", "underskrifter-", **signatures(rows_0=rows)).status_code == 302


def test_who_signs_together_is_said_with_the_term(send, agreement, coordinator):
    party = agreement.case.parties.get()
    page = driver.logged_in(coordinator).get(agreement.get_absolute_url()).text
    assert "Två skriver under tillsammans för" in page
    assert send(agreement, "tid/", "avtalstid-", two_sign=[0, party.pk]).status_code == 302
    agreement.refresh_from_db()
    assert agreement.two_sign == [0, party.pk]
    assert send(agreement, "tid/", "avtalstid-", two_sign=[999999]).status_code == 422


# PDF


def test_the_pdf_follows_the_draft_and_then_stands_still(signing, coordinator):
    client = driver.logged_in(coordinator)
    address = f"/mora/arenden/{signing.case.reference}/avtal/1.pdf"
    response = client.get(address)
    with signing.for_signing.files.get().file.open() as kept:
        assert response.content == kept.read()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{signing.case.reference}-avtal-1.pdf"'
    signing.case.contributions.update(what="Ändrad")
    assert client.get(address).content == response.content
    assert client.get(address.replace("1.pdf", "2.pdf")).status_code == 404
