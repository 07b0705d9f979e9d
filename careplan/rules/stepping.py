"""One step of one exercise, up or down: the change that a proposal asks for (PT-16, PT-18).

A dose is {"sets": n, "reps": n, "hold_s": seconds}, as a plan holds it.
"""

from careplan.rules.exercises import DOSE


def up(dose, exercise, exercises, hidden, book):
    """The dose with one change, 10 to 20 % more repetitions, or time where that is no whole
    repetition; else the next exercise at its own dose; None where there is no step up.

    `exercises`: code -> Exercise; `hidden`: codes that the person must not do. Returns
    {"exercise": code, "sets", "reps", "hold_s"}.
    """
    for name in ("reps", "hold_s"):
        more = _more(dose[name], book.window)
        if more is not None and more <= DOSE[name][1]:
            return {"exercise": exercise.code, **dose, name: more}
    return _other(exercise.harder_code, exercises, hidden)


def down(dose, exercise, exercises, hidden, book):
    """The dose cut by half: sets where they can be halved, else repetitions, else the hold; else
    the easier exercise; None where it cannot get smaller."""
    keep = 1 - book.window["less_percent"] / 100
    for name in ("sets", "reps", "hold_s"):
        least = DOSE[name][0]
        if dose[name] > least and (name != "sets" or (dose[name] * keep).is_integer()):
            return {"exercise": exercise.code, **dose, name: max(least, int(dose[name] * keep))}
    return _other(exercise.easier_code, exercises, hidden)


def _more(amount, window):
    """The smallest whole amount that is a step more, or None where none is."""
    least, most = window["more_percent_least"], window["more_percent_most"]
    more = -(-int(amount) * (100 + least) // 100)  # rounded up, whole numbers only
    return more if amount < more and more * 100 <= int(amount) * (100 + most) else None


def _other(code, exercises, hidden):
    found = exercises.get(code)
    if found is None or found.retired or code in hidden:
        return None
    return {
        "exercise": code,
        "sets": found.sets,
        "reps": found.reps,
        "hold_s": int(found.hold_s),
    }
