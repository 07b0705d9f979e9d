"""Facts derived from one intake: yes, no or unknown, or a number with a unit; never a guess.

`facts[name]` is the value (None: unknown). `facts.why(name)` tells which places of the intake it
comes from, `facts.missing(name)` which places would make it known, `facts.show(name)` how a
sentence says it. A number in `facts.expired` is too old or undated: see `conditions.Compare`.

Plain facts are registered by `measures.py` and `renal.py`. Families answer for a whole table of
codes: `flags.fever`, `conditions.asthma`, `takes.opioid`.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from careplan.rules.families import FAMILIES, ONE_BY_ONE
from careplan.rules.flags import Flags
from careplan.rules.intake import read_date
from careplan.rules.medicines import Medicines


@dataclass(frozen=True, slots=True)
class Fact:
    """One derived fact: how it is said, its unit, where it comes from, how it is computed.

    `ask` tells which places to fill where it is unknown; without it that is the first path.
    `rows` tells which medicines it was read from; `subjects`, about which records it can be asked.
    `days` are the paths of the day of a measured value, its own before that of all.
    """

    label: str
    unit: str
    paths: tuple
    value: object
    ask: object = None
    rows: object = None
    subjects: tuple = ("intake",)
    days: tuple = ()


PLAIN = {}
DAY = re.compile(r"[/_]on$")  # a place of the day of a measured value; "/labs/on" is of them all
HOLE = re.compile(r"\{([a-zA-Z0-9_.]+)\}")  # a fact named in a message


def fact(label, *paths, unit="", ask=None, rows=None, subject="intake"):
    """Register a function of Facts as the fact of its name; each name belongs to one function.

    `subject`: the kind of record that it is a fact about, or a tuple of them.
    """
    subjects = (subject,) if isinstance(subject, str) else tuple(subject)

    def register(function):
        name = function.__name__
        if name in PLAIN:
            raise ValueError(f"There is already a fact {name!r}.")
        PLAIN[name] = Fact(label, unit, paths, function, ask, rows, subjects, _days(paths))
        return function

    return register


def _days(paths):
    """The paths of days in the section of the first path; "/labs/on", the day of all, is last."""
    section = paths[0].rpartition("/")[0] if paths else ""
    days = [path for path in paths if DAY.search(path) and path.startswith(section)]
    return tuple(sorted(days, key=lambda path: path.endswith("/on")))


class Facts(dict):
    """The facts of one checked intake, each computed when first asked for."""

    def __init__(self, intake, book):
        super().__init__()
        self.intake, self.book = intake, book
        self.as_of = read_date(intake["as_of"])
        self.expired = set()
        self.reasons, self.pointers, self._why, self._shown = {}, {}, {}, {}  # found so far
        self.flags = Flags(intake, book.red_flags, self.as_of, book.limits)
        self.medicines = Medicines(intake, book.drugs, self.as_of, book.limits)
        self.conditions = set(intake.get("conditions", ()))
        self.conditions_known = bool(intake.get("conditions_complete"))
        self.features = intake.get("episode", {}).get("features", {})
        self._answer_tables()

    def _answer_tables(self):
        """What the intake says of whole tables of codes, and of what it does not speak."""
        book, none_listed = self.book, self.medicines.answer(())
        self.update(book.blank(False if self.conditions_known else None, none_listed))
        for names, said in book.tables:
            for code, answer in said(self).items():
                if code in names:
                    self[names[code]] = answer

    def __missing__(self, name):
        self[name] = value = self.book.functions[name](self)
        return value

    def at(self, path):
        """The value at a JSON pointer of the intake, or None."""
        value = self.intake
        for step in _steps(path):
            if type(value) is not list:
                value = value.get(step)
            else:
                value = value[int(step)] if int(step) < len(value) else None
            if value is None:
                return None
        return value

    def why(self, name):
        """Path -> value of what this fact was read from; a derived number adds itself."""
        found = self._why.get(name)
        if found is None:
            found = self._why[name] = self._read_from(name)
        return found

    def _read_from(self, name):
        prefix, dot, rest = name.partition(".")
        if dot:
            return FAMILIES[prefix].why(self, rest)
        plain = PLAIN[name]
        if plain.rows:
            because = {row.path: row.drug for row in plain.rows(self)}
        else:
            because = {}
            for path in plain.paths:
                value = self.at(path)
                if value is not None:
                    because[path] = value
        if len(because) != 1 or plain.unit:
            because[name] = self.show(name) + self._dated(plain)
        return because

    def _dated(self, plain):
        """ " of 2026-10-01", for a number that was measured on a day."""
        for path in plain.days if plain.unit else ():
            told = self.at(path)
            if told:
                return f" of {told}"
        return ""

    def missing(self, name):
        """Pointers to what would make this fact known."""
        prefix, dot, rest = name.partition(".")
        if dot:
            return FAMILIES[prefix].missing(self, rest)
        plain = PLAIN[name]
        return plain.ask(self) if plain.ask else list(plain.paths[:1])

    def show(self, name):
        """The value as a sentence says it, with its unit."""
        told = self._shown.get(name)
        if told is None:
            told = self._shown[name] = self._said(name)
        return told

    def _said(self, name):
        prefix, dot, rest = name.partition(".")
        return FAMILIES[prefix].show(self, rest) if dot else _said(self[name], PLAIN[name].unit)

    def days_since(self, text):
        return (self.as_of - read_date(text)).days

    def fresh(self, on, months):
        """Whether a dated value is at most so many months old; undated is not."""
        return on is not None and not self.older(on, months)

    def older(self, on, months):
        return add_months(read_date(on), months) < self.as_of

    def number(self, path, on, months, name):
        """A measured number, marked as expired where it is undated or too old (D-15)."""
        value = self.at(path)
        if value is not None and not self.fresh(on, months):
            self.expired.add(name)
        return value


@lru_cache(maxsize=4096)
def _steps(path):
    return tuple(path[1:].split("/"))


class Functions(dict):
    """Name of a fact -> the function of Facts that answers, each made when first asked for."""

    def __init__(self, book):
        super().__init__()
        self._book = book

    def __missing__(self, name):
        self[name] = found = self._function(name)
        return found

    def _function(self, name):
        prefix, dot, code = name.partition(".")
        if not dot:
            return PLAIN[name].value
        if prefix == "is":
            return self._book.definitions[code].condition.truth
        value = FAMILIES[prefix].value
        return lambda facts: value(facts, code)


def blank_tables(book, names):
    """(what an intake that speaks of nothing answers, [({code: name}, said)]) for `Facts`.

    The answers of a condition and of a drug depend on whether its list is complete: they are given
    for each `(conditions, medicines)` answer.
    """
    tables = {}
    for name in names:
        prefix, dot, code = name.partition(".")
        if dot and FAMILIES[prefix].unsaid is not ONE_BY_ONE:
            tables.setdefault(prefix, {})[code] = name
    blanks = {
        (conditions, medicines): {
            name: _unsaid(book, prefix, code, {"conditions": conditions, "medicines": medicines})
            for prefix, codes in tables.items()
            for code, name in codes.items()
        }
        for conditions in (False, None)
        for medicines in (False, None)
    }
    return blanks, [(codes, FAMILIES[prefix].said) for prefix, codes in tables.items()]


def _unsaid(book, prefix, code, lists):
    """A red flag that nobody asked is not known; a qualifier that is missing is a no."""
    unsaid = FAMILIES[prefix].unsaid
    if unsaid == "flags":
        return None if code in book.red_flags else False
    return lists[unsaid] if isinstance(unsaid, str) else unsaid


def _said(value, unit):
    if value is None:
        return "not known"
    if type(value) is bool:
        return "yes" if value else "no"
    text = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
    return f"{text} {unit}" if unit else text.strip()


def capital(text):
    """A sentence with a capital letter; a fact at its start may be said without one."""
    return text[:1].upper() + text[1:]


def add_months(day, months):
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def label(book, name):
    """How a sentence names a fact."""
    prefix, dot, rest = name.partition(".")
    return FAMILIES[prefix].label(book, rest) if dot else PLAIN[name].label


def unit(name):
    """The unit of a fact; facts that are not numbers have none."""
    prefix, dot, _ = name.partition(".")
    if dot:
        return {"besides": "drugs", "days_on": "days"}.get(prefix, "")
    return PLAIN[name].unit


def subjects(book, name):
    """The kinds of record that a known fact is about."""
    prefix, dot, rest = name.partition(".")
    if not dot:
        return PLAIN[name].subjects
    tables = {"is": book.definitions, "rule": book.rules}
    return (tables[prefix][rest].subject,) if prefix in tables else ("intake",)


def is_known(book, name):
    """Whether a rule may use this fact."""
    prefix, dot, rest = name.partition(".")
    if not dot:
        return name in PLAIN
    return prefix in FAMILIES and FAMILIES[prefix].known(book, rest)
