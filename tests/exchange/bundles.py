"""Small FHIR bundles for tests: cut from public synthetic patients, or made here piece by piece."""

import json
from datetime import date
from pathlib import Path

from careplan.exchange.fhir_in import Proposal, read_bundle

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 11, 24)
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ME = {"reference": "Patient/ada"}


def extract(start: str) -> bytes:
    return next(DATA.glob(f"{start}_*.json")).read_bytes()


def read(source: str | dict | bytes, today: date = TODAY) -> Proposal:
    """Read an extract by the start of its name, a bundle as a dict, or bytes."""
    if isinstance(source, str):
        source = extract(source)
    if isinstance(source, dict):
        source = json.dumps(source).encode()
    return read_bundle(source, as_of=today)


def patient(**changes) -> dict:
    person = {
        "resourceType": "Patient",
        "id": "ada",
        "name": [{"family": "Byron", "given": ["Ada"]}],
        "gender": "female",
        "birthDate": "1980-05-17",
    }
    return {key: value for key, value in (person | changes).items() if value is not None}


def bundle(*resources: dict, who: dict | None = None) -> dict:
    entries = [{"resource": resource} for resource in (who or patient(), *resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def concept(code: str = "", text: str = "", system: str = SNOMED, display: str = "") -> dict:
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return ({"coding": [coding]} if code else {}) | ({"text": text} if text else {})


def condition(
    code: str = "", *, status: str = "active", system: str = SNOMED, text: str = "", **more
) -> dict:
    known = {
        "clinicalStatus": concept(
            status, system="http://terminology.hl7.org/CodeSystem/condition-clinical"
        )
    }
    row = {"resourceType": "Condition", "code": concept(code, text, system), "subject": ME}
    return row | (known if status else {}) | more


def observation(
    loinc: str, value=None, unit: str | None = None, on: str | None = "2026-11-01", **more
) -> dict:
    row = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(loinc, system=LOINC),
        "subject": ME,
    }
    if value is not None:
        row["valueQuantity"] = {"value": value} | ({"unit": unit} if unit else {})
    if on:
        row["effectiveDateTime"] = on
    return row | more


def pressure(systolic: float, diastolic: float, on: str = "2026-11-01") -> dict:
    parts = [
        {"code": concept(code, system=LOINC), "valueQuantity": {"value": value, "unit": "mm[Hg]"}}
        for code, value in (("8462-4", diastolic), ("8480-6", systolic))
    ]
    return observation("85354-9", on=on, component=parts)


def order(
    text: str, *, status: str = "active", on: str | None = "2026-11-01", rxnorm: str = "", **more
) -> dict:
    row = {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": concept(rxnorm, text, RXNORM),
        "subject": ME,
    }
    return row | ({"authoredOn": on} if on else {}) | more


def allergy(text: str, *, code: str = "", **more) -> dict:
    return {"resourceType": "AllergyIntolerance", "code": concept(code, text), "patient": ME} | more


def used(proposal: Proposal) -> dict[str, str]:
    """What filled which place of the intake."""
    return {row.used_for: row.value for row in proposal.understood if row.used_for}


def whys(proposal: Proposal) -> str:
    return "\n".join(f"{row.path} | {row.what} | {row.why}" for row in proposal.not_understood)
