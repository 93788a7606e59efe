"""`make run`, once the packages are in place: prepares the data and serves the program until Ctrl-C."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import django
import psutil
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent


def main():
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iop.settings")
    os.environ.setdefault("IOP_DEMO", "1")
    port = int(os.environ.get("PORT") or 8000)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)

    from django.conf import settings

    # By this mark a server that a killed run left behind is known again.
    mark = f"iop:{settings.DATA_DIR}"
    end_servers(mark)
    if not free(port):
        sys.exit(f"Porten {port} används redan av ett annat program. Välj en annan: make run PORT={port + 1}")

    django.setup()
    print("Förbereder databasen …", flush=True)
    call_command("migrate", verbosity=0)
    call_command("rulesets", "load")
    call_command("search", "rebuild", "--if-empty")
    if settings.DEMO:
        call_command("demo", "--if-empty")
    call_command("daily")
    collect_static(settings)
    connections.close_all()

    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "iop.wsgi", "--name", mark, "--bind", f"127.0.0.1:{port}"]
        + ["--workers", "2", "--threads", "4", "--log-level", "warning", "--no-control-socket"],
        # Of its own session: Ctrl-C reaches us alone, and we end it in good order.
        start_new_session=True,
    )
    try:
        wait_until_ready(server, port)
        print(f"\nProgrammet finns på http://localhost:{port}/  (avsluta med Ctrl-C)", flush=True)
        if settings.DEMO:
            call_command("demo", "--logins")
            connections.close_all()
        sys.stdout.flush()
        server.wait()
        sys.exit("Servern har avslutats.")
    finally:
        end_servers(mark)


def collect_static(settings):
    """Collecting takes seconds even when no file has changed, so look first."""
    files = [storage.path(path) for finder in get_finders() for path, storage in finder.list([])]
    listing = "\n".join(sorted(f"{file} {os.stat(file).st_size} {os.stat(file).st_mtime_ns}" for file in files))
    stamp = settings.DATA_DIR / "static.collected"
    if not stamp.exists() or stamp.read_text() != listing:
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(listing)


def stop(number, frame):
    signal.signal(number, signal.SIG_IGN)
    print("\nAvslutar …", flush=True)
    sys.exit(0)


def end_servers(mark):
    left = []
    for process in psutil.process_iter(["cmdline"]):
        if mark in (process.info["cmdline"] or []):
            left.append(process)
            process.terminate()
    for process in psutil.wait_procs(left, timeout=10)[1]:
        process.kill()


def free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until_ready(server, port):
    while server.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("Servern startade inte; se felet ovan.")


if __name__ == "__main__":
    try:
        main()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except PermissionError as error:
        sys.exit(f"{error.filename} tillhör en annan användare. Kör som den, eller välj en egen mapp med IOP_DATA_DIR.")
