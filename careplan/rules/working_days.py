"""Working days are Monday to Friday; public holidays count (D-42)."""

from datetime import timedelta

SATURDAY = 5


def after(day, count):
    """The day so many working days later, never earlier than `day`."""
    return _step(day, count, timedelta(days=1))


def before(day, count):
    """The day so many working days earlier, never later than `day`."""
    return _step(day, count, timedelta(days=-1))


def _step(day, count, one):
    while count > 0:
        day += one
        count -= day.weekday() < SATURDAY
    return day
