"""Anti-inflammatories: every single reason alone, and both sides of every limit (MED-NSAID, -PPI)."""

import pytest

from careplan.rules import assess
from tests.rules.medicine_cases import (
    aged,
    agrees,
    both,
    condition,
    egfr,
    flat,
    on_nsaid,
    opened,
    taking,
    told,
    used,
)

LOW_ASPIRIN = taking("aspirin", dose_mg=75, times_a_day=1)
PAIN_ASPIRIN = both(taking("aspirin", dose_mg=500, times_a_day=3), used(3))
SMOKER = {"/person/smoker_ever": "yes"}


def allergy(*words):
    return {"/allergies": list(words)}


def pressure(systolic, diastolic=78):
    return {"/vitals/systolic": systolic, "/vitals/diastolic": diastolic}


def daily(drug, mg):
    return both(taking(drug, dose_mg=mg, times_a_day=1), used(3))


def tall(weight):
    """BMI is a quarter of the weight."""
    return {"/person/height_cm": 200, "/person/weight_kg": weight}


def pregnant(answer, weeks):
    return {"/person/pregnant": answer, "/person/weeks_pregnant": weeks}


# rule, drug, severity or words or None, changes each of which alone leads there
OF_BOTH = [
    ("MED-NSAID-03", "stop", used(10), used(11)),
    ("MED-NSAID-03", "caution", used(9), used(8)),
    ("MED-NSAID-03", None, used(7), used(10, free=3)),
    ("MED-NSAID-04", "caution", used(0, in_30=15, free=5), used(0, in_30=16, free=5)),
    ("MED-NSAID-04", None, used(0, in_30=14, free=5)),
    (
        "MED-NSAID-05", "caution", aged(65), condition("ckd_3"), egfr(45), egfr(59),
        condition("hypertension"), pressure(140), pressure(122, 90), condition("peptic_ulcer_past"),
        taking("prednisone"),
    ),
    ("MED-NSAID-05", None, aged(64), egfr(44), egfr(60), pressure(139, 89)),
    ("MED-NSAID-10", "stop", allergy("Aspirin (hives)"), allergy("NSAIDs"), allergy("Celebrex"),
     condition("aspirin_sensitive_asthma")),
    ("MED-NSAID-10", None, allergy("penicillin v", "omeprazole"), condition("asthma")),
    ("MED-NSAID-11", None, condition("coronary_artery_disease")),
    ("MED-NSAID-12", "stop", condition("peptic_ulcer_active"), condition("gi_bleed_ever"),
     both(aged(65), condition("peptic_ulcer_past"), LOW_ASPIRIN),
     both(taking("prednisone", "sertraline"), daily("naproxen", 1001))),
    ("MED-NSAID-12", None, condition("peptic_ulcer_past"),
     both(aged(64), condition("peptic_ulcer_past"), LOW_ASPIRIN),
     both(aged(65), condition("peptic_ulcer_past")), both(taking("prednisone", "sertraline"))),
    ("MED-NSAID-13", "caution", aged(65), condition("peptic_ulcer_past"), LOW_ASPIRIN,
     taking("clopidogrel"), taking("methylprednisolone"), taking("escitalopram"),
     taking("venlafaxine"), daily("ibuprofen", 1201), daily("naproxen", 1001)),
    ("MED-NSAID-13", None, aged(64), daily("ibuprofen", 1200), daily("naproxen", 1000),
     condition("diabetes")),
    ("MED-NSAID-14", "stop", egfr(29), condition("ckd_4_or_5"), condition("dialysis"),
     condition("kidney_transplant")),
    ("MED-NSAID-14", None, egfr(30), condition("ckd_3")),
    ("MED-NSAID-15", "the prescriber decides", egfr(30), egfr(44)),
    ("MED-NSAID-15", "five days at most", egfr(45), egfr(59)),
    ("MED-NSAID-15", None, egfr(29), egfr(60)),
    ("MED-NSAID-16", "stop", taking("ramipril", "spironolactone"), taking("valsartan", "HCTZ")),
    ("MED-NSAID-16", None, taking("ramipril", "valsartan"), taking("furosemide")),
    ("MED-NSAID-17", "stop", both(taking("lisinopril"), condition("ckd_3")),
     both(taking("furosemide"), condition("ckd_3")), both(taking("losartan"), egfr(59)),
     both(taking("losartan"), condition("ckd_4_or_5")),
     both(taking("losartan"), condition("dialysis"))),
    ("MED-NSAID-17", "caution", taking("lisinopril"), taking("losartan"), taking("furosemide"),
     both(taking("losartan"), egfr(60))),
    ("MED-NSAID-17", None, condition("ckd_3"), taking("amlodipine")),
    ("MED-NSAID-18", "stop", pressure(160), pressure(122, 100),
     condition("uncontrolled_hypertension")),
    ("MED-NSAID-18", "caution", pressure(159, 99), pressure(140), pressure(122, 90)),
    ("MED-NSAID-18", None, pressure(139, 89), condition("hypertension")),
    ("MED-NSAID-19", "stop", condition("heart_failure"), condition("unstable_heart_disease"),
     condition("mi_under_6_months"), condition("stroke_under_6_months")),
    ("MED-NSAID-19", "caution", condition("coronary_artery_disease"), condition("stroke"),
     condition("peripheral_artery_disease"), condition("hypertension", "diabetes"),
     both(SMOKER, tall(120)), condition("ckd_3", "diabetes"), both(SMOKER, condition("ckd_3"))),
    ("MED-NSAID-19", None, condition("hypertension"), condition("diabetes"), SMOKER, tall(120),
     condition("ckd_3"), both(SMOKER, tall(119.9))),
    ("MED-NSAID-20", "stop", taking("clopidogrel", "ticagrelor"),
     both(LOW_ASPIRIN, taking("clopidogrel")), taking("warfarin"), taking("Xarelto"),
     taking("dabigatran"), taking("enoxaparin")),
    ("MED-NSAID-20", "caution", LOW_ASPIRIN, taking("prasugrel"), taking("fluoxetine"),
     taking("duloxetine"), taking("prednisolone")),
    ("MED-NSAID-20", None, taking("amitriptyline"), taking("bupropion")),
    ("MED-NSAID-22", "caution", taking("lithium"), taking("methotrexate"), taking("ciclosporin"),
     taking("tacrolimus"), taking("pemetrexed")),
    ("MED-NSAID-23", "stop", pregnant("yes", 20), pregnant("yes", 30)),
    ("MED-NSAID-23", "caution", pregnant("yes", 19)),
    ("MED-NSAID-23", None, pregnant("no", 25)),
    ("MED-NSAID-24", "stop", condition("asthma_uncontrolled"),
     condition("asthma", "asthma_uncontrolled")),
    ("MED-NSAID-24", "caution", condition("asthma")),
    ("MED-NSAID-24", None, condition("copd")),
    ("MED-NSAID-25", "is not proposed", aged(76)),
    ("MED-NSAID-25", "with a stomach protector", aged(75), aged(65)),
    ("MED-NSAID-25", None, aged(64)),
    ("MED-NSAID-26", "stop", condition("liver_disease"), condition("bleeding_disorder")),
    ("MED-NSAID-26", "caution", condition("dehydration"), condition("heavy_alcohol"),
     condition("inflammatory_bowel_disease")),
    ("MED-NSAID-27", "stop", on_nsaid("ketorolac"), PAIN_ASPIRIN,
     on_nsaid("diclofenac gel", route="topical")),
    ("MED-NSAID-27", None, LOW_ASPIRIN, used(3)),
    ("MED-PPI-01", "info", aged(65), condition("peptic_ulcer_past"), taking("sertraline")),
    ("MED-PPI-01", None, aged(64)),
    ("MED-PPI-03", "caution", told("naproxen", "stomach_pain"),
     told("aspirin", "stomach_pain", "severe")),
    ("MED-PPI-03", None, told("naproxen", "stomach_pain", "mild"), told("metformin", "stomach_pain")),
    ("SW-03", "stop", told("ibuprofen", "swelling"), told("ibuprofen", "less_urine"),
     told("celecoxib", "raised_bp")),
    ("SW-03", None, told("ibuprofen", "swelling", "mild"), told("duloxetine", "raised_bp")),
    ("D-28", "stop", condition("ckd_4_or_5"), condition("dialysis"), {"/labs/alt_times_uln": 3}),
    ("D-28", "caution", condition("deep_vein_thrombosis")),
    ("D-28", None, {"/labs/alt_times_uln": 2.9}, condition("ckd_3")),
    ("D-44", "caution", taking("tenofovir"), condition("bariatric_surgery"),
     taking("dapagliflozin", "ramipril"), taking("empagliflozin", "losartan")),
    ("D-44", None, taking("dapagliflozin"), taking("losartan"), taking("tamoxifen")),
]  # fmt: skip
OF_ONE = [
    ("MED-NSAID-21", "ibuprofen", "caution", LOW_ASPIRIN, taking("aspirin")),
    ("MED-NSAID-21", "ibuprofen", None, PAIN_ASPIRIN, taking("clopidogrel")),
    ("MED-NSAID-21", "naproxen", None, LOW_ASPIRIN),
    ("MED-NSAID-27", "ibuprofen", None, on_nsaid("Advil")),
    ("MED-NSAID-27", "naproxen", "stop", on_nsaid("Advil")),
    ("MED-NSAID-27", "naproxen", None, on_nsaid("Aleve")),
    ("SW-02", "ibuprofen", "caution",
     both(on_nsaid("ibuprofen"), told("ibuprofen", "stomach_pain"))),
    ("SW-02", "ibuprofen", None, told("ibuprofen", "stomach_pain"), on_nsaid("ibuprofen"),
     both(on_nsaid("naproxen"), told("naproxen", "stomach_pain"))),
    ("MED-PPI-02", "omeprazole", "stop", taking("clopidogrel"), allergy("omeprazole"),
     allergy("pantoprazole")),
    ("MED-PPI-02", "omeprazole", "caution", taking("methotrexate"), condition("osteoporosis"),
     condition("c_difficile_history"), taking("citalopram", dose_mg=20.1, times_a_day=1),
     taking("citalopram", dose_mg=15, times_a_day=2), taking("citalopram")),
    ("MED-PPI-02", "omeprazole", None, taking("prasugrel"), taking("escitalopram"),
     taking("citalopram", dose_mg=20, times_a_day=1)),
    ("MED-TOP-01", None, "info", on_nsaid("Voltaren gel", route="topical")),
    ("MED-TOP-01", None, None, on_nsaid("diclofenac"), on_nsaid("fentanyl", route="topical")),
    ("MED-GEN-09", None, "info", taking("Tylenol"), taking("Percocet")),
    ("MED-GEN-09", None, None, taking("ibuprofen")),
]  # fmt: skip
CASES = flat([(rule, drug, *rest) for rule, *rest in OF_BOTH for drug in ("ibuprofen", "naproxen")])


@pytest.mark.parametrize(("rule", "drug", "wanted", "change"), [*CASES, *flat(OF_ONE)])
def test_each_reason_alone_and_each_limit_from_both_sides(rule, drug, wanted, change):
    assert agrees(assess(opened(change)), rule, drug, wanted)


def test_both_of_the_books_own_are_named_by_a_second_one():
    found = assess(opened(both(taking("ibuprofen", "naproxen"), used(3))))
    assert agrees(found, "MED-NSAID-27", "ibuprofen", "stop")
    assert agrees(found, "MED-NSAID-27", "naproxen", "stop")


def test_omeprazole_is_not_brought_where_it_is_stopped():
    found = assess(opened(taking("clopidogrel")))["drugs"]
    assert found["naproxen"]["status"] == "caution"
    assert found["naproxen"]["with"] == []
    assert assess(opened(taking("prasugrel")))["drugs"]["naproxen"]["with"] == ["omeprazole"]
