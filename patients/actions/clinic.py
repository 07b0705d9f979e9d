"""Found a clinic, change its settings."""

from django.db import transaction

from patients import audit
from patients.access import Actor
from patients.models import Clinic, Membership, User
from patients.roles import Permission, Role

from .login import new_user
from .refusal import Refused, change, check_clinic, clean
from .staff import staff_facts

SETTINGS = (
    "name",
    "time_zone",
    "holidays",
    "phone",
    "letterhead",
    "emergency_number",
    "crisis_line",
    "quiet_until",
    "quiet_from",
    "checkin_at",
    "default_visit_limit",
    "gabapentin_enabled",
    "duloxetine_enabled",
)


@transaction.atomic
def found_clinic(
    *,
    slug: str,
    name: str,
    time_zone: str,
    admin_email: str,
    admin_name: str,
    password: str | None = None,
) -> tuple[Clinic, User]:
    """A clinic and its first admin. Somebody with a login elsewhere keeps it, password and all."""
    if Clinic.objects.filter(slug=slug).exists():
        raise Refused(f"There is a clinic “{slug}” already. Choose another short name.", "slug")
    clinic = Clinic(slug=slug, name=name.strip(), time_zone=time_zone)
    clean(clinic)
    clinic.save()
    user = _admin(admin_email, admin_name, password)
    membership = Membership.objects.create(clinic=clinic, user=user, roles=[Role.ADMIN])
    by = Actor.for_job("create_clinic", clinic)
    audit.record("clinic.found", by=by, on=clinic, after={"slug": slug, "name": clinic.name})
    audit.record("staff.join", by=by, on=membership, after=staff_facts(membership))
    return clinic, user


def _admin(email: str, name: str, password: str | None) -> User:
    known = User.objects.filter(email__iexact=email.strip()).first()
    if known:
        return known
    try:
        return new_user(email, name, password)
    except Refused as refusal:
        raise Refused(str(refusal), f"admin_{refusal.field}") from None


@transaction.atomic
def change_settings(*, clinic: Clinic, changes: dict, by: Actor) -> Clinic:
    """Change some of SETTINGS; the audit keeps what they were."""
    check_clinic(clinic, by, Permission.CLINIC_EDIT)
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    return change(clinic, changes, SETTINGS, "clinic.change", by)
