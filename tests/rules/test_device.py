"""Muscle stimulation at home: every stop and caution of section 8, and unknown is never no."""

import re

import pytest

from careplan.rules import IntakeRefused
from careplan.rules.book import book
from careplan.rules.device import FIELD, HARM, judge
from tests.rules.building import intake

CALM = dict.fromkeys(set(FIELD) - set(HARM), "no")
OWN = {"kind": "own", "schedule": "20 minutes a day, as its leaflet says", "field": CALM}


def judged(changes=None, **device):
    field = {**CALM, **device.pop("field", {})}
    return judge({**intake(changes), "device": {**OWN, **device, "field": field}}, book())


def rules(found, severity=None):
    return {f["rule"] for f in found["findings"] if severity in (None, f["severity"])}


def test_a_healthy_person_may_log_it_and_it_is_called_no_treatment():
    found = judged()
    assert (found["status"], found["missing"]) == ("log", [])
    assert rules(found) == {"NM-01", "NM-06"}
    said = next(f for f in found["findings"] if f["rule"] == "NM-01")
    assert "not a treatment" in said["patient_message"]


STOPS = [
    ("conditions", code)
    for code in (
        "pacemaker",
        "implanted_defibrillator",
        "other_active_implant",
        "cancer_current",
        "deep_vein_thrombosis",
        "bleeding_disorder",
        "epilepsy",
        "cognitive_impairment",
        "broken_or_insensate_skin",
        "spine_surgery_under_12_weeks",
    )
] + [
    ("field", code)
    for code in ("cancer", "radiotherapy", "infection", "recent_bleed", "fracture")
    + ("undiagnosed_pain",)
]


@pytest.mark.parametrize(("where", "code"), STOPS)
def test_each_stop_stops(where, code):
    found = (
        judged({"/conditions": [code]}) if where == "conditions" else judged(field={code: "yes"})
    )
    assert found["status"] == "stop"
    assert "NM-04" in rules(found, "stop")


@pytest.mark.parametrize("kind", ["own", "clinic"])
@pytest.mark.parametrize(("pregnant", "status"), [("yes", "stop"), ("unknown", "stop")])
def test_pregnant_or_not_ruled_out_stops(kind, pregnant, status):
    found = judged({"/person/pregnant": pregnant}, kind=kind, cleared=True)
    assert found["status"] == status


def test_an_open_red_flag_stops_and_an_unanswered_one_is_asked():
    assert judged({"/red_flags/numbness_spreading": "yes"})["status"] == "stop"
    found = judged({"/red_flags/fever": "unknown"})
    assert found["status"] == "needs_data"
    assert "/red_flags" in found["missing"]


@pytest.mark.parametrize(("birth", "status"), [("2004-11-23", "stop"), ("2004-11-22", "log")])
def test_twenty_two_years(birth, status):
    found = judged({"/person/birth_date": birth})
    assert (found["status"], "NM-02" in rules(found)) == (status, status == "stop")


@pytest.mark.parametrize(
    "code",
    [
        "arrhythmia_or_heart_block",
        "heart_failure",
        "coronary_artery_disease",
        "uncontrolled_hypertension",
        "osteoporosis",
        "fragility_fracture",
        "unstable_heart_disease",
    ],
)
def test_each_caution_asks_for_a_doctor(code):
    found = judged({"/conditions": [code]})
    assert found["status"] == "caution"
    assert "NM-05" in rules(found, "caution")


@pytest.mark.parametrize("code", ["menstruating_uterus", "impaired_sensation"])
def test_a_caution_of_the_field(code):
    assert "NM-05" in rules(judged(field={code: "yes"}), "caution")


def test_a_numb_area_and_a_very_high_pressure_are_cautions_too():
    assert "NM-05" in rules(judged({"/episode/features/numb_area": "yes"}), "caution")
    for pressure, fires in (
        ({"systolic": 160, "diastolic": 80}, True),
        ({"systolic": 159, "diastolic": 99}, False),
    ):
        found = judged({"/vitals": {**pressure, "on": "2026-11-20"}})
        assert ("NM-05" in rules(found)) == fires


@pytest.mark.parametrize("code", sorted(CALM))
def test_unknown_is_asked_and_never_a_no(code):
    found = judged(field={code: "unknown"})
    assert found["status"] == "needs_data"
    assert found["missing"] == [f"/device/field/{code}"]


def test_a_forbidden_place_stops():
    found = judged(field={"forbidden_site": "yes"})
    assert (found["status"], "NM-06" in rules(found, "stop")) == ("stop", True)


@pytest.mark.parametrize("schedule", ["", "   "])
def test_the_schedule_has_no_default(schedule):
    found = judged(schedule=schedule)
    assert (found["status"], found["missing"]) == ("needs_data", ["/device/schedule"])
    assert "NM-07" in rules(found, "caution")
    assert "NM-07" not in rules(judged())


def test_no_schedule_is_proposed():
    """The book holds no minutes and no hours for a stimulator."""
    for rule in book().rules_of("device"):
        for level in rule.levels:
            text = f"{level.message} {level.patient_message or ''}"
            assert not re.search(r"\d+ ?(minutes|hours|times|a day)", text), rule.id


@pytest.mark.parametrize(
    ("after", "status"), [(4, "log"), (4.9, "log"), (5, "stop"), (7, "stop"), (2, "log")]
)
def test_pain_up_by_two_stops(after, status):
    harm = dict.fromkeys(HARM, "no")
    found = judged(pain_before=3, pain_after=after, field=harm)
    assert (found["status"], "NM-08" in rules(found)) == (status, status == "stop")


@pytest.mark.parametrize("code", sorted(HARM))
def test_a_burn_or_a_rash_stops_and_is_looked_at_within_two_working_days(code):
    found = judged({"/as_of": "2026-11-27"}, field={code: "yes"})  # a Friday
    assert "NM-08" in rules(found, "stop")
    (row,) = found["follow_ups"]
    told = (row["kind"], row["due"], row["role"])
    assert told == ("device_harm", "2026-12-01", "therapist")


def test_harm_is_asked_where_it_is_used_and_not_where_it_is_wished_for():
    assert judged()["missing"] == []
    used = judged(pain_before=3, pain_after=3)
    assert used["missing"] == ["/device/field/burn", "/device/field/rash"]
    assert judged(field={"burn": "no"})["missing"][0] == "/device/field/rash"


@pytest.mark.parametrize(
    ("told", "asked"), [("pain_before", "pain_after"), ("pain_after", "pain_before")]
)
def test_pain_of_one_side_of_a_use_asks_for_the_other_and_for_harm(told, asked):
    missing = judged(**{told: 5})["missing"]
    assert set(missing) == {f"/device/{asked}", "/device/field/burn", "/device/field/rash"}


def test_the_clinics_device_must_be_cleared():
    assert "NM-03" in rules(judged(kind="clinic", cleared=True), "caution")
    assert "NM-03" in rules(judged(kind="clinic", cleared=False), "stop")
    assert judged(kind="clinic")["missing"] == ["/device/cleared"]


def test_tens_is_something_else():
    found = judged({"/conditions": ["pacemaker"]}, kind="tens")
    assert (found["status"], rules(found)) == ("log", {"NM-09"})


def test_a_faulty_intake_is_refused():
    with pytest.raises(IntakeRefused):
        judged({"/person/sex": "robot"})
