"""Cyclobenzaprine, gabapentin, duloxetine: every reason alone, and both sides of every limit."""

import pytest

from careplan.rules import assess
from tests.rules.building import REMOVED
from tests.rules.medicine_cases import (
    OPEN,
    aged,
    agrees,
    both,
    clearance,
    condition,
    egfr,
    flat,
    on_nsaid,
    opened,
    taking,
    told,
    tried,
    used,
)

CYC, GABA, DULO = "cyclobenzaprine", "gabapentin", "duloxetine"
PAIN_ASPIRIN = both(taking("aspirin", dose_mg=500, times_a_day=3), used(3))
ON_GABA, ON_DULO = taking("gabapentin"), taking("duloxetine")


def feature(**answers):
    return {f"/episode/features/{code}": answer for code, answer in answers.items()}


def pressure(systolic, diastolic=78):
    return {"/vitals/systolic": systolic, "/vitals/diastolic": diastolic}


def lab(**values):
    return {f"/labs/{name}": value for name, value in values.items()}


def care(therapy, self_management, weeks=6):
    made = {"physical_therapy": therapy, "self_management": self_management, "weeks": weeks}
    return {"/care": made}


def each(*drugs):
    return [taking(drug) for drug in drugs]


def began(since):
    return {"/medications": [{"drug": "duloxetine", **since}]}


NO_NERVE = feature(leg_pain_below_knee="no")
NO_MECHANICAL = feature(
    worse_bending_lifting="no",
    stiff_after_sitting="no",
    eased_by_gentle_movement="yes",
    varies_with_posture="no",
    hard_to_hold_one_position="no",
    muscle_spasm="no",
)
NAUSEA = told("duloxetine", "nausea", "mild")
HEAVY = {"/person/weight_kg": 130, "/person/height_cm": 165, "/labs/creatinine_mg_dl": 1.3}

# rule, drug, severity or words or None, changes each of which alone leads there
CASES = [
    ("MED-CYC-01", CYC, "info", {"/episode/flare": False}, feature(muscle_spasm="no")),
    ("MED-CYC-01", CYC, None, {}),
    ("STEP-2B", CYC, "info", {"/tried": []}),
    ("STEP-2B", CYC, None, {"/tried": [{"treatment": "Advil", "outcome": "side_effect"}]}),
    ("MED-CYC-03", CYC, "stop", *each("phenelzine", "linezolid"), condition("hyperthyroidism"),
     condition("arrhythmia_or_heart_block"), condition("heart_failure"),
     condition("mi_under_6_months")),
    ("MED-CYC-03", CYC, None, condition("coronary_artery_disease"), *each("bupropion")),
    ("MED-CYC-04", CYC, None, condition("heavy_alcohol")),
    ("MED-CYC-05", CYC, "caution", aged(65)),
    ("MED-CYC-05", CYC, None, aged(64)),
    ("MED-CYC-06", CYC, "is not proposed",
     *each("sertraline", "venlafaxine", "duloxetine", "nortriptyline")),
    ("MED-CYC-06", CYC, "more sedation", condition("heavy_alcohol"),
     *each("tramadol", "sumatriptan", "bupropion", "morphine", "diazepam", "zopiclone",
           "gabapentin", "pregabalin", "baclofen", "diphenhydramine", "Fioricet", "quetiapine",
           "trazodone", "mirtazapine", "vortioxetine", "buspirone", "lithium",
           "st john's wort")),
    ("MED-CYC-06", CYC, None, *each("cyclobenzaprine", "metformin", "lisinopril")),
    ("MED-CYC-07", CYC, "stop", condition("urinary_retention"),
     condition("narrow_angle_glaucoma"), condition("other_glaucoma")),
    ("MED-CYC-07", CYC, None, condition("diabetes")),
    ("MED-GABA-01", GABA, "stop", NO_NERVE, feature(burning="no", electric_shooting="no")),
    ("MED-GABA-01", GABA, None, feature(dermatomal_sensory_loss="no"),
     both(NO_NERVE, feature(dermatomal_pain_map="yes")),
     both(feature(burning="no"), feature(electric_shooting="yes")),
     both(feature(tingling="no"), feature(numb_area="yes"))),
    ("STEP-2C", GABA, "info", feature(dermatomal_sensory_loss="no")),
    ("STEP-2C", GABA, None, {}, NO_NERVE,
     both(NO_NERVE, feature(dermatomal_sensory_loss="no"))),
    ("MED-GABA-02", GABA, None, feature(dermatomal_sensory_loss="no"), NO_NERVE),
    ("MED-GABA-03", GABA, "info", {"/tried": []}, {"/tried": OPEN["/tried"][:1]},
     {"/tried": OPEN["/tried"][1:]}),
    ("MED-GABA-03", GABA, None, {}),
    ("MED-GABA-04", GABA, "info", clearance(60), clearance(61)),
    ("MED-GABA-04", GABA, None, clearance(59)),
    ("MED-GABA-05", GABA, "info", clearance(59), aged(65)),
    ("MED-GABA-05", GABA, None, clearance(60), aged(64)),
    ("MED-GABA-07", GABA, "stop", both(aged(65), taking("codeine")),
     both(condition("copd"), taking("lorazepam")), both(condition("copd"), taking("codeine")),
     both(condition("copd"), told("x", "drowsy")),
     both(condition("sleep_apnoea"), taking("zolpidem")),
     both(condition("sleep_apnoea"), told("x", "drowsy", "mild"))),
    ("MED-GABA-07", GABA, "for the prescriber alone", both(aged(64), taking("codeine"))),
    ("MED-GABA-07", GABA, "start lowest", aged(65), egfr(59), condition("copd"),
     condition("sleep_apnoea"),
     *each("lorazepam", "zolpidem", "pregabalin", "tizanidine", "promethazine", "phenobarbital",
           "olanzapine", "amitriptyline", "mirtazapine", "trazodone", "nabilone",
           "perampanel")),
    ("MED-GABA-07", GABA, None, aged(64), egfr(60), ON_GABA, told("x", "drowsy"),
     *each("sertraline", "metformin")),
    ("MED-GABA-08", GABA, "for the prescriber alone", condition("opioid_use_disorder"),
     condition("substance_use_disorder")),
    ("MED-GABA-08", GABA, "watch mood", condition("cognitive_impairment"),
     condition("depression")),
    ("MED-GABA-08", GABA, None, condition("bipolar_disorder")),
    ("MED-GABA-09", GABA, "info", *each("aluminium hydroxide", "Milk of Magnesia")),
    ("MED-GABA-09", GABA, None, *each("famotidine")),
    ("MED-GABA-10", GABA, "neurology", both(ON_GABA, condition("epilepsy"))),
    ("MED-GABA-10", GABA, "7 days or more", ON_GABA),
    ("MED-GABA-10", GABA, None, condition("epilepsy"), *each("pregabalin")),
    ("MED-GABA-11", GABA, None, feature(dermatomal_sensory_loss="no")),
    ("MED-GABA-12", GABA, "caution", *[both(ON_GABA, told("gabapentin", effect))
                                       for effect in ("fog", "felt_drunk", "dizzy", "weight_gain")]),
    ("MED-GABA-12", GABA, None, ON_GABA, told("gabapentin", "fog"),
     both(ON_GABA, told("gabapentin", "fog", "mild")), both(ON_GABA, told("x", "fog"))),
    ("SW-01", GABA, "info", both(ON_GABA, told("gabapentin", "dizzy"))),
    ("SW-01", GABA, None, ON_GABA),
    ("REN-02", GABA, "caution", HEAVY),
    ("REN-02", GABA, None, {}, both(HEAVY, lab(creatinine_mg_dl=0.5))),
    ("D-28", GABA, "stop", clearance(15), condition("dialysis")),
    ("D-28", GABA, "at best band G3", condition("ckd_4_or_5")),
    ("D-28", GABA, None, clearance(16), lab(alt_times_uln=3), condition("ckd_3")),
    ("D-28", CYC, "stop", lab(alt_times_uln=3)),
    ("D-28", CYC, None, lab(alt_times_uln=2.9), condition("dialysis")),
    ("D-28", DULO, "stop", condition("ckd_4_or_5"), condition("dialysis"),
     lab(sodium_mmol_l=129), condition("hyponatraemia"), lab(alt_times_uln=3)),
    ("D-28", DULO, "caution", lab(sodium_mmol_l=130), lab(sodium_mmol_l=134)),
    ("D-28", DULO, None, lab(sodium_mmol_l=135), lab(alt_times_uln=2.9), condition("ckd_3"),
     condition("deep_vein_thrombosis")),
    ("STEP-2A", DULO, "info", care("active", "active", 5), care("completed", "offered", 5),
     care("offered", "active"), care("active", "none"), care("declined", "offered"),
     both({"/tried": []}, NO_NERVE)),
    ("STEP-2A", DULO, None, care("active", "active"), care("active", "offered"),
     care("completed", "offered"), care("declined", "active"), {"/tried": []}, NO_NERVE),
    ("MED-DULO-01", DULO, "info", NO_NERVE, NO_MECHANICAL),
    ("MED-DULO-01", DULO, None, both(NO_NERVE, NO_MECHANICAL)),
    ("MED-DULO-02", DULO, None, care("offered", "active")),
    ("MED-DULO-10", DULO, "stop",
     *each("phenelzine", "tranylcypromine", "isocarboxazid", "selegiline", "rasagiline",
           "safinamide", "moclobemide", "linezolid", "methylene blue")),
    ("MED-DULO-10", DULO, None, *each("fluoxetine", "bupropion")),
    ("MED-DULO-11", DULO, "stop", condition("liver_disease"), condition("heavy_alcohol")),
    ("MED-DULO-11", DULO, None, condition("diabetes")),
    ("MED-DULO-12", DULO, "stop", egfr(29), condition("dialysis"), condition("ckd_4_or_5")),
    ("MED-DULO-12", DULO, "caution", egfr(30), egfr(59), condition("ckd_3")),
    ("MED-DULO-12", DULO, None, egfr(60), condition("kidney_transplant")),
    ("MED-DULO-13", DULO, "stop", condition("narrow_angle_glaucoma"),
     condition("narrow_angle_glaucoma", "other_glaucoma")),
    ("MED-DULO-13", DULO, "caution", condition("other_glaucoma")),
    ("MED-DULO-14", DULO, "caution", aged(24)),
    ("MED-DULO-14", DULO, None, aged(25)),
    ("MED-DULO-16", DULO, None, condition("depression")),
    ("MED-DULO-17", DULO, "stop", *each("sertraline", "fluvoxamine", "venlafaxine", "tramadol")),
    ("MED-DULO-17", DULO, "caution",
     *each("amitriptyline", "sumatriptan", "fentanyl", "pethidine", "lithium", "buspirone",
           "st john's wort", "tryptophan", "cyclobenzaprine", "methadone", "tapentadol",
           "trazodone", "mirtazapine", "vortioxetine", "vilazodone", "nefazodone",
           "dextromethorphan", "pentazocine")),
    ("MED-DULO-17", DULO, None, ON_DULO, *each("morphine", "metformin", "bupropion")),
    ("MED-DULO-18", DULO, "stop",
     *each("fluvoxamine", "ciprofloxacin", "enoxacin", "thioridazine")),
    ("MED-DULO-18", DULO, "caution",
     *each("paroxetine", "fluoxetine", "bupropion", "quinidine", "desipramine", "flecainide",
           "propafenone")),
    ("MED-DULO-18", DULO, None, *each("sertraline", "levofloxacin", "quetiapine")),
    ("MED-DULO-19", DULO, "stop", *[both(one, taking("warfarin")) for one in
                                    (on_nsaid("meloxicam"), PAIN_ASPIRIN)]),
    ("MED-DULO-19", DULO, "only with a stomach protector", on_nsaid("meloxicam")),
    ("MED-DULO-19", DULO, "anticoagulant or antiplatelet", *each("warfarin", "clopidogrel"),
     PAIN_ASPIRIN, taking("aspirin", dose_mg=75, times_a_day=1), taking("aspirin"),
     both(taking("aspirin", dose_mg=75, times_a_day=1), taking("warfarin"))),
    ("MED-DULO-19", DULO, None, *each("prednisone")),
    ("MED-DULO-20", DULO, "stop", pressure(160), pressure(122, 100),
     condition("uncontrolled_hypertension")),
    ("MED-DULO-20", DULO, None, pressure(159, 99), condition("hypertension")),
    ("MED-DULO-21", DULO, "caution", aged(65), condition("falls"),
     *each("lisinopril", "losartan", "furosemide", "amlodipine", "doxazosin")),
    ("MED-DULO-21", DULO, None, aged(64), *each("metformin")),
    ("MED-DULO-22", DULO, "caution", aged(65), *each("hydrochlorothiazide", "spironolactone")),
    ("MED-DULO-22", DULO, None, aged(64), *each("lisinopril")),
    ("MED-DULO-23", DULO, "caution", *[condition(code) for code in
                                       ("epilepsy", "urinary_retention", "gastroparesis", "diabetes")]),
    ("MED-DULO-23", DULO, None, condition("falls")),
    ("MED-DULO-24", DULO, "caution", {"/person/pregnant": "yes"},
     {"/person/breastfeeding": "yes"}),
    ("MED-DULO-25", DULO, None, *each("venlafaxine")),
    ("SW-04", DULO, "caution", both(began({"since": "2026-11-07"}), NAUSEA),
     both(began({}), NAUSEA)),
    ("SW-04", DULO, "info", both(began({"since": "2026-11-08"}), NAUSEA)),
    ("SW-04", DULO, None, NAUSEA, ON_DULO, both(ON_DULO, told("x", "nausea"))),
    ("SW-05", DULO, "caution", both(ON_DULO, told("duloxetine", "dizzy")),
     both(ON_DULO, told("duloxetine", "fainting", "mild")),
     both(ON_DULO, told("duloxetine", "fall", "mild"))),
    ("SW-05", DULO, None, ON_DULO, told("duloxetine", "dizzy"),
     both(ON_DULO, told("duloxetine", "dizzy", "mild"))),
    ("D-44", DULO, "caution", *each("tamoxifen")),
    ("D-44", DULO, None, *each("tenofovir"), condition("bariatric_surgery")),
    ("D-22", GABA, "stop", {"/clinic": {}}, {"/clinic": {"gabapentin_enabled": False}}),
    ("D-22", DULO, "stop", {"/clinic": {"duloxetine_enabled": False}}),
    ("D-22", DULO, None, {"/clinic": {}}),
    ("D-23", None, "caution", both(ON_DULO, condition("liver_disease"))),
    ("D-23", None, None, condition("liver_disease"), ON_DULO),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "drug", "wanted", "change"), flat(CASES))
def test_each_reason_alone_and_each_limit_from_both_sides(rule, drug, wanted, change):
    assert agrees(assess(opened(change)), rule, drug, wanted)


MECHANICAL = tuple(NO_MECHANICAL)


@pytest.mark.parametrize("one", MECHANICAL)
def test_two_mechanical_features_of_six_are_a_pattern(one):
    """CL-10, D-13: MED-DULO-01 speaks where the pain is mechanical."""
    alone = {**NO_NERVE, **dict.fromkeys(MECHANICAL, "no"), one: "yes"}
    assert agrees(assess(opened(alone)), "MED-DULO-01", DULO, None)
    for other in set(MECHANICAL) - {one}:
        assert agrees(assess(opened({**alone, other: "yes"})), "MED-DULO-01", DULO, "info")


# every drug of the app ---------------------------------------------------------------------

TWO_MORE = [
    *[(one, "zolpidem") for one in
      ("morphine", "diazepam", "lamotrigine", "citalopram", "venlafaxine", "imipramine",
       "phenelzine", "tranylcypromine", "isocarboxazid", "selegiline", "moclobemide",
       "bupropion", "haloperidol", "methocarbamol")],
    ("lorazepam", "mirtazapine"),
]  # fmt: skip


@pytest.mark.parametrize("drugs", TWO_MORE)
@pytest.mark.parametrize("drug", [CYC, GABA, DULO])
def test_no_third_drug_that_acts_on_the_brain_at_65(drug, drugs):
    """MED-GEN-08: the drug would be the third."""
    for years, wanted in ((65, "stop"), (64, None)):
        found = assess(opened(both(aged(years), taking(*drugs))))
        assert agrees(found, "MED-GEN-08", drug, wanted)
    assert agrees(assess(opened(both(aged(65), taking(drugs[0])))), "MED-GEN-08", drug, None)
    own = assess(opened(both(aged(65), taking(drug, drugs[0]))))
    assert agrees(own, "MED-GEN-08", drug, None)


PLATEAU = [
    {"on": f"2026-{day}", "nprs": 6, "peg": [6, 6, 6]} for day in ("10-18", "11-01", "11-15")
]


@pytest.mark.parametrize(
    ("check_ins", "adherence", "wanted"),
    [(3, 0.5, None), (3, 0.49, "info"), (2, 1, "info"), (1, 1, None)],
)
def test_a_drug_step_waits_for_the_second_plateau(check_ins, adherence, wanted):
    """CK-16: four weeks without change, exercises done on half the days."""
    told_of = [*PLATEAU[: check_ins - 1], {**PLATEAU[check_ins - 1], "adherence": adherence}]
    found = assess(opened({"/check_ins": told_of}))
    assert {drug for drug in (CYC, GABA, DULO) if agrees(found, "CK-16", drug, wanted)} == {
        CYC,
        GABA,
        DULO,
    }
    assert agrees(found, "CK-16", "ibuprofen", None)


@pytest.mark.parametrize(
    ("therapy", "own", "wanted"),
    [(therapy, own, None) for therapy in ("offered", "declined", "active", "completed")
     for own in ("offered", "active")]
    + [("none", "active", "info"), ("active", "none", "info"), ("none", "none", "info")],
)  # fmt: skip
def test_movement_and_self_care_are_offered_before_any_drug(therapy, own, wanted):
    assert agrees(assess(opened(care(therapy, own))), "PT-01", "ibuprofen", wanted)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"/person/height_cm": REMOVED}, {"/person/height_cm"}),
        ({"/person/weight_kg": REMOVED}, {"/person/weight_kg"}),
        ({"/labs": REMOVED}, {"/labs/creatinine_mg_dl"}),
        ({"/vitals": REMOVED}, {"/vitals/systolic", "/vitals/diastolic"}),
        ({"/allergies": REMOVED}, {"/allergies"}),
        ({"/medications_complete": False}, {"/medications_complete"}),
        ({"/conditions_complete": False}, {"/conditions_complete"}),
        ({"/person/pregnant": REMOVED}, {"/person/pregnant"}),
        ({"/person/breastfeeding": REMOVED}, {"/person/breastfeeding"}),
    ],
)
def test_each_missing_fact_is_asked_before_a_proposal(change, missing):
    """MED-GEN-02; cyclobenzaprine has no rule of its own about the kidneys."""
    found = assess(opened(change))["drugs"][CYC]
    assert (found["status"], set(found["missing"])) == ("needs_data", missing)


@pytest.mark.parametrize(("since", "wanted"), [("2026-11-08", "caution"), ("2026-11-07", None)])
def test_another_start_of_the_last_14_days(since, wanted):
    found = assess(opened(taking("metformin", since=since)))
    assert agrees(found, "MED-GEN-03", DULO, wanted)


@pytest.mark.parametrize("drug", ["ibuprofen", "naproxen", CYC, GABA, DULO])
def test_what_was_not_tolerated_is_not_proposed_again(drug):
    entry = {"treatment": drug, "outcome": "side_effect"}
    assert agrees(assess(opened(tried(entry))), "MED-GEN-06", drug, "caution")
    helped = {"treatment": drug, "outcome": "helped"}
    assert agrees(assess(opened(tried(helped))), "MED-GEN-06", drug, None)


def test_what_nobody_measured_or_counted_is_not_asked_for():
    """ALT, sodium, days of an NSAID in the month, features beside the ones that decided."""
    unasked = ("worse_bending_lifting", "stiff_after_sitting")
    change = dict.fromkeys([f"/episode/features/{one}" for one in unasked], REMOVED)
    found = assess(opened({**NO_NERVE, **feature(muscle_spasm="no"), **change}))
    assert found["drugs"][DULO]["status"] == "offer"
    use = {"/nsaid_use": {"consecutive_days": 3, "free_days": 0}}
    found = assess(opened(both(taking("ibuprofen"), use)))
    assert found["drugs"]["ibuprofen"]["status"] == "offer"
