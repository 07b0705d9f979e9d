"""Every schedule that is laid keeps every promise, whatever the zone does to its clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.rules.book import book
from careplan.rules.plan_check import judge
from careplan.rules.schedule import (
    DAYS,
    SESSIONS_PER_WEEK,
    WEEKS,
    ScheduleRefused,
    faults,
    lay_dates,
    that_fit,
    without_rest,
)
from tests.rules.building import intake

ZONES = st.sampled_from(
    [
        "Europe/London",
        "America/New_York",
        "Africa/Cairo",
        "America/Havana",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Pacific/Chatham",
        "UTC",
    ]
)
RESTED = [
    days
    for count in SESSIONS_PER_WEEK
    for days in combinations(range(7), count)
    if without_rest(days) is None
]
HOURS = st.times(min_value=time(6), max_value=time(21)).map(lambda t: t.replace(microsecond=0))
STARTS = st.dates(min_value=date(2026, 1, 1), max_value=date(2029, 12, 31))


@given(STARTS, st.sampled_from(RESTED), HOURS, st.sampled_from(WEEKS), ZONES)
def test_every_laid_schedule_keeps_every_promise(starts_on, days, at, weeks, zone):
    laid = lay_dates(starts_on=starts_on, weekdays=days, at=at, weeks=weeks, zone=zone)
    assert len(laid) == len(days) * weeks
    assert starts_on <= laid[0].date() < starts_on + timedelta(days=7)
    assert {moment.weekday() for moment in laid} == set(days)
    for moment in laid:
        there_and_back = moment.astimezone(UTC).astimezone(ZoneInfo(zone))
        assert (there_and_back.date(), there_and_back.time()) == (moment.date(), at)
    for one, next_one in pairwise(laid):
        assert (next_one.date() - one.date()).days >= 2
    for week in range(weeks):
        monday = laid[0].date() + timedelta(days=7 * week)
        inside = [m for m in laid if monday <= m.date() < monday + timedelta(days=7)]
        assert len(inside) == len(days)


@given(STARTS, st.sampled_from(RESTED), HOURS, ZONES, st.integers(0, 24 * 60 - 1))
def test_no_session_is_laid_before_now(starts_on, days, at, zone, minute):
    now = datetime.combine(starts_on, time(), tzinfo=ZoneInfo(zone)) + timedelta(minutes=minute)
    laid = lay_dates(starts_on=starts_on, weekdays=days, at=at, weeks=6, zone=zone, after=now)
    assert laid[0] > now
    assert laid[0].date() <= starts_on + timedelta(days=7)


def test_a_week_of_changing_clocks_keeps_the_hour():
    laid = lay_dates(
        starts_on=date(2027, 3, 22), weekdays=(0, 3), at=time(9), weeks=6, zone="Europe/London"
    )
    assert [f"{m.astimezone(UTC):%a %H:%M}" for m in laid[:4]] == [
        "Mon 09:00",
        "Thu 09:00",
        "Mon 08:00",
        "Thu 08:00",
    ]
    assert {m.hour for m in laid} == {9}


def test_the_hour_that_passed_today_moves_to_the_next_chosen_day():
    now = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)  # a Tuesday
    laid = lay_dates(
        starts_on=date(2026, 11, 24),
        weekdays=(1, 4),
        at=time(9),
        weeks=8,
        zone="Europe/London",
        after=now,
    )
    assert laid[0].date() == date(2026, 11, 27)
    assert len(laid) == 16


def test_a_start_long_past_is_refused():
    with pytest.raises(ScheduleRefused, match="later first day"):
        lay_dates(
            starts_on=date(2026, 11, 2),
            weekdays=(0, 3),
            at=time(9),
            weeks=8,
            zone="UTC",
            after=datetime(2026, 11, 24, tzinfo=UTC),
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sessions_per_week": 1, "weekdays": (0,)}, "2 or 3 sessions"),
        ({"sessions_per_week": 4, "weekdays": (0, 2, 4, 6)}, "2 or 3 sessions"),
        ({"weeks": 5}, "6, 7 or 8 weeks"),
        ({"weeks": 9}, "6, 7 or 8 weeks"),
        ({"weekdays": (0,)}, "2 different days: 1 are chosen"),
        ({"weekdays": (2, 3)}, "Wednesday and Thursday leave no rest day"),
        ({"weekdays": (0, 6)}, "Sunday and Monday leave no rest day"),
        ({"at": time(5, 59)}, "between 6:00 and 21:00"),
        ({"at": time(21, 1)}, "between 6:00 and 21:00"),
    ],
)
def test_a_wish_that_cannot_be_laid_says_what_to_change(change, words):
    wish = {"sessions_per_week": 2, "weeks": 8, "weekdays": (0, 3), "at": time(9)} | change
    assert any(words in sentence for sentence in faults(**wish))


def test_a_wish_names_all_its_faults_at_once():
    assert len(faults(sessions_per_week=5, weeks=1, weekdays=(0, 1), at=time(3))) == 5


@pytest.mark.parametrize(
    ("wish", "visits", "fit"),
    [
        ((3, 8), 20, [(2, 8), (3, 6)]),
        ((3, 8), 24, [(3, 8)]),
        ((3, 7), 20, [(2, 7), (3, 6)]),
        ((2, 8), 12, [(2, 6)]),
        ((3, 8), 13, [(2, 6)]),
        ((2, 8), 11, []),
    ],
)
def test_nearest_programs_that_fit_the_visits(wish, visits, fit):
    found = that_fit(sessions_per_week=wish[0], weeks=wish[1], visits=visits)
    assert found == fit


@given(st.sampled_from(SESSIONS_PER_WEEK), st.sampled_from(WEEKS), st.integers(0, 40))
def test_what_is_offered_fits_and_is_allowed(pace, weeks, visits):
    for s, w in that_fit(sessions_per_week=pace, weeks=weeks, visits=visits):
        assert s * w <= visits
        assert s in SESSIONS_PER_WEEK and w in WEEKS


def test_the_calendar_and_the_book_have_one_range():
    """PT-03 speaks outside of what can be laid, and nowhere inside."""

    def fires(pace, weeks):
        plan = {"sessions_per_week": pace, "weeks": weeks}
        return "PT-03" in {
            row["rule"] for row in judge({**intake(), "plan": plan}, book())["findings"]
        }

    laid = {
        (pace, weeks) for pace in range(1, 6) for weeks in range(4, 11) if not fires(pace, weeks)
    }
    assert laid == {(pace, weeks) for pace in SESSIONS_PER_WEEK for weeks in WEEKS}


def test_days_have_names():
    assert DAYS[date(2026, 11, 24).weekday()] == "Tuesday"
