"""One step up is 10 to 20 % more or the next exercise, one down is half or the easier one (PT-16, PT-18)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.rules import stepping
from careplan.rules.book import book

EXERCISES = book().exercises
DOSES = st.fixed_dictionaries(
    {"sets": st.integers(1, 10), "reps": st.integers(1, 60), "hold_s": st.integers(0, 120)}
)


def dose(sets, reps, hold_s=0):
    return {"sets": sets, "reps": reps, "hold_s": hold_s}


def up(given, code="COR-03", hidden=()):
    return stepping.up(given, EXERCISES[code], EXERCISES, hidden, book())


def down(given, code="COR-03", hidden=()):
    return stepping.down(given, EXERCISES[code], EXERCISES, hidden, book())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (dose(2, 10), dose(2, 11)),
        (dose(2, 8), dose(2, 9)),  # 12.5 %
        (dose(2, 6), dose(2, 7)),  # 16.7 %
        (dose(2, 5), dose(2, 6)),  # 20 %
        (dose(1, 60), None),  # no more than 60: the next exercise
        (dose(1, 4, 20), dose(1, 4, 22)),  # one more would be 25 %: time instead
        (dose(1, 1, 30), dose(1, 1, 33)),
        (dose(1, 1, 120), None),
        (dose(1, 2, 3), None),  # neither has a whole step of 10 to 20 %
    ],
)
def test_a_step_up(before, after):
    assert up(before) == ({"exercise": "COR-03", **after} if after else up(dose(1, 1)))
    assert up(dose(1, 1))["exercise"] == "COR-04"


def test_no_step_up_to_what_is_forbidden_missing_or_retired():
    assert up(dose(1, 1), hidden={"COR-04"}) is None
    assert stepping.up(dose(1, 1), EXERCISES["COR-03"], {}, (), book()) is None
    assert up(dose(1, 1), "AER-02") is None  # its next step is words
    Retired = type("Retired", (type(EXERCISES["COR-04"]),), {"retired": True})
    gone = EXERCISES | {"COR-04": Retired(**_fields(EXERCISES["COR-04"]))}
    assert stepping.up(dose(1, 1), EXERCISES["COR-03"], gone, (), book()) is None


def _fields(exercise) -> dict:
    return {name: getattr(exercise, name) for name in exercise.__dataclass_fields__}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (dose(2, 8), dose(1, 8)),
        (dose(4, 8), dose(2, 8)),
        (dose(3, 8), dose(3, 4)),  # three sets have no half
        (dose(1, 8, 3), dose(1, 4, 3)),
        (dose(1, 5), dose(1, 2)),  # rather less than half than more
        (dose(1, 1, 30), dose(1, 1, 15)),
        (dose(1, 1, 1), dose(1, 1, 0)),
    ],
)
def test_a_step_down(before, after):
    assert down(before) == {"exercise": "COR-03", **after}


def test_the_smallest_dose_goes_to_the_easier_exercise():
    easier = EXERCISES["COR-02"]
    assert down(dose(1, 1)) == {
        "exercise": "COR-02",
        **dose(easier.sets, easier.reps, int(easier.hold_s)),
    }
    assert down(dose(1, 1), hidden={"COR-02"}) is None


@given(before=DOSES)
def test_a_step_is_small_and_one_thing(before):
    after = up(before)
    changed = [
        name for name in before if after["exercise"] == "COR-03" and after[name] != before[name]
    ]
    if after["exercise"] == "COR-03":
        (name,) = changed
        assert 110 * before[name] <= 100 * after[name] <= 120 * before[name]
    smaller = down(before)
    if smaller["exercise"] == "COR-03":
        amount = lambda one: one["sets"] * one["reps"] * (one["hold_s"] or 1)  # noqa: E731
        assert amount(smaller) * 2 <= amount(before) or before["hold_s"] == 1


def test_the_percentages_are_the_books(monkeypatch):
    stricter = replace_window(less_percent=75, more_percent_least=50, more_percent_most=50)
    assert stepping.up(dose(1, 8), EXERCISES["COR-03"], EXERCISES, (), stricter)["reps"] == 12
    assert stepping.down(dose(1, 8), EXERCISES["COR-03"], EXERCISES, (), stricter)["reps"] == 2


def replace_window(**changes):
    class Book:
        window = book().window | changes

    return Book
