"""Conditions in plain English: as an outline for a page, and as one sentence.

An outline is a text ("age is at least 65 years"), or a group: what is asked of its parts, and the
outlines of the parts, such as ("any of these", ["asthma", ("all of these", [...])]).
"""

import re

from careplan.rules.conditions import All, Any, Compare, Count, Is, Maybe, Not

SIGNS = {
    "<=": ("is at most", "at most"),
    ">=": ("is at least", "at least"),
    "!=": ("is not", "not"),
    "<": ("is under", "fewer than"),
    ">": ("is over", "more than"),
    "=": ("is", "exactly"),
}
OPPOSITE = {"<=": ">", ">": "<=", ">=": "<", "<": ">=", "=": "!=", "!=": "="}
ALL, ANY, NONE, NOT_ALL = "all of these", "any of these", "none of these", "not all of these"
JOINS = {ALL: "and", ANY: "or"}
NOT_KNOWN = "or not known"
VERB = r"\b(is|are|was|were|has|have|can|cannot)\b"
NEGATED = (  # the first that matches the words of a fact says its opposite
    (re.compile(rf"^(?=.*\bor {VERB})|^(?=the words )"), "not so: "),
    (re.compile(r"^any "), "no "),
    (re.compile(r"^an? (?!.* and an? )"), "no "),
    (re.compile(r"^takes "), "does not take "),
    (re.compile(r"^ever "), "never "),
    (re.compile(r"\b(is|are) at least "), r"\1 not even "),
    (re.compile(VERB), r"\1 not"),
    (re.compile(r"^(?=pregnant|breastfeeding|too )"), "not "),
    (re.compile(r"^"), "no "),
)
WITHIN = re.compile(r"[,;]| (?:and|or) ")  # words that would be read as joining two parts


def outline(condition, words):
    """The outline of a condition. `words(name)`: how a fact is called."""
    return OUTLINES[type(condition)](condition, words)


def sentence(told, inside=False):
    """An outline as one sentence; what stands inside another group is put in brackets."""
    if isinstance(told, str):
        return told
    head, parts = told
    items = [sentence(part, inside=True) for part in parts]
    text = _joined(items, JOINS[head]) if head in JOINS else f"{head}: {'; '.join(items)}"
    return f"({text})" if inside else text


def _joined(items, word):
    if len(items) == 2 and not any(WITHIN.search(_outside_brackets(item)) for item in items):
        return f" {word} ".join(items)
    return f"{'; '.join(items[:-1])}; {word} {items[-1]}"


def _outside_brackets(text):
    return re.sub(r"\(.*\)", "", text)


def _called(name, words):
    """The words of a fact as they stand within a sentence: "Asthma" is asthma, "COPD" stays."""
    label = words(name).rstrip(",")
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


def _fact(condition, words):
    return _called(condition.name, words)


def _comparison(condition, words, sign=None):
    """ "age is at least 65 years"; of what is counted, "at least 2 check-ins missed in a row"."""
    said, counted = SIGNS[sign or condition.sign]
    label, unit = _called(condition.name, words), condition.unit
    limit = str(condition.limit).replace("_", " ")
    noun = unit.partition(" ")[0]
    if condition.limit == 1 and noun.endswith("s"):
        unit = unit.replace(noun, noun[:-1], 1)
    label = label.removeprefix("number of ")
    if label != _called(condition.name, words):
        return f"{counted} {limit} {label}"
    if noun.endswith("s") and re.search(rf"\b{noun}\b", label):
        return f"{counted} {limit} {label.replace(noun, unit, 1)}"
    return f"{label} {said} {limit} {unit}".strip()


def _group(head):
    def grouped(condition, words):
        parts = [outline(part, words) for part in condition.parts]
        return parts[0] if len(parts) == 1 and head in JOINS else (head, parts)

    return grouped


def _count(condition, words, instead=None):
    least, exactly = condition.at_least, condition.exactly
    head = f"at least {least} of these" if exactly is None else f"exactly {exactly} of these"
    return instead or head, [outline(part, words) for part in condition.parts]


def _opposite(condition, words):
    part = condition.part
    if isinstance(part, Not):
        return outline(part.part, words)
    if isinstance(part, Maybe):
        return _opposite(part, words)
    if isinstance(part, Compare):
        return _comparison(part, words, sign=OPPOSITE[part.sign])
    if isinstance(part, Is):
        return negated(_called(part.name, words))
    if isinstance(part, Count):
        fewer = part.exactly is None
        head = f"fewer than {part.at_least} of these" if fewer else f"not {part.exactly} of these"
        return _count(part, words, instead=head)
    return _group(NONE if isinstance(part, Any) else NOT_ALL)(part, words)


def negated(label):
    """The opposite of the words of a fact: "a flare now" is "no flare now"."""
    pattern, instead = next(row for row in NEGATED if row[0].search(label))
    return pattern.sub(instead, label, count=1)


def _maybe(condition, words):
    told = outline(condition.part, words)
    if isinstance(told, str):
        return f"{told} ({NOT_KNOWN})"
    head, parts = told
    return f"{head}, {NOT_KNOWN}", parts


OUTLINES = {
    Is: _fact,
    Compare: _comparison,
    All: _group(ALL),
    Any: _group(ANY),
    Count: _count,
    Not: _opposite,
    Maybe: _maybe,
}
