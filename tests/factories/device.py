"""Stimulators that a patient wishes to use, and uses that were noted, through the actions."""

from copy import deepcopy
from uuid import uuid4

from django.utils import timezone

from careplan.actions import device as actions
from careplan.models import Device, DeviceUse
from careplan.rules.device import WISH
from patients.access import Actor
from patients.models import Patient
from tests.factories.assessment import answers
from tests.factories.checkin import by_patient

LEAFLET = "20 minutes, once a day, as its leaflet says"


def field(**changes: str) -> dict[str, str]:
    """Nothing under the pads speaks against it, but for what is named."""
    return dict.fromkeys(WISH, "no") | changes


def having(*conditions: str) -> dict:
    """Answers of an intake with these conditions."""
    return deepcopy(answers()) | {"conditions": [*conditions]}


def noted(patient: Patient, by: Actor, kind: str = "own", **told) -> Device:
    told = {"schedule": LEAFLET, "field": field()} | told
    return actions.note(patient=patient, kind=kind, by=by, **told)


def used(device: Device, **told) -> DeviceUse:
    """One calm use of today, noted by the patient, but for what is named."""
    calm = {"on": timezone.localdate(), "minutes": 20, "before": 3, "after": 3}
    calm |= {"burn": False, "rash": False, "key": uuid4()}
    patient = device.patient
    return actions.log_use(patient=patient, device=device, by=by_patient(patient), **calm | told)
