"""How heavy and how fast a patient's pages are on a cheap phone with a slow line.

    make bench-phone

A server as deployed (gunicorn, WhiteNoise, Brotli and gzip), a plan with six exercises, and Chromium
as Lighthouse's phone: 150 ms to the server and back, 1.6 Mbit/s down, 750 kbit/s up, a processor four
times slower, an empty cache. Weight is what went over the wire. First is the first byte,
shown the largest paint, in ms since the address was opened; shift is how much the layout moved. Each
is the middle of five loads.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
ROUNDS = 5
MOST_KB, MOST_MS = 60, 1000
SECRET = "of these runs alone, and of no server"
PLACES = {"kb": 1, "first": 0, "shown": 0, "ready": 0, "loaded": 0, "shift": 3}
NAMES = tuple(PLACES)
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_638_400 / 8,
    "uploadThroughput": 768_000 / 8,
}
SLOWER = 4
SCREEN = {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PAINTS = """() => new Promise((done) => {
  const told = {shown: 0, shift: 0};
  new PerformanceObserver((list) => { told.shown = list.getEntries().at(-1).startTime; })
    .observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { told.shift += one.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => {
    const [page] = performance.getEntriesByType("navigation");
    done({...told, first: page.responseStart, ready: page.domContentLoadedEventEnd, loaded: page.loadEventEnd});
  }, 600);
})"""


@contextmanager
def served(database_url: str, secret: str):
    """Yield the address of a server as deployed, on a database that is there already."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="careplan-static-") as static:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "bench.served",
            "DEBUG": "0",
            "SECRET_KEY": secret,
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": database_url,
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "EMAIL_URL": "memorymail://",
            "DEFAULT_FROM_EMAIL": "Careplan <careplan@localhost>",
            "STATIC_ROOT": static,
        }
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        collect += ["-i", "*rtl*", "-i", "bootstrap-*", "-i", "*Italic*"]  # nothing loads these
        subprocess.run(collect, cwd=ROOT, env=env, check=True)
        command = [sys.executable, "-m", "gunicorn", "careplan.wsgi", "-b", f"127.0.0.1:{port}"]
        server = subprocess.Popen(
            [*command, "--threads", "4", "--log-level", "warning"], cwd=ROOT, env=env
        )
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(port: int, seconds: int = 40) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"The server did not start within {seconds} seconds.")


def visit(browser, url: str, cookie: dict, *, slow: bool) -> dict:
    """One first load: {"kb", "requests": {address: bytes over the wire}, "shown", "ready", "loaded",
    "shift"}, times in ms."""
    context = browser.new_context(
        viewport=SCREEN, device_scale_factor=2, is_mobile=True, has_touch=True
    )
    context.add_cookies([cookie | {"url": url}])
    page = context.new_page()
    wire = _Wire(context.new_cdp_session(page), slow=slow)
    page.goto(url, wait_until="load")
    times = page.evaluate(PAINTS)
    context.close()
    return {"kb": sum(wire.sizes.values()) / 1024, "requests": wire.sizes, **times}


class _Wire:
    """What came over the wire, headers included, by address."""

    def __init__(self, cdp, *, slow: bool):
        self.sizes: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        cdp.send("Network.enable")
        cdp.send("Network.setCacheDisabled", {"cacheDisabled": False})
        cdp.on("Network.requestWillBeSent", self._asked)
        cdp.on("Network.loadingFinished", self._came)
        if slow:
            cdp.send("Network.emulateNetworkConditions", SLOW_4G)
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def _asked(self, event: dict) -> None:
        self._urls[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict) -> None:
        url = self._urls.get(event["requestId"], event["requestId"])
        if url.startswith("http"):
            self.sizes[url] = self.sizes.get(url, 0) + int(event["encodedDataLength"])


def someone_with_a_plan() -> tuple[dict, str]:
    """(the cookie of a patient who is signed in, the code of their first exercise), in a database
    that is empty until now."""
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, check=True)
    make = [*manage, "shell", "-v0", "--no-imports", "-c", "from bench.at_home import main; main()"]
    env = os.environ | {"SECRET_KEY": SECRET}
    said = subprocess.run(
        make, cwd=ROOT, env=env, check=True, capture_output=True, text=True
    ).stdout
    told = json.loads(said.strip().splitlines()[-1])
    return told["cookie"], told["code"]


def main() -> None:
    if not os.environ.get("CHROMIUM"):
        sys.exit("No Chromium was found. Install it, or set CHROMIUM to its path.")
    cookie, code = someone_with_a_plan()
    pages = {"today": "/mine/", "player": f"/mine/exercises/{code}/"}
    with served(os.environ["DATABASE_URL"], SECRET) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        print(f"{'page':9}" + "".join(f"{name:>8}" for name in NAMES))
        for name, path in pages.items():
            visit(browser, site + path, cookie, slow=False)  # the server reads its rule book once
            loads = [visit(browser, site + path, cookie, slow=True) for _ in range(ROUNDS)]
            middle = {key: statistics.median(one[key] for one in loads) for key in NAMES}
            print(f"{name:9}" + "".join(f"{middle[key]:8.{PLACES[key]}f}" for key in NAMES))
        print(f"{'at most':9}{MOST_KB:8}{MOST_MS:8}")
        browser.close()


if __name__ == "__main__":
    main()
