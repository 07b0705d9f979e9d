"""My plan, My progress, My record, and help."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from careplan.pages import record_lines
from careplan.queries import device as device_queries
from careplan.queries import mine as queries
from careplan.queries import progress as progress_queries
from careplan.queries import safety
from careplan.rules.book import book
from patients import audit
from patients.guards import needs, public
from patients.models import Clinic
from patients.roles import Permission


@needs(Permission.OWN_PLAN_VIEW)
def plan(request: HttpRequest) -> HttpResponse:
    """The signed plan in the patient's words; medicines only after a prescriber's signature."""
    patient = request.actor.patient
    audit.record_view(by=request.actor, on=patient)
    shown = queries.my_plan(patient, timezone.now(), timezone.localdate())
    context = {"mine_tab": "plan", "panel": safety.panel_of(patient), **shown}
    context["flare_words"] = book().flare_words
    context |= {"devices": [] if context["panel"] else device_queries.on_the_phone(patient)}
    return render(request, "mine/plan.html", context)


@needs(Permission.OWN_PLAN_VIEW)
def progress(request: HttpRequest) -> HttpResponse:
    """Days done first, then each measure as a sentence and a graph."""
    patient, day = request.actor.patient, timezone.localdate()
    audit.record_view(by=request.actor, on=patient)
    start = queries.start_of(patient)
    done, ran = queries.days_done(patient, day)
    context = {
        "mine_tab": "progress",
        "panel": safety.panel_of(patient),
        "charts": progress_queries.charts(patient, start, plain=True),
        "done": done,
        "ran": ran,
        "start": start,
        "hide": "hide" in request.GET,
    }
    return render(request, "mine/progress.html", context)


@needs(Permission.OWN_PLAN_VIEW)
def record(request: HttpRequest) -> HttpResponse:
    """Who looked at the record, by day, in plain words."""
    patient, typed = request.actor.patient, request.GET.get("before", "")
    before = int(typed) if typed.isdecimal() and len(typed) < 19 else None
    audit.record_view(by=request.actor, on=patient)
    entries, more = queries.record(patient, before)
    context = {
        "mine_tab": "record",
        "panel": safety.panel_of(patient),
        "days": record_lines.by_day(entries),
        "more": more,
    }
    return render(request, "mine/record.html", context)


@needs(Permission.OWN_PLAN_VIEW)
def show_staff(request: HttpRequest) -> HttpResponse:
    """The page to hold out to emergency staff."""
    handover = safety.handover(request.actor.patient)
    return render(request, "mine/handover.html", {"handover": handover})


@public("help must open for everybody, signed in or not, also without a database")
def help_page(request: HttpRequest) -> HttpResponse:
    """When to get help and whom to call. Opens without a login; a dead database changes nothing
    but whose numbers it shows."""
    try:
        clinic = queries.clinic_for_help(request.user, request.GET.get("clinic", ""))
    except DatabaseError:
        clinic = Clinic()
    request.clinic = clinic if clinic.name else None
    signs = safety.emergency_signs()
    context = {"clinic": clinic, "signs": signs, "words": book().help_words}
    return render(request, "mine/help.html", context)
