"""Answers of a check-in: kept at once, ended at once by an emergency, and their consequences.

Every answer is its own transaction. A warning sign answered with yes raises its row in that same
transaction, so that nothing is lost when the form is left half-way.
"""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from careplan.actions import assessment as assessments
from careplan.actions import follow_up
from careplan.actions.checkin.consequences import measures_of, raise_answered, raise_unread
from careplan.models import CheckIn, Outcome, Reminder
from careplan.queries import checkin as queries
from careplan.rules import lifecycle
from careplan.rules.book import Question, book
from patients import audit
from patients.access import Actor, check_can
from patients.models import Link
from patients.roles import Permission

FLAG_ANSWERS = ("yes", "no", "unknown")


class CheckInRefused(Exception):
    """The answer cannot be kept; the message is a sentence for the page."""


def answer(*, checkin: CheckIn, part: dict, by: Actor) -> CheckIn:
    """Keep one or more answers: `part` maps question ids to yes, no or unknown, a number, a choice
    or {effect: grade}; None is "I would rather not say". An emergency ends and sends the form.

    Raises CheckInRefused where the window has passed or a value does not fit its question.
    """
    check_can(by, Permission.OWN_CHECKIN_ANSWER, on=checkin)
    kept = _keep(checkin, part, by)
    return submit(checkin=kept, by=by) if kept.stopped_by_flag else kept


@transaction.atomic
def submit(*, checkin: CheckIn, by: Actor) -> CheckIn:
    """Send the check-in: outcomes, the rules, and a row of the worklist that says how it goes.

    Sent by the patient, or by the job that finds a half-answered one after its window. Sending
    twice changes nothing.
    """
    right = Permission.CHECKIN_VIEW if not by.patient else Permission.OWN_CHECKIN_ANSWER
    check_can(by, right, on=checkin)
    checkin = _locked(checkin)
    if checkin.submitted_at:
        return checkin
    clinic = checkin.patient.clinic
    # Staff's days are the clinic's: an entry dated by a patient far east would lie in the future.
    with timezone.override(clinic.time_zone):
        _send(checkin, timezone.localdate(), by)
        _draw_consequences(checkin, Actor.for_job("read check-ins", clinic))
    return checkin


@transaction.atomic
def _keep(checkin: CheckIn, part: dict, by: Actor) -> CheckIn:
    checkin = _locked(checkin)
    reminder = checkin.reminder
    if checkin.submitted_at:
        raise CheckInRefused("You have sent this check-in already. Thank you.")
    if reminder.state != Reminder.State.OPEN or reminder.closes_at <= timezone.now():
        raise CheckInRefused("This check-in is closed. Call your clinic if something has changed.")
    values = {key: _value(key, value) for key, value in part.items()}
    checkin.answers = checkin.answers | values
    checkin.stopped_by_flag = queries.stops(checkin.answers)
    checkin.save(update_fields=["answers", "stopped_by_flag"])
    audit.record("checkin.answer", by=by, on=checkin, after={"questions": sorted(values)})
    for key in values:
        _tell_of_yes(checkin, key)
    return checkin


def _locked(checkin: CheckIn) -> CheckIn:
    return (
        CheckIn.objects.select_for_update(of=("self",))
        .select_related("patient__clinic", "reminder__plan")
        .get(pk=checkin.pk)
    )


def _value(key: str, value):
    """The value as it is kept. Raises CheckInRefused with what to enter."""
    question = book().check_in.get(key)
    if question is None:
        raise CheckInRefused(f"There is no question “{key}” in this check-in.")
    return None if value is None else KINDS[question.kind](question, value)


def _flag(question: Question, value) -> str:
    if value not in FLAG_ANSWERS:
        raise CheckInRefused("Choose Yes, No or Not sure.")
    return value


def _number(question: Question, value) -> float | int:
    low, high = question.min, question.max
    if question.id == "adherence":
        high = queries.ADHERENCE_DAYS
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except ArithmeticError:
        number = Decimal("NaN")
    if not (number.is_finite() and low <= number <= high):
        raise CheckInRefused(f"Enter a number from {low:g} to {high:g}.")
    return int(number) if number == int(number) else float(round(number, 1))


def _whole(question: Question, value) -> int:
    number = _number(question, value)
    if not isinstance(number, int):
        raise CheckInRefused(f"Enter a whole number from {question.min:g} to {question.max:g}.")
    return number


def _choice(question: Question, value) -> str:
    if value not in {code for code, _, _ in question.choices}:
        raise CheckInRefused("Choose one of the answers.")
    return value


def _effects(question: Question, value) -> dict[str, str]:
    known = {code for code, _, _ in question.choices}
    if not isinstance(value, dict) or not set(value) <= known:
        raise CheckInRefused("Choose from the list.")
    if not set(value.values()) <= set(queries.GRADES):
        raise CheckInRefused("Say for each one: mild, moderate or severe.")
    return value


KINDS = {
    "yes_no_unknown": _flag,
    "number": _number,
    "whole": _whole,
    "choice": _choice,
    "effects": _effects,
}


def _tell_of_yes(checkin: CheckIn, key: str) -> None:
    """The row of a warning sign and the hold of the plan, in the transaction of the answer."""
    stopped, value = checkin.stopped_by_flag, checkin.answers[key]
    if value != "yes" and not (stopped and isinstance(value, dict)):
        return  # a "no" sent beside a "yes" tells of nothing
    # A qualifier has no row of its own: it makes the flag that ended the form graver.
    code = key if key in book().red_flags else stopped
    flag = book().red_flags.get(code)
    if flag is None:
        return
    clinic = checkin.patient.clinic
    today = timezone.now().astimezone(ZoneInfo(clinic.time_zone)).date()
    job = Actor.for_job("read check-ins", clinic)
    assessments.hold(patient=checkin.patient, because=f"{code} in a check-in", by=job)
    follow_up.raise_one(
        key=f"{follow_up.told_key(checkin.pk)}{code}",
        patient=checkin.patient,
        plan=checkin.reminder.plan,
        kind=follow_up.RED_FLAG,
        severity="emergency" if code == stopped else "urgent",
        role="therapist",
        rule=flag.rule,
        reason=f"Answered yes in the check-in: {book().check_in[code].label.lower()}.",
        because={f"/check_ins/-/red_flags/{code}": "yes"},
        due_on=today,
        by=job,
    )


def _send(checkin: CheckIn, today: date, by: Actor) -> None:
    reminder = Reminder.objects.select_for_update().get(pk=checkin.reminder_id)
    reminder.state = lifecycle.move(lifecycle.CHECKIN, reminder.state, "answer")
    reminder.save(update_fields=["state"])
    asked = queries.asked(checkin, today)
    outcomes = measures_of(checkin.answers)
    done = queries.adherence(checkin.patient, today)
    entry = queries.entry_of(checkin.answers, asked.drugs, done)
    checkin.answers = {"on": today.isoformat()} | entry
    checkin.submitted_at = timezone.now()
    checkin.entered_by = by.user if not by.patient else None
    checkin.save(update_fields=["answers", "submitted_at", "entered_by"])
    Link.objects.filter(purpose=Link.Purpose.CHECKIN, subject_id=checkin.pk).update(
        used_at=checkin.submitted_at
    )
    Outcome.objects.bulk_create(
        Outcome(
            clinic=checkin.clinic,
            patient=checkin.patient,
            checkin=checkin,
            measure=measure,
            value=value,
            better=better,
            on=today,
        )
        for measure, value, better in outcomes
    )
    after = {"measures": [measure for measure, _, _ in outcomes], "stop": checkin.stopped_by_flag}
    audit.record("checkin.submit", by=by, on=checkin, after=after)


def _draw_consequences(checkin: CheckIn, job: Actor) -> None:
    try:
        with transaction.atomic():
            assessment = assessments.reassess(patient=checkin.patient, by=job)
    except assessments.Refused as refusal:
        raise_unread(checkin, str(refusal), job)
        return
    if "yes" not in checkin.answers.get("red_flags", {}).values():
        raise_answered(checkin, assessment, job)  # a warning sign has a row of its own already
