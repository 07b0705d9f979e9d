"""Measures over time, as charts with a sentence: on the chart of staff and on the patient's page."""

from dataclasses import dataclass
from datetime import date

from careplan.models import Goal, Outcome
from careplan.queries import checkin as checkins
from careplan.queries import intake as intakes
from careplan.rules.book import book
from patients.models import Patient


@dataclass(frozen=True)
class Shown:
    """How a measure of the book is drawn: both titles, the top of its scale, its unit."""

    code: str
    title: str
    plain: str
    top: int
    unit: str = ""

    def smallest(self, start: float) -> float:
        """The smallest real change from a start: what is reached first counts (section 7)."""
        ways = book().measures[self.code].ways(single=True)
        open_ways = [way for way in ways if start or not way.share] or ways
        return round(min(max(way.points, way.share * start) for way in open_ways), 1)


MEASURES = (
    Shown("nprs", "Pain, average of 7 days", "Pain", 10),
    Shown("peg", "Pain in the way (PEG)", "How pain gets in the way", 10),
    Shown("psfs", "Own activity", "Your own activity", 10),
    Shown("walking_minutes", "Walking without stopping", "Walking without stopping", 60, "minutes"),
    Shown("sleep_quality", "Sleep, 0 to 10", "Sleep, 0 to 10", 10),
)


def charts(patient: Patient, plan_start: date | None, *, plain: bool = False) -> list[dict]:
    """Variables of components/trend_chart.html for every measure that has a value."""
    found = checkins.series(patient, intakes.baseline_since(patient))
    activity = _activity(patient) if "psfs" in found else ""
    return [
        _chart(measure, found[measure.code], plan_start, activity, plain)
        for measure in MEASURES
        if measure.code in found
    ]


def _activity(patient: Patient) -> str:
    goal = Goal.objects.filter(
        version__plan__patient=patient,
        version__signed_at__isnull=False,
        version__superseded_at=None,
    ).first()
    return goal.text if goal else ""


def _chart(measure: Shown, rows: list[Outcome], start_on, activity: str, plain: bool) -> dict:
    values = [round(float(row.value), 1) for row in rows]
    smallest = measure.smallest(values[0])
    lower = rows[0].better == Outcome.Better.DOWN
    title = measure.plain if plain else measure.title
    if measure.code == "psfs" and activity:
        title = activity
    top = measure.top if max(values) <= measure.top else 10 * -(-int(max(values) + 1) // 10)
    return {
        "code": measure.code,
        "title": title,
        "better": "lower" if lower else "higher",
        "low": 0,
        "high": top,
        "smallest": smallest,
        "unit": measure.unit,
        "points": [
            {"label": _when(row, start_on), "value": value, "shown": _shown(measure, value)}
            for row, value in zip(rows, values, strict=True)
        ],
        "sentence": sentence(measure, values, smallest, lower),
        "size": "slim",
    }


def _when(row: Outcome, start_on: date | None) -> str:
    if row.assessment_id or start_on is None:
        return "Start"
    return f"Wk {max((row.on - start_on).days // 7, 0)}"


def _shown(measure: Shown, value: float) -> str:
    return f"{value:.1f}" if measure.code == "peg" else f"{value:g}"


def sentence(measure: Shown, values: list[float], smallest: float, lower: bool) -> str:
    """One line that says what the drawing says; nothing is promised."""
    if len(values) < 2:
        return "This is where you start. After a check-in you will see how it goes."
    first, last = _shown(measure, values[0]), _shown(measure, values[-1])
    change = values[-1] - values[0]
    if abs(change) < 0.05:
        return f"The same as at the start, {last}."
    way = "down" if change < 0 else "up"
    better = (change < 0) == lower
    size = _shown(measure, abs(change))
    if abs(change) + 1e-9 < smallest:
        return f"{way.capitalize()} {size} since the start. Too small to be sure."
    if better:
        return f"From {first} to {last}. That is more than the usual ups and downs."
    return f"From {first} to {last}. It was harder lately."
