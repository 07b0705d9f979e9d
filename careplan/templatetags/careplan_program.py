"""The calendar of weeks in templates: a cell a day, where one session may go, what lies elsewhere."""

from dataclasses import dataclass
from datetime import date, datetime

from django import template

from careplan.queries.dates import Dates
from careplan.rules import schedule
from careplan.rules.schedule import FreeDay

register = template.Library()
WALL = "%Y-%m-%dT%H:%M"  # the clinic's wall clock, as pages send it


@dataclass(frozen=True)
class Slot:
    """One session in the calendar. `free` are the days it may be dropped on, as WALL words."""

    number: int
    start: datetime
    seen: int
    free: str
    chosen: bool
    state: str
    note: str
    moves: bool


@dataclass(frozen=True)
class Day:
    """One cell. `free` is the hour that is offered to the chosen session."""

    day: date
    slots: list[Slot]
    free: FreeDay | None
    why: str
    past: bool


@register.inclusion_tag("program/_calendar.html", takes_context=True)
def program_calendar(context, dates, chosen, move_url, seen=0) -> dict:
    """Weeks, the chosen session and what lies elsewhere. `seen` is the revision of a draft; 0:
    booked sessions, each with its own sequence."""
    return {
        "weeks": _weeks(dates, chosen, seen),
        "panel": _panel(dates, chosen, seen),
        "elsewhere": _elsewhere(dates, seen),
        "move_url": move_url,
        "here": context["request"].path,
        "csrf_token": context.get("csrf_token"),
        "draft": bool(seen),
        "zone": dates.calendar.zone,
    }


@register.simple_tag
def program_facts(dates, version) -> list:
    """What the dates were laid from: (what, in words)."""
    known = dates.calendar
    closed = [(day, why) for day, why in sorted(known.closed.items())][:3]
    words = [f"{schedule.day_words(day)} ({why})" for day, why in closed]
    more = len(known.closed) - len(closed)
    return [
        (
            f"{version.patient.given_name} can come",
            _week_words(known.suits, "any hour: not asked yet"),
        ),
        (
            f"{known.therapist} works",
            _week_words(known.works, "Monday to Friday: no hours are kept"),
        ),
        (
            "Closed next",
            "; ".join(words) + (f"; {more} days more" if more else "") or "no day known",
        ),
    ]


@register.filter
def wish_words(wish) -> str:
    """`Mon, Thu at 9:00, from 26 November`."""
    days = ", ".join(schedule.DAYS[day][:3] for day in wish.weekdays)
    return f"{days} at {wish.at:%-H:%M}, from {wish.starts_on:%-d %B}"


def _weeks(dates: Dates, chosen: int | None, seen: int = 0) -> list[list[Day]]:
    """Weeks of cells. `seen` is the revision of a draft; booked sessions have their own."""
    free = {one.day: one for one in dates.offers.get(chosen, ())}
    return [
        [
            Day(
                cell.day,
                [_slot(dates, one, chosen, seen) for one in cell.sessions],
                None if cell.sessions else free.get(cell.day),
                cell.why,
                cell.past,
            )
            for cell in week
        ]
        for week in dates.weeks
    ]


def _slot(dates: Dates, one, chosen: int | None, seen: int) -> Slot:
    row, offered = dates.rows.get(one.number), dates.offers.get(one.number, ())
    days = [free for free in offered if free.day != one.start.date()]
    return Slot(
        number=one.number,
        start=one.start,
        seen=row.sequence if row and not seen else seen,
        free=" ".join(f"{free.usual:{WALL}}" for free in days),
        chosen=one.number == chosen,
        state=row.get_state_display() if row else "",
        note=" ".join(dates.faults.get(one.number, ())),
        moves=any(start != one.start for free in offered for start in free.starts),
    )


def _panel(dates: Dates, chosen: int | None, seen: int = 0) -> dict | None:
    """The chosen session with every hour that it may have, by day; None where none is chosen."""
    if chosen not in dates.offers:
        return None
    days = [
        (schedule.day_words(one.day), [(f"{start:{WALL}}", start) for start in one.starts])
        for one in dates.offers[chosen]
    ]
    row = dates.rows.get(chosen)
    return {
        "number": chosen,
        "start": dates.starts[chosen],
        "now": f"{dates.starts[chosen]:{WALL}}",
        "seen": row.sequence if row and not seen else seen,
        "days": days,
    }


def _elsewhere(dates: Dates, seen: int = 0) -> list[dict]:
    """Sessions that lie elsewhere than usual, each with why and, where it moved, the way back."""
    found = []
    for one in dates.laid:
        was, row = dates.moved.get(one.number), dates.rows.get(one.number)
        faults = dates.faults.get(one.number, ())
        if was or one.because or faults:
            found.append(
                {
                    "number": one.number,
                    "start": one.start,
                    "was": was,
                    "back": f"{was:{WALL}}" if was and one.number in dates.movable else "",
                    "because": " ".join(faults) or one.because,
                    "wrong": bool(faults),
                    "seen": row.sequence if row and not seen else seen,
                }
            )
    return found


def _week_words(windows, none: str) -> str:
    """`Mon 9:00–12:00, Thu 14:00–17:00`."""
    words = [f"{schedule.DAYS[w.weekday][:3]} {w.starts:%-H:%M}–{w.ends:%-H:%M}" for w in windows]
    return ", ".join(words) or none
