"""A day in short bouts on the patient's phone: what is next, one bout at a time, one day."""

from datetime import timedelta

import pytest
from django.urls import reverse

from careplan.actions import checkin as diary
from careplan.actions import home_plan
from careplan.actions import plan as plans
from careplan.models import DayEntry, SessionLog
from careplan.queries import home_plan as home_queries
from careplan.queries import mine as queries
from careplan.queries import plan as plan_queries
from careplan.queries import session_log as logs
from tests.factories.checkin import by_patient, running
from tests.factories.session_log import do, exercises, hurt

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist, monkeypatch):
    """A plan that runs, its day in three bouts."""
    draft = plans.draft

    def split(**about):
        version = plan_queries.whole(draft(**about).pk)
        items = home_plan.split(home_queries.items_of(version))
        home_plan.set_items(version=version, items=items, by=by_therapist)
        return plan_queries.whole(version.pk)

    with monkeypatch.context() as patched:
        patched.setattr(plans, "draft", split)
        return running(patient, by_therapist)


@pytest.fixture
def phone(signed_in, plan, patient):
    return signed_in(patient.user)


def at(name, *args) -> str:
    return reverse(f"mine_{name}", args=args)


def main(response) -> str:
    page = response.content.decode().split("<main")[1]
    return " ".join(page.split())


def bout(plan, number: int) -> list[str]:
    return [row.exercise for row in exercises(plan) if row.bout == number]


def do_bout(plan, number: int) -> None:
    for code in bout(plan, number):
        do(plan, code)


def today_of(plan, now):
    return queries.today(plan.patient, now, now.date())


def test_today_shows_the_bouts_and_the_next_one_big(phone, plan):
    page = main(phone.get(at("today")))
    assert "3 short times today" in page
    assert '<h2 id="exercises">While the kettle boils</h2>' in page
    assert page.count('<details class="cp-card cp-part"') == 3
    assert f'{at("start")}?bout=1"' in page
    do_bout(plan, 1)
    page = main(phone.get(at("today")))
    assert '<h2 id="exercises">Before lunch</h2>' in page
    assert f'{at("start")}?bout=2"' in page and f'{at("start")}?bout=1"' not in page


def test_the_player_plays_one_bout(phone, plan):
    diary.note_day(patient=plan.patient, kind="pain", value=3, by=by_patient(plan.patient))
    first, second = bout(plan, 1), bout(plan, 2)
    assert phone.get(at("start"))["Location"] == at("exercise", first[0])
    assert f"1 of {len(first)}" in phone.get(at("exercise", first[0])).content.decode()
    for code, after in zip(first, [*first[1:], None], strict=True):
        answer = phone.post(at("exercise", code), {"turn": "1", "set": "1"})
        assert answer["Location"] == (at("exercise", after) if after else at("today"))
    assert phone.get(at("start"))["Location"] == at("exercise", second[0])


def test_any_bout_may_come_first_also_when_the_pain_is_asked(phone, plan):
    third = bout(plan, 3)[0]
    asked = phone.get(at("start") + "?bout=3")["Location"]
    assert asked == at("note", "pain") + "?start=1&bout=3"
    page = phone.get(asked).content.decode()
    assert '<input type="hidden" name="bout" value="3">' in page and "skip=1&amp;bout=3" in page
    kept = phone.post(at("note_save", "pain"), {"value": "3", "start": "1", "bout": "3"})
    assert kept["Location"] == at("start") + "?bout=3"
    assert phone.get(kept["Location"])["Location"] == at("exercise", third)


@pytest.mark.parametrize("asked", ["0", "9", "x", "1'"])
def test_a_bout_that_there_is_not_is_the_next_one(phone, plan, asked):
    answer = phone.get(at("start"), {"bout": asked, "skip": "1"})
    assert answer["Location"] == at("exercise", bout(plan, 1)[0])


def test_after_the_last_bout_the_day_is_done(phone, plan):
    for number in (1, 2):
        do_bout(plan, number)
    *most, last = bout(plan, 3)
    for code in most:
        do(plan, code)
    assert phone.post(at("exercise", last), {"turn": "1", "set": "1"})["Location"] == at("finished")


def test_logs_say_which_bout(plan):
    for number in (1, 2, 3):
        do_bout(plan, number)
    told = dict(SessionLog.objects.values_list("exercise", "bout"))
    assert told == {row.exercise: row.bout for row in exercises(plan)}


def test_a_bad_day_is_one_piece(phone, plan):
    phone.post(at("hard_day"), {"short": "1"})
    page = main(phone.get(at("today")))
    assert "short times today" not in page and "The short day. It counts." in page
    code = next(row.exercise for row in exercises(plan) if row.short_day)
    do(plan, code)
    assert SessionLog.objects.get(exercise=code).bout is None


def test_three_bouts_are_one_day_and_one_session(plan, time_machine, today):
    for _ in range(3):
        do_bout(plan, 1)
        do_bout(plan, 2)
        do_bout(plan, 3)
        time_machine.shift(timedelta(days=1))
    day = today + timedelta(days=3)
    assert DayEntry.objects.filter(kind="exercise").values("on").distinct().count() == 3
    done, ran = logs.days_done(plan.patient, day)
    assert (done, ran) == (3, 3)
    for record in logs.records(plan.patient, day).values():
        assert len({one["on"] for one in record["sessions"]}) == len(record["sessions"]) == 3


def test_one_bout_of_a_day_is_enough_for_the_day_to_count(plan, time_machine, today):
    do_bout(plan, 2)
    time_machine.shift(timedelta(days=1))
    assert logs.days_done(plan.patient, today + timedelta(days=1)) == (1, 1)


def test_red_in_one_bout_counts_at_once_and_the_others_go_on(phone, plan):
    code = bout(plan, 2)[0]
    hurt(plan, code, 9)
    page = main(phone.get(at("instead", code)))
    assert "Ease off" in page
    assert logs.zone_now(logs.record(plan.patient, code, SessionLog.objects.get().on)) == "red"
    assert today_of(plan, SessionLog.objects.get().at).bout.number == 1


def test_the_worst_of_the_bouts_holds_for_the_day(phone, plan):
    do_bout(plan, 1)
    assert "Enough for today?" in main(phone.get(at("today")))
    phone.post(at("finished"), {"sore": "8", "effort": "3"})
    do_bout(plan, 2)
    phone.post(at("finished"), {"sore": "2", "effort": "6"})
    told = dict(DayEntry.objects.filter(kind__in=("sore", "effort")).values_list("kind", "value"))
    assert told == {"sore": 8, "effort": 6}


def test_what_was_left_is_no_tick(phone, plan):
    for code in bout(plan, 1):
        phone.post(at("leave", code))
    page = main(phone.get(at("today")))
    assert "<b>While the kettle boils</b><small>Not today</small>" in page


def test_a_bout_that_waits_for_a_look_is_gone(plan, time_machine):
    code = bout(plan, 1)[0]
    assert len(bout(plan, 1)) == 1
    hurt(plan, code, 9)
    time_machine.shift(timedelta(days=1))
    hurt(plan, code, 9)
    shown = today_of(plan, SessionLog.objects.latest("id").at)
    assert [one.number for one in shown.bouts] == [2, 3]


def test_the_plan_and_what_was_done_without_the_phone_are_in_bouts(phone, plan):
    page = main(phone.get(at("plan")))
    assert "In 3 short times a day" in page and "While the kettle boils" in page
    page = main(phone.get(at("did")))
    assert page.index("While the kettle boils") < page.index("Before lunch")


@pytest.mark.parametrize("name", ["today", "plan", "did"])
def test_queries_do_not_grow_with_the_bouts(
    phone, plan, name, by_therapist, django_assert_max_num_queries
):
    with django_assert_max_num_queries(60) as few:
        phone.get(at(name))
    counted = len(few)
    draft = plan_queries.whole(plans.revise(plan=plan, by=by_therapist).pk)
    assert [one["bout"] for one in home_queries.items_of(draft)][-1] == 3
    do_bout(plan, 1)
    with django_assert_max_num_queries(counted):
        phone.get(at(name))
