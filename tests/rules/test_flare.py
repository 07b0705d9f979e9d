"""A flare that lasts (PT-19): whether it is one, its days, and the dose of each."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.rules import flare
from careplan.rules.book import book
from careplan.rules.session import propose
from careplan.rules.tables import _flare as read_flare

FIRST = date(2027, 3, 1)
ROW = {"pain": 6, "usual_pain": 4, "since": "days", "half_from": FIRST.isoformat()}


def on(number, better=None, **more):
    """Day `number` of the flare, from 1; `better`: the day on which it was told."""
    told = ROW | {"as_of": (FIRST + timedelta(days=number - 1)).isoformat()} | more
    if better:
        told["better_on"] = (FIRST + timedelta(days=better - 1)).isoformat()
    return flare.day_of(told, book())


@pytest.mark.parametrize(
    "told, holds",
    [
        ({"pain": 6}, True),  # +2 for over a day
        ({"pain": 5}, False),
        ({"pain": 6, "usual_pain": 4.5}, False),
        ({"pain": 10, "since": "under_a_day"}, False),
        ({"pain": 6, "since": "week"}, True),
        ({"pain": 2, "usual_pain": 0}, True),
    ],
)
def test_two_above_the_usual_for_over_a_day(told, holds):
    assert flare.holds(ROW | told, book()) is holds


def test_without_a_usual_pain_it_is_not_known():
    told = {name: value for name, value in ROW.items() if name != "usual_pain"}
    assert flare.holds(told, book()) is None
    assert flare.holds(told | {"since": "under_a_day"}, book()) is False


def test_three_days_at_half_then_five_back_where_nobody_says_that_it_is_better():
    days = [on(number) for number in range(1, 10)]
    assert [day.part for day in days] == ["half"] * 3 + ["back"] * 5 + ["over"]
    assert [day.percent for day in days] == [50, 50, 50, 60, 70, 80, 90, 100, 100]
    assert [(day.number, day.days) for day in days[:5]] == [(1, 3), (2, 3), (3, 3), (1, 5), (2, 5)]
    assert flare.last_day(ROW, book()) == FIRST + timedelta(days=7)


@pytest.mark.parametrize("told, half", [(1, 2), (2, 2), (3, 3)])
def test_better_is_two_or_three_days_at_half_and_three_back(told, half):
    days = [on(number, told) for number in range(1, half + 5)]
    assert [day.part for day in days] == ["half"] * half + ["back"] * 3 + ["over"]
    assert [day.percent for day in days[half:]] == [66, 83, 100, 100]


def test_better_on_the_way_back_changes_nothing():
    assert [on(number, 5) for number in range(1, 10)] == [on(number) for number in range(1, 10)]


def test_a_day_before_the_first_is_the_first():
    """A patient far east tells it on a day that the clinic does not have yet."""
    assert on(0) == on(1)


@pytest.mark.parametrize(
    "dose, half",
    [
        ((2, 10, 3, 4), (1, 10, 3, 4)),
        ((3, 10, 0, 3), (3, 5, 0, 3)),  # three sets have no half
        ((1, 5, 0, 3), (1, 2, 0, 3)),
        ((1, 1, 20, 4), (1, 1, 10, 2)),
        ((1, 1, 0, 600), (1, 1, 0, 300)),
        ((1, 1, 1, 1), (1, 1, 1, 1)),  # never nothing
    ],
)
def test_half_a_dose(dose, half):
    names = ("sets", "reps", "hold_s", "s_per_rep")
    made = flare.dose_at(dict(zip(names, dose, strict=True)), 50, book())
    assert tuple(made[name] for name in names) == half


@given(
    st.integers(1, 10),
    st.integers(1, 60),
    st.integers(0, 120),
    st.integers(1, 1800),
    st.integers(1, 9),
)
def test_a_dose_never_grows_past_the_signed_one_nor_to_nothing(sets, reps, hold, move, number):
    whole = {"sets": sets, "reps": reps, "hold_s": hold, "s_per_rep": move, "sides": 2}
    made = flare.dose_at(whole, on(number).percent, book())
    half = flare.dose_at(whole, 50, book())
    assert all(half[name] <= made[name] <= whole[name] for name in whole)
    assert made["sets"] and made["reps"] and made["s_per_rep"]
    assert bool(made["hold_s"]) == bool(hold)


# Sessions in a flare -------------------------------------------------------------------------

GREEN = {"level": 1, "before": 2, "peak": 2, "next_day": 2, "effort": 3, "signs": []}


def week(**more):
    days = [{"on": (FIRST + timedelta(days=n)).isoformat()} | GREEN | more for n in range(4)]
    told = {"as_of": days[-1]["on"], "usual_pain": 3, "frozen": False, "done_share": 1.0}
    return told | {"sessions": days}


def test_a_flare_is_no_ground_for_a_step_up():
    assert propose(week(), book())["proposal"] == "progress"
    assert propose(week(flare=True), book())["proposal"] == "none"


def test_in_a_flare_pain_counts_from_its_own_usual():
    """Usual pain of 3 before and 6 in the flare: 6 at an exercise is the usual, and no red."""
    told = week(flare=True, before=6, peak=6, next_day=6)
    assert propose(told, book())["proposal"] == "remove"
    assert (
        propose(week(flare=True, before=6, peak=6, next_day=6, usual_pain=6), book())["zone"]
        == "green"
    )
    assert (
        propose(week(flare=True, before=6, peak=9, next_day=6, usual_pain=6), book())["zone"]
        == "red"
    )


# The data ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part, name, value",
    [
        ("flare", "rise", 0),
        ("flare", "half_percent", 100),
        ("flare", "half_days_most", 1),
        ("flare", "back_days_least", 2.5),
        ("flare_words", "heat", ""),
    ],
)
def test_data_with_a_fault_is_refused(part, name, value):
    class Found:
        pass

    raw = {"flare": dict(book().flare), "flare_words": dict(book().flare_words)}
    read_flare(Found(), raw)
    raw[part][name] = value
    with pytest.raises(ValueError):
        read_flare(Found(), raw)
