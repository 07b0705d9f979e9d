"""The life of a plan: drafted from an assessment, signed, revised, closed.

A signed version is frozen: a change is the next version. The moves are the table `PLAN` of
`careplan.rules.lifecycle`.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from careplan.actions import checkin, drafting, home_plan, medication, program
from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.models import Assessment, Goal, Plan, PlanVersion
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as queries
from careplan.queries import program as program_queries
from careplan.rules import lifecycle, schedule
from careplan.rules.book import book
from patients import audit, notify
from patients.access import Actor, check_can
from patients.models import Link, Patient
from patients.roles import Permission

__all__ = ["DraftMoved", "PlanRefused", "close", "draft", "revise", "sign"]

LINK_LASTS = timedelta(days=14)
# The daily routine a draft starts with (SM-03, SM-04, SM-06): code and minutes.
ROUTINE = (("SM-03", 1), ("SM-04", 5), ("SM-06", 2))
GOALS_MOST, GOAL_LENGTH, NOTE_LENGTH, REASON_LENGTH = 5, 200, 2000, 300


# Drafting ------------------------------------------------------------------------------------


@transaction.atomic
def draft(*, assessment: Assessment, by: Actor) -> PlanVersion:
    """A draft from an assessment that says "plan": program, exercises, routine, medicine lines.

    Where a draft is open it is returned, standing on this assessment from now on; where a plan
    runs, the draft is a copy of its version (see `revise`). Raises PlanRefused.
    """
    check_can(by, Permission.PLAN_EDIT, on=assessment)
    patient = _lock(assessment.patient_id)
    _refuse_unless_newest_plan(assessment, patient)
    plan = queries.open_plan(patient)
    if plan is None:
        plan = Plan.objects.create(clinic=patient.clinic, patient=patient)
    version = plan.versions.filter(signed_at=None).first()
    if version:
        return _rebase(version, assessment, by)
    if plan.current_id:
        return _copy(plan, assessment, by)
    return _propose(plan, assessment, by)


@transaction.atomic
def revise(*, plan: Plan, by: Actor) -> PlanVersion:
    """A new draft of a running plan, copied from its version, on the newest assessment."""
    check_can(by, Permission.PLAN_EDIT, on=plan)
    newest = queries.newest_assessment(plan.patient)
    if plan.state == Plan.State.CLOSED or newest is None:
        raise PlanRefused("This plan is closed. Draft a new one from the assessment.")
    return draft(assessment=newest, by=by)


def _lock(patient_id) -> Patient:
    """The patient's row, locked: drafts and signatures of one patient take turns.

    No key lock: a plain FOR UPDATE would wait for everybody who inserts a row of the patient's.
    """
    rows = Patient.objects.select_for_update(of=("self",), no_key=True).select_related("clinic")
    return rows.get(pk=patient_id)


def _refuse_unless_newest_plan(assessment: Assessment, patient: Patient) -> None:
    newest = queries.newest_assessment(patient)
    if newest.pk != assessment.pk:
        raise PlanRefused(
            f"There is a newer assessment, of {newest.as_of:%-d %B}. Open it and draft from there."
        )
    if assessment.disposition != "plan":
        words = assessment.disposition.replace("_", " ")
        raise PlanRefused(f"The assessment says “{words}”: it allows no plan.")
    if patient.deceased_on:
        raise PlanRefused(f"{patient.name} is recorded as having died.")


def _new_version(plan: Plan, assessment: Assessment, by: Actor, **rest) -> PlanVersion:
    return PlanVersion.objects.create(
        clinic=plan.clinic,
        plan=plan,
        patient=plan.patient,
        number=plan.versions.count() + 1,
        assessment=assessment,
        disposition=assessment.disposition,
        drafted_by=by.user,
        **rest,
    )


def _propose(plan: Plan, assessment: Assessment, by: Actor) -> PlanVersion:
    version = _new_version(plan, assessment, by, routine=usual_routine())
    proposal = assessment.result["program"]
    pace = proposal["sessions_per_week"]
    program.lay(
        version=version,
        sessions_per_week=pace,
        weeks=proposal["weeks"],
        starts_on=program_queries.first_day(plan.clinic),
        weekdays=schedule.USUAL_DAYS[pace],
        at=schedule.USUAL_HOUR,
        aerobic_minutes_start=max(1, round(proposal.get("aerobic_minutes_start", 5))),
        aerobic_minutes_goal=max(1, round(proposal.get("aerobic_minutes_goal", 30))),
        by=by,
    )
    home = assessment.result["home_plan"]
    home_plan.set_items(
        version=version, items=home_plan.proposed(home), template=home.get("template", ""), by=by
    )
    return _drafted(version, assessment, by)


def _copy(plan: Plan, assessment: Assessment, by: Actor) -> PlanVersion:
    """The running version again, without exercises that have become forbidden."""
    old = queries.whole(plan.current_id)
    version = _new_version(
        plan, assessment, by, routine=old.routine, note=old.note, reasons=old.reasons
    )
    for goal in old.goals.all():
        Goal.objects.create(
            clinic=plan.clinic,
            version=version,
            position=goal.position,
            text=goal.text,
            target_on=goal.target_on,
        )
    names = ("sessions_per_week", "weeks", "starts_on", "weekdays", "at")
    names += ("aerobic_minutes_start", "aerobic_minutes_goal")
    program.lay(version=version, by=by, **{name: getattr(old.program, name) for name in names})
    forbidden = home_queries.hidden(assessment)
    items = [i for i in home_queries.items_of(old) if i["exercise"] not in forbidden]
    home_plan.set_items(version=version, items=items, template=old.home_plan.template, by=by)
    return _drafted(version, assessment, by)


def _rebase(version: PlanVersion, assessment: Assessment, by: Actor) -> PlanVersion:
    """An open draft stands on the newest assessment; forbidden exercises leave it."""
    if version.assessment_id == assessment.pk:
        return version
    draft_ = drafting.claim(version=version, by=by, revision=None)
    draft_.assessment, draft_.disposition = assessment, assessment.disposition
    draft_.save(update_fields=["assessment", "disposition"])
    forbidden = home_queries.hidden(assessment)
    items = home_queries.items_of(queries.whole(version.pk))
    kept = [item for item in items if item["exercise"] not in forbidden]
    if kept != items:
        home_plan.set_items(version=draft_, items=kept, by=by)
    return _drafted(draft_, assessment, by)


def _drafted(version: PlanVersion, assessment: Assessment, by: Actor) -> PlanVersion:
    medication.propose_from(assessment=assessment, plan=version.plan, by=by)
    drafting.note(
        "draft",
        by=by,
        version=version,
        after={"number": version.number, "assessment": assessment.pk},
    )
    version.refresh_from_db()
    return version


def usual_routine() -> list[dict]:
    """The daily routine a draft starts with, titled by the rule book."""
    cards = book().self_care
    return [
        {"code": code, "title": cards[code].title, "minutes": minutes, "anchor": ""}
        for code, minutes in ROUTINE
    ]


# Words of the draft --------------------------------------------------------------------------


@transaction.atomic
def save_goals(
    *, version: PlanVersion, goals: list[tuple[str, date | None]], by: Actor, revision=None
) -> PlanVersion:
    """The goals in the patient's own words, each with the day it is wanted by, or None."""
    wanted = [(text.strip(), day) for text, day in goals if text.strip()]
    if len(wanted) > GOALS_MOST:
        raise PlanRefused(f"Keep at most {GOALS_MOST} goals: a few are remembered.")
    if any(len(text) > GOAL_LENGTH for text, _ in wanted):
        raise PlanRefused(f"A goal has at most {GOAL_LENGTH} letters.")
    row = drafting.claim(version=version, by=by, revision=revision)
    before = list(row.goals.values_list("text", flat=True))
    row.goals.all().delete()
    Goal.objects.bulk_create(
        Goal(clinic=row.clinic, version=row, position=n, text=text, target_on=day)
        for n, (text, day) in enumerate(wanted, start=1)
    )
    after = [text for text, _ in wanted]
    drafting.note("goals", by=by, version=row, before={"goals": before}, after={"goals": after})
    return row


@transaction.atomic
def save_note(*, version: PlanVersion, note: str, by: Actor, revision=None) -> PlanVersion:
    """The note to the patient, in plain words."""
    if len(note) > NOTE_LENGTH:
        raise PlanRefused(f"The note has at most {NOTE_LENGTH} letters.")
    row = drafting.claim(version=version, by=by, revision=revision)
    before, row.note = row.note, note.strip()
    row.save(update_fields=["note"])
    drafting.note("note", by=by, version=row, before={"note": before}, after={"note": row.note})
    return row


@transaction.atomic
def save_routine(
    *, version: PlanVersion, routine: list[dict], by: Actor, revision=None
) -> PlanVersion:
    """The daily routine, in order: [{"code", "title", "minutes", "anchor"}], codes of the book."""
    cards = book().self_care
    unknown = [line["code"] for line in routine if line["code"] not in cards]
    if unknown:
        raise PlanRefused(f"There is no self-care card {unknown[0]}.")
    if any(not 1 <= line["minutes"] <= 30 for line in routine):
        raise PlanRefused("One thing of the daily routine takes 1 to 30 minutes.")
    if any(len(line["anchor"]) > GOAL_LENGTH for line in routine):
        raise PlanRefused(f"“When” has at most {GOAL_LENGTH} letters.")
    row = drafting.claim(version=version, by=by, revision=revision)
    before, row.routine = row.routine, routine
    row.save(update_fields=["routine"])
    drafting.note(
        "routine", by=by, version=row, before={"routine": before}, after={"routine": routine}
    )
    return row


# Signing and closing -------------------------------------------------------------------------


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
    patient = _lock(version.patient_id)
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
    plan.state, plan.current = state, version
    plan.starts_on = plan.starts_on or timezone.localdate(
        now, program_queries.clinic_zone(by.clinic)
    )
    plan.save()
    checkin.schedule(plan=plan, by=by)
    after = {"state": state, "version": version.number}
    audit.record("plan.sign", by=by, on=version, before=before, after=after)
    _tell(patient, plan, version, now)
    return version


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
    _lock(plan.patient_id)
    now = now or timezone.now()
    row = Plan.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=plan.pk)
    before = row.state
    row.state = lifecycle.move(lifecycle.PLAN, row.state, "close")
    row.closed_at, row.close_reason = now, reason.strip()
    row.save()
    program.cancel_planned(plan=row, now=now, by=by)
    checkin.cancel_due(plan=row, by=by)
    audit.record(
        "plan.close",
        by=by,
        on=row,
        before={"state": before},
        after={"state": row.state, "reason": row.close_reason},
    )
    return row
