"""Too much: how much it hurts and where, what is new, and what the rules of a session make of it.

A new sign is kept in the transaction that holds the plan and raises its row, so nothing is lost when
the page is closed there. What hurt is kept before the signs are asked, for the same reason.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from careplan.actions.session_log.judging import judge, stop_for_sign
from careplan.actions.session_log.rows import LogRefused, add, find, lock, posted
from careplan.models import SessionLog
from careplan.rules.session import SIGNS
from patients.access import Actor
from patients.models import Patient
from patients.roles import Permission

Outcome = SessionLog.Outcome


@transaction.atomic
def too_much(
    *, patient: Patient, exercise: str, peak: int | None, where: str, key: UUID, by: Actor
) -> SessionLog:
    """Keep how much it hurt (None: rather not say) and where, and raise what the rules ask for.

    A second post with the same key gives the row of the first. Raises LogRefused for pain outside
    0 to 10, an unknown place and an exercise that is not in the plan.
    """
    lock(patient, Permission.OWN_PLAN_VIEW, by)
    if row := posted(patient, key):
        return row
    item = find(patient, exercise, left_too=True)
    if peak is not None and peak not in range(11):
        raise LogRefused("Choose a number from 0 to 10.")
    if where and where not in SessionLog.Where.values:
        raise LogRefused("Choose where it hurts most.")
    entry = item.tries[-1] if item.tries else None
    worst = max((one for one in (peak, entry and entry.row.peak) if one is not None), default=None)
    outcome = entry.row.outcome if entry else Outcome.BEGUN
    row = add(patient, item, entry, by, key=key, outcome=outcome, peak=worst, where=where)
    judge(patient=patient, day=timezone.localdate())
    return row


@transaction.atomic
def tell_sign(*, patient: Patient, exercise: str, sign: str, key: UUID, by: Actor) -> SessionLog:
    """Keep a new sign, hold the plan and raise the row that says so (PT-22). The exercise ends.

    Raises LogRefused for a sign that the rules do not know and an exercise not in the plan.
    """
    lock(patient, Permission.OWN_PLAN_VIEW, by)
    if row := posted(patient, key):
        return row
    item = find(patient, exercise, left_too=True)
    if sign not in SIGNS:
        raise LogRefused("Choose one of the signs, or None of these.")
    entry = item.tries[-1] if item.tries else None
    signs = sorted({*(entry.row.signs if entry else ()), sign})
    row = add(patient, item, entry, by, key=key, outcome=_ended(entry), signs=signs)
    stop_for_sign(row)
    return row


def _ended(entry) -> str:
    """Whatever was done stays done; what was under way has ended."""
    if entry is None:
        return Outcome.NOT_TODAY
    if entry.row.outcome != Outcome.BEGUN:
        return entry.row.outcome
    return Outcome.PARTLY if entry.row.sets else Outcome.NOT_TODAY
