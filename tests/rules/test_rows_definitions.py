"""Named conditions that rules share, a second time: each part alone, each limit on both sides, and
nothing else (PT-01, PT-11, MED-NSAID, MED-PPI, EXR-01, D-32, D-37)."""

from itertools import combinations

import pytest

from careplan.rules.book import book
from careplan.rules.facts import Facts
from tests.rules.building import REMOVED, intake
from tests.rules.rows import flags, have, take, truth, yes


def born(day):
    return {"/person/birth_date": day}


def care(therapy, own, weeks=0):
    return {"/care": {"physical_therapy": therapy, "self_management": own, "weeks": weeks}}


def pressure(systolic, diastolic):
    return {"/vitals/systolic": systolic, "/vitals/diastolic": diastolic}


def egfr(value):
    return {"/labs": {"egfr": value, "egfr_on": "2026-11-20"}}


AT_65, AT_64 = born("1961-11-22"), born("1961-11-23")
SMOKED, NOT_SAID = {"/person/smoker_ever": "yes"}, {"/person/smoker_ever": REMOVED}
UNKNOWN_LIST = {"/conditions_complete": False}
HIGH_DOSE = {  # D-33: over 1,200 mg of ibuprofen a day
    "/medications": [{"drug": "ibuprofen", "dose_mg": 600, "times_a_day": 3, "since": "2026-01-01"}]
}
LOW_DOSE = {
    "/medications": [{"drug": "ibuprofen", "dose_mg": 400, "times_a_day": 3, "since": "2026-01-01"}]
}
STOMACH = [  # MED-PPI-01
    AT_65,
    have("peptic_ulcer_past"),
    take("aspirin"),
    take("clopidogrel"),
    take("prednisolone"),
    take("sertraline"),
    take("duloxetine"),
    HIGH_DOSE,
]
THREE_OF = [AT_65, *STOMACH[1:3], *STOMACH[4:6], HIGH_DOSE]
OF_THIRTY = {"/person/weight_kg": 86.7, "/person/height_cm": 170}
HEART = [have("hypertension"), have("diabetes"), SMOKED, OF_THIRTY, have("ckd_3")]  # D-32


def both(one, other):
    """Two changes together; lists of conditions and medicines are joined."""
    made = {**one, **other}
    for place in ("/conditions", "/medications"):
        made |= {place: one[place] + other[place]} if place in one and place in other else {}
    return made


TRUE = {
    "care_offered": [
        *(care(one, "offered") for one in ("offered", "declined", "active", "completed")),
        *(care("offered", one) for one in ("offered", "active")),
    ],
    "six_weeks_of_care": [
        *(care(one, own, 6) for one in ("active", "completed") for own in ("offered", "active")),
        care("declined", "active", 6),
    ],
    "very_high_pressure": [
        pressure(160, 80),
        pressure(120, 100),
        have("uncontrolled_hypertension"),
    ],
    "high_pressure": [pressure(140, 80), pressure(120, 90)],
    "ckd_3_or_worse": [egfr(59), have("ckd_3"), have("ckd_4_or_5"), have("dialysis")],
    "kidneys_failing": [egfr(29), have("ckd_4_or_5"), have("dialysis"), have("kidney_transplant")],
    "gi_risk": STOMACH,
    "three_gi_risks": [both(both(a, b), c) for a, b, c in combinations(THREE_OF, 3)],
    "two_heart_risks": [both(*pair) for pair in combinations(HEART, 2)],
    "pregnant_or_nursing": [{"/person/pregnant": "yes"}, {"/person/breastfeeding": "yes"}],
    "muscle_spasm_flare": [yes("muscle_spasm")],
    "bad_nights": [{"/function/nights_woken": 3}],
    "tires_soon": [
        {"/availability/too_tired": True},
        {"/function/fatigue": 7},
        {"/function/walking_minutes": 9.9},
    ],
    "osteoporosis": [
        have("osteoporosis"),
        have("fragility_fracture"),
        {**UNKNOWN_LIST, **AT_65},
        {**UNKNOWN_LIST, **take("prednisolone")},
    ],
    "aneurysm": [
        have("known_aaa"),
        {**UNKNOWN_LIST, **AT_65, **SMOKED},
        {**UNKNOWN_LIST, **AT_65, **NOT_SAID},
    ],
    "vascular_risk": [SMOKED, have("hypertension"), have("peripheral_artery_disease")],
    "infection_item": [
        have("diabetes"),
        have("kidney_transplant"),
        take("prednisolone"),
        take("adalimumab"),
        take("azathioprine"),
    ],
    "fragile_bones": [have("height_loss"), AT_65, {**born("1956-11-22"), "/person/sex": "male"}],
    "chronic": [{"/episode/onset": "2026-08-30"}],
    "neurological_sign": [flags("saddle_numbness")],
}
FALSE = {
    "care_offered": [
        care("none", "active"),
        care("active", "none"),
        care("none", "none"),
    ],
    "six_weeks_of_care": [
        care("active", "active", 5.9),
        care("offered", "active", 6),
        care("none", "active", 6),
        care("active", "none", 6),
        care("declined", "offered", 6),
        care("declined", "active", 5.9),
        care("declined", "none", 6),
    ],
    "very_high_pressure": [pressure(159, 99), have("hypertension")],
    "high_pressure": [pressure(139, 89)],
    "ckd_3_or_worse": [egfr(60), have("diabetes")],
    "kidneys_failing": [egfr(30), have("ckd_3")],
    "gi_risk": [AT_64, LOW_DOSE, take("amlodipine"), have("gi_bleed_ever"), {}],
    "three_gi_risks": [
        *(both(a, b) for a, b in combinations(THREE_OF, 2)),
        both(AT_64, both(*THREE_OF[1:3])),
    ],
    "two_heart_risks": [*HEART, {"/person/weight_kg": 86.6, "/person/height_cm": 170, **SMOKED}],
    "pregnant_or_nursing": [{}],
    "muscle_spasm_flare": [
        {"/episode/features/muscle_spasm": "no"},
        {**yes("muscle_spasm"), "/episode/flare": False},
    ],
    "bad_nights": [{"/function/nights_woken": 2}],
    "tires_soon": [{"/function/fatigue": 6.9, "/function/walking_minutes": 10}],
    "osteoporosis": [AT_65, take("prednisolone"), {**UNKNOWN_LIST, **AT_64}],
    "aneurysm": [
        {**AT_65, **SMOKED},
        {**UNKNOWN_LIST, **AT_64, **SMOKED},
        {**UNKNOWN_LIST, **AT_65},
    ],
    "vascular_risk": [have("stroke"), {}],
    "infection_item": [have("ckd_3"), {}],
    "fragile_bones": [AT_64, {**born("1956-11-23"), "/person/sex": "male"}],
    "chronic": [{"/episode/onset": "2026-08-31"}],
    "neurological_sign": [flags("fever", "infection_risk")],
}
CASES = [(name, changes, True) for name, rows in TRUE.items() for changes in rows]
CASES += [(name, changes, False) for name, rows in FALSE.items() for changes in rows]


@pytest.mark.parametrize(("name", "changes", "answer"), CASES)
def test_each_part_alone_and_nothing_else(name, changes, answer):
    unsettled = {None} if "/conditions_complete" in changes and not answer else set()
    assert truth(f"is.{name}", changes) in {answer} | unsettled


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("care_offered", care("offered", "offered") | {"/care": {}}),
        ("six_weeks_of_care", {"/care": {"weeks": 6}}),
        ("very_high_pressure", {"/vitals": {}}),
        ("very_high_pressure", {"/vitals/on": "2026-08-21"}),  # an old normal one has expired
        ("high_pressure", {"/vitals/on": REMOVED}),
        ("ckd_3_or_worse", {"/labs": {}}),
        ("kidneys_failing", {"/labs": {}}),
        ("pregnant_or_nursing", {"/person/breastfeeding": REMOVED}),
        ("muscle_spasm_flare", {"/episode/flare": REMOVED, **yes("muscle_spasm")}),
        ("bad_nights", {"/function": {}}),
        ("vascular_risk", NOT_SAID),
        ("vascular_risk", UNKNOWN_LIST),
        ("infection_item", UNKNOWN_LIST),
        ("infection_item", {"/medications_complete": False}),
        ("fragile_bones", UNKNOWN_LIST),
        ("two_heart_risks", {**UNKNOWN_LIST}),
        ("gi_risk", {"/medications_complete": False}),
        ("neurological_sign", flags("both_legs_affected", answer="unknown")),
    ],
)
def test_what_nobody_said_is_not_known(name, changes):
    assert truth(f"is.{name}", changes) is None


@pytest.mark.parametrize("kind", ["own", "clinic", "tens"])
def test_a_stimulator_of_muscle_is_the_persons_own_or_the_clinics(kind):
    facts = Facts({**intake(), "device": {"kind": kind}}, book())
    assert facts["is.stimulates_muscle"] is (kind != "tens")


BASELINE = {"on": "2026-10-01", "nprs": 6, "peg": [6, 6, 6]}


def checked(**last):
    return {"/check_ins": [BASELINE, {"on": "2026-10-15", **last}]}


MISSED = [{"on": f"2026-10-{day}", "missed": True} for day in (15, 20, 29)]


@pytest.mark.parametrize(
    ("changes", "frozen"),
    [
        ({}, False),
        (checked(nprs=6, peg=[6, 6, 6]), False),
        (checked(nprs=3, peg=[3, 3, 3]), False),
        (checked(nprs=8, peg=[6, 6, 6]), True),
        (checked(nprs=8, peg=[3, 3, 3]), True),
        ({"/check_ins": [BASELINE]}, False),
        ({"/check_ins": [BASELINE, *MISSED[:2]]}, False),
        ({"/check_ins": [BASELINE, *MISSED]}, True),
        (flags("fever"), True),
        (flags("fever", answer="unknown"), None),
    ],
)
def test_no_step_up_while_it_is_worse_mixed_missed_or_a_flag_is_open(changes, frozen):
    assert truth("is.progression_frozen", changes) is frozen


def test_every_definition_is_held_here_or_with_its_pain():
    of_pain = {"mechanical_pattern", "nociplastic", "inflammatory", "inflammatory_experts"}
    of_pain |= {"inflammatory_referral", "neuropathic_possible", "neuropathic_probable"}
    of_pain |= {"neuropathic_definite"}
    here = {*TRUE, "stimulates_muscle", "progression_frozen"}
    assert set(book().definitions) == here | of_pain
    assert set(FALSE) == set(TRUE)
