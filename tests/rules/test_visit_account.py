"""Grants cover as many visits as they can, whatever the order of the rows."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.rules.visit_account import Grant, draw

START = date(2026, 11, 2)


def day(number: int) -> date:
    return START + timedelta(days=number)


def grant(key: str, visits: int, first: int, last: int | None = None) -> Grant:
    return Grant(key, visits, day(first), None if last is None else day(last))


DAYS = st.integers(0, 6)
WINDOWS = st.tuples(st.integers(1, 3), DAYS, st.one_of(st.none(), DAYS)).map(
    lambda told: (told[0], told[1], None if told[2] is None else max(told[1], told[2]))
)
GRANTS = st.lists(WINDOWS, max_size=3).map(
    lambda rows: [grant(f"g{n}", *row) for n, row in enumerate(rows)]
)


def most_covered(grants: list[Grant], days: list[date]) -> int:
    """By trying every way: each visit from each grant that holds its day, or from none."""
    ways = [[None, *(g.key for g in grants if g.holds(one))] for one in days]
    visits = {g.key: g.visits for g in grants}
    return max(
        sum(key is not None for key in way)
        for way in product(*ways)
        if all(way.count(key) <= most for key, most in visits.items())
    )


@given(GRANTS, st.lists(DAYS, max_size=5))
def test_as_many_as_possible_are_covered(grants, numbers):
    days = [day(n) for n in numbers]
    found = draw(grants, days)
    assert found.used - found.over == most_covered(grants, days)


@given(GRANTS, st.lists(DAYS, max_size=8), DAYS)
def test_every_visit_is_somewhere_once(grants, numbers, now):
    found = draw(grants, [day(n) for n in numbers])
    assert sum(found.drawn.values()) + found.over == found.used == len(numbers)
    assert all(0 <= found.left_of(one) <= one.visits for one in grants)
    assert found.left(day(now)) >= 0 and found.lapsed(day(now)) >= 0
    assert (
        found.left(day(now)) + found.lapsed(day(now)) + sum(found.drawn.values()) == found.granted
    )


@given(GRANTS, st.lists(DAYS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(grants, numbers, random):
    days = [day(n) for n in numbers]
    found = draw(grants, days)
    random.shuffle(days)
    random.shuffle(grants)
    assert draw(grants, days) == found


@given(GRANTS, st.lists(DAYS, max_size=8))
def test_a_visit_given_back_frees_at_most_itself(grants, numbers):
    days = [day(n) for n in numbers]
    for gone in range(len(days)):
        fewer = draw(grants, days[:gone] + days[gone + 1 :])
        assert draw(grants, days).over - fewer.over in (0, 1)


def test_what_ends_first_is_used_first():
    found = draw([grant("long", 5, 0), grant("short", 2, 0, 10)], [day(1), day(2), day(3)])
    assert found.drawn == {"long": 1, "short": 2}


@pytest.mark.parametrize(("now", "left", "lapsed"), [(10, 7, 0), (11, 5, 2)])
def test_what_is_not_used_in_time_lapses(now, left, lapsed):
    found = draw([grant("long", 5, 0), grant("short", 3, 0, 10)], [day(1)])
    assert (found.left(day(now)), found.lapsed(day(now))) == (left, lapsed)


def test_a_visit_outside_the_window_is_not_covered():
    found = draw([grant("a", 5, 3, 4)], [day(2), day(3), day(4), day(5)])
    assert found.uncovered == (day(2), day(5))


def test_a_later_grant_that_reaches_back_covers_what_was_over():
    days = [day(0), day(1)]
    assert draw([grant("a", 1, 0)], days).over == 1
    assert draw([grant("a", 1, 0), grant("b", 4, 0)], days).over == 0


def test_no_grant_and_no_visit():
    found = draw([], [])
    assert (found.granted, found.used, found.over, found.left(START)) == (0, 0, 0, 0)
