"""The medication pages: the queue, one patient's lines, sign, decline, stop, ask."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from careplan.actions import medication
from careplan.models import MedicationStep
from patients.models import AuditEvent
from tests.factories.checkin import running

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def step(patient, by_therapist) -> MedicationStep:
    """The rules offer ibuprofen; naproxen is out of the way."""
    plan = running(patient, by_therapist)
    plan.medication_steps.filter(drug="naproxen").update(state="declined")
    return plan.medication_steps.get(drug="ibuprofen")


def at(name, *args) -> str:
    return reverse(name, args=["north", *args])


def test_the_prescriber_signs_from_the_queue(step, signed_in, prescriber, patient):
    browser = signed_in(prescriber)
    assert "1 medicine waits for you" in browser.get(at("medication_queue")).content.decode()
    page = browser.get(at("medication", patient.pk)).content.decode()
    assert "Sign ibuprofen" in page
    answer = browser.post(
        at("medication_sign", step.pk), {"starts_on": timezone.localdate().isoformat()}
    )
    assert answer.status_code == 302
    step.refresh_from_db()
    assert step.state == "signed"
    assert "No medicine waits" in browser.get(at("medication_queue")).content.decode()


def test_a_refusal_keeps_what_was_typed(step, signed_in, prescriber):
    answer = signed_in(prescriber).post(
        at("medication_sign", step.pk), {"starts_on": "2001-01-01", "reason": "as agreed by phone"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "between today and 30 days" in page
    assert "as agreed by phone" in page
    step.refresh_from_db()
    assert step.state == "proposed"


@pytest.mark.parametrize("date", ["", "yesterday", "2026-02-30"])
def test_a_date_that_is_none_is_named(step, signed_in, prescriber, date):
    answer = signed_in(prescriber).post(at("medication_sign", step.pk), {"starts_on": date})
    assert answer.status_code == 422
    assert MedicationStep.objects.get(drug="ibuprofen").state == "proposed"


def test_declining_needs_a_reason(step, signed_in, prescriber):
    browser = signed_in(prescriber)
    empty = browser.post(at("medication_decline", step.pk), {"reason": ""})
    assert empty.status_code == 422
    assert "Write the reason" in empty.content.decode()
    done = browser.post(at("medication_decline", step.pk), {"reason": "Prefers heat."})
    assert done.status_code == 302
    assert MedicationStep.objects.get(drug="ibuprofen").state == "declined"


def test_a_signed_line_is_stopped(step, signed_in, prescriber, by_prescriber):
    medication.sign(step=step, starts_on=timezone.localdate(), by=by_prescriber)
    answer = signed_in(prescriber).post(at("medication_stop", step.pk), {"reason": "Stomach ache."})
    assert answer.status_code == 302
    assert MedicationStep.objects.get(drug="ibuprofen").state == "stopped"


def test_a_therapist_asks_but_does_not_sign(step, signed_in, therapist, patient):
    browser = signed_in(therapist)
    page = browser.get(at("medication", patient.pk)).content.decode()
    assert "Sign ibuprofen" not in page
    assert "Ask about naproxen" in page
    for name in ("medication_sign", "medication_decline", "medication_stop"):
        refused = browser.post(at(name, step.pk), {"starts_on": "2026-11-24", "reason": "x"})
        assert refused.status_code == 403
    assert browser.get(at("medication_queue")).status_code == 403
    asked = browser.post(
        at("medication_ask", patient.pk),
        {"drug": "naproxen", "reason": "Ibuprofen upset her before."},
    )
    assert asked.status_code == 302
    assert MedicationStep.objects.filter(drug="naproxen", state="proposed").exists()


def test_asking_for_what_the_rules_stop_is_refused(step, signed_in, therapist, patient):
    answer = signed_in(therapist).post(
        at("medication_ask", patient.pk), {"drug": "gabapentin", "reason": "Please."}
    )
    assert answer.status_code == 422
    assert "avoid" in answer.content.decode()


def test_admins_see_no_medicines(step, signed_in, admin, patient):
    assert signed_in(admin).get(at("medication", patient.pk)).status_code == 403


def test_another_clinic_finds_nothing(step, signed_in, other_therapist, patient):
    browser = signed_in(other_therapist)
    assert browser.get(at("medication", patient.pk)).status_code == 404
    own = reverse("medication", args=["south", patient.pk])
    assert browser.get(own).status_code == 404


def test_an_id_that_is_nobody_is_404(signed_in, prescriber):
    browser = signed_in(prescriber)
    assert browser.get(at("medication", uuid.uuid4())).status_code == 404
    assert browser.post(at("medication_sign", uuid.uuid4())).status_code == 404


def test_a_look_is_on_record(step, signed_in, prescriber, patient):
    signed_in(prescriber).get(at("medication", patient.pk))
    seen = AuditEvent.objects.filter(action="viewed", patient_id=patient.pk)
    assert [event.actor for event in seen] == ["Priya Nair"]


def test_a_get_signs_nothing(step, signed_in, prescriber):
    assert signed_in(prescriber).get(at("medication_sign", step.pk)).status_code == 405


def test_queries_do_not_grow_with_lines(
    step, signed_in, prescriber, by_prescriber, patient, django_assert_max_num_queries
):
    browser = signed_in(prescriber)
    for _ in range(5):
        line = MedicationStep.objects.filter(state="proposed").first()
        medication.decline(step=line, reason="later", by=by_prescriber)
        medication.propose_from(assessment=step.assessment, plan=step.plan, by=by_prescriber)
    with django_assert_max_num_queries(16):
        assert browser.get(at("medication", patient.pk)).status_code == 200
