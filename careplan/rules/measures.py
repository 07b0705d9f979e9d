"""Facts of the complaint and of what is measured: days, pain, vital signs, tests, answers."""

from careplan.rules.facts import fact


@fact("days since the pain began", "/episode/onset", unit="days")
def days(f):
    return f.days_since(f.intake["episode"]["onset"])


@fact("weeks since the pain began", "/episode/onset", unit="weeks")
def weeks(f):
    return f["days"] // 7


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


@fact("sodium", "/labs/sodium_mmol_l", "/labs/sodium_on", "/labs/on", unit="mmol/L")
def sodium(f):
    on = f.at("/labs/sodium_on") or f.at("/labs/on")
    return f.number("/labs/sodium_mmol_l", on, f.book.limits["lab"], "sodium")


@fact("ALT", "/labs/alt_times_uln", "/labs/alt_on", "/labs/on", unit="x ULN")
def alt(f):
    on = f.at("/labs/alt_on") or f.at("/labs/on")
    return f.number("/labs/alt_times_uln", on, f.book.limits["lab"], "alt")


@fact("the list of conditions is complete", "/conditions_complete")
def conditions_known(f):
    return True if f.conditions_known else None


@fact("allergies were asked", "/allergies")
def allergies_known(f):
    return None if f.at("/allergies") is None else True


@fact("mood was asked", "/red_flags/suicidal_thoughts")
def mood_known(f):
    return None if f["flags.suicidal_thoughts"] is None else True


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
