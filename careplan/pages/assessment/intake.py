"""The intake: one step a page, saved by itself as it is answered and by Continue without scripts."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from careplan.actions import assessment
from careplan.models import Intake
from careplan.pages.assessment import calls
from careplan.pages.forms.intake import StepForm
from careplan.queries import assessment as queries
from careplan.queries import chart
from careplan.queries import intake as intakes
from careplan.rules.book import book
from patients import audit
from patients.guards import needs
from patients.roles import Permission

EMPTY_ROWS, MORE_ROWS = 2, 5


def steps() -> list[str]:
    return [row["id"] for row in book().steps]


@needs(Permission.INTAKE_EDIT)
def intake_start(request: HttpRequest, patient_id) -> HttpResponse:
    """Begin, go on with the draft, or change an answer of the last intake (`step`, `at`)."""
    patient = chart.patient_of(request.actor, patient_id)
    step = request.POST.get("step") or request.GET.get("step") or ""
    step = step if step in steps() else steps()[0]
    draft = intakes.draft_of(patient)
    if request.method == "POST":
        draft = assessment.start_intake(patient=patient, by=request.actor)
    if draft:
        place = request.POST.get("at") or request.GET.get("at") or ""
        address = reverse("intake", args=[request.clinic.slug, patient.pk, step])
        return redirect(f"{address}#id_{place}" if place in book().questions else address)
    audit.record_view(by=request.actor, on=patient)
    last = intakes.latest_intake(patient)
    context = {"patient": patient, "banner": chart.banner(patient), "last": last, "step": step}
    return render(request, "assessment/intake_start.html", context)


@needs(Permission.INTAKE_EDIT)
def intake(request: HttpRequest, patient_id, step: str) -> HttpResponse:
    """One step of the draft."""
    patient = chart.patient_of(request.actor, patient_id)
    if step not in steps():
        raise Http404("No such step")
    draft = intakes.draft_of(patient)
    if draft is None:
        return redirect("intake_start", request.clinic.slug, patient.pk)
    if request.method == "POST":
        return _save(request, draft, step)
    audit.record_view(by=request.actor, on=draft)
    return _page(request, draft, _form(draft, step, rows=_rows(request)))


def _rows(request: HttpRequest) -> int:
    typed = request.GET.get("rows", "")
    return int(typed) if typed.isdecimal() and len(typed) < 3 else EMPTY_ROWS


def _form(draft: Intake, step: str, data=None, rows: int = EMPTY_ROWS, seen=()) -> StepForm:
    return StepForm(
        step=step,
        stored=draft.answers,
        provenance=draft.provenance,
        shown=queries.asked(draft),
        today=timezone.localdate(),
        data=data,
        blank_rows=rows,
        seen=frozenset(seen),
    )


def _save(request: HttpRequest, draft: Intake, step: str) -> HttpResponse:
    """Keep what is valid; show the rest beside its field, or both values of two windows."""
    form = _form(draft, step, request.POST)
    try:
        saved = _keep(request, draft, form)
    except assessment.ChangedElsewhere as refusal:
        return _both(request, refusal, form)
    except assessment.Refused as refusal:
        messages.warning(request, str(refusal))
        return _away(request, draft, "assessment")
    if request.htmx:
        return _saved(request, saved, form)
    if form.errors:
        return _page(request, saved, form, status=422)
    return _go_on(request, saved, form)


def _keep(request: HttpRequest, draft: Intake, form: StepForm) -> Intake:
    """Save; what the rules refuse goes beside its field, and the others are saved without it."""
    given = {
        "intake": draft,
        "step": form.step,
        "revision": _revision(request),
        "by": request.actor,
    }
    try:
        done = not request.htmx and not form.errors
        return assessment.save_answers(answers=form.answers(), done=done, **given)
    except assessment.AnswersRefused as refusal:
        form.refuse(refusal.errors)
        return assessment.save_answers(answers=form.answers(), **given)


def _revision(request: HttpRequest) -> int:
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _go_on(request: HttpRequest, draft: Intake, form: StepForm) -> HttpResponse:
    """Where the button leads: more rows, the questions these answers bring, assess, or on."""
    go = request.POST.get("go", "next")
    address = reverse("intake", args=[request.clinic.slug, draft.patient_id, form.step])
    if go.startswith("more:"):
        return redirect(f"{address}?rows={MORE_ROWS}#{go.removeprefix('more:')}")
    if go == "assess":
        return assess_draft(request, draft)
    new = [row for row in _form(draft, form.step).fields if row.name not in form.names]
    if new:
        words = "1 more question" if len(new) == 1 else f"{len(new)} more questions"
        messages.info(request, f"These answers bring {words}.")
        return redirect(f"{address}#id_{new[0].name}")
    order = steps()
    place = order.index(form.step) + 1
    return redirect("intake", request.clinic.slug, draft.patient_id, order[place % len(order)])


def assess_draft(request: HttpRequest, draft: Intake) -> HttpResponse:
    """Run the rules; what they still need is said on the step that asks for it."""
    try:
        assessment.assess(intake=draft, by=request.actor)
    except assessment.AnswersRefused as refusal:
        return _asks(request, draft, refusal.errors)
    except assessment.Refused as refusal:
        messages.warning(request, str(refusal))
    return _away(request, draft, "assessment")


def _asks(request: HttpRequest, draft: Intake, errors: list[dict]) -> HttpResponse:
    rows = book().questions.values()
    asked = next((row for e in errors for row in rows if row.path == e["path"]), None)
    if asked is None:
        messages.warning(request, "; ".join(error["message"] for error in errors))
        return _away(request, draft, "intake", steps()[0])
    form = _form(draft, asked.step)
    for field in form.fields:
        if field.question.path in {error["path"] for error in errors}:
            field.error = f"{field.question.label}: answer this before you assess."
    return _page(request, draft, form, status=422)


def _away(request: HttpRequest, draft: Intake, route: str, *more) -> HttpResponse:
    return redirect(route, request.clinic.slug, draft.patient_id, *more)


def _both(request: HttpRequest, refusal: assessment.ChangedElsewhere, form: StepForm):
    """Two windows: what is saved now beside what was typed here; saving again keeps the latter."""
    if request.htmx:
        return render(request, "assessment/_elsewhere.html")
    theirs = _form(refusal.intake, form.step)
    context = {"refusal": str(refusal), "differences": form.differences(theirs)}
    return _page(request, refusal.intake, form, status=409, **context)


def _saved(request: HttpRequest, draft: Intake, typed: StepForm) -> HttpResponse:
    """The answer to an autosave: when it was saved, the new revision, what it calls for. No row is
    swapped or moved: a question it brings up comes below all others, by the names the page sent."""
    form = _form(draft, typed.step, seen=request.POST.getlist("shown"))
    context = _context(request, draft, form) | {"typed": typed, "told": request.POST.get("call")}
    return render(request, "assessment/_saved.html", context)


def _page(request: HttpRequest, draft: Intake, form: StepForm, status=200, **more) -> HttpResponse:
    context = _context(request, draft, form) | {"banner": chart.banner(draft.patient), **more}
    return render(request, "assessment/intake.html", context, status=status)


def _context(request: HttpRequest, draft: Intake, form: StepForm) -> dict:
    order, slug = steps(), request.clinic.slug
    place = order.index(form.step)
    following = order[place + 1] if place + 1 < len(order) else None
    step = next(row for row in book().steps if row["id"] == form.step)
    return {
        "patient": draft.patient,
        "draft": draft,
        "form": form,
        "step": step,
        "steps": [_step(slug, draft, name, form.step) for name in order],
        "following": following and following.capitalize(),
        "call": calls.call_of(draft, form),
        "unanswered": queries.unanswered(draft),
        "yes_or_no": [("yes", "Yes"), ("no", "No")],
    }


def _step(slug: str, draft: Intake, name: str, current: str) -> dict:
    return {
        "label": name.replace("_", " ").capitalize(),
        "url": reverse("intake", args=[slug, draft.patient_id, name]),
        "current": name == current,
    }
