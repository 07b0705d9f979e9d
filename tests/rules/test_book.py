"""The book is complete, honest about who checked it, and refused where it is not."""

import re
import time

import pytest

from careplan.rules.book import BOOK_VERSION, DATA, DRUGS, book, load, minutes_of
from careplan.rules.home_plan import instead
from careplan.rules.intake import codes
from careplan.rules.lifecycle import TABLES

RED_FLAG_RULES = {f"RF-{n:02}" for n in range(1, 32)}
PAIN_RULES = {
    f"CL-{n:02}" for n in (1, 2, 4, 5, 6, 7, 10, 11, 20, 21, 22, 23, 24, 30, 31, 33, 34, 41)
}
NSAID_RULES = {f"MED-NSAID-{n:02}" for n in (1, 2, 3, 4, 5, *range(10, 28))}
DULOXETINE_RULES = {f"MED-DULO-{n}" for n in ("02", 10, 11, 12, 13, 14, *range(16, 25))}
OTHER_RULES = {
    "PT-01", "PT-02", "PT-05", "PT-08", "PT-10", "PT-11", "PAY-02", "PAY-03", "REN-07",
    "STEP-2A", "STEP-2B", "STEP-2C", "STEP-3", "MED-GEN-02", "MED-GEN-03", "MED-GEN-07",
    "MED-GEN-08", "MED-GEN-10", "MED-PPI-01", "MED-PPI-02", "MED-GABA-01", "MED-GABA-02",
    "MED-GABA-03", "MED-GABA-07", "MED-GABA-08", "MED-OPI-01", "MED-OPI-02", "MED-OPI-03",
    "MED-OPI-04", "MED-OPI-05", "MED-OPI-06", "CK-10", "CK-11", "CK-12", "CK-13", "CK-14",
}  # fmt: skip


def test_every_rule_of_the_specification_that_is_due_is_there():
    wanted = RED_FLAG_RULES | PAIN_RULES | NSAID_RULES | DULOXETINE_RULES | OTHER_RULES
    assert wanted - set(book().rules) == set()


def test_every_rule_has_an_owner_sources_and_a_review_date():
    for rule in book().rules.values():
        assert rule.title
        assert rule.author
        assert rule.sources
        assert rule.confidence in ("C", "K", "A")
        assert rule.checker is None, "nobody clinical has checked this book yet"


def test_the_version_is_that_of_the_book():
    assert book().version == BOOK_VERSION
    assert re.fullmatch(r"2026\.\d+\.\d+", BOOK_VERSION)
    assert book().title


def test_every_red_flag_has_a_question_and_a_rule():
    flags, questions = book().red_flags, book().questions
    assert set(flags) == set(codes()["reviewed_red_flags"])
    assert [f.code for f in book().core_flags] == list(codes()["core_red_flags"])
    for flag in flags.values():
        question = questions[flag.code]
        assert question.path == f"/red_flags/{flag.code}"
        assert question.required == flag.core
        assert flag.rule in question.rules
        assert question.ask.endswith("?")
        assert flag.code in book().check_in
    emergencies = {f.code for f in flags.values() if f.emergency}
    assert emergencies == {
        f.code for f in flags.values() if book().rules[f.rule].severity == "emergency"
    } - {"unsteady_gait", "fever", "cancer_history", "major_trauma"}


def test_the_form_fills_each_core_place_of_an_intake_once():
    paths = [question.path for question in book().questions.values()]
    assert len(paths) == len(set(paths))
    features = {f"/episode/features/{code}" for code in codes()["features"]}
    flags = {f"/red_flags/{code}" for code in codes()["red_flags"]}
    assert features | flags <= set(paths)


def test_questions_stand_in_the_steps_and_groups_of_the_form():
    groups = {(step["id"], group) for step in book().steps for group in step["groups"]}
    assert {(q.step, q.group) for q in book().questions.values()} == groups
    first = [step for step in book().steps if step["id"] == "red_flags"][0]
    core = [q for q in book().questions.values() if q.step == "red_flags" and q.required]
    assert len(core) == 18
    assert list(dict.fromkeys(q.group for q in core)) == first["groups"]


def test_questions_name_rules_that_exist():
    for question in book().questions.values():
        assert set(question.rules) <= set(book().rules), question.id


EXERCISE_MINUTES = {
    "EXP": "1 2 1.5 2 4 2.5 2",
    "POS": "1 1 2 1.5 2 2 1",
    "COR": "1.5 1.5 2 2 2 2.5 2.5 2 4 4.5 4.5 2.5",
    "FLX": "2 2 2 2.5 2 2 1.5 1 2 1 1.5",
    "AER": "5 20 4.5 15 15 20 15",
}
TEMPLATE_MINUTES = {
    "TPL-1": 7.25, "TPL-2": 14.0, "TPL-3": 13.75, "TPL-N": 9.25, "TPL-S": 11.75, "TPL-T": 4.25
}  # fmt: skip


def test_the_minutes_of_the_44_exercises_are_those_of_the_specification():
    wanted = {
        f"{kind}-{number:02}": float(minutes)
        for kind, row in EXERCISE_MINUTES.items()
        for number, minutes in enumerate(row.split(), start=1)
    }
    assert {code: e.minutes for code, e in book().exercises.items()} == wanted
    assert len(wanted) == 44


def test_the_minutes_of_the_templates_count_changeovers():
    exercises = book().exercises
    for code, wanted in TEMPLATE_MINUTES.items():
        items = book().templates[code].items
        assert sum(exercises[item].minutes + 0.25 for item in items) == wanted


def test_minutes_are_rounded_up_to_a_half():
    assert minutes_of(1, 10, 0, 3, 0, 1) == 0.5
    assert minutes_of(1, 1, 0, 31, 0, 1) == 1.0
    assert minutes_of(2, 1, 0, 10, 10, 2) == 1.5  # 4 blocks of 10 s and 3 rests


def test_exercises_have_steps_in_plain_words_and_known_codes():
    for exercise in book().exercises.values():
        assert 3 <= len(exercise.steps) <= 5, exercise.code
        assert all(len(step) <= 90 for step in exercise.steps), exercise.code
        known = set(book().stop_codes)
        assert set(exercise.stops) | {code for code, _ in exercise.cautions} <= known
        links = {exercise.easier_code, exercise.harder_code} - {""}
        assert links <= set(book().exercises), exercise.code


def test_easier_links_end():
    for exercise in book().exercises.values():
        seen, code = set(), exercise.code
        while code:
            assert code not in seen, exercise.code
            seen.add(code)
            code = book().exercises[code].easier_code


@pytest.mark.parametrize("way", ["easier_code", "harder_code"])
def test_no_link_of_the_library_leads_back(way):
    for exercise in book().exercises.values():
        seen, code = set(), exercise.code
        while code:
            assert code not in seen, exercise.code
            seen.add(code)
            code = getattr(book().exercises[code], way)


def test_harder_is_no_lower_level_and_easier_no_higher():
    for exercise in book().exercises.values():
        for way, sign in (("easier_code", 1), ("harder_code", -1)):
            other = book().exercises.get(getattr(exercise, way))
            assert other is None or sign * (exercise.level - other.level) >= 0, exercise.code


@pytest.mark.parametrize("code", sorted(book().stop_codes))
def test_a_hidden_exercise_gives_way_to_one_that_is_shown_or_to_the_therapist(code):
    """EXR-04: under any stop the links end in an exercise that is not hidden, or nowhere."""
    hidden = {row.code for row in book().exercises.values() if code in row.stops}
    for one in hidden:
        other = instead(book(), one, hidden)
        assert other is None or other not in hidden | {one}
    everything = set(book().exercises)
    assert all(instead(book(), one, everything) is None for one in everything)


def test_every_drug_has_rules_and_every_kind_of_follow_up_a_label():
    assert all(book().drug_rules(drug) for drug in DRUGS)
    for rule in book().rules.values():
        levels = [*rule.levels, *(one for many in rule.by_drug.values() for one in many)]
        for level in levels:
            assert {told["kind"] for told in level.follow_up} <= set(book().follow_ups)


def test_patients_never_read_of_a_drug_before_it_is_signed():
    for rule in book().rules.values():
        of_what_is_taken = rule.id in ("MED-OPI-03", "MED-NSAID-03")  # never of a proposal
        if rule.drugs and not of_what_is_taken:
            assert all(level.patient_message is None for level in rule.levels), rule.id


def test_patients_are_told_to_stop_no_drug_but_where_it_is_an_emergency():
    told = [
        rule.id
        for rule in book().rules.values()
        for level in rule.levels
        if level.patient_message and "Stop the" in level.patient_message
    ]
    assert set(told) <= {"RF-21", "RF-28"}


def test_the_book_loads_fast():
    best = min(_seconds(load, DATA) for _ in range(3))
    assert best < 0.5, "the aim is 0.15 s on a quiet machine"


def _seconds(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def test_tables_of_moves_lead_to_states_that_exist():
    for table in TABLES.values():
        for moves in table.values():
            assert set(moves.values()) <= set(table)
