"""What the book says of a plan: range, referral, checklist, exercises, its end (PT-03 to PT-26).

The record is an intake with `plan`:

    {"sessions_per_week": number, "weeks": weeks, "referral_needed": bool, "referral_on_file": bool,
     "movement_seen": bool, "first": bool,
     "items": [{"exercise": code, "name": of an own exercise, "minutes": of an own dose}],
     "left_out": {part of a programme: reason}, "block_over": bool, "goals_met": 0-1, "check_ins_paused": bool}

Missing is unknown. Minutes of a library exercise without its own are those of the library.
"""

import re

from careplan.rules.facts import PLAIN, Fact, Facts, fact
from careplan.rules.home_plan import minutes_limit
from careplan.rules.records import judged
from careplan.rules.scores import course_of

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
    """Of the book's, or as an item of the plan says: a clinic has exercises of its own."""
    items, exercises = f.at("/plan/items"), f.book.exercises
    if items is None:
        return None
    core = [item for item in items if item.get("exercise", "")[:3] == "COR"]
    known = {code: one.level for code, one in exercises.items()}
    return max((item.get("level") or known.get(item["exercise"], 0) for item in core), default=0)


@fact("parts of the programme that are missing", "/plan/items", subject="plan")
def parts_missing(f):
    """In words; None where no list was given."""
    codes = _parts_missing(f)
    labels = f.book.codes["components"]
    return None if codes is None else ", ".join(labels[code].label.lower() for code in codes)


@fact("a part is missing without a reason", "/plan/items", subject="plan")
def lacks_parts(f):
    codes = _parts_missing(f)
    return None if codes is None else bool(codes)


def _parts_missing(f):
    items = f.at("/plan/items")
    if items is None:
        return None
    left_out = f.at("/plan/left_out") or {}
    there = {item.get("exercise", "")[:3] for item in items}
    there |= {code for code, reason in left_out.items() if reason.strip()}
    return [code for code in f.book.program["components"] if code not in there]


@fact("time for the home exercises", "/plan/items", unit="minutes", subject="plan")
def plan_minutes(f):
    """With changeovers, without aerobic items; unknown where one item's time is."""
    items = f.at("/plan/items")
    if items is None:
        return None
    times = [_minutes(f, item) for item in items if item.get("exercise", "")[:3] != AEROBIC]
    if None in times:
        return None
    return round(sum(times) + f.book.program["changeover_minutes"] * len(times), 2)


def _minutes(f, item):
    own, exercise = item.get("minutes"), f.book.exercises.get(item.get("exercise"))
    return exercise.minutes if own is None and exercise else own


@fact(
    "most time for the home exercises",
    "/availability/minutes_a_day",
    unit="minutes",
    subject="plan",
)
def plan_minutes_limit(f):
    return minutes_limit(f)


@fact("the home exercises take too long", "/plan/items", subject="plan")
def plan_too_long(f):
    return None if f["plan_minutes"] is None else f["plan_minutes"] > f["plan_minutes_limit"]


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
    return course_of(f).in_a_row("improving")


def judge(record, book):
    """{"findings", "follow_ups"} of a plan. The intake in the record is checked before."""
    return judged(Facts(record, book), "plan")[0]
