"""One row per level of each medicine rule, written from section 5 and the decisions of section 13.

Each is shown on a whole intake where it fires: see test_medicine_rules.py.
"""

from dataclasses import dataclass

from tests.rules.building import REMOVED
from tests.rules.medicine_cases import (
    APP_DRUGS,
    CLOSED,
    NSAIDS,
    OPEN,
    aged,
    condition,
    egfr,
    on_nsaid,
    taking,
    told,
    tried,
    used,
)

CYC, GABA, DULO, OPI, PPI = (
    ("cyclobenzaprine",),
    ("gabapentin",),
    ("duloxetine",),
    ("opioid",),
    ("omeprazole",),
)
LATER = (*CYC, *GABA, *DULO)
NOBODY = (None,)  # a rule about no single drug
PRESCRIBER = "prescriber"


@dataclass(frozen=True)
class Row:
    """`due`: (kind, days from today, role). `status`: where another rule of the intake is graver.

    `closed`: a stop for each drug, beside which a note on the dose is not said; None: not tried.
    `order`: the drug's rules, the deciding ones first.
    """

    rule: str
    severity: str
    drugs: tuple
    effect: str | None
    change: dict
    due: tuple = ()
    refer: tuple = ()
    max_days: int | None = None
    protect: tuple | None = None
    status: str | None = None
    closed: dict | None = None
    order: tuple = ()


def row(*args, closed=CLOSED, **more):
    return Row(*args, closed=closed, **more)


def due(kind, days, role=PRESCRIBER):
    return (kind, days, role)


def allergic(*drugs):
    return {"/allergies": list(drugs)}


def measured(**labs):
    return {"/labs": {"creatinine_mg_dl": 0.8, "on": "2026-09-01", **labs}}


def pregnant(weeks):
    return {"/person/pregnant": "yes", "/person/weeks_pregnant": weeks}


def reacted(drug, effect):
    """It was tried before and had this effect, whatever else was said of it."""
    return tried({"treatment": drug, "outcome": "helped", "side_effects": [effect]})


OPIOID = {**taking("morphine", dose_mg=10, times_a_day=3), "/care": OPEN["/care"]}
NO_LEG_PAIN = {"/episode/features/leg_pain_below_knee": "no"}
NO_LOSS = {"/episode/features/dermatomal_sensory_loss": "no"}
OBESE = {"/person/weight_kg": 130, "/person/height_cm": 165, **measured(creatinine_mg_dl=1.3)}
FIRST_PLATEAU = {
    "/check_ins": [
        {"on": "2026-11-01", "nprs": 6, "peg": [6, 6, 6], "adherence": 1},
        {"on": "2026-11-15", "nprs": 6, "peg": [6, 6, 6], "adherence": 1},
    ]
}

GENERAL = [
    row("MED-GEN-02", "info", APP_DRUGS, None, {"/person/height_cm": REMOVED},
        status="needs_data", closed=None),
    row("PT-01", "info", APP_DRUGS, "not_yet",
        {"/care": {"physical_therapy": "none", "self_management": "offered", "weeks": 0}}),
    row("MED-GEN-03", "caution", APP_DRUGS, "caution", taking("metformin", since="2026-11-08")),
    *[row("MED-GEN-06", "caution", (drug,), "prescriber_only",
          tried({"treatment": drug, "outcome": "side_effect"})) for drug in APP_DRUGS],
    row("MED-GEN-06", "caution", NSAIDS, "prescriber_only", reacted("diclofenac", "bleeding")),
    row("MED-GEN-07", "caution", APP_DRUGS, "prescriber_only", {"/person/breastfeeding": "yes"}),
    row("MED-GEN-08", "stop", LATER, "avoid", {**aged(65), **taking("lorazepam", "mirtazapine")}),
    row("MED-GEN-09", "info", NOBODY, None, taking("paracetamol")),
    *[row("D-26", "stop", (drug,), "avoid", allergic(drug)) for drug in LATER],
    row("D-25", "caution", NOBODY, None, taking("zzyzxol")),
    row("D-25", "info", NOBODY, None, allergic("zzyzxol"), closed=None),
    row("CK-16", "info", LATER, "not_yet", FIRST_PLATEAU),
]  # fmt: skip

ANTI_INFLAMMATORIES = [
    row("MED-NSAID-01", "info", NSAIDS, "note", {}, max_days=10, protect=()),
    row("MED-NSAID-02", "info", NSAIDS, "not_yet", {"/episode/flare": False}),
    row("MED-NSAID-03", "stop", NSAIDS, "avoid", on_nsaid("ibuprofen", 10),
        due=(due("nsaid_day_limit", 0),)),
    row("MED-NSAID-03", "caution", NSAIDS, "caution", used(8)),
    row("MED-NSAID-04", "caution", NSAIDS, "caution", used(0, in_30=15)),
    row("MED-NSAID-05", "caution", NSAIDS, "caution", condition("hypertension"), max_days=5),
    row("MED-NSAID-10", "stop", NSAIDS, "avoid", allergic("aspirin"), closed=None),
    row("MED-NSAID-11", "stop", NSAIDS, "avoid", condition("cabg_under_3_months")),
    row("MED-NSAID-12", "stop", NSAIDS, "avoid", condition("gi_bleed_ever")),
    row("MED-NSAID-13", "caution", NSAIDS, "caution", condition("peptic_ulcer_past"),
        protect=PPI),
    row("MED-NSAID-14", "stop", NSAIDS, "avoid", condition("kidney_transplant")),
    row("MED-NSAID-15", "caution", NSAIDS, "prescriber_only", egfr(40)),
    row("MED-NSAID-15", "caution", NSAIDS, "caution", egfr(50), max_days=5,
        due=(due("kidney_and_potassium", 14),)),
    row("MED-NSAID-16", "stop", NSAIDS, "avoid", taking("lisinopril", "furosemide")),
    row("MED-NSAID-17", "stop", NSAIDS, "avoid", {**taking("losartan"), **condition("ckd_3")}),
    row("MED-NSAID-17", "caution", NSAIDS, "caution", taking("losartan"),
        due=(due("blood_pressure", 14), due("kidney_and_potassium", 14))),
    row("MED-NSAID-18", "stop", NSAIDS, "avoid", {"/vitals/systolic": 160}),
    row("MED-NSAID-18", "caution", NSAIDS, "caution", {"/vitals/systolic": 140},
        due=(due("blood_pressure", 7),)),
    row("MED-NSAID-19", "stop", NSAIDS, "avoid", condition("heart_failure")),
    row("MED-NSAID-19", "caution", NSAIDS, "caution", condition("peripheral_artery_disease")),
    row("MED-NSAID-20", "stop", NSAIDS, "avoid", taking("apixaban")),
    row("MED-NSAID-20", "caution", NSAIDS, "caution", taking("prednisone"), protect=PPI),
    row("MED-NSAID-21", "caution", ("ibuprofen",), "caution",
        taking("aspirin", dose_mg=75, times_a_day=1)),
    row("MED-NSAID-22", "caution", NSAIDS, "prescriber_only", taking("lithium")),
    row("MED-NSAID-23", "stop", NSAIDS, "avoid", pregnant(20)),
    row("MED-NSAID-23", "caution", NSAIDS, "prescriber_only", pregnant(19)),
    row("MED-NSAID-24", "stop", NSAIDS, "avoid", condition("asthma_uncontrolled")),
    row("MED-NSAID-24", "caution", NSAIDS, "caution", condition("asthma")),
    row("MED-NSAID-25", "caution", NSAIDS, "prescriber_only", aged(76), protect=PPI, max_days=5),
    row("MED-NSAID-25", "caution", NSAIDS, "caution", aged(65), protect=PPI, max_days=5),
    row("MED-NSAID-26", "stop", NSAIDS, "avoid", condition("bleeding_disorder")),
    row("MED-NSAID-26", "caution", NSAIDS, "caution", condition("dehydration")),
    row("MED-NSAID-27", "stop", NSAIDS, "avoid", on_nsaid("ketorolac")),
    row("MED-NSAID-28", "info", NOBODY, None, {}),
    row("MED-TOP-01", "info", NOBODY, None, on_nsaid("diclofenac", route="topical")),
    row("MED-PPI-01", "info", NSAIDS, "note", condition("peptic_ulcer_past"), protect=PPI,
        status="caution"),
    row("MED-PPI-02", "stop", PPI, "avoid", taking("clopidogrel"), closed=None),
    row("MED-PPI-02", "caution", PPI, None, condition("osteoporosis"), closed=None),
    row("MED-PPI-03", "caution", NSAIDS, "prescriber_only", told("diclofenac", "stomach_pain")),
    row("SW-02", "caution", ("naproxen",), None,
        {**on_nsaid("naproxen"), **told("naproxen", "stomach_pain", "severe")},
        status="prescriber_only", due=(due("side_effect_review", 2),)),
    row("SW-03", "stop", NSAIDS, "avoid",
        {**on_nsaid("naproxen"), **told("naproxen", "swelling", "severe")},
        due=(due("blood_pressure", 2), due("kidney_and_potassium", 2))),
    row("D-44", "caution", NSAIDS, "caution", condition("bariatric_surgery")),
    row("D-28", "caution", NSAIDS, "caution", condition("deep_vein_thrombosis")),
]  # fmt: skip

RELAXANT = [
    row("MED-CYC-01", "info", CYC, "not_yet", {"/episode/features/muscle_spasm": "no"}),
    row("STEP-2B", "info", CYC, "not_yet", {"/tried": []}, closed=allergic(*CYC)),
    row("MED-CYC-02", "info", CYC, "note", {}, max_days=14),
    row("MED-CYC-03", "stop", CYC, "avoid", condition("hyperthyroidism")),
    row("MED-CYC-04", "caution", CYC, "prescriber_only", condition("liver_disease")),
    row("MED-CYC-05", "caution", CYC, "prescriber_only", aged(65)),
    row("MED-CYC-06", "caution", CYC, "prescriber_only", taking("amitriptyline")),
    row("MED-CYC-06", "caution", CYC, "caution", taking("lorazepam")),
    row("MED-CYC-07", "stop", CYC, "avoid", condition("urinary_retention")),
    row("MED-CYC-08", "info", CYC, "note", {}),
]  # fmt: skip

ANTIEPILEPTIC = [
    row("D-22", "stop", GABA, "avoid", {"/clinic": {"gabapentin_enabled": False}}),
    row("MED-GABA-01", "stop", GABA, "avoid", NO_LEG_PAIN),
    row("STEP-2C", "info", GABA, "not_yet", NO_LOSS),
    row("MED-GABA-02", "caution", GABA, "prescriber_only", {}),
    row("MED-GABA-03", "info", GABA, "not_yet", {"/tried": OPEN["/tried"][:1]},
        closed=allergic(*GABA)),
    row("MED-GABA-04", "info", GABA, "note", {}),
    row("MED-GABA-05", "info", GABA, "note", aged(65)),
    row("MED-GABA-07", "stop", GABA, "avoid", {**aged(65), **taking("codeine")}),
    row("MED-GABA-07", "caution", GABA, "prescriber_only", taking("codeine")),
    row("MED-GABA-07", "caution", GABA, "caution", taking("lorazepam")),
    row("MED-GABA-08", "caution", GABA, "prescriber_only", condition("substance_use_disorder")),
    row("MED-GABA-08", "caution", GABA, "caution", condition("depression")),
    row("MED-GABA-09", "info", GABA, "note", taking("maalox")),
    row("MED-GABA-10", "info", GABA, None, {**taking("gabapentin"), **condition("epilepsy")}),
    row("MED-GABA-10", "info", GABA, None, taking("gabapentin")),
    row("MED-GABA-11", "info", GABA, "note", {}),
    row("MED-GABA-12", "caution", GABA, None,
        {**taking("gabapentin"), **told("gabapentin", "fog", "severe")},
        due=(due("side_effect_review", 2),)),
    row("SW-01", "info", GABA, None, {**taking("gabapentin"), **told("gabapentin", "fog")}),
    row("REN-02", "caution", GABA, "prescriber_only", OBESE),
    row("D-28", "stop", (*NSAIDS, *GABA, *DULO), "avoid", condition("dialysis")),
    row("D-28", "caution", GABA, "prescriber_only", condition("ckd_4_or_5")),
    row("D-28", "stop", (*NSAIDS, *CYC, *DULO), "avoid", measured(alt_times_uln=3)),
]  # fmt: skip

ANTIDEPRESSANT = [
    row("D-22", "stop", DULO, "avoid",
        {"/clinic": {"gabapentin_enabled": True, "duloxetine_enabled": False}}),
    row("STEP-2A", "info", DULO, "not_yet", {"/care/weeks": 5}),
    row("MED-DULO-01", "info", DULO, "note", {}),
    row("MED-DULO-02", "info", DULO, "note", {}),
    row("MED-DULO-10", "stop", DULO, "avoid", taking("linezolid")),
    row("MED-DULO-11", "stop", DULO, "avoid", condition("heavy_alcohol")),
    row("MED-DULO-12", "stop", DULO, "avoid", egfr(29)),
    row("MED-DULO-12", "caution", DULO, "caution", egfr(30)),
    row("MED-DULO-13", "stop", DULO, "avoid", condition("narrow_angle_glaucoma")),
    row("MED-DULO-13", "caution", DULO, "caution", condition("other_glaucoma"),
        refer=("eye_care",), due=(due("eye_opinion", 14),)),
    row("MED-DULO-14", "caution", DULO, "prescriber_only", aged(24)),
    row("MED-DULO-15", "stop", DULO, "avoid", {"/red_flags/suicidal_thoughts": "yes"}),
    row("MED-DULO-16", "caution", DULO, "prescriber_only", condition("bipolar_disorder")),
    row("MED-DULO-17", "stop", DULO, "avoid", taking("sertraline")),
    row("MED-DULO-17", "caution", DULO, "caution", taking("sumatriptan")),
    row("MED-DULO-18", "stop", DULO, "avoid", taking("ciprofloxacin")),
    row("MED-DULO-18", "caution", DULO, "caution", taking("flecainide")),
    row("MED-DULO-19", "stop", DULO, "avoid", taking("ketorolac", "apixaban")),
    row("MED-DULO-19", "caution", DULO, "caution", taking("clopidogrel"), protect=()),
    row("MED-DULO-19", "caution", DULO, "caution", on_nsaid("ketorolac"), protect=PPI),
    row("MED-DULO-20", "stop", DULO, "avoid", {"/vitals/diastolic": 100}),
    row("MED-DULO-21", "caution", DULO, "caution", condition("falls"),
        due=(due("fall_risk", 14),)),
    row("MED-DULO-22", "caution", DULO, "caution", taking("furosemide"), due=(due("sodium", 0),)),
    row("MED-DULO-23", "caution", DULO, "caution", condition("gastroparesis")),
    row("MED-DULO-24", "caution", DULO, "prescriber_only", {"/person/breastfeeding": "yes"}),
    row("MED-DULO-25", "info", DULO, None, taking("duloxetine")),
    row("MED-DULO-26", "info", DULO, "note", {}),
    row("SW-04", "caution", DULO, None,
        {**taking("duloxetine"), **told("duloxetine", "nausea", "mild")},
        due=(due("side_effect_review", 2),)),
    row("SW-04", "info", DULO, None,
        {**taking("duloxetine", since="2026-11-08"), **told("duloxetine", "nausea", "mild")},
        status="caution"),
    row("SW-05", "caution", DULO, None, {**taking("duloxetine"), **told("duloxetine", "dizzy")},
        due=(due("fall_risk", 2),)),
    row("D-23", "caution", NOBODY, None,
        {**taking("duloxetine"), **condition("liver_disease")}, due=(due("medicine_review", 1),)),
    row("D-28", "caution", DULO, "prescriber_only", measured(sodium_mmol_l=134)),
    row("D-44", "caution", DULO, "prescriber_only", taking("tamoxifen")),
]  # fmt: skip

NEVER = ("MED-OPI-01", "MED-GEN-10")
OPIOIDS = [
    row("MED-OPI-01", "stop", OPI, "avoid", {}, order=NEVER),
    row("MED-GEN-10", "stop", OPI, "avoid", {}, order=NEVER),
    row("MED-OPI-02", "info", OPI, None, taking("morphine")),
    row("MED-OPI-02", "info", OPI, None, OPIOID),
    row("MED-OPI-03", "caution", OPI, "caution", OPIOID, due=(due("opioid_review", 7),),
        order=(*NEVER, "MED-OPI-03", "MED-OPI-02", "MED-OPI-07")),
    row("MED-OPI-04", "caution", OPI, "caution",
        taking("morphine", dose_mg=25, times_a_day=2), due=(due("opioid_urgent_review", 2),),
        order=(*NEVER, "MED-OPI-03", "MED-OPI-04", "MED-OPI-02", "MED-OPI-07")),
    row("MED-OPI-05", "urgent", OPI, "caution",
        {**taking("morphine", dose_mg=45, times_a_day=2), "/tried": []},
        due=(due("opioid_urgent_review", 0),), refer=("pain_service",),
        order=(*NEVER, *(f"MED-OPI-0{n}" for n in (3, 4, 5, 2, 7)))),
    row("MED-OPI-06", "urgent", OPI, "caution",
        {**OPIOID, **condition("copd"), **told("morphine", "drowsy")},
        due=(due("opioid_urgent_review", 0),),
        order=(*NEVER, "MED-OPI-03", "MED-OPI-06", "MED-OPI-02", "MED-OPI-07")),
    row("MED-OPI-06", "caution", OPI, "caution", {**OPIOID, **condition("copd")},
        due=(due("opioid_urgent_review", 2),),
        order=(*NEVER, "MED-OPI-03", "MED-OPI-06", "MED-OPI-02", "MED-OPI-07")),
    row("MED-OPI-07", "info", OPI, None, OPIOID),
    row("MED-OPI-08", "caution", OPI, "caution", {**OPIOID, **condition("opioid_use_disorder")},
        due=(due("opioid_urgent_review", 0),),
        order=(*NEVER, "MED-OPI-03", "MED-OPI-08", "MED-OPI-02", "MED-OPI-07")),
]  # fmt: skip

ROWS = [*GENERAL, *ANTI_INFLAMMATORIES, *RELAXANT, *ANTIEPILEPTIC, *ANTIDEPRESSANT, *OPIOIDS]
