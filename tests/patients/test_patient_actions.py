"""Patients: registered once, never after death, corrected with their login in step."""

from datetime import date

import pytest

from patients import actions
from patients.access import Actor, Denied, OtherClinic
from patients.models import AuditEvent, Patient, User

PERSON = {
    "given_name": "Rosa",
    "family_name": "Marsh",
    "birth_date": "1970-05-17",
    "sex": "female",
    "email": "Rosa@Home.example",
    "identifiers": [{"system": "urn:records", "value": "R-1"}],
}


def register(clinic, by, **more) -> Patient:
    return actions.register(clinic=clinic, person=PERSON | more, by=by)


def test_a_patient_gets_a_login_and_a_therapist(clinic, by_therapist):
    patient = register(clinic, by_therapist)
    assert patient.birth_date == date(1970, 5, 17)
    assert patient.user.email == "rosa@home.example" and not patient.user.has_usable_password()
    assert patient.care_team.get().user == by_therapist.user
    assert AuditEvent.objects.get(action="patient.register").patient_id == patient.pk


def test_without_an_address_there_is_no_login(clinic, by_therapist):
    assert register(clinic, by_therapist, email="").user is None


@pytest.mark.parametrize(
    ("more", "words", "field"),
    [
        ({"birth_date": None}, "Without a birth date", "birth_date"),
        ({"birth_date": "17.5.70"}, "is not a date", "birth_date"),
        ({"birth_date": "2070-01-01"}, "between 1880 and today", "birth_date"),
        ({"birth_date": "1870-01-01"}, "between 1880 and today", "birth_date"),
        ({"deceased_on": "2026-01-01"}, "has died", None),
        ({"deceased": True}, "has died", None),
        ({"given_name": " "}, "cannot be blank", "given_name"),
        ({"sex": "unknown"}, "not a valid choice", "sex"),
        ({"email": "rosa"}, "valid email", "email"),
        ({"time_zone": "Nowhere"}, "not a time zone", "time_zone"),
    ],
)
def test_bad_values_register_nobody(clinic, by_therapist, more, words, field):
    with pytest.raises(actions.Refused, match=words) as refusal:
        register(clinic, by_therapist, **more)
    assert refusal.value.field == field
    assert not Patient.objects.exists() and not User.objects.filter(email__contains="rosa").exists()


def test_a_child_may_be_registered(clinic, by_therapist, today):
    assert register(clinic, by_therapist, birth_date="2015-01-01").age_on(today) == 11


@pytest.mark.parametrize(
    "more",
    [
        {"given_name": "ROSA", "email": ""},
        {"given_name": "Other", "birth_date": "1980-01-01", "email": ""},
    ],
)
def test_a_duplicate_names_the_record_that_is_there(clinic, by_therapist, more):
    first = register(clinic, by_therapist)
    with pytest.raises(actions.Duplicate, match="Rosa Marsh, born 17 May 1970") as refusal:
        register(clinic, by_therapist, **more)
    assert refusal.value.patient == first


def test_another_clinic_may_know_the_same_person(
    clinic, other_clinic, by_therapist, by_other_therapist
):
    register(clinic, by_therapist)
    twin = register(other_clinic, by_other_therapist, email="")
    assert twin.clinic == other_clinic


def test_an_address_opens_one_record(clinic, by_therapist):
    register(clinic, by_therapist)
    with pytest.raises(actions.Refused, match="opens another person"):
        register(clinic, by_therapist, given_name="Carl", identifiers=[])


def test_only_therapists_of_the_clinic_register(clinic, other_clinic, by_therapist, by_admin):
    with pytest.raises(Denied):
        register(clinic, by_admin)
    with pytest.raises(OtherClinic):
        register(other_clinic, by_therapist)


def test_contact_changes_move_the_login_along(clinic, by_therapist, patient):
    actions.edit_patient(
        patient=patient,
        changes={"email": "New@Home.example", "given_name": "Maggie", "time_zone": "Asia/Tokyo"},
        by=by_therapist,
    )
    patient = Patient.objects.get(pk=patient.pk)
    assert patient.zone == "Asia/Tokyo"
    assert patient.user.email == patient.email == "new@home.example"
    assert patient.user.name == "Maggie Ellison"
    event = AuditEvent.objects.get(action="patient.change")
    assert event.before["email"] == "margaret@home.example"


def test_no_address_closes_the_login_and_a_new_one_opens_it(clinic, by_therapist, patient):
    actions.edit_patient(patient=patient, changes={"email": ""}, by=by_therapist)
    assert not User.objects.get(pk=patient.user_id).is_active
    actions.edit_patient(patient=patient, changes={"email": "m@home.example"}, by=by_therapist)
    user = User.objects.get(pk=patient.user_id)
    assert user.is_active and user.email == "m@home.example"


def test_an_address_that_arrives_later_makes_the_login(clinic, by_therapist):
    patient = register(clinic, by_therapist, email="")
    actions.edit_patient(patient=patient, changes={"email": "r@home.example"}, by=by_therapist)
    assert Patient.objects.get(pk=patient.pk).user.email == "r@home.example"


def test_the_login_of_somebody_else_is_not_taken(clinic, by_therapist, patient, admin):
    with pytest.raises(actions.Refused, match="login of somebody else"):
        actions.edit_patient(patient=patient, changes={"email": admin.email}, by=by_therapist)
    assert Patient.objects.get(pk=patient.pk).email == "margaret@home.example"


def test_a_name_that_is_taken_is_refused_in_words(clinic, by_therapist, patient):
    twin = register(clinic, by_therapist, birth_date="1968-04-02", email="")
    with pytest.raises(actions.Refused, match="registered already"):
        changes = {"given_name": "Margaret", "family_name": "Ellison"}
        actions.edit_patient(patient=twin, changes=changes, by=by_therapist)


def test_another_clinics_patient_is_out_of_reach(by_therapist, other_patient):
    with pytest.raises(OtherClinic):
        actions.edit_patient(patient=other_patient, changes={}, by=by_therapist)


def test_birth_dates_are_not_contact(by_therapist, patient):
    with pytest.raises(ValueError, match="birth_date"):
        actions.edit_patient(patient=patient, changes={"birth_date": "x"}, by=by_therapist)


def test_consent_is_kept_once_a_version(by_therapist, patient, other_patient):
    own = Actor.for_patient(patient, patient.user)
    first = actions.consent(patient=patient, purpose="e-mail", version="1", by=own)
    assert actions.consent(patient=patient, purpose="e-mail", version="1", by=own) == first
    actions.consent(patient=patient, purpose="e-mail", version="2", by=by_therapist)
    assert patient.consents.count() == 2
    with pytest.raises(OtherClinic):
        actions.consent(patient=other_patient, purpose="e-mail", version="1", by=own)
