"""A flare as staff see it on the plan page, and the press that ends it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from careplan.actions import flare as actions
from careplan.queries import chart as chart_queries
from careplan.queries import flare as queries
from patients.guards import needs
from patients.roles import Permission


@require_POST
@needs(Permission.PLAN_EDIT)
def end(request: HttpRequest, patient_id) -> HttpResponse:
    """End the flare of the patient's plan: the whole signed dose again."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    row = queries.of_plan(patient).first()
    if row is None:
        messages.info(request, "There is no flare to end.")
        return redirect("plan", request.clinic.slug, patient.pk)
    try:
        actions.end(row=row, by=request.actor)
    except actions.FlareRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "The flare has ended. The phone shows the whole plan again.")
    return redirect("plan", request.clinic.slug, patient.pk)
