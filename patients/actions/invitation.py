"""Invitations: mailed, sent again, withdrawn, taken up once."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from patients import audit, notify
from patients.access import Actor, check_can
from patients.models import Clinic, Invitation, Link, Membership, User
from patients.roles import Permission, Role

from .login import new_user
from .refusal import Refused, check_clinic, clean
from .staff import give_licence, known_roles, licence_for, staff_facts

INVITATION_LASTS = timedelta(days=7)


@transaction.atomic
def invite(
    *, clinic: Clinic, email: str, name: str, roles, licence: dict | None = None, by: Actor
) -> Invitation:
    """Mail somebody a link that makes them staff. `licence`: number, authority, expires_on (date),
    asked of prescribers. Refused for staff of the clinic and while an invitation is open."""
    check_clinic(clinic, by, Permission.STAFF_INVITE)
    email, roles = email.strip().lower(), known_roles(roles)
    licence = licence_for(roles, licence)
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    _refuse_known(clinic, email)
    row = Invitation(
        clinic=clinic,
        email=email,
        name=name.strip(),
        roles=roles,
        licence_number=licence.get("number", "").strip(),
        licence_authority=licence.get("authority", "").strip(),
        licence_expires_on=licence.get("expires_on"),
        invited_by=by.user,
    )
    clean(row)
    row.save()
    audit.record("staff.invite", by=by, on=row, after=_facts(row))
    _mail(row)
    return row


@transaction.atomic
def resend(*, invitation: Invitation, by: Actor) -> Invitation:
    """A new link with seven new days; the old one stops working."""
    check_can(by, Permission.STAFF_INVITE, on=invitation)
    invitation = _lock_open(invitation)
    _close_links(invitation)
    audit.record("staff.invite_again", by=by, on=invitation, after=_facts(invitation))
    _mail(invitation)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Actor) -> Invitation:
    """The invitation and its links open nothing any more."""
    check_can(by, Permission.STAFF_INVITE, on=invitation)
    invitation = _lock_open(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    _close_links(invitation)
    audit.record("staff.invite_withdraw", by=by, on=invitation, after=_facts(invitation))
    return invitation


@transaction.atomic
def accept(*, link: Link, name: str, password: str) -> User:
    """Somebody new takes the invitation up. Raises LinkRefused where the link no longer opens, and
    Refused where the address has a login already: that person signs in and calls `join`."""
    link = _lock(link)
    if User.objects.filter(email__iexact=link.invitation.email).exists():
        raise Refused("This address has a login already. Sign in with it to join.", "password")
    return _join(link, new_user(link.invitation.email, name, password or ""))


@transaction.atomic
def join(*, link: Link, user: User) -> User:
    """Somebody with a login takes the invitation up, signed in as the invited address."""
    link = _lock(link)
    if user.email.lower() != link.invitation.email.lower():
        raise Refused(
            f"This invitation is for {link.invitation.email}, and you are signed in as "
            f"{user.email}. Sign out, then open the link again."
        )
    return _join(link, user)


def _refuse_known(clinic: Clinic, email: str) -> None:
    if Membership.objects.filter(clinic=clinic, user__email=email, active=True).exists():
        raise Refused(f"{email} works here already. Change the roles on the staff page.", "email")
    if Invitation.objects.filter(
        clinic=clinic, email=email, accepted_at=None, withdrawn_at=None
    ).exists():
        raise Refused(f"{email} is invited already. Send it again from the staff page.", "email")


def _lock(link: Link) -> Link:
    """The link's row, held until the transaction ends, so that two clicks cannot both use it."""
    link = (
        Link.objects.select_for_update(of=("self",))
        .select_related("clinic", "invitation")
        .get(pk=link.pk, purpose=Link.Purpose.INVITATION)
    )
    link.refuse_unless_open()
    return link


def _lock_open(invitation: Invitation) -> Invitation:
    row = Invitation.objects.select_for_update(of=("self",)).select_related("clinic")
    row = row.get(pk=invitation.pk)
    if row.accepted_at or row.withdrawn_at:
        done = "accepted" if row.accepted_at else "withdrawn"
        raise Refused(f"The invitation of {row.email} was {done}. Nothing was changed.")
    return row


def _close_links(invitation: Invitation) -> None:
    links = invitation.links.filter(used_at=None, withdrawn_at=None)
    notify.cancel(links=links)
    links.update(withdrawn_at=timezone.now())


def _mail(invitation: Invitation) -> None:
    link = Link.objects.create(
        clinic=invitation.clinic,
        purpose=Link.Purpose.INVITATION,
        invitation=invitation,
        expires_at=timezone.now() + INVITATION_LASTS,
    )
    notify.queue(
        "invitation",
        key=f"invitation:{link.pk}",
        clinic=invitation.clinic,
        to=invitation.email,
        link=link,
        context={"name": invitation.name, "roles": invitation.roles},
    )


def _join(link: Link, user: User) -> User:
    invitation = link.invitation
    membership, new = Membership.objects.get_or_create(
        clinic=link.clinic, user=user, defaults={"roles": invitation.roles}
    )
    if not new:  # removed once, invited again: the invitation's roles count
        membership.roles, membership.active = invitation.roles, True
        membership.save(update_fields=["roles", "active"])
    give_licence(membership, _licence(invitation))
    notify.cancel(links=[link])  # nothing to say any more where the mail still waits
    invitation.accepted_at = link.used_at = timezone.now()
    invitation.accepted_by = user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    link.save(update_fields=["used_at"])
    by = Actor(clinic=link.clinic, roles=frozenset(map(Role, membership.roles)), user=user)
    audit.record("staff.join", by=by, on=membership, after=staff_facts(membership))
    return user


def _licence(invitation: Invitation) -> dict:
    if not invitation.licence_number:
        return {}
    return {
        "number": invitation.licence_number,
        "authority": invitation.licence_authority,
        "expires_on": invitation.licence_expires_on,
    }


def _facts(invitation: Invitation) -> dict:
    return {"name": invitation.name, "email": invitation.email, "roles": invitation.roles}
