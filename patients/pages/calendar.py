"""Closures of the clinic, working hours of its people, and when a patient can come."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from patients import actions, audit, queries
from patients.guards import needs
from patients.pages.forms import ClosureForm, HoursForm, attempt, sent
from patients.roles import Permission

SHOWN = timedelta(days=366)  # of public holidays


@needs(Permission.CLINIC_EDIT)
def closures(request: HttpRequest) -> HttpResponse:
    """Days on which nobody is treated; the form closes more."""
    form = ClosureForm(sent(request))
    who = {"clinic": request.clinic, "by": request.actor}
    if request.method == "POST" and attempt(form, lambda data: actions.close_days(**who, **data)):
        messages.success(request, f"Closed: {form.cleaned_data['why']}.")
        return redirect("closures", request.clinic.slug)
    today = timezone.localdate(timezone=ZoneInfo(request.clinic.time_zone))
    context = {
        "form": form,
        "closures": queries.closures(request.clinic),
        "holidays": queries.public_holidays(request.clinic.holidays, today, today + SHOWN),
    }
    return render(request, "clinic/closures.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.CLINIC_EDIT)
def open_days(request: HttpRequest, closure_id: int) -> HttpResponse:
    row = queries.closure_of(request.actor, closure_id)
    try:
        actions.open_days(closure=row, by=request.actor)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Open again: {row.why}.")
    return redirect("closures", request.clinic.slug)


@needs(Permission.CLINIC_EDIT)
def staff_hours(request: HttpRequest, member_id: int) -> HttpResponse:
    """When one of the staff treats patients."""
    row = queries.member_of(request.actor, member_id)
    who = {"membership": row, "by": request.actor}
    form = HoursForm(sent(request), rows=row.hours.all())
    if request.method == "POST" and _saved(
        form, lambda data: actions.set_working_hours(**who, **data)
    ):
        messages.success(request, f"Saved the hours of {row.user.name}.")
        return redirect("staff_member", request.clinic.slug, row.pk)
    status = 422 if form.errors else 200
    return render(request, "staff/hours.html", {"form": form, "member": row}, status=status)


@needs(Permission.PATIENT_REGISTER)
def patient_hours(request: HttpRequest, patient_id) -> HttpResponse:
    """When a patient can come; `?from=program` leads back to the program of the plan."""
    row = queries.patient_of(request.actor, patient_id)
    back = "plan_program" if request.GET.get("from") == "program" else "chart"
    form = HoursForm(sent(request), rows=row.hours.all())
    who = {"patient": row, "by": request.actor}
    if request.method == "POST":
        if _saved(form, lambda data: actions.set_suitable_hours(**who, **data)):
            messages.success(request, f"Saved when visits suit {row.name}.")
            return redirect(back, request.clinic.slug, row.pk)
    else:
        audit.record_view(by=request.actor, on=row)
    context = {"form": form, "patient": row, "back": back}
    return render(request, "patient/hours.html", context, status=422 if form.errors else 200)


def _saved(form: HoursForm, act) -> bool:
    """Whether the hours were kept; what was refused stands on the form."""
    attempt(form, act)
    return not form.errors
