"""Kidney formulas over typed units: mg/dL, µmol/L, mL/min and mL/min/1.73 m² cannot be mixed.

Sources: Cockcroft and Gault 1976 (creatinine clearance, mL/min); CKD-EPI 2021 (eGFR,
mL/min/1.73 m²); Devine 1974 (ideal weight). Every function refuses a plain number where a unit
is meant. What they are compared with is data: see data/limits.toml.
"""

from careplan.rules.units import (
    CM_IN_AN_INCH,
    Cm,
    Kg,
    MgPerDl,
    MlPerMin,
    MlPerMin173,
    body_mass_index,
    must_be,
    whole,
)

CKD_EPI = {"female": (0.7, -0.241, 1.012), "male": (0.9, -0.302, 1.0)}  # k, a, factor (REN-04)


def cockcroft_gault(*, age, weight, sex, creatinine):
    """Creatinine clearance in mL/min; where sex is neither female nor male, the lower result."""
    must_be(weight, Kg)
    must_be(creatinine, MgPerDl)
    clearance = (140 - age) * float(weight) / (72 * float(creatinine))
    return MlPerMin(max(clearance if sex == "male" else 0.85 * clearance, 0.0))


def ckd_epi_2021(*, age, sex, creatinine):
    """eGFR in mL/min/1.73 m²; where sex is neither female nor male, the lower result."""
    must_be(creatinine, MgPerDl)
    if sex == "other":
        both = (ckd_epi_2021(age=age, sex=s, creatinine=creatinine) for s in ("female", "male"))
        return min(both)
    k, a, factor = CKD_EPI[sex]
    ratio = float(creatinine) / k
    rate = 142 * min(ratio, 1) ** a * max(ratio, 1) ** -1.2 * 0.9938**age * factor
    return MlPerMin173(rate)


def creatinine_from_egfr(*, age, sex, egfr):
    """The creatinine (mg/dL) that would give this eGFR: CKD-EPI 2021 turned round.

    Where sex is neither female nor male, the higher of both: it gives the lower clearance (D-17).
    An eGFR of 0 has none; it counts as the worst that a laboratory reports.
    """
    must_be(egfr, MlPerMin173)
    if sex == "other":
        return max(creatinine_from_egfr(age=age, sex=s, egfr=egfr) for s in ("female", "male"))
    k, a, factor = CKD_EPI[sex]
    share = max(float(egfr), 0.1) / (142 * 0.9938**age * factor)
    return MgPerDl(k * share ** (1 / a if share > 1 else 1 / -1.2))


def ideal_weight(*, height, sex):
    """Devine's ideal weight in kg from a height in cm; for `other` the lower one."""
    must_be(height, Cm)
    base = 50 if sex == "male" else 45.5
    return Kg(base + 2.3 * max(height / CM_IN_AN_INCH - 60, 0))


def dosing_weights(*, weight, height, sex, obese):
    """The weights a careful prescriber computes with: actual, and from a BMI of `obese` (kg/m²)
    the ideal and the adjusted one too (REN-02).

    A person lighter than the ideal weight is dosed by the actual one.
    """
    must_be(weight, Kg)
    if height is None or body_mass_index(weight, height) < obese:
        return [weight]
    ideal = ideal_weight(height=height, sex=sex)
    if weight <= ideal:
        return [weight]
    return [weight, ideal, ideal + Kg(0.4 * (weight - ideal))]


def gabapentin_band(clearance, bands):
    """The dose band of the gabapentin label; gaps between bands go to the lower one (REN-03).

    `bands` are (code, least whole mL/min), from the best to the worst.
    """
    must_be(clearance, MlPerMin)
    floor = whole(clearance)
    return next(code for code, least in bands if floor >= least)
