"""The style guide in a real browser: axe, narrow windows, wide text, keys, toasts, no JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.shortcuts import render
from django.urls import path

from careplan.pages import styleguide, urls
from patients.guards import public


@public("a page of the tests")
def notices(request):
    """The bare frame with two messages, one of which can be undone."""
    told = [Notice("Removed Bridge", extra_tags="undo:/back/"), Notice("Saved", extra_tags="")]
    return render(request, "base.html", {"messages": told})


class Notice(str):
    def __new__(cls, text, extra_tags):
        notice = super().__new__(cls, text)
        notice.extra_tags = extra_tags
        return notice


urlpatterns = [
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    *urls.figure_patterns,
    path("notices/", notices),
]


@pytest.mark.urls(__name__)
def test_axe_finds_nothing_serious_and_the_policy_refuses_nothing(live_server, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    refused, grave = [], []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    for query in ("", "?theme=dark", "?mine=1", "?mine=1&theme=dark"):
        page.goto(f"{live_server.url}/styleguide/{query}")
        grave += [
            f"{query} {rule['id']}: {rule['nodes'][0]['target']}"
            for rule in Axe().run(page).response["violations"]
            if rule["impact"] in ("serious", "critical")
        ]

    assert grave == []
    assert refused == []


# SC 1.4.12, through a style sheet object, which the content policy allows.
WIDE_TEXT = """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(
'* { line-height: 1.5 !important; letter-spacing: .12em !important;' +
' word-spacing: .16em !important } p { margin-bottom: 2em !important }');
document.adoptedStyleSheets = [sheet]; }"""
WIDTH = "document.documentElement.scrollWidth"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("query", ["", "?mine=1"])
def test_nothing_scrolls_sideways_even_with_wide_text(live_server, browser, query):
    page = browser.new_page()
    for width, height in ((320, 256), (320, 800), (768, 900), (1100, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live_server.url}/styleguide/{query}")
        assert page.evaluate(WIDTH) == width
        page.evaluate(WIDE_TEXT)
        assert page.evaluate(WIDTH) == width


@pytest.mark.urls(__name__)
def test_keys_reach_the_search_the_skip_link_and_the_menus(live_server, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/styleguide/")
    focused = "document.activeElement.className || document.activeElement.id"
    assert page.evaluate(focused) == "cp-errors"  # the error summary takes focus first

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find-patient"
    page.keyboard.type("/")
    assert page.input_value("#find-patient") == "/"

    menu = page.locator(".cp-worklist .cp-menu")
    menu.locator("summary").click()
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None


@pytest.mark.urls(__name__)
def test_the_page_is_whole_without_javascript(live_server, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/styleguide/")

    summary = page.locator(".cp-finding .cp-why summary").last
    summary.click()
    assert page.locator(".cp-finding .cp-why[open]").count() >= 2
    assert page.locator("button[type=submit]").first.is_visible()


@pytest.mark.urls(__name__)
def test_a_toast_floats_for_ten_seconds_and_its_undo_stays_in_the_page(live_server, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.clock.install()
    page.goto(f"{live_server.url}/notices/")
    toasts = page.locator("#toasts")
    assert "is-floating" in toasts.get_attribute("class")
    assert toasts.locator(".cp-toast").count() == 2

    toasts.hover()
    page.clock.fast_forward(20_000)
    assert "is-floating" in toasts.get_attribute("class")

    page.mouse.move(5, 5)
    page.clock.fast_forward(11_000)
    assert "is-floating" not in toasts.get_attribute("class")
    assert toasts.locator(".cp-toast").count() == 1
    assert "Removed Bridge" in toasts.inner_text()
    assert toasts.locator("form").get_attribute("action") == "/back/"


@pytest.mark.urls(__name__)
def test_notices_are_in_the_page_without_javascript(live_server, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/notices/")

    assert page.locator("main .cp-toast").count() == 2
    assert page.get_by_role("button", name="Undo").is_visible()
