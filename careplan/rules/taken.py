"""Facts of what is taken: days of an NSAID, morphine equivalents, whether the list is complete."""

from careplan.rules.facts import fact
from careplan.rules.medicines import morphine_equivalents
from careplan.rules.units import NOISE


def _ask_medicines(f):
    return f.medicines.why_unknown() or ["/medications"]


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
    "citalopram",
    "/medications",
    unit="mg a day",
    rows=lambda f: f.medicines.interacting("citalopram"),
)
def citalopram_dose(f):
    """At the full dose, 0 where none is on the list; None where one row does not say it."""
    daily = [row.mg_a_day for row in f.medicines.interacting("citalopram")]
    return None if None in daily else sum(daily)


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


@fact(
    "morphine equivalents",
    "/medications",
    unit="mg a day",
    rows=lambda f: f.medicines.taken("opioid"),
)
def mme(f):
    total = morphine_equivalents(f.medicines, f.book.drugs)[0]
    return None if total is None else round(total, NOISE)


@fact(
    "an opioid whose dose is not known", "/medications", rows=lambda f: f.medicines.taken("opioid")
)
def mme_unclear(f):
    return bool(morphine_equivalents(f.medicines, f.book.drugs)[1])


@fact("any medicine is taken", "/medications", ask=_ask_medicines)
def takes_any(f):
    return f.medicines.answer([row for row in f.medicines.rows if row.taken])


@fact("drowsiness was told", "/check_ins")
def drowsy(f):
    told = [one for c in f.intake.get("check_ins", ()) for one in c.get("side_effects", ())]
    return any(one["effect"] == "drowsy" for one in told)
