"""One patient: what is so, what is next, how it goes, what happened."""

from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from careplan.models import FollowUp
from careplan.pages import worklist_lines as lines
from careplan.pages.record_lines import STAFF_WORDS
from careplan.queries import chart as queries
from careplan.queries import follow_up as follow_ups
from careplan.queries import plan as plan_queries
from careplan.queries import progress
from careplan.rules.book import book
from careplan.templatetags.careplan_tags import clock, dose, short_date, week_date
from patients import audit
from patients.access import can
from patients.guards import needs
from patients.roles import Permission

ABOUT = {
    "": "All",
    "people": "People",
    "plan": "Plan",
    "medicines": "Medicines",
    "checkins": "Check-ins",
}
ICONS = {
    "people": "user",
    "plan": "notebook-text",
    "medicines": "pill",
    "checkins": "message-square",
}
SHOWN = 5  # open rows above the trends; the rest is one link away


@needs(Permission.PATIENT_VIEW)
def chart(request: HttpRequest, patient_id) -> HttpResponse:
    """The chart of one patient of this clinic."""
    patient = queries.patient_of(request.actor, patient_id)
    audit.record_view(by=request.actor, on=patient)
    today = timezone.localdate()
    found, rows = queries.chart(patient, today), follow_ups.open_rows(patient, today)
    context = {
        "patient": patient,
        "banner": queries.banner(patient),
        "found": found,
        "charts": progress.charts(patient, found.plan.starts_on if found.plan else None)[:3],
        "next": _next(rows, found, timezone.now()),
        "can_answer": can(request.actor, Permission.INTAKE_EDIT),
    }
    parts = _head(request, found, rows, today) | _parts(found, today) | _timeline(request, patient)
    return render(request, "chart/chart.html", context | parts)


def _finding(row: FollowUp, slug: str) -> dict:
    word, severity, _ = lines.badge(row)
    detail = reverse("follow_up", args=[slug, row.pk])
    return {
        "severity": severity if severity != "emergency" else "urgent",
        "word": word,
        "title": row.reason,
        "text": f"Due {week_date(row.due_on)}, {row.role}.",
        "code": row.rule,
        "answers": [{"label": "Open", "url": detail}],
    }


def _head(request: HttpRequest, found: queries.Chart, rows: list[FollowUp], today: date) -> dict:
    """The heading says the state; its one button is the next due act."""
    slug, patient = request.clinic.slug, found.assessment and found.assessment.patient_id
    own = [row for row in rows if row.role in request.actor.roles]
    title, act = _state(found, rows, own), None
    if own:
        act = lines.act(own[0], slug)
    elif found.assessment and not found.version and can(request.actor, Permission.PLAN_EDIT):
        act = {"label": "Build the plan", "url": reverse("assessment", args=[slug, patient])}
    week = lines.week_of(found.plan, today)
    visits = f"visit {found.attended} of {len(found.sessions)}" if found.sessions else ""
    return {
        "findings": [_finding(row, slug) for row in rows[:SHOWN]],
        "more_findings": max(len(rows) - SHOWN, 0),
        "title": title,
        "act": act,
        "line": ", ".join(filter(None, [week, visits])).capitalize(),
    }


def _state(found: queries.Chart, rows: list[FollowUp], own: list[FollowUp]) -> str:
    if found.assessment is None:
        return "Not assessed yet"
    if found.assessment.disposition in ("emergency", "urgent"):
        return "A warning sign is open"
    newest = next((row for row in rows if row.kind in TITLES), None)
    if newest:
        return TITLES[newest.kind]
    if found.plan and found.plan.state == "safety_hold":
        return "The plan is on hold"
    if found.version is None:
        return "No signed plan yet"
    if own:
        return "One thing to do" if len(own) == 1 else f"{len(own)} things to do"
    return "Nothing waits for you"


TITLES = {
    "check_in_improving": "Better since the start",
    "check_in_worsening": "Worse since the last check-in",
    "check_in_plateau": "No change yet",
    "check_in_mixed": "Better in one thing, worse in another",
    "check_in_incomplete": "A check-in with gaps",
    "missed_check_ins_call": "Silent since the last check-in",
}


def _next(rows: list[FollowUp], found: queries.Chart, now: datetime) -> list[dict]:
    """What is next, in the order of days."""
    items = [
        {
            "icon": "phone" if row.kind == "missed_check_ins_call" else "list-checks",
            "text": _named(row),
            "small": f"{row.role}, {row.rule}",
            "when": short_date(row.due_on),
        }
        for row in rows[:3]
    ]
    if session := found.next_session(now):
        small = f"{clock(session.starts_at)}, visit {session.number} of {len(found.sessions)}"
        items.append(
            {
                "icon": "calendar",
                "text": "Visit",
                "small": small,
                "when": short_date(session.starts_at),
            }
        )
    if found.next_checkin:
        due = found.next_checkin
        items.append(
            {
                "icon": "message-square",
                "text": f"Check-in {due.cycle}",
                "small": "goes out by mail",
                "when": short_date(due.due_at),
            }
        )
    return items


def _named(row: FollowUp) -> str:
    """What is to be done: the kind in the rule book's words."""
    if row.kind.startswith("check_in_"):
        return "Review the check-in"
    return book().follow_ups.get(row.kind, row.kind.replace("_", " ").capitalize())


def _parts(found: queries.Chart, today: date) -> dict:
    """The plan in five lines, the days, the medicines."""
    return {"plan_lines": _plan_lines(found), "days": _days(found, today), **_medicines(found)}


def _plan_lines(found: queries.Chart) -> list[tuple[str, str]]:
    version = found.version
    if version is None:
        return []
    home, program = getattr(version, "home_plan", None), getattr(version, "program", None)
    rows = []
    if home:
        count = home.items.count()
        rows.append(
            ("Exercises", f"{count} at home, {plan_queries.quarters(home.minutes)} minutes a day")
        )
    if program:
        goal = f"{program.aerobic_minutes_start} minutes, target {program.aerobic_minutes_goal}"
        visits = f"{program.sessions_per_week} a week for {program.weeks} weeks"
        done = f"{found.attended} of {len(found.sessions)} done"
        rows += [("Walking", goal), ("Visits", f"{visits}, {done}")]
    rows.append(("Signed", f"{version.signed_by.name}, {short_date(version.signed_at)}"))
    if goal := version.goals.first():
        rows.append(("Goal", f"“{goal.text}”"))
    return rows


def _days(found: queries.Chart, today: date) -> dict | None:
    """A square for each of the last 14 days that the plan has run; None where nothing was noted."""
    if not found.noted or found.plan is None:
        return None
    days = [today - timedelta(days=n) for n in range(14, 0, -1)]
    days = [day for day in days if day >= found.plan.starts_on]
    done = [day for day in days if day in found.noted]
    if not done:
        return None  # noted before this plan began
    kinds = [{"kind": "done" if day in done else "none"} for day in days]
    text = f"{len(done)} of the last {len(days)} days"
    return {"days": kinds, "first": week_date(days[0]), "last": week_date(days[-1]), "text": text}


def _medicines(found: queries.Chart) -> dict:
    return {
        "medicines": [
            {
                "title": f"{line.drug.capitalize()}, {dose(line.dose['steps'][0])}"
                if line.dose.get("steps")
                else line.drug.capitalize(),
                "small": f"Signed by {line.signed_by.name}, stops {week_date(line.stops_on)}"
                if line.state == "signed"
                else "Waits for a prescriber",
            }
            for line in found.medicines
        ]
    }


def _timeline(request: HttpRequest, patient) -> dict:
    about = request.GET.get("about", "")
    about = about if about in ABOUT else ""
    typed = request.GET.get("before", "")
    before = int(typed) if typed.isdecimal() and len(typed) < 19 else None
    events = queries.timeline(patient, about, before)
    days: dict = {}
    for event in events:
        day = week_date(event.at)
        days.setdefault(day, []).append(_entry(event))
    more = None
    if len(events) == queries.TIMELINE:
        oldest = min(event.id for event in events)
        more = {"url": f"?about={about}&before={oldest}", "label": "Show earlier"}
    return {
        "timeline": [{"day": day, "entries": entries} for day, entries in days.items()],
        "timeline_more": more,
        "timeline_tabs": [
            {"label": label, "url": f"?about={key}", "current": key == about}
            for key, label in ABOUT.items()
        ],
    }


def _entry(event) -> dict:
    about = next(key for key, names in queries.STORY.items() if event.action in names)
    text = STAFF_WORDS[event.action]
    drug = (event.after or {}).get("drug") if about == "medicines" else None
    return {
        "icon": ICONS[about],
        "text": f"{text}: {drug}" if drug else text,
        "meta": f"{event.actor}, {clock(event.at)}",
    }
