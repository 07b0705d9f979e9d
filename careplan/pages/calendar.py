"""Calendar feeds behind a secret address, and the pages where their owners see and change it."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from careplan.actions import calendar as actions
from careplan.exchange import ics
from careplan.models import CalendarFeed, Session
from careplan.queries import calendar as queries
from patients.guards import needs, public
from patients.roles import Permission

CANCELLED = (Session.State.CANCELLED, Session.State.CANCELLED_LATE)
MAX_AGE = 15 * 60  # seconds for which a calendar need not ask again


@require_safe
@public("the secret address is the key; it can be changed")
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The visits behind an address, as a calendar; 304 where nothing is new."""
    row = queries.feed_of(token)
    body = ics.calendar(_feed(row, queries.sessions(row, timezone.now())))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="visits.ics"'
    response = get_conditional_response(request, etag=etag, response=response)
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={MAX_AGE}"
    response["X-Robots-Tag"] = "noindex"
    return response


@needs(Permission.OWN_PLAN_VIEW)
def mine(request: HttpRequest) -> HttpResponse:
    """The patient's own address."""
    return _page(request, "mine/calendar.html", "mine_calendar", mine_tab="plan")


@needs(Permission.SESSION_RECORD)
def staff(request: HttpRequest) -> HttpResponse:
    """The own address of somebody who gives visits."""
    return _page(request, "calendar/staff.html", "staff_calendar", request.clinic.slug)


def _page(request: HttpRequest, template: str, route: str, *args, **context) -> HttpResponse:
    """See the address; POST makes, changes or turns it off."""
    if request.method == "POST":
        words = _done(request)
        messages.success(request, words)
        return redirect(route, *args)
    row = queries.own_feed(request.actor)
    path = reverse("calendar", args=[row.token]) if row else ""
    address = f"{settings.SITE_URL.rstrip('/')}{path}" if row else ""
    context |= {"address": address, "app_address": f"webcal://{address.partition('://')[2]}"}
    return render(request, template, context)


def _done(request: HttpRequest) -> str:
    if request.POST.get("do") == "off":
        actions.turn_off(by=request.actor)
        return "The address is turned off. Calendars that used it get nothing new."
    actions.new_address(by=request.actor)
    return "This is the address. Any earlier one opens nothing from now on."


# Rows as events ------------------------------------------------------------------------------


def _feed(row: CalendarFeed, rows: list[Session]) -> ics.Feed:
    """A patient's feed names the clinic without what it treats; a therapist's, initials."""
    clinic = queries.short_name(row.clinic.name)
    place = f" at {clinic}" if clinic else ""
    make = _of_patient if row.patient else _of_staff
    return ics.Feed(
        name=f"Visits{place}",
        zone=row.clinic.time_zone,
        on=timezone.localdate(),
        visits=tuple(make(one, row, place) for one in rows),
    )


def _of_patient(one: Session, row: CalendarFeed, place: str) -> ics.Visit:
    phone = row.clinic.phone
    return _visit(
        one,
        summary=f"Visit{place}",
        description=f"Another time? Call {phone}." if phone else "",
        url=_site(reverse("mine_plan")),
    )


def _of_staff(one: Session, row: CalendarFeed, place: str) -> ics.Visit:
    person = one.patient
    initials = f"{person.given_name[:1]}. {person.family_name[:1]}."
    path = reverse("visits", args=[row.clinic.slug, person.pk])
    return _visit(one, summary=f"{initials}, visit {one.number}", url=_site(path))


def _visit(one: Session, **words) -> ics.Visit:
    return ics.Visit(
        uid=f"visit-{one.pk}@careplan",
        starts_at=one.starts_at,
        minutes=one.program.minutes,
        sequence=one.sequence,
        changed_at=one.changed_at,
        cancelled=one.state in CANCELLED,
        **words,
    )


def _site(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
