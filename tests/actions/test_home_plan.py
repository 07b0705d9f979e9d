"""Minutes come from the dose; what is forbidden, unknown or out of bounds is never kept."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careplan.actions import home_plan as actions
from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.queries import home_plan as queries
from careplan.queries import plan as plan_queries
from careplan.rules.book import book
from patients.access import Denied
from patients.models import AuditEvent
from tests.factories.plan import drafted


@pytest.fixture
def draft(patient, by_therapist):
    return drafted(patient, by_therapist, hidden={"COR-03": "Not with pregnancy."})


def codes(version) -> list[str]:
    return [row.exercise for row in plan_queries.whole(version.pk).home_plan.items.all()]


@pytest.mark.parametrize(
    ("template", "minutes"),
    [
        ("TPL-1", "7.25"),
        ("TPL-2", "14.00"),
        ("TPL-3", "13.75"),
        ("TPL-N", "9.25"),
        ("TPL-S", "11.75"),
        ("TPL-T", "4.25"),
    ],
)
def test_templates_take_the_minutes_of_the_specification(template, minutes):
    items = actions.from_template(template, forbidden=())
    assert queries.total(items) == Decimal(minutes)


@pytest.mark.parametrize(
    ("code", "minutes"),
    [("COR-10", "4.5"), ("EXP-05", "4"), ("FLX-01", "2"), ("AER-07", "15"), ("POS-07", "1")],
)
def test_an_exercise_takes_the_minutes_of_the_specification(code, minutes):
    assert queries.minutes(queries.default_item(code)) == Decimal(minutes)


def test_walking_is_counted_apart():
    walk, tilt = queries.default_item("AER-02"), queries.default_item("COR-02")
    assert queries.total([walk, tilt]) == Decimal("1.75")


CODES = st.sampled_from(sorted(code for code in book().exercises))
LISTS = st.lists(CODES, unique=True, max_size=12)


@given(LISTS)
def test_the_total_is_the_sum_with_a_changeover_each(chosen):
    items = [queries.default_item(code) for code in chosen]
    counted = [code for code in chosen if not code.startswith("AER")]
    parts = sum(Decimal(str(book().exercises[code].minutes)) for code in counted)
    assert queries.total(items) == parts + Decimal("0.25") * len(counted)


@given(LISTS)
def test_the_short_day_always_fits_five_minutes(chosen):
    items = queries.with_short_day([queries.default_item(code) for code in chosen])
    short = [item for item in items if item["short_day"]]
    assert queries.total(short) <= 5
    assert [item["exercise"] for item in items] == chosen
    shortest = [i for i in items if not i["exercise"].startswith("AER") and queries.minutes(i) < 5]
    assert bool(short) == bool(shortest)


@given(LISTS, st.integers(0, 11), st.sampled_from([-1, 1]))
def test_moving_keeps_every_exercise(chosen, place, step):
    items = [queries.default_item(code) for code in chosen]
    code = chosen[place] if place < len(chosen) else "COR-01"
    turned = actions.moved(items, code, step)
    assert sorted(map(str, turned)) == sorted(map(str, items))


def test_list_to_list():
    one, two, three = (queries.default_item(code) for code in ("COR-01", "COR-02", "POS-01"))
    assert actions.added([one], two) == [one, two]
    assert actions.added([one, two], three, 0) == [three, one, two]
    assert actions.added([one], two, 99) == [one, two]
    assert actions.dropped([one, two], "COR-01") == [two]
    assert actions.moved([one, two], "COR-02", -1) == [two, one]
    assert actions.moved([one, two], "COR-02", +1) == [one, two]
    assert actions.dosed([one], {"COR-01": {"sets": 3}})[0]["sets"] == 3


def test_items_are_kept_in_order_with_their_minutes(draft, by_therapist):
    items = [queries.default_item(code) for code in ("POS-01", "COR-07")]
    home = actions.set_items(
        version=draft, items=actions.dosed(items, {"COR-07": {"sets": 3}}), by=by_therapist
    )
    rows = list(home.items.all())
    assert [(row.position, row.exercise, row.minutes) for row in rows] == [
        (1, "POS-01", Decimal("1.00")),
        (2, "COR-07", Decimal("3.50")),
    ]
    assert home.minutes == Decimal("5.00")
    event = AuditEvent.objects.get(action="plan.home_plan", before__exercises__0="COR-01")
    assert event.after["minutes"] == "5.00"


def test_a_draft_may_be_over_fifteen_minutes(draft, by_therapist):
    items = actions.from_template("TPL-2", ()) + [queries.default_item("COR-10")]
    items = actions.dropped(items, "COR-03")
    home = actions.set_items(version=draft, items=items, by=by_therapist)
    assert home.minutes == Decimal("16.50")
    texts = [blocker.text for blocker in plan_queries.blockers(plan_queries.whole(draft.pk))]
    assert "1.5 over. Remove one, or cut a set." in texts


def item(code="COR-01", **dose):
    return queries.default_item(code) | dose


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([item("COR-03")], "Heel tap is left out: Not with pregnancy"),
        ([item(), item()], "on the list twice"),
        ([item() | {"exercise": "COR-99"}], "no exercise COR-99"),
        ([item(sets=0)], "sets from 1 to 10, not 0"),
        ([item(reps=10000)], "repetitions from 1 to 60, not 10000"),
        ([item(hold_s=-1)], "seconds to hold from 0 to 120, not -1"),
        ([item("COR-01", sets=10, reps=60, hold_s=120)], "would take .* minutes: cut a set"),
        ([item(code) for code in list(book().exercises)[:13]], "At most 12"),
    ],
)
def test_what_may_not_be_kept_says_why(draft, by_therapist, items, words):
    before = codes(draft)
    with pytest.raises(PlanRefused, match=words):
        actions.set_items(version=draft, items=items, by=by_therapist)
    assert codes(draft) == before


def test_a_reason_is_kept_and_taken_back(draft, by_therapist):
    for text, kept in (("Stretching hurts", {"FLX": "Stretching hurts"}), (" ", {})):
        actions.set_items(version=draft, items=[item()], reasons={"FLX": text}, by=by_therapist)
        assert plan_queries.whole(draft.pk).reasons == kept
    for reasons, words in (({"ZZZ": "x"}, "no part ZZZ"), ({"FLX": "x" * 301}, "300 letters")):
        with pytest.raises(PlanRefused, match=words):
            actions.set_items(version=draft, items=[item()], reasons=reasons, by=by_therapist)


def test_the_second_tab_overwrites_nothing(draft, by_therapist):
    seen = draft.revision
    actions.set_items(version=draft, items=[item()], revision=seen, by=by_therapist)
    with pytest.raises(DraftMoved, match="after you opened it"):
        actions.set_items(version=draft, items=[], revision=seen, by=by_therapist)
    assert codes(draft) == ["COR-01"]


def test_only_therapists_change_a_draft(draft, by_prescriber):
    with pytest.raises(Denied, match="draft plans"):
        actions.set_items(version=draft, items=[], by=by_prescriber)


# Bouts ---------------------------------------------------------------------------------------

FIVE = ("COR-01", "COR-02", "POS-01", "FLX-08", "EXP-01")


def five() -> list[dict]:
    return [queries.default_item(code) for code in FIVE]


def parts(version) -> list[tuple]:
    bouts = queries.bouts_of(plan_queries.whole(version.pk))
    return [(one.anchor, *(item["exercise"] for item in one.items)) for one in bouts]


def test_a_day_is_split_with_a_habit_each(draft, by_therapist):
    actions.set_items(version=draft, items=actions.split(five()), by=by_therapist)
    assert parts(draft) == [
        ("while the kettle boils", "COR-01"),
        ("before lunch", "COR-02", "POS-01"),
        ("when the evening news comes on", "FLX-08", "EXP-01"),
    ]
    event = AuditEvent.objects.filter(action="plan.home_plan").latest("id")
    assert event.after["bouts"][1] == "before lunch: COR-02, POS-01"


@given(LISTS)
def test_a_split_keeps_every_exercise_once_and_the_day_as_long(chosen):
    items = [queries.default_item(code) for code in chosen]
    turned = actions.split(items)
    assert sorted(one["exercise"] for one in turned) == sorted(chosen)
    kept, anchors = actions.in_bouts(turned, [])
    spent = sum(one.minutes for one in queries.bouts(kept, anchors))
    assert spent == (queries.total(items) if len({one["bout"] for one in kept}) > 1 else 0)
    assert actions.merged(kept) == [one | {"bout": 1} for one in kept]


def test_anchors_stay_until_others_are_chosen(draft, by_therapist):
    own = {"code": "", "words": "  after  the school run "}
    anchors = [own, {"code": "news", "words": ""}, actions.anchor("before lunch")]
    actions.set_items(version=draft, items=actions.split(five()), anchors=anchors, by=by_therapist)
    names = ["after the school run", "when the evening news comes on", "before lunch"]
    assert [one[0] for one in parts(draft)] == names
    items = actions.dosed(queries.items_of(plan_queries.whole(draft.pk)), {"COR-01": {"reps": 9}})
    actions.set_items(version=draft, items=items, by=by_therapist)
    assert [one[0] for one in parts(draft)] == names


def test_moving_goes_through_the_bouts_and_an_empty_one_is_gone(draft, by_therapist):
    items = actions.split(five())  # 1 | 2 | 2 gives 1 2 2 3 3
    down = actions.moved(items, "COR-01", +1)
    assert [(one["exercise"], one["bout"]) for one in down][:2] == [("COR-01", 2), ("COR-02", 2)]
    actions.set_items(version=draft, items=down, by=by_therapist)
    assert parts(draft) == [
        ("while the kettle boils", "COR-01", "COR-02", "POS-01"),
        ("before lunch", "FLX-08", "EXP-01"),
    ]


def test_the_anchor_of_an_empty_bout_goes_with_it(draft, by_therapist):
    anchors = [actions.anchor(words) for words in ("one", "two", "three")]
    gone = [one for one in actions.split(five()) if one["bout"] != 2]
    actions.set_items(version=draft, items=gone, anchors=anchors, by=by_therapist)
    assert parts(draft) == [("one", "COR-01"), ("three", "FLX-08", "EXP-01")]


def test_an_exercise_is_put_at_a_place_in_a_bout():
    items = actions.split(five())
    there = actions.put(items, "EXP-01", 1, 2)
    assert [(one["exercise"], one["bout"]) for one in there] == [
        ("COR-01", 1), ("EXP-01", 2), ("COR-02", 2), ("POS-01", 2), ("FLX-08", 3)
    ]  # fmt: skip
    assert actions.put(items, "EXP-01", 1, 9) == items
    assert actions.put(items, "EXP-02", 1, 1) == items


def test_one_piece_again(draft, by_therapist):
    actions.set_items(version=draft, items=actions.split(five()), by=by_therapist)
    items = queries.items_of(plan_queries.whole(draft.pk))
    home = actions.set_items(version=draft, items=actions.merged(items), by=by_therapist)
    assert (parts(draft), codes(draft)) == ([], list(FIVE))
    assert [one["code"] for one in home.anchors] == ["kettle", "before_lunch", "news"]


def test_what_is_added_joins_the_last_bout(draft, by_therapist):
    items = actions.added(actions.split(five()), queries.default_item("EXP-02"))
    assert items[-1]["bout"] == 3


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["", "b", "c"], "Bout 1: choose or write when."),
        (["   ", "b", "c"], "Bout 1: choose or write when."),
        (["a", "x" * 81, "c"], "Bout 2: “when” has at most 80 letters."),
        (["a", "b", "a"], "Bout 3: a is chosen twice."),
    ],
)
def test_a_bout_says_when(draft, by_therapist, words, reason):
    anchors = [{"code": "", "words": one} for one in words]
    items = actions.split(five())
    with pytest.raises(PlanRefused, match=reason):
        actions.set_items(version=draft, items=items, anchors=anchors, by=by_therapist)


def test_more_bouts_than_a_day_has_are_refused(draft, by_therapist):
    items = [one | {"bout": n} for n, one in enumerate(five(), 1)]
    with pytest.raises(PlanRefused, match="at most 3 bouts"):
        actions.set_items(version=draft, items=items, by=by_therapist)


def test_words_of_a_page_stay_words(draft, by_therapist):
    words = "after <script>alert(1)</script> & #tea"
    anchors = [actions.anchor(words), actions.anchor("b"), actions.anchor("c")]
    actions.set_items(version=draft, items=actions.split(five()), anchors=anchors, by=by_therapist)
    assert parts(draft)[0][0] == words
