"""Reads of the patient's own pages. Each takes the patient that the login belongs to, so nothing
of anybody else can be asked for."""

from careplan.queries.mine.exercises import Bout, Item, bouts, item, items, left_out, total
from careplan.queries.mine.plan import (
    BREATHING,
    ENJOYED,
    Today,
    clinic_for_help,
    days_done,
    my_plan,
    notes,
    open_plan,
    start_of,
    today,
    visits,
)
from careplan.queries.mine.record import Entry, record
from careplan.queries.session_log import usual_pain

__all__ = [
    "BREATHING",
    "ENJOYED",
    "Bout",
    "Entry",
    "Item",
    "Today",
    "bouts",
    "clinic_for_help",
    "days_done",
    "item",
    "items",
    "left_out",
    "my_plan",
    "notes",
    "open_plan",
    "record",
    "start_of",
    "today",
    "total",
    "usual_pain",
    "visits",
]
