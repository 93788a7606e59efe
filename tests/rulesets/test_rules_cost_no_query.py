"""Published rules never change, so a process reads them once: a page that applies them asks for none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases import driver

PAGES = ("", "checklista/", "parter/", "yttranden/", "avtal/", "uppfoljning/", "handelser/")


def asked_for(client, address: str) -> list[str]:
    """The queries that fetch the content of a rule set."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in asked if 'rulesets_rulesetversion"."content"' in query["sql"]]


@pytest.mark.parametrize("tab", PAGES)
def test_no_page_of_a_case_asks_for_rules(agreement, coordinator, tab):
    client = driver.logged_in(coordinator)
    address = agreement.case.get_absolute_url() + tab
    client.get(address)
    assert asked_for(client, address) == []


@pytest.mark.parametrize(
    "address", ["/mora/", "/mora/riktlinje/", "/mora/passar-det/", "/mora/initiativ/nytt/", "/jamfor/"]
)
def test_no_open_page_asks_for_rules(db, address):
    client = driver.logged_in(None)
    client.get(address)
    assert asked_for(client, address) == []


def test_no_list_asks_for_rules(agreement, coordinator):
    client = driver.logged_in(coordinator)
    for address in ("/mora/arbetsbord/?visa=alla", "/mora/arenden/", "/mora/avtal/"):
        client.get(address)
        assert asked_for(client, address) == []
