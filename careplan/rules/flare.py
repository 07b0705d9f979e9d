"""A flare that lasts (PT-19): whether it is one, which day of it this is, and the dose of that day.

The record is what a patient told, with the day counted:

    {"as_of": date, "usual_pain": 0-10, missing: not known,
     "pain": 0-10,           the usual pain now
     "since": "under_a_day" | "days" | "week",      codes.toml, [flare_since]
     "half_from": date,      the first day at half the dose
     "better_on": date}      the day on which the patient said that it is better; may be missing

Days at half the dose come first, then days back to the whole one, counted by the calendar and not by
how a day feels. Nothing here changes a plan: it says how much of the signed dose a day asks for.
"""

from dataclasses import dataclass
from datetime import timedelta

from careplan.rules.intake import read_date

RULE = "PT-19"


@dataclass(frozen=True)
class Day:
    """Day `number` of `days` of one part: "half", "back" or, when all is over, "over". `percent`
    of the signed dose; 100 is all of it."""

    part: str
    number: int
    days: int
    percent: int


def holds(record, book):
    """Whether it is a flare by the row: the usual pain is up by so much, for over a day. None where
    the usual pain is not known."""
    if record["since"] not in book.flare["lasting"]:
        return False
    usual = record.get("usual_pain")
    return None if usual is None else record["pain"] - usual >= book.flare["rise"]


def day_of(record, book):
    """The Day that `as_of` is. Half the dose lasts its shortest time where the patient says that it
    is better, else its longest; and so does the way back."""
    first, today = read_date(record["half_from"]), read_date(record["as_of"])
    half, better = _half_days(record, first, book)
    back = book.flare["back_days_least" if better else "back_days_most"]
    number = (today - first).days + 1
    if number <= half:
        return Day("half", max(number, 1), half, book.flare["half_percent"])
    if number <= half + back:
        return Day("back", number - half, back, _on_the_way(number - half, back, book))
    return Day("over", 0, 0, 100)


def last_day(record, book):
    """The last day of the flare, when the whole dose is reached."""
    first = read_date(record["half_from"])
    half, better = _half_days(record, first, book)
    back = book.flare["back_days_least" if better else "back_days_most"]
    return first + timedelta(days=half + back - 1)


def _half_days(record, first, book):
    """(days at half the dose, whether the patient said in them that it is better)."""
    least, most = book.flare["half_days_least"], book.flare["half_days_most"]
    if not record.get("better_on"):
        return most, False
    told = (read_date(record["better_on"]) - first).days + 1  # the day it was told stays a half one
    return min(max(told, least), most), told <= most


def _on_the_way(number, days, book):
    half = book.flare["half_percent"]
    return half + (100 - half) * number // days


def dose_at(dose, percent, book):
    """The part of a dose that a day asks for, as a step down cuts it (PT-18): sets where they can be
    halved evenly, else repetitions, else the time. Rounded down, and never
    nothing. A dose has sets, reps, hold_s and s_per_rep."""
    if percent >= 100:
        return dict(dose)
    return dose | {name: _part(dose[name], percent) for name in _cut(dose)}


def _cut(dose):
    if dose["sets"] > 1 and dose["sets"] % 2 == 0:
        return ("sets",)
    return ("reps",) if dose["reps"] > 1 else ("hold_s", "s_per_rep")


def _part(amount, percent):
    return max(int(amount * percent // 100), 1) if amount else 0


def due_days(book, *, soon):
    """Working days until the therapist has spoken to the patient."""
    return book.flare["look_soon" if soon else "look"]
