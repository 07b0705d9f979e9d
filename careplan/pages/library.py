"""The exercise library: all of it, one exercise, and the clinic's own pictures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from careplan.pages.forms.library import filter_groups, filters_of
from careplan.pages.shared import page_or_fragment
from careplan.queries import home_plan as home_queries
from careplan.queries import library as queries
from careplan.queries.catalogue import catalogue
from careplan.rules.book import Exercise
from patients.access import can
from patients.guards import needs
from patients.roles import Permission

MOST = 60  # cards at once
BADGES = 2  # on a card; the rest is counted
FOR_A_YEAR = "private, max-age=31536000, immutable"  # a picture never changes under its address


@needs(Permission.EXERCISE_VIEW)
def exercises(request: HttpRequest) -> HttpResponse:
    """All exercises, searched and filtered; the next sixty where there are more."""
    shelf = queries.shelf(request.clinic)
    found = shelf.search(filters_of(request.GET, shelf))
    shown = min(_whole(request.GET.get("show")), len(found))
    context = {"cards": [card(one) for one in found[:shown]], "found": len(found)}
    context |= {"all": shelf.counts["retired"][False], "more": min(MOST, len(found) - shown)}
    context |= {"show": shown + MOST, "may_edit": can(request.actor, Permission.EXERCISE_EDIT)}
    context |= filter_part(request, shelf)
    return page_or_fragment(request, "home_plan/exercises.html", "home_plan/_results.html", context)


def _whole(text: str | None) -> int:
    """How many to show: what the address asks for in steps of sixty, or sixty."""
    asked = int(text) if text and text.isdecimal() and len(text) < 6 else MOST
    return max(MOST, asked)


def filter_part(request: HttpRequest, shelf: queries.Shelf) -> dict:
    """The filters as they stand."""
    return {
        "groups": filter_groups(request.GET, shelf),
        "words": request.GET.get("q", ""),
        "filtered": filters_of(request.GET, shelf).narrows,
    }


@needs(Permission.EXERCISE_VIEW)
def exercise(request: HttpRequest, code: str) -> HttpResponse:
    """One exercise: how it is done, its dose, who must not do it and who needs care."""
    shelf = catalogue(request.clinic)
    row = shelf.get(code)
    if row is None:
        raise Http404("No such exercise")
    links = {way: shelf.get(getattr(row, f"{way}_code")) for way in ("easier", "harder")}
    context = card(row) | links | {"copied": shelf.get(getattr(row, "copy_of", ""))}
    context |= {"may_edit": can(request.actor, Permission.EXERCISE_EDIT)}
    context |= {"licence_words": queries.LICENCES.get(getattr(row, "licence", ""), "")}
    return render(request, "home_plan/exercise.html", context)


def card(row: Exercise) -> dict:
    """One exercise with the words of its codes."""
    dose = {name: getattr(row, name) for name in ("sets", "reps", "hold_s", "minutes")}
    stops = [_words(code) | {"severity": "stop"} for code in row.stops]
    cautions = [_words(code, note) | {"severity": "caution"} for code, note in row.cautions]
    more = [one["short"] for one in [*stops, *cautions][BADGES:]]
    return {
        "exercise": row,
        "line": queries.line(row),
        "dose": dose | {"hold_s": int(row.hold_s)},
        "stops": stops,
        "cautions": cautions,
        "badges": {"shown": [*stops, *cautions][:BADGES], "more": len(more)}
        | {"more_words": ", ".join(more)},
        "works": list(queries.body_parts(row)),
    }


def _words(code: str, note: str = "") -> dict:
    """A stop or caution code: short for a badge, in full, and what to do about it."""
    words = home_queries.code_words(code)
    return {"short": home_queries.CODE_BADGES.get(code, words), "words": words, "note": note}


@require_safe
@needs(Permission.EXERCISE_VIEW)
def picture(request: HttpRequest, picture_id) -> HttpResponse:
    """A picture of the clinic's own, for staff."""
    return _picture(request, picture_id)


@require_safe
@needs(Permission.OWN_PLAN_VIEW)
def picture_of_mine(request: HttpRequest, picture_id) -> HttpResponse:
    """The same for a patient of the clinic."""
    return _picture(request, picture_id)


def _picture(request: HttpRequest, picture_id) -> HttpResponse:
    content = queries.picture(request.clinic, picture_id)
    if content is None:
        raise Http404("No such picture")
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response
