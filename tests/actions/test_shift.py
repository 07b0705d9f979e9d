"""A booked session moves, the rest stays, calendars and the audit hear of it, nobody is booked twice."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from careplan.actions import plan as plan_actions
from careplan.actions import program as program_actions
from careplan.actions import visits
from careplan.actions.drafting import PlanRefused
from careplan.actions.shift import shift
from careplan.models import Session
from careplan.queries import dates as dates_of
from careplan.queries import plan as plan_queries
from patients import actions as people
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent
from tests.factories.plan import drafted, signed

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 4, 10)


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to(NOW)


def running(patient, by):
    plan = signed(patient, by)
    plan.refresh_from_db()
    return plan


@pytest.fixture
def plan(patient, by_therapist):
    return running(patient, by_therapist)


def session(plan, number: int) -> Session:
    return Session.objects.get(program__version=plan.current, number=number)


def days(plan) -> list[str]:
    rows = Session.objects.filter(program__version=plan.current, state="planned")
    return [f"{row.starts_at:%a %-d %b %-H:%M}" for row in rows.order_by("number")]


def rosa(clinic, by):
    person = {"given_name": "Rosa", "family_name": "Marsh", "birth_date": "1970-01-02"}
    return people.register(clinic=clinic, person=person | {"sex": "female"}, by=by)


def test_a_signature_books_the_therapist(plan, therapist):
    rows = Session.objects.filter(program__version=plan.current)
    assert {row.therapist for row in rows} == {therapist} and rows.count() == 16


def test_one_session_moves_with_its_sequence_and_audit(plan, by_therapist):
    before = days(plan)
    row = shift(session=session(plan, 3), to=FRIDAY, sequence=0, by=by_therapist)
    assert (row.starts_at, row.sequence) == (datetime(2026, 12, 4, 10, tzinfo=UTC), 1)
    assert row.moved_from == datetime(2026, 12, 3, 9, tzinfo=UTC)
    assert days(plan) == [*before[:2], "Fri 4 Dec 10:00", *before[3:]]
    event = AuditEvent.objects.get(action="session.move")
    assert event.before["starts_at"].startswith("2026-12-03T09:00")
    back = shift(session=row, to=datetime(2026, 12, 3, 9), sequence=1, by=by_therapist)
    assert (back.sequence, days(plan)) == (2, before)


def test_a_move_to_where_it_is_changes_nothing(plan, by_therapist):
    row = shift(session=session(plan, 3), to=datetime(2026, 12, 3, 9), by=by_therapist)
    assert row.sequence == 0 and not AuditEvent.objects.filter(action="session.move").exists()


def test_the_second_of_two_hears_of_the_first(plan, by_therapist, by_lead):
    shift(session=session(plan, 3), to=FRIDAY, sequence=0, by=by_lead)
    with pytest.raises(PlanRefused, match="Lena Moss changed session 3 after you opened") as no:
        shift(session=session(plan, 3), to=datetime(2026, 12, 5, 9), sequence=0, by=by_therapist)
    assert "it is planned, Friday 4 December at 10:00" in str(no.value)


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (datetime(2026, 12, 8, 9), "Session 4 on Monday 7 December is in the way"),
        (datetime(2026, 12, 6, 9), "keep a rest day"),
        (datetime(2026, 11, 23, 9), "has passed"),
        (datetime(2026, 12, 4, 23), "hour between"),
    ],
)
def test_a_move_that_breaks_a_promise_is_refused(plan, by_therapist, to, words):
    with pytest.raises(PlanRefused, match=words):
        shift(session=session(plan, 3), to=to, by=by_therapist)
    assert session(plan, 3).sequence == 0


def test_hours_and_closures_are_asked(plan, clinic, patient, by_therapist, by_admin):
    people.close_days(clinic=clinic, first_day=date(2026, 12, 4), why="Stocktaking", by=by_admin)
    with pytest.raises(PlanRefused, match="closed on Friday 4 December: Stocktaking"):
        shift(session=session(plan, 3), to=FRIDAY, by=by_therapist)
    people.set_suitable_hours(patient=patient, hours=[(2, time(9), time(10))], by=by_therapist)
    with pytest.raises(PlanRefused, match="9:30 on Wednesday 2 December does not suit Margaret"):
        shift(session=session(plan, 3), to=datetime(2026, 12, 2, 9, 30), by=by_therapist)


def test_only_a_planned_session_to_come_moves(plan, by_therapist, time_machine):
    row = session(plan, 3)
    visits.record_attendance(session=row, move="cancel", by=by_therapist)
    with pytest.raises(PlanRefused, match="Session 3 is cancelled. Only a planned session"):
        shift(session=row, to=FRIDAY, by=by_therapist)
    time_machine.move_to(NOW + timedelta(days=3))
    with pytest.raises(PlanRefused, match="Session 1 was Thursday 26 November at 9:00"):
        shift(session=session(plan, 1), to=FRIDAY, by=by_therapist)


def test_nothing_moves_once_the_plan_is_closed(plan, by_therapist):
    row = session(plan, 3)
    plan_actions.close(plan=plan, reason="Moved away.", by=by_therapist)
    with pytest.raises(PlanRefused, match="cancelled"):
        shift(session=row, to=FRIDAY, by=by_therapist)


def test_the_right_and_the_clinic_are_asked(plan, by_prescriber, by_other_therapist):
    with pytest.raises(Denied):
        shift(session=session(plan, 3), to=FRIDAY, by=by_prescriber)
    with pytest.raises(OtherClinic):
        shift(session=session(plan, 3), to=FRIDAY, by=by_other_therapist)


# Two patients, one therapist -----------------------------------------------------------------


def test_an_hour_of_another_patient_is_taken(plan, clinic, by_therapist):
    other = running(rosa(clinic, by_therapist), by_therapist)
    assert days(other)[:2] == ["Fri 27 Nov 9:00", "Tue 1 Dec 9:00"]  # hers are other days
    with pytest.raises(PlanRefused, match="Tom Adeyemi has another session at 9:30 on Thursday 3"):
        shift(session=session(other, 3), to=datetime(2026, 12, 3, 9, 30), by=by_therapist)
    row = shift(session=session(other, 3), to=datetime(2026, 12, 3, 9, 45), by=by_therapist)
    assert row.sequence == 1


def test_two_drafts_of_one_hour_are_not_both_booked(patient, clinic, by_therapist):
    """Both were laid at nine; the one that is signed later takes the next free hour."""
    one, two = drafted(patient, by_therapist), drafted(rosa(clinic, by_therapist), by_therapist)
    assert one.program.at == two.program.at == time(9)
    plan_actions.sign(version=one, read=True, by=by_therapist)
    plan_actions.sign(version=two, read=True, by=by_therapist)
    starts = Session.objects.values_list("starts_at", flat=True)
    assert len(set(starts)) == len(starts) == 32


def test_the_database_refuses_one_hour_twice(plan, clinic, patient, therapist):
    row = session(plan, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(
            clinic=clinic,
            patient=patient,
            program=row.program,
            number=99,
            starts_at=row.starts_at,
            therapist=therapist,
        )


# The next version ----------------------------------------------------------------------------


def test_the_next_version_keeps_what_was_moved(plan, by_therapist):
    shift(session=session(plan, 3), to=FRIDAY, by=by_therapist)
    before = days(plan)
    ids = set(Session.objects.filter(state="planned").values_list("pk", flat=True))
    plan_actions.revise(plan=plan, by=by_therapist)
    draft = plan_queries.draft_of(plan.patient)
    found = dates_of.dates(draft)
    assert found.kept and found.starts[3].date() == date(2026, 12, 4)
    program_actions.move(version=draft, number=5, to=datetime(2026, 12, 11, 11), by=by_therapist)
    draft = plan_queries.draft_of(plan.patient)
    plan_actions.sign(version=draft, read=True, by=by_therapist)
    plan.refresh_from_db()
    after = days(plan)
    assert after[2] == "Fri 4 Dec 10:00" and after[4] == "Fri 11 Dec 11:00"
    assert [d for n, d in enumerate(after) if n != 4] == [d for n, d in enumerate(before) if n != 4]
    assert set(Session.objects.filter(state="planned").values_list("pk", flat=True)) == ids
    assert session(plan, 5).sequence == 1


def test_what_was_cancelled_is_not_booked_again(plan, by_therapist):
    visits.record_attendance(session=session(plan, 4), move="cancel", by=by_therapist)
    plan_actions.revise(plan=plan, by=by_therapist)
    plan_actions.sign(version=plan_queries.draft_of(plan.patient), read=True, by=by_therapist)
    assert Session.objects.filter(number=4).get().state == "cancelled"
    assert Session.objects.filter(state="planned").count() == 15


def test_a_visit_that_makes_up_goes_on_with_the_next_version(plan, by_therapist):
    cancelled = visits.record_attendance(session=session(plan, 4), move="cancel", by=by_therapist)
    extra = visits.make_up(
        session=cancelled, starts_at=datetime(2027, 1, 21, 9, tzinfo=UTC), by=by_therapist
    )
    plan_actions.revise(plan=plan, by=by_therapist)
    plan_actions.sign(version=plan_queries.draft_of(plan.patient), read=True, by=by_therapist)
    plan.refresh_from_db()
    extra.refresh_from_db()
    assert (extra.state, extra.program.version, extra.number) == ("planned", plan.current, 17)


def test_other_days_cancel_what_was_booked(plan, by_therapist):
    plan_actions.revise(plan=plan, by=by_therapist)
    draft = plan_queries.draft_of(plan.patient)
    program_actions.lay(
        version=draft,
        sessions_per_week=2,
        weeks=8,
        weekdays=(1, 4),
        at=time(9),
        starts_on=date(2026, 11, 25),
        by=by_therapist,
    )
    plan_actions.sign(version=plan_queries.draft_of(plan.patient), read=True, by=by_therapist)
    plan.refresh_from_db()
    assert len(days(plan)) == 16 and days(plan)[0] == "Fri 27 Nov 9:00"
    assert Session.objects.filter(state="cancelled").count() == 16
