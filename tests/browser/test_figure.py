"""The drawings in a real browser: shown as images, moving once, still where less motion is asked."""

import pytest
from django.shortcuts import render
from django.urls import path

from careplan.pages import urls
from patients.guards import public
from tests.browser.conftest import PHONE


@public("a page of the tests")
def player(request):
    return render(request, "components/figure.html", {"code": "COR-07", "kind": "move"})


urlpatterns = [path("player/", player), *urls.figure_patterns]
SHOWN = "[document.images[0].currentSrc, document.images[0].naturalWidth]"


@pytest.fixture
def shown(browser, live_server):
    """`shown(reduced_motion=…, color_scheme=…)` opens the player and tells what its image is."""

    def enter(**wishes):
        page = browser.new_context(viewport=PHONE, **wishes).new_page()
        page.goto(f"{live_server.url}/player/")
        page.evaluate("document.images[0].decode()")
        return page

    return enter


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("wishes", "file"),
    [
        ({}, "/move.svg"),
        ({"color_scheme": "dark"}, "/move.svg"),
        ({"reduced_motion": "reduce"}, "/panels.svg"),
        ({"reduced_motion": "reduce", "color_scheme": "dark"}, "/panels.svg"),
    ],
)
def test_each_reader_gets_the_drawing_that_suits(shown, wishes, file):
    address, width = shown(**wishes).evaluate(SHOWN)
    assert file in address
    assert ("theme=dark" in address) == (wishes.get("color_scheme") == "dark")
    assert width > 100


@pytest.mark.urls(__name__)
def test_the_figure_moves_and_then_rests(shown):
    page = shown()
    image = page.locator("img")
    early = image.screenshot()
    page.wait_for_timeout(2000)
    assert image.screenshot() != early
    page.wait_for_timeout(4000)
    at_rest = image.screenshot()
    page.wait_for_timeout(700)
    assert image.screenshot() == at_rest


@pytest.mark.urls(__name__)
def test_opened_on_its_own_the_file_keeps_to_its_policy(browser, live_server):
    page = browser.new_context(viewport=PHONE).new_page()
    refused = []
    page.on("console", lambda line: refused.append(line.text))
    answer = page.goto(f"{live_server.url}/figures/COR-07/move.svg")
    assert answer.ok
    back = "getComputedStyle(document.querySelector('.back')).fill"
    assert page.evaluate(back) == "rgb(247, 244, 238)"
    assert refused == []
