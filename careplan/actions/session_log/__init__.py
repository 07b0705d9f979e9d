"""Writes of the log of exercises: sets done, what is left for today, what was too much, what came on
paper, and what the rules of a session ask for because of it."""

from careplan.actions.session_log.paper import log_sheet, note_paper
from careplan.actions.session_log.player import ease, finish_set, leave, note_today, take_back
from careplan.actions.session_log.rows import LogRefused
from careplan.actions.session_log.too_much import tell_sign, too_much

__all__ = [
    "LogRefused",
    "ease",
    "finish_set",
    "leave",
    "log_sheet",
    "note_paper",
    "note_today",
    "take_back",
    "tell_sign",
    "too_much",
]
