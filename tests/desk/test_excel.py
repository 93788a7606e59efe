"""Lists as Excel sheets: what the page shows, as what it is, in the same order."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from iop.cases.actions import add_record
from iop.cases.models import Case
from iop.cases.secrecy import mark_secret
from iop.municipalities.permissions import Role
from tests.cases import driver

TODAY = timezone.localdate()
EVERYBODY = list(Role)


def sheet(response) -> list[tuple]:
    assert response.status_code == 200
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    return list(load_workbook(BytesIO(response.content)).active.values)


def get(user, name: str, **query):
    return driver.logged_in(user).get(f"/mora/listor/{name}/excel/", query)


@pytest.fixture
def cases(mora, coordinator):
    new = driver.to_assessment(driver.send_in(mora, received_on=date(2026, 3, 2), title="Ända fram"), by=coordinator)
    new.diary_number = "KS 2026/00418"
    new.save()
    old = driver.send_in(mora, received_on=date(2025, 5, 2), title="=SUMMA(A1)", organisation_name="@Öbor")
    return {"new": new, "old": old}


def test_cases_with_real_types_and_swedish_headings(cases, coordinator):
    due = cases["old"].tasks.open().earliest("due").due
    rows = sheet(get(coordinator, "arenden"))
    assert rows == [
        ("Beteckning", "Ärende", "Organisationer", "Diarienummer", "Sekretess", "Skede", "Utfall", "Nästa steg",
         "Senast", "Försenad", "Handläggare", "Inkom"),
        ("IOP-2026-0001", "Ända fram", "Språkbron", "KS 2026/00418", None, "Bedömning", None,
         "Bedöm mot riktlinjen", None, None, "Karin Samordnare", datetime(2026, 3, 2)),
        ("IOP-2025-0001", "=SUMMA(A1)", "Språkbron", None, None, "Inkommet", None, "Ta emot initiativet",
         datetime.combine(due, datetime.min.time()), None, None, datetime(2025, 5, 2)),
    ]  # fmt: skip


def test_the_same_columns_order_and_filter_as_the_page(cases, coordinator):
    query = {"skede": "alla", "sortera": "arende", "kolumn": ["enhet", "inkom"], "handlaggare": "ingen", "sida": 7}
    rows = sheet(get(coordinator, "arenden", **query))
    assert rows[0][5:] == ("Samordnande enhet", "Inkom")
    assert [row[1] for row in rows[1:]] == ["=SUMMA(A1)"]
    rows = sheet(get(coordinator, "arenden", sortera="arende"))
    assert [row[1] for row in rows[1:]] == ["=SUMMA(A1)", "Ända fram"]
    assert [row[1] for row in sheet(get(coordinator, "arenden", q="ända"))[1:]] == ["Ända fram"]


def test_what_begins_as_a_formula_stays_text(cases, coordinator):
    for n, title in enumerate(["=1+1", "+46 70", "-5 grader", "@summa", "\t=1", 'x"y'], 1):
        Case.objects.filter(pk=cases["old"].pk).update(title=title, serial=n)
        book = load_workbook(BytesIO(get(coordinator, "arenden", skede="received").content))
        cell = book.active["B2"]
        assert (cell.value, cell.data_type) == (title, "s")
        assert cell.quotePrefix == (title != 'x"y')


def test_what_excel_cannot_hold_is_left_out(cases, coordinator):
    Case.objects.filter(pk=cases["old"].pk).update(title="a\x01b\x1fc")
    assert sheet(get(coordinator, "arenden", skede="received"))[1][1] == "abc"


def test_dates_are_shown_as_dates(cases, coordinator):
    book = load_workbook(BytesIO(get(coordinator, "arenden").content))
    cell = book.active["L2"]
    assert (cell.is_date, cell.number_format) == (True, "yyyy-mm-dd")
    assert (book.active.title, book.active.freeze_panes, book.active.auto_filter.ref) == ("Ärenden", "A2", "A1:L3")


def test_the_file_has_a_name(cases, coordinator):
    response = get(coordinator, "arenden")
    assert response["Content-Disposition"] == f'attachment; filename="arenden-{TODAY}.xlsx"'


def test_the_other_lists(in_force, coordinator):
    number = driver.number(1)
    case = in_force.case
    assert sheet(get(coordinator, "organisationer")) == [
        ("Organisation", "Organisationsnummer", "Form", "Ärenden"),
        ("Språkbron", f"{number[:6]}-{number[6:]}", "Ideell förening", case.reference),
    ]
    assert sheet(get(coordinator, "avtal")) == [
        ("Beteckning", "Avtal", "Organisationer", "Sekretess", "Skede", "Gäller från", "Gäller till", "Dokument"),
        (
            case.reference,
            case.title,
            "Språkbron",
            None,
            "Gällande",
            datetime(2027, 1, 1),
            datetime(2029, 12, 31),
            f"http://testserver/mora/arenden/{case.reference}/avtal/1.pdf",
        ),
    ]
    due = datetime.combine(in_force.follow_ups.get().due, datetime.min.time())
    assert sheet(get(coordinator, "uppfoljning")) == [
        ("Beteckning", "Partnerskap", "Organisationer", "Sekretess", "Ansvarig", "Läge", "Gjord", "Senast"),
        (case.reference, case.title, "Språkbron", None, "Socialnämnden", "väntar", None, due),
    ]


def test_where_the_words_stood_is_told_as_on_the_page(cases, coordinator):
    record = add_record(cases["new"], direction="in", about="Brev <b>", text="Nya skridskor & slalom.", by=coordinator)
    head, row = sheet(get(coordinator, "arenden", q="skridskor"))
    assert (head[-1], row[-1]) == ("Sökträff", f"Handling {record.number}: Brev <b>: Nya skridskor & slalom.")
    assert sheet(get(coordinator, "arenden"))[0][-1] == "Inkom"


def test_what_the_page_marks_stands_in_columns_of_its_own(in_force, coordinator):
    case, today = in_force.case, timezone.localdate()
    mark_secret(case, ground="26 kap. 1 § OSL", by=coordinator)
    case.tasks.open().update(due=today - timedelta(days=1))
    in_force.end = None
    in_force.save()
    client = driver.logged_in(coordinator)
    for name, query in (("arenden", "?skede=alla"), ("avtal", ""), ("uppfoljning", "")):
        head, row = sheet(get(coordinator, name, skede="alla") if query else get(coordinator, name))
        told = dict(zip(head, row, strict=True))
        page = client.get(f"/mora/{name}/{query}").text
        assert told["Sekretess"] == "sekretess" and ">sekretess</span>" in page
        assert ("försenad</span>" in page) == (told.get("Försenad") == "försenad")
        assert ("tills vidare" in page) == (told.get("Gäller till") == "tills vidare")


@pytest.mark.parametrize("name", ["arenden", "organisationer", "avtal", "uppfoljning"])
def test_an_empty_list_gives_a_message_and_no_file(coordinator, name):
    response = driver.logged_in(coordinator).get(f"/mora/listor/{name}/excel/", {"q": "finns inte"}, follow=True)
    assert response.redirect_chain == [(f"/mora/{name}/?q=finns+inte", 302)]
    assert "att hämta. Välj rader eller ändra filtren." in response.text


# What was ticked


def chosen(user, *cases, name="arenden", **more):
    data = {"rad": [case.pk for case in cases], "fraga": "skede=received&sortera=arende&kolumn=inkom"} | more
    return driver.logged_in(user).post(f"/mora/listor/{name}/valda/", data, follow=True)


def test_ticked_rows_in_the_order_and_columns_of_the_page(cases, coordinator):
    rows = sheet(chosen(coordinator, cases["new"], cases["old"]))
    assert rows[0][5:] == ("Inkom",)
    assert [row[1] for row in rows[1:]] == ["=SUMMA(A1)", "Ända fram"]
    assert [row[1] for row in sheet(chosen(coordinator, cases["new"]))[1:]] == ["Ända fram"]


def test_everything_that_the_filters_give(cases, coordinator):
    assert [row[1] for row in sheet(chosen(coordinator, alla="1"))[1:]] == ["=SUMMA(A1)"]


def test_nothing_ticked(cases, coordinator):
    response = chosen(coordinator)
    assert response.redirect_chain == [("/mora/arenden/?skede=received&sortera=arende&kolumn=inkom", 302)]
    assert "Det finns inga ärenden att hämta." in response.text and "✓ </span>Det finns" not in response.text


def test_only_what_the_person_may_see(cases, coordinator, reader, neighbour, gavle):
    mark_secret(cases["new"], ground="26 kap. 1 § OSL", by=coordinator)
    assert [row[1] for row in sheet(chosen(reader, cases["new"], cases["old"]))[1:]] == ["=SUMMA(A1)"]
    assert [row[1] for row in sheet(get(reader, "arenden", skede="alla"))[1:]] == ["=SUMMA(A1)"]
    client = driver.logged_in(neighbour)
    sent = {"rad": [cases["new"].pk]}
    assert client.post("/gavle/listor/arenden/valda/", sent).status_code == 302
    assert client.get("/gavle/listor/arenden/excel/").status_code == 302
    assert client.post("/mora/listor/arenden/valda/", sent).status_code == 404
    assert client.get("/mora/listor/arenden/excel/").status_code == 404


def test_ten_thousand_ticked_rows(cases, coordinator):
    """All are read, those that are not there are passed over; beyond that the program says what to do."""
    ticked = [cases["old"].pk, *range(10**9, 10**9 + 9_999)]
    response = driver.logged_in(coordinator).post("/mora/listor/arenden/valda/", {"rad": ticked, "fraga": ""})
    assert [row[1] for row in sheet(response)[1:]] == ["=SUMMA(A1)"]


def test_more_rows_than_fit_are_told(cases, coordinator, monkeypatch):
    monkeypatch.setattr("iop.desk.views.listings.MOST_ROWS", 1)
    response = driver.logged_in(coordinator).get("/mora/listor/arenden/excel/", follow=True)
    assert "Listan har fler än 1 rader, och fler ryms inte i en fil. Dela upp den med filter" in response.text


@pytest.mark.parametrize("ticked", [["x"], ["-1"], ["9" * 40], ["1.5"], ["\x00"], ["٣"], [""]])
def test_ticks_of_nonsense(cases, coordinator, ticked):
    response = driver.logged_in(coordinator).post("/mora/listor/arenden/valda/", {"rad": ticked}, follow=True)
    assert "Det finns inga ärenden att hämta." in response.text


def test_no_such_list(coordinator):
    client = driver.logged_in(coordinator)
    assert client.get("/mora/listor/finns-inte/excel/").status_code == 404
    assert client.post("/mora/listor/finns-inte/valda/").status_code == 404
    assert client.post("/mora/listor/finns-inte/filter/").status_code == 404
