"""Rows of one patient -> intake: the only bridge from the database to the rules.

Also finds intakes and imports, and says what a new intake may take over from a record or from the
last intake. Red flags are never taken over as a "no": they are asked.
"""

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min
from django.utils import timezone

from careplan.models import (
    Assessment,
    CheckIn,
    Intake,
    MedicationStep,
    Outcome,
    Plan,
    RedFlagReview,
)
from careplan.queries import flare as flares
from careplan.rules.intake import codes
from patients.models import Patient

# An answer younger than this is still the same conversation: correcting one lab does not mean
# asking 18 warning signs again (the specification keeps a measured fever for as long, D-10).
SAME_CONVERSATION = timedelta(days=7)
# Medicines stopped longer ago than this no longer matter to an interaction (D-08: 14 days).
STOPPED_COUNTS = timedelta(days=30)
# What is true of a person beyond one conversation; pain, function and features are asked anew.
LASTS = (
    "conditions",
    "medications",
    "medications_on",
    "allergies",
    "labs",
    "vitals",
    "tried",
    "coverage",
    "availability",
)
LASTS_OF_PERSON = ("weight_kg", "weight_on", "height_cm", "smoker_ever", "pregnant", "pregnant_on")
LASTS_OF_EPISODE = ("onset", "first_ever", "first_onset_age", "factors")


# Finding rows --------------------------------------------------------------------------------


def draft_of(patient: Patient) -> Intake | None:
    """The intake that is being answered; there is at most one."""
    return (
        Intake.objects.filter(patient=patient, state=Intake.State.DRAFT)
        .select_related("patient__clinic")
        .first()
    )


def latest_intake(patient: Patient) -> Intake | None:
    """The newest intake that was assessed: what a re-assessment starts from."""
    return (
        Intake.objects.filter(patient=patient, state=Intake.State.ASSESSED)
        .select_related("patient__clinic")
        .order_by("-started_at")
        .first()
    )


def answered_on(intake: Intake) -> date | None:
    """The day the answers were given: the first time they were assessed; None for a draft."""
    return intake.assessments.aggregate(day=Min("as_of"))["day"]


# Facts for the rules -------------------------------------------------------------------------


def facts(*, patient: Patient, answers: dict, as_of: date, answered: date | None = None) -> dict:
    """The contract's intake: the answers, joined by what the clinic knows of the patient.

    `answered` is the day the answers were given (default: `as_of`). A "yes" to a red flag is
    never forgotten: one of an earlier intake stands until a review, and one that was reviewed
    keeps its own day, so that the rules do not take it for a new one (D-01).
    """
    found = deepcopy(answers)
    answered = min(answered or as_of, as_of)
    reviews = _reviews(patient, as_of)
    found["as_of"] = as_of.isoformat()
    found["person"] = found.get("person", {}) | {
        "birth_date": patient.birth_date.isoformat(),
        "sex": patient.sex,
    }
    found["red_flag_reviews"] = reviews
    _stand_by_earlier_yes(found, patient, reviews)
    _do_not_wait_for_the_story(found, as_of)
    found["check_ins"] = _check_ins(patient, as_of)
    _date_reviewed_yes(found, reviews, answered, as_of)
    _add_signed_medicines(found, patient, as_of)
    _add_care(found, patient, as_of)
    _add_flare(found, patient, as_of)
    clinic = patient.clinic
    found["clinic"] = {
        "gabapentin_enabled": clinic.gabapentin_enabled,
        "duloxetine_enabled": clinic.duloxetine_enabled,
    }
    if clinic.default_visit_limit is not None:
        coverage = found.setdefault("coverage", {})
        coverage.setdefault("visit_limit", clinic.default_visit_limit)
    return found


def _do_not_wait_for_the_story(found: dict, as_of: date) -> None:
    """The rules need the day the pain began. A warning sign is judged before anybody asks for it:
    until then the pain counts as begun today, which makes no sign milder."""
    episode = found.setdefault("episode", {})
    if "onset" not in episode and _yes(found):
        episode["onset"] = as_of.isoformat()


def _add_flare(found: dict, patient: Patient, as_of: date) -> None:
    """A flare that a patient told of on the phone, while its days last (PT-19). One whose usual pain
    is not known opens no step."""
    now = flares.running(patient, as_of)
    if now and now.day and flares.holds(now.row):
        found.setdefault("episode", {})["flare"] = True


def _reviews(patient: Patient, as_of: date) -> list[dict]:
    return [
        {
            "flag": row.flag,
            "on": row.on.isoformat(),
            "role": row.role,
            "outcome": row.outcome,
            "finding": row.finding,
        }
        for row in RedFlagReview.objects.filter(patient=patient, on__lte=as_of).order_by("on", "at")
    ]


def _stand_by_earlier_yes(found: dict, patient: Patient, reviews: list[dict]) -> None:
    """A new answer clears nothing: a "yes" given before holds until a clinician looked at it."""
    rows = Assessment.objects.filter(patient=patient).values_list("as_of", "intake__answers")
    for day, answers in rows.distinct():
        for flag in _yes(answers):
            if not _reviewed(reviews, flag, day):
                found.setdefault("red_flags", {})[flag] = "yes"


def _yes(answers: dict) -> list[str]:
    """Flags answered yes that a review can close; qualifiers speak of the day they were asked."""
    known = codes()["reviewed_red_flags"]
    given = answers.get("red_flags", {})
    return [flag for flag, answer in given.items() if answer == "yes" and flag in known]


def _reviewed(reviews: list[dict], flag: str, since: date) -> bool:
    return any(row["flag"] == flag and row["on"] >= since.isoformat() for row in reviews)


def _date_reviewed_yes(found: dict, reviews: list[dict], answered: date, as_of: date) -> None:
    """The rules date the intake's own answers `as_of`. A "yes" that is older, and was reviewed,
    moves to an entry of its own day; it stands there for the rules to judge the review."""
    if answered == as_of:
        return
    old = [flag for flag in _yes(found) if _reviewed(reviews, flag, answered)]
    if not old:
        return
    entry = _entry_on(found["check_ins"], answered)
    for flag in old:
        entry.setdefault("red_flags", {})[flag] = "yes"
        found["red_flags"][flag] = "no"


def _entry_on(entries: list[dict], day: date) -> dict:
    """The entry of a day, made and put in its place where there is none."""
    on = day.isoformat()
    entry = next((row for row in entries if row["on"] == on), None)
    if entry is None:
        entry = {"on": on}
        entries.append(entry)
        entries.sort(key=lambda row: row["on"])
    return entry


def _check_ins(patient: Patient, as_of: date) -> list[dict]:
    """Submitted and missed check-ins, oldest first, led by the baseline they are compared with."""
    rows = CheckIn.objects.filter(patient=patient).select_related("reminder").order_by("opened_at")
    entries = [entry for row in rows if (entry := _check_in(row)) and entry["on"] <= str(as_of)]
    if entries:
        start = [entry for entry in _baseline(patient) if entry["on"] <= str(as_of)]
        # The sort is stable: a baseline of the same day still leads, or better would read as worse.
        entries = [*start, *entries]
    return sorted(entries, key=lambda entry: entry["on"])


def _check_in(row: CheckIn) -> dict | None:
    if row.submitted_at:
        day = timezone.localtime(row.submitted_at).date().isoformat()
        return {"on": day} | row.answers
    if row.reminder.state == "missed":
        return {"on": timezone.localtime(row.reminder.closes_at).date().isoformat(), "missed": True}
    return None


def _baseline(patient: Patient) -> list[dict]:
    """The measures of the assessment that wrote the baseline outcomes, as one entry."""
    first = (
        Assessment.objects.filter(
            pk__in=Outcome.objects.filter(patient=patient, on__gte=baseline_since(patient))
            .exclude(assessment=None)
            .values("assessment")
        )
        .order_by("made_at")
        .first()
    )
    if first is None:
        return []
    function = first.facts.get("function", {})
    entry = {"on": first.as_of.isoformat()}
    average = first.facts["episode"].get("pain", {}).get("average")
    entry |= {"nprs": average} if average is not None else {}
    names = ("peg", "psfs", "walking_minutes", "sleep_quality", "nights_woken")
    return [entry | {name: function[name] for name in names if name in function}]


def baseline_since(patient: Patient) -> date:
    """A baseline is older than no plan that was closed: a new plan starts a new one."""
    last = (
        Plan.objects.filter(patient=patient, closed_at__isnull=False).order_by("-closed_at").first()
    )
    return timezone.localtime(last.closed_at).date() if last else date.min


def _add_signed_medicines(found: dict, patient: Patient, as_of: date) -> None:
    """What a prescriber signed here counts as taken, unless the list says the same already."""
    listed = {
        row["drug"].strip().lower() for row in found.get("medications", []) if "stopped" not in row
    }
    lines = [
        line
        for step in MedicationStep.objects.filter(
            patient=patient, signed_at__isnull=False, starts_on__lte=as_of
        ).order_by("starts_on")
        if (line := _line(step, as_of)) and step.drug not in listed
    ]
    if lines:
        found["medications"] = [*found.get("medications", []), *lines]


def _line(step: MedicationStep, as_of: date) -> dict | None:
    ended = step.stops_on
    if step.state == MedicationStep.State.STOPPED:
        last = step.events.filter(move="stop").order_by("-at").first()
        ended = min(ended, timezone.localtime(last.at).date()) if last else ended
    elif step.max_days is None:
        ended = max(ended, as_of)  # past its review, and still taken until somebody stops it
    if ended < as_of - STOPPED_COUNTS:
        return None
    line = {"drug": step.drug, "route": "oral", "since": step.starts_on.isoformat()}
    if steps := step.dose.get("steps"):
        line |= {"dose_mg": steps[0]["mg"], "times_a_day": steps[0]["times_a_day_max"]}
    return line | ({"stopped": ended.isoformat()} if ended < as_of else {})


def _add_care(found: dict, patient: Patient, as_of: date) -> None:
    """A plan that runs is the physical therapy the rules ask about, and its weeks count."""
    plan = (
        Plan.objects.filter(patient=patient, starts_on__lte=as_of)
        .exclude(state__in=(Plan.State.CLOSED, Plan.State.DRAFT))
        .first()
    )
    if plan is None:
        return
    care = found.setdefault("care", {})
    weeks = (as_of - plan.starts_on).days // 7
    care["physical_therapy"] = "active"
    care["weeks"] = max(weeks, care.get("weeks", 0))
    care["self_management"] = "active"


# What a new intake takes over ----------------------------------------------------------------


@dataclass(frozen=True)
class Prefill:
    """Answers that need not be typed again, and where each came from."""

    answers: dict
    provenance: dict


def prefill_from(intake: Intake | None, on: date) -> Prefill:
    """What an intake started on a day takes over from the last one.

    All of it inside one conversation (a correction), but for a "yes" that was reviewed since: that
    sign is asked again. Else what lasts, without the ticks that a list was gone through and
    without the red flags, which are all asked again.
    """
    if intake is None:
        return Prefill({}, {})
    told = answered_on(intake) or timezone.localtime(intake.saved_at).date()
    if on - told <= SAME_CONVERSATION:
        answers = deepcopy(intake.answers)
        reviews = _reviews(intake.patient, on)
        for flag in [flag for flag in _yes(answers) if _reviewed(reviews, flag, told)]:
            put(answers, f"/red_flags/{flag}", None)
        return Prefill(answers, dict(intake.provenance))
    answers = {name: intake.answers[name] for name in LASTS if name in intake.answers}
    for part, names in (("person", LASTS_OF_PERSON), ("episode", LASTS_OF_EPISODE)):
        given = intake.answers.get(part, {})
        if kept := {name: given[name] for name in names if name in given}:
            answers[part] = kept
    source = {"from": "the last intake", "date": told.isoformat()}
    provenance = dict.fromkeys(pointers(answers), source) | {
        pointer: row for pointer, row in intake.provenance.items() if at(answers, pointer)
    }
    return Prefill(deepcopy(answers), provenance)


def pointers(answers: dict, prefix: str = "") -> list[str]:
    """JSON pointers of the answers; a list counts as one place."""
    found = []
    for name, value in answers.items():
        here = f"{prefix}/{name}"
        found += pointers(value, here) if isinstance(value, dict) else [here]
    return found


def at(answers: dict, pointer: str):
    """The value at a JSON pointer of objects, or None."""
    value = answers
    for name in pointer.strip("/").split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def put(answers: dict, pointer: str, value) -> None:
    """Set the value at a pointer, making what is above it; None takes it out, and what is empty
    then above it."""
    name, _, rest = pointer.strip("/").partition("/")
    if not rest:
        answers.pop(name, None)
        answers |= {} if value is None else {name: value}
        return
    node = answers.get(name, {})
    put(node, rest, value)
    if node:
        answers[name] = node
    else:
        answers.pop(name, None)
