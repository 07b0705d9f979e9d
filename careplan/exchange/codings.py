"""Codes of other systems -> ours, from careplan/rules/data/codings.toml; medicines from the rule book's own list.

A condition is found by code, never by its name. ICD-10-CM codes match with or without their dot; the longest entry
that fits wins, so an exact code goes before a family of codes.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from careplan.rules.book import book

DATA = Path(__file__).resolve().parent.parent / "rules" / "data" / "codings.toml"

SNOMED = "snomed"
ICD10CM = "icd10cm"
LOINC = "loinc"
RXNORM = "rxnorm"

SYSTEMS = {
    "http://snomed.info/sct": SNOMED,
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "http://hl7.org/fhir/sid/icd-10-cm": ICD10CM,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "http://loinc.org": LOINC,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "http://www.nlm.nih.gov/research/umls/rxnorm": RXNORM,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
}


@dataclass(frozen=True)
class ConditionMeaning:
    """What a condition code of another system means in the intake. `label` is "" where the file's own name is used."""

    label: str
    gives: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    recent_days: int = 0
    pain: str = ""
    factor: str = ""
    ask: str = ""
    past_ask: str = ""
    social: bool = False
    kidney: bool = False
    pregnancy: bool = False


@dataclass(frozen=True)
class ObservationMeaning:
    """A measurement we know; `name` is "" where it is only shown."""

    name: str
    label: str


@cache
def tables() -> dict:
    with DATA.open("rb") as file:
        return tomllib.load(file)


def system(url: str) -> str:
    """Our short name of a code system, "" for one that we do not know."""
    return SYSTEMS.get(url.split("|")[0].rstrip("/"), "")


def condition(system: str, code: str) -> ConditionMeaning | None:
    if system == SNOMED:
        return _conditions()[0].get(code)
    if system == ICD10CM:
        return _icd(_plain(code))
    return None


def observation(system: str, code: str) -> ObservationMeaning | None:
    return _observations().get(code) if system == LOINC else None


def answer(question: str, code: str) -> str:
    """Our word for a coded answer ("yes", "former"), "" where the code is not known."""
    for word, codes in tables()["answers"][question].items():
        if code in codes:
            return word
    return ""


def ingredient(rxnorm: str) -> str:
    """Name of an RxNorm ingredient code, "" for products and unknown codes."""
    return book().drugs.by_rxnorm(rxnorm) or ""


def medicine(name: str) -> str:
    """Ingredients by a name without strength or form, "" where any part of it is not known."""
    name = " ".join(name.lower().split())
    name = tables()["medicines"]["aliases"].get(name, name)
    return " / ".join(book().drugs.ingredients_of(name))


def bears_on_kidneys(ingredient: str) -> bool:
    """True for a medicine with which a creatinine is good for a shorter time (D-33)."""
    drugs = book().drugs
    known = drugs.ingredients_of(ingredient)
    return any("kidney_sensitive" in drugs.classes_of(name) for name in known)


def is_form(word: str) -> bool:
    """True for a word that tells the form of a medicine and cannot be a medicine of its own."""
    return word.lower() in tables()["medicines"]["forms"]


@cache
def _observations() -> dict[str, ObservationMeaning]:
    return {
        code: ObservationMeaning(name=row["name"], label=row["label"])
        for row in tables()["observation"]
        for code in row["loinc"]
    }


@cache
def _conditions() -> tuple[dict, dict, dict]:
    """SNOMED CT codes, exact ICD-10-CM codes, and ICD-10-CM families by their first letters."""
    snomed, exact, families = {}, {}, {}
    for row in tables()["condition"]:
        meaning = _meaning(row)
        for code in row.get("snomed", ()):
            snomed[code] = meaning
        for code in row.get("icd10cm", ()):
            (families if code.endswith("*") else exact)[_plain(code.rstrip("*"))] = meaning
    return snomed, exact, families


def _meaning(row: dict) -> ConditionMeaning:
    values = {key: value for key, value in row.items() if key not in ("snomed", "icd10cm")}
    lists = {key: tuple(values[key]) for key in ("gives", "past", "recent") if key in values}
    return ConditionMeaning(**(values | lists))


def _icd(code: str) -> ConditionMeaning | None:
    _, exact, families = _conditions()
    if code in exact:
        return exact[code]
    starts = (code[:length] for length in range(len(code), 0, -1))
    return next((families[start] for start in starts if start in families), None)


def _plain(code: str) -> str:
    return code.replace(".", "").strip().upper()
