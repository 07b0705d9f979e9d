"""What must hold of every intake, whatever is in it."""

import copy
import json
from datetime import date

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careplan.rules import assess
from careplan.rules.book import book
from careplan.rules.intake import codes
from tests.rules.building import FLAGS, REMOVED, intake, put
from tests.rules.test_scenarios import VALIDATOR

ANSWERS = st.sampled_from(["yes", "no", "unknown"])
GRAVITY = ["plan", "not_chronic", "incomplete", "not_eligible", "urgent", "emergency"]
TOWARDS_OFFER = ["avoid", "not_yet", "needs_data", "prescriber_only", "caution", "offer"]
FEATURES = sorted(codes()["features"])
CONDITIONS = sorted(codes()["conditions"])
ALL_FLAGS = sorted(codes()["red_flags"])
DRUGS = [
    "ibuprofen",
    "Aleve",
    "aspirin",
    "lisinopril",
    "furosemide",
    "warfarin",
    "sertraline",
    "duloxetine",
    "gabapentin",
    "oxycodone",
    "alprazolam",
    "prednisone",
    "lithium",
    "phenelzine",
    "Zzyzxol",
    "amlodipine / zzyzxol",
]
MEDICATION = st.fixed_dictionaries(
    {"drug": st.sampled_from(DRUGS)},
    optional={
        "dose_mg": st.floats(0.5, 1e6),
        "times_a_day": st.floats(0.5, 24),
        "since": st.sampled_from(["2020-01-01", "2026-11-15"]),
        "stopped": st.sampled_from(["2026-01-01", "2026-11-10", "2026-11-21"]),
        "route": st.sampled_from(["oral", "topical", "patch"]),
    },
)
CHECK_IN = st.fixed_dictionaries(
    {"on": st.just("2026-11-15")},
    optional={
        "nprs": st.floats(0, 10),
        "peg": st.lists(st.integers(0, 10), min_size=3, max_size=3),
        "psfs": st.lists(st.integers(0, 10), min_size=1, max_size=5),
        "adherence": st.floats(0, 1),
        "missed": st.booleans(),
        "red_flags": st.dictionaries(st.sampled_from(ALL_FLAGS), ANSWERS, max_size=2),
        "side_effects": st.lists(
            st.fixed_dictionaries(
                {
                    "drug": st.just("ibuprofen"),
                    "effect": st.sampled_from(sorted(codes()["side_effects"])),
                    "grade": st.sampled_from(["mild", "moderate", "severe"]),
                }
            ),
            max_size=2,
        ),
    },
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "/person/birth_date": st.dates(
            min_value=date(1920, 1, 1),
            max_value=date(2010, 1, 1),
        ).map(str),
        "/person/sex": st.sampled_from(["female", "male", "other"]),
        "/person/weight_kg": st.one_of(st.just(REMOVED), st.floats(20, 400)),
        "/person/height_cm": st.one_of(st.just(REMOVED), st.floats(90, 250)),
        "/person/pregnant": ANSWERS,
        "/person/weeks_pregnant": st.integers(0, 45),
        "/person/smoker_ever": ANSWERS,
        "/episode/onset": st.sampled_from(["2015-01-01", "2026-08-30", "2026-08-31", "2026-11-20"]),
        "/episode/flare": st.one_of(st.just(REMOVED), st.booleans()),
        "/episode/sudden_change": st.booleans(),
        "/episode/features": st.dictionaries(st.sampled_from(FEATURES), ANSWERS, max_size=12),
        "/conditions": st.lists(st.sampled_from(CONDITIONS), unique=True, max_size=6),
        "/conditions_complete": st.booleans(),
        "/medications": st.lists(MEDICATION, max_size=4),
        "/medications_complete": st.booleans(),
        "/allergies": st.lists(st.sampled_from(["aspirin", "latex", "Cymbalta", "omeprazole"])),
        "/labs/creatinine_mg_dl": st.one_of(st.just(REMOVED), st.floats(0.17, 30)),
        "/labs/on": st.sampled_from(["2026-11-01", "2025-01-01"]),
        "/labs/egfr": st.floats(0, 150),
        "/labs/sodium_mmol_l": st.floats(110, 150),
        "/vitals/systolic": st.floats(50, 300),
        "/vitals/heart_rate": st.floats(30, 200),
        "/care/physical_therapy": st.sampled_from(["none", "offered", "declined", "active"]),
        "/care/weeks": st.floats(0, 12),
        "/availability/minutes_a_day": st.floats(0, 60),
        "/availability/too_tired": st.booleans(),
        "/function/walking_minutes": st.floats(0, 90),
        "/clinic": st.fixed_dictionaries({"gabapentin_enabled": st.booleans()}),
        "/check_ins": st.lists(CHECK_IN, max_size=4),
    },
)
FLAG_CHANGES = st.dictionaries(st.sampled_from(ALL_FLAGS), ANSWERS, max_size=3)


@st.composite
def intakes(draw):
    made = intake(draw(CHANGES))
    for flag, answer in draw(FLAG_CHANGES).items():
        put(made, f"/red_flags/{flag}", answer)
    return made


@settings(max_examples=400, deadline=None)
@given(made=intakes())
def test_the_assessment_fits_the_contract_and_its_own_promises(made):
    before = copy.deepcopy(made)
    found = assess(made)
    assert made == before, "an intake is read, never changed"
    VALIDATOR.validate(json.loads(json.dumps(found, allow_nan=False)))
    assert found["drugs"]["opioid"]["status"] == "avoid"
    ids = {(f["rule"], f["applies_to"]) for f in found["findings"]}
    for drug, row in found["drugs"].items():
        assert all((rule, drug) in ids for rule in row["rules"])
        assert (row["dose"] is None) == (row["status"] in ("avoid", "not_yet", "needs_data"))
        assert row["status"] != "needs_data" or row["missing"]
    assert all(f["because"] for f in found["findings"])
    if found["disposition"] != "plan":
        assert found["program"] is None
        assert found["home_plan"] is None


@settings(max_examples=300, deadline=None)
@given(made=intakes())
def test_home_minutes_never_pass_fifteen_and_nothing_hidden_is_shown(made):
    plan = assess(made)["home_plan"]
    if plan is None:
        return
    limit = min(15, made.get("availability", {}).get("minutes_a_day", 15))
    assert plan["minutes"] <= limit
    counted = sum(book().exercises[e["id"]].minutes + 0.25 for e in plan["exercises"])
    assert plan["minutes"] == counted
    hidden = {row["id"] for row in plan["hidden"]}
    assert not hidden & {e["id"] for e in plan["exercises"]}
    assert not plan["aerobic"] or plan["aerobic"]["id"] not in hidden


@settings(max_examples=200, deadline=None)
@given(made=intakes(), flag=st.sampled_from(ALL_FLAGS))
def test_one_more_yes_never_lowers_the_disposition(made, flag):
    if flag == "long_standing_and_assessed":  # the one documented exception (D-03)
        return
    # From a no: what is not known holds the plan, where a yes to RF-14 or RF-17 alone is a caution.
    put(made, f"/red_flags/{flag}", "no")
    before = GRAVITY.index(assess(made)["disposition"])
    put(made, f"/red_flags/{flag}", "yes")
    assert GRAVITY.index(assess(made)["disposition"]) >= before


@settings(max_examples=200, deadline=None)
@given(made=intakes(), flag=st.sampled_from(FLAGS))
def test_unknown_is_never_milder_than_no(made, flag):
    gravity = {}
    for answer in ("no", "unknown"):
        changed = copy.deepcopy(made)
        put(changed, f"/red_flags/{flag}", answer)
        gravity[answer] = GRAVITY.index(assess(changed)["disposition"])
    missing = copy.deepcopy(made)
    put(missing, f"/red_flags/{flag}", REMOVED)
    assert gravity["unknown"] >= gravity["no"]
    assert assess(missing)["disposition"] != "plan"


@settings(max_examples=150, deadline=None)
@given(made=intakes())
def test_same_intake_same_bytes(made):
    first = json.dumps(assess(made))
    assert json.dumps(assess(copy.deepcopy(made))) == first


@settings(max_examples=150, deadline=None)
@given(made=intakes())
def test_the_order_of_lists_does_not_matter(made):
    turned = copy.deepcopy(made)
    for name in ("conditions", "medications", "allergies", "red_flag_reviews", "tried"):
        if name in turned:
            turned[name].reverse()
    first, second = assess(made), assess(turned)
    assert first["disposition"] == second["disposition"]
    for drug in first["drugs"]:
        assert first["drugs"][drug]["status"] == second["drugs"][drug]["status"]
    assert [f["rule"] for f in first["findings"]] == [f["rule"] for f in second["findings"]]


STEPS_OPEN = {"STEP-2A", "STEP-2B", "MED-GABA-03"}  # an NSAID that is stopped opens the next step


@settings(max_examples=200, deadline=None)
@given(made=intakes(), code=st.sampled_from(CONDITIONS))
def test_one_more_condition_never_moves_a_drug_towards_offer(made, code):
    before = assess(made)
    if before["disposition"] != "plan" or code in made["conditions"]:
        return
    made["conditions"] = [*made["conditions"], code]
    after = assess(made)
    for drug, row in before["drugs"].items():
        if STEPS_OPEN & set(row["rules"]) or row["missing"]:
            continue
        now = after["drugs"][drug]["status"]
        assert TOWARDS_OFFER.index(now) <= TOWARDS_OFFER.index(row["status"]), (drug, code)


@settings(max_examples=200, deadline=None)
@given(
    made=intakes(),
    place=st.sampled_from(
        [
            "/labs",
            "/vitals",
            "/person/weight_kg",
            "/person/height_cm",
            "/person/pregnant",
            "/allergies",
            "/conditions_complete",
            "/medications_complete",
            "/labs/on",
            "/vitals/on",
        ]
    ),
)
def test_less_data_never_turns_another_status_into_an_offer(made, place):
    before = assess(made)
    put(made, place, REMOVED)
    after = assess(made)
    for drug, row in before["drugs"].items():
        if row["status"] != "offer":
            assert after["drugs"][drug]["status"] != "offer", (drug, place)


def test_the_contract_validator_is_not_blind():
    found = assess(intake())
    found["disposition"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(found)
