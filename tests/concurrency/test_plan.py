"""Two people press at once: one wins, the other hears who was first, nothing is there twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from careplan.actions import plan as actions
from careplan.actions.plan import PlanRefused
from careplan.models import Plan, PlanVersion, Reminder, Session
from patients.models import AuditEvent, Message
from patients.roles import Role
from tests.conftest import actor_of, make_staff
from tests.factories.plan import assessed, drafted

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs) -> list:
    """Run the jobs in threads that start together; an exception is given back as its result."""
    gate = Barrier(len(jobs))

    def run(job):
        gate.wait(timeout=10)
        try:
            return job()
        except Exception as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.fixture
def by_colleague(clinic):
    return actor_of(make_staff(clinic, "Nia Colwyn", Role.THERAPIST), clinic)


def test_two_signers_make_one_signature(patient, by_therapist, by_colleague):
    version = drafted(patient, by_therapist)
    results = at_once(
        lambda: actions.sign(version=version, read=True, by=by_therapist),
        lambda: actions.sign(version=version, read=True, by=by_colleague),
    )
    won = [result for result in results if isinstance(result, PlanVersion)]
    lost = [result for result in results if isinstance(result, PlanRefused)]
    assert (len(won), len(lost)) == (1, 1)
    assert f"signed already, by {won[0].signed_by.name}" in str(lost[0])
    assert Plan.objects.get().state == "active"
    assert Session.objects.count() == 16
    assert Message.objects.count() == 1
    assert Reminder.objects.count() == Reminder.objects.values("cycle").distinct().count()
    assert AuditEvent.objects.filter(action="plan.sign").count() == 1


def test_two_presses_make_one_draft(patient, by_therapist, by_colleague):
    assessment = assessed(patient, by_therapist.user)
    results = at_once(
        lambda: actions.draft(assessment=assessment, by=by_therapist),
        lambda: actions.draft(assessment=assessment, by=by_colleague),
    )
    assert {result.pk for result in results} == {PlanVersion.objects.get().pk}
    assert Plan.objects.count() == 1


def test_two_tabs_keep_the_first_change(patient, by_therapist, by_colleague):
    version = drafted(patient, by_therapist)
    seen = {"version": version, "revision": version.revision}
    results = at_once(
        lambda: actions.save_note(note="first", by=by_therapist, **seen),
        lambda: actions.save_note(note="second", by=by_colleague, **seen),
    )
    lost = [result for result in results if isinstance(result, actions.DraftMoved)]
    kept = PlanVersion.objects.get()
    assert len(lost) == 1
    assert kept.revision == version.revision + 1
    assert kept.note in ("first", "second")
