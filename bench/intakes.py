"""Invented intakes in a realistic mix, the same for the same seed.

Adults from 18 to 88 years: every core red flag answered, one in thirty with a yes; three to eight
medicines; kidney and blood values, mostly fresh; check-ins of a programme under way.
"""

import random
from datetime import date, timedelta

from careplan.rules.intake import codes

AS_OF = date(2026, 11, 22)
MEDICINES = (  # name as written, mg, times a day
    ("Ibuprofen 400 mg tablet", 400, 3),
    ("Aleve", 220, 2),
    ("acetaminophen", 500, 4),
    ("lisinopril 10 mg", 10, 1),
    ("losartan", 50, 1),
    ("hydrochlorothiazide", 25, 1),
    ("furosemide 40 mg oral tablet", 40, 1),
    ("amlodipine", 5, 1),
    ("metoprolol succinate", 50, 1),
    ("metformin", 850, 2),
    ("atorvastatin 20 mg", 20, 1),
    ("omeprazole", 20, 1),
    ("sertraline", 50, 1),
    ("duloxetine", 60, 1),
    ("gabapentin 300 mg capsule", 300, 3),
    ("aspirin 81 mg", 81, 1),
    ("apixaban", 5, 2),
    ("prednisone", 5, 1),
    ("levothyroxine", 0.1, 1),
    ("tramadol", 50, 2),
    ("Flexeril", 5, 1),
    ("zolpidem", 5, 1),
    ("turmeric root", None, None),
)
ALLERGIES = ("penicillin", "Aspirin (hives)", "sulfa", "latex", "naproxen")
CONDITIONS = (
    "hypertension",
    "diabetes",
    "depression",
    "osteoporosis",
    "asthma",
    "ckd_3",
    "peptic_ulcer_past",
    "sleep_apnoea",
    "coronary_artery_disease",
    "spinal_stenosis",
)
EFFECTS = ("stomach_pain", "nausea", "dizzy", "drowsy", "dry_mouth", "constipation")


def intakes(count, seed=7):
    """So many intakes, one by one."""
    chance = random.Random(seed)
    for number in range(count):
        yield intake(chance, f"bench-{seed}-{number}")


def intake(chance, name):
    """One intake. `chance`: a random.Random."""
    age = chance.randint(18, 88)
    sex = chance.choice(("female", "male"))
    return {
        "id": name,
        "as_of": AS_OF.isoformat(),
        "person": _person(chance, age, sex),
        "episode": _episode(chance, age),
        "red_flags": _red_flags(chance),
        "conditions": chance.sample(CONDITIONS, chance.randint(0, 4)),
        "conditions_complete": chance.random() < 0.9,
        **_medicines(chance),
        "allergies": chance.sample(ALLERGIES, chance.choice((0, 0, 0, 1, 2))),
        "labs": _labs(chance),
        "vitals": {
            "systolic": round(chance.gauss(131, 16)),
            "diastolic": round(chance.gauss(80, 9)),
            "heart_rate": round(chance.gauss(74, 9)),
            "on": _before(chance, 0, 120),
        },
        "function": _function(chance),
        "care": {
            "physical_therapy": chance.choice(("offered", "active", "active", "completed")),
            "weeks": chance.randint(0, 10),
            "self_management": chance.choice(("offered", "active")),
        },
        "availability": {"minutes_a_day": chance.choice((10, 15, 20, 30)), "too_tired": False},
        "coverage": {"visit_limit": 20, "visits_used": chance.randint(0, 8)},
        "clinic": {"gabapentin_enabled": chance.random() < 0.5},
        "tried": _tried(chance),
        "check_ins": _check_ins(chance),
    }


def _before(chance, least, most):
    """A day between so many days before the intake."""
    return (AS_OF - timedelta(days=chance.randint(least, most))).isoformat()


def _person(chance, age, sex):
    told = {"pregnant": "no", "breastfeeding": "no"} if sex == "female" and age <= 55 else {}
    return {
        "birth_date": _before(chance, age * 366, age * 366 + 300),
        "sex": sex,
        "weight_kg": round(chance.gauss(81, 14), 1),
        "height_cm": round(chance.gauss(170, 9)),
        "smoker_ever": chance.choice(("yes", "no")),
        **told,
    }


def _episode(chance, age):
    features, table = {}, sorted(codes()["features"])
    for code in chance.sample(table, 14):
        features[code] = chance.choice(("yes", "no", "no", "unknown"))
    usual = chance.randint(2, 7)
    return {
        "onset": _before(chance, 30, 900),
        "first_ever": False,
        "first_onset_age": chance.randint(15, age),
        "course": chance.choice(("stable", "fluctuating", "worsening", "improving")),
        "flare": chance.random() < 0.4,
        "pain": {"now": min(usual + chance.randint(0, 3), 10), "average": usual, "worst": 8},
        "features": features,
        "factors": chance.sample(sorted(codes()["factors"]), 3),
        "limits": chance.sample(sorted(codes()["limits"]), 2),
    }


def _red_flags(chance):
    answers = dict.fromkeys(codes()["core_red_flags"], "no")
    if chance.random() < 0.15:
        answers[chance.choice(list(answers))] = chance.choice(("yes", "unknown"))
    return answers


def _medicines(chance):
    rows = []
    for drug, mg, times in chance.sample(MEDICINES, chance.randint(3, 8)):
        row = {"drug": drug, "route": "oral", "since": _before(chance, 3, 1500)}
        if mg:
            row.update(dose_mg=mg, times_a_day=times)
        if chance.random() < 0.06:
            row["stopped"] = _before(chance, 0, 2)
        rows.append(row)
    return {
        "medications": rows,
        "medications_on": _before(chance, 0, 14),
        "medications_complete": chance.random() < 0.9,
    }


def _labs(chance):
    return {
        "creatinine_mg_dl": round(max(chance.gauss(0.95, 0.3), 0.4), 2),
        "sodium_mmol_l": round(chance.gauss(139, 3)),
        "alt_times_uln": round(max(chance.gauss(0.7, 0.3), 0.1), 1),
        "on": _before(chance, 0, 420),
    }


def _function(chance):
    return {
        "peg": [chance.randint(2, 9) for _ in range(3)],
        "walking_minutes": chance.randint(5, 45),
        "sleep_quality": chance.randint(2, 9),
        "nights_woken": chance.randint(0, 5),
        "fatigue": chance.randint(0, 8),
        "start_back": {"total": chance.randint(2, 8), "subscore": chance.randint(0, 2)},
    }


def _tried(chance):
    outcomes = ("helped", "partly", "not_enough", "side_effect")
    return [
        {"treatment": drug, "weeks": chance.randint(1, 9), "outcome": chance.choice(outcomes)}
        for drug in chance.sample(("naproxen", "duloxetine", "massage", "heat"), 2)
    ]


def _check_ins(chance):
    """The baseline and up to four more, two weeks apart."""
    count, nprs = chance.randint(0, 5), chance.randint(4, 8)
    days = [AS_OF - timedelta(days=14 * back + 1) for back in range(count, 0, -1)]
    return [_check_in(chance, day, nprs) for day in days]


def _check_in(chance, day, nprs):
    if chance.random() < 0.08:
        return {"on": day.isoformat(), "missed": True}
    told = {
        "on": day.isoformat(),
        "nprs": min(max(nprs + chance.randint(-3, 1), 0), 10),
        "peg": [chance.randint(2, 8) for _ in range(3)],
        "adherence": round(chance.random(), 2),
        "red_flags": dict.fromkeys(("saddle_numbness", "bladder_change", "fever"), "no"),
    }
    if chance.random() < 0.2:
        effect, grade = chance.choice(EFFECTS), chance.choice(("mild", "moderate"))
        told["side_effects"] = [{"drug": "naproxen", "effect": effect, "grade": grade}]
    return told
