"""Steps up and down that the rules propose: decided one by one, a patient's at once, or all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from careplan.actions import proposal as actions
from careplan.actions.drafting import PlanRefused
from careplan.queries import plan as plan_queries
from careplan.queries import proposal as queries
from careplan.queries.catalogue import catalogue
from patients import audit
from patients.guards import needs
from patients.roles import Permission


@needs(Permission.PLAN_EDIT)
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits, patient by patient, each step with its why."""
    waiting = queries.waiting(request.actor)
    exercises = catalogue(request.clinic)
    for one in waiting:
        audit.record_view(by=request.actor, on=one.patient)
    groups = [(one, [_line(row, exercises) for row in one.rows]) for one in waiting]
    number = sum(len(one.rows) for one in waiting)
    context = {"groups": groups, "number": number}
    return render(request, "proposal/queue.html", context)


def _line(row, exercises) -> dict:
    """One step in words: from which dose to which."""
    name = exercises[row.exercise].name if row.exercise in exercises else row.exercise
    after = row.after
    to = plan_queries.dose_words(after) if after else "taken out of the plan"
    if after and after["exercise"] != row.exercise:
        to = f"{exercises[after['exercise']].name}, {to}"
    return {"row": row, "name": name, "was": plan_queries.dose_words(row.before), "to": to}


@require_POST
@needs(Permission.PLAN_EDIT)
def accept(request: HttpRequest, proposal_id: int) -> HttpResponse:
    row = queries.proposal_of(request.actor, proposal_id)
    return _accepted(request, [[row]])


@require_POST
@needs(Permission.PLAN_EDIT)
def accept_all(request: HttpRequest) -> HttpResponse:
    """All open steps of one patient (`patient`), or of everybody on the page."""
    waiting = queries.waiting(request.actor)
    wanted = request.POST.get("patient", "")
    lists = [one.rows for one in waiting if one.rows and wanted in ("", str(one.patient.pk))]
    return _accepted(request, lists)


@require_POST
@needs(Permission.PLAN_EDIT)
def decline(request: HttpRequest, proposal_id: int) -> HttpResponse:
    row = queries.proposal_of(request.actor, proposal_id)
    try:
        actions.decline(proposal=row, by=request.actor)
        messages.success(request, f"Declined for {row.patient.given_name}: the dose stays.")
    except PlanRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("proposals", request.clinic.slug)


def _accepted(request: HttpRequest, lists: list) -> HttpResponse:
    """Each patient by themselves: what is refused for one leaves the others as they went."""
    done = []
    for rows in lists:
        try:
            version = actions.accept(proposals=rows, by=request.actor)
            done.append(f"{version.patient.given_name}: version {version.number}")
        except PlanRefused as refusal:
            messages.error(request, f"{rows[0].patient.name}: {refusal}")
    if done:
        messages.success(request, f"In the draft, to be signed. {'; '.join(done)}.")
    return redirect("proposals", request.clinic.slug)
