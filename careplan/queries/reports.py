"""What a progress report or a letter for the payer says, as plain data (PT-23, PAY-05).

The content of a report, also as it is stored:
  title; patient {"name", "born"}; clinic {"name", "phone", "letterhead"}
  diagnosis [words]; program words or ""; first_visit day or None
  measures [{"name", "better": "lower" | "higher", "start", "now", "start_on", "now_on",
             "smallest", "words"}], values as text
  visits {"granted", "used", "left", "over", "planned", "sentence"}
  attendance {state: how many}
  goals [{"text", "target_on", "start", "now", "wanted"}], scores 0 to 10 or None
  words {"course", "need", "next"}, the sentences of who writes
  asked {"visits", "first", "last"} or None, signer {"name", "role", "licence"}
Days are ISO texts. Nothing here is judged: words compare numbers with the smallest real change.
"""

from datetime import date, datetime

from django.http import Http404

from careplan.models import Goal, Outcome, PlanVersion, Report, Session
from careplan.queries import checkin as checkins
from careplan.queries import intake as intakes
from careplan.queries import plan as plans
from careplan.queries import visits
from careplan.queries.progress import MEASURES, Shown
from careplan.rules.book import book
from patients.access import Actor
from patients.models import Licence, Patient

TITLES = {"progress": "Progress report", "authorisation": "Request for more visits"}
WRITTEN = ("progress", "authorisation")  # kinds that are written and printed


def material(patient: Patient, kind: str, now: datetime) -> dict:
    """Everything of a report but words, asked and signer, in a known number of queries."""
    clinic, version = patient.clinic, plans.current_of(patient)
    rows = visits.sessions(patient)
    here = [row for row in rows if version and row.program.version.plan_id == version.plan_id]
    newest = plans.newest_assessment(patient)
    return {
        "title": TITLES[kind],
        "patient": {"name": patient.name, "born": patient.birth_date.isoformat()},
        "clinic": {"name": clinic.name, "phone": clinic.phone, "letterhead": clinic.letterhead},
        "diagnosis": _diagnosis(newest),
        "program": plans.program_words(version.program) if version else "",
        "first_visit": _first_visit(here, patient),
        "measures": measures(patient),
        "visits": _account(patient, here, now),
        "attendance": visits.attendance(here),
        "goals": goals(patient, version),
    }


def _diagnosis(newest) -> list[str]:
    """`Low back pain since 1 May 2026: mechanical`."""
    if newest is None:
        return []
    labels = book().codes["pain_types"]
    types = [labels[code].label.lower() for code in newest.result.get("pain_types", [])]
    onset = newest.facts.get("episode", {}).get("onset")
    since = f" since {date.fromisoformat(onset):%-d %B %Y}" if onset else ""
    return [f"Low back pain{since}" + (f": {', '.join(types)}" if types else "")]


def _first_visit(rows: list[Session], patient: Patient) -> str | None:
    first = next((row for row in rows if row.state == Session.State.ATTENDED), None)
    return first.starts_at.astimezone(visits.zone_of(patient)).date().isoformat() if first else None


def _account(patient: Patient, rows: list[Session], now: datetime) -> dict:
    balance = visits.ledger(patient, visits.today_of(patient, now)).balance
    planned = sum(row.state == Session.State.PLANNED and row.starts_at > now for row in rows)
    return {
        "granted": balance.granted,
        "used": balance.used,
        "left": balance.left,
        "over": balance.over,
        "planned": planned,
        "sentence": balance.sentence,
    }


# Measures ------------------------------------------------------------------------------------


def measures(patient: Patient) -> list[dict]:
    """Each measure then and now, against the smallest real change (section 7 of the book)."""
    series = checkins.series(patient, intakes.baseline_since(patient))
    return [_measure(one, series[one.code]) for one in MEASURES if one.code in series]


def _measure(shown: Shown, rows: list[Outcome]) -> dict:
    start, now = float(rows[0].value), float(rows[-1].value)
    smallest, lower = shown.smallest(start), rows[0].better == Outcome.Better.DOWN
    return {
        "name": shown.title,
        "better": "lower" if lower else "higher",
        "start": _text(shown, start),
        "now": _text(shown, now) if len(rows) > 1 else "",
        "start_on": rows[0].on.isoformat(),
        "now_on": rows[-1].on.isoformat() if len(rows) > 1 else "",
        "smallest": f"{smallest:g}",
        "words": _change(shown, now - start, smallest, lower) if len(rows) > 1 else "Asked once",
    }


def _text(shown: Shown, value: float) -> str:
    places = 1 if shown.code == "peg" else 0
    number = f"{value:.{places}f}" if places else f"{value:g}"
    return f"{number} {shown.unit}".strip()


def _change(shown: Shown, change: float, smallest: float, lower: bool) -> str:
    """`Better by 2`, `Worse by 3`, or that it is too small to be sure."""
    if abs(change) < 0.05:
        return "The same"
    way = "better" if (change < 0) == lower else "worse"
    size = _text(shown, abs(change))
    if abs(change) + 1e-9 < smallest:
        return f"{size} {way}: too small to be sure"
    return f"{way.capitalize()} by {size}: a real change"


# Goals ---------------------------------------------------------------------------------------


def goals(patient: Patient, version: PlanVersion | None) -> list[dict]:
    """The goals of the running plan, with where they began and where they are now.

    The first goal is the activity that check-ins ask about (PSFS).
    """
    if version is None:
        return []
    began = {}
    rows = Goal.objects.filter(version__plan=version.plan_id, version__signed_at__isnull=False)
    for row in rows.order_by("version__number", "position"):
        began.setdefault(row.text, row.now)
    return [_goal(row, began, patient, version) for row in version.goals.all()]


def _goal(row: Goal, began: dict, patient: Patient, version: PlanVersion) -> dict:
    now = row.now
    if row.position == 1:
        asked = Outcome.objects.filter(patient=patient, measure="psfs", checkin__isnull=False)
        last = asked.filter(on__gte=version.plan.starts_on).order_by("on", "id").last()
        now = float(last.value) if last else now
    target = row.target_on.isoformat() if row.target_on else None
    start = began.get(row.text, row.now)
    return {
        "text": row.text,
        "target_on": target,
        "start": start,
        "now": now,
        "wanted": row.wanted,
    }


# What is proposed to who writes --------------------------------------------------------------


def proposed(content: dict, kind: str) -> dict:
    """The sentences that a report starts from; whoever writes changes or keeps them."""
    moved = [f"{m['name']} {m['start']} to {m['now']}" for m in content["measures"] if m["now"]]
    told = content["attendance"]
    course = f"{told['attended']} visits attended, {told['missed']} missed"
    if told["cancelled_late"]:
        course += f", {told['cancelled_late']} cancelled late"
    course += f". {'; '.join(moved)}." if moved else "."
    open_goals = [g["text"] for g in content["goals"] if not _met(g)]
    need = f"Not reached yet: {'; '.join(open_goals)}." if open_goals else ""
    plan = f"Going on as planned: {content['program']}." if content["program"] else ""
    return {"course": course, "need": need, "next": plan if kind == "progress" else ""}


def _met(goal: dict) -> bool:
    both = goal["now"] is not None and goal["wanted"] is not None
    return both and goal["now"] >= goal["wanted"]


def asked_first(patient: Patient, now: datetime) -> dict:
    """Visits to ask for, as a start: those that are planned and not covered."""
    standing = visits.standing(patient, now)
    if standing is None or standing.ledger.balance.left is None:
        return {}
    beyond = standing.planned[standing.ledger.balance.left :]
    return {"visits": len(beyond), "first": beyond[0], "last": beyond[-1]} if beyond else {}


def signer(actor: Actor, today: date) -> dict:
    """Who signs: name, role and the licence that lasts longest."""
    licence = (
        Licence.objects.filter(clinic=actor.clinic, membership__user=actor.user)
        .filter(expires_on__gte=today)
        .order_by("-expires_on")
        .first()
    )
    role = "Therapist" if "therapist" in actor.roles else ""
    return {"name": actor.name, "role": role, "licence": str(licence) if licence else ""}


# Rows ----------------------------------------------------------------------------------------


def of(patient: Patient) -> list[Report]:
    """Everything that was written about a patient's visits, newest first."""
    return list(Report.objects.filter(patient=patient).select_related("by").order_by("-at"))


def count(patient: Patient, kind: str) -> int:
    """How many of a kind there are: a page carries it, so that two writers notice each other."""
    return Report.objects.filter(patient=patient, kind=kind).count()


def report_of(actor: Actor, pk) -> Report:
    """One report of the actor's clinic; another clinic's is 404."""
    row = (
        Report.objects.for_clinic(actor.clinic)
        .select_related("patient__clinic", "by")
        .filter(pk=pk, kind__in=WRITTEN)
        .first()
    )
    if row is None:
        raise Http404("No such report")
    return row
