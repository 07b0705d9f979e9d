"""MedicationRequest, MedicationStatement -> the medicines that are taken now, one line a medicine.

Only active and on-hold orders count as current. Ended ones are shown and not carried over.
"""

from dataclasses import dataclass
from datetime import date

from careplan.exchange import codings
from careplan.exchange.fhir_in.document import Found
from careplan.exchange.fhir_in.drug_names import DrugName, read_drug_name
from careplan.exchange.fhir_in.freshness import counts, days_after, months_after
from careplan.exchange.fhir_in.proposal import Notebook, Stale, counted, naming
from careplan.exchange.fhir_in.shapes import (
    codes,
    day,
    dicts,
    figure,
    names,
    number,
    part,
    text,
)

CURRENT = {"active", "on-hold"}
PAST = {"completed", "stopped", "cancelled", "not-taken"}
ORDERS = {"order", "original-order", "reflex-order", "filler-order", "instance-order", ""}
MISTAKE = "entered-in-error"
ORDER_GOOD_MONTHS = 24
# An order that ended so lately may still work, or still be taken from the packet.
JUST_ENDED_DAYS = 60
# No dose of anything is heavier: a larger number is a slip.
MOST_MG = 100_000

HOURS = {"h": 1, "d": 24, "wk": 168}
SNOMED_ROUTES = {
    "26643006": "oral",
    "6064005": "topical",
    "45890007": "patch",
    "78421000": "injection",
    "34206005": "injection",
    "47625008": "injection",
}
TABLETS = {
    "",
    "1",
    "tablet",
    "tablets",
    "{tablet}",
    "tab",
    "capsule",
    "capsules",
    "{capsule}",
    "cap",
    "tbl",
}


@dataclass(frozen=True)
class Order:
    """One order or statement about a medicine."""

    path: str
    written: str
    name: DrugName
    rxnorm: str
    status: str
    ordered: date | None
    dosage: dict
    dosage_path: str


def read_medicines(items: list[Found], notebook: Notebook) -> None:
    shelf = [item for item in items if item.kind == "Medication"]
    orders = [
        order
        for item in items
        if item.kind != "Medication" and (order := _order(item, shelf, notebook))
    ]
    current = _newest_each([order for order in orders if order.status in CURRENT])
    for same in current:
        _add(same, notebook)
    _list_date([same[0] for same in current], notebook)
    _past([order for order in orders if order.status in PAST], notebook)


def _order(item: Found, shelf: list[Found], notebook: Notebook) -> Order | None:
    concept = _concept(item, shelf)
    called = [written for written in names(concept) if len(written) > 1]
    written = next(iter(called), "")
    if not written:
        why = "The record points at a medicine that is not in the file, or gives no name. Ask what it is."
        notebook.miss(item.path, "Medicine without a name", why)
        return None
    status = text(item.data.get("status"))
    why = _not_an_order(item, status)
    if why:
        notebook.miss(item.path, written, why)
        return None
    dosage_key = "dosage" if item.kind == "MedicationStatement" else "dosageInstruction"
    rxnorm = next((c.code for c in codes(concept) if c.system == codings.RXNORM), "")
    return Order(
        path=item.path,
        written=written,
        name=read_drug_name(called, rxnorm),
        rxnorm=rxnorm,
        status="completed" if _over(item, notebook.as_of) else status,
        ordered=_ordered(item),
        dosage=next(iter(dicts(item.data.get(dosage_key))), {}),
        dosage_path=f"{item.path}/{dosage_key}/0",
    )


def _concept(item: Found, shelf: list[Found]) -> dict:
    """The named medicine, followed through a reference where it stands elsewhere in the file."""
    direct = part(item.data, "medicationCodeableConcept")
    if direct:
        return direct
    pointed = part(item.data, "medicationReference")
    reference = text(pointed.get("reference"))
    contained = [
        row for row in dicts(item.data.get("contained")) if reference == f"#{row.get('id')}"
    ]
    elsewhere = [
        other.data
        for other in shelf
        if reference in (other.full_url, f"Medication/{other.data.get('id')}")
    ]
    target = next(iter(contained + elsewhere), {}) if reference else {}
    return part(target, "code") or {"text": text(pointed.get("display"))}


def _not_an_order(item: Found, status: str) -> str:
    if status == MISTAKE:
        return "The record marks it as entered in error."
    if item.data.get("doNotPerform") is True:
        return "This is an order NOT to give it. Ask why, and enter an allergy if there is one."
    if text(item.data.get("intent")) not in ORDERS:
        return "It is a plan or a proposal and not an order. Ask whether it is taken."
    if status not in CURRENT | PAST:
        return f'Its status is "{status or "missing"}". Ask whether it is taken.'
    return ""


def _over(item: Found, today: date) -> bool:
    end = day(part(item.data, "effectivePeriod").get("end"))
    return end is not None and end < today


def _ordered(item: Found) -> date | None:
    return (
        day(item.data.get("authoredOn"))
        or day(item.data.get("effectiveDateTime"))
        or day(part(item.data, "effectivePeriod").get("start"))
        or day(item.data.get("dateAsserted"))
    )


def _newest_each(orders: list[Order]) -> list[list[Order]]:
    """Orders of one product together, the newest first: a repeat prescription is one medicine."""
    same: dict[tuple, list[Order]] = {}
    for order in orders:
        same.setdefault((order.name.drug.lower(), order.name.mg, order.name.route), []).append(
            order
        )
    return [
        sorted(rows, key=lambda order: order.ordered or date.min, reverse=True)
        for rows in same.values()
    ]


def _add(orders: list[Order], notebook: Notebook) -> None:
    newest = orders[0]
    lines = notebook.intake.setdefault("medications", [])
    pointer = f"/medications/{len(lines)}"
    line = _line(newest)
    first = min((order.ordered for order in orders if order.ordered), default=None)
    if first and first <= notebook.as_of:
        line["since"] = first.isoformat()
    lines.append(line)
    if "times_a_day" not in line and (rhythm := _rhythm(newest.dosage)):
        why = f"The record says {rhythm}, which is not a usual rhythm for it. Ask how it is taken, and type it."
        notebook.miss(f"{newest.dosage_path}/timing", newest.written, why)
    value = _value(newest, line, len(orders))
    notebook.note(newest.path, newest.written, value, newest.ordered, pointer)
    _check_age(newest, pointer, notebook)
    if not newest.name.known:
        why = "Name not recognised: it was kept as written. Replace it by the ingredient, or no medicine can be proposed."
        notebook.miss(newest.path, newest.written, why)


def _line(order: Order) -> dict:
    """A medication of the contract; what the record does not say is left out."""
    route = _route(order)
    each = _dose_mg(order)
    times = _times_a_day(order.dosage, route)
    line = {
        "drug": order.name.drug,
        "rxnorm": order.rxnorm,
        "dose_mg": each if route in ("oral", "") else None,
        "times_a_day": times,
        "as_needed": order.dosage.get("asNeededBoolean") is True or None,
        "route": route,
        "mcg_per_hour": order.name.mcg_per_hour,
    }
    return {key: value for key, value in line.items() if value not in (None, "")}


def _route(order: Order) -> str:
    route = part(order.dosage, "route")
    known = [SNOMED_ROUTES.get(c.code, "other") for c in codes(route) if c.system == codings.SNOMED]
    return next(iter(known), "") or order.name.route


def _dose_mg(order: Order) -> float | None:
    """Milligrams of one dose: given in mg, or tablets times strength; one tablet where nothing is said."""
    each = next(iter(dicts(order.dosage.get("doseAndRate"))), {})
    quantity = part(each, "doseQuantity")
    if not quantity:
        return order.name.mg
    amount = number(quantity.get("value")) or 0
    unit = text(quantity.get("code") or quantity.get("unit")).lower()
    one = 1 if unit == "mg" else (order.name.mg if unit in TABLETS else None)
    each_mg = round(amount * (one or 0), 6)
    return each_mg if 0 < each_mg <= MOST_MG else None


def _times_a_day(dosage: dict, route: str) -> float | None:
    """Doses in 24 hours. "2 in 3 days" is left to a human, but for patches: some senders mean 2 or 3 a day by it."""
    repeat = part(dosage, "timing", "repeat")
    frequency, period = number(repeat.get("frequency")), number(repeat.get("period"))
    unit = text(repeat.get("periodUnit"))
    if not (frequency and period and unit in HOURS) or frequency <= 0 or period <= 0:
        return None
    if unit == "d" and period != 1 and route != "patch":
        return None
    times = round(frequency * 24 / (period * HOURS[unit]), 3)
    return times if 0 < times <= 24 else None


def _value(order: Order, line: dict, count: int) -> str:
    dose = f"{figure(line['dose_mg'], 3)} mg" if "dose_mg" in line else ""
    rhythm = _rhythm(order.dosage)
    return (
        ", ".join(
            filter(
                None,
                (
                    dose,
                    rhythm,
                    "as needed" if line.get("as_needed") else "",
                    text(order.dosage.get("text"), 80) if not (dose or rhythm) else "",
                    "on hold" if order.status == "on-hold" else "",
                    f"{count} orders, the newest shown" if count > 1 else "",
                ),
            )
        )
        or "no dose in the record"
    )


def _rhythm(dosage: dict) -> str:
    repeat = part(dosage, "timing", "repeat")
    frequency, period = number(repeat.get("frequency")), number(repeat.get("period"))
    unit = {"h": "hour", "d": "day", "wk": "week"}.get(text(repeat.get("periodUnit")))
    if not (frequency and period and unit):
        return ""
    every = f"every {unit}" if period == 1 else f"every {figure(period)} {unit}s"
    return f"{every}" if frequency == 1 else f"{figure(frequency)} times {every}"


def _check_age(order: Order, pointer: str, notebook: Notebook) -> None:
    good = months_after(order.ordered, ORDER_GOOD_MONTHS) if order.ordered else None
    if good is None or good < notebook.as_of:
        value = (
            "an old order: confirm that it is still taken"
            if good
            else "no date: confirm that it is taken"
        )
        dates = (order.ordered.isoformat(), good.isoformat()) if good else (None, None)
        notebook.stale.append(Stale(pointer, order.written, value, *dates))


def _list_date(newest: list[Order], notebook: Notebook) -> None:
    """The list is as old as its newest order: without a date it would pass as today's."""
    dates = [order.ordered for order in newest if order.ordered and order.ordered <= notebook.as_of]
    if not dates:
        return
    on = max(dates)
    notebook.intake["medications_on"] = on.isoformat()
    good = days_after(on, counts("medicine_list"))
    if good < notebook.as_of:
        value = f"{counted(len(newest), 'medicine', 'medicines')}; go through the list"
        row = Stale("/medications_on", "Medicine list", value, on.isoformat(), good.isoformat())
        notebook.stale.append(row)


def _past(orders: list[Order], notebook: Notebook) -> None:
    for same in _newest_each(orders):
        newest = same[0]
        lately = newest.ordered and days_after(newest.ordered, JUST_ENDED_DAYS) >= notebook.as_of
        value = (
            "past; ordered lately: ask whether it is still taken"
            if lately
            else "past, not carried over"
        )
        notebook.note(newest.path, newest.written, value, newest.ordered)


def report_refuted(notebook: Notebook) -> None:
    if rows := notebook.groups.pop("refuted", []):
        what = f"{counted(len(rows), 'entry', 'entries')} marked as wrong: {naming([n for _, n in rows])}"
        notebook.miss(
            rows[0][0],
            what,
            "The record itself says that this is not true or was entered in error.",
        )
