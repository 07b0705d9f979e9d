"""Outcome measures, a second time: every number of a smallest real change, and of the classes
(section 7, OM-01 to OM-06, CK-01 to CK-04, D-38)."""

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from tests.rules.building import intake

# measure: answers, for the better, for the better where it is one of several, for the worse;
# a way is (points, share)
ROWS = {
    "nprs": ((1, 1), {(2, 0), (1, 0.3)}, set(), {(2, 0)}),
    "peg": ((3, 3), {(1, 0.3)}, set(), {(1, 0.3)}),
    "psfs": ((1, 5), {(2, 0)}, {(3, 0)}, {(2, 0)}),
    "rmdq": ((1, 1), {(5, 0), (0, 0.3)}, set(), set()),
    "promis_pi_4a": ((1, 1), {(3.5, 0)}, set(), set()),
    "start_back": ((1, 1), set(), set(), set()),
    "walking_minutes": ((1, 1), {(5, 0.2)}, set(), set()),
    "sleep_quality": ((1, 1), {(2, 0)}, set(), set()),
    "nights_woken": ((1, 1), {(2, 0)}, set(), set()),
}


def ways(rows):
    return {(way.points, way.share) for way in rows}


@pytest.mark.parametrize("code", ROWS)
def test_each_measure_counts_as_the_specification_says(code):
    row = book().measures[code]
    found = tuple(row.answers), ways(row.real), ways(row.real_single), ways(row.worse)
    assert found == ROWS[code]


def test_every_measure_has_its_row():
    assert set(book().measures) == set(ROWS)


CLASSES = {
    "low_baseline": 3,
    "core_items": 2,
    "earlier": 2,
    "weeks_between": 2,
    "response_share": 0.3,
}


def test_the_numbers_of_the_classes():
    assert book().classes == CLASSES


def progress(*rows):
    """What an assessment says of these check-ins, two weeks apart."""
    dated = [
        {"on": f"2026-{9 + n // 2:02}-{1 + n % 2 * 14:02}", **row} for n, row in enumerate(rows)
    ]
    return assess(intake({"/check_ins": dated}))["progress"]


@pytest.mark.parametrize(
    ("pains", "wanted"),
    [
        ((5, 5, 5), "plateau"),
        ((3.5, 6, 6, 6), "plateau"),  # worse against the best of the last two
        ((6, 3.5, 6, 6), "worsening"),
        ((6, 6, 3.5, 6), "worsening"),
        ((6, 3.5, 6, 5.9), "worsening"),
        ((3.5, 3.6, 5.5), "worsening"),
    ],
)
def test_worse_is_against_the_best_of_the_last_two(pains, wanted):
    rows = [{"nprs": pain, "peg": [5, 5, 5]} for pain in pains]
    assert progress(*rows)["class"] == wanted


@pytest.mark.parametrize(
    ("activities", "wanted"),
    [
        ((4, 6, 4), "worsening"),  # the best of a scale where up is better is the highest
        ((4, 6, 4.1), "plateau"),
        ((6, 4, 6, 4), "worsening"),
        ((6, 4, 4, 4), "plateau"),
    ],
)
def test_worse_is_against_the_best_where_up_is_better_too(activities, wanted):
    rows = [{"nprs": 5, "psfs": [value, value]} for value in activities]
    assert progress(*rows)["class"] == wanted


@pytest.mark.parametrize(
    ("last", "wanted"),
    [
        ({"nprs": 3}, "incomplete"),
        ({"peg": [3, 3, 3]}, "incomplete"),
        ({"nprs": 3, "walking_minutes": 60}, "incomplete"),
        ({"nprs": 3, "peg": [3, 3, 3]}, "improving"),
        ({"nprs": 3, "psfs": [4]}, "improving"),
        ({"nprs": 6, "psfs": [6, 4]}, "plateau"),
    ],
)
def test_two_core_items_make_a_class(last, wanted):
    first = {"nprs": 6, "peg": [6, 6, 6], "psfs": [4, 4], "walking_minutes": 10}
    assert progress(first, last)["class"] == wanted


@pytest.mark.parametrize(("count", "weeks"), [(1, 0), (2, 2), (3, 4), (4, 6)])
def test_check_ins_are_two_weeks_apart(count, weeks):
    rows = [{"nprs": 6, "peg": [6, 6, 6]}] * count
    assert progress(*rows)["plateau_weeks"] == weeks


@pytest.mark.parametrize(
    ("before", "now", "answer"), [(5, 3.5, True), (5, 3.6, False), (10, 7, True), (10, 7.1, False)]
)
def test_thirty_percent_less_pain_or_peg_is_a_response(before, now, answer):
    assert progress({"nprs": before}, {"nprs": now})["responder"] is answer
    rows = [{"peg": [value] * 3, "nprs": 5} for value in (before, now)]
    assert progress(*rows)["responder"] is answer
