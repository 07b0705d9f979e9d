"""Reads of the medication door, each in a known number of SQL queries."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from careplan.models import Assessment, MedicationStep, Plan
from patients.access import Actor
from patients.models import Patient

STATUS_RANK = {"caution": 0, "prescriber_only": 1, "offer": 2}
# The order of the steps; a stored result does not keep its own.
STEP_ORDER = ("ibuprofen", "naproxen", "duloxetine", "cyclobenzaprine", "gabapentin", "opioid")


@dataclass(frozen=True)
class Reason:
    """Why a drug has its status: one finding of the assessment about it."""

    code: str
    kind: str  # the finding's severity
    text: str


@dataclass(frozen=True)
class DrugNow:
    """What the newest assessment says of one drug, with its open or last line."""

    drug: str
    status: str
    dose: dict | None
    reasons: list[Reason]
    missing: list[str]
    step: MedicationStep | None

    @property
    def can_ask(self) -> bool:
        """A prescriber may be asked: the rules leave it open and no line waits or runs."""
        open_line = self.step is not None and self.step.state in ("proposed", "signed")
        return self.drug != "opioid" and self.status in STATUS_RANK and not open_line


def waiting(actor: Actor) -> list[MedicationStep]:
    """Lines that wait for a prescriber, with care before plain offers, oldest first. At most 200."""
    rows = (
        MedicationStep.objects.for_clinic(actor.clinic)
        .filter(state=MedicationStep.State.PROPOSED)
        .exclude(plan__state="closed")
        .select_related("patient", "plan", "proposed_by")
        .order_by("proposed_at", "drug")[:200]
    )
    return sorted(rows, key=lambda row: (STATUS_RANK.get(row.status, 3), row.proposed_at))


def step_of(actor: Actor, pk) -> MedicationStep:
    """One line of the actor's clinic; another clinic's is 404."""
    row = (
        MedicationStep.objects.for_clinic(actor.clinic)
        .select_related("patient", "patient__clinic", "plan", "assessment")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404("No such medicine line")
    return row


def steps_of(patient: Patient) -> list[MedicationStep]:
    """All lines of one patient, newest first, with their history."""
    return list(
        MedicationStep.objects.filter(patient=patient)
        .select_related("proposed_by", "signed_by", "plan")
        .prefetch_related("events__by")
        .order_by("-proposed_at")
    )


def signed_for(patient: Patient, on) -> list[MedicationStep]:
    """What the patient may see on a day: signed lines of a running plan. A course ends on its last
    day; a line past its review goes on until a prescriber stops it (RFL-03)."""
    lasting = Q(stops_on__gte=on) | Q(max_days__isnull=True)
    return list(
        MedicationStep.objects.filter(
            lasting,
            patient=patient,
            state=MedicationStep.State.SIGNED,
            plan__state="active",
            starts_on__lte=on,
        ).order_by("starts_on", "drug")
    )


def newest_assessment(patient: Patient) -> Assessment | None:
    return Assessment.objects.filter(patient=patient).order_by("-made_at").first()


def open_plan(patient: Patient) -> Plan | None:
    return Plan.objects.filter(patient=patient).exclude(state=Plan.State.CLOSED).first()


def drugs_now(assessment: Assessment | None, steps: list[MedicationStep]) -> list[DrugNow]:
    """Each drug of the assessment with its reasons, blocking ones first; no SQL."""
    if assessment is None:
        return []
    latest = {}
    for step in reversed(steps):
        latest[step.drug] = step
    drugs = assessment.result["drugs"]
    return [
        DrugNow(
            drug=drug,
            status=entry["status"],
            dose=entry.get("dose"),
            reasons=_reasons(assessment.result["findings"], drug, entry["rules"]),
            missing=entry.get("missing", []),
            step=latest.get(drug),
        )
        for drug, entry in ((name, drugs[name]) for name in STEP_ORDER if name in drugs)
    ]


def _reasons(findings: list[dict], drug: str, rules: list[str]) -> list[Reason]:
    about = {
        item["rule"]: item
        for item in findings
        if item.get("applies_to") == drug and item["rule"] in rules
    }
    return [
        Reason(rule, about[rule]["severity"], about[rule]["message"])
        for rule in rules
        if rule in about
    ]
