"""What a patient logs while doing the exercises. Each of these can be posted twice, or from two tabs:
the page says which try and which set it is about, and what was logged already stays one."""

from django.db import transaction

from careplan.actions.session_log.rows import LogRefused, add, claim
from careplan.models import SessionLog
from patients.access import Actor
from patients.models import Patient

Outcome = SessionLog.Outcome
CHOICES = (Outcome.DONE, Outcome.PARTLY, Outcome.NOT_TODAY)


@transaction.atomic
def finish_set(*, patient: Patient, exercise: str, turn: int, sets: int, by: Actor) -> SessionLog:
    """`sets` sets of try number `turn` of today are done now; the last one ends the exercise.

    Raises LogRefused for an exercise that is not in the plan and a set that it does not have.
    """
    item = claim(patient, exercise, by)
    if turn <= len(item.tries):
        entry = item.tries[turn - 1]
        if entry.row.outcome != Outcome.BEGUN or entry.row.sets >= sets:
            return entry.row
    elif turn != len(item.tries) + 1:
        raise LogRefused("This page is older than what you have noted since. Open Today again.")
    planned = item.dose["sets"]
    if not 1 <= sets <= planned:
        raise LogRefused(f"This exercise has {planned} sets.")
    outcome = Outcome.DONE if sets == planned else Outcome.BEGUN
    entry = item.tries[-1] if item.begun else None
    return add(patient, item, entry, by, outcome=outcome, sets=sets)


@transaction.atomic
def leave(*, patient: Patient, exercise: str, by: Actor) -> SessionLog:
    """No more of it today: not today where nothing was done, partly where something was."""
    item = claim(patient, exercise, by)
    if item.settled:
        return item.now
    outcome = Outcome.PARTLY if item.sets_done else Outcome.NOT_TODAY
    return add(patient, item, item.tries[-1] if item.begun else None, by, outcome=outcome)


@transaction.atomic
def ease(*, patient: Patient, exercise: str, by: Actor) -> SessionLog:
    """Put in the easier exercise for today, or half of this one where there is no easier one."""
    item = claim(patient, exercise, by)
    if item.eased:
        return item.now
    code = item.to_ease
    dose = item.dose_with(code)
    told = {"outcome": Outcome.BEGUN, "swapped_for": code, "level": item.stand_in(code).level}
    told |= {"sets": 0, "reps": dose["reps"], "hold_s": dose["hold_s"]}  # its sets start anew
    return add(patient, item, item.tries[-1] if item.begun else None, by, **told)


@transaction.atomic
def take_back(*, patient: Patient, exercise: str, number: int, by: Actor) -> SessionLog:
    """Undo row `number` of today's tries at an exercise, as long as nothing came after it."""
    item = claim(patient, exercise, by)
    if item.now is None or item.now.number != number:
        return item.now
    entry = item.tries[-1]
    rows = SessionLog.objects.filter(first_id=entry.first) | SessionLog.objects.filter(
        pk=entry.first
    )
    before = rows.filter(number__lt=number).order_by("number").last()
    if before is None:
        return add(patient, item, entry, by, outcome=Outcome.TAKEN_BACK, sets=0)
    return add(
        patient, item, entry, by, **{name: getattr(before, name) for name in ("outcome", "sets")}
    )


@transaction.atomic
def note_today(*, patient: Patient, told: dict[str, str], by: Actor) -> list[SessionLog]:
    """Exercise -> done, partly or not_today, for who did them without the player. What is logged
    already as that stays; another choice corrects it."""
    written = []
    for exercise, outcome in told.items():
        if outcome not in CHOICES:
            raise LogRefused("Choose Done, Partly or Not today.")
        item = claim(patient, exercise, by)
        if item.now and item.now.outcome == outcome:
            continue
        sets = {Outcome.DONE: item.dose["sets"], Outcome.PARTLY: max(item.sets_done, 1)}
        entry = item.tries[-1] if item.tries else None
        written.append(add(patient, item, entry, by, outcome=outcome, sets=sets.get(outcome, 0)))
    return written
