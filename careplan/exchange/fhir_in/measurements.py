"""Observation -> measured values, each with where it stands, when it was taken, and its amount in our unit."""

from dataclasses import dataclass
from datetime import date

from careplan.exchange import codings
from careplan.exchange.codings import ObservationMeaning
from careplan.exchange.fhir_in.document import Found
from careplan.exchange.fhir_in.proposal import Notebook, naming
from careplan.exchange.fhir_in.shapes import codes, day, figure, name, number, part, text
from careplan.exchange.fhir_in.units import UNITS, NotReadable, read_quantity

FINAL = {"final", "amended", "corrected"}
PANELS = {"blood_pressure", "peg"}
CODED = {"smoking", "pregnancy"}


@dataclass(frozen=True)
class Measured:
    """One value. `amount` in the contract's unit; `word` for a coded answer; `instant` as written, to tell readings of a day apart."""

    kind: str
    label: str
    path: str
    shown: str
    on: date | None
    instant: str
    amount: float = 0.0
    unit: str = ""
    word: str = ""


def read_measurements(items: list[Found], notebook: Notebook) -> dict[str, list[Measured]]:
    """Values by kind, the newest first, values without a date last."""
    found: dict[str, list[Measured]] = {}
    for item in items:
        for value in _values(item, notebook):
            found.setdefault(value.kind, []).append(value)
    for values in found.values():
        values.sort(key=lambda value: (value.on or date.min, value.instant), reverse=True)
    return found


def _values(item: Found, notebook: Notebook) -> list[Measured]:
    code = part(item.data, "code")
    if text(item.data.get("status")) not in FINAL:
        notebook.group("not final", item.path, name(code))
        return []
    taken, instant = _taken(item.data)
    if taken and taken > notebook.as_of:
        notebook.miss(
            item.path,
            f"{name(code)}, {taken}",
            "This date lies in the future, so the value was not used.",
        )
        return []
    rows = [(item.path, item.data)]
    rows += [(f"{item.path}/component/{i}", row) for i, row in _components(item.data)]
    values = [_value(path, row, taken, instant, notebook) for path, row in rows]
    return [value for value in values if value]


def _components(data: dict) -> list[tuple[int, dict]]:
    rows = data.get("component")
    return (
        [(i, row) for i, row in enumerate(rows) if isinstance(row, dict)]
        if isinstance(rows, list)
        else []
    )


def _taken(data: dict) -> tuple[date | None, str]:
    period = part(data, "effectivePeriod")
    for value in (
        data.get("effectiveDateTime"),
        data.get("effectiveInstant"),
        period.get("start"),
        data.get("issued"),
    ):
        if taken := day(value):
            return taken, text(value)
    return None, ""


def _value(
    path: str, row: dict, taken: date | None, instant: str, notebook: Notebook
) -> Measured | None:
    meaning = _meaning(part(row, "code"))
    label = name(part(row, "code"))
    if meaning is None:
        notebook.group("measurement" if _known_system(row) else "local measurement", path, label)
        return None
    kind = meaning.name
    if kind in PANELS and "valueQuantity" not in row:
        return None  # its components speak
    if kind in UNITS:
        return _quantity(path, row, meaning, taken, instant, notebook)
    words, word = _answer(row, kind)
    if not words:
        notebook.miss(
            path, meaning.label, "There is no value that we can read. Look it up in the record."
        )
        return None
    kind = kind or f"shown: {meaning.label}"
    return Measured(kind, meaning.label, path, words, taken, instant, word=word)


def _meaning(code: dict) -> ObservationMeaning | None:
    meanings = (codings.observation(coding.system, coding.code) for coding in codes(code))
    return next((meaning for meaning in meanings if meaning), None)


def _known_system(row: dict) -> bool:
    return any(coding.system for coding in codes(part(row, "code")))


def _quantity(
    path: str,
    row: dict,
    meaning: ObservationMeaning,
    taken: date | None,
    instant: str,
    notebook: Notebook,
) -> Measured | None:
    quantity = row.get("valueQuantity")
    if isinstance(row.get("valueInteger"), int):
        quantity = {"value": row["valueInteger"]}
    if not isinstance(quantity, dict):
        words = _answer(row, "")[0]
        why = (
            f'It says "{words}" and no number. Ask, and type it.'
            if words
            else "There is no number."
        )
        notebook.miss(path, meaning.label, why)
        return None
    try:
        amount, shown, unit = read_quantity(meaning.name, quantity)
    except NotReadable as problem:
        when = f", {taken}" if taken else ""
        notebook.miss(f"{path}/valueQuantity/{problem.part}", f"{meaning.label}{when}", problem.why)
        return None
    return Measured(
        meaning.name, meaning.label, path, shown, taken, instant, amount=amount, unit=unit
    )


def _answer(row: dict, question: str) -> tuple[str, str]:
    """The answer in the record's words, and our word for it where the question is one of ours."""
    concept = part(row, "valueCodeableConcept")
    if concept:
        words = (
            (codings.answer(question, c.code) for c in codes(concept)) if question in CODED else ()
        )
        return name(concept), next(filter(None, words), "")
    quantity = part(row, "valueQuantity")
    amount = number(quantity.get("value"))
    if amount is not None:
        return f"{figure(amount)} {text(quantity.get('unit'), 40)}".strip(), ""
    return text(row.get("valueString")), ""


def report_unread(notebook: Notebook) -> None:
    """One row for each kind of measurement that was passed over."""
    reasons = {
        "measurement": "The intake has no place for them.",
        "local measurement": "Their codes belong to one sender alone. Look the answers up in the record.",
        "not final": "They are not final results. Look them up in the record.",
    }
    for kind, why in reasons.items():
        if rows := notebook.groups.pop(kind, []):
            count = f"{len(rows)} result{'s' if len(rows) > 1 else ''}"
            notebook.miss(
                rows[0][0],
                f"Observation: {count} not read ({naming([n for _, n in rows], 4)})",
                why,
            )
