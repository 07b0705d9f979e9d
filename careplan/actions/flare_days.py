"""The days of a flare that runs: how a hold of the plan, its end or the therapist changes them."""

from datetime import date

from careplan.models import Flare, Plan
from patients import audit
from patients.access import Actor


def ask_again(*, plan: Plan, by: Actor) -> None:
    """The plan is held: once it goes on, the warning signs of the flare are asked again, and half
    the dose begins anew. Who did nothing meanwhile does not come back to a whole dose."""
    for row in _open(plan).filter(signs_on__isnull=False):
        row.signs_on = None
        row.save(update_fields=["signs_on"])
        audit.record("flare.ask_again", by=by, on=row)


def end_with(*, plan: Plan, day: date, by: Actor) -> None:
    """The plan is closed, and so is its flare."""
    for row in _open(plan):
        end(row=row, why=Flare.End.PLAN, day=day, by=by)


def end(*, row: Flare, why: str, day: date, by: Actor) -> Flare:
    """Call it under the patient's lock, with the right checked."""
    row.ended_on, row.end, row.ended_by = day, why, by.user if not by.patient else None
    row.save(update_fields=["ended_on", "end", "ended_by"])
    audit.record("flare.end", by=by, on=row, after={"because": why})
    return row


def _open(plan: Plan):
    return Flare.objects.select_for_update().filter(plan=plan, ended_on=None)
