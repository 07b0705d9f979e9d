"""What can be wrong in the data of the rule book: one fault at a time, planted in a copy."""

import copy
import re

ATOM = re.compile(r"^(not )?([a-zA-Z0-9_.{}-]+)(?: (<=|>=|!=|<|>|=) (\S+)(?: (.+))?)?$")
SIGNS = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "=": "!=", "!=": "="}
MILDER = {
    "emergency": "urgent",
    "urgent": "caution",
    "stop": "caution",
    "caution": "info",
    "info": "caution",
}
GONE = object()


def faults(name, raw):
    """(what, path, new value) of every fault that can be planted in one file. Its head, a title and
    a place in the printed book, decides nothing and is left out."""
    yield from _walk({key: value for key, value in raw.items() if key != "file"}, (), name)


def _walk(value, path, name):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(key, inner, (*path, key), name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            if isinstance(inner, (int, float)) and not isinstance(inner, bool):
                yield f"{path[-1]} {inner} -> {inner + 1}", (*path, place), inner + 1
            yield from _walk(inner, (*path, place), name)


def _entry(key, value, path, name):
    if key in ("condition", "applies", "promote_when"):
        for what, new in _conditions(value):
            yield f"{key}: {what}", path, new
    elif path[0] == "stop_codes" and isinstance(value, list):
        for what, new in _conditions(value[1]):
            yield f"stop code: {what}", path, [value[0], new]
    elif key == "severity" and value in MILDER:
        yield f"{value} -> {MILDER[value]}", path, MILDER[value]
    elif key == "effect":
        yield f"effect {value} -> note", path, "note" if value != "note" else GONE
    elif isinstance(value, list) and key in (
        "stops",
        "cautions",
        "refer",
        "with",
        "drugs",
        "items",
        "effects",
        "level",
    ):
        for place in range(len(value)):
            rest = value[:place] + value[place + 1 :]
            yield f"{key} without {_short(value[place])}", path, rest or GONE
        yield from _walk(value, path, name)
    elif key == "follow_up":
        yield "no follow-up", path, GONE
        yield from _walk(value, path, name)
    elif key in ("emergency", "quiet") and isinstance(value, bool):
        yield f"{key} {value} -> {not value}", path, not value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        step = 1 if isinstance(value, int) else 0.1
        yield f"{key} {value} -> {value + step}", path, round(value + step, 6)
        yield f"{key} {value} -> {value - step}", path, round(value - step, 6)
    else:
        yield from _walk(value, path, name)


def _conditions(raw):
    """(what, new condition) of every fault in a condition."""
    if isinstance(raw, str):
        yield from _atoms(raw)
        return
    for key, value in raw.items():
        if key in ("all", "any", "count"):
            if key != "count" and len(value) > 1:
                other = {"all": "any", "any": "all"}[key]
                yield f"{key} -> {other}", {other: value}
            for place, part in enumerate(value):
                rest = value[:place] + value[place + 1 :]
                if rest:
                    yield f"without {_short(part)}", {**raw, key: rest}
                for what, new in _conditions(part):
                    yield what, {**raw, key: [*value[:place], new, *value[place + 1 :]]}
        elif key in ("not", "maybe"):
            yield f"{key} dropped", value
            for what, new in _conditions(value):
                yield what, {key: new}
        elif isinstance(value, int):
            yield f"{key} {value} -> {value + 1}", {**raw, key: value + 1}
            yield f"{key} {value} -> {value - 1}", {**raw, key: value - 1}


def _atoms(text):
    match = ATOM.match(text)
    if not match:
        return
    negated, name, sign, limit, unit = match.groups()
    yield (
        f"negated {text}",
        f"{name} {sign} {limit} {unit or ''}".strip()
        if (negated and sign)
        else (name if negated else f"not {text}"),
    )
    if not sign:
        return
    tail = f" {unit}" if unit else ""
    yield f"{text}: {SIGNS[sign]}", f"{negated or ''}{name} {SIGNS[sign]} {limit}{tail}"
    try:
        number = float(limit)
    except ValueError:
        return
    step = 1 if number == int(number) else 0.1
    for moved in (number + step, number - step):
        shown = f"{moved:g}"
        yield f"{text}: {shown}", f"{negated or ''}{name} {sign} {shown}{tail}"


def _short(value):
    return str(value)[:60]


def planted(raw, path, new):
    """A copy of the file's content with one place changed."""
    made = copy.deepcopy(raw)
    place = made
    for step in path[:-1]:
        place = place[step]
    if new is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = new
    return made


def row_of(raw, path):
    """The id of the row that a path is in, to tell it and to try its scenarios first."""
    place, found = raw, ""
    for step in path:
        place = place[step]
        if isinstance(place, dict):
            found = place.get("id") or place.get("code") or found
    return found or ".".join(str(step) for step in path[:2])
