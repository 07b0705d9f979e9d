"""Where the sessions of a program may lie: plain dates, the clinic's wall clock, no database.

`propose` gives a program for what is known, `lay` puts a wish on dates, `nearest` says what can be
done where that cannot, `free_days` where one session may move while the rest stays.
"""

from .free import moment
from .lay import closed_runs, faults, first_day, lay, over_budget, without_rest
from .move import FreeDay, faults_of, free_days, move_faults
from .near import FARTHEST, can_lay, nearest, propose, that_fit
from .terms import (
    DAYS,
    EARLIEST,
    LATEST,
    MOST_WEEKS,
    SESSIONS_PER_WEEK,
    USUAL_DAYS,
    USUAL_HOUR,
    USUAL_MINUTES,
    WEEKS,
    Calendar,
    Laid,
    ScheduleRefused,
    Window,
    Wish,
    day_words,
)

__all__ = [
    "Calendar",
    "DAYS",
    "EARLIEST",
    "FARTHEST",
    "FreeDay",
    "LATEST",
    "Laid",
    "MOST_WEEKS",
    "SESSIONS_PER_WEEK",
    "ScheduleRefused",
    "USUAL_DAYS",
    "USUAL_HOUR",
    "USUAL_MINUTES",
    "WEEKS",
    "Window",
    "Wish",
    "can_lay",
    "closed_runs",
    "day_words",
    "faults",
    "faults_of",
    "first_day",
    "free_days",
    "lay",
    "moment",
    "move_faults",
    "nearest",
    "over_budget",
    "propose",
    "that_fit",
    "without_rest",
]
