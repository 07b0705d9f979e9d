"""Nothing moves under the finger: while warning signs are answered every row keeps its place.

A panel that pushes the rows down puts another row below the next tap, and a wrong sign is answered.
"""

import re

import pytest
from django.urls import reverse

from careplan.actions import assessment
from careplan.actions import plan as plan_actions
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_door import sign_in
from tests.factories.assessment import assessed

KEYBOARD = {"width": 390, "height": 508}  # what a phone's keyboard leaves of the screen
TABLET = {"width": 820, "height": 1180}
SCREENS = {"desk": DESK, "tablet": TABLET, "phone": PHONE, "keyboard": KEYBOARD}
# Each step answers a sign; after each nothing may have moved.
STEPS = (
    ("saddle_numbness", "yes", "Emergency: act now"),
    ("bladder_change", "yes", "Emergency: act now"),  # a second line
    ("fever", "yes", "Emergency: act now"),  # brings up another question
    ("unexplained_weight_loss", "unknown", "Emergency: act now"),
    ("saddle_numbness", "no", "Emergency: act now"),
    ("bladder_change", "no", "Urgent: a clinician sees"),
    ("fever", "no", "Settle today"),  # taken back: its question is not asked any more
    ("unexplained_weight_loss", "no", "A yes shows here"),
    ("fever", "yes", "Urgent: a clinician sees"),
)
PLACES = """() => {
  const boxes = {};
  const note = (name, one) => {
    const box = one.getBoundingClientRect();
    boxes[name] = [box.x, box.y, box.width, box.height].map((number) => Math.round(number * 10) / 10);
  };
  document.querySelectorAll(".cp-q:not(.cp-brought-up .cp-q)").forEach((row) => {
    note(row.querySelector("input[type=radio]").name, row);
    row.querySelectorAll("label").forEach((one) => note(one.firstElementChild.name + one.firstElementChild.value, one));
  });
  note("heading", document.querySelector("h1"));
  note("foot", document.querySelector(".cp-foot"));
  note("strip", document.getElementById("danger"));
  document.querySelectorAll("input.form-control").forEach((one) => note(one.name, one));
  return boxes;
}"""


@pytest.fixture
def intake(clinic, patient, by_therapist):
    clinic.emergency_number = "911"
    clinic.save()
    return assessment.start_intake(patient=patient, by=by_therapist)


@pytest.fixture
def therapist_at(visitor, therapist, patient, intake):
    """`therapist_at(screen, step)` shows a step of the intake to the therapist."""

    def enter(screen: dict, step: str = "red_flags"):
        who = visitor(screen)
        sign_in(who.page, therapist.email)
        who.page.goto(reverse("intake", args=["north", patient.pk, step]))
        return who

    return enter


def moved(page, before: dict, places: str = PLACES) -> dict:
    """What stands elsewhere or is of another size than before, by a pixel or more."""
    after = page.evaluate(places)
    gone = {name: (box, None) for name, box in before.items() if name not in after}
    return gone | {
        name: (box, after[name])
        for name, box in before.items()
        if name in after and max(abs(a - b) for a, b in zip(box, after[name], strict=True)) >= 1
    }


def tap(page, name: str, value: str) -> None:
    """A tap on the screen where the answer stands, and the answer to the autosave."""
    seen = page.locator(f"label:has(input[name='{name}'][value='{value}'])").first
    seen.evaluate("e => e.scrollIntoView({block: 'center'})")
    before = page.evaluate(PLACES)
    box = seen.bounding_box()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping')")
    page.wait_for_timeout(150)
    assert page.locator(f"input[name='{name}'][value='{value}']").is_checked()
    assert moved(page, before) == {}, f"moved after {name} {value}"


@pytest.mark.parametrize("screen", SCREENS)
def test_no_row_moves_while_signs_are_answered(therapist_at, screen):
    who = therapist_at(SCREENS[screen])
    page = who.page
    for name, value, says in STEPS:
        tap(page, name, value)
        assert says in page.locator("#danger").inner_text()
        if says.startswith("Emergency") and value == "yes":
            who.seen(f"{screen}-{name}")
    who.seen(f"{screen}-urgent")
    shaking = page.locator("#brought-up .cp-q", has_text="Shaking chills")
    assert shaking.count() == 1, "a question stands there once"


@pytest.mark.parametrize("screen", SCREENS)
def test_the_last_row_stays_when_the_end_of_the_page_is_shown(therapist_at, screen):
    """At the end of the page a shorter document would pull every row down."""
    page = therapist_at(SCREENS[screen]).page
    tap(page, "fever", "yes")
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    last = page.locator(".cp-flags .cp-q input[value=no]").last.get_attribute("name")
    for value in ("yes", "no", "yes", "no"):
        before = page.evaluate(PLACES)
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.locator(f"input[name='{last}'][value='{value}']").dispatch_event("click")
        page.wait_for_timeout(200)
        assert moved(page, before) == {}, value


@pytest.mark.parametrize("screen", SCREENS)
def test_the_strip_is_seen_wherever_the_reader_is(therapist_at, screen):
    who = therapist_at(SCREENS[screen])
    page, size = who.page, SCREENS[screen]
    tap(page, "saddle_numbness", "yes")
    for place in ("0", "document.documentElement.scrollHeight"):
        page.evaluate(f"window.scrollTo(0, {place})")
        call = page.get_by_role("link", name="Call 911")
        for one in (call, page.get_by_role("button", name="Assess now")):
            box = one.bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
            hit = "([x, y]) => document.elementFromPoint(x, y).closest('a, button').textContent"
            middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
            assert page.evaluate(hit, middle).strip() == one.inner_text().strip()
            assert box["height"] >= 44


def test_the_strip_is_read_out_once(therapist_at):
    """It is a live region; an answer that changes nothing in it leaves it alone."""
    page = therapist_at(DESK).page
    region = page.locator("#danger")
    assert region.get_attribute("aria-live") == "assertive"
    assert region.get_attribute("aria-atomic") == "true"
    page.evaluate(
        "() => { window.told = 0; new MutationObserver(() => window.told += 1)"
        ".observe(document.getElementById('danger'), {childList: true}); }"
    )
    tap(page, "saddle_numbness", "yes")
    assert page.evaluate("window.told") == 1
    tap(page, "unsteady_gait", "no")
    tap(page, "numbness_spreading", "no")
    assert page.evaluate("window.told") == 1
    tap(page, "saddle_numbness", "no")
    assert page.evaluate("window.told") == 2
    assert "Nothing stands here any more" in region.inner_text()


@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_all_of_it_opens_over_the_rows(therapist_at, screen):
    who = therapist_at(SCREENS[screen])
    page = who.page
    tap(page, "saddle_numbness", "yes")
    tap(page, "fever", "yes")
    tap(page, "unexplained_weight_loss", "unknown")
    before = page.evaluate(PLACES)
    box = page.locator(".cp-call-more summary").bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + 20)
    assert moved(page, before) == {}
    said = page.locator(".cp-call-all").inner_text()
    assert "RF-01" in said and "Losing weight without trying" in said
    assert "Shaking chills" in said
    who.seen(f"{screen}-all-of-it")
    page.locator(".cp-call-all a", has_text=re.compile("Shaking")).click()
    asked = page.locator(".cp-q", has_text="Shaking chills").bounding_box()
    strip = page.locator("#danger").bounding_box()
    assert strip["y"] + strip["height"] <= asked["y"] < SCREENS[screen]["height"]


@pytest.mark.parametrize("screen", ["desk", "phone", "keyboard"])
def test_fields_of_other_steps_stay_too(therapist_at, screen):
    """With a keyboard open the strip is above it, and a fault told in the foot moves nothing."""
    who = therapist_at(SCREENS[screen])
    page = who.page
    tap(page, "saddle_numbness", "yes")
    page.goto(page.url.replace("red_flags", "story"))
    field = page.locator("input[name=pain_now]")
    field.click()
    before = page.evaluate(PLACES)
    for typed in ("6", "66", "x"):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            field.fill(typed)
            page.wait_for_timeout(1700)
        page.wait_for_timeout(150)
        assert moved(page, before) == {}, typed
    assert "Not saved yet" in page.locator("[data-saved]").inner_text()
    box = page.locator("#danger").bounding_box()
    assert box["y"] >= 0
    field_box = field.bounding_box()
    assert field_box["y"] >= box["y"] + box["height"], "the strip hides the field being typed in"
    who.seen(f"{screen}-story")


# The plan builder ----------------------------------------------------------------------------

ROWS = """() => Object.fromEntries([...document.querySelectorAll(".cp-ex, .cp-ex input, .cp-ex button, h1, .cp-foot")]
  .map((one, n) => [`${n} ${one.name || one.className} ${one.value || ""}`.trim(), one.getBoundingClientRect()])
  .map(([name, box]) => [name.replace(/ [0-9x]+$/, ""), [box.x, box.y, box.width, box.height]]))"""


@pytest.fixture
def builder_at(visitor, therapist, patient, by_therapist):
    plan_actions.draft(assessment=assessed(patient, by_therapist), by=by_therapist)

    def enter(screen: dict):
        who = visitor(screen)
        sign_in(who.page, therapist.email)
        who.page.goto(reverse("plan_home", args=["north", patient.pk]))
        return who

    return enter


@pytest.mark.parametrize("screen", ["desk", "tablet", "phone"])
def test_no_exercise_moves_while_doses_are_typed(builder_at, screen):
    """Over the limit and back, refused and put right; also at the end of the page."""
    page = builder_at(SCREENS[screen]).page
    field = page.locator("input[name^=sets-]").first
    good = field.input_value()
    for place in ("0", "document.documentElement.scrollHeight"):
        for typed in ("5", "x", good):
            page.evaluate(f"window.scrollTo(0, {place})")
            before = page.evaluate(ROWS)
            with page.expect_response(lambda answer: answer.request.method == "POST"):
                field.evaluate(
                    "(e, to) => { e.value = to;"
                    " e.dispatchEvent(new Event('change', {bubbles: true})); }",
                    typed,
                )
            page.wait_for_timeout(300)
            assert moved(page, before, ROWS) == {}, (place, typed)
            said = page.locator("[data-saved]").inner_text()
            assert ("Not saved" in said) == (typed == "x"), said


def test_a_double_tap_removes_one_exercise(builder_at):
    page = builder_at(DESK).page
    count = page.locator(".cp-ex").count()
    box = page.locator("button[value^='drop:']").first.bounding_box()
    place = box["x"] + 10, box["y"] + 10
    page.mouse.click(*place)
    page.wait_for_selector("body.is-new")
    page.mouse.click(*place)
    page.wait_for_selector("body:not(.is-new)")
    page.wait_for_timeout(700)
    assert page.locator(".cp-ex").count() == count - 1
    page.mouse.click(*place)
    page.wait_for_timeout(900)
    assert page.locator(".cp-ex").count() == count - 2, "a later tap works"
