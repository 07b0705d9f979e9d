"""What the book says of a plan: range, referral, checklist, exercises, its end (PT-03 to PT-26).

The record is an intake with `plan`:

    {"sessions_per_week": number, "weeks": weeks, "referral_needed": bool, "referral_on_file": bool,
     "movement_seen": bool, "first": bool, "items": [{"exercise": code, "name": own exercise}],
     "block_over": bool, "goals_met": 0-1, "check_ins_paused": bool}

Missing is unknown. The minutes and the five components are checked where the home plan is made
(PT-05, PT-08).
"""

import re

from careplan.rules.facts import PLAIN, Fact, Facts, fact
from careplan.rules.records import judged
from careplan.rules.scores import in_a_row

CRUNCH = re.compile(r"crunch|sit-?\s?ups?\b|curl-?\s?ups?\b", re.IGNORECASE)
AEROBIC = "AER"
ANSWERS = {
    "referral_needed": "a referral is needed",
    "referral_on_file": "a referral is on file",
    "movement_seen": "the movement checklist is filled in",
    "block_over": "the block is over",
    "check_ins_paused": "the check-ins are paused",
}


def _answer(code):
    return lambda f: f.at(f"/plan/{code}")


for _code, _label in ANSWERS.items():
    PLAIN[_code] = Fact(_label, "", (f"/plan/{_code}",), _answer(_code), subjects=("plan",))


@fact("first plan", "/plan/first", subject="plan")
def first_plan(f):
    return f.at("/plan/first")


@fact("sessions", "/plan/sessions_per_week", unit="a week", subject="plan")
def plan_sessions(f):
    return f.at("/plan/sessions_per_week")


@fact("length of the programme", "/plan/weeks", unit="weeks", subject="plan")
def plan_weeks(f):
    return f.at("/plan/weeks")


def _items(f):
    """Codes of the home exercises, aerobic ones apart; None where no list was given."""
    items = f.at("/plan/items")
    if items is None:
        return None
    codes = [item.get("exercise", "") for item in items]
    return [code for code in codes if not code.startswith(AEROBIC)]


@fact("home exercises", "/plan/items", unit="exercises", subject="plan")
def plan_items(f):
    items = _items(f)
    return None if items is None else len(items)


def _has(f, *components):
    items = _items(f)
    return None if items is None else any(code[:3] in components for code in items)


@fact("a core exercise is in the plan", "/plan/items", subject="plan")
def plan_has_core(f):
    return _has(f, "COR")


@fact("a flexibility or posture exercise is in the plan", "/plan/items", subject="plan")
def plan_has_flex_or_posture(f):
    return _has(f, "FLX", "POS")


@fact("highest level of a core exercise", "/plan/items", unit="level", subject="plan")
def plan_core_level(f):
    items, exercises = _items(f), f.book.exercises
    if items is None:
        return None
    core = [c for c in items if c[:3] == "COR" and c in exercises]
    return max((exercises[code].level for code in core), default=0)


@fact("a sit-up or crunch is in the plan", "/plan/items", subject="plan")
def plan_has_crunch(f):
    items = f.at("/plan/items")
    return None if items is None else any(CRUNCH.search(item.get("name", "")) for item in items)


@fact("goals met", "/plan/goals_met", unit="percent", subject="plan")
def goals_met(f):
    share = f.at("/plan/goals_met")
    return None if share is None else round(share * 100, 6)


@fact("improving check-ins in a row", "/check_ins", unit="check-ins", subject="plan")
def improving_in_a_row(f):
    """Up to the last; a missed one ends the row."""
    return in_a_row(f.intake.get("check_ins", ()), "improving", f.book)


def judge(record, book):
    """{"findings", "follow_ups"} of a plan. The intake in the record is checked before."""
    return judged(Facts(record, book), "plan")[0]
