"""A wish laid on real dates.

A program runs from the first usual day that lies ahead. Weeks are those of the calendar, Monday to
Sunday; each holds as many sessions as usual days of the program lie in it.

1. A session lies on its usual weekday at its hour; where that hour is not free, at the nearest
   free hour of that day.
2. Where the usual day has no free hour (closed, a holiday, the therapist is booked), the session
   lies on another day of that week that suits and keeps a rest day on both sides.
3. Where that week has no such day, the week gets fewer sessions and the program goes on after its
   last week until it is whole, but never past eight weeks (PT-02).
4. A program that would need a ninth week cannot be laid: fewer visits than were asked for are
   another program, which the therapist chooses (`nearest`).

Among all calendars that keep these promises the one with the earliest sessions wins, then the one
that moves least: this is searched in full, so "cannot be laid" is never the fault of an earlier
choice.
"""

from datetime import date, timedelta
from itertools import combinations

from .free import (
    day_fault,
    minute_of,
    moment,
    nearest_start,
    starts_of,
    weekday_fault,
)
from .terms import (
    DAYS,
    EARLIEST,
    LATEST,
    MOST_WEEKS,
    REST,
    SESSIONS_PER_WEEK,
    WEEKS,
    Calendar,
    Laid,
    ScheduleRefused,
    Wish,
    day_words,
)

LATER = 1_000_000  # one week later costs more than any move inside a week
A_DAY = 24 * 60  # minutes
A_NIGHT = timedelta(days=1)

Place = tuple[date, int]  # a day and a minute of it
Week = tuple[Place, ...]


def faults(wish: Wish) -> list[str]:
    """What is wrong with a wish whatever the dates, all of it, as sentences."""
    found = []
    if wish.sessions_per_week not in SESSIONS_PER_WEEK:
        found.append("Choose 2 or 3 sessions a week.")
    if wish.weeks not in WEEKS:
        found.append("Choose 6, 7 or 8 weeks.")
    if len(wish.days) != wish.sessions_per_week:
        found.append(
            f"Choose {wish.sessions_per_week} different days: {len(wish.days)} are chosen."
        )
    if pair := without_rest(wish.days):
        found.append(f"{DAYS[pair[0]]} and {DAYS[pair[1]]} leave no rest day between them.")
    if not EARLIEST <= wish.at <= LATEST:
        found.append(f"Choose an hour between {EARLIEST:%-H:%M} and {LATEST:%-H:%M}.")
    return found


def without_rest(weekdays) -> tuple[int, int] | None:
    """The first two chosen days that follow each other, Sunday and Monday too; None if none do."""
    chosen = set(weekdays)
    return next(((day, (day + 1) % 7) for day in sorted(chosen) if (day + 1) % 7 in chosen), None)


def over_budget(wish: Wish, calendar: Calendar) -> list[str]:
    """The sentence of a program that is larger than what the payer covers still (PAY-03)."""
    left = calendar.visits_left
    if left is None or wish.visits <= left:
        return []
    if left == 0:
        return ["No covered visit is left. Ask the payer for more before visits are booked."]
    return [f"{wish.visits} visits are {wish.visits - left} over the {left} that are left."]


def first_day(wish: Wish, calendar: Calendar) -> date:
    """The first usual day whose hour is still to come: week 1 begins there.

    Raises ScheduleRefused where the start lies in the past.
    """
    week = [wish.starts_on + timedelta(days=n) for n in range(8)]
    at = minute_of(wish.at)
    for day in week:
        ahead = calendar.now is None or moment(day, at, calendar.zone) > calendar.now
        if day.weekday() in wish.weekdays and ahead:
            return day
    raise ScheduleRefused(["The program would start in the past. Choose a later first day."])


def lay(wish: Wish, calendar: Calendar) -> list[Laid]:
    """All sessions of a wish, in order. Raises ScheduleRefused with every reason."""
    if reasons := faults(wish):
        raise ScheduleRefused(reasons)
    reasons = [found for day in wish.days if (found := weekday_fault(day, wish, calendar))]
    reasons += over_budget(wish, calendar)
    if reasons:
        raise ScheduleRefused(reasons)
    first = first_day(wish, calendar)
    most = 0
    for weeks in range(wish.weeks, MOST_WEEKS + 1):
        found, most = _search(first, weeks, wish, calendar)
        if found is not None:
            return _laid(first, found, wish, calendar)
    raise ScheduleRefused(_why(first, most, wish, calendar))


def _search(
    first: date, weeks: int, wish: Wish, calendar: Calendar
) -> tuple[list[Week] | None, int]:
    """The best way to lay all sessions in so many weeks, or None; and the most that find a day.

    A week touches the next by its Sunday alone, so two things tell all about the weeks so far: how
    many sessions they hold and whether the last Sunday holds one.
    """
    ends: dict[tuple[int, bool], tuple[int, list[Week]]] = {(0, False): (0, [])}
    for number, days in enumerate(calendar_weeks(first, weeks)):
        choices = _choices(days, number, wish, calendar)
        after: dict[tuple[int, bool], tuple[int, list[Week]]] = {}
        for (count, sunday), (spent, laid) in ends.items():
            for cost, week in choices:
                if count + len(week) > wish.visits:
                    continue
                if sunday and week and week[0][0].weekday() == 0:
                    continue
                key = count + len(week), bool(week) and week[-1][0].weekday() == 6
                if key not in after or spent + cost < after[key][0]:
                    after[key] = spent + cost, [*laid, week]
        ends = after
    whole = [ends[key] for key in ((wish.visits, False), (wish.visits, True)) if key in ends]
    best = min(whole, key=lambda end: end[0])[1] if whole else None
    return best, max(count for count, _ in ends)


def calendar_weeks(first: date, weeks: int) -> list[list[date]]:
    """The days of so many weeks from `first` on, by weeks of the calendar."""
    found: dict[date, list[date]] = {}
    for n in range(7 * weeks):
        day = first + n * A_NIGHT
        found.setdefault(day - day.weekday() * A_NIGHT, []).append(day)
    return list(found.values())


def _choices(
    days: list[date], number: int, wish: Wish, calendar: Calendar
) -> list[tuple[int, Week]]:
    """Every way to fill one week with rest days between, with what it costs."""
    at, places = minute_of(wish.at), []
    for day in days:
        minute = nearest_start(starts_of(day, wish, calendar), at)
        if minute is not None:
            places.append((day, minute))
    usual = [day for day in days if day.weekday() in wish.weekdays]
    found: list[tuple[int, Week]] = []
    for size in range(len(usual) + 1):
        for week in combinations(places, size):
            if all((b[0] - a[0]).days >= REST for a, b in zip(week, week[1:], strict=False)):
                moved = sum(_moved(place, usual, at) for place in week)
                found.append((number * LATER * size + moved, week))
    return found


def _moved(place: Place, usual: list[date], at: int) -> int:
    """How far a session lies from where it usually would, in minutes."""
    day, minute = place
    return min(abs((day - one).days) for one in usual) * A_DAY + abs(minute - at)


def _laid(first: date, weeks: list[Week], wish: Wish, calendar: Calendar) -> list[Laid]:
    found: list[Laid] = []
    for days, week in zip(calendar_weeks(first, MOST_WEEKS), weeks, strict=False):
        used = {day for day, _ in week}
        usual = [day for day in days if day.weekday() in wish.weekdays]
        empty = [day for day in usual if day not in used]
        for day, minute in week:
            because = ""
            if day not in usual:
                because = _because(empty.pop(0), wish, calendar)
            elif minute != minute_of(wish.at):
                because = f"{wish.at:%-H:%M} is not free on {day_words(day)}."
            elif day >= first + timedelta(weeks=wish.weeks):
                because = "In place of a session that found no day in its week."
            found.append(Laid(len(found) + 1, moment(day, minute, calendar.zone), because))
    return found


def _because(day: date, wish: Wish, calendar: Calendar) -> str:
    words = f"{day_words(day)} would leave no rest day beside another session that moved."
    return day_fault(day, wish, calendar) or words


def _why(first: date, most: int, wish: Wish, calendar: Calendar) -> list[str]:
    """What keeps a program from being laid within eight weeks."""
    end = first + timedelta(weeks=MOST_WEEKS, days=-1)
    days = [first + timedelta(days=n) for n in range(7 * MOST_WEEKS)]
    days = [day for day in days if day.weekday() in wish.weekdays]
    found = [_run_words(run) for run in closed_runs(days, calendar)]
    reasons = {day: day_fault(day, wish, calendar) for day in days if day not in calendar.closed}
    found += list(dict.fromkeys(filter(None, reasons.values())))[:3]
    found.append(
        f"By {day_words(end)}, the end of week {MOST_WEEKS}, only {most} of {wish.visits} sessions "
        "find a day with a rest day before and after."
    )
    return found


def closed_runs(days: list[date], calendar: Calendar) -> list[tuple[date, date, str]]:
    """Stretches of closed days that hold some of `days`: (first, last, why), each once."""
    found: dict[date, tuple[date, date, str]] = {}
    for day in days:
        if day in calendar.closed:
            first = last = day
            while first - A_NIGHT in calendar.closed:
                first -= A_NIGHT
            while last + A_NIGHT in calendar.closed:
                last += A_NIGHT
            whys = [calendar.closed[first + n * A_NIGHT] for n in range((last - first).days + 1)]
            found[first] = first, last, ", ".join(dict.fromkeys(whys))
    return list(found.values())


def _run_words(run: tuple[date, date, str]) -> str:
    first, last, why = run
    if first == last:
        return f"The clinic is closed on {day_words(first)}: {why}."
    return f"The clinic is closed from {day_words(first)} to {day_words(last)}: {why}."
