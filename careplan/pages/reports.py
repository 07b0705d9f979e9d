"""Progress reports and letters for the payer: looked through, written, read, printed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from careplan.actions.drafting import PlanRefused
from careplan.exchange import pdf
from careplan.pages import report_lines as lines
from careplan.pages.forms.visits import LetterForm, ReportForm
from careplan.pages.paper_lines import paper_of
from careplan.queries import chart as chart_queries
from careplan.queries import reports as queries
from patients import audit
from patients.guards import needs
from patients.roles import Permission

FORMS = {"progress": ReportForm, "authorisation": LetterForm}


@needs(Permission.REPORT_WRITE)
def write(request: HttpRequest, patient_id, kind: str) -> HttpResponse:
    """Look through the numbers, write the sentences, keep it. Nothing can be changed after."""
    if kind not in FORMS:
        raise Http404("No such kind of report")
    patient = chart_queries.patient_of(request.actor, patient_id)
    audit.record_view(by=request.actor, on=patient)
    content = queries.material(patient, kind, timezone.now())
    form = _form(request, patient, kind, content)
    if row := _kept(form, patient, request.actor):
        messages.success(request, f"{row.get_kind_display()} kept.")
        return redirect("report", request.clinic.slug, row.pk)
    context = {"patient": patient, "banner": chart_queries.banner(patient), "form": form}
    context |= {"content": content, "kind": kind} | _shown(content)
    status = 422 if form.is_bound else 200
    return render(request, "reports/write.html", context, status=status)


def _form(request: HttpRequest, patient, kind: str, content: dict):
    if request.method == "POST":
        return FORMS[kind](request.POST)
    first = queries.proposed(content, kind) | {"seen": queries.count(patient, kind)}
    if kind == "authorisation":
        first |= queries.asked_first(patient, timezone.now())
    return FORMS[kind](initial=first)


def _kept(form, patient, by):
    if not form.is_valid():
        return None
    try:
        return form.save(patient, by)
    except PlanRefused as refusal:
        form.refuse(refusal)
        return None


def _shown(content: dict) -> dict:
    return {
        "facts": lines.facts(content),
        "measures": lines.measures(content),
        "measures_head": lines.MEASURES_HEAD,
        "goals": lines.goals(content),
        "goals_head": lines.GOALS_HEAD,
    }


@needs(Permission.PLAN_VIEW)
def report(request: HttpRequest, report_id) -> HttpResponse:
    """A report as it was written."""
    row = queries.report_of(request.actor, report_id)
    audit.record_view(by=request.actor, on=row)
    context = {"report": row, "patient": row.patient, "words": lines.sentences(row.content)}
    context |= {"banner": chart_queries.banner(row.patient)} | _shown(row.content)
    return render(request, "reports/report.html", context)


@require_safe
@needs(Permission.PLAN_VIEW)
def report_pdf(request: HttpRequest, report_id) -> HttpResponse:
    """The report on the clinic's paper."""
    row = queries.report_of(request.actor, report_id)
    audit.record_view(by=request.actor, on=row)
    body = pdf.letter(lines.letter(row, paper_of(request.clinic)))
    response = HttpResponse(body, content_type="application/pdf")
    name = f"{row.kind}-{row.on.isoformat()}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
