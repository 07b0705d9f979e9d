"""Doses, and how a drug explains itself."""

from itertools import pairwise

from careplan.rules import assess
from careplan.rules.book import book
from tests.rules.building import finding, intake

CARE = {
    "/care": {"physical_therapy": "active", "weeks": 6, "self_management": "active"},
    "/tried": [
        {"treatment": "naproxen", "outcome": "side_effect"},
        {"treatment": "duloxetine", "outcome": "declined"},
    ],
}
NERVE = {
    "/clinic": {"gabapentin_enabled": True},
    "/episode/features": {
        "burning": "yes",
        "tingling": "yes",
        "leg_pain_below_knee": "yes",
        "dermatomal_sensory_loss": "yes",
    },
}


def drug(name, changes=None):
    return assess(intake(changes))["drugs"][name]


def steps(name, changes=None):
    dose = drug(name, changes)["dose"]
    return [(s["mg"], s["times_a_day_max"], s["days"]) for s in dose["steps"]]


def test_nsaid_doses_are_the_ceiling_of_the_house():
    assert steps("ibuprofen") == [(400, 3, 10)]
    assert steps("naproxen") == [(500, 2, 10)]


def test_a_shorter_course_for_those_at_risk():
    row = drug("ibuprofen", {"/conditions": ["hypertension"]})
    assert row["max_days"] == 5
    assert row["dose"]["steps"][0]["days"] == 5


def test_duloxetine_starts_at_30():
    assert steps("duloxetine", CARE) == [(30, 1, 7), (60, 1, None)]
    assert drug("duloxetine", CARE)["trial_weeks"] == 8


def test_duloxetine_goes_up_more_slowly_with_weak_kidneys():
    slow = {**CARE, "/labs/creatinine_mg_dl": 1.4}
    assert steps("duloxetine", slow) == [(30, 1, 14), (60, 1, None)]
    assert drug("duloxetine", slow)["status"] == "caution"


def test_cyclobenzaprine_at_night_for_a_fortnight():
    spasm = {**CARE, "/episode/features/muscle_spasm": "yes"}
    assert steps("cyclobenzaprine", spasm) == [(5, 1, 14)]


def test_gabapentin_steps_by_band_stay_under_the_ceiling():
    by_creatinine = {0.8: [(300, 1, 7), (300, 2, 7), (300, 3, None)],
                     1.6: [(100, 1, 7), (200, 1, 7), (200, 2, None)],
                     3.2: [(100, 1, 7), (200, 1, None)]}  # fmt: skip
    for creatinine, wanted in by_creatinine.items():
        changes = {**CARE, **NERVE, "/labs/creatinine_mg_dl": creatinine}
        assert steps("gabapentin", changes) == wanted


def test_gabapentin_starts_lowest_at_65():
    old = {**CARE, **NERVE, "/person/birth_date": "1961-11-22", "/person/weight_kg": 90}
    assert steps("gabapentin", old)[0] == (100, 1, 7)


def test_the_patient_is_warned_of_day_ten_and_told_when_it_is_there():
    """MED-NSAID-03: a warning from day 8, a stop on day 10. An NSAID may be stopped at once."""
    said = {}
    for days in (7, 8, 9, 10):
        use = {"consecutive_days": days, "days_in_30": days, "free_days": 0}
        result = assess(intake({"/medications": [{"drug": "ibuprofen"}], "/nsaid_use": use}))
        rows = [row for row in result["findings"] if row["rule"] == "MED-NSAID-03"]
        said[days] = rows[0]["patient_message"] if rows else None
    assert said[7] is None
    assert "Day ten is the last day" in said[8]
    assert said[9] == said[8]
    assert "take no more" in said[10]


def test_slow_gabapentin_rises_by_300_mg_a_day_at_most_and_no_sooner_than_3_days():
    """MED-GABA-05: from 100 to 300 mg a day, up by no more than 300, never over 1,800."""
    for row in book().doses["gabapentin"]:
        days = [row_days for _, _, row_days in row.steps[:-1]]
        daily = [mg * times for mg, times, _ in row.steps]
        assert all(3 <= length <= 7 for length in days)
        assert 100 <= daily[0] <= 300
        rises = [after - before for before, after in pairwise(daily)]
        assert all(0 < rise <= 300 for rise in rises), daily
        assert daily[-1] <= 1800


def test_no_dose_passes_the_most_that_its_row_allows():
    """MED-NSAID-01, MED-CYC-02 and MED-DULO-02: mg a day of the last and the greatest step."""
    most = {"ibuprofen": 1200, "naproxen": 1000, "cyclobenzaprine": 15, "duloxetine": 60}
    for drug_name, limit in most.items():
        for row in book().doses[drug_name]:
            assert max(mg * times for mg, times, _ in row.steps) <= limit


def test_a_finding_shows_the_facts_that_decided():
    taken = [
        {"drug": "Zestril", "since": "2025-01-01"},
        {"drug": "furosemide", "since": "2025-01-01"},
    ]
    found = finding(assess(intake({"/medications": taken})), "MED-NSAID-16")
    assert found["because"] == {
        "/medications/0/drug": "Zestril",
        "/medications/1/drug": "furosemide",
    }
    assert found["message"] == "Not ibuprofen: with Zestril and furosemide it can harm the kidneys."
    assert found["severity"] == "stop"
    assert found["applies_to"] == "ibuprofen"


def test_a_measured_fact_shows_value_unit_and_date():
    because = finding(assess(intake({"/vitals/systolic": 165})), "MED-NSAID-18")["because"]
    assert because == {
        "/vitals/systolic": 165,
        "/vitals/on": "2026-11-20",
        "systolic": "165 mmHg of 2026-11-20",
    }


def test_the_deciding_rules_come_first():
    row = drug("ibuprofen", {"/conditions": ["heart_failure", "asthma"]})
    assert row["rules"][0] == "MED-NSAID-19"
    assert "MED-NSAID-24" in row["rules"]


def test_taking_says_that_it_is_taken_already():
    changes = {"/medications": [{"drug": "Motrin", "since": "2026-01-01"}]}
    assert drug("ibuprofen", changes)["taking"] is True
    assert drug("naproxen", changes)["taking"] is False
    assert drug("opioid", {"/medications": [{"drug": "Percocet"}]})["taking"] is True


def test_an_unknown_drug_is_named_in_a_finding():
    found = finding(assess(intake({"/medications": [{"drug": "<b>Zzyzxol</b>"}]})), "D-25")
    assert found["because"]["/medications/0/drug"] == "<b>Zzyzxol</b>"


def test_a_taken_medicine_that_is_stopped_is_looked_at():
    taken = [{"drug": "metformin"}, {"drug": "diclofenac"}, {"drug": "warfarin"}]
    found = assess(intake({"/medications": taken}))
    assert finding(found, "D-23")["because"] == {"/medications/1/drug": "diclofenac"}
    asked = [row for row in found["follow_ups"] if row["rule"] == "D-23"]
    assert [(row["role"], row["due"]) for row in asked] == [("prescriber", "2026-11-23")]
    assert finding(found, "D-23")["patient_message"] is None
