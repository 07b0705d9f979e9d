"""Follow-ups: raised by rules and check-ins, worked by staff. A red-flag row stays until the flag
is settled; the rules see to that through `raise_from`."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from careplan.models import Assessment, CheckIn, FollowUp, Plan
from careplan.queries import intake as intakes
from careplan.queries.session_log import STOP
from careplan.rules import lifecycle
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

RANK = {"emergency": 0, "urgent": 1, "stop": 2, "caution": 3, "info": 4}
# The row of an answered check-in carries these for the therapist: see actions.checkin.
CARRIED_BY_CHECKIN = ("CK-10", "CK-11", "CK-12", "CK-13", "CK-14")
RED_FLAG = "red_flag_contact"
RECORD, ASK = "Record what you found about it", "Ask the warning signs again and assess"
# Reviews of the programme and of its payer: asked once a plan, however often the rules run.
ONCE_A_PLAN = ("PT-23", "PAY-02")
LONGEST_SNOOZE = timedelta(days=30)


class FollowUpRefused(Exception):
    """The row cannot be snoozed or closed; the message is a sentence for the page."""


@transaction.atomic
def raise_one(
    *,
    key: str,
    patient: Patient,
    kind: str,
    severity: str,
    role: str,
    rule: str,
    reason: str,
    due_on: date,
    by: Actor,
    plan: Plan | None = None,
    because: dict | None = None,
) -> FollowUp:
    """One row for one key. A key that was raised before gives that row, closed or not; an open
    one grows graver where the news is."""
    check_can(by, Permission.FOLLOW_UP_WORK, on=patient)
    row, new = FollowUp.objects.get_or_create(
        key=key,
        defaults={
            "clinic": patient.clinic,
            "patient": patient,
            "plan": plan,
            "kind": kind,
            "severity": severity,
            "rank": RANK[severity],
            "role": role,
            "rule": rule,
            "reason": _fitting(reason),
            "because": because or {},
            "due_on": due_on,
        },
    )
    if new:
        audit.record(
            "follow_up.raise", by=by, on=row, after={"kind": kind, "rule": rule, "due_on": due_on}
        )
    elif row.state != FollowUp.State.CLOSED:
        asked = {"severity": severity, "reason": reason, "because": because or {}}
        _grow(row, asked, due_on, by)
    return row


@transaction.atomic
def raise_from(*, assessment: Assessment, by: Actor) -> list[FollowUp]:
    """The rows that an assessment asks for, and the end of red-flag rows that it settles.

    What is asked of the patient becomes no row: reminders do that. A row that is still open for
    the same rule and kind is kept, and only grows graver or sooner.
    """
    check_can(by, Permission.FOLLOW_UP_WORK, on=assessment)
    _settle(assessment, by)
    plan = Plan.objects.filter(patient=assessment.patient_id).exclude(state="closed").first()
    return [_raise_asked(assessment, plan, asked, by) for asked in _asked(assessment.result)]


@transaction.atomic
def acknowledge(*, row: FollowUp, by: Actor) -> FollowUp:
    """Somebody has seen the row and takes it. Saying so twice changes nothing."""
    row = _locked(row, by)
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = timezone.now(), by.user
        row.save(update_fields=["acknowledged_at", "acknowledged_by"])
        audit.record("follow_up.acknowledge", by=by, on=row)
    return row


@transaction.atomic
def snooze(*, row: FollowUp, until: date, by: Actor) -> FollowUp:
    """Put the row away until a day. Raises FollowUpRefused while it is about an open red flag,
    lifecycle.IllegalMove where the row is closed or snoozed already."""
    row = _locked(row, by)
    today = timezone.localdate()
    if not today < until <= today + LONGEST_SNOOZE:
        raise FollowUpRefused("Choose a day from tomorrow to 30 days from now.")
    _refuse_while_flag_is_open(row, "snoozed")
    _move(row, "snooze", by, snoozed_until=until)
    return row


@transaction.atomic
def wake(*, row: FollowUp, by: Actor) -> FollowUp:
    """Undo a snooze."""
    row = _locked(row, by)
    _move(row, "wake", by, snoozed_until=None)
    return row


@transaction.atomic
def close(*, row: FollowUp, reason: str, by: Actor) -> FollowUp:
    """Done, with the reason that the chart keeps. Raises FollowUpRefused without a reason and
    while the row is about an open red flag."""
    row = _locked(row, by)
    if not reason.strip():
        raise FollowUpRefused("Write what was done, in one sentence.")
    _refuse_while_flag_is_open(row, "closed")
    _end(row, _fitting(reason.strip()), by)
    return row


def _end(row: FollowUp, reason: str, by: Actor) -> None:
    words = {"closed_at": timezone.now(), "closed_by": by.user, "close_reason": reason}
    _move(row, "close", by, **words)


@transaction.atomic
def tell_anew(*, row: FollowUp, reason: str, because: dict, due_on: date, by: Actor) -> FollowUp:
    """News of what an open row is about: other words and day, awake again where it was put away."""
    row = _locked(row, by)
    row.reason, row.because, row.due_on = _fitting(reason), because, due_on
    row.state, row.snoozed_until = FollowUp.State.OPEN, None
    row.save(update_fields=["reason", "because", "due_on", "state", "snoozed_until"])
    audit.record("follow_up.grow", by=by, on=row, after={"reason": row.reason, "due_on": due_on})
    return row


@transaction.atomic
def end(*, row: FollowUp, reason: str, by: Actor) -> FollowUp:
    """What the row was about has settled itself; `reason` says how."""
    row = _locked(row, by)
    _end(row, _fitting(reason), by)
    return row


@transaction.atomic
def end_signs(*, patient: Patient, by: Actor) -> None:
    """End the rows about a new sign in a session: the warning signs were asked again, and none of
    them stands (PT-22)."""
    check_can(by, Permission.ASSESS, on=patient)
    rows = FollowUp.objects.select_for_update().filter(patient=patient, rule=STOP)
    for row in rows.exclude(state=FollowUp.State.CLOSED):
        _end(row, "The warning signs were asked again.", by)


def told_key(checkin_pk) -> str:
    """How the keys begin of rows that a check-in raises while it is still being answered."""
    return f"told:{checkin_pk}:"


def flag_is_open(row: FollowUp) -> bool:
    """The newest assessment still finds the red flag that the row is about; or nobody has asked
    the warning signs since a new sign in a session."""
    if row.rule == STOP:
        return row.state != FollowUp.State.CLOSED
    if row.severity not in ("emergency", "urgent") or not row.rule.startswith("RF"):
        return False
    newest = Assessment.objects.filter(patient=row.patient_id).order_by("-made_at").first()
    return newest is not None and row.rule in _danger(newest.result)


def _refuse_while_flag_is_open(row: FollowUp, done: str) -> None:
    if flag_is_open(row):
        raise FollowUpRefused(
            f"The warning sign is still open, so this cannot be {done}. "
            f"{ASK if row.rule == STOP else RECORD}; then this row ends by itself."
        )


def _locked(row: FollowUp, by: Actor) -> FollowUp:
    check_can(by, Permission.FOLLOW_UP_WORK, on=row)
    return FollowUp.objects.select_for_update().get(pk=row.pk)


def _move(row: FollowUp, name: str, by: Actor, **changes) -> None:
    before = row.state
    row.state = lifecycle.move(lifecycle.FOLLOW_UP, row.state, name)
    for field, value in changes.items():
        setattr(row, field, value)
    row.save(update_fields=["state", *changes])
    after = {"state": row.state, "until": row.snoozed_until, "reason": row.close_reason}
    audit.record(f"follow_up.{name}", by=by, on=row, before={"state": before}, after=after)


def _danger(result: dict) -> dict[str, dict]:
    """Rule -> finding of everything that needs somebody today."""
    return {
        finding["rule"]: finding
        for finding in result["findings"]
        if finding["severity"] in ("emergency", "urgent")
    }


def _asked(result: dict) -> list[dict]:
    """The contract's follow_ups as {kind, role, rule, due, severity, reason, because}, with one
    more for each dangerous finding that has none."""
    by_rule = {}
    for finding in result["findings"]:
        by_rule.setdefault(finding["rule"], finding)
    by_rule |= _danger(result)
    rows = [
        item | _about(item, by_rule.get(item["rule"]))
        for item in result["follow_ups"]
        if item["role"] != "patient"
        if not (item["rule"] in CARRIED_BY_CHECKIN and item["role"] == "therapist")
    ]
    named = {row["rule"] for row in rows}
    for rule, finding in _danger(result).items():
        if rule not in named:
            bare = {"kind": RED_FLAG, "role": "therapist", "rule": rule, "due": None}
            rows.append(bare | _about(bare, finding))
    return rows


def _about(item: dict, finding: dict | None) -> dict:
    if finding is None:
        words = item.get("label") or item["kind"].replace("_", " ").capitalize()
        return {"severity": "info", "reason": f"{words}.", "because": {}}
    return {
        "severity": finding["severity"],
        "reason": finding["message"],
        "because": finding["because"],
    }


def _raise_asked(assessment: Assessment, plan: Plan | None, asked: dict, by: Actor) -> FollowUp:
    due_on = date.fromisoformat(asked["due"]) if asked["due"] else assessment.as_of
    kind, rule = asked["kind"], asked["rule"]
    rows = FollowUp.objects.select_for_update().filter(
        patient=assessment.patient_id, kind=kind, rule=rule, role=asked["role"]
    )
    if standing := rows.exclude(state=FollowUp.State.CLOSED).first():
        return _grow(standing, asked, due_on, by)
    if rule in ONCE_A_PLAN:
        since = intakes.baseline_since(assessment.patient)
        if done := rows.filter(closed_at__date__gte=since).first():
            return done
    # A flag that fires again on the day it was settled is news; a task done today is not.
    once = assessment.pk if asked["severity"] in ("emergency", "urgent") else assessment.as_of
    return raise_one(
        key=f"{assessment.patient_id}:{kind}:{rule}:{asked['role']}:{once}",
        patient=assessment.patient,
        plan=plan,
        kind=kind,
        severity=asked["severity"],
        role=asked["role"],
        rule=rule,
        reason=asked["reason"],
        because=asked["because"],
        due_on=due_on,
        by=by,
    )


def _grow(row: FollowUp, asked: dict, due_on: date, by: Actor) -> FollowUp:
    """An open row never becomes milder or later because the rules ran again."""
    if RANK[asked["severity"]] < row.rank:
        row.severity, row.rank = asked["severity"], RANK[asked["severity"]]
        row.reason, row.because = _fitting(asked["reason"]), asked["because"]
        row.due_on = min(row.due_on, due_on)
        row.state, row.snoozed_until = FollowUp.State.OPEN, None
        row.save()
        audit.record("follow_up.grow", by=by, on=row, after={"severity": row.severity})
    return row


def _settle(assessment: Assessment, by: Actor) -> None:
    """End the red-flag rows whose rule no longer fires: a clinician has reviewed the flag."""
    danger = _danger(assessment.result)
    rows = FollowUp.objects.select_for_update().filter(
        patient=assessment.patient_id, severity__in=("emergency", "urgent"), rule__startswith="RF"
    )
    # What a patient has said in a check-in that is not sent yet, these rules have not read.
    unread = [
        told_key(pk)
        for pk in CheckIn.objects.filter(
            patient=assessment.patient_id, submitted_at=None, reminder__state="open"
        ).values_list("pk", flat=True)
    ]
    for row in rows.exclude(state=FollowUp.State.CLOSED):
        if row.rule not in danger and not row.key.startswith(tuple(unread)):
            _end(row, "The warning sign is settled.", by)


def _fitting(text: str) -> str:
    return text if len(text) <= 400 else text[:399] + "…"
