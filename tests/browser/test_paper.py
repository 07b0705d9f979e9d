"""From the printed page back into the record: a fortnight typed with keys alone, with and without
scripts, on a desk and on a phone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from careplan.actions import sheet as actions
from careplan.models import DayEntry, SessionLog
from tests.browser.conftest import DESK, PHONE, ROOT
from tests.factories.plan import signed

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = ROOT / "build" / "paper"
DARK = "document.documentElement.dataset.bsTheme = 'dark'"


@pytest.fixture
def sheet(patient, by_therapist):
    plan = signed(patient, by_therapist)
    plan.refresh_from_db()
    codes = [item.exercise for item in plan.current.home_plan.items.all()]
    first = timezone.localdate() - timedelta(11)
    return actions.put_on_paper(
        version=plan.current, exercises=codes, first_day=first, by=by_therapist
    )


@pytest.fixture
def at_the_boxes(at, therapist, sheet):
    """`at_the_boxes(screen)`: the therapist with the page open."""
    path = reverse("sheet", args=["north", sheet.code])
    return lambda screen=DESK: at(therapist, path, screen)


def test_twelve_days_are_typed_with_few_keys(at_the_boxes, sheet):
    page = at_the_boxes().page
    keys = 0

    def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    for day in range(12):
        press("a", "p", str(day % 8), "Enter")
    press("Enter")  # past the last day stands the button
    page.get_by_text("Kept").wait_for()
    assert keys == 49
    many = 12 * len(sheet.exercises)
    assert SessionLog.objects.filter(source="paper", outcome="done").count() == many
    assert DayEntry.objects.filter(kind="pain").count() == 12


def test_digits_arrows_and_space_do_what_the_page_says(at_the_boxes):
    page = at_the_boxes().page
    focused = "document.activeElement.name"
    assert page.evaluate(focused) == "d0-1"
    page.keyboard.press("3")
    assert page.locator("#d0-3").is_checked() and not page.locator("#d0-1").is_checked()
    page.keyboard.press("Space")
    assert page.locator("#d0-1").is_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "d1-2"
    page.keyboard.press("p")
    page.keyboard.type("10")
    assert page.locator("#d1-pain").input_value() == "10"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "d1-walked"
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "d2-1"
    page.keyboard.press("a")
    page.keyboard.press("a")
    assert not page.locator("#d2-1").is_checked()


@pytest.mark.parametrize(("name", "screen"), [("desk", DESK), ("phone", PHONE)])
def test_the_boxes_are_clear_in_light_and_dark(at_the_boxes, name, screen):
    one = at_the_boxes(screen)
    one.page.check("#d0-1")
    one.page.fill("#d0-pain", "4")
    one.page.get_by_role("button", name="Keep the page").click()
    one.page.get_by_text("Kept").wait_for()
    one.page.fill("#d1-pain", "44")
    one.page.get_by_role("button", name="Keep the page").click()
    one.page.get_by_text("There is a problem").wait_for()
    one.seen(f"boxes-{name}")
    one.page.evaluate(DARK)
    one.seen(f"boxes-{name}-dark")


def test_staff_choose_paper_and_open_a_page_by_its_code(at, therapist, patient, sheet):
    one = at(therapist, reverse("plan_print", args=["north", patient.pk]))
    one.seen("choose-desk")
    one.page.goto(reverse("sheets", args=["north"]))
    one.seen("code-desk")
    one.page.fill("#id_code", sheet.shown.lower())
    one.page.keyboard.press("Enter")
    one.page.wait_for_url(f"**/sheets/{sheet.code}/")


def test_the_patient_chooses_on_a_phone(at, patient, sheet):
    one = at(patient.user, reverse("mine_print"), PHONE)
    one.seen("choose-phone")
    one.page.evaluate(DARK)
    one.seen("choose-phone-dark")


def test_my_plan_prints_from_the_browser_too(at, patient, sheet):
    one = at(patient.user, reverse("mine_plan"), PHONE)
    help_first = one.page.locator("section[aria-label='When to get help']")
    assert not help_first.is_visible()
    one.page.emulate_media(media="print")
    assert help_first.is_visible()
    assert "call 911" in help_first.inner_text()
    assert not one.page.locator(".cp-tabbar").is_visible()
    assert one.page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    one.seen("my-plan-printed")


def test_without_scripts_it_is_a_plain_form(browser, live_server, signed_in, therapist, sheet):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    value = signed_in(therapist).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(reverse("sheet", args=["north", sheet.code]))
    page.locator("#d0-1").focus()
    for key in ("Space", "Tab", "Space"):
        page.keyboard.press(key)
    page.fill("#d0-pain", "3")
    page.keyboard.press("Enter")
    page.get_by_text("Kept").wait_for()
    context.close()
    assert SessionLog.objects.count() == 2
    assert DayEntry.objects.get(kind="pain").value == 3
