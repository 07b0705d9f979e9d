"""A flare that a patient tells of, through the actions."""

from uuid import uuid4

from careplan.actions import flare as actions
from careplan.models import Flare
from patients.models import Patient
from tests.factories.checkin import by_patient


def told(patient: Patient, pain: int = 9, since: str = "days") -> Flare:
    """Told, with the signs not answered yet."""
    by = by_patient(patient)
    return actions.tell(patient=patient, pain=pain, since=since, key=uuid4(), by=by)


def answered(patient: Patient, sign: str = actions.NONE) -> Flare | None:
    return actions.answer_signs(patient=patient, sign=sign, by=by_patient(patient))


def in_flare(patient: Patient, pain: int = 9, since: str = "days") -> Flare:
    """Told today, and no sign is new: the first day at half the dose."""
    told(patient, pain, since)
    return answered(patient)
