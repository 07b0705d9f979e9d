"""How many planted faults the tests of the rules find.

    python -m bench.mutants book          faults in the data of the book: a sign turned, a limit
                                          moved by one, a part of a condition dropped, a severity
                                          lowered, a day added, a stop of an exercise forgotten …
    python -m bench.mutants code          faults in the Python of careplan/rules, made by mutmut

Each mutant is tried against tests/rules without the random ones. Survivors are written to
build/mutants-book.txt and build/mutants-code.txt. Takes an hour or more; `--only NAME` narrows it
to the files (book) or modules (code) whose name holds NAME.
"""

import argparse
import gc
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bench.faults import faults, planted, row_of
from careplan.rules.book import DATA, book

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
TESTS = "tests/rules"
RANDOM = ("test_properties", "test_fuzz", "test_bench")
ON_FILES = (  # about the text of files, the grammar and the units: a fault in a rule leaves these alone
    "test_edition",
    "test_refusals",
    "test_subjects",
    "test_specification",
    "test_units",
    "test_intake",
    "test_conditions",
    "test_drug_names",
    "test_lifecycle",
    "test_the_book_loads_fast",
    "test_the_seed_of_hashes",
)
WITH_DJANGO = ("test_rows_without_rules.py", "test_versions.py")
NOT_MUTATED = {"codings.toml", "codes.toml", "sources.toml", "versions.toml", "elsewhere.toml"}


# Faults in the data ------------------------------------------------------------------------


class Trials:
    """A pytest plugin: instead of running the tests once, runs them once for each mutant."""

    def __init__(self, only, every):
        self.only, self.every = only, every
        self.rows, self.table = [], Counter()
        self.finders = Path(tempfile.mkdtemp(prefix="careplan-finders-"))

    def pytest_runtestloop(self, session):
        book()
        items = [i for i in session.items if not any(r in i.nodeid for r in (*RANDOM, *ON_FILES))]
        self.told = {i.nodeid: str(_params(i)) for i in items}
        jobs = list(self._jobs())[:: self.every]
        gc.collect()
        gc.freeze()
        if _in_a_child(lambda: self._run(session, items, "")):
            raise pytest.UsageError("The tests must pass before faults are planted in the book.")
        print(f"{len(jobs)} mutants, {len(items)} tests", flush=True)
        running, cores = {}, os.cpu_count()
        while jobs or running:
            while jobs and len(running) < cores:
                job = jobs.pop()
                child = os.fork()
                if child == 0:
                    os._exit(self._try(session, items, *job))
                running[child] = job
            child, status = os.wait()
            self._note(running.pop(child), os.waitstatus_to_exitcode(status))
        return True

    def _jobs(self):
        for file in sorted(DATA.glob("*.toml")):
            if file.name in NOT_MUTATED or self.only not in file.name:
                continue
            text = file.read_text("utf-8")
            for what, path, new in faults(file.name, tomllib.loads(text)):
                yield file.name, text, what, path, new

    def _try(self, session, items, name, text, what, path, new):
        """0 survived, 1 a test failed, 2 the loader refused it; in a process of its own."""
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        loads, content = tomllib.loads, planted(tomllib.loads(text), path, new)
        tomllib.loads = lambda told: content if told == text else loads(told)
        book.cache_clear()
        try:
            book()
        except Exception:  # any refusal at the start is a find
            return 2
        return self._run(session, items, row_of(loads(text), path))

    def _run(self, session, items, about):
        """1 where a test failed."""
        for item in sorted(items, key=lambda i: self._rank(i, about)):
            if _fails(session, item):
                (self.finders / str(os.getpid())).write_text(item.nodeid.partition("[")[0])
                return 1
        return 0

    def _rank(self, item, about):
        """Tests that name the row first, the whole intakes (the slowest) last."""
        if about and about in self.told[item.nodeid]:
            return 0
        return 2 if "test_scenario[" in item.nodeid else 1

    def _note(self, job, code):
        name, text, what, path, _ = job
        verdict = {0: "survived", 1: "killed", 2: "refused"}.get(code, "killed")
        self.table[name, verdict] += 1
        if verdict == "survived":
            self.rows.append(f"{name} {row_of(tomllib.loads(text), path)}: {what}")
            print("survived", self.rows[-1], flush=True)


def _in_a_child(function):
    """The exit code of a function run in a process of its own."""
    child = os.fork()
    if child == 0:
        os._exit(function())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _params(item):
    return item.callspec.params if hasattr(item, "callspec") else {}


def _fails(session, item):
    """Whether one test fails. One that needs nothing but its own row is called as it is: pytest's
    protocol takes longer than the test."""
    params = _params(item)
    if set(item.fixturenames) > set(params) or item.cls:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return bool(session.testsfailed)
    try:
        item.obj(**params)
    except BaseException:  # pytest.fail is no Exception
        return True
    return False


def book_mutants(only, every):
    trials = Trials(only, every)
    plugins = ("cacheprovider", "django", "xdist", "terminal")
    ignored = [f"--ignore={ROOT / TESTS / name}" for name in WITH_DJANGO]
    arguments = [*ignored, f"--rootdir={ROOT}", f"--confcutdir={ROOT / TESTS}", "-c", os.devnull]
    for name in plugins:
        arguments += ["-p", f"no:{name}"]
    status = pytest.main([*arguments, str(ROOT / TESTS)], [trials])
    finders = Counter(path.read_text() for path in trials.finders.iterdir())
    shutil.rmtree(trials.finders)
    _report(trials.table, trials.rows, "mutants-book.txt")
    for name, found in finders.most_common(12):
        print(f"found by {name}: {found}")
    return status


# Faults in the code ------------------------------------------------------------------------

SETUP = """[mutmut]
source_paths=careplan/rules
also_copy=
    careplan/__init__.py
    careplan/rules/data
use_git_change_detection=false
pytest_add_cli_args=
    -p
    no:cacheprovider
    -p
    no:django
pytest_add_cli_args_test_selection=
    tests/rules
"""


def code_mutants(only):
    """Run mutmut over a copy of the rules and their tests; functions with a decorator are left
    alone by it."""
    if importlib.util.find_spec("mutmut") is None:
        sys.exit("Faults in the code need mutmut: .venv/bin/pip install mutmut==3.8.1")
    table, rows = Counter(), []
    with tempfile.TemporaryDirectory(prefix="careplan-mutants-") as folder:
        place = Path(folder)
        _copy(place)
        pattern = [f"careplan.rules.{only}*"] if only else []
        mutmut = [sys.executable, "-m", "mutmut"]
        subprocess.run([*mutmut, "run", *pattern], cwd=place, check=False)
        told = subprocess.run(
            [*mutmut, "results", "--all", "true"], cwd=place, capture_output=True, text=True
        ).stdout
        for line in told.splitlines():
            mutant, _, verdict = line.strip().rpartition(": ")
            if verdict not in ("", "not checked"):
                table[mutant.split(".x")[0], verdict] += 1
            if verdict == "survived":
                shown = subprocess.run(
                    [*mutmut, "show", mutant], cwd=place, capture_output=True, text=True
                ).stdout
                rows.append(shown)
    _report(table, rows, "mutants-code.txt")


def _copy(place):
    shutil.copytree(ROOT / "careplan/rules", place / "careplan/rules")
    shutil.copy(ROOT / "careplan/__init__.py", place / "careplan")
    ignored = shutil.ignore_patterns("__pycache__", *(f"{name}*" for name in RANDOM), *WITH_DJANGO)
    shutil.copytree(ROOT / TESTS, place / TESTS, ignore=ignored)
    shutil.copy(ROOT / "tests/__init__.py", place / "tests")
    (place / "setup.cfg").write_text(SETUP)
    (place / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')


def _report(table, rows, name):
    """Print the table and write the survivors."""
    BUILD.mkdir(exist_ok=True)
    (BUILD / name).write_text("\n".join(rows) + "\n", "utf-8")
    print(f"\n{'':34}mutants   found  survived   found %")
    every = Counter()
    for part in sorted({key[0] for key in table}):
        counts = Counter({verdict: n for (where, verdict), n in table.items() if where == part})
        every.update(counts)
        _line(part, counts)
    _line("all", every)
    print(f"survivors: build/{name}")


def _line(part, counts):
    total, alive = sum(counts.values()), counts["survived"] + counts["no tests"]
    share = 100 * (total - alive) / total if total else 100
    print(f"{part:34}{total:7} {total - alive:7} {alive:9} {share:8.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("book", "code"))
    parser.add_argument("--only", default="", help="part of a file's or module's name")
    parser.add_argument("--every", type=int, default=1, help="only each Nth mutant of the book")
    told, started = parser.parse_args(), time.monotonic()
    if told.what == "book":
        book_mutants(told.only, told.every)
    else:
        code_mutants(told.only)
    print(f"{(time.monotonic() - started) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
