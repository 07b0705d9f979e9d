"""An intake is read against its shape; what is wrong is named at its place, all of it at once."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careplan.rules.intake import IntakeRefused, check, codes, read_json
from tests.rules.building import BASE, REMOVED, intake, put

CONTRACT = Path(__file__).parent / "contract"
SCHEMA = json.loads((CONTRACT / "intake.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def faults(made):
    """Path -> message of everything that is refused."""
    try:
        check(made)
    except IntakeRefused as refused:
        return {error["path"]: error["message"] for error in refused.errors}
    return {}


@pytest.mark.parametrize(
    "path", sorted((CONTRACT / "examples").glob("*.json")), ids=lambda p: p.stem
)
def test_examples_of_the_contract_are_accepted(path):
    assert faults(json.loads(path.read_text())) == {}


def test_codes_are_those_of_the_contract():
    places = SCHEMA["properties"]
    flags = places["red_flags"]["properties"]
    assert set(codes()["red_flags"]) == set(flags)
    assert set(codes()["features"]) == set(
        places["episode"]["properties"]["features"]["propertyNames"]["enum"]
    )
    assert set(codes()["conditions"]) == set(places["conditions"]["items"]["enum"])
    assert set(codes()["factors"]) == set(
        places["episode"]["properties"]["factors"]["items"]["enum"]
    )
    effects = places["tried"]["items"]["properties"]["side_effects"]["items"]["enum"]
    assert set(codes()["side_effects"]) == set(effects)


def test_every_fault_is_named_at_once():
    made = intake({"/person/sex": "f", "/episode/onset": REMOVED, "/conditions": ["ckd3"]})
    put(made, "/as_of", "2026-02-30")
    assert set(faults(made)) == {"/person/sex", "/episode/onset", "/conditions/0", "/as_of"}


def test_an_unknown_code_is_answered_with_the_nearest_known_ones():
    assert "ckd_3" in faults(intake({"/conditions": ["ckd3"]}))["/conditions/0"]
    assert "fever" in faults(intake({"/red_flags/feever": "no"}))["/red_flags/feever"]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/person/weight_kg", 19.9),
        ("/person/weight_kg", 400.1),
        ("/person/weight_kg", True),
        ("/person/weight_kg", "70"),
        ("/person/weight_kg", float("nan")),
        ("/person/weight_kg", float("inf")),
        ("/episode/first_onset_age", 40.5),
        ("/episode/flare", "yes"),
        ("/episode/onset", "2026-5-1"),
        ("/episode/onset", "2026-02-30"),
        ("/episode/onset", 20260501),
        ("/red_flags/fever", "maybe"),
        ("/function/peg", [5, 6]),
        ("/function/psfs", []),
        ("/conditions", ["asthma", "asthma"]),
        ("/medications", [{"drug": "x"}]),
        ("/medications", {"drug": "ibuprofen"}),
        ("/allergies", [None]),
        ("/surprise", 1),
        ("/person/pregnant", None),
    ],
)
def test_a_wrong_value_is_refused_at_its_place(pointer, value):
    assert any(path.startswith(pointer) for path in faults(intake({pointer: value})))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/person/weight_kg", 20),
        ("/person/weight_kg", 400),
        ("/episode/first_onset_age", 40.0),
        ("/episode/onset", "2026-11-22"),
        ("/person/birth_date", "1906-11-22"),
    ],
)
def test_a_value_on_the_edge_is_accepted(pointer, value):
    assert faults(intake({pointer: value, "/episode/onset": "2026-11-22"})) == {}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"/person/birth_date": "2026-11-23"}, "/person/birth_date"),
        ({"/person/birth_date": "1906-11-21"}, "/person/birth_date"),
        ({"/episode/onset": "2026-11-23"}, "/episode/onset"),
        ({"/episode/onset": "1980-04-01"}, "/episode/onset"),
        ({"/labs/on": "2026-11-23"}, "/labs/on"),
        ({"/vitals/on": "2026-11-23"}, "/vitals/on"),
        ({"/check_ins": [{"on": "2026-11-23"}]}, "/check_ins/0/on"),
        ({"/check_ins": [{"on": "2026-11-02"}, {"on": "2026-11-01"}]}, "/check_ins/1/on"),
        ({"/as_of": "0001-01-01"}, "/as_of"),
        ({"/as_of": "9999-12-31"}, "/as_of"),
        (
            {
                "/red_flag_reviews": [
                    {
                        "flag": "fever",
                        "on": "2026-11-23",
                        "role": "therapist",
                        "outcome": "cleared",
                        "finding": "x",
                    }
                ]
            },
            "/red_flag_reviews/0/on",
        ),
    ],
)
def test_an_impossible_date_is_refused(changes, path):
    assert path in faults(intake(changes))


def test_two_creatinine_values_that_disagree_are_refused():
    assert faults(intake({"/labs/creatinine_umol_l": 72})) == {}
    assert "/labs/creatinine_umol_l" in faults(intake({"/labs/creatinine_umol_l": 88.4}))


@pytest.mark.parametrize("made", [None, [], "x", 1, True])
def test_something_that_is_no_object_is_refused(made):
    assert list(faults(made)) == [""]


def test_reading_json_keeps_the_place_of_repeated_keys_and_of_nan():
    made = json.dumps(BASE)
    twice = made.replace('"flare": true', '"flare": true, "flare": false')
    assert "more than once" in faults(read_json(twice))["/episode/flare"]
    assert "/person/weight_kg" in faults(read_json(made.replace("70", "NaN", 1)))
    assert "/person/weight_kg" in faults(read_json(made.replace("70", "1e400", 1)))


def test_a_refusal_reads_as_one_line_of_places_and_sentences():
    errors = [{"path": "/a", "message": "Is no day."}, {"path": "/b", "message": "Is too long."}]
    refused = IntakeRefused(errors, id="x")
    assert str(refused) == "/a: Is no day.; /b: Is too long."
    assert (refused.errors, refused.id) == (errors, "x")


@pytest.mark.parametrize("text", ["", "{", "[" * 10_000, "{} {}", '"' + "x" * 5_000_001])
def test_text_that_is_not_json_is_refused_with_a_sentence(text):
    with pytest.raises(IntakeRefused) as refused:
        read_json(text)
    assert refused.value.errors[0]["message"].endswith(".")


def places(value, path=""):
    """Every pointer of a document."""
    children = value.items() if isinstance(value, dict) else ()
    for key, child in children:
        yield f"{path}/{key}"
        yield from places(child, f"{path}/{key}")


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 500),
    st.floats(-5, 500),
    st.sampled_from(["", "no", "yes", "unknown", "female", "2026-01-01", "2026-13-01", "ckd_3"]),
    st.lists(st.sampled_from(["asthma", "no", 1]), max_size=3),
    st.dictionaries(
        st.sampled_from(["on", "fever", "odd"]), st.sampled_from(["no", 1]), max_size=2
    ),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.dictionaries(st.sampled_from(sorted(places(BASE))), ODD, max_size=3))
def test_what_the_schema_refuses_is_refused_and_nothing_else(changes):
    made = copy.deepcopy(BASE)
    for pointer, value in sorted(changes.items()):
        try:
            put(made, pointer, value)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            continue
    found = faults(made)
    if VALIDATOR.is_valid(made):
        beyond = ("lies after", "Lies before", "120 years", "µmol/L", "between 1900")
        assert all(any(word in message for word in beyond) for message in found.values()), found
    else:
        assert found
