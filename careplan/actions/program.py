"""The program of a draft, and its sessions once the version is signed."""

from dataclasses import replace
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from careplan.actions import drafting, turns, visits
from careplan.actions.drafting import PlanRefused
from careplan.models import PlanVersion, Program, Session
from careplan.queries import dates as dates_of
from careplan.queries import program as queries
from careplan.queries.dates import SHAPE, Dates
from careplan.rules import schedule
from careplan.rules.schedule import Laid, Wish
from patients import audit
from patients import queries as people
from patients.access import Actor, check_can
from patients.models import Clinic, User
from patients.roles import Permission, Role

FARTHEST = schedule.FARTHEST  # a start later than this is a slip of the keyboard
AEROBIC_RANGE = (1, 60)  # minutes a day
AEROBIC = {"aerobic_minutes_start": 5, "aerobic_minutes_goal": 30}  # where nobody says


# The draft -----------------------------------------------------------------------------------


@transaction.atomic
def begin(*, version: PlanVersion, by: Actor) -> Program:
    """The first program of a draft: what the assessment proposes, laid where it can be.

    Where it cannot, the nearest plan that can; where none can, the usual days, and the draft says
    what keeps it from being signed.
    """
    draft = drafting.claim(version=version, by=by, revision=None)
    therapist = treats(by)
    asked = draft.assessment.result["program"]
    more = {name: max(1, round(asked.get(name, usual))) for name, usual in AEROBIC.items()}
    wish, _ = _proposal(draft, therapist)
    return _keep(draft, None, wish, more | {"therapist": therapist}, by)


@transaction.atomic
def propose(*, version: PlanVersion, by: Actor, revision: int | None = None) -> Program:
    """Lay the program anew from what is known now: hours, closures, other sessions, visits left.

    Raises PlanRefused with what blocks where nothing can be laid.
    """
    draft = drafting.claim(version=version, by=by, revision=revision)
    old = _program(draft)
    therapist = (old and old.therapist) or treats(by)
    wish, reasons = _proposal(draft, therapist)
    if reasons:
        raise PlanRefused(*reasons)
    return _keep(draft, old, wish, {"therapist": therapist}, by)


@transaction.atomic
def lay(
    *,
    version: PlanVersion,
    sessions_per_week: int,
    weeks: int,
    starts_on: date,
    weekdays,
    at: time,
    by: Actor,
    aerobic_minutes_start: int | None = None,
    aerobic_minutes_goal: int | None = None,
    therapist: User | None = None,
    revision: int | None = None,
) -> Program:
    """Keep the program of a draft: weekdays (Monday 0) and the clinic's wall-clock hour.

    Aerobic minutes are a day's; None keeps what is there, as for the therapist. Sessions that were
    moved stay moved while the program is the same. The sessions themselves are made when the
    version is signed. Raises PlanRefused with every reason at once.
    """
    draft = drafting.claim(version=version, by=by, revision=revision)
    old = _program(draft)
    given = {
        "aerobic_minutes_start": aerobic_minutes_start,
        "aerobic_minutes_goal": aerobic_minutes_goal,
        "therapist": therapist,
    }
    more = {name: value for name, value in given.items() if value is not None}
    wish = Wish(sessions_per_week, weeks, tuple(sorted(set(weekdays))), at, starts_on)
    reasons = schedule.faults(wish) + _start_faults(draft, starts_on)
    reasons += _aerobic_faults(old, more) + _therapist_faults(draft.clinic, therapist)
    if reasons:
        raise PlanRefused(*reasons)
    before = _lies(old)
    program = _keep(draft, old, wish, more, by)
    if _lies(program) != before and (reasons := dates_of.dates(draft).reasons):
        raise PlanRefused(*reasons)
    return program


@transaction.atomic
def move(
    *,
    version: PlanVersion,
    number: int,
    to: datetime | None,
    by: Actor,
    revision: int | None = None,
) -> Program:
    """Lay one session of a draft elsewhere, the rest stays; `to` is naive, the clinic's wall clock.

    None puts it back where it was laid. Raises PlanRefused with every reason.
    """
    draft = drafting.claim(version=version, by=by, revision=revision)
    program = _program(draft)
    found = dates_of.dates(draft)
    start = _target(found, number, to)
    if reasons := found.move_faults(number, start):
        raise PlanRefused(*reasons)
    before = dict(program.moved)
    program.moved.pop(str(number), None)
    if start != found.moved.get(number, found.starts[number]):
        program.moved[str(number)] = f"{start:%Y-%m-%dT%H:%M}"
    if program.moved != before:
        program.save(update_fields=["moved"])
        drafting.note("program", by=by, version=draft, before=before, after=program.moved)
    return program


def _program(draft: PlanVersion) -> Program | None:
    """The draft's program, read again and hung on the draft."""
    rows = Program.objects.select_related("therapist")
    program = rows.filter(version=draft).first()
    if program:
        draft.program = program
    return program


def _target(found: Dates, number: int, to: datetime | None) -> datetime:
    """The aware start that is asked for; raises PlanRefused where the session cannot move."""
    if found.reasons:
        raise PlanRefused(*found.reasons)
    if number not in found.movable:
        raise PlanRefused(f"Session {number} cannot move: choose one that is still to come.")
    if to is None:
        return found.moved.get(number, found.starts[number])
    return schedule.moment(to.date(), to.hour * 60 + to.minute, found.calendar.zone)


def _proposal(draft: PlanVersion, therapist: User | None) -> tuple[Wish, list[str]]:
    """What the facts suggest; or the usual program, with why nothing can be laid."""
    asked = draft.assessment.result["program"]
    pace, weeks = asked["sessions_per_week"], asked["weeks"]
    start = queries.first_day(draft.clinic)
    usual = Wish(pace, weeks, schedule.USUAL_DAYS[pace], schedule.USUAL_HOUR, start)
    limits = dates_of.limits(draft, usual, therapist, timezone.now())
    limits = replace(limits, visits_left=dates_of.visits_left(draft))
    found = schedule.propose(limits, sessions_per_week=pace, weeks=weeks, starts_on=start)
    if found:
        return found[0], []
    try:
        schedule.lay(usual, limits)
    except schedule.ScheduleRefused as refusal:
        return usual, refusal.reasons
    return usual, []


def _lies(program: Program | None) -> list | None:
    """What decides where the sessions lie: minutes of walking move none."""
    return program and [*(getattr(program, name) for name in SHAPE), program.therapist_id]


def _keep(draft: PlanVersion, old: Program | None, wish: Wish, more: dict, by: Actor) -> Program:
    """Write the program and its audit row; the moves of another program are dropped."""
    new = {name: getattr(wish, name) for name in SHAPE} | {"weekdays": list(wish.weekdays)}
    new |= ({} if old else AEROBIC) | more
    program = old or Program(clinic=draft.clinic, version=draft)
    before = {name: getattr(old, name) for name in new} if old else None
    if old and any(before[name] != new[name] for name in SHAPE):
        program.moved = {}
    for name, value in new.items():
        setattr(program, name, value)
    program.save()
    draft.program = program
    drafting.note("program", by=by, version=draft, before=_named(before), after=_named(new))
    return program


def _named(values: dict | None) -> dict | None:
    """For the audit: the therapist by name."""
    if not values or not values.get("therapist"):
        return values
    return values | {"therapist": values["therapist"].name}


def treats(by: Actor) -> User | None:
    """Whoever drafts gives the sessions, where that is a therapist."""
    return by.user if Role.THERAPIST in by.roles else None


def _therapist_faults(clinic: Clinic, therapist: User | None) -> list[str]:
    if therapist is None or therapist in people.therapists(clinic):
        return []
    return [f"{therapist.name} treats no patients here. Choose a therapist of the clinic."]


def _start_faults(draft: PlanVersion, starts_on: date) -> list[str]:
    """A new start lies between today and 90 days on; a running program may keep its own."""
    today = timezone.localdate(timezone=queries.clinic_zone(draft.clinic))
    if today <= starts_on <= today + FARTHEST or starts_on == queries.running_start(draft):
        return []
    return [f"Choose a first day between {today:%-d %B} and {today + FARTHEST:%-d %B %Y}."]


def _aerobic_faults(old: Program | None, more: dict) -> list[str]:
    start, goal = (more.get(name, getattr(old, name, usual)) for name, usual in AEROBIC.items())
    least, most = AEROBIC_RANGE
    if not (least <= start <= most and least <= goal <= most):
        return [f"Walking takes {least} to {most} minutes a day."]
    return [] if start <= goal else ["The walking goal is shorter than its start."]


# Booking -------------------------------------------------------------------------------------


@transaction.atomic
def book_sessions(*, version: PlanVersion, now: datetime, by: Actor) -> list[Session]:
    """The sessions of a version that is being signed: those still to come.

    A session of the version before that stays on its date stays the same row, and so does one of
    a program that goes on, whatever its date; the others that were planned are cancelled. Visits
    that make up for another go on behind the program. The therapist's row is held, so that two
    plans never take one hour. Raises PlanRefused where the dates cannot be laid.
    """
    check_can(by, Permission.PLAN_SIGN, on=version)
    turns.of_therapist(version.clinic, version.program.therapist)
    found = dates_of.dates(version, now=now)
    if found.blocking:
        raise PlanRefused(*found.blocking)
    planned, extra = _planned(version, now)
    before = {(row.number if found.kept else row.starts_at): row for row in planned}
    wanted = []
    for one in found.laid:
        row = before.pop(one.number if found.kept else one.start, None)
        if one.start > now and (row or not found.kept):
            new = Session(clinic=version.clinic, patient=version.patient, starts_at=one.start)
            wanted.append((row or new, one))
    for row in before.values():
        visits.change_state(row, "cancel", by)
    # Each row may take the hour of another that moves away: their hours are let go first.
    Session.objects.filter(pk__in=[row.pk for row, _ in wanted]).update(therapist=None)
    for row, one in wanted:
        _book(row, one, version, by)
    for place, row in enumerate(extra, start=found.wish.visits + 1):
        row.program, row.number = version.program, place
        row.save(update_fields=["program", "number"])
    return [row for row, _ in wanted]


def _planned(version: PlanVersion, now: datetime) -> tuple[list[Session], list[Session]]:
    """Planned sessions of the versions before that lie ahead, and the visits that make up."""
    rows = Session.objects.select_for_update().filter(
        program__version__plan=version.plan_id, state=Session.State.PLANNED, starts_at__gt=now
    )
    rows = list(rows.exclude(program=version.program).order_by("starts_at"))
    return [r for r in rows if not r.makes_up_for_id], [r for r in rows if r.makes_up_for_id]


def _book(row: Session, one: Laid, version: PlanVersion, by: Actor) -> None:
    """Put a session where it was laid; one that was booked elsewhere has moved."""
    row.program, row.number, row.therapist = version.program, one.number, version.program.therapist
    if row.starts_at != one.start:
        mark_moved(row, one.start, by)
    row.save()


def mark_moved(row: Session, start: datetime, by: Actor) -> None:
    """Write a move into a session, for calendars and the audit; the caller saves it."""
    row.moved_from, row.starts_at = row.starts_at, start
    row.sequence, row.changed_at = row.sequence + 1, timezone.now()
    audit.record(
        "session.move",
        by=by,
        on=row,
        before={"starts_at": row.moved_from.isoformat()},
        after={"starts_at": start.isoformat()},
    )


@transaction.atomic
def cancel_planned(*, plan, now: datetime, by: Actor) -> int:
    """Cancel the sessions of a plan that are still to come; returns how many."""
    check_can(by, Permission.PLAN_CLOSE, on=plan)
    rows = Session.objects.select_for_update().filter(
        program__version__plan=plan, state=Session.State.PLANNED, starts_at__gt=now
    )
    for row in rows:
        visits.change_state(row, "cancel", by)
    return len(rows)
