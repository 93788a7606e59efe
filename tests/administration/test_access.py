"""The rules of a municipality are changed by its own administrators, and by nobody else."""

import pytest
from django.urls import reverse

from iop.municipalities.permissions import Role
from iop.rulesets.models import RuleSetVersion
from tests.cases import driver
from tests.desk.test_access import EDITOR

READ = {"rule_sets", "rule_set", "export_rule_set", "rule_set_settings", "preview_rule_set", "rule_set_differences"}
READ |= {"try_rule_set", "publish_rule_set", "rule_set_row"}


@pytest.fixture
def addresses(draft) -> dict[str, str]:
    one = {"rule_set_row", "move_rule", "remove_rule"}
    whole = {"rule_sets", "begin_rule_set"}
    own = {"add_rule": [draft.number, "criteria"]}
    own |= {name: [draft.number, "criteria", "MOR-39"] for name in one} | {name: [] for name in whole}
    return {name: reverse(name, args=["mora", *own.get(name, [draft.number])]) for name in EDITOR}


def statuses(client, addresses) -> dict[str, int]:
    return {n: (client.get(a) if n in READ else client.post(a, {})).status_code for n, a in addresses.items()}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_other_roles_are_refused(addresses, cast, role):
    assert statuses(driver.logged_in(cast[role]), addresses) == dict.fromkeys(EDITOR, 403)


def test_the_administrator_gets_in(addresses, client_of):
    pages = {name: address for name, address in addresses.items() if name in READ}
    assert statuses(client_of, pages) == dict.fromkeys(READ, 200)


def test_nobody_logged_in(addresses):
    found = statuses(driver.logged_in(None), addresses)
    assert found == {name: 302 if name in READ else 403 for name in EDITOR}


def test_another_municipalitys_administrator_finds_nothing(addresses, gavle, draft):
    neighbour = driver.logged_in(driver.person("Gun Granne", gavle, Role.ADMINISTRATOR))
    assert statuses(neighbour, addresses) == dict.fromkeys(EDITOR, 404)
    moved = {name: address.replace("/mora/", "/gavle/") for name, address in addresses.items()}
    for name in EDITOR - {"rule_sets", "begin_rule_set"}:
        assert (neighbour.get if name in READ else neighbour.post)(moved[name]).status_code == 404
    assert RuleSetVersion.objects.get(pk=draft.pk).content == draft.content
