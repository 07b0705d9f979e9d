"""Plans to be signed, a second time: each row with its severity, what is due and its limits on
both sides (PT-03 to PT-09, PT-25, PT-26, CK-34)."""

import pytest

from careplan.rules.book import book
from careplan.rules.plan_check import judge
from tests.rules.building import REMOVED, intake
from tests.rules.rows import have, said_of, severity_of, take

HOME = ("COR-01", "COR-02", "POS-01", "FLX-08", "EXP-01")
FIRST = {"on": "2026-10-01", "nprs": 6, "peg": [6, 6, 6]}
BETTER, SAME = {"nprs": 3, "peg": [3, 3, 3]}, {"nprs": 6, "peg": [6, 6, 6]}
WORSE, MIXED = {"nprs": 8, "peg": [6, 6, 6]}, {"nprs": 8, "peg": [3, 3, 3]}


def items(*codes):
    return [{"exercise": code} for code in codes]


GOOD = {
    "sessions_per_week": 2,
    "weeks": 8,
    "movement_seen": True,
    "first": True,
    "items": items(*HOME, "AER-01"),
    "referral_needed": False,
}


def found(changes=None, **plan):
    return judge({**intake(changes), "plan": {**GOOD, **plan}}, book())


def checked(*rows):
    dated = [{"on": f"2026-10-{15 + n:02}"} | row for n, row in enumerate(rows)]
    return {"/check_ins": [FIRST, *dated]}


def own(minutes=1, name="Side bend"):
    return {"exercise": "OWN-1", "name": name, "minutes": minutes}


CRUNCH = [*GOOD["items"], own(name="Crunch")]
NO_RESPONSE = {"no_response 2026-11-29 therapist"}
TWICE = checked(BETTER, BETTER)
SPA = have("axial_spondyloarthritis")
# rule, what holds of the person, what of the plan, severity, what is due, is the patient told
ROWS = [
    ("PT-03", {}, {"weeks": 5}, "caution", set(), False),
    (
        "PT-04",
        {},
        {"referral_needed": True},
        "info",
        {"referral_on_file 2026-11-22 therapist"},
        False,
    ),
    ("PT-05", {}, {"items": items(*HOME)}, "stop", set(), False),
    ("PT-06", {}, {"movement_seen": False}, "stop", set(), False),
    ("PT-07", {}, {"items": CRUNCH}, "stop", set(), False),
    ("PT-07", {}, {"items": items(*HOME[1:], "COR-04")}, "caution", set(), False),
    ("PT-08", {}, {"items": [*GOOD["items"], own(30)]}, "stop", set(), False),
    ("PT-08", {}, {"items": [*GOOD["items"], own(None)]}, "stop", set(), False),
    ("PT-09", {}, {"items": items("COR-01")}, "caution", set(), False),
    ("PT-25", checked(SAME), {"block_over": True}, "caution", NO_RESPONSE, True),
    ("PT-26", TWICE, {"goals_met": 0.8}, "info", {"discharge 2026-11-29 therapist"}, True),
    ("PT-26", {**TWICE, **SPA}, {"goals_met": 0.8}, "caution", set(), True),
    (
        "CK-34",
        take("amlodipine"),
        {"check_ins_paused": True},
        "caution",
        {"medicine_review 2026-11-24 prescriber"},
        True,
    ),
    ("CK-34", {}, {"check_ins_paused": True}, "info", set(), True),
]


@pytest.mark.parametrize(("rule", "changes", "plan", "severity", "due", "told"), ROWS)
def test_each_row_leads_where_the_specification_says(rule, changes, plan, severity, due, told):
    assert said_of(found(changes, **plan), rule) == (severity, due, told)


def test_every_rule_of_plans_has_its_row():
    assert {rule.id for rule in book().rules_of("plan")} == {row[0] for row in ROWS}


# rule, what holds of the person, what of the plan, severity or None
LIMITS = [
    ("PT-03", {}, {"sessions_per_week": 1.9}, "caution"),
    ("PT-03", {}, {"sessions_per_week": 2}, None),
    ("PT-03", {}, {"sessions_per_week": 3}, None),
    ("PT-03", {}, {"sessions_per_week": 3.1}, "caution"),
    ("PT-03", {}, {"weeks": 5.9}, "caution"),
    ("PT-03", {}, {"weeks": 6}, None),
    ("PT-03", {}, {"weeks": 8.1}, "caution"),
    ("PT-04", {}, {"referral_needed": True, "referral_on_file": True}, None),
    ("PT-04", {}, {"referral_needed": True, "referral_on_file": False}, "info"),
    ("PT-04", {}, {"referral_needed": None, "referral_on_file": False}, None),
    ("PT-05", {}, {"items": items("COR-01", "POS-01", "EXP-01", "FLX-08")}, "stop"),
    ("PT-05", {"/availability/too_tired": True}, {"items": items("COR-01")}, None),
    ("PT-05", {"/availability": {}, "/function": {}}, {"items": items("COR-01")}, "stop"),
    ("PT-05", {}, {"items": None}, None),
    ("PT-06", {}, {}, None),
    ("PT-06", {}, {"movement_seen": None}, "stop"),
    ("PT-06", {}, {"movement_seen": False, "items": items("POS-01", "AER-01")}, None),
    ("PT-07", {}, {}, None),
    ("PT-07", {}, {"items": items("COR-04"), "first": None}, "caution"),
    ("PT-07", {}, {"items": items("COR-04"), "first": False}, None),
    ("PT-07", {}, {"items": items("COR-12")}, "caution"),
    ("PT-07", {}, {"items": items("EXP-06", "POS-06")}, None),
    ("PT-08", {}, {"items": [own(14.75)]}, None),
    ("PT-08", {}, {"items": [own(14.76)]}, "stop"),
    ("PT-08", {}, {"items": None}, "stop"),
    ("PT-09", {}, {"items": items("COR-01", "POS-01", "EXP-01")}, None),
    ("PT-09", {}, {"items": items("COR-01", "POS-01")}, "caution"),
    ("PT-09", {}, {"items": items(*HOME, "EXP-02")}, None),
    ("PT-09", {}, {"items": items(*HOME, "EXP-02", "FLX-03")}, "caution"),
    ("PT-09", {}, {"items": items("POS-01", "FLX-08", "EXP-01")}, "caution"),
    ("PT-09", {}, {"items": items("COR-01", "COR-02", "EXP-01")}, "caution"),
    ("PT-09", {}, {"items": items("COR-01", "COR-02", "FLX-08")}, None),
    ("PT-09", {}, {"items": items("COR-01", "COR-02", "POS-01")}, None),
    ("PT-25", checked(WORSE), {"block_over": True}, "caution"),
    ("PT-25", checked(MIXED), {"block_over": True}, None),
    ("PT-25", checked(BETTER), {"block_over": True}, None),
    ("PT-25", checked(SAME), {"block_over": False}, None),
    ("PT-25", checked(SAME), {}, None),
    ("PT-25", {}, {"block_over": True}, None),
    ("PT-26", TWICE, {"goals_met": 0.799}, None),
    ("PT-26", TWICE, {"goals_met": 1}, "info"),
    ("PT-26", checked(BETTER), {"goals_met": 1}, None),
    ("PT-26", checked(SAME, BETTER), {"goals_met": 1}, None),
    ("PT-26", checked(BETTER, BETTER, BETTER), {"goals_met": 0.8}, "info"),
    ("PT-26", {**TWICE, **SPA}, {"goals_met": 0.79}, None),
    ("PT-26", {**checked(BETTER), **SPA}, {"goals_met": 1}, None),
    ("PT-26", SPA, {}, None),
    ("CK-34", take("amlodipine"), {}, None),
    ("CK-34", {"/medications": REMOVED, "/medications_complete": False}, {}, None),
    ("CK-34", {"/medications_complete": False}, {"check_ins_paused": True}, "caution"),
    ("CK-34", {}, {"check_ins_paused": False}, None),
]


@pytest.mark.parametrize(("rule", "changes", "plan", "severity"), LIMITS)
def test_both_sides_of_each_limit(rule, changes, plan, severity):
    assert severity_of(found(changes, **plan), rule) == severity


def test_a_good_plan_has_nothing_to_say():
    assert found() == {"findings": [], "follow_ups": []}
