"""The open register: what stands on its pages and in its files, and that nothing secret does."""

import csv
import json
import re
from datetime import date
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import AgreementStage
from followup.actions import end
from followup.models import Publication
from followup.register import take_back
from iop.cases.models import Outcome, Stage, StageChange
from iop.cases.secrecy import mark_secret
from iop.portal.open_data import Register
from tests.cases import driver
from tests.register import TEXTS, put_in_register

FORMS = ["register/", "register.csv", "register.json", "register.atom"]
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def client(db):
    return driver.logged_in(None)


@pytest.fixture
def published(in_force, coordinator):
    return put_in_register(in_force.case, by=coordinator)


def another(mora, by, serial: int, **texts) -> Publication:
    """One more partnership in force, made quickly."""
    case = driver.send_in(mora, organisation_name=f"Förening {serial}", organisation_number=driver.number(serial))
    case.stage = Stage.IN_FORCE
    case.save(update_fields=["stage"])
    driver.responsible(case)
    start, days = date(2020, 1, 1), {"end": date(2021, 12, 31)} if serial % 2 else {}
    agreement = case.agreements.create(title=case.title, stage=AgreementStage.IN_FORCE, start=start, **days)
    changed = {"subject_kind": "agreement", "subject_id": agreement.pk, "from_stage": "signing"}
    StageChange.objects.create(case=case, to_stage="in_force", by_name="Karin", **changed)
    agreement.contributions.create(party=case.parties.get(), kind="other", what="Böcker")
    return put_in_register(case, by=by, title=f"Partnerskap {serial}", **texts)


def rows_of_csv(client, query="") -> list[dict]:
    text = client.get(f"/mora/register.csv{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def titles(client, query="") -> dict[str, list[str]]:
    """What each form of the register holds, by title."""
    page = client.get(f"/mora/register/{query}")
    found = json.loads(client.get(f"/mora/register.json{query}").content)
    return {
        "page": [row.shown["title"] for row in page.context["page"]],
        "count": page.context["page"].paginator.count,
        "csv": [row["title"] for row in rows_of_csv(client, query)],
        "json": [row["title"] for row in found["partnerships"]],
    }


def everywhere(client, reference: str) -> str:
    return "".join(client.get(f"/mora/{form}").content.decode() for form in [*FORMS, f"register/{reference}/"])


def test_it_stands_in_every_form(client, published, in_force):
    case = in_force.case
    page = client.get(f"/mora/register/{case.reference}/").text
    for told in (*TEXTS.values(), "Språkbron", "Mora kommun", "Socialnämnden", "1 januari 2027", "31 december 2029"):
        assert told in page
    assert TEXTS["title"] in client.get("/mora/register/").text
    [row] = rows_of_csv(client)
    assert (row["identifier"], row["status"], row["startDate"]) == (case.reference, "active", "2027-01-01")
    assert row["partners"] == "Språkbron"
    entry = ElementTree.fromstring(client.get("/mora/register.atom").content).find("a:entry", ATOM)
    assert entry.find("a:title", ATOM).text == TEXTS["title"]
    assert entry.find("a:link", ATOM).get("href").endswith(f"/mora/register/{case.reference}/")


def test_what_is_not_published_stands_nowhere(client, in_force, coordinator):
    case = in_force.case
    assert client.get(f"/mora/register/{case.reference}/").status_code == 404
    assert titles(client) == {"page": [], "count": 0, "csv": [], "json": []}
    put_in_register(case, by=coordinator)
    assert titles(client)["count"] == 1
    take_back(case)
    assert client.get(f"/mora/register/{case.reference}/").status_code == 404
    assert titles(client) == {"page": [], "count": 0, "csv": [], "json": []}
    assert TEXTS["title"] not in client.get("/mora/register.atom").text


def test_nothing_of_a_case_that_became_secret_is_left(client, published, in_force, coordinator, mora):
    another(mora, coordinator, 31)
    case = in_force.case
    mark_secret(case, ground="26 kap. 1 § OSL", by=coordinator)
    told = everywhere(client, case.reference)
    for hidden in (*TEXTS.values(), "Språkbron", case.reference):
        if hidden not in (TEXTS["description"], TEXTS["results"]):  # the other one says the same
            assert hidden not in told
    assert client.get(f"/mora/register/{case.reference}/").status_code == 404
    assert titles(client)["count"] == 1
    for query in ("?q=Språkbron", "?ar=2027", "?q=spr%C3%A5kcaf%C3%A9"):
        assert titles(client, query) == {"page": [], "count": 0, "csv": [], "json": []}
    assert 2027 not in client.get("/mora/register/").context["asked"].years


def test_a_secret_case_answers_as_one_that_is_not_there(client, published, in_force, coordinator):
    mark_secret(in_force.case, ground="26 kap. 1 § OSL", by=coordinator)
    secret = client.get(f"/mora/register/{in_force.case.reference}/")
    absent = client.get("/mora/register/IOP-2026-9999/")
    assert (secret.status_code, secret.text) == (absent.status_code, absent.text) == (404, absent.text)


def test_no_person_is_named_and_nothing_of_the_case_file_is_told(client, published, in_force):
    case = in_force.case
    told = everywhere(client, case.reference)
    people = {party.contact_name for party in case.parties.all()} | {case.coordinator.name}
    people |= set(in_force.signatures.values_list("name", flat=True))
    people |= {case.parties.get().contact_email, case.initiative.idea, case.initiative.challenge}
    assert [one for one in people if one and one in told] == []


def test_what_is_written_later_in_the_case_is_not_told(client, published, in_force):
    case = in_force.case
    case.title = "Intern arbetsrubrik"
    case.save(update_fields=["title"])
    party = case.parties.get()
    party.organisation.name = "Annas enskilda namn"
    party.organisation.save(update_fields=["name"])
    in_force.contributions.update(what="Internt")
    told = everywhere(client, case.reference)
    assert [text for text in ("Intern arbetsrubrik", "Annas enskilda namn", "Internt") if text in told] == []


def test_days_and_state_follow_the_case(client, published, in_force, coordinator):
    assert rows_of_csv(client)[0]["status"] == "active"
    end(in_force.case, outcome=Outcome.TERMINATED, why="Lokalen brann.", by=coordinator)
    [row] = rows_of_csv(client)
    in_force.case.refresh_from_db()
    assert (row["status"], row["endedOn"]) == ("ended", in_force.case.closed_on.isoformat())
    assert "Lokalen brann" not in everywhere(client, in_force.case.reference)


def test_another_municipalitys_is_not_here(client, published, in_force):
    assert client.get(f"/gavle/register/{in_force.case.reference}/").status_code == 404
    for form in FORMS:
        assert TEXTS["title"] not in client.get(f"/gavle/{form}").text


# Searching


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Språkcafé för alla", "Partnerskap 32", "Partnerskap 31"]),
        ("?q=SPRÅKCAFE", ["Språkcafé för alla"]),
        ("?q=förening 32", ["Partnerskap 32"]),
        ("?q=böcker", ["Partnerskap 32", "Partnerskap 31"]),
        ("?q=finns inte", []),
        ("?q=%25", []),
        ("?q=SOCIALNÄMNDEN", ["Språkcafé för alla", "Partnerskap 32", "Partnerskap 31"]),
        ("?q=iop-2026-0001 språkcafé", ["Språkcafé för alla"]),
        ("?status=avslutade", ["Partnerskap 31"]),
        ("?status=pagar", ["Språkcafé för alla", "Partnerskap 32"]),
        ("?ar=2021", ["Partnerskap 32", "Partnerskap 31"]),
        ("?ar=2022", ["Partnerskap 32"]),
        ("?ar=2019", []),
        ("?ar=2028&q=kaffe", ["Språkcafé för alla", "Partnerskap 32"]),
        ("?status=nonsens&ar=abc&sida=99", ["Språkcafé för alla", "Partnerskap 32", "Partnerskap 31"]),
        ("?ar=0000&q=%00", ["Språkcafé för alla", "Partnerskap 32", "Partnerskap 31"]),
        ("?ar=²²²²", ["Språkcafé för alla", "Partnerskap 32", "Partnerskap 31"]),
    ],
)
def test_the_address_says_what_is_asked_for(client, published, mora, coordinator, query, found):
    for serial in (31, 32):
        another(mora, coordinator, serial)
    assert titles(client, query) == {"page": found, "count": len(found), "csv": found, "json": found}


def test_the_files_are_of_what_is_shown(client, published):
    page = client.get("/mora/register/?q=kaffe&status=pagar&sida=1").text
    assert 'href="/mora/register.csv?q=kaffe&amp;status=pagar"' in page
    assert 'href="/mora/register.json?q=kaffe&amp;status=pagar"' in page
    assert 'href="/mora/register.atom?q=kaffe&amp;status=pagar"' in page
    assert "<entry>" not in client.get("/mora/register.atom?q=finns inte").text
    assert client.get("/mora/register.atom?q=språkcafé").text.count("<entry>") == 1


def test_pages_of_twenty(client, mora, coordinator, monkeypatch):
    monkeypatch.setattr("iop.portal.register.ROWS", 2)
    for serial in (31, 32, 33):
        another(mora, coordinator, serial)
    assert len(client.get("/mora/register/").context["page"]) == 2
    last = client.get("/mora/register/?sida=2&q=partnerskap")
    assert len(last.context["page"]) == 1
    assert "q=partnerskap" in re.search(r'href="([^"]*)">Föregående', last.text)[1]


@pytest.mark.parametrize("form", FORMS)
def test_as_many_questions_for_three_as_for_one(client, mora, coordinator, form):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/mora/{form}").status_code == 200
        return len(queries)

    another(mora, coordinator, 31)
    asked()
    one = asked()
    for serial in (32, 33):
        another(mora, coordinator, serial)
    assert asked() == one <= 5


# The files


def test_csv_is_for_a_swedish_excel(client, published):
    response = client.get("/mora/register.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="partnerskap-mora.csv"'
    assert response.content.startswith(b"\xef\xbb\xbfidentifier;title;")


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x";"y")'])
def test_csv_holds_no_formula(client, in_force, coordinator, evil):
    put_in_register(in_force.case, by=coordinator, title=evil, description=evil, results=evil)
    [row] = rows_of_csv(client)
    assert {row[name] for name in ("title", "description", "results")} == {f"'{evil.strip()}"}
    assert not [value for value in row.values() if value.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_json_is_what_the_schema_says(client, published):
    found = json.loads(client.get("/mora/register.json").content)
    schema = json.loads(client.get("/mora/register.schema.json").content)
    assert found["conformsTo"] == schema["$id"]
    assert found["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert set(found) == set(schema["properties"]) == set(schema["required"])
    [row] = found["partnerships"]
    assert set(row) == set(schema["$defs"]["Partnership"]["properties"])
    assert set(row["contributions"][0]) == set(schema["$defs"]["Contribution"]["properties"])
    assert Register.model_validate(found, by_alias=True).model_dump(by_alias=True, mode="json") == found
    assert (row["endDate"], row["endedOn"]) == ("2029-12-31", None)


def test_csv_tells_kinds_and_hours_and_leaves_what_is_unknown_empty(client, in_force, coordinator):
    ours, theirs = {"party": None}, {"party": in_force.case.parties.get()}
    in_force.contributions.all().delete()
    in_force.contributions.create(**ours, kind="premises", what="En sal")
    in_force.contributions.create(**theirs, kind="volunteer_time", what="Värdar", hours_per_year=1500)
    in_force.contributions.create(**theirs, kind="money", what="Kaffe", value_per_year=0)
    put_in_register(in_force.case, by=coordinator)
    [row] = rows_of_csv(client)
    told = [row[f"{what}Of{side}PerYear"] for side in ("Municipality", "Partners") for what in ("value", "hours")]
    assert told == ["", "", "0", "1500"]
    assert (row["kindsOfMunicipality"], row["kindsOfPartners"]) == ("premises", "volunteer_time | money")
    assert row["contributionsOfPartners"] == "Värdar | Kaffe"
    columns = json.loads(client.get("/mora/register.schema.json").content)["$defs"]["Row"]["properties"]
    assert list(row) == list(columns)
    assert all(columns[name].get("description") for name in columns if "Of" in name)


def test_html_is_text_in_every_form(client, in_force, coordinator):
    evil = "<script>alert(1)</script> {{ 7|add:7 }} & så"
    put_in_register(in_force.case, by=coordinator, title=evil, description=evil, results=evil)
    for address in ("register/", f"register/{in_force.case.reference}/"):
        page = client.get(f"/mora/{address}").text
        assert "<script>alert" not in page
        assert "{{ 7|add:7 }}" in page
    feed = ElementTree.fromstring(client.get("/mora/register.atom").content)
    assert feed.find("a:entry/a:title", ATOM).text == evil
    summary = feed.find("a:entry/a:summary", ATOM)  # of type html: escaped once more
    assert summary.text.startswith("&lt;script&gt;")


def test_nothing_is_kept_by_browsers_or_proxies(client, published, in_force):
    for form in [*FORMS, f"register/{in_force.case.reference}/"]:
        assert "no-store" in client.get(f"/mora/{form}")["Cache-Control"]


@pytest.mark.parametrize("form", [*FORMS, "register.schema.json"])
def test_an_empty_register_of_a_municipality_and_one_that_is_not_there(client, form):
    assert client.get(f"/mora/{form}").status_code == 200
    assert client.get(f"/atlantis/{form}").status_code == 404
    assert client.post(f"/mora/{form}").status_code == 405
