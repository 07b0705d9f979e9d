"""Rules propose, therapists ask, only prescribers sign; each move leaves its row and its audit."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.utils import timezone

from careplan.actions import medication
from careplan.actions.medication import MedicationRefused
from careplan.models import FollowUp, Intake, MedicationStep
from careplan.queries import medication as queries
from careplan.rules.lifecycle import IllegalMove
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent, Licence
from tests.factories.assessment import answers, assessed
from tests.factories.checkin import running
from tests.factories.medication import assessment_saying, running_plan

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def plan(patient, by_therapist):
    """A flare, kidneys and pressure well: the rules offer ibuprofen and naproxen."""
    return running(patient, by_therapist)


@pytest.fixture
def proposed(plan) -> dict[str, MedicationStep]:
    return {row.drug: row for row in MedicationStep.objects.filter(plan=plan)}


@pytest.fixture
def answered_again(patient, by_therapist, time_machine):
    """`answered_again(labs={…})`: a quarter of an hour later, an intake with other facts."""

    def again(**parts) -> None:
        time_machine.shift(timedelta(minutes=15))
        given = deepcopy(answers())
        for name, value in parts.items():
            given[name] |= value
        assessed(patient, by_therapist, given)

    return again


def test_only_what_the_rules_offer_is_proposed(proposed):
    assert sorted(proposed) == ["ibuprofen", "naproxen"]
    assert {row.state for row in proposed.values()} == {"proposed"}


def test_proposing_twice_makes_one_line(proposed, plan, by_therapist):
    again = medication.propose_from(assessment=plan.current.assessment, plan=plan, by=by_therapist)
    assert again == []
    assert MedicationStep.objects.count() == 2


def test_two_nsaids_are_never_signed(proposed, by_prescriber):
    medication.sign(step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber)
    other = MedicationStep.objects.get(drug="naproxen")
    assert other.state == "declined"
    assert "Ibuprofen was signed" in other.events.last().reason
    with pytest.raises(IllegalMove):
        medication.sign(step=other, starts_on=timezone.localdate(), by=by_prescriber)


def test_the_patient_sees_a_line_from_its_signature_to_its_end(proposed, patient, by_prescriber):
    today = timezone.localdate()
    assert queries.signed_for(patient, today) == []
    step = medication.sign(step=proposed["ibuprofen"], starts_on=today, by=by_prescriber)
    assert step.stops_on == today + timedelta(days=9)
    assert queries.signed_for(patient, today) == [step]
    assert queries.signed_for(patient, step.stops_on) == [step]
    assert queries.signed_for(patient, step.stops_on + timedelta(days=1)) == []
    assert AuditEvent.objects.filter(action="medication.sign", patient_id=patient.pk).count() == 1
    assert [event.move for event in step.events.all()] == ["propose", "sign"]


def test_a_held_plan_hides_every_medicine(proposed, plan, patient, by_prescriber):
    today = timezone.localdate()
    medication.sign(step=proposed["ibuprofen"], starts_on=today, by=by_prescriber)
    plan.state = "safety_hold"
    plan.save()
    assert queries.signed_for(patient, today) == []


def test_therapists_do_not_sign(proposed, by_therapist):
    with pytest.raises(Denied, match="Only prescribers can sign"):
        medication.sign(step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_therapist)


def test_another_clinics_line_does_not_exist(proposed, by_other_therapist):
    with pytest.raises(OtherClinic):
        medication.decline(step=proposed["ibuprofen"], reason="no", by=by_other_therapist)


def test_a_caution_needs_a_reason(proposed, answered_again, by_prescriber):
    answered_again(vitals={"systolic": 144, "diastolic": 86})
    start = timezone.localdate()
    with pytest.raises(MedicationRefused, match="There is a caution"):
        medication.sign(step=proposed["ibuprofen"], starts_on=start, by=by_prescriber)
    why = "Blood pressure is checked again in a week."
    step = medication.sign(
        step=proposed["ibuprofen"], starts_on=start, reason=why, by=by_prescriber
    )
    assert (step.state, step.status) == ("signed", "caution")


def test_a_new_fact_that_stops_the_drug_stops_the_signature(
    proposed, answered_again, by_prescriber
):
    answered_again(labs={"creatinine_mg_dl": 3.2})
    with pytest.raises(MedicationRefused, match="MED-NSAID-14"):
        medication.sign(
            step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber
        )
    proposed["ibuprofen"].refresh_from_db()
    assert proposed["ibuprofen"].state == "proposed"


def test_danger_found_while_signing_holds_the_plan(proposed, plan, patient, by_prescriber):
    Intake.objects.filter(patient=patient).update(answers=answers(fever="yes"))
    with pytest.raises(MedicationRefused, match="does not run"):
        medication.sign(
            step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber
        )
    plan.refresh_from_db()
    assert plan.state == "safety_hold"


def test_facts_that_went_stale_stop_the_signature(
    proposed, by_prescriber, prescriber, time_machine
):
    time_machine.shift(timedelta(days=100))  # the blood pressure is older than three months now
    with pytest.raises(MedicationRefused, match="needs data"):
        medication.sign(
            step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber
        )


@pytest.mark.parametrize("days", [-1, 31])
def test_the_start_lies_near(proposed, by_prescriber, days):
    start = timezone.localdate() + timedelta(days=days)
    with pytest.raises(MedicationRefused, match="between today and 30 days"):
        medication.sign(step=proposed["ibuprofen"], starts_on=start, by=by_prescriber)


def test_a_licence_that_ran_out_signs_nothing(proposed, by_prescriber):
    Licence.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(MedicationRefused, match="licence"):
        medication.sign(
            step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber
        )


def test_a_course_ends_after_its_last_day_and_somebody_is_asked(
    proposed, plan, patient, by_prescriber, time_machine
):
    step = medication.sign(
        step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber
    )
    time_machine.shift(timedelta(days=9))  # its tenth and last day
    assert medication.end_courses() == 0
    time_machine.shift(timedelta(days=1))
    assert medication.end_courses() == 1
    assert medication.end_courses() == 0
    step.refresh_from_db()
    assert step.state == "stopped"
    row = FollowUp.objects.get(kind="medicine_review", patient=patient)
    assert (row.role, row.due_on) == ("prescriber", step.stops_on)
    assert AuditEvent.objects.get(action="medication.stop").job == "end medicine courses"


def test_a_line_past_its_review_goes_on_and_somebody_is_asked(
    proposed, patient, by_prescriber, time_machine
):
    step = medication.sign(
        step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber
    )
    MedicationStep.objects.filter(pk=step.pk).update(max_days=None)
    time_machine.shift(timedelta(days=60))
    assert medication.end_courses() == 1
    assert medication.end_courses() == 0
    assert queries.signed_for(patient, timezone.localdate()) == [step]
    assert FollowUp.objects.get(kind="medicine_review").severity == "caution"


def test_two_signatures_make_one(proposed, by_prescriber):
    medication.sign(step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber)
    with pytest.raises(IllegalMove, match="signed"):
        medication.sign(
            step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber
        )


def test_declining_and_stopping_take_a_reason(proposed, by_prescriber):
    with pytest.raises(MedicationRefused, match="reason"):
        medication.decline(step=proposed["ibuprofen"], reason=" ", by=by_prescriber)
    row = medication.decline(step=proposed["ibuprofen"], reason="Prefers heat.", by=by_prescriber)
    assert row.state == "declined"
    with pytest.raises(IllegalMove):
        medication.stop(step=row, reason="done", by=by_prescriber)


def test_a_therapist_asks_only_for_what_the_rules_leave_open(patient, therapist, by_therapist):
    basis = assessment_saying(patient, therapist, gabapentin="prescriber_only")
    plan = running_plan(patient, therapist, basis)
    ask = {"plan": plan, "assessment": basis, "by": by_therapist}
    row = medication.request(drug="gabapentin", reason="Burning leg pain.", **ask)
    assert row.state == "proposed"
    for drug, reason, words in (
        ("ibuprofen", "x", "avoid"),
        ("opioid", "x", "not a medicine step"),
        ("heroin", "x", "not a medicine step"),
        ("gabapentin", "x", "already"),
    ):
        with pytest.raises(MedicationRefused, match=words):
            medication.request(drug=drug, reason=reason, **ask)
    with pytest.raises(MedicationRefused, match="no plan yet"):
        medication.request(**(ask | {"plan": None}), drug="gabapentin", reason="x")


def test_the_queue_is_bounded_and_of_this_clinic(
    proposed, by_prescriber, by_other_therapist, django_assert_num_queries
):
    with django_assert_num_queries(1):
        rows = queries.waiting(by_prescriber)
        assert [str(row.patient) for row in rows] == ["Margaret Ellison"] * 2
    assert [row.drug for row in rows] == ["ibuprofen", "naproxen"]
    assert queries.waiting(by_other_therapist) == []


def tasks_of(step: MedicationStep) -> list[tuple]:
    rows = FollowUp.objects.filter(key__startswith=f"{medication.TASK_KEY}{step.pk}:")
    begin = step.starts_on
    return sorted(((row.due_on - begin).days, row.kind, row.role, row.state) for row in rows)


def test_a_signature_makes_the_tasks_of_the_monitoring_table(proposed, by_prescriber):
    step = proposed["ibuprofen"]
    signed = medication.sign(step=step, starts_on=timezone.localdate(), by=by_prescriber)
    assert tasks_of(signed) == [(9, "nsaid_day_limit", "prescriber", "open")]
    events = AuditEvent.objects.filter(action="follow_up.raise", after__kind="nsaid_day_limit")
    assert events.count() == 1


def test_the_tasks_follow_what_the_rules_found(proposed, answered_again, by_prescriber):
    answered_again(
        vitals={"systolic": 145, "diastolic": 85, "on": timezone.localdate().isoformat()}
    )
    step = proposed["ibuprofen"]
    signed = medication.sign(
        step=step, starts_on=timezone.localdate(), by=by_prescriber, reason="Pressure is watched."
    )
    assert (7, "blood_pressure", "prescriber", "open") in tasks_of(signed)


def test_stopping_closes_the_tasks_that_are_still_to_come(proposed, by_prescriber):
    step = proposed["ibuprofen"]
    signed = medication.sign(step=step, starts_on=timezone.localdate(), by=by_prescriber)
    medication.stop(step=signed, reason="The flare is over.", by=by_prescriber)
    assert tasks_of(signed) == [(9, "nsaid_day_limit", "prescriber", "closed")]
    row = FollowUp.objects.get(key__startswith=f"{medication.TASK_KEY}{signed.pk}:")
    assert row.close_reason == "Ibuprofen was stopped."


def test_a_refused_signature_makes_no_task(proposed, by_prescriber):
    Licence.objects.all().delete()
    with pytest.raises(MedicationRefused):
        medication.sign(
            step=proposed["ibuprofen"], starts_on=timezone.localdate(), by=by_prescriber
        )
    assert not FollowUp.objects.filter(key__startswith=medication.TASK_KEY).exists()
