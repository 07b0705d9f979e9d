"""Conditions of rules: a small grammar with three answers, yes (True), no (False), unknown (None).

Written in the rule book's TOML as

    "flags.fever"                             a yes/no fact
    "not flags.fever"                         its opposite
    "age >= 65 years"                         a comparison, with the unit of the fact
    "care.physical_therapy = active"          a comparison of words
    {all = [...]}  {any = [...]}  {not = ...}
    {count = [...], at_least = 2}             also `exactly = 3`
    {maybe = ...}                             yes also where the answer is unknown

Unknown never counts as no. A comparison with a value that is too old (`name in facts.expired`)
is yes where it holds and unknown where it does not: an old abnormal value still counts,
an old normal one does not.
"""

import operator
import re

COMPARE = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
ATOM = re.compile(r"^(not )?([a-zA-Z0-9_.-]+)(?: (<=|>=|!=|<|>|=) (\S+)(?: (.+))?)?$")


class BadCondition(ValueError):
    """A condition that cannot be read; the message says which and why."""


class Is:
    """A yes/no fact."""

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name

    def truth(self, facts):
        return facts[self.name]

    def names(self):
        yield self.name

    def reasons(self, facts, want=True):
        return [self.name]

    def unknowns(self, facts):
        return [self.name] if facts[self.name] is None else []


class Compare:
    """A fact against a constant of the same unit."""

    __slots__ = ("name", "sign", "limit", "unit", "_test")

    def __init__(self, name, sign, limit, unit):
        self.name, self.sign, self.limit, self.unit = name, sign, limit, unit
        self._test = COMPARE[sign]

    def truth(self, facts):
        value = facts[self.name]
        if value is None:
            return None
        if self._test(value, self.limit):
            return True
        return None if self.name in facts.expired else False

    def names(self):
        yield self.name

    def reasons(self, facts, want=True):
        return [self.name]

    def unknowns(self, facts):
        return [self.name] if self.truth(facts) is None else []


class _Group:
    """Conditions taken together."""

    __slots__ = ("parts",)

    def __init__(self, parts):
        self.parts = tuple(parts)

    def names(self):
        for part in self.parts:
            yield from part.names()

    def unknowns(self, facts):
        if self.truth(facts) is not None:
            return []
        return [name for part in self.parts for name in part.unknowns(facts)]

    def _reasons(self, facts, answers, want):
        chosen = [part for part in self.parts if part.truth(facts) in answers]
        return [name for part in chosen for name in part.reasons(facts, want)]


class All(_Group):
    """Yes where every part is yes; no where one is no."""

    __slots__ = ()

    def truth(self, facts):
        answer = True
        for part in self.parts:
            truth = part.truth(facts)
            if truth is False:
                return False
            if truth is None:
                answer = None
        return answer

    def reasons(self, facts, want=True):
        return self._reasons(facts, (want,), want)


class Any(_Group):
    """Yes where one part is yes; no where every one is no."""

    __slots__ = ()

    def truth(self, facts):
        answer = False
        for part in self.parts:
            truth = part.truth(facts)
            if truth is True:
                return True
            if truth is None:
                answer = None
        return answer

    def reasons(self, facts, want=True):
        return self._reasons(facts, (want,), want)


class Not:
    """The opposite; unknown stays unknown."""

    __slots__ = ("part",)

    def __init__(self, part):
        self.part = part

    def truth(self, facts):
        truth = self.part.truth(facts)
        return None if truth is None else not truth

    def names(self):
        return self.part.names()

    def reasons(self, facts, want=True):
        return self.part.reasons(facts, not want)

    def unknowns(self, facts):
        return self.part.unknowns(facts)


class Maybe:
    """Yes where the part is yes or unknown: for dangers that must be shown to be absent."""

    __slots__ = ("part",)

    def __init__(self, part):
        self.part = part

    def truth(self, facts):
        return self.part.truth(facts) is not False

    def names(self):
        return self.part.names()

    def reasons(self, facts, want=True):
        if self.part.truth(facts) is None:
            return self.part.unknowns(facts)
        return self.part.reasons(facts, want)

    def unknowns(self, facts):
        return []


class Count(_Group):
    """Yes where enough parts are yes; no where not even the unknown ones could make it enough."""

    __slots__ = ("at_least", "exactly")

    def __init__(self, parts, at_least=None, exactly=None):
        super().__init__(parts)
        self.at_least, self.exactly = at_least, exactly

    def truth(self, facts):
        answers = [part.truth(facts) for part in self.parts]
        sure = answers.count(True)
        possible = sure + answers.count(None)
        if self.exactly is not None:
            if sure > self.exactly or possible < self.exactly:
                return False
            return True if sure == possible else None
        if sure >= self.at_least:
            return True
        return False if possible < self.at_least else None

    def reasons(self, facts, want=True):
        if self.exactly is not None:
            return self._reasons(facts, (True,), True)
        return self._reasons(facts, (want,), want)


def read(raw):
    """A condition from its TOML form. Raises BadCondition with a sentence."""
    if isinstance(raw, str):
        return _atom(raw)
    if isinstance(raw, dict):
        return _table(raw)
    raise BadCondition(f"A condition is a text or a table, not {raw!r}.")


def _atom(text):
    match = ATOM.match(text)
    if not match:
        raise BadCondition(f"Cannot read the condition {text!r}.")
    negated, name, sign, limit, unit = match.groups()
    part = Compare(name, sign, _constant(limit), unit or "") if sign else Is(name)
    return Not(part) if negated else part


def _constant(text):
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _table(raw):
    for word, kind in (("all", All), ("any", Any)):
        if set(raw) == {word} and isinstance(raw[word], list) and raw[word]:
            return kind(read(part) for part in raw[word])
    for word, kind in (("not", Not), ("maybe", Maybe)):
        if set(raw) == {word}:
            return kind(read(raw[word]))
    if _is_count(raw):
        parts = [read(part) for part in raw["count"]]
        return Count(parts, at_least=raw.get("at_least"), exactly=raw.get("exactly"))
    raise BadCondition(f"Cannot read the condition with the keys {sorted(raw)}.")


def _is_count(raw):
    """Whether a table counts its parts: a list of them, and one whole number."""
    number = [value for key, value in raw.items() if key in ("at_least", "exactly")]
    known = set(raw) <= {"count", "at_least", "exactly"} and len(number) == 1
    return known and isinstance(raw.get("count"), list) and type(number[0]) is int


def compares(condition):
    """Every comparison in a condition, to check its units against the facts."""
    if isinstance(condition, Compare):
        yield condition
    for part in getattr(condition, "parts", None) or [getattr(condition, "part", None)]:
        if part is not None:
            yield from compares(part)
