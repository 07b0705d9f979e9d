"""The player, too much, the hard day and what comes after, as plain pages without JavaScript."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from careplan.actions import checkin as diary
from careplan.models import DayEntry, FollowUp, SessionLog
from careplan.queries import mine as queries
from tests.factories.checkin import by_patient
from tests.factories.proposal import RED, logged
from tests.factories.session_log import do, do_all, exercises, hurt, with_two_sets

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist, monkeypatch):
    return with_two_sets(patient, by_therapist, monkeypatch)


@pytest.fixture
def phone(signed_in, plan, patient):
    return signed_in(patient.user)


@pytest.fixture
def two(plan):
    return next(row.exercise for row in exercises(plan) if row.sets == 2)


@pytest.fixture
def code(plan):
    return next(row.exercise for row in exercises(plan) if row.sets == 1)


def text(response) -> str:
    return response.content.decode()


def at(name, *args) -> str:
    return reverse(f"mine_{name}", args=args)


def main(response) -> str:
    return text(response).split("<main")[1]


def hidden(page: str, form: str) -> dict:
    """The hidden fields of one form."""
    body = page.split(f'id="{form}"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', body))


# From start to end ---------------------------------------------------------------------------


def test_start_asks_the_pain_once_then_goes_on(phone, plan):
    first = exercises(plan)[0].exercise
    ask = phone.get(at("start"))["Location"]
    assert ask == at("note", "pain") + "?start=1"
    assert "Start without a number" in text(phone.get(ask))
    assert phone.get(at("start") + "?skip=1")["Location"] == at("exercise", first)
    kept = phone.post(at("note_save", "pain"), {"value": "4", "start": "1"})
    assert kept["Location"] == at("start")
    assert phone.get(at("start"))["Location"] == at("exercise", first)


def test_every_exercise_set_by_set_to_the_end(phone, plan):
    items = exercises(plan)
    place = at("exercise", items[0].exercise)
    for number, item in enumerate(items, 1):
        for done in range(1, item.sets + 1):
            page = text(phone.get(place.partition("?")[0]))
            assert f"{number} of {len(items)}" in page
            if item.sets > 1:
                assert f"Set {done} of {item.sets} done" in page
            fields = hidden(page, "done")
            assert fields["set"] == str(done)
            place = phone.post(at("exercise", item.exercise), fields)["Location"]
    assert place == at("finished")
    assert set(DayEntry.objects.filter(kind="exercise").values_list("exercise", flat=True)) == {
        item.exercise for item in items
    }
    assert "That is your exercises for today" in text(phone.get(at("today")))


def test_a_double_tap_is_one_set(phone, two):
    for _ in range(2):
        answer = phone.post(at("exercise", two), {"turn": "1", "set": "1"})
    assert answer["Location"] == at("exercise", two) + "?rest=1"
    assert SessionLog.objects.count() == 1


def test_a_rest_can_be_left_at_once(phone, plan, two):
    phone.post(at("exercise", two), {"turn": "1", "set": "1"})
    page = text(phone.get(at("exercise", two) + "?rest=1"))
    rest = queries.item(plan.patient, two, timezone.localdate()).dose["rest_s"]
    assert rest and f'data-rest="{rest}"' in page
    assert "Start set 2" in page and "Too much" in page


@pytest.mark.parametrize("typed", [{"set": "9"}, {"turn": "9", "set": "1"}, {"set": "x" * 9}])
def test_a_form_that_was_changed_does_no_harm(phone, code, typed):
    answer = phone.post(at("exercise", code), typed, follow=True)
    assert answer.status_code == 200
    assert SessionLog.objects.filter(sets__gt=1).count() == 0


def test_an_exercise_that_is_not_in_the_plan_is_404(phone):
    for name in ("exercise", "too_much", "signs"):
        assert phone.get(at(name, "ZZZ-99")).status_code == 404
    assert phone.post(at("leave", "ZZZ-99")).status_code == 404
    for name in ("ease",):
        assert phone.post(at(name, "ZZZ-99"))["Location"] == at("today")


def test_the_zones_count_from_the_usual_pain(phone, code):
    assert "up to 1 above your usual" in text(phone.get(at("exercise", code)))


def test_the_figure_can_be_paused_without_javascript(phone, code):
    assert "/move.svg" in main(phone.get(at("exercise", code)))
    still = main(phone.get(at("exercise", code) + "?still=1"))
    assert "/panels.svg" in still and "Play the figure" in still


# Not today, easier, undo ---------------------------------------------------------------------


def test_not_today_goes_on_and_blames_nobody(phone, plan, code):
    answer = phone.post(at("leave", code), follow=True)
    assert "not today" in text(answer)
    today = main(phone.get(at("today")))
    assert "Not today" in today
    for word in ("missed", "failed", "streak", "only"):
        assert word not in today.lower()


def test_undo_is_one_tap(phone, plan, code):
    page = text(phone.post(at("exercise", code), {"turn": "1", "set": "1"}, follow=True))
    undo = re.search(r'action="(/mine/exercises/[^"]+/undo/\d+/)"', page).group(1)
    assert phone.post(undo)["Location"] == at("exercise", code)
    assert "1 of" in text(phone.get(at("exercise", code)))
    assert not DayEntry.objects.filter(kind="exercise").exists()


def test_the_easier_one_is_shown_in_its_place(phone, plan):
    found = queries.items(plan.patient, timezone.localdate())
    item = next(one for one in found if one.easier)
    phone.post(at("ease", item.row.exercise))
    page = main(phone.get(at("exercise", item.row.exercise)))
    assert item.easier.name in page
    assert f"in place of {item.exercise.name}" in page
    assert "Make it easier" not in page


def test_half_is_shown_where_there_is_no_easier_one(phone, plan):
    found = queries.items(plan.patient, timezone.localdate())
    item = next(one for one in found if not one.easier)
    phone.post(at("ease", item.row.exercise))
    assert "Half of it today" in main(phone.get(at("exercise", item.row.exercise)))


def test_noting_them_all_at_once(phone, plan, code, two):
    assert phone.post(at("did"), {}).status_code == 422
    answer = phone.post(at("did"), {code: "done", two: "partly", "ZZZ-99": "done"})
    assert answer["Location"] == at("finished")
    page = main(phone.get(at("today")))
    assert "Done" in page and "Partly done" in page
    assert phone.post(at("did"), {code: "nonsense"}).status_code == 422


# The hard day --------------------------------------------------------------------------------


def test_the_hard_day_is_short_and_counts(phone, plan):
    short = [row for row in exercises(plan) if row.short_day]
    phone.post(at("hard_day"), {"short": "1"})
    page = main(phone.get(at("today")))
    assert f"{len(short)}\u00a0exercises" in page and "It counts." in page
    for row in short:
        do(plan, row.exercise)
    page = main(phone.get(at("today")))
    assert "That is your exercises for today" in page and "The short day counts." in page
    phone.post(at("hard_day"), {"short": "0"})
    assert "Go on" in main(phone.get(at("today")))


def test_a_hard_day_is_a_post(phone):
    assert phone.get(at("hard_day")).status_code == 405


# Too much ------------------------------------------------------------------------------------


def ask(phone, code, **fields) -> dict:
    """The fields of the page that asks how much it hurts."""
    page = text(phone.get(at("too_much", code)))
    return {"key": hidden(page, "hurts")["key"], "peak": "8", "where": "leg"} | fields


def test_too_much_asks_a_number_then_the_signs(phone, code):
    assert "Too much" in text(phone.get(at("exercise", code)))
    empty = phone.post(at("too_much", code), ask(phone, code, peak=""))
    assert empty.status_code == 422 and "from 0 to 10" in text(empty)
    answer = phone.post(at("too_much", code), ask(phone, code))
    assert answer["Location"] == at("signs", code)
    row = SessionLog.objects.get()
    assert (row.peak, row.where) == (8, "leg")


def test_too_much_posted_twice_is_one(phone, code):
    fields = ask(phone, code)
    for _ in range(2):
        phone.post(at("too_much", code), fields)
    assert SessionLog.objects.count() == 1


def test_the_second_time_in_a_week_still_asks_the_signs(phone, plan, code):
    """It takes the exercise out until the therapist has looked; what is new is asked all the same."""
    logged(plan, code, 2, **RED)
    fields = ask(phone, code)
    for _ in range(2):
        answer = phone.post(at("too_much", code), fields)
        assert answer["Location"] == at("signs", code)
    assert code in queries.left_out(plan.patient)
    page = phone.get(at("signs", code))
    assert page.status_code == 200 and "Chest pain" in text(page)
    sign = {"key": hidden(text(page), "signs")["key"], "sign": "leg_weakness"}
    assert phone.post(at("signs", code), sign)["Location"] == reverse("mine_today")
    assert FollowUp.objects.get(rule="PT-22").severity == "emergency"
    plan.refresh_from_db()
    assert plan.state == "safety_hold"


@pytest.mark.parametrize(
    ("peak", "words"), [(4, "You can carry on"), (6, "Hold here"), (8, "Ease off")]
)
def test_what_to_do_follows_the_rule(phone, plan, code, peak, words):
    # usual pain 5: counted from the 4 before the session (PT-14)
    diary.note_day(patient=plan.patient, kind="pain", value=4, by=by_patient(plan.patient))
    phone.post(at("too_much", code), ask(phone, code, peak=str(peak)))
    answer = phone.post(at("signs", code), {"key": str(uuid4())}, follow=True)
    assert words in main(answer)


@pytest.mark.parametrize(("peak", "words"), [(6, "You can carry on"), (8, "Ease off")])
def test_without_a_number_before_the_usual_pain_stands_in(phone, code, peak, words):
    phone.post(at("too_much", code), ask(phone, code, peak=str(peak)))
    assert words in main(phone.get(at("instead", code)))


@pytest.mark.parametrize("sign", ["chest_pain", "leg_weakness"])
def test_an_emergency_sign_leads_to_the_panel(phone, plan, code, sign):
    page = phone.get(at("signs", code))
    fields = {"key": hidden(text(page), "signs")["key"], "sign": sign}
    for _ in range(2):
        answer = phone.post(at("signs", code), fields, follow=True)
    assert "Get emergency help now" in text(answer)
    assert "Do not drive yourself" in text(answer)
    assert FollowUp.objects.filter(rule="PT-22", severity="emergency").count() == 1
    assert phone.get(at("exercise", code))["Location"] == at("today")
    assert phone.get(at("instead", code))["Location"] == at("today")
    assert "in a session" in text(phone.get(at("show")))


def test_an_urgent_sign_stops_and_gives_the_number(phone, code):
    answer = phone.post(at("signs", code), {"sign": "fall", "key": str(uuid4())}, follow=True)
    assert "We need to speak to you today" in text(answer)
    assert "tel:5550142" in text(answer)


def test_what_hurt_twice_is_left_out_and_said(plan, code, time_machine, signed_in):
    for day in range(2):
        time_machine.shift(timedelta(days=1))
        diary.note_day(patient=plan.patient, kind="pain", value=4, by=by_patient(plan.patient))
        hurt(plan, code, 8)
        assert FollowUp.objects.filter(kind="exercise_review").count() == day
    phone = signed_in(plan.patient.user)
    assert "Leave this one out for now" in main(phone.get(at("instead", code)))
    page = main(phone.get(at("today")))
    assert "One exercise is left out for now" in page
    assert phone.get(at("exercise", code)).status_code == 404


# Afterwards ----------------------------------------------------------------------------------


def test_after_the_last_sore_and_hard_both_to_skip(phone, plan):
    assert phone.get(at("finished"))["Location"] == at("today")  # nothing was done yet
    do_all(plan)
    page = text(phone.get(at("finished")))
    assert "How sore are you now?" in page and "How hard was it?" in page
    phone.post(at("finished"), {"sore": "3", "effort": "44"})
    entry = DayEntry.objects.get(kind="sore")
    assert entry.value == 3
    assert not DayEntry.objects.filter(kind="effort").exists()
    assert phone.post(at("finished"), {})["Location"] == at("today")


def test_the_next_morning_is_asked_on_today(phone, plan, code, time_machine, signed_in):
    do(plan, code)
    assert "this morning" not in main(phone.get(at("today")))
    time_machine.shift(timedelta(hours=22))
    phone = signed_in(plan.patient.user)
    page = main(phone.get(at("today")))
    assert "How is your pain this morning?" in page
    assert "It tells us how yesterday" in text(phone.get(at("note", "pain")))
    phone.post(at("note_save", "pain"), {"value": "6"})
    assert DayEntry.objects.get(kind="morning").value == 6
    assert "this morning" not in main(phone.get(at("today")))


# Size ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["today", "exercise", "too_much", "did", "finished", "instead"])
def test_queries_do_not_grow_with_what_was_logged(
    phone, plan, code, name, time_machine, django_assert_max_num_queries
):
    place = at(name, *([code] if name in ("exercise", "too_much", "instead") else []))
    do(plan, code)
    with django_assert_max_num_queries(60) as few:
        assert phone.get(place).status_code == 200
    for row in exercises(plan):
        for turn in range(1 + (row.exercise == code), 4):
            do(plan, row.exercise, turn=turn)
    with django_assert_max_num_queries(len(few)):
        assert phone.get(place).status_code == 200
