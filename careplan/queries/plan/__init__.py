"""Reads of the plan door: the draft, what still blocks it, what changed since the last version."""

from careplan.queries.plan.blocking import Blocker, blockers
from careplan.queries.plan.changes import (
    Difference,
    differences,
    dose_words,
    program_words,
    quarters,
)
from careplan.queries.plan.rows import (
    checkin_days,
    current_of,
    draft_of,
    last_of,
    newest_assessment,
    open_plan,
    reminders_of,
    signed_versions,
    version_of,
    waiting_medicines,
    whole,
)
from careplan.queries.plan.weighing import (
    Weighed,
    cautions,
    components,
    judged,
    limit_of,
    minutes_limit,
    movement_seen,
)

__all__ = [
    "Blocker",
    "Difference",
    "Weighed",
    "blockers",
    "cautions",
    "checkin_days",
    "components",
    "current_of",
    "differences",
    "dose_words",
    "draft_of",
    "judged",
    "last_of",
    "limit_of",
    "minutes_limit",
    "movement_seen",
    "newest_assessment",
    "open_plan",
    "program_words",
    "quarters",
    "reminders_of",
    "signed_versions",
    "version_of",
    "waiting_medicines",
    "whole",
]
