"""Kidney facts: which creatinine is fresh, the clearance, the rate, and the lower of the two.

D-15: an old or undated value that would stop something still counts, a normal one does not.
D-16: a given eGFR counts beside the computed one; alone it serves the NSAID and duloxetine
limits, never the gabapentin dose. REN-05 compares mL/min with mL/min/1.73 m² on purpose.
"""

from dataclasses import dataclass

from careplan.rules.facts import fact
from careplan.rules.kidney import (
    ckd_epi_2021,
    cockcroft_gault,
    creatinine_from_egfr,
    dosing_weights,
    gabapentin_band,
)
from careplan.rules.units import (
    NOISE,
    Cm,
    Kg,
    KgPerM2,
    LowerOfBoth,
    MgPerDl,
    MlPerMin,
    MlPerMin173,
    UmolPerL,
    lower_of_both,
    mg_per_dl,
    whole,
)

CREATININE = "/labs/creatinine_mg_dl"
TESTED = (CREATININE, "/labs/creatinine_umol_l", "/labs/creatinine_on", "/labs/on")
RATED = (*TESTED, "/labs/egfr", "/labs/egfr_on")
WEIGHED = ("/person/weight_kg", "/person/weight_on")
KIDNEY_CONDITIONS = {"ckd_3", "ckd_4_or_5", "dialysis", "kidney_transplant", "diabetes"}


@dataclass(frozen=True, slots=True)
class Renal:
    """Kidney function of one intake; None where it cannot be known.

    `clearance` and `rate` are fresh; `lowest` is the lowest of all, `sure` whether fresh values
    alone would be enough to call the kidneys normal. `worst` is `dosing` at any age of the values.
    """

    clearance: MlPerMin | None
    rate: MlPerMin173 | None
    dosing: MlPerMin | None
    worst: MlPerMin | None
    lowest: LowerOfBoth | None
    sure: bool


def _months(f):
    """How long kidney values count: less long where the kidneys are at risk, or may be."""
    limits = f.book.limits
    safe = (
        f["age"] < limits["lab_old_age"]
        and f.conditions_known
        and not f.conditions & KIDNEY_CONDITIONS
        and f.medicines.answer(f.medicines.interacting("kidney_sensitive")) is False
    )
    return limits["lab" if safe else "lab_at_risk"]


def _creatinine(f):
    """In mg/dL; the higher one where both units are given (D-16 lets them differ by rounding)."""
    mg, umol = f.at(CREATININE), f.at("/labs/creatinine_umol_l")
    given = [] if mg is None else [MgPerDl(mg)]
    if umol is not None:
        given.append(mg_per_dl(UmolPerL(umol)))
    return max(given, default=None)


def _clearances(f, creatinine):
    """Clearance by actual weight, and the lowest by the weights a dose is reckoned with."""
    if f["weight"] is None or creatinine is None:
        return None, None
    person = {"age": f["age"], "sex": f["sex"], "creatinine": creatinine}
    height = f.at("/person/height_cm")
    weights = dosing_weights(
        weight=Kg(f["weight"]),
        height=None if height is None else Cm(height),
        sex=f["sex"],
        obese=KgPerM2(f.book.limits["obese"]),
    )
    values = [cockcroft_gault(weight=weight, **person) for weight in weights]
    return values[0], min(values)


def renal(f):
    """The Renal of an intake, computed once."""
    if "_renal" not in f:
        f["_renal"] = _renal(f)
    return f["_renal"]


def _renal(f):
    labs, months = f.intake.get("labs", {}), _months(f)
    creatinine = _creatinine(f)
    measured = f.fresh(labs.get("creatinine_on") or labs.get("on"), months)
    given_fresh = f.fresh(labs.get("egfr_on") or labs.get("on"), months)
    weighed = f["weight"] is not None and "weight" not in f.expired
    clearance, dosing = _clearances(f, creatinine)
    computed, given = _rates(f, creatinine)
    known = [*([computed] * measured), *([given] * given_fresh)]
    fresh_rates = [rate for rate in known if rate is not None]
    clearances = [clearance, _worked_back(f, given) if creatinine is None else None]
    known_clearance = weighed and (measured or (creatinine is None and given_fresh))
    return Renal(
        clearance=clearance if measured and weighed else None,
        rate=min(fresh_rates, default=None),
        dosing=dosing if measured and weighed else None,
        worst=dosing,
        lowest=lower_of_both(
            [value for value in clearances if value is not None],
            [value for value in (computed, given) if value is not None],
        ),
        sure=bool(fresh_rates) and (known_clearance or not _needs_clearance(f)),
    )


def _rates(f, creatinine):
    """(computed, given) eGFR; None for what there is not."""
    told = f.at("/labs/egfr")
    computed = None
    if creatinine is not None:
        computed = ckd_epi_2021(age=f["age"], sex=f["sex"], creatinine=creatinine)
    return computed, None if told is None else MlPerMin173(told)


def _worked_back(f, rate):
    """The clearance of whoever has this eGFR and no creatinine (D-16)."""
    if rate is None:
        return None
    creatinine = creatinine_from_egfr(age=f["age"], sex=f["sex"], egfr=rate)
    return _clearances(f, creatinine)[0]


def _needs_clearance(f):
    """Old or light, a person has less clearance than the rate tells (D-16)."""
    limits = f.book.limits
    light = f["weight"] is not None and f["weight"] < limits["light"]
    return f["age"] >= limits["lab_old_age"] or light


def _ask_kidney(f):
    """The creatinine where none is fresh, the weight where it is missing or old."""
    unweighed = f["weight"] is None or "weight" in f.expired
    found = renal(f)
    asked = [CREATININE] * (found.rate is None) + ["/person/weight_kg"] * unweighed
    return asked or [CREATININE]


@fact(
    "kidney function",
    *RATED,
    *WEIGHED,
    unit=LowerOfBoth.unit,
    ask=_ask_kidney,
)
def kidney(f):
    found = renal(f)
    if found.lowest is None:
        return None
    if not found.sure:
        f.expired.add("kidney")
    return whole(found.lowest)


def _ask_clearance(f):
    """Only a creatinine of one's own gives a clearance that a dose may rest on."""
    unweighed = f["weight"] is None or "weight" in f.expired
    labs = f.intake.get("labs", {})
    fresh = f.fresh(labs.get("creatinine_on") or labs.get("on"), _months(f))
    unmeasured = _creatinine(f) is None or not fresh
    return [CREATININE] * unmeasured + ["/person/weight_kg"] * unweighed


@fact("creatinine clearance", *TESTED, *WEIGHED, unit="mL/min", ask=_ask_clearance)
def crcl(f):
    value = renal(f).clearance
    return None if value is None else float(value)


@fact("eGFR", *RATED, unit="mL/min/1.73 m2")
def egfr(f):
    value = renal(f).rate
    return None if value is None else float(value)


@fact(
    "creatinine clearance by the weight a dose is reckoned with",
    *TESTED,
    *WEIGHED,
    "/person/height_cm",
    unit="mL/min",
    ask=_ask_clearance,
)
def dosing_clearance(f):
    value = renal(f).dosing
    return None if value is None else whole(value)


@fact(
    "creatinine clearance, fresh or not",
    *TESTED,
    *WEIGHED,
    "/person/height_cm",
    unit="mL/min",
    ask=_ask_clearance,
)
def any_clearance(f):
    """For a limit that stops: an old low value still counts (D-15)."""
    value = renal(f).worst
    return None if value is None else whole(value)


@fact("gabapentin dose band", CREATININE, "/person/weight_kg", ask=_ask_clearance)
def band(f):
    """G1 to G4 or HD; stage 4 or 5 kidney disease is at best G3 (D-28)."""
    if "dialysis" in f.conditions:
        return "HD"
    value = renal(f).dosing
    if value is None:
        return None
    found = gabapentin_band(value, f.book.bands)
    return max(found, "G3") if "ckd_4_or_5" in f.conditions else found


def _ask_bands(f):
    height = [] if f.at("/person/height_cm") is not None else ["/person/height_cm"]
    return _ask_clearance(f) * (renal(f).dosing is None) + height


@fact(
    "the bands by the actual and by the ideal or adjusted weight differ",
    *TESTED,
    *WEIGHED,
    "/person/height_cm",
    ask=_ask_bands,
)
def bands_differ(f):
    """Where they do, the lower band counts and the prescriber is asked (REN-02)."""
    found = renal(f)
    if found.dosing is None or f.at("/person/height_cm") is None:
        return None
    actual, lowest = (gabapentin_band(v, f.book.bands) for v in (found.clearance, found.dosing))
    return actual != lowest


@fact("creatinine is known and fresh", CREATININE, ask=_ask_kidney)
def kidney_known(f):
    found = renal(f)
    return True if found.sure else None


@fact(
    "creatinine rising fast",
    *TESTED,
    "/labs/previous_creatinine_mg_dl",
    "/labs/previous_on",
)
def kidney_injury(f):
    """0.3 mg/dL in 48 hours, or 1.5 times in 7 days (REN-07); which came first, the dates say."""
    labs = f.intake.get("labs", {})
    now, told = _creatinine(f), labs.get("previous_creatinine_mg_dl")
    on, previous_on = labs.get("creatinine_on") or labs.get("on"), labs.get("previous_on")
    if now is None or told is None or on is None or previous_on is None:
        return None
    before, limits = MgPerDl(told), f.book.limits
    apart = f.days_since(previous_on) - f.days_since(on)
    if apart < 0:
        apart, now, before = -apart, before, now
    rise, ratio = round(float(now - before), NOISE), round(now / before, NOISE)
    risen = apart <= limits["aki_rise_within"] and rise >= limits["aki_rise"]
    return risen or (apart <= limits["aki_ratio_within"] and ratio >= limits["aki_ratio"])
