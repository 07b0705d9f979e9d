"""Every schedule that is offered keeps every promise, and what "cannot be laid" cannot be laid."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from careplan.rules.book import book
from careplan.rules.plan_check import judge
from careplan.rules.schedule import (
    DAYS,
    SESSIONS_PER_WEEK,
    USUAL_DAYS,
    WEEKS,
    Calendar,
    ScheduleRefused,
    Window,
    Wish,
    faults,
    lay,
    nearest,
    propose,
    that_fit,
)
from tests.rules.building import intake
from tests.rules.calendars import (
    QUARTERS,
    STARTS,
    ZONES,
    broken,
    calendars,
    most_sessions,
    week_one,
    wishes,
)

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)  # a Tuesday
HOURS = tuple(Window(day, time(8), time(17)) for day in range(5))
CHRISTMAS = {
    date(2026, 12, 25): "Christmas Day",
    date(2026, 12, 26): "Boxing Day",
    date(2026, 12, 28): "Boxing Day (observed)",
    date(2027, 1, 1): "New Year’s Day",
}


def wish(**changes) -> Wish:
    return replace(Wish(2, 8, (0, 3), time(9), date(2026, 11, 25)), **changes)


def calendar(**changes) -> Calendar:
    known = Calendar("Europe/London", works=HOURS, now=NOW, patient="Margaret", therapist="Tom")
    return replace(known, **changes)


def closed(first: date, days: int, why: str = "Works on the roof") -> dict:
    return {first + timedelta(days=n): why for n in range(days)}


def refused(wish_, calendar_) -> list[str]:
    with pytest.raises(ScheduleRefused) as refusal:
        lay(wish_, calendar_)
    return refusal.value.reasons


# Properties ----------------------------------------------------------------------------------


@given(st.data())
def test_what_is_laid_keeps_every_promise_or_says_why_not(data):
    wish_ = data.draw(wishes())
    calendar_ = data.draw(calendars(wish_))
    try:
        laid = lay(wish_, calendar_)
    except ScheduleRefused as refusal:
        event("refused")
        assert refusal.reasons and all(reason.endswith(".") for reason in refusal.reasons)
        return
    event("laid")
    assert len(laid) == wish_.visits
    assert [one.number for one in laid] == list(range(1, wish_.visits + 1))
    assert broken([one.start for one in laid], wish_, calendar_) == []


@given(st.data())
def test_what_cannot_be_laid_cannot_be_laid(data):
    """Against a search that tries every day with and without a session."""
    wish_ = data.draw(wishes())
    calendar_ = replace(data.draw(calendars(wish_)), visits_left=None)
    if week_one(wish_, calendar_) is None:
        assert "in the past" in refused(wish_, calendar_)[-1]
        return
    most = most_sessions(wish_, calendar_)
    try:
        lay(wish_, calendar_)
        event("laid")
        assert most >= wish_.visits
    except ScheduleRefused as refusal:
        event("refused")
        last = refusal.reasons[-1]
        if "week 8" in last:
            assert f"only {most} of {wish_.visits} sessions" in last
            assert most < wish_.visits
        else:
            assert any(words in last for words in ("does not", "no 45 minutes"))


@settings(deadline=None)
@given(st.data())
def test_every_plan_that_is_offered_instead_can_be_laid(data):
    wish_ = data.draw(wishes())
    calendar_ = data.draw(calendars(wish_))
    offered = nearest(wish_, calendar_)
    assert len(offered) <= 4 and len(set(offered)) == len(offered)
    for one in offered:
        laid = [row.start for row in lay(one, calendar_)]
        assert len(laid) == one.visits
        assert broken(laid, one, calendar_) == []
        assert one.starts_on <= max(wish_.starts_on, week_one_or(one, wish_)) + timedelta(days=90)


def week_one_or(one: Wish, wish_: Wish) -> date:
    """A start in the past is moved to today, however far that is."""
    return one.starts_on if one.starts_on > wish_.starts_on else wish_.starts_on


@settings(deadline=None)
@given(st.data())
def test_a_proposal_keeps_every_promise(data):
    wish_ = data.draw(wishes())
    calendar_ = data.draw(calendars(wish_))
    found = propose(
        calendar_,
        sessions_per_week=wish_.sessions_per_week,
        weeks=wish_.weeks,
        starts_on=wish_.starts_on,
    )
    if found is None:
        event("nothing")
        usual = USUAL_DAYS[wish_.sessions_per_week]
        assert nearest(replace(wish_, at=time(9), weekdays=usual), calendar_) == []
        return
    event("proposed")
    chosen, laid = found
    assert faults(chosen) == []
    assert broken([one.start for one in laid], chosen, calendar_) == []


@given(STARTS, st.sampled_from(ZONES), QUARTERS, st.integers(0, 24 * 60 - 1))
def test_no_session_is_laid_before_now(starts_on, zone, at, minute):
    known = Calendar(zone)
    first = lay(wish(starts_on=starts_on, at=at, weeks=6), known)[0].start
    now = first.replace(hour=0) + timedelta(minutes=minute)
    laid = lay(wish(starts_on=starts_on, at=at, weeks=6), replace(known, now=now))
    assert laid[0].start > now
    assert laid[0].start.date() <= starts_on + timedelta(days=7)


# Dates ---------------------------------------------------------------------------------------


def test_a_week_of_changing_clocks_keeps_the_hour():
    laid = lay(wish(starts_on=date(2027, 3, 22), weeks=6), Calendar("Europe/London"))
    assert [f"{one.start.astimezone(UTC):%a %H:%M}" for one in laid[:4]] == [
        "Mon 09:00",
        "Thu 09:00",
        "Mon 08:00",
        "Thu 08:00",
    ]
    assert {one.start.hour for one in laid} == {9}


@pytest.mark.parametrize("zone", ["America/Havana", "Asia/Beirut", "Africa/Cairo"])
def test_a_day_that_begins_at_one_has_its_session(zone):
    """Where clocks change at midnight, the day itself loses its first hour."""
    laid = lay(wish(starts_on=date(2027, 3, 1), weekdays=(3, 6), weeks=8), Calendar(zone))
    assert len({one.start.astimezone(UTC) for one in laid}) == 16
    assert {one.start.time() for one in laid} == {time(9)}


def test_the_hour_that_passed_today_moves_to_the_next_chosen_day():
    laid = lay(wish(starts_on=date(2026, 11, 24), weekdays=(1, 4)), calendar())
    assert laid[0].start.date() == date(2026, 11, 27)
    assert len(laid) == 16


def test_a_start_long_past_is_refused_and_today_is_offered():
    past = wish(starts_on=date(2026, 11, 2))
    assert refused(past, calendar()) == [
        "The program would start in the past. Choose a later first day."
    ]
    assert nearest(past, calendar())[0] == replace(past, starts_on=date(2026, 11, 24))


def test_a_holiday_moves_one_session_and_leaves_the_rest():
    laid = lay(wish(), calendar(closed=CHRISTMAS))
    elsewhere = [one for one in laid if one.because]
    assert len(laid) == 16
    assert [(one.number, one.start.date()) for one in elsewhere] == [(10, date(2026, 12, 29))]
    assert elsewhere[0].because == (
        "The clinic is closed on Monday 28 December: Boxing Day (observed)."
    )


def test_a_week_without_a_free_day_gets_fewer_and_the_program_a_week_more():
    shut = closed(date(2026, 12, 21), 7)
    laid = lay(wish(weeks=6, starts_on=date(2026, 11, 30)), calendar(closed=shut))
    days = [one.start.date() for one in laid]
    assert len(days) == 12 and days[-1] == date(2027, 1, 14)
    assert not any(date(2026, 12, 21) <= day <= date(2026, 12, 27) for day in days)
    assert {one.because for one in laid[10:]} == {
        "In place of a session that found no day in its week."
    }


def test_rest_is_kept_across_weeks_after_a_shift():
    """Thursday is closed: Saturday would do, but the next session is on Sunday."""
    every_day = tuple(Window(day, time(8), time(12)) for day in (3, 4, 5, 6, 0))
    shut = {date(2026, 12, 3): "Stocktaking", date(2026, 12, 4): "Stocktaking"}
    laid = lay(
        wish(weekdays=(3, 6), starts_on=date(2026, 11, 26), weeks=6),
        calendar(works=every_day, closed=shut),
    )
    days = [one.start.date() for one in laid]
    gaps = [(b - a).days for a, b in zip(days, days[1:], strict=False)]
    assert min(gaps) >= 2 and len(days) == 12


def test_the_nearest_free_hour_of_a_usual_day_is_taken():
    busy = {date(2026, 11, 26): ((time(8), time(9, 30)),)}
    laid = lay(wish(), calendar(taken=busy))
    assert laid[0].start.time() == time(9, 30)
    assert laid[0].because == "9:00 is not free on Thursday 26 November."
    assert {one.start.time() for one in laid[1:]} == {time(9)}


# Where it cannot be done ---------------------------------------------------------------------


def test_a_clinic_closed_for_a_month_says_so_and_offers_the_day_it_opens():
    shut = calendar(closed=closed(date(2026, 12, 14), 31))
    assert refused(wish(), shut) == [
        "The clinic is closed from Monday 14 December to Wednesday 13 January: Works on the roof.",
        "By Wednesday 20 January, the end of week 8, only 7 of 16 sessions find a day with a rest "
        "day before and after.",
    ]
    assert nearest(wish(), shut) == [wish(starts_on=date(2027, 1, 14))]


def test_a_clinic_that_never_opens_again_can_offer_nothing():
    shut = calendar(closed=closed(date(2026, 11, 1), 300))
    assert "only 0 of 16 sessions" in refused(wish(), shut)[-1]
    assert nearest(wish(), shut) == []
    assert propose(shut, sessions_per_week=2, weeks=8, starts_on=date(2026, 11, 25)) is None


def test_christmas_leaves_no_room_for_three_a_week_in_eight():
    """Two of 24 sessions find no day: a week less, or two a week, can be done."""
    asked = wish(sessions_per_week=3, weekdays=(0, 2, 4))
    known = calendar(closed=CHRISTMAS)
    assert "only 22 of 24 sessions" in refused(asked, known)[-1]
    offered = [(one.sessions_per_week, one.weeks) for one in nearest(asked, known)]
    assert (2, 8) in offered and (3, 7) in offered


def test_over_the_covered_visits_the_nearest_two_are_offered():
    known = calendar(visits_left=20)
    asked = wish(sessions_per_week=3, weekdays=(0, 2, 4))
    assert refused(asked, known) == ["24 visits are 4 over the 20 that are left."]
    offered = nearest(asked, known)
    assert [(one.sessions_per_week, one.weeks, one.visits) for one in offered] == [
        (2, 8, 16),
        (3, 6, 18),
    ]
    assert offered[0].weekdays == (0, 4)  # two of the three days that were wished


@pytest.mark.parametrize("left", [0, 5, 11])
def test_too_few_visits_for_any_program(left):
    known = calendar(visits_left=left)
    words = "No covered visit is left" if left == 0 else f"{16 - left} over the {left}"
    assert words in refused(wish(), known)[0]
    assert nearest(wish(), known) == []


def test_days_that_do_not_suit_are_named_and_others_offered():
    suits = (Window(1, time(9), time(12)), Window(4, time(9), time(12)))
    known = calendar(suits=suits)
    assert refused(wish(), known) == [
        "Monday does not suit Margaret.",
        "Thursday does not suit Margaret.",
    ]
    assert nearest(wish(), known) == [wish(weekdays=(1, 4))]


def test_hours_that_never_meet_are_named():
    suits = tuple(Window(day, time(16, 30), time(19)) for day in range(5))
    known = calendar(suits=suits)
    assert refused(wish(), known)[0] == "On Monday Margaret and Tom have no 45 minutes in common."
    assert nearest(wish(), known) == []


def test_a_therapist_who_works_one_day_says_so():
    known = calendar(works=(Window(0, time(8), time(17)),))
    assert refused(wish(), known) == ["Tom does not work on Thursday."]
    assert nearest(wish(), known) == []


def test_a_booked_out_therapist_is_named():
    days = [date(2026, 11, 26) + timedelta(days=n) for n in range(60)]
    known = calendar(taken={day: ((time(8), time(17)),) for day in days})
    reasons = refused(wish(), known)
    assert reasons[0] == (
        "On Thursday 26 November Tom has other sessions at every hour that suits."
    )
    assert "only 0 of 16" in reasons[-1]


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
    assert any(words in sentence for sentence in faults(wish(**change)))
    assert any(words in sentence for sentence in refused(wish(**change), calendar()))


def test_a_wish_names_all_its_faults_at_once():
    found = faults(wish(sessions_per_week=5, weeks=1, weekdays=(0, 1), at=time(3)))
    assert len(found) == 5


# Proposals -----------------------------------------------------------------------------------


def test_a_proposal_takes_days_and_an_hour_that_suit():
    suits = tuple(Window(day, time(14), time(18)) for day in (1, 2, 4))
    chosen, laid = propose(
        calendar(suits=suits), sessions_per_week=2, weeks=8, starts_on=date(2026, 11, 25)
    )
    assert (chosen.weekdays, chosen.at) == ((1, 4), time(14))
    assert not any(one.because for one in laid)


def test_a_proposal_goes_round_a_holiday_where_other_days_do():
    chosen, laid = propose(
        calendar(closed=CHRISTMAS), sessions_per_week=2, weeks=8, starts_on=date(2026, 11, 25)
    )
    assert chosen.weekdays == (1, 3) and not any(one.because for one in laid)


def test_a_proposal_without_room_is_the_nearest_plan_that_has_it():
    chosen, laid = propose(
        calendar(visits_left=13), sessions_per_week=2, weeks=8, starts_on=date(2026, 11, 25)
    )
    assert (chosen.sessions_per_week, chosen.weeks, len(laid)) == (2, 6, 12)


# Budgets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "visits", "fit"),
    [
        ((3, 8), 20, [(2, 8), (3, 6)]),
        ((3, 8), 24, [(3, 8)]),
        ((3, 7), 20, [(2, 7), (3, 6)]),
        ((2, 8), 12, [(2, 6)]),
        ((3, 8), 13, [(2, 6)]),
        ((2, 8), 11, []),
    ],
)
def test_nearest_programs_that_fit_the_visits(asked, visits, fit):
    found = that_fit(sessions_per_week=asked[0], weeks=asked[1], visits=visits)
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
