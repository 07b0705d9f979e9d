"""Reads an intake and checks it against its shape; every fault is named at once.

The shape is data (`data/intake.toml`); this module knows what a kind of value means. Beyond the
shape it refuses impossible dates, two creatinine values that disagree, repeated keys and numbers
that are not numbers.
"""

import difflib
import json
import math
from collections import Counter

from careplan.rules.shape import DATE, LARGEST, codes, day_of, joined, limits, read_date, shape
from careplan.rules.units import UmolPerL, mg_per_dl

__all__ = ["IntakeRefused", "check", "codes", "joined", "read_date", "read_json", "shape"]

LONGEST = 5_000_000  # characters of one intake; a full one has a few thousand
LOOKED_UP = 100  # faults after which nobody is helped by the nearest codes
LONGEST_KEY = 200  # characters of a key that are told
MOST_DIGITS = 400  # of a whole number; any number that a float can hold has fewer


class IntakeRefused(Exception):
    """The intake cannot be assessed. `errors` is a list of {"path", "message"}."""

    def __init__(self, errors, id=None):
        super().__init__("; ".join(f"{e['path']}: {e['message']}" for e in errors))
        self.errors = errors
        self.id = id


def check(intake):
    """Raise IntakeRefused naming every fault of an intake; return it unchanged where it has none."""
    errors = []
    root, _ = shape()
    if not root.fits(intake):
        _check(intake, root, "", errors)
    if isinstance(intake, dict):
        _check_dates(intake, errors)
        _check_creatinine(intake, errors)
    if errors:
        known = intake.get("id") if isinstance(intake, dict) else None
        raise IntakeRefused(errors, id=known if isinstance(known, str) else None)
    return intake


def _check(value, node, path, errors):
    for name in getattr(value, "repeated", ()):
        message = "Is given more than once; which one counts cannot be known."
        errors.append({"path": f"{path}/{_escape(name)}", "message": message})
    message = CHECKS[node.kind](value, node, path, errors)
    if message:
        errors.append({"path": path, "message": message})


def _object(value, node, path, errors):
    if not isinstance(value, dict):
        return f"Must be an object, not {_say(value)}."
    for name, child in node.children.items():
        if name in value:
            _check(value[name], child, f"{path}/{name}", errors)
        elif child.required:
            errors.append({"path": f"{path}/{name}", "message": "Is missing and must be given."})
    for name in value:
        if name not in node.children:
            message = f"Is not a field that we know.{_nearest(name, node.children, errors)}"
            errors.append({"path": f"{path}/{_escape(name)}", "message": message})


def _map(value, node, path, errors):
    if not isinstance(value, dict):
        return f"Must be an object, not {_say(value)}."
    for name, answer in value.items():
        here = f"{path}/{_escape(name)}"
        if name not in node.choices:
            message = f"Is not a code that we know.{_nearest(name, node.choices, errors)}"
            errors.append({"path": here, "message": message})
        _check(answer, node.children["*"], here, errors)


def _list(value, node, path, errors):
    if not isinstance(value, list):
        return f"Must be a list, not {_say(value)}."
    least, most = int(node.low or 0), int(node.high)
    for place, item in enumerate(value[:most]):
        _check(item, node.children["-"], f"{path}/{place}", errors)
    if not least <= len(value) <= most:
        wanted = str(least) if least == most else f"{least} to {most:,}"
        return f"Must have {wanted} entries, not {len(value):,}."


def _set(value, node, path, errors):
    message = _list(value, node, path, errors)
    if message:
        return message
    repeated = _more_than_once(item for item in value if isinstance(item, str))
    if repeated:
        return f"Names {', '.join(map(_say, repeated))} more than once."


def _one_of(value, node, path, errors):
    if isinstance(value, str) and value in node.choices:
        return None
    if len(node.choices) <= 8:
        return f"Must be one of {', '.join(node.choices)}, not {_say(value)}."
    near = _nearest(value, node.choices, errors) if isinstance(value, str) else ""
    return f"{_say(value)} is not a code that we know.{near}"


def _text(value, node, path, errors):
    if not isinstance(value, str):
        return f"Must be a text, not {_say(value)}."
    if node.low is not None and len(value) < node.low:
        return f"Must have at least {int(node.low)} characters."
    if len(value) > node.high:
        return f"Must have at most {int(node.high):,} characters, not {len(value):,}."


def _yes_no(value, node, path, errors):
    if not isinstance(value, bool):
        return f"Must be true or false, not {_say(value)}."


def _number(value, node, path, errors):
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"Must be a number, not {_say(value)}."
    if isinstance(value, float) and not math.isfinite(value):
        return "Must be a number that can be written down, not infinity or NaN."
    if node.low is not None and (value < node.low or (node.above and value == node.low)):
        least = "over" if node.above else "at least"
        return f"Must be {least} {node.low:g}, not {_say(value)}."
    if node.high is not None and value > node.high:
        return f"Must be at most {node.high:g}, not {_say(value)}."
    if abs(value) > LARGEST:
        return "Is far too large."


def _whole(value, node, path, errors):
    message = _number(value, node, path, errors)
    if message:
        return message
    if value != int(value):
        return f"Must be a whole number, not {_say(value)}."


def _date(value, node, path, errors):
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return f"Must be a date written as 2026-11-24, not {_say(value)}."
    if read_date(value) is None:
        return f"{value} is not a day of the calendar."


CHECKS = {
    "object": _object,
    "map": _map,
    "list": _list,
    "set": _set,
    "one of": _one_of,
    "text": _text,
    "yes/no": _yes_no,
    "number": _number,
    "whole": _whole,
    "date": _date,
}


def _check_dates(intake, errors):
    """Dates that fit the shape and still cannot be (D-43)."""
    as_of = day_of(intake.get("as_of"))
    birth = day_of(_in(intake, "person", "birth_date"))
    onset = day_of(_in(intake, "episode", "onset"))
    if as_of is not None:
        _check_against_as_of(intake, as_of, birth, errors)
    if birth is not None and onset is not None and onset < birth:
        errors.append({"path": "/episode/onset", "message": "Lies before the date of birth."})
    _check_order(intake.get("check_ins"), errors)


def _check_against_as_of(intake, as_of, birth, errors):
    if not 1900 <= as_of.year <= 2200:
        errors.append({"path": "/as_of", "message": "Must lie between 1900 and 2200."})
        return
    for pointer in shape()[1]:
        for steps, text in _at(intake, pointer):
            day = day_of(text)
            if day is not None and day > as_of:
                path = "".join(f"/{step}" for step in steps)
                message = f"{text} lies after the day of the intake, {intake['as_of']}."
                errors.append({"path": path, "message": message})
    if birth and (birth.year + 120, birth.month, birth.day) < (as_of.year, as_of.month, as_of.day):
        message = f"{birth.isoformat()} is over 120 years before the intake."
        errors.append({"path": "/person/birth_date", "message": message})


def _check_order(check_ins, errors):
    days = [day_of(_in(one, "on")) for one in check_ins] if isinstance(check_ins, list) else []
    for place in range(1, len(days)):
        before, here = days[place - 1], days[place]
        if before is not None and here is not None and here < before:
            message = f"Check-ins go from oldest to newest; {here} comes after {before}."
            errors.append({"path": f"/check_ins/{place}/on", "message": message})


def _check_creatinine(intake, errors):
    """The same creatinine in two units may differ by rounding, not by more (D-16)."""
    mg, umol = (_in(intake, "labs", name) for name in ("creatinine_mg_dl", "creatinine_umol_l"))
    if not all(type(v) in (int, float) and abs(v) < LARGEST for v in (mg, umol)):
        return
    same = float(mg_per_dl(UmolPerL(umol)))
    if abs(mg - same) > limits()["creatinine_apart"] / 100 * mg:
        message = (
            f"{umol:g} µmol/L is {same:.2f} mg/dL, but creatinine_mg_dl says {mg:g}. "
            "Give one of them, or correct it."
        )
        errors.append({"path": "/labs/creatinine_umol_l", "message": message})


def _in(value, *steps):
    """The value some keys deep, or None where there is no such place."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _at(value, steps, come=()):
    """(steps, value) of every place that is reached by steps; `-` is any place of a list."""
    for place, step in enumerate(steps):
        if step == "-":
            for number, item in enumerate(value if isinstance(value, list) else ()):
                yield from _at(item, steps[place + 1 :], (*come, *steps[:place], number))
            return
        if not isinstance(value, dict) or step not in value:
            return
        value = value[step]
    yield (*come, *steps), value


def _more_than_once(names):
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _nearest(name, known, errors):
    if len(errors) >= LOOKED_UP:
        return ""
    near = difflib.get_close_matches(str(name)[:80], list(known), n=3, cutoff=0.5)
    return f" Nearest: {', '.join(near)}." if near else ""


def _escape(name):
    """A key as a step of a pointer; of a very long one the beginning."""
    told = name if len(name) <= LONGEST_KEY else f"{name[:LONGEST_KEY]}…"
    return told.replace("~", "~0").replace("/", "~1")


def _say(value):
    """A value as it may be shown in a sentence: short, and never a whole document."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and abs(value) > LARGEST:
        return "a very large number"
    text = str(value) if not isinstance(value, str) else repr(value[:60])
    return text


def read_json(text):
    """One intake from JSON. Raises IntakeRefused for text that is not JSON.

    Repeated keys, NaN and numbers too large to hold are kept, so that `check` can name their place.
    """
    if len(text) > LONGEST:
        raise IntakeRefused([_fault(f"Is {len(text):,} characters long; {LONGEST:,} is the most.")])
    try:
        return _loads(text)
    except RecursionError:
        raise IntakeRefused([_fault("Is nested too deep.")]) from None
    except ValueError as fault:
        raise IntakeRefused([_fault(f"Is not JSON: {str(fault)[:200]}.")]) from None


def _loads(text):
    try:
        return json.loads(text, object_pairs_hook=_pairs)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a whole number of more digits than Python reads
        return json.loads(text, object_pairs_hook=_pairs, parse_int=_whole_number)


def _whole_number(digits):
    """Infinity for what no float can hold, so that its place can be named."""
    return int(digits) if len(digits) < MOST_DIGITS else math.inf


class _Repeated(dict):
    """An object whose keys were not each given once; `repeated` names them."""

    repeated = ()


def _pairs(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        found = _Repeated(found)
        found.repeated = _more_than_once(name for name, _ in pairs)
    return found


def _fault(message):
    return {"path": "", "message": message}
