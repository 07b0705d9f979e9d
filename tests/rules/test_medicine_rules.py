"""What each medicine rule does, on a whole intake where it fires (section 5): a second entry.

The rows of medicine_rows.py are written from the specification: severity, the drugs that it
concerns, what it does to their status, where it refers, what is due, for whom and when.
"""

from datetime import date

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from tests.rules.medicine_cases import STATUS, opened
from tests.rules.medicine_rows import ROWS

TODAY = date(2026, 11, 22)
STATUSES = ("avoid", "not_yet", "needs_data", "prescriber_only", "caution", "offer")
BEFORE = assess(opened())


def named(row):
    return f"{row.rule}-{row.severity}-{row.effect}"


def about(found, rule, severity=None):
    """The drugs that the findings of a rule are about."""
    rows = [f for f in found["findings"] if f["rule"] == rule]
    return {f["applies_to"] for f in rows if severity in (None, f["severity"])}


def due(found, rule):
    return {
        (one["kind"], (date.fromisoformat(one["due"]) - TODAY).days, one["role"])
        for one in found["follow_ups"]
        if one["rule"] == rule
    }


def gravest(*statuses):
    return min(statuses, key=STATUSES.index)


def test_the_person_of_these_tests_may_have_every_drug():
    assert {drug: row["status"] for drug, row in BEFORE["drugs"].items()} == STATUS
    assert BEFORE["disposition"] == "plan"


def test_nothing_but_the_dose_and_the_steps_is_said_of_that_person():
    assert {drug: set(row["rules"]) for drug, row in BEFORE["drugs"].items()} == {
        "ibuprofen": {"MED-NSAID-01"},
        "naproxen": {"MED-NSAID-01"},
        "cyclobenzaprine": {"MED-CYC-02", "MED-CYC-08"},
        "gabapentin": {"MED-GABA-02", "MED-GABA-04", "MED-GABA-11"},
        "duloxetine": {"MED-DULO-01", "MED-DULO-02", "MED-DULO-26"},
        "opioid": {"MED-OPI-01", "MED-GEN-10"},
    }


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_each_rule_does_what_its_row_says(row):
    found = assess(opened(row.change))
    assert about(found, row.rule, row.severity) == set(row.drugs)
    assert due(found, row.rule) == set(row.due)
    assert set(row.refer) <= set(found["refer"])
    for drug in set(row.drugs) & set(STATUS):
        told = found["drugs"][drug]
        effect = row.effect if row.effect in STATUSES else "offer"
        assert told["status"] == (row.status or gravest(STATUS[drug], effect))
        assert not row.max_days or told["max_days"] == row.max_days
        assert row.protect is None or tuple(told["with"]) == row.protect
        assert not row.order or tuple(told["rules"]) == row.order


def test_every_rule_and_each_of_its_effects_has_a_row():
    rows = {(row.rule, row.severity) for row in ROWS}
    judged = {rule.id: rule for rule in book().rules.values() if rule.file == "medication"}
    assert {row.rule for row in ROWS} == set(judged)
    assert rows == {(rule.id, level.severity) for rule in judged.values() for level in rule.levels}


@pytest.mark.parametrize("row", [row for row in ROWS if row.closed], ids=named)
def test_a_stop_hides_the_notes_on_a_dose_and_nothing_else(row):
    """D-24: with a drug stopped for another reason, what speaks of its danger is still said."""
    said = about(assess(opened({**row.change, **row.closed})), row.rule)
    assert (set(row.drugs) <= said) == (row.effect != "note")
    assert row.effect != "note" or not said & set(row.drugs)
