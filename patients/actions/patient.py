"""Patients: register, correct, consent."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from patients import audit
from patients.access import Actor, check_can
from patients.models import CareTeam, Clinic, Consent, Patient
from patients.roles import Permission, Role

from .login import is_staff, login_for, move_login
from .refusal import Duplicate, Refused, change, check_clinic, clean

CONTACT = ("given_name", "family_name", "email", "phone", "time_zone")


@transaction.atomic
def register(*, clinic: Clinic, person: dict, by: Actor) -> Patient:
    """Register a person. `person`: given_name, family_name, birth_date (date or ISO text), sex, and
    where known email, phone, time_zone, identifiers ([{system, value}]), deceased_on.

    Makes the login when there is an e-mail, and puts the registering therapist into the care team.
    Raises Duplicate naming the record that is there, Refused for the deceased and for bad values.
    """
    check_clinic(clinic, by, Permission.PATIENT_REGISTER)
    if person.get("deceased_on") or person.get("deceased"):
        raise Refused("The record says that this person has died, so nobody is registered.")
    patient = _person(clinic, person)
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)  # two registrations take turns
    if existing := _same_person(patient):
        raise Duplicate(existing)
    patient.user = login_for(patient.email, patient.name) if patient.email else None
    patient.save()
    if by.user and Role.THERAPIST in by.roles:
        CareTeam.objects.create(clinic=clinic, patient=patient, user=by.user, role=Role.THERAPIST)
    audit.record("patient.register", by=by, on=patient, after={"name": patient.name})
    return patient


@transaction.atomic
def edit_patient(*, patient: Patient, changes: dict, by: Actor) -> Patient:
    """Change some of CONTACT. A new e-mail moves the login along; an empty one closes it."""
    check_can(by, Permission.PATIENT_REGISTER, on=patient)
    patient = (
        Patient.objects.select_for_update(of=("self",))
        .select_related("clinic", "user")
        .get(pk=patient.pk)
    )
    changes = {key: str(value or "").strip() for key, value in changes.items()}
    if "email" in changes:
        changes["email"] = changes["email"].lower()
        if changes["email"] != patient.email:
            move_login(patient, changes["email"])
    patient = change(patient, changes, CONTACT, "patient.change", by)
    if patient.user and patient.user.name != patient.name and not is_staff(patient.user):
        patient.user.name = patient.name
        patient.user.save(update_fields=["name"])
    return patient


@transaction.atomic
def consent(*, patient: Patient, purpose: str, version: str, by: Actor) -> Consent:
    """The patient agreed to `purpose` in these words (`version`); once per version."""
    right = Permission.OWN_PLAN_VIEW if by.patient else Permission.PATIENT_REGISTER
    check_can(by, right, on=patient)
    row, new = Consent.objects.get_or_create(
        clinic=patient.clinic,
        patient=patient,
        purpose=purpose,
        version=version,
        withdrawn_at=None,
    )
    if new:
        after = {"purpose": purpose, "version": version}
        audit.record("consent.give", by=by, on=row, patient=patient, after=after)
    return row


def _person(clinic: Clinic, person: dict) -> Patient:
    """An unsaved row of `person`; Refused names the first value that does not fit."""
    words = {
        key: str(person.get(key) or "").strip()
        for key in ("given_name", "family_name", "sex", "email", "phone", "time_zone")
    }
    words["email"] = words["email"].lower()
    patient = Patient(
        clinic=clinic,
        birth_date=_birth_date(person.get("birth_date")),
        identifiers=person.get("identifiers") or [],
        **words,
    )
    clean(patient)
    return patient


def _birth_date(born) -> date:
    if not born:
        raise Refused("Without a birth date nobody can be registered. Ask for it.", "birth_date")
    try:
        day = date.fromisoformat(born) if isinstance(born, str) else born
    except ValueError:
        raise Refused(f"“{born}” is not a date. Write it as 1968-04-02.", "birth_date") from None
    if not date(1880, 1, 1) <= day <= timezone.localdate():
        raise Refused("The birth date must lie between 1880 and today.", "birth_date")
    return day


def _same_person(patient: Patient) -> Patient | None:
    """Somebody of the clinic with this name and birth date, or with one of the identifiers."""
    rows = Patient.objects.filter(clinic=patient.clinic)
    named = rows.filter(
        given_name__iexact=patient.given_name,
        family_name__iexact=patient.family_name,
        birth_date=patient.birth_date,
    ).first()
    if named:
        return named
    for item in patient.identifiers:
        if item.get("value") and (row := rows.filter(identifiers__contains=[item]).first()):
            return row
    return None
