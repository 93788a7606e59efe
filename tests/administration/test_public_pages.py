"""The administrator writes the open pages; two at once lose nothing, and others do not write."""

import re

import pytest

from iop.municipalities.models import Contact, PageText
from iop.municipalities.pages import pages
from iop.municipalities.permissions import Role
from tests.cases import driver

EDIT = "/mora/oppna-sidor/contact/"
CONTACT = "/mora/oppna-sidor/kontakt/faults/"


@pytest.fixture
def client(administrator):
    return driver.logged_in(administrator)


def marks(client, address: str = EDIT) -> str:
    return re.search(r'name="opened" value="([^"]*)"', client.get(address).text)[1]


def test_a_text_is_written_and_shown(client, mora):
    assert "Hör gärna av er" in client.get(EDIT).text
    assert client.post(EDIT, {"text": "Ring oss.", "opened": marks(client)}).status_code == 302
    assert "Ring oss." in driver.logged_in(None).get("/mora/kontakt/").text
    client.post(EDIT, {"text": "Skriv till oss.", "opened": marks(client)})
    row = PageText.objects.get(municipality=mora, page="contact")
    assert [one.text for one in row.history.order_by("history_date")] == ["Ring oss.", "Skriv till oss."]
    assert "er egen text" in client.get("/mora/oppna-sidor/").text


@pytest.mark.parametrize("text", ["", "  \r\n", "{ours}"])
def test_an_empty_text_or_ours_gives_ours_back(client, text):
    client.post(EDIT, {"text": "Ring oss.", "opened": marks(client)})
    client.post(EDIT, {"text": text.replace("{ours}", pages()["contact"].text), "opened": marks(client)})
    assert PageText.objects.get().text == ""
    assert "Hör gärna av er" in driver.logged_in(None).get("/mora/kontakt/").text


def test_looking_first_saves_nothing(client):
    page = client.post(EDIT, {"text": "# Ring\n<b>oss</b>", "opened": marks(client), "preview": "1"})
    assert page.status_code == 200
    assert '<h2 class="mt-4">Ring</h2>' in page.text and "&lt;b&gt;oss&lt;/b&gt;" in page.text
    assert not PageText.objects.exists()
    # What was looked at can be saved: the form still knows what it was opened with.
    opened = re.search(r'name="opened" value="([^"]*)"', page.text)[1]
    assert client.post(EDIT, {"text": "Ring oss.", "opened": opened}).status_code == 302


def test_two_administrators_lose_nothing(client, mora):
    opened = marks(client)
    colleague = driver.logged_in(driver.person("Bo Administratör", mora, Role.ADMINISTRATOR))
    colleague.post(EDIT, {"text": "Kollegans text.", "opened": marks(colleague)})
    page = client.post(EDIT, {"text": "Min text.", "opened": opened})
    assert page.status_code == 422
    assert "Kollegans text." in page.text and "Min text." in page.text
    assert PageText.objects.get().text == "Kollegans text."
    anyway = re.search(r'name="anyway" value="([^"]*)"', page.text)[1]
    assert client.post(EDIT, {"text": "Min text.", "opened": opened, "anyway": anyway}).status_code == 302
    assert PageText.objects.get().text == "Min text."


def test_a_text_has_bounds(client):
    assert client.post(EDIT, {"text": "x" * 20_001, "opened": marks(client)}).status_code == 422
    assert client.get("/mora/oppna-sidor/finns-inte/").status_code == 404
    assert client.get("/mora/oppna-sidor/kontakt/finns-inte/").status_code == 404


def test_a_contact_is_written_changed_and_removed(client, mora):
    written = {"name": "Webbgruppen", "email": "webb@mora.example", "phone": ""}
    assert client.post(CONTACT, written | {"opened": marks(client, CONTACT)}).status_code == 302
    assert "mailto:webb@mora.example" in driver.logged_in(None).get("/mora/tillganglighet/").text
    client.post(CONTACT, {"name": "", "email": "", "phone": "", "opened": marks(client, CONTACT)})
    assert not Contact.objects.exists()
    assert [row.history_type for row in Contact.history.order_by("history_id")] == ["+", "-"]


@pytest.mark.parametrize("wrong", [{"email": "inte en adress"}, {"email": "a@b.se\nx"}, {"phone": "1" * 41}, {}])
def test_a_contact_that_nobody_can_reach_is_refused(client, wrong):
    sent = {"name": "Webbgruppen", "email": "", "phone": "", "opened": marks(client, CONTACT)} | wrong
    assert client.post(CONTACT, sent).status_code == 422
    assert not Contact.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_others_do_not_write(cast, role):
    other = driver.logged_in(cast[role])
    for address in ("/mora/oppna-sidor/", EDIT, CONTACT):
        assert other.get(address).status_code == 403
        assert other.post(address, {"text": "x"}).status_code in (403, 405)
    assert not PageText.objects.exists()


def test_nor_another_municipalitys(gavle, mora):
    neighbour = driver.logged_in(driver.person("Gun Granne", gavle, Role.ADMINISTRATOR))
    for address in ("/mora/oppna-sidor/", EDIT, CONTACT):
        assert neighbour.get(address).status_code == 404
    assert driver.logged_in(None).get(EDIT).status_code == 302


def test_the_steps_of_the_receipt_are_written_where_the_pages_are(client):
    assert "Stegen i kvittot" in client.get("/mora/oppna-sidor/").text
    page = client.get(EDIT.replace("contact", "receipt"))
    assert page.status_code == 200 and "{mottagare}, {kontakt}, {dag}" in page.text


def write(client, key: str, text: str) -> None:
    address = EDIT.replace("contact", key)
    assert client.post(address, {"text": text, "opened": marks(client, address)}).status_code == 302


def test_the_lead_of_the_register_is_written_there_too(client):
    anybody = driver.logged_in(None)
    assert "som kommunen har valt att berätta om." in anybody.get("/mora/register/").text
    write(client, "register", "Alla partnerskap i {kommun} sedan 2024.")
    assert "<p>Alla partnerskap i Mora kommun sedan 2024.</p>" in anybody.get("/mora/register/").text
    assert "sedan 2024" not in anybody.get("/gavle/register/").text


def test_signing_in_the_program_is_turned_off_and_on(client, mora):
    for yes, told in (("0", "Avtal skrivs under på papper."), ("1", "Avtal får skrivas under i programmet.")):
        page = client.post("/mora/oppna-sidor/underskrift/", {"yes": yes}, follow=True).text
        mora.refresh_from_db()
        assert told in page and mora.signs_here == (yes == "1")
