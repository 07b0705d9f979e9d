"""The check-in behind its signed link: one question a page, answers kept at once, no login."""

from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from careplan.actions import checkin as actions
from careplan.models import CheckIn
from careplan.pages import opening
from careplan.pages.forms import checkin as forms
from careplan.queries import checkin as queries
from careplan.queries import safety
from careplan.rules.lifecycle import IllegalMove
from patients.access import Actor
from patients.guards import public
from patients.models import Link, LinkRefused

PROVEN = "checkin_link"  # in the session: the id of the link whose year of birth was given
SECONDS_A_QUESTION = 4


@dataclass(frozen=True)
class Visit:
    """One request behind a link that opens: whose check-in, and whether it is proven."""

    link: Link
    checkin: CheckIn
    proven: bool

    @property
    def actor(self) -> Actor:
        return Actor.for_patient(self.checkin.patient)


def behind_link(*, after_use: bool = False):
    """The view gets a Visit for the token, or the person a page that says what to do next.
    `after_use`: the page stays open for who has just sent the check-in."""

    def decorate(view):
        @wraps(view)
        def entered(request: HttpRequest, token: str, *args, **kwargs) -> HttpResponse:
            try:
                visit = _visit(request, token, after_use)
                return view(request, visit, *args, **kwargs)
            except LinkRefused as refusal:
                return opening.refused(request, refusal, "check-in")

        return entered

    return decorate


def _visit(request: HttpRequest, token: str, after_use: bool) -> Visit:
    try:
        link = queries.checkin_link(token)
    except LinkRefused as refusal:
        if not (after_use and refusal.reason == "used" and _proven(request, refusal.link)):
            raise
        link = refusal.link
    checkin = queries.of_link(link)
    if checkin is None:
        raise LinkRefused("unknown")
    opening.enter(request, link)
    return Visit(link, checkin, _proven(request, link))


def _proven(request: HttpRequest, link: Link) -> bool:
    own = request.user.is_authenticated and link.patient.user_id == request.user.pk
    return own or request.session.get(PROVEN) == str(link.pk)


@never_cache
@public("the signed link and the year of birth are the key")
@behind_link()
def entry(request: HttpRequest, visit: Visit) -> HttpResponse:
    """GET says who asks and what; POST asks the year of birth, then begins."""
    if request.method != "POST":
        return opening.door(request, visit.link, "check-in", None)
    right = visit.proven or opening.prove(request, visit.link)
    if not right:
        return opening.door(request, visit.link, "check-in", right)
    request.session[PROVEN] = str(visit.link.pk)
    return _onwards(request, visit, visit.checkin)


@never_cache
@public("the signed link and the year of birth are the key")
@behind_link()
def question(request: HttpRequest, visit: Visit, question_id: str) -> HttpResponse:
    """One question. POST keeps the answer and goes on to the next."""
    if not visit.proven:
        return redirect("checkin", visit.link.token)
    asked = queries.asked(visit.checkin, timezone.localdate())
    asking = asked.question(question_id)
    if asking is None:
        raise Http404("This check-in does not ask that")
    if request.method != "POST":
        return _show(request, visit, asked, asking)
    try:
        value = forms.value_of(asking, request.POST)
        kept = actions.answer(checkin=visit.checkin, part={asking.id: value}, by=visit.actor)
    except actions.CheckInRefused as refusal:
        return _show(request, visit, asked, asking, error=str(refusal))
    return _onwards(request, visit, kept)


@never_cache
@public("the signed link and the year of birth are the key")
@behind_link(after_use=True)
def done(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was told and what happens now; in an emergency the panel and nothing else."""
    if not visit.proven or not visit.checkin.submitted_at:
        return redirect("checkin", visit.link.token)
    panel = safety.panel_after(visit.checkin)
    if panel and panel.severity == "emergency":
        return render(request, "mine/emergency.html", {"panel": panel, "token": visit.link.token})
    context = {"panel": panel, "checkin": visit.checkin, **queries.after(visit.checkin)}
    return render(request, "checkin/done.html", context)


@never_cache
@public("the signed link and the year of birth are the key")
@behind_link(after_use=True)
def show_staff(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The page to hold out to emergency staff. It names no diagnosis."""
    if not visit.proven or not visit.checkin.submitted_at:
        return redirect("checkin", visit.link.token)
    context = {"handover": safety.handover(visit.checkin.patient, visit.checkin)}
    return render(request, "mine/handover.html", context | {"token": visit.link.token})


def _onwards(request: HttpRequest, visit: Visit, checkin: CheckIn) -> HttpResponse:
    """To the next open question; after the last one the check-in is sent."""
    if not checkin.submitted_at:
        following = queries.asked(checkin, timezone.localdate()).next_open(checkin.answers)
        if following:
            return redirect("checkin_question", visit.link.token, following.id)
        try:
            actions.submit(checkin=checkin, by=visit.actor)
        except IllegalMove as closed:
            raise LinkRefused("withdrawn", visit.link) from closed
    return redirect("checkin_done", visit.link.token)


def _show(request, visit: Visit, asked: queries.Asked, asking, error: str = "") -> HttpResponse:
    place = asked.questions.index(asking) + 1
    left = len(asked.questions) - place + 1
    context = {
        "visit": visit,
        "place": place,
        "whole": len(asked.questions),
        "progress": f"Question {place} of {len(asked.questions)}",
        "minutes_left": max(1, round(left * SECONDS_A_QUESTION / 60)),
        "before": asked.before(asking),
        "asking": forms.page_of(asking, asked, visit.checkin.answers, request.POST),
        "error": error,
    }
    return render(request, "checkin/question.html", context, status=422 if error else 200)
