"""Reports on a patient's visits: written once, kept as they are, closing what asked for them."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from careplan.actions import turns, visit_rules
from careplan.actions.drafting import PlanRefused
from careplan.models import Report
from careplan.queries import reports as queries
from careplan.queries import visits
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

PARTS = {"course": "How it went", "need": "Why therapy goes on", "next": "What comes next"}
LONGEST = 1200  # letters of one part
MOST_ASKED = 60  # visits
ASKED_WITHIN = timedelta(days=366)
CLOSES = {
    "progress": (visit_rules.PROGRESS, "The progress report of {day} is written."),
    "authorisation": (visit_rules.AUTHORISATION, "More visits were asked for on {day}."),
    "certification": (visit_rules.CERTIFICATION, "The plan of care is certified from {day} on."),
}


class ReportRefused(PlanRefused):
    """The report is not kept; `reasons` are sentences for the page."""


@transaction.atomic
def write(
    *,
    patient: Patient,
    kind: str,
    words: dict[str, str],
    by: Actor,
    asked: dict | None = None,
    seen: int | None = None,
) -> Report:
    """Keep a progress report or a letter for the payer, with the numbers as they stand now.

    `words`: course, need, next; `asked` of a letter: {"visits", "first", "last"}, days; `seen`: how
    many reports of the kind there were when the page was opened. Raises ReportRefused.
    """
    check_can(by, Permission.REPORT_WRITE, on=patient)
    patient = turns.of_patient(patient.pk)
    now = timezone.now()
    words = {name: words.get(name, "").strip() for name in PARTS}
    reasons = _word_faults(words) + (_asked_faults(asked) if kind == "authorisation" else [])
    if moved := _written_since(patient, kind, seen):
        reasons.append(moved)
    if reasons:
        raise ReportRefused(*reasons)
    today = visits.today_of(patient, now)
    content = queries.material(patient, kind, now) | {"words": words, "asked": _plain(asked)}
    content["signer"] = queries.signer(by, today)
    return _keep(patient, kind, today, content, by)


@transaction.atomic
def certify(*, patient: Patient, on: date, physician: str, by: Actor) -> Report:
    """Record that the plan of care is certified from a day on, and by whom (PT-24)."""
    check_can(by, Permission.REPORT_WRITE, on=patient)
    patient = turns.of_patient(patient.pk)
    today = visits.today_of(patient)
    reasons = [] if physician.strip() else ["Write who certified the plan of care."]
    if not today - timedelta(days=366) <= on <= today:
        reasons.append("The day of the certification is today or in the year before.")
    if Report.objects.filter(patient=patient, kind="certification", on=on).exists():
        reasons.append(f"The certification of {on:%-d %B %Y} is recorded already.")
    if reasons:
        raise ReportRefused(*reasons)
    return _keep(patient, "certification", on, {"on": on.isoformat(), "by": physician.strip()}, by)


def _keep(patient: Patient, kind: str, on: date, content: dict, by: Actor) -> Report:
    standing = visits.standing(patient, timezone.now())
    row = Report.objects.create(
        clinic=patient.clinic,
        patient=patient,
        kind=kind,
        on=on,
        at_visit=standing.record["visits_used"] if standing else 0,
        content=content,
        by=by.user,
    )
    verb = "report.certify" if kind == "certification" else "report.write"
    audit.record(verb, by=by, on=row, after={"kind": kind, "on": on, "at_visit": row.at_visit})
    follow_up, what = CLOSES[kind]
    visit_rules.written(
        patient=patient, kind=follow_up, what=what.format(day=f"{on:%-d %B %Y}"), by=by
    )
    return row


def _word_faults(words: dict) -> list[str]:
    found = [f"Write “{PARTS[name]}”." for name in ("course", "need") if not words[name]]
    found += [
        f"“{PARTS[name]}” has at most {LONGEST} letters: {len(text)} are written."
        for name, text in words.items()
        if len(text) > LONGEST
    ]
    return found


def _asked_faults(asked: dict | None) -> list[str]:
    if not asked:
        return ["Write how many visits are asked for, and for which days."]
    found, today = [], timezone.localdate()
    if not 1 <= asked["visits"] <= MOST_ASKED:
        found.append(f"Ask for 1 to {MOST_ASKED} visits.")
    if asked["last"] < asked["first"]:
        found.append("The last day is before the first.")
    if asked["first"] < today - ASKED_WITHIN or asked["last"] > today + ASKED_WITHIN:
        found.append("Ask for days within a year of today.")
    return found


def _written_since(patient: Patient, kind: str, seen: int | None) -> str:
    """Why a page that was opened before somebody else wrote cannot be kept."""
    if seen is None or seen == queries.count(patient, kind):
        return ""
    last = Report.objects.filter(patient=patient, kind=kind).select_related("by").latest("at")
    at = timezone.localtime(last.at, visits.zone_of(patient))
    return (
        f"{last.by} kept a report like this on {at:%-d %B, %-H:%M}, after you opened the page. "
        "Read it; if yours says more, send it again."
    )


def _plain(asked: dict | None) -> dict | None:
    """Days as ISO texts."""
    if not asked:
        return None
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in asked.items()}
