"""No plan starts or changes on a rule book that nobody signed; what runs, runs on."""

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from careplan.actions import plan as actions
from careplan.actions.assessment import assess, review_flag
from careplan.actions.book import sign_book
from careplan.actions.plan import PlanRefused
from careplan.models import Assessment, BookSignature, Plan, Session
from careplan.queries import plan as queries
from careplan.rules import edition
from patients import actions as people
from patients.access import Actor
from patients.models import AuditEvent, Clinic, Message, Patient
from patients.roles import Role
from tests.conftest import actor_of, make_staff
from tests.factories.assessment import answered, answers
from tests.factories.plan import assessed, drafted

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts there and ticks: assessments have an order."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def by_first(fresh_clinic) -> Actor:
    """Therapist and clinical lead of a clinic on its first day."""
    user = make_staff(fresh_clinic, "Lena Moss", Role.THERAPIST, Role.CLINICAL_LEAD)
    return actor_of(user, fresh_clinic)


@pytest.fixture
def first_patient(fresh_clinic, by_first) -> Patient:
    person = {"given_name": "Rosa", "family_name": "Marsh", "birth_date": "1970-02-03"}
    return people.register(clinic=fresh_clinic, person=person | {"sex": "female"}, by=by_first)


def sign(version, by):
    return actions.sign(version=version, read=True, by=by)


def sign_the_book(by, book) -> BookSignature:
    return sign_book(clinic=by.clinic, version=book.version, digest=book.digest, read=True, by=by)


def test_a_first_plan_waits_for_the_signed_book(first_patient, by_first):
    version = drafted(first_patient, by_first)
    blocker = queries.blockers(version)[0]
    assert blocker.part == "book"
    assert "is not signed for this clinic: no plan can start. Ask Lena Moss" in blocker.text
    with pytest.raises(PlanRefused) as refusal:
        sign(version, by_first)
    assert refusal.value.reasons == [blocker.text]
    assert Plan.objects.get().state == "draft"
    assert not Session.objects.exists() and not Message.objects.exists()
    assert not AuditEvent.objects.filter(action="plan.sign").exists()


def test_once_signed_the_same_draft_starts(first_patient, by_first):
    version = drafted(first_patient, by_first)
    sign_the_book(by_first, edition.running())
    assert queries.blockers(version) == []
    sign(version, by_first)
    assert Plan.objects.get().state == "active"


def test_after_an_upgrade_running_plans_run_on_and_new_versions_wait(
    patient, by_therapist, by_lead, upgraded, monkeypatch
):
    with monkeypatch.context() as before:
        before.setattr(edition, "running", type(upgraded).before)
        plan = sign(drafted(patient, by_therapist), by_therapist).plan
    revised = actions.revise(plan=plan, by=by_therapist)
    with pytest.raises(PlanRefused, match=r"Rule book 2027\.1\.1 is not signed"):
        sign(queries.whole(revised.pk), by_therapist)
    kept = Plan.objects.get()
    assert (kept.state, kept.current.number) == ("active", 1)
    sign_the_book(by_lead, upgraded)
    sign(queries.whole(revised.pk), by_therapist)
    assert Plan.objects.get().current.number == 2


def test_a_hold_goes_on_and_comes_off_without_a_signature(
    patient, by_therapist, by_prescriber, upgraded, monkeypatch
):
    with monkeypatch.context() as before:
        before.setattr(edition, "running", type(upgraded).before)
        sign(drafted(patient, by_therapist), by_therapist)
    flagged = answers(saddle_numbness="yes")
    assess(intake=answered(patient, by_therapist, flagged), by=by_therapist)
    assert Plan.objects.get().state == "safety_hold"
    review_flag(
        patient=patient,
        flag="saddle_numbness",
        outcome="cleared",
        finding="MRI of today is normal.",
        on=timezone.localdate(),
        role="emergency_department",
        by=by_prescriber,
    )
    assert Plan.objects.get().state == "active"


def test_a_plan_may_be_closed_and_drafted_all_the_same(
    patient, by_therapist, upgraded, monkeypatch
):
    with monkeypatch.context() as before:
        before.setattr(edition, "running", type(upgraded).before)
        plan = sign(drafted(patient, by_therapist), by_therapist).plan
    actions.close(plan=plan, reason="Moved away.", by=by_therapist)
    assert drafted(patient, by_therapist).plan.state == "draft"


def test_a_demo_starts_plans_on_an_unsigned_book(first_patient, by_first, fresh_clinic):
    Clinic.objects.filter(pk=fresh_clinic.pk).update(is_demo=True)
    version = drafted(first_patient, by_first)
    assert queries.blockers(version) == []
    sign(version, by_first)
    assert Plan.objects.get().state == "active"


def test_the_database_starts_no_plan_where_no_book_was_ever_signed(first_patient, by_first):
    version = drafted(first_patient, by_first)
    version.signed_by, version.signed_at = by_first.user, timezone.now()
    version.save()
    plan = version.plan
    plan.state, plan.current, plan.starts_on = "active", version, timezone.localdate()
    with pytest.raises(DatabaseError, match="no clinical lead has signed"), transaction.atomic():
        plan.save()
    sign_the_book(by_first, edition.running())
    plan.save()
    assert Assessment.objects.get() == version.assessment


def test_only_the_demo_makes_a_demo():
    """`is_demo` is written in one place, and no form or action takes it."""
    assert "is_demo" not in people.SETTINGS
    writes = re.compile(r"is_demo=True|\.is_demo\s*=[^=]|[\"']is_demo[\"']\s*:")
    writers = [
        path.relative_to(ROOT).as_posix()
        for app in ("careplan", "patients")
        for path in sorted((ROOT / app).rglob("*.py"))
        if writes.search(path.read_text("utf-8"))
    ]
    assert writers == ["careplan/demo/build.py"]


def test_a_founded_clinic_is_no_demo(db):
    clinic, _ = people.found_clinic(
        slug="west",
        name="Westgate",
        time_zone="UTC",
        admin_email="a@west.example",
        admin_name="A",
    )
    assert not Clinic.objects.get(pk=clinic.pk).is_demo
    assert not BookSignature.objects.for_clinic(clinic).exists()


def test_an_assessment_is_free_of_the_signature(first_patient, by_first):
    """Only plans wait: warning signs are looked at from the first day."""
    row = assess(intake=answered(first_patient, by_first), by=by_first)
    assert row.disposition == "plan"
    assert assessed(first_patient, by_first.user)
