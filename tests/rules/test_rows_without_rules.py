"""Rows of the specification that are no rules: what keeps the promise of each that no other test keeps.

`careplan/rules/data/elsewhere.toml` names these tests.
"""

import re
from pathlib import Path

import pytest

from careplan.queries.progress import MEASURES
from careplan.rules import IntakeRefused, assess
from careplan.rules.book import book
from careplan.rules.facts import Facts
from careplan.rules.scores import classify, peg
from tests.rules.building import intake

ROOT = Path(__file__).resolve().parents[2]
CHRONIC = {"/person/birth_date": "1995-04-02", "/episode/onset": "2025-01-01"}


def said():
    """Every sentence of the book and every page and mail: what anybody can read."""
    found = book()
    for rule in found.rules.values():
        for level in rule.levels:
            yield f"{rule.id} {rule.title} {level.message} {level.patient_message or ''}"
    for card in found.self_care.values():
        yield f"{card.code} {card.title} {card.text}"
    for question in (*found.questions.values(), *found.check_in.values()):
        yield f"{question.label} {question.patient_label} {question.help} {question.ask}"
    for exercise in found.exercises.values():
        yield f"{exercise.code} {exercise.name} {' '.join(exercise.steps)}"
    for path in sorted((ROOT / "templates").rglob("*.*")):
        yield path.read_text("utf-8")


def questions():
    return [*book().questions.values(), *book().check_in.values()]


def wordings(question):
    return f"{question.id} {question.label} {question.patient_label} {question.help} {question.ask}"


# Instruments and figures ---------------------------------------------------------------------

LICENSED = re.compile(r"pain ?detect|\bdn4\b|lanss|start.?back|keele|roland|rmdq|promis\b", re.I)


def test_no_licensed_questionnaire_is_shipped():
    assert [q.id for q in questions() if LICENSED.search(wordings(q))] == []
    assert [q.id for q in questions() if "/start_back" in q.path] == []
    assert LICENSED.search("painDETECT total") and LICENSED.search("STarT Back")


UNTRACED = re.compile(
    r"9[,. ]?500|overdose|\b(67|78|52)(\.\d)? ?(%|percent)|60 ?(-|–|to) ?70 ?(%|percent)"
    r"|15 ?(-|–|to) ?25 ?(%|percent)|30 ?(-|–|to) ?40 ?(%|percent)|clinically validated",
    re.I,
)


def test_figures_that_were_not_traced_are_shown_nowhere():
    assert [text[:200] for text in said() if UNTRACED.search(text)] == []
    for figure in ("helped 67 % of 9,500 people", "60 to 70 percent", "15-25 % more mobile"):
        assert UNTRACED.search(figure)


def test_each_guideline_is_a_source_of_rules():
    named = {source for rule in book().rules.values() for source in rule.sources}
    for key in (
        "acp-2017", "nice-ng59", "apta-2021", "who-2023", "medicare-220", "cdc-2022", "beers-2023", "ifompt-2020",
        "girft-2023", "asas-2009", "nice-ng65", "kdigo-2024",
    ):  # fmt: skip
        start = f"{book().sources[key].title}, {book().sources[key].year}, "
        assert any(source.startswith(start) for source in named), key


def test_nothing_rests_on_a_guideline_that_was_not_read():
    titles = [row.title for row in book().sources.values()]
    assert [title for title in titles if re.search(r"VA/?DoD|Veterans", title)] == []


# Classification ------------------------------------------------------------------------------


def test_the_older_inflammatory_rule_is_not_run():
    """All five features of Calin's rule, and three of the five of the rule that is run."""
    features = {
        "insidious_onset": "yes",
        "morning_stiffness_eases_with_movement": "yes",
        "better_with_exercise": "yes",
        "no_better_with_rest": "no",
        "night_pain_eases_on_rising": "no",
    }
    three = assess(intake({**CHRONIC, "/episode/features": features}))
    assert "inflammatory" not in three["pain_types"]
    features["no_better_with_rest"] = "yes"
    four = assess(intake({**CHRONIC, "/episode/features": features}))
    assert set(four["pain_types"]) - set(three["pain_types"]) == {"inflammatory"}


def test_pain_is_a_number_from_0_to_10():
    for question in questions():
        if question.unit == "of 10":
            assert (question.min, question.max) == (0, 10), question.id
    for name in ("now", "average", "worst"):
        path = f"/episode/pain/{name}"
        assert assess(intake({path: 0})) and assess(intake({path: 10}))
        with pytest.raises(IntakeRefused):
            assess(intake({path: 11}))


# Medicines -----------------------------------------------------------------------------------


def test_an_opioid_is_never_proposed():
    tramadol = {"drug": "tramadol", "dose_mg": 50, "times_a_day": 1, "since": "2025-01-01"}
    for changes in ({}, {"/episode/flare": False}, {"/medications": [tramadol]}):
        row = assess(intake(changes))["drugs"]["opioid"]
        assert (row["status"], row["dose"]) == ("avoid", None)


def test_duloxetine_is_decided_after_eight_weeks():
    care = {"physical_therapy": "active", "weeks": 6, "self_management": "active"}
    tried = [{"treatment": "naproxen", "outcome": "side_effect"}]
    row = assess(intake({"/care": care, "/tried": tried}))["drugs"]["duloxetine"]
    assert row["dose"]
    assert row["trial_weeks"] == 8


# Plans ---------------------------------------------------------------------------------------

DEVICE = re.compile(r"stimulat|nmes|tens\b|motive|electrode", re.I)


def plan_words():
    """What a plan is made of: exercises, self-care and the parts of the programme."""
    found = book()
    for row in found.exercises.values():
        yield f"{row.code} {row.name} {' '.join(row.steps)}"
    for row in found.templates.values():
        yield f"{row.code} {row.name} {row.use_when}"
    for row in found.self_care.values():
        if row.kind == "self_care":
            yield f"{row.code} {row.title} {row.text}"
    for code in found.program["components"]:
        yield f"{code} {found.codes['components'][code].label}"


def test_no_device_is_part_of_a_plan():
    assert [text for text in plan_words() if DEVICE.search(text)] == []
    assert DEVICE.search("Muscle stimulation")


def test_massage_is_no_part_of_a_plan():
    assert [text for text in plan_words() if "massage" in text.lower()] == []
    assert book().program["components"] == ["EXP", "POS", "COR", "FLX", "AER"]


def test_patients_are_told_to_stay_active():
    rule = book().rules["CL-04"]
    assert all("staying active" in level.patient_message.lower() for level in rule.levels)
    assert "makes a back stiff and weak" in book().self_care["ED-03"].text
    rest = re.compile(r"\b(stay in bed|bed rest|rest in bed until)", re.I)
    assert [text[:200] for text in said() if rest.search(text)] == []


# Check-ins and measures ----------------------------------------------------------------------


def test_peg_is_the_mean_of_three():
    assert peg([4, 5, 5]) == 4.7
    assert peg([4, 5]) is None
    assert peg(None) is None


def test_the_charts_know_the_smallest_real_change():
    measures = {measure.code: measure for measure in MEASURES}
    walking, sleep = measures["walking_minutes"], measures["sleep_quality"]
    assert [walking.smallest(start) for start in (10, 25, 30, 60)] == [5, 5, 6, 12]
    assert sleep.smallest(4) == 2


def test_the_overall_answer_decides_no_class():
    assert book().check_in["overall"].path == "", "it has no place in an intake"
    before = {"on": "2026-11-01", "nprs": 6, "peg": [6, 6, 6]}
    assert classify([before, {**before, "on": "2026-11-15"}], book()) == "plateau"


def test_side_effects_are_asked_by_medicine():
    asked = [q for q in book().check_in.values() if q.step == "side_effects"]
    assert {q.id for q in asked} >= {
        "nsaid_effects", "cyclobenzaprine_effects", "gabapentin_effects", "duloxetine_effects",
        "opioid_effects",
    }  # fmt: skip
    naproxen = {"drug": "naproxen", "dose_mg": 500, "times_a_day": 2, "since": "2026-11-20"}
    for medications, wanted in (([], set()), ([naproxen], {"nsaid_effects"})):
        changes = {"/medications": medications, "/medications_complete": True}
        facts = Facts(intake(changes), book())
        assert {q.id for q in asked if q.applies.truth(facts) is True} == wanted
