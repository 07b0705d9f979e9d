"""Check-ins: made once, opened once, answered step by step, and what they lead to."""

from datetime import UTC, date, datetime, timedelta

import pytest

from careplan.actions import assessment as assessments
from careplan.actions import checkin as actions
from careplan.actions.checkin.reminders import due_at
from careplan.models import CheckIn, FollowUp, Outcome, Reminder
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent, Link, Message
from tests.factories.checkin import by_patient, first_due, link_of, opened, running, whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist):
    return running(patient, by_therapist)


@pytest.fixture
def checkin(plan, time_machine):
    time_machine.move_to(first_due(plan) + timedelta(minutes=5), tick=False)
    return opened(plan)


def test_a_signed_plan_has_a_reminder_every_two_weeks(plan):
    rows = list(Reminder.objects.filter(plan=plan))
    weeks = plan.current.program.weeks
    assert [row.cycle for row in rows] == list(range(1, (weeks + 2) // 2 + 1))
    days = {(row.due_at.date() - plan.starts_on).days / row.cycle for row in rows}
    assert days == {14}
    assert all(row.due_at.hour == 9 for row in rows)


def test_signing_again_makes_no_second_reminder(plan, by_therapist):
    before = set(Reminder.objects.values_list("pk", flat=True))
    actions.schedule(plan=plan, by=by_therapist)
    assert set(Reminder.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize(
    ("day", "zone", "utc"),
    [
        (date(2027, 3, 28), "Europe/London", datetime(2027, 3, 28, 8, 0, tzinfo=UTC)),
        (date(2027, 3, 27), "Europe/London", datetime(2027, 3, 27, 9, 0, tzinfo=UTC)),
        (date(2026, 10, 25), "Europe/London", datetime(2026, 10, 25, 9, 0, tzinfo=UTC)),
        (date(2026, 10, 24), "Europe/London", datetime(2026, 10, 24, 8, 0, tzinfo=UTC)),
        (date(2027, 3, 14), "America/New_York", datetime(2027, 3, 14, 13, 0, tzinfo=UTC)),
        (date(2026, 11, 1), "America/New_York", datetime(2026, 11, 1, 14, 0, tzinfo=UTC)),
        (date(2026, 11, 24), "Asia/Kolkata", datetime(2026, 11, 24, 3, 30, tzinfo=UTC)),
        (date(2027, 4, 4), "Australia/Lord_Howe", datetime(2027, 4, 3, 22, 30, tzinfo=UTC)),
    ],
)
def test_due_is_the_wall_clock_of_the_patient(day, zone, utc):
    assert due_at(day, datetime(2026, 1, 1, 9).time(), zone) == utc


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        # 1:30 does not exist on 28 March, and exists twice on 25 October.
        (date(2027, 3, 28), "01:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), "01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_that_is_skipped_or_doubled_is_one_moment(day, at, utc):
    assert due_at(day, datetime.strptime(at, "%H:%M").time(), "Europe/London") == utc


def test_the_zone_is_the_patients_own(today, patient, by_therapist):
    patient.time_zone = "Asia/Tokyo"
    patient.save()
    plan = running(patient, by_therapist)
    assert first_due(plan).hour == 0


def test_opening_queues_one_mail_with_a_link_of_its_own(checkin, plan, patient):
    assert actions.open_due() == 0
    message = Message.objects.get(key=f"checkin:{checkin.reminder_id}")
    assert (message.to, message.link) == (patient.email, link_of(checkin))
    assert message.link.expires_at == checkin.reminder.closes_at
    assert message.context == {}
    assert CheckIn.objects.count() == 1


def test_nothing_opens_early(plan):
    assert actions.open_due(now=first_due(plan) - timedelta(seconds=1)) == 0


@pytest.mark.parametrize("state", ["safety_hold", "closed"])
def test_nothing_opens_for_a_plan_that_does_not_run(plan, state):
    plan.state = state
    plan.save()
    assert actions.open_due(now=first_due(plan)) == 0
    assert not Message.objects.filter(template="checkin").exists()


def test_nobody_writes_to_the_dead(plan, patient):
    patient.deceased_on = date(2026, 12, 1)
    patient.save()
    assert actions.open_due(now=first_due(plan)) == 0


def test_a_mail_waits_for_the_morning(plan):
    late = first_due(plan).replace(hour=22)
    opened(plan, now=late)
    message = Message.objects.get(template="checkin")
    assert message.due_at == late.replace(hour=8) + timedelta(days=1)


def test_without_an_address_somebody_calls(plan, patient):
    patient.email = ""
    patient.save()
    opened(plan, now=first_due(plan))
    assert not Message.objects.filter(template="checkin").exists()
    assert "Ask by phone" in FollowUp.objects.get(key__startswith="no_address:").reason


def test_after_an_outage_of_weeks_nothing_old_is_sent(plan):
    late = Reminder.objects.filter(plan=plan).last().closes_at + timedelta(days=1)
    assert actions.open_due(now=late) == 0
    assert actions.close_missed(now=late) == Reminder.objects.count()
    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_better_check_in_is_a_row_with_its_numbers(checkin):
    better = {"nprs": 3, "peg_enjoyment": 3, "peg_activity": 3, "walking_minutes": 30}
    done = whole(checkin, **better)
    assert done.submitted_at
    row = FollowUp.objects.get(key=f"checkin:{checkin.pk}")
    assert (row.rule, row.severity, row.kind) == ("CK-11", "info", "check_in_improving")
    assert row.reason == "Pain 5 to 3, PEG 5.3 to 3.0, own activity 3 to 5. No warning signs."
    peg = Outcome.objects.get(checkin=checkin, measure="peg")
    assert (float(peg.value), peg.better) == (3.0, "down")
    assert Outcome.objects.get(checkin=checkin, measure="walking_minutes").better == "up"
    done.reminder.refresh_from_db()
    assert done.reminder.state == "answered"


def test_a_worse_check_in_is_to_be_called_within_two_working_days(checkin):
    whole(checkin, nprs=8, peg_enjoyment=8, peg_activity=8)
    row = FollowUp.objects.get(key=f"checkin:{checkin.pk}")
    assert (row.rule, row.severity) == ("CK-12", "caution")
    assert row.due_on == date(2026, 12, 10)
    assert not FollowUp.objects.filter(rule="CK-12", role="therapist").exclude(pk=row.pk).exists()


def test_the_entry_has_the_contracts_shape(checkin):
    done = whole(checkin, nights_woken=1, walking_minutes=None)
    assert done.answers["on"] == "2026-12-08"
    assert done.answers["peg"] == [5, 5, 5]
    assert done.answers["nights_woken"] == 1
    assert "walking_minutes" not in done.answers
    assert set(done.answers["red_flags"].values()) == {"no"}


def test_rather_not_say_is_unknown_and_urgent(checkin):
    done = whole(checkin, cancer_history=None)
    assert done.answers["red_flags"]["cancer_history"] == "unknown"
    row = FollowUp.objects.get(key=f"checkin:{checkin.pk}")
    assert (row.severity, row.due_on) == ("urgent", date(2026, 12, 8))
    assert "Not sure about: cancer ever" in row.reason


def test_an_emergency_ends_the_form_and_holds_the_plan(checkin, plan):
    done = actions.answer(
        checkin=checkin, part={"saddle_numbness": "yes"}, by=by_patient(checkin.patient)
    )
    assert (done.stopped_by_flag, bool(done.submitted_at)) == ("saddle_numbness", True)
    plan.refresh_from_db()
    assert plan.state == "safety_hold"
    rows = FollowUp.objects.filter(severity="emergency")
    assert [(row.rule, row.kind) for row in rows] == [("RF-01", "red_flag_contact")]


def test_a_fever_with_rigors_is_an_emergency(checkin):
    by = by_patient(checkin.patient)
    done = actions.answer(checkin=checkin, part={"fever": "yes"}, by=by)
    assert not done.submitted_at
    row = FollowUp.objects.get(rule="RF-09")
    assert row.severity == "urgent"
    done = actions.answer(checkin=done, part={"rigors_confusion_or_unwell": "yes"}, by=by)
    assert done.stopped_by_flag == "fever"
    row.refresh_from_db()
    assert row.severity == "emergency"


def test_a_yes_is_not_lost_when_the_form_is_left(checkin, plan, by_therapist):
    by = by_patient(checkin.patient)
    actions.answer(checkin=checkin, part={"fever": "yes"}, by=by)
    # Staff assess meanwhile: row and hold stay, for the rules have not read the answer yet.
    assessments.reassess(patient=plan.patient, by=by_therapist)
    plan.refresh_from_db()
    assert plan.state == "safety_hold"
    assert FollowUp.objects.get(rule="RF-09").state == "open"
    actions.close_missed(now=checkin.reminder.closes_at)
    checkin.refresh_from_db()
    assert checkin.answers["red_flags"]["fever"] == "yes"
    assert FollowUp.objects.get(rule="RF-09").state == "open"
    plan.refresh_from_db()
    assert plan.state == "safety_hold"


def test_a_yes_holds_the_plan_before_the_check_in_is_sent(checkin, plan):
    kept = actions.answer(checkin=checkin, part={"fever": "yes"}, by=by_patient(checkin.patient))
    plan.refresh_from_db()
    assert (plan.state, kept.submitted_at) == ("safety_hold", None)


def test_a_yes_taken_back_before_sending_lets_the_plan_run(checkin, plan):
    by = by_patient(checkin.patient)
    kept = actions.answer(checkin=checkin, part={"fever": "yes"}, by=by)
    whole(actions.answer(checkin=kept, part={"fever": "no"}, by=by))
    plan.refresh_from_db()
    assert plan.state == "active"


def test_two_missed_check_ins_are_a_call(plan):
    rows = list(Reminder.objects.filter(plan=plan))
    for row in rows[:3]:
        actions.open_due(now=row.due_at)
        assert actions.close_missed(now=row.closes_at) == 1
    raised = FollowUp.objects.filter(key__startswith="missed:").order_by("rule")
    assert [row.rule for row in raised] == ["CK-30", "CK-31", "CK-32"]
    assert actions.close_missed(now=rows[2].closes_at) == 0


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"nprs": 11}, "from 0 to 10"),
        ({"nprs": "five"}, "from 0 to 10"),
        ({"nprs": "NaN"}, "from 0 to 10"),
        ({"nights_woken": 2.5}, "whole number"),
        ({"fever": "maybe"}, "Yes, No or Not sure"),
        ({"overall": "splendid"}, "one of the answers"),
        ({"nonsense": 1}, "no question"),
    ],
)
def test_a_value_that_does_not_fit_is_named(checkin, part, words):
    with pytest.raises(actions.CheckInRefused, match=words):
        actions.answer(checkin=checkin, part=part, by=by_patient(checkin.patient))
    checkin.refresh_from_db()
    assert checkin.answers == {}


def test_sending_twice_changes_nothing(checkin):
    done = whole(checkin)
    count = FollowUp.objects.count()
    actions.submit(checkin=done, by=by_patient(done.patient))
    assert FollowUp.objects.count() == count
    with pytest.raises(actions.CheckInRefused, match="already"):
        actions.answer(checkin=done, part={"nprs": 1}, by=by_patient(done.patient))


def test_a_closed_window_takes_no_answer(checkin, time_machine):
    time_machine.move_to(checkin.reminder.closes_at, tick=False)
    with pytest.raises(actions.CheckInRefused, match="closed"):
        actions.answer(checkin=checkin, part={"nprs": 1}, by=by_patient(checkin.patient))


def test_only_the_patient_answers(checkin, by_therapist, other_patient):
    with pytest.raises(Denied):
        actions.answer(checkin=checkin, part={"nprs": 1}, by=by_therapist)
    with pytest.raises(OtherClinic):
        actions.answer(checkin=checkin, part={"nprs": 1}, by=by_patient(other_patient))


def test_closing_a_plan_withdraws_what_waits(checkin, plan, by_therapist):
    actions.cancel_due(plan=plan, by=by_therapist)
    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}
    assert Link.objects.get(subject_id=checkin.pk).withdrawn_at
    assert Message.objects.get(template="checkin").state == "cancelled"


def test_answers_rules_cannot_read_are_read_by_somebody(checkin, monkeypatch):
    def refuse(**_):
        raise assessments.Refused("the intake is gone")

    monkeypatch.setattr(assessments, "reassess", refuse)
    done = whole(checkin)
    assert done.submitted_at
    row = FollowUp.objects.get(kind="check_in_unread")
    assert (row.severity, "the intake is gone" in row.reason) == ("urgent", True)


def test_the_audit_names_patient_and_job(checkin):
    whole(checkin)
    names = set(
        AuditEvent.objects.filter(action__startswith="checkin.").values_list("actor", "action")
    )
    assert ("open check-ins", "checkin.open") in names
    assert ("Margaret Ellison", "checkin.submit") in names


def test_a_pain_score_is_kept_once_a_day(plan, patient):
    by = by_patient(patient)
    actions.note_day(patient=patient, kind="pain", value=6, by=by)
    row = actions.note_day(patient=patient, kind="pain", value=4, by=by)
    assert row.value == 4
    assert patient.day_entries.count() == 1
    with pytest.raises(actions.CheckInRefused):
        actions.note_day(patient=patient, kind="pain", value=11, by=by)
    with pytest.raises(actions.CheckInRefused):
        actions.note_day(patient=patient, kind="exercise", exercise="ZZZ-99", by=by)
