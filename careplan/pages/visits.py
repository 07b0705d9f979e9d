"""Visits of a patient: attendance, the account of what the payer covers, visits that make up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from careplan.actions import visits as actions
from careplan.actions.drafting import PlanRefused
from careplan.pages import plan as plan_pages
from careplan.pages import report_lines
from careplan.pages import visit_lines as lines
from careplan.pages.forms.visits import CertifyForm, GrantForm, MakeUpForm, WithdrawForm
from careplan.pages.worklist_lines import PAPERS
from careplan.queries import chart as chart_queries
from careplan.queries import follow_up as follow_ups
from careplan.queries import reports as report_queries
from careplan.queries import visits as queries
from careplan.rules.lifecycle import IllegalMove
from patients import audit
from patients.access import can
from patients.guards import needs
from patients.roles import Permission


@needs(Permission.PLAN_VIEW)
def visits(request: HttpRequest, patient_id, status: int = 200, **more) -> HttpResponse:
    """The sessions, the account, what is due, and a form for what the payer grants."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    audit.record_view(by=request.actor, on=patient)
    context = {"patient": patient, "banner": chart_queries.banner(patient)} | _account(patient)
    written = report_queries.of(patient)
    context["reports"] = report_lines.report_links(written, request.clinic.slug)
    return render(request, "visits/visits.html", context | _able(request) | more, status=status)


def _account(patient) -> dict:
    """The account and the sessions as they stand now, and what is due."""
    today = queries.today_of(patient)
    found, rows = queries.ledger(patient, today), queries.sessions(patient)
    return {
        "title": lines.title(found),
        "found": found,
        "sections": lines.sections(rows, found, timezone.now(), queries.zone_of(patient)),
        "entries": lines.entries(found, queries.ROWS),
        "grants": [(row, lines.grant_words(row), found.left_of(row)) for row in found.grants],
        "due": [row for row in follow_ups.open_rows(patient, today) if row.kind in PAPERS],
        "grant_form": GrantForm(initial={"on": today}),
    }


def _able(request: HttpRequest) -> dict:
    rights = {"record": Permission.SESSION_RECORD, "grant": Permission.VISIT_GRANT}
    rights["write"] = Permission.REPORT_WRITE
    return {f"can_{name}": can(request.actor, right) for name, right in rights.items()}


@require_POST
@needs(Permission.SESSION_RECORD)
def attendance(request: HttpRequest, session_id, move: str) -> HttpResponse:
    """Record that a session was attended, missed or cancelled, or correct it."""
    session = queries.session_of(request.actor, session_id)
    here = "visits" if request.GET.get("back") == "visits" else "plan"
    try:
        row = actions.record_attendance(session=session, move=move, by=request.actor)
    except (PlanRefused, IllegalMove) as refusal:
        page = visits if here == "visits" else plan_pages.plan
        return page(request, session.patient_id, status=422, refusal=refusal)
    _say(request, row, move, here)
    return redirect(here, request.clinic.slug, session.patient_id)


def _say(request: HttpRequest, row, move: str, here: str) -> None:
    """What was recorded, with the way back."""
    undo = reverse("session_move", args=[request.clinic.slug, row.pk, "correct"])
    tags = f"undo:{undo}?back={here}" if move != "correct" else ""
    words = f"Session {row.number}: {row.get_state_display().lower()}."
    messages.success(request, words, extra_tags=tags)


@require_POST
@needs(Permission.VISIT_GRANT)
def grant(request: HttpRequest, patient_id) -> HttpResponse:
    """Enter what the payer grants."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    form = GrantForm(request.POST)
    if row := _done(form, patient, request.actor):
        messages.success(request, f"{row.visits} visits by {row.payer} are in the account.")
        return redirect("visits", request.clinic.slug, patient.pk)
    return visits(request, patient_id, status=422, grant_form=form)


@needs(Permission.VISIT_GRANT)
def withdraw(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take a grant out of the account, with the reason."""
    row = queries.grant_of(request.actor, grant_id)
    words = {
        "title": "Take a grant out",
        "action": "Take it out",
        "done": "The grant is taken out.",
    }
    words["line"] = f"{row.visits} visits by {lines.grant_words(row)}."
    return _small(request, WithdrawForm, row, row.patient, words)


@needs(Permission.SESSION_RECORD)
def make_up(request: HttpRequest, session_id) -> HttpResponse:
    """Book a visit that makes up for one that did not happen."""
    row = queries.session_of(request.actor, session_id)
    words = {"title": f"Make up for visit {row.number}", "action": "Book this visit"}
    words |= {"line": "Choose a day with a day of rest before and after it.", "done": "Booked."}
    return _small(request, MakeUpForm, row, row.patient, words)


@needs(Permission.REPORT_WRITE)
def certify(request: HttpRequest, patient_id) -> HttpResponse:
    """Record that the plan of care is certified."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    words = {"title": "Certification of the plan of care", "action": "Record it"}
    words |= {"line": "As it stands on the signed paper.", "done": "The certification is recorded."}
    return _small(request, CertifyForm, patient, patient, words)


def _small(request: HttpRequest, make, subject, patient, words: dict) -> HttpResponse:
    """A page with one small form; `words`: title, line, action, done."""
    form = make(request.POST if request.method == "POST" else None)
    if _done(form, subject, request.actor):
        messages.success(request, words["done"])
        return redirect("visits", request.clinic.slug, patient.pk)
    context = {"patient": patient, "banner": chart_queries.banner(patient), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "visits/form.html", context | words, status=status)


def _done(form, subject, by):
    """What the action gave back; None where the form is not sent, not valid or refused."""
    if not form.is_valid():
        return None
    try:
        return form.save(subject, by)
    except (PlanRefused, IllegalMove) as refusal:
        form.refuse(refusal)
        return None
