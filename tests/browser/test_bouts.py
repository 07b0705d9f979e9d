"""A day is split, tied to habits and signed; exercises are dragged; the phone does bout after bout."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bench.at_home import signed_in
from bench.phone import MOST_KB, visit
from careplan.actions import home_plan
from careplan.actions import plan as plans
from careplan.models import SessionLog
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from tests.browser.conftest import DESK, PHONE
from tests.factories.plan import drafted, weighed

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


@pytest.fixture
def draft(patient, by_therapist):
    version = weighed(drafted(patient, by_therapist), by_therapist)
    plans.save_cards(version=version, education=[], barriers=["BAR-05"], by=by_therapist)
    return version


@pytest.fixture
def in_parts(draft, by_therapist):
    """The draft in three bouts."""
    items = home_plan.split(home_queries.items_of(plan_queries.whole(draft.pk)))
    home_plan.set_items(version=draft, items=items, by=by_therapist)
    return plan_queries.whole(draft.pk)


@pytest.fixture
def split(in_parts, by_therapist):
    """The same, signed."""
    return plans.sign(version=in_parts, read=True, by=by_therapist)


def sent(page):
    """Wait for the answer to what is done inside."""
    return page.expect_response(lambda answer: "/plan/exercises/" in answer.url)


def settled(page):
    page.wait_for_load_state("networkidle")
    page.locator("body:not(.is-new)").wait_for()


def parts(draft) -> list[list[str]]:
    whole = plan_queries.whole(draft.pk)
    bouts = home_queries.bouts_of(whole)
    return [[item["exercise"] for item in one.items] for one in bouts]


def codes(draft) -> list[str]:
    return [item["exercise"] for item in home_queries.items_of(plan_queries.whole(draft.pk))]


def grip(page, code: str):
    return page.locator(f".cp-ex[data-code='{code}'] [data-grip]")


def middle(place) -> tuple[float, float]:
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, code: str, onto) -> None:
    """By the grip to just under the middle of another line."""
    grip(page, code).scroll_into_view_if_needed()
    page.mouse.move(*middle(grip(page, code)))
    page.mouse.down()
    x, y = middle(grip(page, code))
    page.mouse.move(x, y + 15, steps=3)
    x, y = middle(onto)
    page.mouse.move(x, y + 4, steps=8)
    page.mouse.up()


@pytest.mark.django_db(transaction=True)
def test_a_day_is_split_dragged_and_signed(at_work, draft, patient):
    who = at_work()
    page = who.page
    page.goto(f"/c/north/patients/{patient.pk}/plan/exercises/")
    with sent(page):
        page.get_by_role("button", name="Split the day").click()
    settled(page)
    (first, *_), (second, *rest), _ = parts(draft)
    who.seen("bouts-builder")

    with sent(page):
        page.locator("#anchor-1").select_option("own")
    settled(page)
    expect(page.locator("[data-saved]")).to_contain_text("Not saved")
    with sent(page):
        page.fill("#own-1", "after the school run")
        page.locator("#own-1").blur()
    settled(page)
    anchors = plan_queries.whole(draft.pk).home_plan.anchors
    assert anchors[0] == {"code": "", "words": "after the school run"}

    with sent(page):
        drag(page, second, page.locator(".cp-bout[data-bout='1']"))
    settled(page)
    assert parts(draft)[0] == [second, first]
    with sent(page):
        page.locator(f"#down-{second}").press("Enter")
    settled(page)
    assert parts(draft)[0] == [first, second]
    before = parts(draft)
    page.mouse.move(*middle(grip(page, first)))
    page.mouse.down()
    page.mouse.move(*middle(grip(page, second)), steps=5)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert parts(draft) == before

    page.get_by_role("link", name="Go to signing").click()
    page.wait_for_load_state()
    expect(page.locator("body")).to_contain_text("After the school run")
    page.check("#id_read")
    page.get_by_role("button", name="Sign version").click()
    page.wait_for_load_state()
    who.seen("bouts-signed")
    assert plan_queries.whole(draft.pk).signed_at


@pytest.mark.django_db(transaction=True)
def test_a_list_in_one_piece_is_dragged_too(at_work, draft, patient):
    page = at_work().page
    page.goto(f"/c/north/patients/{patient.pk}/plan/exercises/")
    first, *rest = codes(draft)
    with sent(page):
        drag(page, first, page.locator(f".cp-ex[data-code='{rest[1]}']"))
    settled(page)
    assert codes(draft)[:3] == [rest[0], rest[1], first]


@pytest.mark.django_db(transaction=True)
def test_a_finger_drags_on_a_phone(at_work, in_parts, patient):
    who = at_work(PHONE)
    page = who.page
    page.goto(f"/c/north/patients/{patient.pk}/plan/exercises/")
    _, (first, second), _ = parts(in_parts)
    who.seen("bouts-builder-phone")
    grip(page, first).scroll_into_view_if_needed()
    (x, y), (_, there) = (
        middle(grip(page, first)),
        middle(page.locator(f".cp-ex[data-code='{second}']")),
    )
    touch = who.context.new_cdp_session(page)
    finger = lambda kind, at: touch.send(  # noqa: E731
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [] if at is None else [{"x": x, "y": at}]},
    )
    with sent(page):
        finger("touchStart", y)
        for step in range(1, 9):
            finger("touchMove", y + (there + 6 - y) * step / 8)
        finger("touchEnd", None)
    settled(page)
    assert parts(in_parts)[1] == [second, first]


@pytest.mark.django_db(transaction=True)
def test_a_drop_on_an_older_page_is_told(at_work, draft, patient, by_therapist):
    page = at_work().page
    page.goto(f"/c/north/patients/{patient.pk}/plan/exercises/")
    plans.save_note(version=draft, note="Meanwhile", by=by_therapist)
    before = codes(draft)
    with sent(page):
        drag(page, before[0], page.locator(f".cp-ex[data-code='{before[2]}']"))
    settled(page)
    expect(page.locator("#builder")).to_contain_text("changed this draft after you opened it")
    assert codes(draft) == before


@pytest.mark.django_db(transaction=True)
def test_a_first_load_of_a_split_day_is_light(browser, deployed, split, patient):
    cookie = signed_in(patient.user)
    for name in (reverse("mine_today"), reverse("mine_exercise", args=[codes(split)[0]])):
        load = visit(browser, deployed + name, cookie, slow=False)
        assert load["kb"] < MOST_KB, load["requests"]


@pytest.mark.django_db(transaction=True)
def test_a_phone_does_one_bout_after_the_other(visitor, split, patient, live_server):
    someone = visitor(PHONE)
    someone.context.add_cookies([signed_in(patient.user) | {"url": live_server.url}])
    page = someone.page
    page.goto(reverse("mine_today"))
    expect(page.get_by_role("heading", name="While the kettle boils")).to_be_visible()
    someone.seen("bouts-today")
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_role("link", name="Start without a number").click()
    for _ in parts(split)[0]:
        page.get_by_role("button", name="Done", exact=True).click()
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name="Before lunch")).to_be_visible()
    someone.seen("bouts-today-second")
    page.get_by_role("link", name="Start", exact=True).click()
    for _ in parts(split)[1]:
        page.get_by_role("button", name="Done", exact=True).click()
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name="When the evening news comes on")).to_be_visible()
    assert set(SessionLog.objects.values_list("bout", flat=True)) == {1, 2}
