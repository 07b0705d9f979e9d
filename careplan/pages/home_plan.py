"""The home exercises: their part of the builder, adding from the library, and the library itself."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from careplan.actions import home_plan as actions
from careplan.actions.drafting import PlanRefused
from careplan.pages import builder
from careplan.pages.forms.home_plan import STEPS, HomeForm
from careplan.pages.forms.library import filter_groups, filters_of
from careplan.pages.shared import page_or_fragment
from careplan.queries import home_plan as queries
from careplan.queries import plan as plan_queries
from careplan.rules.book import Exercise, book
from patients import audit
from patients.guards import needs
from patients.roles import Permission

KEPT = ("sets", "reps", "hold_s", "short_day")  # what an undo puts back


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def home(request: HttpRequest, version) -> HttpResponse:
    """The exercises, their order and dose, the five-minute day; one form, one save."""
    return builder.part(
        request,
        version,
        "home",
        lambda data: HomeForm(data, version=version),
        said=lambda form: done(request, version, form),
        home=home_part,
    )


def done(request: HttpRequest, version, form: HomeForm) -> tuple[str, str]:
    """What a button did, in words; a removal with an undo that puts it back where it was."""
    codes = [item["exercise"] for item in form.current]
    name = book().exercises[form.on].name if form.on in book().exercises else ""
    if form.act == "drop" and form.on in codes:
        return f"Removed {name}.", f"undo:{undo_url(request, version, form, codes.index(form.on))}"
    if form.act in STEPS and form.on in codes:
        place = codes.index(form.on) + 1 + STEPS[form.act]
        return f"{name} is number {min(max(place, 1), len(codes))} of {len(codes)}.", ""
    return (f"Added {name}." if form.act == "add" else ""), ""


def undo_url(request: HttpRequest, version, form: HomeForm, place: int) -> str:
    """The address that puts a removed exercise back at its place, with its dose."""
    url = reverse("plan_home_put_back", args=[request.clinic.slug, version.patient_id, form.on])
    dose = {name: int(form.current[place][name]) for name in KEPT}
    return f"{url}?{urlencode({'at': place} | dose)}"


def home_part(version, form) -> dict:
    """What the part shows: rows with notes for care, the short day, parts left out, templates."""
    notes, hidden = queries.caution_notes(version.assessment), queries.hidden(version.assessment)
    items = queries.items_of(version)
    short = [item for item in items if item["short_day"]]
    missing = [code for code, there in plan_queries.components(version).items() if not there]
    return {
        "rows": [_row(item, form, notes, hidden) for item in items],
        "short_minutes": queries.total(short),
        "missing": [
            (code, queries.COMPONENTS[code][0], version.reasons.get(code, "")) for code in missing
        ],
        "templates": list(book().templates.values()),
        "hidden_count": len(hidden),
    }


def _row(item: dict, form: HomeForm, notes: dict, hidden: dict) -> dict:
    """Variables of components/exercise_row.html."""
    code = item["exercise"]
    badge = None
    if code in hidden:
        badge = {"severity": "stop", "word": "Left out"}
    elif code in notes:
        badge = {"severity": "caution", "word": notes[code][0].badge}
    return {
        "code": code,
        "name": book().exercises[code].name,
        "meta": queries.line(book().exercises[code]),
        "minutes": queries.minutes(item),
        "short_day": item["short_day"],
        "badge": badge,
        **form.typed(item),
    }


@require_POST
@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def put_back(request: HttpRequest, version, code: str) -> HttpResponse:
    """Undo a removal: the exercise as it was, at its place."""
    try:
        given = {name: int(request.GET[name]) for name in KEPT}
        item = queries.default_item(code) | given | {"short_day": bool(given["short_day"])}
        items = actions.added(queries.items_of(version), item, int(request.GET["at"]))
        actions.set_items(version=version, items=items, by=request.actor)
    except (KeyError, ValueError):
        raise Http404("Nothing to put back") from None
    except PlanRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("plan_home", request.clinic.slug, version.patient_id)


# The library ---------------------------------------------------------------------------------


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def library(request: HttpRequest, version) -> HttpResponse:
    """The library inside the builder: what may be added, and why the rest may not."""
    audit.record_view(by=request.actor, on=version)
    shown = queries.library(filters_of(request.GET))
    if "hidden" in request.GET:
        forbidden = queries.hidden(version.assessment)
        shown = [exercise for exercise in shown if exercise.code in forbidden]
    more = library_part(version, shown) | filter_part(request)
    return builder.show(request, version, "library", **builder.constants(more))


def library_part(version, shown: list[Exercise]) -> dict:
    """Cards of exercises with what this person's conditions say of each."""
    hidden, notes = queries.hidden(version.assessment), queries.caution_notes(version.assessment)
    return {
        "chosen": {item["exercise"] for item in queries.items_of(version)},
        "cards": [
            card(one) | {"why_not": hidden.get(one.code), "notes": notes.get(one.code)}
            for one in shown
        ],
    }


def filter_part(request: HttpRequest) -> dict:
    """The filters as they stand."""
    return {
        "groups": filter_groups(request.GET),
        "words": request.GET.get("q", ""),
        "filtered": filters_of(request.GET).narrows,
    }


@needs(Permission.PLAN_VIEW)
def exercises(request: HttpRequest) -> HttpResponse:
    """All exercises of the rule book, searched and filtered."""
    found = queries.library(filters_of(request.GET))
    context = {"cards": [card(one) for one in found], "all": len(book().exercises)}
    context |= filter_part(request)
    return page_or_fragment(request, "home_plan/exercises.html", "home_plan/_results.html", context)


@needs(Permission.PLAN_VIEW)
def exercise(request: HttpRequest, code: str) -> HttpResponse:
    """One exercise: how it is done, its dose, who must not do it and who needs care."""
    row = book().exercises.get(code)
    if row is None:
        raise Http404("No such exercise")
    links = {way: book().exercises.get(getattr(row, f"{way}_code")) for way in ("easier", "harder")}
    return render(request, "home_plan/exercise.html", card(row) | links)


def card(row: Exercise) -> dict:
    """One exercise with the words of its codes."""
    return {
        "exercise": row,
        "line": queries.line(row),
        "dose": queries.default_item(row.code) | {"minutes": row.minutes},
        "stops": [_words(code) for code in row.stops],
        "cautions": [_words(code, note) for code, note in row.cautions],
        "works": queries.body_parts(row),
    }


def _words(code: str, note: str = "") -> dict:
    """A stop or caution code: short for a badge, in full, and what to do about it."""
    short = queries.CODE_BADGES.get(code, queries.code_words(code))
    return {"short": short, "words": queries.code_words(code), "note": note}
