"""One row of a rule file becomes a Rule, or is refused with every reason."""

import re
from datetime import date, datetime

from careplan.rules.conditions import BadCondition, read
from careplan.rules.entries import Checker, Level, Rule
from careplan.rules.facts import HOLE, capital

DRUGS = (
    "ibuprofen",
    "naproxen",
    "cyclobenzaprine",
    "gabapentin",
    "duloxetine",
    "opioid",
    "omeprazole",
)
SEVERITIES = ("emergency", "urgent", "stop", "caution", "info")
EFFECTS = ("avoid", "not_yet", "prescriber_only", "caution", "note")
CONFIDENCES = ("C", "K", "A")
ROLES = ("therapist", "prescriber", "admin", "patient")
ID = re.compile(r"^[A-Z]+(-[A-Z]+)?-[0-9]+[A-Z]?$")
OF_A_RULE = ("id", "title", "sources", "confidence", "author", "checker", "review")
OF_A_LEVEL = ("severity", "condition", "message", "patient_message")
MAY_LEVEL = ("effect", "refer", "follow_up", "with", "max_days", "drugs")
MAY_RULE = ("subject", "quiet", "level", *MAY_LEVEL)


def _is_text(value):
    return isinstance(value, str) and bool(value.strip())


def _is_day(value):
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_days(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are(kind):
    return lambda value: isinstance(value, list) and all(isinstance(one, kind) for one in value)


SHAPES = {  # what a part must look like before anything is asked of it
    "subject": ("a word", _is_text),
    "quiet": ("true or false", lambda value: isinstance(value, bool)),
    "severity": ("a word", _is_text),
    "effect": ("a word", _is_text),
    "drugs": ("a list of drugs", _are(str)),
    "refer": ("a list of words", _are(str)),
    "with": ("a list of drugs", _are(str)),
    "follow_up": ("a list of tables", _are(dict)),
    "max_days": ("a number of days", _is_days),
    "level": ("a list of tables", _are(dict)),
}


class BadRule(ValueError):
    """A row that is no rule. `faults`: a sentence for each reason."""

    def __init__(self, faults):
        super().__init__(" ".join(faults))
        self.faults = faults


def read_rule(found, name, row):
    """The Rule of one row of the file `name`. Raises BadRule with every reason."""
    refuse(_misshapen(row))
    levels = [{**row, **level} for level in row.get("level", [{}])]
    refuse([*_absent(row, levels), *_unknown(row)])
    refuse([fault for level in levels for fault in _misshapen(level)])
    of_levels = [fault for level in levels for fault in _level_faults(found, level)]
    refuse([*_rule_faults(found, row), *of_levels])
    drugs = tuple(row.get("drugs", ()))
    return Rule(
        id=row["id"],
        title=row["title"],
        levels=tuple(_level(found, level, drugs[0] if drugs else "") for level in levels),
        sources=tuple(_source(found, text) for text in row["sources"]),
        confidence=row["confidence"],
        author=row["author"],
        checker=read_checker(row["checker"]),
        review=row["review"],
        drugs=drugs,
        by_drug={
            drug: tuple(_level(found, one, drug) for one in levels if drug in one.get("drugs", ()))
            for drug in drugs
        },
        quiet=row.get("quiet", False),
        file=name,
        subject=row.get("subject", "intake"),
    )


def refuse(faults):
    """Raise BadRule where there is a fault, each told once."""
    faults = list(dict.fromkeys(faults))
    if faults:
        raise BadRule(faults)


def read_checker(text):
    """ "Ana Lima, PT 1234, 2027-01-15" -> Checker; "" -> None: nobody clinical has checked it."""
    if text == "":
        return None
    parts = [part.strip() for part in text.rsplit(",", 2)] if isinstance(text, str) else []
    try:
        name, licence, day = parts
        on = date.fromisoformat(day)
    except ValueError:
        on = None
    if on is None or len(name.split()) < 2 or not licence:
        raise ValueError(
            f"has the checker {text!r}; write it as first and last name, licence, date: "
            '"Ana Lima, PT 1234, 2027-01-15", or "" while nobody has checked it.'
        )
    return Checker(name, licence, on)


# Why a row is refused ----------------------------------------------------------------------


def _misshapen(row):
    for key, (what, fits) in SHAPES.items():
        if key in row and not fits(row[key]):
            yield f"has {row[key]!r} for {key}; it is {what}."


def _absent(row, levels):
    absent = [key for key in OF_A_RULE if key not in row]
    absent += [key for key in OF_A_LEVEL if not all(key in level for level in levels)]
    if absent:
        yield f"lacks {', '.join(absent)}."


def _unknown(row):
    unknown = set(row) - {*OF_A_RULE, *OF_A_LEVEL, *MAY_RULE}
    for level in row.get("level", ()):
        unknown |= set(level) - {*OF_A_LEVEL, *MAY_LEVEL}
    if unknown:
        yield f"has words that no rule has: {', '.join(sorted(unknown))}."


def _rule_faults(found, row):
    if not _is_text(row["id"]) or not ID.match(row["id"]):
        yield f"has the id {row['id']!r}; an id is like RF-01."
    for key in ("title", "author"):
        if not _is_text(row[key]):
            yield f"needs words for {key}."
    if row["confidence"] not in CONFIDENCES:
        yield f"has the confidence {row['confidence']!r}; it is one of C, K, A."
    if not _is_day(row["review"]):
        yield "needs a review date."
    subject = row.get("subject", "intake")
    if subject not in found.subjects:
        yield f"has the subject {subject!r}, which subjects.toml does not name."
    yield from _source_faults(found, row["sources"])
    yield from _checker_faults(row)


def _source_faults(found, sources):
    if not isinstance(sources, list) or not sources:
        yield 'needs sources, a list such as ["acp-2017#recommendation 2"].'
        return
    for text in sources:
        key, _, section = text.partition("#") if isinstance(text, str) else ("", "", "")
        if key not in found.sources or not section.strip():
            yield f"names the source {text!r}; it needs a known key and a #section."


def _checker_faults(row):
    try:
        checker = read_checker(row["checker"])
    except ValueError as fault:
        yield str(fault)
        return
    if checker and checker.name == row["author"]:
        yield "is checked by its own author; a second person checks."
    if checker and _is_day(row["review"]) and checker.on >= row["review"]:
        yield "was checked on or after its review date; set the next one."


def _level_faults(found, row):
    if row["severity"] not in SEVERITIES:
        yield f"has the severity {row['severity']!r}; it is one of {', '.join(SEVERITIES)}."
    if row.get("effect", "note") not in EFFECTS:
        yield f"has the effect {row['effect']!r}; it is one of {', '.join(EFFECTS)}."
    if not _is_text(row["message"]):
        yield "needs wording for the clinician (message)."
    if row["patient_message"] is not False and not _is_text(row["patient_message"]):
        yield "needs wording for the patient, or `patient_message = false` on purpose."
    unknown = [drug for drug in row.get("drugs", ()) if drug not in DRUGS]
    if unknown:
        yield f"judges {', '.join(map(repr, unknown))}, which is no drug of the app."
    yield from _follow_up_faults(found, row.get("follow_up", ()))
    try:
        read(_about(row["condition"], DRUGS[0]))
    except BadCondition as fault:
        yield str(fault)


def _follow_up_faults(found, told):
    for one in told:
        days = [one[key] for key in ("days", "working_days") if key in one]
        if str(one.get("kind")) not in found.follow_ups or one.get("role") not in ROLES:
            yield f"has the follow-up {one!r}; its kind or role is not known."
        elif len(days) != 1 or not _is_days(days[0]):
            yield f"has the follow-up {one!r}; it needs `days` or `working_days`."


# What a row becomes ------------------------------------------------------------------------


def _about(raw, drug):
    """A condition in which `{drug}` stands for the drug that the rule judges."""
    if isinstance(raw, str):
        return raw.replace("{drug}", drug)
    if isinstance(raw, dict):
        return {key: _about(value, drug) for key, value in raw.items()}
    return [_about(value, drug) for value in raw] if isinstance(raw, list) else raw


def _level(found, row, drug):
    message, patient_message = (
        row["message"].replace("{drug}", drug),
        row["patient_message"] or None,
    )
    texts = {"message": message, "patient_message": patient_message}
    return Level(
        severity=row["severity"],
        condition=read(_about(row["condition"], drug)),
        message=message,
        patient_message=patient_message,
        finding=_finding(found, row, texts),
        to_fill=tuple(
            (key, tuple(HOLE.split(capital(text))))
            for key, text in texts.items()
            if text and HOLE.search(text)
        ),
        effect=row.get("effect"),
        refer=tuple(row.get("refer", ())),
        follow_up=tuple(row.get("follow_up", ())),
        with_drugs=tuple(row.get("with", ())),
        max_days=row.get("max_days"),
        drugs=tuple(row.get("drugs", ())),
    )


def _finding(found, row, texts):
    """A finding of this level, but for what is only known of one intake."""
    return {
        "rule": row["id"],
        "severity": row["severity"],
        "title": row["title"],
        **{
            key: text and (text if HOLE.search(text) else capital(text))
            for key, text in texts.items()
        },
        "because": None,
        "sources": [_source(found, text) for text in row["sources"]],
        "confidence": row["confidence"],
        "applies_to": None,
    }


def _source(found, text):
    """ "acp-2017#recommendation 2" -> "Title, 2017, recommendation 2"."""
    key, _, section = text.partition("#")
    source = found.sources[key]
    return f"{source.title}, {source.year}, {section}"
