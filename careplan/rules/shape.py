"""The shape of an intake as a tree of places, and the quick answer whether a value fits it.

The shape is data (`data/intake.toml`); this module knows what a kind of value means. What is wrong
with a value that does not fit, and where, is told by `intake.check`.
"""

import math
import re
import tomllib
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
KIND = re.compile(
    r"(?P<kind>object|text|date|yes/no|number|whole|one of|list|set|map)"
    r"(?: (?P<more>[^!]+))?(?P<required>!)?$"
)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LARGEST = 1e15  # beyond any amount that a person can have
MOST = {"text": 10_000, "list": 1_000, "set": 1_000}  # characters or entries, where none is said


@cache
def codes():
    """The tables of codes.toml, and the joined tables that an intake speaks of."""
    return joined(tomllib.loads((DATA / "codes.toml").read_text("utf-8")))


@cache
def limits():
    """Name -> number of limits.toml."""
    rows = tomllib.loads((DATA / "limits.toml").read_text("utf-8"))["limit"]
    return {name: row["value"] for name, row in rows.items()}


def joined(tables):
    """Tables of codes with those beside them that join several."""
    reviewed = {**tables["core_red_flags"], **tables["conditional_red_flags"]}
    tables["reviewed_red_flags"] = reviewed
    tables["red_flags"] = {**reviewed, **tables["qualifiers"]}
    return tables


class _Node:
    """One place of the shape: its kind, limits and children.

    `fits(value)` is the quick answer to nearly every intake; it says yes only where `_check`, which
    words the faults and their places, would find none.
    """

    def __init__(self, text):
        match = KIND.match(text)
        if not match:
            raise ValueError(f"Cannot read the kind {text!r}.")
        self.kind = match["kind"]
        self.required = bool(match["required"])
        self.children = {}
        self.choices = None
        self.low, self.high = None, MOST.get(self.kind)
        self.above = False
        if match["more"]:
            self._limits(match["more"])

    def _limits(self, more):
        if self.kind in ("one of", "map"):
            names = codes()[more[6:]] if more.startswith("codes:") else more.split("|")
            self.choices = list(names)
            return
        low, _, high = more.partition("..")
        self.above = low.startswith(">")
        self.low = float(low.lstrip(">")) if low else None
        self.high = float(high) if high else self.high


@cache
def shape():
    """(the tree of places, the pointers of dates that have passed), read from intake.toml."""
    raw = tomllib.loads((DATA / "intake.toml").read_text("utf-8"))
    root = _Node(raw["fields"].pop(""))
    for pointer, text in raw["fields"].items():
        *above, last = pointer[1:].split("/")
        node = root
        for step in above:
            node = node.children[step]
        node.children[last] = _Node(text)
    _prepare(root)
    return root, tuple(tuple(one[1:].split("/")) for one in raw["not_after_as_of"]["dates"])


def _prepare(node):
    for child in node.children.values():
        _prepare(child)
    node.fits = FITS[node.kind](node)


@lru_cache(maxsize=8192)
def read_date(text):
    """The date of an ISO text, or None where the calendar has no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_of(text):
    """The date of a well-written text, else None."""
    return _well_written(text) if isinstance(text, str) and len(text) == 10 else None


@lru_cache(maxsize=8192)
def _well_written(text):
    return read_date(text) if DATE.fullmatch(text) else None


# The same, quickly: whether a value has no fault. No is never wrong here, only slower.


def _fits_object(node):
    required = {name for name, child in node.children.items() if child.required}
    fits = {name: child.fits for name, child in node.children.items()}

    def fit(value):
        if type(value) is not dict or not required <= value.keys():
            return False
        for name, item in value.items():  # noqa: SIM110  (as in _fit_all)
            if name not in fits or not fits[name](item):
                return False
        return True

    return fit


def _fits_map(node):
    names, fit = frozenset(node.choices), _fits_each(node.children["*"])
    return lambda value: type(value) is dict and value.keys() <= names and fit(value.values())


def _fits_list(node):
    fit, low, high = _fits_each(node.children["-"]), node.low or 0, node.high or math.inf
    return lambda value: type(value) is list and low <= len(value) <= high and fit(value)


def _fits_set(node):
    fits = _fits_list(node)
    return lambda value: fits(value) and len(set(value)) == len(value)


def _fits_each(node):
    """Whether all values of a list fit one place; codes are looked up all at once."""
    return _are_codes(node) if node.kind == "one of" else _fit_all(node.fits)


def _are_codes(node):
    choices = frozenset(node.choices)

    def fit(values):
        try:
            return choices.issuperset(values)
        except TypeError:  # a value that cannot be looked up is no code
            return False

    return fit


def _fit_all(fits):
    def fit(values):
        for value in values:  # noqa: SIM110  (a loop takes half the time of all())
            if not fits(value):
                return False
        return True

    return fit


def _fits_one_of(node):
    choices = frozenset(node.choices)
    return lambda value: type(value) is str and value in choices


def _fits_number(*kinds):
    def fits(node):
        low = -LARGEST if node.low is None else node.low
        high = LARGEST if node.high is None else min(node.high, LARGEST)
        above = node.above

        def fit(value):
            return type(value) in kinds and low <= value <= high and not (above and value == low)

        return fit

    return fits


def _fits_text(node):
    low, high = node.low or 0, node.high or math.inf
    return lambda value: type(value) is str and low <= len(value) <= high


FITS = {
    "object": _fits_object,
    "map": _fits_map,
    "list": _fits_list,
    "set": _fits_set,
    "one of": _fits_one_of,
    "text": _fits_text,
    "yes/no": lambda node: lambda value: type(value) is bool,
    "number": _fits_number(int, float),
    "whole": _fits_number(int),
    "date": lambda node: lambda value: type(value) is str and day_of(value) is not None,
}
