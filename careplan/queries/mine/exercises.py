"""The exercises of the running plan as they stand on one day, in order."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from careplan.models import FollowUp, HomePlanItem, SessionLog
from careplan.queries import checkin as checkins
from careplan.queries import flare as flares
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plans
from careplan.queries import session_log as logs
from careplan.queries.catalogue import catalogue_of
from careplan.queries.flare import Running
from careplan.queries.session_log import Entry
from careplan.rules import flare as flare_rules
from careplan.rules.book import Exercise, book
from patients.models import Patient

LOOK = "exercise_review"  # kind of the follow-up about an exercise that hurt twice (PT-18)
ENDED = (SessionLog.Outcome.DONE, SessionLog.Outcome.PARTLY, SessionLog.Outcome.NOT_TODAY)


@dataclass(frozen=True)
class Item:
    """One exercise of the plan: the signed dose, what it is, and what was logged of it today."""

    row: HomePlanItem
    exercise: Exercise
    easier: Exercise | None = None  # where there is one and this person may do it
    tries: list[Entry] = field(default_factory=list)
    percent: int = 100  # of the signed dose, in a flare (PT-19)
    bout: int | None = None  # of a day in bouts (BAR-05)

    @property
    def now(self) -> SessionLog | None:
        """The try of today that counts: the last one."""
        return self.tries[-1].row if self.tries else None

    @property
    def done(self) -> bool:
        return any(entry.done for entry in self.tries)

    @property
    def settled(self) -> bool:
        """Nothing is left to do of it today."""
        return self.done or (self.now is not None and self.now.outcome in ENDED)

    @property
    def begun(self) -> bool:
        return self.now is not None and self.now.outcome == SessionLog.Outcome.BEGUN

    @property
    def sets_done(self) -> int:
        return self.now.sets if self.begun else 0

    @property
    def turn(self) -> int:
        """Which try the page is about: the one under way, else the next."""
        return len(self.tries) if self.begun else len(self.tries) + 1

    @property
    def eased(self) -> str:
        """What stands in today: the code of the easier exercise, the own code for half of it."""
        return self.now.swapped_for if self.begun else ""

    @property
    def shown(self) -> Exercise:
        return self.stand_in(self.eased)

    @property
    def dose(self) -> dict:
        """What to do today: sets, reps, hold_s, s_per_rep, rest_s, sides."""
        return self.dose_with(self.eased)

    @property
    def to_ease(self) -> str:
        """What `ease` would put in: the easier exercise, else half of this one."""
        return self.easier.code if self.easier else self.row.exercise

    def stand_in(self, code: str) -> Exercise:
        """The exercise that a swap leads to; itself where it is half of it, or none."""
        return self.easier if self.easier and code == self.easier.code else self.exercise

    def dose_with(self, code: str) -> dict:
        """The dose after a swap: the easier one's own, in no more sets; or half, rounded up."""
        row, other = self.row, self.stand_in(code)
        dose = {"sets": row.sets, "reps": row.reps, "hold_s": row.hold_s, "sides": row.sides}
        dose |= {"s_per_rep": row.sec_per_rep, "rest_s": row.rest_s}
        if other is not self.exercise:
            dose = home_queries.dose_of(other) | {"sets": min(row.sets, other.sets)}
        dose = flare_rules.dose_at(dose, self.percent, book())
        if not code or other is not self.exercise:
            return dose
        part = "sets" if dose["sets"] > 1 else "reps" if dose["reps"] > 1 else "s_per_rep"
        return dose | {part: (dose[part] + 1) // 2}

    @property
    def minutes(self) -> Decimal:
        """Of the signed dose, or of what a flare leaves of it."""
        return self.row.minutes if self.percent >= 100 else home_queries.minutes(self.dose_with(""))


@dataclass(frozen=True)
class Bout:
    """One part of a day in bouts: what it is tied to, and its exercises as they stand today."""

    number: int
    anchor: str
    items: list[Item]

    @property
    def settled(self) -> bool:
        """Nothing is left to do of it today."""
        return all(item.settled for item in self.items)

    @property
    def begun(self) -> bool:
        return any(item.now for item in self.items)

    @property
    def done(self) -> bool:
        """Settled, and not by leaving all of it."""
        return self.settled and any(
            item.done or item.now.outcome == SessionLog.Outcome.PARTLY for item in self.items
        )

    @property
    def minutes(self) -> Decimal:
        return total(self.items)

    @property
    def apart(self) -> list[Item]:
        """Walking, cycling and water: not in its minutes (PT-08)."""
        return [one for one in self.items if one.exercise.component == home_queries.AEROBIC]

    @property
    def next(self) -> Item:
        """The first exercise that is not settled; the first of all where all are."""
        return next((one for one in self.items if not one.settled), self.items[0])


def bouts(items: list[Item]) -> list[Bout]:
    """The bouts of a day in order; none where it is one piece. A bout of which nothing may be done
    is left out, and the others keep their numbers."""
    found = []
    for number in sorted({item.bout for item in items if item.bout}):
        there = [item for item in items if item.bout == number]
        anchor = there[0].row.home_plan.anchors[number - 1]["words"]
        found.append(Bout(number, anchor, there))
    return found


def items(
    patient: Patient,
    day: date,
    *,
    short: bool = False,
    left_too: bool = False,
    as_signed: bool = False,
) -> list[Item]:
    """Exercises of the running plan in order; `short`: the five-minute ones. What the newest
    assessment forbids is left out, also where the plan was signed before, and so is what hurt
    twice until the therapist has looked at it; `left_too`: these as well, for what is told of them.
    In a flare each is smaller, and its reset stands first; none until the warning signs that a
    flare asks are answered. `as_signed`: the plan itself, whatever a flare makes of it.
    """
    rows = checkins.exercises_of(patient)
    if not rows:
        return []
    flare = None if as_signed else flares.running(patient, day)
    if flare and flare.unanswered and not left_too:
        return []
    known, tries = catalogue_of(rows[0].home_plan.version), logs.of_day(patient, day)
    newest = plans.newest_assessment(patient)
    forbidden = set(home_queries.hidden(newest, known)) if newest else set()
    out = set() if left_too else forbidden | left_out(patient)
    percent = flare.percent if flare else 100
    split = home_queries.is_split(rows)
    return [
        _item(row, known, forbidden, tries, percent, split)
        for row in [*_reset(rows, flare), *rows]
        if row.short_day or not short
        if row.exercise in known and row.exercise not in out
    ]


def _reset(rows: list[HomePlanItem], flare: Running | None) -> list[HomePlanItem]:
    """The reset of a flare where the plan does not have it, at its own dose; kept nowhere."""
    code = book().flare["reset"]
    if not flare or not flare.half or code in {row.exercise for row in rows}:
        return []
    item = home_queries.default_item(code) | {"short_day": True}
    dose = item | {"minutes": home_queries.minutes(item), "sec_per_rep": item["s_per_rep"]}
    del dose["s_per_rep"]
    return [HomePlanItem(home_plan=rows[0].home_plan, position=0, **dose)]


def _item(
    row: HomePlanItem, known: dict, forbidden: set, tries: dict, percent: int, split: bool
) -> Item:
    exercise = known[row.exercise]
    code = exercise.easier_code
    easier = None if code in forbidden else known.get(code)
    if row.exercise == book().flare["reset"]:  # it is what a flare asks for: never halved
        percent = 100
    bout = row.bout if split else None
    return Item(row, exercise, easier, tries.get(row.exercise, []), percent, bout)


def item(patient: Patient, exercise: str, day: date, *, left_too: bool = False) -> Item | None:
    """One of `items` by its code."""
    found = items(patient, day, left_too=left_too)
    return next((one for one in found if one.row.exercise == exercise), None)


def left_out(patient: Patient) -> set[str]:
    """Exercises that hurt twice within a week and wait for the therapist's look (PT-18)."""
    rows = FollowUp.objects.filter(patient=patient, kind=LOOK).exclude(state=FollowUp.State.CLOSED)
    return {code for because in rows.values_list("because", flat=True) for code in _codes(because)}


def _codes(because: dict) -> list[str]:
    return because.get("exercises", [])


def total(items: list[Item]) -> Decimal:
    """Minutes with changeovers; walking is counted apart, as in the plan itself."""
    counted = [one.minutes for one in items if one.exercise.component != home_queries.AEROBIC]
    return sum(counted, Decimal(0)) + home_queries.CHANGEOVER * len(counted)
