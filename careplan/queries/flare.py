"""Reads of a flare that lasts (PT-19): the one that runs, the day of it, and the days that were."""

from dataclasses import dataclass
from datetime import date

from careplan.models import Flare, Outcome, Plan
from careplan.rules import flare as rules
from careplan.rules.book import book
from patients.models import Patient


@dataclass(frozen=True)
class Running:
    """A flare on one day. `day` is None until the warning signs are answered: until then nothing
    is to be done."""

    row: Flare
    day: rules.Day | None

    @property
    def percent(self) -> int:
        return self.day.percent if self.day else 100

    @property
    def unanswered(self) -> bool:
        return self.row.signs_on is None

    @property
    def half(self) -> bool:
        return self.day is not None and self.day.part == "half"

    @property
    def last_day(self) -> date:
        return rules.last_day(record_of(self.row, self.row.half_from), book())


def running(patient: Patient, day: date) -> Running | None:
    """The flare of the patient's plan that is not over on a day; one query."""
    row = of_plan(patient).first()
    return standing(row, day) if row else None


def of_plan(patient: Patient):
    """Flares not ended of the plan that is not closed; one at most."""
    return Flare.objects.filter(patient=patient, ended_on=None).exclude(
        plan__state=Plan.State.CLOSED
    )


def standing(row: Flare, day: date) -> Running | None:
    """A flare as it stands on a day; None where its days have passed."""
    if row.signs_on is None:
        return Running(row, None)
    counted = rules.day_of(record_of(row, day), book())
    return Running(row, counted) if counted.part != "over" else None


def record_of(row: Flare, day: date) -> dict:
    """The record that the rules of a flare read."""
    told = {
        "as_of": day,
        "pain": row.pain,
        "since": row.since,
        "usual_pain": None if row.usual_pain is None else float(row.usual_pain),
        "half_from": row.half_from,
        "better_on": row.better_on,
    }
    return {name: _plain(value) for name, value in told.items() if value is not None}


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value


def holds(row: Flare) -> bool | None:
    """Whether it is a flare by the row; None where the usual pain was not known."""
    return rules.holds(record_of(row, row.told_on), book())


def spans(patient: Patient, since: date) -> list[tuple[date, date, int]]:
    """(first day, last day, usual pain then) of the flares that reach into the days since one."""
    rows = Flare.objects.filter(patient=patient, begun_on__isnull=False)
    found = []
    for row in rows:
        last = rules.last_day(record_of(row, row.half_from), book())
        last = min(last, row.ended_on) if row.ended_on else last
        if last >= since:
            found.append((row.begun_on, last, row.pain))
    return found


def usual_before(patient: Patient):
    """The last average of seven days that was told, as stored; None where it never was."""
    rows = Outcome.objects.filter(patient=patient, measure="nprs").order_by("on", "id")
    return rows.values_list("value", flat=True).last()
