"""Every page of the site that opens by an address, on a phone, in light and dark: axe, one heading of
the first level, nothing sideways, no fault of a script.

The pages are those of the URL tree: a new route is looked at without a word here, and one that is
no page must stand in NO_PAGE.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from careplan.actions import assessment
from tests.access.routes import own_routes
from tests.access.world import World
from tests.browser.conftest import PHONE

# Doors that lead on, files, and what stands behind another page: the questions of a check-in behind the
# year of birth, the signs behind a flare, the book behind its signature. test_journey looks at those two.
NO_PAGE = {
    "account_email_closed",
    "calendar",
    "checkin_done",
    "checkin_question",
    "checkin_show",
    "exercise_picture",
    "exercises_export",
    "figure",
    "healthz",
    "home",
    "intake_start",
    "mine_exercise_picture",
    "mine_flare_signs",
    "mine_sheet",
    "mine_start",
    "plan_sheet",
    "report_pdf",
    "rule_home",
    "rules_home",
    "rules_sign",
    "sheet_door",
}
COLOURS = {"runOnly": ["color-contrast"]}
SERIOUS = ("serious", "critical")
SHARES = 4  # so that several processes share the work
FACTS = """() => ({
  headings: document.querySelectorAll("h1").length,
  sideways: document.documentElement.scrollWidth - window.innerWidth,
  title: document.title,
})"""


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page(share, visitor, signed_in, live_server, clinic, patient, transactional_db):
    world = World(clinic, patient, "north")
    assessment.start_intake(patient=patient, by=world.by)
    people = {"clinic": world.nina, "mine": patient.user, "open": world.nina}
    wrong = []
    for door, person in people.items():
        routes = [one for one in own_routes() if one.door == door]
        who = visitor(PHONE)
        value = signed_in(person).cookies["session"].value
        who.context.add_cookies([{"name": "session", "value": value, "url": live_server.url}])
        for route in routes[share::SHARES]:
            wrong += [f"{route.name}: {words}" for words in faults(who, route, world.path(route))]
    assert not wrong, "\n".join(wrong)


def faults(who, route, path: str) -> list[str]:
    """What is wrong with a page, in words; nothing where the route takes no GET."""
    answer = who.context.request.get(path, max_redirects=0)
    a_page = answer.status == 200 and "text/html" in answer.headers["content-type"]
    if route.name in NO_PAGE:
        return ["a page: take it out of NO_PAGE"] if a_page or answer.status >= 400 else []
    if answer.status == 405:
        return []
    if not a_page:
        return [f"no page of its own, but {answer.status}: put it into NO_PAGE"]
    who.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    who.page.goto(path)
    facts = who.page.evaluate(FACTS)
    found = serious(who.page, {}, "light")
    who.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += serious(who.page, COLOURS, "dark")
    found += [f"{facts['headings']} headings of the first level"] if facts["headings"] != 1 else []
    found += [f"scrolls {facts['sideways']} px sideways"] if facts["sideways"] > 0 else []
    found += [] if facts["title"] else ["no title"]
    found, who.faults = found + who.faults, []
    return found


def serious(page, options: dict, colours: str) -> list[str]:
    return [
        f"{colours}, {one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in Axe().run(page, options=options).response["violations"]
        if one["impact"] in SERIOUS
    ]
