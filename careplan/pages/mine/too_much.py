"""Too much: how much it hurts and where, whether something is new, and what to do instead."""

from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from careplan.actions import session_log as actions
from careplan.queries import mine as queries
from careplan.queries import session_log as logs
from careplan.rules.book import book
from patients.guards import needs
from patients.roles import Permission

WHERE = (("back", "My back"), ("leg", "My leg"), ("elsewhere", "Somewhere else"))


@needs(Permission.OWN_PLAN_VIEW)
def too_much(request: HttpRequest, code: str) -> HttpResponse:
    """How much does it hurt, and where? Kept at once; then the signs are asked."""
    item = _in_plan(request, code)
    if item is None:
        return redirect("mine_today")
    error = _keep(request, code) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        return redirect("mine_signs", code)
    context = {"item": item, "where": WHERE, "key": _key(request)}
    context |= {"error": error, "chosen": request.POST.get("peak", "")}
    return render(request, "mine/too_much.html", context, status=422 if error else 200)


def _in_plan(request: HttpRequest, code: str) -> queries.Item | None:
    """The exercise, also where it waits for the therapist's look: the second time in a week that it
    hurts takes it out of the plan for now, and the signs are still to be asked. None while the plan
    does not run; 404 where the plan does not have it."""
    patient, day = request.actor.patient, timezone.localdate()
    every = queries.items(patient, day, left_too=True)
    item = next((one for one in every if one.row.exercise == code), None)
    if every and item is None:
        raise Http404("No such exercise in your plan")
    return item


def _keep(request: HttpRequest, code: str) -> str:
    """What is wrong with the answer, or nothing."""
    typed = request.POST.get("peak", "")
    if not typed.isdecimal():
        return "Choose a number from 0 to 10."
    try:
        actions.too_much(
            patient=request.actor.patient,
            exercise=code,
            peak=int(typed),
            where=request.POST.get("where", ""),
            key=_key(request),
            by=request.actor,
        )
    except actions.LogRefused as refusal:
        return str(refusal)
    return ""


def _key(request: HttpRequest) -> UUID:
    """The key that came with the page, so that a second post finds the first; else a new one."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


@needs(Permission.OWN_PLAN_VIEW)
def signs(request: HttpRequest, code: str) -> HttpResponse:
    """Is one of these new? One tap; a yes leads to the panel, a no to what to do instead."""
    item = _in_plan(request, code)
    if item is None:
        return redirect("mine_today")
    if request.method == "POST":
        return _told(request, code)
    context = {"item": item, "signs": in_a_session(), "key": uuid4()}
    return render(request, "mine/signs.html", context)


def in_a_session() -> list[tuple[str, str]]:
    """What is asked (PT-22): (code, words), the gravest first."""
    return [(row.code, row.plain) for row in book().codes["session_signs"].values()]


def _told(request: HttpRequest, code: str) -> HttpResponse:
    """A sign that was tapped stops everything; None of these goes on."""
    sign = request.POST.get("sign", "")
    if sign not in dict(in_a_session()):
        return redirect("mine_instead", code)
    about = {"patient": request.actor.patient, "exercise": code, "by": request.actor}
    actions.tell_sign(sign=sign, key=_key(request), **about)
    return redirect("mine_today")


@needs(Permission.OWN_PLAN_VIEW)
def instead(request: HttpRequest, code: str) -> HttpResponse:
    """What the rules make of it: carry on, hold, the easier one, or leave it out."""
    patient, day = request.actor.patient, timezone.localdate()
    shown = queries.today(patient, timezone.localtime(), day)
    item = next((one for one in shown.items if one.row.exercise == code), None)
    out = code in queries.left_out(patient)
    if item is None and not out:
        return redirect("mine_today")
    bout = item and shown.bout_of(item)
    zone = logs.zone_now(logs.record(patient, code, day))
    context = {"item": item, "code": code, "out": out, "zone": zone, "today": shown}
    context["bout_over"] = bool(bout and bout.settled)
    return render(request, "mine/instead.html", context)
