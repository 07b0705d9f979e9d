"""The questions of both forms, a second time: their ranges are the contract's, and each is asked
where its row says (D-08, D-18, CK-01 to CK-04, CK-20, CK-21)."""

import json

import pytest

from careplan.rules.book import book
from careplan.rules.facts import Facts
from tests.rules.building import FLAGS, HERE, REMOVED, intake
from tests.rules.rows import flags, take, yes

SCHEMA = json.loads((HERE / "contract/intake.schema.json").read_text())
FORMS = {"intake": "questions", "check-in": "check_in"}
OWN_RANGE = {("check-in", "/walking_minutes"): (0, 180)}  # CK-02: a typical best of 0 to 180


def range_of(form, path):
    """(least, most) that the contract allows at a place; None where it has no such place."""
    node = SCHEMA if form == "intake" else SCHEMA["properties"]["check_ins"]["items"]
    for step in path[1:].split("/"):
        node = node.get("items") if step.isdigit() else node.get("properties", {}).get(step)
        if node is None:
            return None
    return node.get("minimum"), node.get("maximum")


def questions(form):
    return getattr(book(), FORMS[form])


@pytest.mark.parametrize("form", FORMS)
def test_a_form_takes_the_numbers_that_the_contract_takes(form):
    numbers = [q for q in questions(form).values() if q.kind in ("number", "whole")]
    assert len(numbers) >= 8
    for question in numbers:
        wanted = OWN_RANGE.get((form, question.path)) or range_of(form, question.path)
        assert (question.min, question.max) == wanted, question.id


def test_the_questions_that_are_asked_of_everybody_are_the_eighteen_and_the_onset():
    always = {q.path for q in questions("intake").values() if q.required}
    assert always == {*(f"/red_flags/{code}" for code in FLAGS), "/episode/onset"}
    asked = {q.id for q in questions("check-in").values() if q.required}
    assert set(FLAGS) <= asked


def born(day):
    return {"/person/birth_date": day}


MALE, OTHER = {"/person/sex": "male"}, {"/person/sex": "other"}
OLD_SIGNS = ("saddle_numbness", "bladder_change", "bowel_or_sexual_change", "both_legs_affected")
PREGNANCY = [  # D-18: female or other, 12 to 55
    ({}, True),
    (OTHER, True),
    (MALE, False),
    (born("2014-11-22"), True),
    (born("2014-11-23"), False),
    (born("1970-11-23"), True),
    (born("1970-11-22"), False),
]
NSAID = [(take("naproxen"), True), (take("gabapentin"), False), ({}, False)]
ASKED = {
    ("intake", "rigors_confusion_or_unwell"): [(flags("fever"), True), ({}, False)],
    ("check-in", "rigors_confusion_or_unwell"): [(flags("fever"), True), ({}, False)],
    ("intake", "midline_pain_or_cannot_bear_weight"): [
        (flags("major_trauma"), True),
        (flags("minor_trauma"), False),
    ],
    ("check-in", "midline_pain_or_cannot_bear_weight"): [
        (flags("major_trauma"), True),
        (flags("minor_trauma"), False),
    ],
    ("intake", "long_standing_and_assessed"): [
        *((flags(sign), True) for sign in OLD_SIGNS),
        (flags("leg_weakness_progressive"), False),
    ],
    ("intake", "pregnant"): PREGNANCY,
    ("intake", "pregnant_on"): PREGNANCY,
    ("intake", "breastfeeding"): PREGNANCY,
    ("intake", "weeks_pregnant"): [
        ({"/person/pregnant": "yes"}, True),
        ({"/person/pregnant": "unknown"}, False),
        ({}, False),
    ],
    ("intake", "nsaid_consecutive_days"): NSAID,
    ("intake", "nsaid_free_days"): NSAID,
    ("intake", "nsaid_days_in_30"): NSAID,
    ("check-in", "nsaid_effects"): NSAID,
    ("check-in", "cyclobenzaprine_effects"): [
        (take("cyclobenzaprine"), True),
        (take("naproxen"), False),
    ],
    ("check-in", "gabapentin_effects"): [
        (take("gabapentin"), True),
        (take("pregabalin"), True),
        (take("naproxen"), False),
    ],
    ("check-in", "duloxetine_effects"): [
        (take("duloxetine"), True),
        (take("sertraline"), False),
    ],
    ("check-in", "opioid_effects"): [(take("tramadol"), True), (take("naproxen"), False)],
}
CASES = [(*key, changes, asked) for key, rows in ASKED.items() for changes, asked in rows]


@pytest.mark.parametrize(("form", "name", "changes", "asked"), CASES)
def test_a_question_is_asked_where_its_row_says(form, name, changes, asked):
    applies = questions(form)[name].applies
    assert (applies.truth(Facts(intake(changes), book())) is True) == asked


# The conditional red flags are asked by both forms alike -------------------------------------

SPA = {"/conditions": ["axial_spondyloarthritis"]}
FLAG_ASKED = {
    "gi_bleeding": [take(d) for d in ("naproxen", "duloxetine", "prednisolone", "warfarin")]
    + [take("sertraline"), take("aspirin")],
    "flank_pain_with_urinary_signs": [flags("fever"), flags("bladder_change")],
    "pregnancy_alarm": [{"/person/pregnant": "yes"}],
    "over_sedation": [take("gabapentin"), take("oxycodone")],
    "serotonin_toxicity": [take("duloxetine"), take("tramadol")],
    "severe_allergy": [take("amlodipine")],
    "jaundice": [take("duloxetine"), take("naproxen")],
    "acute_eye_pain": [take("duloxetine"), take("cyclobenzaprine")],
    "red_painful_eye": [SPA],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("flag", "changes"), [(flag, one) for flag, rows in FLAG_ASKED.items() for one in rows]
)
def test_a_conditional_flag_is_asked_by_both_forms(form, flag, changes):
    applies = next(q for q in questions(form).values() if q.path == f"/red_flags/{flag}").applies
    assert applies.truth(Facts(intake(changes), book())) is True
    assert applies.truth(Facts(intake(take("magnesium")), book())) is not True or (
        flag == "severe_allergy"
    )


@pytest.mark.parametrize("form", FORMS)
def test_no_other_question_waits_for_an_answer(form):
    waiting = {key for key, q in questions(form).items() if q.applies is not None}
    named = {name for told, name in ASKED if told == form}
    assert waiting == named | set(FLAG_ASKED)


def test_a_missing_answer_of_a_pregnancy_is_still_asked():
    facts = Facts(intake({"/person/pregnant": REMOVED, **yes("buttock_pain")}), book())
    assert questions("intake")["pregnant"].applies.truth(facts) is True
