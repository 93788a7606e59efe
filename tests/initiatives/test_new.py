"""The public form."""

import pytest
from django.utils.html import escape

from initiatives.models import Initiative
from iop.cases.models import Case
from partners.models import Organisation
from tests.cases import driver

ADDRESS = "/mora/initiativ/nytt/"
FREE = [
    "title",
    "challenge",
    "idea",
    "target_group",
    "we_bring",
    "municipality_brings",
    "organisation_name",
    "contact_name",
]


@pytest.fixture
def client(mora):
    return driver.logged_in(None)


def errors(response) -> dict[str, list[str]]:
    assert (response.status_code, Case.objects.count()) == (422, 0)
    return dict(response.context["form"].errors)


@pytest.mark.parametrize("slug", driver.FIVE)
def test_works_in_all_five(client, slug):
    address = f"/{slug}/initiativ/nytt/"
    page = client.get(address)
    assert page.status_code == 200
    data = driver.form(submission=str(page.context["form"]["submission"].value()))
    response = client.post(address, data, follow=True)
    case = Case.objects.get()
    assert (case.municipality.slug, case.title) == (slug, data["title"])
    assert case.reference in response.text
    assert response.redirect_chain[0][0].startswith(f"/{slug}/initiativ/kvitto/")


@pytest.mark.parametrize("user", ["coordinator", "neighbour"])
def test_an_official_may_use_it_too(client, request, user):
    response = driver.logged_in(request.getfixturevalue(user)).post(ADDRESS, driver.form())
    assert (response.status_code, Case.objects.count()) == (302, 1)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(ADDRESS).status_code == 405


def test_an_unknown_municipality_has_no_form(client):
    assert client.get("/atlantis/initiativ/nytt/").status_code == 404
    assert client.post("/atlantis/initiativ/nytt/", driver.form()).status_code == 404


def test_the_page_is_kept_by_no_cache(client):
    assert "no-store" in client.get(ADDRESS)["Cache-Control"]


def test_each_page_is_a_form_of_its_own(client):
    first, second = (client.get(ADDRESS).context["form"]["submission"].value() for _ in range(2))
    assert first != second


def test_a_second_click_leads_to_the_same_receipt(client):
    data = driver.form()
    first, second = client.post(ADDRESS, data), client.post(ADDRESS, data)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_its_questions_are_those_of_the_rule_set(client):
    form = client.get(ADDRESS).context["form"]
    assert [rule.key for rule in form.own_questions] == [
        "MOR-39", "MOR-40", "MOR-41", "MOR-42", "MOR-43", "MOR-44", "MOR-46", "MOR-47",
    ]  # fmt: skip
    client.post(ADDRESS, driver.form(**{"own_MOR-39": "ja", "own_MOR-40": "nej", "own_MOR-44": "vet_inte"}))
    assert Initiative.objects.get().own_answers == {"MOR-39": "ja", "MOR-40": "nej", "MOR-44": "vet_inte"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Detta fält måste fyllas i."),
        ("title", "   ", "Detta fält måste fyllas i."),
        ("title", "🎉🎉", "Skriv en rubrik med bokstäver, så att andra förstår vad det handlar om."),
        ("title", "– !", "Skriv en rubrik med bokstäver, så att andra förstår vad det handlar om."),
        ("title", "a\x00b", "Null-tecken är inte tillåtna."),
        ("challenge", "a\x00b", "Null-tecken är inte tillåtna."),
        ("contact_phone", "a\x00b", "Null-tecken är inte tillåtna."),
        ("organisation_number", "a\x00b", "Null-tecken är inte tillåtna."),
        ("contact_email", "a\x00@a.example", "Null-tecken är inte tillåtna."),
        (
            "organisation_number",
            "212000-0143",
            "Organisationsnumret stämmer inte. Det har tio siffror, till exempel 802012-3454.",
        ),
        (
            "organisation_number",
            "850709-9805",
            "Det här ser ut som ett personnummer. Skriv organisationens nummer, eller lämna tomt.",
        ),
        ("contact_email", "anna", "Fyll i en giltig e-postadress."),
        ("contact_email", "a@a.example\nBcc: b@b.example", "Fyll i en giltig e-postadress."),
        ("legal_form", "", "Detta fält måste fyllas i."),
        ("legal_form", "kungadöme", "Välj ett giltigt alternativ. kungadöme finns inte bland tillgängliga alternativ."),
        ("origin", "", "Detta fält måste fyllas i."),
        ("own_MOR-39", "kanske", "Välj ett giltigt alternativ. kanske finns inte bland tillgängliga alternativ."),
        ("title", "x" * 151, "Säkerställ att detta värde har som mest 150 tecken (den har 151)."),
    ],
)
def test_bad_input_is_told_in_swedish_and_nothing_is_lost(client, field, value, sentence):
    data = driver.form() | {field: value}
    response = client.post(ADDRESS, data)
    assert sentence in errors(response)[field]
    for name in FREE:
        if name != field:
            assert escape(data[name]) in response.text
    assert f'value="{data["submission"]}"' in response.text


@pytest.mark.parametrize("field", FREE)
def test_a_hundred_thousand_signs_come_back_whole(client, field):
    text = "å" * 100_000
    response = client.post(ADDRESS, driver.form(**{field: text}))
    assert list(errors(response)) == [field]
    assert text in response.text


def test_several_faults_are_told_at_once_with_links_to_the_fields(client):
    response = client.post(ADDRESS, driver.form(title="", contact_email="anna"))
    assert set(errors(response)) == {"title", "contact_email"}
    assert 'href="#id_title"' in response.text
    assert 'href="#id_contact_email"' in response.text
    assert "<title>Rätta och skicka igen" in response.text


@pytest.mark.parametrize("submission", ["", "fel", "\x00"])
def test_without_its_mark_the_form_comes_back_and_can_be_sent(client, submission):
    response = client.post(ADDRESS, driver.form(submission=submission))
    assert response.status_code == 422
    again = response.context["form"]["submission"].value()
    assert client.post(ADDRESS, driver.form(submission=str(again))).status_code == 302


def test_an_empty_form_is_the_form(client):
    assert client.post(ADDRESS, {}).status_code == 200


def test_line_breaks_in_a_title_do_not_reach_the_letter(client):
    client.post(ADDRESS, driver.form(title="Språk\r\nBcc: b@b.example\tcafé"))
    assert Case.objects.get().title == "Språk Bcc: b@b.example café"


def test_without_a_number_is_fine(client):
    client.post(ADDRESS, driver.form(organisation_number=" "))
    assert Organisation.objects.get().number is None


def test_without_a_csrf_token_it_is_shown_again(mora):
    data = driver.form(challenge="En lång text om <b>ensamhet</b>.")
    response = driver.logged_in(None, enforce_csrf_checks=True).post(ADDRESS, data)
    assert response.status_code == 403
    assert "<h1>Skicka en gång till</h1>" in response.text
    assert set(response.context["written"]) == {value for name, value in data.items() if value and name != "submission"}
    assert "En lång text om &lt;b&gt;ensamhet&lt;/b&gt;." in response.text
    assert Case.objects.count() == 0


def test_with_the_token_of_the_page_it_works(mora):
    client = driver.logged_in(None, enforce_csrf_checks=True)
    client.get(ADDRESS)
    token = client.cookies["csrftoken"].value
    assert client.post(ADDRESS, driver.form(csrfmiddlewaretoken=token)).status_code == 302


def test_a_known_number_tells_the_sender_nothing_of_the_organisation(client, mora, coordinator):
    client.post(
        ADDRESS, driver.form(organisation_name="Kvinnojouren Blåklinten", title="Hemligt skydd", contact_name="Eva Ek")
    )
    case = Case.objects.get()
    response = client.post(ADDRESS, driver.form(organisation_name="Bluff", contact_name="Bo Bluff"), follow=True)
    for told in ("Blåklinten", "Hemligt skydd", "Eva Ek", case.reference):
        assert told not in response.text
    bluff = Case.objects.exclude(pk=case.pk).get()
    page = driver.logged_in(coordinator).get(bluff.get_absolute_url()).text
    assert "<strong>Kontrollera avsändaren.</strong> I formuläret står namnet «Bluff»" in page
    assert "hör hos oss till Kvinnojouren Blåklinten" in page
    assert "Kontrollera avsändaren" not in driver.logged_in(coordinator).get(case.get_absolute_url()).text


def test_errors_stand_in_the_order_of_the_page_and_read_as_sentences(client):
    page = client.post(ADDRESS, driver.form(title="", challenge="", origin="", organisation_name="")).text
    summary = page.partition('class="errors"')[2].partition("</div>")[0]
    told = ["kalla idén? Detta", "samhällsutmaning handlar det om? Detta", "Hur kom idén till? Detta", "namn: Detta"]
    places = [summary.index(one) for one in told]
    assert places == sorted(places)
