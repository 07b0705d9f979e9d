"""What a row of the specification leads to: read off whole assessments, for the tables of rows."""

from careplan.rules.book import book
from careplan.rules.facts import Facts
from tests.rules.building import intake


def said_of(found, rule):
    """(severity, follow-ups as "kind day role", whether the patient is told) of one rule in what
    was found; None where it does not fire."""
    told = [row for row in found["findings"] if row["rule"] == rule]
    if not told:
        return None
    due = {
        f"{row['kind']} {row['due']} {row['role']}"
        for row in found["follow_ups"]
        if row["rule"] == rule
    }
    return told[0]["severity"], due, told[0]["patient_message"] is not None


def severity_of(found, rule):
    """The severity of one rule in what was found; None where it does not fire."""
    said = said_of(found, rule)
    return said and said[0]


def truth(fact, changes):
    """The answer of one fact about the base intake with changes: True, False or None."""
    return Facts(intake(changes), book())[fact]


def condition_of(rule, changes, level=0):
    """The answer of the condition of a rule, where no whole assessment would show it."""
    return book().rules[rule].levels[level].condition.truth(Facts(intake(changes), book()))


def yes(*features):
    """Changes: these features are answered yes."""
    return {f"/episode/features/{code}": "yes" for code in features}


def flags(*codes, answer="yes"):
    """Changes: these red flags are answered so."""
    return {f"/red_flags/{code}": answer for code in codes}


def have(*codes):
    """Changes: these are the conditions."""
    return {"/conditions": list(codes)}


def take(*drugs, since="2026-01-01"):
    """Changes: these are the medicines, taken since a day."""
    return {"/medications": [{"drug": drug, "since": since} for drug in drugs]}
