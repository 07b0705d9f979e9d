"""Writes of the sheet door: a fortnight put on paper, and what came back on it."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from careplan.actions.session_log import LogRefused, log_sheet, note_paper
from careplan.models import PlanSheet, PlanVersion
from careplan.queries import sheet as queries
from careplan.rules import page_code
from patients import audit
from patients.access import Actor, check_can
from patients.roles import Permission

BACK, AHEAD = 13, 14  # days from today that a fortnight on paper may begin
TRIES = 5  # draws of a code; two that are the same are one in 3.4 thousand million


class SheetRefused(Exception):
    """No sheet was made; the message is a sentence for the page."""


def put_on_paper(
    *, version: PlanVersion, exercises: list[str], first_day: date, by: Actor
) -> PlanSheet:
    """The sheet of a fortnight that begins on `first_day` of the patient's own days, with these
    columns; asked for again, it is the same one with the same code.

    Raises SheetRefused for a draft, a version that was followed by another and a day too far off.
    """
    right = Permission.OWN_PLAN_VIEW if by.patient else Permission.PLAN_VIEW
    check_can(by, right, on=version)
    if version.signed_at is None:
        raise SheetRefused("This plan is not signed: a draft has no sheet to fill in.")
    if version.superseded_at:
        raise SheetRefused("A newer version of this plan is signed: print that one.")
    if not exercises:
        raise SheetRefused("There is no exercise to tick just now.")
    today = timezone.localdate()
    if not today - timedelta(BACK) <= first_day <= today + timedelta(AHEAD):
        raise SheetRefused("Begin the two weeks between 13 days ago and 14 days from now.")
    return _found_or_made(version, exercises, first_day, by)


@transaction.atomic
def _found_or_made(version, exercises: list[str], first_day: date, by: Actor) -> PlanSheet:
    about = {"version": version, "first_day": first_day, "exercises": exercises}
    for _ in range(TRIES):
        if found := PlanSheet.objects.filter(**about).first():
            return found
        if made := _made(about, by):
            after = {"version": version.number, "first_day": first_day}
            audit.record("sheet.make", by=by, on=made, after=after)
            return made
    raise SheetRefused("No page code could be drawn. Try again.")


def _made(about: dict, by: Actor) -> PlanSheet | None:
    """The row; None where its code is taken, or another press of the button was faster."""
    version = about["version"]
    try:
        with transaction.atomic():
            return PlanSheet.objects.create(
                clinic=version.clinic,
                patient=version.patient,
                code=page_code.new_code(),
                made_by=by.user,
                **about,
            )
    except IntegrityError:
        return None


@dataclass(frozen=True)
class Typed:
    """How much of a sheet was new: exercises, and other things of a day."""

    exercises: int
    notes: int


@transaction.atomic
def type_in(
    *,
    sheet: PlanSheet,
    ticks: list[tuple[date, str]],
    notes: list[tuple[date, str, int | None]],
    by: Actor,
) -> Typed:
    """Keep what a filled sheet says: exercises done (day, code) and the rest of a day (day, kind,
    number or None). What is there already, from the phone or the same sheet, stays as it is.

    Raises SheetRefused, with nothing kept, for a day that is not on the sheet or to come, an
    exercise that is no column of it and a number out of range.
    """
    check_can(by, Permission.SESSION_RECORD, on=sheet)
    with timezone.override(sheet.patient.zone):
        _check_days(sheet, [day for day, *_ in [*ticks, *notes]])
        before = queries.marks(sheet)
        try:
            written = _log(sheet, ticks, by)
            for day, kind, value in notes:
                note_paper(patient=sheet.patient, on=day, kind=kind, value=value, by=by)
        except LogRefused as refusal:
            raise SheetRefused(str(refusal)) from refusal
    new = {(day, kind) for day, kind, _ in notes} - before.keys()
    typed = Typed(len(written), len(new))
    audit.record("sheet.type", by=by, on=sheet, after=asdict(typed))
    return typed


def _check_days(sheet: PlanSheet, days: list[date]) -> None:
    if strange := set(days) - set(queries.days(sheet)):
        raise SheetRefused(f"{min(strange):%-d %B} is not on this sheet.")


def _log(sheet: PlanSheet, ticks: list[tuple[date, str]], by: Actor) -> list:
    if strange := {code for _, code in ticks} - set(sheet.exercises):
        raise SheetRefused(f"{min(strange)} is not on this sheet.")
    lines = [{"on": day, "exercise": code, "outcome": "done"} for day, code in ticks]
    return log_sheet(patient=sheet.patient, version=sheet.version, lines=lines, by=by)
