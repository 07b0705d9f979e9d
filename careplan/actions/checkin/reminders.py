"""Reminders: made when a plan is signed, opened when due, closed when nobody answered.

A row per plan and cycle is unique, and a due row is claimed with a lock that others skip: however
many workers run, one check-in is opened and one mail queued, in one transaction.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from careplan.actions import follow_up
from careplan.actions.checkin.answers import submit
from careplan.models import CheckIn, Plan, Reminder
from careplan.rules import lifecycle, working_days
from patients import audit, notify
from patients.access import Actor, check_can
from patients.models import Link, Message, Patient
from patients.roles import Permission

EVERY = timedelta(days=14)
OPEN_FOR, LAST_MINUTE = timedelta(days=6), time(23, 59)  # due on day 14, open until day 20 ends
BATCH = 100


@transaction.atomic
def schedule(*, plan: Plan, by: Actor) -> list[Reminder]:
    """One reminder for every two weeks of the program and the two weeks after it.

    Due at the clinic's hour in the patient's own zone. Cycles that are there already stay as
    they are, so that a revised plan asks nobody twice.
    """
    check_can(by, Permission.PLAN_SIGN, on=plan)
    weeks = plan.current.program.weeks + 2
    return [_make(plan, cycle) for cycle in range(1, weeks // 2 + 1)]


@transaction.atomic
def cancel_due(*, plan: Plan, by: Actor) -> int:
    """No more check-ins of a plan that ends: what is due or open is cancelled, its link withdrawn
    and its mail, if it still waits, not sent."""
    check_can(by, Permission.PLAN_CLOSE, on=plan)
    rows = Reminder.objects.select_for_update().filter(plan=plan, state__in=("due", "open"))
    return len([_cancel(row, by, "the plan was closed") for row in rows])


def open_due(*, now: datetime | None = None) -> int:
    """Open every check-in that is due; returns how many. Never for a plan that does not run or a
    patient who has died. A second worker, or a second run, finds nothing."""
    now = now or timezone.now()
    opened = 0
    while batch := _open_batch(now):
        opened += batch
    return opened


def close_missed(*, now: datetime | None = None) -> int:
    """End every check-in whose window has passed: half-answered ones count as they are, others
    are missed (CK-30 to CK-32), and what was never opened is cancelled. Returns how many."""
    now = now or timezone.now()
    closed = 0
    while batch := _close_batch(now):
        closed += batch
    return closed


def due_at(day: date, at: time, zone: str) -> datetime:
    """A wall-clock time of a day in a zone. In a night that skips the hour it is the hour after;
    in one that has it twice, the first."""
    moment = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    return moment.astimezone(ZoneInfo("UTC"))


def _make(plan: Plan, cycle: int) -> Reminder:
    patient = plan.patient
    day = plan.starts_on + cycle * EVERY
    row, _ = Reminder.objects.get_or_create(
        plan=plan,
        kind="checkin",
        cycle=cycle,
        defaults={
            "clinic": plan.clinic,
            "patient": patient,
            "due_at": due_at(day, plan.clinic.checkin_at, patient.zone),
            "closes_at": due_at(day + OPEN_FOR, LAST_MINUTE, patient.zone),
        },
    )
    return row


@transaction.atomic
def _open_batch(now: datetime) -> int:
    rows = (
        Reminder.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("patient__clinic", "plan")
        .filter(state=Reminder.State.DUE, due_at__lte=now, closes_at__gt=now)
        .filter(plan__state=Plan.State.ACTIVE, patient__deceased_on=None)
        .order_by("due_at", "id")[:BATCH]
    )
    return len([_open(row, now) for row in rows])


def _open(reminder: Reminder, now: datetime) -> CheckIn:
    patient = reminder.patient
    by = Actor.for_job("open check-ins", patient.clinic)
    reminder.state = lifecycle.move(lifecycle.CHECKIN, reminder.state, "open")
    reminder.save(update_fields=["state"])
    checkin = CheckIn.objects.create(clinic=patient.clinic, reminder=reminder, patient=patient)
    link = Link.objects.create(
        clinic=patient.clinic,
        purpose=Link.Purpose.CHECKIN,
        patient=patient,
        subject_id=checkin.pk,
        expires_at=reminder.closes_at,
    )
    audit.record("checkin.open", by=by, on=checkin, after={"cycle": reminder.cycle})
    if patient.email:
        notify.queue(
            "checkin",
            key=f"checkin:{reminder.pk}",
            clinic=patient.clinic,
            to=patient.email,
            patient=patient,
            link=link,
            due_at=_inside_hours(now, patient),
        )
    else:
        _ask_by_phone(checkin, now, by)
    return checkin


def _inside_hours(now: datetime, patient: Patient) -> datetime:
    """Now, or the next morning where the patient's clock stands in the quiet hours."""
    clinic, local = patient.clinic, now.astimezone(ZoneInfo(patient.zone))
    if clinic.quiet_until <= local.time() < clinic.quiet_from:
        return now
    tomorrow = timedelta(days=local.time() >= clinic.quiet_from)
    return due_at(local.date() + tomorrow, clinic.quiet_until, patient.zone)


def _ask_by_phone(checkin: CheckIn, now: datetime, by: Actor) -> None:
    follow_up.raise_one(
        key=f"no_address:{checkin.pk}",
        patient=checkin.patient,
        plan=checkin.reminder.plan,
        kind="missed_check_ins_call",
        severity="info",
        role="therapist",
        rule="CK-30",
        reason="A check-in is due and there is no e-mail address. Ask by phone.",
        due_on=_clinic_day(checkin.patient, now) + timedelta(days=3),
        by=by,
    )


@transaction.atomic
def _close_batch(now: datetime) -> int:
    rows = (
        Reminder.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("patient__clinic", "plan")
        .filter(state__in=(Reminder.State.DUE, Reminder.State.OPEN), closes_at__lte=now)
        .order_by("closes_at", "id")[:BATCH]
    )
    return len([_end(row, now) for row in rows])


def _end(reminder: Reminder, now: datetime) -> None:
    by = Actor.for_job("close check-ins", reminder.patient.clinic)
    if reminder.state == Reminder.State.DUE:
        _cancel(reminder, by, "its window passed before it could be opened")
    elif reminder.checkin.answers:
        submit(checkin=reminder.checkin, by=by)
    else:
        _miss(reminder, now, by)


def _miss(reminder: Reminder, now: datetime, by: Actor) -> None:
    reminder.state = lifecycle.move(lifecycle.CHECKIN, reminder.state, "miss")
    reminder.save(update_fields=["state"])
    audit.record("checkin.miss", by=by, on=reminder, after={"cycle": reminder.cycle})
    if reminder.plan.state == Plan.State.CLOSED or reminder.patient.deceased_on:
        return
    missed, today = _missed_in_a_row(reminder), _clinic_day(reminder.patient, now)
    rule, severity, words, days = {
        1: ("CK-30", "info", "One check-in not answered.", 3),
        2: ("CK-31", "caution", "Two check-ins in a row not answered. Ask by phone.", 2),
    }.get(missed, ("CK-32", "caution", f"{missed} check-ins in a row not answered. Review.", 5))
    follow_up.raise_one(
        key=f"missed:{reminder.pk}",
        patient=reminder.patient,
        plan=reminder.plan,
        kind="missed_check_ins_call",
        severity=severity,
        role="therapist",
        rule=rule,
        reason=words,
        due_on=working_days.after(today, days),
        by=by,
    )


def _missed_in_a_row(reminder: Reminder) -> int:
    states = Reminder.objects.filter(plan=reminder.plan_id, cycle__lte=reminder.cycle).order_by(
        "-cycle"
    )
    count = 0
    for state in states.values_list("state", flat=True):
        if state != Reminder.State.MISSED:
            break
        count += 1
    return count


def _cancel(reminder: Reminder, by: Actor, because: str) -> None:
    now = timezone.now()
    was_open = reminder.state == Reminder.State.OPEN
    reminder.state = lifecycle.move(lifecycle.CHECKIN, reminder.state, "cancel")
    reminder.save(update_fields=["state"])
    if was_open:
        Link.objects.filter(purpose=Link.Purpose.CHECKIN, subject_id=reminder.checkin.pk).update(
            withdrawn_at=now
        )
        Message.objects.filter(key=f"checkin:{reminder.pk}", state=Message.State.QUEUED).update(
            state=Message.State.CANCELLED
        )
    audit.record("checkin.cancel", by=by, on=reminder, after={"because": because})


def _clinic_day(patient: Patient, now: datetime) -> date:
    return now.astimezone(ZoneInfo(patient.clinic.time_zone)).date()
