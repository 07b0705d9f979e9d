"""AllergyIntolerance -> allergies by name. A silent record is not a record of no allergies."""

import re

from careplan.exchange import codings
from careplan.exchange.fhir_in.conditions import NOT_MEANT
from careplan.exchange.fhir_in.document import Found
from careplan.exchange.fhir_in.proposal import Conflict, Notebook, Understood
from careplan.exchange.fhir_in.shapes import code_values, day, name, part

AROUND_SUBSTANCE = re.compile(r"^allergy to\s+|\s+allergy$", re.IGNORECASE)


def read_allergies(items: list[Found], notebook: Notebook) -> None:
    none, listed = [], []
    for item in items:
        _read(item, none, listed, notebook)
    if listed:
        notebook.allergies_known = "listed"
        notebook.intake["allergies"] = list(dict.fromkeys(row.label.lower() for row in listed))
    elif none:
        notebook.allergies_known = "none"
        notebook.intake["allergies"] = []
    if none and listed:
        sentence = "The record says that there is no known allergy and also lists some. Ask which is right."
        notebook.conflicts.append(Conflict(sentence, (*none, *listed)))


def _read(
    item: Found, none: list[Understood], listed: list[Understood], notebook: Notebook
) -> None:
    code = part(item.data, "code")
    label = name(code)
    recorded = day(item.data.get("recordedDate"))
    if set(code_values(part(item.data, "verificationStatus"))) & NOT_MEANT:
        notebook.group("refuted", item.path, label)
    elif not label:
        notebook.miss(
            f"{item.path}/code", "Allergy without a name", "The record does not say to what. Ask."
        )
    elif any(codings.answer("no_known_allergy", value) for value in code_values(code)):
        none.append(notebook.note(item.path, "Allergies", label, recorded, "/allergies"))
    elif set(code_values(part(item.data, "clinicalStatus"))) & {"inactive", "resolved"}:
        notebook.note(
            item.path, substance(label), "allergy in the past: ask whether it still holds", recorded
        )
    else:
        listed.append(notebook.note(item.path, substance(label), "allergy", recorded, "/allergies"))


def substance(label: str) -> str:
    """Shellfish allergy -> Shellfish; Allergy to penicillin -> penicillin."""
    return AROUND_SUBSTANCE.sub("", label) or label
