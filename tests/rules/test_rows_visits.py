"""Accounts of visits, a second time: each row with its severity, what is due and its limits on
both sides (PT-23, PT-24, PAY-01 to PAY-05)."""

from datetime import date, timedelta

import pytest

from careplan.rules.book import book
from careplan.rules.visits import authorisation_due, judge
from tests.rules.rows import said_of, severity_of

TODAY = date(2026, 11, 24)
REPORT = "progress_report 2026-11-24 therapist"
CERTIFY = "certification 2026-11-24 therapist"
SEEK = "certification 2026-12-24 therapist"  # 30 days for the first one


def ago(days):
    return (TODAY - timedelta(days=days)).isoformat()


def account(**record):
    return judge({"as_of": TODAY.isoformat(), "certified_on": ago(1), **record}, book())


def dollars(charges, as_of=TODAY, **payer):
    payer = {"kind": "dollar_threshold", **payer}
    return account(as_of=as_of.isoformat(), certified_on=None, payer=payer, charges_usd=charges)


# rule, the account, severity, what is due
ROWS = [
    ("PT-23", {"visits_since_report": 10}, "info", {REPORT}),
    ("PT-23", {"days_treated_since_report": 10}, "info", {REPORT}),
    ("PT-23", {"worsening": True}, "info", {REPORT}),
    ("PT-24", {"certified_on": ago(91)}, "caution", {CERTIFY}),
    ("PT-24", {"certified_on": None, "first_treatment": ago(31)}, "caution", {CERTIFY}),
    ("PT-24", {"certified_on": ago(75)}, "info", {CERTIFY}),
    ("PT-24", {"certified_on": None}, "info", {SEEK}),
    ("PT-24", {"certified_on": None, "first_treatment": ago(30)}, "info", {SEEK}),
    (
        "PAY-04",
        {"payer": {"kind": "dollar_threshold"}, "charges_usd": 3000},
        "caution",
        set(),
    ),
    ("PAY-05", {"authorisation_asked": True}, "info", set()),
]


@pytest.mark.parametrize(("rule", "record", "severity", "due"), ROWS)
def test_each_row_leads_where_the_specification_says(rule, record, severity, due):
    assert said_of(account(**record), rule) == (severity, due, False)


def test_every_rule_of_visits_has_its_row():
    assert {rule.id for rule in book().rules_of("visits")} == {row[0] for row in ROWS}


@pytest.mark.parametrize(
    ("rule", "record", "severity"),
    [
        ("PT-23", {"visits_since_report": 9, "days_treated_since_report": 9}, None),
        ("PT-23", {"visits_since_report": 11}, "info"),
        ("PT-23", {"days_treated_since_report": 11}, "info"),
        ("PT-23", {"worsening": False}, None),
        ("PT-23", {}, None),
        ("PT-24", {"certified_on": ago(74)}, None),
        ("PT-24", {"certified_on": ago(90)}, "info"),
        ("PT-24", {"certified_on": ago(74), "first_treatment": ago(80)}, None),
        ("PT-24", {"certified_on": ago(74), "first_treatment": ago(0)}, None),
        ("PT-24", {"certified_on": None, "first_treatment": ago(0)}, "info"),
        ("PAY-05", {}, None),
        ("PAY-05", {"authorisation_asked": False}, None),
    ],
)
def test_both_sides_of_each_limit(rule, record, severity):
    assert severity_of(account(**record), rule) == severity


@pytest.mark.parametrize(
    ("since", "severity"), [(None, None), (0, "info"), (30, "info"), (31, "caution")]
)
def test_an_account_that_does_not_speak_of_a_certification(since, severity):
    """It is not known whether there is one: it is asked for from the first treatment on."""
    record = {"as_of": TODAY.isoformat()}
    record |= {"first_treatment": ago(since)} if since is not None else {}
    assert severity_of(judge(record, book()), "PT-24") == severity
    ahead = {"as_of": TODAY.isoformat(), "first_treatment": ago(-1)}
    assert severity_of(judge(ahead, book()), "PT-24") is None


# charges, day, own threshold of the clinic -> severity and a word of the sentence
CHARGES = [
    (1983.99, date(2026, 6, 1), None, None, ""),
    (1984, date(2026, 6, 1), None, "info", "come near"),  # 80 % of 2,480
    (2480, date(2026, 6, 1), None, "info", "come near"),
    (2480.01, date(2026, 6, 1), None, "caution", "over this year's"),
    (2999.99, date(2026, 6, 1), None, "caution", "over this year's"),
    (3000, date(2026, 6, 1), None, "caution", "may review"),
    (1927.99, date(2025, 6, 1), None, None, ""),
    (1928, date(2025, 6, 1), None, "info", "come near"),  # 80 % of 2,410
    (2410, date(2025, 6, 1), None, "info", "come near"),
    (2410.01, date(2025, 6, 1), None, "caution", "over this year's"),
    (100, date(2027, 6, 1), None, "caution", "not in the book"),
    (100, date(2027, 6, 1), 2600, None, ""),
    (3000, date(2028, 12, 31), 3500, "caution", "may review"),
    (3000, date(2029, 1, 1), 3500, "info", "come near"),
    (2799.99, date(2029, 1, 1), 3500, None, ""),
]


@pytest.mark.parametrize(("charges", "day", "own", "severity", "words"), CHARGES)
def test_charges_against_the_threshold_of_their_year(charges, day, own, severity, words):
    found = dollars(charges, day, **({"threshold_usd": own} if own else {}))
    told = [f for f in found["findings"] if f["rule"] == "PAY-04"]
    assert (told[0]["severity"] if told else None) == severity
    assert all(words in f["message"] for f in told)


@pytest.mark.parametrize("charges", [1984, 2500, 3000])
def test_a_limit_of_visits_never_reads_charges(charges):
    payer = {"kind": "visit_limit", "visit_limit": 20}
    assert severity_of(account(payer=payer, charges_usd=charges), "PAY-04") is None


def test_payers_as_shipped():
    shown = {
        code: (row.unit, row.limit, row.period, row.asks_before, row.warn_share)
        for code, row in book().payers.items()
    }
    assert shown == {
        "seed_default": ("visits", 20, "calendar year", False, 0.8),
        "medicare_part_b": ("USD", None, "calendar year", False, 0.8),
    }
    assert book().part_b == {
        "threshold": {"2025": 2410, "2026": 2480},
        "review_from": 3000,
        "review_until": 2028,
        "warn_share": 0.8,
    }


def test_authorisation_is_asked_for_ten_working_days_ahead():
    assert book().notice == {"working_days": 10}
    planned = [date(2026, 12, 7) + timedelta(days=n) for n in range(3)]  # from a Monday
    assert authorisation_due(planned, used=19, limit=20, book=book()) == date(2026, 11, 23)
