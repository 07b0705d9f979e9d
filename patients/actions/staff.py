"""Staff: roles, licences, leaving and coming back."""

from django.db import transaction
from django.utils import timezone

from patients import audit
from patients.access import Actor, check_can
from patients.models import Clinic, Licence, Membership
from patients.roles import LICENSED, STAFF_ROLES, Permission, Role

from .refusal import Refused


@transaction.atomic
def change_roles(
    *, membership: Membership, roles, licence: dict | None = None, by: Actor
) -> Membership:
    """Give somebody these roles, and this licence where a role asks for one, from the next page on.

    Without a new licence the one on file stays; but a clinical lead's does not make a prescriber.
    """
    check_can(by, Permission.STAFF_INVITE, on=membership)
    membership, roles = _lock(membership), known_roles(roles)
    before = staff_facts(membership)
    if not (licence or {}).get("number"):
        licence = _kept_licence(membership, roles)
    licence = licence_for(roles, licence)
    if Role.ADMIN not in roles:
        _keep_an_admin(membership, by, field="roles")
    membership.roles = roles
    membership.save(update_fields=["roles"])
    give_licence(membership, licence)
    audit.record("staff.change", by=by, on=membership, before=before, after=staff_facts(membership))
    return membership


@transaction.atomic
def deactivate(*, membership: Membership, by: Actor) -> Membership:
    """Access ends at once; what the person signed stays under their name."""
    check_can(by, Permission.STAFF_INVITE, on=membership)
    membership = _lock(membership)
    if by.user and membership.user_id == by.user.pk:
        raise Refused("You cannot remove yourself. Ask another admin.")
    _keep_an_admin(membership, by)
    return _set_active(membership, False, "staff.remove", by)


@transaction.atomic
def reactivate(*, membership: Membership, by: Actor) -> Membership:
    """Somebody who was removed works here again, with the roles they had."""
    check_can(by, Permission.STAFF_INVITE, on=membership)
    return _set_active(_lock(membership), True, "staff.return", by)


def known_roles(roles) -> list[str]:
    """Roles as they are stored, in the order of STAFF_ROLES."""
    wanted = set(roles)
    if not wanted or not wanted <= set(STAFF_ROLES):
        raise Refused("Choose at least one role of the list.", "roles")
    return [role for role in STAFF_ROLES if role in wanted]


def licence_for(roles, licence: dict | None) -> dict:
    """The licence as it is stored: whole and valid for LICENSED roles, empty for all others."""
    role = next((role for role in LICENSED if role in roles), None)
    if role is None:
        return {}
    licence = licence or {}
    for field, words in (
        ("number", "the licence number"),
        ("authority", "who issued the licence"),
        ("expires_on", "the day the licence ends"),
    ):
        if not licence.get(field):
            raise Refused(f"A {role} needs a licence: enter {words}.", f"licence_{field}")
    if licence["expires_on"] < timezone.localdate():
        raise Refused("This licence has run out. Enter the renewed one.", "licence_expires_on")
    return licence


def give_licence(membership: Membership, licence: dict) -> None:
    """Store the licence; a known number is renewed. Nothing happens for an empty one."""
    if licence:
        Licence.objects.update_or_create(
            clinic_id=membership.clinic_id,
            membership=membership,
            number=licence["number"].strip(),
            defaults={
                "authority": licence["authority"].strip(),
                "expires_on": licence["expires_on"],
            },
        )


def staff_facts(membership: Membership) -> dict:
    """What the audit keeps of somebody's place at the clinic."""
    licences = membership.licences.order_by("number")
    return {
        "name": membership.user.name,
        "roles": list(membership.roles),
        "active": membership.active,
        "licences": [f"{row}, until {row.expires_on}" for row in licences],
    }


def _kept_licence(membership: Membership, roles: list[str]) -> dict | None:
    """The licence on file; none for a lead who becomes a prescriber: it may not be to prescribe."""
    was = membership.roles
    if Role.CLINICAL_LEAD in was and Role.PRESCRIBER in roles and Role.PRESCRIBER not in was:
        return None
    row = membership.licences.order_by("-expires_on").first()
    return row and {
        "number": row.number,
        "authority": row.authority,
        "expires_on": row.expires_on,
    }


def _lock(membership: Membership) -> Membership:
    """The row again, with the clinic's row held: two admins cannot remove each other at once."""
    Clinic.objects.select_for_update(no_key=True).get(pk=membership.clinic_id)
    return Membership.objects.select_related("user", "clinic").get(pk=membership.pk)


def _keep_an_admin(membership: Membership, by: Actor, field: str | None = None) -> None:
    if Role.ADMIN not in membership.roles or not membership.active:
        return
    if by.user and membership.user_id == by.user.pk:
        raise Refused("You cannot end your own admin role. Ask another admin.", field)
    others = Membership.objects.filter(
        clinic=membership.clinic_id, active=True, roles__contains=[Role.ADMIN]
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise Refused("A clinic needs an admin. Make somebody else admin first.", field)


def _set_active(membership: Membership, active: bool, action: str, by: Actor) -> Membership:
    before = staff_facts(membership)
    membership.active = active
    membership.save(update_fields=["active"])
    audit.record(action, by=by, on=membership, before=before, after=staff_facts(membership))
    return membership
