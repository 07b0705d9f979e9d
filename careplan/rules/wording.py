"""A rule in words for whoever reads the book: confidence, effects, days, messages, what it uses."""

from careplan.rules import facts

# C, K and A of the specification, as a sentence says them.
CONFIDENCE = {
    "C": "read in the source",
    "K": "professional knowledge, to be looked up before use",
    "A": "a convention of this book, for the clinical lead to approve",
}


def with_names(book, text):
    """A message with the facts that it names: "at {age}" -> "at [age]"; None stays None."""
    if text is None:
        return None
    said = facts.HOLE.sub(lambda hole: f"[{facts.label(book, hole[1])}]", text)
    return said[:1].upper() + said[1:]


def within(follow_up):
    """By when a follow-up is due: "the same day", "within 2 working days"."""
    days, kind = follow_up.get("days"), "day"
    if days is None:
        days, kind = follow_up["working_days"], "working day"
    if days == 0:
        return "the same day"
    return f"within {days} {kind}{'' if days == 1 else 's'}"


def definitions_of(book, rule):
    """The shared definitions that a rule uses, and those that they use, each once."""
    found = {}
    waiting = [name for level in rule.levels for name in level.condition.names()]
    while waiting:
        prefix, _, rest = waiting.pop(0).partition(".")
        if prefix == "is" and rest not in found:
            found[rest] = book.definitions[rest]
            waiting += book.definitions[rest].condition.names()
    return list(found.values())


def rules_named(book, rule):
    """Other rules whose firing a rule asks about."""
    names = [name for level in rule.levels for name in level.condition.names()]
    asked = [name.partition(".")[2] for name in names if name.startswith("rule.")]
    return [book.rules[one] for one in dict.fromkeys(asked) if one in book.rules]
