"""Visits of a patient: attendance, the account of what the payer covers, visits that make up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from careplan.actions import visits as actions
from careplan.actions.drafting import PlanRefused
from careplan.pages import plan as plan_pages
from careplan.queries import visits as queries
from careplan.rules.lifecycle import IllegalMove
from patients.guards import needs
from patients.roles import Permission


@require_POST
@needs(Permission.SESSION_RECORD)
def attendance(request: HttpRequest, session_id, move: str) -> HttpResponse:
    """Record that a session was attended, missed or cancelled, or correct it."""
    session = queries.session_of(request.actor, session_id)
    try:
        row = actions.record_attendance(session=session, move=move, by=request.actor)
    except (PlanRefused, IllegalMove) as refusal:
        return plan_pages.plan(request, session.patient_id, status=422, refusal=refusal)
    undo = reverse("session_move", args=[request.clinic.slug, row.pk, "correct"])
    words = f"Session {row.number}: {row.get_state_display().lower()}."
    messages.success(request, words, extra_tags=f"undo:{undo}" if move != "correct" else "")
    return redirect("plan", request.clinic.slug, session.patient_id)
