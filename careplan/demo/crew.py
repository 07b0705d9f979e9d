"""A handful of children whose output is shown line by line and who live and end together."""

import os
import selectors
import subprocess
import time
from contextlib import suppress

from careplan.demo.place import CannotServe
from careplan.demo.process import PATIENCE, Child


class Crew:
    """Use as a context manager: at its end every part that it started is stopped.

    One thread does all: it reads what the parts say, and notices when one of them is gone.
    """

    def __init__(self, *, cwd, environment):
        self.cwd, self.environment = cwd, environment
        self.parts, self.watched = [], []
        self.selector = selectors.DefaultSelector()
        self.unfinished = {}  # part -> the beginning of its next line

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        say("Stopping …")
        for part in self.parts:
            part.ask_to_stop()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and any(part.ended() is None for part in self.parts):
            self.relay(0.1)  # a part that cannot write its last words would never end
        for part in self.parts:
            part.stop(patience=0)
        self.relay(0)
        for part in self.parts:
            part.process.stdout.close()
        self.selector.close()

    def start(self, name, command):
        part = Child(name, command, cwd=self.cwd, env=self.environment, output=subprocess.PIPE)
        self.parts.append(part)
        self.selector.register(part.process.stdout, selectors.EVENT_READ, part)

    def also_watch(self, children):
        """Children that someone else started and will stop; the crew ends when they end."""
        self.watched += children

    def wait(self, until=lambda: False, timeout=float("inf")):
        """Until `until()` holds. Raises CannotServe when a part ended, or after `timeout` s."""
        deadline = time.monotonic() + timeout
        while not until():
            self.relay(0.2)
            for child in [*self.parts, *self.watched]:
                if child.ended() is not None:
                    self.relay(0)
                    raise CannotServe(f"{child.name} ended by itself, with code {child.ended()}.")
            if time.monotonic() > deadline:
                raise CannotServe(f"Not ready after {timeout} seconds; what was said is above.")

    def relay(self, seconds):
        """Print what the parts said, waiting up to `seconds` for the first word."""
        for key, _ in self.selector.select(seconds):
            chunk = os.read(key.fd, 65536)
            if not chunk:
                self.selector.unregister(key.fileobj)
            *lines, rest = (self.unfinished.pop(key.data, b"") + chunk).split(b"\n")
            self.unfinished[key.data] = rest
            for line in filter(bytes.strip, lines):
                say(f"{key.data.name:<6} | {line.decode(errors='replace')}")


def say(text):
    """To the terminal, which may have been closed."""
    with suppress(OSError):
        print(text, flush=True)
