"""Where the sessions of a program may lie: plain dates, the clinic's wall clock, no database.

Weekdays are numbers, Monday is 0. Doses are those of PT-02: 2 or 3 a week for 6 to 8 weeks.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SESSIONS_PER_WEEK = (2, 3)
WEEKS = (6, 7, 8)
# Nobody's clocks change between these hours, so every session has a time that exists once.
EARLIEST, LATEST = time(6), time(21)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL_DAYS = {2: (0, 3), 3: (0, 2, 4)}  # what a proposal starts from; the therapist changes them
USUAL_HOUR = time(9)


class ScheduleRefused(ValueError):
    """The wish cannot be laid; `reasons` are sentences that say what to change."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def faults(*, sessions_per_week: int, weeks: int, weekdays, at: time) -> list[str]:
    """What is wrong with a wish, all of it, as sentences; empty when it can be laid."""
    found = []
    if sessions_per_week not in SESSIONS_PER_WEEK:
        found.append("Choose 2 or 3 sessions a week.")
    if weeks not in WEEKS:
        found.append("Choose 6, 7 or 8 weeks.")
    days = sorted(set(weekdays))
    if len(days) != sessions_per_week:
        found.append(f"Choose {sessions_per_week} different days: {len(days)} are chosen.")
    if pair := without_rest(days):
        found.append(f"{DAYS[pair[0]]} and {DAYS[pair[1]]} leave no rest day between them.")
    if not EARLIEST <= at <= LATEST:
        found.append(f"Choose an hour between {EARLIEST:%-H:%M} and {LATEST:%-H:%M}.")
    return found


def without_rest(weekdays) -> tuple[int, int] | None:
    """The first two chosen days that follow each other, Sunday and Monday too; None if none do."""
    chosen = set(weekdays)
    return next(((day, (day + 1) % 7) for day in sorted(chosen) if (day + 1) % 7 in chosen), None)


def lay_dates(
    *,
    starts_on: date,
    weekdays,
    at: time,
    weeks: int,
    zone: str,
    after: datetime | None = None,
) -> list[datetime]:
    """Starts of all sessions, in order, at the same wall-clock time in `zone` (an IANA name).

    The first is on the first chosen weekday from `starts_on` on that lies later than `after`
    (aware, or None); the weeks are counted from it. Raises ScheduleRefused.
    """
    days = sorted(set(weekdays))
    reasons = faults(sessions_per_week=len(days), weeks=weeks, weekdays=days, at=at)
    if reasons:
        raise ScheduleRefused(reasons)
    tz = ZoneInfo(zone)

    def moment(day: date) -> datetime:
        return datetime.combine(day, at, tzinfo=tz)

    week = (starts_on + timedelta(days=n) for n in range(8))
    candidates = [day for day in week if day.weekday() in days]
    late = after and moment(candidates[-1]) <= after
    if late:
        raise ScheduleRefused(["The program would start in the past. Choose a later first day."])
    first = next(day for day in candidates if not after or moment(day) > after)
    steps = sorted((day - first.weekday()) % 7 for day in days)
    return [moment(first + timedelta(days=7 * n + step)) for n in range(weeks) for step in steps]


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
