"""Signed links to a patient's own pages: the year of birth opens them, five wrong years lock them."""

from django.db import transaction
from django.utils import timezone

from patients import audit
from patients.access import Actor
from patients.models import Link, LinkRefused, User

from .login import is_staff
from .refusal import Refused

TRIES = 5


@transaction.atomic
def prove(*, link: Link, year: int | None) -> bool:
    """Whether this is the patient's year of birth. A wrong one counts; after five the link is
    locked, and LinkRefused("locked") is raised from then on, whatever is entered."""
    link.refresh_from_db(
        fields=["failed_tries", "used_at", "withdrawn_at", "expires_at"],
        from_queryset=Link.objects.select_for_update(of=("self",)),
    )
    link.refuse_unless_open()
    if link.failed_tries >= TRIES:
        raise LinkRefused("locked", link)
    by, right = Actor.for_patient(link.patient), year == link.patient.birth_date.year
    if not right:
        link.failed_tries += 1
        link.save(update_fields=["failed_tries"])
    audit.record("link.prove" if right else "link.wrong_year", by=by, on=link)
    return right


@transaction.atomic
def use_plan_link(*, link: Link) -> User:
    """The link is used up; the login that it opens. Raises Refused where it opens none: a login
    that also works in a clinic keeps its password and second factor."""
    link = (
        Link.objects.select_for_update(of=("self",)).select_related("patient__user").get(pk=link.pk)
    )
    link.refuse_unless_open()
    user = link.patient.user
    if user is None or not user.is_active:
        raise Refused("This link has no login behind it. Call your clinic.")
    if is_staff(user):
        raise Refused("You also work in a clinic. Sign in with your password or passkey.")
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    audit.record("link.use", by=Actor.for_patient(link.patient, user), on=link)
    return user
