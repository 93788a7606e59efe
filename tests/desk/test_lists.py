"""Worklist, cases, organisations, agreements and follow-ups: what stands there, in which order, and for whom."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from followup.actions import hold
from initiatives.meetings import note_meeting
from iop.cases.actions import close, open_task
from iop.cases.duties import begin, duties_of
from iop.cases.models import Case, Task
from iop.cases.statements import answer_statement, ask_statement, return_statement
from iop.desk.views.lists import RESTING, ROWS, when
from iop.municipalities.permissions import Role
from iop.rulesets.models import rules_in_force
from tests.cases import driver

TODAY = timezone.localdate()


def rows(user, address: str, **query) -> list:
    response = driver.logged_in(user).get(f"/mora/{address}", query)
    assert response.status_code == 200
    return list(response.context["page"])


# Worklist

MINE = ["Sent möte", "I dag", "Ta emot initiativet", "Yttrande från Upphandlingsenheten"]


@pytest.fixture
def tasks(mora, coordinator, adviser):
    """One of each sort: nobody's, the coordinator's, a late one, one of a unit, one of another coordinator."""
    new = driver.send_in(mora, title="Nytt")
    mine = driver.to_assessment(driver.send_in(mora, title="Mitt"), by=coordinator)
    colleague = driver.person("Kim Kollega", mora, Role.COORDINATOR)
    other = driver.to_assessment(driver.send_in(mora, title="Kims"), by=colleague)
    open_task(mine, "meeting", title="Sent möte", due=TODAY - timedelta(days=2), person=coordinator)
    open_task(mine, "term_ends", title="I dag", due=TODAY)
    open_task(other, "meeting", title="Kims möte", due=TODAY, person=colleague)
    unit = mora.units.get(name="Upphandlingsenheten")
    ask_statement(mine, unit=unit, question="Vad anser ni?", due=TODAY + timedelta(days=9), by=coordinator)
    return new, mine, other


@pytest.mark.parametrize(
    ("view", "titles"),
    [
        ("mina", MINE),
        ("", MINE),
        ("finns-inte", MINE),
        ("alla", ["Sent möte", "I dag", "Kims möte", "Ta emot initiativet", "Yttrande från Upphandlingsenheten"]),
        ("forsenade", ["Sent möte"]),
        ("vantar", ["Yttrande från Upphandlingsenheten"]),
    ],
)
def test_the_views_of_the_worklist(tasks, coordinator, view, titles):
    assert [task.title for task in rows(coordinator, "arbetsbord/", visa=view)] == titles


@pytest.fixture
def a_mixed_day(mora, coordinator, secretary, adviser):
    """Of the coordinator's case: own things of each kind of day, and one for each sort of others."""
    case = driver.to_assessment(driver.send_in(mora, title="Mitt"), by=coordinator)
    Task.objects.all().delete()
    kim = driver.person("Kim Kollega", mora, Role.COORDINATOR)
    for kind, title, after, other in [
        ("term_ends", "Min sena", -3, {}),
        ("follow_up", "Min om enheten som ansvarar", 0, {"unit": mora.units.get(name="Kommunstyrelsen")}),
        ("decide", "Nämndens", -9, {"role": Role.SECRETARY, "waits_for_others": True}),
        ("meeting", "Kims", -1, {"person": kim}),
        ("completion", "Föreningens", 1, {"waits_for_others": True}),
        ("read_answer", "Min senare", 30, {}),
    ]:
        open_task(case, kind, title=title, due=TODAY + timedelta(days=after), **other)
    return case


def parts(user, **query) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for task in rows(user, "arbetsbord/", **query):
        found.setdefault(task.part, []).append(task.title)
    return found


def test_ones_own_comes_first_and_what_waits_for_others_stands_apart(a_mixed_day, coordinator):
    assert parts(coordinator) == {
        "Försenat": ["Min sena"],
        "I dag": ["Min om enheten som ansvarar"],
        "Senare": ["Min senare"],
        "Väntar på andra": ["Nämndens", "Kims", "Föreningens"],
    }
    page = driver.logged_in(coordinator).get("/mora/arbetsbord/").text
    assert page.index("Min senare") < page.index("Väntar på andra</a> <span") < page.index("Nämndens")
    assert "<td>nämndsekreterare</td>" in page and "<td>Kim Kollega</td>" in page
    assert "den som är tillfrågad" in page


def test_what_waits_in_ones_own_cases_has_a_page_of_its_own(a_mixed_day, coordinator, secretary):
    waiting = rows(coordinator, "arbetsbord/", visa="mina-vantar")
    assert [task.title for task in waiting] == ["Nämndens", "Kims", "Föreningens"]
    assert rows(secretary, "arbetsbord/", visa="mina-vantar") == []
    assert [task.title for task in rows(secretary, "arbetsbord/")] == ["Nämndens"]


def test_a_day_without_anything_of_ones_own_says_so_above_what_waits(a_mixed_day, coordinator):
    Task.objects.filter(title__startswith="Min").update(closed_at=timezone.now())
    Case.objects.update(stage="in_force")  # nothing is to be done but what its tasks say
    page = driver.logged_in(coordinator).get("/mora/arbetsbord/").text
    assert page.index("Inget att göra här just nu.") < page.index("Nämndens")


@pytest.mark.parametrize(
    ("stage", "step", "place"),
    [
        ("assessment", "Bedöm mot riktlinjen", "checklista/"),
        ("dialogue", "För dialog och anteckna möten", "yttranden/#moten"),
        ("agreement", "Skriv, besluta och underteckna avtalet", "avtal/"),
    ],
)
def test_a_case_without_a_task_of_ones_own_stands_there_with_its_usual_step(
    a_mixed_day, coordinator, secretary, stage, step, place
):
    assert RESTING not in parts(coordinator)
    Task.objects.filter(title__startswith="Min").update(closed_at=timezone.now())
    Case.objects.update(stage=stage)
    assert RESTING not in parts(coordinator)  # a decision is to come
    Task.objects.filter(kind="decide").update(kind="declaration")
    found = parts(coordinator)
    assert list(found) == [RESTING, "Väntar på andra"] and found[RESTING] == [step]
    assert rows(coordinator, "arbetsbord/")[0].link == f"{a_mixed_day.get_absolute_url()}{place}"
    kim = Task.objects.get(title="Kims").person
    assert RESTING not in parts(secretary) and RESTING not in parts(kim)
    page = driver.logged_in(coordinator).get(a_mixed_day.get_absolute_url()).text
    assert "Nästa steg:" in page and "Nämndens</a>" in page
    Task.objects.update(closed_at=timezone.now())
    page = driver.logged_in(coordinator).get(a_mixed_day.get_absolute_url()).text
    assert f'<a href="{a_mixed_day.get_absolute_url()}{place}">{step}</a>' in page


def test_a_closed_case_and_one_in_force_rest(a_mixed_day, coordinator):
    Task.objects.update(closed_at=timezone.now())
    assert list(parts(coordinator)) == [RESTING]
    Case.objects.update(stage="in_force")
    assert parts(coordinator) == {}
    Case.objects.update(stage="closed", outcome="grant", closed_on=TODAY)
    assert parts(coordinator) == {}


def test_a_line_leads_to_the_very_spot(mora, coordinator, adviser):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    unit = mora.units.get(name="Upphandlingsenheten")
    asked = ask_statement(case, unit=unit, question="Vad anser ni?", due=TODAY, by=coordinator)
    meeting = note_meeting(case, name="Möte", day=TODAY + timedelta(days=1), participants="Alla", by=coordinator)
    links = [task.link for task in rows(coordinator, "arbetsbord/")]
    place = f"{case.get_absolute_url()}yttranden/#"
    assert links == [f"{place}mote-{meeting.pk}", f"{place}yttrande-{asked.pk}"]
    page = driver.logged_in(coordinator).get(place).text
    assert all(f'id="{link.partition("#")[2]}"' in page for link in links)
    assert f'<a href="{place}yttrande-{asked.pk}">' in driver.logged_in(coordinator).get(case.get_absolute_url()).text
    assert [task.get_absolute_url() for task in case.tasks.open().order_by("-due")] == links


@pytest.mark.parametrize(
    ("due", "part"),
    [
        (date(2026, 11, 17), "Försenat"),
        (date(2026, 11, 18), "I dag"),
        (date(2026, 11, 25), "Inom en vecka"),
        (date(2026, 11, 26), "Senare"),
    ],
)
def test_the_heading_follows_the_day(due, part):
    assert when(due, date(2026, 11, 18)) == part


def test_more_than_a_page_of_ones_own_shows_what_waits_on_the_first_only(a_mixed_day, coordinator):
    for n in range(ROWS):
        about = {"subject_kind": "x", "subject_id": n, "municipality": a_mixed_day.municipality}
        Task.objects.create(case=a_mixed_day, kind="meeting", title=f"{n}", due=TODAY, person=coordinator, **about)
    assert len(parts(coordinator)["Väntar på andra"]) == 3
    assert "Väntar på andra" not in parts(coordinator, sida="2")


def test_an_adviser_has_what_is_asked_of_the_unit(tasks, adviser, reader):
    assert [task.title for task in rows(adviser, "arbetsbord/")] == ["Yttrande från Upphandlingsenheten"]
    assert rows(reader, "arbetsbord/") == []


def test_the_figures(tasks, coordinator):
    response = driver.logged_in(coordinator).get("/mora/arbetsbord/")
    assert [(number, label) for number, label, *_ in response.context["figures"]] == [
        (1, "nya initiativ att ta emot"),
        (1, "väntar på andra"),
        (1, "uppgifter över tiden"),
        (0, "gällande partnerskap"),
    ]
    assert "2 dagar försenad" in response.text
    for number, _, view, _ in response.context["figures"][:3]:
        assert len(rows(coordinator, "arbetsbord/", visa=view)) == number, view


def test_who_outside_is_waited_for_is_named(assessed, coordinator):
    ask_statement(assessed, outside="Länsstyrelsen", question="Vad anser ni?", due=TODAY, by=coordinator)
    page = driver.logged_in(coordinator).get("/mora/arbetsbord/").text
    assert "<td>Länsstyrelsen</td>" in page and "den som är tillfrågad" not in page


def test_a_duty_leads_to_its_place(mora, administrator):
    rule = duties_of(rules_in_force(mora))[0]
    duty = begin(mora, rule, because="Ny lag")
    (task,) = [task for task in rows(administrator, "arbetsbord/") if task.kind == "duty"]
    path, _, anchor = task.link.partition("#")
    assert anchor == f"uppdrag-{duty.pk}" and f'id="{anchor}"' in driver.logged_in(administrator).get(path).text


def test_what_is_done_is_gone(tasks, coordinator):
    Task.objects.update(closed_at=timezone.now())
    Case.objects.update(coordinator=None)
    assert rows(coordinator, "arbetsbord/", visa="alla") == []
    assert "Inget att göra här just nu." in driver.logged_in(coordinator).get("/mora/arbetsbord/").text


# Cases


@pytest.fixture
def cases(mora, coordinator):
    old = driver.send_in(
        mora,
        received_on=date(2025, 3, 2),
        title="Läxhjälp",
        organisation_name="Läxklubben",
        organisation_number="2021005489",
    )
    new = driver.to_assessment(driver.send_in(mora, received_on=date(2026, 3, 2), title="Språkcafé"), by=coordinator)
    new.diary_number = "KS 2026/00418"
    new.save(update_fields=["diary_number"])
    done = driver.send_in(
        mora,
        received_on=date(2026, 5, 2),
        title="Fotboll",
        organisation_name="Öbornas bollklubb",
        organisation_number=driver.number(5),
    )
    Case.objects.filter(pk=done.pk).update(stage="closed", outcome="grant", closed_on=TODAY)
    return {"old": old, "new": new, "done": done}


@pytest.mark.parametrize(
    ("stage", "titles"),
    [
        ("pagar", ["Språkcafé", "Läxhjälp"]),
        ("received", ["Läxhjälp"]),
        ("assessment", ["Språkcafé"]),
        ("closed", ["Fotboll"]),
        ("in_force", []),
        ("alla", ["Fotboll", "Språkcafé", "Läxhjälp"]),
        ("finns-inte", ["Fotboll", "Språkcafé", "Läxhjälp"]),
    ],
)
def test_cases_by_stage_newest_first(cases, coordinator, stage, titles):
    assert [case.title for case in rows(coordinator, "arenden/", skede=stage)] == titles


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("språk", ["Fotboll", "Språkcafé", "Läxhjälp"]),  # the idea of all three is a språkcafé
        ("SPRÅKBRON", ["Språkcafé"]),
        ("öbornas", ["Fotboll"]),
        ("läxklubben", ["Läxhjälp"]),
        ("IOP-2025", ["Läxhjälp"]),
        ("2026/00418", ["Språkcafé"]),
        ("202100-5489", ["Läxhjälp"]),
        ("202100", ["Läxhjälp"]),
        ("5489", []),
        ("zebra giraff", []),
        ("  fotboll  ", ["Fotboll"]),
        ("%", []),
        ("_", []),
    ],
)
def test_cases_by_words(cases, coordinator, words, titles):
    assert [case.title for case in rows(coordinator, "arenden/", skede="alla", q=words)] == titles


def test_words_and_stage_stay_in_the_links(cases, coordinator):
    page = driver.logged_in(coordinator).get("/mora/arenden/", {"q": "språk", "skede": "alla"}).text
    assert 'value="språk"' in page
    assert 'href="?q=spr%C3%A5k&amp;skede=closed"' in page


def test_nothing_found_says_what_was_looked_for(cases, coordinator):
    page = driver.logged_in(coordinator).get("/mora/arenden/", {"q": "<b>zebra giraff</b>"}).text
    assert "svarar mot «&lt;b&gt;zebra giraff&lt;/b&gt;»" in page


def test_a_party_that_has_left_is_not_named(cases, coordinator):
    other = driver.join(cases["new"], "Byalaget", 9)
    other.left_on = TODAY
    other.save()
    assert "Byalaget" not in driver.logged_in(coordinator).get("/mora/arenden/").text


def test_pages_of_sixty(mora, coordinator, cases):
    case = cases["old"]
    Case.objects.bulk_create(
        Case(
            municipality=mora,
            version=case.version,
            year=2024,
            serial=n,
            reference=f"IOP-2024-{n:04d}",
            title="x",
            received_on=TODAY,
        )
        for n in range(1, 62)
    )
    assert [len(rows(coordinator, "arenden/", sida=page)) for page in (1, 2, 3)] == [60, 3, 3]
    assert "Sida 2 av 2" in driver.logged_in(coordinator).get("/mora/arenden/?sida=2").text


# Organisations


def test_organisations_in_swedish_order(mora, coordinator):
    names = ["Örat", "Ateljén", "Ängen", "Zebran", "Åkern", "éclair", "edet", "Ådalen", "ängla", "Öbor"]
    for serial, name in enumerate(names, 20):
        driver.send_in(mora, organisation_name=name, organisation_number=driver.number(serial))
    found = [organisation.name for organisation in rows(coordinator, "organisationer/")]
    assert found == ["Ateljén", "éclair", "edet", "Zebran", "Ådalen", "Åkern", "Ängen", "ängla", "Öbor", "Örat"]


def test_an_organisation_with_its_cases_and_papers(cases, coordinator, mora):
    party = cases["new"].parties.get()
    driver.fulfil_party(party, by=coordinator)
    driver.support(party, activity=None, giver="Region Dalarna")
    page = driver.logged_in(coordinator).get(f"/mora/organisationer/{party.organisation_id}/").text
    for told in (
        "Språkbron",
        "Ideell förening",
        "Språkcafé",
        "Årsmötesprotokoll",
        "stadgar.pdf",
        "Bidrag från Region Dalarna",
    ):
        assert told in page
    assert "Läxklubben" not in page


# Agreements and follow-ups


def test_agreements_with_their_time(in_force, coordinator):
    page = driver.logged_in(coordinator).get("/mora/avtal/").text
    assert "1 Jan 2027 – 31 Dec 2029".lower() in page.lower()
    assert f'href="/mora/arenden/{in_force.case.reference}/avtal/1.pdf"' in page
    assert "Gällande" in page


def test_follow_ups_late_ones_first_and_held_ones_last(in_force, coordinator):
    follow_up = in_force.follow_ups.get()
    facts = {"participants": "Alla", "progress": "Bra.", "future": "", "lessons": ""}
    hold(follow_up, held_on=TODAY, by=coordinator, **facts)
    in_force.follow_ups.filter(held_on=None).update(due=TODAY - timedelta(days=1))
    found = rows(coordinator, "uppfoljning/")
    assert [(row.held_on, row.late) for row in found] == [(None, True), (TODAY, False)]


@pytest.mark.parametrize("address", ["arbetsbord/", "arenden/", "organisationer/", "avtal/", "uppfoljning/"])
def test_an_empty_list_says_so_in_swedish(coordinator, address):
    text = driver.logged_in(coordinator).get(f"/mora/{address}").text
    assert '<p class="mb-0">In' in text


# What others answer, and what the unit has to do


def test_it_says_how_many_have_answered(mora, coordinator):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    asked = [
        ask_statement(case, outside=name, question="Vad anser ni?", due=TODAY, by=coordinator)
        for name in ("Regionen", "Länsstyrelsen", "Falun")
    ]
    answer_statement(asked[0], text="Inget.", name="Eva", by=coordinator)
    told = {task.title: task.answered for task in rows(coordinator, "arbetsbord/") if task.part != RESTING}
    assert told == {"Yttrande från Länsstyrelsen": "1 av 3 har svarat", "Yttrande från Falun": "1 av 3 har svarat"}
    assert "1 av 3 har svarat" in driver.logged_in(coordinator).get("/mora/arbetsbord/").text
    return_statement(asked[1], why="Inte vi", name="Bo", by=coordinator)
    told = {task.title: task.answered for task in rows(coordinator, "arbetsbord/")}
    assert told["Yttrande från Falun"] == "1 av 2 har svarat"


def test_of_a_single_statement_nothing_is_counted(mora, coordinator):
    case = driver.to_assessment(driver.send_in(mora), by=coordinator)
    ask_statement(case, outside="Regionen", question="Vad anser ni?", due=TODAY, by=coordinator)
    assert {task.answered for task in rows(coordinator, "arbetsbord/")} == {""}


def test_the_units_own(mora, coordinator):
    """What is given to the unit, and what is to be done in cases that it coordinates or is responsible for."""
    unit = mora.units.get(name="Socialnämnden")
    person = driver.person("Nils Nämnd", mora, Role.READER, unit="Socialnämnden")
    case = driver.to_assessment(driver.send_in(mora, title="Vårt"), by=coordinator)
    open_task(case, "meeting", title="I vårt ärende", due=TODAY)
    driver.responsible(case)
    other = driver.to_assessment(driver.send_in(mora, title="Deras"), by=coordinator)
    open_task(other, "meeting", title="Inte vårt", due=TODAY)
    ask_statement(other, unit=unit, question="Vad anser ni?", due=TODAY, by=coordinator)
    titles = {task.title for task in rows(person, "arbetsbord/", visa="enheten")}
    assert {"I vårt ärende", "Yttrande från Socialnämnden"} <= titles and "Inte vårt" not in titles
    assert "Enhetens" not in driver.logged_in(coordinator).get("/mora/arbetsbord/").text


def test_a_word_is_looked_for_among_closed_cases_too_until_a_stage_is_chosen(mora, coordinator):
    case = driver.to_assessment(driver.send_in(mora, title="Notställen"), by=coordinator)
    close(case, outcome="grant", why="Bidrag.", by=coordinator)
    assert [row.pk for row in rows(coordinator, "arenden/", q="notställ")] == [case.pk]
    assert rows(coordinator, "arenden/", q="notställ", skede="pagar") == []
    assert rows(coordinator, "arenden/") == []


# What is late is marked wherever it stands


def test_a_late_next_step_is_marked_in_the_list_and_on_the_case(mora, coordinator):
    case = driver.to_assessment(driver.send_in(mora, title="Mitt"), by=coordinator)
    Task.objects.all().delete()
    mark, client = '<span class="tag tag-stop">försenad</span>', driver.logged_in(coordinator)
    for days, marked in ((0, False), (1, True)):
        open_task(case, "term_ends", title="Något", due=TODAY - timedelta(days=days))
        for address in ("/mora/arenden/", case.get_absolute_url()):
            assert (mark in client.get(address).text) is marked


def test_a_late_follow_up_is_marked_in_its_case(in_force, coordinator):
    address, client = f"{in_force.case.get_absolute_url()}uppfoljning/", driver.logged_in(coordinator)
    assert "försenad" not in client.get(address).text
    in_force.follow_ups.update(due=TODAY - timedelta(days=1))
    Task.objects.update(due=TODAY)
    assert '<span class="tag tag-stop">försenad</span>' in client.get(address).text
