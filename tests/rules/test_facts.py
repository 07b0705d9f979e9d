"""Tables of facts are answered at once, and each as if it had been asked alone."""

import copy
import random

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
