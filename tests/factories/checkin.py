"""Patients whose plan runs, and check-ins that are open, made through the actions."""

from datetime import datetime

from django.utils import timezone

from careplan.actions import checkin as actions
from careplan.actions import plan as plans
from careplan.models import CheckIn, Plan, Reminder
from careplan.queries import checkin as queries
from patients.access import Actor
from patients.models import Link, Patient
from tests.factories.assessment import assessed
from tests.factories.plan import looked_at, weighed


def running(patient: Patient, by: Actor, given: dict | None = None) -> Plan:
    """Assessed today, drafted and signed today."""
    version = plans.draft(assessment=assessed(patient, by, given), by=by)
    version = weighed(looked_at(version, by), by)
    plan_id = plans.sign(version=version, read=True, by=by).plan_id
    return Plan.objects.select_related("current__program", "patient__clinic").get(pk=plan_id)


def first_due(plan: Plan) -> datetime:
    return Reminder.objects.filter(plan=plan).order_by("cycle").first().due_at


def opened(plan: Plan, now: datetime | None = None) -> CheckIn:
    """The first check-in, opened by the job when it is due."""
    actions.open_due(now=now or timezone.now())
    return CheckIn.objects.select_related("patient__clinic", "reminder__plan").get(
        reminder__plan=plan, reminder__state="open"
    )


def link_of(checkin: CheckIn) -> Link:
    return Link.objects.get(purpose="checkin", subject_id=checkin.pk)


def by_patient(patient: Patient) -> Actor:
    return Actor.for_patient(patient)


def whole(checkin: CheckIn, **changes) -> CheckIn:
    """Answered to the end and sent: no warning signs, measures in the middle, and what is named."""
    today = timezone.localdate()
    for _ in range(60):
        question = queries.asked(checkin, today).next_open(checkin.answers)
        if question is None or checkin.submitted_at:
            break
        value = changes.get(question.id, USUAL[question.kind])
        checkin = actions.answer(
            checkin=checkin, part={question.id: value}, by=by_patient(checkin.patient)
        )
    return actions.submit(checkin=checkin, by=by_patient(checkin.patient))


USUAL = {"yes_no_unknown": "no", "number": 5, "whole": 2, "choice": "same", "effects": {}}
