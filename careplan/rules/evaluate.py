"""Rules times facts: the findings, each with the facts that decided it."""

from careplan.rules.facts import capital
from careplan.rules.families import pointers, reasons

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
        if level.condition.yes(facts):
            return level
        missing.update(dict.fromkeys(pointers(facts, level.condition)))
    return None


def say(parts, facts):
    """A message with the facts that it names filled in; `parts`: words, a name, words, ..."""
    told = list(parts)
    told[1::2] = map(facts.show, parts[1::2])
    return "".join(told) if parts[0] else capital("".join(told))


def finding(rule, level, facts, applies_to=None, because=None):
    """One finding, as the assessment shows it."""
    found = level.finding.copy()
    for key, parts in level.to_fill:
        found[key] = say(parts, facts)
    found["because"] = because or reasons(facts, level.condition)
    found["sources"] = list(rule.sources)
    found["applies_to"] = applies_to
    return found


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
