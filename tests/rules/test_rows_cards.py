"""Cards and barriers, a second time: who is shown which card, and what a barrier leads to
(section 6)."""

from datetime import date

import pytest

from careplan.rules import assess
from careplan.rules.barriers import answers
from careplan.rules.book import book
from tests.rules.building import intake
from tests.rules.rows import flags, have, take

CALM = {"/episode/factors": [], "/episode/flare": False, "/function/nights_woken": 2}
EVERYBODY = ["ED-01", "ED-12"]
DAILY = ["SM-01", "SM-02", "SM-03", "SM-04", "SM-05", "SM-06", "SM-07", "SM-09"]


def tried(treatment):
    return {"/tried": [{"treatment": treatment, "outcome": "helped"}]}


def factor(code):
    return {"/episode/factors": [code]}


# what holds, and the cards that it adds to those of everybody
CARDS = [
    ({}, []),
    (have("disc_herniation"), ["ED-02"]),
    (have("disc_degeneration"), ["ED-02"]),
    (have("facet_osteoarthritis"), ["ED-02"]),
    (have("spinal_stenosis"), ["ED-02"]),
    (have("osteoporosis"), []),
    (factor("sedentary"), ["ED-03"]),
    (tried("massage"), ["ED-04"]),
    (tried("Thai Massage, weekly"), ["ED-04"]),
    (tried("heat"), []),
    (take("turmeric"), ["ED-05"]),
    (take("cannabidiol"), ["ED-05"]),
    (take("amlodipine"), []),
    (take("naproxen"), ["ED-07"]),
    ({"/episode/flare": True}, ["ED-07", "ED-09"]),
    (take("oxycodone"), ["ED-08"]),
    ({"/function/nights_woken": 3}, ["ED-10"]),
    (factor("poor_sleep"), ["ED-10"]),
    (factor("prolonged_sitting"), ["ED-11"]),
    (factor("stress"), []),
]


@pytest.mark.parametrize(("changes", "cards"), CARDS)
def test_a_card_is_shown_where_its_trigger_is(changes, cards):
    found = assess(intake({**CALM, **changes}))
    assert found["education"] == sorted(EVERYBODY + cards)
    assert found["self_care"] == DAILY


def test_in_an_emergency_the_card_of_the_signs_is_the_only_one():
    found = assess(intake(flags("saddle_numbness")))
    assert (found["education"], found["self_care"]) == (["ED-12"], [])


DAY = date(2026, 11, 27)  # a Friday; two working days later is Tuesday
BARRIERS = {
    "BAR-01": (["PAY-02", "PAY-05"], []),
    "BAR-02": (["CK-21", "CK-22"], [("side_effect_review", "2026-12-01", "therapist")]),
    "BAR-03": (["PT-11", "TPL-T"], []),
    "BAR-04": (["CF-23"], []),
    "BAR-05": (["SM-07"], []),
    "BAR-06": (["ED-01", "PT-20"], []),
    "BAR-07": ([], []),
    "BAR-08": ([], []),
}


@pytest.mark.parametrize(("code", "leads", "due"), [(c, *row) for c, row in BARRIERS.items()])
def test_a_barrier_leads_to_what_answers_it(code, leads, due):
    found = answers([code], DAY, book())
    assert (found["cards"], found["leads_to"]) == ([code], leads)
    assert [(row["kind"], row["due"], row["role"]) for row in found["follow_ups"]] == due
