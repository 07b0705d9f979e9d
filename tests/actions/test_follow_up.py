"""Follow-ups: raised once, grown but never milder, closed for good."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from careplan.actions import assessment as assessments
from careplan.actions import follow_up
from careplan.models import FollowUp
from careplan.rules.lifecycle import IllegalMove
from patients.access import Actor, Denied, OtherClinic
from patients.models import AuditEvent
from tests.factories.checkin import running
from tests.factories.medication import assessment_saying

pytestmark = pytest.mark.django_db
DUE = {"kind": "medical_evaluation", "due": "2026-12-08", "role": "therapist", "rule": "CL-24"}


def saying(patient, user, *follow_ups, findings=(), disposition="plan"):
    """A stored assessment whose result asks for these follow-ups."""
    row = assessment_saying(patient, user, disposition)
    row.result = row.result | {"follow_ups": list(follow_ups), "findings": list(findings)}
    return row


def finding(rule, severity):
    return {"rule": rule, "severity": severity, "message": f"{rule} fires.", "because": {"a": 1}}


@pytest.fixture
def job(clinic) -> Actor:
    return Actor.for_job("test", clinic)


def test_what_the_rules_ask_for_is_raised_once(today, patient, therapist, job):
    for _ in range(2):
        follow_up.raise_from(assessment=saying(patient, therapist, DUE), by=job)
    row = FollowUp.objects.get()
    assert (row.rule, row.due_on, row.role) == ("CL-24", date(2026, 12, 8), "therapist")


def test_a_finding_gives_its_words_and_severity(today, patient, therapist, job):
    caution = finding("CL-24", "caution")
    follow_up.raise_from(assessment=saying(patient, therapist, DUE, findings=[caution]), by=job)
    row = FollowUp.objects.get()
    assert (row.severity, row.rank, row.reason) == ("caution", 3, "CL-24 fires.")


def test_what_is_asked_of_the_patient_is_no_row(today, patient, therapist, job):
    asked = DUE | {"role": "patient"}
    assert follow_up.raise_from(assessment=saying(patient, therapist, asked), by=job) == []


def test_danger_without_a_follow_up_is_a_row_today(today, patient, therapist, job):
    urgent = finding("RF-13", "urgent")
    row = saying(patient, therapist, findings=[urgent], disposition="urgent")
    follow_up.raise_from(assessment=row, by=job)
    raised = FollowUp.objects.get()
    assert (raised.kind, raised.due_on, raised.rank) == (follow_up.RED_FLAG, today, 1)


def test_an_open_row_grows_graver_and_wakes(today, patient, therapist, job, by_therapist):
    first = saying(patient, therapist, DUE, findings=[finding("CL-24", "info")])
    row = follow_up.raise_from(assessment=first, by=job)[0]
    follow_up.snooze(row=row, until=today + timedelta(days=3), by=by_therapist)
    worse = saying(patient, therapist, DUE, findings=[finding("CL-24", "urgent")])
    follow_up.raise_from(assessment=worse, by=job)
    row.refresh_from_db()
    assert (row.state, row.severity, row.snoozed_until) == ("open", "urgent", None)
    milder = saying(patient, therapist, DUE, findings=[finding("CL-24", "info")])
    follow_up.raise_from(assessment=milder, by=job)
    row.refresh_from_db()
    assert row.severity == "urgent"


def test_a_closed_row_is_not_raised_again_the_same_day(
    today, patient, therapist, job, by_therapist
):
    row = follow_up.raise_from(assessment=saying(patient, therapist, DUE), by=job)[0]
    follow_up.close(row=row, reason="Letter sent.", by=by_therapist)
    follow_up.raise_from(assessment=saying(patient, therapist, DUE), by=job)
    assert FollowUp.objects.get().state == "closed"


def test_a_flag_that_fires_again_the_same_day_is_news(today, patient, therapist, job):
    fires = finding("RF-13", "urgent")
    for findings in ([fires], [], [fires]):
        disposition = "urgent" if findings else "plan"
        row = saying(patient, therapist, findings=findings, disposition=disposition)
        follow_up.raise_from(assessment=row, by=job)
    states = FollowUp.objects.order_by("created_at").values_list("state", flat=True)
    assert sorted(states) == ["closed", "open"]


def test_programme_reviews_are_asked_once_a_plan(today, patient, by_therapist, time_machine):
    running(patient, by_therapist)
    review = FollowUp.objects.get(kind="mid_programme_review")
    follow_up.close(row=review, reason="Reviewed.", by=by_therapist)
    time_machine.move_to(timezone.now() + timedelta(days=30), tick=False)
    assessments.reassess(patient=patient, by=by_therapist)
    assert FollowUp.objects.filter(kind="mid_programme_review").count() == 1


def test_closed_is_closed(today, patient, therapist, job, by_therapist):
    row = follow_up.raise_from(assessment=saying(patient, therapist, DUE), by=job)[0]
    follow_up.close(row=row, reason="Done.", by=by_therapist)
    for act, more in (
        (follow_up.close, {"reason": "Again."}),
        (follow_up.snooze, {"until": today + timedelta(days=1)}),
        (follow_up.wake, {}),
    ):
        with pytest.raises(IllegalMove):
            act(row=row, by=by_therapist, **more)


def test_rights_and_clinics(today, patient, therapist, job, by_admin, by_other_therapist):
    row = follow_up.raise_from(assessment=saying(patient, therapist, DUE), by=job)[0]
    with pytest.raises(Denied):
        follow_up.acknowledge(row=row, by=by_admin)
    with pytest.raises(OtherClinic):
        follow_up.close(row=row, reason="x", by=by_other_therapist)


def test_each_move_is_on_record(today, patient, therapist, job, by_therapist):
    row = follow_up.raise_from(assessment=saying(patient, therapist, DUE), by=job)[0]
    follow_up.acknowledge(row=row, by=by_therapist)
    follow_up.acknowledge(row=row, by=by_therapist)
    follow_up.close(row=row, reason="Letter sent.", by=by_therapist)
    told = AuditEvent.objects.filter(action__startswith="follow_up.").order_by("id")
    assert [event.action for event in told] == [
        "follow_up.raise",
        "follow_up.acknowledge",
        "follow_up.close",
    ]
