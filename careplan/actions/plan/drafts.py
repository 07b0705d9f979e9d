"""Drafts: proposed from an assessment, copied from a running version, put on a newer assessment."""

from django.db import transaction

from careplan.actions import drafting, home_plan, medication, program, turns
from careplan.actions.drafting import PlanRefused
from careplan.actions.plan.words import usual_routine
from careplan.models import Assessment, Goal, Plan, PlanVersion
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as queries
from careplan.queries.catalogue import catalogue
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission


@transaction.atomic
def draft(*, assessment: Assessment, by: Actor) -> PlanVersion:
    """A draft from an assessment that says "plan": program, exercises, routine, medicine lines.

    Where a draft is open it is returned, standing on this assessment from now on; where a plan
    runs, the draft is a copy of its version (see `revise`). Raises PlanRefused.
    """
    check_can(by, Permission.PLAN_EDIT, on=assessment)
    patient = turns.of_patient(assessment.patient_id)
    _refuse_unless_newest_plan(assessment, patient)
    plan = queries.open_plan(patient)
    if plan is None:
        plan = Plan.objects.create(clinic=patient.clinic, patient=patient)
    version = plan.versions.filter(signed_at=None).first()
    if version:
        return _rebase(version, assessment, by)
    if plan.current_id:
        return _copy(plan, assessment, by)
    return _propose(plan, assessment, by)


@transaction.atomic
def revise(*, plan: Plan, by: Actor) -> PlanVersion:
    """A new draft of a running plan, copied from its version, on the newest assessment."""
    check_can(by, Permission.PLAN_EDIT, on=plan)
    newest = queries.newest_assessment(plan.patient)
    if plan.state == Plan.State.CLOSED or newest is None:
        raise PlanRefused("This plan is closed. Draft a new one from the assessment.")
    return draft(assessment=newest, by=by)


def _refuse_unless_newest_plan(assessment: Assessment, patient: Patient) -> None:
    newest = queries.newest_assessment(patient)
    if newest.pk != assessment.pk:
        raise PlanRefused(
            f"There is a newer assessment, of {newest.as_of:%-d %B}. Open it and draft from there."
        )
    if assessment.disposition != "plan":
        words = assessment.disposition.replace("_", " ")
        raise PlanRefused(f"The assessment says “{words}”: it allows no plan.")
    if patient.deceased_on:
        raise PlanRefused(f"{patient.name} is recorded as having died.")


def _new_version(plan: Plan, assessment: Assessment, by: Actor, **rest) -> PlanVersion:
    return PlanVersion.objects.create(
        clinic=plan.clinic,
        plan=plan,
        patient=plan.patient,
        number=plan.versions.count() + 1,
        assessment=assessment,
        disposition=assessment.disposition,
        drafted_by=by.user,
        **rest,
    )


def _propose(plan: Plan, assessment: Assessment, by: Actor) -> PlanVersion:
    version = _new_version(
        plan,
        assessment,
        by,
        routine=usual_routine(),
        education=assessment.result["education"],
    )
    program.begin(version=version, by=by)
    home = assessment.result["home_plan"]
    home_plan.set_items(
        version=version, items=home_plan.proposed(home), template=home.get("template", ""), by=by
    )
    return _drafted(version, assessment, by)


def _copy(plan: Plan, assessment: Assessment, by: Actor) -> PlanVersion:
    """The running version again, without exercises that have become forbidden."""
    old = queries.whole(plan.current_id)
    kept = ("routine", "note", "reasons", "movement", "education", "barriers")
    version = _new_version(plan, assessment, by, **{name: getattr(old, name) for name in kept})
    for goal in old.goals.all():
        Goal.objects.create(
            clinic=plan.clinic,
            version=version,
            position=goal.position,
            text=goal.text,
            target_on=goal.target_on,
            now=goal.now,
            wanted=goal.wanted,
        )
    names = ("sessions_per_week", "weeks", "starts_on", "weekdays", "at")
    names += ("aerobic_minutes_start", "aerobic_minutes_goal", "therapist")
    program.lay(version=version, by=by, **{name: getattr(old.program, name) for name in names})
    forbidden = home_queries.hidden(assessment, catalogue(assessment.clinic))
    items = [i for i in home_queries.items_of(old) if i["exercise"] not in forbidden]
    old_home = old.home_plan
    home_plan.set_items(
        version=version, items=items, template=old_home.template, anchors=old_home.anchors, by=by
    )
    return _drafted(version, assessment, by)


def _rebase(version: PlanVersion, assessment: Assessment, by: Actor) -> PlanVersion:
    """An open draft stands on the newest assessment; forbidden exercises leave it."""
    if version.assessment_id == assessment.pk:
        return version
    draft_ = drafting.claim(version=version, by=by, revision=None)
    draft_.assessment, draft_.disposition = assessment, assessment.disposition
    draft_.save(update_fields=["assessment", "disposition"])
    forbidden = home_queries.hidden(assessment, catalogue(assessment.clinic))
    items = home_queries.items_of(queries.whole(version.pk))
    kept = [item for item in items if item["exercise"] not in forbidden]
    if kept != items:
        home_plan.set_items(version=draft_, items=kept, by=by)
    return _drafted(draft_, assessment, by)


def _drafted(version: PlanVersion, assessment: Assessment, by: Actor) -> PlanVersion:
    medication.propose_from(assessment=assessment, plan=version.plan, by=by)
    drafting.note(
        "draft",
        by=by,
        version=version,
        after={"number": version.number, "assessment": assessment.pk},
    )
    version.refresh_from_db()
    return version
