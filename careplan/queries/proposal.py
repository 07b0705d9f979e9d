"""Reads of proposed steps: what waits for a therapist, patient by patient."""

from dataclasses import dataclass, field

from django.shortcuts import get_object_or_404

from careplan.models import PlanVersion, Proposal
from patients.access import Actor
from patients.models import Patient

MOST = 200  # a clinic that leaves more lying sees the oldest


@dataclass
class Waiting:
    """One patient's steps: those to decide, and the draft that holds accepted ones."""

    patient: Patient
    rows: list[Proposal] = field(default_factory=list)
    draft: PlanVersion | None = None
    accepted: int = 0


def waiting(actor: Actor) -> list[Waiting]:
    """Patients with open steps, or with accepted ones in an unsigned draft; two queries."""
    mine = Proposal.objects.for_clinic(actor.clinic).select_related("patient", "log")
    found: dict[int, Waiting] = {}
    for row in mine.filter(state=Proposal.State.OPEN).order_by("made_at", "id")[:MOST]:
        found.setdefault(row.patient_id, Waiting(row.patient)).rows.append(row)
    unsigned = mine.filter(state=Proposal.State.ACCEPTED, version__signed_at=None)
    for row in unsigned.select_related("version").order_by("decided_at", "id")[:MOST]:
        one = found.setdefault(row.patient_id, Waiting(row.patient))
        one.draft, one.accepted = row.version, one.accepted + 1
    return list(found.values())


def open_count(actor: Actor) -> int:
    """How many steps wait in the actor's clinic."""
    rows = Proposal.objects.for_clinic(actor.clinic)
    return rows.filter(state=Proposal.State.OPEN).count()


def open_of(actor: Actor, patient_id) -> list[Proposal]:
    """The open steps of one patient."""
    rows = Proposal.objects.for_clinic(actor.clinic).filter(patient=patient_id)
    return list(rows.filter(state=Proposal.State.OPEN))


def proposal_of(actor: Actor, pk) -> Proposal:
    """One step of the actor's clinic; another clinic's is 404."""
    return get_object_or_404(
        Proposal.objects.for_clinic(actor.clinic).select_related("patient"), pk=pk
    )
