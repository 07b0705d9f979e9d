"""What is started together ends together, however it is ended."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import psutil
import pytest

from careplan.demo import run
from careplan.demo.crew import Crew
from careplan.demo.place import CannotServe
from patients.roles import STAFF_ROLES

ROOT = Path(run.__file__).resolve().parents[2]
SLEEP = "import time; print('up', flush=True); time.sleep(60)"
ENDINGS = [
    pytest.param(signal.SIGINT, os.killpg, id="Ctrl-C"),  # a terminal sends it to the whole group
    pytest.param(signal.SIGHUP, os.killpg, id="closed terminal"),
    pytest.param(signal.SIGTERM, os.kill, id="kill"),
]
if sys.platform == "linux":
    ENDINGS.append(pytest.param(signal.SIGKILL, os.kill, id="kill -9"))


def hears_its_terminal():
    """In the child: where the tests themselves run under nohup, it would inherit that deafness."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def all_gone(processes, seconds=20):
    return psutil.wait_procs(processes, timeout=seconds)[1] == []


@pytest.fixture
def keeper():
    """The servers with a command, as a terminal starts them: in a process group of their own."""
    own = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    command = [sys.executable, "-m", "careplan.demo.services", "--", sys.executable, "-c", SLEEP]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=own,
        stdout=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hears_its_terminal,
    ) as keeper:
        assert keeper.stdout.readline() == b"up\n"
        yield keeper
        keeper.terminate()


def leftovers(server):
    """The folders of a PostgreSQL server, read off its command line."""
    line = server.cmdline()
    return [Path(line[line.index("-D") + 1]).parent, Path(line[-1].partition("=")[2])]


@pytest.mark.services
@pytest.mark.parametrize(("ending", "send"), ENDINGS)
def test_servers_leave_no_process_behind(keeper, ending, send):
    started = psutil.Process(keeper.pid).children(recursive=True)
    names = {process.name(): process for process in psutil.Process(keeper.pid).children()}
    assert {"postgres", "valkey-server"} < set(names)
    folders = leftovers(names["postgres"])
    send(keeper.pid, ending)
    keeper.wait(20)
    assert all_gone(started)
    if ending == signal.SIGKILL:  # the one ending after which nobody is left to tidy up
        for folder in folders:
            shutil.rmtree(folder)
    assert not any(folder.exists() for folder in folders)


def test_a_part_that_ends_takes_the_others_with_it(capfd, tmp_path):
    ended = pytest.raises(CannotServe, match="short ended by itself, with code 3")
    with ended, Crew(cwd=tmp_path, environment=dict(os.environ)) as crew:
        crew.start("long", [sys.executable, "-c", SLEEP])
        crew.start("short", [sys.executable, "-c", "print('last words'); raise SystemExit(3)"])
        crew.wait(timeout=30)
    assert "short  | last words\n" in capfd.readouterr().out
    assert all(part.ended() is not None for part in crew.parts)


def test_a_part_that_will_not_end_is_killed_with_its_children(tmp_path, monkeypatch):
    monkeypatch.setattr("careplan.demo.crew.PATIENCE", 0.2)
    stubborn = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); print('ready', flush=True); signal.pause()"
    )
    with Crew(cwd=tmp_path, environment=dict(os.environ)) as crew:
        crew.start("stubborn", [sys.executable, "-c", stubborn])
        parent = psutil.Process(crew.parts[0].process.pid)
        crew.wait(until=lambda: parent.children(), timeout=30)
        family = [parent, *parent.children()]
        time.sleep(0.2)
    assert all_gone(family)


def test_a_second_run_says_that_one_is_there(tmp_path):
    held = run.only_one(tmp_path)
    with held, pytest.raises(CannotServe, match=f"process {os.getpid()}"), run.only_one(tmp_path):
        pass
    with run.only_one(tmp_path):
        pass


def test_a_folder_of_another_account_is_told(monkeypatch, capsys, tmp_path):
    def refuse():
        raise PermissionError(13, "Permission denied", str(tmp_path / "log"))

    monkeypatch.setattr(run, "VAR", tmp_path)
    monkeypatch.setattr(run, "run", refuse)
    assert run.main() == 1
    assert "log belongs to another account" in capsys.readouterr().out


def test_the_next_free_port_is_taken(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run.first_free(port) > port
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CannotServe, match=f"Port {port} is in use"):
            run.port_for_web()


@pytest.mark.parametrize("port", ["web", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CannotServe, match="from 1 to 65535"):
        run.port_for_web()


def test_mail_never_leaves_the_machine(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://real:server@mail.example:587")
    environment = run.demo_environment({}, 8000, 8025, 2525)
    assert environment["EMAIL_URL"] == "smtp://127.0.0.1:2525"


def test_one_person_a_role_is_shown():
    people = [("admin", "a"), ("admin", "b"), ("therapist", "c")]
    demo = {
        "people": [{"role": role, "email": email} for role, email in people],
        "patients": [{"email": "d"}, {"email": "e", "account": True}],
    }
    assert run.one_a_role(demo) == {"admin": "a", "therapist": "c", "patient": "e"}


def test_the_demo_names_an_account_for_every_role():
    demo = tomllib.loads(run.PEOPLE.read_text())
    assert set(run.one_a_role(demo)) >= {*STAFF_ROLES, "patient"}
    assert demo["password"] in run.welcome({"SITE_URL": "here", "MAIL_CATCHER_URL": "there"})


def test_data_of_other_tables_are_refused_and_left_alone(tmp_path, monkeypatch):
    run.refuse_other_tables(tmp_path)  # a first run leaves its mark
    (tmp_path / "postgres").mkdir()
    run.refuse_other_tables(tmp_path)
    first = tmp_path / "0001_initial.py"
    first.write_text("other tables")
    monkeypatch.setattr(run, "FIRST_MIGRATIONS", [first])
    for _ in range(2):
        with pytest.raises(CannotServe, match="Remove that folder and start again"):
            run.refuse_other_tables(tmp_path)
    (tmp_path / "tables").unlink()  # data from before there was a mark
    with pytest.raises(CannotServe):
        run.refuse_other_tables(tmp_path)
    assert (tmp_path / "postgres").is_dir()
    (tmp_path / "postgres").rmdir()
    run.refuse_other_tables(tmp_path)
