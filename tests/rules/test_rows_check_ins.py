"""Check-ins and their follow-ups, a second time: each row with what is due, and each limit on both
sides (section 7, D-38)."""

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from tests.rules.building import REMOVED, finding, intake
from tests.rules.rows import flags, have, said_of, severity_of, take, truth

BASELINE = {"on": "2026-08-30", "nprs": 6, "peg": [6, 6, 6]}
SAME = {"nprs": 6, "peg": [6, 6, 6]}
BETTER = {"nprs": 3, "peg": [3, 3, 3]}
WORSE = {"nprs": 8, "peg": [6, 6, 6]}
MIXED = {"nprs": 8, "peg": [3, 3, 3]}
MISSED = {"missed": True}
DAYS = ("2026-09-13", "2026-09-27", "2026-10-11", "2026-10-25", "2026-11-08")


def checked(*rows, **last):
    """Changes: these check-ins after the baseline; `last` goes into the last of them."""
    dated = [{"on": day, **row} for day, row in zip(DAYS, rows, strict=False)]
    dated[-1] |= last
    return {"/check_ins": [BASELINE, *dated]}


def effect(grade):
    return {"side_effects": [{"drug": "amlodipine", "effect": "nausea", "grade": grade}]}


NEW = take("amlodipine", since="2026-11-01")
CONTACT = "worsening_contact 2026-11-24 therapist"
REVIEW = "medicine_review 2026-11-25 prescriber"
CALL = "missed_check_ins_call 2026-11-24 therapist"
# rule, what holds, severity, what is due, whether the patient is told. The day is a Sunday:
# two working days later is Tuesday the 24th.
ROWS = [
    ("CK-10", checked({"nprs": 6}), "info", {"check_in_reminder 2026-11-24 patient"}, False),
    ("CK-11", checked(BETTER), "info", set(), True),
    ("CK-12", {**checked(WORSE), **take("amlodipine")}, "caution", {CONTACT, REVIEW}, True),
    (
        "CK-12",
        {**checked(WORSE), "/medications_complete": False},
        "caution",
        {CONTACT, REVIEW},
        True,
    ),
    ("CK-12", checked(WORSE), "caution", {CONTACT}, True),
    ("CK-13", checked(SAME), "info", {"plateau_review 2026-11-29 therapist"}, True),
    ("CK-13", checked(SAME, SAME), "info", {"plan_review 2026-11-29 therapist"}, True),
    ("CK-13", checked(SAME, SAME, SAME), "caution", {"no_response 2026-11-29 therapist"}, True),
    ("CK-14", checked(MIXED), "caution", {"mixed_review 2026-11-25 therapist"}, True),
    (
        "CK-15",
        checked(SAME, adherence=0.49),
        "info",
        {"barrier_interview 2026-11-29 therapist"},
        True,
    ),
    (
        "CK-22",
        checked(SAME, **effect("severe")),
        "urgent",
        {"side_effect_review 2026-11-22 prescriber"},
        True,
    ),
    (
        "CK-22",
        checked(SAME, **effect("moderate")),
        "caution",
        {"side_effect_review 2026-11-24 prescriber"},
        True,
    ),
    ("CK-22", checked(SAME, **effect("mild")), "info", set(), False),
    ("CK-31", checked(SAME, MISSED), "info", set(), False),
    ("CK-31", checked(SAME, MISSED, MISSED), "caution", {CALL}, False),
    (
        "CK-32",
        checked(SAME, MISSED, MISSED, MISSED),
        "caution",
        {"plan_review 2026-11-27 therapist", "medicine_review 2026-11-27 prescriber"},
        False,
    ),
    ("CK-33", {**checked(SAME, MISSED), **NEW}, "caution", {CALL}, False),
]


@pytest.mark.parametrize(("rule", "changes", "severity", "due", "told"), ROWS)
def test_each_row_leads_where_the_specification_says(rule, changes, severity, due, told):
    assert said_of(assess(intake(changes)), rule) == (severity, due, told)


def test_every_rule_of_check_ins_has_its_row():
    named = {rule.id for rule in book().rules.values() if rule.file == "follow_up"}
    assert named == {row[0] for row in ROWS}


def fires(rule, changes):
    return severity_of(assess(intake(changes)), rule) is not None


CLASSES = {"CK-10": "incomplete", "CK-11": "improving", "CK-12": "worsening", "CK-13": "plateau"}
CLASSES |= {"CK-14": "mixed"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (checked({"nprs": 3}), "incomplete"),
        (checked(BETTER), "improving"),
        (checked(WORSE), "worsening"),
        (checked(SAME), "plateau"),
        (checked(MIXED), "mixed"),
        ({"/check_ins": [BASELINE]}, None),
        ({}, None),
    ],
)
def test_each_class_has_its_own_rule_and_no_other(changes, told):
    found = assess(intake(changes))
    rules = {f["rule"] for f in found["findings"]} & set(CLASSES)
    assert {CLASSES[one] for one in rules} == ({told} if told else set())


@pytest.mark.parametrize(
    ("rows", "weeks", "severity", "word"),
    [
        ((SAME,), 2, "info", "adjust one thing"),
        ((SAME, SAME), 4, "info", "review the plan"),
        ((SAME, SAME, SAME), 6, "caution", "no further block"),
        ((SAME, SAME, SAME, SAME), 8, "caution", "no further block"),
        ((BETTER, SAME), 0, None, ""),
        ((SAME, SAME, MISSED), 4, None, ""),  # no class without an answer
        ((SAME, SAME, SAME, MISSED), 6, None, ""),
    ],
)
def test_a_plateau_of_two_four_and_six_weeks(rows, weeks, severity, word):
    found = assess(intake(checked(*rows)))
    assert found["progress"]["plateau_weeks"] == weeks
    assert severity_of(found, "CK-13") == severity
    assert severity is None or word in finding(found, "CK-13")["message"]


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        (checked(SAME, adherence=0.5), False),
        (checked(SAME, adherence=0.49), True),
        (checked(SAME, adherence=0), True),
        (checked(SAME), False),
        (checked(BETTER, adherence=0.2), False),
        (checked(WORSE, adherence=0.2), False),
    ],
)
def test_few_exercises_and_no_change_ask_what_stands_in_the_way(changes, asked):
    assert fires("CK-15", changes) == asked


def test_the_medicines_of_a_person_who_takes_none_need_no_review():
    assert not fires("CK-12", {**checked(SAME), **take("amlodipine")})
    kinds = {row["kind"] for row in assess(intake(checked(WORSE)))["follow_ups"]}
    assert "medicine_review" not in kinds


@pytest.mark.parametrize(
    ("count", "rules"),
    [
        (0, {}),
        (1, {"CK-31": "info"}),
        (2, {"CK-31": "caution"}),
        (3, {"CK-31": "caution", "CK-32": "caution"}),
        (4, {"CK-31": "caution", "CK-32": "caution"}),
    ],
)
def test_one_two_and_three_missed_in_a_row(count, rules):
    found = assess(intake(checked(SAME, *[MISSED] * count)))
    told = {rule: severity_of(found, rule) for rule in ("CK-31", "CK-32", "CK-33")}
    assert {rule: one for rule, one in told.items() if one} == rules


def born(day):
    return {"/person/birth_date": day}


def reviewed(on):
    row = {"flag": "fever", "on": on, "role": "therapist", "outcome": "cleared", "finding": "Cold."}
    return {"/red_flag_reviews": [row]}


OLD_DULOXETINE = take("duloxetine", since="2026-01-01")


@pytest.mark.parametrize(
    ("changes", "called"),
    [
        ({}, False),
        (take("amlodipine", since="2026-10-26"), True),  # day 27
        (take("amlodipine", since="2026-10-25"), False),  # day 28
        (OLD_DULOXETINE, False),
        ({**OLD_DULOXETINE, **born("2001-11-23")}, True),  # 24
        ({**OLD_DULOXETINE, **born("2001-11-22")}, False),
        ({**take("sertraline"), **born("2001-11-23")}, False),
        (born("2001-11-23"), False),
        (take("gabapentin", "oxycodone"), True),
        (take("gabapentin"), False),
        (take("oxycodone"), False),
        (flags("numbness_spreading"), True),
        (reviewed("2026-10-23"), True),  # 30 days ago
        (reviewed("2026-10-22"), False),
    ],
)
def test_the_first_miss_matters_more_where_something_is_new_or_risky(changes, called):
    assert fires("CK-33", {**checked(SAME, MISSED), **changes}) == called
    assert not fires("CK-33", {**checked(SAME, SAME), **changes})


@pytest.mark.parametrize("grade", ["mild", "moderate", "severe"])
def test_a_side_effect_counts_in_the_last_check_in(grade):
    earlier = checked({**SAME, **effect(grade)}, SAME)
    assert not fires("CK-22", earlier)
    assert fires("CK-22", checked(SAME, **effect(grade)))


# What is due in any plan -----------------------------------------------------------------------

DUE = {
    "device_review_working_days": 2,
    "check_in_days": 14,
    "check_in_opens_day": 12,
    "check_in_closes_day": 20,
    "reclassify_days_from_onset": 84,
    "mid_programme_days": 28,
    "end_of_programme_days": 56,
    "titration_days": 28,
    "flag_days": 30,
}


def test_the_days_of_check_ins_and_of_a_programme():
    assert book().due == DUE
    told = {(row["kind"], row["due"], row["role"]) for row in assess(intake())["follow_ups"]}
    assert told >= {
        ("check_in", "2026-12-06", "patient"),
        ("mid_programme_review", "2026-12-20", "therapist"),
        ("end_of_programme_review", "2027-01-17", "therapist"),
    }


@pytest.mark.parametrize(
    ("onset", "due"), [("2026-08-31", "2026-11-23"), ("2026-11-22", "2027-02-14")]
)
def test_new_pain_is_looked_at_again_at_twelve_weeks(onset, due):
    changes = {
        "/episode/onset": onset,
        "/episode/features/pain_half_the_days_for_6_months": "no",
    }
    told = [row for row in assess(intake(changes))["follow_ups"] if row["kind"] == "reclassify"]
    assert [(row["due"], row["role"], row["rule"]) for row in told] == [(due, "therapist", "CL-04")]


def test_open_red_flags_are_asked_for_today():
    found = assess(intake({"/red_flags/fever": REMOVED}))
    told = [(row["kind"], row["due"], row["role"]) for row in found["follow_ups"]]
    assert told == [("answer_red_flags", "2026-11-22", "therapist")]


def test_a_plan_is_not_frozen_by_its_first_answers():
    assert truth("checked_in", {"/check_ins": [BASELINE]}) is False
    assert truth("checked_in", checked(SAME)) is True
    assert severity_of(assess(intake(have("asthma"))), "CK-31") is None
