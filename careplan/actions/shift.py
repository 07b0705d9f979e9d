"""Move one booked session of a plan that runs; the rest stays."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from careplan.actions import turns
from careplan.actions.drafting import PlanRefused
from careplan.actions.program import mark_moved
from careplan.models import Plan, Session
from careplan.queries import dates as dates_of
from careplan.queries import plan as plan_queries
from careplan.queries import program as queries
from careplan.rules import schedule
from patients.access import Actor, check_can
from patients.models import AuditEvent
from patients.roles import Permission


@transaction.atomic
def shift(*, session: Session, to: datetime, by: Actor, sequence: int | None = None) -> Session:
    """Move a planned session to `to`, naive, the clinic's wall clock.

    `sequence` is the one the page was made from; None where there was no page. The patient's and
    the therapist's rows are held, so that two people who move at once take turns, and the second
    hears of the first. Raises PlanRefused with every reason.
    """
    check_can(by, Permission.SESSION_RECORD, on=session)
    turns.of_patient(session.patient_id)
    row = _locked(session)
    _refuse_unless_movable(row, sequence)
    plan = row.program.version.plan
    version = plan_queries.whole(plan.current_id)
    turns.of_therapist(row.clinic, row.therapist or version.program.therapist)
    found = dates_of.booked(version)
    start = schedule.moment(to.date(), to.hour * 60 + to.minute, found.calendar.zone)
    if start == row.starts_at:
        return row
    if reasons := found.move_faults(row.number, start):
        raise PlanRefused(*reasons)
    mark_moved(row, start, by)
    row.save(update_fields=["starts_at", "moved_from", "sequence", "changed_at"])
    return row


def _locked(session: Session) -> Session:
    rows = Session.objects.select_for_update(of=("self",))
    rows = rows.select_related("clinic", "patient", "therapist", "program__version__plan")
    return rows.get(pk=session.pk)


def _refuse_unless_movable(row: Session, sequence: int | None) -> None:
    if sequence is not None and sequence != row.sequence:
        raise PlanRefused(
            f"{_last_editor(row)} changed session {row.number} after you opened this page: it is "
            f"{row.get_state_display().lower()}, {_when(row)}. Nothing was moved; look again."
        )
    if row.state != Session.State.PLANNED:
        words = row.get_state_display().lower()
        raise PlanRefused(f"Session {row.number} is {words}. Only a planned session can move.")
    if row.starts_at <= timezone.now():
        raise PlanRefused(f"Session {row.number} was {_when(row)}. Only one to come can move.")
    if row.program.version.plan.state == Plan.State.CLOSED:
        raise PlanRefused("The plan is closed: its sessions do not move any more.")


def _when(row: Session) -> str:
    start = timezone.localtime(row.starts_at, queries.clinic_zone(row.clinic))
    return f"{schedule.day_words(start.date())} at {start:%-H:%M}"


def _last_editor(row: Session) -> str:
    events = AuditEvent.objects.filter(clinic_id=row.clinic_id, subject_id=str(row.pk))
    event = events.filter(action__startswith="session.").order_by("-id").first()
    return event.actor if event else "Somebody"
