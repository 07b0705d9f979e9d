"""Exercises of the book and of clinics: how a row is read, and each thing that forbids one."""

import pytest

from careplan.rules.book import book
from careplan.rules.exercises import faults_of, link, minutes_of, read_exercise

ROW = {
    "code": "COR-OWN1",
    "name": "Bridge",
    "target": "Buttocks",
    "position": "supine",
    "level": 1,
    "dose": [2, 8, 5, 1, 30, 1],
    "steps": ["Lie on your back.", "Lift your hips."],
    "easier": "POS-01",
    "harder": "COR-02, then more",
}
STOPS = {"OSTEOP": (), "AAA": ()}


def faults(**more):
    found = read_exercise({**ROW, **more})
    return list(faults_of(found, book().exercises, STOPS))


def dose(**more):
    names = ("sets", "reps", "hold_s", "s_per_rep", "rest_s", "sides")
    return [more.get(name, value) for name, value in zip(names, ROW["dose"], strict=True)]


def test_a_row_is_read_whole():
    cautions, also, equipment = [["AAA", "Breathe out."]], ["Hip lift"], ["a mat"]
    found = read_exercise(
        {**ROW, "stops": ["OSTEOP"], "cautions": cautions, "also": also, "equipment": equipment}
    )
    assert (found.code, found.name, found.target) == ("COR-OWN1", "Bridge", "Buttocks")
    assert (found.position, found.level, found.component) == ("supine", 1, "COR")
    assert (found.sets, found.reps, found.hold_s, found.s_per_rep, found.rest_s) == (2, 8, 5, 1, 30)
    assert (found.sides, found.minutes) == (1, 2.5)  # 2 x 8 x 6 s and 30 s are 126 s
    assert (found.stops, found.cautions) == (("OSTEOP",), (("AAA", "Breathe out."),))
    assert (found.also, found.equipment) == (("Hip lift",), ("a mat",))
    assert (found.easier, found.easier_code) == ("POS-01", "POS-01")
    assert (found.harder, found.harder_code) == ("COR-02, then more", "COR-02")
    plain = read_exercise(ROW)
    assert plain.stops == plain.cautions == plain.also == plain.equipment == ()


@pytest.mark.parametrize("numbers", [ROW["dose"][:5], [*ROW["dose"], 1]])
def test_a_dose_has_six_numbers(numbers):
    with pytest.raises(ValueError):
        read_exercise({**ROW, "dose": numbers})


@pytest.mark.parametrize(
    ("numbers", "minutes"),
    [
        ((1, 1, 0, 30, 0, 1), 0.5),
        ((1, 1, 0, 31, 0, 1), 1),  # rounded up to a half
        ((2, 5, 2, 1, 30, 1), 1),  # 30 s, and one rest of 30 s
        ((2, 5, 2, 1, 30, 2), 2.5),  # 60 s, and three rests
        ((1, 1, 0, 1200, 300, 1), 20),  # one walk has no rest
    ],
)
def test_minutes_are_work_of_every_side_and_the_rests_between(numbers, minutes):
    assert minutes_of(*numbers) == minutes


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("COR-02", "COR-02"),
        ("COR-02, then more", "COR-02"),
        ("FLX-03; hold longer", "FLX-03"),
        ("AER-OWN12 is next", "AER-OWN12"),
        ("a higher seat", ""),
        ("COR-2", ""),
        ("COR-OWN0", ""),
        ("cor-02", ""),
        ("", ""),
    ],
)
def test_words_lead_to_an_exercise_where_they_begin_with_its_code(words, code):
    assert link(words) == code


NEEDS_WORDS = "needs words for its name, target, position and steps."
TOO_LONG = "a name, a target or a thing to use has at most 80 letters."


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"code": "COR-07"}, None),
        ({"code": "COR-OWN999"}, None),
        *(
            ({"code": code}, f"{code!r} is no code of an exercise: COR-01, or COR-OWN1 for a clinic's.")
            for code in ("COR-1", "COR-OWN1000", "COR-OWN01", "ABC-01", "XCOR-01", "")
        ),
        ({"stops": ["OSTEOP"], "cautions": [["AAA", "Breathe out."]]}, None),
        ({"stops": ["BAD"]}, "there is no stop code 'BAD'."),
        ({"cautions": [["BAD", "Slowly."]]}, "there is no stop code 'BAD'."),
        ({"stops": ["AAA"], "cautions": [["AAA", "Slowly."]]}, "AAA is a stop and a caution: one of them."),
        ({"cautions": [["AAA", " "]]}, "a caution says what to do about it."),
        ({"cautions": [["AAA"]]}, "a caution says what to do about it."),
        ({"name": " "}, NEEDS_WORDS),
        ({"target": ""}, NEEDS_WORDS),
        ({"name": 7}, NEEDS_WORDS),
        ({"steps": []}, NEEDS_WORDS),
        ({"steps": ["Lie down.", " "]}, NEEDS_WORDS),
        ({"steps": ["x" * 140] * 8}, None),
        ({"steps": ["Lie."] * 9}, "8 steps are the most."),
        ({"steps": ["y" * 141]}, f"a step has at most 140 letters: “{'y' * 30}…” has 141."),
        ({"name": "x" * 80, "target": "x" * 80, "also": ["x" * 80], "equipment": ["x" * 80]}, None),
        ({"name": "x" * 81}, TOO_LONG),
        ({"target": "x" * 81}, TOO_LONG),
        ({"also": ["x" * 81]}, TOO_LONG),
        ({"equipment": ["a mat", "x" * 81]}, TOO_LONG),
        ({"level": 0}, "its level is 1, 2 or 3, and its dose takes time."),
        ({"level": 3}, None),
        ({"level": 4}, "its level is 1, 2 or 3, and its dose takes time."),
        ({"easier": "EXP-77"}, "there is no exercise 'EXP-77' to go to."),
        ({"harder": "EXP-77, slowly"}, "there is no exercise 'EXP-77' to go to."),
        ({"dose": dose(sets=10, reps=1)}, None),
        ({"dose": dose(sets=11, reps=1)}, "sets from 1 to 10, not 11."),
        ({"dose": dose(reps=60, hold_s=0)}, None),
        ({"dose": dose(reps=61)}, "repetitions from 1 to 60, not 61."),
        ({"dose": dose(reps=1, hold_s=120)}, None),
        ({"dose": dose(reps=1, hold_s=121)}, "seconds to hold from 0 to 120, not 121."),
        ({"dose": dose(hold_s=-1)}, "seconds to hold from 0 to 120, not -1."),
        ({"dose": dose(sets=1, reps=1, s_per_rep=1800)}, None),
        ({"dose": dose(sets=1, reps=1, s_per_rep=1801)}, "seconds a repetition from 0 to 1,800, not 1,801."),
        ({"dose": dose(rest_s=300)}, None),
        ({"dose": dose(rest_s=301)}, "seconds of rest from 0 to 300, not 301."),
        ({"dose": dose(sides=2)}, None),
        ({"dose": dose(sides=3)}, "sides from 1 to 2, not 3."),
        ({"dose": dose(sets=2, reps=1, hold_s=0, s_per_rep=1800, rest_s=0)}, None),  # an hour
        ({"dose": dose(sets=2, reps=1, hold_s=0, s_per_rep=1800, rest_s=1)}, "it would take 60.5 minutes: 60 at most."),
    ],
)  # fmt: skip
def test_each_thing_that_forbids_an_exercise_is_said_alone(change, fault):
    assert faults(**change) == ([fault] if fault else [])


def test_a_position_is_one_of_the_list():
    (fault,) = faults(position="on a horse")
    assert fault.startswith("its position is one of supine, prone, ")
    assert fault.endswith(", pool, not 'on a horse'.")
    assert faults(position="pool") == []


def test_a_stop_for_anyone_is_no_stop():
    told = list(faults_of(read_exercise({**ROW, "stops": ["ANY"]}), {}, {"ANY": ()}))
    assert "a stop for anyone would leave it out for all: take it away instead." in told


def test_a_dose_that_takes_no_time_is_refused():
    assert faults(dose=dose(sets=1, hold_s=0, s_per_rep=0)) == [
        "its level is 1, 2 or 3, and its dose takes time."
    ]
    told = faults(dose=dose(reps=0))
    assert told == ["repetitions from 1 to 60, not 0."]
