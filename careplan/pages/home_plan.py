"""The home exercises: their part of the builder, and adding from the library."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from careplan.actions import home_plan as actions
from careplan.actions.drafting import PlanRefused
from careplan.pages import builder
from careplan.pages.forms.home_plan import STEPS, HomeForm
from careplan.pages.forms.library import filters_of
from careplan.pages.library import MOST, card, filter_part
from careplan.queries import home_plan as queries
from careplan.queries import library as library_queries
from careplan.queries import plan as plan_queries
from careplan.queries.catalogue import catalogue
from careplan.rules.book import Exercise, book
from patients import audit
from patients.guards import needs
from patients.roles import Permission

KEPT = ("bout", "sets", "reps", "hold_s", "short_day")  # what an undo puts back
NO_TIME = "BAR-05"


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def home(request: HttpRequest, version) -> HttpResponse:
    """The exercises, their order and dose, the five-minute day; one form, one save."""
    return builder.part(
        request,
        version,
        "home",
        HomeForm,
        said=lambda form: done(request, version, form),
        home=home_part,
    )


def done(request: HttpRequest, version, form: HomeForm) -> tuple[str, str]:
    """What a button did, in words; a removal and a split with an undo that puts it back."""
    if form.act in ("split", "merge"):
        return _said_of_bouts(request, version, form)
    codes = [item["exercise"] for item in form.current]
    name = form.exercises[form.on].name if form.on in form.exercises else ""
    if form.act == "drop" and form.on in codes:
        return f"Removed {name}.", f"undo:{undo_url(request, version, form, codes.index(form.on))}"
    if form.act in STEPS and form.on in codes:
        return _said_of_place(version, form.on, name), ""
    if form.act == "put":
        code = form.on.partition(":")[0]
        return _said_of_place(version, code, form.exercises[code].name), ""
    return (f"Added {name}." if form.act == "add" else ""), ""


def _said_of_place(version, code: str, name: str) -> str:
    """`Bridge is number 2 of 5`, and in which bout."""
    items = queries.items_of(plan_queries.whole(version.pk))
    place = next(n for n, item in enumerate(items) if item["exercise"] == code)
    bouts = len({item["bout"] for item in items})
    where = f", in bout {items[place]['bout']}" if bouts > 1 else ""
    return f"{name} is number {place + 1} of {len(items)}{where}."


def _said_of_bouts(request: HttpRequest, version, form: HomeForm) -> tuple[str, str]:
    bouts = queries.bouts_of(plan_queries.whole(version.pk))
    words = f"The day is in {len(bouts)} bouts." if bouts else "The day is in one piece again."
    url = reverse("plan_home_bouts", args=[request.clinic.slug, version.patient_id])
    day = ",".join(f"{item['exercise']}.{item['bout']}" for item in form.current)
    return words, f"undo:{url}?{urlencode({'day': day})}"


def undo_url(request: HttpRequest, version, form: HomeForm, place: int) -> str:
    """The address that puts a removed exercise back at its place, with its dose."""
    url = reverse("plan_home_put_back", args=[request.clinic.slug, version.patient_id, form.on])
    dose = {name: int(form.current[place][name]) for name in KEPT}
    return f"{url}?{urlencode({'at': place} | dose)}"


def home_part(version, form) -> dict:
    """What the part shows: rows with notes for care, the short day, parts left out, templates."""
    exercises, items = catalogue(version.clinic), queries.items_of(version)
    notes = queries.caution_notes(version.assessment, exercises)
    hidden = queries.hidden(version.assessment, exercises)
    short = [item for item in items if item["short_day"]]
    missing = [code for code, there in plan_queries.components(version).items() if not there]
    rows = [_row(item, form, notes, hidden) for item in items]
    for row in rows:
        row |= {"first": row is rows[0], "last": row is rows[-1]}
    bouts = [_bout(bout, form, rows) for bout in queries.bouts_of(version)]
    return {
        "rows": rows,
        "bouts": bouts,
        "day": bouts or [{"rows": rows}],
        "habits": list(book().habits.values()),
        "offer": "" if bouts else _offer(version, items),
        "can_split": len(items) > 1 and queries.total(items) > queries.bout_limit(),
        "short_minutes": queries.total(short),
        "missing": [
            (code, queries.COMPONENTS[code][0], version.reasons.get(code, "")) for code in missing
        ],
        "templates": list(book().templates.values()),
        "hidden_count": len(hidden),
    }


def _offer(version, items: list[dict]) -> str:
    """Why three short bouts may suit this person (BAR-05); empty where nothing says so."""
    name, limit = version.patient.given_name, plan_queries.minutes_limit(version)
    if len(items) < 2 or queries.total(items) <= queries.bout_limit():
        return ""
    if NO_TIME in version.barriers:
        return f"{name} says: {book().self_care[NO_TIME].title}."
    return f"{name} has {limit:g} minutes a day." if limit < queries.LIMIT else ""


def _bout(bout: queries.Bout, form: HomeForm, rows: list[dict]) -> dict:
    """The head of a bout in the list, and its rows."""
    chosen, own = form.typed_anchor(bout)
    names = [form.exercises[item["exercise"]].name for item in bout.apart]
    return {
        "bout": bout,
        "limit": queries.bout_limit(),
        "apart": names,
        "chosen": chosen,
        "own": own,
        "rows": [row for row in rows if row["bout"] == bout.number],
    }


def _row(item: dict, form: HomeForm, notes: dict, hidden: dict) -> dict:
    """Variables of components/exercise_row.html."""
    code = item["exercise"]
    badge = None
    if code in hidden:
        badge = {"severity": "stop", "word": "Left out"}
    elif form.exercises[code].retired:
        badge = {"severity": "stop", "word": "Retired"}
    elif code in notes:
        badge = {"severity": "caution", "word": notes[code][0].badge}
    return {
        "code": code,
        "bout": item["bout"],
        "exercise": form.exercises[code],
        "name": form.exercises[code].name,
        "meta": library_queries.line(form.exercises[code]),
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
        usual = queries.default_item(code, catalogue(version.clinic))
        item = usual | given | {"short_day": bool(given["short_day"])}
        items = actions.added(queries.items_of(version), item, int(request.GET["at"]))
        actions.set_items(version=version, items=items, by=request.actor)
    except (KeyError, ValueError):
        raise Http404("Nothing to put back") from None
    except PlanRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("plan_home", request.clinic.slug, version.patient_id)


@require_POST
@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def bouts(request: HttpRequest, version) -> HttpResponse:
    """Undo a split or a merge: the order and the bouts as they were (`?day=COR-01.1,COR-02.2`)."""
    given = [part.rpartition(".") for part in request.GET.get("day", "").split(",")]
    items = {item["exercise"]: item for item in queries.items_of(version)}
    if not all(bout in ("1", "2", "3") for _, _, bout in given):
        raise Http404("Nothing to put back")
    if sorted(code for code, _, _ in given) != sorted(items):
        messages.error(request, "The exercises have changed since then. Nothing was undone.")
        return redirect("plan_home", request.clinic.slug, version.patient_id)
    day = [items[code] | {"bout": int(bout)} for code, _, bout in given]
    try:
        actions.set_items(version=version, items=day, by=request.actor)
    except PlanRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("plan_home", request.clinic.slug, version.patient_id)


# The library ---------------------------------------------------------------------------------


@needs(Permission.PLAN_EDIT)
@builder.of_a_draft
def library(request: HttpRequest, version) -> HttpResponse:
    """The library inside the builder: what may be added, and why the rest may not."""
    audit.record_view(by=request.actor, on=version)
    shelf = library_queries.shelf(version.clinic)
    shown = shelf.search(filters_of(request.GET, shelf))
    if "hidden" in request.GET:
        forbidden = queries.hidden(version.assessment, shelf.exercises)
        shown = [exercise for exercise in shown if exercise.code in forbidden]
    more = library_part(version, shelf, shown[:MOST]) | filter_part(request, shelf)
    more |= {"found": len(shown)}
    return builder.show(request, version, "library", **builder.constants(more))


def library_part(version, shelf, shown: list[Exercise]) -> dict:
    """Cards of exercises with what this person's conditions say of each."""
    hidden = queries.hidden(version.assessment, shelf.exercises)
    notes = queries.caution_notes(version.assessment, {one.code: one for one in shown})
    return {
        "chosen": {item["exercise"] for item in queries.items_of(version)},
        "cards": [
            card(one) | {"why_not": hidden.get(one.code), "notes": notes.get(one.code)}
            for one in shown
        ],
    }
