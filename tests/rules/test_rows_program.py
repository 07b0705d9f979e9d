"""The programme, a second time: what each row says, with its limits on both sides (section 3)."""

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from tests.rules.building import REMOVED, finding, intake
from tests.rules.rows import condition_of, have, said_of, severity_of, take, truth, yes

PEG_LOW = {"/function/peg": [3, 4, 4], "/function/nights_woken": 2, "/episode/limits": []}
CHRONIC_BY_EPISODES = yes("pain_half_the_days_for_6_months")
PAYER = "prior_authorisation 2026-11-22 admin"
IN_14, IN_7 = "appointment 2026-12-06 therapist", "appointment 2026-11-29 therapist"


def born(day):
    return {"/person/birth_date": day}


def visits(used, limit):
    return {"/coverage": {"visit_limit": limit, "visits_used": used}}


def start_back(total, subscore=None):
    told = {"total": total} if subscore is None else {"total": total, "subscore": subscore}
    return {"/function/start_back": told}


def began(day):
    return {"/episode/onset": day}


NERVE = yes("burning", "tingling", "leg_pain_below_knee")
POSTOP = have("spine_surgery_under_12_weeks")
UNFIT = have("spine_surgery_under_12_weeks", "osteoporosis", "known_aaa", "spondylolisthesis")
ACTIVE = {"/care/self_management": "active"}
WORSE = {"/episode/course": "worsening"}
FAILED = {
    "/conditions": ["peptic_ulcer_active"],
    "/tried": [{"treatment": "duloxetine", "outcome": "declined"}],
}
# rule, what holds, severity, where to, what is due, whether the patient is told
ROWS = [
    ("PT-02", {}, "info", [], set(), True),
    ("PT-10", {}, "info", [], set(), True),
    ("PT-11", {"/function/fatigue": 7}, "info", [], set(), True),
    ("CL-40", {}, "info", [], set(), False),
    ("PT-19", {}, "info", [], set(), True),
    ("PT-20", start_back(9, 5), "info", [], set(), False),
    ("PT-20", start_back(4, 3), "info", [], set(), False),
    ("PT-20", start_back(3, 3), "info", [], set(), False),
    ("PT-21", start_back(0), "info", [], set(), False),
    ("SCH-01", ACTIVE, "info", [], {IN_14}, False),
    ("SCH-02", {**WORSE, **PEG_LOW}, "caution", [], {IN_7}, True),
    ("SCH-03", {}, "info", [], {IN_14}, False),
    ("PAY-02", visits(4, 25), "info", [], {PAYER}, False),
    ("PAY-03", visits(10, 25), "caution", [], {PAYER}, True),
    ("STEP-3", FAILED, "info", ["pain_service"], set(), False),
]


@pytest.mark.parametrize(("rule", "changes", "severity", "refer", "due", "told"), ROWS)
def test_each_row_leads_where_the_specification_says(rule, changes, severity, refer, due, told):
    found = assess(intake(changes))
    assert said_of(found, rule) == (severity, due, told)
    assert found["refer"] == refer


def test_every_rule_of_the_programme_has_its_row():
    named = {rule.id for rule in book().rules.values() if rule.file == "program"}
    assert named == {row[0] for row in ROWS}


# rule, what holds, whether it speaks: both sides of each limit, each part alone
LIMITS = [
    ("PT-02", born("2008-11-22"), True),
    ("PT-10", born("2008-11-22"), True),
    ("PT-11", {"/function/fatigue": 6.9}, False),
    ("PT-11", {"/function/walking_minutes": 10}, False),
    ("PT-11", {"/function/walking_minutes": 9.9}, True),
    ("PT-11", {"/availability/too_tired": True}, True),
    ("PT-19", {"/episode/flare": False}, False),
    ("PT-19", {"/episode/flare": REMOVED}, False),
    ("CL-40", {"/episode/factors": []}, False),
    ("CL-40", {"/episode/factors": ["stress"]}, True),
    ("CL-40", {"/episode/factors": [], **have("facet_osteoarthritis")}, True),
    ("PT-20", start_back(5), False),
    ("PT-20", start_back(4), False),
    ("PT-20", start_back(3), True),
    ("PT-21", {}, False),
    ("SCH-01", {}, False),
    ("SCH-01", {**ACTIVE, **CHRONIC_BY_EPISODES, **began("2026-10-11")}, False),  # 42 days
    ("SCH-01", {**ACTIVE, **CHRONIC_BY_EPISODES, **began("2026-10-10")}, True),
    ("SCH-01", {**CHRONIC_BY_EPISODES, **began("2026-10-10")}, False),
    ("SCH-02", {}, False),
    ("SCH-02", {"/episode/course": "stable"}, False),
    ("SCH-03", PEG_LOW, False),
    ("SCH-03", {**PEG_LOW, "/function/peg": [4, 4, 4]}, True),
    ("SCH-03", {**PEG_LOW, "/function/nights_woken": 3}, True),
    ("SCH-03", {**PEG_LOW, "/episode/limits": ["work"]}, True),
    ("SCH-03", {**PEG_LOW, "/episode/limits": ["sleep", "daily_life"]}, False),
    ("PAY-02", visits(0, 20), True),  # 80 %
    ("PAY-02", visits(3, 24), False),  # 79.2 %
    ("PAY-02", visits(4, 20), True),  # 100 %
    ("PAY-02", visits(185, 200), False),  # 100.5 %
    ("PAY-02", visits(183, 200), True),  # 99.5 %
    ("PAY-03", visits(4, 20), False),
    ("PAY-03", visits(183, 200), False),
    ("PAY-03", visits(185, 200), True),
    ("PAY-03", visits(0, 0), True),
    ("PAY-02", {"/coverage": {}}, False),
    ("PAY-03", {"/coverage": {}}, False),
    ("STEP-3", have("peptic_ulcer_active"), False),
    ("STEP-3", {"/tried": FAILED["/tried"]}, False),
    ("STEP-3", {}, False),
]


@pytest.mark.parametrize(("rule", "changes", "speaks"), LIMITS)
def test_both_sides_of_each_limit(rule, changes, speaks):
    found = assess(intake(changes))
    assert found["disposition"] == "plan"
    assert (severity_of(found, rule) is not None) == speaks


@pytest.mark.parametrize("rule", ["PT-02", "PT-10"])
def test_the_programme_is_for_adults(rule):
    assert condition_of(rule, born("2008-11-23")) is False
    assert condition_of(rule, born("2008-11-22")) is True


@pytest.mark.parametrize(
    ("total", "subscore", "group"),
    [
        (0, 0, "low"),
        (3, 3, "low"),
        (3, 4, "low"),  # total <= 3 is low
        (4, 0, "medium"),
        (4, 3, "medium"),
        (9, 3, "medium"),
        (4, 4, "high"),
        (9, 5, "high"),
    ],
)
def test_the_groups_of_start_back(total, subscore, group):
    found = finding(assess(intake(start_back(total, subscore))), "PT-20")
    assert f": {group}." in found["message"]


BASELINE = {"on": "2026-09-27", "nprs": 4, "peg": [3, 3, 3]}


def checked(*pains):
    days = ("2026-10-11", "2026-10-25", "2026-11-08")
    rows = [
        {"on": day, "nprs": pain, "peg": [3, 3, 3]} for day, pain in zip(days, pains, strict=False)
    ]
    return {"/check_ins": [BASELINE, *rows]}


@pytest.mark.parametrize(
    ("pains", "fires"), [((6,), False), ((6, 8), True), ((6, 8, 8), True), ((6, 4), False)]
)
def test_two_check_ins_that_are_worse_in_a_row(pains, fires):
    assert (severity_of(assess(intake(checked(*pains))), "SCH-02") is not None) == fires


SHAPE = {  # PT-02, PT-05, PT-08, PT-09, PT-10, PT-12; changeovers: section 4
    "sessions_per_week": 2,
    "weeks": 8,
    "components": ["EXP", "POS", "COR", "FLX", "AER"],
    "aerobic_goal_minutes": 30,
    "aerobic_least_minutes": 5,
    "aerobic_start_share": 0.8,
    "home_minutes_max": 15,
    "home_items_least": 3,
    "home_items_most": 6,
    "changeover_minutes": 0.25,
    "bouts_most": 3,  # BAR-05
    "bout_minutes_most": 5,
}


def test_the_shape_of_a_programme():
    assert book().program == SHAPE
    found = assess(intake())["program"]
    assert (found["sessions_per_week"], found["weeks"], found["visits"]) == (2, 8, 16)
    assert found["components"] == SHAPE["components"]
    assert found["aerobic_minutes_goal"] == 30


@pytest.mark.parametrize(
    ("walked", "start"),
    [(9, 5), (10, 8), (20, 16), (37, 29.6), (38, 30), (60, 30), (REMOVED, 5)],
)
def test_aerobic_minutes_start_at_eighty_percent_of_what_is_walked(walked, start):
    found = assess(intake({"/function/walking_minutes": walked}))["program"]
    assert found["aerobic_minutes_start"] == start


@pytest.mark.parametrize(
    ("minutes", "total", "count"),
    [(30, 7.25, 5), (7.25, 7.25, 5), (7.2, 6, 4), (4.75, 4.75, 3), (0, 0, 0)],
)
def test_home_exercises_fit_the_time_of_the_person(minutes, total, count):
    plan = assess(intake({"/availability/minutes_a_day": minutes}))["home_plan"]
    assert plan["minutes"] == total
    assert len(plan["exercises"]) == count


@pytest.mark.parametrize(
    ("changes", "template", "count"),
    [
        ({"/availability/too_tired": True}, "TPL-T", 3),
        ({**NERVE, **POSTOP}, "TPL-N", 4),  # without FLX-11, which has nothing easier
        (NERVE, "TPL-N", 5),
        ({**have("extension_intolerant", "osteoporosis")}, "TPL-S", 5),  # EXP-01 for FLX-06
        (have("spine_surgery_under_12_weeks", "osteoporosis"), "TPL-1", 5),
        ({"/availability/too_tired": True, **UNFIT}, "TPL-T", 3),
    ],
)
def test_three_to_six_exercises_stay_whatever_is_hidden(changes, template, count):
    plan = assess(intake(changes))["home_plan"]
    assert (plan["template"], len(plan["exercises"])) == (template, count)


# Factors and what answers them (CL-40) ---------------------------------------------------------

FACTORS = {
    "weak_deep_core": "core strength",
    "muscle_imbalance": "core strength; flexibility",
    "deconditioned": "aerobic; graded exposure; card: I am too tired",
    "prolonged_sitting": "posture; card: Sitting",
    "repetitive_or_heavy_lifting": "graded exposure; core strength; card: Hurt is not always harm",
    "sedentary": "aerobic; card: Rest and movement",
    "stress": "card: Slow breathing; card: Quiet time your way",
    "poor_sleep": "card: Sleep",
}


@pytest.mark.parametrize(("code", "leads"), FACTORS.items())
def test_a_factor_leads_to_what_answers_it(code, leads):
    found = finding(assess(intake({"/episode/factors": [code]})), "CL-40")
    assert f"({leads})" in found["message"]


@pytest.mark.parametrize(("weight", "told"), [(86.6, False), (86.7, True)])
def test_a_body_mass_index_of_thirty_is_a_factor(weight, told):
    changes = {"/person/weight_kg": weight, "/person/height_cm": 170, "/episode/factors": []}
    assert truth("has_factors", changes) is told


def test_a_flare_needs_no_medicine_to_be_told_of():
    assert severity_of(assess(intake(take("naproxen"))), "PT-19") == "info"
