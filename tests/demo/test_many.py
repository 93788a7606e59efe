"""Many invented cases at once: believable proportions, pages that answer, and no rule of the database broken."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, AgreementStage, Point
from followup.models import FollowUp
from iop.cases.models import Answer, Case, Record, Stage, StageChange, Task
from iop.demo.many.organisations import numbers
from iop.demo.people import PASSWORD
from iop.desk.case_page import TABS
from partners.models import Organisation
from partners.numbers import normalised

CASES = 200


@pytest.fixture
def demo(settings, db):
    settings.DEMO = True


def fill(how_many: int = CASES, **options) -> str:
    out = StringIO()
    call_command("demo", cases=how_many, stdout=out, **options)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what points at what is checked now, not at the end
    return out.getvalue()


def test_proportions(demo):
    told = fill()
    assert f"{CASES} ärenden lades till i mora" in told
    stages = Counter(Case.objects.values_list("stage", flat=True))
    assert stages == {
        "received": 4, "assessment": 8, "dialogue": 8, "agreement": 8, "in_force": 40, "closed": 132,
    }  # fmt: skip
    assert 0 < Task.objects.open().count() < Task.objects.count() / 2
    assert 0 < Task.objects.overdue().count() < Task.objects.open().count()
    assert len(set(Case.objects.values_list("title", flat=True))) > CASES / 2
    assert Case.objects.filter(secret=True).exclude(secrecy_ground="").count() == 1


def test_what_a_case_has_follows_from_where_it_stands(demo):
    fill()
    in_force = Agreement.objects.filter(case__stage=Stage.IN_FORCE)
    assert set(in_force.values_list("stage", flat=True)) == {AgreementStage.IN_FORCE}
    assert FollowUp.objects.waiting().count() == in_force.count() == 40
    points = [rule for rule in Case.objects.first().rules.points if rule.enabled]
    assert Point.objects.filter(agreement__in=in_force).count() == 40 * len(points)
    assert not Answer.objects.filter(case__stage=Stage.RECEIVED).exists()
    assert not Case.objects.filter(stage_changes=None).exclude(stage=Stage.RECEIVED).exists()
    assert not StageChange.objects.filter(at__gt=timezone.now()).exists()
    assert not Task.objects.exclude(municipality=F("case__municipality")).exists()
    for case in Case.objects.prefetch_related("records"):
        assert [record.number for record in case.records.all()] == list(range(1, case.records.all().count() + 1))
    assert Record.objects.count() > 2 * CASES


def test_organisations_have_numbers_that_are_valid_and_given_to_nobody(demo):
    fill()
    given = Organisation.objects.values_list("number", flat=True)
    assert len(given) == len(set(given)) == 20
    assert all(normalised(number) == number and number[3:6] == "999" for number in given)
    assert sum(1 for _ in numbers("8")) == 80_000


def test_every_page_of_them_answers(demo, client):
    fill(100)
    assert client.login(username="samordnare@mora.example", password=PASSWORD)
    one_of_each = [Case.objects.filter(stage=stage, secret=False).first() for stage in Stage]
    addresses = [reverse(name, args=["mora", case.reference]) for case in one_of_each for name, _ in TABS]
    addresses += [f"/mora/{page}/" for page in ("arbetsbord", "arenden", "organisationer", "avtal", "uppfoljning")]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_adds_to_what_is_there(demo):
    fill(60, municipality="gavle")
    fill(60, municipality="gavle")
    assert Case.objects.filter(municipality__slug="gavle").count() == Case.objects.count() == 120
    assert Organisation.objects.count() == 40


@pytest.mark.parametrize(
    ("options", "why"),
    [({"how_many": 0}, "mellan 1 och"), ({"how_many": 5, "municipality": "ingenstans"}, "ingen kommun")],
)
def test_what_cannot_be_filled_is_said(demo, options, why):
    with pytest.raises(CommandError, match=why):
        fill(**options)
    assert not Case.objects.exists()


def test_only_where_there_is_a_demonstration(settings, db):
    settings.DEMO = False
    with pytest.raises(CommandError, match="IOP_DEMO=1"):
        fill(5)
