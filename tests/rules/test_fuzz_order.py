"""The order of an intake's entries never matters, and the same intake gives the same bytes."""

import copy
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from careplan.rules import assess
from tests.rules.strategies import examined, intakes

LISTS = ("conditions", "medications", "allergies", "tried", "red_flag_reviews")


def turned(value, shuffled):
    """The same with every object's keys in another order."""
    if isinstance(value, dict):
        return {name: turned(value[name], shuffled) for name in shuffled(value)}
    return [turned(item, shuffled) for item in value] if isinstance(value, list) else value


@st.composite
def in_two_orders(draw):
    """(an intake, the same in another order, {pointer there: pointer here})."""
    made, names, chance = draw(intakes()), {}, random.Random(draw(st.integers(0, 9999)))

    def shuffled(values):
        return chance.sample(list(values), len(values))

    other = turned(made, shuffled)
    holders = [(f"/{name}", other, name) for name in LISTS if name in other]
    for name in ("factors", "limits"):
        if name in other["episode"]:
            holders.append((f"/episode/{name}", other["episode"], name))
    for place, one in enumerate(other.get("check_ins", ())):
        if "side_effects" in one:
            holders.append((f"/check_ins/{place}/side_effects", one, "side_effects"))
    if "psfs" in other.get("function", {}):
        holders.append(("/function/psfs", other["function"], "psfs"))
    for path, holder, name in holders:
        order = shuffled(range(len(holder[name])))
        holder[name] = [holder[name][old] for old in order]
        names.update({f"{path}/{new}": f"{path}/{old}" for new, old in enumerate(order)})
    return made, other, names


def renamed(value, names):
    """An assessment with the places of its intake named as in the other order, sorted."""
    if isinstance(value, dict):
        return {renamed(name, names): renamed(child, names) for name, child in value.items()}
    if isinstance(value, list):
        return sorted((renamed(child, names) for child in value), key=_written)
    if isinstance(value, str) and value.startswith("/"):
        head = re.match(r".*?/\d+(?=/|$)|.*", value)[0]
        deep = re.match(r"/check_ins/\d+/side_effects/\d+", value)
        head = deep[0] if deep else head
        return names.get(head, head) + value[len(head) :]
    return value


def _written(value):
    return json.dumps(value, sort_keys=True)


@examined(100)
@given(both=in_two_orders())
def test_the_order_of_entries_and_keys_never_matters(both):
    made, other, names = both
    here, there = assess(made), assess(other)
    assert renamed(there, names) == renamed(here, {})
    assert [f["rule"] for f in here["findings"]] == [f["rule"] for f in there["findings"]]


@examined(40)
@given(made=intakes())
def test_same_intake_same_bytes(made):
    assert json.dumps(assess(made)) == json.dumps(assess(copy.deepcopy(made)))


def test_same_bytes_in_another_process(tmp_path):
    """Nothing hangs on the order in which Python keeps a set of texts."""
    rows = []

    @examined(40)
    @given(made=intakes())
    def gather(made):
        rows.append(json.dumps(made))

    gather()
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(rows))
    printed = {
        subprocess.run(
            [sys.executable, "manage.py", "assess", str(path)],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1
    assert len(printed.pop().splitlines()) == len(rows)
