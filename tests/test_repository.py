"""The repository itself: settings explained, parts pinned, one version of PostgreSQL, no leaks."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from careplan.demo import postgres

ROOT = Path(__file__).resolve().parents[1]
TEXT_LIMIT = 2_000_000  # bytes; larger files are data
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==(\S+)", re.MULTILINE | re.IGNORECASE)
FORBIDDEN = {
    "a folder of somebody's machine": re.compile(r"/(?:root|home/(?!example)\w+|Users/\w+|work)/"),
    "a private key": re.compile("-----BEGIN [A-Z ]*PRIVATE " + "KEY-----"),
    "a conflict": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
    "work left over": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
    "an address of a package registry": re.compile(r"\b(?:pypi|npmjs|pythonhosted)\.(?:org|com)\b"),
}


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def texts():
    for path in tracked():
        if path.is_file() and path.stat().st_size < TEXT_LIMIT:
            content = path.read_bytes()
            if b"\0" not in content:
                yield path.relative_to(ROOT), content.decode()


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def names_in_settings():
    """Every NAME of `env("NAME", …)` and `env.kind("NAME", …)` in settings.py."""
    tree = ast.parse((ROOT / "careplan" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    owners = [(getattr(call.func, "value", call.func), call.args[0]) for call in calls]
    return {
        name.value
        for owner, name in owners
        if getattr(owner, "id", "") == "env" and isinstance(name, ast.Constant)
    }


def names_in_example():
    return re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def names_for_compose_alone():
    text = (ROOT / "docker-compose.yml").read_text()
    return set(re.findall(r"\$\{(\w+)", text)) - names_in_settings()


def test_every_setting_is_in_the_example_and_the_other_way_round():
    assert names_in_settings()
    assert set(names_in_example()) == names_in_settings() | names_for_compose_alone()
    assert len(names_in_example()) == len(set(names_in_example()))


def test_every_setting_in_the_example_has_a_comment():
    lines = (ROOT / ".env.example").read_text().splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if re.match(r"#?[A-Z][A-Z_]+=", line):
            assert before.startswith("# "), line


@pytest.mark.parametrize("reason", FORBIDDEN)
def test_no_file_holds(reason):
    found = [
        f"{path}: {match.group()}"
        for path, text in texts()
        for match in FORBIDDEN[reason].finditer(text)
        if path != Path("tests/test_repository.py")
    ]
    assert found == []


@pytest.mark.parametrize("stem", ["requirements", "requirements-dev"])
def test_all_wanted_parts_are_pinned_with_hashes(stem):
    wanted = [
        re.match(r"[\w.-]+", line).group()
        for line in (ROOT / f"{stem}.in").read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    lock = (ROOT / f"{stem}.txt").read_text()
    pinned = {normal(name) for name, _ in LOCKED.findall(lock)}
    assert {normal(name) for name in wanted} <= pinned
    entries = re.split(r"^(?=[a-z0-9][\w.-]*(?:\[[^]]*\])?==)", lock, flags=re.M | re.I)[1:]
    assert len(entries) == len(pinned)
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_both_locks_agree():
    runtime, dev = (
        {normal(name): version for name, version in LOCKED.findall((ROOT / path).read_text())}
        for path in ("requirements.txt", "requirements-dev.txt")
    )
    assert {name for name in runtime.keys() & dev.keys() if runtime[name] != dev[name]} == set()


def test_one_story_about_postgresql():
    """The newest version is the same in `make run` and in compose; the example tells the range."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert compose["services"]["db"]["image"] == f"postgres:{postgres.MAJOR}"
    assert f"PostgreSQL 15 to {postgres.MAJOR}." in (ROOT / ".env.example").read_text()
    assert f"pginstall{postgres.MAJOR}" in Path(postgres.__file__).read_text()
    sources = {path: text for path, text in texts() if path.suffix == ".py"}
    assert [
        path for path, text in sources.items() if "sqlite" in text and "tests" not in path.parts
    ] == []


def test_one_sort_order_wherever_a_database_is_made():
    compose = (ROOT / "docker-compose.yml").read_text()
    for option in ("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"):
        assert option in compose
        assert option in Path(postgres.__file__).read_text()


def test_the_make_targets_are_the_ones_that_are_told_of():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split()) == targets
    ci = (ROOT / ".ci" / "run").read_text()
    assert set(re.findall(r"\bmake ([a-z]+)", ci)) == {"install", "check", "test"}
    assert ci.count("make test") == 2
