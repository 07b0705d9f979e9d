"""Reads of the patient's own pages. Each takes the patient that the login belongs to, so nothing
of anybody else can be asked for."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from careplan.models import DayEntry, HomePlanItem, Outcome, Plan, PlanVersion, Reminder, Session
from careplan.queries import checkin as checkins
from careplan.queries import home_plan as home_queries
from careplan.queries import medication as medicines
from careplan.queries import plan as plans
from careplan.rules.book import Exercise, book
from patients.models import AuditEvent, CareTeam, Clinic, Link, Membership, Patient, User

RECORD_PAGE = 60
BREATHING, ENJOYED = "SM-04", "SM-06"


@dataclass(frozen=True)
class Item:
    """One exercise of the plan: the signed dose and what the rule book says of it."""

    row: HomePlanItem
    exercise: Exercise
    done: bool = False
    forbidden: frozenset[str] = frozenset()  # by what the person has (EXR-01)

    @property
    def easier(self) -> Exercise | None:
        """The easier exercise, where the book has one and this person may do it."""
        code = self.exercise.easier_code
        return None if code in self.forbidden else book().exercises.get(code)


@dataclass(frozen=True)
class Today:
    """What today's page shows. No exercises, and nothing to do, while the plan is on hold."""

    plan: Plan | None
    version: PlanVersion | None
    items: list[Item] = field(default_factory=list)
    notes: dict[str, DayEntry] = field(default_factory=dict)
    visit: Session | None = None
    checkin: Link | None = None
    next_checkin: Reminder | None = None

    @property
    def minutes(self) -> Decimal:
        return total(self.items)

    @property
    def done(self) -> bool:
        return bool(self.items) and all(item.done for item in self.items)

    @property
    def next_number(self) -> int:
        """Number of the first exercise that is not done yet."""
        return next((n for n, item in enumerate(self.items, 1) if not item.done), 1)


def total(items: list[Item]) -> Decimal:
    """Minutes with changeovers; walking is counted apart, as in the plan itself."""
    counted = [
        item.row.minutes for item in items if item.exercise.component != home_queries.AEROBIC
    ]
    return sum(counted, Decimal(0)) + home_queries.CHANGEOVER * len(counted)


def today(patient: Patient, now: datetime, day: date) -> Today:
    plan = open_plan(patient)
    if plan is None or plan.state != Plan.State.ACTIVE:
        return Today(plan, None)
    return Today(
        plan=plan,
        version=plan.current,
        items=items(patient, day),
        notes={
            row.kind: row
            for row in DayEntry.objects.filter(patient=patient, on=day).exclude(kind="exercise")
        },
        visit=visits(plan, now).first(),
        checkin=checkins.open_link(patient),
        next_checkin=checkins.next_due(patient),
    )


def open_plan(patient: Patient) -> Plan | None:
    """The plan that is not closed, with the version that was signed last."""
    return (
        Plan.objects.filter(patient=patient, current__isnull=False)
        .exclude(state=Plan.State.CLOSED)
        .select_related("current__program", "current__home_plan", "current__signed_by")
        .first()
    )


def items(patient: Patient, day: date, *, short: bool = False) -> list[Item]:
    """Exercises of the running plan in order, done or not today; `short`: the five-minute ones.
    What the newest assessment forbids is left out, also where the plan was signed before."""
    done = set(
        DayEntry.objects.filter(patient=patient, on=day, kind="exercise").values_list(
            "exercise", flat=True
        )
    )
    newest = plans.newest_assessment(patient)
    forbidden = frozenset(home_queries.hidden(newest)) if newest else frozenset()
    return [
        Item(row, book().exercises[row.exercise], row.exercise in done, forbidden)
        for row in checkins.exercises_of(patient)
        if row.short_day or not short
        if row.exercise in book().exercises and row.exercise not in forbidden
    ]


def usual_pain(patient: Patient) -> float | None:
    """The last average of seven days: from 4 on, the zones count from it (PT-14)."""
    last = Outcome.objects.filter(patient=patient, measure="nprs").order_by("on", "id").last()
    return float(last.value) if last else None


def visits(plan: Plan, now: datetime):
    """Visits still to come, next first."""
    return Session.objects.filter(
        program__version__plan=plan,
        program__version__superseded_at=None,
        program__version__signed_at__isnull=False,
        state=Session.State.PLANNED,
        starts_at__gte=now,
    ).order_by("starts_at")


def my_plan(patient: Patient, now: datetime, day: date) -> dict:
    """The signed version as the patient reads it. On hold: visits alone."""
    plan = open_plan(patient)
    if plan is None:
        return {"plan": None}
    shown = {"plan": plan, "visits": list(visits(plan, now)[:6]), "total_visits": _visits_of(plan)}
    if plan.state != Plan.State.ACTIVE:
        return shown
    found = items(patient, day)
    return shown | {
        "version": plan.current,
        "changed": plans.signed_versions(plan)[1:],
        "items": found,
        "minutes": total(found),
        "short_minutes": total([item for item in found if item.row.short_day]),
        "goals": list(plan.current.goals.all()),
        "medicines": medicines.signed_for(patient, day),
        "next_checkin": checkins.next_due(patient),
    }


def _visits_of(plan: Plan) -> int:
    program = getattr(plan.current, "program", None)
    return program.sessions_per_week * program.weeks if program else 0


def start_of(patient: Patient) -> date | None:
    """The first day of the plan that is not closed."""
    plan = open_plan(patient)
    return plan.starts_on if plan else None


def days_done(patient: Patient, day: date, days: int = 14) -> tuple[int, int]:
    """(days with an exercise noted, days that the plan has run), up to yesterday."""
    plan = open_plan(patient)
    if plan is None or plan.starts_on is None:
        return 0, 0
    ran = min(days, max((day - plan.starts_on).days, 0))
    return len(checkins.noted_days(patient, day, ran)) if ran else 0, ran


# Who looked ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One line of the record: who, in which role, when, doing what."""

    name: str
    roles: tuple[str, ...]
    own: bool
    job: bool
    at: datetime
    action: str
    subject: str


def record(patient: Patient, before: int | None = None) -> tuple[list[Entry], int | None]:
    """Who opened or changed the record, newest first, and the id to go on from (None: the end).

    The same person doing the same within a day is one line.
    """
    rows = AuditEvent.objects.filter(patient_id=patient.pk).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: RECORD_PAGE + 1])
    page, more = found[:RECORD_PAGE], len(found) > RECORD_PAGE
    roles = _roles(patient, {row.user_id for row in page if row.user_id})
    entries = [_entry(row, patient, roles) for row in page]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries, page[-1].id if more else None


def _entry(row: AuditEvent, patient: Patient, roles: dict) -> Entry:
    own = row.user_id == patient.user_id if row.user_id else row.job == "signed link"
    return Entry(
        name=row.actor,
        roles=roles.get(row.user_id, ()),
        own=own,
        job=bool(row.job) and not own,
        at=row.at,
        action=row.action,
        subject=row.subject_type,
    )


def _roles(patient: Patient, users: set) -> dict:
    """User -> what they are at the clinic; "your therapist" for the care team."""
    found = {
        row.user_id: tuple(row.roles)
        for row in Membership.objects.filter(clinic=patient.clinic, user__in=users)
    }
    for row in CareTeam.objects.filter(patient=patient, user__in=users):
        found[row.user_id] = (f"your {row.role}",)
    return found


def clinic_for_help(user: User, slug: str) -> Clinic:
    """Whose numbers to show: of the patient who is signed in, of the clinic in the address, else
    a country's defaults."""
    if user.is_authenticated:
        row = Patient.objects.filter(user=user.pk).select_related("clinic").first()
        if row:
            return row.clinic
    return (Clinic.objects.filter(slug=slug).first() if slug else None) or Clinic()
