"""Every row of the specification is a rule of the book, or says where it lives and what holds it."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

from careplan.rules.book import book
from careplan.rules.entries import Elsewhere

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = tomllib.loads((Path(__file__).parent / "spec_ids.toml").read_text("utf-8"))
IDS = {name: title for rows in SECTIONS.values() for name, title in rows.items()}


def told_by(found):
    """The ids that the book itself holds: rules, exercises, templates and cards."""
    return {*found.rules, *found.exercises, *found.templates, *found.self_care}


def unexplained(ids, held, elsewhere):
    return sorted(set(ids) - set(held) - set(elsewhere))


@cache
def names_in(path):
    """The names of the tests in a file, or of the scenarios in a TOML file."""
    text = path.read_text("utf-8")
    if path.suffix == ".toml":
        return {row["name"] for row in tomllib.loads(text)["scenario"]}
    tree = ast.parse(text)
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {name for name in found if name.startswith("test_")}


def broken(row):
    """What is wrong with an explained row; nothing where its place and its test exist."""
    if not (ROOT / row.where).is_file():
        yield f"{row.id}: there is no file {row.where}"
    file, _, name = row.test.partition("::")
    if not file.startswith("tests/") or not (ROOT / file).is_file():
        yield f"{row.id}: there is no file {file} of tests"
    elif name not in names_in(ROOT / file):
        yield f"{row.id}: {file} has no test {name!r}"


def test_the_list_is_whole():
    assert len(IDS) == sum(len(rows) for rows in SECTIONS.values()), "an id stands twice"
    assert len(SECTIONS["decisions"]) == 45
    assert len([name for name in IDS if name[:3] in ("EXP", "POS", "COR", "FLX", "AER")]) == 44
    assert all(IDS.values())


def test_every_row_of_the_specification_is_a_rule_or_explained():
    assert unexplained(IDS, told_by(book()), book().elsewhere) == []


def test_a_row_that_is_neither_is_found():
    more = {**IDS, "RF-98": "A new row"}
    assert "RF-98" in unexplained(more, told_by(book()), book().elsewhere)


def test_every_rule_has_the_id_of_a_row():
    assert set(book().rules) - set(IDS) == set()


def test_every_explained_row_is_a_row_and_no_other_holds_it():
    assert set(book().elsewhere) - set(IDS) == set()
    assert set(book().elsewhere) & told_by(book()) == set()


@pytest.mark.parametrize("name", sorted(book().elsewhere))
def test_an_explained_row_says_where_it_lives_and_what_holds_it(name):
    row = book().elsewhere[name]
    assert list(broken(row)) == []
    assert row.lives.endswith(".")


@pytest.mark.parametrize(
    ("where", "test", "fault"),
    [
        ("README.md", "tests/rules/test_kidney.py::test_nothing", "has no test 'test_nothing'"),
        ("README.md", "tests/rules/test_absent.py::test_x", "no file tests/rules/test_absent.py"),
        ("README.md", "careplan/apps.py::check_book", "no file careplan/apps.py of tests"),
        ("README.md", "tests/rules/scenarios/plans.toml::no such", "has no test 'no such'"),
        ("NOWHERE.md", "tests/rules/scenarios/plans.toml::CL-22 probable", "no file NOWHERE.md"),
        ("docs", "tests/rules/scenarios/plans.toml::CL-22 probable", "no file docs"),
    ],
)
def test_a_place_or_test_that_is_not_there_is_found(where, test, fault):
    (found,) = broken(Elsewhere("CF-99", "Nowhere.", where, test))
    assert fault in found
