"""How many faults planted in the Python of careplan/rules the tests of the rules find.

    python -m bench.code_mutants [--only MODULE …] [--cores N] [--limit SECONDS]

The faults are mutmut's (`pip install mutmut==3.8.1`). Each is tried against the tests that call its
function; where the book is loaded by it, against all of them, with the book loaded anew. What was
tried is kept in build/mutants-code.jsonl, so that a run that was broken off goes on where it was; a
fault that survived is tried again once a test or the function has changed (`--again`: all of them).
Survivors are written to build/mutants-code.txt; those that no test can tell from the original, and
why, are in bench/no_fault.toml.
"""

import argparse
import hashlib
import importlib
import itertools
import json
import os
import pickle
import sys
import time
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import django

from bench import trials
from careplan.rules.book import book

try:
    from bench import code_faults
except ImportError:
    sys.exit("Faults in the code need mutmut: .venv/bin/pip install mutmut==3.8.1")

KEPT, CALLS = trials.BUILD / "mutants-code.jsonl", trials.BUILD / "mutants-code-calls.pickle"
EXPLAINED = Path(__file__).parent / "no_fault.toml"
ELSEWHERE = ("test_the_seed_of_hashes", "test_the_book_loads_fast")  # another process; a clock
AT_IMPORT = "while the rules are imported"
FOUND = ("killed", "refused", "too slow")


class CodeTrials(trials.Trials):
    left_out = (*trials.RANDOM, *ELSEWHERE)

    def __init__(self, only, cores, again, limit, every):
        super().__init__(cores)
        self.limit, self.every = limit, every
        self.only, self.again = only, again
        self.tests = _digest(trials.TESTS.rglob("*.*"))
        self.kept = {} if again else _kept()
        self.made, self.killers, self.orders = [], defaultdict(Counter), {}

    def prepare(self):
        with trials.Calls(code_faults.RULES) as self.loading:
            book.cache_clear()
            book()
        self.functions, self.caches = code_faults.loaded(), code_faults.remembering()
        self.by_node = {item.nodeid: item for item in self.items}
        return self._called()

    def _called(self):
        """Each test's seconds, the tests that call each function, and what is called at the start."""
        keep = CALLS.exists() and not self.again
        before = pickle.loads(CALLS.read_bytes()) if keep else {}
        # A test that fails without a fault would find every one: any change of the rules runs all anew.
        rules = _digest(code_faults.RULES.rglob("*"))
        files = {path: rules + _digest([path]) for path in {Path(item.path) for item in self.items}}
        names = {item.nodeid: files[Path(item.path)] for item in self.items}
        known = {node: row for node, row in before.items() if row[0] == names.get(node)}
        if trials.in_a_child(lambda: self._watch(known, names)):
            return trials.KILLED
        known = pickle.loads(CALLS.read_bytes())
        _, _, self.at_import = known.pop(AT_IMPORT)
        self.seconds = {node: seconds for node, (_, seconds, _) in known.items()}
        self.callers = defaultdict(list)
        for node, (_, _, codes) in known.items():
            for code in codes:
                self.callers[code].append(node)
        return trials.SURVIVED

    def _watch(self, known, names):
        for item in self.items:
            if item.nodeid in known:
                continue
            self._forget()
            started = time.process_time()
            with trials.Calls(code_faults.RULES) as codes:
                failed = trials.fails(self.session, item)
            if failed:
                print(f"{item.nodeid} fails", flush=True)
                return trials.KILLED
            known[item.nodeid] = names[item.nodeid], time.process_time() - started, frozenset(codes)
        known[AT_IMPORT] = "", 0, _imported()
        trials.BUILD.mkdir(exist_ok=True)
        CALLS.write_bytes(pickle.dumps(known))
        return trials.SURVIVED

    def _from_the_start(self, mutant):
        """The same tests where all is imported anew: what was imported before shows no fault."""
        trials.quiet()
        for name in [n for n in sys.modules if n.startswith(("careplan.rules", "tests"))]:
            del sys.modules[name]
        code_faults.imported_with(mutant)
        trials.tried(_Once(self.seconds))
        return trials.KILLED  # the tests could not be collected

    def _forget(self):
        for cache in self.caches:
            if cache is not book:
                cache.cache_clear()

    def jobs(self):
        for name in self.only or [""]:
            for path in sorted(code_faults.RULES.rglob("*.py")):
                module = ".".join(path.relative_to(code_faults.RULES).with_suffix("").parts)
                if not name or module == name or module.startswith(f"{name}."):
                    yield from self._mutants(path)

    def _mutants(self, path):
        for mutant in code_faults.mutants(path, self.every):
            self.made.append(mutant)
            if not self._settled(mutant):
                if mutant.place not in self.orders:
                    self.orders[mutant.place] = self._order(mutant.place)
                yield mutant

    def _settled(self, mutant):
        row = self.kept.get(mutant.key)
        return row and (
            row["verdict"] in FOUND or (row["tests"], row.get("limit")) == (self.tests, self.limit)
        )

    def plant(self, mutant):
        code_faults.plant(mutant, self.functions[mutant.place])

    def load(self, mutant):
        self._forget()
        if mutant.place in self.loading:
            book.cache_clear()
            book()

    def chosen(self, mutant):
        """What killed a fault of this function before, what calls it, then the rest."""
        known = (self.killers[mutant.place], self.killers[mutant.module])
        likely = (self.by_node[node] for counter in known for node, _ in counter.most_common(12))
        return itertools.chain(likely, self.orders[mutant.place])

    def _order(self, place):
        calls = {node: self.by_node[node] for node in self.callers[place] if node in self.by_node}
        if place not in self.loading:
            return trials.spread(calls.values(), self.seconds)
        others = [item for item in self.items if item.nodeid not in calls]
        return [
            *trials.spread(calls.values(), self.seconds),
            *trials.spread(others, self.seconds),
        ]

    def note(self, mutant, verdict, by):
        if by:
            self.killers[mutant.place][by] += 1
            self.killers[mutant.module][by] += 1
        elif verdict == "survived" and mutant.place in self.at_import:
            verdict = trials.VERDICTS[trials.in_a_child(lambda: self._from_the_start(mutant))]
        row = {"key": mutant.key, "where": mutant.name, "verdict": verdict, "by": by}
        row |= {"tests": self.tests, "limit": self.limit}
        self.kept[mutant.key] = row
        with KEPT.open("a") as file:
            file.write(json.dumps(row) + "\n")
        if verdict in trials.ALIVE:
            print(f"{verdict}: " + _told(mutant), flush=True)


def _imported():
    """What is called while the rules are imported."""
    names = [name for name in sys.modules if name.startswith("careplan.rules")]
    for name in names:
        del sys.modules[name]
    with trials.Calls(code_faults.RULES) as codes:
        for name in names:
            importlib.import_module(name)
    return frozenset(codes)


class _Once(trials.Trials):
    """Runs the tests once, in a process where the rules are imported with a fault in them."""

    left_out = (*trials.RANDOM, *ELSEWHERE)

    def __init__(self, seconds):
        super().__init__(1)
        self.seconds = seconds

    def pytest_runtestloop(self, session):
        self.session = session
        if session.testsfailed:
            os._exit(trials.KILLED)  # something cannot be imported any more
        items = [item for item in self.wanted(session.items) if item.nodeid in self.seconds]
        os._exit(self.run(trials.spread(items, self.seconds)))


def _told(mutant):
    return f"{mutant.name}\n    " + "\n    ".join(mutant.lines)


def _digest(paths):
    told = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file() and path.suffix != ".pyc"):
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()


def _kept():
    """{key: the last thing that is known of a mutant}."""
    if not KEPT.exists():
        return {}
    return {row["key"]: row for row in map(json.loads, KEPT.read_text().splitlines())}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="*", default=[], help="modules, such as renal or schedule")
    parser.add_argument("--cores", type=int, default=0)
    parser.add_argument("--every", type=int, default=1, help="only each Nth fault")
    parser.add_argument("--again", action="store_true", help="try those that were tried, too")
    parser.add_argument("--limit", type=int, default=0, help="seconds for one; 0: all its tests")
    told, started = parser.parse_args(), time.monotonic()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@localhost/nothing")  # never asked
    django.setup()  # the lock of the book is written by a command
    tried = CodeTrials(told.only, told.cores, told.again, told.limit, told.every)
    trials.tried(tried)
    known = tomllib.loads(EXPLAINED.read_text("utf-8"))["no_fault"]
    explained = {(row["where"], row["now"]): row["why"] for row in known}
    table, rows = Counter(), []
    for one in (one for one in tried.made if one.key in tried.kept):
        verdict, why = tried.kept[one.key]["verdict"], explained.get((one.name, one.lines[-1][2:]))
        if verdict in trials.ALIVE:
            rows.append(_told(one) + (f"\n    {why}" if why else ""))
            verdict = trials.EXPLAINED if why else verdict
        table[one.module, verdict] += 1
    trials.report(table, rows, "mutants-code.txt")
    print(f"{(time.monotonic() - started) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
