"""The emergency text reaches everybody: a small phone, no script, no style sheet, a screen reader,
and no connection once the page is open.
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories.checkin import first_due, link_of, opened, running

SMALL = {"width": 320, "height": 568}
TITLE = "Get emergency help now"
PROMISES = ("we will reply", "we will answer", "will get back to you", "wait for")


@pytest.fixture
def end(client, today, patient, by_therapist, clinic, time_machine):
    """The address of the page after a "yes" to numbness between the legs."""
    clinic.emergency_number = "911"
    clinic.save()
    plan = running(patient, by_therapist)
    time_machine.move_to(first_due(plan) + timedelta(minutes=5), tick=True)
    door = reverse("checkin", args=[link_of(opened(plan)).token])
    question = client.post(door, {"year": "1968"})["Location"]
    return client.post(question, {"answer": "yes"})["Location"]


def known(context, client, site):
    """The browser goes on where the patient stands."""
    cookies = {name: one.value for name, one in client.cookies.items()}
    context.add_cookies([{"name": n, "value": v, "url": site} for n, v in cookies.items()])


def document_alone(route):
    if route.request.resource_type == "document":
        route.continue_()
    else:
        route.abort()


@pytest.fixture
def phone(browser, live_server, client, end):
    """`phone(**wishes)` opens that page on a small phone; `bare` lets nothing but the page through."""
    contexts = []

    def show(bare=False, **wishes):
        context = browser.new_context(viewport=SMALL, **wishes)
        contexts.append(context)
        known(context, client, live_server.url)
        page = context.new_page()
        if bare:
            page.route("**/*", document_alone)
        page.goto(live_server.url + end)
        return page

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize("bare", [False, True], ids=["styled", "without style sheets"])
def test_the_emergency_text_is_seen_on_a_small_phone_without_script_or_style(phone, bare):
    page = phone(bare, java_script_enabled=False)
    title = page.get_by_role("heading", name=TITLE)
    assert title.is_visible()
    assert page.get_by_text("Do not drive yourself").is_visible()
    assert page.locator("a[href='tel:911']").first.is_visible()
    box = title.bounding_box()
    assert bare or box["y"] + box["height"] <= SMALL["height"]  # on the first screen, unscrolled


def test_the_emergency_text_is_there_for_a_screen_reader(visitor, live_server, client, end):
    tom = visitor(SMALL)
    known(tom.context, client, live_server.url)
    tom.page.goto(end)
    tom.seen("70-emergency-on-a-small-phone")
    assert tom.page.title().startswith(TITLE)
    told = tom.page.get_by_role("main")
    assert told.get_by_role("heading", name=TITLE, level=1).count() == 1
    assert told.get_by_role("link", name="911").first.is_visible()


def test_the_emergency_text_stays_without_a_connection(phone):
    page = phone()
    page.context.set_offline(True)
    page.wait_for_timeout(500)
    assert page.get_by_role("heading", name=TITLE).is_visible()
    assert page.locator("a[href='tel:911']").first.is_visible()
    said = page.locator("main").inner_text().lower()
    assert [words for words in PROMISES if words in said] == []
