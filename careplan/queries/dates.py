"""The dates of a program: what limits them, where each session lies, and where it may move."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone

from careplan.models import PlanVersion, Program, Session
from careplan.queries import program as program_queries
from careplan.rules import schedule
from careplan.rules.schedule import Calendar, FreeDay, Laid, Window, Wish
from patients import queries as people
from patients.models import Clinic, User, WorkingHours

AHEAD = schedule.FARTHEST + timedelta(weeks=schedule.MOST_WEEKS + 1)
CANCELLED = (Session.State.CANCELLED, Session.State.CANCELLED_LATE)
SHAPE = ("sessions_per_week", "weeks", "starts_on", "weekdays", "at", "minutes")


@dataclass(frozen=True)
class Cell:
    """One day of the calendar of weeks; `why` says why nobody is treated on it."""

    day: date
    sessions: tuple[Laid, ...]
    why: str
    past: bool


@dataclass(frozen=True)
class Dates:
    """Where the sessions of a program lie.

    `laid` are all of them, moves applied, in order of time; `moved` says of those that moved where
    they lay before. `faults`: number -> why it cannot stay there. `reasons`: why nothing can be
    laid (then `laid` is empty). `rows` are booked sessions by number; `kept`: what is booked stays.
    """

    wish: Wish
    calendar: Calendar
    laid: tuple[Laid, ...] = ()
    moved: dict[int, datetime] = field(default_factory=dict)
    first: date | None = None
    faults: dict[int, list[str]] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    kept: bool = False
    rows: dict[int, Session] = field(default_factory=dict)

    @property
    def starts(self) -> dict[int, datetime]:
        return {one.number: one.start for one in self.laid}

    @property
    def blocking(self) -> list[str]:
        """Why a draft with these dates cannot be signed."""
        ours = {n: found for n, found in self.faults.items() if not self.kept or n in self.moved}
        return [*self.reasons, *(f"Session {n}: {found[0]}" for n, found in ours.items())]

    @property
    def elsewhere(self) -> list[Laid]:
        """Sessions that were laid elsewhere than usual, each with why."""
        return [one for one in self.laid if one.because and one.number not in self.moved]

    @property
    def movable(self) -> list[int]:
        """Numbers of the sessions that lie ahead and, where booked, are still planned."""
        now, planned = self.calendar.now, Session.State.PLANNED
        ahead = [n for n, start in self.starts.items() if now is None or start > now]
        return [n for n in ahead if n not in self.rows or self.rows[n].state == planned]

    @cached_property
    def offers(self) -> dict[int, list[FreeDay]]:
        """Number -> the days that session may move to, for each that can move."""
        return {number: self.free_days(number) for number in self.movable}

    def free_days(self, number: int) -> list[FreeDay]:
        return schedule.free_days(number, self.starts, self.first, self.wish, self.calendar)

    def move_faults(self, number: int, start: datetime) -> list[str]:
        """Why a session cannot move there, as sentences; empty where it can."""
        return schedule.move_faults(
            number, start, self.starts, self.first, self.wish, self.calendar
        )

    @cached_property
    def weeks(self) -> list[list[Cell]]:
        """Whole weeks, Monday first, from the first session to the last."""
        if not self.laid:
            return []
        monday = self.laid[0].start.date()
        monday -= timedelta(days=monday.weekday())
        count = (self.laid[-1].start.date() - monday).days // 7 + 1
        days = [monday + timedelta(days=n) for n in range(7 * count)]
        return [[self._cell(day) for day in days[n : n + 7]] for n in range(0, len(days), 7)]

    def _cell(self, day: date) -> Cell:
        here = tuple(one for one in self.laid if one.start.date() == day)
        now = self.calendar.now
        past = now is not None and day < now.astimezone(ZoneInfo(self.calendar.zone)).date()
        return Cell(day, here, self.calendar.closed.get(day, ""), past)


def dates(version: PlanVersion, *, now: datetime | None = None) -> Dates:
    """Where the sessions of a draft lie if it were signed at `now`: at most 7 queries.

    A draft whose program is the running one keeps what is booked.
    """
    now = now or timezone.now()
    program = version.program
    wish = program_queries.wish_of(program)
    calendar = limits(version, wish, program.therapist, now)
    running = _running(version)
    if running is not None and same_shape(program, running):
        rows = {n: row for n, row in _booked(version.plan_id).items() if not row.makes_up_for_id}
        if rows:
            return _with_moves(_kept(wish, calendar, rows), program, now)
    return _with_moves(_fresh(wish, calendar, running), program, now)


def booked(version: PlanVersion, *, now: datetime | None = None) -> Dates:
    """Where the booked sessions of a signed version's plan lie, and what limits moving one."""
    now = now or timezone.now()
    wish = program_queries.wish_of(version.program)
    rows = _booked(version.plan_id)
    found = _kept(wish, limits(version, wish, version.program.therapist, now), rows)
    moved = {n: row.moved_from for n, row in rows.items() if row.moved_from}
    return _judged(found, found.laid, moved)


def limits(version: PlanVersion, wish: Wish, therapist: User | None, now: datetime) -> Calendar:
    """What limits the dates of a patient's program with this therapist: at most 4 queries."""
    clinic, patient = version.clinic, version.patient
    today = timezone.localdate(now, ZoneInfo(clinic.time_zone))
    last = max(today, wish.starts_on) + AHEAD
    return Calendar(
        zone=clinic.time_zone,
        closed=people.closed_days(clinic, today, last),
        suits=_windows(patient.hours.all()),
        works=_windows(_working(clinic, therapist)),
        taken=_taken(clinic, therapist, version.plan_id, now, last),
        now=now,
        patient=patient.given_name,
        therapist=therapist.name if therapist else "the therapist",
    )


def visits_left(version: PlanVersion) -> int | None:
    """What the payer covers of a program that begins; None: no limit is known, or it runs."""
    if version.plan.current_id:
        return None
    return program_queries.visits(None, version.assessment).left


def instead(wish: Wish, version: PlanVersion, therapist: User | None, now=None) -> list[Wish]:
    """Plans near a wish that can be done, within the covered visits; each was laid."""
    calendar = limits(version, wish, therapist, now or timezone.now())
    return schedule.nearest(wish, replace(calendar, visits_left=visits_left(version)))


def reshaped(version: PlanVersion, pace: int, weeks: int, therapist: User | None) -> Wish | None:
    """The program of a plan that does not run yet, with another pace and length, on dates.

    Its own days and hour stay where they can; where so many visits cannot be laid or are not
    covered, it is the nearest plan that can. None where nothing can be laid.
    """
    now, program = timezone.now(), getattr(version, "program", None)
    start = program_queries.first_day(version.clinic)
    usual = Wish(pace, weeks, schedule.USUAL_DAYS[pace], schedule.USUAL_HOUR, start)
    wish = program_queries.wish_of(program) if program else usual
    wish = replace(wish, weeks=weeks, starts_on=max(wish.starts_on, timezone.localdate(now)))
    calendar = limits(version, wish, therapist, now)
    calendar = replace(calendar, visits_left=visits_left(version))
    if wish.sessions_per_week == pace and schedule.can_lay(wish, calendar):
        return wish
    found = schedule.propose(
        calendar, sessions_per_week=pace, weeks=weeks, starts_on=wish.starts_on
    )
    return found[0] if found else None


def same_shape(one: Program, other: Program) -> bool:
    """Two programs have the same sessions: how many, which days, which hour, from which day on."""
    return all(getattr(one, name) == getattr(other, name) for name in SHAPE)


def _running(version: PlanVersion) -> Program | None:
    """The program of the version that runs, where that is another one."""
    current = version.plan.current_id
    if current is None or current == version.pk:
        return None
    return Program.objects.filter(version=current).first()


def _booked(plan_id) -> dict[int, Session]:
    """The sessions of a plan by number; of two with one number the newer version's."""
    rows = Session.objects.filter(program__version__plan=plan_id)
    rows = rows.select_related("therapist").order_by("program_id", "number")
    return {row.number: row for row in rows}


def _fresh(wish: Wish, calendar: Calendar, running: Program | None) -> Dates:
    """The wish laid; a program that runs already may keep its first day though it has passed."""
    goes_on = running is not None and running.starts_on == wish.starts_on
    ahead = replace(calendar, now=None) if goes_on else calendar
    try:
        laid = schedule.lay(wish, ahead)
        return Dates(wish, calendar, tuple(laid), first=schedule.first_day(wish, ahead))
    except schedule.ScheduleRefused as refusal:
        return Dates(wish, calendar, reasons=tuple(refusal.reasons))


def _kept(wish: Wish, calendar: Calendar, rows: dict[int, Session]) -> Dates:
    """What is booked, as it is, in order of time; what was cancelled takes no room."""
    zone = ZoneInfo(calendar.zone)
    there = [row for row in rows.values() if row.state not in CANCELLED]
    laid = [Laid(row.number, row.starts_at.astimezone(zone)) for row in there]
    laid.sort(key=lambda one: one.start)
    first = schedule.first_day(wish, Calendar(calendar.zone))
    first = min([first, *(one.start.date() for one in laid)])
    return Dates(wish, calendar, tuple(laid), first=first, kept=True, rows=rows)


def _with_moves(found: Dates, program: Program, now: datetime) -> Dates:
    """The dates with the moves of a draft laid on them."""
    zone = ZoneInfo(found.calendar.zone)
    moves = {int(n): datetime.fromisoformat(to) for n, to in program.moved.items()}
    moved = {one.number: one.start for one in found.laid if one.number in moves}
    moved = {number: start for number, start in moved.items() if start > now}
    laid = tuple(
        Laid(one.number, moves[one.number].replace(tzinfo=zone)) if one.number in moved else one
        for one in found.laid
    )
    return _judged(found, laid, moved)


def _judged(found: Dates, laid: tuple[Laid, ...], moved: dict[int, datetime]) -> Dates:
    """The dates with what keeps planned sessions from staying where they lie."""
    new = replace(found, laid=laid, moved=moved)
    faults = schedule.faults_of(new.starts, new.first, new.wish, new.calendar) if laid else {}
    return replace(new, faults={n: faults[n] for n in new.movable if n in faults})


def _windows(rows) -> tuple[Window, ...]:
    return tuple(Window(row.weekday, row.starts, row.ends) for row in rows)


def _working(clinic: Clinic, therapist: User | None):
    rows = WorkingHours.objects.for_clinic(clinic)
    return rows.filter(membership__user=therapist) if therapist else rows.none()


def _taken(clinic: Clinic, therapist, plan_id, now: datetime, last: date) -> dict:
    """Day -> (begins, ends) of the therapist's planned sessions of other plans."""
    if therapist is None:
        return {}
    zone = ZoneInfo(clinic.time_zone)
    rows = Session.objects.for_clinic(clinic).filter(
        therapist=therapist,
        state=Session.State.PLANNED,
        starts_at__gt=now - timedelta(days=1),
        starts_at__lt=datetime.combine(last, time(), tzinfo=zone),
    )
    rows = rows.exclude(program__version__plan=plan_id)
    found: dict[date, tuple] = {}
    for start, minutes in rows.values_list("starts_at", "program__minutes"):
        begins = start.astimezone(zone)
        stretch = (begins.time(), (begins + timedelta(minutes=minutes)).time())
        found[begins.date()] = (*found.get(begins.date(), ()), stretch)
    return found
