"""The one-patient overview: whose page this is, the banner that stands over it, and what is so."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from careplan.models import Assessment, MedicationStep, Plan, PlanVersion, Reminder, Session
from careplan.queries import checkin as checkins
from careplan.rules.book import book
from careplan.rules.facts import Facts
from patients.access import Actor
from patients.models import AuditEvent, Patient

TIMELINE = 30
# Actions of the audit that a clinician wants to see as the story of a patient, by what they are
# about: the timeline's filters.
STORY = {
    "people": (
        "patient.register",
        "consent.give",
        "session.attend",
        "session.miss",
        "session.cancel_late",
    ),
    "plan": (
        "assessment.make",
        "red_flag.review",
        "plan.draft",
        "plan.sign",
        "plan.hold",
        "plan.release",
        "plan.close",
        "report.write",
        "report.certify",
    ),
    "medicines": (
        "medication.propose",
        "medication.sign",
        "medication.decline",
        "medication.stop",
    ),
    "checkins": ("checkin.open", "checkin.submit", "checkin.miss", "follow_up.close"),
}


@dataclass(frozen=True)
class Chart:
    """What the chart shows beside measures and open rows."""

    assessment: Assessment | None
    plan: Plan | None
    version: PlanVersion | None
    draft: PlanVersion | None
    sessions: list[Session]
    medicines: list[MedicationStep]
    next_checkin: Reminder | None
    noted: dict[date, set[str]]

    @property
    def attended(self) -> int:
        return sum(session.state == Session.State.ATTENDED for session in self.sessions)

    def next_session(self, now: datetime) -> Session | None:
        return next(
            (row for row in self.sessions if row.state == "planned" and row.starts_at >= now), None
        )


def patient_of(actor: Actor, pk) -> Patient:
    """A patient of the actor's clinic; another clinic's is 404 like one that does not exist."""
    row = Patient.objects.for_clinic(actor.clinic).select_related("clinic").filter(pk=pk).first()
    if row is None:
        raise Http404("No such patient")
    return row


def banner(patient: Patient) -> dict:
    """Variables of `components/patient_banner.html`."""
    newest = newest_assessment(patient)
    slug = patient.clinic.slug
    flag = None
    if newest and newest.disposition in ("emergency", "urgent"):
        flag = {
            "severity": newest.disposition,
            "text": f"A warning sign is open.{' The plan is on hold.' if _held(patient) else ''}",
            "url": reverse("assessment", args=[slug, patient.pk]),
            "action": "See why",
        }
    return {
        "name": patient.name,
        "url": reverse("chart", args=[slug, patient.pk]),
        "facts": [_born(patient), *(_facts(newest) if newest else [])],
        "flag": flag,
    }


def _held(patient: Patient) -> bool:
    """Whether a plan of theirs is on hold; who never had one is not told of one."""
    return Plan.objects.filter(patient=patient, state=Plan.State.SAFETY_HOLD).exists()


def newest_assessment(patient: Patient) -> Assessment | None:
    return Assessment.objects.filter(patient=patient).order_by("-made_at").first()


def _born(patient: Patient) -> tuple[str, str]:
    age = patient.age_on(timezone.localdate())
    return ("Born", f"{patient.birth_date:%-d %b %Y}, {age}")


def _facts(newest: Assessment) -> list[tuple[str, str]]:
    facts, result = newest.facts, newest.result
    types = ", ".join(result.get("pain_types", [])).capitalize()
    taken = [row["drug"] for row in facts.get("medications", []) if "stopped" not in row]
    conditions = [_label("conditions", code) for code in facts.get("conditions", [])]
    if not facts:
        return []
    return [
        ("Pain", f"{types or 'Type not shown'}, {result.get('weeks', 0)} weeks"),
        ("Conditions", _list(conditions, facts.get("conditions_complete"))),
        ("Takes", _list([drug.capitalize() for drug in taken], facts.get("medications_complete"))),
        ("Allergies", _list(facts.get("allergies") or [], "allergies" in facts)),
        ("Red flags", _flags(facts, newest.as_of)),
    ]


def _list(words: list[str], complete) -> str:
    """A list as the banner says it; an empty one only counts where it was gone through."""
    if words:
        return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")
    return "None known" if complete else "Not asked"


def _flags(facts: dict, day: date) -> str:
    """What is open counts wherever it was told: a check-in says more than the intake before it."""
    core = [row.code for row in book().red_flags.values() if row.core]
    told, flags = facts.get("red_flags", {}), Facts(facts, book()).flags
    open_ones = sum(flags.answer(code) is True for code in core)
    no = sum(told.get(code) == "no" and flags.answer(code) is False for code in core)
    words = f"All {no} no" if no == len(core) else f"{no} of {len(core)} no"
    return f"{f'{open_ones} open, ' if open_ones else ''}{words}, {day:%-d %b}"


def _label(table: str, code: str) -> str:
    return book().codes[table][code].label


def chart(patient: Patient, today: date) -> Chart:
    """Plan, visits, medicines and days of one patient, in a known number of SQL queries."""
    plan = (
        Plan.objects.filter(patient=patient)
        .exclude(state=Plan.State.CLOSED)
        .select_related("current__program", "current__home_plan", "current__signed_by")
        .first()
    )
    version = plan.current if plan else None
    sessions = Session.objects.filter(program__version=version).exclude(state="cancelled")
    return Chart(
        assessment=newest_assessment(patient),
        plan=plan,
        version=version,
        draft=plan.versions.filter(signed_at=None).first() if plan else None,
        sessions=list(sessions.order_by("starts_at")) if version else [],
        medicines=list(
            MedicationStep.objects.filter(patient=patient, state__in=("proposed", "signed"))
            .select_related("signed_by")
            .order_by("state", "starts_on", "drug")
        ),
        next_checkin=checkins.next_due(patient),
        noted=checkins.noted_days(patient, today),
    )


def timeline(patient: Patient, about: str = "", before: int | None = None) -> list[AuditEvent]:
    """The story of a patient from the audit, newest first; `about` is a key of STORY or nothing."""
    actions = STORY.get(about) or [name for names in STORY.values() for name in names]
    rows = AuditEvent.objects.filter(patient_id=patient.pk, action__in=actions)
    if before:
        rows = rows.filter(id__lt=before)
    return sorted(rows.order_by("-id")[:TIMELINE], key=lambda row: row.at, reverse=True)
