"""What a patient notes from day to day."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from careplan.actions.session_log.judging import judge
from careplan.models import DayEntry
from careplan.models.checkin import SCORES
from careplan.queries import checkin as queries
from careplan.queries import session_log as logs
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

from .answers import CheckInRefused

NOON, A_DAY = 12, timedelta(hours=24)  # "by next morning or within 24 hours" (PT-15)
OF_EXERCISES = (DayEntry.Kind.SORE, DayEntry.Kind.EFFORT)


@transaction.atomic
def note_day(
    *, patient: Patient, kind: str, by: Actor, exercise: str = "", value: int | None = None
) -> DayEntry:
    """Note something for the patient's own today; noting it again keeps the newer value.

    Pain that is told before today's exercises also says how yesterday's were taken (PT-15). What
    the rules of a session then ask for is raised. Raises CheckInRefused for a score outside 0 to 10
    and an exercise not in the plan.
    """
    check_can(by, Permission.OWN_PLAN_VIEW, on=patient)
    if kind in SCORES and value not in range(11):
        raise CheckInRefused("Choose a number from 0 to 10.")
    if kind == DayEntry.Kind.EXERCISE and exercise not in _own(patient):
        raise CheckInRefused("This exercise is not in your plan any more.")
    now = timezone.localtime()
    row = _keep(patient, now.date(), kind, value, exercise)
    audit.record("day.note", by=by, on=row, after={"kind": kind, "exercise": exercise})
    morning = kind == DayEntry.Kind.PAIN and _is_morning_after(patient, now)
    if morning:
        _keep(patient, now.date(), DayEntry.Kind.MORNING, value)
    if morning or kind in OF_EXERCISES:
        judge(patient=patient, day=now.date())
    return row


@transaction.atomic
def choose_day(*, patient: Patient, short: bool, by: Actor) -> None:
    """Today is a five-minute day, or a whole one after all. Nothing that was logged is lost."""
    check_can(by, Permission.OWN_PLAN_VIEW, on=patient)
    day = timezone.localdate()
    known = DayEntry.objects.filter(patient=patient, on=day, kind=DayEntry.Kind.SHORT_DAY).first()
    if short and known is None:
        row = _keep(patient, day, DayEntry.Kind.SHORT_DAY, None)
        audit.record("day.note", by=by, on=row, after={"kind": row.kind})
    elif known and not short:
        audit.record("day.note", by=by, on=known, before={"kind": known.kind})
        known.delete()


def _keep(
    patient: Patient, day: date, kind: str, value: int | None, exercise: str = ""
) -> DayEntry:
    return DayEntry.objects.update_or_create(
        patient=patient,
        on=day,
        kind=kind,
        exercise=exercise,
        defaults={"clinic": patient.clinic, "value": value},
    )[0]


def _is_morning_after(patient: Patient, now: datetime) -> bool:
    """Nothing was done today yet, and yesterday's exercises are not a day old or it is morning."""
    if logs.of_day(patient, now.date()):
        return False
    before = logs.of_day(patient, now.date() - timedelta(days=1))
    last = max((entry.row.at for tries in before.values() for entry in tries), default=None)
    return last is not None and (now.hour < NOON or now - last <= A_DAY)


def _own(patient: Patient) -> set[str]:
    return {item.exercise for item in queries.exercises_of(patient)}
