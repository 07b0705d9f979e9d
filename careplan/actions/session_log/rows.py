"""What every write of the log shares: the patient's lock, the item, the row, and the day it marks.

The lock is the patient's row: two tabs, or a phone and a therapist with the paper sheet, write one
after the other, and the second sees what the first has logged.
"""

from datetime import date
from uuid import UUID, uuid4

from django.utils import timezone

from careplan.actions import turns
from careplan.models import DayEntry, SessionLog
from careplan.queries import mine as mine_queries
from careplan.queries import session_log as queries
from careplan.queries.mine import Item
from careplan.queries.session_log import Entry
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

# What a later row of the same entry repeats of the one before.
CARRIED = [
    "bout",
    "outcome",
    "swapped_for",
    "level",
    "sets",
    "reps",
    "hold_s",
    "before",
    "peak",
    "next_day",
    "effort",
    "where",
    "signs",
]


class LogRefused(Exception):
    """Nothing was logged; the message is a sentence for the page."""


def claim(patient: Patient, exercise: str, by: Actor) -> Item:
    """The patient locked, and the exercise as it stands today. Raises LogRefused where the plan
    does not have it (any more)."""
    lock(patient, Permission.OWN_PLAN_VIEW, by)
    return find(patient, exercise)


def lock(patient: Patient, right: Permission, by: Actor) -> None:
    check_can(by, right, on=patient)
    turns.of_patient(patient.pk)


def find(patient: Patient, exercise: str, *, left_too: bool = False) -> Item:
    """`left_too`: also one that waits for the therapist's look; what hurts is heard all the same."""
    item = mine_queries.item(patient, exercise, timezone.localdate(), left_too=left_too)
    if item is None:
        raise LogRefused("This exercise is not in your plan any more.")
    return item


def add(
    patient: Patient, item: Item, entry: Entry | None, by: Actor, key: UUID | None = None, **told
) -> SessionLog:
    """One more row of today: of `entry`, or of a new one. `told` is what changes."""
    basis = _carried(entry.row) if entry else _fresh(patient, item)
    return write(
        patient=patient,
        version_id=item.row.home_plan.version_id,
        exercise=item.row.exercise,
        on=timezone.localdate(),
        first=entry.first if entry else None,
        key=key,
        by=by,
        told=basis | told,
    )


def _carried(row: SessionLog) -> dict:
    return {name: getattr(row, name) for name in CARRIED}


def _fresh(patient: Patient, item: Item) -> dict:
    """A try that nothing is known of but the pain before it, where that was told today. A
    five-minute day is one piece: its tries are of no bout."""
    kinds = (DayEntry.Kind.PAIN, DayEntry.Kind.SHORT_DAY)
    notes = DayEntry.objects.filter(patient=patient, on=timezone.localdate(), kind__in=kinds)
    noted = {row.kind: row for row in notes}
    pain, dose = noted.get(DayEntry.Kind.PAIN), item.dose
    return {
        "bout": None if DayEntry.Kind.SHORT_DAY in noted else item.bout,
        "level": item.shown.level,
        "reps": dose["reps"],
        "hold_s": dose["hold_s"],
        "before": pain.value if pain else None,
    }


def write(
    *,
    patient: Patient,
    version_id: UUID,
    exercise: str,
    on: date,
    by: Actor,
    told: dict,
    first: int | None = None,
    key: UUID | None = None,
    source: str = SessionLog.Source.PHONE,
) -> SessionLog:
    """Write one row under the patient's lock, mark the day, and leave the audit."""
    so_far = SessionLog.objects.filter(patient=patient, exercise=exercise, on=on).count()
    row = SessionLog.objects.create(
        clinic=patient.clinic,
        patient=patient,
        version_id=version_id,
        exercise=exercise,
        on=on,
        number=so_far + 1,
        first_id=first,
        key=key or uuid4(),
        source=source,
        by=by.user,
        **told,
    )
    _mark_day(row)
    after = {"exercise": exercise, "on": on, "outcome": row.outcome, "sets": row.sets}
    audit.record("session_log.add", by=by, on=row, after=after)
    return row


def _mark_day(row: SessionLog) -> None:
    """The day counts as one with exercises as long as one try of it stands (SM-08)."""
    entries = queries.entries(row.patient, row.on, row.on)
    tried = any(one.row.sets for one in entries if one.row.exercise == row.exercise)
    about = {
        "patient": row.patient,
        "on": row.on,
        "kind": DayEntry.Kind.EXERCISE,
        "exercise": row.exercise,
    }
    if tried:
        DayEntry.objects.get_or_create(**about, defaults={"clinic": row.clinic})
    else:
        DayEntry.objects.filter(**about).delete()


def posted(patient: Patient, key: UUID | None) -> SessionLog | None:
    """The row that an earlier post with this key has written."""
    return key and SessionLog.objects.filter(patient=patient, key=key).first()
