"""The free hours of one day: what suits, is worked, is open, is not taken and has not passed.

Times inside are minutes since midnight.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .terms import DAYS, EARLIEST, LATEST, SATURDAY, Calendar, Window, Wish, capital, day_words

Range = tuple[int, int]  # the earliest and the latest start, both possible
QUARTER = 15


def minute_of(at: time) -> int:
    return at.hour * 60 + at.minute


def moment(day: date, minute: int, zone: str) -> datetime:
    """The aware start of a session; sessions lie where wall clocks are never changed."""
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=ZoneInfo(zone))


def starts_of(day: date, wish: Wish, calendar: Calendar) -> list[Range]:
    """Ranges of possible starts on a day, in order; empty where there is none."""
    if day in calendar.closed:
        return []
    free = _joined(day.weekday(), wish, calendar)
    for begin, end in calendar.taken.get(day, ()):
        free = _without(free, minute_of(begin), minute_of(end))
    first = max(minute_of(EARLIEST), _first_minute(day, calendar))
    return _starts(free, first, wish.minutes)


def nearest_start(ranges: list[Range], at: int) -> int | None:
    """The possible start nearest to an hour, the earlier of two."""
    clamped = [min(max(at, lo), hi) for lo, hi in ranges]
    return min(clamped, key=lambda minute: abs(minute - at), default=None)


def weekly_starts(weekday: int, wish: Wish, calendar: Calendar) -> list[Range]:
    """Ranges of possible starts on a weekday, whatever lies on single dates."""
    return _starts(_joined(weekday, wish, calendar), minute_of(EARLIEST), wish.minutes)


def has_hours(weekday: int, wish: Wish, calendar: Calendar) -> bool:
    """A week has room for a session on this weekday."""
    return bool(weekly_starts(weekday, wish, calendar))


def weekday_fault(weekday: int, wish: Wish, calendar: Calendar) -> str | None:
    """Why no session of these minutes fits this weekday at all; None where one does."""
    if has_hours(weekday, wish, calendar):
        return None
    day = DAYS[weekday]
    if not _of(calendar.suits, weekday) and calendar.suits:
        return f"{day} does not suit {calendar.patient}."
    if not _of(calendar.works, weekday) and calendar.works:
        return f"{capital(calendar.therapist)} does not work on {day}."
    both = f"{calendar.patient} and {calendar.therapist}"
    return f"On {day} {both} have no {wish.minutes} minutes in common."


def day_fault(day: date, wish: Wish, calendar: Calendar) -> str | None:
    """Why no session can lie on a date; None where one can."""
    if starts_of(day, wish, calendar):
        return None
    if day in calendar.closed:
        return f"The clinic is closed on {day_words(day)}: {calendar.closed[day]}."
    if _first_minute(day, calendar) > minute_of(LATEST):
        return f"{day_words(day)} has passed."
    if fault := weekday_fault(day.weekday(), wish, calendar):
        return fault
    if calendar.taken.get(day):
        words = f"{calendar.therapist} has other sessions at every hour that suits."
        return f"On {day_words(day)} {words}"
    return f"The hours of {day_words(day)} have passed."


def hour_fault(day: date, minute: int, wish: Wish, calendar: Calendar) -> str | None:
    """Why a session cannot start at this minute of a day; None where it can."""
    if any(lo <= minute <= hi for lo, hi in starts_of(day, wish, calendar)):
        return None
    if fault := day_fault(day, wish, calendar):
        return fault
    when = f"{minute // 60}:{minute % 60:02} on {day_words(day)}"
    if not minute_of(EARLIEST) <= minute <= minute_of(LATEST):
        return f"Choose an hour between {EARLIEST:%-H:%M} and {LATEST:%-H:%M}."
    if minute < _first_minute(day, calendar):
        return f"{when} has passed."
    end = minute + wish.minutes
    for windows, words in (
        (calendar.suits, f"{when} does not suit {calendar.patient}."),
        (calendar.works, f"{capital(calendar.therapist)} does not work at {when}."),
    ):
        if windows and not any(
            lo <= minute and end <= hi for lo, hi in _of(windows, day.weekday())
        ):
            return words
    return f"{capital(calendar.therapist)} has another session at {when}."


def _joined(weekday: int, wish: Wish, calendar: Calendar) -> list[Range]:
    """Stretches of a weekday that suit and are worked."""
    suits = _of(calendar.suits, weekday) if calendar.suits else [(0, 24 * 60)]
    if calendar.works:
        works = _of(calendar.works, weekday)
    else:
        works = [(0, 24 * 60)] if weekday < SATURDAY or weekday in wish.weekdays else []
    both = ((max(a, c), min(b, d)) for a, b in suits for c, d in works)
    return [(lo, hi) for lo, hi in sorted(both) if lo < hi]


def _starts(free: list[Range], first: int, minutes: int) -> list[Range]:
    """Starts from minute `first` on that leave room for a session in a free stretch."""
    ranges = ((max(lo, first), min(hi - minutes, minute_of(LATEST))) for lo, hi in free)
    return [(lo, hi) for lo, hi in ranges if lo <= hi]


def _of(windows: tuple[Window, ...], weekday: int) -> list[Range]:
    """Stretches of one weekday as minutes, those that touch made one."""
    found: list[Range] = []
    rows = [(minute_of(w.starts), minute_of(w.ends)) for w in windows if w.weekday == weekday]
    for lo, hi in sorted(rows):
        if found and lo <= found[-1][1]:
            found[-1] = (found[-1][0], max(hi, found[-1][1]))
        else:
            found.append((lo, hi))
    return found


def _without(free: list[Range], begin: int, end: int) -> list[Range]:
    parts = [part for lo, hi in free for part in ((lo, min(hi, begin)), (max(lo, end), hi))]
    return [(lo, hi) for lo, hi in parts if lo < hi]


def _first_minute(day: date, calendar: Calendar) -> int:
    """The first minute of a day that is still to come: today the next quarter of an hour."""
    if calendar.now is None:
        return 0
    now = calendar.now.astimezone(ZoneInfo(calendar.zone))
    if day != now.date():
        return 24 * 60 if day < now.date() else 0
    passed = now.replace(second=0, microsecond=0, tzinfo=None) + timedelta(minutes=1)
    minute = passed.hour * 60 + passed.minute if passed.date() == day else 24 * 60
    return -(-minute // QUARTER) * QUARTER
