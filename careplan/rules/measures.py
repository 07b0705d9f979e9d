"""Plain facts of an intake: ages, days, answers and measured values, each with its unit."""

from careplan.rules.facts import fact
from careplan.rules.intake import read_date
from careplan.rules.medicines import morphine_equivalents

ANSWERS = {"yes": True, "no": False}


def _ask_medicines(f):
    return f.medicines.why_unknown() or ["/medications"]


@fact("age", "/person/birth_date", unit="years")
def age(f):
    birth = read_date(f.intake["person"]["birth_date"])
    return _years(birth, f.as_of)


def _years(birth, day):
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@fact("days since the pain began", "/episode/onset", unit="days")
def days(f):
    return f.days_since(f.intake["episode"]["onset"])


@fact("weeks since the pain began", "/episode/onset", unit="weeks")
def weeks(f):
    return f["days"] // 7


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
    """Female or other, 12 to 55 years (D-18)."""
    return f["sex"] != "male" and 12 <= f["age"] <= 55


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


@fact("weight", "/person/weight_kg", unit="kg")
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


@fact("body mass index", "/person/weight_kg", "/person/height_cm", unit="kg/m2")
def bmi(f):
    height = f.at("/person/height_cm")
    if f["weight"] is None or height is None:
        return None
    if "weight" in f.expired:
        f.expired.add("bmi")
    return f["weight"] / (height / 100) ** 2


@fact("a flare now", "/episode/flare")
def flare(f):
    return f.at("/episode/flare")


@fact("sudden change of character, over 48 hours", "/episode/sudden_change")
def sudden_change(f):
    return f.at("/episode/sudden_change") is True


@fact("pain now", "/episode/pain/now", unit="of 10")
def pain_now(f):
    return f.at("/episode/pain/now")


@fact("usual pain", "/episode/pain/average", unit="of 10")
def pain_average(f):
    return f.at("/episode/pain/average")


@fact("pain now above the usual pain", "/episode/pain/now", "/episode/pain/average", unit="points")
def pain_rise(f):
    now, usual = f["pain_now"], f["pain_average"]
    return None if now is None or usual is None else now - usual


def _pressure(f, name):
    return f.number(f"/vitals/{name}", f.at("/vitals/on"), f.book.limits["blood_pressure"], name)


@fact("systolic blood pressure", "/vitals/systolic", "/vitals/on", unit="mmHg")
def systolic(f):
    return _pressure(f, "systolic")


@fact("diastolic blood pressure", "/vitals/diastolic", "/vitals/on", unit="mmHg")
def diastolic(f):
    return _pressure(f, "diastolic")


@fact("heart rate", "/vitals/heart_rate", "/vitals/on", unit="a minute")
def heart_rate(f):
    return f.at("/vitals/heart_rate")


@fact("temperature", "/vitals/temperature_c", "/vitals/on", unit="C")
def temperature(f):
    return f.at("/vitals/temperature_c")


@fact("sodium", "/labs/sodium_mmol_l", "/labs/sodium_on", unit="mmol/L")
def sodium(f):
    on = f.at("/labs/sodium_on") or f.at("/labs/on")
    return f.number("/labs/sodium_mmol_l", on, f.book.limits["lab"], "sodium")


@fact("ALT", "/labs/alt_times_uln", "/labs/alt_on", unit="x ULN")
def alt(f):
    on = f.at("/labs/alt_on") or f.at("/labs/on")
    return f.number("/labs/alt_times_uln", on, f.book.limits["lab"], "alt")


def _ask_nsaid_days(f):
    """First whether one is taken at all, then for how many days."""
    if f["takes.nsaid"] or f["nsaid_days_in_30"] or f.at("/nsaid_use/free_days") is not None:
        return ["/nsaid_use/consecutive_days"]
    return _ask_medicines(f)


@fact(
    "days in a row with an NSAID",
    "/nsaid_use/consecutive_days",
    unit="days",
    ask=_ask_nsaid_days,
)
def nsaid_days(f):
    """Length of the run that is still going; 0 where it is over or no NSAID is taken (D-35)."""
    told, free = f.at("/nsaid_use/consecutive_days"), f.at("/nsaid_use/free_days")
    if free is not None and free >= f.book.limits["nsaid_run_over"] and told is not None:
        return 0
    if told is not None or f["takes.nsaid"] is not False:
        return told
    recent = free is not None and free < f.book.limits["nsaid_run_over"]
    return None if recent or (free is None and f["nsaid_days_in_30"]) else 0


@fact("days with an NSAID in the last 30", "/nsaid_use/days_in_30", unit="days")
def nsaid_days_in_30(f):
    told = f.at("/nsaid_use/days_in_30")
    return 0 if told is None and f["takes.nsaid"] is False else told


@fact(
    "aspirin in a dose for pain",
    "/medications",
    ask=_ask_medicines,
    rows=lambda f: f.medicines.interacting("aspirin"),
)
def aspirin_for_pain(f):
    return f.medicines.analgesic_aspirin()


@fact(
    "a steroid for three months or more",
    "/medications",
    ask=_ask_medicines,
    rows=lambda f: f.medicines.taken("steroid"),
)
def steroid_for_months(f):
    return f.medicines.steroid_for_months()


@fact("a high dose of an NSAID", "/medications", rows=lambda f: f.medicines.taken("nsaid"))
def nsaid_high_dose(f):
    return f.medicines.high_dose_nsaid()


@fact(
    "another medicine started in the last 14 days",
    "/medications",
    rows=lambda f: f.medicines.recent_starts(),
)
def new_medicine(f):
    return bool(f.medicines.recent_starts())


@fact("a medicine whose name is not known", "/medications", rows=lambda f: f.medicines.unknown)
def unknown_medicine(f):
    return bool(f.medicines.unknown)


@fact(
    "the list of medicines is complete and fresh",
    "/medications_complete",
    "/medications_on",
    ask=_ask_medicines,
)
def medicines_known(f):
    return True if f.medicines.complete else None


@fact("the list of conditions is complete", "/conditions_complete")
def conditions_known(f):
    return True if f.conditions_known else None


@fact("allergies were asked", "/allergies")
def allergies_known(f):
    return None if f.at("/allergies") is None else True


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


@fact("mood was asked", "/red_flags/suicidal_thoughts")
def mood_known(f):
    return None if f["flags.suicidal_thoughts"] is None else True


@fact(
    "morphine equivalents",
    "/medications",
    unit="mg a day",
    rows=lambda f: f.medicines.taken("opioid"),
)
def mme(f):
    return morphine_equivalents(f.medicines, f.book.drugs)[0]


@fact(
    "an opioid whose dose is not known", "/medications", rows=lambda f: f.medicines.taken("opioid")
)
def mme_unclear(f):
    return bool(morphine_equivalents(f.medicines, f.book.drugs)[1])


@fact("walking without stopping", "/function/walking_minutes", unit="minutes")
def walking(f):
    return f.at("/function/walking_minutes")


@fact("fatigue", "/function/fatigue", unit="of 10")
def fatigue(f):
    return f.at("/function/fatigue")


@fact("too tired to exercise", "/availability/too_tired")
def too_tired(f):
    return f.at("/availability/too_tired")


@fact("minutes a day for exercise", "/availability/minutes_a_day", unit="minutes")
def minutes_a_day(f):
    return f.at("/availability/minutes_a_day")


@fact("weeks of care so far", "/care/weeks", unit="weeks")
def care_weeks(f):
    return f.at("/care/weeks")


@fact("mean of the three PEG answers", "/function/peg", unit="of 10")
def peg(f):
    told = f.at("/function/peg")
    return None if told is None else sum(told) / 3


@fact("nights woken by pain", "/function/nights_woken", unit="nights a week")
def nights_woken(f):
    return f.at("/function/nights_woken")


@fact("any medicine is taken", "/medications", ask=_ask_medicines)
def takes_any(f):
    return f.medicines.answer([row for row in f.medicines.rows if row.taken])


@fact("used and planned visits", "/coverage/visit_limit", "/coverage/visits_used", unit="percent")
def visits_share(f):
    """Visits used and proposed, in percent of the payer's limit (D-39)."""
    limit, shape = f.at("/coverage/visit_limit"), f.book.program
    if limit is None:
        return None
    visits = (f.at("/coverage/visits_used") or 0) + shape["sessions_per_week"] * shape["weeks"]
    return visits * 100 / limit if limit else 1000.0


@fact(
    "both blood pressures are known and fresh",
    "/vitals/systolic",
    "/vitals/diastolic",
    ask=lambda f: ["/vitals/systolic", "/vitals/diastolic"],
)
def pressure_known(f):
    known = f["systolic"] is not None and f["diastolic"] is not None
    return True if known and not f.expired & {"systolic", "diastolic"} else None


@fact("drowsiness was told", "/check_ins")
def drowsy(f):
    told = [one for c in f.intake.get("check_ins", ()) for one in c.get("side_effects", ())]
    return any(one["effect"] == "drowsy" for one in told)
