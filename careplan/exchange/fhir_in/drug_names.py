"""A medicine as the record names it -> ingredients, strength, route.

Names are read, not guessed: what is not a known ingredient stays as written. The strength is per tablet or capsule;
per millilitre, per hour or per puff it is no dose.
"""

import re
from dataclasses import dataclass

from careplan.exchange import codings

BRAND = re.compile(r"\[[^\]]*\]|\([^)]*\)")
LEAD = re.compile(r"^\s*(NDA\d+\s+)?(\d[\d.]*\s*(HR|ML|ACTUAT)\s+)?", re.IGNORECASE)
STRENGTH = re.compile(
    r"\s+(\d[\d.]*)\s*(MG|MCG|UG|G|UNT|ML|%)\b(\s*/\s*(ML|HR|ACTUAT|MG|G)\b)?", re.IGNORECASE
)
BETWEEN = re.compile(r"\s+/\s+|\s*\(&\)\s*|\s*[&+]\s*|\s+and\s+|\s+with\s+|(?<=[a-z])/(?=[A-Za-z])")
WORDS = re.compile(r"[A-Za-z]+")
MILLIGRAMS = {"MG": 1, "MCG": 0.001, "UG": 0.001, "G": 1000}
LONGEST_NAME = 80

# First match wins: a "Transdermal System" is a patch before it is anything else.
ROUTES = (
    ("patch", re.compile(r"patch|transdermal", re.IGNORECASE)),
    ("topical", re.compile(r"topical|cream|ointment|\bgel\b|lotion", re.IGNORECASE)),
    ("injection", re.compile(r"inject|prefilled|syringe|infusion", re.IGNORECASE)),
    (
        "other",
        re.compile(
            r"inhal|nasal|ophthalm|intrauterine|sublingual|rectal|vaginal|actuat", re.IGNORECASE
        ),
    ),
    ("oral", re.compile(r"\boral\b|tablet|capsule|chewable", re.IGNORECASE)),
)


@dataclass(frozen=True)
class DrugName:
    """`drug`: for the intake. `mg`: of one tablet, None where there is no such thing. `route`: of the contract or ""."""

    drug: str
    known: bool
    mg: float | None
    mcg_per_hour: float | None
    route: str


def read_drug_name(names: list[str], rxnorm: str = "") -> DrugName:
    """The first of the record's names that is known whole, else the first as written.

    An RxNorm code that stands for an ingredient goes before all names.
    """
    ingredient = codings.ingredient(rxnorm)
    for written in names:
        parts = [part for part in BETWEEN.split(written) if part.strip()]
        found = (
            [ingredient] if ingredient else [codings.medicine(_ingredient(part)) for part in parts]
        )
        drug = " / ".join(dict.fromkeys(found))
        if found and all(found) and len(drug) <= LONGEST_NAME:
            return _drug_name(written, drug, True, len(parts) == 1)
    written = next(iter(names), "")
    return _drug_name(written, written, False, not BETWEEN.search(written))


def _drug_name(written: str, drug: str, known: bool, single: bool) -> DrugName:
    return DrugName(
        drug=drug[:LONGEST_NAME].strip(),
        known=known,
        mg=_milligrams(written) if single else None,
        mcg_per_hour=_per_hour(written) if single else None,
        route=next((route for route, pattern in ROUTES if pattern.search(written)), ""),
    )


def _ingredient(part: str) -> str:
    """What stands before the strength; "" where something besides a form stands after it."""
    bare = LEAD.sub("", BRAND.sub(" ", part)).strip()
    found = STRENGTH.search(f" {bare}")
    if not found:
        return " ".join(word for word in bare.split() if not codings.is_form(word))
    if not all(codings.is_form(word) for word in WORDS.findall(f" {bare}"[found.end() :])):
        return ""
    return f" {bare}"[: found.start()].strip(" ,")


def _strength(written: str):
    return STRENGTH.search(f" {LEAD.sub('', written)}")


def _milligrams(written: str) -> float | None:
    found = _strength(written)
    factor = MILLIGRAMS.get(found[2].upper()) if found and not found[3] else None
    return _positive(found[1], factor) if factor else None


def _per_hour(written: str) -> float | None:
    found = _strength(written)
    hourly = found and (found[4] or "").upper() == "HR" and found[2].upper() in MILLIGRAMS
    return _positive(found[1], MILLIGRAMS[found[2].upper()] * 1000) if hourly else None


def _positive(digits: str, factor: float) -> float | None:
    try:
        amount = round(float(digits) * factor, 6)
    except ValueError:  # "1.2.3"
        return None
    return amount if 0 < amount < 1_000_000 else None
