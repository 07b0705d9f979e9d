"""Patient -> who this is. What the record does not say must be typed; nothing is guessed."""

from datetime import date

from careplan.exchange.fhir_in.document import Found
from careplan.exchange.fhir_in.proposal import Notebook, naming
from careplan.exchange.fhir_in.shapes import code_values, day, dicts, name, part, text

BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
OLDEST_YEARS = 120
# Numbers that a back clinic has no use for are not taken over.
PRIVATE_IDENTIFIERS = {"SS", "DL", "PPN"}


def read_person(patient: Found, raw: Found, notebook: Notebook) -> None:
    """`raw` is the resource as sent: a death must not be lost with a part that is badly written."""
    given, family = _names(patient.data)
    notebook.person.update(
        given_name=given,
        family_name=family,
        birth_date=None,
        sex=None,
        deceased_on=None,
        phone=_telecom(patient.data, "phone"),
        email=_telecom(patient.data, "email"),
        identifiers=_identifiers(patient, notebook),
    )
    notebook.note(f"{patient.path}/name", "Name", f"{given} {family}".strip() or "not given", None)
    _birth_date(patient, notebook)
    _sex(patient, notebook)
    _death(raw, notebook)


def _names(data: dict) -> tuple[str, str]:
    names = dicts(data.get("name"))
    best = next(
        (n for use in ("official", "usual", None) for n in names if n.get("use") == use), None
    )
    best = best or (names[0] if names else {})
    given = best.get("given") if isinstance(best.get("given"), list) else []
    return " ".join(filter(None, (text(word, 60) for word in given))), text(best.get("family"), 120)


def _telecom(data: dict, system: str) -> str:
    rows = [
        row
        for row in dicts(data.get("telecom"))
        if row.get("system") == system and row.get("use") != "old"
    ]
    rows.sort(key=lambda row: row.get("use") != "mobile")
    return text(rows[0].get("value"), 120) if rows else ""


def _identifiers(patient: Found, notebook: Notebook) -> list[dict]:
    kept, left = [], []
    for row in dicts(patient.data.get("identifier")):
        if PRIVATE_IDENTIFIERS & set(code_values(part(row, "type"))):
            left.append(name(part(row, "type")))
        elif value := text(row.get("value"), 120):
            kept.append({"system": text(row.get("system")), "value": value})
    if left:
        notebook.note(
            f"{patient.path}/identifier", "Not taken over", f"{naming(left)}: not needed here", None
        )
    return kept


def _birth_date(patient: Found, notebook: Notebook) -> None:
    path = f"{patient.path}/birthDate"
    born = day(patient.data.get("birthDate"))
    if born is None:
        notebook.miss(
            path, "Birth date", "The record gives no full birth date. Ask for it and type it."
        )
    elif born > notebook.as_of or born < _years_before(notebook.as_of, OLDEST_YEARS):
        notebook.miss(
            path,
            f"Birth date {born}",
            "This date is not possible. Ask for the birth date and type it.",
        )
        born = None
    if born is None:
        notebook.blocked.append(
            "The birth date is missing: type it before this person can be registered."
        )
        return
    notebook.person["birth_date"] = notebook.intake["person"]["birth_date"] = born.isoformat()
    notebook.note(path, "Birth date", born.isoformat(), None, "/person/birth_date")


def _years_before(today: date, years: int) -> date:
    return date(today.year - years, today.month, min(today.day, 28))


def _sex(patient: Found, notebook: Notebook) -> None:
    """Sex at birth, as the kidney formulas use it: the birth-sex extension goes before `gender`."""
    gender = text(patient.data.get("gender"))
    at_birth, path = _birth_sex(patient)
    sex = at_birth or (gender if gender in ("female", "male", "other") else None)
    if sex is None:
        notebook.miss(
            f"{patient.path}/gender",
            "Sex",
            "The record does not give it. Ask for the sex at birth and type it.",
        )
        return
    notebook.person["sex"] = notebook.intake["person"]["sex"] = sex
    value = (
        f"{sex} (sex at birth; gender in the record: {gender})"
        if at_birth and gender != at_birth
        else sex
    )
    notebook.note(path if at_birth else f"{patient.path}/gender", "Sex", value, None, "/person/sex")


def _birth_sex(patient: Found) -> tuple[str | None, str]:
    extensions = patient.data.get("extension")
    for i, row in enumerate(extensions if isinstance(extensions, list) else []):
        if isinstance(row, dict) and row.get("url") == BIRTH_SEX:
            sex = {"F": "female", "M": "male"}.get(text(row.get("valueCode")))
            return sex, f"{patient.path}/extension/{i}/valueCode"
    return None, ""


def _death(raw: Found, notebook: Notebook) -> None:
    for key in ("deceasedDateTime", "deceasedBoolean", "_deceasedDateTime", "_deceasedBoolean"):
        value = raw.data.get(key)
        if value is None or value is False:
            continue
        notebook.died = True
        died = day(value)
        notebook.person["deceased_on"] = died.isoformat() if died else None
        when = f" on {died.isoformat()}" if died else ""
        notebook.blocked.append(
            f"The record says that this person died{when}: no plan can be started."
        )
        notebook.note(
            f"{raw.path}/{key}", "Died", died.isoformat() if died else "date not given", died
        )
        return
