"""A receipt is printed as often as anybody needs, and not for ever."""

import uuid

import pytest

from initiatives.actions import submit
from tests.cases import driver


@pytest.fixture
def receipt(mora) -> str:
    _, token = submit(mora, submission=uuid.uuid4(), written=driver.written(), own_answers={}, absolute=driver.absolute)
    return f"/mora/initiativ/kvitto/{token}/"


def test_prints_are_counted_for_each_receipt(client, receipt, monkeypatch):
    monkeypatch.setattr("initiatives.views.receipt.receipt_pdf", lambda initiative: b"%PDF")
    address = client.get(receipt).text.split("data-download")[0].rpartition('href="')[2].partition('"')[0]
    assert [client.get(address).status_code for _ in range(31)] == [200] * 30 + [429]
    assert client.get(receipt).status_code == 200
