"""Two writers at one ledger: no visit counts twice, and none is lost."""

from datetime import UTC, date, datetime, timedelta

import pytest

from careplan.actions import visits as actions
from careplan.actions.visits import VisitRefused
from careplan.models import FollowUp, Session, VisitEntry
from careplan.queries import visits as queries
from careplan.rules.lifecycle import IllegalMove
from patients.models import AuditEvent, Patient
from patients.roles import Role
from tests.concurrency.test_plan import at_once
from tests.conftest import actor_of, make_staff
from tests.factories.visits import attended, granted, in_plan, session

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 9, 12, tzinfo=UTC))


@pytest.fixture
def by_colleague(clinic):
    return actor_of(make_staff(clinic, "Nia Colwyn", Role.THERAPIST), clinic)


@pytest.fixture
def plan(patient, by_therapist):
    return in_plan(patient, by_therapist)


def attend(plan, number, by):
    row = session(plan, number)
    return lambda: actions.record_attendance(session=row, move="attend", by=by)


def balance(patient):
    found = queries.ledger(patient, TODAY).balance
    return found.granted, found.used, found.left, found.over


def faults(results) -> list[type]:
    return [type(result) for result in results if isinstance(result, Exception)]


def test_two_therapists_mark_the_same_session(plan, patient, by_therapist, by_colleague):
    for _ in range(5):
        granted(patient, by_therapist, 12, authorisation=str(VisitEntry.objects.count()))
        results = at_once(attend(plan, 10, by_therapist), attend(plan, 10, by_colleague))
        assert faults(results) == [IllegalMove]
        used = VisitEntry.objects.filter(kind="used").count()
        assert used - VisitEntry.objects.filter(kind="given_back").count() == 1
        actions.record_attendance(session=session(plan, 10), move="correct", by=by_therapist)
    assert AuditEvent.objects.filter(action="session.attend").count() == 5


def test_two_sessions_at_the_last_visit_left(plan, patient, by_therapist, by_colleague):
    granted(patient, by_therapist, 3)
    attended(plan, (7, 8), by_therapist)
    assert balance(patient) == (3, 2, 1, 0)
    results = at_once(attend(plan, 9, by_therapist), attend(plan, 10, by_colleague))
    assert faults(results) == []
    assert balance(patient) == (3, 4, 0, 1)
    rows = FollowUp.objects.filter(kind="prior_authorisation")
    assert [(row.rule, row.severity) for row in rows] == [("PAY-03", "caution")]


def test_a_grant_and_a_visit_at_once(plan, patient, by_therapist, by_colleague):
    granted(patient, by_therapist, 1, authorisation="A-1")
    attended(plan, (9,), by_therapist)
    results = at_once(
        attend(plan, 10, by_therapist),
        lambda: granted(patient, by_colleague, 12, authorisation="A-2"),
    )
    assert faults(results) == []
    assert balance(patient) == (13, 2, 11, 0)


def test_one_grant_pressed_twice_counts_once(plan, patient, by_therapist, by_colleague):
    results = at_once(
        lambda: granted(patient, by_therapist, 12, authorisation="A-1"),
        lambda: granted(patient, by_colleague, 12, authorisation="A-1"),
    )
    assert faults(results) == [VisitRefused]
    assert balance(patient) == (12, 0, 12, 0)


def test_one_grant_taken_out_twice_is_out_once(plan, patient, by_therapist, by_colleague):
    row = granted(patient, by_therapist)
    results = at_once(
        lambda: actions.withdraw(grant=row, why="Wrong", by=by_therapist),
        lambda: actions.withdraw(grant=row, why="Wrong", by=by_colleague),
    )
    assert faults(results) == [VisitRefused]
    assert VisitEntry.objects.filter(kind="withdrawn").count() == 1


def test_a_correction_and_a_second_mark(plan, patient, by_therapist, by_colleague):
    row = attended(plan, (10,), by_therapist)[0]
    results = at_once(
        lambda: actions.record_attendance(session=row, move="correct", by=by_therapist),
        lambda: actions.record_attendance(session=row, move="correct", by=by_colleague),
    )
    assert faults(results) == [IllegalMove]
    assert balance(patient)[1] == 0
    assert Session.objects.get(pk=row.pk).state == "planned"


def test_ten_visits_at_once_raise_one_report(plan, patient, by_therapist, by_colleague):
    both = (by_therapist, by_colleague)
    results = at_once(*(attend(plan, number, both[number % 2]) for number in range(1, 11)))
    assert faults(results) == []
    assert balance(patient)[1] == 10
    assert FollowUp.objects.filter(kind="progress_report").count() == 1


def test_one_missed_visit_is_made_up_once(plan, by_therapist, by_colleague):
    row = actions.record_attendance(session=session(plan, 9), move="miss", by=by_therapist)
    when = datetime(2026, 12, 14, 10, tzinfo=UTC), datetime(2026, 12, 18, 10, tzinfo=UTC)
    results = at_once(
        lambda: actions.make_up(session=row, starts_at=when[0], by=by_therapist),
        lambda: actions.make_up(session=row, starts_at=when[1], by=by_colleague),
    )
    assert faults(results) == [VisitRefused]
    assert Session.objects.filter(makes_up_for=row).count() == 1


def test_one_hour_of_a_therapist_is_booked_once(plan, by_therapist, by_colleague, clinic):
    other = Patient.objects.create(
        clinic=clinic, given_name="Ann", family_name="Lee", birth_date=date(1970, 1, 1), sex="male"
    )
    rows = []
    for one in (plan, in_plan(other, by_therapist)):
        row = session(one, 9)
        row.therapist = by_therapist.user
        row.starts_at -= timedelta(minutes=one.patient_id == other.pk)  # no hour twice
        row.save()
        rows.append(actions.record_attendance(session=row, move="miss", by=by_therapist))
    when = datetime(2026, 12, 21, 10, tzinfo=UTC)
    results = at_once(
        lambda: actions.make_up(session=rows[0], starts_at=when, by=by_therapist),
        lambda: actions.make_up(
            session=rows[1], starts_at=when + timedelta(minutes=30), by=by_colleague
        ),
    )
    assert faults(results) == [VisitRefused]
    assert Session.objects.filter(makes_up_for__isnull=False).count() == 1
