"""The servers that Careplan stands on, started from Python packages where none is given.

    python -m careplan.demo.services -- pytest -n auto

runs a command with throw-away servers and passes its exit code on.
"""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from careplan.demo.place import CannotServe, place_for
from careplan.demo.postgres import postgres
from careplan.demo.process import PATIENCE, follow_the_keeper
from careplan.demo.signals import Stopped, stop_on_signals
from careplan.demo.valkey import valkey


@contextmanager
def services(data_dir, *, durable=True):
    """Yield (environment, children): DATABASE_URL and REDIS_URL of servers that run until the end.

    An address that is already in the environment is kept, and nothing is started for it. `durable`
    keeps data through a power cut; tests go faster without. Raises CannotServe with a sentence.
    """
    given = {name: os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL")}
    starters = {"DATABASE_URL": postgres, "REDIS_URL": valkey}
    environment, children = {name: url for name, url in given.items() if url}, []
    with ExitStack() as stack:
        missing = [name for name in starters if name not in environment]
        if missing:
            place, log_dir = place_for(data_dir), Path(data_dir) / "log"
            log_dir.mkdir(exist_ok=True)
        for name in missing:
            start = starters[name](place, log_dir=log_dir, durable=durable)
            environment[name], child = stack.enter_context(start)
            children.append(child)
        yield environment, children


def run_with_throwaway_servers(command):
    """Run `command` with servers that are gone afterwards; returns its exit code."""
    with tempfile.TemporaryDirectory(prefix="careplan-test-") as folder:
        Path(folder).chmod(0o711)  # ours, and the servers' account passes through it
        with services(folder, durable=False) as (environment, _):
            return _run(command, os.environ | environment)


def _run(command, environment):
    """In the foreground, so that a debugger can ask questions."""
    follow = follow_the_keeper(signal.SIGTERM)
    process = subprocess.Popen(command, env=environment, preexec_fn=follow)
    try:
        return process.wait()
    except Stopped as stopped:
        family = [*psutil.Process(process.pid).children(recursive=True), process]
        if stopped.signal != signal.SIGINT:  # Ctrl-C in a terminal has reached it already
            process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        process.wait()
        raise


def main(arguments):
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("Usage: python -m careplan.demo.services -- COMMAND [ARGUMENT...]", file=sys.stderr)
        return 2
    try:
        with stop_on_signals():
            return run_with_throwaway_servers(command)
    except CannotServe as problem:
        print(problem, file=sys.stderr)
        return 1
    except Stopped as stopped:
        return 128 + stopped.signal


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
