"""What a patient does: note a use. And what the rules draw from it, or from a new assessment."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from careplan.actions import turns
from careplan.actions.device.rows import (
    HARM,
    DeviceRefused,
    ask,
    facts_of,
    hold,
    joined,
    judged,
    keep,
)
from careplan.models import Device, DeviceUse, Plan
from careplan.queries import device as queries
from careplan.queries.device import Judged
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

JOB = "read stimulator logs"
MOST_MINUTES = 1440
State = Device.State


@transaction.atomic
def log_use(
    *,
    patient: Patient,
    device: Device,
    on: date,
    minutes: int,
    before: int,
    after: int,
    burn: bool,
    rash: bool,
    key: UUID,
    by: Actor,
) -> DeviceUse:
    """Note one use: its day, minutes, pain 0 to 10 before and after, a burn, a rash.

    The rules judge it on today's facts. A burn, a rash or more pain stops the device at once and
    raises a row for the therapist (NM-08); so does what has changed about the patient. Harm is
    heard also where the device or the plan was stopped meanwhile. A second post with the same key
    gives the row of the first. Raises DeviceRefused with a sentence.
    """
    check_can(by, Permission.OWN_PLAN_VIEW, on=patient)
    patient = turns.of_patient(patient.pk)
    if row := DeviceUse.objects.filter(patient=patient, key=key).first():
        return row
    device = (
        Device.objects.select_for_update(of=("self",))
        .select_related("patient__clinic")
        .get(pk=device.pk, patient=patient)
    )
    _refuse_use(device, on, minutes, before, after)
    use = {"pain_before": before, "pain_after": after, "burn": _word(burn), "rash": _word(rash)}
    found = queries.judged(device, facts_of(patient, timezone.localdate()), use)
    harm = [one for one in found.follow_ups if one["kind"] == HARM]
    if not harm and not (device.state == State.LOGGED and _runs(patient)):
        raise DeviceRefused("It is stopped for now, so nothing was noted. Please call us.")
    told = {"on": on, "minutes": minutes, "before": before, "after": after}
    told |= {"burn": burn, "rash": rash, "rules": [one["rule"] for one in found.stops]}
    row = DeviceUse.objects.create(
        clinic=patient.clinic, patient=patient, device=device, key=key, by=by.user, **told
    )
    audit.record("device.use", by=by, on=row, after=told)
    _draw(device, found, row, harm)
    return row


def _draw(device: Device, found: Judged, use: DeviceUse, harm: list[dict]) -> None:
    """Stop the device where the rules say so, and raise what they ask for, as the job that reads."""
    job = Actor.for_job(JOB, device.clinic)
    if device.state == State.LOGGED and not found.stands:
        keep(device, found)
        device.revision += 1
        hold(device, found, job)
    elif device.state == State.HELD:
        device.held_for = joined(device.held_for, found.stops)
        device.save(update_fields=["held_for"])
    told = {"on": f"{use.on:%-d %B %Y}", "pain before": use.before, "pain after": use.after}
    told |= {"burn": _word(use.burn), "rash": _word(use.rash)}
    for asked in harm:
        finding = next(one for one in found.stops if one["rule"] == asked["rule"])
        due_on = date.fromisoformat(asked["due"])
        ask(device, HARM, finding, due_on, key=f"{HARM}:{use.pk}", by=job, told=told)


def _refuse_use(device: Device, on: date, minutes: int, before: int, after: int) -> None:
    if device.state not in (State.LOGGED, State.HELD):
        raise DeviceRefused("There is nothing to note here just now. Please call us.")
    if on > timezone.localdate():
        raise DeviceRefused(f"{on:%-d %B} has not come yet. Choose today or a day before.")
    if on < device.noted_on:
        raise DeviceRefused(f"Choose a day from {device.noted_on:%-d %B %Y} on: it was noted then.")
    if minutes not in range(1, MOST_MINUTES + 1):
        raise DeviceRefused("Enter the minutes as a whole number, for example 20.")
    if before not in range(11) or after not in range(11):
        raise DeviceRefused("Choose pain before and after as a number from 0 to 10.")


def _runs(patient: Patient) -> bool:
    return Plan.objects.filter(patient=patient, state=Plan.State.ACTIVE).exists()


def _word(told: bool) -> str:
    return "yes" if told else "no"


def judge_again(*, patient: Patient, facts: dict, by: Actor) -> None:
    """Judge what the patient has on the facts of a new assessment. What was logged and stands no
    more is held at once, with a worklist row; nothing is allowed here. Call it inside the
    transaction of the assessment, under the patient's lock."""
    rows = Device.objects.select_for_update(of=("self",)).select_related("patient__clinic")
    open_ones = (State.WAITING, State.LOGGED, State.HELD)
    for device in rows.filter(patient=patient, state__in=open_ones):
        found = judged(device, facts)
        if device.state == State.LOGGED and not found.stands:
            device.revision += 1
            hold(device, found, by)
            continue
        if device.state == State.HELD:
            device.held_for = joined(device.held_for, found.stops)
        device.save()
