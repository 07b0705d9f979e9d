"""What a plan must have, both sides of each limit (PT-03 to PT-09, PT-25, PT-26, CK-34)."""

import pytest

from careplan.rules.book import book
from careplan.rules.plan_check import judge
from tests.rules.building import REMOVED, intake

HOME = ("COR-01", "COR-02", "POS-01", "FLX-08", "EXP-01")
ITEMS = [{"exercise": code} for code in (*HOME, "AER-01")]
GOOD = {
    "sessions_per_week": 2,
    "weeks": 8,
    "movement_seen": True,
    "first": True,
    "items": ITEMS,
    "referral_needed": False,
}
BASELINE = {"on": "2026-10-01", "nprs": 6, "peg": [6, 6, 6]}
BETTER = {"nprs": 3, "peg": [3, 3, 3]}


def found(changes=None, **plan):
    rows = judge({**intake(changes), "plan": GOOD | plan}, book())["findings"]
    return {row["rule"]: row for row in rows}


def items(*codes):
    return [{"exercise": code} for code in codes]


def test_a_good_plan_has_nothing_to_say():
    assert found() == {}


@pytest.mark.parametrize(
    ("pace", "weeks", "fires"),
    [(2, 6, False), (3, 8, False), (1, 8, True), (4, 8, True), (2, 5, True), (2, 9, True)],
)
def test_two_to_three_a_week_for_six_to_eight_weeks(pace, weeks, fires):
    assert ("PT-03" in found(sessions_per_week=pace, weeks=weeks)) == fires


def test_a_referral_that_is_needed_and_not_on_file():
    assert "PT-04" in found(referral_needed=True, referral_on_file=False)
    assert "PT-04" in found(referral_needed=True)
    assert "PT-04" not in found(referral_needed=True, referral_on_file=True)
    assert "PT-04" not in found(referral_needed=False, referral_on_file=False)


def test_movement_is_seen_before_core_loading():
    assert found(movement_seen=False)["PT-06"]["severity"] == "stop"
    assert found(movement_seen=None)["PT-06"]["severity"] == "stop"
    assert "PT-06" not in found(movement_seen=False, items=items("POS-01", "FLX-08", "EXP-01"))


@pytest.mark.parametrize("name", ["Crunches", "Bicycle crunch", "Sit-ups", "situp", "Curl-up"])
def test_no_crunches(name):
    own = [*ITEMS, {"exercise": "OWN-1", "name": name, "minutes": 1}]
    assert found(items=own)["PT-07"]["severity"] == "stop"


@pytest.mark.parametrize("name", ["Sit to stand", "Hip hinge", "Seated curl"])
def test_other_names_are_no_crunches(name):
    own = {"exercise": "OWN-1", "name": name, "minutes": 1}
    assert "PT-07" not in found(items=[*ITEMS[:4], own])


def test_the_library_has_no_crunch():
    for code, exercise in book().exercises.items():
        plan = found(items=[*ITEMS[:4], {"exercise": code, "name": exercise.name}], first=False)
        assert "PT-07" not in plan, code


def test_a_first_plan_starts_the_core_at_level_one():
    codes = ("COR-01", "COR-04", "POS-01")
    assert found(items=items(*codes))["PT-07"]["severity"] == "caution"
    assert found(items=items(*codes), first=None)["PT-07"]["severity"] == "caution"
    assert "PT-07" not in found(items=items(*codes), first=False)


@pytest.mark.parametrize(
    ("codes", "fires"),
    [
        (("COR-01", "POS-01"), True),
        (("COR-01", "POS-01", "EXP-01"), False),
        (("COR-01", "COR-02", "POS-01", "FLX-08", "EXP-01", "EXP-02"), False),
        (("COR-01", "COR-02", "POS-01", "FLX-08", "EXP-01", "EXP-02", "FLX-03"), True),
        (("POS-01", "FLX-08", "EXP-01"), True),
        (("COR-01", "COR-02", "EXP-01"), True),
        (("COR-01", "FLX-08", "EXP-01", "AER-01", "AER-03", "AER-04", "AER-05"), False),
    ],
)
def test_three_to_six_items_with_core_and_flexibility_or_posture(codes, fires):
    assert ("PT-09" in found(items=items(*codes))) == fires


def test_an_exercise_of_the_clinics_own_may_have_no_code():
    own = {"name": "Own stretch", "minutes": 1}
    assert "PT-09" not in found(items=[*items("COR-01", "POS-01"), own])
    assert "PT-09" in found(items=[*items("COR-01"), own])


@pytest.mark.parametrize(("level", "fires"), [(1, False), (2, True), (None, False)])
def test_the_level_of_an_own_core_exercise_counts(level, fires):
    """Of the book's no level is known; its own level says how hard it is (PT-07)."""
    own = {"exercise": "COR-OWN", "name": "Own bridge", "minutes": 1, "level": level}
    assert ("PT-07" in found(items=[*items("COR-01", "POS-01"), own])) == fires


def check_ins(*rows):
    dated = [{"on": f"2026-10-{15 + n:02}"} | row for n, row in enumerate(rows)]
    return {"/check_ins": [BASELINE, *dated]}


@pytest.mark.parametrize(
    ("rows", "over", "fires"),
    [
        ([{"nprs": 6, "peg": [6, 6, 6]}], True, True),
        ([{"nprs": 8, "peg": [8, 8, 8]}], True, True),
        ([BETTER], True, False),
        ([{"nprs": 6, "peg": [6, 6, 6]}], False, False),
    ],
)
def test_no_response_at_the_end_of_the_block(rows, over, fires):
    assert ("PT-25" in found(check_ins(*rows), block_over=over)) == fires


@pytest.mark.parametrize(
    ("rows", "goals", "fires"),
    [
        ([BETTER, BETTER], 0.8, True),
        ([BETTER, BETTER], 0.79, False),
        ([BETTER], 1.0, False),
        ([BETTER, {"missed": True}], 1.0, False),
        ([BETTER, BETTER], None, False),
    ],
)
def test_discharge_after_two_improving_check_ins_and_most_goals(rows, goals, fires):
    assert ("PT-26" in found(check_ins(*rows), goals_met=goals)) == fires


def test_a_pause_tells_the_prescriber_where_a_medicine_may_be_taken():
    none = {"/medications": [], "/medications_complete": True}
    some = {"/medications": [{"drug": "duloxetine", "since": "2026-01-01"}]}
    unknown = {"/medications": REMOVED, "/medications_complete": False}
    assert "CK-34" not in found(none)
    assert found(none, check_ins_paused=True)["CK-34"]["severity"] == "info"
    assert found(some, check_ins_paused=True)["CK-34"]["severity"] == "caution"
    assert found(unknown, check_ins_paused=True)["CK-34"]["severity"] == "caution"


PARTS = {"EXP": "EXP-01", "POS": "POS-01", "COR": "COR-01", "FLX": "FLX-08", "AER": "AER-01"}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_of_the_five_parts_is_there_or_left_out_with_a_reason(part):
    rest = items(*(code for one, code in PARTS.items() if one != part))
    row = found(items=rest)["PT-05"]
    label = book().codes["components"][part].label.lower()
    assert (row["severity"], f"reason: {label}." in row["message"]) == ("stop", True)
    assert "PT-05" in found(items=rest, left_out={part: "  "})
    assert "PT-05" not in found(items=rest, left_out={part: "Swims three times a week"})


def test_a_plan_for_somebody_who_tires_soon_needs_no_five_parts():
    short = items("COR-01", "POS-01", "EXP-01")
    assert "PT-05" in found(items=short)
    assert "PT-05" not in found({"/availability/too_tired": True}, items=short)
    assert "PT-05" not in found({"/function/fatigue": 7}, items=short)
    assert "PT-05" in found({"/function/fatigue": 6}, items=short)


def own(minutes):
    return {"exercise": "OWN-1", "name": "Side bend", "minutes": minutes}


@pytest.mark.parametrize(
    ("minutes", "fires"),
    [(13.75, False), (13.76, True), (14, True), (None, True)],
)
def test_fifteen_minutes_with_changeovers(minutes, fires):
    """Two items make two changeovers of a quarter."""
    rows = found(items=[{"exercise": "COR-01", "minutes": 0.75}, own(minutes)])
    assert ("PT-08" in rows) == fires
    assert not fires or rows["PT-08"]["severity"] == "stop"


def test_aerobic_time_is_apart_and_the_library_knows_its_minutes():
    assert "PT-08" not in found(items=items(*HOME, "AER-02", "AER-06"))
    strong = items("COR-04", "COR-06", "COR-10", "EXP-03", "POS-06")  # 13.75 in the specification
    assert "PT-08" not in found(items=strong)
    assert "PT-08" not in found(items=[*strong, *items("POS-01")])  # and 1.25 make 15.0
    over = found(items=[*strong, *items("POS-03")])["PT-08"]["message"]
    assert "take 16 minutes" in over and "at most are 15 minutes" in over


@pytest.mark.parametrize(("limit", "fires"), [(7.25, False), (7.2, True), (30, False)])
def test_a_person_with_less_time_has_a_lower_limit(limit, fires):
    """TPL-1 takes 7.25 minutes."""
    rows = found({"/availability/minutes_a_day": limit}, items=items(*HOME))
    assert ("PT-08" in rows) == fires


def test_no_discharge_while_inflammatory_pain_is_suspected():
    rows = {**check_ins(BETTER, BETTER), "/conditions": ["axial_spondyloarthritis"]}
    assert found(rows, goals_met=1.0)["PT-26"]["severity"] == "caution"
    assert "PT-26" not in found(rows, goals_met=0.79)
    assert found(check_ins(BETTER, BETTER), goals_met=1.0)["PT-26"]["severity"] == "info"
