"""The register: found, added, corrected; never another clinic's."""

from datetime import date

import pytest
from django.urls import reverse

from patients.models import AuditEvent, CareTeam, Patient

FORM = {
    "given_name": "Rosa",
    "family_name": "Marsh",
    "birth_date": "1970-05-17",
    "sex": "female",
    "email": "rosa@home.example",
    "phone": "",
    "time_zone": "",
}


def url(route: str, *args) -> str:
    return reverse(route, args=["north", *args])


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


@pytest.fixture
def crowd(clinic, therapist):
    rows = Patient.objects.bulk_create(
        Patient(
            clinic=clinic,
            given_name=f"Given{number}",
            family_name=f"Family{number:02}",
            birth_date=date(1950 + number % 40, 1, 1 + number % 28),
            sex="male",
        )
        for number in range(60)
    )
    CareTeam.objects.bulk_create(
        CareTeam(clinic=clinic, patient=row, user=therapist, role="therapist") for row in rows
    )


def test_the_list_names_the_clinics_patients_and_no_others(browser, patient, other_patient):
    text = browser.get(url("patients")).content.decode()
    assert "1\xa0patient" in text and "Ellison, Margaret" in text and "Tom Adeyemi" in text
    assert "Okonjo" not in text


@pytest.mark.parametrize(
    "words",
    [
        "ell", "MARGARET", "ellison marg", "1968-04-02", "2.4.1968", "02/04/1968",
        "2 April 1968", "1968", " ellison ",
    ],
)  # fmt: skip
def test_a_name_or_a_birth_date_finds(browser, patient, crowd, words):
    text = browser.get(url("patients"), {"q": words}).content.decode()
    assert "Ellison, Margaret" in text


@pytest.mark.parametrize("words", ["zzz", "1968-04-03", "%", "_", "' or 1=1", "a" * 5000, "\x00"])
def test_what_is_not_there_is_not_found(browser, patient, words):
    text = browser.get(url("patients"), {"q": words}).content.decode()
    assert "Nobody found" in text and "Ellison" not in text


def test_another_clinics_patient_is_not_found(browser, other_patient):
    assert "Nobody found" in browser.get(url("patients"), {"q": "Okonjo"}).content.decode()


def test_an_empty_register_says_what_comes_here(browser):
    assert "No patients yet" in browser.get(url("patients")).content.decode()


def test_pages_keep_the_search_and_the_count_of_queries(
    browser, crowd, django_assert_max_num_queries
):
    with django_assert_max_num_queries(10):
        first = browser.get(url("patients"), {"q": "family"}).content.decode()
    assert "Page 1 of 3" in first and "q=family&amp;page=2" in first
    assert "Family59" in browser.get(url("patients"), {"page": "3"}).content.decode()
    assert "Page 3 of 3" in browser.get(url("patients"), {"page": "99"}).content.decode()
    assert "Page 1 of 3" in browser.get(url("patients"), {"page": "x"}).content.decode()


def test_a_person_is_registered_by_hand(browser):
    answer = browser.post(url("patient_new"), FORM)
    row = Patient.objects.get()
    assert answer.url == url("chart", row.pk) and row.user.email == "rosa@home.example"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"birth_date": ""}, "Birth date: this is missing."),
        ({"birth_date": "1870-01-01"}, "between 1880 and today"),
        ({"birth_date": "x"}, "Enter a valid date"),
        ({"sex": "?"}, "valid choice"),
        ({"email": "x"}, "valid email"),
        ({"time_zone": "Mars"}, "valid choice"),
    ],
)
def test_a_bad_value_registers_nobody_and_keeps_what_was_typed(browser, change, words):
    answer = browser.post(url("patient_new"), FORM | change)
    assert answer.status_code == 422
    assert words in answer.content.decode() and 'value="Rosa"' in answer.content.decode()
    assert not Patient.objects.exists()


def test_a_duplicate_is_named(browser, patient):
    twin = {"given_name": "margaret", "family_name": "Ellison", "birth_date": "1968-04-02"}
    answer = browser.post(url("patient_new"), FORM | twin)
    assert answer.status_code == 422
    assert "Margaret Ellison, born 2 April 1968, is registered" in answer.content.decode()


def test_contact_is_corrected(browser, patient):
    page = url("patient_edit", patient.pk)
    assert "margaret@home.example" in browser.get(page).content.decode()
    assert AuditEvent.objects.get(action="viewed").patient_id == patient.pk
    form = {
        "given_name": "Margaret",
        "family_name": "Ellison",
        "email": "m@home.example",
        "phone": "555 0999",
        "time_zone": "America/New_York",
    }
    assert browser.post(page, form).status_code == 302
    row = Patient.objects.get(pk=patient.pk)
    assert (row.phone, row.time_zone, row.user.email) == (
        "555 0999", "America/New_York", "m@home.example",
    )  # fmt: skip


def test_a_refused_correction_stands_on_the_form(browser, patient, admin):
    form = {"given_name": "M", "family_name": "E", "email": admin.email, "time_zone": ""}
    answer = browser.post(url("patient_edit", patient.pk), form)
    assert answer.status_code == 422 and "login of somebody else" in answer.content.decode()
    assert Patient.objects.get(pk=patient.pk).given_name == "Margaret"


def test_prescribers_see_the_register_and_change_nothing(signed_in, prescriber, patient):
    browser = signed_in(prescriber)
    assert "Register by hand" not in browser.get(url("patients")).content.decode()
    assert browser.get(url("patient_new")).status_code == 403
    assert browser.post(url("patient_edit", patient.pk)).status_code == 403


def test_admins_see_no_register(signed_in, admin):
    assert signed_in(admin).get(url("patients")).status_code == 403


def test_other_clinics_ids_are_404(browser, other_patient):
    assert browser.get(url("patient_edit", other_patient.pk)).status_code == 404
    assert browser.get("/c/north/patients/not-an-id/edit/").status_code == 404
