"""What must hold of every intake, whatever is in it; true exceptions are named, with their row.

Quick and the same every time; FUZZ_EXAMPLES=20000 looks longer (see strategies.py).
"""

import copy
import json
import re

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from careplan.rules import assess
from careplan.rules.book import book
from tests.rules.building import REMOVED, intake, put
from tests.rules.strategies import CONDITIONS, DRUGS, FLAGS, examined, intakes, is_accepted
from tests.rules.test_scenarios import VALIDATOR

GRAVITY = ["plan", "not_chronic", "incomplete", "not_eligible", "urgent", "emergency"]
TOWARDS_OFFER = ["avoid", "not_yet", "needs_data", "prescriber_only", "caution", "offer"]
NSAIDS = ("ibuprofen", "naproxen")


def gravity(assessment):
    return GRAVITY.index(assessment["disposition"])


def statuses(assessment):
    """Drug -> how near its status is to an offer."""
    return {drug: TOWARDS_OFFER.index(row["status"]) for drug, row in assessment["drugs"].items()}


def places(value, path=""):
    """Every JSON pointer of a document, list items included."""
    pairs = value.items() if isinstance(value, dict) else ()
    for key, child in enumerate(value) if isinstance(value, list) else pairs:
        yield f"{path}/{key}"
        yield from places(child, f"{path}/{key}")


def at(value, pointer):
    for step in pointer[1:].split("/"):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def without(made, pointer):
    """A copy with one place, branch or list item taken out."""
    changed = copy.deepcopy(made)
    above, _, last = pointer.rpartition("/")
    holder = at(changed, above) if above else changed
    del holder[int(last) if isinstance(holder, list) else last]
    return changed


# What it says, whatever comes in


@examined(120)
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
        assert (row["status"] == "needs_data") == bool(row["missing"])
    assert all(f["because"] for f in found["findings"])
    assert (found["program"] is None) == (found["disposition"] != "plan")
    assert (found["home_plan"] is None) == (found["disposition"] != "plan")


def test_the_contract_validator_is_not_blind():
    found = assess(intake())
    found["disposition"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(found)


@examined(100)
@given(made=intakes(), minutes=st.sampled_from([None, 0, 1, 3, 7.25, 14.9, 15, 15.1, 60]))
def test_home_minutes_never_pass_fifteen_nor_what_a_person_has(made, minutes):
    if minutes is not None:
        put(made, "/availability/minutes_a_day", minutes)
    plan = assess(made)["home_plan"]
    if plan is None:
        return
    assert plan["minutes"] <= min(15, made.get("availability", {}).get("minutes_a_day", 15))
    counted = sum(book().exercises[e["id"]].minutes + 0.25 for e in plan["exercises"])
    assert plan["minutes"] == counted
    assert all(e["minutes"] >= book().exercises[e["id"]].minutes for e in plan["exercises"])


STOPS = {"osteoporosis": "OSTEOP", "spinal_stenosis": "STENOSIS", "spondylolisthesis": "SPONDY",
         "spine_surgery_under_12_weeks": "POSTOP", "extension_intolerant": "EXT-INT",
         "known_aaa": "AAA", "uncontrolled_hypertension": "HTN-UNC"}  # fmt: skip


@examined(120)
@given(made=intakes(), stops=st.lists(st.sampled_from(sorted(STOPS)), unique=True, max_size=3))
def test_a_hidden_exercise_never_appears_not_even_as_a_stand_in(made, stops):
    told = {*made.get("conditions", ()), *stops}
    made["conditions"] = sorted(told)
    plan = assess(made)["home_plan"]
    if plan is None:
        return
    shown = {e["id"] for e in plan["exercises"]} | {(plan["aerobic"] or {}).get("id")} - {None}
    assert not shown & {row["id"] for row in plan["hidden"]}
    stopped = {STOPS[code] for code in told if code in STOPS}
    assert not any(stopped & set(book().exercises[code].stops) for code in shown)
    assert len(shown) == len(plan["exercises"]) + bool(plan["aerobic"]), "each one once"


def says(template, message):
    """Whether a message was made from a template of the book; its holes may hold anything."""
    pattern = ".*".join(re.escape(part) for part in re.split(r"\{[^}]*\}", template))
    return re.fullmatch(pattern, message, re.IGNORECASE | re.DOTALL)


def effects_of(found, drug):
    """What the rules that fired about a drug do to it, read from the findings and the book."""
    for one in found["findings"]:
        rule = book().rules.get(one["rule"])  # D-20 speaks of a whole assessment
        if one["applies_to"] == drug and rule:
            levels = (rule.by_drug or {}).get(drug, ())
            yield from (level.effect for level in levels if says(level.message, one["message"]))


@examined(120)
@given(made=intakes())
def test_a_status_is_the_first_that_applies(made):
    """The precedence of the contract; off the plan path that of D-20."""
    found = assess(made)
    held = found["disposition"] in ("emergency", "urgent", "not_eligible")
    for drug, row in found["drugs"].items():
        effects = set(effects_of(found, drug))
        if held or drug == "opioid" or "avoid" in effects:
            wanted = "avoid"
        elif found["disposition"] == "incomplete":
            wanted = "needs_data"
        elif found["disposition"] == "not_chronic" or "not_yet" in effects:
            wanted = "not_yet"
        elif row["missing"]:
            wanted = "needs_data"
        else:
            wanted = next((e for e in ("prescriber_only", "caution") if e in effects), "offer")
        assert row["status"] == wanted, (drug, effects)


# Red flags and what is not known


@examined(100)
@given(
    made=intakes(), flag=st.sampled_from([f for f in FLAGS if f != "long_standing_and_assessed"])
)
def test_one_more_yes_never_lowers_the_disposition(made, flag):
    """long_standing_and_assessed is the one documented exception (D-03).

    From a no: what is not known holds the plan, where a yes to RF-14 or RF-17 alone is a caution.
    """
    put(made, f"/red_flags/{flag}", "no")
    before = gravity(assess(made))
    put(made, f"/red_flags/{flag}", "yes")
    assert gravity(assess(made)) >= before


WORSE = "what is not known is asked for: never above needs_data"
LESS_SURE = {  # pointer -> row: the places whose absence is an answer
    r"/clinic/duloxetine_enabled": "the contract: a clinic that says nothing has it switched on",
}


def doubted(made):
    """(pointer, value) of each way to know less where an intake says no, false or complete."""
    for pointer in places(made):
        value = at(made, pointer)
        if value == "no":
            yield from ((pointer, "unknown"), (pointer, REMOVED))
        elif value is False or pointer.endswith("_complete"):
            yield pointer, REMOVED
            if value is True:
                yield pointer, False


@examined(100)
@given(made=intakes(), data=st.data())
def test_unknown_is_never_milder_than_no(made, data):
    before = assess(made)
    pointer, value = data.draw(st.sampled_from(list(doubted(made))))
    if any(re.fullmatch(pattern, pointer) for pattern in LESS_SURE):
        return
    changed = copy.deepcopy(made)
    put(changed, pointer, value)
    after = assess(changed)
    assert gravity(after) >= gravity(before)
    asked = TOWARDS_OFFER.index("needs_data")
    for drug, status in statuses(after).items():
        assert status <= max(statuses(before)[drug], asked), f"{drug} {pointer}: {WORSE}"


ABSENT_IS_NO = "README 1: an entry less of a list that is said to be complete is a no"
GONE = {  # pointer -> why an `avoid` may fall with this place
    r"/(conditions|medications|allergies)(/\d+)?": ABSENT_IS_NO,
    r"/medications/\d+/rxnorm": "D-25: the code said another drug than the name",
    r"/(check_ins|red_flag_reviews|tried)(/.*)?": "D-01: an event that was not told did not happen",
    r"/nsaid_use(/.*)?": "D-35: a complete list without an NSAID is no run of days",
    r"/labs/(sodium|alt|previous).*": "MED-GEN-02: nobody has to measure these",
    r"/vitals(/temperature_c|/on)?": "D-10: a fever that was measured is evidence beside an answer",
    r"/red_flags/.*": "D-08: a conditional flag that was not asked is a question, without effect",
    r"/clinic(/duloxetine_enabled)?": LESS_SURE["/clinic/duloxetine_enabled"],
}


def stays_out_of_offer(made, pointer):
    """Whether no drug that is to be avoided is offered once a place is gone; None: not accepted."""
    changed = without(made, pointer)
    if not is_accepted(changed):
        return None
    before, after = assess(made)["drugs"], assess(changed)["drugs"]
    return [
        drug
        for drug in before
        if before[drug]["status"] == "avoid" and after[drug]["status"] == "offer"
    ] == []


@examined(100)
@given(made=intakes(), data=st.data())
def test_less_data_never_turns_avoid_into_an_offer(made, data):
    pointer = data.draw(st.sampled_from(sorted(places(made))))
    assume(not any(re.fullmatch(pattern, pointer) for pattern in GONE))
    assert stays_out_of_offer(made, pointer) is not False, pointer


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"/conditions": ["heart_failure"]}, "/conditions/0"),
        ({"/medications": [{"drug": "paracetamol", "rxnorm": "5640"}]}, "/medications/0/rxnorm"),
        ({"/nsaid_use": {"consecutive_days": 10}}, "/nsaid_use/consecutive_days"),
        ({"/labs/alt_times_uln": 3}, "/labs/alt_times_uln"),
        ({"/vitals/temperature_c": 38.0}, "/vitals/temperature_c"),
        ({"/clinic": {"duloxetine_enabled": False}}, "/clinic"),
        ({"/check_ins": [{"on": "2026-11-20", "red_flags": {"fever": "yes"}}]}, "/check_ins/0"),
    ],
)
def test_the_exceptions_are_true_ones(changes, pointer):
    """Each named exception is needed: without it the property above would not hold."""
    later = {"/care": {"physical_therapy": "active", "weeks": 8, "self_management": "active"},
             "/tried": [{"treatment": "naproxen", "weeks": 2, "outcome": "not_enough"}]}  # fmt: skip
    assert any(re.fullmatch(pattern, pointer) for pattern in GONE)
    assert stays_out_of_offer(intake({**later, **changes}), pointer) is False


# One more drug or condition

OPENS = {"cyclobenzaprine": "STEP-2B", "gabapentin": "MED-GABA-03", "duloxetine": "STEP-2A"}
NERVE_PAIN = "/episode/features/"  # what STEP-2A asks for where no anti-inflammatory has failed


def may_rise(drug, before, after):
    """The row that lets a drug come nearer to an offer though something was added, or None."""
    rules = before["drugs"][drug]["rules"], after["drugs"][drug]["rules"]
    blocked = [d for d in (*NSAIDS, "duloxetine") if after["drugs"][d]["status"] == "avoid"]
    asked = before["drugs"][drug]["missing"]
    unsettled = asked and all(path.startswith(NERVE_PAIN) for path in asked)
    held = OPENS.get(drug) in rules[0] or (drug == "duloxetine" and unsettled)
    if held and OPENS[drug] not in rules[1]:
        # D-36, MED-GABA-03: the step before may not be used, so this one is reached.
        return OPENS[drug] if {*NSAIDS} <= {*blocked} or "duloxetine" in blocked else None
    if (before["disposition"], after["disposition"]) in (
        ("plan", "incomplete"),
        ("not_chronic", "incomplete"),
    ):
        return "D-20"  # a flag now applies and is not settled: every drug waits for that answer
    return None


def rises(made, changed):
    """What came nearer to an offer, or a milder disposition, without a row that allows it."""
    before, after = assess(made), assess(changed)
    found = ["disposition"] if gravity(after) < gravity(before) else []
    near = statuses(before)
    return found + [
        (drug, before["drugs"][drug]["status"], after["drugs"][drug]["status"])
        for drug, status in statuses(after).items()
        if status > near[drug] and may_rise(drug, before, after) is None
    ]


@examined(100)
@given(made=intakes(), code=st.sampled_from(CONDITIONS))
def test_one_more_condition_never_moves_a_drug_towards_offer(made, code):
    assume(code not in made.get("conditions", ()))
    changed = {**made, "conditions": [*made.get("conditions", ()), code]}
    assert rises(made, changed) == []


@examined(120)
@given(
    made=intakes(),
    drug=DRUGS,
    more=st.fixed_dictionaries(
        {},
        optional={
            "dose_mg": st.sampled_from([20, 81, 325, 400, 650]),
            "times_a_day": st.sampled_from([1, 3, 8]),
            "route": st.sampled_from(["oral", "topical", "patch"]),
            "since": st.sampled_from(["2020-01-01", "2026-11-15"]),
        },
    ),
)
def test_one_more_medicine_never_moves_a_drug_towards_offer(made, drug, more):
    changed = {**made, "medications": [*made.get("medications", ()), {"drug": drug, **more}]}
    assert rises(made, changed) == []


def test_a_condition_that_stops_both_nsaids_opens_duloxetine():
    """The exception that D-36 makes, as a whole intake; the rows are STEP-2A and STEP-2B."""
    made = intake(
        {"/care": {"physical_therapy": "active", "weeks": 8, "self_management": "active"}}
    )
    changed = {**made, "conditions": ["cabg_under_3_months"]}
    before, after = assess(made), assess(changed)
    assert before["drugs"]["duloxetine"]["status"] == "not_yet"
    assert after["drugs"]["duloxetine"]["status"] == "offer"
    assert may_rise("duloxetine", before, after) == "STEP-2A"
    assert rises(made, changed) == []


def test_a_stop_of_both_nsaids_settles_a_second_step_that_nerve_pain_left_open():
    """D-36 again: where it is not known whether it is nerve pain, STEP-2A asks; once no
    anti-inflammatory may be used, the answer no longer matters."""
    made = intake(
        {
            "/care": {"physical_therapy": "active", "weeks": 8, "self_management": "active"},
            "/episode/features/burning": "yes",
            "/episode/features/tingling": "yes",
            "/episode/features/leg_pain_below_knee": "no",
        }
    )
    changed = {**made, "conditions": ["aspirin_sensitive_asthma"]}
    before, after = assess(made)["drugs"]["duloxetine"], assess(changed)["drugs"]["duloxetine"]
    assert (before["status"], after["status"]) == ("needs_data", "offer")
    assert before["missing"] == ["/episode/features/dermatomal_pain_map"]
    assert rises(made, changed) == []


# The intakes themselves


def test_the_intakes_of_these_tests_meet_the_rules():
    """The strategies are no empty promise: most rules fire, and every status is reached."""
    rules, seen = set(), set()

    @examined(150)
    @given(made=intakes())
    def gather(made):
        found = assess(made)
        rules.update(f["rule"] for f in found["findings"])
        seen.update((drug, row["status"]) for drug, row in found["drugs"].items())
        seen.add(("", found["disposition"]))

    gather()
    assert {word for drug, word in seen if not drug} == set(GRAVITY)
    for drug in ("ibuprofen", "duloxetine"):
        assert {status for d, status in seen if d == drug} >= set(TOWARDS_OFFER) - {
            "prescriber_only"
        }
    assert len(rules) >= 80
