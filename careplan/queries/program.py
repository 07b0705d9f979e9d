"""Reads of the program door: dates, weeks and visits of a program."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from careplan.models import Assessment, PlanVersion, Program, Session
from careplan.rules import schedule
from patients.access import Actor

REVIEW_WEEKS = (4,)  # and the last one (PT-23)
WARN_AT = 0.8  # of the visit limit (PAY-02)


@dataclass(frozen=True)
class Visits:
    """Visits a program needs against what the payer covers; `limit` None: no limit is known."""

    planned: int
    used: int
    limit: int | None
    nearest: tuple[tuple[int, int], ...] = ()  # programs that fit: (sessions a week, weeks)

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(self.limit - self.used, 0)

    @property
    def over(self) -> int:
        """How many visits are not covered (PAY-03)."""
        return 0 if self.limit is None else max(self.used + self.planned - self.limit, 0)

    @property
    def warns(self) -> bool:
        return self.limit is not None and self.used + self.planned >= WARN_AT * self.limit

    @property
    def short(self) -> str:
        """For a badge: `16 of 20 covered`."""
        if self.limit is None:
            return "No limit known"
        if self.over:
            return f"{self.over} over the limit"
        return f"{self.used + self.planned} of {self.limit} covered"

    @property
    def sentence(self) -> str:
        """The state of the visits in one sentence, with what would fit."""
        if self.limit is None:
            return "No visit limit is known."
        if not self.over:
            part = round(100 * (self.used + self.planned) / self.limit) if self.limit else 0
            return f"{self.used + self.planned} of {self.limit} covered visits, {part} %."
        fits = " or ".join(f"{s} a week for {w} weeks ({s * w})" for s, w in self.nearest)
        end = f"{fits} would fit." if fits else "No program of 6 to 8 weeks fits what is left."
        return f"{self.planned} visits are {self.over} over the {self.left} that are left. {end}"


def visits(program: Program | None, assessment: Assessment) -> Visits:
    """What a program needs and what is covered, from the facts of the assessment; no SQL."""
    coverage = assessment.facts.get("coverage", {})
    limit, used = coverage.get("visit_limit"), coverage.get("visits_used", 0)
    if program is None:
        return Visits(0, used, limit)
    nearest = ()
    if limit is not None and used + program.sessions_per_week * program.weeks > limit:
        nearest = tuple(
            schedule.that_fit(
                sessions_per_week=program.sessions_per_week,
                weeks=program.weeks,
                visits=max(limit - used, 0),
            )
        )
    return Visits(program.sessions_per_week * program.weeks, used, limit, nearest)


def wish_of(program: Program) -> schedule.Wish:
    """A program as the rules read it."""
    return schedule.Wish(
        sessions_per_week=program.sessions_per_week,
        weeks=program.weeks,
        weekdays=tuple(program.weekdays),
        at=program.at,
        starts_on=program.starts_on,
        minutes=program.minutes,
    )


def weeks(starts: list[tuple[datetime, str]], visit_limit: int | None = None) -> list[dict]:
    """Weeks for the programme strip, counted from the first session: (start, state) pairs in."""
    if not starts:
        return []
    first = timezone.localtime(starts[0][0]).date()
    found: dict[int, list[str]] = {}
    for start, state in starts:
        week = (timezone.localtime(start).date() - first).days // 7
        found.setdefault(week, []).append(DOTS.get(state, "planned"))
    last = max(found)
    seen, rows = 0, []
    for week in range(last + 1):
        dots = found.get(week, [])
        ends_here = visit_limit is not None and seen < visit_limit <= seen + len(dots)
        seen += len(dots)
        review = week + 1 in REVIEW_WEEKS or week == last
        rows.append({"visits": dots, "review": review, "limit": ends_here})
    return rows


DOTS = {
    "planned": "planned",
    "attended": "done",
    "missed": "missed",
    "cancelled": "missed",
    "cancelled_late": "missed",
}


def sessions_of(plan_id) -> list[Session]:
    """All sessions of a plan over its versions, in order, without those that were cancelled."""
    rows = Session.objects.filter(program__version__plan=plan_id)
    return list(rows.filter(~Q(state=Session.State.CANCELLED)).order_by("starts_at"))


def session_of(actor: Actor, pk) -> Session:
    """One session of the actor's clinic; another clinic's is 404."""
    row = (
        Session.objects.for_clinic(actor.clinic)
        .select_related("patient", "patient__clinic")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404("No such session")
    return row


def session_by_number(patient, number: int) -> Session:
    """One session of the plan that runs, by its number; none of that number is 404."""
    rows = Session.objects.filter(patient=patient, number=number)
    rows = rows.exclude(program__version__plan__state="closed").select_related("clinic")
    row = rows.order_by("-program_id").first()
    if row is None:
        raise Http404("No such session")
    return row


def running_start(version: PlanVersion) -> date | None:
    """The first day of the program that runs now: a new version may keep it though it passed."""
    current = version.plan.current_id
    if current is None or current == version.pk:
        return None
    return Program.objects.filter(version=current).values_list("starts_on", flat=True).first()


def first_day(clinic) -> date:
    """The day a new program is proposed to start: tomorrow in the clinic."""
    return timezone.localdate(timezone=clinic_zone(clinic)) + timedelta(days=1)


def clinic_zone(clinic) -> ZoneInfo:
    """The clinic's zone as an object; all wall-clock times of sessions are in it."""
    return ZoneInfo(clinic.time_zone)
