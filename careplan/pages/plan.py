"""The plan: drafted with one press, built part by part, signed, read, closed."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from careplan.actions import plan as actions
from careplan.actions.drafting import PlanRefused
from careplan.pages import builder, live
from careplan.pages.forms.plan import (
    CardsForm,
    CloseForm,
    GoalsForm,
    MovementForm,
    NoteForm,
    RoutineForm,
    SignForm,
)
from careplan.queries import chart as chart_queries
from careplan.queries import dates as dates_of
from careplan.queries import device as device_queries
from careplan.queries import flare as flare_queries
from careplan.queries import home_plan as home_queries
from careplan.queries import medication as medication_queries
from careplan.queries import plan as queries
from careplan.queries import program as program_queries
from careplan.queries.catalogue import catalogue_of
from careplan.rules.book import book
from careplan.rules.lifecycle import IllegalMove
from patients import audit
from patients.access import can
from patients.guards import needs
from patients.roles import Permission


@needs(Permission.PLAN_VIEW)
def plan(request: HttpRequest, patient_id, status: int = 200, **more) -> HttpResponse:
    """The signed plan; a first draft opens in the builder for those who may draft."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    row = queries.open_plan(patient)
    if row and not row.current_id and can(request.actor, Permission.PLAN_EDIT):
        return redirect("plan_home", request.clinic.slug, patient.pk)
    version = queries.last_of(patient)
    audit.record_view(by=request.actor, on=version or patient)
    context = {"patient": patient, "banner": chart_queries.banner(patient), "plan": row}
    context |= able(request.actor) | (signed_context(version) if version else {})
    context |= _flare(patient)
    context |= {"newest": queries.newest_assessment(patient), "now": timezone.now()}
    return render(request, "plan/plan.html", context | more, status=status)


def _flare(patient) -> dict:
    """The flare that runs, by the patient's own day."""
    now = flare_queries.running(patient, timezone.localdate(timezone=ZoneInfo(patient.zone)))
    since = book().codes["flare_since"][now.row.since].label if now else ""
    return {"flare": now, "since": since}


def able(actor) -> dict:
    """What the reader may do on the page."""
    rights = {"edit": Permission.PLAN_EDIT, "close": Permission.PLAN_CLOSE}
    rights["record"] = Permission.SESSION_RECORD
    return {f"can_{name}": can(actor, right) for name, right in rights.items()}


def signed_context(version) -> dict:
    """What the page of a signed plan shows."""
    sessions = program_queries.sessions_of(version.plan_id)
    return seen_by_patient(version) | {
        "version": version,
        "versions": queries.signed_versions(version.plan),
        "sessions": sessions,
        "weeks": program_queries.weeks([(row.starts_at, row.state) for row in sessions]),
        "reminders": queries.reminders_of(version.plan),
        "draft": queries.draft_of(version.patient),
        "devices": device_queries.logged(version.patient),
    }


def seen_by_patient(version) -> dict:
    """A version as the patient reads it: exercises with doses, the short day, the rest."""
    items = home_queries.items_of(version)
    known, short = catalogue_of(version), [item for item in items if item["short_day"]]
    cards = [
        {"exercise": known[item["exercise"]], "item": item, "name": item["exercise"]}
        for item in items
    ]
    return {
        "version": version,
        "cards": cards,
        "bouts": (bouts := home_queries.bouts_of(version)),
        "groups": [
            {"bout": bout, "cards": [card for card in cards if card["item"]["bout"] == bout.number]}
            for bout in bouts
        ]
        or [{"cards": cards}],
        "minutes": home_queries.total(items),
        "short": [known[item["exercise"]].name for item in short],
        "short_minutes": home_queries.total(short),
        "in_the_way": [book().self_care[code] for code in version.barriers],
        "explained": [book().self_care[code] for code in version.education],
        "walk": (version.assessment.result.get("home_plan") or {}).get("aerobic"),
    }


@require_POST
@needs(Permission.PLAN_EDIT)
def draft(request: HttpRequest, patient_id) -> HttpResponse:
    """One press on an assessment: a whole draft. On a running plan: its next version."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    newest = queries.newest_assessment(patient)
    if newest is None:
        messages.error(request, "Assess the patient first: a plan stands on an assessment.")
        return redirect("plan", request.clinic.slug, patient.pk)
    try:
        actions.draft(assessment=newest, by=request.actor)
    except PlanRefused as refusal:
        return plan(request, patient_id, status=422, refusal=refusal)
    messages.success(request, "Suggested plan. Nothing is sent until you sign it.")
    return redirect("plan_home", request.clinic.slug, patient.pk)


# Parts of the builder ------------------------------------------------------------------------


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def goals(request: HttpRequest, version) -> HttpResponse:
    return builder.part(request, version, "goals", GoalsForm)


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def movement(request: HttpRequest, version) -> HttpResponse:
    return builder.part(request, version, "movement", MovementForm)


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def cards(request: HttpRequest, version) -> HttpResponse:
    return builder.part(request, version, "cards", CardsForm)


@require_POST
@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def weigh(request: HttpRequest, version) -> HttpResponse:
    """Answer one caution of the safety panel, or take the answer back; back to the open part."""
    key, typed = request.POST.get("key", ""), request.POST.get("reason", "")
    known = live.reasons_for(key).get(typed)
    words = known.label if known else request.POST.get("own", "") if typed == "own" else ""
    try:
        actions.weigh(version=version, key=key, reason=words, by=request.actor)
    except PlanRefused as refusal:
        messages.error(request, str(refusal))
    route = {name: route for name, _, route in builder.PARTS}.get(request.POST.get("part"))
    back = reverse(route or "plan_home", args=[request.clinic.slug, version.patient_id])
    return redirect(f"{back}?answered=1" if words else back)


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def note(request: HttpRequest, version) -> HttpResponse:
    return builder.part(request, version, "note", NoteForm)


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def routine(request: HttpRequest, version) -> HttpResponse:
    return builder.part(request, version, "routine", RoutineForm)


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def medicines(request: HttpRequest, version) -> HttpResponse:
    """The medicine lines as they stand, read-only: prescribers sign them on their own page."""
    audit.record_view(by=request.actor, on=version)
    return builder.show(request, version, "medicines", lines=medicine_lines)


def medicine_lines(version, form=None) -> list:
    return [row for row in medication_queries.steps_of(version.patient) if row.plan == version.plan]


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def checkins(request: HttpRequest, version) -> HttpResponse:
    """When the patient will be asked how it goes; counted from the signature."""
    audit.record_view(by=request.actor, on=version)
    return builder.show(request, version, "checkins", days=lambda v, f: checkin_days(v))


def checkin_days(version) -> list:
    """Days of the check-ins if the version is signed today; a running plan keeps its count."""
    start = version.plan.starts_on or timezone.localdate()
    return queries.checkin_days(start, version.program.weeks)


# Signing and closing -------------------------------------------------------------------------


@needs(Permission.PLAN_SIGN)
@builder.of_a_draft
def sign(request: HttpRequest, version) -> HttpResponse:
    """One read-only page, one statement, one button."""
    form = SignForm(request.POST if request.method == "POST" else None)
    if done := _done(form, lambda: form.save(version, request.actor)):
        words = f"Version {done.number} is signed. {version.patient.given_name} has it now."
        messages.success(request, words)
        return redirect("plan", request.clinic.slug, version.patient_id)
    audit.record_view(by=request.actor, on=version)
    status = 422 if form.is_bound else 200
    return render(request, "plan/sign.html", sign_context(version, form), status=status)


def _done(form, act):
    """What the action gave back; None where the form is not sent, not valid or refused."""
    if not form.is_valid():
        return None
    try:
        return act()
    except (PlanRefused, IllegalMove) as refusal:
        form.refuse(refusal)
        return None


def sign_context(version, form) -> dict:
    """What will happen, for the reader who signs."""
    before = queries.current_of(version.patient)
    newest = queries.newest_assessment(version.patient)
    lines = [row for row in medicine_lines(version) if row.state == "proposed"]
    return seen_by_patient(version) | {
        "patient": version.patient,
        "banner": chart_queries.banner(version.patient),
        "before": before,
        "differences": queries.differences(version, before),
        "new": {d.text.removesuffix(" added") for d in queries.differences(version, before)},
        "cautions": queries.cautions(version),
        "left_out": [
            (f"{words[0]} is left out", version.reasons[code])
            for code, words in home_queries.COMPONENTS.items()
            if code in version.reasons
        ],
        "blockers": queries.blockers(version, newest=newest),
        "newest": newest,
        "waiting": lines,
        "first_checkin": checkin_days(version)[0],
        "laid": [one.start for one in dates_of.dates(version).laid],
        "form": form,
    }


@needs(Permission.PLAN_CLOSE)
def close(request: HttpRequest, patient_id) -> HttpResponse:
    """Why the plan ends, and what ends with it."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    row = queries.open_plan(patient)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if row is None:
        messages.info(request, "There is no open plan to close.")
        return redirect("plan", request.clinic.slug, patient.pk)
    if _done(form, lambda: form.save(row, request.actor)):
        messages.success(request, "The plan is closed.")
        return redirect("plan", request.clinic.slug, patient.pk)
    context = {"patient": patient, "banner": chart_queries.banner(patient), "plan": row}
    status = 422 if form.is_bound else 200
    return render(request, "plan/close.html", context | {"form": form}, status=status)
