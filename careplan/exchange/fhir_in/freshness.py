"""How long a value of a record may be rested on (section 0 of the clinical specification, "stale")."""

from calendar import monthrange
from datetime import date, timedelta

from careplan.rules.book import book

# The book has no limit for these two: what is older is shown and not filled in.
PAIN_DAYS = 30
NEVER_SMOKED_MONTHS = 12


def counts(name: str) -> int:
    """How long a value of that name counts, in the unit of its row in limits.toml."""
    return int(book().limits[name])


def months_after(day: date, months: int) -> date:
    """The same day some months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def days_after(day: date, days: int) -> date:
    return day + timedelta(days=days) if (date.max - day).days > days else date.max


def age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
