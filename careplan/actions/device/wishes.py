"""What a therapist does with a wish: note it, answer what is missing, allow it, take it off."""

from django.db import transaction
from django.utils import timezone

from careplan.actions import turns
from careplan.actions.device.rows import (
    HARM,
    REVIEW,
    DeviceRefused,
    claim,
    facts_of,
    hold,
    judged,
    move,
    refuse_long,
    settle,
    shown,
    write,
)
from careplan.models import Device, Plan
from careplan.queries import device as queries
from careplan.queries.device import Judged
from careplan.rules import lifecycle
from careplan.rules.device import KINDS, WISH
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

SCHEDULE_LENGTH = 300
State = Device.State


@transaction.atomic
def note(
    *,
    patient: Patient,
    kind: str,
    by: Actor,
    cleared: bool | None = None,
    schedule: str = "",
    field: dict[str, str] | None = None,
) -> Device:
    """Note a patient's wish and judge it on today's facts. The patient may log it at once where
    the rules have nothing against it; TENS has no log (NM-09).

    `field` is code of careplan.rules.device.WISH -> yes, no or unknown; left out is unknown.
    Raises DeviceRefused without an assessment, a schedule (NM-07), or where the kind is noted.
    """
    check_can(by, Permission.PLAN_EDIT, on=patient)
    patient = turns.of_patient(patient.pk)
    if kind not in KINDS:
        raise DeviceRefused(f"Choose one of: {', '.join(KINDS.values())}.")
    if kind in queries.open_kinds(patient):
        raise DeviceRefused(f"{KINDS[kind]} is noted already. Open it, or take it off first.")
    today = timezone.localdate()
    device = Device(
        clinic=patient.clinic, patient=patient, kind=kind, noted_on=today, noted_by=by.user
    )
    _answer(device, cleared, schedule, field or {})
    found = judged(device, facts_of(patient, today))
    if kind == Device.Kind.TENS:
        device.state = State.TOLD
    elif found.stands:
        device.state = State.LOGGED
    device.save()
    write(device, "note", "", by, "", found.findings)
    audit.record("device.note", by=by, on=device, after=shown(device))
    return device


@transaction.atomic
def change(
    *,
    device: Device,
    revision: int | None,
    by: Actor,
    cleared: bool | None = None,
    schedule: str = "",
    field: dict[str, str] | None = None,
) -> Device:
    """New answers, judged again on today's facts: what waited may be logged now, and what was
    logged and stands no more is held. What is held stays so until `allow`.

    Raises DeviceRefused as `note` does; DeviceMoved where somebody was first.
    """
    device = claim(device, revision, by)
    if device.state in (State.TOLD, State.CLOSED):
        raise DeviceRefused("There is nothing to answer: it was taken off, or has no log.")
    before = shown(device)
    _answer(device, cleared, schedule, field or {})
    found = judged(device, facts_of(device.patient, timezone.localdate()))
    if device.state == State.WAITING and found.stands:
        move(device, "allow", by, "", found.findings)
    elif device.state == State.LOGGED and not found.stands:
        hold(device, found, by)
    else:
        device.save()
        write(device, "change", device.state, by, "", found.findings)
    audit.record("device.change", by=by, on=device, before=before, after=shown(device))
    return device


@transaction.atomic
def allow(
    *,
    device: Device,
    by: Actor,
    reasons: dict[str, str] | None = None,
    found: str = "",
    revision: int | None = None,
) -> Device:
    """Let the patient log it: `reasons` is rule -> why its caution is acceptable (for NM-05, which
    doctor approved it); `found`: what was seen and said, where it is held.

    The rules run first on today's facts. Raises DeviceRefused where they stop it, where something
    is not known, and without a reason; lifecycle.IllegalMove where it is not to be allowed.
    """
    device = claim(device, revision, by)
    lifecycle.move(lifecycle.DEVICE, device.state, "allow")
    now = judged(device, facts_of(device.patient, timezone.localdate()))
    found = found.strip()
    reasons = {rule: why.strip() for rule, why in (reasons or {}).items() if why.strip()}
    _refuse_unless_allowable(device, now, reasons, found)
    for one in now.cautions:
        why = reasons.get(one["rule"]) or now.weighed(one)
        device.weighed[one["rule"]] = {"reason": why, "because": queries.grounds(one)}
    device.held_for = []
    told = "; ".join(f"{rule}: {why}" for rule, why in reasons.items())
    move(device, "allow", by, " ".join(filter(None, (found, told))), now.cautions)
    settle(device, found or told or "It may be logged again.", by, HARM, REVIEW)
    return device


@transaction.atomic
def close(*, device: Device, reason: str, by: Actor, revision: int | None = None) -> Device:
    """Take it off, with a reason. A row about harm stays open: the skin is still to be looked at."""
    device = claim(device, revision, by)
    if not reason.strip():
        raise DeviceRefused("Write why it is taken off, in one sentence.")
    refuse_long(reason)
    _close(device, reason.strip(), by)
    return device


@transaction.atomic
def close_with_plan(*, plan: Plan, by: Actor) -> None:
    """Take off what a patient has when the plan ends: nobody reads the log any more."""
    check_can(by, Permission.PLAN_CLOSE, on=plan)
    rows = Device.objects.select_for_update(of=("self",)).filter(patient=plan.patient_id)
    for device in rows.exclude(state=State.CLOSED):
        device.revision += 1
        _close(device, "The plan was closed.", by)


def _answer(device: Device, cleared, schedule: str, field: dict[str, str]) -> None:
    """Put what was answered on the device. Raises DeviceRefused for what cannot be kept."""
    if device.kind == Device.Kind.TENS:
        return
    schedule = schedule.strip()
    if not schedule:
        raise DeviceRefused("Enter how long and how often, as the device's instructions say.")
    if len(schedule) > SCHEDULE_LENGTH:
        raise DeviceRefused(f"The schedule has at most {SCHEDULE_LENGTH} letters.")
    if unknown := sorted(set(field) - set(WISH)):
        raise DeviceRefused(f"There is no question {unknown[0]} about a stimulator.")
    if wrong := sorted(set(field.values()) - {"yes", "no", "unknown"}):
        raise DeviceRefused(f"Answer yes, no or not sure, not “{wrong[0]}”.")
    device.cleared = cleared if device.kind == Device.Kind.CLINIC else None
    device.schedule = schedule
    device.field = {code: field.get(code, "unknown") for code in WISH}


def _refuse_unless_allowable(device: Device, now: Judged, reasons: dict, found: str) -> None:
    if now.stops:
        raise DeviceRefused(" ".join(one["message"] for one in now.stops))
    if now.missing:
        raise DeviceRefused("Something is not known yet: ask what the page lists first.")
    for one in now.unweighed:
        if one["rule"] not in reasons:
            raise DeviceRefused(f"{one['rule']} waits for its reason: {one['message']}")
    if device.state == State.HELD and not found:
        raise DeviceRefused("Write what you saw and what was agreed before it is logged again.")
    for words in (found, *reasons.values()):
        refuse_long(words)


def _close(device: Device, reason: str, by: Actor) -> None:
    device.closed_at, device.close_reason = timezone.now(), reason
    move(device, "close", by, reason, [])
    settle(device, f"The stimulator was taken off: {reason}", by, REVIEW)
