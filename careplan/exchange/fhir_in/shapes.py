"""Reads pieces of FHIR JSON without trusting their shape: a wrong type reads as absent, nothing here raises."""

import math
import re
from dataclasses import dataclass
from datetime import date

from careplan.exchange import codings

DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T.*)?", re.DOTALL)
# "(disorder)" and its like tell SNOMED CT hierarchies apart; they mean nothing to a reader.
SEMANTIC_TAG = re.compile(
    r"\s+\((disorder|finding|situation|substance|organism|procedure|qualifier value|edible)\)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Coding:
    """One code; `system` is our short name ("snomed", "loinc" …) or "" for a system that we do not know."""

    system: str
    code: str
    display: str
    url: str


def text(value, limit: int = 200) -> str:
    """A string on one line, safe to store: no control, surrogate or zero-width characters."""
    if not isinstance(value, str):
        return ""
    cleaned = "".join(c for c in value[: limit * 4] if c.isprintable() or c.isspace())
    return " ".join(cleaned.split())[:limit]


def number(value) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        amount = float(value)
    except OverflowError:
        return None
    return amount if math.isfinite(amount) else None


def dicts(value) -> list[dict]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def part(value, *keys: str) -> dict:
    """The object below these keys, {} where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def day(value) -> date | None:
    """The calendar day of a FHIR date or dateTime, as written there. A year or a month alone is no day."""
    match = DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def codes(concept) -> list[Coding]:
    concept = concept if isinstance(concept, dict) else {}
    return [
        Coding(
            system=codings.system(text(item.get("system"))),
            code=text(item.get("code")),
            display=plain_name(item.get("display")),
            url=text(item.get("system")),
        )
        for item in dicts(concept.get("coding"))
    ]


def code_values(concept) -> list[str]:
    return [coding.code for coding in codes(concept) if coding.code]


def plain_name(value) -> str:
    return SEMANTIC_TAG.sub("", text(value))


def names(concept) -> list[str]:
    """What the record calls it: its text, then its displays, then its codes."""
    found = codes(concept)
    words = plain_name(concept.get("text")) if isinstance(concept, dict) else ""
    return list(filter(None, [words, *(c.display for c in found)])) or [
        c.code for c in found if c.code
    ]


def name(concept) -> str:
    return next(iter(names(concept)), "")


def figure(amount: float, places: int = 1) -> str:
    """A number as people write it: 82.2, 140, 0.85."""
    return (
        f"{round(amount, places):.{places}f}".rstrip("0").rstrip(".") if places else f"{amount:.0f}"
    )
