"""Rows of one patient -> the contract's intake, each fact with its own day."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from django.utils import timezone

from careplan.actions import assessment, medication
from careplan.models import CheckIn, MedicationStep, Reminder
from careplan.queries import intake as intakes
from careplan.queries.intake import Prefill, at, facts, pointers, put
from careplan.rules import assess
from tests.factories.assessment import answers, assessed
from tests.factories.checkin import running
from tests.factories.medication import assessment_saying, running_plan

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "rules" / "contract" / "intake.schema.json").read_text()
)
DAY = date(2026, 11, 24)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-11-24T09:12:00+00:00")
    return time_machine


def fits(found: dict) -> dict:
    jsonschema.validate(found, SCHEMA, format_checker=jsonschema.FormatChecker())
    return found


def check_in(patient, plan, cycle: int, day: date, state="answered", **given) -> CheckIn:
    at_noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    reminder = Reminder.objects.create(
        clinic=patient.clinic,
        plan=plan,
        patient=patient,
        cycle=cycle,
        due_at=at_noon - timedelta(days=6),
        closes_at=at_noon,
        state=state,
    )
    return CheckIn.objects.create(
        clinic=patient.clinic,
        reminder=reminder,
        patient=patient,
        answers=given,
        submitted_at=at_noon if state == "answered" else None,
    )


def test_the_person_and_the_clinic_join_the_answers(patient):
    found = fits(facts(patient=patient, answers=answers(), as_of=DAY))
    assert found["person"]["birth_date"] == "1968-04-02"
    assert found["person"]["sex"] == "female"
    assert found["person"]["weight_kg"] == 70
    assert found["as_of"] == "2026-11-24"
    assert found["clinic"] == {"gabapentin_enabled": False, "duloxetine_enabled": True}
    assert found["coverage"] == {"visit_limit": 20}
    assert found["check_ins"] == []


def test_the_answers_themselves_are_not_touched(patient):
    given = answers(fever="yes")
    facts(patient=patient, answers=given, as_of=DAY)
    assert given == answers(fever="yes")


def test_a_whole_patient_fits_the_contract_in_few_queries(
    clock, patient, therapist, by_therapist, by_prescriber, django_assert_max_num_queries
):
    plan = running_plan(patient, therapist, assessed(patient, by_therapist))
    check_in(patient, plan, 1, DAY, nprs=4, peg=[4, 4, 4])
    with django_assert_max_num_queries(9):
        found = facts(patient=patient, answers=answers(), as_of=DAY)
    assert assess(fits(found))["disposition"] == "plan"


def test_a_missing_start_is_left_out_unless_a_flag_cannot_wait(patient):
    given = answers()
    del given["episode"]["onset"]
    assert "onset" not in facts(patient=patient, answers=given, as_of=DAY)["episode"]
    given["red_flags"]["fever"] = "yes"
    assert facts(patient=patient, answers=given, as_of=DAY)["episode"]["onset"] == "2026-11-24"


def test_a_yes_of_an_earlier_intake_stands_until_a_review(clock, patient, by_therapist):
    assessed(patient, by_therapist, answers(numbness_spreading="yes"))
    clock.shift(timedelta(days=20))
    later = timezone.localdate()
    assert facts(patient=patient, answers=answers(), as_of=later)["red_flags"][
        "numbness_spreading"
    ] == ("yes")
    assessment.review_flag(
        patient=patient,
        flag="numbness_spreading",
        outcome="cleared",
        finding="Normal sensation.",
        on=later,
        role="therapist",
        by=by_therapist,
    )
    found = fits(facts(patient=patient, answers=answers(), as_of=later))
    assert found["red_flags"]["numbness_spreading"] == "no"
    assert found["red_flag_reviews"][0]["finding"] == "Normal sensation."


def test_a_reviewed_yes_keeps_its_own_day(clock, patient, by_therapist):
    made = assessed(patient, by_therapist, answers(numbness_spreading="yes"))
    assessment.review_flag(
        patient=patient,
        flag="numbness_spreading",
        outcome="cleared",
        finding="Normal sensation.",
        on=DAY,
        role="therapist",
        by=by_therapist,
    )
    later = DAY + timedelta(days=30)
    found = facts(patient=patient, answers=made.intake.answers, as_of=later, answered=DAY)
    assert fits(found)["check_ins"] == [
        {"on": "2026-11-24", "red_flags": {"numbness_spreading": "yes"}}
    ]
    assert assess(found)["disposition"] == "plan"


def test_qualifiers_of_an_earlier_intake_do_not_stand(clock, patient, by_therapist):
    assessed(patient, by_therapist, answers(fever="yes", rigors_confusion_or_unwell="yes"))
    found = facts(patient=patient, answers=answers(), as_of=DAY)
    assert found["red_flags"]["fever"] == "yes"
    assert "rigors_confusion_or_unwell" not in found["red_flags"]


def test_check_ins_are_led_by_the_baseline_and_say_what_was_missed(
    clock, patient, therapist, by_therapist
):
    plan = running_plan(patient, therapist, assessed(patient, by_therapist))
    check_in(patient, plan, 1, date(2026, 12, 8), nprs=4, peg=[4, 4, 4])
    check_in(patient, plan, 2, date(2026, 12, 28), state="missed")
    check_in(patient, plan, 3, date(2027, 1, 5), state="open")
    found = fits(facts(patient=patient, answers=answers(), as_of=date(2027, 1, 6)))
    baseline, first, missed = found["check_ins"]
    assert baseline == {
        "on": "2026-11-24",
        "nprs": 5,
        "peg": [5, 6, 5],
        "psfs": [3],
        "walking_minutes": 20,
        "sleep_quality": 5,
        "nights_woken": 2,
    }
    assert first == {"on": "2026-12-08", "nprs": 4, "peg": [4, 4, 4]}
    assert missed == {"on": "2026-12-28", "missed": True}


def test_a_baseline_of_the_same_day_still_leads(clock, patient, therapist, by_therapist):
    plan = running_plan(patient, therapist, assessed(patient, by_therapist))
    check_in(patient, plan, 1, DAY, nprs=3, peg=[3, 3, 3])
    found = facts(patient=patient, answers=answers(), as_of=DAY)["check_ins"]
    assert [entry["nprs"] for entry in found] == [5, 3]


def test_what_came_after_the_day_is_not_known_on_it(clock, patient, therapist, by_therapist):
    plan = running_plan(patient, therapist, assessed(patient, by_therapist))
    check_in(patient, plan, 1, date(2026, 12, 8), nprs=4)
    assert facts(patient=patient, answers=answers(), as_of=DAY)["check_ins"] == []


def test_a_running_plan_is_physical_therapy_and_its_weeks_count(patient, therapist):
    running_plan(patient, therapist, assessment_saying(patient, therapist))
    later = timezone.localdate() + timedelta(days=43)
    found = fits(facts(patient=patient, answers=answers(), as_of=later))
    assert found["care"] == {
        "physical_therapy": "active",
        "weeks": 6,
        "self_management": "active",
    }


@pytest.fixture
def signed(clock, patient, by_therapist, by_prescriber) -> MedicationStep:
    """Ibuprofen for a flare, signed today; the other anti-inflammatory is out of the way."""
    plan = running(patient, by_therapist)
    plan.medication_steps.filter(drug="naproxen").update(state="declined")
    step = plan.medication_steps.get(drug="ibuprofen")
    return medication.sign(step=step, starts_on=timezone.localdate(), by=by_prescriber)


def lines(patient, day, **given) -> list[dict]:
    found = facts(patient=patient, answers=answers() | given, as_of=day)
    return fits(found)["medications"]


def test_a_signed_medicine_is_taken_from_its_first_to_its_last_day(signed, patient):
    (line,) = lines(patient, signed.starts_on)
    assert line == {
        "drug": "ibuprofen",
        "route": "oral",
        "since": signed.starts_on.isoformat(),
        "dose_mg": 400,
        "times_a_day": 3,
    }
    (over,) = lines(patient, signed.stops_on + timedelta(days=3))
    assert over["stopped"] == signed.stops_on.isoformat()
    assert lines(patient, signed.stops_on + timedelta(days=31)) == []
    assert lines(patient, signed.starts_on - timedelta(days=1)) == []


def test_a_stopped_medicine_ends_on_the_day_it_was_stopped(signed, patient, by_prescriber):
    medication.stop(step=signed, reason="Stomach pain.", by=by_prescriber)
    (line,) = lines(patient, signed.starts_on + timedelta(days=2))
    assert line["stopped"] == signed.starts_on.isoformat()


def test_a_medicine_that_the_list_names_is_not_doubled(signed, patient):
    own = {"drug": "Ibuprofen", "dose_mg": 200}
    assert lines(patient, signed.starts_on, medications=[own]) == [own]


def test_nothing_is_taken_over_from_no_intake():
    assert intakes.prefill_from(None, DAY) == Prefill({}, {})


def test_pointers_reach_put_and_take_out_values():
    tree = {}
    put(tree, "/episode/pain/now", 3)
    put(tree, "/conditions", [])
    assert tree == {"episode": {"pain": {"now": 3}}, "conditions": []}
    assert pointers(tree) == ["/episode/pain/now", "/conditions"]
    assert (at(tree, "/episode/pain/now"), at(tree, "/labs/egfr")) == (3, None)
    put(tree, "/episode/pain/now", None)
    put(tree, "/labs/egfr", None)
    assert tree == {"conditions": []}
