"""Page routes, one block a door."""

from django.urls import path

from careplan.pages import medication
from careplan.pages.assessment import intake, records, result

assessment_patterns = [
    path("patients/import/", records.import_record, name="import_record"),
    path("patients/import/<uuid:import_id>/", records.import_confirm, name="import_confirm"),
    path("patients/<uuid:patient_id>/intake/", intake.intake_start, name="intake_start"),
    path("patients/<uuid:patient_id>/intake/<slug:step>/", intake.intake, name="intake"),
    path("patients/<uuid:patient_id>/assess/", result.assess, name="assess"),
    path("patients/<uuid:patient_id>/assessment/", result.result, name="assessment"),
    path(
        "patients/<uuid:patient_id>/red-flags/<slug:flag>/", result.flag_review, name="flag_review"
    ),
    path("patients/<uuid:patient_id>/emergency/", result.emergency_page, name="emergency_page"),
]

medication_patterns = [
    path("medicines/", medication.queue, name="medication_queue"),
    path("patients/<uuid:patient_id>/medicines/", medication.steps, name="medication"),
    path("patients/<uuid:patient_id>/medicines/ask/", medication.ask, name="medication_ask"),
    path("medicines/<uuid:step_id>/sign/", medication.sign, name="medication_sign"),
    path("medicines/<uuid:step_id>/decline/", medication.decline, name="medication_decline"),
    path("medicines/<uuid:step_id>/stop/", medication.stop, name="medication_stop"),
]

clinic_patterns = [
    *assessment_patterns,
    *medication_patterns,
]

mine_patterns = []

open_patterns = []
