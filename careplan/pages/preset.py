"""Presets of the clinic, and plans copied to another patient: kept, listed, put into a draft."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from careplan.actions import preset as actions
from careplan.actions import program as program_actions
from careplan.actions.drafting import PlanRefused
from careplan.actions.preset import PresetRefused
from careplan.pages import builder
from careplan.pages.forms.preset import PresetForm, UseForm
from careplan.pages.preset_lines import contents, fit_lines, row_of
from careplan.queries import chart as chart_queries
from careplan.queries import plan as plan_queries
from careplan.queries import preset as queries
from careplan.queries.catalogue import catalogue
from careplan.rules.lifecycle import IllegalMove
from patients import audit
from patients import queries as people
from patients.guards import needs
from patients.roles import Permission


def _posted(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _done(form, act):
    """What the action gave back; None where the form is not sent, not valid or refused."""
    if not form.is_valid():
        return None
    try:
        return act()
    except (PresetRefused, PlanRefused, IllegalMove) as refusal:
        form.refuse(refusal)
        form.refusal = refusal
        return None


# The clinic's list ---------------------------------------------------------------------------


@needs(Permission.PLAN_EDIT)
def presets(request: HttpRequest) -> HttpResponse:
    """What the clinic keeps: in use by name, and what was retired."""
    known = catalogue(request.clinic)
    rows = {
        name: [row_of(one, known) for one in queries.presets(request.clinic, retired=retired)]
        for name, retired in (("rows", False), ("retired", True))
    }
    return render(request, "preset/list.html", rows)


@needs(Permission.PLAN_EDIT)
def preset(request: HttpRequest, preset_id: int) -> HttpResponse:
    """One preset: what is in it, its name, retire it or bring it back."""
    row = queries.preset_of(request.actor, preset_id)
    start = {name: getattr(row, name) for name in ("name", "for_whom", "revision")}
    form = PresetForm(_posted(request), initial=start)
    if done := _done(form, lambda: form.rename(row, request.actor)):
        messages.success(request, f"Saved {done.name}.")
        return redirect("preset", request.clinic.slug, row.pk)
    fresh = queries.preset_of(request.actor, preset_id)
    _again(form, actions.PresetMoved, fresh.revision)
    context = {"form": form, "preset": fresh} | contents(fresh.content, catalogue(request.clinic))
    return render(request, "preset/preset.html", context, status=422 if form.errors else 200)


def _again(form, kind: type, revision) -> None:
    """After somebody else's change the next press is a decision: it carries the new revision."""
    if isinstance(getattr(form, "refusal", None), kind):
        form.data = form.data.copy()
        form.data["revision"] = "" if revision is None else revision


@require_POST
@needs(Permission.PLAN_EDIT)
def retire(request: HttpRequest, preset_id: int) -> HttpResponse:
    """Offer it no more, with an undo."""
    row = actions.retire(preset=queries.preset_of(request.actor, preset_id), by=request.actor)
    undo = reverse("preset_bring_back", args=[request.clinic.slug, row.pk])
    words = f"Retired {row.name}. Plans that began with it stay as they are."
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect("presets", request.clinic.slug)


@require_POST
@needs(Permission.PLAN_EDIT)
def bring_back(request: HttpRequest, preset_id: int) -> HttpResponse:
    """Offer a retired preset again."""
    row = queries.preset_of(request.actor, preset_id)
    try:
        actions.bring_back(preset=row, by=request.actor)
    except PresetRefused as refusal:
        messages.error(request, f"{refusal} Rename one of the two.")
        return redirect("preset", request.clinic.slug, row.pk)
    messages.success(request, f"{row.name} is offered again.")
    return redirect("presets", request.clinic.slug)


# Of a plan -----------------------------------------------------------------------------------


def _version(request: HttpRequest, patient_id, version_id):
    """A version of one patient of the clinic, and the look at it in the audit."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    version = plan_queries.version_of(patient, version_id)
    if request.method != "POST":
        audit.record_view(by=request.actor, on=version)
    return version


@needs(Permission.PLAN_EDIT)
def keep(request: HttpRequest, patient_id, version_id) -> HttpResponse:
    """Keep a plan as a preset: what goes in, what is left out, its name."""
    version = _version(request, patient_id, version_id)
    form = PresetForm(_posted(request), initial={"revision": version.revision})
    if done := _done(form, lambda: form.keep(version, request.actor)):
        messages.success(request, f"Kept as “{done.name}”. Every therapist of the clinic has it.")
        return redirect("preset", request.clinic.slug, done.pk)
    _again(form, actions.PresetMoved, version.revision)
    named = isinstance(getattr(form, "refusal", None), actions.NamesPatient)
    context = {"form": form, "version": version, "patient": version.patient, "named": named}
    context |= {"banner": chart_queries.banner(version.patient)}
    context |= contents(queries.content_of(version), catalogue(request.clinic))
    return render(request, "preset/keep.html", context, status=422 if form.errors else 200)


@needs(Permission.PLAN_EDIT)
def copy(request: HttpRequest, patient_id, version_id) -> HttpResponse:
    """To whom a plan is copied: another patient of the clinic, found as in the register."""
    version = _version(request, patient_id, version_id)
    words = request.GET.get("q", "")
    page = people.patients_page(request.actor, words, request.GET.get("page"))
    context = {"page": page, "words": words.strip(), "version": version}
    context |= {"patient": version.patient, "banner": chart_queries.banner(version.patient)}
    return render(request, "preset/copy.html", context)


# Into a draft --------------------------------------------------------------------------------


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def choose(request: HttpRequest, version) -> HttpResponse:
    """Each preset with what would happen for this patient."""
    audit.record_view(by=request.actor, on=version)
    goal = queries.target(version.patient)
    rows = []
    if not goal.why_not:
        fitting = queries.Fitting(goal)
        kept = queries.presets(version.clinic)
        rows = [{"preset": one, "fit": fitting.fit(one.content)} for one in kept]
    more = {"rows": rows, "goal": goal}
    return builder.show(request, version, "presets", **builder.constants(more))


@needs(Permission.PLAN_EDIT)
def use(request: HttpRequest, patient_id, preset_id: int) -> HttpResponse:
    """What a preset would change in this patient's draft; the button does it."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    row = queries.preset_of(request.actor, preset_id)
    return _fitted(request, row, patient, {"preset": row})


@needs(Permission.PLAN_EDIT)
def copy_to(request: HttpRequest, patient_id, version_id, to_id) -> HttpResponse:
    """What a copy of a plan would be for another patient; the button drafts it."""
    patient = chart_queries.patient_of(request.actor, to_id)
    version = _version(request, patient_id, version_id)
    return _fitted(request, version, patient, {"source": version})


def _fitted(request: HttpRequest, source, patient, more: dict) -> HttpResponse:
    form = UseForm(_posted(request))
    if done := _done(form, lambda: form.save(source, patient, request.actor)):
        words = f"In the draft of version {done.number}. Look it through, then sign."
        messages.success(request, words)
        return redirect("plan_home", request.clinic.slug, patient.pk)
    if request.method != "POST":
        audit.record_view(by=request.actor, on=patient)
    goal = queries.target(patient)
    context = more | {"form": form, "patient": patient, "goal": goal}
    context |= {"banner": chart_queries.banner(patient)} | _shown(request, source, goal)
    return render(request, "preset/use.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, source, goal) -> dict:
    """What would change; nothing where no plan may be made."""
    own = getattr(source, "patient_id", None) == goal.patient.pk
    if goal.why_not or own or getattr(source, "retired_at", None):
        return {"own": own}
    content = source.content if hasattr(source, "content") else queries.content_of(source)
    fit = queries.Fitting(goal).fit(content)
    wish = queries.wish(fit, goal, program_actions.treats(request.actor))
    return fit_lines(fit, wish, goal, catalogue(request.clinic)) | {
        "fit": fit,
        "wish": wish,
        "stamp": queries.stamp(fit, wish, goal),
    }
