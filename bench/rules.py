"""How fast the rules are on one core, against reading and writing the same intake as JSON.

    python -m bench.rules            prints three tables; about three minutes
    python -m bench.rules --small    the same in a few seconds, for the tests

Speed: the bytes of one line in, the bytes of its assessment out, as `manage.py assess` does it. The
floor, `json.loads` and `json.dumps` of the intake alone, runs in turns with it, so that a busy
machine slows both. Each is the best of its rounds, in processor time.

Curve: 1,000 to 100,000 intakes through `manage.py assess -`, written to it as it reads them; the
peak memory of that process shows whether anything piles up.

Load: a new Python process imports the rules and reads the book, in processor time.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from bench.intakes import intakes
from careplan.rules import assess
from careplan.rules.assessment import as_json
from careplan.rules.book import book
from careplan.rules.intake import read_json

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "tests/rules/contract/examples"
AIM_A_SECOND = 2000
AIM_LOAD_MS = 150
DISTINCT = 1000  # different intakes in the curve, sent again and again
LOAD = """
import time
start = time.process_time()
from careplan.rules.book import book
read = time.process_time()
book()
print(read - start, time.process_time() - read)
"""


def floor(line):
    return json.dumps(json.loads(line))


def product(line):
    return as_json(assess(read_json(line.decode("utf-8-sig"))))


def lines(count):
    """So many intakes as the lines of a file."""
    return [json.dumps(one).encode() + b"\n" for one in intakes(count)]


def speed(rows, rounds):
    """{"floor", "product"}: seconds for one line, the best of the rounds, taken in turns."""
    best = {}
    for _ in range(rounds):
        for name, function in (("floor", floor), ("product", product)):
            start = time.process_time()
            for line in rows:
                function(line)
            taken = (time.process_time() - start) / len(rows)
            best[name] = min(taken, best.get(name, taken))
    return best


def print_speed(mixes, rounds):
    print("| intakes | bytes in | bytes out | floor, a second | assessed, a second | ratio |")
    print("|---|---|---|---|---|---|")
    for name, rows in mixes:
        size = sum(map(len, rows)) / len(rows)
        out = sum(len(product(line)) for line in rows) / len(rows)
        best = speed(rows, rounds)
        ratio = best["product"] / best["floor"]
        print(
            f"| {name} | {size:,.0f} | {out:,.0f} | {1 / best['floor']:,.0f} "
            f"| {1 / best['product']:,.0f} | {ratio:.1f} |"
        )
    print(f"Aim: {AIM_A_SECOND:,} a second.\n")


def stream(count, rows):
    """(seconds, seconds of processor, peak MiB) of `manage.py assess -`."""
    command = [sys.executable, str(ROOT / "manage.py"), "assess", "-"]
    start = time.perf_counter()
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=_environment()
    )
    feeder = threading.Thread(target=_feed, args=(child.stdin, count, rows))
    feeder.start()
    out = sum(block.count(b"\n") for block in iter(lambda: child.stdout.read1(1 << 16), b""))
    feeder.join()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode or out != count:
        raise RuntimeError(f"{out} of {count} were assessed, exit status {child.returncode}.")
    peak = used.ru_maxrss / (1 << 10 if sys.platform != "darwin" else 1 << 20)
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, peak


def _environment():
    return {**os.environ, "DEBUG": "1"}


def _feed(pipe, count, rows):
    with pipe:
        for number in range(count):
            pipe.write(rows[number % len(rows)])


def print_curve(counts, rows):
    print("| intakes | seconds | processor s | intakes a processor second | peak MiB |")
    print("|---|---|---|---|---|")
    for count in counts:
        seconds, used, peak = stream(count, rows)
        print(f"| {count:,} | {seconds:.1f} | {used:.1f} | {count / used:,.0f} | {peak:.1f} |")
    print()


def print_load(times):
    """Import and book of new processes: the best of some, the first apart."""
    found = []
    for _ in range(times):
        told = subprocess.run(
            [sys.executable, "-c", LOAD], cwd=ROOT, capture_output=True, text=True, check=True
        )
        found.append([float(part) * 1000 for part in told.stdout.split()])
    print("| new process | import, ms of processor | book, ms of processor | together, ms |")
    print("|---|---|---|---|")
    for name, (imported, read) in (("first", found[0]), ("best", min(found, key=sum))):
        print(f"| {name} | {imported:.0f} | {read:.0f} | {imported + read:.0f} |")
    print(f"Aim: the book in under {AIM_LOAD_MS} ms.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--small", action="store_true", help="a few intakes, once")
    small = parser.parse_args().small
    book()
    rows = lines(20 if small else DISTINCT)
    examples = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.json"))]
    mixes = (("realistic mix", rows[:300]), ("examples of the contract", examples))
    print_speed(mixes, rounds=1 if small else 15)
    print_curve((20, 40) if small else (1_000, 10_000, 100_000), rows)
    print_load(1 if small else 7)


if __name__ == "__main__":
    main()
