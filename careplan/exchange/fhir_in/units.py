"""Quantities in the units of the contract. A unit that is missing or not listed is reported, never guessed."""

from careplan.exchange.fhir_in.shapes import figure, number, text

# kind -> {unit as written, folded: (canonical name, factor to the contract's unit)}
MG_DL = ("mg/dL", 1.0)
UMOL_L = ("µmol/L", 1 / 88.4)
KG, GRAM, POUND = ("kg", 1.0), ("g", 0.001), ("lb", 0.45359237)
CM, METRE, INCH = ("cm", 1.0), ("m", 100.0), ("in", 2.54)
MMHG = ("mmHg", 1.0)
PER_MINUTE = ("/min", 1.0)
CELSIUS, FAHRENHEIT = ("°C", 1.0), ("°F", 1.0)
MMOL_L = ("mmol/L", 1.0)
GFR = ("mL/min/1.73 m²", 1.0)
UNITS_L = ("U/L", 1.0)
SCORE = ("", 1.0)

SCORES = {
    "": SCORE,
    "{score}": SCORE,
    "1": SCORE,
    "score": SCORE,
    "{score_of_10}": SCORE,
    "points": SCORE,
}
UNITS = {
    "creatinine": {"mg/dl": MG_DL, "umol/l": UMOL_L, "mcmol/l": UMOL_L, "micromol/l": UMOL_L},
    "egfr": {
        "ml/min/{1.73_m2}": GFR,
        "ml/min/1.73_m2": GFR,
        "ml/min/1.73m2": GFR,
        "ml/min/1.73": GFR,
        "ml/min/1.73m^2": GFR,
        "ml/min": GFR,  # the code itself says "per 1.73 m²"
    },
    "sodium": {"mmol/l": MMOL_L, "meq/l": MMOL_L},
    "alt": {"u/l": UNITS_L, "[iu]/l": UNITS_L, "iu/l": UNITS_L},
    "weight": {
        "kg": KG,
        "g": GRAM,
        "[lb_av]": POUND,
        "lb": POUND,
        "lbs": POUND,
        "pounds": POUND,
        "lb_av": POUND,
    },
    "height": {"cm": CM, "m": METRE, "[in_i]": INCH, "in": INCH, "inches": INCH, "in_i": INCH},
    "systolic": {"mm[hg]": MMHG, "mmhg": MMHG},
    "heart_rate": {
        "/min": PER_MINUTE,
        "{beats}/min": PER_MINUTE,
        "bpm": PER_MINUTE,
        "beats/min": PER_MINUTE,
    },
    "temperature": {
        "cel": CELSIUS,
        "°c": CELSIUS,
        "c": CELSIUS,
        "[degf]": FAHRENHEIT,
        "°f": FAHRENHEIT,
        "f": FAHRENHEIT,
    },
}
UNITS["diastolic"] = UNITS["systolic"]
for _score in ("pain_now", "peg", "peg_1", "peg_2", "peg_3", "start_back"):
    UNITS[_score] = SCORES

# What the contract takes; a value outside is a slip of the pen or of the unit.
LIMITS = {
    "creatinine": (0.17, 30),
    "egfr": (0, 250),
    "sodium": (80, 200),
    "alt": (0, 20_000),
    "weight": (20, 400),
    "height": (90, 250),
    "systolic": (50, 300),
    "diastolic": (20, 200),
    "heart_rate": (20, 250),
    "temperature": (25, 45),
    "pain_now": (0, 10),
    "peg": (0, 10),
    "peg_1": (0, 10),
    "peg_2": (0, 10),
    "peg_3": (0, 10),
    "start_back": (0, 9),
}
PLACES = {"creatinine": 2, "height": 1, "temperature": 1}


class NotReadable(Exception):
    """Why a quantity was not taken: (part of the quantity, sentence)."""

    def __init__(self, part: str, why: str):
        super().__init__(why)
        self.part = part
        self.why = why


def read_quantity(kind: str, quantity: dict) -> tuple[float, str, str]:
    """Amount in the contract's unit (creatinine in mg/dL), the words to show, and the unit as given.

    Raises NotReadable with a sentence.
    """
    amount = number(quantity.get("value"))
    if amount is None:
        raise NotReadable("value", "There is no number. Look the value up in the record.")
    if comparator := text(quantity.get("comparator"), 4):
        raise NotReadable(
            "comparator",
            f'It is "{comparator} {figure(amount, 2)}" and not one number. Type the value.',
        )
    unit, factor = _unit(kind, quantity)
    ours = (amount - 32) / 1.8 if unit == "°F" else amount * factor
    low, high = LIMITS[kind]
    if not low <= ours <= high:
        raise NotReadable(
            "value",
            f"{figure(amount, 2)} {unit}".strip()
            + " is not possible. Check value and unit, and type it.",
        )
    return ours, _words(kind, amount, unit, ours), unit


def _unit(kind: str, quantity: dict) -> tuple[str, float]:
    """The unit, by its UCUM code and its printed form: where both are given they must agree."""
    table = UNITS[kind]
    written = {key: text(quantity.get(key), 40) for key in ("code", "unit")}
    given = {key: word for key, word in written.items() if word} or {"unit": ""}
    found = {key: table.get(_fold(word)) for key, word in given.items()}
    if found.get("code") and not found.get("unit", True) and not _foreign(given["unit"]):
        found.pop("unit")  # a printed form in words beside a known code
    known = set(found.values())
    if None in known:
        raise NotReadable(
            "unit",
            _unknown_unit(kind, next(given[key] for key in given if found.get(key, 0) is None)),
        )
    if len(known) > 1:
        raise NotReadable(
            "unit",
            f'It gives two units, "{written["unit"]}" and "{written["code"]}". Look it up and type it.',
        )
    return known.pop()


def _foreign(word: str) -> bool:
    """True for a unit of another quantity we know: it contradicts the code and is no mere wording."""
    return any(_fold(word) in table for table in UNITS.values())


def _fold(word: str) -> str:
    return word.replace(" ", "").replace("µ", "u").replace("μ", "u").replace("²", "2").lower()


def _unknown_unit(kind: str, word: str) -> str:
    wanted = (
        " or ".join(dict.fromkeys(name for name, _ in UNITS[kind].values() if name))
        or "a plain number"
    )
    given = f'The unit "{word}" is not one we can read' if word else "The unit is missing"
    return f"{given}; {wanted} is. Look the value up and type it."


def _words(kind: str, amount: float, unit: str, ours: float) -> str:
    shown = f"{figure(amount, PLACES.get(kind, 1))} {unit}".strip()
    if kind == "weight" and unit != "kg":
        return f"{shown} ({figure(ours)} kg)"
    if kind == "height" and unit != "cm":
        return f"{figure(amount, 2)} {unit} ({figure(ours)} cm)"
    return shown
