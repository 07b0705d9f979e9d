"""Whole intakes and what the specification says of them; see scenarios/*.toml.

Each scenario is the healthy base intake (a woman of 46 with a mechanical flare) with the places of
`change` set and those of `remove` taken away.
"""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from careplan.rules import assess
from tests.rules.building import REMOVED, intake, rules_of

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "contract/assessment.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def scenarios():
    for path in sorted((HERE / "scenarios").glob("*.toml")):
        for number, row in enumerate(tomllib.loads(path.read_text())["scenario"]):
            yield pytest.param(row, id=f"{path.stem}-{number}-{row['name'].replace(' ', '_')}")


def of(row):
    removed = dict.fromkeys(row.get("remove", ()), REMOVED)
    return intake({**removed, **row.get("change", {})})


LISTS = ("rules", "not_rules", "hidden", "shown", "refer", "cards", "not_cards")


@pytest.mark.parametrize("row", list(scenarios()))
def test_scenario(row):
    found, expected = assess(of(row)), row["expect"]
    VALIDATOR.validate(found)
    seen = {
        "drugs": {drug: found["drugs"][drug]["status"] for drug in expected.get("drugs", {})},
        "rules": sorted(set(expected.get("rules", ())) & rules_of(found)),
        "not_rules": sorted(set(expected.get("not_rules", ())) - rules_of(found)),
        "hidden": sorted(_hidden(found) & set(expected.get("hidden", ()))),
        "shown": sorted(set(expected.get("shown", ())) - _hidden(found)),
        "refer": sorted(set(expected.get("refer", ())) & set(found["refer"])),
        "due": {
            kind: next((f["due"] for f in found["follow_ups"] if f["kind"] == kind), None)
            for kind in expected.get("due", {})
        },
        "dose": {d: found["drugs"][d]["dose"] for d in expected.get("dose", {})},
        "max_days": {d: found["drugs"][d]["max_days"] for d in expected.get("max_days", {})},
        "with": {d: found["drugs"][d]["with"] for d in expected.get("with", {})},
        "missing": {d: found["drugs"][d]["missing"] for d in expected.get("missing", {})},
        "progress": (found["progress"] or {}).get("class"),
        "template": (found["home_plan"] or {}).get("template"),
        "minutes": (found["home_plan"] or {}).get("minutes"),
        "band": (found["renal"] or {}).get("gabapentin_band"),
        "crcl": (found["renal"] or {}).get("crcl"),
        "egfr": (found["renal"] or {}).get("egfr"),
        "mme": found["mme_per_day"],
        "says": {
            rule: word if word in _said(found, rule) else _said(found, rule)
            for rule, word in expected.get("says", {}).items()
        },
        "cards": sorted(set(expected.get("cards", ())) & _cards(found)),
        "not_cards": sorted(set(expected.get("not_cards", ())) - _cards(found)),
        "over_visit_limit": (found["program"] or {}).get("over_visit_limit"),
    }
    for word in ("disposition", "pain_types", "neuropathic_grade", "questions", "weeks"):
        seen[word] = found[word]
    wanted = {word: sorted(value) if word in LISTS else value for word, value in expected.items()}
    wanted["due"] = {kind: day or None for kind, day in wanted.get("due", {}).items()}
    for drug, dose in wanted.get("dose", {}).items():
        wanted["dose"] = {**wanted["dose"], drug: dose or None}
    assert {word: seen[word] for word in wanted} == wanted


def _said(found, rule):
    return " ".join(f["message"] for f in found["findings"] if f["rule"] == rule)


def _cards(found):
    return {*found["education"], *found["self_care"]}


def _hidden(found):
    return {row["id"] for row in (found["home_plan"] or {"hidden": ()})["hidden"]}


def test_there_are_enough_of_them():
    assert len(list(scenarios())) >= 100
