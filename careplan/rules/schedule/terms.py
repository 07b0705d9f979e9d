"""The words of the calendar: a wish, what limits it, and a session that was laid.

Weekdays are numbers, Monday is 0. Hours are wall clock in the clinic's zone. Doses are those of
PT-02: 2 or 3 a week for 6 to 8 weeks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

SESSIONS_PER_WEEK = (2, 3)
WEEKS = (6, 7, 8)
MOST_WEEKS = max(WEEKS)
# Nobody's clocks change between these hours, so every session has a time that exists once.
EARLIEST, LATEST = time(6), time(21)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY = 5
USUAL_DAYS = {2: (0, 3), 3: (0, 2, 4)}  # what a proposal prefers; the therapist changes them
USUAL_HOUR = time(9)
USUAL_MINUTES = 45
REST = 2  # sessions lie at least so many days apart: one day of rest between them


class ScheduleRefused(ValueError):
    """The wish cannot be laid; `reasons` are sentences that say which limit blocks."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Wish:
    """A program as the therapist wants it: so many sessions on these days at this hour."""

    sessions_per_week: int
    weeks: int
    weekdays: tuple[int, ...]
    at: time
    starts_on: date  # the first day it may begin
    minutes: int = USUAL_MINUTES

    @property
    def visits(self) -> int:
        return self.sessions_per_week * self.weeks

    @property
    def days(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.weekdays)))


@dataclass(frozen=True)
class Window:
    """A stretch of one weekday, clinic's wall clock."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class Calendar:
    """What limits the dates. Whatever is empty or None limits nothing.

    `closed`: day -> why (closures and public holidays); `suits`: when the patient can come;
    `works`: when the therapist treats; where nobody keeps hours, a session leaves its own
    weekdays for a day from Monday to Friday alone; `taken`: day -> (start, end) of the
    therapist's other sessions; `visits_left`: what the payer covers still; `now` (aware): no
    session lies before it. `patient` and `therapist` are names for the sentences.
    """

    zone: str
    closed: Mapping[date, str] = field(default_factory=dict)
    suits: tuple[Window, ...] = ()
    works: tuple[Window, ...] = ()
    taken: Mapping[date, tuple[tuple[time, time], ...]] = field(default_factory=dict)
    visits_left: int | None = None
    now: datetime | None = None
    patient: str = "the patient"
    therapist: str = "the therapist"


@dataclass(frozen=True)
class Laid:
    """One session on its date; `because` says why it lies elsewhere than usual, else empty."""

    number: int
    start: datetime  # aware, in the clinic's zone
    because: str = ""


def day_words(day: date) -> str:
    """`Monday 28 December`."""
    return f"{DAYS[day.weekday()]} {day:%-d %B}"


def capital(words: str) -> str:
    """The first letter of a sentence large, the rest (names) as it is."""
    return words[:1].upper() + words[1:]
