"""The worklist of a clinic: who needs somebody, why, by when; sorted by danger, then by due day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from careplan.models import FollowUp, Plan, PlanVersion, Reminder, Session
from patients.access import Actor
from patients.models import CareTeam, Patient

TABS = ("mine", "clinic", "snoozed", "done")
EMERGENCIES = 20  # panels above the list; who has more has an emergency of another kind
DAY_ROWS = 12
SOON = timedelta(days=7)  # what is due later is not yet anybody's work


@dataclass(frozen=True)
class People:
    """The rail: an actor's own patients and how they are."""

    total: int
    need: int
    asked: int  # check-ins whose day came in the last 14 days
    answered: int
    unsigned: int

    @property
    def fine(self) -> int:
        return max(self.total - self.need, 0)


def rows(actor: Actor, tab: str, today: date) -> QuerySet:
    """The rows of one tab, ready to be paged."""
    base = FollowUp.objects.for_clinic(actor.clinic).exclude(role="patient")
    found = base.filter(_tab(actor, tab, today))
    order = ("-closed_at",) if tab == "done" else ("rank", "due_on", "created_at", "id")
    return (
        found.select_related("patient__clinic", "plan__current__program", "acknowledged_by")
        .prefetch_related(
            Prefetch("patient__care_team", queryset=CareTeam.objects.select_related("user")),
            Prefetch("patient__plans", queryset=_running(), to_attr="running_plans"),
        )
        .order_by(*order)
    )


def emergencies(found: QuerySet) -> list[FollowUp]:
    return list(found.filter(rank=0)[:EMERGENCIES])


def counts(actor: Actor, today: date) -> dict[str, int]:
    """Tab -> how many people are in it, in one query."""
    base = FollowUp.objects.for_clinic(actor.clinic).exclude(role="patient")
    return base.aggregate(
        **{tab: Count("patient", distinct=True, filter=_tab(actor, tab, today)) for tab in TABS}
    )


def people(actor: Actor, need: int, now: datetime) -> People | None:
    """How the actor's own patients are; None for who has none of their own."""
    own = Q(patient__care_team__user=actor.user)
    running = Plan.objects.for_clinic(actor.clinic).filter(own).exclude(state="closed")
    total = running.values("patient").distinct().count()
    if not total:
        return None
    due = Reminder.objects.for_clinic(actor.clinic).filter(
        own, due_at__lte=now, due_at__gt=now - timedelta(days=14)
    )
    asked = due.exclude(state="cancelled").aggregate(
        asked=Count("pk", distinct=True),
        answered=Count("pk", distinct=True, filter=Q(state="answered")),
    )
    unsigned = PlanVersion.objects.for_clinic(actor.clinic).filter(own, signed_at=None)
    return People(total=total, need=need, unsigned=unsigned.count(), **asked)


def day(actor: Actor, today: date) -> list[Session]:
    """The visits of the actor's own patients today, in order."""
    start = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    return list(
        Session.objects.for_clinic(actor.clinic)
        .filter(
            patient__care_team__user=actor.user,
            starts_at__gte=start,
            starts_at__lt=start + timedelta(days=1),
            program__version__signed_at__isnull=False,
            program__version__superseded_at=None,
        )
        .exclude(state=Session.State.CANCELLED)
        .select_related("patient", "program")
        .order_by("starts_at")[:DAY_ROWS]
    )


def row_of(actor: Actor, pk) -> FollowUp:
    """One row of the actor's clinic; another clinic's is 404."""
    row = (
        FollowUp.objects.for_clinic(actor.clinic)
        .exclude(role="patient")
        .select_related("patient__clinic", "plan__current__program", "acknowledged_by", "closed_by")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404("No such row")
    return row


def open_rows(patient: Patient, today: date) -> list[FollowUp]:
    """What is open about one patient, gravest first. At most 50."""
    found = FollowUp.objects.filter(patient=patient).exclude(role="patient")
    return list(found.filter(_now(today)).select_related("plan").order_by("rank", "due_on")[:50])


def _running() -> QuerySet:
    return Plan.objects.exclude(state=Plan.State.CLOSED).select_related("current__program")


def _now(today: date) -> Q:
    """Due within days or dangerous; open, or snoozed until a day that has come."""
    awake = Q(state="open") | Q(state="snoozed", snoozed_until__lte=today)
    return awake & (Q(due_on__lte=today + SOON) | Q(rank__lte=1))


def _tab(actor: Actor, tab: str, today: date) -> Q:
    if tab == "snoozed":
        return Q(state="snoozed", snoozed_until__gt=today)
    if tab == "done":
        start = timezone.make_aware(datetime.combine(today, datetime.min.time()))
        return Q(state="closed", closed_at__gte=start)
    return _now(today) & _mine(actor) if tab == "mine" else _now(today)


def _mine(actor: Actor) -> Q:
    """Rows for one of the actor's roles, about patients of their own or of nobody in that role."""
    team = CareTeam.objects.filter(patient=OuterRef("patient"), role=OuterRef("role"))
    own = CareTeam.objects.filter(patient=OuterRef("patient"), user=actor.user)
    return Q(role__in=[str(role) for role in actor.roles]) & (Q(Exists(own)) | ~Q(Exists(team)))
