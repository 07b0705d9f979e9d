"""The exercise library in a real browser: typed live, filtered, our own added; axe on each page."""

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.factories.library import own, picture, pictured

PAGES = {
    "library": "/c/north/exercises/",
    "exercise": "/c/north/exercises/COR-10/",
    "exercise_of_ours": "/c/north/exercises/EXP-OWN1/",
    "exercise_edit": "/c/north/exercises/EXP-OWN1/edit/",
    "exercises_import": "/c/north/exercises/import/",
}


@pytest.fixture
def signed(visitor, live_server, therapist, by_therapist, transactional_db):
    """`signed(screen, colours)`: Tom's browser, with two exercises of the clinic's own."""
    pictured(by_therapist)
    stops = ["PREG20", "POSTOP"]  # a copy keeps those of its original
    own(by_therapist, "COR", name="Dead bug with a ball", copy_of="COR-04", stops=stops)
    session = Client()
    session.force_login(therapist, backend="allauth.account.auth_backends.AuthenticationBackend")

    def enter(screen: dict, colours: str = "light"):
        one = visitor(screen)
        name = settings.SESSION_COOKIE_NAME
        one.context.add_cookies(
            [{"name": name, "value": session.cookies[name].value, "url": live_server.url}]
        )
        one.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        return one

    return enter


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_of_the_library_is_clean(signed, screen, colours):
    tom = signed(screen, colours)
    for name, address in PAGES.items():
        tom.page.goto(address)
        tom.page.wait_for_load_state("networkidle")
        tom.seen(f"{name}_{screen['width']}_{colours}")


def test_the_list_follows_what_is_typed_and_ticked(signed):
    page = signed(DESK).page
    page.goto(PAGES["library"])
    expect(page.locator("#results [role=status]")).to_have_text("46 of 46 shown")
    page.get_by_label("Search").press_sequentially("hamstrng strech", delay=20)
    expect(page.locator("#results h2").first).to_contain_text("amstring stretch")
    expect(page).to_have_url(re.compile(r"q=hamstrng(\+|%20)strech"))
    page.locator("input[name=position][value=Sitting]").check()
    expect(page.locator("#results h2")).to_have_count(1)
    expect(page.locator("#results h2")).to_contain_text("Seated hamstring stretch")
    page.reload()
    expect(page.locator("#results h2")).to_have_count(1)
    page.go_back()
    expect(page.get_by_label("Search")).to_have_value("hamstrng strech")


def test_an_exercise_with_a_picture_is_added_by_keyboard_and_file(signed, tmp_path):
    file = tmp_path / "step.png"
    file.write_bytes(picture("PNG", (800, 600)))
    tom = signed(PHONE)
    page = tom.page
    page.goto("/c/north/exercises/new/")
    page.locator("#id_name").fill("Stair calf stretch")
    page.get_by_label("Works on").fill("calves, hamstrings")
    page.get_by_label("How it is done").fill("Stand on a stair.\nLet one heel sink.")
    page.get_by_label("Repetitions").fill("10000")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator(".cp-errors")).to_contain_text("Repetitions from 1 to 60, not 10,000.")
    tom.seen("exercise_refused")
    page.get_by_label("Repetitions").fill("10")
    page.locator("#id_picture").set_input_files(file)
    page.get_by_label("What the picture shows").fill("A heel sinks below the edge of a stair.")
    page.get_by_label("Whose it is").fill("Northgate Back Clinic")
    page.get_by_label("Licence").select_option("own")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("h1")).to_have_text("Stair calf stretch")
    shown = page.locator(".cp-stage img")
    expect(shown).to_have_attribute("alt", "A heel sinks below the edge of a stair.")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 800
    tom.seen("exercise_added")
