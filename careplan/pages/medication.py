"""Medicine steps: the prescriber's queue, one patient's lines, sign, decline, stop, ask."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from careplan.actions import medication
from careplan.pages.forms.medication import ReasonForm, RequestForm, SignForm
from careplan.queries import chart as chart_queries
from careplan.queries import medication as queries
from careplan.rules.lifecycle import IllegalMove
from patients import audit
from patients.access import can
from patients.guards import needs
from patients.roles import Permission


@needs(Permission.MEDICATION_SIGN)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a prescriber in this clinic."""
    waiting = queries.waiting(request.actor)
    one = len(waiting) == 1
    heading = f"{len(waiting)} medicine{'' if one else 's'} wait{'s' if one else ''} for you"
    return render(request, "medication/queue.html", {"waiting": waiting, "heading": heading})


@needs(Permission.MEDICATION_VIEW)
def steps(request: HttpRequest, patient_id, status: int = 200, **forms) -> HttpResponse:
    """One patient's medicines: what the rules say of each drug, its lines, what can be done."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    audit.record_view(by=request.actor, on=patient)
    context = _context(request.actor, patient) | forms
    return render(request, "medication/steps.html", context, status=status)


@require_POST
@needs(Permission.MEDICATION_SIGN)
def sign(request: HttpRequest, step_id) -> HttpResponse:
    step, form = queries.step_of(request.actor, step_id), SignForm(request.POST)
    return _carry_out(request, step, form, medication.sign, f"{step.drug.capitalize()} signed.")


@require_POST
@needs(Permission.MEDICATION_SIGN)
def decline(request: HttpRequest, step_id) -> HttpResponse:
    step, form = queries.step_of(request.actor, step_id), ReasonForm(request.POST)
    return _carry_out(
        request, step, form, medication.decline, f"{step.drug.capitalize()} declined."
    )


@require_POST
@needs(Permission.MEDICATION_SIGN)
def stop(request: HttpRequest, step_id) -> HttpResponse:
    step, form = queries.step_of(request.actor, step_id), ReasonForm(request.POST)
    return _carry_out(request, step, form, medication.stop, f"{step.drug.capitalize()} stopped.")


@require_POST
@needs(Permission.MEDICATION_PROPOSE)
def ask(request: HttpRequest, patient_id) -> HttpResponse:
    """A therapist (or prescriber) puts a drug on the list for a prescriber to decide."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    form = RequestForm(request.POST)
    if not (form.is_valid() and _asked(request.actor, patient, form)):
        return steps(request, patient_id, status=422, request_form=form)
    messages.success(request, "Asked. A prescriber sees it in the queue.")
    return redirect("medication", request.clinic.slug, patient.pk)


def _context(actor, patient) -> dict:
    lines = queries.steps_of(patient)
    assessment = queries.newest_assessment(patient)
    return {
        "patient": patient,
        "banner": chart_queries.banner(patient),
        "assessment": assessment,
        "drugs": queries.drugs_now(assessment, lines),
        "lines": lines,
        "today": timezone.localdate(),
        "can_sign": can(actor, Permission.MEDICATION_SIGN),
        "can_ask": can(actor, Permission.MEDICATION_PROPOSE),
    }


def _asked(actor, patient, form) -> bool:
    """Ask for the drug; a refusal stands on the form."""
    try:
        medication.request(
            plan=queries.open_plan(patient),
            assessment=queries.newest_assessment(patient),
            by=actor,
            **form.cleaned_data,
        )
    except medication.MedicationRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _carry_out(request, step, form, action, done: str) -> HttpResponse:
    """Run an action of one line; a refusal is shown beside that line with what was typed."""
    if form.is_valid():
        try:
            action(step=step, by=request.actor, **form.cleaned_data)
        except (medication.MedicationRefused, IllegalMove) as refusal:
            form.add_error(None, str(refusal))
    if form.errors:
        return steps(request, step.patient_id, status=422, failed=step.pk, failed_form=form)
    messages.success(request, done)
    return redirect("medication", request.clinic.slug, step.patient_id)
