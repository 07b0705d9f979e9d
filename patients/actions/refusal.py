"""Why a change is not possible, in a sentence, and the checks of a row that say so."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from patients import audit
from patients.access import Actor, OtherClinic, check_can
from patients.models import Clinic, Patient
from patients.roles import Permission

# What a constraint of the database means to the person at the form.
CLASHES = {
    "clinic_day_has_hours": "Check-ins must go out inside the hours, and the day must end after "
    "it begins.",
    "patient_registered_once": "Somebody of this name and birth date is registered already.",
}


class Refused(Exception):
    """The change is not possible; the message is a sentence, `field` the form field it is about."""

    def __init__(self, sentence: str, field: str | None = None):
        super().__init__(sentence)
        self.field = field


class Duplicate(Refused):
    """The person is registered already: `.patient`."""

    def __init__(self, patient: Patient):
        born = f"{patient.birth_date:%d %B %Y}".lstrip("0")
        super().__init__(
            f"{patient.name}, born {born}, is registered at this clinic already. "
            "Open that record instead."
        )
        self.patient = patient


def check_clinic(clinic: Clinic, by: Actor, permission: Permission) -> None:
    """`check_can` for a change of the clinic itself."""
    if clinic.pk != by.clinic.pk:
        raise OtherClinic(f"patients.Clinic {clinic.pk}")
    check_can(by, permission)


def clean(row) -> None:
    """Django's own checks of one row, the first fault as a Refused."""
    try:
        row.full_clean(validate_constraints=False)
    except ValidationError as fault:
        field, sentences = next(iter(fault.message_dict.items()))
        raise Refused(sentences[0], field) from None


def change(row, changes: dict, allowed: tuple, action: str, by: Actor):
    """Set the named fields, keep what they were in the audit; nothing is written for no change."""
    if unknown := sorted(set(changes) - set(allowed)):
        raise ValueError(f"{', '.join(unknown)} cannot be changed here")
    before = {key: getattr(row, key) for key in changes if getattr(row, key) != changes[key]}
    if not before:
        return row
    after = {key: changes[key] for key in before}
    for key, value in after.items():
        setattr(row, key, value)
    clean(row)
    try:
        with transaction.atomic():
            row.save(update_fields=list(after))
    except IntegrityError as fault:
        raise Refused(CLASHES[fault.__cause__.diag.constraint_name]) from None
    audit.record(action, by=by, on=row, before=before, after=after)
    return row
