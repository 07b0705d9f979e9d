"""Red flags, a second time: severity, where to, what is due, and every part that raises one
(section 2, D-01 to D-12)."""

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from tests.rules.building import REMOVED, finding, intake
from tests.rules.rows import flags, have, said_of, severity_of, take, truth, yes

TODAY = "2026-11-22"
CONTACT = f"red_flag_contact {TODAY} therapist"
PRESCRIBER = f"red_flag_contact {TODAY} prescriber"
ED, DOCTOR = "emergency_department", "urgent_medical"
OLD = {"/red_flags/long_standing_and_assessed": "yes"}
SUDDEN = {"/episode/sudden_change": True}


def born(day):
    return {"/person/birth_date": day}


def at(age):
    """Born on the day of the assessment so many years before."""
    return born(f"{2026 - age}-11-22")


def pain(now, average):
    return {"/episode/pain/now": now, "/episode/pain/average": average}


def review(flag, on, outcome="baseline", role="prescriber"):
    row = {"flag": flag, "on": on, "outcome": outcome, "role": role, "finding": "Looked at."}
    return {"/red_flag_reviews": [row]}


def told_in_check_in(effect, grade, drug="amlodipine"):
    line = {"drug": drug, "effect": effect, "grade": grade}
    return {"/check_ins": [{"on": "2026-11-20", "side_effects": [line]}]}


def found_old(flag, on="2026-06-01"):
    told = {"on": on, "red_flags": {flag: "yes"}}
    return {"/check_ins": [told], **review(flag, on)}


AKI = {"creatinine_mg_dl": 1.3, "creatinine_on": "2026-11-21"}
AKI |= {"previous_creatinine_mg_dl": 1.0, "previous_on": "2026-11-20"}
# rule, what holds, severity, where to, what is due, whether the patient is told
ROWS = [
    ("RF-01", flags("saddle_numbness"), "emergency", [ED], {CONTACT}, True),
    ("RF-02", flags("bladder_change"), "emergency", [ED], {CONTACT}, True),
    ("RF-02", told_in_check_in("urine_hesitancy", "mild"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-03", flags("bowel_or_sexual_change"), "emergency", [ED], {CONTACT}, True),
    ("RF-04", flags("both_legs_affected"), "emergency", [ED], {CONTACT}, True),
    ("RF-05", {**flags("saddle_numbness"), **OLD}, "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-05", {**flags("bladder_change"), **OLD}, "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-05", {**flags("bowel_or_sexual_change"), **OLD}, "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-05", {**flags("both_legs_affected"), **OLD}, "urgent", [DOCTOR], {CONTACT}, True),
    ("D-02", found_old("saddle_numbness", "2025-11-22"), "urgent", [DOCTOR], {CONTACT}, True),
    ("D-02", found_old("bladder_change", "2025-11-22"), "urgent", [DOCTOR], {CONTACT}, True),
    (
        "D-02",
        found_old("bowel_or_sexual_change", "2025-11-22"),
        "urgent",
        [DOCTOR],
        {CONTACT},
        True,
    ),
    ("D-02", found_old("both_legs_affected", "2025-11-22"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-06", flags("leg_weakness_progressive"), "emergency", [ED], {CONTACT}, True),
    ("RF-06", yes("myotome_weakness"), "urgent", [DOCTOR], {CONTACT}, True),
    (
        "RF-06",
        {**yes("myotome_weakness"), **review("leg_weakness_progressive", "2026-06-01")},
        "caution",
        [],
        set(),
        False,
    ),
    ("RF-07", flags("unsteady_gait"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-08", flags("numbness_spreading"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-09", flags("fever"), "urgent", [DOCTOR], {CONTACT}, True),
    (
        "RF-09",
        flags("fever", "rigors_confusion_or_unwell"),
        "emergency",
        [ED],
        {CONTACT},
        True,
    ),
    ("RF-10", flags("infection_risk"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-11", flags("immunosuppressed"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-12", flags("cancer_history"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-12", have("cancer_current"), "caution", [], set(), False),
    ("RF-13", flags("unexplained_weight_loss"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-14", {**flags("unremitting_pain"), **at(51)}, "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-14", flags("unremitting_pain"), "caution", [], {"re_examine 2026-11-29 therapist"}, True),
    ("RF-14", yes("thoracic_main_site"), "caution", [], set(), False),
    ("RF-15", {"/episode/first_onset_age": 51}, "caution", [], set(), False),
    ("RF-16", flags("major_trauma"), "urgent", [DOCTOR], {CONTACT}, True),
    (
        "RF-16",
        flags("major_trauma", "midline_pain_or_cannot_bear_weight"),
        "emergency",
        [ED],
        {CONTACT},
        True,
    ),
    (
        "RF-17",
        {**flags("minor_trauma"), **have("osteoporosis")},
        "urgent",
        [DOCTOR],
        {CONTACT},
        True,
    ),
    ("RF-17", flags("minor_trauma"), "caution", [], set(), False),
    ("RF-18", {**flags("aaa_symptoms"), **at(60)}, "emergency", [ED], {CONTACT}, True),
    ("RF-18", flags("aaa_symptoms"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-19", have("known_aaa"), "caution", [], set(), False),
    ("RF-20", flags("chest_breath_or_stroke_signs"), "emergency", [ED], {CONTACT}, True),
    ("RF-21", flags("gi_bleeding"), "emergency", [ED], {PRESCRIBER}, True),
    ("RF-22", flags("flank_pain_with_urinary_signs"), "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-23", flags("pregnancy_alarm"), "emergency", [ED], {CONTACT}, True),
    ("RF-24", flags("suicidal_thoughts"), "emergency", [ED, "mental_health"], {PRESCRIBER}, True),
    ("RF-25", flags("over_sedation"), "emergency", [ED], {PRESCRIBER}, True),
    ("RF-26", flags("serotonin_toxicity"), "emergency", [ED], {PRESCRIBER}, True),
    ("RF-27", flags("severe_allergy"), "emergency", [ED], {PRESCRIBER}, True),
    ("RF-28", flags("jaundice"), "urgent", [DOCTOR], {PRESCRIBER}, True),
    ("RF-29", flags("acute_eye_pain"), "emergency", [ED, "eye_care"], {PRESCRIBER}, True),
    (
        "RF-30",
        flags("red_painful_eye"),
        "urgent",
        [DOCTOR, "eye_care", "rheumatology"],
        {CONTACT},
        True,
    ),
    ("RF-31", {**SUDDEN, **pain(8, 4)}, "urgent", [DOCTOR], {CONTACT}, True),
    ("RF-31", {**SUDDEN, **pain(8, 4.1)}, "caution", [], set(), False),
    ("RF-31", {**SUDDEN, **pain(7.9, 3)}, "caution", [], set(), False),
    ("REN-07", {"/labs": AKI}, "urgent", [DOCTOR], {PRESCRIBER}, True),
]


@pytest.mark.parametrize(("rule", "changes", "severity", "refer", "due", "told"), ROWS)
def test_each_row_leads_where_the_specification_says(rule, changes, severity, refer, due, told):
    found = assess(intake(changes))
    assert said_of(found, rule) == (severity, due, told)
    assert found["refer"] == refer
    held = severity in ("emergency", "urgent")
    assert found["disposition"] == (severity if held else "plan")


def test_every_red_flag_rule_has_its_row():
    named = {rule.id for rule in book().rules.values() if rule.file == "red_flags"}
    assert named == {row[0] for row in ROWS}


# Parts of a condition, each alone ------------------------------------------------------------

NEUROLOGICAL = (  # D-06
    "saddle_numbness",
    "bladder_change",
    "bowel_or_sexual_change",
    "both_legs_affected",
    "leg_weakness_progressive",
    "unsteady_gait",
    "numbness_spreading",
)
OTHER_FLAGS = ("infection_risk", "immunosuppressed", "unexplained_weight_loss", "minor_trauma")
RAISED = {"RF-09": "fever", "RF-12": "cancer_history", "RF-16": "major_trauma"}


@pytest.mark.parametrize("sign", [*NEUROLOGICAL, *OTHER_FLAGS])
@pytest.mark.parametrize(("rule", "flag"), RAISED.items())
def test_a_neurological_sign_makes_it_an_emergency(rule, flag, sign):
    found = assess(intake(flags(flag, sign)))
    wanted = "emergency" if sign in NEUROLOGICAL else "urgent"
    assert severity_of(found, rule) == wanted


@pytest.mark.parametrize(("rule", "flag"), RAISED.items())
def test_that_emergency_is_the_one_that_sends_to_the_emergency_department(rule, flag):
    found = assess(intake(flags(flag, "numbness_spreading")))
    assert said_of(found, rule) == ("emergency", {CONTACT}, True)
    assert found["refer"] == [ED, DOCTOR]


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({"/vitals/heart_rate": 111}, "emergency"),
        ({"/vitals/heart_rate": 110}, "urgent"),
        ({"/vitals/systolic": 99}, "emergency"),
        ({"/vitals/systolic": 100}, "urgent"),
        (flags("rigors_confusion_or_unwell"), "emergency"),
    ],
)
def test_a_fever_in_a_very_ill_person(changes, severity):
    assert severity_of(assess(intake({**flags("fever"), **changes})), "RF-09") == severity


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        (flags("leg_weakness_progressive"), "emergency"),
        (yes("myotome_weakness"), "emergency"),
        (flags("bladder_change"), "emergency"),
        (flags("bowel_or_sexual_change"), "emergency"),
        (flags("saddle_numbness"), "urgent"),
        (flags("numbness_spreading"), "urgent"),
        ({}, "urgent"),
    ],
)
def test_an_unsteady_gait_with_weakness_bladder_or_bowel(changes, severity):
    found = assess(intake({**flags("unsteady_gait"), **changes}))
    assert severity_of(found, "RF-07") == severity
    assert (ED in found["refer"]) == bool(changes and found["disposition"] == "emergency")


def test_an_unsteady_gait_with_old_weakness_goes_to_the_emergency_department():
    found = assess(intake({**flags("unsteady_gait"), **yes("myotome_weakness")}))
    assert found["refer"] == [ED, DOCTOR]
    assert said_of(found, "RF-07") == ("emergency", {CONTACT}, True)


FRAGILE = {"/red_flags/minor_trauma": "yes"}
UNKNOWN_LIST = {"/conditions_complete": False}
MALE, OTHER = {"/person/sex": "male"}, {"/person/sex": "other"}


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        (have("osteoporosis"), "urgent"),
        (have("fragility_fracture"), "urgent"),
        (have("height_loss"), "urgent"),
        (have("fibromyalgia"), "caution"),
        (at(65), "urgent"),
        (born("1961-11-23"), "caution"),
        ({**at(65), **OTHER}, "urgent"),
        ({**at(69), **MALE}, "caution"),
        ({**at(70), **MALE}, "urgent"),
        (take("prednisolone", since="2026-08-23"), "urgent"),  # 91 days
        (take("prednisolone", since="2026-08-24"), "caution"),
        (UNKNOWN_LIST, "urgent"),
    ],
)
def test_a_minor_trauma_and_each_risk_of_fragile_bones(changes, severity):
    assert severity_of(assess(intake({**FRAGILE, **changes})), "RF-17") == severity


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        (at(60), "emergency"),
        (born("1966-11-23"), "urgent"),
        (have("coronary_artery_disease"), "emergency"),
        (have("mi_under_6_months"), "emergency"),
        (have("peripheral_artery_disease"), "emergency"),
        (have("hypertension"), "emergency"),
        (have("uncontrolled_hypertension"), "emergency"),
        (have("known_aaa"), "emergency"),
        (have("diabetes"), "urgent"),
        ({"/person/smoker_ever": "yes"}, "emergency"),
        ({"/person/smoker_ever": REMOVED}, "emergency"),
        (UNKNOWN_LIST, "emergency"),
    ],
)
def test_signs_of_an_aneurysm_and_each_vascular_risk(changes, severity):
    found = assess(intake({**flags("aaa_symptoms"), **changes}))
    assert severity_of(found, "RF-18") == severity


@pytest.mark.parametrize("code", ["smoker", "coronary", "nobody"])
def test_a_vascular_risk_that_nobody_has_is_a_no(code):
    changes = {
        "smoker": {"/person/smoker_ever": "yes"},
        "coronary": have("coronary_artery_disease"),
        "nobody": {},
    }[code]
    assert truth("is.vascular_risk", changes) is (code != "nobody")


CONSTANT = flags("unremitting_pain")


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        (at(50), "caution"),
        (at(51), "urgent"),
        (flags("cancer_history"), "urgent"),
        (flags("unexplained_weight_loss"), "urgent"),
        (flags("infection_risk"), "urgent"),
        (flags("numbness_spreading"), "caution"),
        (yes("thoracic_main_site"), "urgent"),
        (yes("neck_main_site"), "caution"),
        (have("diabetes"), "urgent"),
        (have("dialysis"), "urgent"),
        (have("kidney_transplant"), "urgent"),
        (have("spine_surgery_under_12_weeks"), "urgent"),
        (have("asthma"), "caution"),
        (take("prednisolone"), "urgent"),
        (take("azathioprine"), "urgent"),
        (take("adalimumab"), "urgent"),
        (take("methotrexate"), "urgent"),
        (take("tacrolimus"), "urgent"),
        (take("amlodipine"), "caution"),
        (UNKNOWN_LIST, "urgent"),
    ],
)
def test_constant_pain_and_each_further_item(changes, severity):
    assert severity_of(assess(intake({**CONSTANT, **changes})), "RF-14") == severity


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({"/episode/first_onset_age": 51}, True),
        ({"/episode/first_onset_age": 50}, False),
        ({"/episode/first_onset_age": 20}, False),
        ({"/episode/first_onset_age": 19}, True),
        ({**at(51), "/episode/first_ever": True, "/episode/onset": "2026-11-22"}, True),
        ({**at(60), "/episode/first_ever": True}, True),
        ({**at(60), "/episode/first_ever": False}, False),
        ({**at(60), "/episode/first_ever": REMOVED}, False),
        ({**at(30), "/episode/onset": "2016-11-21"}, True),  # 19 then, and not the first
        ({**at(30), "/episode/onset": "2016-11-22"}, False),
    ],
)
def test_the_age_at_the_first_pain(changes, fires):
    found = assess(intake(changes))
    assert (severity_of(found, "RF-15") == "caution") == fires


@pytest.mark.parametrize(
    ("flag", "day", "fires"),
    [
        (flag, day, fires)
        for flag in NEUROLOGICAL[:4]
        for day, fires in (("2025-11-22", True), ("2025-11-23", False))
    ],
)
def test_a_baseline_holds_for_a_year(flag, day, fires):
    found = assess(intake(found_old(flag, day)))
    assert (severity_of(found, "D-02") == "urgent") == fires
    assert found["disposition"] == ("urgent" if fires else "plan")


def test_the_first_sign_that_is_old_says_nothing_of_the_others():
    found = assess(intake({**flags("saddle_numbness", "bladder_change"), **OLD}))
    assert severity_of(found, "RF-01") is severity_of(found, "RF-02") is None
    assert finding(found, "RF-05")["because"].keys() == {
        "/red_flags/saddle_numbness",
        "/red_flags/bladder_change",
    }


SILENT = [  # what belongs to a row and is not enough by itself
    ("RF-06", found_old("leg_weakness_progressive")),
    ("RF-06", review("leg_weakness_progressive", "2026-06-01")),
    ("RF-07", yes("myotome_weakness")),
    ("RF-09", flags("rigors_confusion_or_unwell")),
    ("RF-09", {"/vitals/heart_rate": 130}),
    ("RF-14", at(60)),
    ("RF-16", flags("midline_pain_or_cannot_bear_weight")),
    ("RF-17", have("osteoporosis")),
    ("RF-18", {**at(70), **have("hypertension")}),
    ("RF-31", pain(9, 3)),
    ("RF-05", OLD),
]


@pytest.mark.parametrize(("rule", "changes"), SILENT)
def test_half_of_a_row_says_nothing(rule, changes):
    assert severity_of(assess(intake(changes)), rule) is None
