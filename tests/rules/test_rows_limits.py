"""The numbers that facts are made with, each on both sides of its edge (section 0, D-08 to D-36)."""

import pytest

from careplan.rules.book import book
from careplan.rules.courses import trial_days
from careplan.rules.facts import Facts
from careplan.rules.intake import IntakeRefused, check
from tests.rules.building import intake
from tests.rules.rows import flags, have, take, truth

TODAY = "2026-11-22"


def born(day):
    return {"/person/birth_date": day}


AT_65, AT_64 = born("1961-11-22"), born("1961-11-23")


def creatinine(on):
    return {"/labs": {"creatinine_mg_dl": 0.8, "creatinine_on": on}}


def pressure(on):
    return {"/vitals/on": on}


def weighed(on, kilos=70):
    return {"/person/weight_kg": kilos, "/person/weight_on": on}


def listed(on):
    return {"/medications_on": on}


def asked(on):
    return {"/person/pregnant_on": on}


# fact, what holds, its answer: how long a value counts
COUNTS = [
    ("kidney_known", creatinine("2025-11-22"), True),  # 12 months
    ("kidney_known", creatinine("2025-11-21"), None),
    ("kidney_known", {**creatinine("2026-08-22"), **AT_65}, True),  # 3 months
    ("kidney_known", {**creatinine("2026-08-21"), **AT_65}, None),
    ("kidney_known", {**creatinine("2026-08-21"), **AT_64}, True),
    ("kidney_known", {**creatinine("2026-08-21"), **have("diabetes")}, None),
    ("kidney_known", {**creatinine("2026-08-21"), **have("ckd_3")}, None),
    ("kidney_known", {**creatinine("2026-08-21"), **have("asthma")}, True),
    ("kidney_known", {**creatinine("2026-08-21"), **take("lisinopril")}, None),
    ("kidney_known", {**creatinine("2026-08-21"), **take("sertraline")}, True),
    ("pressure_known", pressure("2026-08-22"), True),
    ("pressure_known", pressure("2026-08-21"), None),
    ("size_known", weighed("2026-05-22"), True),
    ("size_known", weighed("2026-05-21"), None),
    ("medicines_known", listed("2026-11-08"), True),  # 14 days
    ("medicines_known", listed("2026-11-07"), None),
    ("pregnant", asked("2026-10-23"), False),  # 30 days
    ("pregnant", asked("2026-10-22"), None),
    ("pregnancy_possible", born("2014-11-22"), True),  # 12
    ("pregnancy_possible", born("2014-11-23"), False),
    ("pregnancy_possible", born("1970-11-23"), True),  # 55
    ("pregnancy_possible", born("1970-11-22"), False),
]


def temperature(celsius, on):
    return {"/vitals": {"temperature_c": celsius, "on": on}, **flags("fever", answer="unknown")}


FEVERS = [
    ("flags.fever", temperature(38.0, TODAY), True),
    ("flags.fever", temperature(37.95, TODAY), None),
    ("flags.fever", temperature(39, "2026-11-15"), True),  # 7 days
    ("flags.fever", temperature(39, "2026-11-14"), None),
]


def very_ill(**vitals):
    """A fever that a therapist has cleared today, with these vital signs."""
    review = {"flag": "fever", "on": "2026-11-22", "role": "therapist", "outcome": "cleared"}
    return {
        **flags("fever"),
        "/vitals": {**vitals, "on": "2026-11-22"},
        "/red_flag_reviews": [{**review, "finding": "A cold."}],
    }


ILL = [
    ("flags.fever", very_ill(heart_rate=111), True),
    ("flags.fever", very_ill(heart_rate=110), False),
    ("flags.fever", very_ill(systolic=99), True),
    ("flags.fever", very_ill(systolic=100), False),
]
OLD_WEIGHT = "2026-01-01"


def rate_alone(kilos):
    """An eGFR alone, and a weight that is too old for a clearance."""
    return {"/labs": {"egfr": 90, "egfr_on": "2026-11-20"}, **weighed(OLD_WEIGHT, kilos)}


def rising(before, now, days):
    labs = {"creatinine_mg_dl": now, "creatinine_on": "2026-11-20"}
    labs |= {"previous_creatinine_mg_dl": before, "previous_on": f"2026-11-{20 - days:02}"}
    return {"/labs": labs}


KIDNEYS = [
    ("kidney_known", rate_alone(50), True),
    ("kidney_known", rate_alone(49.9), None),
    ("kidney_injury", rising(0.9, 1.2, 2), True),
    ("kidney_injury", rising(0.9, 1.19, 2), False),
    ("kidney_injury", rising(0.9, 1.2, 3), False),
    ("kidney_injury", rising(0.4, 0.6, 7), True),
    ("kidney_injury", rising(0.4, 0.59, 7), False),
    ("kidney_injury", rising(0.4, 0.6, 8), False),
    ("kidney_injury", rising(0.4, 0.6, 3), True),
]


def medicine(drug, **more):
    return {"/medications": [{"drug": drug, "since": "2026-01-01", **more}]}


def dose(drug, mg, times):
    return medicine(drug, dose_mg=mg, times_a_day=times)


TAKEN = [
    ("takes.nsaid", medicine("naproxen", stopped="2026-11-08"), True),  # 14 days
    ("takes.nsaid", medicine("naproxen", stopped="2026-11-07"), False),
    ("taking.nsaid", medicine("naproxen", stopped="2026-11-09"), True),
    ("taking.nsaid", medicine("naproxen", stopped="2026-11-08"), False),
    ("takes.ssri", medicine("fluoxetine", stopped="2026-10-18"), True),  # 35 days
    ("takes.ssri", medicine("fluoxetine", stopped="2026-10-17"), False),
    ("takes.ssri", medicine("sertraline", stopped="2026-11-07"), False),
    ("new_medicine", take("amlodipine", since="2026-11-08"), True),  # 14 days
    ("new_medicine", take("amlodipine", since="2026-11-07"), False),
    ("steroid_for_months", take("prednisolone", since="2026-08-23"), True),  # 91 days
    ("steroid_for_months", take("prednisolone", since="2026-08-24"), False),
    ("aspirin_for_pain", dose("aspirin", 325, 1), False),
    ("aspirin_for_pain", dose("aspirin", 325.5, 1), True),
    ("aspirin_for_pain", medicine("aspirin", dose_mg=325.5), True),
    ("aspirin_for_pain", medicine("aspirin", dose_mg=325), None),
    ("aspirin_for_pain", medicine("aspirin", dose_mg=100), False),
    ("aspirin_for_pain", medicine("aspirin", dose_mg=100.5), None),
    ("nsaid_high_dose", dose("ibuprofen", 400, 3), False),
    ("nsaid_high_dose", dose("ibuprofen", 400.2, 3), True),
    ("nsaid_high_dose", dose("naproxen", 500, 2), False),
    ("nsaid_high_dose", dose("naproxen", 500.2, 2), True),
]


def tried(drug, outcome="not_enough", **more):
    return {"/tried": [{"treatment": drug, "outcome": outcome, **more}]}


STEPS = [
    ("nsaid_step_failed", tried("ketoprofen", weeks=1), True),
    ("nsaid_step_failed", tried("ketoprofen", weeks=0.9), False),
    ("nsaid_step_failed", tried("ketoprofen", flares=2), True),
    ("nsaid_step_failed", tried("ketoprofen", flares=1), False),
    ("nsaid_step_failed", tried("ketoprofen", "partly", weeks=2, relief_percent=29.9), True),
    ("nsaid_step_failed", tried("ketoprofen", "partly", weeks=2, relief_percent=30), False),
    ("nsaid_step_failed", tried("ketoprofen", "helped", weeks=9), False),
    ("duloxetine_failed", tried("duloxetine", weeks=8), True),
    ("duloxetine_failed", tried("duloxetine", weeks=7.9), False),
]
ROWS = [*COUNTS, *FEVERS, *ILL, *KIDNEYS, *TAKEN, *STEPS]


@pytest.mark.parametrize(("fact", "changes", "answer"), ROWS)
def test_both_sides_of_each_number(fact, changes, answer):
    assert truth(fact, changes) is answer


@pytest.mark.parametrize(("name", "place"), [("sodium", "sodium_mmol_l"), ("alt", "alt_times_uln")])
@pytest.mark.parametrize(("on", "old"), [("2025-11-22", False), ("2025-11-21", True)])
def test_a_blood_test_counts_for_twelve_months(name, place, on, old):
    facts = Facts(intake({"/labs": {place: 140, "on": on}}), book())
    assert facts[name] == 140
    assert (name in facts.expired) == old


@pytest.mark.parametrize(("kilos", "adjusted"), [(86.6, False), (86.7, True)])
def test_from_a_body_mass_index_of_thirty_the_ideal_weight_is_reckoned_too(kilos, adjusted):
    changes = {"/person/weight_kg": kilos, "/person/height_cm": 170}
    facts = Facts(intake(changes), book())
    assert (facts["dosing_clearance"] < int(facts["crcl"])) == adjusted


@pytest.mark.parametrize(("free", "days"), [(2, 5), (3, 0), (4, 0)])
def test_a_run_of_an_anti_inflammatory_is_over_after_three_free_days(free, days):
    use = {"/nsaid_use": {"consecutive_days": 5, "free_days": free}}
    assert truth("nsaid_days", {**take("naproxen"), **use}) == days


@pytest.mark.parametrize(("umol", "same"), [(84, True), (92.8, True), (83.9, False), (92.9, False)])
def test_two_units_of_one_creatinine_are_at_most_five_percent_apart(umol, same):
    """1 mg/dL is 88.4 µmol/L."""
    labs = {"creatinine_mg_dl": 1.0, "creatinine_umol_l": umol, "on": "2026-11-20"}
    try:
        check(intake({"/labs": labs}))
        assert same
    except IntakeRefused as refusal:
        assert not same
        assert [error["path"] for error in refusal.errors] == ["/labs/creatinine_umol_l"]


def test_a_trial_of_duloxetine_and_of_gabapentin_takes_eight_weeks():
    assert trial_days("duloxetine", book()) == trial_days("gabapentin", book()) == 56


def test_every_number_is_held_on_both_sides():
    """A new number of the book needs its two rows here."""
    assert len(book().limits) == 35
