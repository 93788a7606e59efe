"""The agreement as PDF: what an archive asks of the file, and what the parties must find in it."""

import io
from datetime import date, datetime

import pytest
from django.utils import timezone
from pypdf import PdfReader

from agreements.models import Agreement, AgreementStage, FrozenContribution, Point, PointState
from agreements.pdf import agreement_pdf
from iop.cases.models import Case
from iop.municipalities.models import Municipality, Unit, User
from iop.rulesets.models import take_in
from partners.models import Contribution, ContributionKind, Declaration, Organisation, Party

POINTS = [
    {"id": "P-1", "heading": "Bakgrund"},
    {"id": "P-2", "heading": "Parterna", "carries": ["parties", "contacts"]},
    {"id": "P-3", "heading": "Insatser", "carries": ["contributions"]},
    {"id": "P-4", "heading": "Tid och uppföljning", "carries": ["term", "follow_up"]},
    {"id": "P-5", "heading": "Värdegrund", "carries": ["principles"]},
]
RULES = {
    "schema": 1,
    "municipality": "provby",
    "title": "Riktlinje för IOP i Provby kommun",
    "agreement_is_called": "överenskommelse",
    "notice": "Ofullständig riktlinje",
    "points": [{**point, "quote": point["heading"]} for point in POINTS],
    "principles": [{"id": "V-1", "quote": "Dialog och insyn.", "names": ["dialog", "insyn"], "point": "P-5"}],
}


@pytest.fixture
def agreement(db):
    """In the writing, with one organisation, every point used and a little brought by each side."""
    municipality = Municipality.objects.create(
        slug="provby", name="Provby kommun", short_name="Provby", email="iop@provby.test"
    )
    version, _ = take_in(municipality, RULES)
    version.publish()
    body = Unit.objects.create(municipality=municipality, name="Kommunstyrelsen", kind="styrelse")
    affected = Unit.objects.create(municipality=municipality, name="Socialnämnden", kind="namnd")
    case = Case.objects.create(
        municipality=municipality,
        version=version,
        year=2026,
        serial=42,
        reference="IOP-2026-0042",
        diary_number="KS 2026/00418",
        title="Språkcafé",
        received_on=date(2026, 9, 3),
        responsible=body,
    )
    case.affected_units.set([affected])
    agreement = Agreement.objects.create(case=case, title="Språkcafé i Morkarlby", start=date(2027, 1, 1))
    for place, point in enumerate(POINTS, 1):
        text = f"Texten i punkt {place}."
        state = PointState.USED
        Point.objects.create(
            agreement=agreement, rule=point["id"], position=place, heading=point["heading"], text=text, state=state
        )
    join(case, "Föreningen Språkbron", "8020123454")
    bring(case, None, "Lokal i skolan", 100_000)
    bring(case, case.parties.get(), "Ideell tid", 50_000, hours=1440)
    return agreement


def join(case, name, number):
    organisation = Organisation.objects.create(
        municipality=case.municipality, name=name, number=number, legal_form="ideell_forening"
    )
    return Party.objects.create(
        case=case, organisation=organisation, contact_name="Amina Ek", contact_email="amina@språkbron.test"
    )


def bring(case, party, what, value, hours=None):
    Contribution.objects.create(
        case=case, party=party, kind=ContributionKind.OTHER, what=what, value_per_year=value, hours_per_year=hours
    )


def write(agreement, place, text, state=PointState.USED):
    Point.objects.filter(agreement=agreement, position=place).update(text=text, state=state)


def put(agreement, **facts):
    Agreement.objects.filter(pk=agreement.pk).update(**facts)


def read(agreement):
    return PdfReader(io.BytesIO(agreement_pdf(agreement)))


def words(pdf):
    """The text of all pages, with every space and line break as one ordinary space."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_the_table_of_what_is_brought_begins_with_its_heading_and_a_row(agreement):
    """Wherever on the page it falls: neither heading nor side stands alone at the foot."""
    feet = 0
    for lines in (7, 9, 11, 13):
        write(agreement, 1, "\n".join(["En rad."] * lines))
        pages = [page.extract_text() for page in read(agreement).pages]
        (begins,) = [page for page in pages if "Vad parterna bidrar med varje år" in page]
        assert "Lokal i skolan" in begins and "Summa Provby kommun" in begins, lines
        feet += begins is pages[0]
    assert 0 < feet < 4  # the edge of the page was among them


def test_declares_pdf_a_and_is_tagged(agreement):
    pdf = read(agreement)
    root = pdf.trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data().decode()

    assert 'pdfaid:part="2"' in xmp and 'pdfaid:conformance="A"' in xmp
    assert root["/MarkInfo"]["/Marked"] is not False and root["/StructTreeRoot"].get_object()["/K"]
    assert root["/Lang"] == "sv"
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert pdf.trailer["/ID"]
    assert pdf.metadata.title == "Överenskommelse om idéburet offentligt partnerskap – Språkcafé i Morkarlby"
    assert pdf.metadata.author == "Provby kommun"


def test_every_font_is_ours_and_embedded(agreement):
    write(agreement, 1, "✓ «citat» – 5 € ½ → ≥ … hög­tid‑dag 😀 中 a\u030a\u2009x\n\n- punkt")
    pdf = read(agreement)
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]

    assert fonts
    for font in fonts:
        assert "Source-Sans-Pro" in font["/BaseFont"]
        assert font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()["/FontFile2"]
    text = words(pdf)
    assert "✓ «citat» – 5 € ½ → ≥ …" in text
    assert "☐ ☐ å x" in text


def test_holds_the_parties_and_the_used_points_in_order(agreement):
    write(agreement, 1, "Hemlig utkastrad.", PointState.NOT_USED)
    Point.objects.create(agreement=agreement, position=9, heading="Egen punkt", text="Fri text.", state=PointState.USED)
    text = words(read(agreement))

    for wanted in (
        "Provby kommun Kommunstyrelsen Berörda: Socialnämnden",
        "Föreningen Språkbron organisationsnummer 802012-3454 Ideell förening",
        "Amina Ek amina@språkbron.test",
        "1 Parterna Texten i punkt 2.",
        "2 Insatser Texten i punkt 3.",
        "3 Tid och uppföljning",
        "4 Värdegrund Texten i punkt 5.",
        "dialog insyn",
        "5 Egen punkt Fri text.",
        "Riktlinje för IOP i Provby kommun",
        "För Provby kommun",
        "För Föreningen Språkbron",
        "dnr KS 2026/00418",
        "Ofullständig riktlinje",
    ):
        assert wanted in text
    assert "Bakgrund" not in text and "Hemlig utkastrad" not in text


def test_what_no_point_carries_opens_the_document(agreement):
    for place in (2, 3, 4):
        write(agreement, place, "", PointState.NOT_USED)
    text = words(read(agreement))

    found = [text.index(words) for words in ("Parter ", "Parternas insatser", "Avtalstid", "1 Bakgrund")]
    assert found == sorted(found)
    assert "organisationsnummer 802012-3454" in text and "Alla insatser 150 000 kr" in text


def test_what_people_write_stands_literally(agreement):
    write(agreement, 1, "<script>alert(1)</script> {{ case }} {% now %} &amp; <b>fet</b>")
    put(agreement, title="<style>* { display: none }</style>")
    Organisation.objects.update(name='"><img src="https://iop.test/x.png">')
    text = words(read(agreement))

    assert "<script>alert(1)</script> {{ case }} {% now %} &amp; <b>fet</b>" in text
    assert "<style>* { display: none }</style>" in text
    assert '"><img src="https://iop.test/x.png">' in text


def test_lines_with_a_dash_are_a_list(agreement):
    write(agreement, 1, "Parterna ska\r\n- mötas\r\n- lära\r\n\r\nNytt stycke\r\nmed två rader")
    structure = read(agreement).trailer["/Root"]["/StructTreeRoot"]
    kinds = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            kinds.append(node.get("/S"))
            walk(node.get("/K", []))

    walk(structure)
    # Two items of the point, two principles, the percentages of two sides, one annex.
    assert kinds.count("/LI") == 7
    assert "/Figure" in kinds and "/Table" in kinds and "/H1" in kinds


def test_sums_and_shares(agreement):
    case = agreement.case
    bring(case, None, "Handledning", None)
    bring(case, None, "Lån av buss", 0)
    left = join(case, "Föreningen som lämnade", "8020123462")
    bring(case, left, "Fika", 9_000)
    Party.objects.filter(pk=left.pk).update(left_on=date(2026, 10, 1))
    text = words(read(agreement))

    assert "Handledning värderas inte" in text and "Lån av buss 0 kr" in text
    assert "Insatser som inte värderas ingår inte i summorna eller procenten: Handledning (Provby kommun)." in text
    assert "Summa Provby kommun 100 000 kr" in text
    assert "Ideell tid 1 440 50 000 kr Summa Föreningen Språkbron 50 000 kr Alla insatser 150 000 kr" in text
    assert "Provby kommun 67 procent av det som värderas Föreningen Språkbron 33 procent av det som värderas" in text
    assert "lämnade" not in text


def test_frozen_contributions_win_over_planned(agreement):
    FrozenContribution.objects.create(
        agreement=agreement, kind=ContributionKind.MONEY, what="Pengar som avtalats", value_per_year=7_000
    )
    text = words(read(agreement))

    assert "Pengar som avtalats 7 000 kr" in text and "Alla insatser 7 000 kr" in text
    assert "Lokal i skolan" not in text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "Överenskommelsen gäller från den 1 januari 2027 och tills vidare."),
        (
            {"end": date(2029, 12, 31)},
            "Överenskommelsen gäller från den 1 januari 2027 till och med den 31 december 2029.",
        ),
        ({"start": None}, "Avtalstiden är inte bestämd ännu."),
        (
            {"first_follow_up": date(2028, 1, 31), "follow_up_months": 12},
            "Den första uppföljningen är den 31 januari 2028, därefter varje år.",
        ),
        (
            {"first_follow_up": date(2028, 1, 31), "follow_up_months": 18},
            "Den första uppföljningen är den 31 januari 2028, därefter med 18 månaders mellanrum.",
        ),
        ({"follow_up_months": 12}, "Uppföljning görs varje år."),
    ],
)
def test_term_and_follow_up(agreement, facts, sentence):
    put(agreement, **facts)
    assert sentence in words(read(agreement))


def test_where_two_sign_together_there_are_two_places(agreement):
    party = agreement.case.parties.get()
    put(agreement, two_sign=[party.pk])
    text = words(read(agreement))
    assert text.count(f"För {party.name}, två tillsammans") == 2 and text.count("Namnförtydligande") == 3


@pytest.mark.parametrize(
    ("stage", "note"),
    [
        (AgreementStage.DRAFTING, "Utkast"),
        (AgreementStage.DECISION, "Förslag"),
        (AgreementStage.SIGNING, None),
        (AgreementStage.IN_FORCE, None),
    ],
)
def test_watermark_is_seen_and_not_read(agreement, stage, note):
    put(agreement, stage=stage)
    pdf = read(agreement)
    text = words(pdf)
    painted = [
        b"/Artifact\nBMC" in (content := page.get_contents().get_data()) and b" Do\n" in content for page in pdf.pages
    ]

    assert painted == [note is not None] * len(pdf.pages)
    assert "UTKAST" not in text and "FÖRSLAG" not in text
    if note:
        today = timezone.localdate()
        assert f"IOP-2026-0042 · {note} {today.day} " in text
    else:
        assert "Utkast" not in text and "Förslag" not in text


def test_confirmed_declarations_are_annexes(agreement):
    user = User.objects.create_user("karin@provby.test", name="Karin Lind")
    facts = {"party": agreement.case.parties.get(), "rule": "V-9", "text": "…", "sent_to": "a@b.test", "sent_by": user}
    Declaration.objects.create(token_hash="a", **facts)
    Declaration.objects.create(
        token_hash="b",
        confirmed_at=timezone.make_aware(datetime(2026, 11, 18, 23, 30)),
        confirmed_name="Amina Ek",
        confirmed_role="ordförande",
        **facts,
    )
    text = words(read(agreement))

    sentence = "Värdegrundsintyg från Föreningen Språkbron, bekräftat den 18 november 2026 av Amina Ek, ordförande"
    assert sentence in text
    assert text.count("Värdegrundsintyg från") == 1


def test_as_many_queries_for_three_parties_as_for_one(agreement, django_assert_num_queries):
    agreement_pdf(agreement)  # The rules are read once for each process.
    with django_assert_num_queries(7):
        agreement_pdf(agreement)
    for name, number in (("Alby IF", "8020123462"), ("Verdandi", "8020123470")):
        bring(agreement.case, join(agreement.case, name, number), "Tid", 1)
    with django_assert_num_queries(7):
        agreement_pdf(agreement)
