"""Answer, assess, review: each with its audit, all of it or nothing, and no plan over a flag."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from careplan.actions import assessment
from careplan.models import Assessment, FollowUp, Intake, Outcome, RedFlagReview
from careplan.queries import intake as intakes
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent
from tests.factories.assessment import ANSWERS, answered, answers, assessed
from tests.factories.medication import running_plan


@pytest.fixture
def clock(time_machine):
    """From 24 November 2026, 9:12, and on: assessments are ordered by their moment."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")
    return time_machine


@pytest.fixture
def draft(clock, patient, by_therapist) -> Intake:
    return assessment.start_intake(patient=patient, by=by_therapist)


def save(intake, by, step, revision=None, **given):
    revision = intake.revision if revision is None else revision
    return assessment.save_answers(
        intake=intake, step=step, answers=given, revision=revision, by=by
    )


# Answers -------------------------------------------------------------------------------------


def test_starting_twice_gives_the_same_draft(draft, patient, by_therapist):
    assert assessment.start_intake(patient=patient, by=by_therapist) == draft
    assert AuditEvent.objects.filter(action="intake.start").count() == 1


def test_a_step_keeps_its_places_and_leaves_the_others(draft, by_therapist):
    draft = save(draft, by_therapist, "story", episode={"onset": "2026-05-01"})
    draft = save(draft, by_therapist, "red_flags", red_flags={"fever": "no"}, labs={"egfr": 60})
    assert draft.answers == {"episode": {"onset": "2026-05-01"}, "red_flags": {"fever": "no"}}


def test_what_a_step_no_longer_holds_is_emptied(draft, by_therapist):
    draft = save(draft, by_therapist, "red_flags", red_flags={"fever": "no"})
    draft = save(draft, by_therapist, "red_flags", red_flags={})
    assert draft.answers == {}


def test_the_audit_says_what_changed(draft, by_therapist):
    draft = save(draft, by_therapist, "red_flags", red_flags={"fever": "unknown"})
    save(draft, by_therapist, "red_flags", red_flags={"fever": "no"})
    event = AuditEvent.objects.filter(action="intake.save").last()
    assert event.before == {"/red_flags/fever": "unknown"}
    assert event.after == {"/red_flags/fever": "no"}
    assert event.patient_id == draft.patient_id


def test_saving_nothing_new_leaves_no_trace(draft, by_therapist):
    draft = save(draft, by_therapist, "red_flags", red_flags={"fever": "no"})
    again = save(draft, by_therapist, "red_flags", red_flags={"fever": "no"})
    assert again.revision == draft.revision == 1
    assert AuditEvent.objects.filter(action="intake.save").count() == 1


def test_a_second_tab_does_not_overwrite_the_first(draft, by_therapist):
    first = save(draft, by_therapist, "red_flags", red_flags={"fever": "yes"})
    with pytest.raises(assessment.ChangedElsewhere) as refusal:
        save(draft, by_therapist, "red_flags", revision=0, red_flags={"fever": "no"})
    assert refusal.value.intake.answers == {"red_flags": {"fever": "yes"}}
    draft.refresh_from_db()
    assert (draft.answers, draft.revision) == (first.answers, 1)


def test_a_second_tab_with_the_same_answers_is_no_conflict(draft, by_therapist):
    save(draft, by_therapist, "red_flags", red_flags={"fever": "no"})
    assert save(draft, by_therapist, "red_flags", 0, red_flags={"fever": "no"}).revision == 1


@pytest.mark.parametrize(
    ("step", "given", "path"),
    [
        ("story", {"episode": {"onset": "2026-11-25"}}, "/episode/onset"),
        ("story", {"episode": {"pain": {"now": 11}}}, "/episode/pain/now"),
        ("red_flags", {"red_flags": {"fever": "perhaps"}}, "/red_flags/fever"),
        ("conditions", {"conditions": ["asthmaa"]}, "/conditions/0"),
        ("medicines", {"medications": [{"dose_mg": 5}]}, "/medications/0/drug"),
    ],
)
def test_a_bad_answer_is_named_and_nothing_is_kept(draft, by_therapist, step, given, path):
    with pytest.raises(assessment.AnswersRefused) as refusal:
        save(draft, by_therapist, step, **given)
    assert [error["path"] for error in refusal.value.errors] == [path]
    draft.refresh_from_db()
    assert draft.answers == {}


def test_a_changed_value_no_longer_comes_from_the_record(draft, by_therapist):
    draft.answers = {"labs": {"egfr": 79.5, "egfr_on": "2020-11-22"}, "allergies": ["latex"]}
    source = {"from": "record.json", "date": "2020-11-22"}
    draft.provenance = {"/labs/egfr": source, "/labs/egfr_on": source, "/allergies": source}
    draft.save()
    draft = save(draft, by_therapist, "tests", labs={"egfr": 60, "egfr_on": "2020-11-22"})
    assert set(draft.provenance) == {"/labs/egfr_on", "/allergies"}
    draft = save(draft, by_therapist, "medicines", allergies=["latex", "penicillin"])
    assert draft.provenance["/allergies"] == source  # the entries that stayed still do


def test_only_therapists_answer_and_only_their_own_clinics(
    draft, by_prescriber, by_admin, by_other_therapist
):
    for by, refusal in (
        (by_prescriber, Denied),
        (by_admin, Denied),
        (by_other_therapist, OtherClinic),
    ):
        with pytest.raises(refusal):
            save(draft, by, "red_flags", red_flags={"fever": "no"})


# Assess --------------------------------------------------------------------------------------


def test_an_assessment_closes_the_intake_and_keeps_facts_result_and_version(
    clock, patient, by_therapist
):
    made = assessed(patient, by_therapist)
    assert made.disposition == "plan"
    assert made.facts["person"]["birth_date"] == "1968-04-02"
    assert made.rules_version == made.result["rules_version"]
    assert made.intake.state == "assessed"
    event = AuditEvent.objects.get(action="assessment.make")
    assert event.after["disposition"] == "plan"


def test_a_closed_intake_takes_no_more_answers(clock, patient, by_therapist):
    made = assessed(patient, by_therapist)
    with pytest.raises(assessment.Refused, match="assessed already"):
        save(made.intake, by_therapist, "red_flags", red_flags={"fever": "yes"})
    with pytest.raises(assessment.Refused, match="assessed already"):
        assessment.assess(intake=made.intake, by=by_therapist)


def test_without_a_start_of_the_pain_nothing_is_assessed(draft, by_therapist):
    with pytest.raises(assessment.AnswersRefused) as refusal:
        assessment.assess(intake=draft, by=by_therapist)
    assert [error["path"] for error in refusal.value.errors] == ["/episode/onset"]
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert not Assessment.objects.exists()


def test_an_emergency_does_not_wait_for_the_story(draft, by_therapist):
    draft = save(draft, by_therapist, "red_flags", red_flags={"saddle_numbness": "yes"})
    made = assessment.assess(intake=draft, by=by_therapist)
    assert made.disposition == "emergency"
    row = FollowUp.objects.get(rule="RF-01")
    assert (row.severity, row.due_on) == ("emergency", date(2026, 11, 24))


def test_a_flag_not_asked_is_incomplete(clock, patient, by_therapist):
    given = answers()
    del given["red_flags"]["fever"]
    assert assessed(patient, by_therapist, given).disposition == "incomplete"


def test_the_baseline_is_written_once(clock, patient, by_therapist):
    assessed(patient, by_therapist)
    rows = {row.measure: row for row in Outcome.objects.all()}
    assert {name: float(row.value) for name, row in rows.items()} == {
        "nprs": 5,
        "peg": 5.33,
        "psfs": 3,
        "walking_minutes": 20,
        "sleep_quality": 5,
        "nights_woken": 2,
    }
    assert (rows["psfs"].better, rows["peg"].better) == ("up", "down")
    clock.shift(timedelta(days=1))
    assessment.reassess(patient=patient, by=by_therapist)
    assert Outcome.objects.count() == 6


def test_reassessing_with_nothing_new_gives_the_same_assessment(clock, patient, by_therapist):
    made = assessed(patient, by_therapist)
    assert assessment.reassess(patient=patient, by=by_therapist) == made
    assert Assessment.objects.count() == 1


def test_reassessing_somebody_who_was_never_assessed_is_refused(patient, by_therapist):
    with pytest.raises(assessment.Refused, match="not been assessed"):
        assessment.reassess(patient=patient, by=by_therapist)


def test_only_therapists_assess(clock, patient, by_therapist, by_prescriber, by_other_therapist):
    intake = answered(patient, by_therapist)
    with pytest.raises(Denied):
        assessment.assess(intake=intake, by=by_prescriber)
    with pytest.raises(OtherClinic):
        assessment.assess(intake=intake, by=by_other_therapist)


def test_where_a_consequence_fails_nothing_is_kept(draft, by_therapist, monkeypatch):
    draft = save(draft, by_therapist, "red_flags", red_flags={"saddle_numbness": "yes"})

    def fail(**_):
        raise RuntimeError("no worklist")

    monkeypatch.setattr("careplan.actions.follow_up.raise_from", fail)
    with pytest.raises(RuntimeError):
        assessment.assess(intake=draft, by=by_therapist)
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert not Assessment.objects.exists()
    assert not AuditEvent.objects.filter(action="assessment.make").exists()


# Hold and release ----------------------------------------------------------------------------


@pytest.fixture
def plan(clock, patient, therapist, by_therapist):
    return running_plan(patient, therapist, assessed(patient, by_therapist))


def flag(patient, by, clock, **flags):
    """A correction of the intake two days on that answers some flags with yes."""
    clock.shift(timedelta(days=2))
    return assessed(patient, by, answers(**flags))


def test_an_emergency_holds_the_running_plan(plan, patient, by_therapist, clock):
    assert flag(patient, by_therapist, clock, saddle_numbness="yes").disposition == "emergency"
    plan.refresh_from_db()
    assert plan.state == "safety_hold"
    event = AuditEvent.objects.get(action="plan.hold")
    assert event.after == {"state": "safety_hold", "because": "emergency"}


def test_a_clean_answer_later_releases_nothing(plan, patient, by_therapist, clock):
    flag(patient, by_therapist, clock, saddle_numbness="yes")
    assert flag(patient, by_therapist, clock).disposition == "emergency"
    plan.refresh_from_db()
    assert plan.state == "safety_hold"


def test_an_emergency_department_that_cleared_it_releases_the_plan(
    plan, patient, by_therapist, clock
):
    flag(patient, by_therapist, clock, saddle_numbness="yes")
    review(patient, by_therapist, role="emergency_department")
    plan.refresh_from_db()
    assert plan.state == "active"
    assert AuditEvent.objects.filter(action="plan.release").count() == 1


def test_a_cleared_flag_does_not_come_back_with_time(plan, patient, by_therapist, clock):
    flag(patient, by_therapist, clock, saddle_numbness="yes")
    review(patient, by_therapist, role="emergency_department")
    clock.shift(timedelta(days=14))
    assert assessment.reassess(patient=patient, by=by_therapist).disposition == "plan"
    plan.refresh_from_db()
    assert plan.state == "active"


def test_flags_that_were_not_asked_again_do_not_release_a_plan(plan, patient, by_therapist, clock):
    flag(patient, by_therapist, clock, numbness_spreading="yes")
    clock.shift(timedelta(days=2))
    given = answers()
    del given["red_flags"]["fever"]
    given["red_flags"]["numbness_spreading"] = "no"
    assessed(patient, by_therapist, given)
    review(patient, by_therapist, flag="numbness_spreading", role="therapist")
    plan.refresh_from_db()
    assert plan.state == "safety_hold"


# Reviews -------------------------------------------------------------------------------------


def review(patient, by, **changes):
    given = {
        "flag": "saddle_numbness",
        "outcome": "cleared",
        "finding": "MRI without compression.",
        "on": timezone.localdate(),
        "role": "prescriber",
    }
    return assessment.review_flag(patient=patient, by=by, **(given | changes))


@pytest.fixture
def emergency(clock, patient, by_therapist) -> Assessment:
    return assessed(patient, by_therapist, answers(saddle_numbness="yes"))


def test_a_prescriber_clears_an_emergency(emergency, patient, by_prescriber):
    review(patient, by_prescriber)
    assert Assessment.objects.order_by("made_at").last().disposition == "plan"
    assert FollowUp.objects.get(rule="RF-01").state == "closed"
    event = AuditEvent.objects.get(action="red_flag.review")
    assert event.after["finding"] == "MRI without compression."


def test_a_therapist_cannot_clear_an_emergency_but_can_confirm_it(emergency, patient, by_therapist):
    with pytest.raises(assessment.Refused, match="only a prescriber"):
        review(patient, by_therapist, role="therapist")
    with pytest.raises(assessment.Refused, match="Choose your own"):
        review(patient, by_therapist, role="prescriber")
    assert not RedFlagReview.objects.exists()
    review(patient, by_therapist, role="therapist", outcome="confirmed", finding="Still numb.")
    assert Assessment.objects.order_by("made_at").last().disposition == "emergency"


def test_a_therapist_clears_an_urgent_flag(clock, patient, by_therapist):
    assessed(patient, by_therapist, answers(numbness_spreading="yes"))
    review(patient, by_therapist, flag="numbness_spreading", role="therapist")
    assert Assessment.objects.order_by("made_at").last().disposition == "plan"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"finding": "  "}, "Write in one sentence"),
        ({"on": date(2026, 11, 25)}, "future"),
        ({"on": date(2026, 11, 23)}, "does not settle it"),
        ({"flag": "hiccups"}, "not a warning sign"),
        ({"outcome": "fine"}, "cleared, an old stable"),
        ({"role": "patient"}, "Choose your own"),
    ],
)
def test_a_review_that_settles_nothing_is_refused(
    emergency, patient, by_prescriber, changes, sentence
):
    with pytest.raises(assessment.Refused, match=sentence):
        review(patient, by_prescriber, **changes)
    assert not RedFlagReview.objects.exists()
    assert Assessment.objects.count() == 1


def test_admins_and_other_clinics_review_nothing(emergency, patient, by_admin, by_other_therapist):
    with pytest.raises(Denied):
        review(patient, by_admin)
    with pytest.raises(OtherClinic):
        review(patient, by_other_therapist)


# A next intake -------------------------------------------------------------------------------


def test_a_correction_within_days_takes_everything_over(clock, patient, by_therapist):
    made = assessed(patient, by_therapist)
    draft = assessment.start_intake(patient=patient, by=by_therapist)
    assert draft.answers == made.intake.answers == ANSWERS
    assert draft.pk != made.intake_id


def test_a_correction_asks_a_reviewed_sign_again(clock, patient, by_therapist, by_prescriber):
    assessed(patient, by_therapist, answers(saddle_numbness="yes"))
    review(patient, by_prescriber)
    clock.shift(timedelta(days=2))
    draft = assessment.start_intake(patient=patient, by=by_therapist)
    assert "saddle_numbness" not in draft.answers["red_flags"]
    assert draft.answers["red_flags"]["fever"] == "no"


def test_after_weeks_the_warning_signs_are_asked_again(clock, patient, by_therapist):
    assessed(patient, by_therapist)
    clock.shift(timedelta(days=30))
    draft = assessment.start_intake(patient=patient, by=by_therapist)
    assert "red_flags" not in draft.answers
    assert "conditions_complete" not in draft.answers
    assert draft.answers["episode"]["onset"] == "2026-05-01"
    assert draft.provenance["/labs/creatinine_mg_dl"]["from"] == "the last intake"
    assert intakes.draft_of(patient) == draft
