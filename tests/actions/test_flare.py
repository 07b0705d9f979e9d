"""A flare that lasts: kept before the signs are asked, half by rule, the therapist told, the plan as it
was signed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from careplan.actions import assessment as assessments
from careplan.actions import checkin as diary
from careplan.actions import flare as actions
from careplan.actions import follow_up, medication, session_log
from careplan.actions import plan as plans
from careplan.actions import proposal as proposals
from careplan.models import Assessment, Flare, FollowUp, MedicationStep, Outcome, Plan, Proposal
from careplan.queries import flare as queries
from careplan.queries import home_plan, safety
from careplan.queries import mine as mine_queries
from careplan.queries import session_log as logs
from patients.access import Actor, Denied
from patients.models import AuditEvent
from tests.factories.assessment import answers
from tests.factories.checkin import by_patient, looked_at, running, weighed
from tests.factories.flare import answered, in_flare, told
from tests.factories.session_log import exercises

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist):
    """A plan that runs, of a patient whose intake tells of no flare."""
    given = answers()
    given["episode"]["flare"] = False
    return running(patient, by_therapist, given)


def rows(patient):
    return FollowUp.objects.filter(patient=patient, kind="flare_contact")


def items(patient):
    return mine_queries.items(patient, timezone.localdate())


def later(time_machine, days):
    time_machine.shift(timedelta(days=days))


def doses(patient):
    """Exercise -> today's dose."""
    return {one.row.exercise: one.dose for one in items(patient)}


# Telling -------------------------------------------------------------------------------------


def test_what_was_told_is_kept_and_the_therapist_told_before_the_signs_are_answered(plan, patient):
    row = told(patient)
    assert (row.pain, row.since, row.signs_on, row.begun_on) == (9, "days", None, None)
    waiting = rows(patient).get()
    assert "warning signs are not answered" in waiting.reason
    assert (waiting.rule, waiting.severity, waiting.role) == ("PT-19", "caution", "therapist")
    assert waiting.due_on == timezone.localdate() + timedelta(days=1)
    assert AuditEvent.objects.filter(action="flare.tell").count() == 1


def test_no_exercise_is_shown_until_the_signs_are_answered(plan, patient):
    assert items(patient)
    told(patient)
    assert items(patient) == []
    answered(patient)
    assert items(patient)


def test_a_second_post_finds_the_first(plan, patient):
    key, by = uuid4(), by_patient(patient)
    first = actions.tell(patient=patient, pain=8, since="days", key=key, by=by)
    assert actions.tell(patient=patient, pain=8, since="days", key=key, by=by) == first
    answered(patient)
    assert answered(patient) is None
    assert Flare.objects.get().times == 1
    assert rows(patient).count() == 1


@pytest.mark.parametrize(
    "pain, since", [(None, "days"), (11, "days"), (-1, "days"), (5, ""), (5, "x")]
)
def test_what_is_not_offered_is_refused_and_nothing_kept(plan, patient, pain, since):
    with pytest.raises(actions.FlareRefused):
        told(patient, pain, since)
    assert not Flare.objects.exists() and not rows(patient).exists()


def test_a_sign_that_is_not_offered_is_refused_and_is_no_none(plan, patient):
    told(patient)
    for sign in ("", "no", "x" * 500):
        with pytest.raises(actions.FlareRefused):
            answered(patient, sign)
    assert Flare.objects.get().signs_on is None


def test_staff_and_other_patients_cannot_tell_it(plan, patient, by_therapist):
    with pytest.raises(Denied):
        actions.tell(patient=patient, pain=5, since="days", key=uuid4(), by=by_therapist)


def test_without_a_plan_that_runs_there_is_no_flare(today, patient):
    with pytest.raises(actions.FlareRefused):
        told(patient)


# The days ------------------------------------------------------------------------------------


def test_half_the_dose_then_back_and_the_signed_plan_as_it_was(plan, patient, time_machine):
    signed = {row.exercise: (row.sets, row.reps, row.hold_s) for row in exercises(plan)}
    whole = doses(patient)
    in_flare(patient)
    half = doses(patient)
    assert "EXP-07" in half
    assert next(iter(half)) == "EXP-07"
    for code, dose in whole.items():
        assert half[code] != dose
        assert all(half[code][name] <= dose[name] for name in dose)
        assert half[code]["sets"] and half[code]["reps"]
    for days in range(1, 8):
        later(time_machine, 1)
        now = queries.running(patient, timezone.localdate())
        assert now.half is (days < 3)
    assert doses(patient) == whole  # the last day of the way back
    later(time_machine, 1)
    assert queries.running(patient, timezone.localdate()) is None
    assert doses(patient) == whole
    assert {row.exercise: (row.sets, row.reps, row.hold_s) for row in exercises(plan)} == signed
    assert plan.versions.count() == 1


def test_a_reset_that_this_person_must_not_do_is_not_put_in(plan, patient, monkeypatch):
    hidden = home_plan.hidden
    monkeypatch.setattr(
        home_plan, "hidden", lambda *about: hidden(*about) | {"EXP-07": "a condition"}
    )
    in_flare(patient)
    assert "EXP-07" not in doses(patient)


def test_better_shortens_it_and_saying_it_twice_does_not(plan, patient, time_machine):
    in_flare(patient)
    actions.better(patient=patient, by=by_patient(patient))
    later(time_machine, 1)
    actions.better(patient=patient, by=by_patient(patient))
    now = queries.running(patient, timezone.localdate())
    assert (now.day.part, now.day.number, now.day.days) == ("half", 2, 2)
    later(time_machine, 1)
    assert queries.running(patient, timezone.localdate()).percent == 66
    assert AuditEvent.objects.filter(action="flare.better").count() == 1


def test_a_therapist_ends_it_and_it_is_not_ended_twice(plan, patient, by_therapist, by_prescriber):
    whole = doses(patient)
    row = in_flare(patient)
    with pytest.raises(Denied):
        actions.end(row=row, by=by_prescriber)
    actions.end(row=row, by=by_therapist)
    assert doses(patient) == whole
    with pytest.raises(actions.FlareRefused):
        actions.end(row=row, by=by_therapist)


def test_the_therapist_reads_the_numbers_and_has_two_working_days(plan, patient):
    in_flare(patient)
    row = rows(patient).get()
    assert "usual pain 9 now" in row.reason and "No new warning sign" in row.reason
    assert row.due_on == timezone.localdate() + timedelta(days=2)


# Edges ---------------------------------------------------------------------------------------


def test_less_than_two_above_the_usual_is_no_flare(plan, patient):
    usual = int(logs.usual_pain(patient))
    whole = doses(patient)
    row = in_flare(patient, usual + 1)
    assert (row.end, row.begun_on) == ("no_flare", None)
    assert doses(patient) == whole
    assert rows(patient).get().state == "closed"


def test_under_a_day_is_no_flare_but_its_signs_are_asked(plan, patient):
    told(patient, 10, "under_a_day")
    assert items(patient) == []
    assert answered(patient).end == "no_flare"


def test_an_unknown_usual_pain_is_half_the_dose_and_no_medicine_step(plan, patient):
    Outcome.objects.filter(measure="nprs").delete()
    row = in_flare(patient)
    assert row.usual_pain is None
    assert queries.running(patient, timezone.localdate()).percent == 50
    assert "Ask for the usual pain" in rows(patient).get().reason
    assert "may be asked for" not in rows(patient).get().reason


def test_a_second_flare_in_the_first_asks_again_and_begins_anew(plan, patient, time_machine):
    first = in_flare(patient)
    later(time_machine, 4)
    assert queries.running(patient, timezone.localdate()).day.part == "back"
    told(patient, 8)
    assert items(patient) == []
    again = answered(patient)
    assert again == first and again.times == 2
    assert again.pain == 9  # the most that was told
    assert queries.running(patient, timezone.localdate()).day.part == "half"
    assert rows(patient).count() == 1
    assert "Told 2 times" in rows(patient).get().reason


def test_a_second_telling_is_never_milder_whatever_its_numbers(plan, patient, time_machine):
    in_flare(patient)
    later(time_machine, 1)
    told(patient, 0, "under_a_day")
    assert answered(patient).end == ""
    assert queries.running(patient, timezone.localdate()).half


def test_told_again_after_the_therapist_closed_the_row_is_a_new_row(
    plan, patient, by_therapist, time_machine
):
    in_flare(patient)
    follow_up.close(row=rows(patient).get(), reason="Spoke to her.", by=by_therapist)
    later(time_machine, 1)
    in_flare(patient)
    assert rows(patient).exclude(state="closed").count() == 1


def test_a_flare_after_one_that_passed_is_its_own(plan, patient, time_machine):
    in_flare(patient)
    later(time_machine, 20)
    again = in_flare(patient)
    assert again.times == 1 and Flare.objects.count() == 2
    assert Flare.objects.first().end == "over"


def test_on_the_first_day_of_the_plan(plan, patient):
    assert plan.starts_on == timezone.localdate()
    in_flare(patient)
    assert queries.running(patient, timezone.localdate()).percent == 50


@pytest.mark.parametrize("sign, severity", [("leg_weakness", "emergency"), ("unsure", "urgent")])
def test_a_sign_or_a_doubt_holds_the_plan(plan, patient, sign, severity):
    told(patient)
    row = answered(patient, sign)
    assert row.begun_on is None
    plan.refresh_from_db()
    assert plan.state == "safety_hold"
    flag = FollowUp.objects.get(patient=patient, rule="PT-22")
    assert (flag.severity, flag.due_on) == (severity, timezone.localdate())
    assert safety.panel_of(patient).severity == severity
    assert safety.handover(patient)["yes"]
    assert items(patient) == []


def test_what_was_held_is_asked_again_and_begins_anew(plan, patient, by_therapist, time_machine):
    in_flare(patient)
    job = Actor.for_job("read check-ins", patient.clinic)
    assessments.hold(patient=patient, because="RF-09 in a check-in", by=job)
    assert Flare.objects.get().signs_on is None
    later(time_machine, 6)
    Plan.objects.filter(pk=plan.pk).update(state="active")
    assert items(patient) == []
    answered(patient)
    assert queries.running(patient, timezone.localdate()).day.number == 1


def test_a_new_version_in_the_flare_is_halved_too(plan, patient, by_therapist):
    in_flare(patient)
    newest = Assessment.objects.filter(patient=patient).order_by("-made_at").first()
    draft = plans.draft(assessment=newest, by=by_therapist)
    draft = weighed(looked_at(draft, by_therapist), by_therapist)
    version = plans.sign(version=draft, read=True, by=by_therapist)
    assert queries.running(patient, timezone.localdate()).percent == 50
    assert items(patient)[0].row.home_plan.version_id == version.pk


def test_a_closed_plan_ends_its_flare(plan, patient, by_therapist):
    in_flare(patient)
    plans.close(plan=plan, reason="Moved away.", by=by_therapist)
    assert Flare.objects.get().end == "plan"
    assert queries.running(patient, timezone.localdate()) is None


# What it leads to ----------------------------------------------------------------------------


def test_the_rules_read_the_flare_and_open_the_step_that_a_therapist_asks_for(
    plan, patient, by_therapist, time_machine
):
    steps = set(MedicationStep.objects.values_list("drug", flat=True))
    assert not steps & {"ibuprofen", "naproxen"}
    time_machine.shift(60)  # the newest assessment is the one of the flare
    in_flare(patient)
    newest = Assessment.objects.filter(patient=patient).order_by("-made_at").first()
    assert newest.facts["episode"]["flare"] is True
    assert newest.result["drugs"]["ibuprofen"]["status"] in ("offer", "caution")
    assert "ibuprofen or naproxen may be asked for" in rows(patient).get().reason
    assert set(MedicationStep.objects.values_list("drug", flat=True)) == steps
    asked = medication.request(
        plan=plan, assessment=newest, drug="ibuprofen", reason="A flare.", by=by_therapist
    )
    assert asked.state == "proposed"


def test_once_it_is_over_the_step_is_closed_again(plan, patient, by_therapist, time_machine):
    in_flare(patient)
    later(time_machine, 9)
    found = assessments.reassess(patient=patient, by=by_therapist)
    assert found.facts["episode"]["flare"] is False
    assert found.result["drugs"]["ibuprofen"]["status"] == "not_yet"


def test_its_days_count_as_done_and_never_drive_a_step_up(plan, patient, time_machine):
    in_flare(patient)
    for _ in range(8):
        do_day(patient)
        later(time_machine, 1)
    done, ran = logs.days_done(patient, timezone.localdate())
    assert (done, ran) == (8, 8)
    records = logs.records(patient, timezone.localdate())
    assert records and all(
        one["flare"] for record in records.values() for one in record["sessions"]
    )
    job = Actor.for_job("propose_steps", patient.clinic)
    proposals.propose(plan=plan, as_of=timezone.localdate(), by=job)
    assert not Proposal.objects.filter(kind="progress").exists()


def do_day(patient):
    by = by_patient(patient)
    diary.note_day(patient=patient, kind="pain", value=2, by=by)
    done = {one.row.exercise: "done" for one in items(patient)}
    session_log.note_today(patient=patient, told=done, by=by)
    for kind in ("sore", "effort"):
        diary.note_day(patient=patient, kind=kind, value=2, by=by)


def test_easier_in_a_flare_is_never_more_than_half(plan, patient):
    in_flare(patient)
    for one in items(patient):
        eased = one.dose_with(one.to_ease)
        assert eased["sets"] >= 1 and eased["reps"] >= 1
        if one.to_ease == one.row.exercise:
            assert all(eased[name] <= one.dose[name] for name in eased)


def test_queries_do_not_grow_with_flares(plan, patient, time_machine, django_assert_num_queries):
    in_flare(patient)
    for _ in range(3):
        later(time_machine, 20)
        in_flare(patient)
    with django_assert_num_queries(1):
        queries.running(patient, timezone.localdate())
    with django_assert_num_queries(1):
        assert len(queries.spans(patient, timezone.localdate() - timedelta(days=84))) == 4
