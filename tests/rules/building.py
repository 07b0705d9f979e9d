"""Intakes for the tests of the rules: one healthy base, changed by JSON pointers."""

import copy
import json
from pathlib import Path

HERE = Path(__file__).parent
BASE = json.loads((HERE / "contract/examples/1-mechanical-flare.json").read_text())
FLAGS = tuple(BASE["red_flags"])
REMOVED = object()


def intake(changes=None, **more):
    """The base intake with places changed: `intake({"/red_flags/fever": "yes"})`."""
    made = copy.deepcopy(BASE)
    for pointer, value in {**(changes or {}), **more}.items():
        put(made, pointer, value)
    return made


def put(made, pointer, value):
    """Set, or with REMOVED delete, one place; objects on the way are made."""
    *above, last = pointer[1:].split("/")
    for step in above:
        made = made[int(step)] if isinstance(made, list) else made.setdefault(step, {})
    if value is REMOVED:
        made.pop(last, None)
    elif isinstance(made, list):
        made[int(last)] = value
    else:
        made[last] = value


def rules_of(assessment, about=None):
    """Ids of the findings, or of those about one drug."""
    return {f["rule"] for f in assessment["findings"] if about in (None, f["applies_to"])}


def finding(assessment, rule):
    """The first finding of a rule."""
    return next(f for f in assessment["findings"] if f["rule"] == rule)
