"""A whole session on a phone: with JavaScript, without it, and what goes over the wire."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bench.at_home import signed_in
from bench.phone import MOST_KB, visit
from careplan.models import DayEntry, FollowUp, SessionLog
from tests.browser.conftest import PHONE, SHOTS
from tests.factories.session_log import exercises, with_two_sets

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def plan(patient, by_therapist, monkeypatch):
    return with_two_sets(patient, by_therapist, monkeypatch)


@pytest.fixture
def at_home(visitor, plan, patient, live_server):
    """`at_home(screen)` is the patient on a phone, signed in."""

    def enter(screen=PHONE):
        someone = visitor(screen)
        someone.context.add_cookies([signed_in(patient.user) | {"url": live_server.url}])
        someone.page.goto(reverse("mine_today"))
        return someone

    return enter


def tap(page, words: str, role: str = "button") -> None:
    page.get_by_role(role, name=words, exact=True).click()
    page.wait_for_load_state()


def choose(page, name: str, value: int | str) -> None:
    page.locator(f"input[name={name}][value='{value}']").check(force=True)


def outcomes() -> dict[str, str]:
    """Exercise -> how its newest row ends."""
    return {row.exercise: row.outcome for row in SessionLog.objects.order_by("id")}


@pytest.mark.parametrize(("size", "screen"), [("phone", PHONE), ("narrow", NARROW)])
def test_a_whole_session(at_home, plan, size, screen):
    someone = at_home(screen)
    page = someone.page

    def seen(name):
        someone.seen(f"mine-{name}-{size}")

    seen("today")
    tap(page, "Start", "link")
    seen("pain-before")
    choose(page, "value", 4)
    tap(page, "Keep it and start")
    seen("player")
    tap(page, "Count with me")
    assert page.locator("[data-count]").inner_text()
    assert "Hold" in page.locator("#announce").inner_text()
    tap(page, "Stop counting")
    tap(page, "Done")
    assert "done" in page.locator("#toasts").inner_text()
    tap(page, "Undo")
    tap(page, "Done")
    tap(page, "Too much", "link")  # the second one, of two sets
    seen("too-much")
    choose(page, "peak", 8)
    choose(page, "where", "back")
    tap(page, "Next")
    seen("signs")
    tap(page, "None of these")
    seen("instead")
    tap(page, "Do the easier one")
    seen("easier")
    while not page.url.endswith(reverse("mine_finished")):
        page.locator("button[form=done]").click()
        page.wait_for_load_state()
    seen("finished")
    choose(page, "sore", 3)
    choose(page, "effort", 2)
    tap(page, "Keep")
    seen("today-done")
    assert "That is your exercises for today" in page.locator("main").inner_text()
    assert set(outcomes().values()) == {"done"} and len(outcomes()) == len(exercises(plan))
    eased = SessionLog.objects.filter(peak=8, swapped_for="COR-02").latest("id")
    assert (eased.outcome, eased.where, eased.before) == ("done", "back", 4)
    assert set(DayEntry.objects.values_list("kind", flat=True)) == {
        "exercise",
        "pain",
        "sore",
        "effort",
    }


def test_a_rest_counts_down_quietly_and_can_be_left(at_home, plan):
    page = at_home().page
    two = next(row for row in exercises(plan) if row.sets == 2)
    page.goto(reverse("mine_exercise", args=[two.exercise]))
    page.locator("button[form=done]").click()
    page.wait_for_url(re.compile("rest=1"))
    count = page.locator("[data-count]")
    expect(count).not_to_have_text(str(two.rest_s))
    assert count.get_attribute("aria-hidden") == "true"
    assert page.locator("#announce").inner_text() == f"Rest {two.rest_s} seconds."
    tap(page, "Start set 2", "link")
    assert "Set 2 of 2 done" in page.locator(".cp-foot").inner_text()


def test_the_figure_pauses_in_its_place(at_home, plan):
    page = at_home().page
    page.goto(reverse("mine_exercise", args=[exercises(plan)[0].exercise]))
    image = page.locator("[data-stage] img")
    moving = image.evaluate("one => one.currentSrc")
    page.get_by_role("button", name="Pause the figure").click()
    assert "/panels.svg" in image.evaluate("one => one.src")
    page.get_by_role("button", name="Play the figure").press(" ")
    assert page.locator("[data-stage] img").evaluate("one => one.currentSrc") == moving


def test_a_sign_in_a_session_is_the_emergency_panel(at_home, plan):
    someone = at_home()
    page = someone.page
    page.goto(reverse("mine_too_much", args=[exercises(plan)[0].exercise]))
    choose(page, "peak", 9)
    tap(page, "Next")
    tap(page, "Chest pain")
    assert "Get emergency help now" in page.locator("h1").inner_text()
    someone.seen("mine-session-emergency")
    assert FollowUp.objects.filter(rule="PT-22", severity="emergency").count() == 1


def test_without_javascript(browser, live_server, plan, patient):
    """The short day from start to end, with a rest, too much and a line for each exercise."""
    context = browser.new_context(
        viewport=PHONE, java_script_enabled=False, base_url=live_server.url
    )
    context.add_cookies([signed_in(patient.user) | {"url": live_server.url}])
    page = context.new_page()
    page.goto(reverse("mine_today"))
    tap(page, "Hard day? Do the 5-minute version")
    tap(page, "Start", "link")
    tap(page, "Start without a number", "link")
    assert not page.get_by_role("button", name="Count with me").is_visible()
    tap(page, "Pause the figure", "link")
    tap(page, "Too much", "link")
    choose(page, "peak", 9)
    tap(page, "Next")
    tap(page, "None of these")
    tap(page, "Leave it for today")
    while not page.url.endswith(reverse("mine_finished")):
        page.locator("button[form=done]").click()
        page.wait_for_load_state()
    tap(page, "Skip these", "link")
    page.screenshot(path=SHOTS / "mine-short-day-no-script.png", full_page=True)
    assert "The short day counts." in page.locator("main").inner_text()
    short = {row.exercise for row in exercises(plan) if row.short_day}
    assert set(outcomes()) == short and "not_today" in outcomes().values()
    two = next(row for row in exercises(plan) if row.sets == 2)
    page.goto(reverse("mine_exercise", args=[two.exercise]))
    page.locator("button[form=done]").click()
    page.wait_for_url(re.compile("rest=1"))
    assert f"{two.rest_s} seconds" in page.locator("main").inner_text()
    tap(page, "Start set 2", "link")
    context.close()


def test_a_first_load_is_light(browser, deployed, plan, patient):
    """Everything over the wire, headers included: page, style, script, drawing. No font."""
    cookie = signed_in(patient.user)
    first = exercises(plan)[0].exercise
    for name in (reverse("mine_today"), reverse("mine_exercise", args=[first])):
        load = visit(browser, deployed + name, cookie, slow=False)
        requests = load["requests"]
        assert load["kb"] < MOST_KB, requests
        assert len(requests) <= 9, requests
        assert not [one for one in requests if re.search(r"bootstrap|htmx|\.ttf|woff", one)]
        assert load["shift"] < 0.01
