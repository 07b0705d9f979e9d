"""The audit: one row a change or a look, written in the transaction of what it tells of."""

import datetime
import uuid
from decimal import Decimal

from patients.models import AuditEvent, Patient


def record(action: str, *, by, on, patient=None, before: dict | None = None, after=None):
    """Write one event. `by` is an Actor, `on` the row, `before`/`after` small dicts of its fields.

    Raises ValueError where there is neither a user nor a named job: nobody changes things unseen.
    """
    user = by.user
    if user is None and not by.job:
        raise ValueError(f"{action}: an audit event needs a user or a named job")
    return AuditEvent.objects.create(
        clinic_id=by.clinic.pk,
        user_id=user.pk if user else None,
        actor=by.name,
        job=by.job,
        action=action,
        subject_type=on._meta.label_lower,
        subject_id=str(on.pk),
        patient_id=_patient_id(on, patient),
        before=_plain(before),
        after=_plain(after),
    )


def record_view(*, by, on, patient=None):
    """Somebody looked at a record."""
    return record("viewed", by=by, on=on, patient=patient)


def _patient_id(on, patient) -> uuid.UUID | None:
    if patient is not None:
        return patient.pk
    return on.pk if isinstance(on, Patient) else getattr(on, "patient_id", None)


def _plain(value):
    """JSON types only: dates and ids as text, so the row can be read without our models."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date | datetime.time | uuid.UUID | Decimal):
        return str(value)
    return value
