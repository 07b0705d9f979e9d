"""What every page shares: the frame's menu, fragment-or-page rendering, paging."""

from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from careplan.pages.book_line import line_of
from patients.access import can
from patients.roles import Permission

P = Permission


@dataclass(frozen=True)
class MenuItem:
    """A menu entry carries its own right, so that menu and rights cannot drift apart."""

    label: str
    route: str
    permission: Permission
    section: str  # the part of the path after the clinic that marks it as current


MENU = (
    MenuItem("Worklist", "worklist", P.FOLLOW_UP_VIEW, "worklist"),
    MenuItem("Patients", "patients", P.PATIENT_VIEW, "patients"),
    MenuItem("Medicines", "medication_queue", P.MEDICATION_SIGN, "medicines"),
    MenuItem("Clinic", "staff", P.STAFF_INVITE, "staff settings audit"),
    MenuItem("Exercises", "exercises", P.EXERCISE_VIEW, "exercises presets"),
    MenuItem("Rules", "rules", P.RULES_VIEW, "rules"),
)


def frame(request: HttpRequest) -> dict:
    """Context processor: the menu, the search address and the demo's mail catcher."""
    actor = getattr(request, "actor", None)
    context = {"mail_catcher_url": settings.MAIL_CATCHER_URL, "actor": actor}
    if actor is None or actor.patient is not None:
        return context
    slug = actor.clinic.slug
    section = request.path.removeprefix(f"/c/{slug}/").split("/")[0]
    open_items = [item for item in MENU if can(actor, item.permission)]
    return context | {
        "nav": [
            (item.label, reverse(item.route, args=[slug]), section in item.section.split())
            for item in open_items
        ],
        "home_url": reverse(open_items[0].route, args=[slug]) if open_items else reverse("home"),
        "role_label": ", ".join(sorted(actor.roles)),
        "user_menu": [
            ("Switch clinic", reverse("home")),
            ("How you sign in", reverse("account")),
        ],
        # Read by full staff pages alone: one query there, none for a fragment.
        "book_line": SimpleLazyObject(lambda: line_of(actor)),
        "search_url": reverse("patients", args=[slug]) if can(actor, P.PATIENT_VIEW) else "",
    }


def page_or_fragment(
    request: HttpRequest, page: str, fragment: str, context: dict, status: int = 200
) -> HttpResponse:
    """The same view and context; htmx only narrows what is rendered."""
    template = fragment if request.htmx and not request.htmx.boosted else page
    return render(request, template, context, status=status)


def page_of(rows, number, size: int = 50):
    """One page of a queryset, its number kept inside the range."""
    return Paginator(rows, size).get_page(number)
