"""Attendance moves a session and its ledger together; grants are entered once and taken out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from careplan.actions import visits as actions
from careplan.actions.drafting import PlanRefused
from careplan.actions.visits import VisitRefused
from careplan.models import FollowUp, Session, VisitEntry
from careplan.queries import visits as queries
from careplan.rules.lifecycle import IllegalMove
from patients import actions as people
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent, Patient
from tests.factories.plan import intake
from tests.factories.visits import attended, granted, in_plan, session

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to(NOW)


@pytest.fixture
def plan(patient, by_therapist):
    return in_plan(patient, by_therapist)


def record(plan, number, move, by):
    return actions.record_attendance(session=session(plan, number), move=move, by=by)


def kinds(row) -> list[str]:
    return list(row.entries.order_by("id").values_list("kind", flat=True))


# Attendance ----------------------------------------------------------------------------------


def test_attendance_moves_the_session_and_its_ledger(plan, by_therapist):
    row = record(plan, 10, "attend", by_therapist)
    with pytest.raises(IllegalMove):
        record(plan, 10, "attend", by_therapist)
    assert kinds(row) == ["used"]
    record(plan, 10, "correct", by_therapist)
    row = record(plan, 10, "attend", by_therapist)
    assert (row.state, kinds(row)) == ("attended", ["used", "given_back", "used"])
    entries = list(row.entries.order_by("id").values_list("turn", "on"))
    assert entries == [(1, TODAY), (1, TODAY), (2, TODAY)]
    assert AuditEvent.objects.filter(action="session.attend").count() == 2


@pytest.mark.parametrize(
    ("move", "state"),
    [("miss", "missed"), ("cancel", "cancelled"), ("cancel_late", "cancelled_late")],
)
def test_a_visit_that_did_not_happen_uses_none(plan, by_therapist, move, state):
    assert record(plan, 10, move, by_therapist).state == state
    record(plan, 10, "correct", by_therapist)
    assert not VisitEntry.objects.exists()


def test_calendars_are_told_of_each_move(plan, by_therapist, time_machine):
    before = session(plan, 10)
    time_machine.move_to(NOW + timedelta(minutes=5))
    row = record(plan, 10, "cancel_late", by_therapist)
    assert row.sequence == before.sequence + 1
    assert row.changed_at - before.changed_at >= timedelta(minutes=4)


def test_a_session_to_come_was_not_attended(plan, by_therapist):
    for move in ("attend", "miss"):
        with pytest.raises(PlanRefused, match="27 November: it has not been yet"):
            record(plan, 11, move, by_therapist)
    assert record(plan, 11, "cancel", by_therapist).state == "cancelled"


def test_attendance_asks_the_right_and_the_clinic(plan, by_prescriber, by_other_therapist):
    with pytest.raises(Denied, match="record attendance"):
        record(plan, 10, "attend", by_prescriber)
    with pytest.raises(OtherClinic):
        record(plan, 10, "attend", by_other_therapist)


def test_the_database_takes_no_turn_twice_and_changes_none(plan, by_therapist):
    row = record(plan, 10, "attend", by_therapist)
    entry = row.entries.get()
    with pytest.raises(IntegrityError, match="visit_entry_once_a_turn"), transaction.atomic():
        row.entries.create(
            clinic=row.clinic, patient=row.patient, kind="used", on=TODAY, by=by_therapist.user
        )
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        VisitEntry.objects.filter(pk=entry.pk).update(visits=2)
    with pytest.raises(IntegrityError, match="visit_entry_is_whole"), transaction.atomic():
        row.entries.create(
            clinic=row.clinic,
            patient=row.patient,
            kind="used",
            turn=2,
            visits=2,
            on=TODAY,
            by=by_therapist.user,
        )


# Making up -----------------------------------------------------------------------------------


def at(day: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, 10, 0, tzinfo=UTC)


def test_a_missed_visit_is_made_up_and_stays_missed(plan, by_therapist):
    record(plan, 9, "miss", by_therapist)
    new = actions.make_up(session=session(plan, 9), starts_at=at(14), by=by_therapist)
    assert (new.number, new.state, new.makes_up_for.number) == (17, "planned", 9)
    assert session(plan, 9).state == "missed"
    with pytest.raises(VisitRefused, match="14 December makes up for session 9"):
        record(plan, 9, "correct", by_therapist)
    with pytest.raises(VisitRefused, match="has a visit that makes up for it already"):
        actions.make_up(session=session(plan, 9), starts_at=at(17), by=by_therapist)
    actions.record_attendance(session=new, move="cancel", by=by_therapist)
    assert record(plan, 9, "correct", by_therapist).state == "planned"


@pytest.mark.parametrize(
    ("starts_at", "words"),
    [
        (at(23, 11), "Choose a time from now to"),
        (at(24, 11) + timedelta(days=91), "Choose a time from now to 22 February 2027"),
        (at(14).replace(hour=3), "Choose an hour between 6:00 and 21:00"),
        (at(3), "There is a visit on 3 December: keep a day of rest"),
        (at(4), "There is a visit on 3 December: keep a day of rest"),
        (at(2), "There is a visit on 3 December: keep a day of rest"),
    ],
)
def test_where_a_visit_cannot_be_made_up(plan, by_therapist, starts_at, words):
    record(plan, 9, "miss", by_therapist)
    with pytest.raises(VisitRefused, match=words):
        actions.make_up(session=session(plan, 9), starts_at=starts_at, by=by_therapist)


def test_an_hour_of_somebody_else_is_not_booked(plan, by_therapist, therapist):
    Session.objects.filter(program=plan.current.program).update(therapist=therapist)
    other = session(plan, 16)
    other.starts_at, other.patient = at(21), _another_patient(plan)
    other.save()
    record(plan, 9, "miss", by_therapist)
    for minutes in (0, 44, -44):
        when = at(21) + timedelta(minutes=minutes)
        with pytest.raises(VisitRefused, match="Tom Adeyemi has another visit then"):
            actions.make_up(session=session(plan, 9), starts_at=when, by=by_therapist)
    when = at(21) + timedelta(minutes=45)
    assert actions.make_up(session=session(plan, 9), starts_at=when, by=by_therapist)


def test_a_closed_day_is_not_booked(plan, by_therapist, by_admin, clinic):
    people.close_days(
        clinic=clinic, first_day=date(2026, 12, 21), why="Works on the roof", by=by_admin
    )
    record(plan, 9, "miss", by_therapist)
    with pytest.raises(VisitRefused, match="closed on 21 December: Works on the roof"):
        actions.make_up(session=session(plan, 9), starts_at=at(21), by=by_therapist)


def _another_patient(plan):
    return Patient.objects.create(
        clinic=plan.clinic,
        given_name="Ann",
        family_name="Lee",
        birth_date=date(1970, 1, 1),
        sex="male",
    )


def test_what_happened_is_not_made_up(plan, by_therapist, by_prescriber, by_other_therapist):
    row = record(plan, 10, "attend", by_therapist)
    with pytest.raises(IllegalMove):
        actions.make_up(session=row, starts_at=at(14), by=by_therapist)
    with pytest.raises(Denied):
        actions.make_up(session=row, starts_at=at(14), by=by_prescriber)
    with pytest.raises(OtherClinic):
        actions.make_up(session=row, starts_at=at(14), by=by_other_therapist)


def test_an_hour_that_is_taken_is_not_given_back(plan, by_therapist, therapist):
    row = record(plan, 11, "cancel", by_therapist)
    Session.objects.filter(pk=row.pk).update(therapist=therapist)
    other = session(plan, 12)
    other.therapist, other.starts_at = therapist, row.starts_at
    other.save()
    with pytest.raises(VisitRefused, match="Somebody else is booked at that hour"):
        record(plan, 11, "correct", by_therapist)


# Grants --------------------------------------------------------------------------------------


def balance(patient):
    return queries.ledger(patient, TODAY).balance


def test_a_grant_counts_from_its_days(plan, patient, by_therapist):
    granted(patient, by_therapist, 3, on=date(2026, 11, 20))
    attended(plan, (8, 9, 10), by_therapist)  # 18, 21 and 24 November
    found = balance(patient)
    assert (found.granted, found.used, found.left, found.over) == (3, 3, 1, 1)
    assert found.sentence == (
        "3 of 3 visits used; 1 is left until 31 December 2026. 1 visit is not covered."
    )
    granted(patient, by_therapist, 1, on=date(2026, 11, 1), authorisation="A-2")
    found = balance(patient)
    assert (found.granted, found.used, found.left, found.over) == (4, 3, 1, 0)


def test_no_visits_left_still_records_what_happened(plan, patient, by_therapist):
    granted(patient, by_therapist, 1)
    attended(plan, (9, 10), by_therapist)
    found = queries.ledger(patient, TODAY)
    assert (found.balance.left, found.balance.over) == (0, 1)
    assert len(found.uncovered) == 1
    row = FollowUp.objects.get(kind="prior_authorisation")
    assert (row.rule, row.severity, row.due_on) == ("PAY-03", "caution", TODAY)


def test_without_a_grant_the_limit_told_at_the_intake_counts(patient, by_therapist):
    plan = in_plan(patient, by_therapist, intake(coverage={"visit_limit": 20, "visits_used": 4}))
    attended(plan, (9, 10), by_therapist)
    found = balance(patient)
    # Session 9 was before the day on which four were told, so it is one of them.
    assert (found.granted, found.left, found.over, found.source) == (20, 15, 0, "told")


def test_without_any_limit_nothing_is_over(plan, patient, by_therapist):
    attended(plan, (9, 10), by_therapist)
    found = balance(patient)
    assert (found.granted, found.used, found.over) == (None, 2, 0)
    assert found.sentence == "2 visits used. No limit is known: enter what the payer grants."
    assert not FollowUp.objects.filter(kind="prior_authorisation").exists()


def test_a_grant_is_taken_out_once_with_its_reason(patient, by_therapist):
    row = granted(patient, by_therapist)
    with pytest.raises(VisitRefused, match="why it is taken out"):
        actions.withdraw(grant=row, why=" ", by=by_therapist)
    actions.withdraw(grant=row, why="Typed twice", by=by_therapist)
    with pytest.raises(VisitRefused, match="taken out already"):
        actions.withdraw(grant=row, why="Typed twice", by=by_therapist)
    assert balance(patient).granted is None
    granted(patient, by_therapist)
    assert balance(patient).granted == 12


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"payer": " "}, "Write who pays"),
        ({"visits": 0}, "1 to 200 visits"),
        ({"visits": 201}, "1 to 200 visits"),
        ({"until": date(2026, 9, 30)}, "30 September 2026, is before the first"),
        ({"on": date(2022, 1, 1)}, "more than three years away"),
        ({"until": date(2031, 1, 1)}, "more than three years after the first"),
    ],
)
def test_a_grant_that_cannot_be(patient, by_therapist, told, words):
    told = {"payer": "P", "visits": 5, "on": TODAY} | told
    with pytest.raises(VisitRefused, match=words):
        actions.grant(patient=patient, by=by_therapist, **told)
    assert not VisitEntry.objects.exists()


@pytest.mark.parametrize("number", ["", "A-77"])
def test_the_same_grant_is_entered_once(patient, by_therapist, number):
    granted(patient, by_therapist, authorisation=number)
    with pytest.raises(VisitRefused, match="already, entered on 24 November by Tom Adeyemi"):
        granted(patient, by_therapist, authorisation=number)


def test_who_may_grant(patient, by_therapist, by_prescriber, by_other_therapist):
    row = granted(patient, by_therapist)
    with pytest.raises(Denied, match="Only therapists"):
        granted(patient, by_prescriber)
    with pytest.raises(Denied):
        actions.withdraw(grant=row, why="x", by=by_prescriber)
    with pytest.raises(OtherClinic):
        granted(patient, by_other_therapist)
    with pytest.raises(OtherClinic):
        actions.withdraw(grant=row, why="x", by=by_other_therapist)
