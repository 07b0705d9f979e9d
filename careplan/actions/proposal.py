"""Steps up and down: proposed by the rules from logged sessions, decided by a therapist (PT-16, PT-18).

A proposal rests on the last session of an exercise and is made once for it. What is accepted goes
into the patient's draft; only a signature brings it to the patient.
"""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from careplan.actions import home_plan
from careplan.actions import plan as plans
from careplan.actions.drafting import PlanRefused
from careplan.models import Plan, PlanVersion, Proposal, SessionLog
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from careplan.queries import session_log as logs
from careplan.queries.catalogue import catalogue
from careplan.rules import session, stepping
from careplan.rules.book import book
from patients import audit
from patients.access import Actor, check_can
from patients.roles import Permission

RULE = {"progress": "PT-16", "regress": "PT-18", "remove": "PT-18"}
LOOK_BACK = timedelta(days=8)  # a zone counts for 7 days of the patient's own; zones differ by one
DOSE = ("exercise", "sets", "reps", "hold_s")
HIGHEST = 3  # level that needs two green weeks before (EXR-03)
log = logging.getLogger(__name__)


# Proposing -----------------------------------------------------------------------------------


def propose_steps(now: datetime | None = None) -> int:
    """What logged sessions say of every plan that runs; returns how many proposals were made.

    Each plan by itself: one that cannot be read is logged and does not stop the others.
    """
    now, made = now or timezone.now(), 0
    recent = SessionLog.objects.filter(patient=OuterRef("patient"), at__gte=now - LOOK_BACK)
    running = Plan.objects.filter(state=Plan.State.ACTIVE).filter(Exists(recent))
    for plan in running.select_related("clinic", "patient__clinic").iterator():
        try:
            by = Actor.for_job("propose_steps", plan.clinic)
            made += len(
                propose(
                    plan=plan, as_of=timezone.localdate(now, ZoneInfo(plan.patient.zone)), by=by
                )
            )
        except Exception:
            log.exception("no step was proposed for plan %s", plan.pk)
    return made


@transaction.atomic
def propose(*, plan: Plan, as_of: date, by: Actor) -> list[Proposal]:
    """Proposals for the exercises of a running plan, from what was logged up to a day."""
    check_can(by, Permission.FOLLOW_UP_WORK, on=plan)
    plan = Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    if plan.state != Plan.State.ACTIVE:
        return []
    version = plan_queries.whole(plan.current_id)
    records = logs.records(version.patient, as_of)
    known = list(Proposal.objects.filter(patient=version.patient).select_related("log"))
    found = [
        _proposal(version, item, records[item["exercise"]], known)
        for item in home_queries.items_of(version)
        if item["exercise"] in records
    ]
    made = [row for row in found if row]
    for row in made:
        _keep(row, by)
    return made


def _proposal(version: PlanVersion, item: dict, record: dict, known: list) -> Proposal | None:
    """The proposal of one exercise, not kept yet; None where nothing is to be proposed."""
    last, code = record["sessions"][-1], item["exercise"]
    if any(row.log_id == last["log"] for row in known):
        return None
    said = session.propose(record, book())
    if said["proposal"] == "progress":
        said = session.propose(_fresh(record, code, known), book())
    kind = said["proposal"]
    if kind not in RULE:
        return None
    after = _after(version, item, kind, record)
    if after is None and kind == Proposal.Kind.PROGRESS:
        return None
    finding = next(row for row in said["findings"] if row["rule"] == RULE[kind])
    return Proposal(
        clinic_id=version.clinic_id,
        patient_id=version.patient_id,
        plan_id=version.plan_id,
        log_id=last["log"],
        exercise=code,
        kind=kind if after else Proposal.Kind.REMOVE,
        rule=finding["rule"],
        reason=finding["message"],
        because=finding["because"],
        before={name: item[name] for name in DOSE},
        after=after or {},
    )


def _fresh(record: dict, code: str, known: list) -> dict:
    """The record without sessions that an earlier proposal rested on: each earns one step."""
    used = [row.log.on.isoformat() for row in known if row.exercise == code]
    return record | {"sessions": [s for s in record["sessions"] if s["on"] > max(used, default="")]}


def _after(version: PlanVersion, item: dict, kind: str, record: dict) -> dict | None:
    """The dose that is proposed; None for an exercise that is taken out or has no such step."""
    if kind == Proposal.Kind.REMOVE:
        return None
    exercises = catalogue(version.clinic)
    newest = plan_queries.newest_assessment(version.patient)
    there = {one["exercise"] for one in home_queries.items_of(version)}
    barred = {*home_queries.hidden(newest, exercises), *there}
    step = stepping.up if kind == Proposal.Kind.PROGRESS else stepping.down
    dose = {name: int(item[name]) for name in DOSE[1:]}
    after = step(dose, exercises[item["exercise"]], exercises, barred, book())
    if kind == Proposal.Kind.PROGRESS and after and exercises[after["exercise"]].level == HIGHEST:
        wish = session.propose(record | {"wished_level": HIGHEST}, book())
        if any(row["rule"] == "EXR-03" for row in wish["findings"]):
            return None
    return after


def _keep(row: Proposal, by: Actor) -> None:
    """A newer session overtakes an open proposal of the same exercise."""
    for old in Proposal.objects.filter(
        patient_id=row.patient_id, exercise=row.exercise, state=Proposal.State.OPEN
    ):
        _move(old, Proposal.State.OVERTAKEN, "overtake", by)
    row.save()
    after = {"exercise": row.exercise, "kind": row.kind, "after": row.after}
    audit.record("step.propose", by=by, on=row, after=after)


# Deciding ------------------------------------------------------------------------------------


@transaction.atomic
def accept(*, proposals: list[Proposal], by: Actor) -> PlanVersion:
    """Put the steps of one patient into the draft of the plan, begun where there is none.

    What the draft no longer holds at that dose is overtaken. Raises PlanRefused where nothing is
    left to accept, or no draft can be made.
    """
    if not proposals or len({row.plan_id for row in proposals}) != 1:
        raise PlanRefused("Choose open steps of one patient.")
    rows = _locked(proposals, by)
    check_can(by, Permission.PLAN_EDIT, on=rows[0])
    draft = plan_queries.whole(plans.revise(plan=rows[0].plan, by=by).pk)
    exercises, items = catalogue(draft.clinic), home_queries.items_of(draft)
    taken = []
    for row in rows:
        changed = _applied(items, row, exercises)
        if changed is None:
            _move(row, Proposal.State.OVERTAKEN, "overtake", by)
            continue
        items, taken = changed, [*taken, row]
    if taken:
        home_plan.set_items(version=draft, items=home_queries.short_day_kept(items), by=by)
    for row in taken:
        row.version = draft
        _move(row, Proposal.State.ACCEPTED, "accept", by)
    return plan_queries.whole(draft.pk)


@transaction.atomic
def decline(*, proposal: Proposal, by: Actor) -> Proposal:
    """The dose stays as it is; these sessions are not proposed for again."""
    check_can(by, Permission.PLAN_EDIT, on=proposal)
    (row,) = _locked([proposal], by)
    return _move(row, Proposal.State.DECLINED, "decline", by)


def _locked(proposals: list[Proposal], by: Actor) -> list[Proposal]:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("plan__patient")
    rows = list(rows.filter(pk__in=[row.pk for row in proposals], clinic=by.clinic))
    if len(rows) != len(proposals) or any(row.state != Proposal.State.OPEN for row in rows):
        raise PlanRefused("Somebody has decided on this step already. Look at the list again.")
    return rows


def _applied(items: list[dict], row: Proposal, exercises) -> list[dict] | None:
    """The list with one step taken; None where it does not hold the dose that was stepped from."""
    before = {name: row.before[name] for name in DOSE}
    if not any({name: item[name] for name in DOSE} == before for item in items):
        return None
    if not row.after:
        return home_plan.dropped(items, row.exercise)
    timing = home_queries.timing(exercises[row.after["exercise"]])
    return [
        item | row.after | timing if item["exercise"] == row.exercise else item for item in items
    ]


def _move(row: Proposal, state: str, verb: str, by: Actor) -> Proposal:
    before, row.state = row.state, state
    if by.user:
        row.decided_at, row.decided_by = timezone.now(), by.user
    row.save()
    audit.record(f"step.{verb}", by=by, on=row, before={"state": before}, after={"state": state})
    return row
