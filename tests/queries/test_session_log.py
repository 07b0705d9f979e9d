"""The records that the rules of a session read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from careplan.actions import checkin as diary
from careplan.queries import session_log as queries
from careplan.rules.book import book
from careplan.rules.session import propose
from tests.factories.checkin import by_patient, running
from tests.factories.session_log import do, do_all, exercises, hurt

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist):
    return running(patient, by_therapist)


@pytest.fixture
def code(plan):
    return exercises(plan)[0].exercise


def note(plan, kind, value):
    diary.note_day(patient=plan.patient, kind=kind, value=value, by=by_patient(plan.patient))


def good_day(plan, time_machine):
    """Pain of 4 before, done, a little sore, not hard, and settled by the morning."""
    note(plan, "pain", 4)
    do_all(plan)
    note(plan, "sore", 4)
    note(plan, "effort", 3)
    time_machine.shift(timedelta(days=1))
    note(plan, "pain", 4)


def test_a_record_says_what_the_rules_ask_for(plan, code, time_machine, today):
    good_day(plan, time_machine)
    record = queries.record(plan.patient, code, timezone.localdate())
    log = record["sessions"][0].pop("log")
    assert plan.patient.session_logs.get(pk=log).first is None
    assert record == {
        "as_of": (today + timedelta(days=1)).isoformat(),
        "usual_pain": 5.0,
        "frozen": False,
        "done_share": 1.0,
        "sessions": [
            {
                "on": today.isoformat(),
                "level": 1,
                "signs": [],
                "before": 4,
                "peak": 4,
                "effort": 3,
                "next_day": 4,
            }
        ],
    }


def test_three_good_days_propose_a_step_up(plan, code, time_machine):
    for _ in range(3):
        good_day(plan, time_machine)
    record = queries.record(plan.patient, code, timezone.localdate())
    told = propose(record, book())
    assert (told["zone"], told["proposal"]) == ("green", "progress")


def test_what_was_not_told_is_unknown(plan, code):
    do(plan, code)
    session = queries.record(plan.patient, code, timezone.localdate())["sessions"][0]
    assert {"before", "peak", "effort", "next_day"}.isdisjoint(session)


def test_one_that_hurt_makes_no_other_red(plan, code):
    """The soreness of the day is laid to the exercise that was told to hurt as much."""
    other = exercises(plan)[1].exercise
    do(plan, other)
    hurt(plan, code, 8)
    note(plan, "sore", 7)
    found = queries.records(plan.patient, timezone.localdate())
    assert found[code]["sessions"][0]["peak"] == 8
    assert "peak" not in found[other]["sessions"][0]


def test_an_exercise_without_a_log_has_an_empty_record(plan):
    record = queries.record(plan.patient, "COR-12", timezone.localdate())
    assert record["sessions"] == []
    assert propose(record, book())["proposal"] == "none"


def test_records_cost_the_same_however_much_was_logged(
    plan, time_machine, django_assert_num_queries, django_assert_max_num_queries
):
    good_day(plan, time_machine)
    with django_assert_max_num_queries(12) as few:
        queries.records(plan.patient, timezone.localdate())
    for _ in range(4):
        good_day(plan, time_machine)
    with django_assert_num_queries(len(few)):
        queries.records(plan.patient, timezone.localdate())
