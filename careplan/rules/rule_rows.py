"""One row of a rule file becomes a Rule, or is refused with a sentence."""

import re
from datetime import date

from careplan.rules.conditions import read
from careplan.rules.entries import Level, Rule

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


def read_rule(found, name, row):
    """The Rule of one row of a file. Raises ValueError or BadCondition with a sentence."""
    levels = [{**row, **level} for level in row.get("level", [{}])]
    drugs = tuple(row.get("drugs", ()))
    absent = sorted({key for level in levels for key in MUST if key not in level})
    if absent:
        raise ValueError(f"lacks {', '.join(absent)}.")
    if not ID.match(row["id"]) or row["confidence"] not in ("C", "K", "A"):
        raise ValueError("has an id or a confidence that is not allowed.")
    if not isinstance(row["review"], date):
        raise ValueError("needs a review date.")
    if row.get("subject", "intake") not in found.subjects:
        raise ValueError(f"has the subject {row['subject']!r}, which subjects.toml does not name.")
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
        subject=row.get("subject", "intake"),
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
