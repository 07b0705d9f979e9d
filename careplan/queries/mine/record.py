"""Who opened or changed the patient's record, as the patient may read it."""

from dataclasses import dataclass
from datetime import datetime

from patients.models import AuditEvent, CareTeam, Membership, Patient

RECORD_PAGE = 60


@dataclass(frozen=True)
class Entry:
    """One line of the record: who, in which role, when, doing what."""

    name: str
    roles: tuple[str, ...]
    own: bool
    job: bool
    at: datetime
    action: str
    subject: str


def record(patient: Patient, before: int | None = None) -> tuple[list[Entry], int | None]:
    """Who opened or changed the record, newest first, and the id to go on from (None: the end).

    The same person doing the same within a day is one line.
    """
    rows = AuditEvent.objects.filter(patient_id=patient.pk).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: RECORD_PAGE + 1])
    page, more = found[:RECORD_PAGE], len(found) > RECORD_PAGE
    roles = _roles(patient, {row.user_id for row in page if row.user_id})
    entries = [_entry(row, patient, roles) for row in page]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries, page[-1].id if more else None


def _entry(row: AuditEvent, patient: Patient, roles: dict) -> Entry:
    own = row.user_id == patient.user_id if row.user_id else row.job == "signed link"
    return Entry(
        name=row.actor,
        roles=roles.get(row.user_id, ()),
        own=own,
        job=bool(row.job) and not own,
        at=row.at,
        action=row.action,
        subject=row.subject_type,
    )


def _roles(patient: Patient, users: set) -> dict:
    """User -> what they are at the clinic; "your therapist" for the care team."""
    found = {
        row.user_id: tuple(row.roles)
        for row in Membership.objects.filter(clinic=patient.clinic, user__in=users)
    }
    for row in CareTeam.objects.filter(patient=patient, user__in=users):
        found[row.user_id] = (f"your {row.role}",)
    return found
