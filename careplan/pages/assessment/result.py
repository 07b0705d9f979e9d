"""The assessment: what it says and why, what was found about a warning sign, what to hand over."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from careplan.actions import assessment
from careplan.pages.assessment.intake import assess_draft
from careplan.pages.assessment.reading import Reading, handover
from careplan.pages.forms.assessment import ReviewForm
from careplan.queries import assessment as queries
from careplan.queries import chart
from careplan.queries import intake as intakes
from patients import audit
from patients.access import can
from patients.guards import needs
from patients.roles import Permission


@require_POST
@needs(Permission.ASSESS)
def assess(request: HttpRequest, patient_id) -> HttpResponse:
    """Run the rules: on the draft where there is one, else again on the last answers."""
    patient = chart.patient_of(request.actor, patient_id)
    draft = intakes.draft_of(patient)
    if draft:
        return assess_draft(request, draft)
    try:
        assessment.reassess(patient=patient, by=request.actor)
    except assessment.Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("assessment", request.clinic.slug, patient.pk)


@needs(Permission.PLAN_VIEW)
def result(request: HttpRequest, patient_id) -> HttpResponse:
    """The newest assessment of a patient."""
    patient = chart.patient_of(request.actor, patient_id)
    audit.record_view(by=request.actor, on=patient)
    newest = queries.latest(patient)
    draft = intakes.draft_of(patient)
    context = {"patient": patient, "banner": chart.banner(patient), "draft": draft}
    context["can_plan"] = can(request.actor, Permission.PLAN_EDIT)
    context["can_answer"] = can(request.actor, Permission.INTAKE_EDIT)
    if newest:
        plan, links = queries.open_plan(patient), context["can_answer"]
        context["reading"] = Reading(newest, request.clinic, patient, plan, links=links)
    return render(request, "assessment/result.html", context)


@needs(Permission.RED_FLAG_REVIEW)
def flag_review(request: HttpRequest, patient_id, flag: str) -> HttpResponse:
    """Record what was found about one open warning sign."""
    patient = chart.patient_of(request.actor, patient_id)
    found = queries.open_flag(queries.latest(patient), flag)
    if found is None:
        raise Http404("No such open warning sign")
    form = ReviewForm(request.POST if request.method == "POST" else None, by=request.actor)
    if request.method == "POST" and form.is_valid() and _reviewed(request, patient, flag, form):
        return redirect("assessment", request.clinic.slug, patient.pk)
    context = {"patient": patient, "banner": chart.banner(patient), "flag": found, "form": form}
    context["on_value"] = request.POST.get("on") or timezone.localdate().isoformat()
    status = 422 if form.errors else 200
    return render(request, "assessment/flag_review.html", context, status=status)


def _reviewed(request: HttpRequest, patient, flag: str, form: ReviewForm) -> bool:
    given = {"patient": patient, "flag": flag, "by": request.actor}
    try:
        assessment.review_flag(**given, **form.cleaned_data)
    except assessment.Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Recorded, and assessed again with it.")
    return True


@needs(Permission.PLAN_VIEW)
def emergency_page(request: HttpRequest, patient_id) -> HttpResponse:
    """One page to hand over to emergency staff, for the screen and for paper."""
    patient = chart.patient_of(request.actor, patient_id)
    newest = queries.latest(patient)
    if newest is None or newest.disposition not in queries.DANGER:
        raise Http404("No warning sign is open")
    audit.record_view(by=request.actor, on=newest)
    context = {"patient": patient, "newest": newest, "handover": handover(newest)}
    return render(request, "assessment/emergency_page.html", context)
