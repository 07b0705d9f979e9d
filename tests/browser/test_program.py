"""One session of a program is moved by mouse and by keyboard; the rest stays; undo puts it back."""

from datetime import date, timedelta

import pytest

from careplan.queries import dates as dates_of
from careplan.queries import plan as plan_queries
from patients import actions as people
from tests.browser.conftest import DESK, PHONE
from tests.factories.plan import drafted, signed

PASSWORD = "correct horse battery"


@pytest.fixture
def at_work(visitor, therapist):
    def enter(screen: dict = DESK):
        who = visitor(screen)
        who.page.goto("/account/login/")
        who.page.fill("input[name=login]", therapist.email)
        who.page.fill("input[name=password]", PASSWORD)
        who.page.locator("form:has(input[name=password])").get_by_role("button").click()
        who.page.wait_for_load_state()
        return who

    return enter


def slot(page, number: int):
    return page.locator(f"a.cp-slot[data-number='{number}']")


def sent(page, words: str):
    """Wait for the answer to what is done inside."""
    return page.expect_response(lambda answer: words in answer.url)


def settled(page):
    page.wait_for_load_state("networkidle")
    page.locator("body:not(.is-new)").wait_for()


def drag(page, number: int, day: str):
    slot(page, number).scroll_into_view_if_needed()
    one, cell = slot(page, number).bounding_box(), page.locator(f"td[data-day='{day}']")
    there = cell.bounding_box()
    page.mouse.move(one["x"] + one["width"] / 2, one["y"] + one["height"] / 2)
    page.mouse.down()
    page.mouse.move(one["x"] + 20, one["y"] + 30, steps=4)
    page.mouse.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2, steps=8)
    page.mouse.up()


def day_of(version, number: int) -> date:
    return dates_of.dates(plan_queries.whole(version.pk)).starts[number].date()


def next_day(start: date) -> str:
    return (start + timedelta(days=1)).isoformat()


@pytest.mark.django_db(transaction=True)
def test_a_session_of_a_draft_by_mouse_and_by_keyboard(at_work, patient, by_therapist):
    version = drafted(patient, by_therapist)
    laid = dates_of.dates(version).starts
    who = at_work()
    page = who.page
    page.goto(f"/c/north/patients/{patient.pk}/plan/program/")
    who.seen("program-draft")
    with sent(page, "/program/move/"):
        drag(page, 4, next_day(laid[4].date()))
    settled(page)
    assert day_of(version, 4).isoformat() == next_day(laid[4].date())
    who.seen("program-moved")
    others = dates_of.dates(plan_queries.whole(version.pk)).starts
    assert {n: s for n, s in others.items() if n != 4} == {n: s for n, s in laid.items() if n != 4}
    with sent(page, "/program/move/"):
        page.get_by_role("button", name="Undo").first.click()
    settled(page)
    assert day_of(version, 4) == laid[4].date()

    slot(page, 6).focus()
    with sent(page, "session=6"):
        page.keyboard.press("Enter")
    settled(page)
    who.seen("program-chosen")
    assert page.evaluate("document.activeElement.dataset.number") == "6"
    page.keyboard.press("ArrowRight")
    offered = page.evaluate("document.activeElement.value")
    with sent(page, "/program/move/"):
        page.keyboard.press("Enter")
    settled(page)
    assert offered.startswith(day_of(version, 6).isoformat())
    assert day_of(version, 6) != laid[6].date()
    with sent(page, "/program/move/"):
        page.get_by_role("button", name="Put it back").click()
    settled(page)
    assert day_of(version, 6) == laid[6].date()


@pytest.mark.django_db(transaction=True)
def test_a_session_dropped_on_a_closed_day_stays(at_work, patient, clinic, by_therapist, by_admin):
    version = drafted(patient, by_therapist)
    start = dates_of.dates(version).starts[4].date()
    shut = date.fromisoformat(next_day(start))
    people.close_days(clinic=clinic, first_day=shut, why="Stocktaking", by=by_admin)
    who = at_work()
    who.page.goto(f"/c/north/patients/{patient.pk}/plan/program/")
    drag(who.page, 4, shut.isoformat())
    assert day_of(version, 4) == start
    with sent(who.page, "session=4"):
        slot(who.page, 4).click()
    settled(who.page)
    assert who.page.locator(f"td[data-day='{shut.isoformat()}'] button").count() == 0
    who.page.keyboard.press("Escape")
    who.page.locator("#chosen").wait_for(state="detached")


@pytest.mark.django_db(transaction=True)
def test_a_booked_visit_moves_on_a_phone(at_work, patient, by_therapist):
    plan = signed(patient, by_therapist)
    plan.refresh_from_db()
    session = plan.current.program.sessions.get(number=5)
    who = at_work(PHONE)
    page = who.page
    page.goto(f"/c/north/patients/{patient.pk}/visits/weeks/")
    who.seen("visits-weeks-phone")
    slot(page, 5).click()
    page.wait_for_load_state()
    who.seen("visits-chosen-phone")
    with sent(page, "/visits/weeks/"):
        page.get_by_role("button", name="Move session 5 to").first.click()
    page.wait_for_load_state()
    moved = plan.current.program.sessions.get(number=5)
    assert moved.starts_at != session.starts_at and moved.sequence == 1
    with sent(page, "/visits/weeks/"):
        page.get_by_role("button", name="Undo").first.click()
    page.wait_for_load_state()
    back = plan.current.program.sessions.get(number=5)
    assert (back.starts_at, back.sequence) == (session.starts_at, 2)
