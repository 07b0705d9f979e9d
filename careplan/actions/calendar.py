"""The secret address of somebody's own calendar: made, changed, turned off."""

from django.db import transaction
from django.utils import timezone

from careplan.models import CalendarFeed
from patients import audit
from patients.access import Actor, check_can
from patients.models import Membership, Patient
from patients.roles import Permission


@transaction.atomic
def new_address(*, by: Actor) -> CalendarFeed:
    """An address that opens the actor's own visits; any earlier one opens nothing from now on."""
    owner, right = _owner(by)
    check_can(by, right, on=owner)
    row, new = CalendarFeed.objects.select_for_update().get_or_create(
        clinic=by.clinic, **_of(owner), defaults={}
    )
    if not new:
        row.serial, row.closed_at = row.serial + 1, None
        row.save(update_fields=["serial", "closed_at"])
    audit.record("calendar.open" if new else "calendar.change", by=by, on=row)
    return row


@transaction.atomic
def turn_off(*, by: Actor) -> CalendarFeed | None:
    """The address opens nothing from now on; None where there was none. Twice changes nothing."""
    owner, right = _owner(by)
    check_can(by, right, on=owner)
    row = CalendarFeed.objects.select_for_update().filter(**_of(owner), closed_at=None).first()
    if row:
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at"])
        audit.record("calendar.close", by=by, on=row)
    return row


def _owner(by: Actor) -> tuple[Patient | Membership, Permission]:
    if by.patient:
        return by.patient, Permission.OWN_PLAN_VIEW
    member = Membership.objects.get(clinic=by.clinic, user=by.user)
    return member, Permission.SESSION_RECORD


def _of(owner: Patient | Membership) -> dict:
    return {"patient" if isinstance(owner, Patient) else "membership": owner}
