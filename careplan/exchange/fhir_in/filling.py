"""Measured values -> labs, vitals, weight, pain and function of the intake.

The newest value wins and keeps its date. Two that contradict each other are both shown and none is chosen.
"""

from datetime import date

from careplan.exchange import codings
from careplan.exchange.fhir_in.freshness import (
    NEVER_SMOKED_MONTHS,
    PAIN_DAYS,
    age_on,
    counts,
    days_after,
    months_after,
)
from careplan.exchange.fhir_in.measurements import Measured
from careplan.exchange.fhir_in.proposal import Conflict, Notebook, Stale, Understood
from careplan.exchange.fhir_in.shapes import figure

# Results of one day come from one sample; readings of one day may differ, those of one moment may not.
ONE_SAMPLE_A_DAY = {"creatinine", "egfr", "sodium", "alt"}
ROUNDING = 0.05
# Creatinine and eGFR of one person cannot be further apart than this and both be right.
KIDNEY_FACTOR = 1.5
CKD_CONDITIONS = {"ckd_3", "ckd_4_or_5", "dialysis", "kidney_transplant", "diabetes"}


def fill_measurements(found: dict[str, list[Measured]], notebook: Notebook) -> None:
    """Read after conditions and medicines: they decide how long a creatinine is good for."""
    _kidney(found, notebook)
    _sodium_and_alt(found, notebook)
    _body(found, notebook)
    _blood_pressure(found, notebook)
    _pain_and_function(found, notebook)
    _answers(found, notebook)
    for kind, values in found.items():
        if kind.startswith("shown: "):
            _note(values[0], notebook, "", values)


def _newest(found: dict[str, list[Measured]], kind: str, notebook: Notebook) -> Measured | None:
    """The newest value, or None with a conflict where two of them exclude each other."""
    values = found.get(kind, [])
    if not values:
        return None
    newest = values[0]
    rivals = [value for value in values if _same_time(value, newest) and _differs(value, newest)]
    if not rivals:
        return newest
    rows = tuple(_note(value, notebook, "") for value in (newest, *rivals))
    when = f" on {newest.on}" if newest.on else " without a date"
    sentence = f"{newest.label}: the record gives different values{when}. None was taken: find out which is right and type it."
    notebook.conflicts.append(Conflict(sentence, rows))
    return None


def _same_time(value: Measured, newest: Measured) -> bool:
    if value.kind in ONE_SAMPLE_A_DAY:
        return value.on == newest.on
    return (value.on, value.instant) == (newest.on, newest.instant)


def _differs(value: Measured, newest: Measured) -> bool:
    if value.unit != newest.unit:
        return abs(value.amount - newest.amount) > ROUNDING * newest.amount
    return value.amount != newest.amount or value.word != newest.word


def _note(value: Measured, notebook: Notebook, used: str, among: list[Measured] = ()) -> Understood:
    shown = f"{value.shown} (newest of {len(among)})" if len(among) > 1 else value.shown
    return notebook.note(value.path, value.label, shown, value.on, used)


def _stale(value: Measured, pointer: str, good: date | None, notebook: Notebook) -> bool:
    """Write down a value that is past its time, or has no date; True where it is."""
    if value.on and good and good >= notebook.as_of:
        return False
    dates = (value.on.isoformat(), good.isoformat()) if value.on and good else (None, None)
    notebook.stale.append(Stale(pointer, value.label, value.shown, *dates))
    return True


def _after(value: Measured, months: int) -> date | None:
    return months_after(value.on, months) if value.on else None


def _put(section: dict, name: str, value: Measured, places: int, dated: str) -> None:
    section[name] = round(value.amount, places)
    if value.on:
        section[dated] = value.on.isoformat()


# --- kidney ------------------------------------------------------------------
def _kidney(found: dict[str, list[Measured]], notebook: Notebook) -> None:
    months = counts("lab_at_risk" if _at_risk(notebook) else "lab")
    creatinine = _newest(found, "creatinine", notebook)
    egfr = _newest(found, "egfr", notebook)
    rows = []
    if creatinine:
        rows.append(_put_creatinine(creatinine, found["creatinine"], months, notebook))
    if egfr:
        _put(notebook.intake.setdefault("labs", {}), "egfr", egfr, 1, "egfr_on")
        rows.append(_note(egfr, notebook, "/labs/egfr", found["egfr"]))
        _stale(egfr, "/labs/egfr", _after(egfr, months), notebook)
    if creatinine and egfr and _contradict(creatinine, egfr, notebook):
        sentence = (
            "Creatinine and eGFR contradict each other. Both are kept with their dates and the lower kidney function "
            "counts. Order a new creatinine."
        )
        notebook.conflicts.append(Conflict(sentence, tuple(rows)))


def _put_creatinine(
    newest: Measured, values: list[Measured], months: int, notebook: Notebook
) -> Understood:
    labs = notebook.intake.setdefault("labs", {})
    field = "creatinine_mg_dl"
    if newest.unit == "µmol/L":
        field = "creatinine_umol_l"
        labs[field] = round(newest.amount * 88.4, 1)
    else:
        labs[field] = round(newest.amount, 3)
    if newest.on:
        labs["creatinine_on"] = newest.on.isoformat()
    row = _note(newest, notebook, f"/labs/{field}", values)
    _stale(newest, f"/labs/{field}", _after(newest, months), notebook)
    _put_previous(newest, values, notebook)
    return row


def _put_previous(newest: Measured, values: list[Measured], notebook: Notebook) -> None:
    """The one before, from another day: a quick rise is a sign of its own."""
    earlier = [value for value in values if value.on and newest.on and value.on < newest.on]
    same_day = [value for value in earlier if value.on == earlier[0].on]
    if not earlier or any(_differs(value, earlier[0]) for value in same_day):
        return
    _put(notebook.intake["labs"], "previous_creatinine_mg_dl", earlier[0], 3, "previous_on")
    notebook.note(
        earlier[0].path,
        "Creatinine before",
        earlier[0].shown,
        earlier[0].on,
        "/labs/previous_creatinine_mg_dl",
    )


def _at_risk(notebook: Notebook) -> bool:
    born = notebook.intake["person"].get("birth_date")
    old = born is None or age_on(date.fromisoformat(born), notebook.as_of) >= counts("lab_old_age")
    ill = notebook.kidney_disease or bool(
        CKD_CONDITIONS & set(notebook.intake.get("conditions", ()))
    )
    drugs = [line["drug"] for line in notebook.intake.get("medications", ())]
    return old or ill or any(codings.bears_on_kidneys(drug) for drug in drugs)


def _contradict(creatinine: Measured, egfr: Measured, notebook: Notebook) -> bool:
    expected = _expected_egfr(creatinine, notebook.intake["person"])
    if not expected or egfr.amount <= 0:
        return False
    return max(expected, egfr.amount) > KIDNEY_FACTOR * min(expected, egfr.amount)


def _expected_egfr(creatinine: Measured, person: dict) -> float | None:
    """CKD-EPI 2021 (REN-04) at the age on the day of the sample, only to compare, never to fill in."""
    if (
        not person.get("birth_date")
        or person.get("sex") not in ("female", "male")
        or not creatinine.on
    ):
        return None
    age = age_on(date.fromisoformat(person["birth_date"]), creatinine.on)
    female = person["sex"] == "female"
    kappa, alpha = (0.7, -0.241) if female else (0.9, -0.302)
    ratio = creatinine.amount / kappa
    return (
        142
        * min(ratio, 1) ** alpha
        * max(ratio, 1) ** -1.2
        * 0.9938**age
        * (1.012 if female else 1)
    )


def _sodium_and_alt(found: dict[str, list[Measured]], notebook: Notebook) -> None:
    if sodium := _newest(found, "sodium", notebook):
        _put(notebook.intake.setdefault("labs", {}), "sodium_mmol_l", sodium, 1, "sodium_on")
        _note(sodium, notebook, "/labs/sodium_mmol_l", found["sodium"])
    if alt := _newest(found, "alt", notebook):
        # The contract wants times the upper limit of normal, which differs from laboratory to laboratory.
        _note(alt, notebook, "", found["alt"])


# --- body --------------------------------------------------------------------
def _body(found: dict[str, list[Measured]], notebook: Notebook) -> None:
    person = notebook.intake["person"]
    if weight := _newest(found, "weight", notebook):
        _put(person, "weight_kg", weight, 1, "weight_on")
        _note(weight, notebook, "/person/weight_kg", found["weight"])
        _stale(weight, "/person/weight_kg", _after(weight, counts("weight")), notebook)
    if height := _newest(found, "height", notebook):
        person["height_cm"] = round(height.amount, 1)
        _note(height, notebook, "/person/height_cm", found["height"])


def _blood_pressure(found: dict[str, list[Measured]], notebook: Notebook) -> None:
    """A systolic and a diastolic value of one moment, by their codes: files list them in either order."""
    systolic = _newest(found, "systolic", notebook)
    diastolic = _newest(found, "diastolic", notebook)
    if (
        systolic
        and diastolic
        and (systolic.on, systolic.instant) == (diastolic.on, diastolic.instant)
    ):
        _put_pressure(systolic, diastolic, len(found["systolic"]), notebook)
    else:
        for lone in filter(None, (systolic, diastolic)):
            _note(lone, notebook, "")
            notebook.miss(
                lone.path,
                lone.label,
                "Its other half is missing, so no blood pressure was taken. Measure it.",
            )
    _heart(found, systolic, notebook)


def _put_pressure(systolic: Measured, diastolic: Measured, count: int, notebook: Notebook) -> None:
    vitals = notebook.intake.setdefault("vitals", {})
    _put(vitals, "systolic", systolic, 1, "on")
    _put(vitals, "diastolic", diastolic, 1, "on")
    shown = f"{figure(systolic.amount)}/{figure(diastolic.amount)} mmHg"
    both = Measured(
        "blood_pressure", "Blood pressure", systolic.path, shown, systolic.on, systolic.instant
    )
    _note(both, notebook, "/vitals/systolic", [both] * count)
    _stale(both, "/vitals/systolic", _after(both, counts("blood_pressure")), notebook)


def _heart(found: dict[str, list[Measured]], systolic: Measured | None, notebook: Notebook) -> None:
    """Vitals share one date, so the heart rate joins them only from the same day. Fever is asked, not filled in."""
    if rate := _newest(found, "heart_rate", notebook):
        vitals = notebook.intake.get("vitals", {})
        joins = bool(vitals) and systolic is not None and rate.on == systolic.on
        if joins:
            vitals["heart_rate"] = round(rate.amount, 1)
        _note(rate, notebook, "/vitals/heart_rate" if joins else "", found["heart_rate"])
    if temperature := _newest(found, "temperature", notebook):
        _note(temperature, notebook, "", found["temperature"])


# --- pain, function, answers -------------------------------------------------
def _pain_and_function(found: dict[str, list[Measured]], notebook: Notebook) -> None:
    """Filled in only while fresh: yesterday's pain is not today's."""
    pain = _newest(found, "pain_now", notebook)
    if pain and _fresh(pain, "/episode/pain/now", found["pain_now"], notebook):
        notebook.intake.setdefault("episode", {})["pain"] = {"now": round(pain.amount, 1)}
    start_back = _newest(found, "start_back", notebook)
    if start_back and _fresh(
        start_back, "/function/start_back/total", found["start_back"], notebook
    ):
        total = {"total": round(start_back.amount)}
        notebook.intake.setdefault("function", {})["start_back"] = total
    if mean := _newest(found, "peg", notebook):
        _note(mean, notebook, "", found["peg"])
    _peg(found, notebook)


def _fresh(value: Measured, pointer: str, among: list[Measured], notebook: Notebook) -> bool:
    good = days_after(value.on, PAIN_DAYS - 1) if value.on else None
    fresh = not _stale(value, pointer, good, notebook)
    _note(value, notebook, pointer if fresh else "", among)
    return fresh


def _peg(found: dict[str, list[Measured]], notebook: Notebook) -> None:
    parts = [_newest(found, kind, notebook) for kind in ("peg_1", "peg_2", "peg_3")]
    if not all(parts) or len({(value.on, value.instant) for value in parts}) > 1:
        return
    first = parts[0]
    shown = ", ".join(figure(value.amount) for value in parts)
    three = Measured("peg", "PEG, its three answers", first.path, shown, first.on, first.instant)
    if _fresh(three, "/function/peg", [three], notebook):
        notebook.intake.setdefault("function", {})["peg"] = [
            round(value.amount, 1) for value in parts
        ]


def _answers(found: dict[str, list[Measured]], notebook: Notebook) -> None:
    person = notebook.intake["person"]
    if smoking := _newest(found, "smoking", notebook):
        used = _smoking(smoking, notebook)
        _note(smoking, notebook, used, found["smoking"])
    if pregnancy := _newest(found, "pregnancy", notebook):
        used = "/person/pregnant" if pregnancy.word and pregnancy.on else ""
        if used:
            person.update(pregnant=pregnancy.word, pregnant_on=pregnancy.on.isoformat())
            _stale(pregnancy, used, days_after(pregnancy.on, counts("pregnancy_answer")), notebook)
        _note(pregnancy, notebook, used, found["pregnancy"])


def _smoking(value: Measured, notebook: Notebook) -> str:
    """Once smoked stays smoked; "never" is good for a year."""
    pointer = "/person/smoker_ever"
    if value.word in ("former", "current"):
        notebook.intake["person"]["smoker_ever"] = "yes"
        return pointer
    if value.word == "no" and not _stale(
        value, pointer, _after(value, NEVER_SMOKED_MONTHS), notebook
    ):
        notebook.intake["person"]["smoker_ever"] = "no"
        return pointer
    return ""
