"""Exercises: read from a row, and checked. The book's own and those that a clinic adds go through
the same two functions.

A row is {code, name, target, position, level, dose, steps, easier, harder} and, where there is
something to say, stops, cautions [[code, note]], also (other names), equipment. A dose is [sets,
reps, hold s, s a repetition, rest s, sides].
"""

import re
from collections.abc import Iterator, Mapping

from careplan.rules.entries import Exercise

KINDS = ("EXP", "POS", "COR", "FLX", "AER")  # the first three letters of every code
CODE = re.compile(r"(EXP|POS|COR|FLX|AER)-(\d\d|OWN[1-9]\d{0,2})")  # OWN: a clinic's
LEVELS = (1, 2, 3)
POSITIONS = (
    "supine",
    "prone",
    "prone or side-lying",
    "side-lying",
    "hands and knees",
    "kneeling",
    "sitting",
    "sitting or standing",
    "standing",
    "pool",
)
# What each number of a dose may be, and its words. A walk is one repetition of many seconds.
DOSE = {
    "sets": (1, 10, "sets"),
    "reps": (1, 60, "repetitions"),
    "hold_s": (0, 120, "seconds to hold"),
    "s_per_rep": (0, 1800, "seconds a repetition"),
    "rest_s": (0, 300, "seconds of rest"),
    "sides": (1, 2, "sides"),
}
LONGEST = 60  # minutes of one exercise
MOST_STEPS, STEP_LENGTH, WORDS_LENGTH = 8, 140, 80


def minutes_of(sets, reps, hold_s, s_per_rep, rest_s, sides):
    """Minutes of an exercise, rounded up to a half: work of every set and side, and rests."""
    blocks = sets * sides
    seconds = blocks * reps * (hold_s + s_per_rep) + (blocks - 1) * rest_s
    return -(-seconds // 30) / 2


def read_exercise(row: Mapping, of=Exercise, **more) -> Exercise:
    """An exercise from its row. Raises KeyError, TypeError or ValueError where it is no such row.

    `of`: the class to make, `more`: fields that it has beside those of a row.
    """
    dose = dict(zip(DOSE, row["dose"], strict=True))
    return of(
        **{name: row[name] for name in ("code", "name", "target", "position", "level")},
        **dose,
        steps=tuple(row["steps"]),
        stops=tuple(row.get("stops", ())),
        cautions=tuple(tuple(one) for one in row.get("cautions", ())),
        also=tuple(row.get("also", ())),
        equipment=tuple(row.get("equipment", ())),
        easier=row["easier"],
        harder=row["harder"],
        easier_code=link(row["easier"]),
        harder_code=link(row["harder"]),
        minutes=minutes_of(**dose),
        **more,
    )


def link(words: str) -> str:
    """The exercise that "COR-02, then more" leads to; empty for words alone."""
    code = words.partition(" ")[0].rstrip(",;")
    return code if CODE.fullmatch(code) else ""


def faults_of(exercise: Exercise, others: Mapping[str, Exercise], stop_codes) -> Iterator[str]:
    """What forbids an exercise, as sentences that begin small. `others`: what links may lead to."""
    yield from _code_faults(exercise, stop_codes)
    yield from _word_faults(exercise)
    yield from dose_faults(exercise)
    for one in (exercise.easier_code, exercise.harder_code):
        if one and one not in others:
            yield f"there is no exercise {one!r} to go to."


def _code_faults(exercise: Exercise, stop_codes) -> Iterator[str]:
    if not CODE.fullmatch(exercise.code):
        yield f"{exercise.code!r} is no code of an exercise: COR-01, or COR-OWN1 for a clinic's."
    named = [*exercise.stops, *(care[0] for care in exercise.cautions if care)]
    unknown = [one for one in named if str(one) not in stop_codes]
    if unknown:
        yield f"there is no stop code {unknown[0]!r}."
    if "ANY" in exercise.stops:
        yield "a stop for anyone would leave it out for all: take it away instead."
    both = {care[0] for care in exercise.cautions if care} & set(exercise.stops)
    if both:
        yield f"{min(both)} is a stop and a caution: one of them."
    if not all(len(care) == 2 and care[1].strip() for care in exercise.cautions):
        yield "a caution says what to do about it."


def _word_faults(exercise: Exercise) -> Iterator[str]:
    names = (exercise.name, exercise.target, exercise.position)
    if (
        not all(map(_is_text, names))
        or not exercise.steps
        or not all(map(_is_text, exercise.steps))
    ):
        yield "needs words for its name, target, position and steps."
        return
    if exercise.position not in POSITIONS:
        yield f"its position is one of {', '.join(POSITIONS)}, not {exercise.position!r}."
    if len(exercise.steps) > MOST_STEPS:
        yield f"{MOST_STEPS} steps are the most."
    yield from (
        f"a step has at most {STEP_LENGTH} letters: “{step[:30]}…” has {len(step)}."
        for step in exercise.steps
        if len(step) > STEP_LENGTH
    )
    if any(len(words) > WORDS_LENGTH for words in (*names, *exercise.also, *exercise.equipment)):
        yield f"a name, a target or a thing to use has at most {WORDS_LENGTH} letters."


def _is_text(value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def dose_faults(exercise: Exercise) -> Iterator[str]:
    """What forbids its level and dose: no number outside its range, no zero, no hour and more."""
    if exercise.level not in LEVELS or not exercise.minutes > 0:
        yield "its level is 1, 2 or 3, and its dose takes time."
    fits = True
    for name, (least, most, words) in DOSE.items():
        value = getattr(exercise, name)
        if not least <= value <= most:
            fits = False
            yield f"{words} from {least} to {most:,}, not {value:,}."
    if fits and exercise.minutes > LONGEST:
        yield f"it would take {exercise.minutes:g} minutes: {LONGEST} at most."
