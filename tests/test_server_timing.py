"""The header Server-Timing: told where it is asked for, and nowhere else."""

import re

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from iop.server_timing import server_timing


def two_questions(request) -> HttpResponse:
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.01)")
    return HttpResponse()


def test_tells_of_questions_and_time(settings, db):
    settings.SERVER_TIMING = True
    told = server_timing(two_questions)(RequestFactory().get("/"))["Server-Timing"]
    found = re.fullmatch(r'db;desc="2 queries";dur=([\d.]+), total;dur=([\d.]+)', told)
    in_the_database, total = map(float, found.groups())
    assert 20 <= in_the_database <= total


def test_every_response_carries_it(settings, mora, coordinator):
    settings.SERVER_TIMING = True
    client = Client()
    client.force_login(coordinator)
    for address in ("/mora/arbetsbord/", "/mora/", "/finns-inte/", "/logga-in/"):
        assert "queries" in client.get(address)["Server-Timing"]


def test_off_unless_asked_for(settings, mora, client):
    with pytest.raises(MiddlewareNotUsed):
        server_timing(two_questions)
    assert "Server-Timing" not in client.get("/mora/")
