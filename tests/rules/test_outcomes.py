"""Outcome measures: range, which way is better, the smallest real change on both sides (OM, CK-01..04)."""

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from careplan.rules.scores import classify, is_better, is_worse, responder, values
from tests.rules.building import intake

ROWS = {  # measure: row, low, high, better, core
    "nprs": ("OM-01", 0, 10, "down", True),
    "peg": ("OM-02", 0, 10, "down", True),
    "psfs": ("OM-03", 0, 10, "up", True),
    "rmdq": ("OM-04", 0, 24, "down", False),
    "promis_pi_4a": ("OM-05", 41.6, 75.6, "down", False),
    "start_back": ("OM-06", 0, 9, "down", False),
    "walking_minutes": ("CK-02", 0, 180, "up", False),
    "sleep_quality": ("CK-03", 0, 10, "up", False),
    "nights_woken": ("CK-03", 0, 7, "down", False),
}


def test_each_measure_has_its_row_range_and_direction():
    found = {
        code: (row.row, row.low, row.high, row.better, row.core)
        for code, row in book().measures.items()
    }
    assert found == ROWS


def test_what_needs_permission_is_not_shipped():
    kept_out = {code for code, row in book().measures.items() if not row.shipped}
    assert kept_out == {"rmdq", "promis_pi_4a", "start_back"}


@pytest.mark.parametrize(
    ("measure", "before", "now", "better"),
    [
        ("nprs", 6, 4, True),
        ("nprs", 6, 4.1, True),  # 1.9 points are 30 % of 6
        ("nprs", 6.5, 4.6, False),  # 1.9 points are 29 % of 6.5
        ("nprs", 8, 6, True),
        ("nprs", 4, 2.8, True),
        ("nprs", 4, 2.9, False),
        ("nprs", 3, 2, True),  # 33 % and one point
        ("nprs", 2, 1.1, False),  # 45 % is not one point
        ("nprs", 0, 0, False),
        ("nprs", 4, 6, False),
        ("peg", 5, 3.5, True),
        ("peg", 5, 3.6, False),
        ("peg", 3, 2, True),
        ("peg", 3, 2.1, False),
        ("peg", 2, 1.2, False),
        ("peg", 0, 0, False),
        ("psfs", 4, 6, True),
        ("psfs", 4, 5.9, False),
        ("psfs", 6, 4, False),
        ("rmdq", 20, 15, True),
        ("rmdq", 20, 16, False),
        ("rmdq", 10, 7, True),
        ("rmdq", 10, 8, False),
        ("promis_pi_4a", 60, 56.5, True),
        ("promis_pi_4a", 60, 56.6, False),
        ("walking_minutes", 20, 25, True),
        ("walking_minutes", 20, 24, False),
        ("walking_minutes", 30, 36, True),
        ("walking_minutes", 30, 35, False),
        ("walking_minutes", 30, 20, False),
        ("sleep_quality", 4, 6, True),
        ("sleep_quality", 4, 5.5, False),
        ("nights_woken", 5, 3, True),
        ("nights_woken", 5, 4, False),
    ],
)
def test_the_smallest_real_change_for_the_better(measure, before, now, better):
    assert is_better(book().measures[measure], now, before) is better


@pytest.mark.parametrize(("now", "better"), [(6.9, False), (7, True)])
def test_one_activity_needs_three_points(now, better):
    assert is_better(book().measures["psfs"], now, 4, single=True) is better
    assert is_better(book().measures["nprs"], 4, 6, single=True)


@pytest.mark.parametrize(
    ("measure", "before", "now", "worse"),
    [
        ("nprs", 4, 6, True),
        ("nprs", 4, 5.9, False),
        ("nprs", 6, 4, False),
        ("peg", 4, 5.2, True),
        ("peg", 4, 5.1, False),
        ("peg", 2, 3, True),
        ("peg", 2, 2.9, False),
        ("psfs", 6, 4, True),
        ("psfs", 6, 4.1, False),
        ("psfs", 4, 6, False),
    ],
)
def test_the_smallest_real_change_for_the_worse(measure, before, now, worse):
    assert is_worse(book().measures[measure], now, before) is worse


def test_a_peg_that_rises_from_nothing_is_not_measured_in_shares():
    """30 % of nothing is no change: another item has to tell."""
    assert not is_worse(book().measures["peg"], 3, 0)


def test_a_value_is_the_mean_of_its_answers():
    told = {"nprs": 5, "peg": [4, 5, 6], "psfs": [2, 5], "walking_minutes": 30}
    assert values(told, book()) == {"nprs": 5, "peg": 5, "psfs": 3.5}


@pytest.mark.parametrize(
    ("baseline", "now", "found"),
    [
        ({"nprs": 3, "peg": [6, 6, 6]}, {"nprs": 1, "peg": [6, 6, 6]}, "incomplete"),
        ({"nprs": 3.1, "peg": [6, 6, 6]}, {"nprs": 1, "peg": [6, 6, 6]}, "improving"),
        (
            {"nprs": 3, "peg": [6, 6, 6], "psfs": [4, 4]},
            {"nprs": 6, "peg": [6, 6, 6], "psfs": [4, 4]},
            "plateau",
        ),
    ],
)
def test_a_low_pain_at_the_start_leaves_pain_out(baseline, now, found):
    assert classify([baseline, now], book()) == found


@pytest.mark.parametrize("count", [1, 2, 3])
def test_check_ins_that_were_all_missed_show_no_plateau(count):
    missed = [{"on": "2026-11-01", "missed": True}] * count
    assert assess(intake({"/check_ins": missed}))["progress"]["plateau_weeks"] == 0


@pytest.mark.parametrize(
    ("before", "now", "answer"), [(10, 7, True), (10, 7.1, False), (0, 0, None)]
)
def test_a_response_is_thirty_percent(before, now, answer):
    assert responder([{"nprs": before}, {"nprs": now}], book()) is answer
