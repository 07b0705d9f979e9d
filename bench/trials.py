"""Try the tests of the rules against one fault after another, each in a forked process.

A fork takes a hundredth of the time of a start: Python, the tests and the book are there already.
"""

import gc
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TESTS, BUILD = ROOT / "tests/rules", ROOT / "build"
RANDOM = ("test_properties", "test_fuzz", "test_bench")
SURVIVED, KILLED, REFUSED, NOT_PLANTED = range(4)
VERDICTS = {
    SURVIVED: "survived",
    KILLED: "killed",
    REFUSED: "refused",
    NOT_PLANTED: "not planted",
}
EXPLAINED = "explained"  # survived, and bench/no_fault.toml says why nobody can tell
ALIVE = ("survived", "not planted", EXPLAINED)
SECONDS = 8  # of processor time for one test: a fault may loop for ever
MEMORY = 3 * 2**30  # bytes: or it may gather without end


class Trials:
    """A pytest plugin: instead of running the tests once, runs them once for each fault.

    A kind of faults says which there are (`jobs`), puts one in place (`plant`), loads what has to be
    loaded with it (`load`), says which tests meet it in which order (`chosen`), and notes it (`note`). `limit` is how much processor time
    one fault may take, in seconds; what is not found by then has survived.
    """

    left_out, limit = RANDOM, 0

    def __init__(self, cores):
        self.cores = cores or os.cpu_count()
        self.folder = Path(tempfile.mkdtemp(prefix="careplan-finders-"))
        self.finders = Counter()

    def pytest_runtestloop(self, session):
        self.session = session
        self.items = self.wanted(session.items)
        if session.testsfailed or self.prepare():
            failed = " ".join(path.read_text() for path in self.folder.iterdir())
            raise pytest.UsageError(f"The tests must pass before faults are planted: {failed}")
        gc.collect()
        gc.freeze()
        running = {}
        for job in self.jobs():
            if len(running) == self.cores:
                self._wait(running)
            running[_forked(lambda job=job: self._try(job))] = job
        while running:
            self._wait(running)
        shutil.rmtree(self.folder)
        return True

    def wanted(self, items):
        return [item for item in items if not any(name in item.nodeid for name in self.left_out)]

    def prepare(self):
        """What is read once, before the first fork; KILLED where a test fails without a fault."""
        return in_a_child(lambda: self.run(self.items))

    def _try(self, job):
        """Whether a test fails while a fault is there; in a process of its own."""
        quiet()
        _hurry()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            self.plant(job)
        except Exception:
            return NOT_PLANTED
        try:
            self.load(job)
        except Exception:  # any refusal at the start is a find
            return REFUSED
        return self.run(self.chosen(job))

    def run(self, items):
        """KILLED where a test failed."""
        for item in items:
            if self.limit and time.process_time() > self.limit:
                break
            _hurry()
            if fails(self.session, item):
                (self.folder / str(os.getpid())).write_text(item.nodeid)
                return KILLED
        return SURVIVED

    def _wait(self, running):
        child, status = os.wait()
        self._ended(running.pop(child), child, os.waitstatus_to_exitcode(status))

    def _ended(self, job, child, code):
        finder = self.folder / str(child)
        by = finder.read_text() if finder.exists() else ""
        self.finders[by.partition("[")[0]] += 1
        late = code in (-signal.SIGVTALRM, -signal.SIGXCPU)
        self.note(job, "too slow" if late else VERDICTS.get(code, "killed"), by)


def quiet():
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _hurry():
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)


def _forked(function):
    child = os.fork()
    if child == 0:
        try:
            os._exit(function())
        finally:
            os._exit(KILLED)
    return child


def in_a_child(function):
    """The exit code of a function run in a process of its own."""
    return os.waitstatus_to_exitcode(os.waitpid(_forked(function), 0)[1])


def params_of(item):
    return item.callspec.params if hasattr(item, "callspec") else {}


def fails(session, item):
    """Whether one test fails. One that needs nothing but its own row is called as it is: pytest's
    protocol takes longer than the test."""
    params = params_of(item)
    if set(item.fixturenames) > set(params) or item.cls:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return bool(session.testsfailed)
    try:
        item.obj(**params)
    except BaseException:  # pytest.fail is no Exception
        return True
    return False


def tried(trials, ignored=()):
    """Collect the tests of the rules and let `trials` run them; pytest's exit code."""
    plugins = ("cacheprovider", "django", "xdist", "terminal")
    arguments = [f"--ignore={TESTS / name}" for name in ignored]
    arguments += [f"--rootdir={ROOT}", f"--confcutdir={TESTS}", "-c", os.devnull]
    for name in plugins:
        arguments += ["-p", f"no:{name}"]
    return pytest.main([*arguments, str(TESTS)], [trials])


# Which test calls which function ------------------------------------------------------------


class Calls:
    """(file, function) of what is called in a folder while it is open."""

    def __init__(self, folder):
        self.folder, self.codes = str(folder), set()

    def __enter__(self):
        sys.settrace(self._called)
        return self.codes

    def __exit__(self, *told):
        sys.settrace(None)

    def _called(self, frame, event, argument):
        path = frame.f_code.co_filename
        if path.startswith(self.folder):
            self.codes.add((path.removeprefix(self.folder), frame.f_code.co_qualname))


def spread(items, seconds):
    """The first row of each test, the quickest first, then the second rows, and so on: rows of one
    test find much the same."""
    rows, placed = defaultdict(int), []
    for item in sorted(items, key=lambda one: seconds[one.nodeid]):
        test = item.nodeid.partition("[")[0]
        placed.append((rows[test], seconds[item.nodeid], len(placed), item))
        rows[test] += 1
    return [item for *_, item in sorted(placed, key=lambda row: row[:3])]


# What came of it ----------------------------------------------------------------------------


def report(table, rows, name):
    """Print how many of {(part, verdict): number} were found, and write the survivors."""
    BUILD.mkdir(exist_ok=True)
    (BUILD / name).write_text("\n".join(rows) + "\n", "utf-8")
    print(f"\n{'':34}mutants   found  survived  explained   found %")
    every = Counter()
    for part in sorted({key[0] for key in table}):
        counts = Counter({verdict: n for (where, verdict), n in table.items() if where == part})
        every.update(counts)
        _line(part, counts)
    _line("all", every)
    print(f"survivors: build/{name}")


def _line(part, counts):
    total, alive = sum(counts.values()), sum(counts[one] for one in ALIVE)
    share = 100 * (total - alive) / total if total else 100
    explained = counts[EXPLAINED]
    print(
        f"{part:34}{total:7} {total - alive:7} {alive - explained:9} {explained:10} {share:8.1f} %"
    )
