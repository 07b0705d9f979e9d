"""A clinic's own exercises: add one, copy a shared one, edit, retire, bring back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from careplan.actions import library as actions
from careplan.pages.forms.own_exercise import OwnExerciseForm
from careplan.queries.catalogue import catalogue
from patients.guards import needs
from patients.roles import Permission


@needs(Permission.EXERCISE_EDIT)
def add(request: HttpRequest) -> HttpResponse:
    """A new exercise; `?copy=COR-07` begins with another one's words."""
    like = catalogue(request.clinic).get(request.GET.get("copy", ""))
    form = OwnExerciseForm(*_posted(request), like=like, copies=bool(like))
    return _save(request, form, "Added {}: plans can use it now.")


@needs(Permission.EXERCISE_EDIT)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change one of the clinic's own; of a shared one there is only a copy to be made."""
    like = _own(request, code)
    form = OwnExerciseForm(*_posted(request), like=like)
    return _save(request, form, "Saved {}. Signed plans keep the words they were signed with.")


def _posted(request: HttpRequest) -> tuple:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _own(request: HttpRequest, code: str):
    row = catalogue(request.clinic).get(code)
    if row is None or not row.own:
        raise Http404("The clinic has no such exercise of its own")
    return row


def _save(request: HttpRequest, form: OwnExerciseForm, done: str) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            row = form.save(by=request.actor)
            messages.success(request, done.format(row.content["name"]))
            return redirect("exercise", request.clinic.slug, row.code)
        except actions.ExerciseRefused as refusal:
            form.refuse(refusal)
            _show_newest(request, form, refusal)
    status = 422 if form.errors else 200
    return render(request, "home_plan/own_exercise.html", {"form": form}, status=status)


def _show_newest(request: HttpRequest, form: OwnExerciseForm, refusal) -> None:
    """After another's change the next press saves over it: that is what the sentence says."""
    if isinstance(refusal, actions.ExerciseMoved):
        form.data = form.data.copy()
        form.data["revision"] = catalogue(request.clinic)[form.like.code].revision


@require_POST
@needs(Permission.EXERCISE_EDIT)
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Offer it no more, with an undo."""
    row = actions.retire_exercise(code=_own(request, code).code, by=request.actor)
    undo = reverse("exercise_bring_back", args=[request.clinic.slug, code])
    words = f"Retired {row.content['name']}. Plans that have it keep it."
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect("exercise", request.clinic.slug, code)


@require_POST
@needs(Permission.EXERCISE_EDIT)
def bring_back(request: HttpRequest, code: str) -> HttpResponse:
    """Offer a retired exercise again."""
    row = actions.bring_back_exercise(code=_own(request, code).code, by=request.actor)
    messages.success(request, f"{row.content['name']} is offered again.")
    return redirect("exercise", request.clinic.slug, code)
