"""Presets in a real browser: a plan is kept and put into another draft by keyboard alone; axe on
each page."""

import pytest
from playwright.sync_api import expect

from careplan.actions import home_plan
from careplan.actions import plan as plans
from careplan.actions import preset as actions
from careplan.models import Preset
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from patients.models import Patient
from tests.browser.conftest import DESK, PHONE, SHOTS  # noqa: F401 - where `at` puts pictures
from tests.factories.assessment import answers
from tests.factories.assessment import assessed as assessed_by_answers

NAME = "Stiff back, first weeks"


@pytest.fixture
def samuel(clinic, by_therapist) -> Patient:
    """Somebody with thin bones, a draft begun."""
    row = Patient.objects.create(
        clinic=clinic,
        given_name="Samuel",
        family_name="Reyes",
        birth_date="1970-09-23",
        sex="male",
    )
    found = assessed_by_answers(row, by_therapist, answers() | {"conditions": ["osteoporosis"]})
    plans.draft(assessment=found, by=by_therapist)
    return row


@pytest.fixture
def version(patient, by_therapist):
    """Margaret's draft, with an exercise that thin bones forbid."""
    row = plans.draft(assessment=assessed_by_answers(patient, by_therapist), by=by_therapist)
    items = [home_queries.default_item(code) for code in ("COR-02", "EXP-03", "FLX-01")]
    items = home_queries.with_short_day(items)
    home_plan.set_items(version=row, items=items, by=by_therapist)
    return plan_queries.whole(row.pk)


def reach(page, role: str, name: str) -> None:
    """Go to a control with Tab alone, from where the focus is."""
    wanted = page.get_by_role(role, name=name).first
    for _ in range(90):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to the {role} “{name}”")


@pytest.mark.usefixtures("transactional_db")
def test_kept_and_put_into_another_draft_by_keyboard(at, patient, samuel, version, therapist):
    tom = at(therapist, f"/c/north/patients/{patient.pk}/plan/exercises/")
    page = tom.page
    reach(page, "link", "Keep as a preset")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Keep as a preset")
    reach(page, "textbox", "Name")
    page.keyboard.type(NAME)
    page.keyboard.press("Enter")
    expect(page.locator(".cp-errors")).to_contain_text("Say in a line for whom")
    expect(page.get_by_role("textbox", name="Name")).to_have_value(NAME)
    reach(page, "textbox", "For whom")
    page.keyboard.type("Stiff after sitting")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(NAME)
    assert Preset.objects.get().name == NAME

    page.goto(f"/c/north/patients/{samuel.pk}/plan/exercises/")
    reach(page, "link", "Start from a preset")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("2 of 3 exercises")
    expect(page.locator("main")).to_contain_text("Graded forward reach is left out.")
    reach(page, "link", "See what would change")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(f"“{NAME}” for Samuel Reyes")
    reach(page, "checkbox", "Take over the programme")
    page.keyboard.press("Space")
    reach(page, "button", "Put it into the draft")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("In the draft of version 1.")
    draft = plan_queries.draft_of(samuel)
    assert [one["exercise"] for one in home_queries.items_of(draft)] == ["COR-02", "FLX-01"]


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_is_clean(at, patient, samuel, version, therapist, by_therapist, screen):
    words = {"name": NAME, "for_whom": "Stiff after sitting"}
    row = actions.keep(version=version, by=by_therapist, **words)
    gone = actions.keep(version=version, by=by_therapist, name="Old", for_whom="Nobody now")
    actions.retire(preset=gone, by=by_therapist)
    whose, of = f"/c/north/patients/{samuel.pk}", f"/c/north/patients/{patient.pk}"
    of = f"{of}/plan/versions/{version.pk}"
    pages = {
        "presets": "/c/north/presets/",
        "preset": f"/c/north/presets/{row.pk}/",
        "preset_keep": f"{of}/preset/",
        "plan_presets": f"{whose}/plan/presets/",
        "plan_preset": f"{whose}/plan/presets/{row.pk}/",
        "plan_copy": f"{of}/copy/",
        "plan_copy_to": f"{of}/copy/{samuel.pk}/",
    }
    tom = at(therapist, pages["presets"], screen)
    for colours in ("light", "dark"):
        tom.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        for name, address in pages.items():
            tom.page.goto(address)
            tom.page.wait_for_load_state("networkidle")
            tom.seen(f"{name}_{screen['width']}_{colours}")
