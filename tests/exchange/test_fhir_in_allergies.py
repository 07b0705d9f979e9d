"""Allergies: listed, known to be none, or unknown are three different things."""

import pytest

from tests.exchange.bundles import allergy, bundle, concept, read, whys


def test_a_silent_record_leaves_them_unknown():
    proposal = read(bundle())
    assert proposal.allergies_known == "unknown"
    assert "allergies" not in proposal.intake


@pytest.mark.parametrize("code", ["716186003", "409137002"])
def test_no_known_allergy_is_an_answer(code):
    proposal = read(bundle(allergy("No known allergy", code=code)))
    assert proposal.allergies_known == "none"
    assert proposal.intake["allergies"] == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Aspirin", "aspirin"),
        ("Latex (substance)", "latex"),
        ("Eggs (edible) (substance)", "eggs"),
        ("Shellfish allergy", "shellfish"),
        ("Allergy to penicillin", "penicillin"),
        ("Non-steroidal anti-inflammatory agent", "non-steroidal anti-inflammatory agent"),
    ],
)
def test_substances_and_classes_are_kept_by_name(written, kept):
    proposal = read(bundle(allergy(written)))
    assert proposal.allergies_known == "listed"
    assert proposal.intake["allergies"] == [kept]


def test_the_same_allergy_twice_is_one():
    assert read(bundle(allergy("Aspirin"), allergy("aspirin"))).intake["allergies"] == ["aspirin"]


def test_none_and_some_at_once_is_a_conflict_and_the_list_is_kept():
    proposal = read(bundle(allergy("No known allergy", code="716186003"), allergy("Aspirin")))
    assert proposal.intake["allergies"] == ["aspirin"]
    (conflict,) = proposal.conflicts
    assert "Ask which is right." in conflict.sentence
    assert len(conflict.values) == 2


@pytest.mark.parametrize("doubt", ["refuted", "entered-in-error"])
def test_a_refuted_allergy_is_reported_and_leaves_them_unknown(doubt):
    proposal = read(bundle(allergy("Aspirin", verificationStatus=concept(doubt))))
    assert proposal.allergies_known == "unknown"
    assert "marked as wrong: Aspirin" in whys(proposal)


def test_a_past_allergy_is_asked_about():
    proposal = read(bundle(allergy("Aspirin", clinicalStatus=concept("resolved"))))
    assert "allergies" not in proposal.intake
    assert (
        "ask whether it still holds"
        in {row.label: row.value for row in proposal.understood}["Aspirin"]
    )


def test_an_allergy_without_a_name_is_reported():
    nameless = allergy("x") | {"code": {}}
    assert "does not say to what" in whys(read(bundle(nameless)))
