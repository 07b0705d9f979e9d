"""A filled fortnight, typed in: found by its page code, kept in one go, safe to type twice."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from careplan.actions import sheet as actions
from careplan.pages.forms.paper import CodeForm
from careplan.pages.forms.sheet import SheetGrid
from careplan.queries import chart as chart_queries
from careplan.queries import sheet as queries
from careplan.rules import page_code
from careplan.templatetags.careplan_tags import count
from patients import audit
from patients.guards import needs
from patients.roles import Permission

NOT_OURS = "No page of this clinic has this code. Look at it again, or type it from the chart."


@needs(Permission.SESSION_RECORD)
def sheets(request: HttpRequest) -> HttpResponse:
    """One field: the page code."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if queries.sheet_of(request.clinic, code):
            return redirect("sheet", request.clinic.slug, code)
        form.add_error("code", NOT_OURS)
    status = 422 if form.errors else 200
    return render(request, "sheet/sheets.html", {"form": form}, status=status)


@needs(Permission.SESSION_RECORD)
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The boxes as they are on the page. POST keeps what is new and shows the page again."""
    found = queries.sheet(request.actor, _tidy(code))
    with timezone.override(found.patient.zone):
        data = request.POST if request.method == "POST" else None
        grid = SheetGrid(found, queries.marks(found), timezone.localdate(), data)
        errors = grid.errors or (_keep(request, grid) if data is not None else [])
        if data is not None and not errors:
            return redirect("sheet", request.clinic.slug, found.code)
        audit.record_view(by=request.actor, on=found)
        context = {"sheet": found, "grid": grid, "errors": errors}
        context |= {"banner": chart_queries.banner(found.patient)}
        return render(request, "sheet/sheet.html", context, status=422 if errors else 200)


def _keep(request: HttpRequest, grid: SheetGrid) -> list[tuple[str, str]]:
    """Keep what was typed; sentences where that was refused."""
    try:
        typed = actions.type_in(
            sheet=grid.sheet, ticks=grid.ticks, notes=grid.notes, by=request.actor
        )
    except actions.SheetRefused as refusal:
        return [("", str(refusal))]
    messages.success(request, _said(typed))
    return []


def _said(typed: actions.Typed) -> str:
    if not typed.exercises and not typed.notes:
        return "Nothing new on this page: all of it was there."
    return f"Kept {count(typed.exercises, 'exercise')} and {count(typed.notes, 'other box,other boxes')}."


def _tidy(code: str) -> str:
    """The code as it is kept; what is no code finds nothing."""
    try:
        return page_code.read(code)
    except ValueError:
        return ""
