"""Uploaded records: find them, find whom they are about, and what they put into an intake."""

import re
from copy import deepcopy

from django.db.models import Q
from django.http import Http404

from careplan.models import RecordImport
from careplan.queries.intake import Prefill, at, pointers, put
from careplan.rules.book import book
from patients.access import Actor
from patients.models import Patient

# Label of a measured value -> where it goes: unit -> place, and the place of its date.
PLACES = {
    "Creatinine": (
        {"mg/dL": "/labs/creatinine_mg_dl", "µmol/L": "/labs/creatinine_umol_l"},
        "/labs/creatinine_on",
    ),
    "eGFR": ({"mL/min/1.73": "/labs/egfr", "mL/min": "/labs/egfr"}, "/labs/egfr_on"),
    "Sodium": ({"mmol/L": "/labs/sodium_mmol_l"}, "/labs/sodium_on"),
    "Weight": ({"kg": "/person/weight_kg"}, "/person/weight_on"),
    "Height": ({"cm": "/person/height_cm"}, ""),
}
SHOWN = re.compile(r"(?P<amount>\d+(?:\.\d+)?)\s(?P<unit>\S+)")
# A value and the day it was measured travel together.
DATED = {
    "/labs/creatinine_on": ("/labs/creatinine_mg_dl", "/labs/creatinine_umol_l"),
    "/labs/previous_on": ("/labs/previous_creatinine_mg_dl",),
    "/labs/egfr_on": ("/labs/egfr",),
    "/labs/sodium_on": ("/labs/sodium_mmol_l",),
    "/labs/alt_on": ("/labs/alt_times_uln",),
    "/person/weight_on": ("/person/weight_kg",),
    "/person/pregnant_on": ("/person/pregnant",),
    "/vitals/on": (
        "/vitals/systolic",
        "/vitals/diastolic",
        "/vitals/heart_rate",
        "/vitals/temperature_c",
    ),
}


def import_of(actor: Actor, pk) -> RecordImport:
    """One upload of the actor's clinic; another clinic's is 404."""
    row = (
        RecordImport.objects.for_clinic(actor.clinic)
        .select_related("clinic", "patient", "uploaded_by")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404("No such import")
    return row


def registered_already(record: RecordImport, person: dict | None = None) -> Patient | None:
    """The patient of the same clinic with the same name and birth date, or the same identifier.
    Other clinics' patients are never looked at."""
    person = record.proposal["person"] | (person or {})
    same = Q()
    for row in person["identifiers"]:
        same |= Q(identifiers__contains=[row])
    if person["birth_date"]:
        same |= Q(
            given_name__iexact=person["given_name"],
            family_name__iexact=person["family_name"],
            birth_date=person["birth_date"],
        )
    if not same:
        return None
    found = Patient.objects.for_clinic(record.clinic).select_related("clinic").filter(same)
    return found.order_by("registered_at").first()


def choices_of(record: RecordImport) -> list[dict]:
    """Conflicts that a person can settle: each value with its place, and the key of the choice.
    The others ("both are kept") are only shown."""
    found = []
    for number, conflict in enumerate(record.proposal["conflicts"]):
        values = [row | {"place": _place(row)} for row in conflict["values"]]
        open_to_choice = not any(row["used_for"] for row in values)
        found.append(
            {
                "key": f"conflict_{number}",
                "sentence": conflict["sentence"],
                "values": values,
                "choose": open_to_choice and all(row["place"] for row in values),
            }
        )
    return found


def _place(row: dict) -> tuple | None:
    """(place, amount, place of the date) of a shown value, None where it only is shown."""
    units, dated = PLACES.get(row["label"], ({}, ""))
    shown = SHOWN.match(row["value"])
    pointer = shown and units.get(shown["unit"])
    return (pointer, float(shown["amount"]), dated) if pointer else None


def prefill(record: RecordImport, chosen: dict | None = None) -> Prefill:
    """What the record puts into an intake. `chosen`: key of a conflict -> number of its value."""
    answers = deepcopy(record.proposal["intake"])
    answers.pop("red_flags", None)
    days = {row["used_for"]: row["date"] for row in record.proposal["understood"]}
    provenance = {
        pointer: {"from": record.file_name, "date": days.get(pointer)}
        for pointer in pointers(answers)
    }
    for name in ("birth_date", "sex"):  # they live on the patient's own row
        answers.get("person", {}).pop(name, None)
        provenance.pop(f"/person/{name}", None)
    for conflict in choices_of(record):
        number = (chosen or {}).get(conflict["key"])
        if conflict["choose"] and number is not None:
            _take(conflict["values"][number], answers, provenance, record.file_name)
    for pointer in ("/conditions", "/medications", "/allergies"):
        if pointer in provenance:
            provenance[pointer]["values"] = _names(at(answers, pointer))
    return Prefill(answers, provenance)


def _take(row: dict, answers: dict, provenance: dict, file_name: str) -> None:
    pointer, amount, dated = row["place"]
    put(answers, pointer, amount)
    provenance[pointer] = {"from": file_name, "date": row["date"]}
    if dated and row["date"]:
        put(answers, dated, row["date"])


def _names(rows: list) -> list[str]:
    return [row["drug"] if isinstance(row, dict) else row for row in rows]


def merged(answers: dict, provenance: dict, new: Prefill) -> Prefill:
    """Existing answers joined by a record's: lists grow, gaps are filled, a measured value gives
    way only to a newer one. What somebody answered without a date stays."""
    result, sources = deepcopy(answers), dict(provenance)
    for dated, places in DATED.items():
        if (at(new.answers, dated) or "") > (at(result, dated) or ""):
            for pointer in (*places, dated):
                put(result, pointer, None)
                sources.pop(pointer, None)
    for pointer in pointers(new.answers):
        value, old = at(new.answers, pointer), at(result, pointer)
        if isinstance(value, list) and old:
            known = {str(name).lower() for name in _names(old)}
            fresh = [
                row
                for row, name in zip(value, _names(value), strict=True)
                if str(name).lower() not in known
            ]
            put(result, pointer, [*old, *fresh])
            sources.update({pointer: new.provenance[pointer]} if fresh else {})
        elif old is None:
            put(result, pointer, value)
            sources[pointer] = new.provenance[pointer]
    return Prefill(result, sources)


def parts_of(record: RecordImport) -> dict:
    """What goes into the intake (`used`, each with the step it goes to), what is only shown, what
    was not understood, what is too old."""
    proposal = record.proposal
    used = [row for row in proposal["understood"] if row["used_for"]]
    return {
        "used": [row | {"goes_to": _goes_to(row["used_for"])} for row in used],
        "shown": [row for row in proposal["understood"] if not row["used_for"]],
        "not_understood": proposal["not_understood"],
        "stale": proposal["stale"],
    }


def _goes_to(pointer: str) -> str:
    """The step of the intake that shows a place; name, birth date and sex go to the person."""
    for row in book().questions.values():
        if pointer == row.path or pointer.startswith(f"{row.path}/"):
            return row.step.capitalize()
    sections = {"/person": "Person", "/labs": "Tests", "/vitals": "Tests"}
    return sections.get(f"/{pointer.split('/')[1]}", "Intake")
