"""Opioids that are taken: morphine equivalents drug by drug, limits, risky pairs (MED-OPI, D-34)."""

import pytest

from careplan.rules import assess
from tests.rules.medicine_cases import agrees, both, condition, flat, opened, taking, told

NEVER = "opioid"


def daily(drug, mg, times=1):
    return taking(drug, dose_mg=mg, times_a_day=times)


def patch(rate):
    return taking("fentanyl", route="topical", mcg_per_hour=rate)


@pytest.mark.parametrize(
    ("drug", "mg", "mme"),
    [
        ("codeine", 200, 30),
        ("tramadol", 300, 60),
        ("tapentadol", 200, 80),
        ("hydrocodone", 40, 40),
        ("morphine", 40, 40),
        ("oxycodone", 40, 60),
        ("oxymorphone", 10, 30),
        ("methadone", 20, 94),
        ("hydromorphone", 8, 40),
    ],
)
def test_each_opioid_by_the_factor_of_cdc_2022(drug, mg, mme):
    found = assess(opened(daily(drug, mg / 2, 2)))
    assert found["mme_per_day"] == mme


def test_a_patch_counts_by_the_hour_and_several_opioids_add_up():
    assert assess(opened(patch(25)))["mme_per_day"] == 60
    assert assess(opened(both(patch(25), daily("oxycodone", 10))))["mme_per_day"] == 75


def test_buprenorphine_is_left_out_of_the_sum():
    assert assess(opened(daily("buprenorphine", 8)))["mme_per_day"] is None
    found = assess(opened(both(daily("buprenorphine", 8), daily("morphine", 20))))
    assert found["mme_per_day"] == 20


def with_opioid(*changes):
    return both(daily("morphine", 30), *changes)


ALONGSIDE = [
    taking("alprazolam"),
    taking("zolpidem"),
    taking("gabapentin"),
    taking("pregabalin"),
    condition("heavy_alcohol"),
    condition("sleep_apnoea"),
    condition("copd"),
]
DROWSY = told("morphine", "drowsy", "mild")
CASES = [
    ("MED-OPI-02", "are not known", taking("morphine"), taking("morphine", dose_mg=10),
     taking("fentanyl"), daily("dihydrocodeine", 30)),
    ("MED-OPI-02", "an estimate", daily("codeine", 6), daily("morphine", 1), patch(12)),
    ("MED-OPI-02", None, {}, daily("naloxone", 1), daily("buprenorphine", 8), patch(0)),
    ("MED-OPI-03", "caution", daily("tramadol", 50), taking("Suboxone")),
    ("MED-OPI-03", None, {}, taking("naloxone")),
    ("MED-OPI-04", "caution", daily("morphine", 50), daily("morphine", 51), daily("oxycodone", 34),
     both(daily("morphine", 50), taking("codeine"))),
    ("MED-OPI-04", None, daily("morphine", 49.9), daily("morphine", 49), taking("morphine")),
    ("MED-OPI-05", "urgent", daily("morphine", 90), daily("morphine", 91),
     both(daily("morphine", 90), taking("codeine"))),
    ("MED-OPI-05", None, daily("morphine", 89.9), daily("morphine", 89)),
    ("MED-OPI-06", "urgent", *[with_opioid(one, DROWSY) for one in ALONGSIDE]),
    ("MED-OPI-06", "caution", *[with_opioid(one) for one in ALONGSIDE]),
    ("MED-OPI-06", None, with_opioid(), with_opioid(DROWSY), with_opioid(condition("asthma")),
     *ALONGSIDE, *[both(one, DROWSY) for one in ALONGSIDE]),
    ("MED-OPI-07", "info", daily("morphine", 30)),
    ("MED-OPI-07", None, {}, DROWSY),
    ("MED-OPI-08", "caution", with_opioid(condition("opioid_use_disorder"))),
    ("MED-OPI-08", None, with_opioid(), condition("opioid_use_disorder"),
     with_opioid(condition("substance_use_disorder"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "drug", "wanted", "change"), flat([(rule, NEVER, *rest) for rule, *rest in CASES])
)
def test_each_reason_alone_and_each_limit_from_both_sides(rule, drug, wanted, change):
    assert agrees(assess(opened(change)), rule, drug, wanted)


@pytest.mark.parametrize("rule", ["MED-OPI-01", "MED-GEN-10"])
@pytest.mark.parametrize("born", ["2026-11-22", "1990-01-01"])
def test_an_opioid_is_never_proposed_to_anybody(rule, born):
    change = {"/person/birth_date": born, "/episode/onset": "2026-11-22", "/check_ins": []}
    found = assess(opened(change))
    assert agrees(found, rule, NEVER, "stop")
    assert found["drugs"][NEVER]["status"] == "avoid"


@pytest.mark.parametrize(("stopped", "wanted"), [("2026-11-09", "caution"), ("2026-11-08", None)])
def test_an_opioid_counts_as_taken_for_13_days_after_the_last(stopped, wanted):
    """D-08: stopped under 14 days ago."""
    found = assess(opened(taking("morphine", dose_mg=30, times_a_day=1, stopped=stopped)))
    assert agrees(found, "MED-OPI-03", NEVER, wanted)
