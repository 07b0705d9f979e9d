"""Who saw and changed what, in sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from patients import queries
from patients.guards import needs
from patients.models import AuditEvent
from patients.pages.forms import AuditFilter
from patients.roles import Permission

# What an action did, in the past tense; the patient's name follows where there is one. Actions of
# the house above are words to this floor, as they are to the audit.
VERBS = {
    "viewed": "looked at",
    "clinic.found": "founded the clinic",
    "clinic.change": "changed the clinic’s settings",
    "clinic.close_days": "closed days of the clinic",
    "support.add": "added a link to people who understand,",
    "support.check": "looked at the link",
    "support.retire": "took off the link",
    "clinic.open_days": "opened closed days of the clinic",
    "staff.invite": "invited",
    "staff.invite_again": "sent the invitation again to",
    "staff.invite_withdraw": "withdrew the invitation of",
    "staff.join": "joined the clinic",
    "staff.change": "changed the roles of",
    "staff.hours": "changed the working hours of",
    "staff.remove": "ended the access of",
    "staff.return": "gave access back to",
    "patient.register": "registered",
    "patient.change": "corrected the contact of",
    "patient.hours": "changed when visits suit",
    "consent.give": "recorded a consent of",
    "record.upload": "uploaded a record",
    "record.confirm": "confirmed the imported record of",
    "intake.start": "started an intake of",
    "assessment.make": "assessed",
    "red_flag.review": "recorded what was found about a warning sign of",
    "plan.draft": "drafted a plan for",
    "plan.revise": "started a new version of the plan of",
    "plan.sign": "signed the plan of",
    "plan.close": "closed the plan of",
    "plan.print": "printed the plan of",
    "sheet.make": "made a page to tick for",
    "sheet.type": "typed in a ticked page of",
    "plan.hold": "put a hold on the plan of",
    "plan.release": "took the hold off the plan of",
    "session.attend": "recorded a visit of",
    "session.miss": "recorded a missed visit of",
    "session.cancel": "cancelled a visit of",
    "session.cancel_late": "cancelled a visit late of",
    "session.correct": "corrected a visit of",
    "session.move": "moved a visit of",
    "session.make_up": "booked a visit that makes up for a missed one of",
    "visits.grant": "entered visits that the payer grants for",
    "visits.withdraw": "took a grant of visits out of the account of",
    "report.write": "wrote a report about",
    "report.certify": "recorded the certification of the plan of",
    "calendar.open": "opened a calendar address",
    "calendar.change": "changed a calendar address",
    "calendar.close": "turned off a calendar address",
    "medication.propose": "proposed a medicine for",
    "medication.sign": "signed a medicine for",
    "medication.decline": "declined a medicine for",
    "medication.stop": "stopped a medicine of",
    "checkin.open": "sent the check-in to",
    "checkin.answer": "answered a question of the check-in of",
    "checkin.tell": "wrote beside the check-in of",
    "checkin.submit": "finished the check-in of",
    "checkin.miss": "closed a check-in without an answer of",
    "checkin.cancel": "cancelled a check-in of",
    "link.prove": "gave the year of birth for a mailed link of",
    "link.wrong_year": "gave a wrong year of birth for a mailed link of",
    "link.use": "opened a mailed link of",
    "day.note": "noted an exercise day of",
    "session_log.add": "logged an exercise of",
    "flare.tell": "told of a flare of",
    "flare.signs": "answered the warning signs in a flare of",
    "flare.better": "said that a flare is better, of",
    "flare.ask_again": "put the warning signs of a flare up again for",
    "flare.end": "ended a flare of",
    "follow_up.raise": "raised a worklist row about",
    "follow_up.grow": "made a worklist row graver about",
    "follow_up.acknowledge": "took on a worklist row about",
    "follow_up.snooze": "snoozed a worklist row about",
    "follow_up.wake": "woke a worklist row about",
    "follow_up.close": "closed a worklist row about",
    "book.sign": "signed rule book",
    "exercise.add": "added the exercise",
    "exercise.change": "changed the exercise",
    "exercise.retire": "retired the exercise",
    "exercise.bring_back": "brought back the exercise",
    "exercise.picture": "added a picture to the exercises",
    "step.propose": "proposed a step for",
    "step.overtake": "let a newer session replace a step for",
    "step.accept": "accepted a step for",
    "step.decline": "declined a step for",
    "device.note": "noted the wish for a muscle stimulator of",
    "device.change": "changed what is noted of the muscle stimulator of",
    "device.allow": "let a muscle stimulator be logged by",
    "device.hold": "stopped the muscle stimulator of",
    "device.use": "noted a use of the muscle stimulator of",
    "device.close": "took off the muscle stimulator of",
    "preset.keep": "kept a preset of the plan of",
    "preset.rename": "renamed the preset",
    "preset.retire": "retired the preset",
    "preset.bring_back": "brought back the preset",
    "plan.preset": "put a preset into the draft of the plan of",
    "plan.copy": "put a copy of another plan into the draft of the plan of",
    "plan.copied": "copied to another patient the plan of",
    "plan.exercise": "changed an exercise on the draft of the plan of",
}
# Changes of a part ("plan.goals") that have no verb of their own.
PARTS = {"plan": "the draft of the plan", "step": "a proposed step"}
ICONS = {
    "viewed": "eye",
    "staff": "users",
    "clinic": "settings",
    "medication": "pill",
    "book": "book-open",
    "exercise": "dumbbell",
}
# Admins see no health records: the values of a change are shown for people and places only.
OPEN_SUBJECTS = "patients."


@dataclass(frozen=True)
class Sentence:
    at: datetime
    actor: str
    text: str
    icon: str
    patient: object | None
    changes: list[tuple]  # (field in words, before, after)
    user_id: object


@needs(Permission.AUDIT_VIEW)
def audit(request: HttpRequest) -> HttpResponse:
    """The clinic's audit, newest first, of one person or about one patient when asked."""
    wanted = AuditFilter(request.GET)
    if not wanted.is_valid():
        raise Http404("No such person")
    found = queries.audit_page(request.actor, number=request.GET.get("page"), **wanted.wanted)
    sentences = [sentence(row, found.patients.get(row.patient_id)) for row in found.page]
    context = {"found": found, "page": found.page, "sentences": sentences}
    return render(request, "audit/list.html", context)


def sentence(event: AuditEvent, patient) -> Sentence:
    """An event in words: "Tom Adeyemi registered Rosa Marsh"."""
    door = event.action.split(".")[0]
    return Sentence(
        at=event.at,
        actor=event.actor,
        text=" ".join(filter(None, [verb(event.action), _about(event, patient)])),
        icon=ICONS.get(event.action) or ICONS.get(door, "pencil"),
        patient=patient,
        changes=_changes(event),
        user_id=event.user_id,
    )


def verb(action: str) -> str:
    """What somebody did; an action without a verb is a change of its door's part."""
    door, _, move = action.partition(".")
    part = PARTS.get(door, door)
    return VERBS.get(action) or f"changed {part} ({move.replace('_', ' ')}) of"


def _about(event: AuditEvent, patient) -> str:
    if patient is not None:
        return patient.name
    after = event.after or {}
    if event.action == "book.sign":
        return str(after.get("version"))
    if event.action in ("staff.join", "clinic.found", "clinic.change"):
        return ""
    return str(after.get("name") or after.get("email") or "")


def _changes(event: AuditEvent) -> list[tuple]:
    if not event.subject_type.startswith(OPEN_SUBJECTS) or not event.before:
        return []
    after = event.after or {}
    return [
        (key.replace("_", " "), _words(old), _words(after.get(key)))
        for key, old in event.before.items()
        if old != after.get(key)
    ]


def _words(value) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in (None, "") else str(value)
