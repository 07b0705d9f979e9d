"""The life of a plan: drafted from an assessment, written, signed, revised, closed.

A signed version is frozen: a change is the next version. The moves are the table `PLAN` of
`careplan.rules.lifecycle`.
"""

from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.actions.plan.care import save_movement, weigh
from careplan.actions.plan.drafts import draft, revise
from careplan.actions.plan.signing import REASON_LENGTH, close, sign
from careplan.actions.plan.words import (
    BARRIER,
    EXPLAINS,
    GOAL_LENGTH,
    GOALS_MOST,
    NOTE_LENGTH,
    ROUTINE,
    GoalLine,
    save_cards,
    save_goals,
    save_note,
    save_routine,
    usual_routine,
)

__all__ = [
    "BARRIER",
    "EXPLAINS",
    "GOALS_MOST",
    "GOAL_LENGTH",
    "NOTE_LENGTH",
    "REASON_LENGTH",
    "ROUTINE",
    "DraftMoved",
    "GoalLine",
    "PlanRefused",
    "close",
    "draft",
    "revise",
    "save_cards",
    "save_goals",
    "save_movement",
    "save_note",
    "save_routine",
    "sign",
    "usual_routine",
    "weigh",
]
