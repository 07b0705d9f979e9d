"""The database keeps its promises whatever the code above it does."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from careplan.models import Assessment, HomePlan, Intake, Plan, PlanVersion
from patients.models import AuditEvent


def assessment(patient, therapist, disposition="plan") -> Assessment:
    intake = Intake.objects.filter(patient=patient).first() or Intake.objects.create(
        clinic=patient.clinic, patient=patient, started_by=therapist
    )
    return Assessment.objects.create(
        clinic=patient.clinic,
        patient=patient,
        intake=intake,
        as_of=date(2026, 11, 24),
        rules_version="t",
        facts={},
        result={"disposition": disposition},
        disposition=disposition,
        made_by=therapist,
    )


def version(patient, therapist, basis, **extra) -> PlanVersion:
    plan = Plan.objects.filter(patient=patient).first() or Plan.objects.create(
        clinic=patient.clinic, patient=patient
    )
    return PlanVersion.objects.create(
        clinic=patient.clinic,
        plan=plan,
        patient=patient,
        number=1,
        assessment=basis,
        disposition=extra.pop("disposition", basis.disposition),
        drafted_by=therapist,
        **extra,
    )


def sign(row: PlanVersion, user) -> None:
    row.signed_by, row.signed_at = user, timezone.now()
    row.save()


def activate(row: PlanVersion) -> None:
    row.plan.state, row.plan.current, row.plan.starts_on = "active", row, date(2026, 11, 24)
    row.plan.save()


def refuse(words: str):
    return pytest.raises((IntegrityError, DatabaseError), match=words)


def test_plan_runs_on_a_signed_version(patient, therapist):
    row = version(patient, therapist, assessment(patient, therapist))
    with refuse("signed version of its own"), transaction.atomic():
        activate(row)
    row.plan.refresh_from_db()
    sign(row, therapist)
    activate(row)
    row.plan.refresh_from_db()
    assert row.plan.state == "active"


@pytest.mark.parametrize("disposition", ["emergency", "urgent", "incomplete", "not_chronic"])
def test_nothing_is_signed_on_another_disposition(patient, therapist, disposition):
    row = version(patient, therapist, assessment(patient, therapist, disposition))
    with refuse("version_signed_only_on_plan"), transaction.atomic():
        sign(row, therapist)


def test_a_version_cannot_claim_another_disposition(patient, therapist):
    basis = assessment(patient, therapist, "emergency")
    with refuse("version_repeats_its_assessment"), transaction.atomic():
        version(patient, therapist, basis, disposition="plan")
        connection.check_constraints()


def test_an_assessment_says_what_the_rules_said(patient, therapist):
    intake = Intake.objects.create(clinic=patient.clinic, patient=patient, started_by=therapist)
    with refuse("assessment_says_what_rules_said"), transaction.atomic():
        Assessment.objects.create(
            clinic=patient.clinic,
            patient=patient,
            intake=intake,
            as_of=date(2026, 11, 24),
            rules_version="t",
            facts={},
            result={"disposition": "emergency"},
            disposition="plan",
        )


def test_an_emergency_after_signing_keeps_the_plan_from_running(patient, therapist):
    row = version(patient, therapist, assessment(patient, therapist))
    sign(row, therapist)
    assessment(patient, therapist, "emergency")
    with refuse("red flag is open"), transaction.atomic():
        activate(row)


def test_a_signed_version_is_frozen(patient, therapist):
    row = version(patient, therapist, assessment(patient, therapist))
    home = HomePlan.objects.create(clinic=patient.clinic, version=row, minutes=8)
    sign(row, therapist)
    row.note = "changed"
    with refuse("frozen"), transaction.atomic():
        row.save()
    home.minutes = 9
    with refuse("frozen"), transaction.atomic():
        home.save()
    with refuse("frozen"), transaction.atomic():
        home.items.create(
            clinic=patient.clinic, position=1, exercise="COR-01", sets=1, reps=8, minutes=1
        )
    with refuse("frozen"), transaction.atomic():
        home.delete()
    row.refresh_from_db()
    row.superseded_at = timezone.now()
    row.save()


def test_more_than_fifteen_minutes_cannot_be_signed(patient, therapist):
    row = version(patient, therapist, assessment(patient, therapist))
    home = HomePlan.objects.create(clinic=patient.clinic, version=row, minutes="15.25")
    with refuse("more than 15 minutes"), transaction.atomic():
        sign(row, therapist)
    home.minutes = 15
    home.save()
    sign(row, therapist)


def test_the_audit_only_grows(clinic):
    event = AuditEvent.objects.create(
        clinic_id=clinic.pk, actor="job", job="job", action="x", subject_type="y", subject_id="1"
    )
    with refuse("only grows"), transaction.atomic():
        event.delete()
    with refuse("only grows"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(action="z")
    with refuse("audit_has_an_actor"), transaction.atomic():
        AuditEvent.objects.create(actor="?", action="x", subject_type="y", subject_id="1")
