"""What exercises and walking that were chosen for others become for one person.

Nothing is added. An exercise is left out where the person's conditions forbid it (EXR-01), where
the library does not suit the main site (CL-06), where it is of level 3 and the person has not come
that far (EXR-03), or where it is offered no more. Doses and walking are never over what the
assessment begins with (CL-41, PT-11).
"""

from dataclasses import dataclass

from careplan.rules import home_plan
from careplan.rules.program import aerobic_start

HIGHEST = 3  # level that is earned by two green weeks


@dataclass(frozen=True)
class Change:
    """What the rules make of one exercise, and the rule: left out, or a gentler dose."""

    code: str
    name: str
    why: str
    rule: str = ""


def sift(items, facts, exercises, hidden, there):
    """(items that stay, left out, made gentler) of a list of items for one person.

    `exercises`: what the clinic has, by code, retired ones with their mark; `hidden`: code -> why,
    of those that the person's conditions forbid; `there`: the items of the person's own plan by
    code, whose level and dose they have come to.
    """
    kept, left_out, gentler = [], [], []
    gently = home_plan.starts_gently(facts)
    for item in items:
        code = item["exercise"]
        exercise = exercises.get(code)
        if refusal := _why_not(code, exercise, facts, hidden, there):
            left_out.append(refusal)
            continue
        dose = _gentle(item, exercise, there.get(code)) if gently else {}
        if any(item[name] != value for name, value in dose.items()):
            words = f"{facts.book.rules['CL-41'].title}: half the dose to start with."
            gentler.append(Change(code, exercise.name, words, "CL-41"))
        kept.append(item | dose)
    return kept, left_out, gentler


def _gentle(item, exercise, own):
    """At most half the exercise's own dose, or what the person does already."""
    half = {
        "sets": exercise.sets,
        "reps": home_plan.half_reps(exercise),
        "hold_s": int(exercise.hold_s),
    }
    most = {name: max(value, own[name]) for name, value in half.items()} if own else half
    return {name: min(item[name], value) for name, value in most.items()}


def _why_not(code, exercise, facts, hidden, there):
    """The refusal of one exercise; None where it stays."""
    if exercise is None:
        return Change(code, code, "The library has no such exercise any more.")
    if code in hidden:
        return Change(code, exercise.name, hidden[code], "EXR-01")
    if exercise.retired:
        return Change(code, exercise.name, "It was retired: your clinic offers it no more.")
    if code in there:
        return None
    for rule, holds in (
        ("CL-06", facts["rule.CL-06"] is True),
        ("EXR-03", exercise.level >= HIGHEST),
    ):
        if holds:
            return Change(code, exercise.name, f"{facts.book.rules[rule].title}.", rule)
    return None


def walking(start, goal, facts):
    """(start, goal) in minutes a day: no more to start with than the assessment begins with."""
    start = min(start, max(1, round(aerobic_start(facts))))
    return start, max(start, goal)


def cards(codes, offered, book):
    """Those of a list of cards that fit: a card with a condition only where it is offered."""
    return [
        code
        for code in codes
        if code in book.self_care and (book.self_care[code].condition is None or code in offered)
    ]
