"""Accounts of visits: reports, certification, and visits and dollars kept apart (PT-23, PAY-04)."""

from datetime import date, timedelta

import pytest

from careplan.rules.book import book
from careplan.rules.visits import authorisation_due, judge

TODAY = date(2026, 11, 22)


def ago(days):
    return (TODAY - timedelta(days=days)).isoformat()


def found(**record):
    rows = judge({"as_of": TODAY.isoformat(), "certified_on": ago(1), **record}, book())["findings"]
    return {row["rule"]: row for row in rows}


@pytest.mark.parametrize(("visits", "due"), [(9, False), (10, True), (11, True), (None, False)])
def test_a_report_at_visit_ten(visits, due):
    rows = found(visits_since_report=visits, visits_used=10)
    assert ("PT-23" in rows) == due
    said = f"{visits} visits since the last progress report: write the next before visit 11."
    assert not due or rows["PT-23"]["message"] == said


@pytest.mark.parametrize(("days", "due"), [(9, False), (10, True)])
def test_a_report_every_ten_treatment_days(days, due):
    assert ("PT-23" in found(visits_since_report=5, days_treated_since_report=days)) == due


def test_a_report_when_it_gets_worse():
    assert "worse" in found(worsening=True, visits_since_report=2)["PT-23"]["message"]
    assert "PT-23" not in found(worsening=False, visits_since_report=2)


def test_a_report_is_due_today():
    record = {"as_of": TODAY.isoformat(), "certified_on": ago(1), "visits_since_report": 10}
    (row,) = judge(record, book())["follow_ups"]
    told = (row["kind"], row["due"], row["role"], row["rule"])
    assert told == ("progress_report", TODAY.isoformat(), "therapist", "PT-23")


@pytest.mark.parametrize(
    ("days", "severity"), [(74, None), (75, "info"), (90, "info"), (91, "caution")]
)
def test_certification_lasts_ninety_days_and_is_asked_for_at_seventy_five(days, severity):
    assert found(certified_on=ago(days)).get("PT-24", {"severity": None})["severity"] == severity


@pytest.mark.parametrize(("days", "severity"), [(0, "info"), (30, "info"), (31, "caution")])
def test_the_first_certification_is_sought_within_thirty_days(days, severity):
    rows = found(certified_on=None, first_treatment=ago(days))
    assert rows["PT-24"]["severity"] == severity
    record = {"as_of": TODAY.isoformat(), "first_treatment": ago(days)}  # nobody knows of any
    (row,) = judge(record, book())["findings"]
    assert (row["rule"], row["severity"]) == ("PT-24", severity)


def test_without_a_treatment_and_a_word_nothing_is_certified():
    assert judge({"as_of": TODAY.isoformat()}, book()) == {"findings": [], "follow_ups": []}


def dollars(charges, as_of=TODAY, **payer):
    record = {"as_of": as_of.isoformat(), "certified_on": as_of.isoformat()}
    payer = {"kind": "dollar_threshold", **payer}
    rows = judge({**record, "payer": payer, "charges_usd": charges}, book())["findings"]
    return next((row for row in rows if row["rule"] == "PAY-04"), None)


@pytest.mark.parametrize(
    ("charges", "severity", "words"),
    [
        (1983, None, ""),
        (1984, "info", "come near"),
        (2480, "info", "2480 USD"),
        (2480.01, "caution", "KX modifier"),
        (2999, "caution", "KX modifier"),
        (3000, "caution", "may review"),
    ],
)
def test_medicare_has_a_threshold_of_charges_in_2026(charges, severity, words):
    row = dollars(charges)
    assert (row and row["severity"]) == severity
    assert severity is None or words in row["message"]


def test_the_threshold_is_of_its_year():
    assert dollars(2411, date(2025, 6, 1))["severity"] == "caution"
    assert dollars(2411, date(2026, 6, 1))["severity"] == "info"
    assert "not in the book" in dollars(100, date(2027, 1, 1))["message"]
    assert dollars(100, date(2027, 1, 1), threshold_usd=2600) is None


@pytest.mark.parametrize(("year", "words"), [(2028, "may review"), (2029, "over this year's")])
def test_the_amount_of_a_review_holds_through_2028(year, words):
    assert words in dollars(3000, date(year, 6, 1), threshold_usd=2700)["message"]


def test_dollars_are_never_read_as_visits():
    assert "PAY-04" not in found(payer={"kind": "visit_limit", "visit_limit": 20}, charges_usd=9999)
    rows = found(payer={"kind": "dollar_threshold"}, charges_usd=10, visits_used=5000)
    assert "PAY-04" not in rows


def test_payers_as_shipped_count_visits_or_dollars():
    """PAY-01: twenty visits are a default of the house and say so; Medicare counts dollars."""
    found = book().payers
    visits, dollars = found["seed_default"], found["medicare_part_b"]
    assert (visits.unit, visits.limit, visits.period) == ("visits", 20, "calendar year")
    assert "not Medicare law" in visits.label
    assert (dollars.unit, dollars.limit) == ("USD", None)
    assert {row.warn_share for row in found.values()} == {0.8}


def test_the_packet_names_what_it_holds():
    message = found(authorisation_asked=True)["PAY-05"]["message"]
    assert all(word in message for word in ("diagnosis", "PEG", "PSFS", "RMDQ", "visits used"))
    assert "PAY-05" not in found()


def test_authorisation_is_asked_for_ten_working_days_before_the_limit_is_reached():
    planned = [date(2026, 11, 23) + timedelta(days=7 * n) for n in range(6)]
    assert authorisation_due(planned, used=18, limit=20, book=book()) == date(2026, 11, 16)
    assert authorisation_due(planned, used=14, limit=20, book=book()) == date(2026, 12, 14)
    assert authorisation_due(planned, used=13, limit=20, book=book()) is None
    assert authorisation_due(planned, used=20, limit=20, book=book()) == date(2026, 11, 9)
    assert authorisation_due([], used=20, limit=20, book=book()) is None
