"""Import a record: keep what was read, then register the person or add to somebody's intake."""

from django.db import transaction
from django.utils import timezone

from careplan.actions.assessment.answers import audit_answers, new_intake, start_intake
from careplan.actions.assessment.refusals import Refused
from careplan.models import Intake, RecordImport
from careplan.queries import record_import as imports
from patients import actions as people
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission


@transaction.atomic
def keep_import(*, proposal: dict, sha256: str, file_name: str, by: Actor) -> RecordImport:
    """Keep what was read of a file until somebody confirms it; the file itself is not kept.
    `proposal` is exchange.fhir_in.Proposal as a dict."""
    check_can(by, Permission.PATIENT_REGISTER)
    record = RecordImport.objects.create(
        clinic=by.clinic,
        file_name=file_name[:200],
        sha256=sha256,
        proposal=proposal,
        uploaded_by=by.user,
    )
    audit.record("record.upload", by=by, on=record, after={"sha256": sha256})
    return record


@transaction.atomic
def register_from_import(
    *, record: RecordImport, person: dict, by: Actor, chosen: dict | None = None
) -> tuple[Patient, Intake]:
    """Register the person and start an intake with what the record says. `person`: the fields of
    `patients.actions.register`; `chosen`: which of two contradicting values is right.

    Raises patients.actions.Duplicate or Refused; Refused where the upload was confirmed before.
    """
    record = _lock_import(record, by)
    person = record.proposal["person"] | person
    patient = people.register(clinic=by.clinic, person=person, by=by)
    intake = new_intake(patient, imports.prefill(record, chosen), by)
    _confirm(record, patient, by)
    return patient, intake


@transaction.atomic
def add_import(
    *, record: RecordImport, patient: Patient, by: Actor, chosen: dict | None = None
) -> Intake:
    """Add a record to somebody who is registered: gaps are filled, newer measurements win, and
    nothing that was answered is lost."""
    check_can(by, Permission.INTAKE_EDIT, on=patient)
    record = _lock_import(record, by)
    if record.proposal["person"].get("deceased_on"):
        raise Refused("The record says that this person has died. Ask before you add it.")
    intake = start_intake(patient=patient, by=by)
    joined = imports.merged(intake.answers, intake.provenance, imports.prefill(record, chosen))
    before, intake.answers = intake.answers, joined.answers
    intake.provenance = joined.provenance
    intake.revision += 1
    intake.save()
    audit_answers("intake.import", intake, before, by)
    _confirm(record, patient, by)
    return intake


def _lock_import(record: RecordImport, by: Actor) -> RecordImport:
    check_can(by, Permission.PATIENT_REGISTER, on=record)
    record = (
        RecordImport.objects.select_for_update(of=("self",))
        .select_related("clinic")
        .get(pk=record.pk)
    )
    if record.confirmed_at:
        raise Refused("This upload was added already. Open the patient, or upload the file again.")
    return record


def _confirm(record: RecordImport, patient: Patient, by: Actor) -> None:
    record.patient, record.confirmed_at = patient, timezone.now()
    record.save(update_fields=["patient", "confirmed_at"])
    audit.record("record.confirm", by=by, on=record, patient=patient)
