"""Words that may be a red flag (RFL-06): found, never trusted to be a no, lowering nothing."""

import json

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from careplan.rules.free_text import read
from tests.rules.building import HERE, intake

AS_OF = "2026-11-22"


def found(text, **more):
    return read({"as_of": AS_OF, "text": text, **more}, book())


WORDS = [
    ("My groin went NUMB", "saddle_numbness", "urgent"),
    ("numb between my legs", "saddle_numbness", "urgent"),
    ("bladder feels odd", "bladder_change", "urgent"),
    ("I can’t pass water", "bladder_change", "urgent"),
    ("I soiled myself", "bowel_or_sexual_change", "urgent"),
    ("both legs went", "both_legs_affected", "urgent"),
    ("my leg gave way", "leg_weakness_progressive", "urgent"),
    ("black stool since Monday", "gi_bleeding", "urgent"),
    ("thinking of suicide", "suicidal_thoughts", "urgent"),
    ("want to kill myself", "suicidal_thoughts", "urgent"),
    ("you would be better off without me", "suicidal_thoughts", "urgent"),
    ("tight chest on stairs", "chest_breath_or_stroke_signs", "urgent"),
    ("my foot is numb", "numbness_spreading", "caution"),
    ("a fever and chills", "fever", "caution"),
    ("I lost weight", "unexplained_weight_loss", "caution"),
    ("I tripped on the rug", "minor_trauma", "caution"),
    ("I peed the bed, wetted myself", "bladder_change", "urgent"),
    ("lost control of my bowels", "bowel_or_sexual_change", "urgent"),
    ("my left leg sometimes feels weak", "leg_weakness_progressive", "urgent"),
    ("weakness in my left foot", "leg_weakness_progressive", "urgent"),
    ("my stools are black", "gi_bleeding", "urgent"),
    ("life is not worth living", "suicidal_thoughts", "urgent"),
    ("I might take my own life", "suicidal_thoughts", "urgent"),
    ("a red eye", "red_painful_eye", "caution"),
    ("an infected tooth", "infection_risk", "caution"),
    ("I had a transplant", "immunosuppressed", "caution"),
    ("nothing eases it", "unremitting_pain", "caution"),
    ("burning when I pee", "flank_pain_with_urinary_signs", "urgent"),
    ("shaking all over", "serotonin_toxicity", "urgent"),
]


@pytest.mark.parametrize(("text", "flag", "severity"), WORDS)
def test_words_raise_their_flag(text, flag, severity):
    told = found(text)
    assert flag in told["flags"]
    row = next(f for f in told["findings"] if f["rule"] == "RFL-06")
    assert row["severity"] == severity
    assert row["patient_message"]
    assert book().codes["red_flags"][flag].label in row["message"]


@pytest.mark.parametrize("text", [row[0] for row in WORDS])
def test_a_denial_is_a_hit_too_and_lowers_nothing(text):
    assert set(found(text)["flags"]) <= set(found(f"I do not have this: {text}")["flags"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Feeling great",
        "The chest stretch is easy",
        "Walked the dog, made the bed",
        "Numbers!",
        "My back is killing me",
        "The dead bug is hard, my legs are tired",
        "Week three was good",
        "I can do the bird-dog for the weekend",
    ],
)
def test_calm_words_raise_nothing(text):
    assert found(text) == {"flags": [], "findings": [], "follow_ups": []}


def test_the_worse_of_two_flags_decides():
    assert found("my foot is numb and my bladder is odd")["findings"][0]["severity"] == "urgent"


def test_tingling_asks_for_an_appointment():
    assert "SCH-04" in {f["rule"] for f in found("tingling in one toe")["findings"]}
    assert "SCH-04" not in {f["rule"] for f in found("my bladder is odd")["findings"]}


def test_guidance_is_the_patients_choice():
    assert [f["rule"] for f in found("", wants_guidance=True)["findings"]] == ["SCH-05"]
    assert found("", wants_guidance=False)["findings"] == []


def test_line_breaks_and_odd_letters_hide_nothing():
    assert found("black\n  stool")["flags"] == ["gi_bleeding"]
    assert found("ｂｌａｄｄｅｒ")["flags"] == ["bladder_change"]
    assert found("kill\u200b my\u00adself")["flags"] == ["suicidal_thoughts"]


def test_a_text_too_long_to_read_goes_to_a_clinician():
    longest = book().longest_words
    assert found("a" * longest)["findings"] == []
    row = found("a" * (longest + 1))["findings"][0]
    assert (row["rule"], row["severity"]) == ("RFL-06", "caution")
    assert "not read" in row["message"]


def test_every_pattern_is_about_a_flag_of_the_book():
    assert set(book().danger_words) <= set(book().red_flags)
    assert {row.code for row in book().core_flags} <= set(book().danger_words)


def in_intake(**changes):
    return assess(intake({f"/{name}": value for name, value in changes.items()}))


def words_of(result):
    return [f for f in result["findings"] if f["rule"] == "RFL-06"]


def test_words_in_an_intake_are_read_within_one_working_day():
    tried = [{"treatment": "ibuprofen, then black stool", "outcome": "not_enough"}]
    result = in_intake(tried=tried)
    (told,) = words_of(result)
    assert (told["severity"], told["patient_message"]) == ("caution", None)
    assert told["because"] == {"/tried/0/treatment": "ibuprofen, then black stool"}
    due = [row for row in result["follow_ups"] if row["rule"] == "RFL-06"]
    assert [(row["kind"], row["role"]) for row in due] == [("words_contact", "therapist")]
    assert due[0]["due"] == "2026-11-23"  # from a Sunday to the next working day


def test_words_in_an_intake_answer_no_question():
    calm = in_intake()
    told = in_intake(
        tried=[{"treatment": "no numbness, no suicidal thoughts", "outcome": "helped"}]
    )
    assert told["disposition"] == calm["disposition"]
    yes = assess(intake({"/red_flags/saddle_numbness": "yes"}))
    both = {
        "/red_flags/saddle_numbness": "yes",
        "/tried": [{"treatment": "not numb", "outcome": "helped"}],
    }
    assert assess(intake(both))["disposition"] == yes["disposition"] == "emergency"
    assert words_of(assess(intake(both)))


def test_usual_words_of_a_list_of_allergies_raise_nothing():
    assert words_of(in_intake(allergies=["penicillin: hives and a swollen face", "nuts"])) == []
    assert (
        len(words_of(in_intake(allergies=["ibuprofen: vomited blood", "aspirin: tarry stool"])))
        == 2
    )


def test_each_place_of_words_is_a_list_of_an_intake():
    schema = json.loads((HERE / "contract/intake.schema.json").read_text())["properties"]
    for place in book().word_places:
        entry = schema[place.path]["items"]
        assert (entry["properties"][place.key] if place.key else entry)["type"] == "string"
        assert set(place.without) <= set(book().red_flags)
