"""Drafted from an assessment, signed once, frozen, revised, closed: each step with its audit."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from careplan.actions import home_plan as home_actions
from careplan.actions import plan as actions
from careplan.actions import program as program_actions
from careplan.actions.plan import DraftMoved, PlanRefused
from careplan.models import MedicationStep, Plan, PlanVersion, Reminder, Session
from careplan.queries import medication as medication_queries
from careplan.queries import plan as queries
from careplan.rules.lifecycle import IllegalMove
from patients import notify
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent, Link, Message
from tests.factories.plan import assessed, drafted, signed

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)  # a Tuesday


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts there and ticks: assessments have an order."""
    time_machine.move_to(NOW)


@pytest.fixture
def draft(patient, by_therapist) -> PlanVersion:
    return drafted(patient, by_therapist, ibuprofen="offer")


def audited(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


# Drafting ------------------------------------------------------------------------------------


def test_one_press_drafts_a_whole_plan(draft, patient):
    assert (draft.number, draft.plan.state, draft.signed_at) == (1, "draft", None)
    program = draft.program
    assert (program.sessions_per_week, program.weeks) == (2, 8)
    assert (program.starts_on, program.weekdays) == (date(2026, 11, 25), [0, 3])
    assert (program.aerobic_minutes_start, program.aerobic_minutes_goal) == (10, 30)
    assert draft.home_plan.minutes == 7.25
    assert [line["code"] for line in draft.routine] == ["SM-03", "SM-04", "SM-06"]
    assert draft.routine[1]["minutes"] == 5
    assert [step.drug for step in MedicationStep.objects.filter(patient=patient)] == ["ibuprofen"]
    assert queries.blockers(draft) == []
    assert audited("plan.draft") == 1


def test_drafting_makes_no_session_and_no_mail(draft):
    assert not Session.objects.exists()
    assert not Message.objects.exists()


def test_drafting_twice_keeps_the_one_draft(draft, by_therapist):
    again = actions.draft(assessment=draft.assessment, by=by_therapist)
    assert again.pk == draft.pk
    assert PlanVersion.objects.count() == 1


@pytest.mark.parametrize("disposition", ["emergency", "urgent", "incomplete", "not_chronic"])
def test_only_an_assessment_that_says_plan_gives_a_draft(patient, by_therapist, disposition):
    row = assessed(patient, by_therapist.user, disposition=disposition)
    with pytest.raises(PlanRefused, match="allows no plan"):
        actions.draft(assessment=row, by=by_therapist)
    assert not Plan.objects.exists()


def test_an_older_assessment_gives_no_draft(patient, by_therapist):
    old = assessed(patient, by_therapist.user)
    assessed(patient, by_therapist.user)
    with pytest.raises(PlanRefused, match="newer assessment"):
        actions.draft(assessment=old, by=by_therapist)


def test_nobody_drafts_for_a_person_who_died(patient, by_therapist):
    row = assessed(patient, by_therapist.user)
    patient.deceased_on = date(2026, 11, 20)
    patient.save()
    with pytest.raises(PlanRefused, match="died"):
        actions.draft(assessment=row, by=by_therapist)


def test_drafting_needs_the_right_and_the_clinic(
    patient, by_therapist, by_prescriber, by_other_therapist
):
    row = assessed(patient, by_therapist.user)
    with pytest.raises(Denied, match="draft plans"):
        actions.draft(assessment=row, by=by_prescriber)
    with pytest.raises(OtherClinic):
        actions.draft(assessment=row, by=by_other_therapist)


def test_an_open_draft_moves_to_the_newest_assessment(draft, patient, by_therapist):
    newer = assessed(patient, by_therapist.user, hidden={"COR-02": "20 weeks pregnant"})
    moved = actions.draft(assessment=newer, by=by_therapist)
    assert (moved.pk, moved.assessment_id) == (draft.pk, newer.pk)
    kept = [row.exercise for row in queries.whole(moved.pk).home_plan.items.all()]
    assert "COR-02" not in kept
    assert len(kept) == 4


# Words ---------------------------------------------------------------------------------------


def test_goals_routine_and_note_are_kept_and_audited(draft, by_therapist):
    goals = [("Play on the floor with Ella", date(2027, 1, 31)), ("  ", None)]
    actions.save_goals(version=draft, goals=goals, by=by_therapist)
    actions.save_note(version=draft, note="See you on Thursday.", by=by_therapist)
    actions.save_routine(version=draft, routine=draft.routine[1:], by=by_therapist)
    row = queries.whole(draft.pk)
    assert [goal.text for goal in row.goals.all()] == ["Play on the floor with Ella"]
    assert (row.note, len(row.routine)) == ("See you on Thursday.", 2)
    for action in ("plan.goals", "plan.note", "plan.routine"):
        assert audited(action) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v, by: actions.save_goals(version=v, goals=[("x" * 201, None)], by=by), "200"),
        (lambda v, by: actions.save_goals(version=v, goals=[("x", None)] * 6, by=by), "5 goals"),
        (lambda v, by: actions.save_note(version=v, note="x" * 2001, by=by), "2000"),
        (
            lambda v, by: actions.save_routine(
                version=v, routine=[{"code": "SM-99", "minutes": 5, "anchor": ""}], by=by
            ),
            "SM-99",
        ),
        (
            lambda v, by: actions.save_routine(
                version=v, routine=[{"code": "SM-04", "minutes": 0, "anchor": ""}], by=by
            ),
            "1 to 30",
        ),
    ],
)
def test_words_out_of_bounds_are_refused(draft, by_therapist, change, words):
    with pytest.raises(PlanRefused, match=words):
        change(draft, by_therapist)
    assert queries.whole(draft.pk).revision == draft.revision


def test_the_second_tab_hears_who_was_first(draft, by_therapist):
    actions.save_note(version=draft, note="mine", revision=draft.revision, by=by_therapist)
    with pytest.raises(DraftMoved, match="Tom Adeyemi changed this draft"):
        actions.save_note(version=draft, note="late", revision=draft.revision, by=by_therapist)
    assert queries.whole(draft.pk).note == "mine"


# Signing -------------------------------------------------------------------------------------


def test_signing_starts_everything(draft, patient, by_therapist):
    version = actions.sign(version=draft, read=True, by=by_therapist)
    plan = Plan.objects.get()
    assert (plan.state, plan.current_id, plan.starts_on) == (
        "active",
        version.pk,
        date(2026, 11, 24),
    )
    assert version.signed_by == by_therapist.user
    starts = [session.starts_at for session in Session.objects.order_by("starts_at")]
    assert len(starts) == 16
    assert starts[0] == datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert Reminder.objects.filter(plan=plan, state="due").count() >= 4
    assert audited("plan.sign") == 1


def test_signing_mails_a_link_without_health_words(draft, patient, by_therapist):
    actions.sign(version=draft, read=True, by=by_therapist)
    message = Message.objects.get()
    link = Link.objects.get()
    assert (message.key, message.template) == (f"plan_ready:{draft.pk}", "plan_ready")
    assert (link.purpose, link.subject_id) == ("plan", draft.plan_id)
    assert timedelta(days=14) <= link.expires_at - NOW < timedelta(days=14, minutes=1)
    notify.deliver()
    sent = mail.outbox[0]
    assert sent.to == ["margaret@home.example"]
    for part in (sent.body, sent.alternatives[0][0]):
        assert link.token in part
        assert "Margaret" in part
    words = f"{sent.subject} {sent.body}".lower()
    assert not [w for w in ("pain", "back pain", "ibuprofen", "exercise") if w in words]


def test_a_patient_without_an_address_still_gets_a_plan(draft, patient, by_therapist):
    patient.email = ""
    patient.save()
    actions.sign(version=draft, read=True, by=by_therapist)
    assert not Message.objects.exists()
    assert Plan.objects.get().state == "active"


def test_signing_needs_the_right_the_clinic_and_a_reader(
    draft, by_prescriber, by_other_therapist, by_therapist
):
    with pytest.raises(Denied, match="sign plans"):
        actions.sign(version=draft, read=True, by=by_prescriber)
    with pytest.raises(OtherClinic):
        actions.sign(version=draft, read=True, by=by_other_therapist)
    with pytest.raises(PlanRefused, match="sign only what you have read"):
        actions.sign(version=draft, read=False, by=by_therapist)
    assert Plan.objects.get().state == "draft"


@pytest.mark.parametrize("disposition", ["emergency", "urgent"])
def test_a_red_flag_after_the_draft_stops_the_signature(draft, patient, by_therapist, disposition):
    flag = {
        "rule": "RF-01",
        "severity": disposition,
        "message": "Numb between the legs",
        "because": {},
        "sources": ["x"],
    }
    assessed(patient, by_therapist.user, disposition=disposition, findings=[flag])
    with pytest.raises(PlanRefused, match="A red flag is open .*Numb between the legs"):
        actions.sign(version=draft, read=True, by=by_therapist)
    assert Plan.objects.get().state == "draft"
    assert not Session.objects.exists() and not Message.objects.exists()


def test_a_newer_assessment_that_says_plan_lets_it_be_signed(draft, patient, by_therapist):
    assessed(patient, by_therapist.user)
    actions.sign(version=draft, read=True, by=by_therapist)
    assert Plan.objects.get().state == "active"


def test_what_the_newest_assessment_forbids_is_not_signed(draft, patient, by_therapist):
    assessed(patient, by_therapist.user, hidden={"COR-01": "why not"})
    with pytest.raises(PlanRefused, match="Belly brace with breathing is left out: why not"):
        actions.sign(version=draft, read=True, by=by_therapist)


def test_more_than_fifteen_minutes_is_not_signed(draft, by_therapist):
    codes = ["COR-10", "COR-11", "POS-03", "FLX-03", "EXP-02"]
    items = [home_actions.queries.default_item(code) for code in codes]
    home_actions.set_items(
        version=draft, items=home_actions.queries.with_short_day(items), by=by_therapist
    )
    with pytest.raises(PlanRefused, match=r"1\.25 over\. Remove one, or cut a set"):
        actions.sign(version=draft, read=True, by=by_therapist)


def test_a_missing_part_needs_a_reason(draft, by_therapist):
    items = home_actions.queries.items_of(draft)
    kept = [item for item in items if not item["exercise"].startswith("FLX")]
    home_actions.set_items(version=draft, items=kept, by=by_therapist)
    with pytest.raises(PlanRefused, match="Flexibility is missing"):
        actions.sign(version=draft, read=True, by=by_therapist)
    reasons = {"FLX": "Stretching hurts"}
    home_actions.set_items(version=draft, items=kept, reasons=reasons, by=by_therapist)
    actions.sign(version=draft, read=True, by=by_therapist)
    assert Plan.objects.get().state == "active"


def test_a_start_that_passed_is_not_signed(draft, by_therapist, time_machine):
    time_machine.move_to(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=False)
    with pytest.raises(PlanRefused, match="25 November, has passed"):
        actions.sign(version=draft, read=True, by=by_therapist)


def test_a_draft_that_changed_after_it_was_read_is_not_signed(draft, by_therapist):
    actions.save_note(version=draft, note="one more word", by=by_therapist)
    with pytest.raises(DraftMoved, match="Read it again"):
        actions.sign(version=draft, read=True, revision=draft.revision, by=by_therapist)


def test_a_signed_version_is_signed_once_and_frozen(draft, by_therapist):
    version = actions.sign(version=draft, read=True, by=by_therapist)
    with pytest.raises(PlanRefused, match="signed already, by Tom Adeyemi"):
        actions.sign(version=version, read=True, by=by_therapist)
    for change in (
        lambda: actions.save_note(version=version, note="x", by=by_therapist),
        lambda: home_actions.set_items(version=version, items=[], by=by_therapist),
    ):
        with pytest.raises(PlanRefused, match="is signed and cannot change"):
            change()
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        PlanVersion.objects.filter(pk=version.pk).update(note="by the back door")


def test_no_medicine_line_is_visible_before_a_prescriber_signs(draft, patient, by_therapist):
    actions.sign(version=draft, read=True, by=by_therapist)
    assert MedicationStep.objects.get().state == "proposed"
    assert medication_queries.signed_for(patient, timezone.localdate()) == []


def test_nothing_is_half_signed_when_a_later_step_fails(draft, by_therapist, monkeypatch):
    def fail(**_):
        raise RuntimeError("the mail row could not be written")

    monkeypatch.setattr(notify, "queue", lambda *_, **__: fail())
    with pytest.raises(RuntimeError):
        actions.sign(version=draft, read=True, by=by_therapist)
    assert Plan.objects.get().state == "draft"
    assert PlanVersion.objects.get().signed_at is None
    assert not Session.objects.exists()


# Revising and closing ------------------------------------------------------------------------


def test_a_new_version_supersedes_the_one_before(patient, by_therapist, time_machine):
    plan = signed(patient, by_therapist)
    actions.save_goals(
        version=actions.revise(plan=plan, by=by_therapist),
        goals=[("Walk to the shop", None)],
        by=by_therapist,
    )
    time_machine.move_to(datetime(2026, 12, 8, 12, tzinfo=UTC), tick=False)
    second = queries.draft_of(patient)
    assert (second.number, len(second.home_plan.items.all())) == (2, 5)
    actions.sign(version=second, read=True, by=by_therapist)
    plan.refresh_from_db()
    assert (plan.state, plan.current_id, plan.starts_on) == (
        "active",
        second.pk,
        date(2026, 11, 24),
    )
    first = plan.versions.get(number=1)
    assert first.superseded_at == datetime(2026, 12, 8, 12, tzinfo=UTC)
    assert Message.objects.filter(template="plan_ready").count() == 2


def test_sessions_that_keep_their_date_stay_the_same(patient, by_therapist, time_machine):
    plan = signed(patient, by_therapist)
    before = {row.starts_at: row.pk for row in Session.objects.all()}
    time_machine.move_to(datetime(2026, 12, 8, 12, tzinfo=UTC), tick=False)
    actions.revise(plan=plan, by=by_therapist)
    actions.sign(version=queries.draft_of(patient), read=True, by=by_therapist)
    assert {row.starts_at: row.pk for row in Session.objects.all()} == before
    moved = Session.objects.filter(program__version__number=2)
    assert [row.number for row in moved] == list(range(5, 17))


def test_a_new_pace_cancels_what_no_longer_fits(patient, by_therapist):
    plan = signed(patient, by_therapist)
    version = actions.revise(plan=plan, by=by_therapist)
    program_actions.lay(
        version=version,
        sessions_per_week=2,
        weeks=6,
        starts_on=version.program.starts_on,
        weekdays=(1, 3),
        at=version.program.at,
        by=by_therapist,
    )
    actions.sign(version=version, read=True, by=by_therapist)
    states = sorted(Session.objects.values_list("state", flat=True))
    assert states.count("planned") == 12
    assert Session.objects.filter(state="cancelled").count() == 16 - 6  # Thursdays stayed


def test_a_plan_on_hold_takes_no_signature(patient, by_therapist):
    plan = signed(patient, by_therapist)
    version = actions.revise(plan=plan, by=by_therapist)
    Plan.objects.filter(pk=plan.pk).update(state="safety_hold")
    with pytest.raises(IllegalMove, match="safety hold"):
        actions.sign(version=version, read=True, by=by_therapist)


def test_closing_needs_a_reason_and_ends_what_was_to_come(patient, by_therapist, by_prescriber):
    plan = signed(patient, by_therapist)
    with pytest.raises(PlanRefused, match="why the plan ends"):
        actions.close(plan=plan, reason="  ", by=by_therapist)
    with pytest.raises(Denied, match="close plans"):
        actions.close(plan=plan, reason="Done", by=by_prescriber)
    row = actions.close(plan=plan, reason="Goals reached.", by=by_therapist)
    assert (row.state, row.close_reason) == ("closed", "Goals reached.")
    assert not Session.objects.exclude(state="cancelled").exists()
    assert not Reminder.objects.filter(state="due").exists()
    with pytest.raises(IllegalMove):
        actions.close(plan=plan, reason="again", by=by_therapist)
    assert audited("plan.close") == 1


def test_after_closing_a_new_plan_can_begin(patient, by_therapist):
    plan = signed(patient, by_therapist)
    actions.close(plan=plan, reason="Moved away.", by=by_therapist)
    with pytest.raises(PlanRefused, match="closed"):
        actions.revise(plan=Plan.objects.get(), by=by_therapist)
    version = drafted(patient, by_therapist)
    assert (version.number, version.plan.state) == (1, "draft")
    assert Plan.objects.count() == 2


def test_a_barrier_is_answered_from_the_day_of_the_signature(patient, by_therapist, time_machine):
    draft = drafted(patient, by_therapist)
    actions.save_cards(version=draft, education=[], barriers=["BAR-02"], by=by_therapist)
    time_machine.move_to(datetime(2026, 12, 4, 9, 12, tzinfo=UTC))  # a Friday, ten days on
    program_actions.lay(
        version=draft,
        sessions_per_week=2,
        weeks=8,
        starts_on=date(2026, 12, 7),
        weekdays=(0, 3),
        at=time(9),
        by=by_therapist,
    )
    actions.sign(version=draft, read=True, by=by_therapist)
    asked = patient.follow_ups.get(rule="BAR-02")
    assert (asked.kind, asked.due_on) == ("side_effect_review", date(2026, 12, 8))
    actions.sign(
        version=actions.revise(plan=draft.plan, by=by_therapist), read=True, by=by_therapist
    )
    assert patient.follow_ups.filter(rule="BAR-02").count() == 1
