"""Attendance and the ledger of visits: what became of a session, what a payer grants.

Every write takes the patient's row first, so that what is written about one patient's visits takes
turns; the database holds the rest (see VisitEntry). A visit that happened is recorded whether it
is covered or not: the account says how many are over.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from careplan.actions import turns, visit_rules
from careplan.actions.drafting import PlanRefused
from careplan.models import Session, VisitEntry
from careplan.queries import visits as queries
from careplan.rules import lifecycle, schedule
from patients import audit
from patients import queries as people
from patients.access import Actor, check_can
from patients.models import Patient
from patients.roles import Permission

MOST_VISITS = 200  # of one grant: more is a slip of the keyboard
FARTHEST = timedelta(days=90)  # a visit that makes up for another comes soon
LONGEST_GRANT = timedelta(days=3 * 366)
HAPPENED = ("attend", "miss")  # moves of a session whose day has come


class VisitRefused(PlanRefused):
    """The ledger or a session stays as it is; `reasons` are sentences for the page."""


# Attendance ----------------------------------------------------------------------------------


@transaction.atomic
def record_attendance(*, session: Session, move: str, by: Actor) -> Session:
    """attend, miss, cancel, cancel_late or correct one session (lifecycle SESSION), with its
    ledger entry and what the rules ask for then.

    Raises VisitRefused for a session that has not begun its day, lifecycle.IllegalMove where the
    state does not allow the move.
    """
    check_can(by, Permission.SESSION_RECORD, on=session)
    if move == "make_up":
        raise VisitRefused("Choose the day and hour of the visit that makes up for this one.")
    patient = turns.of_patient(session.patient_id)
    row = _locked(session)
    _refuse_too_early(row, move)
    if move == "correct":
        _refuse_correction(row)
    was = row.state
    change_state(row, move, by)
    if row.state == Session.State.ATTENDED:
        _enter(row, VisitEntry.Kind.USED, by)
    elif was == Session.State.ATTENDED:
        _enter(row, VisitEntry.Kind.GIVEN_BACK, by)
    visit_rules.judge(patient=patient, by=by)
    return row


@transaction.atomic
def make_up(*, session: Session, starts_at: datetime, by: Actor) -> Session:
    """Book a visit that makes up for one that did not happen; that one keeps its state.

    `starts_at` is aware. Raises VisitRefused with every reason, lifecycle.IllegalMove.
    """
    check_can(by, Permission.SESSION_RECORD, on=session)
    turns.of_patient(session.patient_id)
    row = _locked(session)
    lifecycle.move(lifecycle.SESSION, row.state, "make_up")
    turns.of_therapist(row.clinic, row.therapist)
    if reasons := _make_up_faults(row, starts_at):
        raise VisitRefused(*reasons)
    version = row.program.version.plan.current
    last = Session.objects.filter(program=version.program).order_by("number").last()
    new = Session.objects.create(
        clinic=row.clinic,
        patient=row.patient,
        program=version.program,
        number=last.number + 1 if last else 1,
        starts_at=starts_at,
        therapist=row.therapist,
        makes_up_for=row,
    )
    after = {"for": row.pk, "starts_at": starts_at.isoformat()}
    audit.record("session.make_up", by=by, on=new, after=after)
    return new


def change_state(row: Session, move: str, by: Actor) -> None:
    """Make a move of the table SESSION; calendars are told by the sequence. `row` is locked."""
    before, row.state = row.state, lifecycle.move(lifecycle.SESSION, row.state, move)
    row.sequence, row.changed_at = row.sequence + 1, timezone.now()
    row.save(update_fields=["state", "sequence", "changed_at"])
    audit.record(
        f"session.{move}", by=by, on=row, before={"state": before}, after={"state": row.state}
    )


def _locked(session: Session) -> Session:
    return (
        Session.objects.select_for_update(of=("self",))
        .select_related("clinic", "patient__clinic", "program__version__plan__current__program")
        .get(pk=session.pk)
    )


def _day(row: Session) -> date:
    return timezone.localtime(row.starts_at, queries.zone_of(row)).date()


def _refuse_too_early(row: Session, move: str) -> None:
    day = _day(row)
    if move in HAPPENED and day > queries.today_of(row):
        raise VisitRefused(f"Session {row.number} is on {day:%-d %B}: it has not been yet.")


def _refuse_correction(row: Session) -> None:
    """A session goes back to planned only where nothing stands in its place."""
    made_up = Session.objects.filter(makes_up_for=row).first()
    if made_up and made_up.state not in (Session.State.CANCELLED, Session.State.CANCELLED_LATE):
        raise VisitRefused(
            f"A visit on {_day(made_up):%-d %B} makes up for session {row.number}. "
            "Cancel that visit first."
        )
    taken = Session.objects.filter(
        clinic=row.clinic_id, therapist=row.therapist_id, starts_at=row.starts_at
    ).filter(state=Session.State.PLANNED, therapist__isnull=False)
    if taken.exclude(pk=row.pk).exists():
        raise VisitRefused(
            f"Somebody else is booked at that hour of {_day(row):%-d %B} by now. "
            "Book a visit that makes up for this one."
        )


def _make_up_faults(row: Session, starts_at: datetime) -> list[str]:
    """Why a visit cannot make up for this one at that moment, all of it."""
    zone, found = queries.zone_of(row), []
    if Session.objects.filter(makes_up_for=row).exists():
        found.append(f"Session {row.number} has a visit that makes up for it already.")
    plan = row.program.version.plan
    if plan.state == "closed" or plan.current_id is None:
        found.append("The plan is closed: no visit can be added to it.")
    local = timezone.localtime(starts_at, zone)
    return found + _time_faults(row, local) + _neighbour_faults(row, local)


def _time_faults(row: Session, local: datetime) -> list[str]:
    """`local` in the clinic's zone."""
    now, day, found = timezone.now(), local.date(), []
    if not schedule.EARLIEST <= local.time() <= schedule.LATEST:
        found.append(
            f"Choose an hour between {schedule.EARLIEST:%-H:%M} and {schedule.LATEST:%-H:%M}."
        )
    if not now < local <= now + FARTHEST:
        last = (now + FARTHEST).astimezone(local.tzinfo)
        return [*found, f"Choose a time from now to {last:%-d %B %Y}."]
    if why := people.closed_days(row.clinic, day, day).get(day):
        found.append(f"The clinic is closed on {day:%-d %B}: {why}.")
    return found


def _neighbour_faults(row: Session, local: datetime) -> list[str]:
    """No visit of the patient on the day, before or after it; none of the therapist's meanwhile."""
    near = Session.objects.filter(
        clinic=row.clinic_id,
        starts_at__gte=local - timedelta(days=3),
        starts_at__lte=local + timedelta(days=3),
    )
    own = near.filter(
        patient=row.patient_id, state__in=(Session.State.PLANNED, Session.State.ATTENDED)
    )
    days = sorted(_day(one) for one in own if abs((_day(one) - local.date()).days) <= 1)
    if days:
        return [f"There is a visit on {days[0]:%-d %B}: keep a day of rest between visits."]
    minutes = timedelta(minutes=row.program.minutes)
    others = near.filter(therapist=row.therapist_id, state=Session.State.PLANNED)
    meanwhile = others.filter(starts_at__gt=local - minutes, starts_at__lt=local + minutes)
    if row.therapist_id and meanwhile.exists():
        return [f"{row.therapist.name} has another visit then. Choose another hour."]
    return []


def _enter(row: Session, kind: str, by: Actor) -> None:
    VisitEntry.objects.create(
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        session=row,
        kind=kind,
        turn=row.entries.filter(kind=kind).count() + 1,
        on=_day(row),
        by=by.user,
    )


# What a payer grants -------------------------------------------------------------------------


@transaction.atomic
def grant(
    *,
    patient: Patient,
    payer: str,
    visits: int,
    on: date,
    by: Actor,
    until: date | None = None,
    authorisation: str = "",
    note: str = "",
) -> VisitEntry:
    """Enter visits that a payer covers from `on` to `until` (None: no end).

    Raises VisitRefused with every reason; the same grant twice is refused, too.
    """
    check_can(by, Permission.VISIT_GRANT, on=patient)
    patient = turns.of_patient(patient.pk)
    told = {"payer": payer.strip(), "visits": visits, "on": on, "until": until}
    told["authorisation"] = authorisation.strip()
    if reasons := _grant_faults(patient, told):
        raise VisitRefused(*reasons)
    row = VisitEntry.objects.create(
        clinic=patient.clinic,
        patient=patient,
        kind=VisitEntry.Kind.GRANTED,
        note=note.strip(),
        by=by.user,
        **told,
    )
    audit.record("visits.grant", by=by, on=row, after=told)
    visit_rules.granted(patient=patient, by=by)
    visit_rules.judge(patient=patient, by=by)
    return row


@transaction.atomic
def withdraw(*, grant: VisitEntry, why: str, by: Actor) -> VisitEntry:
    """Take a grant out of the account: it was entered wrongly, or the payer took it back."""
    check_can(by, Permission.VISIT_GRANT, on=grant)
    patient = turns.of_patient(grant.patient_id)
    if not why.strip():
        raise VisitRefused("Write why it is taken out, in a few words.")
    if VisitEntry.objects.filter(grant=grant).exists():
        raise VisitRefused("This grant was taken out already.")
    row = VisitEntry.objects.create(
        clinic=patient.clinic,
        patient=patient,
        kind=VisitEntry.Kind.WITHDRAWN,
        visits=grant.visits,
        on=queries.today_of(patient),
        grant=grant,
        note=why.strip(),
        by=by.user,
    )
    audit.record("visits.withdraw", by=by, on=row, after={"grant": grant.pk, "why": row.note})
    visit_rules.judge(patient=patient, by=by)
    return row


def _grant_faults(patient: Patient, told: dict) -> list[str]:
    today, found = queries.today_of(patient), []
    if not told["payer"]:
        found.append("Write who pays.")
    if not 1 <= told["visits"] <= MOST_VISITS:
        found.append(f"A grant is of 1 to {MOST_VISITS} visits.")
    first, last = told["on"], told["until"]
    if abs(first - today) > LONGEST_GRANT:
        found.append("The first day is more than three years away: check the year.")
    if last and last < first:
        found.append(f"The last day, {last:%-d %B %Y}, is before the first.")
    if last and last - first > LONGEST_GRANT:
        found.append("The last day is more than three years after the first: check the year.")
    alike = VisitEntry.objects.filter(patient=patient, kind="granted", withdrawal=None)
    same = {"authorisation": told["authorisation"]} if told["authorisation"] else told
    if standing := alike.filter(payer=told["payer"], **_without_payer(same)).first():
        day = timezone.localtime(standing.at, queries.zone_of(patient))
        found.append(
            f"This grant is in the account already, entered on {day:%-d %B} by {standing.by}."
        )
    return found


def _without_payer(told: dict) -> dict:
    return {name: value for name, value in told.items() if name != "payer"}
