"""When the clinic is closed, when its people work, when a patient can come."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from patients import audit
from patients.access import Actor, check_can
from patients.models import Clinic, Closure, Membership, Patient, SuitableHours, WorkingHours
from patients.models.calendar import DAYS
from patients.roles import Permission

from .refusal import Refused, check_clinic, clean

LONGEST = timedelta(days=366)
Stretch = tuple[int, time, time]  # weekday (Monday 0), begins, ends


@transaction.atomic
def close_days(
    *, clinic: Clinic, first_day: date, last_day: date | None = None, why: str, by: Actor
) -> Closure:
    """Nobody is treated from the first to the last day (one day where no last is given).

    Sessions that are booked on these days stay until somebody moves them: their pages say so.
    """
    check_clinic(clinic, by, Permission.CLINIC_EDIT)
    last_day = last_day or first_day
    if last_day < first_day:
        raise Refused("The last day is before the first. Swap them.", "last_day")
    if last_day - first_day > LONGEST:
        raise Refused("A closure lasts a year at most. Enter the rest as another.", "last_day")
    if last_day < timezone.localdate(timezone=ZoneInfo(clinic.time_zone)):
        raise Refused("These days have passed. Enter days to come.", "last_day")
    row = Closure(clinic=clinic, first_day=first_day, last_day=last_day, why=why.strip())
    clean(row)
    row.save()
    audit.record("clinic.close_days", by=by, on=row, after=_facts(row))
    return row


@transaction.atomic
def open_days(*, closure: Closure, by: Actor) -> None:
    """The clinic is open on these days after all."""
    check_can(by, Permission.CLINIC_EDIT, on=closure)
    row = Closure.objects.select_for_update().filter(pk=closure.pk).first()
    if row is None:
        raise Refused("These days are open already.")
    audit.record("clinic.open_days", by=by, on=row, before=_facts(row))
    row.delete()


def _facts(row: Closure) -> dict:
    return {"first_day": row.first_day, "last_day": row.last_day, "why": row.why}


@transaction.atomic
def set_working_hours(*, membership: Membership, hours: list[Stretch], by: Actor) -> None:
    """The week of a member of staff; an empty list: no hours are kept."""
    check_can(by, Permission.CLINIC_EDIT, on=membership)
    rows = Membership.objects.select_related("user").select_for_update(of=("self",), no_key=True)
    owner = rows.get(pk=membership.pk)
    before, after = _replace(WorkingHours, {"membership": owner}, hours)
    if before != after:
        audit.record("staff.hours", by=by, on=owner, before=before, after=after)


@transaction.atomic
def set_suitable_hours(*, patient: Patient, hours: list[Stretch], by: Actor) -> None:
    """The hours of a week on which a patient can come; an empty list: any."""
    check_can(by, Permission.PATIENT_REGISTER, on=patient)
    owner = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    before, after = _replace(SuitableHours, {"patient": owner}, hours)
    if before != after:
        audit.record("patient.hours", by=by, on=owner, before=before, after=after)


def _replace(model, owner: dict, hours: list[Stretch]) -> tuple[dict, dict]:
    """Put these stretches in the place of what was; returns both as words."""
    wanted = sorted(set(hours))
    _refuse_muddle(wanted)
    rows = model.objects.filter(**owner)
    before = _week([(row.weekday, row.starts, row.ends) for row in rows])
    rows.delete()
    clinic_id = next(iter(owner.values())).clinic_id
    model.objects.bulk_create(
        model(clinic_id=clinic_id, weekday=weekday, starts=starts, ends=ends, **owner)
        for weekday, starts, ends in wanted
    )
    return before, _week(wanted)


def _refuse_muddle(hours: list[Stretch]) -> None:
    """Every stretch lies in one day, and those of one day do not overlap."""
    for weekday, starts, ends in hours:
        if not 0 <= weekday <= 6:
            raise Refused(f"There is no weekday {weekday}: 0 is Monday, 6 is Sunday.")
        if ends <= starts:
            words = f"{DAYS[weekday]}: {ends:%-H:%M} is not after {starts:%-H:%M}."
            raise Refused(f"{words} Enter when it begins, then when it ends.")
    for (day, _, ends), (next_day, starts, _) in zip(hours, hours[1:], strict=False):
        if day == next_day and starts < ends:
            raise Refused(f"{DAYS[day]}: the two stretches overlap. Enter them as one.")


def _week(hours: list[Stretch]) -> dict:
    """`{"Monday": "9:00–12:00, 14:00–17:00"}`, for the audit."""
    found: dict[str, list[str]] = {}
    for weekday, starts, ends in hours:
        found.setdefault(DAYS[weekday], []).append(f"{starts:%-H:%M}–{ends:%-H:%M}")
    return {day: ", ".join(stretches) for day, stretches in found.items()}
