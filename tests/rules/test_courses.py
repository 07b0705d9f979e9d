"""Courses and trials: tasks of a signature by the monitoring table, response and decision days."""

from datetime import date, timedelta

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from careplan.rules.courses import judge, tasks, trial_days
from tests.rules.building import intake

TODAY = date(2026, 11, 22)
D = date(2026, 3, 25)  # over a clock change and a month's end


def due(drug, **more):
    return [
        ((date.fromisoformat(row["due"]) - D).days, row["kind"], row["role"])
        for row in tasks(drug, D, book(), **more)
    ]


@pytest.mark.parametrize("drug", ["ibuprofen", "naproxen"])
def test_tasks_of_an_anti_inflammatory(drug):
    plain = [
        (3, "side_effect_question", "patient"),
        (7, "nsaid_day_warning", "patient"),
        (9, "nsaid_day_limit", "prescriber"),
    ]
    assert due(drug) == plain
    pressure = [*plain[:1], (7, "blood_pressure", "prescriber"), *plain[1:]]
    assert due(drug, conditions=["hypertension"]) == pressure
    assert due(drug, rules=["MED-NSAID-18"]) == pressure
    kidneys = (14, "kidney_and_potassium", "prescriber")
    assert due(drug, rules=["MED-NSAID-15"]) == [*plain, kidneys]
    assert due(drug, rules=["MED-NSAID-17"]) == [*pressure, kidneys]


def test_tasks_of_cyclobenzaprine():
    assert due("cyclobenzaprine") == [
        (3, "sedation_question", "patient"),
        (14, "course_end", "prescriber"),
    ]


def test_tasks_of_gabapentin():
    assert due("gabapentin") == [
        (3, "sedation_question", "patient"),
        (7, "sedation_question", "patient"),
        (14, "trial_look", "prescriber"),
        (28, "trial_look", "prescriber"),
        (56, "trial_decision", "prescriber"),
        (182, "kidney_and_potassium", "prescriber"),
    ]


def test_tasks_of_duloxetine():
    plain = [
        (7, "mood_check", "prescriber"),
        (14, "blood_pressure", "prescriber"),
        (14, "mood_check", "prescriber"),
        (28, "mood_check", "prescriber"),
        (56, "blood_pressure", "prescriber"),
        (56, "mood_check", "prescriber"),
        (56, "trial_decision", "prescriber"),
        (182, "need_review", "prescriber"),
    ]
    assert due("duloxetine") == plain
    assert (14, "sodium", "prescriber") in due("duloxetine", rules=["MED-DULO-22"])
    young = [d for d, kind, _ in due("duloxetine", rules=["MED-DULO-14"]) if kind == "mood_check"]
    assert young == [7, 14, 21, 28, 56]  # weekly for four weeks


def test_omeprazole_is_looked_at_in_week_eight():
    assert due("omeprazole") == [(56, "omeprazole_review", "prescriber")]


@pytest.mark.parametrize(
    ("drug", "weeks"), [("duloxetine", 8), ("gabapentin", 8), ("cyclobenzaprine", 8)]
)
def test_a_trial_takes_eight_weeks(drug, weeks):
    assert trial_days(drug, book()) == 7 * weeks


def test_a_trial_is_over_on_the_day_of_its_own_drug(monkeypatch):
    monkeypatch.setitem(book().limits, "gabapentin_trial", 6)
    assert trial_days("gabapentin", book()) == 42
    assert trial_days("cyclobenzaprine", book()) == 56  # none of its own: duloxetine's
    assert "MED-GEN-05" in course("gabapentin", 42, **fell(10, 9))
    assert "MED-GEN-05" not in course("gabapentin", 41, **fell(10, 9))
    assert "MED-GEN-05" not in course("cyclobenzaprine", 42, **fell(10, 9))


def test_a_task_of_some_conditions_is_made_for_these_alone(monkeypatch):
    row = {"drug": "ibuprofen", "kind": "blood_pressure", "days": 7, "role": "prescriber"}
    monkeypatch.setattr(book(), "monitoring", ({**row, "conditions": ["hypertension"]},))
    assert due("ibuprofen") == due("ibuprofen", conditions=["asthma"]) == []
    assert due("ibuprofen", conditions=["hypertension"]) == [(7, "blood_pressure", "prescriber")]


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        ({"nprs": 10, "peg": 6}, {"nprs": 7}, "Response"),
        ({"nprs": 10}, {"nprs": 7, "peg": 6}, "Response"),
        ({"nprs": 0, "peg": 10}, {"nprs": 0, "peg": 7.1}, "Failure"),  # no fall from none
        ({"nprs": 10}, {"nprs": 0}, "Response"),
        ({"nprs": 10}, {"peg": 2}, None),
    ],
)
def test_only_what_was_measured_on_both_days_is_a_fall(before, now, says):
    found = course("duloxetine", 56, before=before, now=now).get("MED-GEN-05")
    assert (found is None) == (says is None)
    assert found is None or says in found["message"]


def test_every_task_names_the_monitoring_table():
    rows = tasks("ibuprofen", D, book(), rules=["MED-NSAID-17"])
    assert {row["rule"] for row in rows} == {"MED-GEN-04"}
    assert all(row["label"] for row in rows)


def test_other_drugs_have_no_tasks():
    assert due("amlodipine") == []


def course(drug, days, **more):
    started = (TODAY - timedelta(days=days)).isoformat()
    record = {**intake(), "course": {"drug": drug, "started": started, **more}}
    return {row["rule"]: row for row in judge(record, book())}


def fell(before, now):
    return {"before": {"nprs": before}, "now": {"nprs": now}}


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [(10, 7, "Response"), (10, 7.1, "Failure"), (5, 3.5, "Response"), (5, 3.6, "Failure")],
)
def test_response_is_thirty_percent_from_the_drugs_own_baseline(before, now, says):
    assert says in course("duloxetine", 56, **fell(before, now))["MED-GEN-05"]["message"]


def test_no_failure_before_the_trial_ends_and_none_where_nothing_was_measured():
    assert "MED-GEN-05" not in course("duloxetine", 55, **fell(10, 9))
    assert "MED-GEN-05" not in course("duloxetine", 90)
    assert "MED-GEN-05" in course("gabapentin", 30, trial_days=30, **fell(10, 9))


def test_the_better_of_pain_and_peg_counts():
    found = course("duloxetine", 56, before={"nprs": 5, "peg": 6}, now={"nprs": 5, "peg": 4.2})
    assert "Response" in found["MED-GEN-05"]["message"]


@pytest.mark.parametrize(
    ("days", "now", "word"),
    [
        (13, 10, None),
        (14, 8.5, "speaks for a response"),
        (14, 8.6, "no fall of 15 %"),
        (27, 8.5, "speaks for a response"),
        (28, 8.5, None),
        (55, 10, None),
        (56, 8.5, "go on to week 12"),
        (56, 8.6, "under 15 %"),
        (56, 7.1, "go on to week 12"),
        (56, 7, None),
        (83, 7.1, "go on to week 12"),
        (84, 7.1, "Week 12"),
        (84, 7, None),
    ],
)
def test_duloxetine_is_looked_at_in_week_2_and_decided_in_weeks_8_and_12(days, now, word):
    row = course("duloxetine", days, **fell(10, now)).get("MED-DULO-03")
    assert (row is None) == (word is None)
    assert row is None or word in row["message"]


def test_a_trial_that_nobody_measured_is_decided_all_the_same():
    assert "not measured" in course("duloxetine", 56)["MED-DULO-03"]["message"]
    assert "none measured" in course("gabapentin", 56)["MED-GABA-06"]["message"]


@pytest.mark.parametrize(
    ("drug", "days", "now", "fires"),
    [
        ("gabapentin", 56, 7.1, True),
        ("gabapentin", 56, 7, False),
        ("gabapentin", 55, 10, False),
        ("duloxetine", 56, 10, False),
    ],
)
def test_gabapentin_without_response_in_week_8_is_tapered(drug, days, now, fires):
    row = course(drug, days, **fell(10, now)).get("MED-GABA-06")
    assert bool(row) == fires
    assert row is None or "taper" in row["message"]


@pytest.mark.parametrize(
    ("drug", "days", "now", "fires"),
    [("duloxetine", 56, 7.1, True), ("duloxetine", 56, 7, False), ("duloxetine", 55, 10, False)],
)
def test_gabapentin_does_not_follow_a_failed_duloxetine_by_itself(drug, days, now, fires):
    row = course(drug, days, **fell(10, now)).get("SW-06")
    assert bool(row) == fires
    assert row is None or "Gabapentin is not offered" in row["message"]


def test_no_rule_of_a_course_speaks_to_the_patient():
    assert all(
        level.patient_message is None for rule in book().rules_of("course") for level in rule.levels
    )


@pytest.mark.parametrize(
    ("change", "disposition", "status"),
    [
        ({"/red_flags/saddle_numbness": "yes"}, "emergency", "avoid"),
        ({"/red_flags/fever": "yes"}, "urgent", "avoid"),
        ({"/person/birth_date": "2009-01-01"}, "not_eligible", "avoid"),
        ({"/red_flags/fever": "unknown"}, "incomplete", "needs_data"),
        ({"/episode/onset": "2026-10-01"}, "not_chronic", "not_yet"),
    ],
)
def test_off_the_plan_path_a_drug_waits(change, disposition, status):
    if disposition == "not_chronic":
        change["/episode/features/pain_half_the_days_for_6_months"] = "no"
    found = assess(intake(change))
    assert found["disposition"] == disposition
    assert found["drugs"]["ibuprofen"]["status"] == status
    assert "D-20" in found["drugs"]["ibuprofen"]["rules"]
