"""Tables of facts are answered at once, and each as if it had been asked alone."""

import copy
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from bench.intakes import intakes
from careplan.rules.book import book
from careplan.rules.facts import Facts
from careplan.rules.families import FAMILIES
from careplan.rules.intake import check, codes
from tests.rules.building import intake

FLAGS = sorted(codes()["red_flags"])
NERVES = ["bladder_change", "bowel_or_sexual_change", "leg_weakness_progressive", "fever"]


def told(chance):
    """Red flags of every history: answered, told in check-ins, reviewed, long-standing."""
    made = intake({"/red_flags/long_standing_and_assessed": chance.choice(["yes", "no"])})
    for flag in chance.sample(FLAGS, 12):
        made["red_flags"][flag] = chance.choice(["yes", "no", "unknown"])
    days = sorted(chance.sample(["2025-09-01", "2026-08-01", "2026-11-10", "2026-11-20"], 3))
    made["check_ins"] = [
        {
            "on": day,
            "red_flags": {
                flag: chance.choice(["yes", "no", "unknown"])
                for flag in (*NERVES, *chance.sample(FLAGS, 5))
            },
            "side_effects": [
                {"drug": "ibuprofen", "effect": effect, "grade": "moderate"}
                for effect in chance.sample(sorted(codes()["side_effects"]), 2)
            ],
        }
        for day in days
    ]
    made["red_flag_reviews"] = [
        {
            "flag": flag,
            "on": chance.choice([days[0], days[0], days[-1]]),
            "role": chance.choice(["therapist", "prescriber", "prescriber"]),
            "outcome": chance.choice(["cleared", "baseline", "baseline", "confirmed"]),
            "finding": "Looked at.",
        }
        for flag in chance.sample(NERVES, 3)
    ]
    made["vitals"] = {"temperature_c": 38.4, "on": "2026-11-20"}
    return check(made)


def some():
    chance = random.Random(5)
    made = [*intakes(40), *(told(chance) for _ in range(90))]
    for one in made[::4]:
        one["conditions_complete"] = one["medications_complete"] = False
    return made


@pytest.fixture(scope="module")
def answered():
    return [Facts(one, book()) for one in some()]


@pytest.mark.parametrize(
    "prefix", sorted({name.split(".")[0] for name in book().blank(None, None)})
)
def test_a_table_is_answered_as_its_single_facts_are(answered, prefix):
    value = FAMILIES[prefix].value
    names = [name for name in book().blank(None, None) if name.startswith(f"{prefix}.")]
    seen = set()
    for facts in answered:
        for name in names:
            single = value(facts, name.partition(".")[2])
            assert facts[name] is single, (name, facts.intake["id"])
            seen.add(single)
    assert len(seen) > 1, "the intakes of this test ask nothing of the table"


def test_what_was_told_of_one_condition_is_not_changed_by_another_finding():
    facts = Facts(intake({"/conditions": ["asthma"]}), book())
    first = facts.why("conditions.asthma")
    before = copy.deepcopy(first)
    facts.why("age")
    assert facts.why("conditions.asthma") == before


def test_a_measured_number_says_its_unit_and_its_day():
    made = intake(
        {
            "/vitals": {"systolic": 165, "diastolic": 95, "on": "2026-11-20"},
            "/labs": {"sodium_mmol_l": 131, "sodium_on": "2026-10-02", "on": "2026-09-01"},
        }
    )
    facts = Facts(made, book())
    assert facts.why("systolic")["systolic"] == "165 mmHg of 2026-11-20"
    assert facts.why("sodium")["sodium"] == "131 mmol/L of 2026-10-02"
    del made["labs"]["sodium_on"]
    assert Facts(made, book()).why("sodium")["sodium"] == "131 mmol/L of 2026-09-01"
    del made["vitals"]["on"]
    assert Facts(made, book()).why("systolic")["systolic"] == "165 mmHg"
    assert facts.why("age")["age"] == "46 years"


def test_every_code_that_decided_has_its_own_place():
    made = intake({"/conditions": ["asthma", "copd"], "/episode/limits": ["sleep", "work"]})
    facts = Facts(made, book())
    assert facts.why("conditions.copd") == {"/conditions/1": "copd"}
    assert facts.why("conditions.diabetes") == {"/conditions_complete": True}
    assert facts.why("limits.work") == {"/episode/limits/1": "work"}
    assert facts.why("limits.walking") == {"/episode/limits": ["sleep", "work"]}


HASHES = """
import json, sys
from bench.intakes import intakes
from careplan.rules import assess
for one in intakes(40):
    for name in ("conditions", "medications", "allergies"):
        one[name].sort(key=str)
    print(json.dumps(assess(one)))
"""


def test_the_seed_of_hashes_changes_no_byte():
    told = [
        subprocess.run(
            [sys.executable, "-c", HASHES],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert told[0].count(b"\n") == 40
