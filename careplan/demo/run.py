"""Careplan on one machine, everything started and stopped together: `make run`.

Web, worker, beat and mail catcher run as children of this process, beside PostgreSQL and Valkey.
When one of them ends, or this process is asked to, all of them end.
"""

import fcntl
import hashlib
import http.client
import os
import socket
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from pathlib import Path

import environ

from careplan.demo.crew import Crew, say
from careplan.demo.place import CannotServe
from careplan.demo.services import services
from careplan.demo.signals import Stopped, stop_on_signals
from careplan.demo.valkey import free_port

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
PEOPLE = Path(__file__).with_name("clinics.toml")
FIRST_MIGRATIONS = [ROOT / app / "migrations/0001_initial.py" for app in ("patients", "careplan")]
LOOPBACK = "127.0.0.1"
START_TIMEOUT = 60  # seconds from starting the web server to its first answer
PORTS_TRIED = 50


def main():
    try:
        with stop_on_signals(), only_one(VAR):
            run()
    except CannotServe as problem:
        say(problem)
        return 1
    except PermissionError as problem:
        say(
            f"{problem.filename} belongs to another account: start as that one, or move {VAR} away."
        )
        return 1
    except Stopped:
        return 0


def run():
    """Start everything, say where it is, and wait until a part ends or a signal comes."""
    load_dotenv()
    if not os.environ.get("DATABASE_URL"):
        refuse_other_tables(VAR)
    web_port, mail_port, smtp_port = port_for_web(), first_free(8025), free_port()
    with services(VAR) as (addresses, servers):
        environment = demo_environment(addresses, web_port, mail_port, smtp_port)
        manage("migrate", "--noinput", "--verbosity", "0", environment=environment)
        manage("demo", "--if-empty", environment=environment)
        with Crew(cwd=ROOT, environment=environment) as crew:
            for name, command in commands(web_port, mail_port, smtp_port).items():
                crew.start(name, command)
            crew.also_watch(servers)
            crew.wait(until=lambda: answers(web_port), timeout=START_TIMEOUT)
            say(welcome(environment))
            crew.wait()


@contextmanager
def only_one(folder):
    """Two runs on the same data would spoil it: the second one says so and goes."""
    folder.mkdir(exist_ok=True)
    with open(folder / "run.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotServe(
                f"Careplan runs here already (process {lock.read().strip()}). Use it, or stop it "
                "with Ctrl-C where it was started."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def load_dotenv():
    """`.env` may name servers of the user's own; what is in the environment already wins."""
    if (ROOT / ".env").exists():
        environ.Env.read_env(ROOT / ".env")


def refuse_other_tables(folder):
    """Until the first release a change of the tables rewrites the first migration: what an older
    Careplan left in `folder` fits no more, and migrating would say nothing of it."""
    made = hashlib.sha256(b"".join(file.read_bytes() for file in FIRST_MIGRATIONS)).hexdigest()
    mark = folder / "tables"
    known = mark.read_text() if mark.exists() else ""
    if (folder / "postgres").exists() and known != made:
        raise CannotServe(
            f"The demo's data in {folder / 'postgres'} are of an older Careplan with other tables. "
            "Remove that folder and start again: the demo is built anew."
        )
    mark.write_text(made)


def port_for_web():
    """PORT where it is given, else 8000 or the next free one."""
    wanted = os.environ.get("PORT", "")
    if not wanted:
        return first_free(8000)
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise CannotServe(f"PORT is {wanted!r}: give a number from 1 to 65535.")
    if not is_free(int(wanted)):
        raise CannotServe(f"Port {wanted} is in use: stop what uses it, or give another PORT.")
    return int(wanted)


def first_free(port):
    for candidate in range(port, port + PORTS_TRIED):
        if is_free(candidate):
            return candidate
    raise CannotServe(f"Ports {port} to {port + PORTS_TRIED - 1} are all in use: give a PORT.")


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def demo_environment(addresses, web_port, mail_port, smtp_port):
    """Mail always goes to the catcher: people of the demo must never be written to for real."""
    own = {
        "DEBUG": "1",
        "SITE_URL": f"http://localhost:{web_port}",
        "EMAIL_URL": f"smtp://{LOOPBACK}:{smtp_port}",
        "MAIL_CATCHER_URL": f"http://localhost:{mail_port}",
        "PYTHONUNBUFFERED": "1",
    }
    return os.environ | addresses | own


def manage(*arguments, environment):
    command = [sys.executable, "manage.py", *arguments]
    if subprocess.run(command, cwd=ROOT, env=environment).returncode:
        raise CannotServe(f"`manage.py {arguments[0]}` failed; its message is above.")


def commands(web_port, mail_port, smtp_port):
    """Loopback alone: the demo's passwords are known to everyone."""
    celery = ["celery", "--quiet", "-A", "careplan"]
    modules = {
        "mail": ["careplan.demo.mail", VAR / "mail", smtp_port, mail_port],
        "web": ["gunicorn", "careplan.wsgi", "--bind", f"{LOOPBACK}:{web_port}", "--workers", "2"]
        + ["--threads", "4", "--graceful-timeout", "5", "--log-level", "warning"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
        "beat": [*celery, "beat", "--schedule", VAR / "celerybeat-schedule", "--pidfile", ""],
    }
    return {name: [sys.executable, "-m", *module] for name, module in modules.items()}


def answers(port):
    """Does the web server answer, with whatever page?"""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", "/")
        connection.getresponse()
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(environment):
    demo = tomllib.loads(PEOPLE.read_text())
    people = "\n".join(f"  {role:<14} {email}" for role, email in one_a_role(demo).items())
    return (
        f"\nCareplan   {environment['SITE_URL']}\nMails      {environment['MAIL_CATCHER_URL']}\n"
        f"\nSign in with the password {demo['password']} as\n{people}\n"
        "Other patients have no password: ask for a code by e-mail, and read it under Mails.\n"
        "\nCtrl-C stops everything.\n"
    )


def one_a_role(demo):
    """role -> address of its first person, in the order of the file; patients last."""
    found = {}
    for person in demo["people"]:
        for role in (person["role"], *person.get("also", [])):
            found.setdefault(role, person["email"])
    for patient in demo["patients"]:
        if patient.get("account"):
            found.setdefault("patient", patient["email"])
    return found


if __name__ == "__main__":
    sys.exit(main())
