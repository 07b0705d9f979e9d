"""Puts three people whose assessment says "plan" into an empty database, for `bench.builder`."""

import json
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from bench.at_home import signed_in
from careplan.models import Assessment
from patients import actions
from patients.access import Actor
from patients.models import CareTeam, Clinic
from patients.roles import Role
from tests.conftest import actor_of, make_staff
from tests.factories.assessment import ANSWERS, answers, assessed
from tests.factories.book import signed

CONDITIONS = ["osteoporosis", "knee_problem", "wrist_problem", "poor_balance", "hypertension"]
RADICULAR = ["burning", "tingling", "electric_shooting", "numb_area", "leg_pain_below_knee"]
RADICULAR += ["leg_worse_than_back", "slr_positive", "dermatomal_sensory_loss"]
MEDICINES = [
    {"drug": "lisinopril", "dose_mg": 10, "times_a_day": 1, "route": "oral", "since": "2024-01-01"},
    {"drug": "sertraline", "dose_mg": 50, "times_a_day": 1, "route": "oral", "since": "2024-01-01"},
]
# What each has beside the answers of somebody with back pain alone.
KINDS = {
    "easy": {},
    "cautions": {"conditions": CONDITIONS, "coverage": {"visit_limit": 12, "visits_used": 0}},
    "radicular": {
        "episode": ANSWERS["episode"] | {"features": dict.fromkeys(RADICULAR, "yes")},
        "conditions": ["hypertension"],
        "medications": MEDICINES,
    },
}


def person(kind: str, by: Actor) -> Assessment:
    """Somebody of a kind, in the clinic of `by`, with a finished assessment of today."""
    who = {"given_name": "Elena", "family_name": kind.title(), "sex": "female"}
    who |= {"birth_date": "1968-04-02", "email": f"{kind}@home.example"}
    patient = actions.register(clinic=by.clinic, person=who, by=by)
    CareTeam.objects.get_or_create(
        clinic=by.clinic, patient=patient, user=by.user, role=Role.THERAPIST
    )
    return assessed(patient, by, fresh(answers() | KINDS[kind]))


def fresh(given: dict) -> dict:
    """The answers with everything measured and told a week ago, the medicines today."""
    today = timezone.localdate()
    week_ago = (today - timedelta(days=7)).isoformat()
    for part, day in (("person", "weight_on"), ("labs", "creatinine_on"), ("vitals", "on")):
        given[part] = given[part] | {day: week_ago}
    given["person"] |= {"pregnant_on": week_ago}
    onset = (today - timedelta(weeks=26)).isoformat()
    given["episode"] = given["episode"] | {"onset": onset}
    return given | {"medications_on": today.isoformat()}


def main() -> None:
    """Print the therapist's cookie, and the page of each person's assessment, as JSON."""
    clinic = Clinic.objects.create(
        slug="north", name="Northgate Back Clinic", time_zone="UTC", phone="555 0142", is_demo=True
    )
    signed(clinic)
    by = actor_of(make_staff(clinic, "Tom Adeyemi", Role.THERAPIST), clinic)
    pages = {
        kind: reverse("assessment", args=[clinic.slug, person(kind, by).patient_id])
        for kind in KINDS
    }
    print(json.dumps({"cookie": signed_in(by.user), "pages": pages}))
