"""The rule book: everything under data/, read once, checked, and refused where it is incomplete.

A rule is data with an owner: id, title, severity, condition, wording for the clinician, wording
for the patient (or `false`, on purpose), sources with year and section, confidence (C, K or A of
the specification), author, checker (empty until a named clinician has checked it), review date.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path

from careplan.rules import (  # noqa: F401  (they register facts)
    courses,
    device,
    facts,
    free_text,
    lists,
    measures,
    person,
    plan_check,
    renal,
    scores,
    sentences,
    session,
    steps,
    taken,
    told,
    visits,
)
from careplan.rules.checks import check_names, check_tables, conditions
from careplan.rules.conditions import judge
from careplan.rules.drug_names import REACTION, Drugs
from careplan.rules.entries import Exercise, Question, RuleFile
from careplan.rules.exercises import minutes_of
from careplan.rules.files import BadBook, parse
from careplan.rules.rule_rows import DRUGS, BadRule, read_rule
from careplan.rules.tables import read_tables

__all__ = [
    "BOOK_VERSION",
    "DATA",
    "DRUGS",
    "BadBook",
    "Book",
    "Exercise",
    "Question",
    "book",
    "load",
    "minutes_of",
]

DATA = Path(__file__).parent / "data"
SHORT = 80  # characters of an allergy that others may have written too
BOOK_VERSION = tomllib.loads((DATA / "book.toml").read_text("utf-8"))["version"]


@dataclass(eq=False)
class Book:
    """The whole book; see the fields."""

    version: str = ""
    title: str = ""
    sources: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    drugs: Drugs = None
    class_names: dict = field(default_factory=dict)
    definitions: dict = field(default_factory=dict)
    limits: dict = field(default_factory=dict)
    bands: tuple = ()
    doses: dict = field(default_factory=dict)
    subjects: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    rules: dict = field(default_factory=dict)
    red_flags: dict = field(default_factory=dict)
    help_words: dict = field(default_factory=dict)  # name -> what patients read about getting help
    questions: dict = field(default_factory=dict)
    steps: dict = field(default_factory=dict)
    check_in: dict = field(default_factory=dict)
    exercises: dict = field(default_factory=dict)
    templates: dict = field(default_factory=dict)
    stop_codes: dict = field(default_factory=dict)
    self_care: dict = field(default_factory=dict)
    habits: dict = field(default_factory=dict)
    follow_ups: dict = field(default_factory=dict)
    due: dict = field(default_factory=dict)
    program: dict = field(default_factory=dict)
    factors: dict = field(default_factory=dict)
    part_b: dict = field(default_factory=dict)
    notice: dict = field(default_factory=dict)
    payers: dict = field(default_factory=dict)
    window: dict = field(default_factory=dict)
    zones: tuple = ()
    flare: dict = field(default_factory=dict)
    flare_words: dict = field(default_factory=dict)
    monitoring: tuple = ()
    measures: dict = field(default_factory=dict)
    core_measures: tuple = ()
    classes: dict = field(default_factory=dict)
    danger_words: dict = field(default_factory=dict)
    longest_words: int = 0
    word_places: tuple = ()
    elsewhere: dict = field(default_factory=dict)

    def allergens(self, text):
        """Ingredients and classes that an allergy in free words speaks of; none: not known.

        "Ibuprofen (hives)" and "rash with NSAIDs" are read part by part.
        """
        return (_remembered if len(text) <= SHORT else _allergens)(self, text)

    @property
    def core_flags(self):
        """The red flags that every intake must answer, in the order of the form."""
        return [row for row in self.red_flags.values() if row.core]

    def rules_of(self, subject):
        """The rules about one kind of record, such as "session", in the order of the files."""
        return self._of.get(subject, ())

    def overdue(self, today):
        """The rules whose review date is past."""
        return [rule for rule in self.rules.values() if rule.review < today]

    @cached_property
    def judges(self):
        """Drug, or None -> function of the facts of an intake: (rule, level) of what fires."""
        levels = {None: [(rule, rule.levels) for rule in self.other_rules()]}
        for drug in DRUGS:
            levels[drug] = [(rule, rule.by_drug[drug]) for rule in self.drug_rules(drug)]
        return {
            about: judge([[(one.condition, (rule, one)) for one in many] for rule, many in rows])
            for about, rows in levels.items()
        }

    def drug_rules(self, drug):
        """The rules about an intake that judge one drug, in the order of the file."""
        return self._by_drug[drug]

    def other_rules(self):
        """The rules about an intake that judge no single drug."""
        return self._general

    def blank(self, conditions, medicines):
        """The answers of an intake that speaks of nothing; see `facts.blank_tables`."""
        return self._blanks[conditions, medicines]

    def sentence(self, condition):
        """A condition in plain English."""
        return sentences.sentence(self.outline(condition))

    def outline(self, condition):
        """A condition as a text, or as (what is asked of its parts, their outlines)."""
        return sentences.outline(condition, lambda name: facts.label(self, name))


def _allergens(found, text):
    spoken = set()
    for part in (text, *REACTION.split(text)):
        spoken |= found.class_names.get(part.lower().strip(), set())
        for ingredient in found.drugs.ingredients_of(part):
            spoken |= found.drugs.classes_of(ingredient)
    return frozenset(spoken)


_remembered = lru_cache(maxsize=4096)(_allergens)


@cache
def book():
    """The book, read and checked on first use. Raises BadBook with every fault."""
    return load(DATA)


def load(folder):
    """Read a book from a folder of TOML files. Raises BadBook with every fault."""
    faults, found, files = [], Book(), parse(folder)
    read_tables(found, files, faults)
    if faults:
        raise BadBook("\n".join(faults))
    for name, raw in files.items():
        if "rule" in raw:
            _read_rules(found, name, raw, faults)
    check_names(found, faults)
    check_tables(found, faults)
    if faults:
        raise BadBook("\n".join(faults))
    _index(found)
    return found


def _index(found):
    names = {
        name for _, subject, one in conditions(found) if subject == "intake" for name in one.names()
    }
    found.functions = facts.Functions(found)
    found._blanks, found.tables = facts.blank_tables(found, sorted(names))
    found.core_measures = tuple(name for name, row in found.measures.items() if row.core)
    rules = found.rules.values()
    found._of = {name: tuple(r for r in rules if r.subject == name) for name in found.subjects}
    about = found._of["intake"]
    found._by_drug = {drug: tuple(rule for rule in about if drug in rule.drugs) for drug in DRUGS}
    found._general = tuple(rule for rule in about if not rule.drugs)


def _read_rules(found, name, raw, faults):
    defaults, about, rows = raw.get("defaults", {}), raw.get("file", {}), raw["rule"]
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in [defaults, *rows]):
        faults.append(f"{name}.toml: rules are [[rule]] tables, with a table [defaults].")
        return
    about = about if isinstance(about, dict) else {}
    if not isinstance(about.get("title"), str) or not about["title"]:
        faults.append(f"{name}.toml: needs a table [file] with a title.")
    found.files[name] = RuleFile(name, about.get("title", name))
    for row in rows:
        where = f"{name}.toml {row.get('id', '(no id)')}"
        try:
            rule = read_rule(found, name, {**defaults, **row})
        except BadRule as refusal:
            faults += [f"{where}: {fault}" for fault in refusal.faults]
            continue
        if rule.id in found.rules:
            faults.append(f"{where}: the id is used twice.")
        found.rules[rule.id] = rule
