"""Drafts and signatures of one patient take turns."""

from patients.models import Patient


def lock(patient_id) -> Patient:
    """The patient's row, locked: drafts and signatures of one patient take turns.

    No key lock: a plain FOR UPDATE would wait for everybody who inserts a row of the patient's.
    """
    rows = Patient.objects.select_for_update(of=("self",), no_key=True).select_related("clinic")
    return rows.get(pk=patient_id)
