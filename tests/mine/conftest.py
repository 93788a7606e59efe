import pytest
from django.core.cache import cache

from tests.mine import people


@pytest.fixture(autouse=True)
def no_earlier_tries(db):
    """Limits of tries are counted in the cache, which is a table."""
    cache.clear()


@pytest.fixture(autouse=True)
def codes_go_at_once(monkeypatch):
    """A test does not wait for the thread that sends them."""
    monkeypatch.setattr("iop.portal.mine.login.send_aside", lambda message: message.send())


@pytest.fixture
def anna(case):
    """Who sent in the case, logged in."""
    return people.logged_in("anna@sprakbron.example")
