"""Zones of logged sessions and what they propose, both sides of each threshold (PT-12 to PT-22)."""

from datetime import date, timedelta

import pytest

from careplan.rules.book import book
from careplan.rules.facts import Facts
from careplan.rules.session import SIGNS, propose, zone_words
from tests.rules.building import intake

TODAY = date(2026, 11, 22)


def logged(days_ago=0, **more):
    on = (TODAY - timedelta(days=days_ago)).isoformat()
    return {"on": on, "level": 2, "before": 2, "peak": 2, "next_day": 2, "effort": 4} | more


def proposed(*sessions, **more):
    record = {"as_of": TODAY.isoformat(), "usual_pain": 2, "done_share": 0.8, "frozen": False}
    record |= more
    return propose({**record, "sessions": list(sessions)}, book())


def test_the_usual_pain_stands_in_only_for_a_level_that_was_not_told():
    """6 before and 6 in the morning is settled, though 4 over the usual; the peak is not known."""
    assert proposed(logged(before=6, peak=None, next_day=6), usual_pain=2)["zone"] is None
    assert proposed(logged(before=None, peak=None, next_day=6), usual_pain=2)["zone"] == "red"


def test_a_session_without_a_level_is_no_green_session_at_level_two():
    weeks = [logged(day) for day in (0, 1, 2, 7, 8, 9)]
    untold = [{k: v for k, v in one.items() if k != "level"} for one in weeks[:3]]
    assert "EXR-03" not in rules(proposed(*weeks, wished_level=3))
    assert "EXR-03" in rules(proposed(*untold, *weeks[3:], wished_level=3))


def rules(found):
    return {f["rule"] for f in found["findings"]}


@pytest.mark.parametrize(
    ("peak", "zone"),
    [(0, "green"), (3, "green"), (3.5, "amber"), (4, "amber"), (5, "amber"), (5.5, "red")]
    + [(6, "red"), (10, "red")],
)
def test_zone_where_the_usual_pain_is_under_four(peak, zone):
    assert proposed(logged(peak=peak), usual_pain=3)["zone"] == zone


@pytest.mark.parametrize(
    ("peak", "zone"), [(5, "green"), (6, "green"), (6.5, "amber"), (7, "amber"), (8, "red")]
)
def test_zone_relative_to_the_level_before_where_the_usual_pain_is_four(peak, zone):
    found = proposed(logged(before=5, peak=peak, next_day=5), usual_pain=4)
    assert found["zone"] == zone


def test_usual_pain_between_three_and_four_uses_the_fixed_zones():
    assert proposed(logged(before=5, peak=5, next_day=5), usual_pain=3.9)["zone"] == "amber"


@pytest.mark.parametrize(
    ("morning", "zone"), [(2, "green"), (3, "green"), (3.5, "red"), (4, "red")]
)
def test_a_morning_that_is_not_settled_is_red(morning, zone):
    found = proposed(logged(next_day=morning))
    assert (found["zone"], "PT-15" in rules(found)) == (zone, zone == "red")


@pytest.mark.parametrize(
    ("before", "peak", "zone"),
    [
        (2, 8, "red"),  # 8 in itself, and 6 more than before
        (5, 6, None),  # red under a usual pain of 4; 1 more is green from 4 on
        (4, 6, "amber"),  # red, and 2 more: amber at least
        (1, 4, "amber"),  # amber, and 3 more: red
        (0, 3, None),  # green, and 3 more: red
        (None, 9, None),  # how much it rose is not known
    ],
)
def test_a_usual_pain_that_nobody_told_hides_no_red(before, peak, zone):
    found = proposed(logged(before=before, peak=peak, next_day=before), usual_pain=None)
    assert found["zone"] == zone
    assert ("PT-18" in rules(found)) == (zone == "red")


@pytest.mark.parametrize(
    ("usual", "peak", "zone"), [(5, 8, "red"), (5, 7, None), (5, 5, None), (3, 6, "red")]
)
def test_a_level_before_that_nobody_told_hides_no_red(usual, peak, zone):
    found = proposed(logged(before=None, peak=peak, next_day=None), usual_pain=usual)
    assert (found["zone"], "PT-18" in rules(found)) == (zone, zone == "red")


@pytest.mark.parametrize(
    ("code", "pains", "rises"),
    [("green", (0, 3), (0, 1)), ("amber", (4, 5), (2, 2)), ("red", (6, 10), (3, 5))],
)
def test_a_patient_reads_of_a_zone_what_the_rules_make_of_it(code, pains, rises):
    """The words of sessions.toml say the numbers of PT-13 and PT-14."""
    zone = next(one for one in book().zones if one.code == code)
    words = {"green": "0 to 3", "amber": "4 or 5", "red": "6 or more"}
    above = {"green": "up to 1 above your usual", "amber": "2 above your usual"}
    assert (zone.pain, zone.above) == (words[code], above.get(code, "3 or more above"))
    assert {proposed(logged(peak=p), usual_pain=2)["zone"] for p in pains} == {code}
    for rise in rises:
        found = proposed(logged(before=5, peak=5 + rise, next_day=5), usual_pain=4)
        assert found["zone"] == code


def test_words_count_from_a_high_usual_pain_on():
    low, high = zone_words(3.9, book()), zone_words(4, book())
    assert [pain for _, pain in low] == [zone.pain for zone in book().zones]
    assert [pain for _, pain in high] == [zone.above for zone in book().zones]
    assert zone_words(None, book()) == low


def test_every_sign_of_a_session_has_words_for_the_patient():
    assert book().codes["session_signs"].keys() == SIGNS.keys()


def test_unknown_is_no_green_and_hides_no_red():
    assert proposed(logged(next_day=None))["zone"] is None
    assert proposed(logged(before=4, peak=4, next_day=4), usual_pain=None)["zone"] is None
    assert proposed(logged(), usual_pain=None)["zone"] == "green"  # by either scale
    assert proposed(logged(peak=None))["zone"] is None
    assert proposed(logged(peak=9, next_day=None))["zone"] == "red"
    assert proposed(logged(peak=4, next_day=None))["zone"] == "amber"
    assert proposed() == {"zone": None, "proposal": "none", "findings": [], "follow_ups": []}


def greens(*days, **more):
    return [logged(day, **more) for day in days]


def test_three_green_sessions_in_seven_days_propose_a_step_up():
    found = proposed(*greens(6, 3, 0))
    assert (found["proposal"], "PT-16" in rules(found)) == ("progress", True)


@pytest.mark.parametrize(
    ("sessions", "more"),
    [
        (greens(3, 0), {}),
        (greens(7, 3, 0), {}),
        (greens(6, 3, 0), {"done_share": 0.69}),
        (greens(6, 3, 0), {"done_share": None}),
        (greens(6, 3, 0), {"frozen": True}),
        (greens(6, 3, 0), {"frozen": None}),
        (greens(6, 3) + [logged(effort=6)], {}),
        (greens(6, 3) + [logged(effort=None)], {}),
        (greens(6, 3) + [logged(next_day=None)], {}),
        (greens(6, 3, 1) + [logged(2, peak=4)] + [logged()], {}),
        (greens(6, 3, 1) + [logged(2, peak=8)] + [logged()], {}),
    ],
)
def test_no_step_up_without_all_of_it(sessions, more):
    assert proposed(*sessions, **more)["proposal"] == "none"


@pytest.mark.parametrize("share", [0.7, 1.0])
def test_seventy_percent_is_enough_and_so_is_an_effort_of_five(share):
    assert proposed(*greens(6, 3, 0, effort=5), done_share=share)["proposal"] == "progress"


def test_three_bouts_of_one_day_are_one_session():
    """A day counts once towards a step up; three days of three bouts each propose it (BAR-05)."""
    assert proposed(logged(0), logged(0), logged(0))["proposal"] == "none"
    assert proposed(logged(1), logged(1), logged(0), logged(0))["proposal"] == "none"
    days = [logged(ago) for ago in (2, 2, 2, 1, 1, 1, 0, 0, 0)]
    found = proposed(*days)
    assert found["proposal"] == "progress"
    assert "3 sessions" in found["findings"][-1]["message"] or "3 green" in str(found["findings"])


@pytest.mark.parametrize(("peak", "proposal"), [(4, "none"), (7, "none"), (2, "progress")])
def test_a_day_is_green_only_where_every_bout_was(peak, proposal):
    days = [logged(4), logged(3), logged(2, peak=peak), logged(2)]
    assert proposed(*days)["proposal"] == proposal


def test_red_in_one_bout_counts_at_once():
    assert proposed(logged(0), logged(0, peak=7))["proposal"] == "regress"
    assert proposed(logged(0, peak=7), logged(0), logged(0, peak=7))["proposal"] == "remove"


def test_bouts_of_one_day_make_no_green_week():
    week = [logged(ago, level=2) for ago in (0, 0, 0, 7, 8, 9)]
    found = proposed(*sorted(week, key=lambda one: one["on"]), wished_level=3)
    assert "EXR-03" in rules(found)


def test_amber_holds():
    found = proposed(*greens(6, 3, 1), logged(peak=4))
    assert (found["proposal"], "PT-17" in rules(found)) == ("hold", True)


def test_one_red_regresses_two_in_seven_days_remove():
    assert proposed(*greens(6, 3), logged(peak=7))["proposal"] == "regress"
    assert proposed(logged(7, peak=7), logged(peak=7))["proposal"] == "regress"
    twice = proposed(logged(6, peak=7), logged(peak=7))
    assert twice["proposal"] == "remove"
    level = book().rules["PT-18"].levels[0]
    assert level.follow_up == ({"kind": "exercise_review", "working_days": 2, "role": "therapist"},)


def test_a_red_session_that_a_green_one_followed_cuts_nothing_again():
    assert proposed(logged(3, peak=7), logged())["proposal"] == "none"


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_a_sign_of_danger_stops_whatever_else_is_so(sign):
    found = proposed(*greens(6, 3), logged(signs=[sign]))
    urgent = sign in ("leg_numbness", "fall")
    assert found["proposal"] == "stop"
    assert found["findings"][0]["rule"] == "PT-22"
    assert found["findings"][0]["severity"] == ("urgent" if urgent else "emergency")
    assert found["findings"][0]["patient_message"]


def test_a_sign_holds_until_a_clinician_has_looked():
    later = [logged(3, signs=["chest_pain"]), logged()]
    seen = (TODAY - timedelta(days=3)).isoformat()
    before = (TODAY - timedelta(days=4)).isoformat()
    assert proposed(*later)["proposal"] == "stop"
    assert proposed(*later, signs_reviewed_on=before)["proposal"] == "stop"
    assert proposed(*later, signs_reviewed_on=seen)["proposal"] == "none"
    assert proposed(*later, logged(signs=["fall"]), signs_reviewed_on=seen)["proposal"] == "stop"


CALM_ROW = {"on": "2026-10-01", "nprs": 6, "peg": [6, 6, 6]}
WORSE = {"on": "2026-10-15", "nprs": 8, "peg": [6, 6, 6]}
MIXED = {"on": "2026-10-15", "nprs": 8, "peg": [4, 4, 4]}
SAME = {"on": "2026-10-15", "nprs": 6, "peg": [6, 6, 6]}
MISSED = [{"on": f"2026-10-{day}", "missed": True} for day in (15, 29, 30)]


@pytest.mark.parametrize(
    ("changes", "frozen"),
    [
        ({}, False),
        ({"/check_ins": [CALM_ROW, SAME]}, False),
        ({"/check_ins": [CALM_ROW, WORSE]}, True),
        ({"/check_ins": [CALM_ROW, MIXED]}, True),
        ({"/check_ins": [CALM_ROW, *MISSED[:2]]}, False),
        ({"/check_ins": [CALM_ROW, *MISSED]}, True),
        ({"/red_flags/numbness_spreading": "yes"}, True),
        ({"/red_flags/fever": "unknown"}, None),
    ],
)
def test_no_step_up_while_it_gets_worse_or_a_red_flag_is_open(changes, frozen):
    assert Facts(intake(changes), book())["is.progression_frozen"] is frozen


@pytest.mark.parametrize(
    ("trials", "said"), [([10, 20], None), ([10, 20, 30], "16"), ([100, 100, 100, 1], "80")]
)
def test_the_quota_is_eighty_percent_of_three_trials(trials, said):
    found = proposed(trials=trials)
    told = [f["message"] for f in found["findings"] if f["rule"] == "PT-12"]
    minutes = proposed(trials=[10, 20, 30], trial_unit="minutes")["findings"]
    assert any("16 minutes." in f["message"] for f in minutes)
    assert bool(told) == (said is not None)
    assert all(f" {said} " in text for text in told)


@pytest.mark.parametrize(
    ("days", "level", "stopped"),
    [
        ((13, 10, 7, 5, 3, 0), 2, False),
        ((13, 10, 5, 3, 0), 2, True),
        ((5, 3, 0), 2, True),
        ((13, 10, 7, 5, 3, 0), 1, True),
    ],
)
def test_level_three_needs_two_green_weeks_at_level_two(days, level, stopped):
    found = proposed(*greens(*days, level=level), wished_level=3)
    assert ("EXR-03" in rules(found)) == stopped
    assert "EXR-03" not in rules(proposed(wished_level=2))


def test_one_amber_session_breaks_a_green_week():
    sessions = greens(13, 10, 7, 5, 3) + [logged(peak=4)]
    assert "EXR-03" in rules(proposed(*sessions, wished_level=3))
