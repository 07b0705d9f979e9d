"""Which resources may be read: valid enough, and about this person.

Each resource is held against the R4B model on its own. A part that is wrong and that the import does not use is left
out and reported, and the rest of the resource is kept: a medicine must not vanish because its category is a list too
few. A wrong part that carries meaning makes the resource unread.
"""

from importlib import import_module

from careplan.exchange.fhir_in.document import Found
from careplan.exchange.fhir_in.proposal import Notebook
from careplan.exchange.fhir_in.shapes import dicts, part, text

# What the readers rest on. A mistake in one of these may change the meaning of all the rest.
ESSENTIAL = {
    "Patient": frozenset(),
    "Condition": frozenset(
        [
            "clinicalStatus",
            "verificationStatus",
            "code",
            "subject",
            "onsetDateTime",
            "onsetPeriod",
            "abatementDateTime",
        ]
    ),
    "AllergyIntolerance": frozenset(["clinicalStatus", "verificationStatus", "code", "patient"]),
    "Observation": frozenset(
        [
            "status",
            "code",
            "subject",
            "focus",
            "effectiveDateTime",
            "effectivePeriod",
            "effectiveInstant",
            "issued",
            "component",
            "valueQuantity",
            "valueCodeableConcept",
            "valueString",
            "valueInteger",
            "valueBoolean",
            "dataAbsentReason",
        ]
    ),
    "MedicationRequest": frozenset(
        [
            "status",
            "intent",
            "doNotPerform",
            "medicationCodeableConcept",
            "medicationReference",
            "subject",
            "authoredOn",
            "dosageInstruction",
            "contained",
        ]
    ),
    "MedicationStatement": frozenset(
        [
            "status",
            "medicationCodeableConcept",
            "medicationReference",
            "subject",
            "effectiveDateTime",
            "effectivePeriod",
            "dosage",
            "contained",
        ]
    ),
    "Medication": frozenset(["code", "status", "ingredient"]),
}
SUBJECT = {"AllergyIntolerance": "patient"}


def readable(found: list[Found], notebook: Notebook) -> list[Found]:
    """The resources that the readers may use, cleaned of wrong parts; everything else is reported."""
    patient = next(item for item in found if item.kind == "Patient")
    kept = []
    for item in found:
        if item.kind not in ESSENTIAL:
            notebook.group(f"type {item.kind}", item.path, item.kind)
        elif (checked := _checked(item, notebook)) and _is_about(checked, patient, notebook):
            kept.append(checked)
    return kept


def _checked(item: Found, notebook: Notebook) -> Found | None:
    if item.data.get("modifierExtension"):
        notebook.miss(
            f"{item.path}/modifierExtension",
            item.kind,
            "It carries an extension that may turn its meaning round, so it was not read. Look it up in the record.",
        )
        return None
    data = dict(item.data)
    for _ in range(10):
        wrong = _wrong_parts(item.kind, data)
        if not wrong:
            return Found(item.path, item.kind, data, item.full_url)
        if not _can_drop(item.kind, data, wrong):
            _report_unread(item, wrong, notebook)
            return None
        for name in wrong:
            _report_dropped(item, name, notebook)
            del data[name]
    return None


def _wrong_parts(kind: str, data: dict) -> dict[str, str]:
    """First-level parts that the model refuses, each with its reason."""
    # Loaded late: the models take a fifth of a second and most requests never need them.
    models = import_module("fhir.resources.R4B")
    pydantic = import_module("pydantic")
    try:
        models.get_fhir_model_class(kind).model_validate(data)
    except pydantic.ValidationError as error:
        return {
            (str(fault["loc"][0]) if fault["loc"] else ""): text(fault["msg"], 120)
            for fault in error.errors(include_url=False, include_context=False)
        }
    except Exception as error:
        # The models' own checks take shapes for granted and may raise anything; the entry is then unread, not the file.
        return {"": text(str(error), 120)}
    return {}


def _can_drop(kind: str, data: dict, wrong: dict[str, str]) -> bool:
    return all(
        name in data and name != "resourceType" and name not in ESSENTIAL[kind] for name in wrong
    )


def _report_dropped(item: Found, name: str, notebook: Notebook) -> None:
    notebook.miss(
        f"{item.path}/{pointer(name)}",
        f"{item.kind}: {text(name, 40)}",
        "This part is not written as FHIR R4 asks; it was left out and the rest of the entry was read.",
    )


def _report_unread(item: Found, wrong: dict[str, str], notebook: Notebook) -> None:
    name, reason = next(iter(wrong.items()))
    where = f"{item.path}/{pointer(name)}" if name in item.data else item.path
    about = f"its part {text(name, 40)}" if name else "it"
    notebook.miss(
        where,
        item.kind,
        f"The entry was not read: {about} is not written as FHIR R4 asks ({reason}). Look it up in the record.",
    )


def pointer(name: str) -> str:
    return text(name, 40).replace("~", "~0").replace("/", "~1")


def _is_about(item: Found, patient: Found, notebook: Notebook) -> bool:
    if item.kind in ("Patient", "Medication"):
        return True
    subject = SUBJECT.get(item.kind, "subject")
    if item.data.get("focus"):
        notebook.group("focus", f"{item.path}/focus", item.kind)
        return False
    reference = text(part(item.data, subject).get("reference"))
    if _points_at(reference, patient):
        return True
    notebook.group("other person", f"{item.path}/{subject}", item.kind)
    return False


def _points_at(reference: str, patient: Found) -> bool:
    if not reference:
        return False
    reference = reference.split("/_history/")[0]
    identity = text(patient.data.get("id"))
    if patient.full_url and reference == patient.full_url:
        return True
    if reference.startswith("Patient?identifier="):
        wanted = reference.removeprefix("Patient?identifier=")
        return wanted in _identifiers(patient)
    return bool(identity) and (
        reference == f"Patient/{identity}" or reference.endswith(f"/Patient/{identity}")
    )


def _identifiers(patient: Found) -> set[str]:
    rows = dicts(patient.data.get("identifier"))
    return {f"{text(row.get('system'))}|{text(row.get('value'))}" for row in rows}
