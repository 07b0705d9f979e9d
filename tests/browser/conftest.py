"""A real Chromium, a real SMTP server, a real Celery worker and beat for the journeys.

Screenshots land in `build/`. Where no Chromium is found (system path or CHROMIUM), the journeys are
left out and the run says so in one loud line.
"""

import email
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from email import policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from bench.phone import served

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "journey"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def pytest_collection_modifyitems(config, items):
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
    if here and chromium() is None:
        for item in here:
            items.remove(item)
        config.hook.pytest_deselected(items=here)


@pytest.fixture(scope="session")
def browser():
    # Playwright runs an event loop in this thread; Django's guard would take it for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


class Visitor:
    """One person at one screen: walks pages, takes pictures, and checks each for faults."""

    def __init__(self, browser: Browser, site: str, screen: dict, shots: Path = SHOTS):
        self.context = browser.new_context(viewport=screen, locale="en-GB", base_url=site)
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.shots = shots
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._console)

    def _console(self, message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def seen(self, name: str) -> None:
        """A picture for `build/`, and nothing serious or critical by axe, no script fault."""
        self.shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.shots / f"{name}.png", full_page=True, caret="initial")
        found = Axe().run(self.page).response["violations"]
        serious = [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert not serious, f"{name} ({self.page.url}): " + "; ".join(serious)
        assert not self.faults, f"{name}: {self.faults}"
        width = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, f"{name} scrolls {width} px sideways"


@pytest.fixture
def visitor(browser, live_server):
    """`visitor(DESK)` opens a fresh profile: nobody is signed in."""
    opened = []

    def enter(screen: dict = DESK) -> Visitor:
        opened.append(Visitor(browser, live_server.url, screen))
        return opened[-1]

    yield enter
    for one in opened:
        one.context.close()


class Post:
    """What an SMTP server on loopback was given."""

    def __init__(self):
        self.mails: list[email.message.EmailMessage] = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 accepted"

    def wait_for(self, to: str, subject: str, seconds: int = 100) -> "email.message.EmailMessage":
        """The newest mail to somebody with these words in its subject; waits for the worker."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for mail in reversed(self.mails):
                if to in mail["To"] and subject.lower() in mail["Subject"].lower():
                    return mail
            time.sleep(0.5)
        had = [(mail["To"], mail["Subject"]) for mail in self.mails]
        raise AssertionError(f"no mail “{subject}” to {to} in {seconds} s; there were {had}")


@pytest.fixture
def at(request, visitor, signed_in, live_server):
    """`at(user, path, screen)`: somebody who is signed in, with a page open; pictures go where the
    module says by SHOTS."""

    def enter(user, path: str, screen: dict = DESK):
        one = visitor(screen)
        one.shots = request.module.SHOTS
        value = signed_in(user).cookies[django_settings.SESSION_COOKIE_NAME].value
        cookie = {
            "name": django_settings.SESSION_COOKIE_NAME,
            "value": value,
            "url": live_server.url,
        }
        one.context.add_cookies([cookie])
        one.page.goto(path)
        return one

    return enter


def link_in(mail) -> str:
    """The first address in a mail's text."""
    text = mail.get_body(("plain",)).get_content()
    return re.search(r"https?://\S+", text).group().rstrip(".,)")


@pytest.fixture
def post():
    box = Post()
    controller = Controller(box, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    yield box
    controller.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def celery(live_server, post, tmp_path):
    """A worker and a beat of their own processes on the test's database and a real broker."""
    # A broker of its own for each test process, beside whatever uses number 0.
    number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    redis = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{number}"
    env = os.environ | {
        "DATABASE_URL": _test_database_url(),
        "REDIS_URL": redis,
        "EMAIL_URL": post.url,
        "SITE_URL": live_server.url,
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "careplan.settings",
    }
    base = [sys.executable, "-m", "celery", "-A", "careplan"]
    log = (tmp_path / "celery.log").open("wb")
    jobs = [
        subprocess.Popen(
            [*base, *words], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
        )
        for words in (
            ["worker", "-c", "1", "--without-gossip", "--without-mingle", "-Q", "celery"],
            ["beat", "-s", str(tmp_path / "beat")],
        )
    ]
    yield jobs
    for job in jobs:
        os.killpg(job.pid, signal.SIGTERM)
    for job in jobs:
        try:
            job.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(job.pid, signal.SIGKILL)
    log.close()
    shown = (tmp_path / "celery.log").read_text(errors="replace")
    (SHOTS.parent / "celery.log").write_text(shown)


@pytest.fixture
def deployed(live_server, patient):
    """The address of a server as deployed, on the test's database."""
    with served(_test_database_url(), django_settings.SECRET_KEY) as site:
        yield site


def _test_database_url() -> str:
    """The address of the test's own database: the configured one with the other name."""
    name = connection.settings_dict["NAME"]
    head, _, query = django_settings.DATABASE_URL.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
