"""How many faults planted in the data of the rule book the tests of the rules find.

    python -m bench.book_mutants [--only FILE] [--every N]

A sign turned, a limit moved by one, a part of a condition dropped, a severity lowered, a day added,
a stop of an exercise forgotten … (bench/faults.py). Each is tried against tests/rules without the
random ones; survivors are written to build/mutants-book.txt. Takes an hour or more.
"""

import argparse
import itertools
import time
import tomllib
from collections import Counter

from bench import trials
from bench.faults import faults, planted, row_of
from careplan.rules.book import DATA, book

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
LOADS = tomllib.loads  # a fault is planted by another one
NOT_MUTATED = {"codings.toml", "codes.toml", "sources.toml", "versions.toml", "elsewhere.toml"}


class BookTrials(trials.Trials):
    left_out = (*trials.RANDOM, *ON_FILES)

    def __init__(self, only, every, cores):
        super().__init__(cores)
        self.only, self.every = only, every
        self.rows, self.table = [], Counter()

    def prepare(self):
        book()
        self.told = {item.nodeid: str(trials.params_of(item)) for item in self.items}
        return super().prepare()

    def jobs(self):
        return itertools.islice(self._faults(), 0, None, self.every)

    def _faults(self):
        for file in sorted(DATA.glob("*.toml")):
            if file.name in NOT_MUTATED or self.only not in file.name:
                continue
            text = file.read_text("utf-8")
            for what, path, new in faults(file.name, tomllib.loads(text)):
                yield file.name, text, what, path, new

    def plant(self, job):
        _, text, _, path, new = job
        content = planted(LOADS(text), path, new)
        tomllib.loads = lambda told: content if told == text else LOADS(told)

    def load(self, job):
        book.cache_clear()
        book()

    def chosen(self, job):
        """Tests that name the row first, the whole intakes (the slowest) last."""
        _, text, _, path, _ = job
        return sorted(self.items, key=lambda item: self._rank(item, _row(text, path)))

    def _rank(self, item, about):
        if about and about in self.told[item.nodeid]:
            return 0
        return 2 if "test_scenario[" in item.nodeid else 1

    def note(self, job, verdict, by):
        name, text, what, path, _ = job
        self.table[name, verdict] += 1
        if verdict == "survived":
            self.rows.append(f"{name} {_row(text, path)}: {what}")
            print("survived", self.rows[-1], flush=True)


def _row(text, path):
    return row_of(LOADS(text), path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default="", help="part of a file's name")
    parser.add_argument("--every", type=int, default=1, help="only each Nth fault")
    parser.add_argument("--cores", type=int, default=0)
    told, started = parser.parse_args(), time.monotonic()
    tried = BookTrials(told.only, told.every, told.cores)
    trials.tried(tried, WITH_DJANGO)
    trials.report(tried.table, tried.rows, "mutants-book.txt")
    for name, found in tried.finders.most_common(12):
        print(f"found by {name or 'the loader'}: {found}")
    print(f"{(time.monotonic() - started) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
