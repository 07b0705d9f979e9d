"""Writes of the checkin door: make reminders, open and close them, keep answers, draw consequences,
read a patient's own words, and keep what a patient notes from day to day."""

from careplan.actions.checkin.answers import CheckInRefused, answer, submit
from careplan.actions.checkin.diary import NOON, choose_day, note_day
from careplan.actions.checkin.reminders import cancel_due, close_missed, open_due, schedule
from careplan.actions.checkin.words import tell

__all__ = [
    "NOON",
    "CheckInRefused",
    "answer",
    "cancel_due",
    "choose_day",
    "close_missed",
    "note_day",
    "open_due",
    "schedule",
    "submit",
    "tell",
]
