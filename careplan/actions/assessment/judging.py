"""Run the rules, keep what they said, and draw the consequences in the same transaction.

An assessment is stored with the facts it rests on and is never changed. It writes the baseline,
raises what has to be followed up, judges stimulators again, and holds or releases the plan: while a
warning sign is open, no plan runs (RFL-02).
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from careplan.actions import device, flare_days, follow_up, turns
from careplan.actions.assessment.answers import lock_intake
from careplan.actions.assessment.refusals import AnswersRefused, Refused
from careplan.models import Assessment, Intake, Outcome, Plan
from careplan.queries import checkin as checkins
from careplan.queries import intake as intakes
from careplan.queries import session_log as session_logs
from careplan.queries.intake import at
from careplan.rules import BOOK_VERSION, lifecycle
from careplan.rules import assess as run_rules
from careplan.rules.book import book
from careplan.rules.intake import IntakeRefused
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

DANGER = ("emergency", "urgent")
# "Not asked is not no": a plan on hold stays there until every warning sign is answered.
HOLDS_ON = (*DANGER, "incomplete")
# Measures of the book -> where an intake holds them.
BASELINE = {
    "nprs": "/episode/pain/average",
    "peg": "/function/peg",
    "psfs": "/function/psfs",
    "walking_minutes": "/function/walking_minutes",
    "sleep_quality": "/function/sleep_quality",
    "nights_woken": "/function/nights_woken",
}


@transaction.atomic
def assess(*, intake: Intake, by: Actor, as_of: date | None = None) -> Assessment:
    """Run the rules on a draft and close it. Raises AnswersRefused naming what is missing."""
    check_can(by, Permission.ASSESS, on=intake)
    plan = _lock_plan(intake.patient)
    intake = lock_intake(intake)
    assessment = _assess(intake, by, as_of or timezone.localdate(), None)
    if assessment.disposition not in HOLDS_ON:
        follow_up.end_signs(patient=intake.patient, by=by)
    intake.state = Intake.State.ASSESSED
    intake.save(update_fields=["state"])
    _hold_or_release(plan, assessment, by)
    return assessment


@transaction.atomic
def reassess(*, patient: Patient, by: Actor, as_of: date | None = None) -> Assessment:
    """Run the rules again on the last answers, with what came since: check-ins, reviews, signed
    medicines, time. Where nothing changed, the newest assessment is given back as it is.

    Raises Refused where the patient was never assessed.
    """
    check_can(by, Permission.ASSESS, on=patient)
    return assess_again(patient, by, as_of)


@transaction.atomic
def hold(*, patient: Patient, because: str, by: Actor) -> None:
    """Hold the plan that runs before the rules have read what was told: a patient who leaves the
    form after a yes is shown no exercises meanwhile (RFL-02)."""
    check_can(by, Permission.ASSESS, on=patient)
    plan = _lock_plan(patient)
    if plan and plan.state == Plan.State.ACTIVE:
        _move_plan(plan, "hold", because, by)


def assess_again(patient: Patient, by: Actor, as_of: date | None) -> Assessment:
    """`reassess` for an action that has checked its own right, inside its transaction."""
    plan = _lock_plan(patient)
    intake = intakes.latest_intake(patient)
    if intake is None:
        raise Refused("This patient has not been assessed yet. Answer the intake first.")
    day = as_of or timezone.localdate()
    assessment = _assess(intake, by, day, intakes.answered_on(intake))
    _hold_or_release(plan, assessment, by)
    return assessment


def _assess(intake: Intake, by: Actor, as_of: date, answered: date | None) -> Assessment:
    patient = intake.patient
    found = intakes.facts(patient=patient, answers=intake.answers, as_of=as_of, answered=answered)
    newest = Assessment.objects.filter(patient=patient).order_by("-made_at").first()
    if newest and (newest.facts, newest.rules_version) == (found, BOOK_VERSION):
        return newest
    try:
        result = run_rules(found)
    except IntakeRefused as refusal:
        raise AnswersRefused(refusal.errors) from None
    assessment = Assessment.objects.create(
        clinic=patient.clinic,
        patient=patient,
        intake=intake,
        as_of=as_of,
        rules_version=result["rules_version"],
        facts=found,
        result=result,
        disposition=result["disposition"],
        made_by=by.user,
    )
    after = {"disposition": assessment.disposition, "rules_version": assessment.rules_version}
    audit.record("assessment.make", by=by, on=assessment, after=after)
    _write_baseline(assessment)
    follow_up.raise_from(assessment=assessment, by=by)
    device.judge_again(patient=patient, facts=found, by=by)
    return assessment


def _write_baseline(assessment: Assessment) -> None:
    """Outcomes start at the first value of each measure since the last plan was closed (CK-18)."""
    patient = assessment.patient
    known = set(
        Outcome.objects.filter(patient=patient, on__gte=intakes.baseline_since(patient))
        .exclude(assessment=None)
        .values_list("measure", flat=True)
    )
    rows = []
    for measure, pointer in BASELINE.items():
        value = at(assessment.facts, pointer)
        if value is None or measure in known:
            continue
        value = sum(value) / len(value) if isinstance(value, list) else value
        rows.append(
            Outcome(
                clinic=assessment.clinic,
                patient=patient,
                assessment=assessment,
                measure=measure,
                value=round(value, 2),
                better=book().measures[measure].better,
                on=assessment.as_of,
            )
        )
    Outcome.objects.bulk_create(rows)


def _lock_plan(patient: Patient) -> Plan | None:
    """The patient and the open plan, locked before the assessment is written: signing locks the
    same and reads the newest one, so that neither can miss the other."""
    turns.of_patient(patient.pk)
    plans = Plan.objects.select_for_update().filter(patient=patient)
    return plans.exclude(state=Plan.State.CLOSED).first()


def _hold_or_release(plan: Plan | None, assessment: Assessment, by: Actor) -> None:
    if plan is None:
        return
    said = assessment.disposition
    held = plan.state == Plan.State.SAFETY_HOLD
    if plan.state == Plan.State.ACTIVE and said in DANGER:
        _move_plan(plan, "hold", said, by)
    elif held and said not in HOLDS_ON and not _unasked(plan.patient):
        _move_plan(plan, "release", said, by)


def _unasked(patient: Patient) -> bool:
    """Something was told that these rules have not read: in a check-in that is not sent yet, or a
    new sign in a session (PT-22)."""
    return checkins.told_yes(patient) or session_logs.open_sign(patient) is not None


def _move_plan(plan: Plan, move: str, because: str, by: Actor) -> None:
    before, plan.state = plan.state, lifecycle.move(lifecycle.PLAN, plan.state, move)
    plan.save(update_fields=["state"])
    if move == "hold":
        flare_days.ask_again(plan=plan, by=by)
    audit.record(
        f"plan.{move}",
        by=by,
        on=plan,
        before={"state": before},
        after={"state": plan.state, "because": because},
    )
