"""Visits, reports and the calendar's address on a desk and on a phone, in light and dark."""

import re

import pytest
from django.urls import reverse

from careplan.actions import calendar, reports, visits
from patients.access import Actor
from tests.browser.conftest import DESK, PHONE, ROOT
from tests.factories.visits import attended, granted, in_plan, measured, session

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = ROOT / "build" / "visits"
DARK = "document.documentElement.dataset.bsTheme = 'dark'"
LOOKS = [(DESK, "desk", False), (DESK, "desk-dark", True)]
LOOKS += [(PHONE, "phone", False), (PHONE, "phone-dark", True)]


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def plan(patient, by_therapist):
    """Ten visits behind, one of them missed and one cancelled late; the grant is nearly used."""
    row = in_plan(patient, by_therapist)
    granted(patient, by_therapist, 10, authorisation="A-7731")
    attended(row, (1, 2, 4, 5, 6, 7, 9), by_therapist)
    for number, move in ((3, "miss"), (8, "cancel_late")):
        visits.record_attendance(session=session(row, number), move=move, by=by_therapist)
    measured(row, 6, 3)
    return row


def staff_pages(plan, by_therapist) -> dict[str, str]:
    words = {"course": "Walks to the shop again.", "need": "Stairs are still hard."}
    report = reports.write(patient=plan.patient, kind="progress", words=words, by=by_therapist)
    grant = plan.patient.visits.filter(kind="granted").first()
    calendar.new_address(by=by_therapist)
    pages = {
        "visits": ("visits", plan.patient_id),
        "progress": ("report_new", plan.patient_id, "progress"),
        "letter": ("report_new", plan.patient_id, "authorisation"),
        "report": ("report", report.pk),
        "make-up": ("make_up", session(plan, 3).pk),
        "take-out": ("visit_withdraw", grant.pk),
        "certify": ("certify", plan.patient_id),
        "calendar": ("staff_calendar",),
    }
    return {name: reverse(route, args=["north", *rest]) for name, (route, *rest) in pages.items()}


@pytest.mark.parametrize(("screen", "look", "dark"), LOOKS)
def test_the_staff_pages_are_sound(at, therapist, plan, by_therapist, screen, look, dark):
    pages = staff_pages(plan, by_therapist)
    who = at(therapist, pages["visits"], screen)
    for name, path in pages.items():
        who.page.goto(path)
        if dark:
            who.page.evaluate(DARK)
        who.seen(f"{name}-{look}")


@pytest.mark.parametrize(("screen", "look", "dark"), LOOKS[2:])
def test_the_patients_page_is_sound(at, patient, plan, screen, look, dark):
    calendar.new_address(by=Actor.for_patient(patient, patient.user))
    who = at(patient.user, reverse("mine_calendar"), screen)
    if dark:
        who.page.evaluate(DARK)
    who.seen(f"mine-calendar-{look}")


def test_attendance_is_recorded_and_undone_with_the_keyboard(at, therapist, plan):
    page = at(therapist, reverse("visits", args=["north", plan.patient_id])).page
    page.get_by_role("button", name=re.compile("Attended ?, visit 10")).press("Enter")
    page.get_by_text("Session 10: attended.").first.wait_for()
    assert session(plan, 10).state == "attended"
    page.get_by_role("button", name="Undo").first.press("Enter")
    page.get_by_text("Session 10: planned.").first.wait_for()
    assert session(plan, 10).state == "planned"
