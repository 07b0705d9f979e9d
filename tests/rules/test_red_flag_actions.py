"""What each red flag leads to: severity, where to, and whose contact on the same day (section 2)."""

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from tests.rules.building import REMOVED, finding, intake

TODAY = "2026-11-22"
ED, DOCTOR = "emergency_department", "urgent_medical"
THERAPIST, PRESCRIBER = "therapist", "prescriber"


def taking(*drugs):
    return {"/medications": [{"drug": drug, "since": "2026-01-01"} for drug in drugs]}


SPA = {
    "/episode/first_onset_age": 30,
    "/episode/features/insidious_onset": "yes",
    "/episode/features/better_with_exercise": "yes",
    "/episode/features/no_better_with_rest": "yes",
    "/episode/features/night_pain_eases_on_rising": "yes",
}
# flag, rule, severity, where to, who speaks to the patient today, what else must hold
ACTIONS = [
    ("saddle_numbness", "RF-01", "emergency", {ED}, THERAPIST, {}),
    ("bladder_change", "RF-02", "emergency", {ED}, THERAPIST, {}),
    ("bowel_or_sexual_change", "RF-03", "emergency", {ED}, THERAPIST, {}),
    ("both_legs_affected", "RF-04", "emergency", {ED}, THERAPIST, {}),
    ("leg_weakness_progressive", "RF-06", "emergency", {ED}, THERAPIST, {}),
    ("unsteady_gait", "RF-07", "urgent", {DOCTOR}, THERAPIST, {}),
    ("numbness_spreading", "RF-08", "urgent", {DOCTOR}, THERAPIST, {}),
    ("fever", "RF-09", "urgent", {DOCTOR}, THERAPIST, {}),
    ("infection_risk", "RF-10", "urgent", {DOCTOR}, THERAPIST, {}),
    ("immunosuppressed", "RF-11", "urgent", {DOCTOR}, THERAPIST, {}),
    ("cancer_history", "RF-12", "urgent", {DOCTOR}, THERAPIST, {}),
    ("unexplained_weight_loss", "RF-13", "urgent", {DOCTOR}, THERAPIST, {}),
    ("major_trauma", "RF-16", "urgent", {DOCTOR}, THERAPIST, {}),
    ("minor_trauma", "RF-17", "urgent", {DOCTOR}, THERAPIST, {"/conditions": ["osteoporosis"]}),
    ("aaa_symptoms", "RF-18", "emergency", {ED}, THERAPIST, {"/person/smoker_ever": "yes"}),
    ("aaa_symptoms", "RF-18", "urgent", {DOCTOR}, THERAPIST, {}),
    ("chest_breath_or_stroke_signs", "RF-20", "emergency", {ED}, THERAPIST, {}),
    ("gi_bleeding", "RF-21", "emergency", {ED}, PRESCRIBER, taking("naproxen")),
    ("pregnancy_alarm", "RF-23", "emergency", {ED}, THERAPIST, {"/person/pregnant": "yes"}),
    ("suicidal_thoughts", "RF-24", "emergency", {ED, "mental_health"}, PRESCRIBER, {}),
    ("over_sedation", "RF-25", "emergency", {ED}, PRESCRIBER, taking("gabapentin")),
    ("serotonin_toxicity", "RF-26", "emergency", {ED}, PRESCRIBER, taking("duloxetine")),
    ("severe_allergy", "RF-27", "emergency", {ED}, PRESCRIBER, taking("amlodipine")),
    ("jaundice", "RF-28", "urgent", {DOCTOR}, PRESCRIBER, taking("duloxetine")),
    ("acute_eye_pain", "RF-29", "emergency", {ED, "eye_care"}, PRESCRIBER, taking("duloxetine")),
    ("red_painful_eye", "RF-30", "urgent", {DOCTOR, "eye_care", "rheumatology"}, THERAPIST, SPA),
]


@pytest.mark.parametrize(("flag", "rule", "severity", "refer", "role", "more"), ACTIONS)
def test_a_yes_leads_somewhere_today(flag, rule, severity, refer, role, more):
    found = assess(intake({**more, f"/red_flags/{flag}": "yes"}))
    told = finding(found, rule)
    assert (found["disposition"], told["severity"]) == (severity, severity)
    assert told["patient_message"] and told["sources"]
    assert refer <= set(found["refer"])
    contact = [row for row in found["follow_ups"] if row["rule"] == rule]
    assert {(row["kind"], row["due"], row["role"]) for row in contact} == {
        ("red_flag_contact", TODAY, role)
    }
    assert found["home_plan"] is None and found["program"] is None
    assert {row["status"] for row in found["drugs"].values()} == {"avoid"}


@pytest.mark.parametrize(
    ("born", "severity"), [("1966-11-22", "emergency"), ("1966-11-23", "urgent")]
)
def test_signs_of_a_ruptured_aorta_at_sixty(born, severity):
    found = assess(intake({"/red_flags/aaa_symptoms": "yes", "/person/birth_date": born}))
    assert finding(found, "RF-18")["severity"] == severity


CONSTANT = {"/red_flags/unremitting_pain": "yes"}


@pytest.mark.parametrize(
    ("change", "severity"),
    [
        ({}, "caution"),
        ({"/person/birth_date": "1975-11-23"}, "caution"),  # 50
        ({"/person/birth_date": "1975-11-22"}, "urgent"),  # 51
        ({"/red_flags/cancer_history": "yes"}, "urgent"),
        ({"/red_flags/unexplained_weight_loss": "yes"}, "urgent"),
        ({"/red_flags/infection_risk": "yes"}, "urgent"),
        ({"/episode/features/thoracic_main_site": "yes"}, "urgent"),
        ({"/conditions": ["diabetes"]}, "urgent"),
        ({"/conditions": ["knee_problem"]}, "caution"),
    ],
)
def test_constant_pain_is_urgent_with_one_more_item(change, severity):
    found = assess(intake({**CONSTANT, **change}))
    assert finding(found, "RF-14")["severity"] == severity
    due = {(row["kind"], row["due"]) for row in found["follow_ups"]}
    wanted = {"urgent": ("red_flag_contact", TODAY), "caution": ("re_examine", "2026-11-29")}
    assert wanted[severity] in due
    assert (("re_examine", "2026-11-29") in due) == (severity == "caution")


def test_creatinine_that_rises_fast_is_the_prescribers_today():
    labs = {"creatinine_mg_dl": 1.3, "creatinine_on": "2026-11-21"}
    labs |= {"previous_creatinine_mg_dl": 0.9, "previous_on": "2026-11-20"}
    found = assess(intake({"/labs": labs}))
    assert (found["disposition"], found["refer"]) == ("urgent", [DOCTOR])
    contact = [r for r in found["follow_ups"] if r["rule"] == "REN-07"]
    assert [(r["kind"], r["due"], r["role"]) for r in contact] == [
        ("red_flag_contact", TODAY, PRESCRIBER)
    ]


@pytest.mark.parametrize(("told", "value"), [("unknown", "unknown"), (REMOVED, "not asked")])
def test_a_core_flag_that_is_not_settled_is_asked_for_in_words_for_both(told, value):
    """Not sure is never read as no (section 2): who reads it learns what to ask, and why."""
    found = finding(assess(intake({"/red_flags/fever": told})), "RF-09")
    words = book().codes["core_red_flags"]["fever"]
    assert found["severity"] == "caution"
    assert found["message"].startswith(f"Not settled: {words.label}. Ask today")
    assert f" {words.plain}. " in found["patient_message"]
    assert found["because"] == {"/red_flags/fever": value}
    assert found["sources"] and found["applies_to"] is None


EFFECT = "/check_ins/1/side_effects/1/effect"


def checked_in(*days):
    """Two check-ins, the second with a harmless side effect before the one that is told."""
    return {"/check_ins": [{"on": f"2026-11-{20 + n}", **day} for n, day in enumerate(days)]}


def told_of(drug, effect, grade):
    harmless = {"drug": drug, "effect": "nausea", "grade": "mild"}
    told = [harmless, {"drug": drug, "effect": effect, "grade": grade}]
    return {**taking(drug), **checked_in({}, {"side_effects": told})}


@pytest.mark.parametrize(
    ("change", "rule", "severity", "because"),
    [
        (told_of("duloxetine", "urine_hesitancy", "mild"), "RF-02", "urgent", {EFFECT: "urine_hesitancy"}),
        (told_of("duloxetine", "low_mood", "moderate"), "RF-24", "caution", {EFFECT: "low_mood"}),
        (
            checked_in({}, {"red_flags": {"fever": "unknown"}}),
            "RF-09",
            "caution",
            {"/check_ins/1/red_flags/fever": "unknown"},
        ),
        (
            checked_in({"red_flags": {"fever": "yes"}}, {"red_flags": {"fever": "unknown"}}),
            "RF-09",
            "urgent",
            {"/check_ins/0/red_flags/fever": "yes"},
        ),
        (
            {"/red_flags/fever": "yes", **checked_in({"red_flags": {"fever": "yes"}})},
            "RF-09",
            "urgent",
            {"/red_flags/fever": "yes", "/check_ins/0/red_flags/fever": "yes"},
        ),
    ],
)  # fmt: skip
def test_a_flag_names_every_answer_that_opened_it(change, rule, severity, because):
    """D-09 and D-10: an open yes before what has to be asked, that before what is in doubt."""
    found = finding(assess(intake(change)), rule)
    assert (found["severity"], found["because"]) == (severity, because)


def test_bleeding_names_the_side_effect_beside_the_medicine():
    because = finding(assess(intake(told_of("naproxen", "black_stool", "mild"))), "RF-21")[
        "because"
    ]
    assert because[EFFECT] == "black_stool"
