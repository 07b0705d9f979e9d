"""Muscle stimulation at home (section 8): what the book says to a wish or a log of use.

The record is an intake with `device`:

    {"kind": "own" | "clinic" | "tens",
     "cleared": bool,            the clinic's device is cleared to strengthen muscle (NM-03)
     "schedule": text,           from the device's own instructions (NM-07)
     "field": {code: "yes" | "no" | "unknown"},      FIELD; missing is unknown
     "pain_before": 0-10, "pain_after": 0-10}        of a logged use (NM-08)
"""

from careplan.rules.evaluate import weigh
from careplan.rules.facts import PLAIN, Fact, Facts, fact
from careplan.rules.intake import check
from careplan.rules.records import judged

KINDS = {
    "own": "Own muscle stimulator",
    "clinic": "Muscle stimulator of the clinic (NMES)",
    "tens": "TENS device",
}
KINDS_PLAIN = {"own": "My muscle stimulator", "clinic": "The muscle stimulator from the clinic"}
# What only the device's page asks: yes, no or unknown about the skin and body under the pads.
WISH = {
    "cancer": "cancer near the pads",
    "radiotherapy": "radiotherapy there in the last 6 months",
    "infection": "an active infection",
    "recent_bleed": "a recent bleed",
    "fracture": "a fracture under the pads",
    "undiagnosed_pain": "pain whose cause was not looked into",
    "menstruating_uterus": "a menstruating uterus in the field",
    "impaired_sensation": "changed feeling under the pads",
    "forbidden_site": "pads on chest, front of the neck, head, or belly in pregnancy",
}
HARM = {"burn": "a burn under the pads", "rash": "a rash under the pads"}
FIELD = {**WISH, **HARM}


def _answer(code):
    answers = {"yes": True, "no": False}
    return lambda f: answers.get((f.at("/device/field") or {}).get(code))


for _code, _label in FIELD.items():
    PLAIN[f"field_{_code}"] = Fact(
        _label, "", (f"/device/field/{_code}",), _answer(_code), subjects=("device",)
    )


@fact("kind of stimulator", "/device/kind", subject="device")
def device_kind(f):
    return f.at("/device/kind")


@fact("the device is cleared to strengthen muscle", "/device/cleared", subject="device")
def device_cleared(f):
    return f.at("/device/cleared")


@fact("a schedule was entered", "/device/schedule", subject="device")
def device_schedule(f):
    return bool((f.at("/device/schedule") or "").strip())


PAINS = ("/device/pain_before", "/device/pain_after")


@fact(
    "rise of pain after use",
    *PAINS,
    unit="points",
    subject="device",
    ask=lambda f: [path for path in PAINS if f.at(path) is None],
)
def device_pain_rise(f):
    before, after = map(f.at, PAINS)
    return None if before is None or after is None else after - before


@fact("a red flag is open", "/red_flags", subject=("intake", "device"))
def red_flag_open(f):
    """Yes where one is answered yes and not cleared; unknown where a core one is not answered."""
    answers = {code: f["flags." + code] for code in f.book.red_flags}
    if True in answers.values():
        return True
    return None if any(answers[row.code] is None for row in f.book.core_flags) else False


def judge(record, book):
    """What the book says: {"status", "findings", "follow_ups", "missing"}; a status is one of `stop`,
    `needs_data`, `caution` and `log`, the first that applies (unknown is never no).

    Raises IntakeRefused where the intake in the record is faulty, KeyError without a device.
    """
    record = dict(record)
    device = record.pop("device")
    check(record)
    facts = Facts({**record, "device": device}, book)
    said, firings = judged(facts, "device")
    severities = {level.severity for _, level in firings}
    wanted = facts["is.stimulates_muscle"] and "stop" not in severities
    missing = _missing(facts, device) if wanted else []
    return {"status": _status(severities, missing), **said, "missing": missing}


def _missing(facts, device):
    """Pointers to what keeps a stop or a caution from being ruled out."""
    found = {}
    for rule in facts.book.rules_of("device"):
        weigh(rule.levels, facts, found)
    used = any(name in device for name in ("pain_before", "pain_after")) or any(
        code in device.get("field", {}) for code in HARM
    )
    harm = {f"/device/field/{code}" for code in HARM}
    harm.update(PAINS)
    if not facts["device_schedule"]:
        found["/device/schedule"] = None
    return [path for path in found if used or path not in harm]


def _status(severities, missing):
    if "stop" in severities:
        return "stop"
    if missing:
        return "needs_data"
    return "caution" if "caution" in severities else "log"
