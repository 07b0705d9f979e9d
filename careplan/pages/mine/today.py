"""Today: the exercises, the small things beside them, and what comes next."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from careplan.actions import checkin as actions
from careplan.actions import session_log
from careplan.pages.mine.player import bout_asked
from careplan.queries import device as device_queries
from careplan.queries import mine as queries
from careplan.queries import safety
from careplan.rules.book import book
from patients import audit
from patients.guards import needs
from patients.roles import Permission

NOTES = {"pain": "SM-03", "breathing": queries.BREATHING, "enjoyed": queries.ENJOYED}
CHOICES = (("done", "Done"), ("partly", "Partly"), ("not_today", "Not today"))


@needs(Permission.OWN_PLAN_VIEW)
def today(request: HttpRequest) -> HttpResponse:
    """Today: exercises, small things, what comes next. On hold: the panel and the number alone."""
    patient = request.actor.patient
    audit.record_view(by=request.actor, on=patient)
    panel = safety.panel_of(patient)
    if panel and panel.severity == "emergency":
        return render(request, "mine/emergency.html", {"panel": panel})
    now, day = timezone.localtime(), timezone.localdate()
    shown = None if panel else queries.today(patient, now, day)
    context = {"panel": panel, "now": now, "hello": _hello(now.hour), "mine_tab": "today"}
    context |= {"today": shown, "week": _week(shown, day), "flare_words": book().flare_words}
    context |= {"devices": [] if panel else device_queries.on_the_phone(patient)}
    return render(request, "mine/today.html", context)


@require_POST
@needs(Permission.OWN_PLAN_VIEW)
def hard_day(request: HttpRequest) -> HttpResponse:
    """The five-minute version today, or all of it after all."""
    short = request.POST.get("short") == "1"
    actions.choose_day(patient=request.actor.patient, short=short, by=request.actor)
    return redirect("mine_today")


@needs(Permission.OWN_PLAN_VIEW)
def note(request: HttpRequest, kind: str, error: str = "") -> HttpResponse:
    """A small thing of today: the pain score, breathing, something enjoyed."""
    if kind not in NOTES:
        raise Http404("Nothing to note here")
    patient, now = request.actor.patient, timezone.localtime()
    shown = queries.today(patient, now, now.date())
    context = {
        "kind": kind,
        "card": book().self_care[NOTES[kind]],
        "entry": shown.notes.get(kind),
        "morning": shown.ask_morning and now.hour < actions.NOON,
        "on": _on(request),
        "bout": bout_asked(request),
        "error": error,
    }
    return render(request, "mine/note.html", context, status=422 if error else 200)


@require_POST
@needs(Permission.OWN_PLAN_VIEW)
def note_save(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep it and go back, or on to the exercises where they were about to start."""
    if kind not in NOTES:
        raise Http404("Nothing to note here")
    typed = request.POST.get("value", "")
    value = int(typed) if typed.isdecimal() else None
    try:
        actions.note_day(patient=request.actor.patient, kind=kind, value=value, by=request.actor)
    except actions.CheckInRefused as refusal:
        return note(request, kind, error=str(refusal))
    if not _on(request):
        return redirect("mine_today")
    bout = bout_asked(request)
    return redirect(reverse("mine_start") + (f"?bout={bout}" if bout else ""))


@needs(Permission.OWN_PLAN_VIEW)
def did(request: HttpRequest) -> HttpResponse:
    """For who did the exercises without the phone: done, partly or not today, all on one page."""
    patient, error = request.actor.patient, ""
    items = queries.items(patient, timezone.localdate())
    if not items:
        return redirect("mine_today")
    if request.method == "POST":
        error = _keep_all(request, items)
        if not error:
            messages.success(request, "Noted. Thank you.")
            return redirect("mine_finished" if "done" in request.POST.values() else "mine_today")
    groups = queries.bouts(items) or [{"items": items}]
    context = {"groups": groups, "choices": CHOICES, "error": error}
    return render(request, "mine/did.html", context, status=422 if error else 200)


def _keep_all(request: HttpRequest, items: list) -> str:
    """What is wrong with the answers, or nothing; what is left open stays open."""
    codes = [item.row.exercise for item in items]
    told = {code: request.POST[code] for code in codes if request.POST.get(code)}
    if not told:
        return "Choose Done, Partly or Not today for at least one exercise."
    try:
        session_log.note_today(patient=request.actor.patient, told=told, by=request.actor)
    except session_log.LogRefused as refusal:
        return str(refusal)
    return ""


def _on(request: HttpRequest) -> bool:
    """The page stands before the first exercise."""
    return "start" in request.GET or "start" in request.POST


def _hello(hour: int) -> str:
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _week(shown: queries.Today | None, day: date) -> str:
    """`week 3 of 8`; nothing before the first day."""
    if shown is None or shown.version is None or day < shown.plan.starts_on:
        return ""
    week = (day - shown.plan.starts_on).days // 7 + 1
    program = getattr(shown.version, "program", None)
    return (
        f"week {week} of {program.weeks}" if program and week <= program.weeks else f"week {week}"
    )
