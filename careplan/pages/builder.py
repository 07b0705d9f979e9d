"""The frame of the plan builder: parts at the left, what is live at the right, the foot.

A part's view makes a form and calls `part`; everything here works as a plain POST, and htmx only
narrows what is sent back.
"""

from dataclasses import dataclass
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from careplan.actions.drafting import DraftMoved, PlanRefused
from careplan.models import PlanVersion
from careplan.pages import live
from careplan.queries import chart as chart_queries
from careplan.queries import dates as dates_of
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as queries
from careplan.queries.plan import Blocker
from careplan.rules.lifecycle import IllegalMove
from patients import audit

PARTS = (
    ("goals", "Goals", "plan_goals"),
    ("movement", "Movement", "plan_movement"),
    ("program", "Programme", "plan_program"),
    ("home", "Home exercises", "plan_home"),
    ("routine", "Daily routine", "plan_routine"),
    ("cards", "Explain and support", "plan_cards"),
    ("medicines", "Medicines", "plan_medicines"),
    ("checkins", "Check-ins", "plan_checkins"),
    ("note", "Note to the patient", "plan_note"),
)
TITLES = {name: label for name, label, _ in PARTS}
TITLES |= {"library": "Add an exercise", "presets": "Start from a preset"}
OF_HOME = ("library", "presets")  # pages that belong to the home exercises
LIVE = (
    "goals",
    "movement",
    "home",
    "routine",
    "cards",
    "note",
)  # parts that save themselves as they are typed
ICONS = {"done": "circle-check", "look": "triangle-alert", "blocked": "ban"}


@dataclass(frozen=True)
class Left:
    """One line of "Before you sign"; `holds` where it keeps the draft from being signed."""

    text: str
    url: str
    holds: bool


@dataclass(frozen=True)
class PartState:
    """One entry of the list at the left; kind is done, look or blocked."""

    name: str
    label: str
    small: str
    kind: str
    url: str
    current: bool

    @property
    def icon(self) -> str:
        return ICONS[self.kind]


def of_a_draft(view):
    """Give the view the patient's draft; without one, lead to the plan with a sentence."""

    @wraps(view)
    def inner(request: HttpRequest, patient_id, **kwargs) -> HttpResponse:
        patient = chart_queries.patient_of(request.actor, patient_id)
        version = queries.draft_of(patient)
        if version is None:
            messages.info(request, "There is no draft here: it was signed, or not begun yet.")
            return redirect("plan", request.clinic.slug, patient.pk)
        return view(request, version, **kwargs)

    return inner


def part(
    request: HttpRequest, version: PlanVersion, name: str, form_class, *, said=None, **more
) -> HttpResponse:
    """GET shows a part of the builder; POST saves it and shows it again.

    The form is made from the version as it stands then; its `save(version, by)` calls the action;
    `said(form)` what was done in words, and the tags of a toast that stays with htmx too; `more` are values of the part,
    each a function of the version and the form.
    """
    if request.method != "POST":
        audit.record_view(by=request.actor, on=version)
        return show(request, version, name, form=form_class(None, version=version), **more)
    form = form_class(request.POST, version=version)
    if form.is_valid():
        try:
            form.save(version, request.actor)
        except (PlanRefused, IllegalMove) as refusal:
            form.refuse(refusal)
            return refused(request, version, name, form, refusal, **more)
    if form.errors:
        return refused(request, version, name, form, None, **more)
    words, tags = said(form) if said else ("", "")
    if tags or not request.htmx:
        messages.success(request, words or "Draft saved.", extra_tags=tags)
    if request.htmx:
        more |= constants({"announce": words})
        fresh = queries.whole(version.pk)
        return fragment(request, fresh, name, form_class(None, version=fresh), **more)
    route = next(route for key, _, route in PARTS if key == name)
    return redirect(route, request.clinic.slug, version.patient_id)


def refused(request, version, name, form, refusal, **more) -> HttpResponse:
    """Nothing was saved: the form with what was typed. After somebody else's change it carries
    the new revision, so that saving again is a decision."""
    version = queries.whole(version.pk)
    if isinstance(refusal, DraftMoved):
        form.data = form.data.copy()
        form.data["revision"] = version.revision
    if request.htmx and "act" not in request.POST and name in LIVE:
        return told(request, version, name, form, **more)
    status = 200 if request.htmx else 422
    return show(request, version, name, form=form, status=status, **more)


def told(request, version, name, form, **more) -> HttpResponse:
    """A value typed a moment ago was refused: the foot says why, and the row being typed in stays
    where it is. The button shows the form with every reason."""
    context = frame(request, version, name, form=form, **more) | {"oob": True}
    response = render(request, "plan/_foot.html", context)
    response["HX-Reswap"] = "none"
    return response


def fragment(request, version, name, form, **more) -> HttpResponse:
    """What htmx gets after a save: all of the part where a button changed it, else only what
    follows from a typed value, so that nothing is taken from under the reader's hands."""
    pressed = request.POST.get("act", "save") != "save" or name == "program"
    context = frame(request, version, name, form=form, **more) | {"oob": True}
    template = "plan/_changed.html" if pressed else "plan/_saved.html"
    response = render(request, template, context)
    if not pressed:
        response["HX-Reswap"] = "none"
    return response


def show(request, version, name, *, form=None, status: int = 200, **more) -> HttpResponse:
    """The builder with one part open; htmx gets it without the page around it."""
    context = frame(request, version, name, form=form, **more)
    if request.htmx and not request.htmx.boosted:
        return render(request, "plan/_changed.html", context | {"oob": True}, status=status)
    return render(request, "plan/builder.html", context, status=status)


def frame(request, version: PlanVersion, name: str, *, form=None, **more) -> dict:
    """Everything the builder shows around and in a part; a fixed number of SQL queries."""
    newest = queries.newest_assessment(version.patient)
    dates = dates_of.dates(version)
    blockers = queries.blockers(version, newest=newest, dates=dates)
    slug, patient = request.clinic.slug, version.patient
    weighed = queries.cautions(version)
    answered = "answered" in request.GET
    extra = {key: value(version, form) for key, value in more.items()}
    return {
        "version": version,
        "patient": patient,
        "banner": chart_queries.banner(patient),
        "part": name,
        "part_title": TITLES[name],
        "part_template": f"plan/_{name}.html",
        "form": form,
        "revision": form.data.get("revision", version.revision) if form else version.revision,
        "parts": parts(slug, version, blockers, weighed, "home" if name in OF_HOME else name),
        "blockers": blockers,
        "left": left(slug, version, blockers),
        "answered": answered and not any(one.key for one in blockers),
        "saved_at": timezone.now(),
        "sign_url": reverse("plan_sign", args=[slug, patient.pk]),
        "live": live.panel(slug, version, weighed, dates, answered),
        "dates": dates,
        **extra,
    }


def left(slug: str, version: PlanVersion, blockers) -> list[Left]:
    """What stands before the signature, each with the place where it is put right."""
    routes = {name: route for name, _, route in PARTS} | {"safety": "assessment"}
    goals = Blocker("goals", "No goal is written yet.")
    found = []
    for one in [*blockers, *([] if version.goals.all() else [goals])]:
        route = routes.get(one.part)
        url = reverse(route, args=[slug, version.patient_id]) if route else ""
        url = f"#weigh-{slugify(one.key)}" if one.key else url
        found.append(Left(one.text, url, one is not goals))
    return found


def constants(values: dict) -> dict:
    """Values of a part that do not wait for the form."""
    return {key: (lambda _, __, value=value: value) for key, value in values.items()}


def parts(slug: str, version: PlanVersion, blockers, weighed, current: str) -> list[PartState]:
    """The list at the left: a tick, or what is missing."""
    waiting = {blocker.part for blocker in blockers}
    soft = {one.part for one in weighed} | (set() if version.goals.all() else {"goals"})
    smalls, found = _smalls(version), []
    for name, label, route in PARTS:
        kind = "blocked" if name in waiting else "look" if name in soft else "done"
        url = reverse(route, args=[slug, version.patient_id])
        small = "not ready" if name in waiting else smalls[name]
        found.append(PartState(name, label, small, kind, url, name == current))
    return found


def _smalls(version: PlanVersion) -> dict[str, str]:
    """The line under each part's name."""
    program, goals = version.program, len(version.goals.all())
    waiting = queries.waiting_medicines(version.plan)
    items = home_queries.items_of(version)
    return {
        "goals": f"{goals} in the patient’s words" if goals else "none yet",
        "movement": "looked at" if queries.movement_seen(version) else "not all seen",
        "program": f"{program.sessions_per_week} a week, {program.weeks} weeks",
        "home": f"{len(items)} exercises, {queries.quarters(home_queries.total(items))} min",
        "routine": f"{len(version.routine)} things a day",
        "cards": f"{len(version.education)} cards, {len(version.barriers)} in the way",
        "medicines": f"{waiting} for a prescriber" if waiting else "none waiting",
        "checkins": "every 14 days",
        "note": "written" if version.note else "may stay empty",
    }
