"""What a patient notes from day to day."""

from django.db import transaction
from django.utils import timezone

from careplan.models import DayEntry
from careplan.queries import checkin as queries
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

from .answers import CheckInRefused


@transaction.atomic
def note_day(
    *, patient: Patient, kind: str, by: Actor, exercise: str = "", value: int | None = None
) -> DayEntry:
    """Note something for the patient's own today; noting it again keeps the newer value.

    Raises CheckInRefused for a pain score outside 0 to 10 and an exercise not in the plan.
    """
    check_can(by, Permission.OWN_PLAN_VIEW, on=patient)
    if kind == DayEntry.Kind.PAIN and value not in range(11):
        raise CheckInRefused("Choose a number from 0 to 10.")
    if kind == DayEntry.Kind.EXERCISE and exercise not in _own(patient):
        raise CheckInRefused("This exercise is not in your plan any more.")
    row, _ = DayEntry.objects.update_or_create(
        patient=patient,
        on=timezone.localdate(),
        kind=kind,
        exercise=exercise,
        defaults={"clinic": patient.clinic, "value": value},
    )
    audit.record("day.note", by=by, on=row, after={"kind": kind, "exercise": exercise})
    return row


def _own(patient: Patient) -> set[str]:
    return {item.exercise for item in queries.exercises_of(patient)}
