"""The measurement of the rules runs and prints its tables; how fast is not asked here."""

import json
import subprocess
import sys
from pathlib import Path

from bench.intakes import intakes
from careplan.rules import assess

ROOT = Path(__file__).parents[2]


def test_the_tables_are_printed():
    told = subprocess.run(
        [sys.executable, "-m", "bench.rules", "--small"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in (
        "| realistic mix |",
        "| examples of the contract |",
        "| 20 |",
        "| 40 |",
        "| best |",
    ):
        assert line in told


def test_the_invented_intakes_are_mixed_and_always_the_same():
    made = list(intakes(120))
    assert json.dumps(made) == json.dumps(list(intakes(120)))
    assert len({json.dumps(one) for one in made}) == 120
    found = [assess(one) for one in made]
    assert {"plan", "urgent", "incomplete"} <= {one["disposition"] for one in found}
    assert {"caution", "avoid", "needs_data"} <= {
        one["drugs"]["ibuprofen"]["status"] for one in found
    }
    assert all(3 <= len(one["medications"]) <= 8 for one in made)
    assert any(one["check_ins"] for one in made)
