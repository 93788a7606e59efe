"""Anybody can type an association's number, or name it as one that takes part: what such a person is never shown."""

import pytest

from tests.cases import driver
from tests.mine import people
from tests.mine.people import at

OLLE, STRANGER = "olle@sprakbron.example", "frammande@x.example"


@pytest.fixture
def typed(case, mora, coordinator):
    """A case that a stranger sent with the number of an organisation whose representative is confirmed."""
    people.representative(case, OLLE, by=coordinator)
    return driver.send_in(mora, title="En främlings", contact_email=STRANGER)


def test_a_stranger_is_not_told_who_represents_the_organisation(typed, coordinator):
    page = people.logged_in(STRANGER).get(at(typed, "personer/")).text
    assert STRANGER in page and OLLE not in page and "Olle Ordförande" not in page
    people.representative(typed, STRANGER, by=coordinator, name="Ny")
    assert "Olle Ordförande" in people.logged_in(STRANGER).get(at(typed, "personer/")).text
