"""Reads of the assessment door: the newest assessment, open warning signs, what a draft says now."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from careplan.models import Assessment, Intake, Plan
from careplan.queries import intake as intakes
from careplan.rules import IntakeRefused, assess
from careplan.rules.book import book
from careplan.rules.facts import Facts
from patients.models import Patient

DANGER = ("emergency", "urgent")


@dataclass(frozen=True)
class OpenFlag:
    """A warning sign that waits for a finding. `rule` and `message`: what the rules say of it."""

    code: str
    label: str
    rule: str
    severity: str
    message: str


def latest(patient: Patient) -> Assessment | None:
    """The newest assessment, with who made it and its intake."""
    return (
        Assessment.objects.filter(patient=patient)
        .select_related("made_by", "intake")
        .order_by("-made_at")
        .first()
    )


def open_plan(patient: Patient) -> Plan | None:
    """The plan that is drafted, runs or is on hold."""
    return Plan.objects.filter(patient=patient).exclude(state=Plan.State.CLOSED).first()


def danger(result: dict) -> list[dict]:
    """The findings that need somebody today, gravest first."""
    return [row for row in result["findings"] if row["severity"] in DANGER]


def open_flags(assessment: Assessment) -> list[OpenFlag]:
    """The warning signs behind the dangerous findings, each once, gravest first."""
    found = {}
    for finding in danger(assessment.result):
        for code in _flags_of(finding, assessment.facts):
            label = _label(code)
            row = OpenFlag(code, label, finding["rule"], finding["severity"], finding["message"])
            found.setdefault(code, row)
    return list(found.values())


def open_flag(assessment: Assessment | None, code: str) -> OpenFlag | None:
    """One of them, or None where it is not open (any more)."""
    rows = open_flags(assessment) if assessment else []
    return next((row for row in rows if row.code == code), None)


def _flags_of(finding: dict, facts: dict) -> list[str]:
    """Flags named by the facts of a finding, or the flag that its rule is about."""
    codes = []
    for pointer, value in finding["because"].items():
        parts = pointer.strip("/").split("/")
        if "red_flags" in parts and value in ("yes", "unknown"):
            codes.append(parts[-1])
        elif parts[0] == "red_flag_reviews":
            codes.append(facts["red_flag_reviews"][int(parts[1])]["flag"])
    own = [code for code, row in book().red_flags.items() if row.rule == finding["rule"]]
    known = [code for code in codes if code in book().red_flags]
    return known or own


def _label(code: str) -> str:
    tables = book().codes
    return (tables["core_red_flags"].get(code) or tables["conditional_red_flags"][code]).label


# A draft -------------------------------------------------------------------------------------


def danger_now(intake: Intake) -> list[dict]:
    """What the rules would say at once of the warning signs answered so far."""
    if "yes" not in intake.answers.get("red_flags", {}).values():
        return []
    found = intakes.facts(
        patient=intake.patient, answers=intake.answers, as_of=timezone.localdate()
    )
    try:
        return danger(assess(found))
    except IntakeRefused:
        return []


def asked(intake: Intake, answers: dict | None = None) -> set[str]:
    """Ids of the questions that apply to what is answered; the others are not shown."""
    given = intake.answers if answers is None else answers
    facts = Facts(_whole(intake.patient, given, timezone.localdate()), book())
    return {
        row.id
        for row in book().questions.values()
        if row.applies is None or row.applies.truth(facts) is True
    }


def _whole(patient: Patient, answers: dict, as_of: date) -> dict:
    """A draft made readable: what it lacks is put in, to ask which questions apply."""
    today = as_of.isoformat()
    person = {"birth_date": patient.birth_date.isoformat(), "sex": patient.sex}
    return answers | {
        "as_of": today,
        "person": answers.get("person", {}) | person,
        "episode": {"onset": today} | answers.get("episode", {}),
    }


def unanswered(intake: Intake) -> int:
    """How many of the warning signs that every intake asks are not answered yes or no."""
    given = intake.answers.get("red_flags", {})
    core = [code for code, row in book().red_flags.items() if row.core]
    return sum(given.get(code) not in ("yes", "no") for code in core)
