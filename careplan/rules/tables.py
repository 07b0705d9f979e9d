"""The tables of the book beside its rules: sources, codes, drugs, forms, exercises and cards."""

import re

from careplan.rules import intake
from careplan.rules.conditions import read
from careplan.rules.drug_names import Drugs
from careplan.rules.entries import (
    Card,
    Code,
    Definition,
    Exercise,
    Question,
    RedFlag,
    Source,
    Subject,
    Template,
)


def read_tables(found, files):
    """Sources, codes, drugs, definitions, flags, exercises, forms and cards, from parsed files."""
    found.sources = {key: Source(key, **raw) for key, raw in files["sources"].items()}
    found.subjects = {name: Subject(name, **raw) for name, raw in files["subjects"].items()}
    found.codes = {
        table: {code: Code(code, *words) for code, words in rows.items()}
        for table, rows in intake.codes().items()
    }
    found.drugs = Drugs(files["drugs"])
    found.class_names = _class_names(found.drugs)
    found.definitions = {
        raw["id"]: Definition(**{**raw, "condition": read(raw["condition"])})
        for raw in files["definitions"]["definition"]
    }
    found.red_flags = {raw["code"]: _red_flag(raw) for raw in files["red_flags"]["flag"]}
    _read_exercises(found, files["exercises"])
    _read_forms(found, files["questions"])
    for raw in files["self_care"]["card"]:
        raw["condition"] = read(raw["condition"]) if "condition" in raw else None
        found.self_care[raw["code"]] = Card(**raw)
    follow_up = files["follow_up"]
    found.follow_ups, found.due = follow_up["kind"], follow_up["due"]
    found.program = files["program"]["shape"]


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
