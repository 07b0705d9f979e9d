"""How many clicks and keys a therapist needs from a finished assessment to a signed plan.

    make bench-builder

A server as deployed, Chromium at a desk, and three people: back pain alone, conditions that bring
cautions, radicular pain with medicines. Every click counts one; every key counts one, so a word
counts its letters. The therapist opens every part of the builder, looks at the movement, answers
each caution by itself, writes a goal with where the patient is and wants to be, opens the cards on
the page to sign, ticks that it was read, and signs. The page decides nothing that is not shown.
Seconds are the script's own: reading takes a person longer.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, sync_playwright

from bench.phone import FLAGS, ROOT, SECRET, served

FEWER_THAN = 25
DESK = {"width": 1440, "height": 900}
SETTLED = "body:not(.is-new)"  # a swap takes no press for a moment
IDLE = "() => !document.querySelector('.htmx-request')"
PARTS = ("Programme", "Home exercises", "Daily routine", "Explain and support", "Medicines")
PARTS += ("Check-ins",)
TYPED = {"easy": "Garden"}  # a goal in letters; the others press one that is offered


@dataclass
class Watch:
    """A page whose clicks and keys are counted. `lines`: (what was done, presses so far, seconds
    so far, what the page says then)."""

    page: Page
    presses: int = 0
    began: float = field(default_factory=time.monotonic)
    lines: list[tuple] = field(default_factory=list)

    def click(self, where: Locator, what: str) -> None:
        where.click()
        self._count(1, what)

    def keys(self, text: str, what: str) -> None:
        """Type into what has the focus: every letter is a key."""
        self.page.keyboard.type(text)
        self._count(len(text), what)

    def press(self, key: str, what: str) -> None:
        self.page.keyboard.press(key)
        self._count(1, what)

    def _count(self, number: int, what: str) -> None:
        self.presses += number
        self.page.wait_for_function(IDLE)
        self.page.wait_for_load_state("networkidle")
        self.page.locator(SETTLED).wait_for()
        seconds = time.monotonic() - self.began
        self.lines.append((what, self.presses, seconds, self.said()))

    def said(self) -> str:
        """The heading of the page, and what the foot says is left."""
        heading = self.page.locator("h1").first.inner_text()
        foot = self.page.locator("#why-off")
        return heading + (f" | {foot.inner_text()}" if foot.count() else "")


def build(watch: Watch, *, typed: str = "") -> None:
    """From the page of the assessment to the signed plan. `typed`: the goal in letters; without it
    one of the goals that are offered is pressed."""
    page = watch.page
    watch.click(page.get_by_role("button", name="Build the plan"), "Build the plan")
    while page.locator("#live .cp-finding.is-caution").count():
        one = page.locator("#live .cp-finding.is-caution").first
        watch.click(
            one.locator("details button").first, f"answer: {one.locator('h3').inner_text()}"
        )
    to_part(watch, "Movement")
    seen = page.get_by_role("button", name="I have seen all of them")
    watch.click(seen, "movement: I have seen all of them")
    to_part(watch, "Goals")
    if typed:
        watch.click(page.get_by_label("Goal 1", exact=True), "into goal 1")
        watch.keys(typed, f"goal: {typed}")
    else:
        often = page.locator("button[name=act][value^='often:']").first
        watch.click(often, f"goal: {often.inner_text()}")
    watch.click(page.get_by_label("Wanted").first, "into wanted")
    watch.keys("7", "wanted: 7")
    for part in PARTS:
        to_part(watch, part)
    watch.click(page.get_by_role("link", name="Go to signing"), "Go to signing")
    watch.click(page.get_by_text("to read").first, "open the cards")
    watch.click(page.locator("#id_read"), "I have read this page")
    watch.click(page.get_by_role("button", name="Sign version 1"), "Sign version 1")


def to_part(watch: Watch, name: str) -> None:
    watch.click(watch.page.locator("#parts a", has_text=name), f"open {name}")


def told() -> dict:
    """Three people in a database that is empty until now."""
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, check=True)
    make = [*manage, "shell", "-v0", "--no-imports", "-c"]
    env = os.environ | {"SECRET_KEY": SECRET}
    said = subprocess.run(
        [*make, "from bench.to_build import main; main()"],
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(said.strip().splitlines()[-1])


def show(kind: str, watch: Watch) -> None:
    print(f"\n{kind}\n{'so far':>6} {'seconds':>7}  what, and what the page says")
    for what, presses, seconds, said in watch.lines:
        print(f"{presses:6} {seconds:7.1f}  {what}  ->  {said}")


def main() -> None:
    if not os.environ.get("CHROMIUM"):
        sys.exit("No Chromium was found. Install it, or set CHROMIUM to its path.")
    found, counted = told(), {}
    with served(os.environ["DATABASE_URL"], SECRET) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        for kind, path in found["pages"].items():
            context = browser.new_context(viewport=DESK)
            context.add_cookies([found["cookie"] | {"url": site}])
            page = context.new_page()
            page.goto(site + path)
            counted[kind] = watch = Watch(page)
            build(watch, typed=TYPED.get(kind, ""))
            show(kind, watch)
            context.close()
        browser.close()
    print(f"\n{'patient':12}{'clicks and keys':>16}{'seconds':>9}   fewer than {FEWER_THAN}")
    for kind, watch in counted.items():
        print(f"{kind:12}{watch.presses:16}{watch.lines[-1][2]:9.1f}")
    if any(watch.presses >= FEWER_THAN for watch in counted.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
