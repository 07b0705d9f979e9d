"""A day in bouts (BAR-05): every exercise in one, none over five minutes where that can be done."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.rules.book import book
from careplan.rules.bouts import compact, split

HALVES = st.integers(1, 12).map(lambda n: n / 2)
DAYS = st.lists(st.one_of(HALVES, st.none()), max_size=8)
LIMIT, CHANGE = 5, 0.25


def minutes_of(day, numbers):
    """Minutes of each bout that has a counted exercise, and how many it has."""
    found = {}
    for one, number in zip(day, numbers, strict=True):
        if one is not None:
            spent, count = found.get(number, (0, 0))
            found[number] = spent + one + CHANGE, count + 1
    return found


def fits(day, numbers):
    return all(spent <= LIMIT or count == 1 for spent, count in minutes_of(day, numbers).values())


@given(DAYS)
def test_every_exercise_is_in_one_of_at_most_three_bouts(day):
    numbers = split(day, book())
    assert len(numbers) == len(day)
    assert set(numbers) == set(range(1, len(set(numbers)) + 1))
    assert len(set(numbers)) <= 3


@given(DAYS)
def test_no_bout_is_over_five_minutes_where_that_can_be_done(day):
    counted = [one for one in day if one is not None]
    possible = any(fits(counted, numbers) for numbers in product((1, 2, 3), repeat=len(counted)))
    assert fits(day, split(day, book())) or not possible


@given(DAYS)
def test_the_order_stays_where_it_can(day):
    counted = [one for one in day if one is not None]
    rising = any(
        fits(counted, numbers)
        for numbers in product((1, 2, 3), repeat=len(counted))
        if list(numbers) == sorted(numbers)
    )
    numbers = split(day, book())
    assert numbers == sorted(numbers) or not rising


@given(DAYS)
def test_the_bouts_take_what_the_day_takes(day):
    counted = [one for one in day if one is not None]
    spent = sum(minutes for minutes, _ in minutes_of(day, split(day, book())).values())
    assert spent == pytest.approx(sum(counted) + CHANGE * len(counted))


@given(st.lists(HALVES, min_size=3, max_size=8))
def test_as_many_bouts_as_are_wanted(day):
    assert len(set(split(day, book(), 2))) <= 2
    assert len(set(split(day, book()))) in (2, 3)


TEMPLATES = {  # minutes of each exercise: section 4 of the specification
    "TPL-1": ([1.5, 1.5, 1, 1, 1], [1, 2, 2, 3, 3]),
    "TPL-2": ([2, 2, 2.5, 2, 2, 2], [1, 1, 2, 2, 3, 3]),
    "TPL-3": ([2, 2.5, 4.5, 1.5, 2], [1, 1, 2, 3, 3]),
    # In its order a bout would take 5.25 minutes or more: the long one stands alone.
    "TPL-S": ([1.5, 2, 1, 4, 2], [1, 1, 2, 3, 2]),
}


@pytest.mark.parametrize(("day", "bouts"), TEMPLATES.values(), ids=TEMPLATES)
def test_templates_are_split_evenly(day, bouts):
    assert split(day, book()) == bouts


@pytest.mark.parametrize(
    ("day", "bouts"),
    [
        ([], []),
        ([2], [1]),
        ([None], [1]),
        ([4.5, 0.5], [1, 2]),  # 4.75 and 0.75: both at once would be 5.5
        ([6, 1, 1], [1, 2, 3]),  # longer by itself: whole
        ([6, 6, 6, 6], [1, 2, 3, 3]),  # cannot be done: the least over
        ([None, 2, 2, None], [1, 1, 2, 2]),  # a walk goes with what is before it
        ([2.25, 2.25, 2.5, 2, 4.75], [1, 1, 2, 2, 3]),  # to the quarter: 5, 5, 5
    ],
)
def test_edges(day, bouts):
    assert split(day, book()) == bouts


def test_gaps_are_closed():
    assert compact([1, 3, 3]) == [1, 2, 2]
    assert compact([]) == []
