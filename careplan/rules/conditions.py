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

A condition is read once. It writes two questions as expressions of Python, `asks_yes`, whether it
surely holds, and `asks_no`, whether it surely does not; neither: it is unknown. `python(condition)`
prints both. They are made into functions of the facts when first asked: `yes(facts)`, `no(facts)`.
How a condition is said in English: `sentences.py`.
"""

import re
from functools import cached_property, lru_cache

DEEPEST = 30  # conditions one in another; nobody could read more
ATOM = re.compile(r"^(not )?([a-zA-Z0-9_.-]+)(?: (<=|>=|!=|<|>|=) (\S+)(?: (.+))?)?$")


class BadCondition(ValueError):
    """A condition that cannot be read; the message says which and why."""


class Condition:
    """One condition. `asks_yes` and `asks_no`: expressions about the facts `f`, in brackets."""

    def __init__(self, asks_yes, asks_no):
        self.asks_yes, self.asks_no = asks_yes, asks_no

    @cached_property
    def yes(self):
        """Function of the facts: whether it surely holds."""
        return _function(self.asks_yes)

    @cached_property
    def no(self):
        """Function of the facts: whether it surely does not hold."""
        return _function(self.asks_no)

    @cached_property
    def truth(self):
        """Function of the facts: True, False, or None where it is not known."""
        return _function(f"True if {self.asks_yes} else (False if {self.asks_no} else None)")

    def unknowns(self, facts):
        """Names of the facts that keep it unknown; none where it is known."""
        return [] if self.truth(facts) is not None else list(self._unknown(facts))


def _function(expression):
    # Every name and constant in it was put there by repr(): see `Is` and `Compare`.
    return eval(f"lambda f: {expression}", {})  # noqa: S307


def python(condition):
    """The two questions of a condition as they are run, for whoever wants to read them."""
    return f"yes = lambda f: {condition.asks_yes}\nno = lambda f: {condition.asks_no}"


def judge_text(rows):
    """The text of `judge`, for whoever wants to read it; `found[n]` is the n-th thing of the rows."""
    lines, number = ["def judge(f):", "    told = []"], 0
    for row in rows:
        for word, (condition, _) in zip(("if", *["elif"] * len(row)), row, strict=False):
            lines += [f"    {word} {condition.asks_yes}:", f"        told.append(found[{number}])"]
            number += 1
    return "\n".join([*lines, "    return told\n"])


def judge(rows):
    """Function of the facts: of each row the thing whose condition is the first that surely holds.

    A row is a list of (condition, thing); of a row without one that holds there is nothing.
    """
    names = {"found": [thing for row in rows for _, thing in row]}
    exec(judge_text(rows), names)  # noqa: S102  (as in _function)
    return names["judge"]


class _Atom(Condition):
    """A condition about one fact."""

    def names(self):
        yield self.name

    def reasons(self, facts, want=True):
        return [self.name]

    def _unknown(self, facts):
        return [self.name]


class Is(_Atom):
    """A yes/no fact."""

    def __init__(self, name):
        super().__init__(f"(f[{name!r}] is True)", f"(f[{name!r}] is False)")
        self.name = name


class Compare(_Atom):
    """A fact against a constant of the same unit."""

    def __init__(self, name, sign, limit, unit):
        known = f"(v := f[{name!r}]) is not None"
        holds = f"v {'==' if sign == '=' else sign} {limit!r}"
        super().__init__(
            f"({known} and {holds})", f"({known} and not {holds} and {name!r} not in f.expired)"
        )
        self.name, self.sign, self.limit, self.unit = name, sign, limit, unit


class _Group(Condition):
    """Conditions taken together."""

    def __init__(self, parts, asks_yes, asks_no):
        super().__init__(asks_yes, asks_no)
        self.parts = parts

    def names(self):
        for part in self.parts:
            yield from part.names()

    def reasons(self, facts, want=True):
        found = []
        for part in self.parts:
            if (part.yes if want else part.no)(facts):
                found += part.reasons(facts, want)
        return found

    def _unknown(self, facts):
        for part in self.parts:
            yield from part.unknowns(facts)


class All(_Group):
    """Yes where every part is yes; no where one is no."""

    def __init__(self, parts):
        super().__init__(parts, _joined(" and ", parts, "yes"), _joined(" or ", parts, "no"))


class Any(_Group):
    """Yes where one part is yes; no where every one is no."""

    def __init__(self, parts):
        super().__init__(parts, _joined(" or ", parts, "yes"), _joined(" and ", parts, "no"))


class _Wrapped(Condition):
    """A condition made of one other."""

    def __init__(self, part, asks_yes, asks_no):
        super().__init__(asks_yes, asks_no)
        self.part = part

    def names(self):
        return self.part.names()


class Not(_Wrapped):
    """The opposite; unknown stays unknown."""

    def __init__(self, part):
        super().__init__(part, part.asks_no, part.asks_yes)

    def reasons(self, facts, want=True):
        return self.part.reasons(facts, not want)

    def _unknown(self, facts):
        return self.part.unknowns(facts)


class Maybe(_Wrapped):
    """Yes where the part is yes or unknown: for dangers that must be shown to be absent."""

    def __init__(self, part):
        super().__init__(part, f"(not {part.asks_no})", part.asks_no)

    def reasons(self, facts, want=True):
        return self.part.unknowns(facts) or self.part.reasons(facts, want)

    def _unknown(self, facts):
        return []


class Count(_Group):
    """Yes where enough parts are yes; no where not even the unknown ones could make it enough."""

    def __init__(self, parts, at_least=None, exactly=None):
        self.at_least, self.exactly = at_least, exactly
        sure, against = _joined(" + ", parts, "yes"), _joined(" + ", parts, "no")
        if exactly is None:
            spare = len(parts) - at_least
            super().__init__(parts, f"({sure} >= {at_least})", f"({against} > {spare})")
        else:
            spare = len(parts) - exactly
            super().__init__(
                parts,
                f"({sure} == {exactly} and {against} == {spare})",
                f"({sure} > {exactly} or {against} > {spare})",
            )

    def reasons(self, facts, want=True):
        return super().reasons(facts, want or self.exactly is not None)


def _joined(word, parts, answer):
    """One question of all parts; what is only looked up is asked before what is reckoned."""
    ordered = sorted(parts, key=lambda part: not isinstance(part, Is))
    return "(" + word.join(getattr(part, f"asks_{answer}") for part in ordered) + ")"


def read(raw, depth=1):
    """A condition from its TOML form. Raises BadCondition with a sentence."""
    if depth > DEEPEST:
        raise BadCondition(f"A condition has {DEEPEST} conditions one in another at most.")
    if isinstance(raw, str):
        return _atom(raw)
    if isinstance(raw, dict):
        return _table(raw, depth + 1)
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


def _table(raw, depth):
    for word, kind in (("all", All), ("any", Any)):
        if set(raw) == {word} and isinstance(raw[word], list) and raw[word]:
            return _shared(kind, tuple(read(part, depth) for part in raw[word]))
    for word, kind in (("not", Not), ("maybe", Maybe)):
        if set(raw) == {word}:
            return _shared(kind, read(raw[word], depth))
    if _is_count(raw):
        parts = tuple(read(part, depth) for part in raw["count"])
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
