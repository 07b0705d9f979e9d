"""What every write of a stimulator shares: the lock, what the rules say, the move with its history."""

from datetime import date

from careplan.actions import follow_up, turns
from careplan.models import Device, DeviceEvent, FollowUp, Plan
from careplan.queries import device as queries
from careplan.queries.device import Judged
from careplan.rules import BOOK_VERSION, lifecycle, working_days
from careplan.rules.book import book
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

REASON_LENGTH = 300
HARM, REVIEW = "device_harm", "device_review"  # kinds of follow-up
# What keeps a stop from being ruled out (NM-04): unknown is never no.
UNKNOWN = {
    "rule": "NM-04",
    "severity": "caution",
    "message": "Something that may stop the stimulator is not known any more. Ask it again.",
    "because": {},
}


class DeviceRefused(Exception):
    """Nothing was saved; the message is a sentence for the page."""


class DeviceMoved(DeviceRefused):
    """Somebody else changed the device after the page was opened."""


def claim(device: Device, revision: int | None, by: Actor) -> Device:
    """The device under the patient's lock, one revision on."""
    check_can(by, Permission.PLAN_EDIT, on=device)
    turns.of_patient(device.patient_id)
    locked = (
        Device.objects.select_for_update(of=("self",))
        .select_related("patient__clinic")
        .get(pk=device.pk)
    )
    if revision is not None and revision != locked.revision:
        last = locked.events.select_related("by").order_by("-at", "-id").first()
        who = last.by.name if last and last.by else "Somebody"
        raise DeviceMoved(
            f"{who} changed this after you opened the page. What you typed is still here: read how "
            "it stands now, then send it again."
        )
    locked.revision += 1
    return locked


def facts_of(patient: Patient, day: date) -> dict:
    facts = queries.facts_now(patient, day)
    if facts is None:
        raise DeviceRefused("This patient has not been assessed yet. Answer the intake first.")
    return facts


def judged(device: Device, facts: dict) -> Judged:
    """Judge the device as it stands, and keep on it what the rules say."""
    found = queries.judged(device, facts)
    keep(device, found)
    return found


def keep(device: Device, found: Judged) -> None:
    device.status, device.findings, device.missing = found.status, found.findings, found.missing
    device.rules_version = BOOK_VERSION
    device.judged_on = date.fromisoformat(found.facts["as_of"])


def hold(device: Device, found: Judged, by: Actor) -> None:
    """Take it off the phone and ask a therapist to look; harm is asked for by `log_use`."""
    device.held_for = found.stops or found.unweighed
    event = move(device, "hold", by, "", device.held_for)
    harm = {one["rule"] for one in found.follow_ups}
    about = next((one for one in device.held_for if one["rule"] not in harm), None)
    if about is None and device.held_for:
        return
    days = book().due["device_review_working_days"]
    due_on = working_days.after(device.judged_on, days)
    ask(device, REVIEW, about or UNKNOWN, due_on, key=f"{REVIEW}:{event.pk}", by=by)


def ask(
    device: Device, kind: str, finding: dict, due_on: date, *, key: str, by: Actor, told=None
) -> None:
    """Raise a therapist's row about a device; `told`: what it rests on, else the finding's facts."""
    follow_up.raise_one(
        key=f"device:{device.pk}:{key}",
        patient=device.patient,
        plan=Plan.objects.filter(patient=device.patient_id).exclude(state="closed").first(),
        kind=kind,
        severity=finding["severity"],
        role="therapist",
        rule=finding["rule"],
        reason=finding["message"],
        because=told or finding["because"],
        due_on=due_on,
        by=by,
    )


def settle(device: Device, reason: str, by: Actor, *kinds: str) -> None:
    """End the open rows about a device."""
    rows = FollowUp.objects.filter(key__startswith=f"device:{device.pk}:", kind__in=kinds)
    for row in rows.exclude(state=FollowUp.State.CLOSED):
        follow_up.close(row=row, reason=reason, by=by)


def joined(old: list[dict], new: list[dict]) -> list[dict]:
    known = {(one["rule"], one["message"]) for one in old}
    return [*old, *(one for one in new if (one["rule"], one["message"]) not in known)]


def move(device: Device, name: str, by: Actor, reason: str, findings: list[dict]) -> DeviceEvent:
    before = device.state
    device.state = lifecycle.move(lifecycle.DEVICE, before, name)
    device.save()
    event = write(device, name, before, by, reason, findings)
    after = shown(device) | {"reason": reason, "rules": event.rules}
    audit.record(f"device.{name}", by=by, on=device, before={"state": before}, after=after)
    return event


def write(device, move: str, before: str, by: Actor, reason: str, findings) -> DeviceEvent:
    blocking = [one for one in findings if one["severity"] != "info"]
    return DeviceEvent.objects.create(
        clinic=device.clinic,
        device=device,
        move=move,
        from_state=before,
        to_state=device.state,
        reason=reason,
        rules=[one["rule"] for one in blocking],
        by=by.user,
    )


def shown(device: Device) -> dict:
    """What the audit keeps of it."""
    names = ("kind", "state", "status", "cleared", "schedule", "field", "missing")
    return {name: getattr(device, name) for name in names}


def refuse_long(words: str) -> None:
    if len(words.strip()) > REASON_LENGTH:
        raise DeviceRefused(f"A reason has at most {REASON_LENGTH} letters.")
