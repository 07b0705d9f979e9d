"""The program of a draft, and its sessions once the version is signed."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from careplan.actions import drafting, visits
from careplan.actions.drafting import PlanRefused
from careplan.models import PlanVersion, Program, Session
from careplan.queries import program as queries
from careplan.rules import schedule
from patients.access import Actor, check_can
from patients.roles import Permission

FARTHEST = timedelta(days=90)  # a start later than this is a slip of the keyboard
AEROBIC_RANGE = (1, 60)  # minutes a day


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
    revision: int | None = None,
) -> Program:
    """Keep the program of a draft: weekdays (Monday 0) and the clinic's wall-clock hour.

    Aerobic minutes are a day's; None keeps what is there. The sessions themselves are made when
    the version is signed. Raises PlanRefused with every reason at once.
    """
    draft = drafting.claim(version=version, by=by, revision=revision)
    old = Program.objects.filter(version=draft).first()
    start = _kept(aerobic_minutes_start, old, "aerobic_minutes_start", 5)
    goal = _kept(aerobic_minutes_goal, old, "aerobic_minutes_goal", 30)
    wished = schedule.Wish(sessions_per_week, weeks, tuple(weekdays), at, starts_on)
    reasons = schedule.faults(wished)
    reasons += _start_faults(draft, starts_on) + _aerobic_faults(start, goal)
    if reasons:
        raise PlanRefused(*reasons)
    wish = {"sessions_per_week": sessions_per_week, "weeks": weeks, "starts_on": starts_on}
    wish |= {"weekdays": sorted(set(weekdays)), "at": at}
    wish |= {"aerobic_minutes_start": start, "aerobic_minutes_goal": goal}
    before = {name: getattr(old, name) for name in wish} if old else None
    program, _ = Program.objects.update_or_create(
        version=draft, defaults=wish, create_defaults=wish | {"clinic": draft.clinic}
    )
    drafting.note("program", by=by, version=draft, before=before, after=wish)
    return program


def _kept(given: int | None, old: Program | None, name: str, default: int) -> int:
    if given is not None:
        return given
    return getattr(old, name) if old else default


def _start_faults(draft: PlanVersion, starts_on: date) -> list[str]:
    """A new start lies between today and 90 days on; a running program may keep its own."""
    today = timezone.localdate(timezone=queries.clinic_zone(draft.clinic))
    if today <= starts_on <= today + FARTHEST or starts_on == queries.running_start(draft):
        return []
    return [f"Choose a first day between {today:%-d %B} and {today + FARTHEST:%-d %B %Y}."]


def _aerobic_faults(start: int, goal: int) -> list[str]:
    least, most = AEROBIC_RANGE
    if not (least <= start <= most and least <= goal <= most):
        return [f"Walking takes {least} to {most} minutes a day."]
    return [] if start <= goal else ["The walking goal is shorter than its start."]


@transaction.atomic
def book_sessions(*, version: PlanVersion, now: datetime, by: Actor) -> list[Session]:
    """The sessions of a version that is being signed: those still to come.

    A session of the version before that stays on its date stays the same row; the others that
    were planned are cancelled. Raises PlanRefused where the dates cannot be laid.
    """
    check_can(by, Permission.PLAN_SIGN, on=version)
    laid = dates_to_sign(version, now)
    planned = {
        row.starts_at: row
        for row in Session.objects.select_for_update()
        .filter(program__version__plan=version.plan_id, state=Session.State.PLANNED)
        .filter(starts_at__gt=now)
        .exclude(program=version.program)
    }
    kept = []
    for number, start in laid:
        row = planned.pop(start, None) or Session(
            clinic=version.clinic, patient=version.patient, starts_at=start
        )
        row.program, row.number = version.program, number
        row.save()
        kept.append(row)
    for row in planned.values():
        visits.change_state(row, "cancel", by)
    return kept


def dates_to_sign(version: PlanVersion, now: datetime) -> list[tuple[int, datetime]]:
    """(number, start) of each session still to come if the version is signed at `now`."""
    program, zone = version.program, version.clinic.time_zone
    runs = program.starts_on == queries.running_start(version)
    try:
        starts = queries.moments(program, zone=zone, after=None if runs else now)
    except schedule.ScheduleRefused as refusal:
        raise PlanRefused(*refusal.reasons) from None
    return [(number, start) for number, start in enumerate(starts, start=1) if start > now]


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
