"""The library as a file: exported, and imported after a look at what would change."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from careplan.actions import exercise_import as actions
from careplan.actions.library import ExerciseRefused
from careplan.exchange import exercise_csv
from careplan.queries.catalogue import catalogue
from patients.guards import needs
from patients.roles import Permission

GROUPS = (
    ("refused", "Cannot be taken", "stop"),
    ("added", "New", "ok"),
    ("changed", "Changed", "info"),
    ("retired", "Retired", "caution"),
    ("back", "Offered again", "ok"),
)


@needs(Permission.EXERCISE_VIEW)
def export(request: HttpRequest) -> HttpResponse:
    """The clinic's own exercises, or with `?all=1` the rule book's too."""
    everything = "all" in request.GET
    rows = [one for one in catalogue(request.clinic).values() if one.own or everything]
    separator = exercise_csv.SEPARATORS.get(request.GET.get("separator", ""), ",")
    response = HttpResponse(
        exercise_csv.written(rows, separator), content_type="text/csv; charset=utf-8"
    )
    name = f"exercises-{request.clinic.slug}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@needs(Permission.EXERCISE_EDIT)
def take_in(request: HttpRequest) -> HttpResponse:
    """Choose a file; see what it would change; save all of it or nothing."""
    if request.method != "POST":
        return _page(request)
    try:
        if "sheet" in request.POST:
            return _save(request, request.POST["sheet"], request.POST.get("seen", ""))
        upload = request.FILES.get("file")
        if upload is None:
            return _page(request, refusal="Choose a file first.")
        content = upload.read(exercise_csv.LARGEST + 1)
        return _look(request, exercise_csv.text_of(content))
    except exercise_csv.SheetRefused as refusal:
        return _page(request, refusal=str(refusal))


def _save(request: HttpRequest, text: str, seen: str) -> HttpResponse:
    try:
        rows = exercise_csv.rows_of(text)
        done = actions.take_in(rows=rows, seen=seen, by=request.actor)
    except ExerciseRefused as refusal:
        return _look(request, text, refusal=str(refusal))
    many = sum(one.status != "same" for one in done)
    messages.success(request, f"Saved. {many} of {len(done)} lines changed something.")
    return redirect("exercises", request.clinic.slug)


def _look(request: HttpRequest, text: str, refusal: str = "") -> HttpResponse:
    """The differences, line by line, before anything is saved."""
    found = actions.differences(exercise_csv.rows_of(text), request.clinic)
    by_status = {status: [o for o in found if o.status == status] for status, _, _ in GROUPS}
    groups = [(title, look, by_status[s]) for s, title, look in GROUPS if by_status[s]]
    context = {"groups": groups, "sheet": text, "seen": actions.mark(found), "lines": len(found)}
    context |= {"same": sum(one.status == "same" for one in found)}
    context |= {"able": bool(groups) and not by_status["refused"]}
    return _page(request, refusal=refusal, **context)


def _page(request: HttpRequest, refusal: str = "", **context) -> HttpResponse:
    context |= {"errors": [("id_file", refusal)] if refusal else []}
    status = 422 if refusal else 200
    return render(request, "home_plan/exercises_import.html", context, status=status)
