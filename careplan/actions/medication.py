"""Medicine steps: rules and therapists propose, only prescribers sign, nobody sees a line before.

The moves are the table `MEDICATION` of `careplan.rules.lifecycle`; each writes a history row.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from careplan.actions import follow_up
from careplan.actions.assessment.judging import assess_again
from careplan.models import Assessment, FollowUp, MedicationEvent, MedicationStep, Plan
from careplan.rules import courses, lifecycle
from careplan.rules.book import book
from patients import audit
from patients.access import Actor, check_can
from patients.models import Licence
from patients.roles import Permission

COURSE_KEY = "medication:end:"
TASK_KEY = "medication:task:"
COURSE_BATCH = 200
PROPOSABLE = ("offer", "caution")  # `prescriber_only` is never proposed by the app (MED-GEN-07 …)


class MedicationRefused(Exception):
    """The step cannot move; the message is a sentence for the page."""


@transaction.atomic
def propose_from(*, assessment: Assessment, plan: Plan, by: Actor) -> list[MedicationStep]:
    """One proposed line for each drug that the assessment offers and that has no open line."""
    check_can(by, Permission.MEDICATION_PROPOSE, on=plan)
    return [
        _propose(plan, assessment, drug, entry, by, reason="proposed by the rules")
        for drug, entry in sorted(assessment.result["drugs"].items())
        if entry["status"] in PROPOSABLE and entry.get("dose")
        if not _open_line(plan, drug)
    ]


@transaction.atomic
def request(
    *, plan: Plan | None, assessment: Assessment | None, drug: str, reason: str, by: Actor
) -> MedicationStep:
    """A therapist asks a prescriber to look at a drug; what the rules stop cannot be asked for.

    Raises MedicationRefused with a sentence.
    """
    if plan is None or assessment is None:
        raise MedicationRefused("There is no plan yet: assess the patient and draft one first.")
    check_can(by, Permission.MEDICATION_PROPOSE, on=plan)
    entry = assessment.result["drugs"].get(drug)
    if entry is None or drug == "opioid":
        raise MedicationRefused(f"{drug} is not a medicine step of this plan.")
    if entry["status"] not in (*PROPOSABLE, "prescriber_only"):
        raise MedicationRefused(
            f"{drug.capitalize()} cannot be asked for: the rules say “{words(entry['status'])}”."
        )
    if not reason.strip():
        raise MedicationRefused("Write why you ask, in one sentence.")
    if _open_line(plan, drug):
        raise MedicationRefused(f"{drug.capitalize()} is on the list already.")
    return _propose(plan, assessment, drug, entry, by, reason=reason.strip())


def sign(*, step: MedicationStep, starts_on: date, by: Actor, reason: str = "") -> MedicationStep:
    """The prescriber signs the line: from now on the patient sees it, until `stops_on`.

    The rules run first on the facts of today, since they may have moved or gone stale since the
    proposal, and again afterwards: a line that this one forbids (a second NSAID) is declined.
    Raises MedicationRefused where the licence has run out, the plan does not run, or the rules no
    longer allow the drug; lifecycle.IllegalMove where the line has moved on.
    """
    check_can(by, Permission.MEDICATION_SIGN, on=step)
    with transaction.atomic():  # kept where the signature is refused: it may hold the plan
        entry = assess_again(step.patient, by, None).result["drugs"][step.drug]
    return _sign(step, entry, starts_on, reason, by)


@transaction.atomic
def _sign(step: MedicationStep, entry: dict, starts_on: date, reason: str, by: Actor):
    patient = step.patient
    plan = Plan.objects.select_for_update().get(pk=step.plan_id)
    step = MedicationStep.objects.select_for_update().get(pk=step.pk)
    state = lifecycle.move(lifecycle.MEDICATION, step.state, "sign")
    _refuse_unless_signable(plan, step, entry, starts_on, reason, by)
    step.dose, step.status = entry["dose"] or step.dose, entry["status"]
    step.starts_on = starts_on
    step.stops_on = starts_on + timedelta(days=course_days(step) - 1)
    step.signed_by, step.signed_at = by.user, timezone.now()
    _move(step, "sign", state, by, reason=reason)
    newest = assess_again(patient, by, None)
    _decline_what_it_forbids(step, newest, by)
    _raise_tasks(step, entry["rules"], newest.facts.get("conditions", ()), by)
    return step


@transaction.atomic
def decline(*, step: MedicationStep, reason: str, by: Actor) -> MedicationStep:
    """The prescriber declines the line, with a reason that the therapist reads."""
    return _end(step, "decline", reason, by)


@transaction.atomic
def stop(*, step: MedicationStep, reason: str, by: Actor) -> MedicationStep:
    """The prescriber stops a signed line, and what it was to be watched for is closed with it. The
    app never tells a patient to stop gabapentin, duloxetine or an opioid at once (RFL-03): the
    reason should say how it is tapered."""
    step = _end(step, "stop", reason, by)
    _close_tasks(step, by)
    return step


def end_courses(*, now: datetime | None = None) -> int:
    """The job that lets no clock run out in silence; returns how many lines it acted on.

    A course (NSAID, muscle relaxant) whose last day has passed is stopped. A line without a last
    day (duloxetine) is past its review: it goes on, since nobody should stop it at once (RFL-03),
    and a prescriber is asked. Either way there is one worklist row a line.
    """
    now = now or timezone.now()
    # A day later everywhere: the row's own zone decides below.
    rows = MedicationStep.objects.filter(
        state=MedicationStep.State.SIGNED, stops_on__lt=now.date() + timedelta(days=1)
    )
    asked = FollowUp.objects.filter(
        key=Concat(Value(COURSE_KEY), Cast(OuterRef("pk"), TextField()))
    )
    due = rows.filter(Q(max_days__isnull=False) | ~Exists(asked)).order_by("stops_on", "id")
    return sum(_end_course(pk, now) for pk in due.values_list("pk", flat=True)[:COURSE_BATCH])


@transaction.atomic
def _end_course(pk, now: datetime) -> int:
    rows = MedicationStep.objects.select_for_update(skip_locked=True, of=("self",))
    step = rows.select_related("patient__clinic", "plan").filter(pk=pk, state="signed").first()
    if step is None or step.stops_on >= now.astimezone(ZoneInfo(step.patient.zone)).date():
        return 0
    by = Actor.for_job("end medicine courses", step.clinic)
    drug = step.drug.capitalize()
    if step.max_days:
        _move(step, "stop", "stopped", by, reason=f"The course ended on {step.stops_on:%-d %B %Y}.")
        _close_tasks(step, by, until=step.stops_on)
        reason = f"{drug}: the course ended. Ask how it helped and what it did."
    else:
        reason = f"{drug}: the review date has passed. Go on, change or taper?"
    follow_up.raise_one(
        key=f"{COURSE_KEY}{step.pk}",
        patient=step.patient,
        plan=step.plan,
        kind="medicine_review",
        severity="info" if step.max_days else "caution",
        role="prescriber",
        rule="MED-GEN-04",
        reason=reason,
        due_on=step.stops_on,
        by=by,
    )
    return 1


def _raise_tasks(step: MedicationStep, rules, conditions, by: Actor) -> None:
    """The monitoring of the line (courses.toml), a worklist row for each task of the staff.

    What the patient is asked needs no row: the check-ins ask it.
    """
    for drug in (step.drug, *step.together_with):
        found = courses.tasks(drug, step.starts_on, book(), rules=rules, conditions=conditions)
        for task in found:
            if task["role"] == "patient":
                continue
            follow_up.raise_one(
                key=f"{TASK_KEY}{step.pk}:{drug}:{task['kind']}:{task['due']}",
                patient=step.patient,
                plan=step.plan,
                kind=task["kind"],
                severity="info",
                role=task["role"],
                rule=task["rule"],
                reason=f"{drug.capitalize()}: {task['label'][:1].lower()}{task['label'][1:]}.",
                due_on=date.fromisoformat(task["due"]),
                by=by,
            )


def _close_tasks(step: MedicationStep, by: Actor, until: date = date.min) -> None:
    """Close the rows of a line's monitoring that are due after `until`: the line has ended."""
    rows = FollowUp.objects.filter(
        key__startswith=f"{TASK_KEY}{step.pk}:", due_on__gt=until
    ).exclude(state=FollowUp.State.CLOSED)
    for row in rows:
        follow_up.close(row=row, reason=f"{step.drug.capitalize()} was stopped.", by=by)


def course_days(step: MedicationStep) -> int:
    """Days until the line's stop or review date: the course, else its dated steps, else the
    length of the drug's trial (MED-DULO-03, MED-GABA-06)."""
    if step.max_days:
        return step.max_days
    steps = step.dose["steps"]
    if steps and all(item.get("days") for item in steps):
        return sum(item["days"] for item in steps)
    return courses.trial_days(step.drug, book())


def words(status: str) -> str:
    """The contract's status in the words of the page."""
    return {
        "offer": "can be offered",
        "caution": "with care",
        "prescriber_only": "prescriber only",
        "needs_data": "needs data",
        "not_yet": "not yet",
        "avoid": "avoid",
    }[status]


def _open_line(plan: Plan, drug: str) -> bool:
    return plan.medication_steps.filter(drug=drug, state__in=("proposed", "signed")).exists()


def _propose(plan, assessment, drug, entry, by, *, reason) -> MedicationStep:
    step = MedicationStep.objects.create(
        clinic=plan.clinic,
        plan=plan,
        patient=plan.patient,
        assessment=assessment,
        drug=drug,
        status=entry["status"],
        dose=entry.get("dose") or {"steps": []},
        max_days=entry.get("max_days"),
        together_with=entry.get("with", []),
        rules=entry["rules"],
        proposed_by=by.user,
    )
    _note(step, "propose", "", step.state, by, reason)
    audit.record("medication.propose", by=by, on=step, after={"drug": drug, "dose": step.dose})
    return step


def _decline_what_it_forbids(signed: MedicationStep, newest: Assessment, by: Actor) -> None:
    for other in MedicationStep.objects.select_for_update().filter(
        plan=signed.plan_id, state=MedicationStep.State.PROPOSED
    ):
        entry = newest.result["drugs"][other.drug]
        if entry["status"] == "avoid":
            rules = ", ".join(entry["rules"])
            reason = f"{signed.drug.capitalize()} was signed; the rules now say avoid: {rules}."
            _move(other, "decline", "declined", by, reason=reason)


def _refuse_unless_signable(plan, step, entry, starts_on, reason, by) -> None:
    today = timezone.localdate()
    if plan.state != Plan.State.ACTIVE:
        raise MedicationRefused(
            "The plan does not run (not signed yet, on hold or closed): nothing can be signed."
        )
    if entry["status"] in ("avoid", "not_yet", "needs_data"):
        raise MedicationRefused(
            f"On today's facts the rules say “{words(entry['status'])}” for {step.drug}: "
            f"{', '.join(entry['rules'])}. Decline the line, or enter what is missing first."
        )
    if not (entry.get("dose") or step.dose["steps"]):
        raise MedicationRefused("The line has no dose.")
    if entry["status"] != "offer" and not reason.strip():
        raise MedicationRefused("There is a caution: write why it is acceptable for this patient.")
    if not today <= starts_on <= today + timedelta(days=30):
        raise MedicationRefused("The start must lie between today and 30 days from now.")
    if not Licence.objects.filter(
        membership__user=by.user, clinic=by.clinic, expires_on__gte=today
    ).exists():
        raise MedicationRefused("Your licence is missing or has run out. Ask your admin.")


def _end(step, move: str, reason: str, by: Actor) -> MedicationStep:
    check_can(by, Permission.MEDICATION_SIGN, on=step)
    if not reason.strip():
        raise MedicationRefused("Write the reason in one sentence.")
    step = MedicationStep.objects.select_for_update().get(pk=step.pk)
    _move(step, move, lifecycle.move(lifecycle.MEDICATION, step.state, move), by, reason=reason)
    return step


def _move(step, move: str, state: str, by: Actor, *, reason: str) -> None:
    before, step.state = step.state, state
    step.save()
    _note(step, move, before, state, by, reason.strip())
    audit.record(
        f"medication.{move}",
        by=by,
        on=step,
        before={"state": before},
        after={
            "state": state,
            "drug": step.drug,
            "dose": step.dose,
            "starts_on": step.starts_on,
            "stops_on": step.stops_on,
            "reason": reason.strip(),
        },
    )


def _note(step, move, before, after, by, reason) -> None:
    MedicationEvent.objects.create(
        clinic=step.clinic,
        step=step,
        move=move,
        from_state=before,
        to_state=after,
        by=by.user,
        reason=reason,
    )
