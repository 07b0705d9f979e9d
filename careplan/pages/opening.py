"""Doors without a password: a signed link, a button, the year of birth. A GET uses nothing up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from patients.actions import link as links
from patients.models import Link, LinkRefused

STATUS = {"unknown": 404, "locked": 403}


def enter(request: HttpRequest, link: Link) -> None:
    """The page is about this link's patient: the clinic's name above it, times in their zone."""
    request.clinic = link.clinic
    timezone.activate(link.patient.zone)


def refused(request: HttpRequest, refusal: LinkRefused, what: str) -> HttpResponse:
    """Why a link opens nothing, and what to do next. `what`: plan or check-in."""
    link = refusal.link
    if link is not None:
        request.clinic = link.clinic
    context = {"reason": refusal.reason, "what": what, "clinic": link.clinic if link else None}
    status = STATUS.get(refusal.reason, 410)
    return render(request, "checkin/link_refused.html", context, status=status)


def prove(request: HttpRequest, link: Link) -> bool | None:
    """Whether the year of birth was right; None where it is still to be asked."""
    if "year" not in request.POST:
        return None
    typed = request.POST["year"].strip()
    return links.prove(link=link, year=int(typed) if typed.isdecimal() else None)


def door(request: HttpRequest, link: Link, what: str, right: bool | None) -> HttpResponse:
    """The page before the page: first who it is from, after a POST the year of birth. Raises
    LinkRefused("locked") where too many years were wrong."""
    if link.failed_tries >= links.TRIES:
        raise LinkRefused("locked", link)
    wrong = right is False
    context = {
        "link": link,
        "what": what,
        "asks_year": request.method == "POST",
        "wrong": wrong,
        "left": links.TRIES - link.failed_tries,
    }
    return render(request, "checkin/door.html", context, status=422 if wrong else 200)
