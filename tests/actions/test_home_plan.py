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
