"""The patient's own pages: today, one exercise after another, plan, progress, record, help."""

from django.contrib.auth import login
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from careplan.actions import checkin as actions
from careplan.pages import opening, record_lines
from careplan.queries import checkin as checkin_queries
from careplan.queries import mine as queries
from careplan.queries import progress as progress_queries
from careplan.queries import safety
from careplan.rules.book import book
from patients import audit
from patients.actions import Refused
from patients.actions import link as links
from patients.guards import needs, public
from patients.models import Clinic, LinkRefused
from patients.roles import Permission

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@public("the signed link and the year of birth are the key")
def open_plan(request: HttpRequest, token: str) -> HttpResponse:
    """A plan's link: GET shows whose it is, POST asks the year of birth and signs in, once."""
    try:
        return _opened(request, checkin_queries.plan_link(token))
    except LinkRefused as refusal:
        own = refusal.link and refusal.link.patient.user_id
        if own and request.user.is_authenticated and own == request.user.pk:
            return redirect("mine_today")
        return opening.refused(request, refusal, "plan")


def _opened(request: HttpRequest, link) -> HttpResponse:
    opening.enter(request, link)
    if request.user.is_authenticated and request.user.pk == link.patient.user_id:
        return redirect("mine_today")
    right = opening.prove(request, link) if request.method == "POST" else None
    if not right:
        return opening.door(request, link, "plan", right)
    try:
        login(request, links.use_plan_link(link=link), backend=BACKEND)
    except Refused as refusal:
        context = {"reason": "login", "what": "plan", "why": str(refusal)}
        return render(request, "checkin/link_refused.html", context, status=403)
    return redirect("mine_today")


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
    return render(request, "mine/today.html", context | {"today": shown, "week": _week(shown, day)})


@needs(Permission.OWN_PLAN_VIEW)
def exercise(request: HttpRequest, number: int) -> HttpResponse:
    """One exercise. POST says a set is done; after the last set, the next exercise."""
    short = "short" in request.GET
    items = queries.items(request.actor.patient, timezone.localdate(), short=short)
    if not items:
        return redirect("mine_today")
    if not 1 <= number <= len(items):
        raise Http404("No such exercise in your plan")
    item, at_set = items[number - 1], _set_of(request, items[number - 1])
    if request.method == "POST":
        return _next(request, items, number, at_set, short)
    context = {"item": item, "number": number, "items": items, "set": at_set, "short": short}
    return render(request, "mine/exercise.html", context | _dose(request, item))


@needs(Permission.OWN_PLAN_VIEW)
def finished(request: HttpRequest) -> HttpResponse:
    """After the last exercise."""
    panel = safety.panel_of(request.actor.patient)
    return redirect("mine_today") if panel else render(request, "mine/finished.html")


@needs(Permission.OWN_PLAN_VIEW)
def hurts(request: HttpRequest) -> HttpResponse:
    """It hurts more: ease off, and the signs that need quick care."""
    signs = [row.patient_label for row in _emergency_signs()]
    usual = queries.usual_pain(request.actor.patient)
    return render(request, "mine/hurts.html", {"signs": signs, "usual": usual})


@needs(Permission.OWN_PLAN_VIEW)
def note(request: HttpRequest, kind: str, error: str = "") -> HttpResponse:
    """A small thing of today: the pain score, breathing, something enjoyed."""
    if kind not in NOTES:
        raise Http404("Nothing to note here")
    card = book().self_care[NOTES[kind]]
    patient = request.actor.patient
    entry = queries.today(patient, timezone.now(), timezone.localdate()).notes.get(kind)
    context = {"kind": kind, "card": card, "entry": entry, "error": error}
    return render(request, "mine/note.html", context, status=422 if error else 200)


@require_POST
@needs(Permission.OWN_PLAN_VIEW)
def note_save(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in NOTES:
        raise Http404("Nothing to note here")
    typed = request.POST.get("value", "")
    value = int(typed) if typed.isdecimal() else None
    try:
        actions.note_day(patient=request.actor.patient, kind=kind, value=value, by=request.actor)
    except actions.CheckInRefused as refusal:
        return note(request, kind, error=str(refusal))
    return redirect("mine_today")


@needs(Permission.OWN_PLAN_VIEW)
def plan(request: HttpRequest) -> HttpResponse:
    """The signed plan in the patient's words; medicines only after a prescriber's signature."""
    patient = request.actor.patient
    audit.record_view(by=request.actor, on=patient)
    shown = queries.my_plan(patient, timezone.now(), timezone.localdate())
    context = {"mine_tab": "plan", "panel": safety.panel_of(patient), **shown}
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
    signs = [row.patient_label for row in _emergency_signs()]
    return render(request, "mine/help.html", {"clinic": clinic, "signs": signs})


NOTES = {"pain": "SM-03", "breathing": queries.BREATHING, "enjoyed": queries.ENJOYED}


def _emergency_signs() -> list:
    flags = book().red_flags
    return [
        row
        for row in book().check_in.values()
        if row.id in flags and flags[row.id].core and flags[row.id].emergency
        if flags[row.id].rule != safety.CRISIS  # has words and a number of its own
    ]


def _hello(hour: int) -> str:
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def _week(shown, day) -> str:
    """`week 3 of 8`; nothing before the first day."""
    if shown is None or shown.version is None or day < shown.plan.starts_on:
        return ""
    week = (day - shown.plan.starts_on).days // 7 + 1
    program = getattr(shown.version, "program", None)
    return (
        f"week {week} of {program.weeks}" if program and week <= program.weeks else f"week {week}"
    )


def _set_of(request: HttpRequest, item) -> int:
    typed = request.GET.get("set", "1")
    number = int(typed) if typed.isdecimal() and len(typed) < 4 else 1
    return min(max(number, 1), item.row.sets)


def _next(request, items, number: int, at_set: int, short: bool) -> HttpResponse:
    """The next set of this exercise, or note it as done and go on."""
    tail = "&short=1" if short else ""
    item = items[number - 1]
    if at_set < item.row.sets:
        return redirect(f"{request.path}?set={at_set + 1}{tail}")
    try:
        actions.note_day(
            patient=request.actor.patient,
            kind="exercise",
            exercise=item.row.exercise,
            by=request.actor,
        )
    except actions.CheckInRefused:
        return redirect("mine_today")
    if number == len(items):
        return redirect("mine_finished")
    response = redirect("mine_exercise", number + 1)
    response["Location"] += "?short=1" if short else ""
    return response


def _dose(request: HttpRequest, item) -> dict:
    """What is shown: the plan's own exercise and dose, or the easier one on request."""
    row, easier = item.row, "easier" in request.GET
    shown = item.easier if easier and item.easier else item.exercise
    dose = {"sets": row.sets, "reps": row.reps, "hold_s": row.hold_s, "minutes": row.minutes}
    if easier and item.easier:
        dose |= {"sets": 1, "reps": shown.reps, "hold_s": shown.hold_s}
    usual = queries.usual_pain(request.actor.patient)
    return {"shown": shown, "dose": dose, "easier": easier, "usual": usual}
