"""The worklist, and one row of it: acknowledge, snooze, close."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from careplan.actions import follow_up
from careplan.pages import worklist_lines as lines
from careplan.pages.forms.follow_up import CloseForm, SnoozeForm
from careplan.pages.shared import page_of
from careplan.queries import chart as chart_queries
from careplan.queries import follow_up as queries
from careplan.queries import proposal as proposal_queries
from careplan.rules import BOOK_VERSION
from careplan.rules.lifecycle import IllegalMove
from careplan.templatetags.careplan_tags import week_date
from patients import audit
from patients.access import can
from patients.guards import needs
from patients.roles import Permission

TABS = {"mine": "Mine", "clinic": "Whole clinic", "snoozed": "Snoozed", "done": "Done today"}
EMPTY = {
    "mine": (
        "Nobody needs you now.",
        "Rows appear here when a check-in is answered or missed, a warning sign is told, or a rule "
        "asks for something. Each says why, and by when.",
    ),
    "clinic": ("Nobody in the clinic needs anybody now.", "New rows appear here by themselves."),
    "snoozed": (
        "Nothing is put away.",
        "A row that you put away comes back on the day you choose. Emergencies cannot be put away.",
    ),
    "done": ("Nothing closed today yet.", "Rows that are closed stay here until midnight."),
}


@needs(Permission.FOLLOW_UP_VIEW)
def worklist(request: HttpRequest) -> HttpResponse:
    """Who needs somebody, by danger and then by day."""
    tab = request.GET.get("tab", "mine")
    tab = tab if tab in TABS else "mine"
    today, actor = timezone.localdate(), request.actor
    found = queries.rows(actor, tab, today)
    grave = queries.emergencies(found) if tab in ("mine", "clinic") else []
    page = page_of(found.filter(rank__gt=0) if grave else found, request.GET.get("page"), 30)
    context = {
        "tab": tab,
        "page": page,
        "panels": [lines.panel(row, actor) for row in grave],
        "sections": _sections(page.object_list, actor, today, tab, bool(grave)),
        "empty": EMPTY[tab] if not (grave or page.object_list) else None,
    }
    return render(request, "follow_up/worklist.html", context | _head(request, tab, today))


@needs(Permission.FOLLOW_UP_VIEW)
def detail(request: HttpRequest, row_id, status: int = 200, **forms) -> HttpResponse:
    """One row: why it is here, and what can be done with it."""
    row = queries.row_of(request.actor, row_id)
    audit.record_view(by=request.actor, on=row)
    today = timezone.localdate()
    context = {
        "row": row,
        "line": lines.line(row, request.actor, today),
        "call": lines.call(row.patient),
        "facts": lines.facts(row),
        "answers": lines.answers(row),
        "banner": chart_queries.banner(row.patient),
        "flag_open": follow_up.flag_is_open(row),
        **{"snooze_form": SnoozeForm(), "close_form": CloseForm(), **forms},
    }
    return render(request, "follow_up/detail.html", context, status=status)


@require_POST
@needs(Permission.FOLLOW_UP_WORK)
def acknowledge(request: HttpRequest, row_id) -> HttpResponse:
    row = queries.row_of(request.actor, row_id)
    follow_up.acknowledge(row=row, by=request.actor)
    messages.success(request, f"{row.patient.name} is yours now.")
    return redirect("worklist", request.clinic.slug)


@require_POST
@needs(Permission.FOLLOW_UP_WORK)
def snooze(request: HttpRequest, row_id) -> HttpResponse:
    row, form = queries.row_of(request.actor, row_id), SnoozeForm(request.POST)
    if refused := _refused(request, row, form, follow_up.snooze, "snooze_form"):
        return refused
    back = reverse("follow_up_wake", args=[request.clinic.slug, row.pk])
    until = week_date(form.cleaned_data["until"])
    messages.success(
        request, f"{row.patient.name} is put away until {until}.", extra_tags=f"undo:{back}"
    )
    return redirect("worklist", request.clinic.slug)


@require_POST
@needs(Permission.FOLLOW_UP_WORK)
def wake(request: HttpRequest, row_id) -> HttpResponse:
    """Undo of a snooze."""
    row = queries.row_of(request.actor, row_id)
    try:
        follow_up.wake(row=row, by=request.actor)
        messages.success(request, f"{row.patient.name} is back on the list.")
    except IllegalMove as refusal:
        messages.warning(request, str(refusal))
    return redirect("worklist", request.clinic.slug)


@require_POST
@needs(Permission.FOLLOW_UP_WORK)
def close(request: HttpRequest, row_id) -> HttpResponse:
    row, form = queries.row_of(request.actor, row_id), CloseForm(request.POST)
    if refused := _refused(request, row, form, follow_up.close, "close_form"):
        return refused
    messages.success(request, f"Closed: {row.patient.name}.")
    return redirect("worklist", request.clinic.slug)


def _refused(request, row, form, action, name: str) -> HttpResponse | None:
    """Run the action; where it or the form refuses, the row's page with what was typed."""
    if form.is_valid():
        try:
            action(row=row, by=request.actor, **form.cleaned_data)
        except (follow_up.FollowUpRefused, IllegalMove) as refusal:
            form.add_error(None, str(refusal))
    return detail(request, row.pk, status=422, **{name: form}) if form.errors else None


def _tabs(current: str, counts: dict) -> list[dict]:
    return [
        {"label": label, "url": f"?tab={tab}", "count": counts[tab], "current": tab == current}
        for tab, label in TABS.items()
    ]


def _head(request: HttpRequest, tab: str, today) -> dict:
    """Title, the line under it, tabs and the rail."""
    counts = queries.counts(request.actor, today)
    need, people = counts["mine"], queries.people(request.actor, counts["mine"], timezone.now())
    title = "Nobody needs you now"
    if need:
        title = "1 person needs you" if need == 1 else f"{need} people need you"
    count = people.fine if people else 0
    fine = f" The other {count} on your list {'is' if count == 1 else 'are'} fine." if count else ""
    return {
        "tabs": _tabs(tab, counts),
        "title": title,
        "fine": fine,
        "now": timezone.now(),
        "people": people,
        "day": queries.day(request.actor, today),
        "rules_version": BOOK_VERSION,
        "gives_visits": can(request.actor, Permission.SESSION_RECORD),
        "steps": proposal_queries.open_count(request.actor)
        if can(request.actor, Permission.PLAN_EDIT)
        else 0,
    }


def _sections(rows, actor, today, tab: str, has_panels: bool) -> list[dict]:
    """Today and In the next days, or one list where the tab is not about days."""
    if tab in ("snoozed", "done"):
        return [{"title": "", "rows": [lines.line(row, actor, today) for row in rows]}]
    now = [row for row in rows if row.due_on <= today or row.rank <= 1]
    later = [row for row in rows if row not in now]
    first = next(iter([*now, *later]), None) if not has_panels else None
    return [
        {
            "title": title,
            "people": len({row.patient_id for row in part}),
            "rows": [lines.line(row, actor, today, first=row is first) for row in part],
        }
        for title, part in (("Today", now), ("In the next days", later))
        if part
    ]
