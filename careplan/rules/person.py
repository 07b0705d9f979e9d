"""Facts of the person: ages, pregnancy, weight and size, and how long each answer counts."""

from careplan.rules.facts import fact
from careplan.rules.intake import read_date
from careplan.rules.units import Cm, Kg, body_mass_index

ANSWERS = {"yes": True, "no": False}


@fact("age", "/person/birth_date", unit="years")
def age(f):
    birth = read_date(f.intake["person"]["birth_date"])
    return _years(birth, f.as_of)


def _years(birth, day):
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@fact("age when this kind of pain first began", "/episode/first_onset_age", unit="years")
def onset_age(f):
    """Exact where it was asked or the pain is the first; else at most the age at this onset."""
    exact = f["first_onset_age"]
    if exact is not None:
        return exact
    f.expired.add("onset_age")
    return max(_age_at_onset(f), 0)


@fact("age at the first back pain ever", "/episode/first_onset_age", unit="years")
def first_onset_age(f):
    told = f.at("/episode/first_onset_age")
    if told is not None:
        return told
    return _age_at_onset(f) if f.at("/episode/first_ever") is True else None


def _age_at_onset(f):
    return _years(
        read_date(f.intake["person"]["birth_date"]), read_date(f.intake["episode"]["onset"])
    )


@fact("sex at birth", "/person/sex")
def sex(f):
    return f.intake["person"]["sex"]


@fact("a pregnancy is possible", "/person/sex", "/person/birth_date")
def pregnancy_possible(f):
    """Female or other, and of an age for it (D-18)."""
    first, last = (f.book.limits[f"pregnancy_{end}_age"] for end in ("first", "last"))
    return f["sex"] != "male" and first <= f["age"] <= last


@fact("pregnant", "/person/pregnant")
def pregnant(f):
    told, on = f.at("/person/pregnant"), f.at("/person/pregnant_on")
    if told == "yes":
        return True
    if not f["pregnancy_possible"]:
        return False
    if told == "no" and on is not None and f.days_since(on) > f.book.limits["pregnancy_answer"]:
        return None
    return ANSWERS.get(told)


@fact("breastfeeding", "/person/breastfeeding")
def breastfeeding(f):
    told = f.at("/person/breastfeeding")
    if told == "yes":
        return True
    return ANSWERS.get(told) if f["pregnancy_possible"] else False


@fact(
    "weeks pregnant",
    "/person/weeks_pregnant",
    unit="weeks",
    ask=lambda f: ["/person/weeks_pregnant" if f["pregnant"] else "/person/pregnant"],
)
def weeks_pregnant(f):
    """As told, and the weeks since the answer."""
    told, on = f.at("/person/weeks_pregnant"), f.at("/person/pregnant_on")
    return told if told is None or on is None else told + f.days_since(on) // 7


@fact("ever smoked", "/person/smoker_ever")
def smoker(f):
    return ANSWERS.get(f.at("/person/smoker_ever"))


@fact("weight", "/person/weight_kg", "/person/weight_on", unit="kg")
def weight(f):
    on = f.at("/person/weight_on")
    value = f.at("/person/weight_kg")
    if value is not None and on is not None and f.older(on, f.book.limits["weight"]):
        f.expired.add("weight")
    return value


def _ask_size(f):
    unfit = f["weight"] is None or "weight" in f.expired
    height = ["/person/height_cm"] if f.at("/person/height_cm") is None else []
    return ["/person/weight_kg"] * unfit + height


@fact(
    "a fresh weight and a height are known",
    "/person/weight_kg",
    "/person/height_cm",
    ask=_ask_size,
)
def size_known(f):
    known = f["weight"] is not None and f.at("/person/height_cm") is not None
    return True if known and "weight" not in f.expired else None


@fact(
    "body mass index",
    "/person/weight_kg",
    "/person/weight_on",
    "/person/height_cm",
    unit="kg/m2",
)
def bmi(f):
    height = f.at("/person/height_cm")
    if f["weight"] is None or height is None:
        return None
    if "weight" in f.expired:
        f.expired.add("bmi")
    return float(body_mass_index(Kg(f["weight"]), Cm(height)))


def _ask_pregnancy(f):
    asked = ("pregnant", "breastfeeding")
    return [f"/person/{name}" for name in asked if f[name] is None]


@fact(
    "pregnancy and breastfeeding are known",
    "/person/pregnant",
    "/person/breastfeeding",
    ask=_ask_pregnancy,
)
def pregnancy_known(f):
    return None if f["pregnant"] is None or f["breastfeeding"] is None else True
