"""Signing a draft and closing a plan."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from careplan.actions import checkin, device, flare_days, follow_up, program, turns
from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.models import Plan, PlanVersion
from careplan.queries import plan as queries
from careplan.queries import program as program_queries
from careplan.rules import barriers, lifecycle
from careplan.rules.book import book
from patients import audit, notify
from patients.access import Actor, check_can
from patients.models import Link, Patient
from patients.roles import Permission

LINK_LASTS = timedelta(days=14)
REASON_LENGTH = 300


@transaction.atomic
def sign(
    *,
    version: PlanVersion,
    read: bool,
    by: Actor,
    revision: int | None = None,
    newest: str | None = None,
    now: datetime | None = None,
) -> PlanVersion:
    """Sign a draft: it freezes, the plan runs, sessions and check-ins exist, the patient is told.

    `read` is the one statement of the page; `revision` the draft that was read and `newest` the
    id of the newest assessment then. Raises PlanRefused with every reason, lifecycle.IllegalMove
    where the plan is on hold or closed.
    """
    check_can(by, Permission.PLAN_SIGN, on=version)
    now = now or timezone.now()
    patient = turns.of_patient(version.patient_id)
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=version.plan_id)
    version = queries.whole(version.pk)
    _refuse_unless_signable(version, read, revision, now)
    _refuse_unread_assessment(patient, newest)
    first = plan.state == Plan.State.DRAFT
    state = lifecycle.move(lifecycle.PLAN, plan.state, "activate" if first else "revise")
    PlanVersion.objects.filter(plan=plan, superseded_at=None, signed_at__isnull=False).update(
        superseded_at=now
    )
    version.signed_by, version.signed_at = by.user, now
    version.save(update_fields=["signed_by", "signed_at"])
    program.book_sessions(version=version, now=now, by=by)
    before = {"state": plan.state, "version": version.number - 1 or None}
    _run(plan, version, state, now)
    checkin.schedule(plan=plan, by=by)
    _answer_barriers(version, now, by)
    after = {"state": state, "version": version.number}
    audit.record("plan.sign", by=by, on=version, before=before, after=after)
    _tell(patient, plan, version, now)
    return version


def _run(plan: Plan, version: PlanVersion, state: str, now: datetime) -> None:
    """The plan follows this version; its first day stays that of the first one."""
    today = timezone.localdate(now, program_queries.clinic_zone(version.clinic))
    plan.state, plan.current, plan.starts_on = state, version, plan.starts_on or today
    plan.save()


def _answer_barriers(version: PlanVersion, now: datetime, by: Actor) -> None:
    """What the book asks staff to do about a barrier, once a plan, counted from today (BAR-02)."""
    today = timezone.localdate(now, program_queries.clinic_zone(version.clinic))
    asked = barriers.answers(version.barriers, today, book())
    for one in asked["follow_ups"]:
        follow_up.raise_one(
            key=f"barrier:{version.plan_id}:{one['rule']}",
            patient=version.patient,
            plan=version.plan,
            kind=one["kind"],
            severity="info",
            role=one["role"],
            rule=one["rule"],
            reason=f"“{book().self_care[one['rule']].title}” stands in the way.",
            due_on=date.fromisoformat(one["due"]),
            by=by,
        )


def _refuse_unless_signable(version, read: bool, revision: int | None, now: datetime) -> None:
    if version.signed_at:
        day = f"{timezone.localtime(version.signed_at):%-d %B, %-H:%M}"
        raise PlanRefused(
            f"Version {version.number} was signed already, by {version.signed_by}, {day}."
        )
    if revision is not None and revision != version.revision:
        raise DraftMoved("The draft changed after you opened this page. Read it again, then sign.")
    reasons = [blocker.text for blocker in queries.blockers(version, now=now)]
    if version.patient.deceased_on:
        reasons.append(f"{version.patient.name} is recorded as having died.")
    if not read:
        reasons.append("Tick the statement: sign only what you have read.")
    if reasons:
        raise PlanRefused(*reasons)


def _refuse_unread_assessment(patient: Patient, newest: str | None) -> None:
    if newest is not None and str(queries.newest_assessment(patient).pk) != newest:
        raise DraftMoved(
            f"{patient.given_name} was assessed again after you opened this page. Read the new "
            "assessment and this page, then sign."
        )


def _tell(patient: Patient, plan: Plan, version: PlanVersion, now: datetime) -> None:
    """Queue the mail with a link that opens the plan for 14 days; without an address, nothing."""
    if not patient.email:
        return
    link = Link.objects.create(
        clinic=patient.clinic,
        purpose=Link.Purpose.PLAN,
        patient=patient,
        subject_id=plan.pk,
        expires_at=now + LINK_LASTS,
    )
    notify.queue(
        "plan_ready",
        key=f"plan_ready:{version.pk}",
        clinic=patient.clinic,
        to=patient.email,
        patient=patient,
        link=link,
        context={
            "changed": version.number > 1,
            "signer": version.signed_by.name,
            "until": f"{timezone.localtime(link.expires_at, ZoneInfo(patient.zone)):%-d %B %Y}",
        },
    )


@transaction.atomic
def close(*, plan: Plan, reason: str, by: Actor, now: datetime | None = None) -> Plan:
    """End a plan with a reason: sessions and check-ins to come are cancelled, drafts stay unsigned.

    Raises PlanRefused without a reason, lifecycle.IllegalMove where it is closed already.
    """
    check_can(by, Permission.PLAN_CLOSE, on=plan)
    if not reason.strip():
        raise PlanRefused("Write why the plan ends, in one sentence.")
    if len(reason.strip()) > REASON_LENGTH:
        raise PlanRefused(f"The reason has at most {REASON_LENGTH} letters.")
    turns.of_patient(plan.patient_id)
    now = now or timezone.now()
    row = Plan.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=plan.pk)
    before = row.state
    row.state = lifecycle.move(lifecycle.PLAN, row.state, "close")
    row.closed_at, row.close_reason = now, reason.strip()
    row.save()
    program.cancel_planned(plan=row, now=now, by=by)
    checkin.cancel_due(plan=row, by=by)
    flare_days.end_with(plan=row, day=timezone.localdate(now), by=by)
    device.close_with_plan(plan=row, by=by)
    audit.record(
        "plan.close",
        by=by,
        on=row,
        before={"state": before},
        after={"state": row.state, "reason": row.close_reason},
    )
    return row
