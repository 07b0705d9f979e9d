"""The worklist: who needs somebody and why; taken, put away, closed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from careplan.actions import assessment as assessments
from careplan.actions import checkin as checkins
from careplan.actions import follow_up
from careplan.models import FollowUp
from patients.access import Actor
from patients.models import AuditEvent, Patient
from tests.factories.assessment import answers, assessed
from tests.factories.checkin import by_patient, first_due, opened, running, whole

pytestmark = pytest.mark.django_db


def at(name, *args) -> str:
    return reverse(name, args=["north", *args])


def text(response) -> str:
    return response.content.decode()


def raised(patient, key="one", severity="info", **changes) -> FollowUp:
    row = {
        "kind": "appointment",
        "role": "therapist",
        "rule": "SCH-03",
        "reason": "Sleep is poor. Book a visit.",
        "due_on": date(2026, 11, 26),
    }
    by = Actor.for_job("test", patient.clinic)
    return follow_up.raise_one(
        key=key, patient=patient, severity=severity, by=by, **(row | changes)
    )


@pytest.fixture
def row(today, patient) -> FollowUp:
    return raised(patient)


@pytest.fixture
def desk(signed_in, therapist):
    return signed_in(therapist)


@pytest.fixture
def emergency(today, patient, by_therapist, time_machine) -> FollowUp:
    """A check-in in which the patient says yes to numbness between the legs."""
    plan = running(patient, by_therapist)
    time_machine.move_to(first_due(plan) + timedelta(minutes=5), tick=False)
    checkins.answer(checkin=opened(plan), part={"saddle_numbness": "yes"}, by=by_patient(patient))
    return FollowUp.objects.get(severity="emergency")


def test_an_answered_check_in_is_a_row_with_its_reason(
    today, patient, by_therapist, time_machine, signed_in, therapist
):
    plan = running(patient, by_therapist)
    time_machine.move_to(first_due(plan) + timedelta(minutes=5), tick=False)
    whole(opened(plan), nprs=4, peg_enjoyment=4, peg_activity=4)
    page = text(signed_in(therapist).get(at("worklist")))
    assert "1 person needs you" in page
    assert "Pain 5 to 4, PEG 5.3 to 4.0" in page
    assert "No warning signs." in page
    assert "58, week 3 of" in page
    assert "Review check-in" in page


def test_nobody_needs_you(desk, today):
    page = text(desk.get(at("worklist")))
    assert "Nobody needs you now" in page
    assert "Rows appear here when" in page


def test_a_row_says_why_by_when_and_whose(desk, row):
    page = text(desk.get(at("worklist")))
    assert "Margaret Ellison" in page
    assert "Sleep is poor. Book a visit." in page
    assert "SCH-03" in page
    assert "Thu\u00a026\u00a0Nov" in page
    assert "yours" in page
    assert "In the next days" in page


def test_danger_comes_first_then_the_due_day(desk, patient, today):
    raised(patient, "late", due_on=date(2026, 11, 20), reason="Third.")
    raised(patient, "soon", due_on=date(2026, 11, 25), reason="Fourth.")
    raised(patient, "stop", "stop", due_on=date(2026, 11, 24), reason="Second.")
    raised(patient, "urgent", "urgent", due_on=date(2026, 11, 24), reason="First.")
    page = text(desk.get(at("worklist")))
    places = [page.index(word) for word in ("First.", "Second.", "Third.", "Fourth.")]
    assert places == sorted(places)
    assert "4 days late" in page
    assert page.count("btn btn-sm btn-primary") == 1


def test_closing_needs_a_reason_and_keeps_it(desk, row):
    empty = desk.post(at("follow_up_close", row.pk), {"reason": " "})
    assert empty.status_code == 422
    assert "Write what was done" in text(empty)
    done = desk.post(at("follow_up_close", row.pk), {"reason": "Booked for Friday."})
    assert done["Location"] == at("worklist")
    row.refresh_from_db()
    assert (row.state, row.close_reason) == ("closed", "Booked for Friday.")
    page = text(desk.get(at("worklist") + "?tab=done"))
    assert "Margaret Ellison" in page
    assert "Booked for Friday." in text(desk.get(at("follow_up", row.pk)))
    again = desk.post(at("follow_up_close", row.pk), {"reason": "Once more."})
    assert again.status_code == 422


def test_a_snooze_can_be_undone_and_ends_by_itself(desk, row, time_machine):
    answer = desk.post(at("follow_up_snooze", row.pk), {"until": "2026-11-30"}, follow=True)
    page = text(answer)
    assert "put away until Mon\u00a030\u00a0Nov" in page
    assert at("follow_up_wake", row.pk) in page
    assert "Nobody needs you now" in page
    assert "Back Mon" in text(desk.get(at("worklist") + "?tab=snoozed"))
    desk.post(at("follow_up_wake", row.pk))
    assert "1 person needs you" in text(desk.get(at("worklist")))
    desk.post(at("follow_up_snooze", row.pk), {"until": "2026-11-25"})
    time_machine.move_to(timezone.now() + timedelta(hours=24), tick=False)
    desk.force_login(row.patient.care_team.get().user)
    assert "1 person needs you" in text(desk.get(at("worklist")))


@pytest.mark.parametrize("until", ["", "someday", "2026-11-24", "2020-01-01", "2027-11-24"])
def test_a_snooze_needs_a_day_that_comes(desk, row, until):
    answer = desk.post(at("follow_up_snooze", row.pk), {"until": until})
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.state == "open"


def test_taking_a_row_names_who_took_it(desk, row, signed_in, prescriber, therapist):
    desk.post(at("follow_up_acknowledge", row.pk))
    row.refresh_from_db()
    assert row.acknowledged_by == therapist
    page = text(signed_in(prescriber).get(at("worklist") + "?tab=clinic"))
    assert "taken by Tom Adeyemi" in page


def test_an_emergency_is_a_panel_with_the_phone(emergency, signed_in, therapist):
    page = text(signed_in(therapist).get(at("worklist")))
    assert "cp-emergency" in page
    assert "Margaret Ellison, 58" in page
    assert "tel:5550101" in page
    assert "I am taking Margaret" in page


def test_a_panel_names_a_hold_only_where_a_plan_is_on_hold(
    today, patient, by_therapist, signed_in, therapist
):
    assessed(patient, by_therapist, answers(saddle_numbness="yes"))
    page = text(signed_in(therapist).get(at("worklist")))
    assert "cp-emergency" in page and "on hold" not in page


def test_a_panel_says_that_the_plan_is_on_hold(emergency, signed_in, therapist):
    assert "The plan is on hold." in text(signed_in(therapist).get(at("worklist")))


def test_an_emergency_cannot_be_put_away_or_closed(emergency, signed_in, therapist):
    desk = signed_in(therapist)
    close = desk.post(at("follow_up_close", emergency.pk), {"reason": "Spoke to her."})
    later = (timezone.localdate() + timedelta(days=3)).isoformat()
    snooze = desk.post(at("follow_up_snooze", emergency.pk), {"until": later})
    assert (close.status_code, snooze.status_code) == (422, 422)
    assert "warning sign is still open" in text(close)
    emergency.refresh_from_db()
    assert emergency.state == "open"


def test_the_row_ends_when_the_flag_is_settled(emergency, by_prescriber, time_machine):
    time_machine.move_to(timezone.now() + timedelta(hours=2), tick=False)
    assessments.review_flag(
        patient=emergency.patient,
        flag="saddle_numbness",
        outcome="cleared",
        finding="MRI normal, sensation normal.",
        on=timezone.localdate(),
        role="emergency_department",
        by=by_prescriber,
    )
    emergency.refresh_from_db()
    assert (emergency.state, emergency.close_reason) == ("closed", "The warning sign is settled.")


def test_mine_are_my_roles_and_my_patients(desk, signed_in, prescriber, clinic, patient, today):
    other = Patient.objects.create(
        clinic=clinic,
        given_name="Ruth",
        family_name="Abel",
        birth_date=date(1970, 5, 5),
        sex="female",
    )
    raised(other, "a", reason="Of nobody yet.")
    raised(patient, "b", role="prescriber", reason="For a prescriber.")
    mine = text(desk.get(at("worklist")))
    assert "Of nobody yet." in mine
    assert "For a prescriber." not in mine
    assert "For a prescriber." in text(desk.get(at("worklist") + "?tab=clinic"))
    assert "For a prescriber." in text(signed_in(prescriber).get(at("worklist")))


def test_rows_for_patients_are_no_work_for_staff(desk, patient, today):
    row = raised(patient, role="patient", reason="For the patient.")
    assert "For the patient." not in text(desk.get(at("worklist") + "?tab=clinic"))
    assert desk.get(at("follow_up", row.pk)).status_code == 404


@pytest.mark.parametrize(
    "name", ["follow_up_acknowledge", "follow_up_snooze", "follow_up_wake", "follow_up_close"]
)
def test_acts_are_posts(desk, row, name):
    assert desk.get(at(name, row.pk)).status_code == 405


@pytest.mark.parametrize("who", ["admin", "patient"])
def test_who_may_not_see_it(client, row, who, request):
    person = request.getfixturevalue(who)
    client.force_login(person.user if who == "patient" else person)
    status = 404 if who == "patient" else 403
    for url in (at("worklist"), at("follow_up", row.pk)):
        assert client.get(url).status_code == status


def test_another_clinic_sees_and_does_nothing(row, signed_in, other_therapist):
    desk = signed_in(other_therapist)
    assert desk.get(at("worklist")).status_code == 404
    own = reverse("worklist", args=["south"])
    assert "Margaret" not in text(desk.get(own + "?tab=clinic"))
    for name in ("follow_up", "follow_up_close"):
        url = reverse(name, args=["south", row.pk])
        assert desk.post(url, {"reason": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "open"


def test_a_look_at_a_row_is_on_record(desk, row):
    desk.get(at("follow_up", row.pk))
    event = AuditEvent.objects.filter(action="viewed", patient_id=row.patient_id).last()
    assert event.actor == "Tom Adeyemi"


def test_queries_do_not_grow_with_rows(desk, clinic, today, django_assert_num_queries):
    counted = 13

    def fill(start, stop):
        for number in range(start, stop):
            person = Patient.objects.create(
                clinic=clinic,
                given_name=f"Person {number}",
                family_name="Many",
                birth_date=date(1970, 1, 1),
                sex="female",
            )
            raised(person, f"row-{number}")

    fill(0, 3)
    with django_assert_num_queries(counted):
        desk.get(at("worklist") + "?tab=clinic")
    fill(3, 60)
    with django_assert_num_queries(counted):
        page = text(desk.get(at("worklist") + "?tab=clinic"))
    assert "Page 1 of 2" in page
    assert page.count("Sleep is poor") == 30


def test_a_page_out_of_range_is_the_last(desk, row):
    assert desk.get(at("worklist") + "?page=99&tab=nonsense").status_code == 200
