"""Answers of whole intakes, and patients that have been assessed through the actions."""

from copy import deepcopy
from datetime import date

from careplan.actions import assessment
from careplan.models import Assessment, Intake
from careplan.rules.book import book
from patients.access import Actor
from patients.models import Patient

CORE = tuple(code for code, row in book().red_flags.items() if row.core)
ANSWERS = {
    "person": {
        "weight_kg": 70,
        "weight_on": "2026-11-20",
        "height_cm": 168,
        "pregnant": "no",
        "pregnant_on": "2026-11-24",
        "breastfeeding": "no",
        "smoker_ever": "no",
    },
    "episode": {
        "onset": "2026-05-01",
        "first_ever": False,
        "flare": True,
        "pain": {"now": 6, "average": 5, "worst": 8},
        "features": {
            "worse_bending_lifting": "yes",
            "stiff_after_sitting": "yes",
            "eased_by_gentle_movement": "yes",
            "burning": "no",
            "tingling": "no",
            "numb_area": "no",
        },
        "factors": ["prolonged_sitting"],
    },
    "red_flags": dict.fromkeys(CORE, "no"),
    "conditions": [],
    "conditions_complete": True,
    "medications": [],
    "medications_on": "2026-11-24",
    "medications_complete": True,
    "allergies": [],
    "labs": {"creatinine_mg_dl": 0.8, "creatinine_on": "2026-09-01"},
    "vitals": {"systolic": 122, "diastolic": 78, "on": "2026-11-20"},
    "function": {
        "peg": [5, 6, 5],
        "psfs": [3],
        "walking_minutes": 20,
        "sleep_quality": 5,
        "nights_woken": 2,
    },
    "care": {"physical_therapy": "offered", "weeks": 0, "self_management": "offered"},
    "availability": {"minutes_a_day": 30, "too_tired": False},
}


def answers(**flags: str) -> dict:
    """A whole intake that ends in a plan; name red flags to answer them otherwise."""
    whole = deepcopy(ANSWERS)
    whole["red_flags"] |= flags
    return whole


def answered(patient: Patient, by: Actor, given: dict | None = None) -> Intake:
    """A draft answered step by step."""
    intake = assessment.start_intake(patient=patient, by=by)
    for row in book().steps:
        intake = assessment.save_answers(
            intake=intake,
            step=row["id"],
            answers=given or answers(),
            revision=intake.revision,
            done=True,
            by=by,
        )
    return intake


def assessed(
    patient: Patient, by: Actor, given: dict | None = None, as_of: date | None = None
) -> Assessment:
    """A patient whose intake was answered and assessed."""
    return assessment.assess(intake=answered(patient, by, given), by=by, as_of=as_of)
