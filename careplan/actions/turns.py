"""Who writes about one patient, or books for one therapist, takes turns: locks for a transaction."""

from patients.models import Clinic, Membership, Patient, User


def of_patient(patient_id) -> Patient:
    """The patient's row with its clinic, locked until the transaction ends.

    No key lock: a plain FOR UPDATE would wait for everybody who inserts a row of the patient's.
    """
    rows = Patient.objects.select_for_update(of=("self",), no_key=True).select_related("clinic")
    return rows.get(pk=patient_id)


def of_therapist(clinic: Clinic, therapist: User | None) -> None:
    """The therapist's place at the clinic, so that two plans never take one hour; None: nobody's."""
    if therapist:
        rows = Membership.objects.select_for_update(no_key=True)
        list(rows.filter(clinic=clinic, user=therapist))
