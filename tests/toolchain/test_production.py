import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "IOP_PRODUCTION": "1",
    "SECRET_KEY": "kept-in-the-test-only-" * 3,
    "DATABASE_URL": "postgresql://iop:secret@db.example/iop",
    "ALLOWED_HOSTS": "iop.example.se",
    "IOP_MAIL_HOST": "mail.example.se",
    "IOP_MAIL_FROM": "iop@example.se",
}


def manage(tmp_path, environment, *command):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=kept | {"IOP_DATA_DIR": str(tmp_path / "data")} | environment,
        capture_output=True,
        text=True,
    )


def setting(tmp_path, environment, expression):
    code = f"from django.conf import settings; print({expression})"
    done = manage(tmp_path, environment, "shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "IOP_PRODUCTION"])
def test_production_names_what_is_missing(tmp_path, name):
    done = manage(tmp_path, COMPLETE | {name: ""}, "diffsettings")
    assert done.returncode == 1
    assert f"måste dessa miljövariabler anges: {name}." in done.stderr
    assert "Traceback" not in done.stderr


def test_production_refuses_the_embedded_database(tmp_path):
    done = manage(tmp_path, COMPLETE | {"DATABASE_URL": ""}, "migrate")
    assert done.returncode == 1
    assert "Den inbyggda databasen får inte användas i produktion." in done.stderr
    assert not (tmp_path / "data").exists()


def test_only_postgresql(tmp_path):
    done = manage(tmp_path, COMPLETE | {"DATABASE_URL": "sqlite:///db.sqlite3"}, "migrate")
    assert done.returncode == 1
    assert "DATABASE_URL måste peka på PostgreSQL" in done.stderr


@pytest.mark.parametrize("name", ["IOP_DEMO", "IOP_DEBUG"])
def test_production_refuses_what_is_for_trying(tmp_path, name):
    done = manage(tmp_path, COMPLETE | {name: "1"}, "diffsettings")
    assert done.returncode == 1
    assert f"{name}=1 får inte användas i produktion" in done.stderr


def test_complete_production_is_strict(tmp_path):
    expression = "settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE, settings.DEBUG, settings.ALLOWED_HOSTS"
    assert setting(tmp_path, COMPLETE, expression) == "True True False ['iop.example.se']"
    assert "smtp" in setting(tmp_path, COMPLETE, "settings.MAILERS['default']['BACKEND']")


def test_trying_it_keeps_a_key_of_its_own(tmp_path):
    first = setting(tmp_path, {}, "settings.SECRET_KEY")
    assert len(first) > 50
    assert setting(tmp_path, {}, "settings.SECRET_KEY") == first
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
