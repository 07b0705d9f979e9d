"""Red flags as questions, a second time: when each is asked, who may close it, and which side
effects answer it (D-01, D-08, D-09)."""

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from careplan.rules.facts import Facts
from tests.rules.building import REMOVED, intake
from tests.rules.rows import flags, have, severity_of, take, truth, yes

TODAY = "2026-11-22"
PREGNANT = {"/person/pregnant": "yes"}
SPA = {**have("axial_spondyloarthritis")}
# flag asked where it applies: each thing that makes it apply, and one that does not
ASKED = {
    "gi_bleeding": (
        [take(d) for d in ("naproxen", "sertraline", "prednisolone", "warfarin", "aspirin")],
        [take("gabapentin"), {}],
    ),
    "flank_pain_with_urinary_signs": (
        [flags("fever"), flags("bladder_change")],
        [flags("saddle_numbness"), {}],
    ),
    "pregnancy_alarm": ([PREGNANT], [{}, {"/person/pregnant": "unknown"}]),
    "over_sedation": (
        [take("gabapentin"), take("oxycodone"), take("diazepam"), take("cyclobenzaprine")],
        [take("naproxen"), {}],
    ),
    "serotonin_toxicity": (
        [take("duloxetine"), take("sertraline"), take("tramadol"), take("sumatriptan")],
        [take("naproxen"), {}],
    ),
    "severe_allergy": ([take("amlodipine"), take("naproxen")], [{}]),
    "jaundice": ([take("duloxetine"), take("naproxen")], [take("gabapentin"), {}]),
    "acute_eye_pain": ([take("duloxetine"), take("cyclobenzaprine")], [take("naproxen"), {}]),
    "red_painful_eye": ([SPA], [have("fibromyalgia"), {}]),
}
CASES = [
    (flag, changes, wanted)
    for flag, (where, nowhere) in ASKED.items()
    for wanted, rows in ((True, where), (False, nowhere))
    for changes in rows
]


@pytest.mark.parametrize(("flag", "changes", "asked"), CASES)
def test_a_flag_is_asked_where_it_applies_and_only_there(flag, changes, asked):
    found = assess(intake(changes))
    assert (flag in found["questions"]) == asked
    answered = assess(intake({**changes, **flags(flag, answer="no")}))
    assert flag not in answered["questions"]
    question = next(q for q in book().questions.values() if q.path == f"/red_flags/{flag}")
    assert (question.applies.truth(Facts(intake(changes), book())) is True) == asked


@pytest.mark.parametrize("flag", sorted(ASKED))
def test_not_sure_counts_where_it_applies(flag):
    """Elsewhere a "not sure" has no effect (D-08)."""
    where, nowhere = ASKED[flag]
    for changes, held in ((where[0], True), (nowhere[-1], False)):
        found = assess(intake({**changes, **flags(flag, answer="unknown")}))
        rule = book().red_flags[flag].rule
        assert (severity_of(found, rule) == "caution") == held
        if found["disposition"] not in ("emergency", "urgent"):
            assert found["disposition"] == ("incomplete" if held else "plan")


def told(effect, grade, **more):
    line = {"drug": "amlodipine", "effect": effect, "grade": grade}
    return {"/check_ins": [{"on": "2026-11-20", "side_effects": [line], **more}]}


# effect, grade from which it counts, rule, what it makes of a calm person (D-09)
EFFECTS = [
    ("black_stool", "mild", "RF-21", "emergency"),
    ("bleeding", "severe", "RF-21", "emergency"),
    ("breathless", "mild", "RF-20", "emergency"),
    ("urine_hesitancy", "mild", "RF-02", "urgent"),
    ("confusion", "severe", "RF-25", "emergency"),
    ("confusion", "severe", "RF-26", "emergency"),
    ("rash", "severe", "RF-27", "emergency"),
    ("low_mood", "moderate", "RF-24", "incomplete"),
]
GRADES = ("mild", "moderate", "severe")
FOLLOWED = {"emergency": "emergency", "urgent": "urgent", "incomplete": "caution"}


@pytest.mark.parametrize(("effect", "least", "rule", "disposition"), EFFECTS)
@pytest.mark.parametrize("grade", GRADES)
def test_a_side_effect_that_is_a_red_flag(effect, least, rule, disposition, grade):
    counts = GRADES.index(grade) >= GRADES.index(least)
    found = assess(intake(told(effect, grade)))
    assert found["disposition"] == (disposition if counts else "plan")
    assert severity_of(found, rule) == (FOLLOWED[disposition] if counts else None)


def test_no_other_side_effect_is_a_red_flag():
    for effect in set(book().codes["side_effects"]) - {row[0] for row in EFFECTS}:
        assert assess(intake(told(effect, "severe")))["disposition"] == "plan", effect


EMERGENCIES = (
    "saddle_numbness",
    "bladder_change",
    "bowel_or_sexual_change",
    "both_legs_affected",
    "leg_weakness_progressive",
    "aaa_symptoms",
    "chest_breath_or_stroke_signs",
    "suicidal_thoughts",
    "gi_bleeding",
    "pregnancy_alarm",
    "over_sedation",
    "serotonin_toxicity",
    "severe_allergy",
    "acute_eye_pain",
)


def cleared(flag, role, *also):
    answers = dict.fromkeys((flag, *also), "yes")
    review = {"flag": flag, "on": TODAY, "role": role, "outcome": "cleared", "finding": "Seen."}
    return intake(
        {
            "/red_flag_reviews": [review],
            **{f"/red_flags/{code}": answer for code, answer in answers.items()},
        }
    )


@pytest.mark.parametrize("role", ["therapist", "prescriber", "emergency_department"])
@pytest.mark.parametrize("flag", sorted(book().red_flags))
def test_who_may_clear_a_flag(flag, role):
    """An emergency needs a prescriber or an emergency department (D-01)."""
    closes = role != "therapist" or flag not in EMERGENCIES
    found = assess(cleared(flag, role))
    assert (severity_of(found, book().red_flags[flag].rule) is None) == closes
    assert (found["disposition"] == "plan") == closes


NERVES = (*EMERGENCIES[:5], "unsteady_gait", "numbness_spreading")
RAISED = {
    "unsteady_gait": ("leg_weakness_progressive", "bladder_change", "bowel_or_sexual_change"),
    "fever": ("rigors_confusion_or_unwell", *NERVES),
    "cancer_history": NERVES,
    "major_trauma": ("midline_pain_or_cannot_bear_weight", *NERVES),
}


@pytest.mark.parametrize(
    ("flag", "other"), [(flag, other) for flag, others in RAISED.items() for other in others]
)
def test_a_flag_that_another_makes_an_emergency_is_not_the_therapists_to_clear(flag, other):
    assert set(book().red_flags[flag].emergency_with) == set(RAISED[flag])
    rule = book().red_flags[flag].rule
    by_therapist = assess(cleared(flag, "therapist", other))
    by_prescriber = assess(cleared(flag, "prescriber", other))
    assert severity_of(by_therapist, rule) == "emergency"
    assert severity_of(by_prescriber, rule) is None


def test_only_those_flags_are_raised_by_another():
    rows = book().red_flags
    assert {code for code, row in rows.items() if row.emergency_with} == set(RAISED)
    assert {code for code, row in rows.items() if row.emergency} == set(EMERGENCIES)


@pytest.mark.parametrize(
    ("changes", "open_now"),
    [
        ({}, False),
        (flags("fever"), True),
        (flags("gi_bleeding"), True),
        (flags("fever", answer="unknown"), None),
        ({"/red_flags/minor_trauma": REMOVED}, None),
        (flags("gi_bleeding", answer="unknown"), False),
        (yes("thoracic_main_site"), False),
    ],
)
def test_a_red_flag_is_open_or_not_known_to_be(changes, open_now):
    assert truth("red_flag_open", changes) is open_now
