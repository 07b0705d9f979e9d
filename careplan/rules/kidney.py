"""Kidney formulas with typed units: mg/dL, µmol/L, mL/min and mL/min/1.73 m² cannot be mixed.

Sources: Cockcroft and Gault 1976 (creatinine clearance, mL/min); CKD-EPI 2021 (eGFR,
mL/min/1.73 m²); Devine 1974 (ideal weight). Every function refuses a plain number where a unit
is meant.
"""

import math


class MgPerDl(float):
    """Serum creatinine in mg/dL."""


class UmolPerL(float):
    """Serum creatinine in µmol/L."""


class MlPerMin(float):
    """Creatinine clearance in mL/min, not scaled to body surface."""


class MlPerMin173(float):
    """Filtration rate in mL/min/1.73 m²."""


def mg_per_dl(value):
    """Creatinine in mg/dL from µmol/L (88.4 µmol/L = 1 mg/dL)."""
    _must_be(value, UmolPerL)
    return MgPerDl(value / 88.4)


def cockcroft_gault(*, age, weight_kg, sex, creatinine):
    """Creatinine clearance in mL/min; where sex is neither female nor male, the lower result."""
    _must_be(creatinine, MgPerDl)
    clearance = (140 - age) * weight_kg / (72 * creatinine)
    return MlPerMin(max(clearance if sex == "male" else 0.85 * clearance, 0.0))


def ckd_epi_2021(*, age, sex, creatinine):
    """eGFR in mL/min/1.73 m²; where sex is neither female nor male, the lower result."""
    _must_be(creatinine, MgPerDl)
    if sex == "other":
        both = (ckd_epi_2021(age=age, sex=s, creatinine=creatinine) for s in ("female", "male"))
        return min(both)
    k, a, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = creatinine / k
    rate = 142 * min(ratio, 1) ** a * max(ratio, 1) ** -1.2 * 0.9938**age * factor
    return MlPerMin173(rate)


def creatinine_from_egfr(*, age, sex, egfr):
    """The creatinine (mg/dL) that would give this eGFR: the inverse of CKD-EPI 2021."""
    _must_be(egfr, MlPerMin173)
    low, high = 0.1, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        if ckd_epi_2021(age=age, sex=sex, creatinine=MgPerDl(middle)) > egfr:
            low = middle
        else:
            high = middle
    return MgPerDl((low + high) / 2)


def ideal_weight_kg(*, height_cm, sex):
    """Devine's ideal weight; for `other` the lower one."""
    base = 50 if sex == "male" else 45.5
    return base + 2.3 * max(height_cm / 2.54 - 60, 0)


def dosing_weights_kg(*, weight_kg, height_cm, sex):
    """The weights a careful prescriber computes with: actual, and from BMI 30 ideal and adjusted.

    A person lighter than the ideal weight is dosed by the actual one.
    """
    if height_cm is None or weight_kg / (height_cm / 100) ** 2 < 30:
        return [weight_kg]
    ideal = ideal_weight_kg(height_cm=height_cm, sex=sex)
    if weight_kg <= ideal:
        return [weight_kg]
    return [weight_kg, ideal, ideal + 0.4 * (weight_kg - ideal)]


def gabapentin_band(clearance):
    """The dose band of the gabapentin label; gaps between bands go to the lower one."""
    _must_be(clearance, MlPerMin)
    whole = math.floor(clearance)
    if whole >= 60:
        return "G1"
    if whole >= 31:
        return "G2"
    return "G3" if whole >= 16 else "G4"


def _must_be(value, unit):
    if not isinstance(value, unit):
        raise TypeError(f"Expected {unit.__name__}, got {type(value).__name__} {value!r}.")
