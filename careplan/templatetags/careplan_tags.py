"""Words and icons for templates: dates, doses, minutes, ages, severity.

Everything here takes plain values and returns text; nothing reads the database. Labels of codes
come from the rule book (`code_label`, `pointer_words`).
"""

import datetime as dt
import re
from functools import lru_cache

import lucide
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from careplan.rules.book import book

register = template.Library()

NBSP = "\u00a0"

# Severity ladder and drug statuses of the contract: (word, icon, badge colour).
SEVERITIES = {
    "emergency": ("Emergency", "octagon-alert", "emergency"),
    "urgent": ("Urgent", "triangle-alert", "urgent"),
    "stop": ("Stop", "ban", "stop"),
    "caution": ("Caution", "triangle-alert", "caution"),
    "info": ("Info", "info", "info"),
    "ok": ("Fine", "check", "ok"),
}
DRUG_STATUSES = {
    "offer": ("Can be offered", "check", "ok"),
    "caution": ("With care", "triangle-alert", "caution"),
    "prescriber_only": ("Prescriber only", "pencil", "info"),
    "needs_data": ("Needs data", "circle-question-mark", "plain"),
    "not_yet": ("Not yet", "clock", "plain"),
    "avoid": ("Avoid", "ban", "stop"),
}
NAV_ICONS = {
    "Worklist": "list-checks",
    "Patients": "users",
    "Outcomes": "chart-line",
    "Exercises": "person-standing",
    "Medicines": "pill",
    "Rules": "book-open",
    "Staff": "id-card-lanyard",
    "Clinic": "settings",
    "Audit": "file-search",
    "Today": "house",
    "Progress": "chart-line",
    "My plan": "notebook-text",
    "My record": "eye",
}


# Icons -------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _svg(name: str, css: str) -> str:
    svg = lucide._render_icon(name, 24, **{"class": css, "aria_hidden": "true"})
    return re.sub(r">\s+<", "><", svg)


@register.simple_tag
def icon(name: str, css: str = "") -> str:
    """A Lucide icon as inline SVG, hidden from screen readers: put a word beside it."""
    return mark_safe(_svg(str(name), f"cp-i {css}".strip()))  # noqa: S308 - packaged SVG


@register.simple_tag
def nav_icon(label: str) -> str:
    """The icon of a navigation entry; shown where the navigation folds to a tab bar."""
    return icon(NAV_ICONS.get(str(label), "circle"))


@register.filter
def severity_word(severity: str) -> str:
    return SEVERITIES.get(severity, (str(severity).capitalize(), "", ""))[0]


@register.filter
def severity_icon(severity: str) -> str:
    """The name of the icon of a severity, for `{% icon %}`."""
    return SEVERITIES.get(severity, ("", "info", ""))[1]


@register.filter
def severity_colour(severity: str) -> str:
    """The badge colour; anything off the ladder is `plain`."""
    return SEVERITIES.get(severity, ("", "", "plain"))[2]


@register.filter
def drug_word(status: str) -> str:
    return DRUG_STATUSES.get(status, (str(status).replace("_", " ").capitalize(), "", ""))[0]


@register.filter
def drug_icon(status: str) -> str:
    return DRUG_STATUSES.get(status, ("", "circle-question-mark", ""))[1]


@register.filter
def drug_colour(status: str) -> str:
    return DRUG_STATUSES.get(status, ("", "", "plain"))[2]


# Dates and times ---------------------------------------------------------------------------


def _local(value):
    """A date or datetime from a date, a datetime or an ISO text; None when it is none of them."""
    if isinstance(value, str):
        value = _from_iso(value)
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value if isinstance(value, dt.date) else None


def _from_iso(text: str):
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
    except ValueError:
        return None


@register.filter
def long_date(value) -> str:
    """`24 November 2026`, for sentences."""
    day = _local(value)
    return f"{day.day}{NBSP}{day:%B}{NBSP}{day.year}" if day else ""


@register.filter
def short_date(value) -> str:
    """`24 Nov`, for tables."""
    day = _local(value)
    return f"{day.day}{NBSP}{day:%b}" if day else ""


@register.filter
def medium_date(value) -> str:
    """`24 Nov 2026`, for facts that may be years old."""
    day = _local(value)
    return f"{day.day}{NBSP}{day:%b}{NBSP}{day.year}" if day else ""


@register.filter
def week_date(value) -> str:
    """`Tue 24 Nov`, for what is due."""
    day = _local(value)
    return f"{day:%a}{NBSP}{day.day}{NBSP}{day:%b}" if day else ""


@register.filter
def full_date(value) -> str:
    """`Tuesday 24 November`, for greetings and page heads."""
    day = _local(value)
    return f"{day:%A} {day.day}{NBSP}{day:%B}" if day else ""


@register.filter
def clock(value) -> str:
    """`9:05`, 24 hours, in the active time zone."""
    moment = _local(value)
    return f"{moment.hour}:{moment.minute:02d}" if isinstance(moment, dt.datetime) else ""


@register.filter
def age(born, on=None) -> str:
    """Whole years between a birth date and `on` (today when left out)."""
    day, end = _local(born), _local(on) or timezone.localdate()
    if day is None:
        return ""
    return str(end.year - day.year - ((end.month, end.day) < (day.month, day.day)))


@register.filter
def weeks_since(start, on=None) -> str:
    """`26 weeks`, whole weeks from a date to `on` (today when left out)."""
    day, end = _local(start), _local(on) or timezone.localdate()
    if day is None:
        return ""
    return weeks((_date(end) - _date(day)).days // 7)


def _date(value) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


# Numbers and doses -------------------------------------------------------------------------


@register.filter
def count(number, words: str) -> str:
    """`3|count:"person,people"` is `3 people`; one word only gets an s."""
    one, _, many = words.partition(",")
    return f"{number}{NBSP}{one if number == 1 else many or one + 's'}"


@register.filter
def weeks(number) -> str:
    return "" if number in (None, "") else count(int(number), "week")


@register.filter
def minutes(value) -> str:
    """`14 minutes`; a part of a minute is `about 7 minutes`; under one is `under a minute`."""
    if value in (None, ""):
        return ""
    number = float(value)
    if 0 < number < 1:
        return "under a minute"
    whole = int(number + 0.5)
    about = "" if number == whole else "about "
    return f"{about}{count(whole, 'minute')}"


@register.filter
def decimal(value, places: int = 1) -> str:
    """A number with a fixed count of decimals, for columns: `14.0`."""
    return "" if value in (None, "") else f"{float(value):.{places}f}"


@register.filter
def quarters(value) -> str:
    """Minutes that come in quarters, with nothing lost: `14.0`, `7.25`."""
    return "" if value in (None, "") else f"{float(value):.2f}".removesuffix("0")


@register.filter
def amount(value) -> str:
    """A number without a needless tail: 400.0 is `400`, 37.5 stays `37.5`."""
    return "" if value in (None, "") else f"{float(value):g}"


@register.filter
def dose(step: dict) -> str:
    """A dose step of the contract in words: `400 mg, up to 3 times a day, 5 days`."""
    if not step:
        return ""
    words = f"{amount(step['mg'])}{NBSP}mg, {_times(step.get('times_a_day_max'))}"
    days = step.get("days")
    return f"{words}, {count(days, 'day')}" if days else words


def _times(times: int | None) -> str:
    if not times:
        return "as agreed"
    return {1: "once a day", 2: "up to twice a day"}.get(times, f"up to {times} times a day")


@register.filter
def exercise_dose(item: dict) -> str:
    """An exercise dose in words: `2 sets of 8, hold 3 seconds`."""
    sets, reps, hold = (item.get(key) or 0 for key in ("sets", "reps", "hold_s"))
    if not reps:
        return minutes(item.get("minutes"))
    words = f"{count(sets, 'set')} of {reps}" if sets > 1 else count(reps, "time")
    return f"{words}, hold {count(float(hold).__trunc__(), 'second')}" if hold else words


@register.filter
def initials(name: str) -> str:
    """`Dr Priya Nair` is `PN`: first and last name, titles left out."""
    parts = [word for word in str(name).split() if word.rstrip(".").lower() not in TITLES]
    return "".join(word[0] for word in (parts[:1] + parts[1:][-1:])).upper()


TITLES = {"dr", "mr", "mrs", "ms", "mx", "prof"}


# Codes and pointers ------------------------------------------------------------------------


# Fields of an intake that no question and no code names, in the words a clinician uses.
FIELD_WORDS = {
    "birth_date": "Date of birth",
    "sex": "Sex",
    "weight_kg": "Weight",
    "weight_on": "Date of the weight",
    "height_cm": "Height",
    "pregnant": "Pregnancy",
    "pregnant_on": "Date of the pregnancy answer",
    "onset": "Start of the pain",
    "creatinine_mg_dl": "Creatinine",
    "creatinine_umol_l": "Creatinine",
    "creatinine_on": "Date of the creatinine test",
    "egfr": "eGFR",
    "sodium_mmol_l": "Sodium",
    "alt_times_uln": "Liver test (ALT)",
    "systolic": "Blood pressure, upper",
    "diastolic": "Blood pressure, lower",
    "temperature_c": "Temperature",
    "heart_rate": "Heart rate",
    "conditions_complete": "Complete list of conditions",
    "medications_complete": "Complete list of medicines",
    "medications_on": "Date of the medicine list",
    "peg": "PEG",
    "psfs": "Own activities",
}


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    """Code to label over every table of the book; a code means one thing wherever it stands."""
    return {code: row.label for table in book().codes.values() for code, row in table.items()}


@register.filter
def code_label(code: str) -> str:
    """The label of a code; readable words when the rule book has none."""
    code = str(code)
    return _labels().get(code) or FIELD_WORDS.get(code) or code.replace("_", " ")


@register.filter
def pointer_words(pointer: str) -> str:
    """A JSON pointer of the contract as words: `/labs/creatinine_mg_dl` is `Creatinine`."""
    parts = [part for part in str(pointer).split("/") if part and not part.isdigit()]
    words = code_label(parts[-1]) if parts else ""
    if len(parts) > 1 and parts[-1] in GENERAL_FIELDS:
        words = f"{code_label(parts[-2])}: {words}"
    return words[:1].upper() + words[1:]


# Field names that say nothing without the group they stand in.
GENERAL_FIELDS = {"on", "drug", "now", "average", "worst", "total", "weeks", "role", "outcome"}


# Messages ----------------------------------------------------------------------------------


@register.filter
def undo_url(message) -> str:
    """Where a toast's Undo posts to: the message's extra tag `undo:/some/path/`, or nothing."""
    for tag in str(getattr(message, "extra_tags", "") or "").split():
        if tag.startswith("undo:/"):
            return tag.removeprefix("undo:")
    return ""


@register.filter
def phone_link(number: str) -> str:
    """A `tel:` address: digits and a leading plus."""
    return format_html("tel:{}", re.sub(r"(?!^\+)\D", "", str(number)))


# Lists for includes ------------------------------------------------------------------------


@register.filter
def get(mapping, key):
    """`row|get:name`: a value of a mapping by a key held in a variable."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def nth(items, index):
    """The entry of a list at a counter; empty past the end."""
    return items[index] if items and index < len(items) else ""
