"""The value declaration: sent by a personal link, confirmed once by the representative."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from iop.cases.letters import hash_of
from iop.cases.machinery import Refused
from iop.cases.models import Case
from partners.actions import confirm_declaration, send_declaration
from partners.models import Declaration
from tests.cases import driver

ANSWER = {"name": "Olle Ordförande", "role": "ordförande", "certain": "on"}


@pytest.fixture
def party(assessed):
    return assessed.parties.get()


@pytest.fixture
def send(party, coordinator, django_capture_on_commit_callbacks):
    """Send a declaration; the answer is the path of the link in the letter."""

    def send(to="anna@sprakbron.example") -> str:
        with django_capture_on_commit_callbacks(execute=True):
            send_declaration(party, party.case.rules.declarations[0], to=to, by=coordinator, absolute=driver.absolute)
        return re.search(r"https://iop\.example(/intyg/\S+/)", mail.outbox[-1].body)[1]

    return send


@pytest.fixture
def client():
    return driver.logged_in(None)


def test_the_letter(send, party):
    link = send()
    (letter,) = mail.outbox
    assert (letter.subject, letter.to, letter.reply_to) == (
        "Värdegrundsintyg för Språkbron",
        ["anna@sprakbron.example"],
        ["iop@mora.example"],
    )
    assert letter.body == (
        f"Hej!\n\nMora kommun och Språkbron talar om ett idéburet offentligt partnerskap ({party.case.reference}). "
        "Enligt kommunens riktlinje hör ett värdegrundsintyg till. Du som företräder Språkbron kan läsa och bekräfta "
        f"intyget här:\n\nhttps://iop.example{link}\n\nLänken är personlig, går att använda en gång och gäller i 90 "
        "dagar. Om du inte är rätt person, skriv till iop@mora.example.\n\nVänliga hälsningar\nMora kommun\n"
    )


def test_the_letter_goes_after_commit(party, coordinator):
    send_declaration(
        party, party.case.rules.declarations[0], to="a@a.example", by=coordinator, absolute=driver.absolute
    )
    assert mail.outbox == []


def test_sending_opens_a_task_and_keeps_the_letter_without_its_link(send, party):
    token = send().split("/")[2]
    task = party.case.tasks.get(kind="declaration")
    assert (task.title, task.closed_at, task.waits_for_others, task.tab) == (
        "Värdegrundsintyg från Språkbron",
        None,
        True,
        "parties",
    )
    record = party.case.records.last()
    assert (record.direction, record.counterpart, record.about) == (
        "out",
        "anna@sprakbron.example",
        "Värdegrundsintyg för Språkbron",
    )
    assert "[personlig länk]" in record.text
    assert token not in record.text


def test_the_secret_of_the_link_is_kept_as_a_hash_only(send):
    token = send().split("/")[2]
    declaration = Declaration.objects.get()
    assert declaration.token_hash == hash_of(token)
    assert token not in str(Declaration.objects.values().get()) + str(list(Declaration.history.values()))


def test_the_text_is_the_guidelines_with_the_organisations_name(send):
    send()
    lines = Declaration.objects.get().text.splitlines()
    assert lines[0].startswith("Undertecknad som representant för Språkbron intygar att varken organisationen själv,")
    assert lines[1] == "1. utövar våld, tvång eller hot mot en person"
    assert lines[5:8:2] == [
        "   a) Kön eller könsöverskridande identitet och uttryck",
        "   c) Religion eller annan trosuppfattning",
    ]
    assert len(lines) == 1 + 6 + 7 + 1


def test_the_page_shows_it_to_whoever_holds_the_link(send, client):
    response = client.get(send())
    assert response.status_code == 200
    assert "Undertecknad som representant för Språkbron" in response.text
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_confirming(send, client, party):
    link = send()
    response = client.post(link, ANSWER, follow=True)
    assert response.redirect_chain == [(link, 302)]
    assert "✓ Intyget är bekräftat" in response.text
    declaration = Declaration.objects.get()
    assert (declaration.confirmed_name, declaration.confirmed_role) == ("Olle Ordförande", "ordförande")
    assert declaration.confirmed_at.date() == timezone.now().date()
    task = party.case.tasks.get(kind="declaration")
    assert (task.closed_at is None, task.closed_by) == (False, None)
    record = party.case.records.last()
    assert (record.direction, record.counterpart, record.about) == (
        "in",
        "Olle Ordförande, ordförande, Språkbron",
        "Värdegrundsintyg bekräftat av Olle Ordförande",
    )
    assert record.text == declaration.text


def test_the_link_confirms_once(send, client, party):
    link = send()
    client.post(link, ANSWER)
    records = party.case.records.count()
    response = client.post(link, ANSWER | {"name": "Någon Annan"})
    assert response.status_code == 422
    assert "Av Olle Ordförande, ordförande" in response.text
    assert Declaration.objects.get().confirmed_name == "Olle Ordförande"
    assert party.case.records.count() == records


def test_a_new_link_takes_the_place_of_the_old(send, client, party):
    old, new = send(), send()
    assert "har ersatts av en nyare" in client.get(old).text
    assert client.post(old, ANSWER).status_code == 422
    assert Declaration.objects.exclude(confirmed_at=None).count() == 0
    assert client.post(new, ANSWER).status_code == 302
    assert party.case.tasks.filter(kind="declaration").count() == 1


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ("name", "Ditt namn: Detta fält måste fyllas i."),
        ("role", "Din roll i organisationen: Detta fält måste fyllas i."),
        ("certain", "Kryssa i rutan för att bekräfta."),
    ],
)
def test_a_form_that_is_not_whole_comes_back_with_what_was_written(send, client, without, sentence):
    answer = {name: value for name, value in ANSWER.items() if name != without}
    response = client.post(send(), answer)
    assert response.status_code == 422
    assert sentence in response.text
    assert all(f'value="{value}"' in response.text for name, value in answer.items() if name != "certain")
    assert Declaration.objects.get().confirmed_at is None


@pytest.mark.parametrize("token", ["fel", "0" * 32, "%00", "' OR 1=1"])
def test_a_wrong_link_is_not_found(send, client, token):
    send()
    assert client.get(f"/intyg/{token}/").status_code == 404
    assert client.post(f"/intyg/{token}/", ANSWER).status_code == 404


def test_the_link_opens_nothing_else(send, client, party):
    client.get(send())
    assert client.get(party.case.get_absolute_url()).status_code == 302
    assert client.get("/mora/arenden/").status_code == 302


def test_it_is_not_sent_once_it_is_confirmed(send, party, coordinator):
    send()
    confirm_declaration(Declaration.objects.get(), name="Olle Ordförande", role="ordförande")
    with pytest.raises(Refused, match="^Intyget är redan bekräftat.$"):
        send()
    assert len(mail.outbox) == 1


def test_it_is_not_sent_in_a_closed_case(send, party):
    Case.objects.update(stage="closed", outcome="withdrawn", closed_on="2026-11-03")
    party.case.refresh_from_db()
    with pytest.raises(Refused, match="^Ärendet är avslutat och går inte att ändra.$"):
        send()


def test_each_organisation_confirms_its_own(send, client, party, coordinator):
    other = driver.join(party.case, "Byalaget", 2)
    driver.confirm(other, party.case.rules.declarations[0], by=coordinator)
    link = send()
    assert "Byalaget" not in client.get(link).text
    client.post(link, ANSWER)
    assert Declaration.objects.exclude(confirmed_at=None).count() == 2


@pytest.mark.parametrize(("days", "status"), [(90, 200), (91, 404)])
@pytest.mark.parametrize("confirmed", [False, True])
def test_the_link_ends_and_says_whom_to_ask(send, client, days, status, confirmed):
    link = send()
    if confirmed:
        client.post(link, ANSWER)
    Declaration.objects.update(sent_at=timezone.now() - timedelta(days=days))
    page = client.get(link)
    assert page.status_code == status
    if status == 404:
        assert "<h1>Länken gäller inte</h1>" in page.text and "Olle Ordförande" not in page.text
        assert 'href="mailto:iop@mora.example"' in page.text and 'href="/mina-sidor/"' in page.text
    else:
        assert ("Olle Ordförande" in page.text) is confirmed


def test_nothing_is_confirmed_after_the_last_day(send, client):
    link = send()
    Declaration.objects.update(sent_at=timezone.now() - timedelta(days=91))
    assert client.post(link, ANSWER).status_code == 404
    assert Declaration.objects.get().confirmed_at is None
