"""The log of exercises: set by set, twice without harm, and what hurts reaches the therapist once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careplan.actions import assessment as assessments
from careplan.actions import checkin as diary
from careplan.actions import follow_up
from careplan.actions import session_log as actions
from careplan.models import DayEntry, FollowUp, SessionLog
from careplan.queries import mine as mine_queries
from careplan.queries import safety
from careplan.queries import session_log as queries
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent
from tests.factories.assessment import assessed
from tests.factories.checkin import by_patient
from tests.factories.session_log import do, do_all, exercises, hurt, with_two_sets

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist, monkeypatch):
    return with_two_sets(patient, by_therapist, monkeypatch)


@pytest.fixture
def by(patient):
    return by_patient(patient)


@pytest.fixture
def two(plan):
    """An exercise of two sets."""
    return next(row.exercise for row in exercises(plan) if row.sets == 2)


@pytest.fixture
def code(plan):
    return exercises(plan)[0].exercise


def finish(plan, code, by, *, turn=1, sets=1):
    return actions.finish_set(patient=plan.patient, exercise=code, turn=turn, sets=sets, by=by)


def reviews(patient):
    return FollowUp.objects.filter(patient=patient, kind="exercise_review")


# Sets ----------------------------------------------------------------------------------------


def test_a_set_after_another(plan, two, by):
    first = finish(plan, two, by)
    assert (first.outcome, first.sets, first.number) == ("begun", 1, 1)
    second = finish(plan, two, by, sets=2)
    assert (second.outcome, second.sets, second.number) == ("done", 2, 2)
    assert second.first == first
    assert AuditEvent.objects.filter(action="session_log.add").count() == 2


def test_a_second_post_and_a_second_tab_change_nothing(plan, two, by):
    for _ in range(3):
        finish(plan, two, by)
    for _ in range(2):
        finish(plan, two, by, sets=2)
    assert SessionLog.objects.count() == 2
    finish(plan, two, by)  # the other tab still shows set 1
    assert SessionLog.objects.count() == 2


def test_once_more_is_a_try_of_its_own(plan, code, by):
    do(plan, code)
    again = do(plan, code, turn=2)
    assert again.first is None
    assert len(queries.of_day(plan.patient, timezone.localdate())[code]) == 2


def test_what_is_not_in_the_plan_is_refused(plan, code, by):
    with pytest.raises(actions.LogRefused, match="not in your plan"):
        finish(plan, "ZZZ-99", by)
    with pytest.raises(actions.LogRefused, match="sets"):
        finish(plan, code, by, sets=9)
    with pytest.raises(actions.LogRefused, match="older than"):
        finish(plan, code, by, turn=7)
    assert not SessionLog.objects.exists()


def test_only_the_patient_logs_on_the_phone(plan, code, by_admin, by_other_therapist):
    with pytest.raises(Denied):
        finish(plan, code, by_admin)
    with pytest.raises(OtherClinic):
        finish(plan, code, by_other_therapist)


def test_a_log_is_never_changed(plan, code):
    row = do(plan, code)
    for change in (lambda: row.delete(), lambda: row.save()):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            change()


# Left, eased, taken back ---------------------------------------------------------------------


def test_not_today_is_no_session_and_no_day(plan, code, by):
    row = actions.leave(patient=plan.patient, exercise=code, by=by)
    assert row.outcome == "not_today"
    assert not DayEntry.objects.filter(kind="exercise").exists()
    assert queries.records(plan.patient, timezone.localdate()) == {}


def test_half_of_the_sets_is_partly(plan, two, by):
    finish(plan, two, by)
    row = actions.leave(patient=plan.patient, exercise=two, by=by)
    assert (row.outcome, row.sets) == ("partly", 1)
    assert actions.leave(patient=plan.patient, exercise=two, by=by) == row
    assert DayEntry.objects.filter(kind="exercise", exercise=two).exists()


def test_the_easier_one_stands_in_with_its_own_dose(plan, by):
    item = next(one for one in mine_queries.items(plan.patient, timezone.localdate()) if one.easier)
    row = actions.ease(patient=plan.patient, exercise=item.row.exercise, by=by)
    assert (row.swapped_for, row.level) == (item.easier.code, item.easier.level)
    assert row.reps == item.easier.reps
    assert actions.ease(patient=plan.patient, exercise=item.row.exercise, by=by) == row
    now = mine_queries.item(plan.patient, item.row.exercise, timezone.localdate())
    assert now.shown == item.easier
    assert finish(plan, item.row.exercise, by, sets=now.dose["sets"]).outcome == "done"


def test_without_an_easier_one_half_stands_in(plan, by):
    found = mine_queries.items(plan.patient, timezone.localdate())
    item = next(one for one in found if not one.easier)
    actions.ease(patient=plan.patient, exercise=item.row.exercise, by=by)
    now = mine_queries.item(plan.patient, item.row.exercise, timezone.localdate())
    assert now.shown == item.exercise
    part = "sets" if item.dose["sets"] > 1 else "reps"
    assert now.dose[part] == (item.dose[part] + 1) // 2


def test_the_last_note_can_be_taken_back(plan, two, by):
    finish(plan, two, by)
    row = finish(plan, two, by, sets=2)
    back = actions.take_back(patient=plan.patient, exercise=two, number=row.number, by=by)
    assert (back.outcome, back.sets) == ("begun", 1)
    again = actions.take_back(patient=plan.patient, exercise=two, number=row.number, by=by)
    assert again == back
    assert SessionLog.objects.count() == 3


def test_the_first_note_taken_back_leaves_nothing(plan, code, by):
    row = finish(plan, code, by)
    actions.take_back(patient=plan.patient, exercise=code, number=row.number, by=by)
    assert queries.of_day(plan.patient, timezone.localdate()) == {}
    assert not DayEntry.objects.filter(kind="exercise").exists()


def test_noted_without_the_player(plan, two, code, by):
    told = {two: "partly", code: "done"}
    assert len(actions.note_today(patient=plan.patient, told=told, by=by)) == 2
    assert actions.note_today(patient=plan.patient, told=told, by=by) == []
    actions.note_today(patient=plan.patient, told={two: "done"}, by=by)
    (entry,) = queries.of_day(plan.patient, timezone.localdate())[two]
    assert (entry.row.outcome, entry.row.sets) == ("done", 2)
    with pytest.raises(actions.LogRefused, match="Choose"):
        actions.note_today(patient=plan.patient, told={two: "later"}, by=by)


# Too much ------------------------------------------------------------------------------------


def test_pain_is_kept_with_its_place_and_once(plan, code, by):
    key = uuid4()
    first = hurt(plan, code, 7, key=key)
    assert (first.peak, first.where, first.outcome) == (7, "back", "begun")
    assert hurt(plan, code, 3, key=key) == first
    assert SessionLog.objects.count() == 1
    assert hurt(plan, code, 4).peak == 7  # the most pain of the try


@pytest.mark.parametrize(("peak", "where"), [(11, "back"), (-1, "back"), (5, "moon")])
def test_other_answers_are_refused(plan, code, peak, where):
    with pytest.raises(actions.LogRefused, match="Choose"):
        hurt(plan, code, peak, where=where)


def test_one_red_session_asks_for_no_look(plan, code):
    # usual pain is 5 here: three above the level before is red (PT-14)
    diary.note_day(patient=plan.patient, kind="pain", value=4, by=by_patient(plan.patient))
    hurt(plan, code, 8)
    assert not reviews(plan.patient).exists()


def red_twice(plan, *codes, time_machine):
    for _ in range(2):
        diary.note_day(patient=plan.patient, kind="pain", value=4, by=by_patient(plan.patient))
        for code in codes:
            hurt(plan, code, 8)
        time_machine.shift(timedelta(days=1))


def test_two_red_sessions_raise_one_row_and_leave_it_out(plan, code, time_machine):
    red_twice(plan, code, time_machine=time_machine)
    row = reviews(plan.patient).get()
    assert (row.rule, row.role, row.severity) == ("PT-18", "therapist", "caution")
    assert row.due_on == timezone.localdate() + timedelta(
        days=1
    )  # raised yesterday, 2 working days
    assert row.because == {"exercises": [code]}
    assert mine_queries.left_out(plan.patient) == {code}
    assert mine_queries.item(plan.patient, code, timezone.localdate()) is None
    diary.note_day(patient=plan.patient, kind="pain", value=9, by=by_patient(plan.patient))
    assert reviews(plan.patient).count() == 1


def test_another_exercise_joins_the_open_row(plan, two, code, time_machine):
    red_twice(plan, code, two, time_machine=time_machine)
    row = reviews(plan.patient).get()
    assert set(row.because["exercises"]) == {code, two}
    assert row.reason.endswith(".")


def test_it_comes_back_when_the_therapist_has_looked(plan, code, by_therapist, time_machine):
    red_twice(plan, code, time_machine=time_machine)
    follow_up.close(row=reviews(plan.patient).get(), reason="Shown again, slower.", by=by_therapist)
    assert mine_queries.item(plan.patient, code, timezone.localdate())


def test_pain_that_stays_till_the_morning_makes_a_session_red(plan, code, time_machine, by):
    diary.note_day(patient=plan.patient, kind="pain", value=4, by=by)
    do(plan, code)
    time_machine.shift(timedelta(days=1))
    diary.note_day(patient=plan.patient, kind="pain", value=6, by=by)
    record = queries.record(plan.patient, code, timezone.localdate())
    assert record["sessions"][-1]["next_day"] == 6
    do(plan, code)
    diary.note_day(
        patient=plan.patient, kind="pain", value=2, by=by
    )  # after exercises: not a morning
    record = queries.record(plan.patient, code, timezone.localdate())
    assert record["sessions"][0]["next_day"] == 6


# A new sign ----------------------------------------------------------------------------------


def tell(plan, code, sign, key=None):
    return actions.tell_sign(
        patient=plan.patient,
        exercise=code,
        sign=sign,
        key=key or uuid4(),
        by=by_patient(plan.patient),
    )


@pytest.mark.parametrize(
    ("sign", "severity"),
    [
        ("chest_pain", "emergency"),
        ("faint", "emergency"),
        ("leg_weakness", "emergency"),
        ("bladder_bowel_saddle", "emergency"),
        ("leg_numbness", "urgent"),
        ("fall", "urgent"),
    ],
)
def test_a_new_sign_holds_the_plan_and_is_told_today(plan, code, sign, severity):
    tell(plan, code, sign)
    plan.refresh_from_db()
    assert plan.state == "safety_hold"
    row = FollowUp.objects.get(patient=plan.patient, rule="PT-22")
    assert (row.severity, row.role, row.due_on) == (severity, "therapist", timezone.localdate())
    panel = safety.panel_of(plan.patient)
    assert (panel.severity, panel.rule) == (severity, "PT-22")


def test_a_sign_posted_twice_is_one(plan, code):
    key = uuid4()
    assert tell(plan, code, "chest_pain", key) == tell(plan, code, "chest_pain", key)
    assert FollowUp.objects.filter(rule="PT-22").count() == 1
    with pytest.raises(actions.LogRefused):
        tell(plan, code, "chest_pain")  # on hold: nothing to do, nothing to log


def test_an_unknown_sign_is_refused(plan, code):
    with pytest.raises(actions.LogRefused, match="None of these"):
        tell(plan, code, "hiccups")
    assert not FollowUp.objects.filter(rule="PT-22").exists()


def test_running_the_rules_again_does_not_end_a_sign(plan, code, by_therapist, time_machine):
    tell(plan, code, "leg_numbness")
    time_machine.shift(timedelta(hours=1))
    assessments.reassess(patient=plan.patient, by=by_therapist)
    plan.refresh_from_db()
    assert plan.state == "safety_hold"
    row = FollowUp.objects.get(rule="PT-22")
    with pytest.raises(follow_up.FollowUpRefused, match="Ask the warning signs again"):
        follow_up.close(row=row, reason="Fine.", by=by_therapist)


def test_asking_the_signs_again_ends_it(plan, code, by_therapist, time_machine):
    tell(plan, code, "leg_numbness")
    time_machine.shift(timedelta(hours=1))
    assessed(plan.patient, by_therapist)
    plan.refresh_from_db()
    assert plan.state == "active"
    assert FollowUp.objects.get(rule="PT-22").state == "closed"
    assert safety.panel_of(plan.patient) is None
    reviewed = queries.signs_reviewed_on(plan.patient)
    assert reviewed == timezone.localdate()


# The short day -------------------------------------------------------------------------------


def test_a_short_day_is_chosen_and_taken_back(plan, by):
    for _ in range(2):
        diary.choose_day(patient=plan.patient, short=True, by=by)
    assert DayEntry.objects.filter(kind="short_day").count() == 1
    day = mine_queries.today(plan.patient, timezone.localtime(), timezone.localdate())
    assert day.short and all(item.row.short_day for item in day.wanted)
    for _ in range(2):
        diary.choose_day(patient=plan.patient, short=False, by=by)
    assert not DayEntry.objects.filter(kind="short_day").exists()


def test_a_short_day_done_counts_as_done(plan, by, time_machine):
    diary.choose_day(patient=plan.patient, short=True, by=by)
    for row in exercises(plan):
        if row.short_day:
            do(plan, row.exercise)
    day = mine_queries.today(plan.patient, timezone.localtime(), timezone.localdate())
    assert day.done
    time_machine.shift(timedelta(days=1))
    assert queries.days_done(plan.patient, timezone.localdate()) == (1, 1)


# Paper ---------------------------------------------------------------------------------------


def sheet(plan, *lines, by):
    keys = ("on", "exercise", "outcome")
    told = [dict(zip(keys, line, strict=True)) for line in lines]
    return actions.log_sheet(patient=plan.patient, version=plan.current, lines=told, by=by)


def test_a_sheet_is_typed_twice_without_harm(plan, two, code, by_therapist, today, time_machine):
    time_machine.shift(timedelta(days=2))
    lines = [
        (today, two, "done"),
        (today, code, "partly"),
        (today + timedelta(days=1), two, "not_today"),
    ]
    rows = sheet(plan, *lines, by=by_therapist)
    assert [(row.outcome, row.source) for row in rows] == [
        ("done", "paper"),
        ("partly", "paper"),
        ("not_today", "paper"),
    ]
    assert rows[0].by == by_therapist.user
    assert sheet(plan, *lines, by=by_therapist) == []
    assert queries.days_done(plan.patient, timezone.localdate()) == (1, 2)


def test_paper_leaves_what_the_phone_said(plan, code, by_therapist, today):
    row = do(plan, code)
    assert sheet(plan, (today, code, "not_today"), by=by_therapist) == []
    (entry,) = queries.of_day(plan.patient, today)[code]
    assert entry.row == row


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ((timedelta(days=1), "", "done"), "has not come yet"),
        ((timedelta(), "ZZZ-99", "done"), "not on this sheet"),
        ((timedelta(), "", "begun"), "Choose"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_nothing_is_kept(
    plan, two, code, by_therapist, today, line, words
):
    late, other, outcome = line
    with pytest.raises(actions.LogRefused, match=words):
        sheet(plan, (today, two, "done"), (today + late, other or code, outcome), by=by_therapist)
    assert not SessionLog.objects.exists()


def test_only_who_records_visits_types_a_sheet(plan, code, by, by_admin, today):
    for one in (by, by_admin):
        with pytest.raises(Denied):
            sheet(plan, (today, code, "done"), by=one)


def test_small_things_from_paper(plan, by, by_therapist, today):
    def note(kind, value=None, on=today):
        return actions.note_paper(
            patient=plan.patient, on=on, kind=kind, value=value, by=by_therapist
        )

    assert note("walked", 20).value == 20
    assert note("pain", 3).value == 3
    assert note("pain", 8).value == 3  # what is there stays
    for kind, value, on in (
        ("pain", 11, today),
        ("walked", 0, today),
        ("sore", 2, today),
        ("breathing", None, today + timedelta(days=1)),
    ):
        with pytest.raises(actions.LogRefused):
            note(kind, value, on)


# Whatever the order --------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from(["set", "leave", "ease", "hurt", "back"]), st.integers(1, 3)),
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_each_step_twice_is_each_step_once(plan, two, by, steps):
    """Posting everything twice leaves the same log as posting it once."""

    class Undo(Exception):
        pass

    def walk(times):
        try:
            with transaction.atomic():
                for step, number in steps:
                    key = uuid4()
                    for _ in range(times):
                        try_step(plan, two, by, step, number, key)
                rows = SessionLog.objects.filter(patient=plan.patient).order_by("number")
                kept.append([(row.outcome, row.sets, row.peak, row.swapped_for) for row in rows])
                raise Undo
        except Undo:
            pass

    kept = []
    walk(1)
    walk(2)
    assert kept[0] == kept[1]


def try_step(plan, code, by, step, number, key):
    about = {"patient": plan.patient, "exercise": code, "by": by}
    entries = queries.of_day(plan.patient, timezone.localdate()).get(code, [])
    try:
        if step == "set":
            actions.finish_set(turn=1, sets=min(number, 2), **about)
        elif step == "leave":
            actions.leave(**about)
        elif step == "ease":
            actions.ease(**about)
        elif step == "hurt":
            actions.too_much(peak=number, where="back", key=key, **about)
        elif entries:
            actions.take_back(number=number, **about)
    except actions.LogRefused:
        pass


def test_a_whole_day(plan):
    rows = do_all(plan)
    day = mine_queries.today(plan.patient, timezone.localtime(), timezone.localdate())
    assert day.done and {row.outcome for row in rows} == {"done"}
