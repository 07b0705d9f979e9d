"""What a patient has ticked on paper, typed in by staff; and the day's small things beside it."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from careplan.actions.session_log.judging import judge
from careplan.actions.session_log.rows import LogRefused, lock, write
from careplan.models import DayEntry, HomePlanItem, PlanVersion, SessionLog
from careplan.models.checkin import SCORES
from careplan.queries import home_plan as home_queries
from careplan.queries import session_log as queries
from careplan.queries.catalogue import catalogue
from patients import audit
from patients.access import Actor
from patients.models import Patient
from patients.roles import Permission

Outcome = SessionLog.Outcome
TICKS = (Outcome.DONE, Outcome.PARTLY, Outcome.NOT_TODAY)
ON_PAPER = (
    DayEntry.Kind.PAIN,
    DayEntry.Kind.BREATHING,
    DayEntry.Kind.ENJOYED,
    DayEntry.Kind.WALKED,
    DayEntry.Kind.SHORT_DAY,
)
MOST_MINUTES = 1440


@transaction.atomic
def log_sheet(
    *, patient: Patient, version: PlanVersion, lines: list[dict], by: Actor
) -> list[SessionLog]:
    """Log the lines of a paper sheet: {"on": date, "exercise": code, "outcome": done | partly |
    not_today}. An exercise that has an entry on that day, from the phone or from paper, is left as
    it is, so a sheet can be typed twice. Gives the rows that were written.

    Raises LogRefused, with nothing written, for a day to come, and for an exercise that the version
    does not have.
    """
    lock(patient, Permission.SESSION_RECORD, by)
    if version.patient_id != patient.pk:
        raise LogRefused("This sheet is another patient's.")
    doses = _doses(version)
    for line in lines:
        _check_line(line, doses)
    known = catalogue(patient.clinic)
    days = sorted({line["on"] for line in lines})
    logged = queries.entries(patient, days[0], days[-1]) if days else []
    taken = {(entry.row.on, entry.row.exercise) for entry in logged}
    split = home_queries.is_split(doses.values())
    written = [
        _write_line(patient, version, line, doses[line["exercise"]], known, split, by)
        for line in {(line["on"], line["exercise"]): line for line in lines}.values()
        if (line["on"], line["exercise"]) not in taken
    ]
    judge(patient=patient, day=timezone.localdate())
    return written


def _doses(version: PlanVersion) -> dict[str, HomePlanItem]:
    home = getattr(version, "home_plan", None)
    return {row.exercise: row for row in home.items.all()} if home else {}


def _check_line(line: dict, doses: dict) -> None:
    if line["exercise"] not in doses:
        raise LogRefused(f"{line['exercise']} is not on this sheet.")
    if line["outcome"] not in TICKS:
        raise LogRefused("Choose Done, Partly or Not today.")
    if line["on"] > timezone.localdate():
        raise LogRefused(f"{line['on']:%-d %B} has not come yet.")


def _write_line(
    patient: Patient,
    version: PlanVersion,
    line: dict,
    dose: HomePlanItem,
    known: dict,
    split: bool,
    by: Actor,
) -> SessionLog:
    sets = {Outcome.DONE: dose.sets, Outcome.PARTLY: 1}.get(line["outcome"], 0)
    exercise = known.get(dose.exercise)
    told = {
        "bout": dose.bout if split else None,
        "outcome": line["outcome"],
        "level": exercise.level if exercise else 1,
        "sets": sets,
        "reps": dose.reps,
        "hold_s": dose.hold_s,
    }
    return write(
        patient=patient,
        version_id=version.pk,
        exercise=dose.exercise,
        on=line["on"],
        by=by,
        told=told,
        source=SessionLog.Source.PAPER,
    )


@transaction.atomic
def note_paper(
    *, patient: Patient, on: date, kind: str, by: Actor, value: int | None = None
) -> DayEntry:
    """Note from paper what a day held beside the exercises: pain 0 to 10, minutes walked, or that
    breathing, something enjoyed or the five-minute day was ticked. What the patient noted on the
    phone that day stays. Raises LogRefused for a day to come and a value out of range."""
    lock(patient, Permission.SESSION_RECORD, by)
    if kind not in ON_PAPER:
        raise LogRefused("This is not on the sheet.")
    if on > timezone.localdate():
        raise LogRefused(f"{on:%-d %B} has not come yet.")
    if kind in SCORES and value not in range(11):
        raise LogRefused("Enter pain as a number from 0 to 10.")
    if kind == DayEntry.Kind.WALKED and value not in range(1, MOST_MINUTES + 1):
        raise LogRefused("Enter the minutes walked as a whole number.")
    row, new = DayEntry.objects.get_or_create(
        patient=patient,
        on=on,
        kind=kind,
        exercise="",
        defaults={"clinic": patient.clinic, "value": value},
    )
    if new:
        audit.record("day.note", by=by, on=row, after={"kind": kind, "on": on})
    return row
