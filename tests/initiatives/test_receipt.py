"""The receipt: what was sent and how the case stands, for whoever holds the secret link."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from initiatives.models import Initiative
from initiatives.models.initiative import DAYS_OF_RECEIPT
from initiatives.receipts import next_steps
from iop.cases.models import Case
from iop.cases.secrecy import mark_secret
from iop.municipalities.models import PageText
from iop.swedish_text import day
from partners.numbers import written as written_number
from tests.cases import driver
from tests.initiatives import writing


@pytest.fixture
def client(mora):
    return driver.logged_in(None)


@pytest.fixture
def link(client) -> str:
    return writing.sent(client, **{"own_MOR-39": "vet_inte"})


def test_it_holds_everything_that_was_sent(client):
    page = client.get(
        writing.sent(client, contact_phone="0250-260 00", **{"own_MOR-39": "ja", "own_MOR-40": "nej"})
    ).text
    number = written_number(driver.number(1))
    for told in (
        "Organisationen tog initiativet",
        f"Språkbron, {number}",
        "<dd>Ideell förening</dd>",
        "Anna Åkesson<br>anna@sprakbron.example<br>0250-260 00",
        "<dd>Ja</dd>",
        "<dd>Nej</dd>",
    ):
        assert told in page


def test_the_legal_form_is_the_one_that_was_sent(client, mora):
    """Somebody else may have given another before, and what is known of an organisation is not overwritten."""
    driver.send_in(mora, legal_form="stiftelse")
    page = client.get(writing.sent(client)).text
    assert "<dd>Ideell förening</dd>" in page


def test_works(client, link):
    response = client.get(link)
    assert response.status_code == 200
    sent = driver.written()
    for name in ("title", "challenge", "idea", "target_group", "we_bring", "municipality_brings", "organisation_name"):
        assert sent[name] in response.text
    assert "IOP-2026-0001" in response.text or Case.objects.get().reference in response.text
    assert "<dt>Bidrar verksamheten till att lösa en samhällsutmaning i Mora?</dt><dd>Vet inte</dd>" in response.text
    assert "no-store" in response["Cache-Control"]


def test_the_link_ends_and_says_where_the_case_is_followed(client, link):
    last = timezone.localdate() + timedelta(days=DAYS_OF_RECEIPT)
    assert f"till och med {day(last)}" in client.get(link).text
    Initiative.objects.update(submitted_at=timezone.now() - timedelta(days=DAYS_OF_RECEIPT))
    assert client.get(link).status_code == 200
    Initiative.objects.update(submitted_at=timezone.now() - timedelta(days=DAYS_OF_RECEIPT + 1))
    for path in (link, f"{link}kvitto.pdf"):
        response = client.get(path)
        assert response.status_code == 410
        assert "/mina-sidor/" in response.text and driver.written()["title"] not in response.text


@pytest.mark.parametrize("hidden", ["case", "record"])
def test_the_link_ends_when_what_was_sent_becomes_secret(client, link, coordinator, hidden):
    """It may be anybody's by then. The page is the same as when the days are over, so it tells nothing."""
    case = Case.objects.get()
    over = timezone.now() - timedelta(days=DAYS_OF_RECEIPT + 1)
    at, _ = timezone.now(), Initiative.objects.update(submitted_at=over)
    ended = client.get(link).text
    Initiative.objects.update(submitted_at=at)
    assert client.get(link).status_code == 200
    mark_secret(case if hidden == "case" else case.initiative.record, ground="26 kap. 1 § OSL", by=coordinator)
    page, printed = client.get(link), client.get(f"{link}kvitto.pdf")
    assert (page.status_code, printed.status_code) == (410, 410)
    assert page.text == printed.text == ended and "/mina-sidor/" in ended


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused(client, link, method):
    assert getattr(client, method)(link).status_code == 405


@pytest.mark.parametrize("token", ["fel", "0" * 48, "%00"])
def test_a_wrong_link_is_not_found(client, link, token):
    assert client.get(f"/mora/initiativ/kvitto/{token}/").status_code == 404


@pytest.mark.parametrize("slug", ["gavle", "atlantis"])
def test_under_another_municipality_it_is_not_found(client, link, slug):
    assert client.get(link.replace("/mora/", f"/{slug}/")).status_code == 404


@pytest.mark.parametrize(
    ("stage", "facts", "told"),
    [
        ("received", {}, '<h1 class="mb-2">Tack, vi har tagit emot ert initiativ</h1>'),
        ("dialogue", {}, '<h1 class="mb-2">Vi arbetar med ert initiativ</h1>'),
        ("closed", {"outcome": "grant", "closed_on": "2026-11-03"}, '<h1 class="mb-2">Ert initiativ är avslutat</h1>'),
        ("received", {}, "Kommunstyrelseförvaltningen läser initiativet och hör av sig till Anna Åkesson, senast"),
        ("dialogue", {}, "Ärendet är i skedet dialog."),
        (
            "closed",
            {"outcome": "grant", "closed_on": "2026-11-03"},
            "Ärendet är avslutat: hänvisat till föreningsbidrag.",
        ),
    ],
)
def test_it_tells_how_the_case_stands(client, link, stage, facts, told):
    Case.objects.update(stage=stage, **facts)
    assert told in client.get(link).text


def test_it_shows_nothing_that_officials_have_written(client, link, mora, coordinator):
    case = driver.to_assessment(Case.objects.get(), by=coordinator)
    driver.fulfil(case, by=coordinator)
    text = client.get(link).text
    for hidden in ("Karin", "Inget att invända", "Socialnämnden", "Rolf"):
        assert hidden not in text


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def test_the_pdf_holds_what_was_sent_and_what_comes(client, link):
    response = client.get(f"{link}kvitto.pdf")
    case = Case.objects.get()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="kvitto-{case.reference}.pdf"'
    text = text_of(response.content)
    sent = driver.written()
    for told in (case.reference, sent["title"], sent["challenge"], sent["idea"], sent["we_bring"], "Vad som händer nu"):
        assert told in text
    assert client.get("/mora/initiativ/kvitto/fel/kvitto.pdf").status_code == 404


def test_the_days_are_the_municipalitys_own(client, link, mora):
    mora.days_to_receive = 11
    mora.save()
    case = Case.objects.get()
    assert f"senast {day(case.received_on + timedelta(days=11))}" in client.get(link).text


def test_the_letter_has_the_pdf_and_what_comes_next(client, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        address = writing.sent(client)
    letter = mailoutbox[-1]
    case = Case.objects.get()
    [pdf] = letter.attachments
    assert (pdf.filename, pdf.mimetype) == (f"kvitto-{case.reference}.pdf", "application/pdf")
    assert driver.written()["idea"] in text_of(pdf.content)
    assert address in letter.body and "1. Kommunstyrelseförvaltningen läser initiativet" in letter.body
    assert address not in case.records.get(number=2).text


def test_a_receipt_that_cannot_be_printed_goes_without_its_pdf(
    client, mailoutbox, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def out_of_paper(initiative):
        raise RuntimeError("pango")

    monkeypatch.setattr("initiatives.receipts.receipt_pdf", out_of_paper)
    with django_capture_on_commit_callbacks(execute=True):
        address = writing.sent(client)
    letter = mailoutbox[-1]
    assert (letter.attachments, address in letter.body) == ([], True)
    assert "ligger också som PDF" not in letter.body
    assert "gick inte att skriva ut" in caplog.text


def test_the_municipality_words_what_happens_next(mora, gavle):
    ours = next_steps(driver.send_in(mora).initiative)
    assert len(ours) == 4 and ours[2].endswith("dagar på sig, från att de får frågan.") and "{" not in "".join(ours)
    assert ours[3].startswith("Passar idén för ett partnerskap träffas ni, och skriver avtalet tillsammans.")
    text = "Vi ringer {kontakt} före {dag}.\n\n- Sedan ses vi {någonstans}.\n- Yttrande: {dagar för yttrande} dagar."
    for place in (mora, gavle):
        PageText.objects.create(municipality=place, page="receipt", text=text)
    told = next_steps(driver.send_in(mora, title="En till").initiative)
    assert told[0].startswith("Vi ringer Anna Åkesson före ") and told[1:2] == ["Sedan ses vi {någonstans}."]
    rules = driver.send_in(gavle).rules
    assert len(next_steps(driver.send_in(gavle).initiative)) == (3 if rules.statements else 2)
