"""What blocks a draft, what changed since the last version, and how many queries it takes."""

from datetime import UTC, date, datetime, time

import pytest

from careplan.actions import home_plan, program
from careplan.actions import plan as actions
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as queries
from careplan.rules.book import book
from tests.factories.plan import assessed, drafted, intake, looked_at, signed


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to(datetime(2026, 11, 24, 9, 12, tzinfo=UTC))


@pytest.fixture
def second(patient, by_therapist):
    """The draft of version 2, whole, beside version 1."""
    actions.revise(plan=signed(patient, by_therapist), by=by_therapist)
    return queries.draft_of(patient)


def changes(patient) -> list[tuple[str, str, str]]:
    found = queries.differences(queries.draft_of(patient), queries.current_of(patient))
    return [(row.kind, row.text, row.small) for row in found]


def test_a_first_version_differs_from_nothing(patient, by_therapist):
    assert queries.differences(drafted(patient, by_therapist), None) == []


def test_a_copy_is_the_same(patient, second):
    assert changes(patient) == [("same", "Nothing is different", "")]


def test_another_order_alone_is_said(patient, second, by_therapist):
    items = home_queries.items_of(second)
    home_plan.set_items(version=second, items=items[::-1], by=by_therapist)
    assert changes(patient)[0] == ("changed", "The exercises are in another order", "")


def test_every_kind_of_change_is_said(patient, second, by_therapist):
    items = home_plan.dosed(home_queries.items_of(second), {"COR-02": {"sets": 2, "hold_s": 3}})
    items = home_plan.dropped(items, "EXP-01")
    items = home_plan.added(items, home_queries.default_item("EXP-04"))
    home_plan.set_items(version=second, items=items, by=by_therapist)
    program.lay(
        version=second,
        sessions_per_week=3,
        weeks=6,
        starts_on=date(2026, 12, 1),
        weekdays=(0, 2, 4),
        at=time(14, 30),
        aerobic_minutes_goal=25,
        by=by_therapist,
    )
    actions.save_goals(version=second, goals=[("Dance", None)], by=by_therapist)
    actions.save_routine(version=second, routine=[], by=by_therapist)
    actions.save_note(version=second, note="New year, new start.", by=by_therapist)
    assert changes(patient) == [
        ("added", "Sit to stand added", "2 sets of 8"),
        ("removed", "Knee rocks taken out", ""),
        ("changed", "Pelvic tilt: 2 sets of 10, hold 3 s", "was 1 set of 10, hold 5 s"),
        ("changed", "7.25 to 8.75 minutes a day, limit 15", ""),
        (
            "changed",
            "3 a week for 6 weeks, Monday, Wednesday and Friday at 14:30, from 1 December",
            "was 2 a week for 8 weeks, Monday and Thursday at 9:00, from 25 November",
        ),
        ("changed", "Walking goal 25 minutes a day", "was 30"),
        ("changed", "The goals", ""),
        ("changed", "The daily routine", ""),
        ("changed", "The note to Margaret", ""),
        ("same", "All the rest is the same", ""),
    ]


def test_a_newer_answer_that_allows_no_plan_is_named(patient, by_therapist):
    version = drafted(patient, by_therapist)
    assessed(patient, by_therapist.user, disposition="not_chronic")
    found = queries.blockers(version)
    assert [row.part for row in found] == ["safety"]
    assert "says “not chronic”: it allows no plan" in found[0].text


def test_everything_that_blocks_comes_at_once(patient, by_therapist, time_machine):
    version = drafted(patient, by_therapist)
    items = [home_queries.default_item(code) for code in ("COR-10", "COR-11", "COR-09", "EXP-05")]
    home_plan.set_items(version=version, items=items, by=by_therapist)
    time_machine.move_to(datetime(2027, 1, 2, tzinfo=UTC))
    texts = [row.text for row in queries.blockers(queries.whole(version.pk))]
    assert texts[-1] == "2 cautions to answer."
    assert texts[:-1] == [
        "The first day, 25 November, has passed.",
        "3.0 over. Remove one, or cut a set.",
        "Mark what belongs to the five-minute day.",
        "Posture is missing: add one or say why not.",
        "Flexibility is missing: add one or say why not.",
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {"function": {"walking_minutes": 5}},
        {"availability": {"too_tired": True}, "function": {"fatigue": 8}},
    ],
)
def test_a_small_plan_needs_no_five_parts(patient, by_therapist, facts):
    version = drafted(patient, by_therapist, facts=intake(**facts))
    assert queries.blockers(version) == []


def test_care_is_named_for_the_chosen_exercises_alone(patient, by_therapist):
    facts = intake(conditions=["wrist_problem", "shoulder_problem"])
    titles = [row.title for row in queries.cautions(drafted(patient, by_therapist, facts=facts))]
    assert len(titles) == 1
    assert titles[0].startswith("Cat-camel, with a wrist problem: ")


def test_a_caution_waits_for_a_reason(patient, by_therapist):
    version = drafted(patient, by_therapist, facts=intake(conditions=["wrist_problem"]))
    (one,) = queries.cautions(version)
    assert (one.part, one.exercise, one.reason) == ("home", "FLX-08", "")
    assert [row.text for row in queries.blockers(version)] == ["One caution to answer."]
    actions.weigh(version=version, key=one.key, reason="Done on her fists.", by=by_therapist)
    version = queries.whole(version.pk)
    assert queries.cautions(version)[0].reason == "Done on her fists."
    assert queries.blockers(version) == []
    actions.weigh(version=version, key=one.key, reason=" ", by=by_therapist)
    assert queries.blockers(queries.whole(version.pk))


def test_core_exercises_wait_for_the_checklist(patient, by_therapist):
    version = actions.draft(assessment=assessed(patient, by_therapist.user), by=by_therapist)
    version = queries.whole(version.pk)
    waits = [row for row in queries.blockers(version) if row.part == "movement"]
    assert len(waits) == 1 and "checklist" in waits[0].text
    seen = {code: {"seen": True, "note": ""} for code in ("stand", "walk", "sit", "lift")}
    actions.save_movement(version=version, seen=seen, by=by_therapist)
    assert queries.blockers(queries.whole(version.pk)) == waits
    assert queries.blockers(looked_at(version, by_therapist)) == []


def test_no_stop_of_the_book_can_be_signed(patient, by_therapist):
    """Whatever the book stops, something on the page blocks, also where the words are our own."""
    library = list(book().exercises)
    version = drafted(patient, by_therapist, facts=intake(availability={"minutes_a_day": 8}))
    for start in range(0, len(library) - 5, 3):
        items = [home_queries.default_item(code) for code in library[start : start + 5]]
        home_plan.set_items(version=version, items=items, by=by_therapist)
        whole = queries.whole(version.pk)
        stops = [row for row in queries.judged(whole) if row["severity"] == "stop"]
        assert stops and queries.blockers(whole)


def test_a_version_comes_whole_in_three_queries_and_the_catalogue_in_one(
    patient, second, django_assert_num_queries
):
    with django_assert_num_queries(4):
        version = queries.draft_of(patient)
        home_queries.items_of(version)
        queries.differences(version, version)
        queries.cautions(version)


def test_check_ins_run_two_weeks_past_the_program():
    days = queries.checkin_days(date(2026, 11, 24), weeks=8)
    assert (len(days), days[0], days[-1]) == (5, date(2026, 12, 8), date(2027, 2, 2))
    assert len(queries.checkin_days(date(2026, 11, 24), weeks=7)) == 4


# Bouts ---------------------------------------------------------------------------------------


def split(version, by, bouts=None, anchors=None):
    items = home_plan.split(home_queries.items_of(queries.whole(version.pk)), bouts)
    home_plan.set_items(version=version, items=items, anchors=anchors, by=by)


def test_a_split_day_is_said_in_words_for_both_readers(patient, second, by_therapist):
    split(second, by_therapist)
    words = (
        "Exercises in 3 short times a day: while the kettle boils; before lunch; "
        "when the evening news comes on"
    )
    assert changes(patient)[0] == ("changed", words, "was exercises in one piece")


def test_what_moved_between_the_bouts_is_said(patient, by_therapist):
    first = drafted(patient, by_therapist)
    split(first, by_therapist)
    signed(patient, by_therapist)
    second = actions.revise(plan=first.plan, by=by_therapist)
    assert changes(patient) == [("same", "Nothing is different", "")]
    items = home_queries.items_of(queries.whole(second.pk))
    turned = home_plan.moved(items, items[1]["exercise"], -1)
    home_plan.set_items(version=second, items=turned, by=by_therapist)
    kind, words, small = changes(patient)[0]
    assert words.endswith(": while the kettle boils") and small == "was before lunch"
    home_plan.set_items(version=second, items=home_plan.merged(items), by=by_therapist)
    assert changes(patient)[0][1] == "Exercises in one piece"
