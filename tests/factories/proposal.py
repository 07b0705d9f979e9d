"""Logged sessions that lead to a proposal."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from careplan.models import DayEntry, Outcome, Plan, Proposal, SessionLog
from tests.factories.plan import signed

GREEN = {"before": 2, "peak": 2, "next_day": 2, "effort": 3}
RED = {"before": 2, "peak": 8, "next_day": 2, "effort": 7}


def logged(plan: Plan, code: str, days_ago: int, **told) -> SessionLog:
    """A finished session of one exercise, so many days ago."""
    on = timezone.localdate() - timedelta(days=days_ago)
    number = SessionLog.objects.filter(patient=plan.patient, exercise=code, on=on).count() + 1
    DayEntry.objects.get_or_create(
        clinic=plan.clinic, patient=plan.patient, on=on, kind="exercise", exercise=code
    )
    return SessionLog.objects.create(
        clinic=plan.clinic,
        patient=plan.patient,
        version_id=plan.current_id,
        exercise=code,
        on=on,
        number=number,
        outcome="done",
        level=1,
        sets=1,
        reps=8,
        **(told or GREEN),
    )


def usual_pain(plan: Plan, value: int) -> Outcome:
    """What the average pain of a week was: from 4 on, zones count from it."""
    return Outcome.objects.create(
        clinic=plan.clinic,
        patient=plan.patient,
        assessment=plan.current.assessment,
        measure="nprs",
        value=value,
        better="down",
        on=timezone.localdate(),
    )


def went_well(plan: Plan, code: str) -> list[SessionLog]:
    """Three green sessions in the last days: a step up is earned."""
    return [logged(plan, code, days_ago) for days_ago in (5, 3, 1)]


def step_up(plan: Plan) -> Proposal:
    """One more repetition of the first exercise of a plan waits for a therapist."""
    item = plan.current.home_plan.items.first()
    dose = {"exercise": item.exercise, "sets": item.sets, "reps": item.reps, "hold_s": item.hold_s}
    return Proposal.objects.create(
        clinic=plan.clinic,
        patient=plan.patient,
        plan=plan,
        log=logged(plan, item.exercise, 0),
        exercise=item.exercise,
        kind="progress",
        rule="PT-16",
        reason="Three green sessions.",
        before=dose,
        after=dose | {"reps": item.reps + 1},
    )


def run_for_ten_days(patient, by, time_machine) -> Plan:
    """A plan that was signed ten days ago; some exercise was done on each day since."""
    time_machine.move_to(datetime(2026, 11, 24, 9, 12, tzinfo=UTC))
    plan = Plan.objects.get(pk=signed(patient, by).pk)
    time_machine.move_to(datetime(2026, 12, 4, 9, 12, tzinfo=UTC))
    usual_pain(plan, 3)
    for days_ago in range(1, 9):
        logged(plan, "POS-01", days_ago, before=2)
    return plan
