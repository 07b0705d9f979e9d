"""The home exercises: a template, without what must be hidden, within the minutes a person has.

An exercise is hidden where one of its stop codes holds (EXR-01). A hidden one gives way to its
easier link, checked by the same rule (EXR-02). Fifteen minutes are the most, changeovers counted
and aerobic time apart (PT-08).
"""

from functools import lru_cache

from careplan.rules.families import reasons


def propose(facts):
    """The home plan of the assessment."""
    template, stopped = template_code(facts), _stopped(facts)
    chosen, aerobic, hidden = _laid_out(facts.book, template, stopped, minutes_limit(facts))
    # The library is made for the low back: nothing is filled in for another main site (CL-06).
    if facts["rule.CL-06"] is True:
        chosen = ()
    half = starts_gently(facts)
    items = [_item(facts, exercise, half) for exercise in chosen]
    return {
        "template": template,
        "exercises": items,
        "minutes": _total(chosen, facts.book),
        "aerobic": aerobic and {"id": aerobic.code, "name": aerobic.name},
        "hidden": [{"id": code, "because": why, "instead": easier} for code, why, easier in hidden],
    }


@lru_cache(maxsize=1024)
def _laid_out(book, template, stopped, limit):
    """(exercises, aerobic one or None, (code, reason, easier code) of the hidden ones).

    They depend on no more of a person than the template, the stop codes that hold and the minutes.
    """
    template, hidden = book.templates[template], _hidden_by(book, stopped, book.exercises)
    return (
        tuple(_fit(_visible(book, template, hidden), limit, book)),
        next((book.exercises[code] for code in template.aerobic if code not in hidden), None),
        tuple((code, why, instead(book, code, hidden)) for code, why in sorted(hidden.items())),
    )


def template_code(facts):
    """Which template to start from; the gentlest need wins."""
    if facts["is.tires_soon"] is True:
        return "TPL-T"
    stenosis = ("STENOSIS", "EXT-INT")
    if any(facts.book.stop_codes[code][1].yes(facts) for code in stenosis):
        return "TPL-S"
    return "TPL-N" if facts["is.neuropathic_possible"] is True else "TPL-1"


def minutes_limit(facts):
    """Minutes a day for exercises: at most 15, less where the person has less (D-40)."""
    most, told = facts.book.program["home_minutes_max"], facts["minutes_a_day"]
    return most if told is None else min(most, told)


def hidden_exercises(facts, exercises=None):
    """Code -> reason in plain words, for every exercise that may not be shown: of the library, or
    of `exercises` by code."""
    book = facts.book
    return _hidden_by(book, _stopped(facts), book.exercises if exercises is None else exercises)


def _stopped(facts):
    """The stop codes that hold."""
    codes = facts.book.stop_codes.items()
    return tuple([code for code, (_, condition) in codes if condition.yes(facts)])


def _hidden_by(book, stopped, exercises):
    found = {}
    for exercise in exercises.values():
        labels = [book.stop_codes[code][0] for code in exercise.stops if code in stopped]
        if labels:
            found[exercise.code] = f"Not with {'; '.join(labels)}."
    return found


def why_hidden(facts, exercise):
    """Path -> value of the facts that hide an exercise."""
    because = {}
    for code in exercise.stops:
        condition = facts.book.stop_codes[code][1]
        if condition.yes(facts):
            because.update(reasons(facts, condition))
    return because


def _visible(book, template, hidden):
    """The template's exercises, a hidden one replaced by an easier one; three to six (PT-09)."""
    chosen = []
    for code in template.items:
        exercise = _stand_in(book, code, hidden, chosen)
        if exercise is not None:
            chosen.append(exercise)
    spare = (e for e in book.exercises.values() if e.level == 1 and e.component != "AER")
    for exercise in spare:
        if len(chosen) >= min(book.program["home_items_least"], len(template.items)):
            break
        if exercise.code not in hidden and exercise not in chosen:
            chosen.append(exercise)
    return chosen[: book.program["home_items_most"]]


def _stand_in(book, code, hidden, chosen):
    """The exercise, or the first easier one that may be shown; None where there is none."""
    seen = set()
    while code and code not in seen:
        seen.add(code)
        exercise = book.exercises[code]
        if code not in hidden and exercise not in chosen:
            return exercise
        code = exercise.easier_code
    return None


def instead(book, code, hidden):
    """The easier exercise that stands in for a hidden one; None: ask the therapist (EXR-04)."""
    exercise = _stand_in(book, book.exercises[code].easier_code, hidden, ())
    return exercise.code if exercise else None


def _fit(exercises, limit, book):
    """Drop exercises from the end until the time is enough; the core ones go last."""
    chosen = list(exercises)
    while chosen and _total(chosen, book) > limit:
        spare = [e for e in chosen if e.component != "COR"] or chosen
        chosen.remove(spare[-1])
    return chosen


def _total(exercises, book):
    changeover = book.program["changeover_minutes"]
    return round(sum(e.minutes + changeover for e in exercises), 2)


def _item(facts, exercise, half):
    """One exercise with its dose; half the repetitions where the pain system is sensitive (CL-41)."""
    reps = half_reps(exercise) if half else exercise.reps
    return {
        "id": exercise.code,
        "name": exercise.name,
        "sets": exercise.sets,
        "reps": reps,
        "hold_s": exercise.hold_s,
        "sides": exercise.sides,
        "minutes": exercise.minutes,
        "cautions": cautions(facts, exercise),
    }


def starts_gently(facts):
    """The pain system is sensitive: half the dose to start with (CL-41)."""
    return facts["is.nociplastic"] is True


def half_reps(exercise):
    return max(exercise.reps // 2, 1)


def cautions(facts, exercise):
    """The notes that this person needs with an exercise."""
    codes = facts.book.stop_codes
    return [note for code, note in exercise.cautions if codes[code][1].yes(facts)]
