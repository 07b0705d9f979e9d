"""How long a search of a library of 5,000 exercises takes, against a plain scan for the text.

    python -m bench.library     prints one table; half a minute

The floor looks for the typed text in a ready string of each exercise: no slips, no words in another
order, no ranking, no filters. Both answer the same questions in turns, in one process. A question
is a part of a name, often with a letter wrong, often with a filter. Exits 1 where the 95th
percentile is over the limit.
"""

import os
import random
import statistics
import sys
import time
from dataclasses import dataclass, replace
from itertools import cycle

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careplan.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from careplan.queries.library import Filters, Shelf  # noqa: E402  (needs the settings)
from careplan.rules.book import Exercise, book  # noqa: E402

SIZE, ROUNDS, LIMIT_MS, SEED = 5_000, 1_000, 50, 4
WAYS = ("slow", "quick", "supported", "with a towel", "against the wall", "on a ball", "in bed",
        "with one hand", "at the counter", "before breakfast", "eyes closed", "for runners")  # fmt: skip
FILTERS = (
    {},
    {"kinds": ("COR", "FLX")},
    {"positions": ("Lying",), "levels": (1, 2)},
    {"without": ("OSTEOP", "POSTOP")},
    {"equipment": ("nothing to buy",)},
)


@dataclass
class Result:
    """Milliseconds of every question; `found`: share of questions that found what was meant."""

    ours: list[float]
    floor: list[float]
    found: float
    shelf_ms: float

    @property
    def median(self) -> float:
        return statistics.median(self.ours)


def exercises(size: int, chance: random.Random) -> dict[str, Exercise]:
    """The book's exercises, and variants of them with names and words of their own."""
    found, originals = dict(book().exercises), list(book().exercises.values())
    for number, one in enumerate(cycle(originals)):
        if len(found) >= size:
            return found
        words = " ".join(chance.sample(WAYS, 2))
        code = f"{one.component}-OWN{number + 1}"
        also = (*one.also, f"{chance.choice(WAYS)} {number}")
        found[code] = replace(one, code=code, name=f"{one.name}, {words}", also=also)


def question(one: Exercise, chance: random.Random) -> str:
    """Some words of its name, two in three with one letter wrong."""
    words = one.name.replace(",", "").split()[:3]
    if chance.random() < 2 / 3:
        n = chance.randrange(len(words))
        at = chance.randrange(len(words[n]))
        words[n] = words[n][:at] + chance.choice("aeiosnrt") + words[n][at + 1 :]
    return " ".join(words)


def measured(size: int = SIZE, rounds: int = ROUNDS) -> Result:
    """Both ways, question by question, in turns."""
    chance = random.Random(SEED)
    library = exercises(size, chance)
    start = time.perf_counter()
    shelf = Shelf(library)
    result = Result([], [], 0.0, (time.perf_counter() - start) * 1000)
    texts = {c: " ".join((c, e.name, e.target, *e.also)).lower() for c, e in library.items()}
    meant = chance.choices(list(library.values()), k=rounds)
    for one, narrowed in zip(meant, cycle(FILTERS)):
        asked = question(one, chance)
        filters = Filters(words=asked, **narrowed)
        result.ours.append(_timed(lambda filters=filters: shelf.search(filters)))
        result.floor.append(_timed(lambda words=asked: _scan(texts, words.lower())))
        start_of_name = one.name.split(",")[0].split()[0]
        names = [each.name for each in shelf.search(Filters(words=asked))[:60]]
        result.found += any(name.startswith(start_of_name) for name in names) / rounds
    return result


def _scan(texts: dict[str, str], words: str) -> list[str]:
    return [code for code, text in texts.items() if words in text]


def _timed(act) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def main() -> int:
    result = measured()
    print(
        f"{SIZE:,} exercises, {ROUNDS:,} questions; the shelf is made in {result.shelf_ms:.0f} ms"
    )
    print(f"{'':24}{'median':>10}{'p95':>10}{'slowest':>10}   ms")
    p95 = {}
    for name, times in (("search", result.ours), ("floor: plain scan", result.floor)):
        p95[name] = statistics.quantiles(times, n=20)[-1]
        print(f"{name:24}{statistics.median(times):10.2f}{p95[name]:10.2f}{max(times):10.2f}")
    print(f"found what was meant: {result.found:.1%}; limit {LIMIT_MS} ms at p95")
    return int(p95["search"] > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
