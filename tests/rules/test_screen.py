"""The adverse screen of a check-in: which effects are asked for which medicine (CK-21)."""

import pytest

from careplan.rules.book import book
from careplan.rules.facts import Facts
from tests.rules.building import intake

ASKED = {  # as the specification lists them, in the words of the codes
    "nsaid": {"stomach_pain", "black_stool", "swelling", "less_urine", "breathless"},
    "cyclobenzaprine": {"drowsy", "confusion", "urine_hesitancy", "palpitations"},
    "gabapentin": {
        "fog", "dizzy", "felt_drunk", "fall", "swelling", "weight_gain", "low_mood", "breathless",
    },
    "duloxetine": {
        "nausea", "dizzy", "low_mood", "agitation", "sweating", "raised_bp", "bleeding",
        "urine_hesitancy", "sexual_problem",
    },
    "opioid": {"drowsy", "constipation", "breathless"},
}  # fmt: skip
TAKEN = {"nsaid": "naproxen", "opioid": "codeine"}


def facts(*drugs):
    rows = [{"drug": drug, "since": "2026-10-01"} for drug in drugs]
    return Facts(intake({"/medications": rows, "/medications_complete": True}), book())


def asked(found):
    effects = [row for row in book().check_in.values() if row.step == "side_effects"]
    return {row.id for row in effects if row.applies.truth(found) is True}


@pytest.mark.parametrize("drug", sorted(ASKED))
def test_each_medicine_has_its_effects(drug):
    question = book().check_in[f"{drug}_effects"]
    assert ASKED[drug] <= {code for code, _, _ in question.choices}
    assert question.kind == "effects"
    assert asked(facts(TAKEN.get(drug, drug))) == {question.id}


def test_nothing_is_asked_where_nothing_is_taken():
    assert asked(facts()) == set()


def test_each_of_several_medicines_is_asked():
    wanted = {"gabapentin_effects", "duloxetine_effects"}
    assert asked(facts("gabapentin", "duloxetine")) == wanted


@pytest.mark.parametrize("flag", ["jaundice", "acute_eye_pain"])
def test_yellow_skin_and_eye_pain_on_duloxetine_are_asked_as_warning_signs(flag):
    question = book().check_in[flag]
    assert question.applies.truth(facts("duloxetine")) is True
    assert question.applies.truth(facts()) is False
