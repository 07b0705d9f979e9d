"""A FHIR R4 Bundle about one person -> a proposal for the register and the intake.

A pure map: no network, no database, no clock. The proposal says what was understood, what was not and why, what is too
old to rest on and what contradicts itself. Red flags are never filled in, and an absent list stays unknown.
"""

from datetime import date

from careplan.exchange.fhir_in.allergies import read_allergies
from careplan.exchange.fhir_in.conditions import read_conditions, report_ended
from careplan.exchange.fhir_in.document import MAX_BYTES, MORE_PAGES, Found, read_document
from careplan.exchange.fhir_in.filling import fill_measurements
from careplan.exchange.fhir_in.measurements import read_measurements, report_unread
from careplan.exchange.fhir_in.medicines import read_medicines, report_refuted
from careplan.exchange.fhir_in.person import read_person
from careplan.exchange.fhir_in.proposal import (
    BundleRefused,
    Conflict,
    Notebook,
    NotUnderstood,
    Proposal,
    Stale,
    Understood,
    counted,
)
from careplan.exchange.fhir_in.resources import readable

__all__ = [
    "MAX_BYTES",
    "BundleRefused",
    "Conflict",
    "NotUnderstood",
    "Proposal",
    "Stale",
    "Understood",
    "read_bundle",
]


def read_bundle(data: bytes, *, as_of: date) -> Proposal:
    """Read one Bundle as of a day. Raises BundleRefused where the file as a whole cannot be used."""
    found = read_document(data)
    notebook = Notebook(as_of=as_of)
    if found[-1].kind == MORE_PAGES:
        why = "The record goes on in further pages that are not here. Export it whole, or ask for what is missing."
        notebook.miss(found.pop().path, "This file is only a part of the record", why)
    kept = readable(found, notebook)
    patient = next(item for item in found if item.kind == "Patient")
    read_person(next((item for item in kept if item.kind == "Patient"), patient), patient, notebook)
    read_conditions(_of(kept, "Condition"), notebook)
    read_medicines(_of(kept, "MedicationRequest", "MedicationStatement", "Medication"), notebook)
    read_allergies(_of(kept, "AllergyIntolerance"), notebook)
    fill_measurements(read_measurements(_of(kept, "Observation"), notebook), notebook)
    report_ended(notebook)
    report_refuted(notebook)
    report_unread(notebook)
    _report_people(notebook)
    _report_types(notebook)
    return notebook.proposal()


def _of(items: list[Found], *kinds: str) -> list[Found]:
    return [item for item in items if item.kind in kinds]


def _report_people(notebook: Notebook) -> None:
    reasons = {
        "other person": "They are about somebody else, or do not say about whom.",
        "focus": "They were measured on somebody or something else, such as an unborn child.",
    }
    for kind, why in reasons.items():
        if rows := notebook.groups.pop(kind, []):
            kinds = ", ".join(dict.fromkeys(name for _, name in rows))
            notebook.miss(
                rows[0][0], f"{kinds}: {counted(len(rows), 'entry', 'entries')} not read", why
            )


def _report_types(notebook: Notebook) -> None:
    for kind, rows in notebook.groups.items():
        if kind.startswith("type "):
            were = "entry was" if len(rows) == 1 else "entries were"
            why = "The import reads the person, conditions, medicines, allergies and measurements."
            notebook.miss(rows[0][0], f"{rows[0][1]}: {len(rows)} {were} not read", why)
