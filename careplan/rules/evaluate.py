"""Rules times facts: the findings, each with the facts that decided it."""

from careplan.rules.facts import HOLE
from careplan.rules.families import pointers, reasons

RANK = {"emergency": 0, "urgent": 1, "stop": 2, "caution": 3, "info": 4}


def first_level(levels, facts):
    """The gravest level whose condition holds, or None."""
    return next((level for level in levels if level.condition.truth(facts) is True), None)


def unknowns(levels, facts):
    """Pointers to what keeps the levels before the one that holds from being known."""
    found = {}
    for level in levels:
        truth = level.condition.truth(facts)
        if truth is True:
            break
        if truth is None:
            found.update(dict.fromkeys(pointers(facts, level.condition)))
    return list(found)


def say(text, facts):
    """A message with the facts that it names filled in."""
    if text is None:
        return None
    said = HOLE.sub(lambda match: facts.show(match[1]), text)
    return said[:1].upper() + said[1:]


def finding(rule, level, facts, applies_to=None, because=None):
    """One finding, as the assessment shows it."""
    return {
        "rule": rule.id,
        "severity": level.severity,
        "title": rule.title,
        "message": say(level.message, facts),
        "patient_message": say(level.patient_message, facts),
        "because": because or reasons(facts, level.condition),
        "sources": list(rule.sources),
        "confidence": rule.confidence,
        "applies_to": applies_to,
    }


def fired(rules, facts):
    """(rule, level) of every rule that fires."""
    found = ((rule, first_level(rule.levels, facts)) for rule in rules)
    return [(rule, level) for rule, level in found if level is not None]


def in_order(findings):
    """Findings from the gravest to the mildest, then by rule and by what they are about."""
    return sorted(findings, key=lambda f: (RANK[f["severity"]], f["rule"], f["applies_to"] or ""))
