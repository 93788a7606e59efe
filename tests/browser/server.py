"""The real program on a port of its own: embedded database, gunicorn, demo letters. Started, killed, started again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


class Site:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="iop-browser-"))
        self.folder.chmod(0o755)  # The database's user must be able to pass.
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        ours = ("IOP_", "DATABASE_URL", "ALLOWED_HOSTS", "SECRET_KEY")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.environment = kept | {
            "IOP_DATA_DIR": str(self.folder / "data"),
            "IOP_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "iop.settings",
        }
        self.gunicorn = None

    def run(self, program: str, *words: str):
        """One of the programs beside this file, among the site's own data. Returns what it printed as JSON."""
        command = [sys.executable, "-m", f"tests.browser.{program}", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout or "null")

    def start(self):
        """As scripts/run.py starts it."""
        command = [sys.executable, "-m", "gunicorn", "iop.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        options = ["--workers", "2", "--threads", "4", "--log-level", "warning", "--no-control-socket"]
        with open(self.folder / "log", "ab") as log:
            self.gunicorn = subprocess.Popen(
                command + options, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(300):
            if self._answers():
                return
            if self.gunicorn.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"The server did not start:\n{self.log()}")

    def kill(self):
        """kill -9 of the master and its workers at once, whatever they are in the middle of. The database lives on."""
        workers = [one for one in psutil.Process(self.gunicorn.pid).children() if "gunicorn" in " ".join(one.cmdline())]
        for process in (self.gunicorn, *workers):
            process.kill()
        self.gunicorn.wait()
        psutil.wait_procs(workers, timeout=10)

    def stop(self):
        """In good order: the last worker to leave closes the database."""
        if self.gunicorn and self.gunicorn.poll() is None:
            self.gunicorn.send_signal(signal.SIGTERM)
            self.gunicorn.wait(timeout=60)
        left = [process for process in psutil.process_iter(["cmdline"]) if self._is_ours(process)]
        for process in left:
            process.terminate()
        psutil.wait_procs(left, timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)
        return left

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def _is_ours(self, process) -> bool:
        return any(str(self.folder) in word for word in process.info["cmdline"] or [])

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/halsa/", timeout=30):
                return True
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
