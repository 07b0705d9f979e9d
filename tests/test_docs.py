"""The docs say what the tables say, and nothing that can be set or called is undocumented."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from careplan.management.commands.write_docs import access, pages, rules, states
from careplan.rules import lifecycle
from careplan.rules.book import book
from patients.roles import ROLES, Permission

ROOT = Path(__file__).resolve().parents[1]
GENERATED = ("access.md", "states.md", "rules.md")


def test_the_generated_pages_are_fresh():
    call_command("write_docs", check=True)


@pytest.mark.parametrize("name", GENERATED)
def test_a_stale_or_missing_page_is_named(tmp_path, name):
    folder = tmp_path / "docs"
    call_command("write_docs", folder=folder)
    call_command("write_docs", check=True, folder=folder)
    (folder / name).write_text("old")
    with pytest.raises(CommandError, match=rf"Stale: {name}\. Run `make docs`"):
        call_command("write_docs", check=True, folder=folder)
    assert (folder / name).read_text() == "old"
    (folder / name).unlink()
    with pytest.raises(CommandError, match=name):
        call_command("write_docs", check=True, folder=folder)
    call_command("write_docs", folder=folder)
    call_command("write_docs", check=True, folder=folder)


def test_pages_are_whole():
    assert set(pages()) == set(GENERATED)
    text = access().lower()
    assert all(right.value in text for right in Permission)
    assert all(f"**{role}**" in text for role in ROLES)
    text = rules(book())
    assert all(f"### {name} " in text for name in book().rules)
    assert all(source.title in text for source in book().sources.values())
    assert all(f"| {row.id} | {row.lives} |" in text for row in book().elsewhere.values())
    text = states()
    for table in lifecycle.TABLES.values():
        for state, moves in table.items():
            assert all(f"| {state} | {move} | {after} |" in text for move, after in moves.items())


def test_a_right_that_moves_makes_the_page_stale(tmp_path, monkeypatch):
    call_command("write_docs", folder=tmp_path)
    words, rights = ROLES["admin"]
    monkeypatch.setitem(ROLES, "admin", (words, rights | {Permission.PLAN_SIGN}))
    with pytest.raises(CommandError, match=r"Stale: access\.md\."):
        call_command("write_docs", check=True, folder=tmp_path)


def test_a_move_that_is_new_makes_the_page_stale(tmp_path, monkeypatch):
    call_command("write_docs", folder=tmp_path)
    monkeypatch.setitem(lifecycle.PLAN["closed"], "reopen", "draft")
    with pytest.raises(CommandError, match=r"Stale: states\.md\."):
        call_command("write_docs", check=True, folder=tmp_path)


# Settings and commands ----------------------------------------------------------------------


def settings_read(source: str) -> set[str]:
    """Names that settings.py asks the environment for."""
    return set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', source)) - {"EMAIL_CONFIG"}


def settings_explained(example: str) -> set[str]:
    """Names in .env.example, set or commented out, that a comment stands above."""
    names, explained = set(), False
    for line in example.splitlines():
        found = re.match(r"#?([A-Z_]+)=", line)
        if found and explained:
            names.add(found[1])
        elif not found:
            explained = line.startswith("# ")
    return names


def commands() -> set[str]:
    return {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}


SOURCE = (ROOT / "careplan" / "settings.py").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def test_every_setting_is_explained():
    assert len(settings_read(SOURCE)) > 8
    assert settings_read(SOURCE) - settings_explained(EXAMPLE) == set()


def test_a_setting_that_nobody_explains_is_found():
    more = SOURCE + '\nNEW = env.int("NEW_LIMIT", default=3)\n'
    assert settings_read(more) - settings_explained(EXAMPLE) == {"NEW_LIMIT"}
    assert settings_explained("# Why.\nA=1\nB=\n\nC=\n") == {"A", "B"}


def test_every_command_is_documented():
    text = " ".join((ROOT / name).read_text() for name in ("README.md", "DEVELOPERS.md"))
    assert commands() and {name for name in commands() if name not in text} == set()
