"""Every number of a dose, of the bands of gabapentin, and of a course (MED-NSAID-01, -CYC-02,
-DULO-02 and -03, -GABA-04 to -06, REN-03)."""

import tomllib
from datetime import date, timedelta

import pytest

from careplan.rules import assess
from careplan.rules.book import DATA, book
from careplan.rules.courses import trial_days
from careplan.rules.facts import Facts
from careplan.rules.records import judged
from tests.rules.building import finding, intake
from tests.rules.medicine_cases import (
    aged,
    both,
    clearance,
    condition,
    egfr,
    opened,
    pregnant_at,
    taking,
)

TODAY = date(2026, 11, 22)
HEAVY_AT_65 = {**aged(65), "/person/weight_kg": 90, "/person/height_cm": 180}


def steps(drug, change=None):
    dose = assess(opened(change))["drugs"][drug]["dose"]
    return dose and [(one["mg"], one["times_a_day_max"], one["days"]) for one in dose["steps"]]


STARTS = {  # age and band: mg, times a day, days
    "G1": [(300, 1, 7), (300, 2, 7), (300, 3, None)],
    "G1 at 65": [(100, 1, 7), (100, 2, 7), (100, 3, 7), (200, 3, 7), (300, 3, None)],
    "G2": [(100, 1, 7), (200, 1, 7), (200, 2, None)],
    "G3": [(100, 1, 7), (200, 1, None)],
    "none": None,
}


@pytest.mark.parametrize(
    ("drug", "change", "wanted"),
    [
        ("ibuprofen", {}, [(400, 3, 10)]),
        ("ibuprofen", condition("hypertension"), [(400, 3, 5)]),
        ("naproxen", {}, [(500, 2, 10)]),
        ("naproxen", aged(65), [(500, 2, 5)]),
        ("cyclobenzaprine", {}, [(5, 1, 14)]),
        ("duloxetine", {}, [(30, 1, 7), (60, 1, None)]),
        ("duloxetine", egfr(60), [(30, 1, 7), (60, 1, None)]),
        ("duloxetine", egfr(59), [(30, 1, 14), (60, 1, None)]),
        ("gabapentin", clearance(60), STARTS["G1"]),
        ("gabapentin", both(aged(64)), STARTS["G1"]),
        ("gabapentin", HEAVY_AT_65, STARTS["G1 at 65"]),
        ("gabapentin", clearance(59), STARTS["G2"]),
        ("gabapentin", clearance(31), STARTS["G2"]),
        ("gabapentin", clearance(30), STARTS["G3"]),
        ("gabapentin", clearance(16), STARTS["G3"]),
        ("gabapentin", clearance(15), None),
        ("gabapentin", condition("ckd_4_or_5"), STARTS["G3"]),
        ("gabapentin", condition("dialysis"), None),
    ],
)
def test_a_dose_is_these_steps(drug, change, wanted):
    assert steps(drug, change) == wanted


@pytest.mark.parametrize(
    ("whole", "band"),
    [(61, "G1"), (60, "G1"), (59, "G2"), (31, "G2"), (30, "G3"), (16, "G3"), (15, "G4"), (5, "G4")],
)
def test_the_gaps_between_bands_go_to_the_lower_one(whole, band):
    assert assess(opened(clearance(whole)))["renal"]["gabapentin_band"] == band


def test_no_clearance_at_all_is_in_the_lowest_band():
    barely = {"/person/weight_kg": 35, "/labs/creatinine_mg_dl": 30, **aged(100)}
    renal = assess(opened(barely))["renal"]
    assert (renal["crcl"], renal["gabapentin_band"]) == (0.6, "G4")


def test_the_bands_are_those_of_the_label():
    """Neurontin label, table 1: mg a day and times a day; the ceilings are the house's."""
    rows = tomllib.loads((DATA / "doses.toml").read_text("utf-8"))["band"]
    assert {row["code"]: (*row["daily_mg"], row["times"], row["ceiling_mg"]) for row in rows} == {
        "G1": (900, 3600, 3, 1800),
        "G2": (400, 1400, 2, 1400),
        "G3": (200, 700, 1, 700),
        "G4": (100, 300, 1, 0),
    }


@pytest.mark.parametrize(
    ("drug", "weeks"), [("duloxetine", 8), ("gabapentin", 8), ("cyclobenzaprine", None)]
)
def test_weeks_of_a_trial(drug, weeks):
    assert assess(opened())["drugs"][drug]["trial_weeks"] == weeks


@pytest.mark.parametrize("drug", ["duloxetine", "gabapentin"])
def test_a_trial_is_56_days(drug):
    assert trial_days(drug, book()) == 56


# A course that runs ------------------------------------------------------------------------


def course(drug, days, now=None, **more):
    """{"findings", "follow_ups"} of a course of so many days in which 10 became `now`."""
    made = {"drug": drug, "started": (TODAY - timedelta(days=days)).isoformat(), **more}
    if now is not None:
        made |= {"before": {"nprs": 10}, "now": {"nprs": now}}
    return judged(Facts({**intake(), "course": made}, book()), "course")[0]


DECIDE = [("trial_decision", "2026-11-22", "prescriber")]
CAUTION, INFO = "caution", "info"
COURSES = [  # rule, severity, what is due, [(drug, days, 10 fell to)]
    ("MED-GEN-05", INFO, [], [("duloxetine", 5, 7), ("gabapentin", 56, 7.1), ("duloxetine", 56, 9)]),
    ("MED-GEN-05", None, [], [("duloxetine", 55, 7.1), ("gabapentin", 55, 9), ("gabapentin", 60, None)]),
    ("MED-DULO-03", CAUTION, DECIDE, [
        ("duloxetine", 84, 7.1), ("duloxetine", 90, None), ("duloxetine", 56, 7.1),
        ("duloxetine", 56, 8.5), ("duloxetine", 83, 8.4), ("duloxetine", 56, 8.6),
        ("duloxetine", 56, None), ("duloxetine", 60, 10),
    ]),
    ("MED-DULO-03", INFO, [], [
        ("duloxetine", 14, 8.5), ("duloxetine", 27, 7), ("duloxetine", 14, 8.6),
        ("duloxetine", 27, None), ("duloxetine", 20, 10),
    ]),
    ("MED-DULO-03", None, [], [
        ("duloxetine", 13, 8.5), ("duloxetine", 13, 10), ("duloxetine", 28, 8.5),
        ("duloxetine", 28, 10), ("duloxetine", 55, 10), ("duloxetine", 55, 8), ("duloxetine", 56, 7),
        ("duloxetine", 84, 7), ("gabapentin", 14, 8), ("gabapentin", 56, 8), ("gabapentin", 56, 10),
        ("gabapentin", 84, 8), ("gabapentin", 14, 10),
    ]),
    ("SW-06", CAUTION, [], [("duloxetine", 56, 7.1), ("duloxetine", 90, 10)]),
    ("SW-06", None, [], [
        ("duloxetine", 55, 10), ("duloxetine", 56, 7), ("duloxetine", 56, None),
        ("gabapentin", 56, 10),
    ]),
    ("MED-GABA-06", CAUTION, DECIDE, [
        ("gabapentin", 56, 7.1), ("gabapentin", 80, None), ("gabapentin", 56, 10),
    ]),
    ("MED-GABA-06", None, [], [
        ("gabapentin", 55, 10), ("gabapentin", 56, 7), ("duloxetine", 56, 10),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "severity", "due", "case"),
    [(rule, severity, due, case) for rule, severity, due, cases in COURSES for case in cases],
)
def test_what_a_course_that_runs_asks_for(rule, severity, due, case):
    found = course(*case)
    told = [one["severity"] for one in found["findings"] if one["rule"] == rule]
    assert told == ([severity] if severity else [])
    asked = [one for one in found["follow_ups"] if one["rule"] == rule]
    assert [(one["kind"], one["due"], one["role"]) for one in asked] == due


WORDS = [
    ("MED-GEN-05", ("duloxetine", 5, 7), "Response"),
    ("MED-GEN-05", ("duloxetine", 56, 7.1), "Failure"),
    ("MED-DULO-03", ("duloxetine", 84, 7.1), "Week 12"),
    ("MED-DULO-03", ("duloxetine", 84, 9), "Week 12"),
    ("MED-DULO-03", ("duloxetine", 84, None), "Week 12"),
    ("MED-DULO-03", ("duloxetine", 83, None), "was not measured"),
    ("MED-DULO-03", ("duloxetine", 83, 7.1), "go on to week 12"),
    ("MED-DULO-03", ("duloxetine", 56, 8.5), "go on to week 12"),
    ("MED-DULO-03", ("duloxetine", 56, 8.6), "by under 15 %"),
    ("MED-DULO-03", ("duloxetine", 14, 8.5), "speaks for a response"),
    ("MED-DULO-03", ("duloxetine", 14, 8.6), "no fall of 15 %"),
]


@pytest.mark.parametrize(("rule", "case", "words"), WORDS)
def test_words_of_a_course(rule, case, words):
    told = [one["message"] for one in course(*case)["findings"] if one["rule"] == rule]
    assert len(told) == 1
    assert words in told[0]


# How long answers and medicines count ------------------------------------------------------


def stopped(drug, on):
    return taking(drug, stopped=on)


def status(drug, change):
    return assess(opened(change))["drugs"][drug]["status"]


@pytest.mark.parametrize(
    ("drug", "change", "wanted"),
    [
        ("naproxen", stopped("warfarin", "2026-11-08"), "avoid"),  # 14 days ago
        ("naproxen", stopped("warfarin", "2026-11-07"), "offer"),
        ("duloxetine", stopped("fluoxetine", "2026-10-18"), "avoid"),  # 35 days ago
        ("duloxetine", stopped("fluoxetine", "2026-10-17"), "offer"),
        ("naproxen", {"/medications_on": "2026-11-08"}, "offer"),
        ("naproxen", {"/medications_on": "2026-11-07"}, "needs_data"),
        ("naproxen", {"/vitals/on": "2026-08-22"}, "offer"),
        ("naproxen", {"/vitals/on": "2026-08-21"}, "needs_data"),
        ("naproxen", {"/person/weight_on": "2026-05-22"}, "offer"),
        ("naproxen", {"/person/weight_on": "2026-05-21"}, "needs_data"),
        ("naproxen", {"/labs/on": "2025-11-22"}, "offer"),
        ("naproxen", {"/labs/on": "2025-11-21"}, "needs_data"),
        ("duloxetine", both(condition("diabetes"), {"/labs/on": "2026-08-22"}), "caution"),
        ("duloxetine", both(condition("diabetes"), {"/labs/on": "2026-08-21"}), "needs_data"),
        ("duloxetine", both(aged(64), {"/labs/on": "2026-08-21"}), "offer"),
        ("duloxetine", both(aged(65), {"/labs/on": "2026-08-21"}), "needs_data"),
        ("duloxetine", both(aged(65), {"/labs/on": "2026-08-22"}), "caution"),
        ("naproxen", pregnant_at("2026-10-23"), "offer"),
        ("naproxen", pregnant_at("2026-10-22"), "needs_data"),
        ("cyclobenzaprine", both(aged(55), {"/person/pregnant": "unknown"}), "needs_data"),
        ("cyclobenzaprine", both(aged(56), {"/person/pregnant": "unknown"}), "offer"),
    ],
)
def test_an_answer_counts_for_so_long(drug, change, wanted):
    assert status(drug, change) == wanted


@pytest.mark.parametrize(
    ("entry", "failed"),
    [
        ({"outcome": "not_enough", "weeks": 1}, True),
        ({"outcome": "not_enough", "weeks": 0.9}, False),
        ({"outcome": "not_enough", "flares": 2}, True),
        ({"outcome": "not_enough", "flares": 1}, False),
        ({"outcome": "partly", "relief_percent": 29, "weeks": 2}, True),
        ({"outcome": "partly", "relief_percent": 30, "weeks": 2}, False),
        ({"outcome": "partly", "weeks": 2}, False),
        ({"outcome": "side_effect"}, True),
        ({"outcome": "declined"}, False),
    ],
)
def test_when_the_anti_inflammatory_step_has_failed(entry, failed):
    """D-36."""
    change = {"/tried": [{"treatment": "naproxen", **entry}]}
    assert (status("cyclobenzaprine", change) == "not_yet") is not failed


@pytest.mark.parametrize(
    ("entry", "failed"),
    [
        ({"outcome": "not_enough", "weeks": 8}, True),
        ({"outcome": "not_enough", "weeks": 7}, False),
        ({"outcome": "partly", "relief_percent": 29, "weeks": 8}, True),
        ({"outcome": "side_effect"}, True),
        ({"outcome": "declined"}, True),
        ({"outcome": "helped", "weeks": 12}, False),
    ],
)
def test_when_duloxetine_has_failed(entry, failed):
    """MED-GABA-03, MED-DULO-03."""
    nsaid = {"treatment": "ketoprofen", "outcome": "side_effect"}
    change = {"/tried": [nsaid, {"treatment": "duloxetine", **entry}]}
    assert (status("gabapentin", change) == "not_yet") is not failed


@pytest.mark.parametrize(
    ("mg", "times", "ibuprofen", "duloxetine"),
    [
        (325, 1, "caution", "caution"),
        (326, 1, "avoid", "caution"),
        (100, None, "caution", "caution"),
        (101, None, "needs_data", "caution"),
        (326, None, "avoid", "caution"),
    ],
)
def test_aspirin_for_the_heart_and_for_pain(mg, times, ibuprofen, duloxetine):
    more = {} if times is None else {"times_a_day": times}
    change = both(
        taking("aspirin", dose_mg=mg, **more),
        {"/nsaid_use": {"consecutive_days": 1, "days_in_30": 1, "free_days": 0}},
    )
    assert status("ibuprofen", change) == ibuprofen
    assert status("duloxetine", change) == duloxetine


@pytest.mark.parametrize(
    ("since", "severity"), [("2026-08-23", "urgent"), ("2026-08-24", "caution")]
)
def test_three_months_of_a_steroid_make_bones_fragile(since, severity):
    """RF-17: 91 days."""
    fell = {"/red_flags/minor_trauma": "yes"}
    found = assess(opened(both(fell, taking("prednisone", since=since))))
    assert finding(found, "RF-17")["severity"] == severity


@pytest.mark.parametrize(
    ("years", "sex", "possible"),
    [(11, "female", False), (12, "female", True), (55, "other", True), (56, "other", False),
     (30, "male", False)],
)  # fmt: skip
def test_from_when_to_when_a_pregnancy_is_possible(years, sex, possible):
    """D-18."""
    facts = Facts(opened(both(aged(years), {"/person/sex": sex})), book())
    assert facts["pregnancy_possible"] is possible
