"""The public form, step by step: what is written is kept, told when wrong, and sent once."""

import pytest
from django.utils.html import escape

from initiatives.models import Draft, Initiative
from iop.cases.models import Case
from partners.models import Organisation
from tests.cases import driver
from tests.initiatives import writing

ADDRESS = "/mora/initiativ/nytt/"
PLACES = {name: step for step, names in writing.IN_STEP.items() for name in names}
FREE = ["title", "challenge", "idea", "target_group", "we_bring", "municipality_brings", "organisation_name"]
WRONG_NUMBER = "Organisationsnumret stämmer inte. Läs av de tio siffrorna, till exempel 802012-3454, eller lämna tomt."
PERSONAL_NUMBER = "Det här ser ut som ett personnummer. Skriv organisationens nummer, eller lämna tomt."
FREE += ["contact_name"]


@pytest.fixture
def client(mora):
    return driver.logged_in(None)


@pytest.mark.parametrize("slug", driver.FIVE)
def test_works_in_all_five(db, slug):
    client = driver.logged_in(None)
    address = writing.sent(client, slug)
    case = Case.objects.get()
    assert (case.municipality.slug, case.title) == (slug, driver.written()["title"])
    assert address.startswith(f"/{slug}/initiativ/kvitto/")
    assert case.reference in client.get(address).text


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(ADDRESS).status_code == 405


def test_an_unknown_municipality_has_no_form(client):
    assert client.get("/atlantis/initiativ/nytt/").status_code == 404
    assert client.post("/atlantis/initiativ/nytt/", {"email": "a@a.example"}).status_code == 404


def test_pages_are_kept_by_no_cache_tell_nobody_their_address_and_set_no_cookie(mora):
    client = driver.logged_in(None, enforce_csrf_checks=True)
    address = writing.begin(client)
    for page in (client.get(ADDRESS), client.get(f"{address}iden/"), client.get(f"{address}skicka/")):
        assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    writing.write(client, address)
    receipt = client.get(writing.send(client, address)["Location"])
    assert receipt["Referrer-Policy"] == "no-referrer"
    assert not client.cookies


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Detta fält måste fyllas i."),
        ("anna", "Fyll i en giltig e-postadress."),
        ("a@a.example\nBcc: b@b.example", "Fyll i en giltig e-postadress."),
        ("a\x00@a.example", "Null-tecken är inte tillåtna."),
    ],
)
def test_no_draft_without_an_address(client, mailoutbox, email, sentence):
    response = client.post(ADDRESS, {"email": email})
    assert (response.status_code, Draft.objects.count()) == (422, 0)
    assert sentence in response.context["form"].errors["email"]
    assert mailoutbox == []


def test_its_questions_are_those_of_the_rule_set(client):
    address = writing.begin(client)
    form = client.get(f"{address}fragor/").context["form"]
    keys = [rule.key for rule in form.questions]
    assert keys == ["MOR-39", "MOR-40", "MOR-41", "MOR-42", "MOR-43", "MOR-44", "MOR-46", "MOR-47"]
    writing.write(client, address, **{"own_MOR-39": "ja", "own_MOR-40": "nej", "own_MOR-44": "vet_inte"})
    writing.send(client, address)
    assert Initiative.objects.get().own_answers == {"MOR-39": "ja", "MOR-40": "nej", "MOR-44": "vet_inte"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "🎉🎉", "Skriv en rubrik med bokstäver, så att andra förstår vad det handlar om."),
        ("title", "– !", "Skriv en rubrik med bokstäver, så att andra förstår vad det handlar om."),
        ("challenge", "a\x00b", "Null-tecken är inte tillåtna."),
        ("organisation_number", "212000-0143", WRONG_NUMBER),
        ("organisation_number", "850709-9805", PERSONAL_NUMBER),
        ("contact_email", "a@a.example\nBcc: b@b.example", "Fyll i en giltig e-postadress."),
        ("legal_form", "kungadöme", "Välj ett giltigt alternativ. kungadöme finns inte bland tillgängliga alternativ."),
        ("origin", "kanske", "Välj ett giltigt alternativ. kanske finns inte bland tillgängliga alternativ."),
        ("title", "x" * 151, "Texten är för lång: 151 tecken. Högst 150 får plats. Korta den."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_swedish_and_kept_but_not_sent(client, field, value, sentence):
    address = writing.begin(client)
    writing.write(client, address)
    step = PLACES[field]
    response = writing.save(client, address, step, **{field: value})
    assert response.status_code == 422
    assert sentence in response.context["form"].errors[field]
    for name in writing.IN_STEP[step]:
        if name in FREE and name != field:
            assert escape(driver.written()[name]) in response.text
    kept = writing.draft_at(address).written[step][field]
    assert kept == ("" if "personnummer" in sentence else value.replace("\x00", ""))
    if kept and "\x00" not in value:
        refused = writing.send(client, address)
        assert (refused.status_code, Case.objects.count()) == (422, 0)
        assert f'href="{address}{step}/#id_{field}' in refused.text


@pytest.mark.parametrize("field", FREE)
def test_a_hundred_thousand_signs_are_kept_whole(client, field):
    text, address = "å" * 100_000, writing.begin(client)
    response = writing.save(client, address, PLACES[field], **{field: text})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert text in client.get(f"{address}{PLACES[field]}/").text


def test_more_than_a_draft_keeps_is_not_called_saved(client):
    address = writing.begin(client)
    answer = writing.save(client, address, "iden", idea="å" * 120_001, title="Kafé", script=True).json()
    assert answer["unsaved"] is True
    assert "för lång för att sparas" in answer["faults"]["id_idea"]
    assert writing.draft_at(address).written["iden"] == {"title": "Kafé"}


HOSTILE = "<script>alert(1)</script>{{ settings.SECRET_KEY }}{% now 'Y' %}"


def test_html_and_template_syntax_are_text_everywhere(client, coordinator):
    address = writing.begin(client)
    free = {name: HOSTILE for name in (*FREE, "better", "we_money", "they_premises", "other_1_name")}
    writing.write(client, address, **free)
    page = client.get(f"{address}skicka/")
    assert escape(HOSTILE) in page.text
    receipt = client.get(writing.send(client, address)["Location"])
    overview = driver.logged_in(coordinator).get(Case.objects.get().get_absolute_url())
    for text in (page.text, receipt.text, overview.text):
        assert "<script>alert" not in text
    assert escape(HOSTILE) in receipt.text and escape(HOSTILE) in overview.text
    assert HOSTILE in Case.objects.get().records.get(number=1).text


def test_what_is_missing_is_told_with_links(client):
    address = writing.begin(client)
    response = writing.send(client, address)
    assert (response.status_code, Case.objects.count()) == (422, 0)
    for step, field in (
        ("iden", "title"),
        ("iden", "idea"),
        ("vilka-ni-ar", "legal_form"),
        ("vilka-ni-ar", "contact_name"),
    ):
        assert f'href="{address}{step}/#id_{field}"' in response.text
    assert "<title>Rätta" in response.text


def test_steps_are_opened_in_any_order_and_left_empty(client):
    address = writing.begin(client)
    for number, step in enumerate(("fragor", "iden", "skicka", "bidrag", "vilka-ni-ar", "for-vem")):
        page = client.get(f"{address}{step}/")
        assert page.status_code == 200, number
        assert " av 6</strong>" in page.text
    assert writing.save(client, address, "bidrag")["Location"] == f"{address}fragor/"


def test_without_a_number_is_fine(client):
    writing.sent(client, organisation_number=" ")
    assert Organisation.objects.get().number is None


def test_line_breaks_in_a_title_do_not_reach_the_letter(client):
    writing.sent(client, title="Språk\r\nBcc: b@b.example\tcafé")
    assert Case.objects.get().title == "Språk Bcc: b@b.example café"


def test_a_known_number_tells_the_sender_nothing_of_the_organisation(client, coordinator):
    writing.sent(client, organisation_name="Kvinnojouren Blåklinten", title="Hemligt skydd", contact_name="Eva Ek")
    case = Case.objects.get()
    response = client.get(writing.sent(client, organisation_name="Bluff", contact_name="Bo Bluff"))
    for told in ("Blåklinten", "Hemligt skydd", "Eva Ek", case.reference):
        assert told not in response.text
    bluff = Case.objects.exclude(pk=case.pk).get()
    page = driver.logged_in(coordinator).get(bluff.get_absolute_url()).text
    assert "<strong>Kontrollera avsändaren.</strong> I formuläret står namnet «Bluff»" in page
    assert "hör hos oss till Kvinnojouren Blåklinten" in page
