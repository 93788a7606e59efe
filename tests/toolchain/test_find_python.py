import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "find-python.sh"


@pytest.fixture
def look(tmp_path):
    """The script's answer on a machine whose commands are those that a test puts in `bin`."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("cat", "dirname"):
        (tools / name).symlink_to(Path("/usr/bin") / name)

    def look(**commands):
        for name, text in commands.items():
            (tools / name).write_text(f"#!/bin/sh\n{text}\n")
            (tools / name).chmod(0o755)
        environment = {"PATH": str(tools), "HOME": str(tmp_path)}
        return subprocess.run(["/bin/sh", SCRIPT], env=environment, capture_output=True, text=True)

    return look


def test_takes_a_python_that_is_new_enough(look):
    assert look(python3=f'exec {sys.executable} "$@"').stdout.endswith("/bin/python3\n")


def test_passes_over_an_old_python(look):
    done = look(**{"python3": "exit 1", "python3.12": f'exec {sys.executable} "$@"'})
    assert done.stdout.endswith("/bin/python3.12\n")


@pytest.mark.parametrize("commands", [{}, {"python3": "exit 1"}])
def test_says_what_to_install(look, commands):
    done = look(**commands)
    assert done.returncode == 1
    assert done.stderr == "Python 3.12 eller senare behövs men hittades inte. Installera Python 3.13 och försök igen.\n"


def test_says_that_venv_is_missing(look):
    done = look(python3='case "$2" in *venv*) exit 1; esac')
    assert done.returncode == 1
    assert "saknar modulen venv" in done.stderr


def test_looks_among_pyenvs_versions(look, tmp_path):
    python = tmp_path / ".pyenv" / "versions" / "3.12.7" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert look().stdout == f"{python}\n"
    assert os.access(python, os.X_OK)
