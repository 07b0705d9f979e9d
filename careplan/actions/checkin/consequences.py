"""What a sent check-in leads to: its outcomes, and the row that says how it goes and why."""

from datetime import date

from careplan.actions import follow_up
from careplan.models import Assessment, CheckIn, FollowUp, Outcome
from careplan.queries import checkin as queries
from careplan.rules import working_days
from careplan.rules.book import book
from patients.access import Actor

# Class of the rules -> rule, severity, working days until somebody should have looked (section 7).
CLASSES = {
    "improving": ("CK-11", "info", 5),
    "worsening": ("CK-12", "caution", 2),
    "plateau": ("CK-13", "info", 5),
    "mixed": ("CK-14", "caution", 3),
    "incomplete": ("CK-10", "info", 2),
}
SINGLE = ("nprs", "walking_minutes", "sleep_quality", "nights_woken", "psfs")  # one answer each
WORDS = {"nprs": "pain", "peg": "PEG", "psfs": "own activity"}


def measures_of(answers: dict) -> list[tuple[str, float, str]]:
    """(measure, value, which way is better) of the answers by question id."""
    measures = book().measures
    rows = [
        (name, answers[name], measures[name].better)
        for name in SINGLE
        if answers.get(name) is not None
    ]
    peg = [answers.get(name) for name in queries.PEG]
    if None not in peg:
        rows.append(("peg", round(sum(peg) / 3, 2), measures["peg"].better))
    if answers.get("overall"):
        rows.append(("overall", queries.OVERALL.index(answers["overall"]) + 1, "up"))
    return rows


def raise_answered(checkin: CheckIn, assessment: Assessment, by: Actor) -> FollowUp:
    """One row for each answered check-in, with its numbers, its warning signs and its rule."""
    progress = (assessment.result.get("progress") or {}).get("class", "incomplete")
    rule, severity, days = CLASSES[progress]
    if _doubts(checkin):
        severity = "urgent"
    return _raise(
        checkin,
        kind=f"check_in_{progress}",
        severity=severity,
        rule=rule,
        reason=f"{_numbers(checkin)} {_signs(checkin)}".strip(),
        due_on=_due(assessment, rule, severity, days),
        because={"progress": progress, "answers": checkin.answers},
        by=by,
    )


def raise_unread(checkin: CheckIn, why: str, by: Actor) -> FollowUp:
    """The rules could not run: somebody has to read the answers themselves, today."""
    return _raise(
        checkin,
        kind="check_in_unread",
        severity="urgent",
        rule="CK-20",
        reason=f"A check-in came in that the rules could not read: {why}",
        due_on=date.fromisoformat(checkin.answers["on"]),
        because={"answers": checkin.answers},
        by=by,
    )


def _raise(checkin: CheckIn, **row) -> FollowUp:
    return follow_up.raise_one(
        key=f"checkin:{checkin.pk}",
        patient=checkin.patient,
        plan=checkin.reminder.plan,
        role="therapist",
        **row,
    )


def _numbers(checkin: CheckIn) -> str:
    """ "Pain 5 to 4, PEG 5.3 to 4.0." """
    earlier = queries.before(checkin)
    now = {row.measure: row for row in checkin.outcomes.all()}
    parts = [
        f"{words} {_change(measure, earlier.get(measure), now[measure])}"
        for measure, words in WORDS.items()
        if measure in now
    ]
    if not parts:
        return "No measures were answered."
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _change(measure: str, earlier: Outcome | None, now: Outcome) -> str:
    places = 1 if measure == "peg" else 0
    values = [f"{row.value:.{places}f}" for row in (earlier, now) if row is not None]
    return " to ".join(values)


def _signs(checkin: CheckIn) -> str:
    labels, flags = book().check_in, checkin.answers.get("red_flags", {})
    yes = [labels[code].label.lower() for code, told in flags.items() if told == "yes"]
    if yes:
        return f"Warning signs: {'; '.join(yes)}."
    if doubts := _doubts(checkin):
        return f"Not sure about: {'; '.join(labels[code].label.lower() for code in doubts)}."
    return "No warning signs." if flags else ""


def _doubts(checkin: CheckIn) -> list[str]:
    flags = checkin.answers.get("red_flags", {})
    return [code for code, told in flags.items() if told == "unknown"]


def _due(assessment: Assessment, rule: str, severity: str, days: int) -> date:
    """The day that the rules ask for, else the class's own; today where something is urgent."""
    if severity == "urgent":
        return assessment.as_of
    asked = [
        item["due"]
        for item in assessment.result["follow_ups"]
        if item["rule"] == rule and item["role"] == "therapist"
    ]
    if asked:
        return date.fromisoformat(min(asked))
    return working_days.after(assessment.as_of, days)
