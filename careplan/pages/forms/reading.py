"""What was typed for one question -> its value in the contract, or a sentence saying what to do."""

import math
import re
from datetime import date

from careplan.rules.book import Question

DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[ ./-](?P<m>\d{1,2})[ ./-](?P<y>\d{4})"),
)


class Unreadable(ValueError):
    """The answer cannot be kept; the message is a sentence, `typed` what stays on the page."""

    def __init__(self, sentence: str, typed=""):
        super().__init__(sentence)
        self.typed = typed


def read(question: Question, data) -> tuple[object, object]:
    """(value, typed) of a question from a POST. The value is None where nothing was answered.
    Raises Unreadable."""
    if question.path == "/allergies":
        return _allergies(data)
    if question.kind == "multi":
        return _multi(question, data)
    typed = words(data, question.id)
    if not typed:
        return None, ""
    return READERS[question.kind](question, typed), None


def words(data, name: str) -> str:
    """What was typed, without the NUL that no keyboard has and the database cannot keep."""
    return data.get(name, "").replace("\0", "").strip()


def number(label: str, typed: str, low=None, high=None, unit="", whole=False) -> float | int:
    """A number in its limits; a decimal comma is fine. Raises Unreadable."""
    try:
        value = float(typed.replace(",", "."))
    except ValueError:
        value = math.nan
    outside = (low is not None and value < low) or (high is not None and value > high)
    if outside or not math.isfinite(value):
        raise Unreadable(f"{label}: enter a number{_range(low, high, unit)}.", typed)
    if whole and value != int(value):
        raise Unreadable(f"{label}: enter a whole number{_range(low, high, unit)}.", typed)
    return int(value) if value == int(value) else value


def day(label: str, typed: str) -> str:
    """An ISO day from 2026-11-24 or 24 11 2026. Raises Unreadable."""
    for pattern in DATES:
        if match := pattern.fullmatch(typed):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
            except ValueError:
                break
    raise Unreadable(f"{label}: enter a date such as 24 11 2026.", typed)


def _range(low, high, unit: str) -> str:
    unit = f" {unit}" if unit else ""
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}{unit if unit != ' of 10' else ''}"
    return f" of {low:g} or more{unit}" if low is not None else unit and f" in{unit}"


def _number(question: Question, typed: str):
    label, unit = question.label, question.unit
    return number(label, typed, question.min, question.max, unit, question.kind == "whole")


def _day(question: Question, typed: str) -> str:
    return day(question.label, typed)


def _answer(question: Question, typed: str) -> str:
    return _one_of(question, typed, ("yes", "no", "unknown"))


def _true_false(question: Question, typed: str) -> bool:
    return _one_of(question, typed, ("yes", "no")) == "yes"


def _choice(question: Question, typed: str) -> str:
    return _one_of(question, typed, [value for value, _, _ in question.choices])


def _one_of(question: Question, typed: str, known) -> str:
    if typed not in known:
        raise Unreadable(f"{question.label}: choose one of the answers.")
    return typed


def _multi(question: Question, data) -> tuple[list | None, None]:
    known = [value for value, _, _ in question.choices]
    ticked = [value for value in known if value in data.getlist(question.id)]
    gone_through = data.get(f"{question.id}_complete")
    return (ticked or ([] if gone_through else None)), None


def _allergies(data) -> tuple[list | None, str]:
    """Comma or line separated names; the tick says that there are none, and silence is unknown."""
    typed = words(data, "allergies")
    names = [word.strip() for word in re.split(r"[,;\n]", typed) if word.strip()]
    none = bool(data.get("allergies_none"))
    if names and none:
        raise Unreadable("Allergies: either name them, or tick that there are none.", names)
    return (names or ([] if none else None)), None


READERS = {
    "yes_no_unknown": _answer,
    "true_false": _true_false,
    "choice": _choice,
    "number": _number,
    "whole": _number,
    "date": _day,
}
