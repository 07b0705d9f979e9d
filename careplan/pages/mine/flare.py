"""It has been worse for more than a day: how much and since when, whether a sign is new, then the days
of a flare; and that it is better."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from careplan.actions import flare as actions
from careplan.pages.mine.too_much import in_a_session
from careplan.queries import flare as queries
from careplan.queries import mine as mine_queries
from careplan.queries import safety
from careplan.rules.book import book
from patients.guards import needs
from patients.roles import Permission


@needs(Permission.OWN_PLAN_VIEW)
def tell(request: HttpRequest) -> HttpResponse:
    """The usual pain now and since when. Kept at once; then the signs are asked."""
    patient, error = request.actor.patient, ""
    if safety.panel_of(patient) or mine_queries.open_plan(patient) is None:
        return redirect("mine_today")
    if request.method == "POST":
        error = _keep(request)
        if not error:
            return redirect("mine_flare_signs")
    context = {"since": book().codes["flare_since"].values(), "key": _key(request)}
    context |= {"pain": request.POST.get("pain", ""), "chosen": request.POST.get("since", "")}
    context["error"] = error
    return render(request, "mine/flare.html", context, status=422 if error else 200)


def _keep(request: HttpRequest) -> str:
    """What is wrong with the answer, or nothing."""
    typed = request.POST.get("pain", "")
    try:
        actions.tell(
            patient=request.actor.patient,
            pain=int(typed) if typed.isdecimal() and len(typed) < 4 else None,
            since=request.POST.get("since", ""),
            key=_key(request),
            by=request.actor,
        )
    except actions.FlareRefused as refusal:
        return str(refusal)
    return ""


def _key(request: HttpRequest) -> UUID:
    """The key that came with the page, so that a second post finds the first; else a new one."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


@needs(Permission.OWN_PLAN_VIEW)
def signs(request: HttpRequest) -> HttpResponse:
    """Is one of these new? One tap; a sign leads to the panel, none to the days of the flare."""
    patient, error = request.actor.patient, ""
    now = queries.running(patient, timezone.localdate())
    if safety.panel_of(patient) or now is None or not now.unanswered:
        return redirect("mine_today")
    if request.method == "POST":
        error = _answer(request)
        if not error:
            return redirect("mine_today")
    context = {"signs": [*in_a_session(), *_of_a_flare()], "flare": True, "error": error}
    return render(request, "mine/signs.html", context, status=422 if error else 200)


def _of_a_flare() -> list[tuple[str, str]]:
    return [(row.code, row.plain) for row in book().codes["flare_signs"].values()]


def _answer(request: HttpRequest) -> str:
    """What is wrong with the answer, or nothing."""
    try:
        row = actions.answer_signs(
            patient=request.actor.patient, sign=request.POST.get("sign", ""), by=request.actor
        )
    except actions.FlareRefused as refusal:
        return str(refusal)
    if row and row.end == "no_flare":
        messages.info(request, book().flare_words["steady"])
    return ""


@require_POST
@needs(Permission.OWN_PLAN_VIEW)
def better(request: HttpRequest) -> HttpResponse:
    """It is better: the way back begins."""
    if actions.better(patient=request.actor.patient, by=request.actor):
        messages.success(request, book().flare_words["better"])
    return redirect("mine_today")
