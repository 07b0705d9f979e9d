"""Logged exercise sessions, a second time: each row with its severity, what is due and its limits
on both sides (PT-12 to PT-18, PT-22, EXR-03)."""

from datetime import date, timedelta

import pytest

from careplan.rules.book import book
from careplan.rules.session import propose
from tests.rules.rows import said_of, severity_of

TODAY = date(2026, 11, 22)


def logged(days_ago=0, **more):
    on = (TODAY - timedelta(days=days_ago)).isoformat()
    return {"on": on, "level": 2, "before": 2, "peak": 2, "next_day": 2, "effort": 4} | more


def proposed(*sessions, **more):
    record = {"as_of": TODAY.isoformat(), "usual_pain": 2, "done_share": 0.8, "frozen": False}
    return propose({**record, **more, "sessions": list(sessions)}, book())


GREEN = (logged(6), logged(3), logged())
HIGH = {"before": 5, "next_day": 5}
REVIEW = "exercise_review 2026-11-24 therapist"
CONTACT = "red_flag_contact 2026-11-22 therapist"
# rule, sessions, what else holds, severity, what is due, whether the patient is told, proposal
ROWS = [
    ("PT-12", (), {"trials": [10, 10, 10]}, "info", set(), True, "none"),
    ("PT-13", (logged(peak=6),), {}, "caution", set(), True, "regress"),
    ("PT-13", (logged(peak=4),), {}, "info", set(), True, "hold"),
    ("PT-14", (logged(**HIGH, peak=8),), {"usual_pain": 4}, "caution", set(), True, "regress"),
    ("PT-14", (logged(**HIGH, peak=7),), {"usual_pain": 4}, "info", set(), True, "hold"),
    ("PT-15", (logged(next_day=4),), {}, "caution", set(), True, "regress"),
    ("PT-16", GREEN, {}, "info", set(), True, "progress"),
    ("PT-17", (logged(peak=4),), {}, "info", set(), True, "hold"),
    ("PT-18", (logged(peak=6),), {}, "caution", set(), True, "regress"),
    ("PT-18", (logged(6, peak=6), logged(peak=6)), {}, "caution", {REVIEW}, True, "remove"),
    ("PT-22", (logged(signs=["chest_pain"]),), {}, "emergency", set(), True, "stop"),
    ("PT-22", (logged(signs=["faint"]),), {}, "emergency", set(), True, "stop"),
    ("PT-22", (logged(signs=["leg_weakness"]),), {}, "emergency", set(), True, "stop"),
    ("PT-22", (logged(signs=["bladder_bowel_saddle"]),), {}, "emergency", set(), True, "stop"),
    ("PT-22", (logged(signs=["leg_numbness"]),), {}, "urgent", {CONTACT}, True, "stop"),
    ("PT-22", (logged(signs=["fall"]),), {}, "urgent", {CONTACT}, True, "stop"),
    ("EXR-03", (), {"wished_level": 3}, "stop", set(), False, "none"),
]


@pytest.mark.parametrize(("rule", "sessions", "more", "severity", "due", "told", "proposal"), ROWS)
def test_each_row_leads_where_the_specification_says(
    rule, sessions, more, severity, due, told, proposal
):
    found = proposed(*sessions, **more)
    assert said_of(found, rule) == (severity, due, told)
    assert found["proposal"] == proposal


def test_every_rule_of_sessions_has_its_row():
    assert {rule.id for rule in book().rules_of("session")} == {row[0] for row in ROWS}


# usual pain, before, most pain, next morning -> the rules of the zone
ZONES = [
    (3.9, 2, 3, 2, {}),
    (3.9, 2, 3.1, 2, {"PT-13": "info", "PT-17": "info"}),
    (3.9, 2, 5, 2, {"PT-13": "info", "PT-17": "info"}),
    (3.9, 2, 5.1, 2, {"PT-13": "caution", "PT-18": "caution"}),
    (4, 4, 5, 4, {}),
    (4, 4, 5.1, 4, {"PT-14": "info", "PT-17": "info"}),
    (4, 4, 6, 4, {"PT-14": "info", "PT-17": "info"}),
    (4, 4, 6.1, 4, {"PT-14": "caution", "PT-18": "caution"}),
    (2, 2, 2, 3, {}),
    (2, 2, 2, 3.1, {"PT-15": "caution", "PT-18": "caution"}),
    (5, 8, 8, 9, {}),
    (5, 8, 8, 9.1, {"PT-15": "caution", "PT-18": "caution"}),
]


@pytest.mark.parametrize(("usual", "before", "peak", "morning", "rules"), ZONES)
def test_the_zone_of_a_session_on_both_sides_of_each_limit(usual, before, peak, morning, rules):
    one = logged(before=before, peak=peak, next_day=morning)
    found = proposed(one, usual_pain=usual)
    told = {
        rule: severity_of(found, rule) for rule in ("PT-13", "PT-14", "PT-15", "PT-17", "PT-18")
    }
    assert {rule: severity for rule, severity in told.items() if severity} == rules


STEPS = [  # sessions, what else holds, whether a step up is proposed
    (GREEN, {}, True),
    (GREEN[1:], {}, False),
    ((logged(6), logged(5), logged(3), logged()), {}, True),
    ((logged(7), logged(3), logged()), {}, False),
    (GREEN, {"done_share": 0.7}, True),
    (GREEN, {"done_share": 0.699}, False),
    (GREEN, {"done_share": None}, False),
    (GREEN, {"frozen": True}, False),
    (GREEN, {"frozen": None}, False),
    ((*GREEN[:2], logged(effort=5)), {}, True),
    ((*GREEN[:2], logged(effort=5.1)), {}, False),
    ((*GREEN[:2], logged(effort=None)), {}, False),
    ((logged(6), logged(5, peak=4), logged(3), logged()), {}, False),
    ((logged(6), logged(5, peak=6), logged(3), logged()), {}, False),
    ((logged(7, peak=6), *GREEN), {}, True),
]


@pytest.mark.parametrize(("sessions", "more", "up"), STEPS)
def test_a_step_up_needs_each_of_its_parts(sessions, more, up):
    found = proposed(*sessions, **more)
    assert (severity_of(found, "PT-16") is not None) == (found["proposal"] == "progress") == up


@pytest.mark.parametrize(
    ("sessions", "removed"),
    [
        ((logged(peak=6),), False),
        ((logged(6, peak=6), logged(peak=6)), True),
        ((logged(7, peak=6), logged(peak=6)), False),
        ((logged(6, peak=6), logged(3, peak=6), logged()), False),  # and then a green one
        ((logged(6, next_day=5), logged(3, peak=6), logged(peak=6)), True),
    ],
)
def test_two_red_sessions_in_seven_days_remove_the_exercise(sessions, removed):
    found = proposed(*sessions)
    assert (found["proposal"] == "remove") == removed
    assert (severity_of(found, "PT-18") is None) == (found["zone"] == "green")


@pytest.mark.parametrize(("count", "fires"), [(0, False), (2, False), (3, True), (4, True)])
def test_a_quota_needs_three_trials(count, fires):
    found = proposed(trials=[10] * count)
    assert (severity_of(found, "PT-12") is not None) == fires


TWO_WEEKS = tuple(logged(day) for day in (13, 10, 8, 5, 3, 0))


@pytest.mark.parametrize(
    ("sessions", "level", "stopped"),
    [
        (TWO_WEEKS, 3, False),
        (TWO_WEEKS[1:], 3, True),  # two sessions in the week before
        (TWO_WEEKS[3:], 3, True),
        ((), 3, True),
        ((), 2, False),
        ((), None, False),
        (tuple(logged(day) for day in (14, 10, 8, 5, 3, 0)), 3, True),
        (tuple(logged(day, level=1) for day in (13, 10, 8, 5, 3, 0)), 3, True),
    ],
)
def test_level_three_waits_for_two_green_weeks(sessions, level, stopped):
    found = proposed(*sessions, wished_level=level)
    assert (severity_of(found, "EXR-03") == "stop") == stopped


def test_the_window_and_the_size_of_a_step():
    """Seven days, three sessions in a green week; 10 to 20 % more, or half (PT-16, PT-18)."""
    window = {"days": 7, "green_sessions": 3}
    steps = {"more_percent_least": 10, "more_percent_most": 20, "less_percent": 50}
    assert book().window == window | steps | {"high_usual_pain": 4}  # PT-14
