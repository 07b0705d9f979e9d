"""Words that a patient types beside a check-in: read at once, never an answer (RFL-06)."""

from datetime import date

import pytest

from careplan.actions import checkin as actions
from careplan.actions.checkin.words import LONGEST
from careplan.models import FollowUp
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent
from tests.factories.checkin import by_patient, first_due, opened, running

pytestmark = pytest.mark.django_db

URGENT = "My groin is numb since Monday"


@pytest.fixture
def checkin(today, patient, by_therapist, time_machine):
    plan = running(patient, by_therapist)
    time_machine.move_to(first_due(plan), tick=False)  # 8 December 2026, a Tuesday
    return opened(plan)


def tell(checkin, words):
    return actions.tell(checkin=checkin, words=words, by=by_patient(checkin.patient))


def rows():
    return list(FollowUp.objects.filter(key__startswith="words:").order_by("rule"))


def test_words_of_an_emergency_are_read_today_and_say_at_once_what_to_do(checkin):
    said = tell(checkin, URGENT)
    assert any("get emergency help now" in one for one in said)
    row = next(row for row in rows() if row.rule == "RFL-06")
    assert (row.severity, row.role, row.kind) == ("urgent", "therapist", "words_contact")
    assert row.due_on == date(2026, 12, 8)
    assert row.because == {"words": URGENT}
    assert row.plan_id == checkin.reminder.plan_id


def test_other_words_are_read_within_one_working_day(checkin):
    tell(checkin, "I think I have a fever")
    (row,) = rows()
    assert (row.severity, row.due_on) == ("caution", date(2026, 12, 9))


def test_a_denial_is_read_too_and_changes_no_answer_and_no_plan(checkin):
    tell(checkin, "no numbness in the groin")
    assert rows()
    checkin.refresh_from_db()
    assert (checkin.answers, checkin.stopped_by_flag, checkin.submitted_at) == ({}, "", None)
    checkin.reminder.plan.refresh_from_db()
    assert checkin.reminder.plan.state == "active"


def test_calm_words_raise_nothing(checkin):
    assert tell(checkin, "The garden is nice") == []
    assert rows() == []


def test_the_same_words_make_one_row_and_others_another(checkin):
    for words in (URGENT, f"  {URGENT} ", "My bladder is odd"):
        tell(checkin, words)
    assert len([row for row in rows() if row.rule == "RFL-06"]) == 2


@pytest.mark.parametrize("words", ["", "  \0 ", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_are_refused(checkin, words):
    with pytest.raises(actions.CheckInRefused):
        tell(checkin, words)
    assert rows() == []


def test_the_most_that_may_be_typed_is_read_to_its_end(checkin):
    words = "x" * (LONGEST - 8) + " bladder"
    assert tell(checkin, words)


def test_only_the_patient_tells(checkin, by_therapist, other_patient):
    for by in (by_therapist, by_patient(other_patient)):
        with pytest.raises((Denied, OtherClinic)):
            actions.tell(checkin=checkin, words=URGENT, by=by)
    assert rows() == []


def test_the_audit_names_flags_and_no_words(checkin):
    tell(checkin, URGENT)
    event = AuditEvent.objects.get(action="checkin.tell")
    assert "saddle_numbness" in str(event.after)
    assert "Monday" not in str(event.after)
