"""/halsa/ tells whether the database answers."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.cases import driver

ASK = """
import django
django.setup()
from django.test import Client
response = Client(headers={"host": "localhost"}).get("/halsa/")
print(response.status_code, response.text)
"""


def test_with_the_database_it_is_well(db):
    response = driver.logged_in(None).get("/halsa/")
    assert (response.status_code, response.text) == (200, "Allt svarar.\n")


def test_without_the_database_it_is_not():
    """In a process of its own, with a database address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        environment = os.environ | {
            "DATABASE_URL": f"postgresql://iop@127.0.0.1:{port}/iop",
            "DJANGO_SETTINGS_MODULE": "iop.settings",
        }
        root = Path(__file__).parents[2]
        told = subprocess.run([sys.executable, "-c", ASK], cwd=root, env=environment, capture_output=True, text=True)
    assert told.stdout == "503 Databasen svarar inte.\n\n"
