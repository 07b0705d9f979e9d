"""Calendars and wishes for the tests of the schedule, and a second reading of every promise."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from careplan.rules.schedule import SESSIONS_PER_WEEK, WEEKS, Calendar, Window, Wish

ZONES = (
    "Europe/London",
    "America/New_York",
    "Africa/Cairo",
    "America/Havana",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Chatham",
    "UTC",
)
RESTED = [
    days
    for count in SESSIONS_PER_WEEK
    for days in combinations(range(7), count)
    if not any((day + 1) % 7 in days for day in days)
]
STARTS = st.dates(min_value=date(2026, 1, 1), max_value=date(2029, 12, 31))
QUARTERS = st.integers(24, 84).map(lambda n: time(n // 4, n % 4 * 15))


@st.composite
def wishes(draw, starts=STARTS) -> Wish:
    days = draw(st.sampled_from(RESTED))
    weeks = draw(st.sampled_from(WEEKS))
    return Wish(len(days), weeks, days, draw(QUARTERS), draw(starts))


@st.composite
def windows(draw) -> tuple[Window, ...]:
    """Some days of the week with an hour or more, now and then a day with two stretches."""
    rows = []
    for weekday in draw(st.lists(st.integers(0, 6), max_size=7)):
        begins = draw(st.integers(20, 88))
        ends = draw(st.integers(begins + 1, min(begins + 40, 95)))
        rows.append(Window(weekday, *(time(n // 4, n % 4 * 15) for n in (begins, ends))))
    return tuple(rows)


@st.composite
def calendars(draw, wish: Wish) -> Calendar:
    """What limits the dates around a wish: holidays, long closures, other sessions, hours, now."""
    days = st.integers(-3, 70).map(lambda n: wish.starts_on + timedelta(days=n))
    closed = dict.fromkeys(draw(st.lists(days, max_size=6)), "Holiday")
    for first in draw(st.lists(days, max_size=2)):
        length = draw(st.integers(1, 31))
        closed |= {first + timedelta(days=n): "Closed" for n in range(length)}
    busy: dict = {}
    for day in draw(st.lists(days, max_size=12)):
        begins = draw(st.integers(24, 80))
        ends = draw(st.integers(begins + 1, min(begins + 56, 95)))
        row = tuple(time(n // 4, n % 4 * 15) for n in (begins, ends))
        busy[day] = (*busy.get(day, ()), row)
    zone = draw(st.sampled_from(ZONES))
    minutes = draw(st.none() | st.integers(-3000, 6000))
    midnight = datetime.combine(wish.starts_on, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return Calendar(
        zone=zone,
        closed=closed,
        suits=draw(st.just(()) | windows()),
        works=draw(st.just(()) | windows()),
        taken=busy,
        visits_left=draw(st.none() | st.integers(0, 30)),
        now=None if minutes is None else midnight + timedelta(minutes=minutes),
    )


# A second reading ----------------------------------------------------------------------------


def covered(windows_, weekday: int, begins: int, ends: int) -> bool:
    """Every minute lies in some window of that weekday, read minute by minute."""
    minutes = set()
    for one in windows_:
        if one.weekday == weekday:
            minutes |= set(range(minute(one.starts), minute(one.ends)))
    return all(n in minutes for n in range(begins, ends))


def minute(at: time) -> int:
    return at.hour * 60 + at.minute


def fits(day: date, begins: int, wish: Wish, calendar: Calendar) -> bool:
    """A session may start at this minute of this day: every limit, one by one."""
    ends = begins + wish.minutes
    if day in calendar.closed or not 6 * 60 <= begins <= 21 * 60:
        return False
    for windows_ in (calendar.suits, calendar.works):
        if windows_ and not covered(windows_, day.weekday(), begins, ends):
            return False
    if not calendar.works and day.weekday() > 4 and day.weekday() not in wish.weekdays:
        return False
    if any(begins < minute(b) and minute(a) < ends for a, b in calendar.taken.get(day, ())):
        return False
    start = datetime.combine(day, time(begins // 60, begins % 60), tzinfo=ZoneInfo(calendar.zone))
    return calendar.now is None or start.astimezone(UTC) > calendar.now


def broken(starts: list[datetime], wish: Wish, calendar: Calendar) -> list[str]:
    """The promises that a list of starts breaks; the first week begins on the first usual day."""
    found = []
    for start in starts:
        there_and_back = start.astimezone(UTC).astimezone(ZoneInfo(calendar.zone))
        if there_and_back.replace(tzinfo=None) != start.replace(tzinfo=None):
            found.append(f"{start} does not exist once")
        if not fits(start.date(), minute(start.time()), wish, calendar):
            found.append(f"{start} does not fit")
    for one, other in pairwise(starts):
        if (other.date() - one.date()).days < 2:
            found.append(f"no rest day between {one} and {other}")
    first = week_one(wish, calendar)
    per_week: dict = {}
    for start in starts:
        week = start.isocalendar()[:2]
        per_week[week] = per_week.get(week, 0) + 1
        if not 0 <= (start.date() - first).days < 56:
            found.append("outside of the eight weeks")
    if any(count > wish.sessions_per_week for count in per_week.values()):
        found.append("too many in one week")
    if calendar.visits_left is not None and len(starts) > calendar.visits_left:
        found.append("over the visits that are left")
    return found


def week_one(wish: Wish, calendar: Calendar) -> date | None:
    """The first usual day whose hour is ahead, within eight days of the start; None without."""
    for n in range(8):
        day = wish.starts_on + timedelta(days=n)
        start = datetime.combine(day, wish.at, tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)
        if day.weekday() in wish.weekdays and (calendar.now is None or start > calendar.now):
            return day
    return None


def most_sessions(wish: Wish, calendar: Calendar) -> int:
    """The most sessions that eight weeks can hold: every day is tried with and without one."""
    first = week_one(wish, calendar)
    able = []
    for n in range(56):
        day = first + timedelta(days=n)
        quarters = range(0, 24 * 60, 15)
        edges = [minute(end) for _, end in calendar.taken.get(day, ())]
        able.append(any(fits(day, start, wish, calendar) for start in (*quarters, *edges)))
    days = [first + timedelta(days=n) for n in range(56)]
    # A week of the calendar holds as many sessions as usual days of the program lie in it.
    room = {
        day.isocalendar()[:2]: sum(
            other.weekday() in wish.weekdays and other.isocalendar()[:2] == day.isocalendar()[:2]
            for other in days
        )
        for day in days
    }
    seen: dict = {}

    def best(n: int, since: int, held: int) -> int:
        """From day n on: days since the last session (2: enough), sessions of this week so far."""
        if n == 56:
            return 0
        held = 0 if days[n].weekday() == 0 else held
        key = n, since, held
        if key not in seen:
            without = best(n + 1, min(since + 1, 2), held)
            able_here = able[n] and since >= 2 and held < room[days[n].isocalendar()[:2]]
            seen[key] = max(without, 1 + best(n + 1, 1, held + 1) if able_here else 0)
        return seen[key]

    return best(0, 2, 0)
