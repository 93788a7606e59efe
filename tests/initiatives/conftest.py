import pytest


@pytest.fixture(autouse=True)
def links_go_at_once(monkeypatch):
    """A test does not wait for the thread that sends them."""
    monkeypatch.setattr("initiatives.drafts.send_aside", lambda message: message.send())
