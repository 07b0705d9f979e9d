"""Follow-ups as lines of the worklist: the badge's word, who it is, when it is due, the one act."""

from datetime import date

from django.urls import reverse

from careplan.models import FollowUp, Plan
from careplan.queries.session_log import STOP
from careplan.templatetags.careplan_tags import medium_date, phone_link, week_date
from patients.access import Actor

# Kind -> badge word, badge colour (None: the row's severity), icon.
BADGES = {
    "check_in_improving": ("Better", "ok", "arrow-up"),
    "check_in_worsening": ("Worse", None, "triangle-alert"),
    "check_in_mixed": ("Mixed", None, "triangle-alert"),
    "check_in_plateau": ("Steady", None, "minus"),
    "check_in_incomplete": ("Check-in", None, "message-square"),
    "missed_check_ins_call": ("Silent", None, "clock"),
    "flare_contact": ("Flare", None, "triangle-alert"),
}


def line(row: FollowUp, actor: Actor, today: date, *, first: bool = False) -> dict:
    """Variables of components/worklist_row.html."""
    slug, patient = actor.clinic.slug, row.patient
    word, severity, icon = badge(row)
    detail = reverse("follow_up", args=[slug, row.pk])
    menu = [("Put away until a day", "#snooze"), ("Close with a reason", "#close")]
    return {
        "severity": severity,
        "word": word,
        "icon": icon,
        "name": patient.name,
        "url": reverse("chart", args=[slug, patient.pk]),
        "who": who(row, today),
        "reason": row.reason,
        "code": code(row),
        "due": due(row, today),
        "owner": owner(row, actor),
        "act": act(row, slug) | {"primary": first},
        "menu": [{"label": label, "url": f"{detail}{at}"} for label, at in menu],
    }


def badge(row: FollowUp) -> tuple[str, str, str]:
    """(word, colour, icon); an urgent row says so whatever it is about."""
    if row.severity in ("emergency", "urgent") or row.kind not in BADGES:
        return "", row.severity, ""
    word, colour, icon = BADGES[row.kind]
    return word, colour or row.severity, icon


def who(row: FollowUp, today: date) -> str:
    """`47, week 2 of 8`."""
    age = str(row.patient.age_on(today))
    week = week_of(_plan(row), today)
    return f"{age}, {week}" if week else age


def _plan(row: FollowUp):
    """The row's plan; for what was raised before there was one, the plan that runs now."""
    running = getattr(row.patient, "running_plans", [])
    return row.plan or (running[0] if running else None)


def week_of(plan, today: date) -> str:
    """`week 2 of 8`, counted from the plan's first day; nothing before it and after the end."""
    if plan is None or plan.starts_on is None or plan.current is None:
        return ""
    program = getattr(plan.current, "program", None)
    week = (today - plan.starts_on).days // 7 + 1
    if program is None or week < 1:
        return ""
    return f"week {week} of {program.weeks}" if week <= program.weeks else f"week {week}"


def code(row: FollowUp) -> str:
    day = medium_date(row.created_at).rsplit("\u00a0", 1)[0]
    return f"{row.rule}, {day}"


def due(row: FollowUp, today: date) -> str:
    if row.state == FollowUp.State.CLOSED:
        return "Closed"
    if row.state == FollowUp.State.SNOOZED and row.snoozed_until > today:
        return f"Back {week_date(row.snoozed_until)}"
    late = (today - row.due_on).days
    if late > 0:
        return f"{late} day{'' if late == 1 else 's'} late"
    return "Due today" if late == 0 else week_date(row.due_on)


def owner(row: FollowUp, actor: Actor) -> str:
    if row.acknowledged_by_id:
        mine = actor.user and row.acknowledged_by_id == actor.user.pk
        return "taken by you" if mine else f"taken by {row.acknowledged_by.name}"
    team = [member for member in row.patient.care_team.all() if member.role == row.role]
    if any(actor.user and member.user_id == actor.user.pk for member in team):
        return "yours"
    return team[0].user.name if team else f"any {row.role}"


PAPERS = ("progress_report", "certification", "prior_authorisation")  # written on that page

CALLS = ("missed_check_ins_call", "flare_contact")  # speaking to the patient is all that is asked


def act(row: FollowUp, slug: str) -> dict:
    """The one next act, named for what it does."""
    patient = row.patient
    if row.rule.startswith("RF") or row.kind == "answer_red_flags":
        url = reverse("assessment", args=[slug, patient.pk])
        return {"label": "Record finding", "url": url, "icon": "clipboard-check"}
    if row.rule == STOP:
        url = reverse("intake_start", args=[slug, patient.pk])
        return {"label": "Ask the warning signs", "url": url, "icon": "clipboard-check"}
    if row.kind.startswith("check_in_"):
        url = reverse("follow_up", args=[slug, row.pk])
        return {"label": "Review check-in", "url": url}
    if row.kind in PAPERS:
        return {"label": "Open the visits", "url": reverse("visits", args=[slug, patient.pk])}
    if row.kind.startswith("device_"):
        return {"label": "Open the device", "url": reverse("devices", args=[slug, patient.pk])}
    if row.kind in CALLS and patient.phone:
        url = str(phone_link(patient.phone))
        return {"label": f"Call {patient.given_name}", "url": url, "icon": "phone"}
    return {"label": "Open", "url": reverse("follow_up", args=[slug, row.pk])}


def panel(row: FollowUp, actor: Actor) -> dict:
    """Variables of components/emergency_panel.html."""
    slug, patient = actor.clinic.slug, row.patient
    age = patient.age_on(row.due_on)
    held = any(plan.state == Plan.State.SAFETY_HOLD for plan in patient.running_plans)
    return {
        "row": row,
        "title": f"{patient.name}, {age}: send to emergency care now",
        "text": f"{row.reason}{' The plan is on hold.' if held else ''}",
        "open": {"label": "Open", "url": reverse("assessment", args=[slug, patient.pk])},
        "call": call(patient),
        "why": {"facts": facts(row), "rule": row.rule},
    }


def call(patient) -> dict | None:
    if not patient.phone:
        return None
    return {"label": f"Call {patient.given_name}", "number": patient.phone}


# Answers of a check-in, in the order of its questions.
ANSWERS = {
    "nprs": "Average pain, 0 to 10",
    "peg": "PEG: pain, enjoyment, activity",
    "walking_minutes": "Walking, minutes",
    "sleep_quality": "Sleep, 10 is best",
    "nights_woken": "Nights woken",
    "psfs": "Own activity, 10 is as before",
}


def answers(row: FollowUp) -> list[tuple[str, str]]:
    """What was answered in the check-in that the row is about."""
    told = row.because.get("answers") or {}
    rows = [(words, _shown(told[name])) for name, words in ANSWERS.items() if name in told]
    if "adherence" in told:
        rows.append(("Exercises done", f"{told['adherence']:.0%} of days"))
    rows += [
        (f"{one['drug'].capitalize()}", f"{one['effect'].replace('_', ' ')}, {one['grade']}")
        for one in told.get("side_effects", [])
    ]
    return rows


def _shown(value) -> str:
    return ", ".join(f"{one:g}" for one in (value if isinstance(value, list) else [value]))


def facts(row: FollowUp) -> list[tuple]:
    """What the row rests on, in words."""
    from_path = {path: value for path, value in row.because.items() if not isinstance(value, dict)}
    return [
        (path.rsplit("/", 1)[-1].replace("_", " "), value, "") for path, value in from_path.items()
    ]
