"""Rules times facts: the findings, each with the facts that decided it."""

from functools import lru_cache

from careplan.rules.facts import HOLE
from careplan.rules.families import pointers, reasons

NOT_ASKED = object()
RANK = {"emergency": 0, "urgent": 1, "stop": 2, "caution": 3, "info": 4}


def first_level(levels, facts):
    """The gravest level whose condition holds, or None."""
    for level in levels:
        if level.condition.yes(facts):
            return level
    return None


def weigh(levels, facts, missing):
    """The gravest level that holds, or None; what keeps a graver one from being known is added to
    the pointers in `missing`."""
    for level in levels:
        condition = level.condition
        truth = facts.truths.get(condition, NOT_ASKED)
        if truth is NOT_ASKED:
            truth = facts.truths[condition] = condition.truth(facts)
        if truth:
            return level
        if truth is None:
            missing.update(dict.fromkeys(pointers(facts, condition)))
    return None


def say(text, facts):
    """A message with the facts that it names filled in."""
    if text is None:
        return None
    return _without_holes(text) or _capital(HOLE.sub(lambda match: facts.show(match[1]), text))


@lru_cache(maxsize=4096)
def _without_holes(text):
    """What a message says that names no facts; else an empty text."""
    return "" if HOLE.search(text) else _capital(text)


def _capital(text):
    return text[:1].upper() + text[1:]


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
    found = []
    for rule in rules:
        for level in rule.levels:
            if level.condition.yes(facts):
                found.append((rule, level))
                break
    return found


def in_order(findings):
    """Findings from the gravest to the mildest, then by rule and by what they are about."""
    return sorted(findings, key=lambda f: (RANK[f["severity"]], f["rule"], f["applies_to"] or ""))
