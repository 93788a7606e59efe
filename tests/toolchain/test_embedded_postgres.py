"""The embedded server in processes of its own, as the commands and the served program use it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from iop.embedded_postgres import server

ROOT = Path(__file__).resolve().parents[2]
USE = """
import sys, psycopg
from pathlib import Path
from iop.embedded_postgres import server
folder = Path(sys.argv[1])
server.ensure_running(folder)
place = {"host": server.socket_folder(folder), "user": server.USER, "dbname": server.DATABASE}
with psycopg.connect(**place, autocommit=True) as connection:
    cursor = connection.execute(sys.argv[2])
    print(cursor.fetchall() if cursor.description else "", flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the server until it is told to leave."""

    def __init__(self, folder, statement="SELECT 1"):
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, folder, statement],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.answer = self.process.stdout.readline().strip()

    def leave(self):
        self.process.communicate()

    def kill(self):
        self.process.kill()
        self.process.communicate()


def ask(folder, statement):
    user = User(folder, statement)
    user.leave()
    return user.answer


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "postgres"
    yield folder
    if folder.exists():
        ask(folder, "SELECT 1")
        assert server._postmaster(folder) is None


def test_runs_while_anybody_uses_it(folder):
    first, second = User(folder), User(folder)
    first.leave()
    assert server._postmaster(folder)
    second.leave()
    assert server._postmaster(folder) is None


def test_sorts_alike_everywhere(folder):
    assert ask(folder, "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'iop'") == (
        "[('C', 'UTF8')]"
    )


def test_killed_server_loses_nothing(folder):
    user = User(folder, "CREATE TABLE note AS SELECT 'kvar' AS text")
    server._postmaster(folder).kill()
    assert ask(folder, "SELECT text FROM note") == "[('kvar',)]"
    user.leave()


def test_killed_user_leaves_nothing_to_mend(folder):
    User(folder, "CREATE TABLE note AS SELECT 'kvar' AS text").kill()
    assert server._postmaster(folder)
    assert ask(folder, "SELECT text FROM note") == "[('kvar',)]"
    assert server._postmaster(folder) is None


def test_everything_killed_and_the_number_given_to_another(folder):
    user = User(folder, "CREATE TABLE note AS SELECT 'kvar' AS text")
    postmaster = server._postmaster(folder)
    postmaster.kill()
    user.kill()
    pid_file = folder / "cluster" / "postmaster.pid"
    stranger = subprocess.Popen(["sleep", "60"])
    pid_file.write_text(pid_file.read_text().replace(str(postmaster.pid), str(stranger.pid), 1))
    assert ask(folder, "SELECT text FROM note") == "[('kvar',)]"
    assert psutil.pid_exists(stranger.pid)
    stranger.kill()
    stranger.wait()


def test_making_it_is_taken_up_again_after_a_kill(folder):
    user = subprocess.Popen([sys.executable, "-c", USE, folder, "SELECT 1"], cwd=ROOT, stdin=subprocess.PIPE)
    while not list(folder.glob("new-*")):
        time.sleep(0.01)
    os.kill(user.pid, signal.SIGKILL)
    user.communicate()
    assert ask(folder, "SELECT 1") == "[(1,)]"


def test_long_path_gets_a_socket_elsewhere(tmp_path):
    folder = tmp_path / ("långt" * 20) / "postgres"
    assert server.socket_folder(folder) != folder
    assert ask(folder, "SELECT 1") == "[(1,)]"
