"""Words that may be a red flag (RFL-06): found, never trusted to be a no, lowering nothing."""

import pytest

from careplan.rules.book import book
from careplan.rules.free_text import LONGEST, read

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
    ["", "Feeling great", "The chest stretch is easy", "Walked the dog, made the bed", "Numbers!"],
)
def test_calm_words_raise_nothing(text):
    assert found(text) == {"flags": [], "findings": []}


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


def test_a_text_too_long_to_read_goes_to_a_clinician():
    row = found("a " * LONGEST)["findings"][0]
    assert (row["rule"], row["severity"]) == ("RFL-06", "caution")
    assert "not read" in row["message"]


def test_every_pattern_is_about_a_flag_of_the_book():
    assert set(book().danger_words) <= set(book().red_flags)
    core = {row.code for row in book().core_flags}
    assert core - set(book().danger_words) <= {
        "infection_risk",
        "immunosuppressed",
        "unremitting_pain",
    }
