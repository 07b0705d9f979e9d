"""Page routes, one block a door."""

from django.urls import path

from careplan.pages import medication

medication_patterns = [
    path("medicines/", medication.queue, name="medication_queue"),
    path("patients/<uuid:patient_id>/medicines/", medication.steps, name="medication"),
    path("patients/<uuid:patient_id>/medicines/ask/", medication.ask, name="medication_ask"),
    path("medicines/<uuid:step_id>/sign/", medication.sign, name="medication_sign"),
    path("medicines/<uuid:step_id>/decline/", medication.decline, name="medication_decline"),
    path("medicines/<uuid:step_id>/stop/", medication.stop, name="medication_stop"),
]

clinic_patterns = [
    *medication_patterns,
]

mine_patterns = []

open_patterns = []
