"""The demo is what it says: histories played through the actions, in an empty database alone."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from careplan.models import BookSignature, FollowUp, MedicationStep, Plan, Preset, Reminder
from patients.models import AuditEvent, Clinic, Membership, Message, Patient
from patients.roles import STAFF_ROLES


@pytest.fixture
def built(db, settings):
    settings.DEBUG = True
    call_command("demo", verbosity=0)


@pytest.mark.usefixtures("built")
class TestDemo:
    def test_every_role_is_in_both_clinics(self):
        for clinic in Clinic.objects.all():
            roles = {role for row in Membership.objects.for_clinic(clinic) for role in row.roles}
            assert roles == set(STAFF_ROLES)

    def test_the_demo_says_that_it_is_one_and_signs_no_book(self):
        assert set(Clinic.objects.values_list("is_demo", flat=True)) == {True}
        assert not BookSignature.objects.exists()

    def test_patients_stand_at_every_stage(self):
        assert Patient.objects.count() == 12
        assert set(Plan.objects.values_list("state", flat=True)) == {
            "draft",
            "active",
            "safety_hold",
        }
        assert set(Reminder.objects.values_list("state", flat=True)) >= {
            "answered",
            "missed",
            "due",
        }
        assert MedicationStep.objects.filter(state="signed").count() == 2

    def test_an_emergency_is_open_and_has_one_row(self):
        rows = FollowUp.objects.filter(severity="emergency", state="open")
        assert [(str(row.patient), row.rule) for row in rows] == [("David Okonjo", "RF-02")]

    def test_the_worklist_says_better_worse_and_silent(self):
        rules = set(FollowUp.objects.filter(state="open").values_list("rule", flat=True))
        assert {"CK-11", "CK-12", "CK-31", "RF-13"} <= rules

    def test_each_clinic_keeps_a_preset_without_a_word_about_its_patient(self):
        rows = {row.clinic.slug: row for row in Preset.objects.select_related("clinic")}
        assert set(rows) == {"north", "south"}
        assert "Hannah" not in str(vars(rows["north"])) and rows["north"].content["items"]

    def test_the_audit_names_who_did_it(self):
        assert AuditEvent.objects.filter(actor="Tom Adeyemi", action="plan.sign").exists()
        assert AuditEvent.objects.filter(actor="Dr Priya Nair", action="medication.sign").exists()
        assert not AuditEvent.objects.filter(user_id=None, job="").exists()

    def test_no_mail_of_weeks_ago_goes_out(self):
        waiting = Message.objects.filter(state="queued").order_by("created_at")
        assert [row.template for row in waiting] == ["plan_ready"]
        assert timezone.now() - waiting[0].created_at < timedelta(hours=13)
        assert Message.objects.filter(state="cancelled", template="checkin").exists()

    def test_a_second_time_it_is_left_alone(self):
        call_command("demo", "--if-empty", verbosity=0)
        assert Patient.objects.count() == 12
        with pytest.raises(CommandError, match="holds a clinic"):
            call_command("demo", verbosity=0)


def test_it_refuses_outside_debug(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="known passwords"):
        call_command("demo", "--if-empty")
    assert not Clinic.objects.exists()
