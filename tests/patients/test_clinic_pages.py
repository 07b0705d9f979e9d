"""Settings, the audit, health."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from patients import actions, audit, queries
from patients.models import AuditEvent, Clinic, Message

SETTINGS = {
    "name": "Northgate Back Clinic",
    "phone": "555 0142",
    "time_zone": "Europe/Paris",
    "letterhead": "",
    "emergency_number": "112",
    "crisis_line": "988",
    "quiet_until": "08:00",
    "quiet_from": "20:00",
    "checkin_at": "09:30",
    "default_visit_limit": "",
    "duloxetine_enabled": "on",
}


@pytest.fixture
def browser(signed_in, admin):
    return signed_in(admin)


def url(route: str, query: str = "") -> str:
    return reverse(route, args=["north"]) + query


def test_settings_are_saved(browser, clinic):
    assert 'value="555 0142"' in browser.get(url("clinic_settings")).content.decode()
    assert browser.post(url("clinic_settings"), SETTINGS).status_code == 302
    row = Clinic.objects.get(pk=clinic.pk)
    assert (row.emergency_number, row.time_zone) == ("112", "Europe/Paris")
    assert row.default_visit_limit is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"checkin_at": "22:00"}, "inside the hours"),
        ({"quiet_from": "07:00"}, "inside the hours"),
        ({"name": ""}, "Name: this is missing."),
        ({"time_zone": "Mars"}, "valid choice"),
        ({"default_visit_limit": "-1"}, "greater than or equal to 0"),
    ],
)
def test_bad_settings_change_nothing(browser, clinic, change, words):
    answer = browser.post(url("clinic_settings"), SETTINGS | change)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert Clinic.objects.get(pk=clinic.pk).emergency_number == "911"


def test_only_admins_change_settings(signed_in, therapist):
    assert signed_in(therapist).get(url("clinic_settings")).status_code == 403


# The audit ---------------------------------------------------------------------------------


@pytest.fixture
def history(clinic, by_admin, by_therapist, patient, by_other_therapist, other_patient):
    audit.record_view(by=by_therapist, on=patient)
    actions.edit_patient(patient=patient, changes={"phone": "555 7"}, by=by_therapist)
    actions.change_settings(clinic=clinic, changes={"phone": "555 8"}, by=by_admin)
    audit.record_view(by=by_other_therapist, on=other_patient)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_audit_reads_as_sentences(browser, history):
    text = words(browser.get(url("audit")))
    assert "Tom Adeyemi</a> looked at Margaret Ellison" in text
    assert "Ada Lund</a> changed the clinic’s settings" in text
    assert "Phone: 555 0101 became 555 7" in text
    assert "Okonjo" not in text and "Sam Okoro" not in text


def test_it_narrows_to_a_person_or_a_patient(browser, history, therapist, admin, patient):
    of_admin = words(browser.get(url("audit", f"?person={admin.pk}")))
    assert "Ada Lund" in of_admin and "looked at" not in of_admin
    about = words(browser.get(url("audit", f"?patient={patient.pk}")))
    assert "looked at" in about and "settings</th>" not in about
    both = words(browser.get(url("audit", f"?patient={patient.pk}&person={admin.pk}")))
    assert "Nothing here yet" in both


def test_no_health_facts_are_shown(browser, by_therapist, patient):
    AuditEvent.objects.create(
        clinic_id=patient.clinic_id,
        user_id=by_therapist.user.pk,
        actor="Tom Adeyemi",
        action="medication.propose",
        subject_type="careplan.medicationstep",
        subject_id="1",
        patient_id=patient.pk,
        before={"drug": "nothing"},
        after={"drug": "ibuprofen", "name": "ibuprofen"},
    )
    text = words(browser.get(url("audit")))
    assert "proposed a medicine for Margaret Ellison" in text and "ibuprofen" not in text


@pytest.mark.parametrize("query", ["?person=x", "?patient=1", "?person=" + "0" * 32])
def test_ids_that_nobody_has_are_404(browser, query):
    assert browser.get(url("audit", query)).status_code == 404


def test_ids_of_another_clinic_are_404(browser, other_patient, other_therapist):
    assert browser.get(url("audit", f"?patient={other_patient.pk}")).status_code == 404
    assert browser.get(url("audit", f"?person={other_therapist.pk}")).status_code == 404


def test_the_audit_is_paged_with_few_queries(
    browser, by_therapist, patient, django_assert_max_num_queries
):
    for _ in range(60):
        audit.record_view(by=by_therapist, on=patient)
    with django_assert_max_num_queries(9):
        text = words(browser.get(url("audit")))
    assert "Page 1 of 2" in text
    assert "Page 2 of 2" in words(browser.get(url("audit", "?page=2")))


def test_only_admins_read_the_audit(signed_in, therapist):
    assert signed_in(therapist).get(url("audit")).status_code == 403


# Health ------------------------------------------------------------------------------------


def test_healthz_is_well_and_says_how_long_mail_waits(client, clinic):
    assert client.get("/healthz").json()["oldest_waiting_message_s"] is None
    due = timezone.now() - timedelta(minutes=10)
    Message.objects.create(clinic=clinic, key="k", template="invitation", to="a@a.a", due_at=due)
    answer = client.get("/healthz")
    assert answer.status_code == 200 and answer.json()["status"] == "ok"
    assert 600 <= answer.json()["oldest_waiting_message_s"] < 660
    assert "a@a.a" not in answer.content.decode()


def test_healthz_is_down_without_a_database(client, monkeypatch, db):
    def gone():
        raise OperationalError("could not connect to db.internal as careplan")

    monkeypatch.setattr(queries, "oldest_waiting", gone)
    answer = client.get("/healthz")
    assert answer.status_code == 503 and answer.json()["database"] == "unreachable"
    assert "internal" not in answer.content.decode()


def test_healthz_is_only_read(client, db):
    assert client.post("/healthz").status_code == 405
