"""The player: one exercise after another, set by set. Each step is a plain form; what was done lives
in the log, so the page can be left, opened twice and posted twice."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from careplan.actions import checkin as diary
from careplan.actions import session_log as actions
from careplan.queries import mine as queries
from careplan.queries import safety
from careplan.queries import session_log as logs
from careplan.templatetags.careplan_tags import count, minutes
from patients.guards import needs
from patients.roles import Permission

AFTER = ("sore", "effort")
LONG_S = 60  # one turn of this or more is counted in minutes: a walk, a ride


@needs(Permission.OWN_PLAN_VIEW)
def start(request: HttpRequest) -> HttpResponse:
    """To the first exercise that is not settled, of the whole day or of `?bout=2`; first the pain
    now, where it was not told today."""
    patient, now = request.actor.patient, timezone.localtime()
    shown, asked = queries.today(patient, now, now.date()), bout_asked(request)
    if not shown.wanted:
        return redirect("mine_today")
    if "pain" not in shown.notes and not shown.begun and "skip" not in request.GET:
        return redirect(
            reverse("mine_note", args=["pain"]) + "?start=1" + (f"&bout={asked}" if asked else "")
        )
    bout = next((one for one in shown.bouts if str(one.number) == asked), shown.bout)
    return redirect("mine_exercise", (bout or shown).next.row.exercise)


def bout_asked(request: HttpRequest) -> str:
    """The number of the bout that is asked for, or nothing."""
    asked = request.POST.get("bout") or request.GET.get("bout", "")
    return asked if asked in ("1", "2", "3") else ""


@needs(Permission.OWN_PLAN_VIEW)
def exercise(request: HttpRequest, code: str) -> HttpResponse:
    """One exercise. POST says that a set is done; after the last set, the next exercise."""
    shown, item = found(request, code)
    if item is None:
        return redirect("mine_today")
    if request.method == "POST":
        return _set_done(request, code)
    return render(request, "mine/exercise.html", context_of(request, shown, item))


def found(request: HttpRequest, code: str):
    """(today, the exercise); no exercise while there is nothing to do, 404 where it is not in the
    plan."""
    now = timezone.localtime()
    shown = queries.today(request.actor.patient, now, now.date())
    item = next((one for one in shown.items if one.row.exercise == code), None)
    if shown.items and item is None:
        raise Http404("No such exercise in your plan")
    return shown, item


def context_of(request: HttpRequest, shown: queries.Today, item: queries.Item) -> dict:
    """Which set, out of how many, and how much rest comes before it."""
    bout = shown.bout_of(item)
    among = bout.items if bout else shown.wanted if item in shown.wanted else shown.items
    at = item.sets_done + 1
    return {
        "item": item,
        "dose": item.dose,
        "dose_words": dose_words(item.dose),
        "number": among.index(item) + 1,
        "items": among,
        "bout": bout,
        "set": at,
        "rest": item.dose["rest_s"] if "rest" in request.GET and at > 1 else 0,
        "still": "still" in request.GET,
        "usual": queries.usual_pain(request.actor.patient),
        "looked": item.done,
    }


def dose_words(dose: dict) -> str:
    """One set in words: `8 times, hold each for 3 seconds, each side`."""
    if dose["reps"] == 1 and dose["s_per_rep"] >= LONG_S:
        words = minutes(dose["s_per_rep"] / 60)
    else:
        words = count(dose["reps"], "time")
        words += f", hold each for {count(dose['hold_s'], 'second')}" if dose["hold_s"] else ""
    return words + (", each side" if dose["sides"] == 2 else "")


def _set_done(request: HttpRequest, code: str) -> HttpResponse:
    try:
        row = actions.finish_set(
            patient=request.actor.patient,
            exercise=code,
            turn=number(request, "turn"),
            sets=number(request, "set"),
            by=request.actor,
        )
    except actions.LogRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("mine_today")
    if row.outcome == "begun":
        return redirect(reverse("mine_exercise", args=[code]) + "?rest=1")
    return go_on(request, code, row, "Done")


def number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "1")
    return int(typed) if typed.isdecimal() and len(typed) < 4 else 1


def go_on(request: HttpRequest, code: str, row, words: str) -> HttpResponse:
    """To what is next, with an undo of what was just noted. After the last one of a bout back to
    Today, which says when the next one is."""
    shown, item = found(request, code)
    name = item.exercise.name if item else ""
    undo = reverse("mine_undo", args=[code, row.number])
    messages.success(request, f"{name}: {words.lower()}.", extra_tags=f"undo:{undo}")
    if shown.done:
        return redirect("mine_finished")
    bout = item and shown.bout_of(item)
    if bout and bout.settled:
        return redirect("mine_today")
    return redirect("mine_exercise", (bout or shown).next.row.exercise)


@require_POST
@needs(Permission.OWN_PLAN_VIEW)
def ease(request: HttpRequest, code: str) -> HttpResponse:
    """The easier exercise, or half of this one, for today."""
    return _tried(request, code, actions.ease) or redirect("mine_exercise", code)


@require_POST
@needs(Permission.OWN_PLAN_VIEW)
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """No more of it today."""
    shown, item = found(request, code)
    if item is None:
        return redirect("mine_today")
    try:
        row = actions.leave(patient=request.actor.patient, exercise=code, by=request.actor)
    except actions.LogRefused:
        return redirect("mine_today")
    return go_on(request, code, row, "Partly" if row.sets else "Not today")


@require_POST
@needs(Permission.OWN_PLAN_VIEW)
def undo(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take back what was noted last of an exercise."""
    patient, by = request.actor.patient, request.actor
    try:
        actions.take_back(patient=patient, exercise=code, number=number, by=by)
    except actions.LogRefused:
        return redirect("mine_today")
    return redirect("mine_exercise", code)


def _tried(request: HttpRequest, code: str, action) -> HttpResponse | None:
    try:
        action(patient=request.actor.patient, exercise=code, by=request.actor)
    except actions.LogRefused:
        return redirect("mine_today")
    return None


@needs(Permission.OWN_PLAN_VIEW)
def finished(request: HttpRequest) -> HttpResponse:
    """After the last exercise: how sore and how hard, both to skip."""
    patient = request.actor.patient
    if safety.panel_of(patient) or not logs.of_day(patient, timezone.localdate()):
        return redirect("mine_today")
    if request.method == "POST":
        return _after(request)
    notes = queries.notes(patient, timezone.localdate())
    asked = {kind: notes[kind].value if kind in notes else None for kind in AFTER}
    return render(request, "mine/finished.html", asked)


def _after(request: HttpRequest) -> HttpResponse:
    """Keep what was said. It may be said after each bout of a day: then the worst of them holds,
    for a calm evening undoes no sore morning (PT-18)."""
    now = timezone.localtime()
    shown = queries.today(request.actor.patient, now, now.date())
    for kind in AFTER:
        typed = request.POST.get(kind, "")
        if typed.isdecimal() and int(typed) <= 10:
            before = shown.notes[kind].value if shown.bouts and kind in shown.notes else 0
            value = max(before, int(typed))
            diary.note_day(patient=request.actor.patient, kind=kind, value=value, by=request.actor)
    return redirect("mine_today")
