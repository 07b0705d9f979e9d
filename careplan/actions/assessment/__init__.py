"""Writes of the assessment door: import a record, answer an intake, assess, review a red flag."""

from careplan.actions.assessment.answers import places_of, save_answers, start_intake
from careplan.actions.assessment.judging import DANGER, assess, hold, reassess
from careplan.actions.assessment.records import add_import, keep_import, register_from_import
from careplan.actions.assessment.refusals import AnswersRefused, ChangedElsewhere, Refused
from careplan.actions.assessment.reviews import review_flag

__all__ = [
    "DANGER",
    "AnswersRefused",
    "ChangedElsewhere",
    "Refused",
    "add_import",
    "assess",
    "hold",
    "keep_import",
    "places_of",
    "reassess",
    "register_from_import",
    "review_flag",
    "save_answers",
    "start_intake",
]
