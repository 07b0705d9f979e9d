"""Intakes for the tests of the medicine rules: one person for whom every drug's step is reached."""

import copy

from tests.rules.building import REMOVED, intake

NSAIDS = ("ibuprofen", "naproxen")
APP_DRUGS = (*NSAIDS, "cyclobenzaprine", "gabapentin", "duloxetine")
OPEN = {  # a flare with spasm, nerve pain, six weeks of care, the earlier steps done
    "/episode/features/muscle_spasm": "yes",
    "/episode/features/burning": "yes",
    "/episode/features/tingling": "yes",
    "/episode/features/leg_pain_below_knee": "yes",
    "/episode/features/dermatomal_pain_map": "no",
    "/episode/features/dermatomal_sensory_loss": "yes",
    "/care": {"physical_therapy": "active", "weeks": 6, "self_management": "active"},
    "/tried": [
        {"treatment": "ketoprofen", "outcome": "not_enough", "weeks": 1},
        {"treatment": "duloxetine", "outcome": "declined"},
    ],
    "/clinic": {"gabapentin_enabled": True},
}
STATUS = {  # of that person; gabapentin is never proposed (MED-GABA-02), an opioid never (MED-OPI-01)
    "ibuprofen": "offer",
    "naproxen": "offer",
    "cyclobenzaprine": "offer",
    "gabapentin": "prescriber_only",
    "duloxetine": "offer",
    "opioid": "avoid",
}
CLOSED = {"/allergies": list(APP_DRUGS)}  # a stop for each of the five


def opened(changes=None):
    """The intake of the person for whom every step is reached, changed by JSON pointers."""
    wanted = {**OPEN, **(changes or {})}
    return intake({place: v if v is REMOVED else copy.deepcopy(v) for place, v in wanted.items()})


def taking(*drugs, **more):
    """Changes: these medicines are taken, for long, at no known dose."""
    return {"/medications": [{"drug": drug, "since": "2026-01-01"} | more for drug in drugs]}


def used(days, in_30=10, free=0):
    """Changes: an anti-inflammatory was used on so many days in a row, and in the last 30."""
    use = {"consecutive_days": days, "days_in_30": max(days, in_30), "free_days": free}
    return {"/nsaid_use": use}


def on_nsaid(drug, days=3, **more):
    """Changes: an anti-inflammatory that is taken, for so many days in a row."""
    return {**taking(drug, **more), **used(days)}


def tried(*entries):
    """Changes: these treatments were tried, beside the earlier steps."""
    return {"/tried": [*OPEN["/tried"], *entries]}


def egfr(rate):
    """Changes: this rate from the laboratory, and no creatinine."""
    return {"/labs": {"egfr": rate, "on": "2026-09-01"}}


def clearance(whole):
    """Changes: the creatinine of a woman of 46 and 70 kg whose clearance is just over a number."""
    return {
        "/labs": {"creatinine_mg_dl": round(5593 / (72 * (whole + 0.05)), 4), "on": "2026-09-01"}
    }


def condition(*codes):
    return {"/conditions": list(codes)}


def aged(years):
    """Changes: this many years old today."""
    return {"/person/birth_date": f"{2026 - years}-11-22"}


def told(drug, effect, grade="moderate"):
    """Changes: a check-in of today that tells of a side effect."""
    line = {"drug": drug, "effect": effect, "grade": grade}
    return {"/check_ins": [{"on": "2026-11-22", "side_effects": [line]}]}


def both(*changes):
    """Several changes at once; medicines and conditions add up."""
    made = {}
    for change in changes:
        for place, value in change.items():
            held = made.get(place)
            made[place] = [*held, *value] if isinstance(held, list) else value
    return made


def said(found, rule, drug):
    """(severity, message) of the finding of a rule about a drug, or None."""
    told = [f for f in found["findings"] if (f["rule"], f["applies_to"]) == (rule, drug)]
    return (told[0]["severity"], told[0]["message"]) if told else None


def flat(table):
    """(rule, drug, wanted, change) for each change of each line of a table."""
    return [
        (rule, drug, wanted, change) for rule, drug, wanted, *changes in table for change in changes
    ]


def agrees(found, rule, drug, wanted):
    """Whether a rule says of a drug what is wanted: a severity, words of its message, or None."""
    told = said(found, rule, drug)
    return (
        told is None
        if wanted is None
        else told is not None and (wanted == told[0] or wanted in told[1])
    )


def pregnant_at(day):
    """Changes: not pregnant, as answered on a day."""
    return {"/person/pregnant": "no", "/person/pregnant_on": day}
