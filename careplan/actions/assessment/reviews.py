"""What a clinician found about a warning sign. Only this closes a "yes" (RFL-01)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from careplan.actions.assessment.judging import assess_again
from careplan.actions.assessment.refusals import Refused
from careplan.models import RedFlagReview
from careplan.queries import intake as intakes
from careplan.rules.book import book
from careplan.rules.facts import Facts
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission, Role


@transaction.atomic
def review_flag(
    *, patient: Patient, flag: str, outcome: str, finding: str, on: date, role: str, by: Actor
) -> RedFlagReview:
    """What a clinician found about a warning sign (RFL-01), then assess again.

    `role`: therapist, prescriber, or emergency_department for a documented result from there.
    An emergency flag is closed by a prescriber or an emergency department only (D-01).
    """
    check_can(by, Permission.RED_FLAG_REVIEW, on=patient)
    _refuse_review(flag, outcome, finding, on, role, by)
    _refuse_too_early(patient, flag, on)
    review = RedFlagReview.objects.create(
        clinic=patient.clinic,
        patient=patient,
        flag=flag,
        on=on,
        role=role,
        outcome=outcome,
        finding=finding.strip(),
        by=by.user,
    )
    _refuse_what_does_not_count(review)
    after = {"flag": flag, "outcome": outcome, "role": role, "on": on, "finding": review.finding}
    audit.record("red_flag.review", by=by, on=review, after=after)
    assess_again(patient, by, None)
    return review


def _refuse_review(flag: str, outcome: str, finding: str, on: date, role: str, by: Actor) -> None:
    if flag not in book().red_flags:
        raise Refused("This is not a warning sign that can be reviewed.")
    if outcome not in RedFlagReview.Outcome.values:
        raise Refused("Say whether it is cleared, an old stable finding, or confirmed.")
    if not finding.strip():
        raise Refused("Write in one sentence what you found.")
    if on > timezone.localdate():
        raise Refused("The day of the finding cannot lie in the future.")
    able = {"therapist": Role.THERAPIST in by.roles, "emergency_department": True}
    able["prescriber"] = Permission.RED_FLAG_CLEAR_EMERGENCY in by.permissions
    if not able.get(role):
        raise Refused("You cannot record a finding in that role. Choose your own.")


def _refuse_too_early(patient: Patient, flag: str, on: date) -> None:
    """Refuse a finding from before the sign was told: nobody is to think that it is closed."""
    last = intakes.latest_intake(patient)
    given = last.answers.get("red_flags", {}) if last else {}
    told = intakes.answered_on(last) if last and given.get(flag) == "yes" else None
    if told and on < told:
        raise Refused(
            f"The warning sign was reported on {told:%-d %B %Y}: a finding from before that day "
            "does not settle it."
        )


def _refuse_what_does_not_count(review: RedFlagReview) -> None:
    """Refuse, and take back, a finding of a therapist that the rules would not count: a sign is an
    emergency by its kind, by other signs, by heart rate or pressure, or by what a check-in told.
    The rules are asked with the review as it is, and as if a prescriber had made it."""
    last = intakes.latest_intake(review.patient)
    if last is None or review.role != Role.THERAPIST:
        return
    today, answered = timezone.localdate(), intakes.answered_on(last)
    found = intakes.facts(
        patient=review.patient, answers=last.answers, as_of=today, answered=answered
    )
    others = [
        row | {"role": "prescriber"} if row["flag"] == review.flag else row
        for row in found["red_flag_reviews"]
    ]
    by_prescriber = found | {"red_flag_reviews": others}
    if _answer(found, review.flag) != _answer(by_prescriber, review.flag):
        raise Refused(
            "This is an emergency sign: only a prescriber, or a documented result of an emergency "
            "department, can close it. You can record that it is confirmed."
        )


def _answer(found: dict, flag: str) -> bool | None:
    return Facts(found, book()).flags.answer(flag)
