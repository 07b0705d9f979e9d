"""The rows of the plan door: plans, versions with all their parts, check-ins, medicines."""

from datetime import date, timedelta

from django.db.models import Prefetch
from django.http import Http404

from careplan.models import (
    Assessment,
    Goal,
    HomePlanItem,
    MedicationStep,
    Plan,
    PlanVersion,
    Reminder,
)
from careplan.rules.book import book
from patients.models import Patient


def open_plan(patient: Patient) -> Plan | None:
    """The patient's plan that is not closed; a constraint allows one."""
    return Plan.objects.filter(patient=patient).exclude(state=Plan.State.CLOSED).first()


def newest_assessment(patient: Patient) -> Assessment | None:
    return Assessment.objects.filter(patient=patient).order_by("-made_at").first()


def _whole():
    """Versions with all their parts, in a known number of SQL queries."""
    items = HomePlanItem.objects.order_by("position")
    return PlanVersion.objects.select_related(
        "plan",
        "patient",
        "clinic",
        "assessment",
        "program__therapist",
        "home_plan",
        "signed_by",
        "drafted_by",
    ).prefetch_related(
        Prefetch("home_plan__items", queryset=items),
        Prefetch("goals", queryset=Goal.objects.order_by("position")),
    )


def draft_of(patient: Patient) -> PlanVersion | None:
    """The unsigned version of the open plan, with its parts."""
    open_plans = Plan.objects.filter(patient=patient).exclude(state=Plan.State.CLOSED)
    return _whole().filter(plan__in=open_plans, signed_at=None).first()


def current_of(patient: Patient) -> PlanVersion | None:
    """The version the patient follows (or would, while a hold lasts), with its parts."""
    plan = open_plan(patient)
    return _whole().filter(pk=plan.current_id).first() if plan and plan.current_id else None


def whole(pk) -> PlanVersion:
    """A version with its parts, by id."""
    return _whole().get(pk=pk)


def version_of(patient: Patient, pk) -> PlanVersion:
    """One version of the patient's plans, with its parts; another patient's is 404."""
    row = _whole().filter(patient=patient, pk=pk).first()
    if row is None:
        raise Http404("No such version")
    return row


def last_of(patient: Patient) -> PlanVersion | None:
    """The newest signed version of any plan, closed ones too: what there is to look back at."""
    rows = _whole().filter(patient=patient, signed_at__isnull=False)
    return rows.order_by("-signed_at").first()


def signed_versions(plan: Plan) -> list[PlanVersion]:
    """Signed versions of one plan, newest first."""
    rows = plan.versions.filter(signed_at__isnull=False).select_related("signed_by")
    return list(rows.order_by("-number"))


def reminders_of(plan: Plan) -> list[Reminder]:
    """The check-ins of a plan that are not cancelled, in order."""
    rows = plan.reminders.exclude(state=Reminder.State.CANCELLED)
    return list(rows.order_by("due_at"))


def waiting_medicines(plan: Plan) -> int:
    """How many medicine lines of a plan wait for a prescriber."""
    return plan.medication_steps.filter(state=MedicationStep.State.PROPOSED).count()


def checkin_days(start: date, weeks: int) -> list[date]:
    """Days a patient is asked: every two weeks of the program and the two weeks after it."""
    every = book().due["check_in_days"]
    return [start + timedelta(days=every * n) for n in range(1, (weeks + 2) * 7 // every + 1)]
