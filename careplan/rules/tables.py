"""The tables of the book beside its rules: sources, codes, drugs, forms, exercises and cards.

Each reader fills its part of the book from one parsed file and raises where it cannot; `read_tables`
tells every file that it could not read.
"""

import re

from careplan.rules.conditions import read
from careplan.rules.drug_names import Drugs
from careplan.rules.entries import (
    Card,
    Code,
    Definition,
    Dose,
    Elsewhere,
    Factor,
    Habit,
    Measure,
    Payer,
    Question,
    RedFlag,
    Source,
    Subject,
    Template,
    Way,
    WordPlace,
    Zone,
)
from careplan.rules.exercises import read_exercise
from careplan.rules.intake import joined

WAYS = ("real", "real_single", "worse")
FLARE_AMOUNTS = (
    "rise",
    "half_percent",
    "half_days_least",
    "half_days_most",
    "back_days_least",
    "back_days_most",
    "look",
    "look_soon",
)
FLARE_WORDS = (
    "half",
    "back",
    "walks",
    "heat",
    "counts",
    "steady",
    "unknown",
    "told",
    "better",
)
HELP_WORDS = (
    "help_title",
    "help_if",
    "help_go",
    "help_crisis",
    "help_today",
    "help_print",
    "exercise_care",
)
VERSION = re.compile(r"^\d{4}\.\d{1,2}\.\d+$")


def read_tables(found, files, faults):
    """Fill everything but the rules. A table that cannot be read is a fault that names its file."""
    for name, reader in READERS.items():
        try:
            reader(found, files[name])
        except (AttributeError, LookupError, TypeError, ValueError) as fault:
            what = f"lacks {fault}" if isinstance(fault, KeyError) else str(fault)
            faults.append(f"{name}.toml: cannot be read: {what}")


def _book(found, raw):
    if not VERSION.match(raw["version"]) or not isinstance(raw["title"], str) or not raw["title"]:
        raise ValueError(f"the version {raw['version']!r} is not like 2026.11.2, or no title.")
    found.version, found.title = raw["version"], raw["title"]


def _codes(found, raw):
    found.codes = {
        table: {code: Code(code, *words) for code, words in rows.items()}
        for table, rows in joined(raw).items()
    }
    for table, rows in found.codes.items():
        for code, row in rows.items():
            if not (isinstance(row.label, str) and isinstance(row.plain, str) and row.label):
                raise ValueError(f"{table} {code} needs words for staff and for patients.")


def _subjects(found, raw):
    found.subjects = {name: Subject(name, **row) for name, row in raw.items()}


def _sources(found, raw):
    found.sources = {key: Source(key, **row) for key, row in raw.items()}
    for key, row in found.sources.items():
        if not row.title or not isinstance(row.year, int) or not 1900 <= row.year <= 2100:
            raise ValueError(f"{key} needs a title and a year.")


def _drugs(found, raw):
    found.drugs = Drugs(raw)
    found.class_names = _class_names(found.drugs)


UNITS = (
    "months", "years", "days", "weeks", "C", "a minute", "mmHg", "kg", "kg/m2", "mg/dL", "times", "mg",
    "mg a day", "flares", "percent",
)  # fmt: skip


LIMITS = frozenset(  # every number that a fact is made with
    [
        "aki_ratio",
        "aki_ratio_within",
        "aki_rise",
        "aki_rise_within",
        "aspirin_for_pain",
        "aspirin_low",
        "baseline_review",
        "blood_pressure",
        "creatinine_apart",
        "duloxetine_trial",
        "enough_relief",
        "fast_heart",
        "fever",
        "fluoxetine",
        "gabapentin_trial",
        "high_dose_ibuprofen",
        "high_dose_naproxen",
        "interacts",
        "lab",
        "lab_at_risk",
        "lab_old_age",
        "light",
        "low_systolic",
        "measured_fever",
        "medicine_list",
        "nsaid_run_over",
        "nsaid_trial",
        "nsaid_trial_flares",
        "obese",
        "pregnancy_answer",
        "pregnancy_first_age",
        "pregnancy_last_age",
        "recent_start",
        "steroid_for_months",
        "weight",
    ]
)


def _limits(found, raw):
    """Name -> number. A row says its unit, what it is, which row of the specification it is."""
    for name, row in raw["limit"].items():
        value = row["value"]
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise ValueError(f"{name} has the value {value!r}; it is a number over 0.")
        if row["unit"] not in UNITS or row["confidence"] not in ("C", "K", "A"):
            raise ValueError(f"{name} has a unit or a confidence that is not known.")
        if not row["what"] or not row["row"] or len(row) != 5:
            raise ValueError(f"{name} needs value, unit, what, row and confidence.")
        found.limits[name] = value
    for name in LIMITS - set(found.limits):
        raise ValueError(f"there is no limit {name!r}, which a fact is made with.")


def _doses(found, raw):
    """The dose templates by drug, and the bands of gabapentin. A drug whose last template has
    a condition is refused: it could be left without a dose."""
    found.bands = tuple((row["code"], row["at_least"]) for row in raw["band"])
    for row in raw["dose"]:
        condition = read(row["condition"]) if "condition" in row else None
        steps = tuple(tuple(step) for step in row["steps"])
        for mg, times, days in steps:
            if not (mg > 0 and times > 0 and (days in ("course", "on") or days > 0)):
                raise ValueError(f"{row['drug']} has the step {(mg, times, days)!r}.")
        found.doses.setdefault(row["drug"], []).append(Dose(row["drug"], steps, condition))
    for drug, rows in found.doses.items():
        if rows[-1].condition is not None:
            raise ValueError(f"{drug} has no dose where no condition holds.")


def _definitions(found, raw):
    found.definitions = {
        row["id"]: Definition(**{**row, "condition": read(row["condition"])})
        for row in raw["definition"]
    }


def _red_flags(found, raw):
    found.red_flags = {row["code"]: _red_flag(row) for row in raw["flag"]}
    found.help_words = raw["words"]
    if not all(found.help_words.get(name) for name in HELP_WORDS):
        raise ValueError(f"the words about help are {', '.join(HELP_WORDS)}.")


def _cards(found, raw):
    for row in raw["card"]:
        row["condition"] = read(row["condition"]) if "condition" in row else None
        for name in ("leads_to", "follow_up"):
            row[name] = tuple(row.get(name, ()))
        found.self_care[row["code"]] = Card(**row)
    for row in raw["habit"]:
        found.habits[row["code"]] = Habit(**row)


def _follow_up(found, raw):
    found.follow_ups, found.due = raw["kind"], raw["due"]


def _program(found, raw):
    found.program = raw["shape"]
    for code, row in raw["factor"].items():
        when = read(row["when"]) if "when" in row else None
        found.factors[code] = Factor(
            code, tuple(row.get("components", ())), tuple(row.get("cards", ())), when
        )


def _visits(found, raw):
    found.part_b, found.notice = raw["part_b"], raw["notice"]
    found.payers = {row["code"]: Payer(**row) for row in raw["payer"]}


def _sessions(found, raw):
    """The zones of pain are those that the rules know, from the mildest, each with all its words."""
    found.window = raw["window"]
    found.zones = tuple(Zone(**row) for row in raw["zone"])
    if [zone.code for zone in found.zones] != ["green", "amber", "red"]:
        raise ValueError("the zones are green, amber and red, in this order.")
    if not all(isinstance(words, str) and words for zone in found.zones for words in zone):
        raise ValueError("a zone needs words for pain, above, says and means.")
    _flare(found, raw)


def _flare(found, raw):
    """A flare on the phone (PT-19): its days are whole numbers, and the dose gets smaller."""
    found.flare, found.flare_words = raw["flare"], raw["flare_words"]
    amounts = [found.flare[name] for name in FLARE_AMOUNTS]
    if not all(type(one) is int and one > 0 for one in amounts):
        raise ValueError(f"the flare needs {', '.join(FLARE_AMOUNTS)}: whole numbers over 0.")
    for part in ("half_days", "back_days"):
        if found.flare[f"{part}_least"] > found.flare[f"{part}_most"]:
            raise ValueError(f"the flare has more {part} at least than at most.")
    if found.flare["half_percent"] >= 100:
        raise ValueError("half_percent of the flare is a part of the dose, under 100.")
    if not all(found.flare_words.get(name) for name in FLARE_WORDS):
        raise ValueError(f"the flare needs words: {', '.join(FLARE_WORDS)}.")


def _courses(found, raw):
    """The tasks of a signature: each drug is of the app, each kind and role is known."""
    for row in raw["task"]:
        if row["kind"] not in found.follow_ups or not found.drugs.is_known(row["drug"]):
            raise ValueError(f"has the task {row!r}; its kind or drug is not known.")
    found.monitoring = tuple(raw["task"])


def _notes(found, raw):
    """Flag -> patterns of words; a word is matched from its beginning."""
    found.danger_words = {
        flag: re.compile(r"\b(?:" + "|".join(words) + ")", re.IGNORECASE)
        for flag, words in raw["words"].items()
    }
    found.longest_words = raw["reading"]["longest"]
    found.word_places = tuple(
        WordPlace(row["list"], row.get("key", ""), tuple(row.get("without", ())))
        for row in raw["place"]
    )


def _outcomes(found, raw):
    found.classes = raw["classes"]
    for code, row in raw["measure"].items():
        ways = {name: tuple(Way(**one) for one in row[name]) for name in WAYS if name in row}
        found.measures[code] = Measure(code, **{**row, **ways, "answers": tuple(row["answers"])})


def _elsewhere(found, raw):
    found.elsewhere = {name: Elsewhere(name, **row) for name, row in raw.items()}
    for name, row in found.elsewhere.items():
        if not all(isinstance(one, str) and one for one in (row.lives, row.where, row.test)):
            raise ValueError(f"{name} needs words for lives, where and test.")


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


def _read_exercises(found, raw):
    found.stop_codes = {
        code: (words[0], read(words[1])) for code, words in raw["stop_codes"].items()
    }
    for row in raw["exercise"]:
        found.exercises[row["code"]] = read_exercise(row)
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


READERS = {
    "book": _book,
    "codes": _codes,
    "subjects": _subjects,
    "sources": _sources,
    "drugs": _drugs,
    "definitions": _definitions,
    "limits": _limits,
    "doses": _doses,
    "red_flags": _red_flags,
    "exercises": _read_exercises,
    "questions": _read_forms,
    "self_care": _cards,
    "follow_up": _follow_up,
    "program": _program,
    "visits": _visits,
    "sessions": _sessions,
    "notes": _notes,
    "courses": _courses,
    "outcomes": _outcomes,
    "elsewhere": _elsewhere,
}
