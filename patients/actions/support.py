"""Links to people who understand, kept by the clinic (BAR-04)."""

from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from patients import audit
from patients.access import Actor, check_can
from patients.models import Clinic, SupportLink
from patients.roles import Permission

from .refusal import Refused, check_clinic, clean


@transaction.atomic
def add_support_link(
    *, clinic: Clinic, name: str, about: str = "", url: str = "", phone: str = "", by: Actor
) -> SupportLink:
    """A group or a line that patients may turn to; whoever adds it has looked at it today."""
    check_clinic(clinic, by, Permission.CLINIC_EDIT)
    if not url and not phone:
        raise Refused("Give an address or a telephone number.", "url")
    row = SupportLink(
        clinic=clinic, name=name.strip(), about=about.strip(), url=url, phone=phone.strip()
    )
    row.checked_on = _today(clinic)
    clean(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused("This name is on the list already.", "name") from None
    audit.record("support.add", by=by, on=row, after={"name": row.name, "url": row.url})
    return row


@transaction.atomic
def check_support_link(*, link: SupportLink, by: Actor) -> SupportLink:
    """Somebody of the clinic has looked at it today: it leads where it says."""
    row = _locked(link, by)
    before, row.checked_on = row.checked_on, _today(row.clinic)
    row.save(update_fields=["checked_on"])
    dates = ({"checked_on": before}, {"checked_on": row.checked_on})
    audit.record("support.check", by=by, on=row, before=dates[0], after=dates[1])
    return row


@transaction.atomic
def retire_support_link(*, link: SupportLink, by: Actor) -> SupportLink:
    """Patients see it no more."""
    row = _locked(link, by)
    row.retired_at = timezone.now()
    row.save(update_fields=["retired_at"])
    audit.record("support.retire", by=by, on=row, before={"name": row.name})
    return row


def _locked(link: SupportLink, by: Actor) -> SupportLink:
    check_can(by, Permission.CLINIC_EDIT, on=link)
    rows = SupportLink.objects.select_for_update(of=("self",)).select_related("clinic")
    row = rows.get(pk=link.pk)
    if row.retired_at:
        raise Refused(f"{row.name} was taken off the list already.")
    return row


def _today(clinic: Clinic):
    return timezone.localdate(timezone=ZoneInfo(clinic.time_zone))
