"""Filters, order and columns of the lists: all in the address, told as chips, and kept under a name."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agreements.models import Agreement
from followup.actions import hold
from iop.cases.models import Case
from iop.desk.models import SavedFilter
from iop.municipalities.permissions import Role
from tests.cases import driver

TODAY = timezone.localdate()


def get(user, address: str, **query):
    response = driver.logged_in(user).get(f"/mora/{address}", query)
    assert response.status_code == 200
    return response


def titles(user, **query) -> list[str]:
    return [case.title for case in get(user, "arenden/", **{"skede": "alla"} | query).context["page"]]


@pytest.fixture
def colleague(mora):
    return driver.person("Åke Kollega", mora, Role.COORDINATOR)


@pytest.fixture
def cases(mora, coordinator, colleague):
    """Ända: the coordinator's; Zebra: a colleague's, closed; Åtta: nobody's, of last year."""
    units = {unit.name: unit for unit in mora.units.all()}
    mine = driver.to_assessment(driver.send_in(mora, title="Ända", received_on=date(2026, 3, 2)), by=coordinator)
    mine.unit, mine.responsible = units["Upphandlingsenheten"], units["Socialnämnden"]
    mine.save()
    hers = driver.to_assessment(driver.send_in(mora, title="Zebra", received_on=date(2026, 5, 2)), by=colleague)
    Case.objects.filter(pk=hers.pk).update(stage="closed", outcome="grant", closed_on=TODAY, unit=None)
    free = driver.send_in(mora, title="Åtta", received_on=date(2025, 5, 2))
    Case.objects.filter(pk=free.pk).update(unit=None)
    return {"mine": mine, "hers": hers, "free": free}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Zebra", "Ända", "Åtta"]),
        ({"utfall": "grant"}, ["Zebra"]),
        ({"handlaggare": "mina"}, ["Ända"]),
        ({"handlaggare": "ingen"}, ["Åtta"]),
        ({"ar": "2025"}, ["Åtta"]),
        ({"inkom_fran": "2026-03-02", "inkom_till": "2026-05-01"}, ["Ända"]),
        ({"inkom_till": "2026-03-02"}, ["Ända", "Åtta"]),
        ({"ar": "2026", "handlaggare": "ingen"}, []),
    ],
)
def test_filters_of_cases(cases, coordinator, query, found):
    assert titles(coordinator, **query) == found


def test_by_person_and_by_unit(cases, coordinator, colleague):
    assert titles(coordinator, handlaggare=colleague.pk) == ["Zebra"]
    assert titles(coordinator, enhet=cases["mine"].unit_id) == ["Ända"]
    assert titles(coordinator, enhet=cases["mine"].responsible_id) == ["Ända"]


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("arende", ["Zebra", "Åtta", "Ända"]),
        ("-arende", ["Ända", "Åtta", "Zebra"]),
        ("inkom", ["Åtta", "Ända", "Zebra"]),
        ("-inkom", ["Zebra", "Ända", "Åtta"]),
        ("skede", ["Åtta", "Ända", "Zebra"]),
        ("handlaggare", ["Ända", "Zebra", "Åtta"]),
        ("-handlaggare", ["Zebra", "Ända", "Åtta"]),
        ("nasta", ["Åtta", "Zebra", "Ända"]),
        ("ansvarig", ["Ända", "Zebra", "Åtta"]),
        ("enhet", ["Ända", "Zebra", "Åtta"]),
        ("avslutat", ["Zebra", "Ända", "Åtta"]),
        ("finns-inte", ["Zebra", "Ända", "Åtta"]),
    ],
)
def test_order_of_cases_with_what_is_empty_last(cases, coordinator, key, found):
    assert titles(coordinator, sortera=key) == found


def test_headings_say_how_the_rows_lie_and_turn_them(cases, coordinator):
    page = get(coordinator, "arenden/", skede="alla", sortera="arende").text
    assert '<th scope="col" aria-sort="ascending"><a href="?skede=alla&amp;sortera=-arende">' in page
    assert '<th scope="col" class="num"><a href="?skede=alla&amp;sortera=-inkom">' in page
    assert page.count("aria-sort") == 1
    assert 'aria-sort="descending"' in get(coordinator, "arenden/", sortera="-arende", skede="alla").text


def heads(response) -> list[str]:
    return [head["label"] for head in response.context["asked"].heads]


def test_columns_are_chosen_in_the_address(cases, coordinator):
    usual = ["Ärende", "Skede", "Nästa steg", "Handläggare", "Inkom"]
    assert heads(get(coordinator, "arenden/")) == usual
    chosen = get(coordinator, "arenden/", skede="alla", kolumn=["avslutat", "enhet"])
    assert heads(chosen) == ["Ärende", "Samordnande enhet", "Avslutat"]
    assert "Upphandlingsenheten" in chosen.text
    assert "Ta emot initiativet" not in chosen.text
    assert 'href="?skede=closed&amp;kolumn=avslutat&amp;kolumn=enhet"' in chosen.text


def test_filters_stand_as_chips_that_can_be_taken_away(cases, coordinator):
    response = get(coordinator, "arenden/", handlaggare="mina", inkom_fran="2026-01-01", sida="1")
    assert response.context["asked"].chips == [
        ("Handläggare: jag", "?inkom_fran=2026-01-01"),
        ("Inkom från och med: 1 jan 2026", "?handlaggare=mina"),
    ]
    assert 'href="?inkom_fran=2026-01-01"' in response.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"skede": "borta"}, "Skede «borta» finns inte längre eller går inte att läsa. Filtret används inte."),
        ({"ar": "i fjol"}, "År «i fjol» finns inte längre eller går inte att läsa. Filtret används inte."),
        ({"ar": "99999"}, "År «99999» finns inte längre eller går inte att läsa. Filtret används inte."),
        ({"inkom_fran": "32 maj"}, "Inkom från och med «32 maj» finns inte längre"),
        ({"enhet": "77777777777777777777"}, "Enhet eller nämnd «77777777777777777777» finns inte längre"),
        ({"farg": "röd"}, "Filtret «farg» finns inte längre och används inte."),
        ({"kolumn": "borta"}, "Kolumnen «borta» finns inte längre och visas inte."),
        ({"sortera": "-borta"}, "Det går inte längre att sortera på «-borta». Vanlig ordning används."),
    ],
)
def test_what_is_gone_is_told_and_the_rest_is_used(cases, coordinator, query, said):
    response = get(coordinator, "arenden/", **{"skede": "alla", "handlaggare": "mina"} | query)
    assert [case.title for case in response.context["page"]] == ["Ända"]
    assert said in response.text


@pytest.mark.parametrize("number", ["0", "-1", "x", "٣", "9" * 400, "\x00", "1.5", "2"])
def test_a_page_that_is_not_there_is_the_nearest(cases, coordinator, number):
    assert len(titles(coordinator, sida=number)) == 3


def test_an_address_of_nonsense(cases, coordinator):
    for address in ("arenden/", "organisationer/", "avtal/", "uppfoljning/"):
        query = {f"x{n}\x00": "\x00" for n in range(300)} | {"kolumn": ["\x00"] * 300, "sortera": "\x00", "q": "\x00"}
        get(coordinator, address, **query)


def test_pages_of_many_are_not_counted_to_the_end(mora, cases, coordinator, monkeypatch):
    monkeypatch.setattr("iop.desk.listing.base.ROWS", 1)
    monkeypatch.setattr("iop.desk.listing.base.MOST_COUNTED", 2)
    page = get(coordinator, "arenden/", skede="alla").text
    assert "<span>Sida 1</span>" in page
    assert "fler än 2 ärenden" in page
    assert "Sida 3" in get(coordinator, "arenden/", skede="alla", sida=3).text


# The other lists


def test_organisations_by_legal_form(mora, coordinator):
    driver.send_in(mora)
    driver.send_in(mora, organisation_name="Ö", organisation_number=driver.number(8), legal_form="stiftelse")
    found = get(coordinator, "organisationer/", associationsform="stiftelse").context["page"]
    assert [row.name for row in found] == ["Ö"]
    found = get(coordinator, "organisationer/", sortera="-organisation", kolumn=["epost"]).context["page"]
    assert [row.name for row in found] == ["Ö", "Språkbron"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Utkast", "Språkcafé på biblioteket"]),
        ({"skede": "in_force"}, ["Språkcafé på biblioteket"]),
        ({"skede": "drafting"}, ["Utkast"]),
        ({"slutar_fran": "2029-12-31"}, ["Språkcafé på biblioteket"]),
        ({"slutar_till": "2029-12-30"}, []),
        ({"sortera": "tid"}, ["Språkcafé på biblioteket", "Utkast"]),
        ({"sortera": "-avtal"}, ["Utkast", "Språkcafé på biblioteket"]),
    ],
)
def test_agreements(mora, in_force, coordinator, query, found):
    Agreement.objects.create(case=driver.send_in(mora), title="Utkast")
    assert [row.title for row in get(coordinator, "avtal/", **query).context["page"]] == found


@pytest.mark.parametrize(
    ("state", "days"), [("vantar", [-1]), ("forsenad", [-1]), ("gjord", [0]), ("alla", [-1, 0]), ("", [-1, 0])]
)
def test_follow_ups(in_force, coordinator, state, days):
    follow_up = in_force.follow_ups.get()
    hold(follow_up, held_on=TODAY, by=coordinator, participants="Alla", progress="Bra.", future="", lessons="")
    in_force.follow_ups.filter(held_on=None).update(due=TODAY - timedelta(days=1))
    in_force.follow_ups.filter(held_on=TODAY).update(due=TODAY)
    found = get(coordinator, "uppfoljning/", lage=state).context["page"]
    assert [(row.due - TODAY).days for row in found] == days
    assert [(row.due - TODAY).days for row in get(coordinator, "uppfoljning/", sortera="-senast").context["page"]]
    assert len(get(coordinator, "uppfoljning/", senast_fran=TODAY, lage="alla").context["page"]) == 1


# Saved filters

SAVE = "/mora/listor/arenden/filter/"


def save(user, name="Mina i år", query="skede=alla&handlaggare=mina", **more):
    return driver.logged_in(user).post(SAVE, {"namn": name, "fraga": query} | more, follow=True)


def names(user) -> list[str]:
    return [one["name"] for one in get(user, "arenden/").context["saved"]]


def test_a_filter_is_saved_and_used(cases, coordinator):
    page = save(coordinator, query="skede=alla&handlaggare=mina&sida=3&kolumn=inkom&sortera=-inkom")
    assert "Filtret «Mina i år» är sparat." in page.text
    saved = SavedFilter.objects.get()
    assert saved.query == "skede=alla&handlaggare=mina&kolumn=inkom&sortera=-inkom"
    assert f'href="?{saved.query.replace("&", "&amp;")}" aria-current="true"' in page.text
    found = driver.logged_in(coordinator).get(f"/mora/arenden/?{saved.query}").context["page"]
    assert [case.title for case in found] == ["Ända"]


def test_the_same_name_is_written_over(cases, coordinator):
    save(coordinator)
    save(coordinator, query="skede=closed")
    assert SavedFilter.objects.get().query == "skede=closed"


def test_a_filter_is_ones_own_until_it_is_shared(cases, coordinator, colleague, reader, neighbour):
    save(coordinator)
    saved = SavedFilter.objects.get()
    assert (names(coordinator), names(colleague)) == (["Mina i år"], [])
    page = driver.logged_in(coordinator).post(f"/mora/listor/filter/{saved.pk}/dela/", {"delat": "1"}, follow=True)
    assert "delas nu med alla i kommunen" in page.text
    assert names(colleague) == names(reader) == ["Mina i år"]
    assert list(SavedFilter.objects.visible_to(neighbour)) == []
    driver.logged_in(coordinator).post(f"/mora/listor/filter/{saved.pk}/dela/", {})
    assert names(colleague) == []


def test_a_filter_is_saved_for_all_at_once(cases, coordinator, colleague):
    save(coordinator, delat="1")
    assert names(colleague) == ["Mina i år"]
    assert "delat av Karin Samordnare" in get(colleague, "arenden/").text


def test_only_the_owner_changes_it_but_an_administrator_clears_away(cases, coordinator, colleague, administrator):
    save(coordinator, delat="1")
    pk = SavedFilter.objects.get().pk
    other = driver.logged_in(colleague)
    assert other.post(f"/mora/listor/filter/{pk}/dela/").status_code == 404
    assert other.post(f"/mora/listor/filter/{pk}/ta-bort/").status_code == 404
    assert driver.logged_in(administrator).post(f"/mora/listor/filter/{pk}/dela/").status_code == 404
    assert SavedFilter.objects.filter(shared=True).count() == 1
    assert driver.logged_in(administrator).post(f"/mora/listor/filter/{pk}/ta-bort/").status_code == 302
    assert SavedFilter.objects.count() == 0


def test_removed_by_its_owner(cases, coordinator):
    save(coordinator)
    page = driver.logged_in(coordinator).post(
        f"/mora/listor/filter/{SavedFilter.objects.get().pk}/ta-bort/", follow=True
    )
    assert "Filtret «Mina i år» är borttaget." in page.text
    assert names(coordinator) == []


def test_an_old_filter_tells_what_is_gone(cases, coordinator, mora):
    query = "skede=alla&handlaggare=mina&kolumn=ramfaktor&kolumn=inkom&sortera=ramfaktor&omrade=norr"
    SavedFilter.objects.create(municipality=mora, owner=coordinator, list="arenden", name="Gammalt", query=query)
    response = driver.logged_in(coordinator).get(f"/mora/arenden/?{query}")
    assert [case.title for case in response.context["page"]] == ["Ända"]
    assert heads(response) == ["Ärende", "Inkom"]
    for said in ("Kolumnen «ramfaktor»", "sortera på «ramfaktor»", "Filtret «omrade»"):
        assert said in response.text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"namn": " \x00 "}, "Skriv vad filtret ska heta."),
        ({"namn": "x", "fraga": "&".join(f"kolumn={'x' * 90}{n}" for n in range(40))}, "för långt för att sparas"),
    ],
)
def test_filters_that_cannot_be_saved(cases, coordinator, sent, said):
    assert said in driver.logged_in(coordinator).post(SAVE, sent, follow=True).text
    assert SavedFilter.objects.count() == 0


def test_filters_are_not_without_number(cases, coordinator, monkeypatch):
    monkeypatch.setattr("iop.desk.views.filters.MOST_FILTERS", 1)
    save(coordinator)
    assert "Du har redan 1 filter här." in save(coordinator, name="Ett till").text
    assert "är sparat" in save(coordinator).text
    assert SavedFilter.objects.count() == 1
