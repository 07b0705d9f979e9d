"""Routes of the ground floor: account, patients, staff, settings, audit."""

from django.urls import path

from patients.pages import account, audit, calendar, clinic, patient, staff, support

clinic_patterns = [
    path("patients/", patient.patients, name="patients"),
    path("patients/new/", patient.new, name="patient_new"),
    path("patients/<uuid:patient_id>/edit/", patient.edit, name="patient_edit"),
    path("patients/<uuid:patient_id>/hours/", calendar.patient_hours, name="patient_hours"),
    path("staff/", staff.staff, name="staff"),
    path("staff/invite/", staff.invite, name="invite"),
    path("staff/<int:member_id>/", staff.member, name="staff_member"),
    path("staff/<int:member_id>/hours/", calendar.staff_hours, name="staff_hours"),
    path("staff/<int:member_id>/remove/", staff.remove, name="staff_remove"),
    path("staff/<int:member_id>/return/", staff.bring_back, name="staff_return"),
    path("staff/invitations/<uuid:invitation_id>/again/", staff.invite_again, name="invite_again"),
    path(
        "staff/invitations/<uuid:invitation_id>/withdraw/", staff.withdraw, name="invite_withdraw"
    ),
    path("settings/", clinic.settings, name="clinic_settings"),
    path("settings/closed/", calendar.closures, name="closures"),
    path("settings/closed/<int:closure_id>/open/", calendar.open_days, name="closure_open"),
    path("settings/support/", support.support, name="support"),
    path("settings/support/<int:link_id>/check/", support.support_check, name="support_check"),
    path("settings/support/<int:link_id>/retire/", support.support_retire, name="support_retire"),
    path("audit/", audit.audit, name="audit"),
]

# Before allauth's own: the address of a login is changed by the clinic alone.
account_patterns = [
    path("", account.account, name="account"),
    path("email/", account.email_closed, name="account_email_closed"),
]

open_patterns = [
    path("", account.home, name="home"),
    path("join/<str:token>/", account.join, name="join"),
    path("healthz", clinic.healthz, name="healthz"),
]
