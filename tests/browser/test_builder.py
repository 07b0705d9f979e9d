"""From a finished assessment to a signed plan in fewer than 25 clicks and keys, counted by the stop
watch of `bench.builder`; and by keyboard alone."""

from types import SimpleNamespace

import pytest

from bench import builder
from bench.to_build import KINDS, person
from careplan.models import Plan
from careplan.queries import plan as queries
from patients.models import AuditEvent
from tests.browser.conftest import PHONE
from tests.browser.conftest import SHOTS as JOURNEY

SHOTS = JOURNEY.parent / "builder"


@pytest.fixture
def at_assessment(at, therapist, by_therapist, transactional_db):
    """`at_assessment(kind)`: the patient, and Tom's page with the finished assessment."""

    def enter(kind: str, **screen):
        row = person(kind, by_therapist)
        who = at(therapist, f"/c/north/patients/{row.patient_id}/assessment/", **screen)
        return SimpleNamespace(patient=row.patient, who=who, watch=builder.Watch(who.page))

    return enter


def signed_plan(patient):
    version = queries.current_of(patient)
    assert version and version.plan.state == Plan.State.ACTIVE
    return version


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_plan_takes_fewer_than_25_clicks_and_keys(at_assessment, kind):
    here = at_assessment(kind)
    builder.build(here.watch, typed=builder.TYPED.get(kind, ""))
    assert here.watch.presses < builder.FEWER_THAN, here.watch.lines
    here.who.seen(f"signed-{kind}")
    version = signed_plan(here.patient)
    assert version.program.sessions.count() == version.program.sessions_per_week * (
        version.program.weeks
    )
    assert all(queries.components(version).values())
    assert version.routine and version.education
    (goal,) = version.goals.all()
    assert (goal.text, goal.now, goal.wanted) == (
        builder.TYPED.get(kind) or "Walk to the shops and back",
        3,
        7,
    )
    assert queries.reminders_of(version.plan)
    cautions = queries.cautions(version)
    assert all(one.reason for one in cautions) and bool(cautions) == (kind == "cautions")
    # Each caution was answered by a press of its own.
    assert AuditEvent.objects.filter(action="plan.weigh").count() == len(cautions)


def test_by_keyboard_alone(at_assessment):
    here = at_assessment("cautions")
    page, watch = here.who.page, here.watch

    def go(where, key: str, what: str) -> None:
        """Tab until the place has the focus, then press a key there."""
        for _ in range(150):
            if where.count() and where.evaluate("e => e === document.activeElement"):
                return watch.press(key, what)
            watch.page.keyboard.press("Tab")
        raise AssertionError(f"The Tab key does not reach: {what}")

    go(page.get_by_role("button", name="Build the plan"), "Enter", "build")
    open_ones = page.locator("#live .cp-finding.is-caution")
    left = open_ones.count()
    assert left > 1
    while left:
        go(open_ones.first.locator("details button").first, "Enter", "answer")
        left -= 1
        assert open_ones.count() == left
        if left:  # the next one has the focus itself, not an answer to it
            assert open_ones.first.evaluate("e => e === document.activeElement")
    assert page.locator("#live [data-focus]").inner_text() == "Fill in the movement checklist."
    here.who.seen("answered-by-keyboard")
    go(page.locator("#live [data-focus]"), "Enter", "to the movement")
    go(page.get_by_role("button", name="I have seen all of them"), "Enter", "seen")
    go(page.locator("#live a", has_text="No goal is written yet."), "Enter", "to the goals")
    go(page.locator("button[value='often:carry']"), "Enter", "a goal")
    go(page.get_by_role("link", name="Go to signing"), "Enter", "go to signing")
    go(page.locator("#id_read"), "Space", "read")
    go(page.get_by_role("button", name="Sign version 1"), "Enter", "sign")
    assert signed_plan(here.patient).goals.get().text == "Carry my shopping home"


def test_a_tap_for_each_caution_on_a_phone(at_assessment):
    """A second tap at the same place answers nothing that has not been seen."""
    here = at_assessment("cautions", screen=PHONE)
    page = here.who.page
    here.watch.click(page.get_by_role("button", name="Build the plan"), "build")
    open_ones = page.locator("#live .cp-finding.is-caution")
    left = open_ones.count()
    answer = open_ones.first.locator("details button").first
    answer.scroll_into_view_if_needed()
    box = answer.bounding_box()
    page.mouse.dblclick(box["x"] + 20, box["y"] + 10, delay=30)
    here.watch.press("Shift", "wait")
    assert open_ones.count() == left - 1
    here.who.seen("phone-cautions")
