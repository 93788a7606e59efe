"""The pages of the editor: nothing is lost, nothing half-done is put in force, and everything can be undone."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from iop.municipalities.permissions import Role
from iop.rulesets.drafting import fingerprint
from iop.rulesets.exchange import as_toml
from iop.rulesets.models import RuleSetVersion
from iop.rulesets.reader import content_of
from tests.cases import driver

TODAY = timezone.localdate()
NEW = {"quote": "Verksamheten ska minska ensamhet.", "word": "ska", "before": "dialogue", "enabled": "on"}


def at(draft, name: str, *args) -> str:
    return reverse(name, args=["mora", draft.number, *args])


def row_of(draft, table: str, key: str) -> dict:
    draft.refresh_from_db()
    return next(row for row in draft.content[table] if key in (row.get("key"), row.get("id")))


def add_criterion(client, draft) -> dict:
    client.post(at(draft, "add_rule", "criteria"))
    return row_of(draft, "criteria", "egen-1")


def save(client, draft, row, data, *, table="criteria", **headers):
    address = at(draft, "rule_set_row", table, row.get("key") or row["id"])
    return client.post(address, data | {"was": fingerprint(row)}, headers=headers)


# Beginning


def begin(client, **data):
    return client.post(reverse("begin_rule_set", args=["mora"]), {"source": "", "series": ""} | data)


def newest(mora) -> RuleSetVersion:
    return RuleSetVersion.objects.filter(municipality=mora).latest("number")


def test_a_draft_from_the_version_in_force_is_a_copy(mora, client_of, in_force_now):
    begin(client_of, source=in_force_now.pk)
    draft = newest(mora)
    assert (draft.number, draft.state, draft.based_on) == (2, "draft", in_force_now)
    assert draft.content == in_force_now.content


def test_another_municipalitys_rules_come_without_their_origin(mora, gavle, client_of):
    begin(client_of, source=RuleSetVersion.objects.in_force(gavle).get().pk)
    content = newest(mora).content
    assert content["municipality"] == "mora"
    assert not {"adopted_by", "honoured_elsewhere"} & content.keys()
    rows = [row for value in content.values() if isinstance(value, list) for row in value if isinstance(row, dict)]
    assert rows and not any({"id", "ids", "source", "statement"} & row.keys() for row in rows)


def test_an_empty_one(mora, client_of):
    begin(client_of)
    assert newest(mora).rules.title == "Riktlinje för idéburet offentligt partnerskap i Mora kommun"


def toml(text: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("regler.toml", text)


def test_a_file_that_was_taken_out_comes_back_the_same(mora, client_of, in_force_now):
    taken_out = client_of.get(reverse("export_rule_set", args=["mora", in_force_now.number]))
    assert taken_out["Content-Type"] == "application/toml; charset=utf-8"
    begin(client_of, file=toml(taken_out.content))
    assert newest(mora).content == in_force_now.content


@pytest.mark.parametrize("slug", driver.FIVE)
def test_every_rule_set_survives_as_a_file(db, slug):
    content = RuleSetVersion.objects.in_force(driver.municipality(slug)).get().content
    assert content_of(as_toml(content)) == content


HEAD = 'schema = 1\nmunicipality = "mora"\ntitle = "Åtgärder"\n'
CRITERION = '[[criteria]]\nid = "X-1"\nquote = "q"\nbefore = "dialogue"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ((HEAD + "[[critera]]\n").encode(), "Tabellen critera: är en okänd nyckel."),
        ((HEAD + CRITERION + 'befor = "x"\n').encode(), "nyckeln befor: är en okänd nyckel."),
        ((HEAD + CRITERION * 2).encode(), "Filen: två regler har nyckeln X-1."),
        ((HEAD + '[[criteria]]\nid = "X-1"\nquote = "q"\n').encode(), "kriteriet saknar before"),
        (
            (HEAD + '[[declarations]]\nid = "X-1"\nquote = "q"\nheading = "h"\nopening = ""\npoints = []\n').encode(),
            "intyget saknar text",
        ),
        ((HEAD + '[[terms]]\nid = "X-1"\nquote = "q"\nmost_months = -1\n').encode(), "most_months: ska vara minst 1"),
        (HEAD.encode("latin-1"), "Filen är inte sparad i UTF-8."),
        (b"#" * 50_000_000, "Filen är större än 2 MB."),
        (b"\x00\x01", "Filen går inte att läsa som TOML"),
        (b"", "filen är tom"),
    ],
    ids=["table", "key", "two ids", "no moment", "no text", "minus one", "latin-1", "50 MB", "no TOML", "empty"],
)
def test_a_bad_file_is_refused_with_the_reason_and_nothing_is_stored(mora, client_of, text, why):
    response = begin(client_of, file=toml(text))
    assert response.status_code == 422
    assert why in response.text
    assert RuleSetVersion.objects.filter(municipality=mora).count() == 1


# Writing


def test_a_new_rule_is_saved_as_it_is_written(draft, client_of):
    row = add_criterion(client_of, draft)
    response = save(client_of, draft, row, {"quote": "Halvskr", "enabled": "on"}, hx_request="true")
    assert "Sparat" in response.text and "Kriteriet saknar «Innan»" in response.text
    assert row_of(draft, "criteria", "egen-1")["quote"] == "Halvskr"
    save(client_of, draft, row_of(draft, "criteria", "egen-1"), NEW)
    assert row_of(draft, "criteria", "egen-1") == {
        "key": "egen-1", "quote": NEW["quote"], "word": "ska", "before": "dialogue",
    }  # fmt: skip


def test_two_on_the_same_rule_lose_nothing(draft, client_of, mora):
    row = add_criterion(client_of, draft)
    colleague = driver.logged_in(driver.person("Kalle Kollega", mora, Role.ADMINISTRATOR))
    save(client_of, draft, row, NEW)
    response = save(colleague, draft, row, NEW | {"quote": "Kollegans ord."}, hx_request="true")
    assert response.status_code == 422
    for told in ("Regeln har ändrats av Ada Administratör", NEW["quote"], "Kollegans ord."):
        assert told in response.text
    assert row_of(draft, "criteria", "egen-1")["quote"] == NEW["quote"]
    now = fingerprint(row_of(draft, "criteria", "egen-1"))
    save(colleague, draft, row, NEW | {"quote": "Kollegans ord.", "instead": now})
    assert row_of(draft, "criteria", "egen-1")["quote"] == "Kollegans ord."


def test_somebody_who_writes_faster_than_the_server_answers_meets_no_colleague(draft, client_of):
    row = add_criterion(client_of, draft)
    save(client_of, draft, row, NEW)
    response = save(client_of, draft, row, NEW | {"quote": "Verksamheten ska minska ensamhet hos äldre."})
    assert response.status_code == 302
    assert row_of(draft, "criteria", "egen-1")["quote"] == "Verksamheten ska minska ensamhet hos äldre."


def test_an_old_window_of_ones_own_overwrites_nothing(draft, client_of, monkeypatch):
    row = add_criterion(client_of, draft)
    save(client_of, draft, row, NEW | {"source": "Avsnitt 3"})
    later = timezone.now() + timedelta(seconds=20)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    response = save(client_of, draft, row, NEW)
    assert response.status_code == 422
    assert row_of(draft, "criteria", "egen-1")["source"] == "Avsnitt 3"


def test_it_is_said_what_makes_a_criterion_hard_to_see(draft, client_of):
    save(client_of, draft, add_criterion(client_of, draft), NEW)
    page = client_of.get(at(draft, "rule_set")).text
    assert "hör inte till någon lista; har inga enkla ord till organisationen; har inget ämne" in page
    assert page.count("Att tänka på:") == 1


def test_what_is_no_longer_there_to_choose_stays_until_it_is_taken_away(draft, client_of):
    draft.content["lists"] = []
    draft.save()
    address = at(draft, "rule_set_row", "criteria", "MOR-39")
    assert '<option value="checklista" selected>checklista (finns inte längre)</option>' in client_of.get(address).text


@pytest.mark.parametrize(
    ("table", "row", "fault"),
    [
        ("criteria", {"key": "A/1", "quote": "q", "before": "dialogue"}, "ska vara högst 30 bokstäver"),
        ("criteria", {"key": "x" * 31, "quote": "q", "before": "dialogue"}, "ska vara högst 30 bokstäver"),
        ("points", {"key": "P", "quote": "q", "heading": "x" * 151}, "ska vara högst 150 tecken"),
        ("criteria", {"key": "P", "quote": "x" * 20_001, "before": "dialogue"}, "längre än 20000 tecken"),
        ("criteria", {"key": "P", "quote": "q", "before": "dialogue", "answer": {"passing": ["ja"]}}, "nämner «ja»"),
        ("lists", {"key": "P", "heading": "h", "holds_when": "at_least"}, "hur många som behövs"),
    ],
)
def test_what_the_program_has_no_room_for_is_refused_at_the_door(mora, client_of, table, row, fault):
    content = {"schema": 1, "municipality": "mora", "title": "Prov", table: [row]}
    response = begin(client_of, file=toml(as_toml(content).encode()))
    assert response.status_code == 422 and fault in response.text


def test_a_rule_removed_meanwhile_keeps_the_text_on_the_page(draft, client_of):
    row = add_criterion(client_of, draft)
    client_of.post(at(draft, "remove_rule", "criteria", "egen-1"))
    response = save(client_of, draft, row, NEW)
    assert response.status_code == 422
    assert "Regeln finns inte längre i utkastet" in response.text and NEW["quote"] in response.text


def test_a_removed_rule_is_put_back_with_its_key(draft, client_of):
    before = row_of(draft, "criteria", "MOR-39")
    client_of.post(at(draft, "remove_rule", "criteria", "MOR-39"))
    draft.refresh_from_db()
    assert "MOR-39" not in [row.get("id") for row in draft.content["criteria"]]
    mark = {"place": fingerprint(draft.removed[0])}
    client_of.post(at(draft, "restore_rule"), mark)
    assert row_of(draft, "criteria", "MOR-39") == before
    assert RuleSetVersion.objects.get(pk=draft.pk).removed == []
    again = client_of.post(at(draft, "restore_rule"), mark, follow=True)
    assert "Regeln är redan tillbaka." in again.text


def test_rules_change_places(draft, client_of):
    client_of.post(at(draft, "move_rule", "criteria", "MOR-39"), {"way": "up"})
    draft.refresh_from_db()
    assert [row["id"] for row in draft.content["criteria"]][:2] == ["MOR-39", "MOR-38"]
    client_of.post(at(draft, "move_rule", "criteria", "MOR-39"), {"way": "up"})
    draft.refresh_from_db()
    assert draft.content["criteria"][0]["id"] == "MOR-39"


def test_new_ids_do_not_change_what_answers_know_the_rule_by(draft, client_of):
    row = row_of(draft, "criteria", "MOR-39")
    save(client_of, draft, row, NEW | {"ids": "MOR-39b\nMOR-39c"})
    changed = row_of(draft, "criteria", "MOR-39")
    assert (changed["key"], changed["ids"]) == ("MOR-39", ["MOR-39b", "MOR-39c"])


@pytest.mark.parametrize("table", ["criteria", "nonsens", "honoured_elsewhere"])
def test_a_rule_that_is_not_there(draft, client_of, table):
    assert client_of.get(at(draft, "rule_set_row", table, "MOR-999")).status_code == 404


def test_a_published_version_cannot_be_written_in(in_force_now, client_of):
    address = at(in_force_now, "rule_set_row", "criteria", "MOR-39")
    assert client_of.get(address).status_code == 404
    row = in_force_now.content["criteria"][1]
    response = client_of.post(address, NEW | {"was": fingerprint(row)})
    assert response.status_code == 422
    assert "går inte att ändra" in response.text and NEW["quote"] in response.text
    assert RuleSetVersion.objects.get(pk=in_force_now.pk).content == in_force_now.content


def test_a_draft_set_aside_is_taken_up_again(draft, client_of):
    client_of.post(at(draft, "set_rule_set_aside"))
    refused = client_of.post(at(draft, "add_rule", "criteria"), follow=True)
    assert "går inte att ändra" in refused.text
    client_of.post(at(draft, "set_rule_set_aside"))
    assert add_criterion(client_of, draft) == {"key": "egen-1"}


# Before the decision


def test_the_trial_says_which_cases_would_get_which_findings(draft, client_of, assessed):
    save(client_of, draft, add_criterion(client_of, draft), NEW)
    page = client_of.get(at(draft, "try_rule_set")).text
    assert assessed.title in page and "hinder tillkommer" in page and "minska ensamhet – inte bedömt" in page


def test_the_trial_shows_no_secret_case(draft, client_of, assessed, coordinator):
    from iop.cases.secrecy import mark_secret

    mark_secret(assessed, ground="26 kap. 1 § OSL", by=coordinator)
    assert assessed.title not in client_of.get(at(draft, "try_rule_set")).text


def test_the_words_that_differ_are_marked(draft, client_of):
    row = row_of(draft, "criteria", "MOR-39")
    quote = row["quote"].replace("samhällsutmaning", "lokal utmaning")
    save(
        client_of, draft, row, {**{k: v for k, v in row.items() if isinstance(v, str)}, "quote": quote, "enabled": "on"}
    )
    page = client_of.get(at(draft, "rule_set_differences")).text
    assert "<del>samhällsutmaning.</del><ins>lokal utmaning.</ins>" in page


# The decision

DECISION = {"adopted_by": "Kommunfullmäktige", "adopted_on": TODAY.isoformat(), "paragraph": "118"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (DECISION | {"adopted_by": ""}, "Antagen av: "),
        (DECISION | {"adopted_by": "   "}, "Antagen av: "),
        (DECISION | {"adopted_on": ""}, "Beslutsdag: "),
        (DECISION | {"paragraph": ""}, "Paragraf: "),
        (DECISION | {"adopted_on": (TODAY + timedelta(days=1)).isoformat()}, "Beslutsdagen ligger i framtiden."),
        (DECISION | {"valid_from": (TODAY - timedelta(days=1)).isoformat()}, "bakåt i tiden"),
    ],
)
def test_a_decision_that_lacks_something_is_refused(draft, client_of, data, why):
    response = client_of.post(at(draft, "publish_rule_set"), data)
    assert response.status_code == 422
    assert why in response.text
    draft.refresh_from_db()
    assert draft.is_draft


def test_what_does_not_hold_together_is_not_published(draft, client_of):
    add_criterion(client_of, draft)
    response = client_of.post(at(draft, "publish_rule_set"), DECISION)
    assert response.status_code == 422
    assert "Tabellen criteria, rad 10 (egen-1)" in response.text
    draft.refresh_from_db()
    assert draft.is_draft


def test_the_decision_puts_the_rules_in_force(mora, draft, client_of, in_force_now, administrator, case):
    save(client_of, draft, add_criterion(client_of, draft), NEW)
    client_of.post(at(draft, "publish_rule_set"), DECISION)
    draft.refresh_from_db()
    assert RuleSetVersion.objects.in_force(mora).get() == draft
    assert (draft.adopted_by, draft.paragraph, draft.published_by) == ("Kommunfullmäktige", "118", administrator)
    assert draft.rules.adopted_by == "Kommunfullmäktige"
    case.refresh_from_db()
    assert case.version == in_force_now
    page = driver.logged_in(None).get("/mora/riktlinje/").text
    assert NEW["quote"] in page and "antagen av Kommunfullmäktige" in page


def test_a_day_to_come_leaves_the_old_rules_in_force_until_then(mora, draft, client_of, in_force_now, monkeypatch):
    later = TODAY + timedelta(days=30)
    client_of.post(at(draft, "publish_rule_set"), DECISION | {"valid_from": later.isoformat()})
    assert [v.pk for v in RuleSetVersion.objects.in_force(mora)] == [in_force_now.pk]
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: later)
    assert RuleSetVersion.objects.in_force(mora).first().pk == draft.pk


@pytest.mark.parametrize(
    ("table", "data", "does"),
    [
        ("criteria", NEW, ["Hinder innan dialog kan inledas, tills regeln är uppfylld.", "Det går att göra avsteg"]),
        ("criteria", NEW | {"word": "bör"}, ["Varning innan dialog kan inledas"]),
        ("criteria", {key: value for key, value in NEW.items() if key != "enabled"}, ["Regeln används inte."]),
        ("terms", {"quote": "q", "enabled": "on", "most_months": "18", "before": "decision"}, ["Längst 18 månader."]),
        ("criteria", NEW | {"units": ["Socialnämnden"]}, ["Gäller bara för Socialnämnden."]),
    ],
)
def test_it_is_told_what_the_program_will_do(draft, client_of, table, data, does):
    client_of.post(at(draft, "add_rule", table))
    page = save(client_of, draft, row_of(draft, table, "egen-1"), data, table=table, hx_request="true").text
    assert all(sentence in page for sentence in does)
