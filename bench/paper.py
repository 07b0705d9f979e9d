"""How long a printed plan takes, against an empty page from the same typesetter.

    python -m bench.paper     prints one table; ten seconds

Six exercises with their drawings, a fortnight to tick, both papers and both sizes of print, and a
letter. Milliseconds of processor time, as a busy machine would tell nothing else; the first file of
a process, which also reads the fonts and draws the figures, is told apart. Exits 1 where the 95th
percentile is over the limit up to which a page may make the file while its reader waits.
"""

import statistics
import sys
import time
from datetime import UTC, date, datetime

from careplan.exchange import pdf
from careplan.exchange.pdf import typeset
from careplan.rules.book import book

ROUNDS, LIMIT_MS = 40, 400
CODES = ("COR-03", "COR-05", "COR-07", "POS-03", "EXP-02", "FLX-03")
SIGNED = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)
EMPTY = b'#set document(title: "Empty")\n#set text(font: "Public Sans", lang: "en")\nNothing.'


def plan(paper: str, large: bool) -> dict:
    """A plan with everything on it."""
    return {
        "paper": paper,
        "large": large,
        "draft": False,
        "title": "My back plan",
        "name": "Margaret Ellison",
        "born": "born 2 April 1968",
        "since": "From 24 November 2026",
        "made_at": SIGNED,
        "clinic": {"name": "Northgate Back Clinic", "lines": ["Tom Adeyemi", "555 0142"]},
        "link": "https://plans.example/s/7KQ4MX3M/",
        "help": {
            "title": "Stop and get help now",
            "signs": ["Numb legs"] * 7,
            "also": ["Call us."],
        },
        "exercises_title": "6 exercises, 14 minutes, once a day",
        "exercises": [_exercise(code) for code in CODES],
        "zones": [{"icon": "circle-check", "title": "0 to 3: carry on", "text": "Fine."}] * 3,
        "sheet": {
            "title": "My two weeks",
            "words": "Tick what you did.",
            "code": "7KQ4 MX3M",
            "days": [f"Tue {n}" for n in range(14)],
            "columns": [{"label": f"{n} Bridge", "kind": "tick"} for n in range(11)],
        },
        "parts": [{"title": "Dates", "lines": ["Thu 26 Nov, 10:30: visit 5"] * 6, "words": ""}] * 7,
        "foot": "Plan version 2, signed by Tom Adeyemi on 24 November 2026, 9:41.",
    }


def _exercise(code: str) -> dict:
    row = book().exercises[code]
    words = {"name": row.name, "dose": "2 sets of 8", "steps": [*row.steps], "notes": []}
    return words | {"drawing": code, "picture": None, "alt": ""}


def letter() -> dict:
    """A letter with a table of measures."""
    table = {"caption": "Then and now", "head": ["", "Start", "Now"], "rows": [["Pain", 7, 4]] * 8}
    return {
        "paper": "letter",
        "title": "Request for 12 more visits",
        "made_at": SIGNED,
        "date": date(2026, 11, 24),
        "clinic": {"name": "Northgate Back Clinic", "phone": "555 0142"},
        "parts": [{"text": "She has come to 16 visits. " * 12}, {"table": table}],
        "signature": {"name": "Tom Adeyemi"},
    }


def empty() -> bytes:
    """One page with one word."""
    maker = typeset.typst.Compiler(
        input=EMPTY, font_paths=typeset.fonts(), ignore_system_fonts=True
    )
    return maker.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)


def timed(make) -> float:
    """Milliseconds of processor time."""
    start = time.process_time()
    make()
    return (time.process_time() - start) * 1000


def main() -> int:
    kinds = {
        f"plan, {paper}, {'large' if large else 'usual'}": lambda paper=paper, large=large: (
            pdf.plan_sheet(plan(paper, large))
        )
        for paper in pdf.PAPERS
        for large in (False, True)
    }
    kinds |= {"letter": lambda: pdf.letter(letter()), "floor: an empty page": empty}
    first = timed(next(iter(kinds.values())))
    print(f"first file of a process: {first:.0f} ms\n")
    print(f"{'':24} {'median':>8} {'95 %':>8}   ms of processor time, {ROUNDS} each")
    slow = False
    for name, make in kinds.items():
        took = sorted(timed(make) for _ in range(ROUNDS))
        worst = took[int(ROUNDS * 0.95) - 1]
        slow |= worst > LIMIT_MS
        print(f"{name:24} {statistics.median(took):8.1f} {worst:8.1f}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
