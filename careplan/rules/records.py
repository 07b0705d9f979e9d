"""Judges one record that is no intake: a session, a device, a plan, an account of visits, words."""

from careplan.rules.evaluate import finding, fired, in_order
from careplan.rules.follow_up import of_firings


def judged(facts, subject):
    """({"findings", "follow_ups"}, [(rule, level)]) of the rules about a kind of record.

    Findings from the gravest; follow-ups {kind, due, role, rule, label}, the earliest first.
    """
    firings = fired(facts.book.rules_of(subject), facts)
    said = {
        "findings": in_order([finding(rule, level, facts) for rule, level in firings]),
        "follow_ups": of_firings(facts, firings),
    }
    return said, firings
