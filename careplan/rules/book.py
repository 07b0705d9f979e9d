"""The rule book: everything under data/, read once, checked, and refused where it is incomplete.

A rule is data with an owner: id, title, severity, condition, wording for the clinician, wording
for the patient (or `false`, on purpose), sources with year and section, confidence (C, K or A of
the specification), author, checker (empty until a named clinician has checked it), review date.
"""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from careplan.rules import facts, intake, lists, measures, renal, scores, steps  # noqa: F401  (they register facts)
from careplan.rules.conditions import BadCondition, compares, read
from careplan.rules.drug_names import REACTION, Drugs
from careplan.rules.entries import (
    Card,
    Code,
    Definition,
    Exercise,
    Level,
    Question,
    RedFlag,
    Rule,
    Source,
    Template,
)

DATA = Path(__file__).parent / "data"
BOOK_VERSION = "2026.11.1"
RULE_FILES = ("red_flags", "pain_types", "program", "medication", "follow_up")
DRUGS = (
    "ibuprofen",
    "naproxen",
    "cyclobenzaprine",
    "gabapentin",
    "duloxetine",
    "opioid",
    "omeprazole",
)
SEVERITIES = ("emergency", "urgent", "stop", "caution", "info")
EFFECTS = ("avoid", "not_yet", "prescriber_only", "caution", "note")
ID = re.compile(r"^[A-Z]+(-[A-Z]+)?-[0-9]+[A-Z]?$")
MUST = (
    "id",
    "title",
    "severity",
    "condition",
    "message",
    "patient_message",
    "sources",
    "confidence",
    "author",
    "checker",
    "review",
)


class BadBook(ValueError):
    """The rule book cannot be used; the message names every fault."""


@dataclass
class Book:
    """The whole book; see the fields."""

    version: str = BOOK_VERSION
    sources: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    drugs: Drugs = None
    class_names: dict = field(default_factory=dict)
    definitions: dict = field(default_factory=dict)
    rules: dict = field(default_factory=dict)
    red_flags: dict = field(default_factory=dict)
    questions: dict = field(default_factory=dict)
    steps: dict = field(default_factory=dict)
    check_in: dict = field(default_factory=dict)
    exercises: dict = field(default_factory=dict)
    templates: dict = field(default_factory=dict)
    stop_codes: dict = field(default_factory=dict)
    self_care: dict = field(default_factory=dict)
    follow_ups: dict = field(default_factory=dict)
    due: dict = field(default_factory=dict)
    program: dict = field(default_factory=dict)

    def allergens(self, text):
        """Ingredients and classes that an allergy in free words speaks of; none: not known.

        "Ibuprofen (hives)" and "rash with NSAIDs" are read part by part.
        """
        found = set()
        for part in (text, *REACTION.split(text)):
            found |= self.class_names.get(part.lower().strip(), set())
            for ingredient in self.drugs.ingredients_of(part):
                found |= self.drugs.classes_of(ingredient)
        return found

    @property
    def core_flags(self):
        """The red flags that every intake must answer, in the order of the form."""
        return [row for row in self.red_flags.values() if row.core]

    def drug_rules(self, drug):
        """The rules that judge one drug, in the order of the file."""
        return self._by_drug[drug]

    def other_rules(self):
        """The rules that judge no single drug."""
        return self._general

    def sentence(self, condition):
        """A condition in plain English."""
        return condition.sentence(lambda name: facts.label(self, name))


@cache
def book():
    """The book, read and checked on first use. Raises BadBook with every fault."""
    return load(DATA)


def load(folder):
    """Read a book from a folder of TOML files. Raises BadBook with every fault."""
    faults = []
    found = Book()
    read_tables(found, folder)
    for name in RULE_FILES:
        _read_rules(found, name, _toml(folder, name), faults)
    _check_names(found, faults)
    if faults:
        raise BadBook("\n".join(faults))
    found._by_drug = {
        drug: tuple(rule for rule in found.rules.values() if drug in rule.drugs) for drug in DRUGS
    }
    found._general = tuple(rule for rule in found.rules.values() if not rule.drugs)
    return found


def _toml(folder, name):
    return tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))


def read_tables(found, folder):
    """Sources, codes, drugs, definitions, flags, exercises, forms and cards."""
    found.sources = {key: Source(key, **raw) for key, raw in _toml(folder, "sources").items()}
    found.codes = {
        table: {code: Code(code, *words) for code, words in rows.items()}
        for table, rows in intake.codes().items()
    }
    found.drugs = Drugs(_toml(folder, "drugs"))
    found.class_names = _class_names(found.drugs)
    found.definitions = {
        raw["id"]: Definition(raw["id"], raw["label"], read(raw["condition"]), raw["source"])
        for raw in _toml(folder, "definitions")["definition"]
    }
    found.red_flags = {raw["code"]: _red_flag(raw) for raw in _toml(folder, "red_flags")["flag"]}
    _read_exercises(found, _toml(folder, "exercises"))
    _read_forms(found, _toml(folder, "questions"))
    for raw in _toml(folder, "self_care")["card"]:
        raw["condition"] = read(raw["condition"]) if "condition" in raw else None
        found.self_care[raw["code"]] = Card(**raw)
    follow_up = _toml(folder, "follow_up")
    found.follow_ups, found.due = follow_up["kind"], follow_up["due"]
    found.program = _toml(folder, "program")["shape"]


def _class_names(drugs):
    """Words an allergy may be written in that name a class, such as "NSAIDs"."""
    words = {
        "nsaid": (
            "nsaid",
            "nsaids",
            "antiinflammatory",
            "antiinflammatories",
            "anti inflammatories",
            "non-steroidal anti-inflammatory",
            "nonsteroidal anti-inflammatory",
            "anti-inflammatory",
            "anti-inflammatories",
        ),
        "aspirin": ("salicylate", "salicylates"),
        "gabapentinoid": ("gabapentinoid", "gabapentinoids"),
        "muscle_relaxant": ("muscle relaxant", "muscle relaxants"),
        "opioid": ("opioid", "opioids", "opiates"),
        "ssri": ("ssri", "ssris"),
        "snri": ("snri", "snris"),
        "ppi": ("ppi", "ppis", "proton pump inhibitor", "proton-pump inhibitors"),
        "tca": ("tricyclics", "tricyclic antidepressants"),
    }
    return {word: {code, *drugs.members[code]} for code, names in words.items() for word in names}


def _red_flag(raw):
    return RedFlag(
        code=raw["code"],
        rule=raw["rule"],
        core="applies" not in raw,
        emergency=raw.get("emergency", False),
        emergency_with=tuple(raw.get("emergency_with", ())),
        effects=tuple(tuple(one) for one in raw.get("effects", ())),
        applies=read(raw["applies"]) if "applies" in raw else None,
    )


def minutes_of(sets, reps, hold_s, s_per_rep, rest_s, sides):
    """Minutes of an exercise, rounded up to a half: work of every set and side, and rests."""
    blocks = sets * sides
    seconds = blocks * reps * (hold_s + s_per_rep) + (blocks - 1) * rest_s
    return -(-seconds // 30) / 2


def _read_exercises(found, raw):
    found.stop_codes = {
        code: (words[0], read(words[1])) for code, words in raw["stop_codes"].items()
    }
    for row in raw["exercise"]:
        dose = dict(
            zip(
                ("sets", "reps", "hold_s", "s_per_rep", "rest_s", "sides"),
                row.pop("dose"),
                strict=True,
            )
        )
        row["steps"] = tuple(row["steps"])
        row["stops"] = tuple(row.get("stops", ()))
        row["cautions"] = tuple(tuple(one) for one in row.get("cautions", ()))
        for way in ("easier", "harder"):
            code = row[way].partition(" ")[0].rstrip(",;")
            row[f"{way}_code"] = code if re.fullmatch(r"[A-Z]{3}-\d\d", code) else ""
        found.exercises[row["code"]] = Exercise(**row, **dose, minutes=minutes_of(**dose))
    for row in raw["template"]:
        row["items"], row["aerobic"] = tuple(row["items"]), tuple(row.get("aerobic", ()))
        found.templates[row["code"]] = Template(**row)


def _read_forms(found, raw):
    found.steps = raw["step"]
    for form, questions in (("questions", raw["question"]), ("check_in", raw["check_in"])):
        table = getattr(found, form)
        for row in questions:
            row["choices"] = _choices(found, row.get("choices", ()))
            row["rules"] = tuple(row.get("rules", ()))
            row["applies"] = read(row["applies"]) if "applies" in row else None
            table[row["id"]] = Question(**row)


def _choices(found, raw):
    """(value, staff label, patient label) of each choice; `codes:NAME` takes a table of codes."""
    if isinstance(raw, str):
        return tuple((c.code, c.label, c.plain) for c in found.codes[raw[6:]].values())
    return tuple((one[0], one[1], one[-1]) for one in raw)


def _read_rules(found, name, raw, faults):
    defaults = raw.get("defaults", {})
    for row in raw.get("rule", ()):
        row = {**defaults, **row}
        where = f"{name}.toml {row.get('id', '(no id)')}"
        try:
            rule = _rule(found, name, row)
        except (BadCondition, ValueError, KeyError) as fault:
            faults.append(f"{where}: {fault}")
            continue
        if rule.id in found.rules:
            faults.append(f"{where}: the id is used twice.")
        found.rules[rule.id] = rule


def _rule(found, name, row):
    levels = [{**row, **level} for level in row.get("level", [{}])]
    drugs = tuple(row.get("drugs", ()))
    absent = sorted({key for level in levels for key in MUST if key not in level})
    if absent:
        raise ValueError(f"lacks {', '.join(absent)}.")
    if not ID.match(row["id"]) or row["confidence"] not in ("C", "K", "A"):
        raise ValueError("has an id or a confidence that is not allowed.")
    if not isinstance(row["review"], date):
        raise ValueError("needs a review date.")
    return Rule(
        id=row["id"],
        title=row["title"],
        levels=tuple(_level(level, drugs[0] if drugs else "") for level in levels),
        sources=tuple(_source(found, text) for text in row["sources"]),
        confidence=row["confidence"],
        author=row["author"],
        checker=row["checker"],
        review=row["review"],
        drugs=drugs,
        by_drug={
            drug: tuple(_level(one, drug) for one in levels if drug in one.get("drugs", ()))
            for drug in drugs
        },
        quiet=row.get("quiet", False),
        file=name,
    )


def _about(raw, drug):
    """A condition in which `{drug}` stands for the drug that the rule judges."""
    if isinstance(raw, str):
        return raw.replace("{drug}", drug)
    if isinstance(raw, dict):
        return {key: _about(value, drug) for key, value in raw.items()}
    return [_about(value, drug) for value in raw] if isinstance(raw, list) else raw


def _level(row, drug):
    wording = row["patient_message"]
    if wording is True or wording == "" or not row["message"]:
        raise ValueError("needs wording, or `patient_message = false` where patients see none.")
    if row["severity"] not in SEVERITIES or row.get("effect", "note") not in EFFECTS:
        raise ValueError(f"has severity {row['severity']!r} or effect {row.get('effect')!r}.")
    return Level(
        severity=row["severity"],
        condition=read(_about(row["condition"], drug)),
        message=row["message"].replace("{drug}", drug),
        patient_message=wording or None,
        effect=row.get("effect"),
        refer=tuple(row.get("refer", ())),
        follow_up=tuple(row.get("follow_up", ())),
        with_drugs=tuple(row.get("with", ())),
        max_days=row.get("max_days"),
        drugs=tuple(row.get("drugs", ())),
    )


def _source(found, text):
    """ "acp-2017#recommendation 2" -> "Title, 2017, recommendation 2"; both halves must be there."""
    key, _, section = text.partition("#")
    if key not in found.sources or not section:
        raise ValueError(f"names the source {text!r}; it needs a known key and a #section.")
    source = found.sources[key]
    return f"{source.title}, {source.year}, {section}"


def _check_names(found, faults):
    """Every fact that a condition or a message speaks of exists, with its own unit."""
    for where, condition in _conditions(found):
        for name in condition.names():
            if not facts.is_known(found, name):
                faults.append(f"{where}: there is no fact {name!r}.")
                continue
        for one in compares(condition):
            if facts.is_known(found, one.name) and facts.unit(one.name) != one.unit:
                unit = facts.unit(one.name)
                faults.append(f"{where}: {one.name} is in {unit!r}, not in {one.unit!r}.")
    for rule in found.rules.values():
        for level in rule.levels:
            for name in facts.HOLE.findall(level.message + (level.patient_message or "")):
                if not facts.is_known(found, name):
                    faults.append(
                        f"{rule.file}.toml {rule.id}: the message names no fact {name!r}."
                    )


def _conditions(found):
    for rule in found.rules.values():
        for level in [*rule.levels, *(one for many in rule.by_drug.values() for one in many)]:
            yield f"{rule.file}.toml {rule.id}", level.condition
    named = {**found.definitions, **found.questions, **found.check_in, **found.self_care}
    for key, row in named.items():
        condition = getattr(row, "condition", None) or getattr(row, "applies", None)
        if condition is not None:
            yield key, condition
    for code, (_, condition) in found.stop_codes.items():
        yield f"exercises.toml {code}", condition
    for row in found.red_flags.values():
        if row.applies is not None:
            yield f"red_flags.toml {row.code}", row.applies
