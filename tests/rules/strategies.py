"""Intakes for the property tests, made from the contract's own schema.

`made_from(schema)` turns a schema into a strategy; POOLS replaces places where chance alone would
hardly ever meet a rule: names of drugs, days near a limit, few red flags. `intakes()` lays one to
four such branches over a person for whom something is proposed, and takes some places away.

FUZZ_EXAMPLES=20000 runs that many examples of each property, at random; without it they are few
and the same every time.
"""

import copy
import json
import os
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st

from careplan.rules import IntakeRefused
from careplan.rules.book import book
from careplan.rules.intake import check, codes
from tests.rules.building import BASE, REMOVED, intake, put

SCHEMA = json.loads((Path(__file__).parent / "contract/intake.schema.json").read_text())
DEEP = int(os.environ.get("FUZZ_EXAMPLES", "0"))
AS_OF = date.fromisoformat(BASE["as_of"])


def examined(examples):
    """Settings of one property: so many examples, or FUZZ_EXAMPLES of them."""
    return settings(
        max_examples=DEEP or examples,
        derandomize=not DEEP,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def ago(days):
    return (AS_OF - timedelta(days=days)).isoformat()


# One day before, on and after each limit in days or months that a rule knows.
LIMITS = (0, 2, 3, 7, 14, 28, 30, 35, 84, 91, 92, 181, 184, 365, 366, 5000)
PAST = st.sampled_from(sorted({max(day + more, 0) for day in LIMITS for more in (-1, 0, 1)}))
PAST = PAST.map(ago)
AROUND = st.one_of(PAST, st.sampled_from([ago(-1), ago(-40)]))
AGES = (0, 12, 17, 18, 20, 22, 25, 35, 40, 45, 50, 55, 60, 65, 70, 75, 76, 90, 119)


def _birthday(age, days):
    return (date(AS_OF.year - age, AS_OF.month, AS_OF.day) + timedelta(days=days)).isoformat()


BIRTHS = st.builds(_birthday, st.sampled_from(AGES), st.sampled_from([-1, 0, 1])).filter(
    lambda day: day <= BASE["as_of"]
)
FLAGS = sorted(codes()["red_flags"])
CONDITIONS = sorted(codes()["conditions"])
ANSWERS = st.sampled_from(["yes", "no", "unknown"])
WORDS = st.sampled_from(["Advil", "latex", "penicillin v", "NSAIDs", "Cymbalta", "omeprazole", ""])


def _members():
    """One or two members of every class that a rule speaks of, and the drugs of the app."""
    drugs = book().drugs
    few = {name for members in drugs.members.values() for name in members[:2]}
    return sorted(few | {"ibuprofen", "naproxen", "duloxetine", "gabapentin", "cyclobenzaprine"})


DRUGS = st.one_of(
    st.sampled_from(_members()),
    st.sampled_from(
        [
            "Advil",
            "Aleve 220 mg tablets",
            "aspirin",
            "diclofenac",
            "Zzyzxol",
            "amlodipine / zzyzxol",
            "fluoxetine",
            "lisinopril and hydrochlorothiazide",
            "warfarin",
            "oxycodone",
            "fentanyl",
            "buprenorphine",
            "prednisone",
            "sertraline",
            "phenelzine",
            "clopidogrel",
            "lithium",
            "ciprofloxacin",
            "paracetamol",
        ]
    ),
)
POOLS = {
    "/as_of": st.just(BASE["as_of"]),
    "/id": st.text(max_size=5).filter(lambda text: text.isprintable()),
    "/person/birth_date": BIRTHS,
    "/person/weight_kg": st.one_of(st.sampled_from([20, 49.9, 50, 70, 130, 400]), st.floats(20, 400)),
    "/red_flags": st.dictionaries(st.sampled_from(FLAGS), ANSWERS, max_size=2),
    "/check_ins/-/red_flags": st.dictionaries(st.sampled_from(FLAGS), ANSWERS, max_size=2),
    "/medications/-/drug": DRUGS,
    "/medications/-/since": AROUND,
    "/medications/-/stopped": AROUND,
    "/medications/-/rxnorm": st.sampled_from(["5640", "1", "", "72625"]),
    "/medications/-/dose_mg": st.one_of(
        st.sampled_from([0.5, 20, 75, 81, 100, 300, 325, 400, 500, 600, 650]), st.floats(0.01, 1e6)
    ),
    "/tried/-/treatment": st.one_of(
        st.sampled_from(["naproxen", "duloxetine", "Advil", "gabapentin", "massage"]), DRUGS
    ),
    "/tried/-/relief_percent": st.sampled_from([0, 29.9, 30, 100]),
    "/allergies/-": st.one_of(WORDS, DRUGS),
    "/check_ins/-/nprs": st.sampled_from([2, 3, 4, 6, 8]),
    "/check_ins/-/peg": st.sampled_from([[3, 3, 3], [5, 5, 5], [6, 6, 6], [9, 8, 9]]),
    "/check_ins/-/missed": st.sampled_from([False, False, True]),
    "/check_ins/-/adherence": st.sampled_from([0, 0.49, 0.5, 1]),
    "/check_ins/-/side_effects/-/drug": st.one_of(
        st.sampled_from(["ibuprofen", "gabapentin", "duloxetine"]), DRUGS
    ),
    "/nsaid_use/consecutive_days": st.sampled_from([0, 1, 7, 8, 9, 10, 11, 200]),
    "/nsaid_use/free_days": st.sampled_from([0, 1, 2, 3, 4, 90]),
    "/labs/creatinine_mg_dl": st.one_of(st.sampled_from([0.17, 0.6, 0.8, 1.4, 2]), st.floats(0.17, 30)),
    "/labs/egfr": st.one_of(st.sampled_from([0, 29.9, 30, 44.9, 45, 59.9, 60]), st.floats(0, 150)),
    "/labs/sodium_mmol_l": st.sampled_from([0, 129.9, 130, 134.9, 135, 140]),
    "/labs/alt_times_uln": st.sampled_from([0, 1, 2.9, 3, 40]),
    "/vitals/systolic": st.sampled_from([50, 99, 100, 139, 140, 159, 160, 300]),
    "/vitals/diastolic": st.sampled_from([20, 89, 90, 99, 100, 200]),
    "/vitals/temperature_c": st.sampled_from([-300, 36.5, 37.9, 38, 41]),
    "/vitals/heart_rate": st.sampled_from([-1, 60, 110, 111, 300]),
    "/care/weeks": st.sampled_from([0, 5.9, 6, 6.1, 60]),
    "/availability/minutes_a_day": st.one_of(st.sampled_from([0, 1, 5, 14.9, 15, 60]), st.floats(0, 40)),
    "/red_flag_reviews/-/finding": st.just("Examined, nothing found."),
}  # fmt: skip


def made_from(schema, path=""):
    """A strategy for the values of a schema; `path` is its place, a list's item being `-`."""
    if path in POOLS:
        return POOLS[path]
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return KINDS[schema["type"]](schema, path)


def _object(schema, path):
    if "propertyNames" in schema:
        names = made_from(schema["propertyNames"])
        return st.dictionaries(names, made_from(schema["additionalProperties"]), max_size=6)
    parts = {name: made_from(one, f"{path}/{name}") for name, one in schema["properties"].items()}
    needed = {name: parts.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional=parts)


def _array(schema, path):
    return st.lists(
        made_from(schema["items"], f"{path}/-"),
        min_size=schema.get("minItems", 0),
        max_size=schema.get("maxItems", 4),
        unique=schema.get("uniqueItems", False),
    )


def _number(schema, path):
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1000))
    high = schema.get("maximum", 1000)
    edges = [high] if "exclusiveMinimum" in schema else [low, high]
    return st.one_of(
        st.sampled_from(edges),
        st.floats(low, high, exclude_min="exclusiveMinimum" in schema, allow_subnormal=False),
    )


def _integer(schema, path):
    return st.integers(schema.get("minimum", -1000), schema.get("maximum", 1000))


def _string(schema, path):
    if schema.get("format") == "date":
        return PAST
    return st.text(min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 20))


KINDS = {
    "object": _object,
    "array": _array,
    "number": _number,
    "integer": _integer,
    "string": _string,
    "boolean": lambda schema, path: st.booleans(),
}
SPASM = {"/episode/features/muscle_spasm": "yes"}
LATER = {
    **SPASM,
    "/care": {"physical_therapy": "active", "weeks": 8, "self_management": "active"},
    "/tried": [{"treatment": "naproxen", "weeks": 2, "outcome": "not_enough"}],
}
NERVE = {f"/episode/features/{name}": "yes" for name in
         ("burning", "tingling", "leg_pain_below_knee", "dermatomal_sensory_loss")}  # fmt: skip
PEOPLE = [
    intake(),  # an NSAID is offered
    intake({"/person/sex": "male"}),
    intake(LATER),  # duloxetine and cyclobenzaprine as well
    intake({**LATER, "/person/sex": "male", "/person/birth_date": "1958-01-01"}),
    intake(  # gabapentin is for the prescriber
        {
            **LATER,
            **NERVE,
            "/tried/0": {"treatment": "ibuprofen", "flares": 2, "outcome": "not_enough"},
            "/clinic": {"gabapentin_enabled": True},
            "/person/sex": "other",
            "/person/birth_date": "1960-01-01",
        }
    ),
]
PARTS = {
    name: made_from(one, f"/{name}")
    for name, one in SCHEMA["properties"].items()
    if name not in ("as_of", "id", "red_flags")
}
ABSENT = st.sampled_from(
    [
        "/conditions_complete",
        "/medications_complete",
        "/medications_on",
        "/allergies",
        "/labs",
        "/labs/on",
        "/labs/creatinine_mg_dl",
        "/vitals",
        "/vitals/on",
        "/person/weight_kg",
        "/person/height_cm",
        "/person/pregnant",
        "/person/breastfeeding",
        "/person/smoker_ever",
        "/episode/flare",
        "/episode/first_ever",
        "/episode/features",
        "/care",
        "/tried",
        "/red_flags/fever",
    ]
)


@st.composite
def intakes(draw):
    """An accepted intake: a person, up to four drawn branches, flags, and some places missing."""
    made = copy.deepcopy(draw(st.sampled_from(PEOPLE)))
    for name in draw(st.lists(st.sampled_from(sorted(PARTS)), unique=True, max_size=4)):
        drawn = draw(PARTS[name])
        made[name] = _over(made.get(name), drawn)
    if draw(st.integers(0, 3)) == 3:
        made["red_flags"].update(draw(POOLS["/red_flags"]))
    for pointer in draw(st.lists(ABSENT, max_size=1)):
        put(made, pointer, REMOVED)
    _settle(made)
    return made


def _over(before, drawn):
    """A drawn branch over the one that is there: objects are joined, anything else is replaced."""
    if not isinstance(before, dict) or not isinstance(drawn, dict):
        return drawn
    return {**before, **{name: _over(before.get(name), one) for name, one in drawn.items()}}


def _settle(made):
    """Put right what no intake may say (D-43), and give up on what is left of it."""
    made.get("check_ins", []).sort(key=lambda one: one["on"])
    labs = made.get("labs", {})
    if "creatinine_mg_dl" in labs and "creatinine_umol_l" in labs:
        labs["creatinine_umol_l"] = min(max(labs["creatinine_mg_dl"] * 88.4, 15.1), 2650)
    made["episode"]["onset"] = max(made["episode"]["onset"], made["person"]["birth_date"])
    assume(is_accepted(made))


def is_accepted(made):
    try:
        check(made)
    except IntakeRefused:
        return False
    return True
