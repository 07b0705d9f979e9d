"""A flare that lasts (PT-19): a patient tells of it, the warning signs come first, the days begin by
rule, the therapist is told. The signed plan is never changed.

What was told is kept before the signs are asked, and its row of the worklist is raised with it, so
that nothing is lost when the phone is put away there. Until the signs are answered no exercise is
shown: an unknown sign is never a no.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from careplan.actions import assessment as assessments
from careplan.actions import flare_days, follow_up, medication, turns
from careplan.actions.session_log.judging import stop_for_signs
from careplan.models import Assessment, Flare, FollowUp, Plan
from careplan.queries import flare as queries
from careplan.queries import mine as mine_queries
from careplan.rules import flare as rules
from careplan.rules import working_days
from careplan.rules.book import book
from careplan.rules.session import ALL_SIGNS
from patients import audit
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

KIND = "flare_contact"
NONE = "none"  # of the signs is new
JOB = "read flares"


class FlareRefused(Exception):
    """Nothing was kept; the message is a sentence for the page."""


@transaction.atomic
def tell(*, patient: Patient, pain: int | None, since: str, key: UUID, by: Actor) -> Flare:
    """Keep the usual pain now (0 to 10) and since when, and tell the therapist. The signs are asked
    next. Told once more while it lasts, it is the same flare, and begins anew.

    A second post with the same key gives the row of the first. Raises FlareRefused for a number
    or a time that is not offered, and while no plan runs.
    """
    check_can(by, Permission.OWN_PLAN_VIEW, on=patient)
    turns.of_patient(patient.pk)
    if row := Flare.objects.filter(patient=patient, key=key).first():
        return row
    plan = mine_queries.open_plan(patient)
    if plan is None or plan.state != Plan.State.ACTIVE:
        raise FlareRefused("Your plan does not run now. Call your clinic if your pain gets worse.")
    if pain not in range(11):
        raise FlareRefused("Choose a number from 0 to 10.")
    if since not in book().codes["flare_since"]:
        raise FlareRefused("Choose since when it has been worse.")
    row = _told(patient, plan, pain, since, key, by)
    after = {"pain": row.pain, "since": row.since, "times": row.times}
    audit.record("flare.tell", by=by, on=row, after=after)
    _say(row, "The warning signs are not answered yet.", soon=True)
    return row


def _told(patient: Patient, plan: Plan, pain: int, since: str, key: UUID, by: Actor) -> Flare:
    today = timezone.localdate()
    row = Flare.objects.filter(patient=patient, ended_on=None).first()
    if row and (row.plan_id != plan.pk or queries.standing(row, today) is None):
        flare_days.end(row=row, why=Flare.End.OVER, day=today, by=by)
        row = None
    if row is None:
        row = Flare(clinic=patient.clinic, patient=patient, plan=plan, pain=pain, since=since)
        row.usual_pain = queries.usual_before(patient)
    elif row.begun_on:
        row.times, row.pain, row.better_on = row.times + 1, max(row.pain, pain), None
    else:  # not begun yet: the newer numbers correct the older
        row.pain, row.since = pain, since
    row.key, row.told_on, row.signs_on = key, today, None
    row.save()
    return row


@transaction.atomic
def answer_signs(*, patient: Patient, sign: str, by: Actor) -> Flare | None:
    """The answer about new warning signs: a code of the session's or the flare's signs, or NONE.

    A sign holds the plan, as in a session (PT-22); it is asked again once the plan goes on. None
    begins the days at half the dose, where the row holds or the usual pain is not known, and the
    rules run again. Gives None where nothing waits for the answer.
    """
    check_can(by, Permission.OWN_PLAN_VIEW, on=patient)
    turns.of_patient(patient.pk)
    row = queries.of_plan(patient).filter(signs_on=None).select_related("plan").first()
    if row is None or row.plan.state != Plan.State.ACTIVE:
        return None
    if sign != NONE and sign not in ALL_SIGNS:
        raise FlareRefused("Choose one of the signs, or None of these.")
    audit.record("flare.signs", by=by, on=row, after={"sign": sign})
    if sign != NONE:
        _stop(row, sign)
        return row
    row.signs_on = timezone.localdate()
    if queries.holds(row) is False and row.begun_on is None:
        row.save(update_fields=["signs_on"])
        _close(row, "By its numbers no flare, and no new warning sign.")
        return flare_days.end(row=row, why=Flare.End.NO_FLARE, day=row.signs_on, by=by)
    row.half_from, row.better_on = row.signs_on, None
    row.begun_on = row.begun_on or row.signs_on
    row.save(update_fields=["signs_on", "half_from", "begun_on", "better_on"])
    _run_rules(row)
    return row


def _stop(row: Flare, sign: str) -> None:
    stop_for_signs(
        patient=row.patient,
        on=timezone.localdate(),
        signs=[sign],
        told="in a flare",
        key=f"flare:{row.pk}:{timezone.now().isoformat()}:PT-22",
        because={"flare": row.pk},
    )


def _run_rules(row: Flare) -> None:
    """The rules read the flare as they read a check-in: they may hold the plan, and they open the
    step of an anti-inflammatory (STEP-1), or not. A therapist asks for it, a prescriber signs."""
    clinic = row.patient.clinic
    doubt = queries.holds(row) is None
    words = "No new warning sign." + (" Ask for the usual pain." if doubt else "")
    try:
        with timezone.override(clinic.time_zone), transaction.atomic():
            found = assessments.reassess(patient=row.patient, by=Actor.for_job(JOB, clinic))
    except assessments.Refused as refusal:
        _say(row, f"{words} The rules could not run: {refusal}", soon=True)
        return
    whole = rules.last_day(queries.record_of(row, row.half_from), book())
    words += f" Half the dose began; the whole one by {whole:%-d %B}."
    _say(row, f"{words}{_may_ask(found)}", soon=doubt)


def _may_ask(found: Assessment) -> str:
    """Which anti-inflammatory the rules let a therapist ask for; nothing where they let none."""
    named = [
        drug
        for drug in book().flare["drugs"]
        if found.result["drugs"].get(drug, {}).get("status") in medication.PROPOSABLE
    ]
    return f" By the rules {' or '.join(named)} may be asked for (STEP-1)." if named else ""


@transaction.atomic
def better(*, patient: Patient, by: Actor) -> Flare | None:
    """The patient says that it is better: the way back begins sooner, and is the short one. Saying
    it twice, or on the way back, changes nothing."""
    check_can(by, Permission.OWN_PLAN_VIEW, on=patient)
    turns.of_patient(patient.pk)
    now = queries.running(patient, timezone.localdate())
    if now is None or not now.half or now.row.better_on:
        return now and now.row
    now.row.better_on = timezone.localdate()
    now.row.save(update_fields=["better_on"])
    audit.record("flare.better", by=by, on=now.row)
    return now.row


@transaction.atomic
def end(*, row: Flare, by: Actor) -> Flare:
    """A therapist ends the flare: the whole signed dose from now on. Raises FlareRefused where it
    has ended already."""
    check_can(by, Permission.PLAN_EDIT, on=row)
    turns.of_patient(row.patient_id)
    row = Flare.objects.select_for_update().get(pk=row.pk)
    if row.ended_on:
        raise FlareRefused("This flare has ended already.")
    return flare_days.end(row=row, why=Flare.End.STAFF, day=_day_of(row.patient), by=by)


def _day_of(patient: Patient) -> date:
    with timezone.override(patient.zone):
        return timezone.localdate()


# The worklist --------------------------------------------------------------------------------


def _say(row: Flare, now: str, *, soon: bool) -> None:
    """The flare's row of the worklist: raised once, and telling how it stands."""
    job = Actor.for_job(JOB, row.clinic)
    about = {
        "reason": f"{_numbers(row)} {now}",
        "because": {"pain": row.pain, "since": row.since, "times": row.times},
        "due_on": _due(row, soon=soon or row.times > 1),
    }
    if standing := _standing(row):
        if row.times > 1:  # told again: never later than before
            about["due_on"] = min(about["due_on"], standing.due_on)
        follow_up.tell_anew(row=standing, by=job, **about)
        return
    follow_up.raise_one(
        key=f"flare:{row.pk}:{row.key}",
        patient=row.patient,
        plan=row.plan,
        kind=KIND,
        severity="caution",
        role="therapist",
        rule=rules.RULE,
        by=job,
        **about,
    )


def _numbers(row: Flare) -> str:
    usual = (
        "not known before" if row.usual_pain is None else f"{row.usual_pain.normalize():f} before"
    )
    since = book().codes["flare_since"][row.since].label
    again = f" Told {row.times} times." if row.times > 1 else ""
    return f"Worse for {since}: usual pain {row.pain} now, {usual}.{again}"


def _due(row: Flare, *, soon: bool) -> date:
    return working_days.after(row.told_on, rules.due_days(book(), soon=soon))


def _standing(row: Flare) -> FollowUp | None:
    rows = FollowUp.objects.select_for_update().filter(patient=row.patient, kind=KIND)
    return rows.exclude(state=FollowUp.State.CLOSED).first()


def _close(row: Flare, reason: str) -> None:
    if standing := _standing(row):
        follow_up.end(row=standing, reason=reason, by=Actor.for_job(JOB, row.clinic))
