"""Whatever is done to a record, the import answers with a proposal or with a refusal in sentences."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careplan.exchange.fhir_in import BundleRefused, Proposal
from tests.exchange.bundles import allergy, bundle, extract, order, pressure, read

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(10**30), max_value=10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "\x00",
            "9999-12-31",
            "0001-01-01",
            "2020",
            "2020-02-30",
            "active",
            "#",
            "mg/dL",
            -0.0,
            1e308,
        ]
    ),
    st.just([]),
    st.just({}),
    st.lists(st.none() | st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=5), st.none() | st.integers(), max_size=2),
)
FULL = bundle(
    pressure(150, 90),
    order("Ibuprofen 400 MG Oral Tablet", dosageInstruction=[{"asNeededBoolean": True}]),
    allergy("Aspirin"),
)
EXTRACTS = ("p21", "p07", "p13", "p18")


def places(node, here=()):
    """The way to every value in a document."""
    rows = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in rows:
        yield (*here, key)
        yield from places(value, (*here, key))


def change(document, way, junk, delete):
    for key in way[:-1]:
        document = document[key]
    if delete:
        del document[way[-1]]
    else:
        document[way[-1]] = junk


def answer(document) -> Proposal | None:
    try:
        return read(json.dumps(document).encode("utf-8", "surrogatepass"))
    except BundleRefused as refused:
        assert refused.errors
        assert all(error["message"].endswith(".") for error in refused.errors)
        return None


@pytest.mark.parametrize("name", EXTRACTS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_record_is_read_or_refused_and_never_breaks(name, data):
    document = json.loads(extract(name))
    for _ in range(data.draw(st.integers(1, 4))):
        ways = list(places(document))
        if not ways:
            return
        way = data.draw(st.sampled_from(ways))
        change(document, way, copy.deepcopy(data.draw(JUNK)), data.draw(st.booleans()))
    proposal = answer(document)
    if proposal:
        assert "red_flags" not in proposal.intake
        assert "conditions_complete" not in proposal.intake
        assert "medications_complete" not in proposal.intake
        json.dumps(proposal.intake, allow_nan=False)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_small_record_damaged_in_one_place(data):
    document = copy.deepcopy(FULL)
    way = data.draw(st.sampled_from(list(places(document))))
    change(document, way, copy.deepcopy(data.draw(JUNK)), data.draw(st.booleans()))
    answer(document)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_in_sentences(data):
    with pytest.raises(BundleRefused) as refused:
        read(data)
    assert refused.value.errors[0]["message"].endswith(".")


@settings(max_examples=100, deadline=None)
@given(cut=st.integers(min_value=0), flip=st.integers(0, 255))
def test_a_file_cut_short_or_with_a_flipped_byte(cut, flip):
    whole = extract("p16")
    at = cut % len(whole)
    for damaged in (whole[:at], whole[:at] + bytes([flip]) + whole[at + 1 :]):
        try:
            read(damaged)
        except BundleRefused as refused:
            assert refused.errors[0]["message"].endswith(".")
