"""Who may do what, and the people, units and colours of a municipality."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from iop.municipalities.models import Membership, Municipality, Unit, User, dark_enough
from iop.municipalities.permissions import TABLE, Act, Role, may
from iop.municipalities.swedish import in_swedish_order
from iop.rulesets.models import RuleSetVersion
from tests.cases import driver

C, S, A, R, ADM = Role.COORDINATOR, Role.SECRETARY, Role.ADVISER, Role.READER, Role.ADMINISTRATOR
ALLOWED = {
    Act.SEE: {C, S, A, R, ADM},
    Act.WORK: {C},
    Act.ORGANISATIONS: {C, ADM},
    Act.ASSIGN: {C, ADM},
    Act.MOVE: {C},
    Act.ASK_STATEMENT: {C},
    Act.ANSWER_STATEMENT: {C, A},
    Act.ANSWER_ROUND: {C, A},
    Act.DECIDE: {C, S},
    Act.SIGN: {C, S},
    Act.KEEP_RECORDS: {C, S},
    Act.MARK_SECRET: {C},
    Act.STATE_RECUSAL: {ADM},
    Act.LIFT_RECUSAL: {ADM},
    Act.FOLLOW_UP: {C},
    Act.PUBLISH: {C},
    Act.DUTY: {C, ADM},
    Act.RULES: {ADM},
    Act.PAGES: {ADM},
}


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.OVERRIDE])
def test_the_table_of_roles_and_acts(act):
    assert {role for role in Role if may(role, act, [])} == ALLOWED[act]


def test_every_act_stands_in_the_table():
    assert set(TABLE) == set(Act)


@pytest.mark.parametrize("named", [[], [C], [ADM, S]])
def test_the_municipality_names_who_may_override(named):
    assert {role for role in Role if may(role, Act.OVERRIDE, named)} == set(named)


def test_a_role_holds_in_its_own_municipality(coordinator, mora, gavle):
    assert coordinator.may(Act.WORK, mora)
    assert not coordinator.may(Act.SEE, gavle)


def test_one_role_in_a_municipality(coordinator, mora):
    with pytest.raises(IntegrityError, match="one_role_in_a_municipality"), transaction.atomic():
        Membership.objects.create(user=coordinator, municipality=mora, role=Role.READER)


@pytest.mark.parametrize("typed", ["KARIN@mora.example", "karin@MORA.example", "karin@mora.example"])
def test_an_address_is_one_persons_however_it_is_typed(mora, typed):
    User.objects.create_user("Karin@Mora.example", "ett-langt-losenord", name="Karin")
    assert User.objects.get_by_natural_key(typed).name == "Karin"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(typed, "ett-annat-losenord", name="Kopia")


@pytest.mark.parametrize("colour", ["#14505c", "#7a1f3d", "#000000", "#767676"])
def test_a_colour_that_can_be_read(colour):
    dark_enough(colour)


@pytest.mark.parametrize(
    ("colour", "told"),
    [
        ("#ffffff", "Färgen är för ljus för att text ska gå att läsa. Välj en mörkare."),
        ("#777777", "Färgen är för ljus för att text ska gå att läsa. Välj en mörkare."),
        ("#ffff00", "Färgen är för ljus för att text ska gå att läsa. Välj en mörkare."),
        ("red", "Skriv färgen som # och sex tecken, till exempel #14505c."),
        ("#12345", "Skriv färgen som # och sex tecken, till exempel #14505c."),
        ("#12345g", "Skriv färgen som # och sex tecken, till exempel #14505c."),
        ("#000000;}", "Skriv färgen som # och sex tecken, till exempel #14505c."),
    ],
)
def test_a_colour_that_cannot(colour, told):
    with pytest.raises(ValidationError) as refused:
        dark_enough(colour)
    assert refused.value.messages == [told]


def test_the_colours_of_the_five_can_be_read(db):
    for municipality in Municipality.objects.all():
        municipality.full_clean()


def test_units_stand_in_swedish_order(mora):
    Unit.objects.filter(municipality=mora).delete()
    for name in ("Överförmyndaren", "Arkivet", "Äldrenämnden", "Ålderdomshemmet", "Zoo"):
        Unit.objects.create(municipality=mora, name=name, kind="namnd")
    names = ["Arkivet", "Zoo", "Ålderdomshemmet", "Äldrenämnden", "Överförmyndaren"]
    assert [unit.name for unit in mora.units.all()] == names
    assert [unit.name for unit in mora.units.order_by(in_swedish_order("name").desc())] == names[::-1]


@pytest.mark.parametrize("slug", driver.FIVE)
def test_every_unit_that_a_rule_set_names_exists(db, slug):
    municipality = driver.municipality(slug)
    rules = RuleSetVersion.objects.in_force(municipality).get().rules
    named = {rule.unit for rule in rules.statements} | {rule.responsible for rule in rules.routes} | {rules.intake.unit}
    assert named - {""} - set(municipality.units.values_list("name", flat=True)) == set()
