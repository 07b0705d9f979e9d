"""The program part of the builder, and the calendar of booked visits: one session moves, the rest
stays."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from careplan.actions import program as actions
from careplan.actions.drafting import PlanRefused
from careplan.actions.shift import shift
from careplan.pages import builder
from careplan.pages.forms.program import MoveForm, ProgramForm
from careplan.queries import chart as chart_queries
from careplan.queries import dates as dates_of
from careplan.queries import plan as queries
from careplan.queries import program as program_queries
from patients import audit
from patients.guards import needs
from patients.roles import Permission

WALL = "%Y-%m-%dT%H:%M"  # the clinic’s wall clock in an address


# The draft -----------------------------------------------------------------------------------


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def program(request: HttpRequest, version) -> HttpResponse:
    """Sessions a week, weeks, days, hour, first day and therapist; the dates they come to."""
    return builder.part(
        request,
        version,
        "program",
        ProgramForm,
        **_parts(request),
    )


@require_POST
@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def propose(request: HttpRequest, version) -> HttpResponse:
    """Lay the program from what is known: hours, closures, other sessions, covered visits."""
    seen = _whole_number(request.POST.get("seen"))

    def act():
        row = actions.propose(version=version, revision=seen, by=request.actor)
        return f"Proposed: {queries.program_words(row)}.", ""

    return _done(request, version, act)


@require_POST
@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def move(request: HttpRequest, version) -> HttpResponse:
    """Lay one session of the draft elsewhere, or put it back."""
    return _done(request, version, lambda: _move(request, version))


def _move(request: HttpRequest, version) -> tuple[str, str]:
    """What was moved, in words, and the tag of its undo. Raises PlanRefused."""
    wanted = MoveForm(_given(request)).wanted()
    number, seen = wanted["number"], wanted["seen"]
    before = dates_of.dates(version).starts.get(number)
    actions.move(version=version, number=number, to=wanted["to"], revision=seen, by=request.actor)
    after = dates_of.dates(queries.whole(version.pk)).starts[number]
    undo = _undo(request, "plan_program_move", version.patient_id, number, before)
    return moved_words(number, after), undo


def _done(request: HttpRequest, version, act) -> HttpResponse:
    """One act on the program, then its part again with what was done, or why not."""
    try:
        words, tags = act()
    except PlanRefused as refusal:
        fresh = queries.whole(version.pk)
        form = ProgramForm(None, version=fresh)
        more = _parts(request) | builder.constants({"refusal": refusal})
        status = 200 if request.htmx else 422
        return builder.show(request, fresh, "program", form=form, status=status, **more)
    messages.success(request, words, extra_tags=tags)
    if request.htmx:
        fresh = queries.whole(version.pk)
        more = _parts(request) | builder.constants({"announce": words})
        return builder.fragment(request, fresh, "program", ProgramForm(None, version=fresh), **more)
    return redirect("plan_program", request.clinic.slug, version.patient_id)


def _parts(request: HttpRequest) -> dict:
    """Values of the program part, each a function of the version and the form."""
    chosen = _whole_number(request.GET.get("session")) if request.method == "GET" else None
    return {
        "chosen": lambda version, form: chosen,
        "instead": lambda version, form: form.instead() if form else [],
    }


# Booked visits -------------------------------------------------------------------------------


@needs(Permission.SESSION_RECORD)
def booked(request: HttpRequest, patient_id, status: int = 200, **more) -> HttpResponse:
    """The visits of a running plan in their weeks; one may be moved."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    version = queries.current_of(patient)
    if version is None:
        messages.info(request, "There is no plan that runs, so there are no visits to move.")
        return redirect("plan", request.clinic.slug, patient.pk)
    audit.record_view(by=request.actor, on=version)
    context = _booked_context(request, version) | more
    return render(request, "program/booked.html", context, status=status)


def _booked_context(request: HttpRequest, version) -> dict:
    return {
        "patient": version.patient,
        "banner": chart_queries.banner(version.patient),
        "version": version,
        "dates": dates_of.booked(version),
        "chosen": _whole_number(request.GET.get("session")),
        "move_url": reverse("visits_move", args=[request.clinic.slug, version.patient_id]),
    }


@require_POST
@needs(Permission.SESSION_RECORD)
def move_booked(request: HttpRequest, patient_id) -> HttpResponse:
    """Move one booked visit; the calendars of both hear of it."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    try:
        words, undo = _shift(request, patient)
    except PlanRefused as refusal:
        return booked(request, patient_id, status=422, refusal=refusal)
    messages.success(request, words, extra_tags=undo)
    return redirect("visits_dates", request.clinic.slug, patient.pk)


def _shift(request: HttpRequest, patient) -> tuple[str, str]:
    """What was moved, in words, and the tag of its undo. Raises PlanRefused."""
    wanted = MoveForm(_given(request)).wanted()
    if wanted["to"] is None:
        raise PlanRefused("Choose a day and an hour for the visit.")
    zone = program_queries.clinic_zone(request.clinic)
    session = program_queries.session_by_number(patient, wanted["number"])
    before = session.starts_at.astimezone(zone)
    row = shift(session=session, to=wanted["to"], sequence=wanted["seen"], by=request.actor)
    undo = _undo(request, "visits_move", patient.pk, row.number, before, seen=row.sequence)
    return moved_words(row.number, row.starts_at.astimezone(zone)), undo


# Both ----------------------------------------------------------------------------------------


def moved_words(number: int, start: datetime) -> str:
    return f"Session {number} is on {start:%A} {start:%-d %B} at {start:%-H:%M}."


def _given(request: HttpRequest):
    """What was sent; an undo carries it in its address."""
    return request.POST if "number" in request.POST else request.GET


def _undo(request: HttpRequest, route: str, patient_id, number: int, before, **more) -> str:
    """The tag of a toast whose button moves the session back to where it was."""
    query = urlencode({"number": number, "to": f"{before:{WALL}}"} | more)
    return f"undo:{reverse(route, args=[request.clinic.slug, patient_id])}?{query}"


def _whole_number(words: str | None) -> int | None:
    return int(words) if words and words.isascii() and words.isdigit() and len(words) < 6 else None
