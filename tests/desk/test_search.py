"""Search in the list of cases: what finds what, for whom, and that nothing typed can break it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import Agreement
from initiatives.meetings import note_meeting
from initiatives.models import MeetingParticipant, Side
from iop.cases.actions import add_record, answer, make_override
from iop.cases.models import Case
from iop.cases.secrecy import mark_secret
from iop.cases.statements import answer_statement, ask_statement
from iop.desk.models import SearchRow
from iop.desk.search import found
from iop.desk.search.words import STOP_WORDS, fold, terms
from iop.municipalities.permissions import Role
from partners.representatives import confirm, end
from tests.cases import driver

TODAY = timezone.localdate()


def look(user, words: str, **query):
    response = driver.logged_in(user).get("/mora/arenden/", {"q": words, "skede": "alla"} | query)
    assert response.status_code == 200
    return response


def titles(user, words: str, **query) -> list[str]:
    return [case.title for case in look(user, words, **query).context["page"]]


@pytest.fixture
def gym(mora, coordinator):
    """A case with a word of each sort to find."""
    case = driver.send_in(
        mora,
        title="Utegym vid sjön",
        organisation_name="Örjans idrottsvänner",
        organisation_number=driver.number(7),
        challenge="Ungdomarna saknar en mötesplats.",
        idea="Vi bygger ett utegym tillsammans.",
        contact_name="Désirée Ålund",
        contact_email="desiree@idrott.example",
    )
    driver.to_assessment(case, by=coordinator)
    case.diary_number = "KS 2026/00418"
    case.save(update_fields=["diary_number"])
    return case


@pytest.fixture
def other(mora):
    """Something that most words must not find."""
    return driver.send_in(mora, title="Fotboll", challenge="Barn rör sig för lite.", idea="Boll.", target_group="Barn.")


@pytest.mark.parametrize(
    "words",
    [
        "mötesplatser",  # the initiative says mötesplats
        "UNGDOM",
        "bygga",
        "öRJANS",
        "idrottsv",
        "desiree",
        "Désirée Ålund",
        "desiree@idrott.example",
        "0001",
        "2026-0001",
        "IOP-2026-1",
        "iop-2026-0001",
        "2026/418",
        "2026/00418",
        "KS 2026/418",
        "418",
        "ks",
        "utegym örjans 418",  # in three different places
        '"en mötesplats"',
        "«bygger ett utegym»",
        "och utegym vid",
    ],
)
def test_one_case_is_found(gym, other, coordinator, words):
    assert titles(coordinator, words) == ["Utegym vid sjön"]


@pytest.mark.parametrize(
    "words",
    [
        "mötesplats fotboll",
        '"mötesplats saknar"',
        "18",
        "gym",
        "2026/41x",
        "rjans",
        "och",
        "5489",
        "'",
        "\\",
        "&|!()<->:*",
    ],
)
def test_nothing_is_found(gym, other, coordinator, words):
    assert titles(coordinator, words) == []


def test_what_is_searched_beside_the_initiative(gym, other, coordinator):
    due = TODAY + timedelta(days=9)
    note_meeting(gym, name="Första möte", day=TODAY, participants="Alla", notes="Skridskorna nämndes.", by=coordinator)
    asked = ask_statement(gym, outside="Regionen", question="Hur ser ni på friluftslivet?", due=due, by=coordinator)
    answer_statement(asked, text="Vi ser möjligheterna.", name="Rolf", by=coordinator)
    add_record(gym, direction="in", about="Ritning", uploads=[driver.pdf("situationsplan_2.pdf")], by=coordinator)
    rule = gym.rules.criteria[0]
    answer(gym, rule, part=rule.parts[0][0], value="", reason="Nyttan är uppenbar.", by=coordinator)
    agreement = Agreement.objects.create(case=gym, title="Avtal om gymmet")
    point = agreement.points.create(position=1, heading="Skötsel", text="Föreningen krattar gången.")
    for words in ("skridsko", "friluftsliv", "möjlighet", "situationsplan", "situationsplan_2.pdf", "nytta", "kratta"):
        assert titles(coordinator, words) == ["Utegym vid sjön"], words
    point.delete()
    assert titles(coordinator, "kratta") == []


def test_new_names_are_found_and_old_ones_not(gym, coordinator):
    organisation = gym.parties.get().organisation
    organisation.name = "Sjövännerna"
    organisation.save()
    assert titles(coordinator, "sjövännerna") == ["Utegym vid sjön"]
    coordinator.name = "Karin Nyström"
    coordinator.save()
    assert titles(coordinator, "nystr") == ["Utegym vid sjön"]
    gym.title = "Gym på berget"
    gym.save()
    assert titles(coordinator, "berget") == ["Gym på berget"]


def test_the_page_tells_where_and_escapes_it(gym, coordinator):
    text = f"{'ord ' * 60}<script>alert(1)</script> Skridskorna & skidorna. {'ord ' * 60}"
    record = add_record(gym, direction="in", about="Brev <b>", text=text, by=coordinator)
    page = look(coordinator, "skridsko").text
    assert f"Handling {record.number}: Brev &lt;b&gt;" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>Skridskorna</mark> &amp; skidorna. ord" in page
    assert "<script>alert" not in page
    (case,) = look(coordinator, "skridsko").context["page"]
    assert len(case.found.words) < 400


def test_a_hit_in_the_heading_is_marked_there(gym, coordinator):
    add_record(gym, direction="in", about="Protokoll från årsmötet", text="Bifogas.", by=coordinator)
    assert "Protokoll från <mark>årsmötet</mark></a></span>: Bifogas." in look(coordinator, "årsmöte").text


def test_a_hit_in_a_record_leads_to_it(gym, coordinator):
    record = add_record(gym, direction="in", about="Protokoll", text="Skridskor.", by=coordinator)
    address = f"{gym.get_absolute_url()}akt/#handling-{record.number}"
    assert f'<a href="{address}">Handling {record.number}: Protokoll</a>' in look(coordinator, "skridskor").text


def test_what_the_list_shows_anyway_needs_no_excerpt(gym, coordinator):
    (case,) = look(coordinator, "2026/418").context["page"]
    assert case.found is None


@pytest.mark.parametrize(
    "words",
    [
        "'",
        '"',
        "'''\"\"\"",
        "((((",
        "a & | ! b",
        "<-> :* \\",
        "«»",
        "%_",
        "   ",
        "\x00",
        "a\x00b\x1f\x7f\u2028",
        "x" * 10_000,
        "ord " * 2500,
        "'" * 10_000,
        "(" * 10_000,
        "\ud800",
        "😀 😀",
        "-" * 200,
        "1/2/3/4-5:6",
        "\\' OR 1=1 --",
        "a:b:c d'e\"f g|h",
    ],
)
def test_nothing_typed_can_break_it(gym, coordinator, words):
    for address in ("arenden/", "organisationer/", "avtal/", "uppfoljning/"):
        client = driver.logged_in(coordinator)
        assert client.get(f"/mora/{address}", {"q": words.encode("utf-8", "replace")}).status_code == 200


def test_only_spaces_is_no_search(gym, coordinator):
    assert titles(coordinator, "   ") == ["Utegym vid sjön"]


def test_words_are_bounded():
    assert len(terms("ord1 " * 3 + " ".join(f"ord{n}" for n in range(100)))) == 8
    assert [term.text for term in terms("samtal om möten och om skolan")] == ["samtal", "möten", "skolan"]
    assert [term.text for term in terms("och")] == ["och"]


def test_stop_words_are_those_of_postgresql(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) word WHERE to_tsvector('swedish', word) <> ''", [list(STOP_WORDS)]
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("skola", "skolan"),
        ("flickor", "flickan"),
        ("skridsko", "skridskorna"),
        ("mötesplats", "mötesplatserna"),
        ("diagnos", "diagnosen"),
        ("möjlighet", "möjligheterna"),
        ("program", "programmet"),
        ("förening", "föreningarnas"),
        ("möte", "möten"),
        ("samverkan", "samverka"),
        ("lokal", "lokaler"),
        ("avtal", "avtalet"),
        ("avtalen", "avtalet"),
        ("möten", "mötet"),
        ("ansvar", "ansvaret"),
    ],
)
def test_either_form_finds_the_other(gym, coordinator, one, other):
    record = add_record(gym, direction="in", about="Brev", text=f"Så är det med {one} i Zorn.", by=coordinator)
    assert f"<mark>{one}</mark> i Zorn" in look(coordinator, f"{other} zorn").text
    record.text = f"Så är det med {other} i Zorn."
    record.save()
    assert f"<mark>{other}</mark> i Zorn" in look(coordinator, f"{one} zorn").text


def test_other_words_are_not_taken_for_forms(gym, coordinator):
    add_record(
        gym, direction="in", about="Brev", text="Bilder och planer för kanoten vid romersk ruin.", by=coordinator
    )
    for word in ("bil", "plantera", "kan", "rom", "rum", "ruinera"):
        assert titles(coordinator, word) == [], word


def test_prose_is_found_by_how_its_words_begin(gym, other, coordinator):
    add_record(gym, direction="in", about="Brev", text="Vi ses på blåklintsängen.", by=coordinator)
    assert titles(coordinator, "blåklint") == ["Utegym vid sjön"]
    assert "<mark>blåklintsängen</mark>" in look(coordinator, "blåklints").text
    assert titles(coordinator, "klintsängen") == titles(coordinator, "blå") == []


def test_folding_keeps_every_place():
    assert fold("Ärtan ÉR «SPRÅK»–ø") == "ärtan er  språk  ö"


def test_a_secret_case_is_found_by_those_let_in_alone(gym, coordinator, reader, cast):
    add_record(gym, direction="in", about="Brev", text="Skridskorna.", by=coordinator)
    mark_secret(gym, ground="26 kap. 1 § OSL", by=coordinator)
    for words in ("skridskor", "utegym", "örjans", "desiree", "2026/418"):
        assert titles(coordinator, words) == ["Utegym vid sjön"]
        for role in (Role.READER, Role.SECRETARY, Role.ADVISER, Role.ADMINISTRATOR):
            response = look(cast[role], words)
            assert list(response.context["page"]) == []
            assert "Utegym" not in response.text


def test_another_municipalitys_cases_are_not_found(gym, neighbour):
    client = driver.logged_in(neighbour)
    assert list(client.get("/gavle/arenden/", {"q": "utegym", "skede": "alla"}).context["page"]) == []


@pytest.mark.parametrize("rare", [2000, 0])
def test_a_secret_record_finds_nothing_for_others(gym, coordinator, reader, monkeypatch, rare):
    """Whether the word is rare or common, and not as an excerpt either."""
    monkeypatch.setattr(found, "RARE", rare)
    hidden = add_record(gym, direction="in", about="Sjukintyg", text="Diagnosen står här.", by=coordinator)
    add_record(gym, direction="in", about="Brev", text="Öppet för alla.", by=coordinator)
    assert titles(reader, "diagnos") == ["Utegym vid sjön"]
    hidden.secret, hidden.secrecy_ground = True, "25 kap. 1 § OSL"
    hidden.save()
    for words in ("diagnos", "sjukintyg", "utegym diagnos"):
        assert titles(coordinator, words) == ["Utegym vid sjön"]
        assert titles(reader, words) == []
    assert titles(reader, "öppet") == ["Utegym vid sjön"]
    assert "Diagnosen" not in look(reader, "utegym öppet står").text
    hidden.cleared.add(reader)
    assert titles(reader, "diagnos") == ["Utegym vid sjön"]


@pytest.mark.parametrize("rare", [2000, 0])
def test_rare_and_common_words_find_the_same(gym, other, coordinator, monkeypatch, rare):
    monkeypatch.setattr(found, "RARE", rare)
    assert titles(coordinator, "utegym örjans mötesplatser") == ["Utegym vid sjön"]
    assert titles(coordinator, "utegym fotboll") == []
    assert titles(coordinator, "initiativ") == ["Fotboll", "Utegym vid sjön"]
    assert titles(coordinator, "initiativ", sortera="arende", skede="received") == ["Fotboll"]


def test_rebuild_writes_what_was_put_in_past_the_program(gym, other, coordinator):
    before = {(row.kind, row.source_id): (row.text, row.vector, row.record_id) for row in SearchRow.objects.all()}
    Case.objects.filter(pk=other.pk).update(title="Bandy")
    assert titles(coordinator, "bandy") == []
    said = StringIO()
    call_command("search", "rebuild", stdout=said)
    assert said.getvalue() == f"{len(before)} sökrader.\n"
    assert titles(coordinator, "bandy") == ["Bandy"]
    Case.objects.filter(pk=other.pk).update(title="Fotboll")
    call_command("search", "rebuild", "--if-empty", stdout=said)  # does nothing: it is filled
    assert titles(coordinator, "bandy") == ["Fotboll"]
    call_command("search", "rebuild", stdout=said)
    after = {(row.kind, row.source_id): (row.text, row.vector, row.record_id) for row in SearchRow.objects.all()}
    assert after == before


def test_very_long_texts_are_kept(gym, coordinator):
    """A vector has room for a megabyte; words beyond what is searched are still in the record."""
    text = " ".join(f"ord{n}" for n in range(200_000))
    add_record(gym, direction="in", about="Bok", text=text, by=coordinator)
    assert titles(coordinator, "ord17") == ["Utegym vid sjön"]


def test_the_other_lists_search_too(in_force, coordinator):
    client = driver.logged_in(coordinator)
    for address in ("organisationer/", "avtal/", "uppfoljning/"):
        assert len(client.get(f"/mora/{address}", {"q": "språkbr"}).context["page"]) == 1
        response = client.get(f"/mora/{address}", {"q": "finnsinte"})
        assert len(response.context["page"]) == 0
        assert "svarar mot «finnsinte»" in response.text


@pytest.mark.parametrize("words", ["IOP-2026-0001", "0001", "KS 2026", "2026/418", "utegym sjön", "Örjans"])
def test_an_organisation_is_found_by_its_cases(gym, other, coordinator, reader, words):
    def found(user) -> list[str]:
        return [row.name for row in driver.logged_in(user).get("/mora/organisationer/", {"q": words}).context["page"]]

    Case.objects.filter(pk=other.pk).update(reference="IOP-2024-0077")
    call_command("search", "rebuild", stdout=StringIO())
    assert found(coordinator) == found(reader) == ["Örjans idrottsvänner"]
    mark_secret(gym, ground="26 kap. 1 § OSL", by=coordinator)
    assert (found(coordinator), found(reader)) == (["Örjans idrottsvänner"], [])


def test_eight_questions_to_the_database(mora, coordinator):
    for n in range(61):
        case = driver.send_in(mora, organisation_name=f"Förening {n}", organisation_number=driver.number(100 + n))
        if n < 3:
            add_record(case, direction="in", about="Brev", text="Skridskorna.", by=coordinator)
    client = driver.logged_in(coordinator)
    counts = {}
    client.get("/mora/organisationer/?q=språkcafé")
    with CaptureQueriesContext(connection) as asked:
        assert len(client.get("/mora/organisationer/?q=språkcafé").context["page"]) == 60
    counts["organisations"] = len(asked)
    for query in ("skede=alla", "q=språkcafé", "q=skridskor", "q=förening+språkcafé&sortera=nasta"):
        client.get(f"/mora/arenden/?{query}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/mora/arenden/?{query}")
        counts[query] = len(asked)
    assert max(counts.values()) <= 8, counts


# Planned meetings, representatives and overrides


def test_a_planned_meeting_is_found_by_its_place_and_people_until_it_is_held(gym, coordinator, other):
    meeting = note_meeting(
        gym,
        name="Idémöte",
        day=TODAY + timedelta(days=3),
        place="Bystugan i Nusnäs",
        participants="Torvald Tallroth",
        by=coordinator,
    )
    person = MeetingParticipant.objects.create(meeting=meeting, side=Side.MUNICIPALITY, name="Beda Bergkvist")
    for word in ("nusnäs", "tallroth", "bergkvist"):
        assert titles(coordinator, word) == ["Utegym vid sjön"], word
    person.delete()
    assert titles(coordinator, "bergkvist") == []
    meeting.cancelled, meeting.cancelled_why = True, "Ingen kunde."
    meeting.save()
    assert titles(coordinator, "nusnäs") == []


def test_a_representative_is_found_while_acting(gym, coordinator, other):
    organisation = gym.parties.get().organisation
    facts = {"name": "Rakel Ringdahl", "email": "rakel@idrott.example", "role": "ordförande", "ground": "Protokoll"}
    representative = confirm(organisation, by=coordinator, **facts)
    assert titles(coordinator, "ringdahl") == titles(coordinator, "rakel@idrott.example") == ["Utegym vid sjön"]
    end(representative, by=coordinator)
    assert titles(coordinator, "ringdahl") == []


def test_the_reason_of_an_override_is_found(gym, coordinator, other):
    finding = next(finding for finding in gym.findings_before("dialogue") if finding.may_be_overridden)
    make_override(gym, finding, reason="Kommundirektören medgav snabbspår.", by=coordinator)
    assert titles(coordinator, "snabbspår") == ["Utegym vid sjön"]
