"""An organisation is renamed or gets its number, and two that turn out to be one are made one."""

import pytest
from django.db import IntegrityError, transaction

from iop.cases.machinery import Refused
from iop.cases.models import Case
from iop.cases.recusals import state
from iop.cases.secrecy import mark_secret
from iop.municipalities.permissions import Role
from partners.access import give, readers_of
from partners.actions import add_party, leave, organisation_for
from partners.models import Organisation, Representative
from partners.organisations import facts_now, merge, rename, what_hinders, who_would_see_more
from partners.representatives import confirm
from tests.cases import driver

NAME = "Byalaget Våmhus"
WHY = {"why": "Ordföranden ringde."}


@pytest.fixture
def known(mora) -> Case:
    """A case of an organisation with a number."""
    facts = {"organisation_name": "Våmhus byalag", "organisation_number": driver.number(50)}
    return driver.send_in(mora, title="Skjutsring", contact_email="olle@by.example", **facts)


@pytest.fixture
def again(mora) -> Case:
    """The same organisation sends again, by another name and without its number."""
    return driver.send_in(mora, organisation_name=NAME, organisation_number="", contact_email="eva@by.example")


def whose(case: Case) -> Organisation:
    return Organisation.objects.get(parties__case=case)


def acts(organisation: Organisation, email: str, *, by) -> Representative:
    return confirm(organisation, name=email, email=email, phone="", role="ordförande", ground="protokoll", by=by)


def at(organisation, path: str = "", slug: str = "mora") -> str:
    return f"/{slug}/organisationer/{organisation.pk}/{path}"


# Renamed


def test_a_former_name_is_kept_shown_and_found(known, coordinator):
    one = whose(known)
    number = one.written_number
    data = {"name": "Våmhus bygdelag", "number": number, "legal_form": "ideell_forening"}
    assert driver.logged_in(coordinator).post(at(one, "andra/"), data)["Location"] == at(one)
    one.refresh_from_db()
    assert (one.name, one.written_number, one.former_names) == ("Våmhus bygdelag", number, ["Våmhus byalag"])
    page = driver.logged_in(coordinator).get(at(one)).text
    assert "Har också hetat" in page and "Våmhus byalag" in page
    client = driver.logged_in(coordinator)
    for words in ("byalag", "bygdelag"):
        assert at(one) in client.get(f"/mora/organisationer/?q=Våmhus+{words}").text
    assert list(Organisation.objects.called("Våmhus byalag")) == [one]
    assert known.initiative.stated_name == "Våmhus byalag"


def test_a_number_is_set_and_never_anothers(known, again, coordinator):
    one, other = whose(again), whose(known)
    client = driver.logged_in(coordinator)
    taken = client.post(at(one, "andra/"), {"name": NAME, "number": other.number, "legal_form": ""})
    assert taken.status_code == 422 and "En annan organisation har redan det numret." in taken.text
    wrong = client.post(at(one, "andra/"), {"name": NAME, "number": "850709-9805", "legal_form": ""})
    assert wrong.status_code == 422 and "personnummer" in wrong.text
    assert client.post(at(one, "andra/"), {"name": NAME, "number": driver.number(60)}).status_code == 302
    one.refresh_from_db()
    assert (one.number, one.former_names) == (driver.number(60), [])


def test_two_who_rename_it_at_once(known, coordinator):
    one, client = whose(known), driver.logged_in(coordinator)
    page = client.get(at(one, "andra/")).context["form"]
    opened = {field.name: field.value() or "" for field in page}
    rename(one, **facts_now(one) | {"name": "Karins namn"}, by=coordinator)
    answer = client.post(at(one, "andra/"), opened | {"name": "Kims namn"})
    assert answer.status_code == 422 and "Karins namn" in answer.text and 'value="Kims namn"' in answer.text
    assert Organisation.objects.get(pk=one.pk).name == "Karins namn"


# Made one


def test_everything_follows_and_the_double_leads_on(known, again, coordinator):
    double, into = whose(again), whose(known)
    party = again.parties.get()
    driver.support(party, activity=None, giver="Staten")
    acts(double, "", by=coordinator)
    client = driver.logged_in(coordinator)
    preview = client.get(at(double, f"sla-ihop/{into.pk}/"))
    assert again.reference in preview.text and "Slå ihop dem" in preview.text
    assert client.post(at(double, f"sla-ihop/{into.pk}/"), {"why": " "}).status_code == 422
    assert client.post(at(double, f"sla-ihop/{into.pk}/"), WHY)["Location"] == at(into)
    double.refresh_from_db()
    into.refresh_from_db()
    assert (double.merged_into, double.merged_by, double.merged_why) == (into, coordinator, WHY["why"])
    assert into.former_names == [NAME]
    party.refresh_from_db()
    again.initiative.refresh_from_db()
    assert (party.organisation, party.activity.organisation, again.initiative.organisation) == (into, into, into)
    assert into.representatives.count() == 1 and into.other_support.count() == 1
    left = [r.get_accessor_name() for r in Organisation._meta.related_objects if r.get_accessor_name() != "doubles"]
    assert not any(getattr(double, name).exists() for name in left)
    assert again.initiative.stated_name == NAME
    record = again.records.get(about=f"Parten {NAME} är samma organisation som Våmhus byalag")
    assert (record.text, record.by) == (WHY["why"], coordinator)
    assert not known.records.filter(about__contains="samma organisation").exists()
    assert client.get(at(double))["Location"] == at(into)
    page = client.get(at(into)).text
    assert f"av {coordinator.name}." in page and "slogs ihop hit" in page
    assert WHY["why"] not in page  # the records tell why, to those who see them
    assert at(double) not in client.get("/mora/organisationer/").text
    assert at(into) in client.get("/mora/organisationer/?q=Byalaget").text
    assert Organisation.history.filter(id=double.pk, merged_into=into.pk).exists()


def test_a_number_goes_along(known, again, coordinator):
    double, into = whose(known), whose(again)
    number = double.number
    merge(double, into, why="Samma.", by=coordinator)
    into.refresh_from_db()
    assert into.number == number
    assert organisation_for(into.municipality, name="X", number=number, legal_form="") == into


def test_what_comes_for_the_double_lands_with_the_other(known, again, assessed, coordinator):
    double, into = whose(again), whose(known)
    merge(double, into, why="Samma.", by=coordinator)
    assert add_party(assessed, double).organisation == into  # as it was read before somebody merged it
    with pytest.raises(Refused, match="ihopslagen"):
        acts(double, "ny@by.example", by=coordinator)
    with pytest.raises(Refused, match="ihopslagen"):
        rename(double, **facts_now(double) | {"name": "Nytt"}, by=coordinator)
    with pytest.raises(Refused, match="ihopslagen"):
        merge(double, into, why="Samma.", by=coordinator)


def test_what_leads_to_a_double_of_a_double_leads_to_the_last(known, again, mora, coordinator):
    third = whose(driver.send_in(mora, organisation_name="Tredje", organisation_number=""))
    merge(whose(again), third, why="Samma.", by=coordinator)
    merge(third, whose(known), why="Samma.", by=coordinator)
    assert set(whose(known).doubles.values_list("name", flat=True)) == {NAME, "Tredje"}
    assert set(Organisation.objects.get(pk=whose(known).pk).former_names) == {NAME, "Tredje"}


def test_two_numbers_are_two_organisations(known, mora, coordinator):
    other = whose(driver.send_in(mora, organisation_name="Annan", organisation_number=driver.number(61)))
    with pytest.raises(Refused, match="två nummer är två organisationer"):
        merge(other, whose(known), why="Samma.", by=coordinator)


@pytest.mark.parametrize("left", [True, False])
def test_two_parties_of_one_case_are_two(known, again, coordinator, left):
    double, into = whose(again), whose(known)
    party = add_party(known, double)
    if left:
        leave(party, by=coordinator)
    with pytest.raises(Refused, match=f"parter i {known.reference}, och är alltså två där"):
        merge(double, into, why="Samma.", by=coordinator)


def test_of_a_case_that_the_person_does_not_see_nothing_is_told(known, again, mora, coordinator):
    double, into = whose(again), whose(known)
    both = driver.send_in(mora, title="Hemligt", organisation_number="")
    for one in (double, into):
        add_party(both, one)
    mark_secret(both, ground="OSL 26:1", by=coordinator)
    kim = driver.person("Kim Kollega", mora, Role.COORDINATOR)
    page = driver.logged_in(kim).get(at(double, f"sla-ihop/{into.pk}/")).text
    assert "De två kan du inte slå ihop." in page and "samma ärende" not in page and both.reference not in page
    assert both.reference in driver.logged_in(coordinator).get(at(double, f"sla-ihop/{into.pk}/")).text
    with pytest.raises(Refused, match="Be en kollega"):
        merge(double, into, why="Samma.", by=kim)


def test_it_is_not_merged_with_itself_or_another_municipalitys(known, gavle, coordinator):
    other = whose(driver.send_in(gavle, organisation_number=""))
    with pytest.raises(Refused, match="annan kommun"):
        merge(other, whose(known), why="Samma.", by=coordinator)
    with pytest.raises(Refused, match="Välj en annan organisation"):
        merge(whose(known), whose(known), why="Samma.", by=coordinator)


@pytest.mark.parametrize("which", ["double", "into"])
def test_a_name_of_secret_cases_alone_is_not_told(known, again, coordinator, which):
    mark_secret(again if which == "double" else known, ground="OSL 26:1", by=coordinator)
    with pytest.raises(Refused, match="känd bara ur sekretessmarkerade ärenden"):
        merge(whose(again), whose(known), why="Samma.", by=coordinator)


def test_what_lies_signed_keeps_its_words(in_force, coordinator):
    party = in_force.case.parties.get()
    before = in_force.for_signing.files.get().file.sha256
    rename(party.organisation, **facts_now(party.organisation) | {"name": "Nya Språkbron"}, by=coordinator)
    assert in_force.for_signing.files.get().file.sha256 == before


# To make one is to vouch for nobody


def seen_by(*cases) -> set[tuple[str, str]]:
    return {(email, case.reference) for case in cases for email in readers_of(case.parties.all())}


def test_nobody_sees_a_case_that_they_did_not(known, again, coordinator):
    double, into = whose(again), whose(known)
    acts(into, "olle@by.example", by=coordinator)
    acts(double, "eva@by.example", by=coordinator)
    told = {"olle@by.example": [again.reference], "eva@by.example": [known.reference]}
    assert who_would_see_more(double, into) == told
    with pytest.raises(Refused, match="^Att slå ihop är inte att släppa in: "):
        merge(double, into, why="Samma.", by=coordinator)
    assert seen_by(known, again) == {("olle@by.example", known.reference), ("eva@by.example", again.reference)}


def test_those_who_were_invited_or_confirmed_in_both_see_as_before(known, again, coordinator):
    double, into = whose(again), whose(known)
    acts(into, "olle@by.example", by=coordinator)
    acts(double, "eva@by.example", by=coordinator)
    how = {"by": coordinator, "absolute": driver.absolute}
    give(again.parties.get(), email="olle@by.example", name="Olle", **how)
    give(known.parties.get(), email="eva@by.example", name="Eva", **how)
    before = seen_by(known, again)
    acts(double, "olle@by.example", by=coordinator)
    merge(double, into, why="Samma.", by=coordinator)
    assert seen_by(known, again) == before
    acting = into.representatives.acting().values_list("email", flat=True)
    assert sorted(acting) == ["eva@by.example", "olle@by.example"]


def test_a_strangers_idea_lands_with_nobody(known, again, coordinator):
    """Nobody has made sure of the sender, so those who act for the known organisation see it no more than before."""
    acts(whose(known), "olle@by.example", by=coordinator)
    before = seen_by(known, again)
    merge(whose(again), whose(known), why="Samma.", by=coordinator)
    assert seen_by(known, again) == before


@pytest.mark.parametrize(
    ("sender", "other", "state_of"),
    [
        *((sender, "acting", "open") for sender in ("acting", "ended", "nobody")),
        *(("acting", "acting", state_of) for state_of in ("secret", "named", "left")),
        ("acting", "ended", "open"),
        ("nobody", "nobody", "open"),
    ],
)
def test_who_would_see_more_is_who_sees_more(known, again, coordinator, mora, sender, other, state_of):
    """Held against what is really seen, when nothing hinders it."""
    driver.send_in(mora, organisation_name=NAME, organisation_number="", title="Öppet")  # keeps the name known
    double, into = whose(again), whose(known)
    for email, organisation, how in (("eva@by.example", into, sender), ("olle@by.example", into, other)):
        if how != "nobody":
            row = acts(organisation, email, by=coordinator)
            if how == "ended":
                row.ended_on, row.ended_by = row.confirmed_on, coordinator
                row.save()
    party = again.parties.get()
    if state_of == "secret":
        Case.objects.filter(pk=again.pk).update(secret=True, secrecy_ground="OSL")
    elif state_of != "open":
        party.named_by_sender, party.left_on = state_of == "named", again.received_on if state_of == "left" else None
        party.save()
    before = seen_by(known, again)
    expected = {(email, case) for email, cases in who_would_see_more(double, into).items() for case in cases}
    for row in double.parties.all():
        row.organisation = into
        row.save()
    assert seen_by(known, again) - before == expected


# Who may


@pytest.mark.parametrize("role", Role.values)
def test_coordinators_and_administrators_may(known, again, cast, role):
    double, into, client = whose(again), whose(known), driver.logged_in(cast[role])
    allowed = role in (Role.COORDINATOR, Role.ADMINISTRATOR)
    for path in ("andra/", "sla-ihop/", f"sla-ihop/{into.pk}/"):
        assert client.get(at(double, path)).status_code == (200 if allowed else 403)
    assert ("Samma organisation som en annan?" in client.get(at(double)).text) == allowed
    assert client.post(at(double, "andra/"), {"name": ""}).status_code == (422 if allowed else 403)
    assert client.post(at(double, f"sla-ihop/{into.pk}/"), WHY).status_code == (302 if allowed else 403)


def test_others_find_nothing(known, again, neighbour, gavle, coordinator):
    double, into = whose(again), whose(known)
    theirs = whose(driver.send_in(gavle, organisation_number=driver.number(62)))
    for path in ("andra/", "sla-ihop/", f"sla-ihop/{into.pk}/"):
        assert driver.logged_in(None).get(at(double, path)).status_code == 302
        for slug in ("mora", "gavle"):
            assert driver.logged_in(neighbour).get(at(double, path, slug)).status_code == 404
    client = driver.logged_in(coordinator)
    assert client.post(at(double, f"sla-ihop/{theirs.pk}/"), WHY).status_code == 404
    assert client.post(at(theirs, f"sla-ihop/{into.pk}/"), WHY).status_code == 404
    assert client.post(at(double, "sla-ihop/")).status_code == 405


@pytest.mark.parametrize("which", ["double", "into"])
def test_one_with_jav_in_a_case_of_theirs_does_nothing(known, again, coordinator, which):
    double, into, client = whose(again), whose(known), driver.logged_in(coordinator)
    state(again if which == "double" else known, coordinator, why="", by=coordinator)
    assert client.post(at(double, f"sla-ihop/{into.pk}/"), WHY).status_code == 403
    one = double if which == "double" else into
    assert client.post(at(one, "andra/"), {"name": "Nytt"}).status_code == 403
    with pytest.raises(Refused, match="är jävig"):
        merge(double, into, why="Samma.", by=coordinator)
    with pytest.raises(Refused, match="är jävig"):
        rename(one, **facts_now(one) | {"name": "Nytt"}, by=coordinator)


def test_one_of_a_secret_case_is_not_offered(known, again, coordinator, mora):
    kim = driver.logged_in(driver.person("Kim Kollega", mora, Role.COORDINATOR))
    mark_secret(known, ground="OSL 26:1", by=coordinator)
    double, into = whose(again), whose(known)
    assert kim.get(at(double, "sla-ihop/?q=Våmhus+byalag")).context["others"] == []
    assert kim.get(at(double, f"sla-ihop/{into.pk}/")).status_code == 404


def test_the_coordinator_is_offered_it_at_intake(known, again, coordinator, reader):
    offered = f'href="{at(whose(again), "sla-ihop/")}"'
    assert offered in driver.logged_in(coordinator).get(again.get_absolute_url()).text
    assert offered not in driver.logged_in(reader).get(again.get_absolute_url()).text
    assert "sla-ihop" not in driver.logged_in(coordinator).get(known.get_absolute_url()).text


def test_those_of_the_same_name_are_offered_first_and_others_are_searched(known, again, mora, coordinator):
    twin = whose(driver.send_in(mora, organisation_name=NAME.upper(), organisation_number="", title="En till"))
    client = driver.logged_in(coordinator)
    assert client.get(at(whose(again), "sla-ihop/")).context["others"] == [twin]
    for words in ("våmhus BYA", whose(known).written_number):
        assert client.get(at(whose(again), "sla-ihop/"), {"q": words}).context["others"] == [whose(known)]


def test_the_database_wants_who_when_and_why(known, again):
    with pytest.raises(IntegrityError, match="merged_organisation_was_merged"), transaction.atomic():
        Organisation.objects.filter(pk=whose(again).pk).update(merged_into=whose(known))


def test_nothing_hinders_two_that_have_nothing_against_it(known, again, coordinator):
    assert what_hinders(whose(again), whose(known), by=coordinator) == ""
