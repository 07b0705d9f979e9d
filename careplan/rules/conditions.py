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

A condition is read once and made into two questions: `yes(facts)`, whether it surely holds, and
`no(facts)`, whether it surely does not. Neither: it is unknown. How it is said: `sentences.py`.
"""

import operator
import re
from functools import lru_cache

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


class Condition:
    """One condition: `yes` and `no` are functions of the facts.

    Where they ask for one answer of one fact alone, `yes_if` and `no_if` are that (name, answer).
    """

    __slots__ = ("yes", "no", "yes_if", "no_if")

    def __init__(self):
        self.yes_if = self.no_if = None

    def truth(self, facts):
        """True, False, or None where it is not known."""
        if self.yes(facts):
            return True
        return False if self.no(facts) else None

    def unknowns(self, facts):
        """Names of the facts that keep it unknown; none where it is known."""
        return [] if self.truth(facts) is not None else list(self._unknown(facts))


class _Atom(Condition):
    """A condition about one fact."""

    __slots__ = ("name",)

    def names(self):
        yield self.name

    def reasons(self, facts, want=True):
        return [self.name]

    def _unknown(self, facts):
        return [self.name]


class Is(_Atom):
    """A yes/no fact."""

    __slots__ = ()

    def __init__(self, name):
        self.name = name
        self.yes_if, self.no_if = (name, True), (name, False)
        self.yes = lambda facts: facts[name] is True
        self.no = lambda facts: facts[name] is False


class Compare(_Atom):
    """A fact against a constant of the same unit."""

    __slots__ = ("sign", "limit", "unit")

    def __init__(self, name, sign, limit, unit):
        super().__init__()
        self.name, self.sign, self.limit, self.unit = name, sign, limit, unit
        holds = COMPARE[sign]

        def yes(facts):
            value = facts[name]
            return value is not None and holds(value, limit)

        def no(facts):
            value = facts[name]
            return value is not None and not holds(value, limit) and name not in facts.expired

        self.yes, self.no = yes, no


class _Group(Condition):
    """Conditions taken together."""

    __slots__ = ("parts",)

    def __init__(self, parts):
        super().__init__()
        self.parts = parts

    def names(self):
        for part in self.parts:
            yield from part.names()

    def reasons(self, facts, want=True):
        return [
            name
            for part in self.parts
            if (part.yes if want else part.no)(facts)
            for name in part.reasons(facts, want)
        ]

    def _unknown(self, facts):
        for part in self.parts:
            yield from part.unknowns(facts)


class All(_Group):
    """Yes where every part is yes; no where one is no."""

    __slots__ = ()

    def __init__(self, parts):
        super().__init__(parts)
        self.yes = _every([(part.yes, part.yes_if) for part in parts])
        self.no = _some([(part.no, part.no_if) for part in parts])


class Any(_Group):
    """Yes where one part is yes; no where every one is no."""

    __slots__ = ()

    def __init__(self, parts):
        super().__init__(parts)
        self.yes = _some([(part.yes, part.yes_if) for part in parts])
        self.no = _every([(part.no, part.no_if) for part in parts])


class _Wrapped(Condition):
    """A condition made of one other."""

    __slots__ = ("part",)

    def names(self):
        return self.part.names()


class Not(_Wrapped):
    """The opposite; unknown stays unknown."""

    __slots__ = ()

    def __init__(self, part):
        self.part = part
        self.yes, self.no = part.no, part.yes
        self.yes_if, self.no_if = part.no_if, part.yes_if

    def reasons(self, facts, want=True):
        return self.part.reasons(facts, not want)

    def _unknown(self, facts):
        return self.part.unknowns(facts)


class Maybe(_Wrapped):
    """Yes where the part is yes or unknown: for dangers that must be shown to be absent."""

    __slots__ = ()

    def __init__(self, part):
        super().__init__()
        self.part, self.no = part, part.no
        self.yes = lambda facts: not part.no(facts)

    def reasons(self, facts, want=True):
        return self.part.unknowns(facts) or self.part.reasons(facts, want)

    def _unknown(self, facts):
        return []


class Count(_Group):
    """Yes where enough parts are yes; no where not even the unknown ones could make it enough."""

    __slots__ = ("at_least", "exactly")

    def __init__(self, parts, at_least=None, exactly=None):
        super().__init__(parts)
        self.at_least, self.exactly = at_least, exactly
        sure = _number([part.yes for part in self.parts])
        against = _number([part.no for part in self.parts])
        spare = len(self.parts) - (at_least if exactly is None else exactly)
        if exactly is None:
            self.yes = lambda facts: sure(facts) >= at_least
            self.no = lambda facts: against(facts) > spare
        else:
            self.yes = lambda facts: sure(facts) == exactly and against(facts) == spare
            self.no = lambda facts: sure(facts) > exactly or against(facts) > spare

    def reasons(self, facts, want=True):
        return super().reasons(facts, want or self.exactly is not None)


def _every(tests):
    """Whether all tests hold; `tests`: (function, the answer of one fact that it asks for, or None).

    Answers are compared in place, and before anything else is computed.
    """
    answers = tuple(asked for _, asked in tests if asked)
    others = tuple(test for test, asked in tests if not asked)

    def every(facts):
        for name, answer in answers:
            if facts[name] is not answer:
                return False
        for test in others:  # noqa: SIM110  (a loop takes half the time of all())
            if not test(facts):
                return False
        return True

    return tests[0][0] if len(tests) == 1 else every


def _some(tests):
    """Whether one test holds; as `_every`."""
    answers = tuple(asked for _, asked in tests if asked)
    others = tuple(test for test, asked in tests if not asked)

    def some(facts):
        for name, answer in answers:
            if facts[name] is answer:
                return True
        for test in others:  # noqa: SIM110  (a loop takes half the time of all())
            if test(facts):
                return True
        return False

    return tests[0][0] if len(tests) == 1 else some


def _number(tests):
    return lambda facts: sum([test(facts) for test in tests])


def read(raw):
    """A condition from its TOML form. Raises BadCondition with a sentence."""
    if isinstance(raw, str):
        return _atom(raw)
    if isinstance(raw, dict):
        return _table(raw)
    raise BadCondition(f"A condition is a text or a table, not {raw!r}.")


@lru_cache(maxsize=8192)
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
            return _shared(kind, tuple(read(part) for part in raw[word]))
    for word, kind in (("not", Not), ("maybe", Maybe)):
        if set(raw) == {word}:
            return _shared(kind, read(raw[word]))
    if _is_count(raw):
        parts = tuple(read(part) for part in raw["count"])
        return _shared(Count, parts, raw.get("at_least"), raw.get("exactly"))
    raise BadCondition(f"Cannot read the condition with the keys {sorted(raw)}.")


@lru_cache(maxsize=8192)
def _shared(kind, *made_of):
    """Equal conditions are one object, so that what was found of one intake is found once."""
    return kind(*made_of)


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
