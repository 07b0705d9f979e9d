"""One session moves and the rest stays: what is offered keeps every promise, what is not says why."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from careplan.rules.schedule import (
    Calendar,
    ScheduleRefused,
    Window,
    Wish,
    faults_of,
    first_day,
    free_days,
    lay,
    move_faults,
)
from tests.rules.calendars import broken, calendars, wishes

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)  # a Tuesday
WISH = Wish(2, 8, (0, 3), time(9), date(2026, 11, 25))
CALENDAR = Calendar(
    "Europe/London",
    works=tuple(Window(day, time(8), time(17)) for day in range(5)),
    now=NOW,
    patient="Margaret",
    therapist="Tom",
)
FIRST = date(2026, 11, 26)
STARTS = {one.number: one.start for one in lay(WISH, CALENDAR)}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)


def faults(number: int, start: datetime, calendar: Calendar = CALENDAR) -> list[str]:
    return move_faults(number, start, STARTS, FIRST, WISH, calendar)


@settings(deadline=None)
@given(st.data())
def test_every_offered_move_keeps_every_promise(data):
    wish = data.draw(wishes())
    calendar = data.draw(calendars(wish))
    try:
        starts = {one.number: one.start for one in lay(wish, calendar)}
    except ScheduleRefused:
        event("nothing laid")
        return
    number = data.draw(st.integers(1, len(starts)))
    first = first_day(wish, calendar)
    assert faults_of(starts, first, wish, calendar) == {}
    days = free_days(number, starts, first, wish, calendar)
    assert starts[number].date() in [one.day for one in days]
    for day in days:
        assert day.usual in day.starts
        for start in day.starts:
            moved = starts | {number: start}
            assert broken(list(moved.values()), wish, calendar) == []


@settings(deadline=None)
@given(st.data())
def test_what_is_refused_would_break_a_promise_or_the_order(data):
    number = data.draw(st.integers(1, len(STARTS)))
    day = data.draw(st.dates(date(2026, 11, 20), date(2027, 1, 25)))
    start = at(day, data.draw(st.integers(5, 22)), data.draw(st.sampled_from((0, 15, 40))))
    moved = list((STARTS | {number: start}).values())
    assert bool(faults(number, start)) == bool(broken(moved, WISH, CALENDAR))
    assert all(fault.endswith(".") for fault in faults(number, start))


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (at(date(2026, 12, 1), 9), ["Session 2 is on Monday 30 November: keep a rest day between"]),
        (at(date(2026, 12, 4), 18), ["Tom does not work at 18:00 on Friday 4 December."]),
        (at(date(2026, 12, 5), 9), ["Tom does not work on Saturday."]),
        (at(date(2026, 12, 4), 23), ["Choose an hour between 6:00 and 21:00."]),
        (
            at(date(2026, 12, 11), 9),
            [
                "Session 4 on Monday 7 December is in the way: move that one first.",
                "has 2 sessions",
            ],
        ),
        (
            at(date(2026, 11, 20), 9),
            ["has passed", "Session 2 on Monday 30 November is in the way", "eight weeks at most"],
        ),
    ],
)
def test_why_a_session_cannot_move_there(start, words):
    found = faults(3, start)
    assert len(found) >= len(words)
    for word in words:
        assert any(word in fault for fault in found), found


def test_a_full_week_takes_no_third_session():
    """Two a week stay two a week: Monday's session may not go to the Saturday before."""
    every_day = replace(CALENDAR, works=tuple(Window(n, time(8), time(17)) for n in range(7)))
    assert faults(4, at(date(2026, 12, 5), 9), every_day) == [
        "That week has 2 sessions already: 2 a week are planned."
    ]
    assert faults(3, at(date(2026, 12, 5), 9), every_day) == []


def test_a_closed_day_and_a_booked_hour_are_named():
    day = date(2026, 12, 4)
    shut = replace(CALENDAR, closed={day: "Stocktaking"})
    assert faults(3, at(day, 9), shut) == [
        "The clinic is closed on Friday 4 December: Stocktaking."
    ]
    busy = replace(CALENDAR, taken={day: ((time(9), time(9, 45)),)})
    assert faults(3, at(day, 9, 30), busy) == [
        "Tom has another session at 9:30 on Friday 4 December."
    ]
    assert faults(3, at(day, 9, 45), busy) == []


def test_hours_that_do_not_suit_are_named():
    suits = (*CALENDAR.works[:4], Window(4, time(14), time(16)))
    known = replace(CALENDAR, suits=suits)
    assert faults(3, at(date(2026, 12, 4), 9), known) == [
        "9:00 on Friday 4 December does not suit Margaret."
    ]
    days = {one.day: one for one in free_days(3, STARTS, FIRST, WISH, known)}
    friday = days[date(2026, 12, 4)]
    assert [f"{start:%-H:%M}" for start in friday.starts] == ["14:00", "14:30", "15:00"]
    assert friday.usual == friday.starts[0]


def test_a_closure_that_comes_later_names_the_sessions_it_meets():
    shut = replace(CALENDAR, closed={date(2026, 12, 3): "Stocktaking"})
    assert list(faults_of(STARTS, FIRST, WISH, shut)) == [3]


def test_sessions_that_passed_are_left_alone():
    later = replace(CALENDAR, now=NOW + timedelta(days=10), closed={FIRST: "Stocktaking"})
    assert faults_of(STARTS, FIRST, WISH, later) == {}
