"""What can be done instead, and what to propose at all. Every plan given here was laid first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import combinations, islice
from zoneinfo import ZoneInfo

from .free import QUARTER, has_hours, minute_of, weekly_starts
from .lay import closed_runs, first_day, lay, without_rest
from .terms import (
    EARLIEST,
    LATEST,
    MOST_WEEKS,
    SESSIONS_PER_WEEK,
    USUAL_DAYS,
    USUAL_HOUR,
    USUAL_MINUTES,
    WEEKS,
    Calendar,
    Laid,
    ScheduleRefused,
    Wish,
)

FARTHEST = timedelta(days=90)  # a start later than this is another plan
DAY_SETS, HOURS = 6, 6  # how many sets of weekdays, and hours of one set, are tried


def can_lay(wish: Wish, calendar: Calendar) -> bool:
    try:
        return bool(lay(wish, calendar))
    except ScheduleRefused:
        return False


def that_fit(*, sessions_per_week: int, weeks: int, visits: int) -> list[tuple[int, int]]:
    """Programs nearest to the wish with at most `visits` visits: (sessions a week, weeks).

    First the one that keeps the weeks, then the one that keeps the sessions a week; where
    neither is possible, the largest that fits; empty where none does.
    """
    able = [(s, w) for s in SESSIONS_PER_WEEK for w in WEEKS if s * w <= visits]
    keeping_weeks = [pair for pair in able if pair[1] == weeks]
    keeping_pace = [pair for pair in able if pair[0] == sessions_per_week]
    nearest = [max(found) for found in (keeping_weeks, keeping_pace) if found]
    if not nearest and able:
        nearest = [max(able, key=lambda pair: pair[0] * pair[1])]
    return list(dict.fromkeys(nearest))


def nearest(wish: Wish, calendar: Calendar) -> list[Wish]:
    """Plans near a wish that cannot be laid, at most one for each thing that gives way.

    In order: other days; a later start; the same weeks with another number of sessions; the same
    number with fewer weeks. Where other days do, nothing smaller is offered. Where none of these
    can be laid, the largest plan that can, with any start within 90 days; empty where none can.
    """
    other_days = _first_laid(_other_days(wish, calendar), calendar)
    ways = (_later,) if other_days else (_later, _other_pace, _other_weeks)
    found = [other_days, *(_first_laid(way(wish, calendar), calendar) for way in ways)]
    found = list(dict.fromkeys(filter(None, found)))
    if not found:
        found = [_first_laid(_anything(wish, calendar), calendar)]
    return [one for one in found if one]


def propose(
    calendar: Calendar,
    *,
    sessions_per_week: int,
    weeks: int,
    starts_on: date,
    minutes: int = USUAL_MINUTES,
) -> tuple[Wish, list[Laid]] | None:
    """The program that these facts suggest, laid: on days and at an hour that suit.

    Where the asked number of visits cannot be laid, the nearest plan that can: the one that begins
    first, of those the largest. None where there is none.
    """
    days = USUAL_DAYS[sessions_per_week]
    asked = Wish(sessions_per_week, weeks, days, USUAL_HOUR, starts_on, minutes)
    able = _best(_day_sets(asked, calendar), calendar)
    if able is None:
        offered = nearest(asked, calendar)
        if not offered:
            return None
        able = min(offered, key=lambda one: (one.starts_on, -one.visits))
    able = _best(_at_other_hours(able, calendar), calendar) or able
    return able, lay(able, calendar)


def _first_laid(wishes: Iterator[Wish], calendar: Calendar) -> Wish | None:
    return next((wish for wish in wishes if can_lay(wish, calendar)), None)


def _best(wishes: Iterator[Wish], calendar: Calendar) -> Wish | None:
    """The wish whose sessions lie elsewhere than usual least often."""
    able = []
    for wish in wishes:
        if can_lay(wish, calendar):
            elsewhere = sum(bool(one.because) for one in lay(wish, calendar))
            if not elsewhere:
                return wish
            able.append((elsewhere, len(able), wish))
    return min(able)[2] if able else None


def _other_days(wish: Wish, calendar: Calendar) -> Iterator[Wish]:
    return (one for one in _day_sets(wish, calendar) if one != wish)


def _later(wish: Wish, calendar: Calendar) -> Iterator[Wish]:
    """The same program after each closure that it meets, on its own days, then on others."""
    for start in _starts(wish, calendar):
        later = replace(wish, starts_on=start)
        yield later
        yield from _day_sets(later, calendar)


def _starts(wish: Wish, calendar: Calendar) -> list[date]:
    """The days after a closure on which the wish could begin, and the first day ahead."""
    try:
        first = first_day(wish, calendar)
    except ScheduleRefused:
        return [calendar.now.astimezone(ZoneInfo(calendar.zone)).date()] if calendar.now else []
    days = [first + timedelta(days=n) for n in range(7 * MOST_WEEKS)]
    ends = [last + timedelta(days=1) for _, last, _ in closed_runs(days, calendar)]
    return [day for day in ends if day <= wish.starts_on + FARTHEST]


def _other_pace(wish: Wish, calendar: Calendar) -> Iterator[Wish]:
    for pace in SESSIONS_PER_WEEK:
        if pace != wish.sessions_per_week and wish.weeks in WEEKS:
            yield from _day_sets(replace(wish, sessions_per_week=pace), calendar)


def _other_weeks(wish: Wish, calendar: Calendar) -> Iterator[Wish]:
    for weeks in sorted(WEEKS, reverse=True):
        if weeks < wish.weeks and wish.sessions_per_week in SESSIONS_PER_WEEK:
            shorter = replace(wish, weeks=weeks)
            yield shorter
            yield from _day_sets(shorter, calendar)


def _anything(wish: Wish, calendar: Calendar) -> Iterator[Wish]:
    """Every size, the largest first, from the wished start and after each closure."""
    sizes = sorted(((s * w, s, w) for s in SESSIONS_PER_WEEK for w in WEEKS), reverse=True)
    for _, pace, weeks in sizes:
        sized = replace(wish, sessions_per_week=pace, weeks=weeks)
        for start in [wish.starts_on, *_starts(sized, calendar)]:
            yield from _day_sets(replace(sized, starts_on=start), calendar)


def _day_sets(wish: Wish, calendar: Calendar) -> Iterator[Wish]:
    """The wish on sets of days with room and rest, its own days first, then the evenest spread;
    each at its hour, or at the nearest that all of these days have."""
    if wish.sessions_per_week not in SESSIONS_PER_WEEK:
        return
    open_days = [day for day in range(7) if has_hours(day, wish, calendar)]
    sets = [
        days
        for days in combinations(open_days, wish.sessions_per_week)
        if without_rest(days) is None
    ]
    kept = set(wish.days)
    sets.sort(key=lambda days: (-len(kept & set(days)), -_spread(days), days))
    for days in sets[:DAY_SETS]:
        yield from islice(_at_other_hours(replace(wish, weekdays=days), calendar), 1)


def _spread(days: tuple[int, ...]) -> int:
    """The shortest gap between sessions, over the end of the week too."""
    return min((b - a) % 7 for a, b in zip(days, (*days[1:], days[0]), strict=True))


def _at_other_hours(wish: Wish, calendar: Calendar) -> Iterator[Wish]:
    """The wish at the hours that fit its days best, nearest to the wished hour first."""
    edges = {minute_of(one.starts) for one in (*calendar.suits, *calendar.works)}
    edges |= {minute_of(end) for rows in calendar.taken.values() for _, end in rows}
    at = minute_of(wish.at)
    able = {at} | {-(-edge // QUARTER) * QUARTER for edge in edges}
    able = [m for m in able if minute_of(EARLIEST) <= m <= minute_of(LATEST)]
    able.sort(key=lambda m: (_shift(m, wish, calendar), abs(m - at), m))
    for minute in able[:HOURS]:
        yield replace(wish, at=time(minute // 60, minute % 60))


def _shift(minute: int, wish: Wish, calendar: Calendar) -> int:
    """On how many of its days a wish could not begin at this minute in any week."""
    return sum(
        not any(lo <= minute <= hi for lo, hi in weekly_starts(day, wish, calendar))
        for day in wish.days
    )
