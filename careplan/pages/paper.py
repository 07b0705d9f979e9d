"""A plan on paper: how to print it, the PDF, and the door behind the QR code."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from careplan.actions import sheet as actions
from careplan.exchange import pdf
from careplan.pages import paper_lines
from careplan.pages.forms.paper import PAPERS, PRINTS, PaperForm
from careplan.queries import chart as chart_queries
from careplan.queries import sheet as queries
from careplan.rules import page_code
from patients import audit
from patients.access import Actor, can
from patients.guards import needs, signed_in
from patients.models import Patient
from patients.roles import Permission

DRAFT, HELP = "draft", "help"  # what can be printed without a page code
KEEP = "private, no-cache"  # kept by the own browser alone, and asked for again each time


@needs(Permission.OWN_PLAN_VIEW)
def mine_print(request: HttpRequest) -> HttpResponse:
    """The patient chooses paper and print; the button opens the PDF."""
    patient = request.actor.patient
    version = queries.current(patient)
    if version is None:
        return redirect("mine_plan")
    context = {"mine_tab": "plan", "patient": patient}
    return _choice(request, version, "mine/print.html", context, reverse("mine_print"))


@needs(Permission.OWN_PLAN_VIEW)
@require_safe
def mine_sheet(request: HttpRequest, what: str) -> HttpResponse:
    return _file(request, request.actor.patient, what, "mine_print")


@needs(Permission.PLAN_VIEW)
def plan_print(request: HttpRequest, patient_id) -> HttpResponse:
    """Staff print the signed plan; a draft can be looked at on paper with its mark."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    version = queries.current(patient)
    context = {"patient": patient, "banner": chart_queries.banner(patient)}
    context |= {"draft": queries.draft(patient), "sheets": queries.sheets_of(patient)}
    context |= {"can_type": can(request.actor, Permission.SESSION_RECORD)}
    own = reverse("plan_print", args=[request.clinic.slug, patient.pk])
    return _choice(request, version, "plan/print.html", context, own)


@needs(Permission.PLAN_VIEW)
@require_safe
def plan_sheet(request: HttpRequest, patient_id, what: str) -> HttpResponse:
    patient = chart_queries.patient_of(request.actor, patient_id)
    return _file(request, patient, what, "plan_print", request.clinic.slug, patient.pk)


@signed_in("it opens a page that the reader may open anyway, or none")
@require_safe
def sheet_door(request: HttpRequest, code: str) -> HttpResponse:
    """Behind the QR code: the patient's own plan; for staff of that clinic, the sheet to type."""
    found = queries.sheet_by_code(_read(code))
    if found.patient.user_id == request.user.pk:
        return redirect("mine_plan")
    if queries.works_at(request.user, found.clinic):
        return redirect("sheet", found.clinic.slug, found.code)
    raise Http404("No sheet has this code")


# Choosing ------------------------------------------------------------------------------------


def _choice(request, version, template: str, context: dict, own: str) -> HttpResponse:
    """The page with the choices; a POST makes the sheet and goes to its file."""
    patient = context["patient"]
    with timezone.override(patient.zone):
        printed = _printed(version)
        form = PaperForm(
            request.POST if request.method == "POST" else None, initial=_usual(patient)
        )
        if version and not printed.panel and (sheet := _made(form, printed, request.actor)):
            return redirect(f"{own}{sheet.code}.pdf?{_asked(form)}")
        audit.record_view(by=request.actor, on=version or patient)
        page = {"printed": printed, "panel": printed and printed.panel, "form": form, "own": own}
        page |= {"first_day": _iso(form["first_day"].value())}
        status = 422 if form.errors else 200
        return render(request, template, context | page, status=status)


def _printed(version) -> queries.Printed | None:
    return version and queries.printed(version, timezone.now(), timezone.localdate())


def _usual(patient: Patient) -> dict:
    paper = paper_lines.paper_of(patient.clinic)
    return {"paper": paper, "size": "usual", "first_day": timezone.localdate()}


def _iso(day) -> str:
    """A day for the browser's own field, which takes 2026-11-24 alone; typed words stay."""
    return day.isoformat() if isinstance(day, date) else day or ""


def _made(form: PaperForm, printed: queries.Printed, by: Actor):
    """The sheet; None where nothing was sent, or not made, with the reason in the form."""
    if not form.is_valid():
        return None
    first_day = form.cleaned_data["first_day"]
    try:
        return actions.put_on_paper(
            version=printed.version, exercises=printed.codes, first_day=first_day, by=by
        )
    except actions.SheetRefused as refusal:
        form.refuse(refusal)
        return None


def _asked(form: PaperForm) -> str:
    return f"paper={form.cleaned_data['paper']}&size={form.cleaned_data['size']}"


# The file ------------------------------------------------------------------------------------


def _file(request, patient: Patient, what: str, back: str, *args) -> HttpResponse:
    """A sheet by its page code, the draft (staff), or the help page of a plan on hold."""
    with timezone.override(patient.zone):
        sheet = None if what in (DRAFT, HELP) else queries.sheet(request.actor, _read(what))
        version = _version(request.actor, patient, what, sheet)
        printed = _printed(version)
        if not printed.panel and (what == HELP or (sheet and sheet.exercises != printed.codes)):
            messages.info(request, "What can be printed has changed. Choose again.")
            return redirect(back, *args)
        audit.record("plan.print", by=request.actor, on=version, after={"what": what})
        return _answer(request, paper_lines.content(printed, sheet, **_paper(request, patient)))


def _version(actor: Actor, patient: Patient, what: str, sheet):
    """The version to print; 404 for a sheet of another patient or of a version that was replaced,
    and for a draft where a patient asks."""
    version = queries.draft(patient) if what == DRAFT and not actor.patient else None
    version = version or (queries.current(patient) if what != DRAFT else None)
    if version is None or (sheet and sheet.version_id != version.pk):
        raise Http404("There is no such plan to print")
    return version


def _paper(request, patient: Patient) -> dict:
    """As asked for in the address; anything else is what the clinic's country uses."""
    paper, size = request.GET.get("paper"), request.GET.get("size")
    usual = paper_lines.paper_of(patient.clinic)
    return {
        "paper": paper if paper in dict(PAPERS) else usual,
        "large": size in dict(PRINTS) and size == "large",
    }


def _answer(request, content: dict) -> HttpResponse:
    """The PDF, or 304 where the reader has it already: then nothing is typeset."""
    etag = f'"{pdf.fingerprint(content)}"'
    known = get_conditional_response(request, etag=etag)
    response = known or _typeset(content)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = KEEP
    return response


def _typeset(content: dict) -> HttpResponse:
    made = pdf.help_sheet(content) if "panel" in content else pdf.plan_sheet(content)
    name = "help.pdf" if "panel" in content else "back-plan.pdf"
    disposition = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=disposition)


def _read(typed: str) -> str:
    try:
        return page_code.read(typed)
    except ValueError as wrong:
        raise Http404(str(wrong)) from wrong
