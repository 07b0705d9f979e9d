"""Plays the histories of `clinics.toml` through the actions, on the days they happened.

The audit, the worklist and the outcomes of the demo are therefore real ones. The clock is moved
with time-machine, which only development installs: production has no demo.
"""

import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import time_machine
from django.db import transaction
from django.utils import timezone

from careplan.actions import (
    assessment,
    checkin,
    device,
    flare,
    follow_up,
    home_plan,
    medication,
    plan,
    preset,
    visits,
)
from careplan.models import Assessment, Device, FollowUp, Intake, MedicationStep, Reminder, Session
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from careplan.rules.book import book
from careplan.rules.device import WISH
from patients import actions as people
from patients.access import Actor
from patients.models import CareTeam, Clinic, Membership, Message, Patient
from patients.roles import Role

HISTORIES = Path(__file__).with_name("clinics.toml")
PAYER, GRANTED = "Blue River Health", 20
ORDER = ("registered", "intake", "assessed", "drafted", "signed")


@transaction.atomic
def build() -> int:
    """Build both clinics in an empty database; returns how many patients there are now."""
    story = tomllib.loads(HISTORIES.read_text())
    crew = {row["slug"]: _found(row, story) for row in story["clinics"]}
    for row in story["patients"]:
        _play(row, story["base"], crew[row["clinic"]])
        if row.get("account"):  # patients sign in by mailed code; the demo's one also by password
            login = Patient.objects.get(email=row["email"]).user
            login.set_password(story["password"])
            login.save(update_fields=["password"])
    _forget_old_mails()
    return Patient.objects.count()


def _found(row: dict, story: dict) -> dict[str, Actor]:
    """A clinic with its people; returns an Actor a role."""
    staff = [one for one in story["people"] if one["clinic"] == row["slug"]]
    admin = next(one for one in staff if one["role"] == Role.ADMIN)
    clinic, _ = people.found_clinic(
        slug=row["slug"],
        name=row["name"],
        time_zone=row["time_zone"],
        admin_email=admin["email"],
        admin_name=admin["name"],
        password=story["password"],
    )
    Clinic.objects.filter(pk=clinic.pk).update(is_demo=True)
    by_admin = _actor(clinic, admin["email"])
    about = {name: row[name] for name in ("phone", "emergency_number", "crisis_line", "holidays")}
    people.change_settings(clinic=clinic, changes=about, by=by_admin)
    clinic.refresh_from_db()
    for one in staff:
        if one is not admin:
            invitation = people.invite(
                clinic=clinic,
                email=one["email"],
                name=one["name"],
                roles=[one["role"], *one.get("also", [])],
                licence=one.get("licence"),
                by=by_admin,
            )
            link = invitation.links.get()
            people.accept(link=link, name=one["name"], password=story["password"])
    return {one["role"]: _actor(clinic, one["email"]) for one in staff}


def _actor(clinic: Clinic, email: str) -> Actor:
    membership = Membership.objects.select_related("user").get(clinic=clinic, user__email=email)
    return Actor(clinic=clinic, roles=frozenset(map(Role, membership.roles)), user=membership.user)


def _play(row: dict, base: dict, crew: dict[str, Actor]) -> None:
    """One patient's history up to `until`, then the check-ins a fortnight apart."""
    therapist, prescriber = crew[Role.THERAPIST], crew[Role.PRESCRIBER]
    zone = ZoneInfo(therapist.clinic.time_zone)
    began = timezone.localdate(timezone=zone) - timedelta(weeks=row["weeks_ago"])
    # Never in the future: what begins today was done a little while ago.
    start = min(datetime.combine(began, time(8, 30), zone), timezone.now() - timedelta(minutes=50))
    until = ORDER.index(row["until"])
    with time_machine.travel(start, tick=False) as clock, timezone.override(zone):
        patient = _register(row, therapist)
        if until >= 1:
            intake = _answer(row, base, patient, therapist)
        if until >= 2:
            clock.shift(timedelta(minutes=12))
            assessment.assess(intake=intake, by=therapist)
        if until >= 3:
            clock.shift(timedelta(minutes=8))
            version = _draft(row, patient, therapist)
        if until >= 4:
            clock.shift(timedelta(minutes=6))
            version = plan.sign(version=_weighed(version, therapist), read=True, by=therapist)
            if "preset" in row:
                preset.keep(version=version, by=therapist, **row["preset"])
            clock.shift(timedelta(minutes=15))
            _sign_medicines(row, patient, prescriber)
            stimulator = _note_stimulator(row, patient, therapist)
    if "stimulator" in row:
        _log_uses(row["stimulator"]["uses"], stimulator, start, zone)
    answered = row.get("checkins", [])
    for cycle, answers in enumerate(answered, start=1):
        _check_in(patient, cycle, answers, zone)
        if cycle < len(answered):
            _look_through(patient, cycle, therapist, zone)
    if told := row.get("flare"):
        _flare(patient, told, zone)
    _record_visits(patient, therapist)


def _register(row: dict, by: Actor) -> Patient:
    names = ("given_name", "family_name", "birth_date", "sex", "email", "phone")
    patient = people.register(clinic=by.clinic, person={name: row[name] for name in names}, by=by)
    CareTeam.objects.get_or_create(
        clinic=by.clinic, patient=patient, user=by.user, role=Role.THERAPIST
    )
    return patient


def _answer(row: dict, base: dict, patient: Patient, by: Actor) -> Intake:
    """Answer every step of the intake; red flags are "no" but for those the history names."""
    today = timezone.localdate()
    answers = _laid_over(base, row.get("answers", {}))
    answers["episode"].setdefault("onset", (today - timedelta(weeks=26)).isoformat())
    measured = (today - timedelta(days=9)).isoformat()
    for part, day in (("labs", "creatinine_on"), ("vitals", "on"), ("person", "weight_on")):
        if part in answers:
            answers[part][day] = measured
    answers["red_flags"] = dict.fromkeys(_core_flags(), "no") | row.get("red_flags", {})
    intake = assessment.start_intake(patient=patient, by=by)
    for step in dict.fromkeys(question.step for question in book().questions.values()):
        if row["until"] == "intake" and step != "red_flags":
            break
        intake = assessment.save_answers(
            intake=intake,
            step=step,
            answers=answers,
            revision=intake.revision,
            by=by,
            done=True,
        )
    return intake


def _core_flags() -> list[str]:
    return [flag.code for flag in book().red_flags.values() if flag.core]


def _laid_over(base: dict, over: dict) -> dict:
    """`base` with `over` laid on it, tables in tables."""
    found = {
        key: _laid_over(value, {}) if isinstance(value, dict) else value
        for key, value in base.items()
    }
    for key, value in over.items():
        old = found.get(key)
        found[key] = _laid_over(old, value) if isinstance(old, dict) else value
    return found


def _draft(row: dict, patient: Patient, by: Actor):
    newest = Assessment.objects.filter(patient=patient).latest("made_at")
    version = plan.draft(assessment=newest, by=by)
    if "goal" in row:
        plan.save_goals(version=version, goals=[(row["goal"], None)], by=by)
    version.refresh_from_db()
    _chosen(row, version, by)
    if "barriers" in row:
        cards = {"education": version.education, "barriers": row["barriers"]}
        plan.save_cards(version=version, **cards, by=by)
    if "bouts" in row:
        items = home_plan.split(home_queries.items_of(version), len(row["bouts"]))
        anchors = [home_plan.anchor(words) for words in row["bouts"]]
        home_plan.set_items(version=version, items=items, anchors=anchors, by=by)
    version.refresh_from_db()
    return version


def _chosen(row: dict, version, by: Actor) -> None:
    """Other home exercises than those proposed, where the history names them."""
    if codes := row.get("exercises"):
        items = home_queries.with_short_day([home_queries.default_item(code) for code in codes])
        home_plan.set_items(version=version, items=items, by=by)


def _weighed(version, by: Actor):
    """The movement looked at, and a reason for what is allowed only with one."""
    seen = {code: {"seen": True, "note": ""} for code in book().codes["movements"]}
    plan.save_movement(version=version, seen=seen, by=by)
    for one in plan_queries.cautions(plan_queries.whole(version.pk)):
        reasons = book().codes["visit_reasons" if one.key.startswith("PAY") else "plan_reasons"]
        plan.weigh(version=version, key=one.key, reason=next(iter(reasons.values())).label, by=by)
    return plan_queries.whole(version.pk)


def _sign_medicines(row: dict, patient: Patient, by: Actor) -> None:
    for step in MedicationStep.objects.filter(patient=patient, drug__in=row.get("sign", [])):
        medication.sign(
            step=step,
            starts_on=timezone.localdate(),
            reason="Short course for a flare; risks gone through with the patient.",
            by=by,
        )


def _note_stimulator(row: dict, patient: Patient, by: Actor) -> Device | None:
    """The patient's wish, with nothing that speaks against it under the pads."""
    if "stimulator" not in row:
        return None
    told = {name: row["stimulator"][name] for name in ("kind", "schedule")}
    return device.note(patient=patient, field=dict.fromkeys(WISH, "no"), by=by, **told)


def _log_uses(uses: list, stimulator: Device, start: datetime, zone: ZoneInfo) -> None:
    """Each use in the evening of its day, with the skin as it was."""
    patient = stimulator.patient
    for days, minutes, before, after in uses:
        at = start + timedelta(days=days, hours=10)
        with time_machine.travel(at, tick=False), timezone.override(zone):
            device.log_use(
                patient=patient,
                device=stimulator,
                on=timezone.localdate(),
                minutes=minutes,
                before=before,
                after=after,
                burn=False,
                rash=False,
                key=uuid4(),
                by=Actor.for_patient(patient),
            )


def _check_in(patient: Patient, cycle: int, answers: dict, zone: ZoneInfo) -> None:
    """Open one due check-in on its day and answer it two hours later, or let it pass."""
    reminder = Reminder.objects.filter(patient=patient, cycle=cycle).first()
    if reminder is None or reminder.due_at > timezone.now():
        return
    with time_machine.travel(reminder.due_at, tick=False) as clock, timezone.override(zone):
        checkin.open_due()
        reminder.refresh_from_db()
        if answers.get("missed"):
            clock.move_to(reminder.closes_at + timedelta(hours=1))
            checkin.close_missed()
            return
        clock.shift(timedelta(hours=2))
        by = Actor.for_patient(patient)
        part = dict.fromkeys(_core_flags(), "no") | answers
        row = checkin.answer(checkin=reminder.checkin, part=part, by=by)
        if not row.submitted_at:
            checkin.submit(checkin=row, by=by)


def _flare(patient: Patient, told: dict, zone: ZoneInfo) -> None:
    """The patient tells of a flare and answers that no sign is new."""
    by, day = Actor.for_patient(patient), timezone.localdate(timezone=zone)
    morning = datetime.combine(day - timedelta(days=told["days_ago"]), time(8, 40), zone)
    with time_machine.travel(morning, tick=False), timezone.override(zone):
        about = {"pain": told["pain"], "since": told["since"], "key": uuid4()}
        flare.tell(patient=patient, by=by, **about)
        flare.answer_signs(patient=patient, sign=flare.NONE, by=by)


def _look_through(patient: Patient, cycle: int, by: Actor, zone: ZoneInfo) -> None:
    """The therapist closes what the check-in raised, two days later."""
    reminder = Reminder.objects.filter(patient=patient, cycle=cycle).first()
    if reminder is None:
        return
    missed = reminder.state == Reminder.State.MISSED
    day = (reminder.closes_at if missed else reminder.due_at) + timedelta(days=2)
    with time_machine.travel(min(day, timezone.now()), tick=False), timezone.override(zone):
        soon = timezone.localdate() + timedelta(days=7)
        due = FollowUp.objects.filter(patient=patient, role=Role.THERAPIST, due_on__lte=soon)
        for row in due.exclude(state=FollowUp.State.CLOSED):
            if not follow_up.flag_is_open(row):
                follow_up.close(row=row, reason="Spoke by phone, goes on as planned.", by=by)


def _record_visits(patient: Patient, by: Actor) -> None:
    """Every visit so far was attended but the third, which was missed. The payer granted visits
    on the first day."""
    running = Session.objects.filter(patient=patient, program__version__plan__state="active")
    past = running.filter(starts_at__lt=timezone.now())
    for session in past.order_by("starts_at"):
        with time_machine.travel(session.starts_at + timedelta(hours=1), tick=False):
            if session.number == 1:
                day = timezone.localdate()
                visits.grant(patient=patient, payer=PAYER, visits=GRANTED, on=day, by=by)
            move = "miss" if session.number == 3 else "attend"
            visits.record_attendance(session=session, move=move, by=by)


def _forget_old_mails() -> None:
    """Nobody is to find weeks of old mails in the catcher: only what is of today goes out."""
    since = timezone.now() - timedelta(hours=12)
    Message.objects.filter(state=Message.State.QUEUED, created_at__lt=since).update(
        state=Message.State.CANCELLED
    )
