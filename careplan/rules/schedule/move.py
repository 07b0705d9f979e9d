"""One session of a program laid elsewhere; the rest stays.

A session keeps its place in the order, a rest day on both sides, the sessions a week and the eight
weeks. `starts` are all sessions in order of time, number -> aware start; `first` is the day on which
week 1 begins.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .free import QUARTER, hour_fault, minute_of, moment, starts_of
from .terms import MOST_WEEKS, REST, Calendar, Wish, day_words

Starts = dict[int, datetime]
STEP = 2 * QUARTER  # minutes between the hours that are offered


@dataclass(frozen=True)
class FreeDay:
    """A day that one session may move to, with the hours of that day."""

    day: date
    starts: tuple[datetime, ...]
    usual: datetime  # the hour nearest to the one it has


def move_faults(
    number: int,
    start: datetime,
    starts: Starts,
    first: date,
    wish: Wish,
    calendar: Calendar,
) -> list[str]:
    """Why session `number` cannot lie at `start`, as sentences; empty where it can."""
    day, minute = start.date(), start.hour * 60 + start.minute
    found = [hour_fault(day, minute, wish, calendar)]
    found += _order_faults(number, day, starts)
    found.append(_week_fault(number, day, starts, first, wish))
    return [fault for fault in found if fault]


def faults_of(starts: Starts, first: date, wish: Wish, calendar: Calendar) -> dict[int, list[str]]:
    """Number -> why that session cannot lie where it does; those that passed are left alone."""
    found = {}
    for number, start in starts.items():
        if calendar.now is None or start > calendar.now:
            found[number] = move_faults(number, start, starts, first, wish, calendar)
    return {number: faults for number, faults in found.items() if faults}


def free_days(
    number: int, starts: Starts, first: date, wish: Wish, calendar: Calendar
) -> list[FreeDay]:
    """Every day that session `number` may move to, with its free hours; its own day too."""
    current = starts[number]
    found = []
    for day in _between(number, starts, first):
        if _order_faults(number, day, starts) or _week_fault(number, day, starts, first, wish):
            continue
        minutes = _offered(day, current.hour * 60 + current.minute, wish, calendar)
        if minutes:
            at = current.hour * 60 + current.minute
            usual = min(minutes, key=lambda minute: abs(minute - at))
            hours = tuple(moment(day, minute, calendar.zone) for minute in minutes)
            found.append(FreeDay(day, hours, moment(day, usual, calendar.zone)))
    return found


def _between(number: int, starts: Starts, first: date) -> list[date]:
    """The days between the sessions before and after, inside the eight weeks."""
    before, after = _neighbours(number, starts)
    begin = starts[before].date() if before else first
    end = starts[after].date() if after else first + timedelta(weeks=MOST_WEEKS, days=-1)
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


def _offered(day: date, current: int, wish: Wish, calendar: Calendar) -> list[int]:
    """Half hours of a day, its first free minute of each stretch, the usual and the current hour."""
    found = set()
    for lo, hi in starts_of(day, wish, calendar):
        found |= {lo, *range(-(-lo // STEP) * STEP, hi + 1, STEP)}
        found |= {minute for minute in (current, minute_of(wish.at)) if lo <= minute <= hi}
    return sorted(found)


def _neighbours(number: int, starts: Starts) -> tuple[int | None, int | None]:
    """The numbers of the sessions before and after, None at the ends."""
    order = [None, *starts, None]
    place = order.index(number)
    return order[place - 1], order[place + 1]


def _order_faults(number: int, day: date, starts: Starts) -> list[str]:
    before, after = _neighbours(number, starts)
    found = []
    if before and (day - starts[before].date()).days < REST:
        found.append(_rest_words(before, starts[before].date(), day <= starts[before].date()))
    if after and (starts[after].date() - day).days < REST:
        found.append(_rest_words(after, starts[after].date(), day >= starts[after].date()))
    return found


def _rest_words(other: int, day: date, crosses: bool) -> str:
    if crosses:
        return f"Session {other} on {day_words(day)} is in the way: move that one first."
    return f"Session {other} is on {day_words(day)}: keep a rest day between them."


def _week_fault(number: int, day: date, starts: Starts, first: date, wish: Wish) -> str | None:
    end = first + timedelta(weeks=MOST_WEEKS, days=-1)
    if not first <= day <= end:
        return f"The program runs from {day_words(first)} to {day_words(end)}: eight weeks at most."
    others = [start.date() for n, start in starts.items() if n != number]
    held = sum(_monday(other) == _monday(day) for other in others)
    if held >= wish.sessions_per_week:
        return (
            f"That week has {held} sessions already: {wish.sessions_per_week} a week are planned."
        )
    return None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
