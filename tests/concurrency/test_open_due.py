"""Two workers at once: one check-in, one mail; and one answer sent twice counts once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from careplan.actions import checkin as actions
from careplan.models import CheckIn, FollowUp, Outcome, Reminder
from patients.models import Link, Message
from tests.factories.checkin import by_patient, first_due, opened, running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def due(patient, by_therapist):
    return first_due(running(patient, by_therapist))


def at_once(*jobs) -> list:
    """Run the jobs in threads that start together; what each returned or raised."""
    gate, results = threading.Barrier(len(jobs)), []

    def work(job):
        gate.wait()
        try:
            results.append(job())
        except Exception as fault:
            results.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_workers_open_a_check_in_once(due):
    results = at_once(*[lambda: actions.open_due(now=due)] * 4)
    assert sorted(results) == [0, 0, 0, 1]
    assert CheckIn.objects.count() == 1
    assert Link.objects.filter(purpose="checkin").count() == 1
    assert Message.objects.filter(template="checkin").count() == 1


def test_two_workers_miss_a_check_in_once(due):
    actions.open_due(now=due)
    closes = Reminder.objects.get(state="open").closes_at
    results = at_once(*[lambda: actions.close_missed(now=closes)] * 4)
    assert sorted(results) == [0, 0, 0, 1]
    assert FollowUp.objects.filter(rule="CK-30").count() == 1


def test_a_doubled_tap_sends_once(due, patient, time_machine):
    time_machine.move_to(due + timedelta(minutes=1))
    checkin = opened(Reminder.objects.get(due_at=due).plan, now=due)
    checkin = actions.answer(checkin=checkin, part={"nprs": 4}, by=by_patient(patient))
    at_once(*[lambda: actions.submit(checkin=checkin, by=by_patient(patient))] * 2)
    assert Outcome.objects.filter(checkin=checkin, measure="nprs").count() == 1
    assert FollowUp.objects.filter(key=f"checkin:{checkin.pk}").count() == 1
