"""The program part of the builder, and attendance."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from careplan.actions import program as actions
from careplan.actions.drafting import PlanRefused
from careplan.pages import builder
from careplan.pages import plan as plan_pages
from careplan.pages.forms.program import ProgramForm
from careplan.queries import program as queries
from careplan.rules.lifecycle import IllegalMove
from patients.guards import needs
from patients.roles import Permission


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def program(request: HttpRequest, version) -> HttpResponse:
    """Sessions a week, weeks, days, hour and first day; the dates they come to."""
    return builder.part(
        request,
        version,
        "program",
        lambda data: ProgramForm(data, version=version),
        laid=lambda version, form: builder.laid(version),
    )


@require_POST
@needs(Permission.SESSION_RECORD)
def attendance(request: HttpRequest, session_id, move: str) -> HttpResponse:
    """Record that a session was attended, missed or cancelled, or correct it."""
    session = queries.session_of(request.actor, session_id)
    try:
        row = actions.record_attendance(session=session, move=move, by=request.actor)
    except (PlanRefused, IllegalMove) as refusal:
        return plan_pages.plan(request, session.patient_id, status=422, refusal=refusal)
    messages.success(request, f"Session {row.number}: {row.get_state_display().lower()}.")
    return redirect("plan", request.clinic.slug, session.patient_id)
