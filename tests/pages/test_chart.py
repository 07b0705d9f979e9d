"""The chart of one patient."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from careplan.actions import checkin as checkins
from patients.models import AuditEvent
from tests.factories.assessment import answers, assessed
from tests.factories.checkin import by_patient, first_due, opened, running, whole

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def url(patient) -> str:
    return reverse("chart", args=["north", patient.pk])


@pytest.fixture
def plan(today, patient, by_therapist):
    return running(patient, by_therapist)


def test_a_new_patient_is_told_what_to_do(today, url, signed_in, therapist):
    page = text(signed_in(therapist).get(url))
    assert "Not assessed yet" in page
    assert "Answer the intake" in page


def test_an_assessed_patient_has_no_plan_yet(today, url, signed_in, patient, by_therapist):
    assessed(patient, by_therapist)
    page = text(signed_in(by_therapist.user).get(url))
    assert "Mechanical, 29 weeks" in page
    assert "All 18 no, 24 Nov" in page


def test_the_chart_says_how_it_goes(plan, url, signed_in, therapist, time_machine):
    time_machine.move_to(first_due(plan) + timedelta(minutes=5), tick=False)
    whole(opened(plan), nprs=8, peg_enjoyment=8, peg_activity=8)
    page = text(signed_in(therapist).get(url))
    assert "Worse since the last check-in" in page
    assert "Pain 5 to 8, PEG 5.3 to 8.0" in page
    assert "Pain in the way (PEG)" in page
    assert "From 5 to 8. It was harder lately." in page
    assert "Plan, version 1" in page
    assert "Check-in answered" in page
    assert "Check-in 2" in page
    assert "Review check-in" in page


def test_the_timeline_has_filters(plan, url, signed_in, therapist):
    desk = signed_in(therapist)
    everything = text(desk.get(url))
    assert "Plan signed" in everything
    assert "Medicine proposed: ibuprofen" in everything
    medicines = text(desk.get(url + "?about=medicines"))
    assert "Plan signed" not in medicines
    assert desk.get(url + "?about=nonsense&before=x").status_code == 200


def test_days_are_shown_once_the_patient_notes_them(plan, url, signed_in, therapist, time_machine):
    desk = signed_in(therapist)
    assert "Days done" not in text(desk.get(url))
    code = plan.current.home_plan.items.first().exercise
    checkins.note_day(
        patient=plan.patient, kind="exercise", exercise=code, by=by_patient(plan.patient)
    )
    time_machine.shift(timedelta(days=1))
    desk = signed_in(therapist)
    assert "1 of the last 1 days" in text(desk.get(url))


def test_days_before_the_plan_began_are_not_counted(plan, url, signed_in, therapist, today):
    plan.patient.day_entries.create(
        clinic=plan.clinic, on=today - timedelta(days=1), kind="exercise", exercise="COR-01"
    )
    assert "Days done" not in text(signed_in(therapist).get(url))


def test_a_warning_sign_stands_over_the_page(plan, url, signed_in, therapist, time_machine):
    time_machine.move_to(first_due(plan) + timedelta(minutes=5), tick=False)
    checkins.answer(checkin=opened(plan), part={"fever": "yes"}, by=by_patient(plan.patient))
    checkins.close_missed(now=plan.reminders.get(state="open").closes_at)
    page = text(signed_in(therapist).get(url))
    assert "A warning sign is open" in page
    assert "cp-banner is-urgent" in page


def test_the_banner_names_a_hold_only_where_a_plan_is_on_hold(
    today, url, signed_in, therapist, patient, by_therapist
):
    assessed(patient, by_therapist, answers(saddle_numbness="yes"))
    page = text(signed_in(therapist).get(url))
    assert "A warning sign is open." in page and "on hold" not in page


def test_the_banner_says_that_the_plan_is_on_hold(
    plan, url, signed_in, therapist, by_therapist, time_machine
):
    time_machine.shift(timedelta(hours=1))
    assessed(plan.patient, by_therapist, answers(saddle_numbness="yes"))
    page = text(signed_in(therapist).get(url))
    assert "A warning sign is open. The plan is on hold." in page


def test_the_banner_counts_what_a_check_in_told(signed_in, plan, therapist, time_machine):
    time_machine.move_to(first_due(plan))
    checkin = opened(plan)
    checkins.answer(checkin=checkin, part={"bladder_change": "yes"}, by=by_patient(checkin.patient))
    shown = signed_in(therapist).get(reverse("assessment", args=["north", plan.patient_id]))
    assert "1 open, 17 of 18 no, 8 Dec" in text(shown)


def test_who_may_not_answer_is_not_sent_to_the_intake(
    today, url, signed_in, prescriber, patient, by_therapist
):
    desk, intake = signed_in(prescriber), reverse("intake_start", args=["north", patient.pk])
    pages = (url, reverse("assessment", args=["north", patient.pk]))
    assert not [page for page in pages if intake in text(desk.get(page))]
    assessed(patient, by_therapist, answers(saddle_numbness="unknown"))
    assert not [page for page in pages if intake in text(desk.get(page))]


@pytest.mark.parametrize(
    ("who", "status"), [("admin", 403), ("therapist", 200), ("prescriber", 200)]
)
def test_who_may_see_a_chart(today, url, signed_in, who, status, request):
    assert signed_in(request.getfixturevalue(who)).get(url).status_code == status


def test_another_clinic_finds_nothing(today, url, signed_in, other_therapist, patient):
    desk = signed_in(other_therapist)
    assert desk.get(url).status_code == 404
    assert desk.get(reverse("chart", args=["south", patient.pk])).status_code == 404


def test_patients_and_strangers_do_not_see_it(client, today, url, patient):
    assert client.get(url).status_code == 302
    client.force_login(patient.user)
    assert client.get(url).status_code == 404


def test_an_id_that_is_nobody_is_404(today, signed_in, therapist):
    url = reverse("chart", args=["north", uuid.uuid4()])
    assert signed_in(therapist).get(url).status_code == 404


def test_a_look_is_on_record(today, url, signed_in, prescriber, patient):
    signed_in(prescriber).get(url)
    seen = AuditEvent.objects.filter(action="viewed", patient_id=patient.pk)
    assert [event.actor for event in seen] == ["Priya Nair"]


def test_queries_are_bounded(plan, url, signed_in, therapist, django_assert_max_num_queries):
    desk = signed_in(therapist)
    with django_assert_max_num_queries(32):
        desk.get(url)
