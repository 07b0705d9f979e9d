"""Patients with a running plan and visits that have been, and grants, made through the actions."""

from datetime import UTC, date, datetime, timedelta

from careplan.actions import visits
from careplan.models import Outcome, Plan, Session, VisitEntry
from patients.access import Actor
from patients.models import Patient
from tests.factories.plan import assessed, intake, signed

NO_LIMIT = intake(coverage={})


def in_plan(patient: Patient, by: Actor, facts: dict | None = None) -> Plan:
    """A running plan whose sessions nobody in particular gives: ten behind 24 November 2026, six
    ahead."""
    plan = signed(patient, by, facts=facts or NO_LIMIT)
    plan.refresh_from_db()
    for row in Session.objects.filter(program__version__plan=plan):
        row.starts_at, row.therapist = starts_of(row.number), None
        row.save()
    return plan


def starts_of(number: int) -> datetime:
    """Session 10 was this morning; the others are three days apart."""
    return datetime(2026, 11, 24, 8, 0, tzinfo=UTC) + timedelta(days=3 * (number - 10))


def session(plan: Plan, number: int) -> Session:
    return Session.objects.get(program__version__plan=plan, number=number)


def attended(plan: Plan, numbers, by: Actor) -> list[Session]:
    return [
        visits.record_attendance(session=session(plan, number), move="attend", by=by)
        for number in numbers
    ]


def granted(patient: Patient, by: Actor, count: int = 12, **told) -> VisitEntry:
    """A grant from 1 October 2026 to the end of the year."""
    told = {"payer": "Blue River Health", "on": date(2026, 10, 1)} | told
    told.setdefault("until", date(2026, 12, 31))
    return visits.grant(patient=patient, visits=count, by=by, **told)


def measured(plan: Plan, *values: float, measure: str = "nprs", better: str = "down") -> None:
    """Values of a measure a fortnight apart, the first on 24 November 2026."""
    for number, value in enumerate(values):
        later = assessed(plan.patient, plan.current.signed_by, facts=NO_LIMIT) if number else None
        Outcome.objects.create(
            clinic=plan.clinic,
            patient=plan.patient,
            assessment=later or plan.current.assessment,
            measure=measure,
            value=value,
            better=better,
            on=date(2026, 11, 24) + timedelta(days=14 * number),
        )
