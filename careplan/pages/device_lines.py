"""A muscle stimulator in words, for the staff's pages."""

from django.urls import reverse

from careplan.models import Device
from careplan.pages.assessment import words
from careplan.queries import device as queries
from careplan.queries.device import Judged
from careplan.rules.book import book
from careplan.rules.device import FIELD, KINDS

State = Device.State
WELLNESS = "NM-01"  # no treatment, no part of the plan
FIELD_PATH = "/device/field/"
OURS = {
    "/device/schedule": "How long and how often",
    "/device/cleared": "Whether the device is cleared to strengthen muscle",
    "/device/kind": "Kind of device",
}
# Where a device stands: (what a title says, badge).
STANDING = {
    State.LOGGED: ("may be logged", "ok"),
    State.HELD: ("stopped", "stop"),
    State.TOLD: ("noted, no log", "info"),
    State.CLOSED: ("taken off", "plain"),
}
WAITING = {
    "stop": ("the rules stop it", "stop"),
    "needs_data": ("something is still to be asked", "caution"),
    "caution": ("waits for your reason", "caution"),
    "log": ("may be allowed now", "info"),
}


def about() -> tuple[str, str]:
    """(the rule's words, its id): what a stimulator is here, and what it is not."""
    return book().rules[WELLNESS].levels[0].message, WELLNESS


def standing(row: Device, now: Judged | None = None) -> dict:
    """{"words", "severity"} of where it stands; `now`: as the rules say today."""
    if now and row.state == State.LOGGED and not now.stands:
        told = ("not allowed on today’s facts", "stop")
    elif row.state == State.WAITING:
        told = WAITING[now.status if now else row.status]
    else:
        told = STANDING[row.state]
    return {"words": told[0], "severity": told[1]}


def page(row: Device, now: Judged | None) -> dict:
    """What the page of one device shows beside its log and its forms."""
    stands, patient = standing(row, now), row.patient
    findings = now.findings if now else row.findings
    facts = now.facts if now else {"as_of": row.judged_on.isoformat()}
    return {
        "device": row,
        "patient": patient,
        "title": f"{KINDS[row.kind]}: {stands['words']}",
        "findings": [_finding(one, now, facts, patient) for one in findings],
        "missing": [_missing(path, row) for path in (now.missing if now else ())],
        "held_for": row.held_for if row.state == State.HELD else [],
        "reads": queries.words_for_patient(row) if row.state in (State.LOGGED, State.HELD) else [],
        "answers": [(_capital(FIELD[code]), told) for code, told in row.field.items()],
    }


def _finding(finding: dict, now: Judged | None, facts: dict, patient) -> dict:
    """Variables of components/finding.html."""
    reason = now.weighed(finding) if now else ""
    why = words.why(finding | {"because": {}}, facts, patient.given_name)
    because = finding["because"].items()
    why["facts"] = [_fact(path, value, facts) for path, value in because if path != "/device/kind"]
    return {
        "severity": finding["severity"],
        "title": finding["message"],
        "text": f"Weighed: {reason}" if reason else "",
        "code": finding["rule"],
        "why": why,
    }


def _fact(path: str, value, facts: dict) -> tuple[str, str, str]:
    if path.startswith(("/device/", "device_")):
        return _capital(_ours(path)), str(value), ""
    return words.fact(path, value, facts)


def _missing(path: str, row: Device) -> tuple[str, str]:
    """(words, where to ask it): on the device's own page, or in the intake."""
    slug = row.patient.clinic.slug
    if path.startswith("/device/"):
        return _capital(_ours(path)), reverse("device_change", args=[slug, row.pk])
    told, url = words.missing_link(path, slug, row.patient_id)
    return told, url or reverse("intake_start", args=[slug, row.patient_id])


def _ours(path: str) -> str:
    if path.startswith(FIELD_PATH):
        return FIELD[path.removeprefix(FIELD_PATH)]
    return OURS.get(path) or path.rsplit("/", 1)[-1].replace("device_", "").replace("_", " ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
