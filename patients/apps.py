"""People and places: clinics, staff, patients, the audit, the outbox."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = "People and places"
