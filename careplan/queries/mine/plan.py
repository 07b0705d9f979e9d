"""Today and My plan: what the signed version asks of the patient, and what comes next."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from careplan.models import DayEntry, Plan, PlanVersion, Reminder, Session
from careplan.queries import checkin as checkins
from careplan.queries import flare as flares
from careplan.queries import medication as medicines
from careplan.queries import plan as plans
from careplan.queries import session_log as logs
from careplan.queries.flare import Running
from careplan.queries.mine.exercises import Bout, Item, bouts, items, left_out, total
from careplan.rules.book import book
from patients.models import Clinic, Link, Patient, User
from patients.queries import support_links

BREATHING, ENJOYED = "SM-04", "SM-06"
WHEN_TO_GET_HELP = "ED-12"  # stands first, open


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
    left_out: bool = False
    flare: Running | None = None
    after_exercises: bool = False  # exercises were logged yesterday: this morning's pain counts

    @property
    def short(self) -> bool:
        """The patient chose the five-minute day."""
        return "short_day" in self.notes

    @property
    def wanted(self) -> list[Item]:
        """What today asks for: all, or the five-minute ones."""
        return [item for item in self.items if item.row.short_day or not self.short]

    @property
    def short_minutes(self) -> Decimal:
        return total([item for item in self.items if item.row.short_day])

    @property
    def minutes(self) -> Decimal:
        return total(self.wanted)

    @property
    def bouts(self) -> list[Bout]:
        """The parts of the day (BAR-05); none where it is one piece, as a five-minute day is."""
        return [] if self.short else bouts(self.items)

    @property
    def bout(self) -> Bout | None:
        """The part that is next: the first with something left to do."""
        return next((one for one in self.bouts if not one.settled), None)

    def bout_of(self, item: Item) -> Bout | None:
        return next((one for one in self.bouts if item in one.items), None)

    @property
    def next(self) -> Item:
        """The first exercise that is not settled; the first of all where all are."""
        return next((one for one in self.wanted if not one.settled), self.wanted[0])

    @property
    def done(self) -> bool:
        return bool(self.wanted) and all(item.settled for item in self.wanted)

    @property
    def begun(self) -> bool:
        return any(item.now for item in self.wanted)

    @property
    def ask_morning(self) -> bool:
        """Ask for the pain of the morning: it says how yesterday's exercises were taken (PT-15)."""
        return self.after_exercises and "pain" not in self.notes and not self.begun


def today(patient: Patient, now: datetime, day: date) -> Today:
    plan = open_plan(patient)
    if plan is None or plan.state != Plan.State.ACTIVE:
        return Today(plan, None)
    found = items(patient, day)
    return Today(
        plan=plan,
        version=plan.current,
        items=found,
        notes=notes(patient, day),
        visit=visits(plan, now).first(),
        checkin=checkins.open_link(patient),
        next_checkin=checkins.next_due(patient),
        left_out=bool(left_out(patient)),
        flare=flares.running(patient, day),
        after_exercises=bool(logs.of_day(patient, day - timedelta(days=1))),
    )


def notes(patient: Patient, day: date) -> dict[str, DayEntry]:
    """What was noted on a day beside the exercises, by kind."""
    rows = DayEntry.objects.filter(patient=patient, on=day).exclude(kind="exercise")
    return {row.kind: row for row in rows}


def open_plan(patient: Patient) -> Plan | None:
    """The plan that is not closed, with the version that was signed last."""
    return (
        Plan.objects.filter(patient=patient, current__isnull=False)
        .exclude(state=Plan.State.CLOSED)
        .select_related("current__program", "current__home_plan", "current__signed_by")
        .first()
    )


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
    found = items(patient, day, as_signed=True)
    return shown | {
        "flare": flares.running(patient, day),
        "version": plan.current,
        "changed": plans.signed_versions(plan)[1:],
        "items": found,
        "bouts": bouts(found),
        "groups": bouts(found) or [{"items": found}],
        "minutes": total(found),
        "short_minutes": total([item for item in found if item.row.short_day]),
        "program": getattr(plan.current, "program", None),
        "walk": _walk(plan),
        "goals": list(plan.current.goals.all()),
        "barriers": _cards(plan.current.barriers),
        "education": _cards(
            sorted(plan.current.education, key=lambda code: code != WHEN_TO_GET_HELP)
        ),
        "support": support_links(patient.clinic),
        "medicines": medicines.signed_for(patient, day),
        "next_checkin": checkins.next_due(patient),
    }


def _cards(codes: list[str]) -> list:
    """Cards of the rule book, in this order; one that the book has no more is left out."""
    known = book().self_care
    return [known[code] for code in codes if code in known]


def _walk(plan: Plan) -> str | None:
    """The name of the walk, or of the other steady exercise; without the rest of the assessment."""
    rows = Plan.objects.filter(pk=plan.pk)
    name = "current__assessment__result__home_plan__aerobic__name"
    return rows.values_list(name, flat=True).first()


def _visits_of(plan: Plan) -> int:
    program = getattr(plan.current, "program", None)
    return program.sessions_per_week * program.weeks if program else 0


def start_of(patient: Patient) -> date | None:
    """The first day of the plan that is not closed."""
    plan = open_plan(patient)
    return plan.starts_on if plan else None


def days_done(patient: Patient, day: date) -> tuple[int, int]:
    """(days with an exercise noted, days that the plan has run), up to yesterday."""
    return logs.days_done(patient, day)


def clinic_for_help(user: User, slug: str) -> Clinic:
    """Whose numbers to show: of the patient who is signed in, of the clinic in the address, else
    a country's defaults."""
    if user.is_authenticated:
        row = Patient.objects.filter(user=user.pk).select_related("clinic").first()
        if row:
            return row.clinic
    return (Clinic.objects.filter(slug=slug).first() if slug else None) or Clinic()
