"""The hazard log names what exists: every file, test and scenario, and all fifteen mistakes.

docs/clinical-safety.md is read by people who do not read Python; this keeps its promises true.
"""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs/clinical-safety.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[^`]+?)::([^`]+)`")
RISK = re.compile(r"S(\d) L(\d) = (\d)")


def rows(text, columns):
    """The cells of every table row with so many columns, heads and rules left out."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == columns and not cells[0].startswith("---"):
            yield cells


def hazards(text):
    return {row[0]: row for row in rows(text, 7) if row[0].startswith("H-")}


def controls(text):
    log = text.partition("## Fifteen mistakes")[0]
    return [row for row in rows(log, 4) if row[0].startswith("H-")]


def mistakes(text):
    part = text.partition("## Fifteen mistakes")[2].partition("\n## ")[0]
    return {int(row[0]): row for row in rows(part, 3) if row[0].isdigit()}


@cache
def names_in(path):
    """The tests of a Python file, or the scenarios of a TOML file; none where it is absent."""
    if not path.is_file():
        return set()
    text = path.read_text("utf-8")
    if path.suffix == ".toml":
        return {row["name"] for row in tomllib.loads(text)["scenario"]}
    return {
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def absent(text):
    """Tests, scenarios and places that the text names and that do not exist."""
    for file, name in NAMED.findall(text):
        if name not in names_in(ROOT / file):
            yield f"{file}::{name}"
    for row in controls(text):
        if not (ROOT / row[2].strip("`")).exists():
            yield row[2]


def unproved(text):
    """Hazards without a control, and controls and mistakes without a test."""
    yield from sorted(set(hazards(text)) - {row[0] for row in controls(text)})
    for row in [*controls(text), *mistakes(text).values()]:
        if not NAMED.search(row[-1]):
            yield row[1]


def matrix(text):
    """(severity, likelihood) -> risk, from the table of the log itself."""
    found = [row for row in rows(text, 6) if re.fullmatch(r"L\d", row[0])]
    return {(s, int(row[0][1])): int(row[s]) for row in found for s in range(1, 6)}


def miscounted(text):
    """Risks that are not what the matrix says, and controls that make a hazard worse."""
    table = matrix(text)
    for row in hazards(text).values():
        before, after = (tuple(map(int, RISK.fullmatch(cell).groups())) for cell in row[4:6])
        if any(table[one[:2]] != one[2] for one in (before, after)) or after[1] > before[1]:
            yield row[0]


def remaining(text):
    """Hazards that are said to remain, with the risk they are said to have."""
    part = text.partition("## What remains")[2].partition("\n## ")[0]
    by_severity = part.partition("Risk 3 by severity alone:")[2].partition(".")[0]
    explained = {row[0]: int(row[1]) for row in rows(part, 4) if row[0].startswith("H-")}
    return dict.fromkeys(re.findall(r"H-\d\d", by_severity), 3) | explained


def test_everything_that_is_named_exists():
    assert len(NAMED.findall(TEXT)) > 150
    assert list(absent(TEXT)) == []


def test_every_hazard_has_a_control_and_every_control_a_test():
    assert len(hazards(TEXT)) >= 40
    assert list(unproved(TEXT)) == []


def test_hazards_are_numbered_without_a_gap():
    assert list(hazards(TEXT)) == [f"H-{number:02}" for number in range(1, len(hazards(TEXT)) + 1)]


def test_all_fifteen_mistakes_are_there():
    assert list(mistakes(TEXT)) == list(range(1, 16))


def test_risks_are_those_of_the_matrix():
    assert len(matrix(TEXT)) == 25
    assert list(miscounted(TEXT)) == []


def test_every_risk_that_remains_is_explained():
    after = {row[0]: int(RISK.fullmatch(row[5])[3]) for row in hazards(TEXT).values()}
    assert remaining(TEXT) == {name: risk for name, risk in after.items() if risk >= 3}
    assert max(after.values()) <= 4


def test_it_says_that_nobody_clinical_has_reviewed_it():
    said = " ".join(TEXT.split())
    assert "no clinician and no clinical safety officer has reviewed it" in said
    assert "None of these reviews has taken place." in said


ROW = "| H-90 | **A** | b | c | S5 L4 = 5 | S5 L1 = 3 | d |\n"
CONTROL = "| H-90 | It holds | `README.md` | {} |\n"
GOOD = "`tests/test_clinical_safety.py::test_all_fifteen_mistakes_are_there`"


@pytest.mark.parametrize(
    ("planted", "check", "found"),
    [
        (CONTROL.format("`tests/test_docs.py::test_nothing`"), absent, "test_nothing"),
        (CONTROL.format("`tests/nowhere.py::test_x`"), absent, "tests/nowhere.py::test_x"),
        (CONTROL.format("`tests/rules/scenarios/plans.toml::no such`"), absent, "no such"),
        (CONTROL.format(GOOD).replace("README.md", "NOWHERE.md"), absent, "NOWHERE.md"),
        (ROW, unproved, "H-90"),
        (CONTROL.format("somebody looked"), unproved, "It holds"),
        (ROW.replace("L1 = 3", "L1 = 2"), miscounted, "H-90"),
        (ROW.replace("S5 L1 = 3", "S5 L5 = 5"), miscounted, "H-90"),
    ],
)
def test_a_planted_fault_is_found(planted, check, found):
    assert any(found in fault for fault in check(f"{planted}\n{TEXT}"))
    assert list(check(f"{CONTROL.format(GOOD)}\n{TEXT}")) == list(check(TEXT))
