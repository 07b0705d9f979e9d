"""`manage.py assess --against OTHER_BOOK`: which intakes another book would assess otherwise."""

import json
import re
import shutil

import pytest

from careplan.rules import assess as assessed
from careplan.rules.book import BOOK_VERSION, DATA, book, load
from careplan.rules.compare import changes
from tests.management.test_assess import EXAMPLES, ROOT, run
from tests.rules.building import intake

ASTHMA = intake({"/conditions": ["asthma"], "/id": "asthma"})
DAYS_83 = intake({"/episode/onset": "2026-08-31", "/id": "83 days"})
FEVER = intake({"/red_flags/fever": "yes", "/id": "fever"})
PLAIN = intake({"/id": "plain"})
EXTRA = """
[[rule]]
id = "D-99"
title = "A rule for the tests"
severity = "emergency"
condition = "conditions.asthma"
message = "Asthma."
patient_message = false
sources = ["house#D-99"]
confidence = "A"
"""


@pytest.fixture
def other(tmp_path):
    """A copy of the book of another version."""
    folder = tmp_path / "old"
    shutil.copytree(DATA, folder)
    edit(folder, "book", f'"{BOOK_VERSION}"', '"2026.1.1"')
    return folder


def edit(folder, name, old, new):
    path = folder / f"{name}.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def without(folder, name, rule):
    """Take one rule out of a file."""
    path = folder / f"{name}.toml"
    parts = path.read_text().split("[[rule]]")
    kept = [part for part in parts if f'id = "{rule}"\n' not in part]
    assert len(kept) == len(parts) - 1
    path.write_text("[[rule]]".join(kept))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(map(json.dumps, (PLAIN, ASTHMA, DAYS_83, FEVER))))
    return path


def test_the_same_book_changes_nothing(file):
    status, lines, errors = run("--against", DATA, file, *EXAMPLES)
    assert (status, lines) == (0, [])
    assert errors.decode() == (
        f"0 of 9 intakes change from book {BOOK_VERSION} to {BOOK_VERSION}; "
        "disposition: none; drugs: none; refused: 0.\n"
    )


def test_a_rule_that_is_new_here(other, file):
    without(other, "medication", "MED-NSAID-24")
    status, lines, errors = run("--against", other, file)
    assert status == 0
    assert [(line["id"], line["file"], line["line"]) for line in lines] == [
        ("asthma", str(file), 2)
    ]
    line = lines[0]
    assert line["disposition"] == ["plan", "plan"]
    assert line["drugs"] == {"ibuprofen": ["offer", "caution"], "naproxen": ["offer", "caution"]}
    assert {(f["rule"], f["about"], f["severity"]) for f in line["findings"]["added"]} >= {
        ("MED-NSAID-24", "ibuprofen", "caution"),
        ("MED-NSAID-24", "naproxen", "caution"),
    }
    assert line["findings"]["gone"] == []
    assert errors.decode() == (
        f"1 of 4 intakes change from book 2026.1.1 to {BOOK_VERSION}; disposition: none; drugs: "
        "ibuprofen offer to caution 1, naproxen offer to caution 1; refused: 0.\n"
    )


def test_a_rule_that_is_gone_here(other, file):
    path = other / "red_flags.toml"
    path.write_text(path.read_text() + EXTRA)
    status, (line,), errors = run("--against", other, file)
    assert status == 0
    assert line["id"] == "asthma"
    assert {"rule": "D-99", "severity": "emergency"} in line["findings"]["gone"]
    assert b"1 of 4 intakes change" in errors


def test_a_threshold_that_moved(other, file):
    edit(other, "definitions", "days >= 84 days", "days >= 83 days")
    edit(other, "pain_types", "days < 84 days", "days < 83 days")
    status, (line,), errors = run("--against", other, file)
    assert (status, line["id"]) == (0, "83 days")
    assert line["disposition"] == ["plan", "not_chronic"]
    assert {f["rule"] for f in line["findings"]["added"]} >= {"CL-04"}
    assert {f["rule"] for f in line["findings"]["gone"]} >= {"CL-02"}
    assert {"home_plan", "program", "follow_ups"} <= set(line["other"])
    assert b"disposition: plan to not_chronic 1; " in errors


def test_a_severity_and_a_wording_that_changed(other, file):
    path = other / "red_flags.toml"
    parts = path.read_text().split("[[rule]]")
    place = next(n for n, part in enumerate(parts) if 'id = "RF-09"\n' in part)
    parts[place] = parts[place].replace('severity = "urgent"', 'severity = "caution"')
    parts[place] = re.sub(r'message = "[A-Z]\w+', 'message = "Truly', parts[place])
    path.write_text("[[rule]]".join(parts))
    status, (line,), _ = run("--against", other, file)
    assert status == 0
    (changed,) = [one for one in line["findings"]["changed"] if one["rule"] == "RF-09"]
    assert changed["severity"] == ["caution", "urgent"]
    assert {"severity", "message"} <= set(changed["in"])
    assert line["disposition"][1] == "urgent"


def test_what_is_read_from_json_and_from_standard_input(other, tmp_path):
    without(other, "medication", "MED-NSAID-24")
    path = tmp_path / "one.json"
    path.write_text(json.dumps(ASTHMA))
    _, lines, _ = run("--against", other, path, "-", given=b"\n" + json.dumps(ASTHMA).encode())
    assert [(line["file"], line.get("line")) for line in lines] == [(str(path), None), ("-", 2)]


def test_a_refused_intake_is_told_and_the_rest_goes_on(other, tmp_path):
    without(other, "medication", "MED-NSAID-24")
    path = tmp_path / "many.jsonl"
    bad = {**PLAIN, "id": "bad", "conditions": ["asthmaa"]}
    path.write_text("\n".join([json.dumps(bad), "{", json.dumps(ASTHMA)]))
    status, lines, errors = run("--against", other, path)
    assert status == 1
    assert [(line["id"], line["line"]) for line in lines] == [
        ("bad", 1), (None, 2), ("asthma", 3)
    ]  # fmt: skip
    assert lines[0]["error"][0]["path"] == "/conditions/0"
    assert b"1 of 1 intakes change" in errors
    assert b"refused: 2." in errors


def test_a_book_that_cannot_be_read_is_a_wrong_call(other, file, tmp_path):
    (other / "drugs.toml").unlink()
    (other / "codes.toml").write_text("[")
    status, lines, errors = run("--against", other, file)
    assert (status, lines) == (2, [])
    assert b"drugs.toml: is not in" in errors
    assert b"codes.toml: " in errors
    assert run("--against", tmp_path / "nowhere", file)[0] == 2


def test_a_checkout_is_a_book_too(file):
    assert run("--against", ROOT, file)[:2] == (0, [])


def test_each_assessment_carries_the_version_of_its_own_book(other):
    assert assessed(PLAIN, against=load(other))["rules_version"] == "2026.1.1"
    assert assessed(PLAIN)["rules_version"] == BOOK_VERSION


def test_a_dose_that_moved_is_told(other):
    old, new = assessed(PLAIN), assessed(PLAIN)
    assert changes(old, new) is None
    drug = next(name for name, row in new["drugs"].items() if row["dose"])
    new["drugs"][drug]["dose"] = None
    assert changes(old, new)["other"] == ["drugs"]


def test_the_shipped_book_is_not_read_behind_the_back_of_another(other, monkeypatch):
    found = load(other)
    wanted = [assessed(row, against=found) for row in (PLAIN, ASTHMA, DAYS_83, FEVER)]
    book.cache_clear()
    monkeypatch.setattr("careplan.rules.book.load", refuse)
    with pytest.raises(AssertionError, match="the shipped book"):
        assessed(PLAIN)
    assert [assessed(row, against=found) for row in (PLAIN, ASTHMA, DAYS_83, FEVER)] == wanted


def refuse(folder):
    raise AssertionError("the shipped book was read")
