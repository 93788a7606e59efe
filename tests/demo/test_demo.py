"""The demonstration: believable cases in every stage, built in an empty database and nowhere else."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, AgreementStage
from followup.models import FollowUp, Publication
from iop.cases.files import check_upload
from iop.cases.models import Case, Stage, StageChange, Task
from iop.demo import story
from iop.demo.build import build
from iop.demo.clock import acting, at, workday
from iop.demo.management.commands import demo
from iop.demo.papers import paper, pdf
from iop.demo.people import PASSWORD, move_in
from iop.desk.case_page import TABS, agreement_of, gate_panel
from iop.municipalities.models import Membership, Unit, User
from iop.rulesets.schema import Effect
from partners.models import Organisation
from partners.numbers import normalised

PLACES = {place.municipality: place for place in story.places()}
LISTS = ("worklist", "case_list", "organisation_list", "agreement_list", "followup_list")


@pytest.fixture(autouse=True)
def cheap_paper(monkeypatch):
    """What an agreement looks like is tested elsewhere."""
    monkeypatch.setattr("agreements.actions.agreement_pdf", lambda agreement: pdf(f"{agreement} {agreement.stage}"))


def run(*arguments) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("slug", PLACES)
def test_a_municipality_has_something_to_show_everywhere(slug, db, client):
    place = PLACES[slug]
    cases = build(place, story.phrases())

    assert {case.stage for case in cases} == set(Stage)
    assert set(Agreement.objects.values_list("stage", flat=True)) == set(AgreementStage)
    assert len({case.outcome for case in cases if case.stage == Stage.CLOSED}) >= 2
    assert FollowUp.objects.waiting().filter(due__lt=timezone.localdate()).count() == 1
    assert FollowUp.objects.filter(held_on__isnull=False).exists()
    told = sum(story.published is not None for story in place.cases)
    assert Publication.objects.open_to_all().count() == told >= 1
    strict = {"block", "warn", "inform", "overridden"}
    assert findings(cases) == (strict if cases[0].rules.strongest_effect == Effect.BLOCK else {"inform"})

    late = Task.objects.overdue().count()
    assert 2 <= late <= Task.objects.open().count() / 3
    assert StageChange.objects.filter(at__lt=timezone.now() - timedelta(days=600)).exists()
    assert [case.reference for case in cases] == sorted(case.reference for case in cases)

    secret = [case for case in cases if case.secret]
    assert ["OSL" in case.secrecy_ground for case in secret] == [True]
    assert client.login(username=f"lasare@{slug}.example", password=PASSWORD)
    assert client.get(secret[0].get_absolute_url()).status_code == 404


def test_every_page_of_every_case_answers(db, client):
    """Of one municipality, as it takes its time: the one with the most cases."""
    slug, place = max(PLACES.items(), key=lambda one: len(one[1].cases))
    cases = build(place, story.phrases())

    assert client.login(username=f"samordnare@{slug}.example", password=PASSWORD)
    addresses = [reverse(name, args=[slug]) for name in LISTS]
    addresses += [reverse(name, args=[slug, case.reference]) for name, _ in TABS for case in cases]
    addresses += [organisation.get_absolute_url() for organisation in Organisation.objects.all()]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
    with closing(client.get(reverse("record_file", args=[slug, *a_file_of(cases[0])]))) as response:
        assert response.getvalue().startswith(b"%PDF-")


def a_file_of(case) -> tuple[str, int]:
    return case.reference, case.records.filter(files__isnull=False).values_list("files", flat=True).first()


def findings(cases) -> set[str]:
    """What the gates of the municipality's cases say; what only the program itself demands is left out."""
    panels = [gate_panel(case, agreement_of(case)) for case in cases]
    found = [finding for panel in panels if panel for finding in panel.findings if finding.rule]
    return {"overridden" if finding.override else finding.effect.value for finding in found}


@pytest.mark.parametrize("slug", PLACES)
def test_the_people_are_there(slug, db, client):
    cast = move_in(PLACES[slug])
    again = move_in(PLACES[slug])

    assert cast.users == again.users
    members = Membership.objects.filter(municipality=cast.municipality)
    assert {member.role for member in members} == {"coordinator", "secretary", "adviser", "reader", "administrator"}
    assert all(client.login(username=user.email, password=PASSWORD) for user in cast.users.values())
    advisers = [member.unit for member in members.select_related("unit") if member.role == "adviser"]
    assert all(isinstance(unit, Unit) for unit in advisers)


def test_organisations_are_invented():
    """Numbers from a range that is not given out, and addresses that nobody can own."""
    rows = [row for place in PLACES.values() for row in place.organisations]
    numbers = [row.number for row in rows if row.number]
    assert all(number[3:6] == "999" and normalised(number) for number in numbers)
    assert len(numbers) == len(set(numbers))
    assert all(row.email.endswith(".example") for row in rows)


@pytest.fixture
def one_story(settings, monkeypatch):
    """A demonstration of a single case, as the whole takes its time."""
    settings.DEMO = True
    place = PLACES["mora"]
    short = place.model_copy(update={"cases": place.cases[:1]})
    monkeypatch.setattr(demo, "places", lambda: [short])


def test_fills_an_empty_database_once(one_story, db):
    assert "Mora: 1 ärenden." in run("--if-empty")
    assert Case.objects.count() == 1

    assert run("--if-empty") == ""
    with pytest.raises(CommandError, match="Det finns redan ärenden"):
        run()
    assert Case.objects.count() == 1


def test_all_or_nothing(one_story, db, monkeypatch):
    def break_down(place, phrases):
        build(place, phrases)
        raise RuntimeError

    monkeypatch.setattr(demo, "build", break_down)
    with pytest.raises(RuntimeError):
        run()
    assert not Case.objects.exists()
    assert not User.objects.exists()


def test_refuses_where_there_is_no_demonstration(settings, db):
    settings.DEMO = False
    for arguments in ((), ("--if-empty",), ("--logins",)):
        with pytest.raises(CommandError, match="IOP_DEMO=1"):
            run(*arguments)
    assert not Case.objects.exists()


def test_tells_who_can_log_in(settings, db):
    settings.DEMO = True
    assert "finns inte här" in run("--logins")

    move_in(PLACES["soderhamn"])
    told = run("--logins")
    assert PASSWORD in told
    assert "ekonom@soderhamn.example" in told
    assert "Ekonomiska funktionen" in told
    assert "@mora.example" not in told


def test_a_story_that_does_not_hold_says_which(db):
    place = PLACES["mora"]
    broken = place.cases[0].model_copy(update={"title": "…"})
    with pytest.raises(ValueError) as told:
        build(place.model_copy(update={"cases": (broken,)}), story.phrases())
    assert "«…»" in told.value.__notes__[0]


def test_the_clock_is_put_back_and_ticks_on(db):
    then = datetime(2024, 5, 14, 9, 30, tzinfo=UTC)
    with at(then):
        first, default = timezone.now(), StageChange._meta.get_field("at").get_default()
        assert timezone.localdate().isoformat() == "2024-05-14"
        assert isinstance(first, timezone.datetime)
    assert then <= first <= default < then + timedelta(minutes=1)
    assert timezone.now() - datetime.now(UTC) < timedelta(seconds=1)


def test_history_knows_who_acts(mora, coordinator):
    with acting(coordinator):
        kept = Organisation.objects.create(municipality=mora, name="Föreningen Språkbron")
    kept.save()
    assert [row.history_user for row in kept.history.all()] == [None, coordinator]


@pytest.mark.parametrize(
    ("day", "today", "works_on"),
    [("2026-11-20", "2026-11-22", "2026-11-20"), ("2026-11-14", "2026-11-22", "2026-11-16"),
     ("2026-11-22", "2026-11-22", "2026-11-20"), ("2026-11-21", "2026-11-23", "2026-11-23")],
)  # fmt: skip
def test_offices_are_closed_at_weekends(day, today, works_on):
    as_days = (datetime.fromisoformat(one).date() for one in (day, today))
    assert workday(*as_days).isoformat() == works_on


def test_papers_are_what_they_say():
    one = paper("Årsmötesprotokoll (utdrag), Sångföreningen", "Närvarande: åtta\\nio personer")
    assert one.name == "arsmotesprotokoll-utdrag-sangforeningen.pdf"
    check_upload(one)
