"""From the mail to the plan: a signed link and the year of birth."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from careplan.pages import opening
from careplan.queries import checkin as checkin_queries
from patients.actions import Refused
from patients.actions import link as links
from patients.guards import public
from patients.models import LinkRefused

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@public("the signed link and the year of birth are the key")
def open_plan(request: HttpRequest, token: str) -> HttpResponse:
    """A plan's link: GET shows whose it is, POST asks the year of birth and signs in, once."""
    try:
        return _opened(request, checkin_queries.plan_link(token))
    except LinkRefused as refusal:
        own = refusal.link and refusal.link.patient.user_id
        if own and request.user.is_authenticated and own == request.user.pk:
            return redirect("mine_today")
        return opening.refused(request, refusal, "plan")


def _opened(request: HttpRequest, link) -> HttpResponse:
    opening.enter(request, link)
    if request.user.is_authenticated and request.user.pk == link.patient.user_id:
        return redirect("mine_today")
    right = opening.prove(request, link) if request.method == "POST" else None
    if not right:
        return opening.door(request, link, "plan", right)
    try:
        login(request, links.use_plan_link(link=link), backend=BACKEND)
    except Refused as refusal:
        context = {"reason": "login", "what": "plan", "why": str(refusal)}
        return render(request, "checkin/link_refused.html", context, status=403)
    return redirect("mine_today")
