"""The register: find, add and correct patients."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patients import actions, audit, queries
from patients.access import can
from patients.guards import needs
from patients.pages.forms import ContactForm, PatientForm, attempt, sent
from patients.roles import Permission


@needs(Permission.PATIENT_VIEW)
def patients(request: HttpRequest) -> HttpResponse:
    """The clinic's patients, or those a search finds by name or birth date (`?q=`)."""
    words = request.GET.get("q", "")
    page = queries.patients_page(request.actor, words, request.GET.get("page"))
    may_register = can(request.actor, Permission.PATIENT_REGISTER)
    context = {"page": page, "words": words.strip(), "may_register": may_register}
    return render(request, "patient/list.html", context)


@needs(Permission.PATIENT_REGISTER)
def new(request: HttpRequest) -> HttpResponse:
    form = PatientForm(sent(request), clinic=request.clinic)
    who = {"clinic": request.clinic, "by": request.actor}
    if request.method == "POST":
        patient = attempt(form, lambda data: actions.register(person=data, **who))
        if patient:
            messages.success(request, f"{patient.name} is registered.")
            return redirect("chart", request.clinic.slug, patient.pk)
    status = 422 if form.errors else 200
    return render(request, "patient/new.html", {"form": form}, status=status)


@needs(Permission.PATIENT_REGISTER)
def edit(request: HttpRequest, patient_id) -> HttpResponse:
    row = queries.patient_of(request.actor, patient_id)
    form = ContactForm(sent(request), clinic=request.clinic, instance=row)
    who = {"patient": row, "by": request.actor}
    if request.method == "POST":
        if attempt(form, lambda data: actions.edit_patient(changes=data, **who)):
            messages.success(request, f"Saved what changed for {row.name}.")
            return redirect("chart", request.clinic.slug, row.pk)
    else:
        audit.record_view(by=request.actor, on=row)
    context = {"form": form, "patient": row}
    return render(request, "patient/edit.html", context, status=422 if form.errors else 200)
