"""Reads of calendar feeds: whose secret address it is, and the visits that it shows."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.http import Http404

from careplan.models import CalendarFeed, Session
from patients.access import Actor
from patients.roles import Permission, permissions_of

BACK = timedelta(days=60)  # visits that were longer ago are no longer in a feed
# Words that say what a clinic treats. A calendar lies open on a locked phone and on shared screens.
TELLING = (
    "back spine spinal pain physio physiotherapy physical therapy therapies rehab rehabilitation "
    "orthopaedic orthopedic osteopathy chiropractic musculoskeletal msk joint muscle nerve health "
    "medical medicine hospital clinic centre center practice surgery care wellness"
)


def own_feed(actor: Actor) -> CalendarFeed | None:
    """The actor's own feed that is open; None where they have no address."""
    rows = CalendarFeed.objects.for_clinic(actor.clinic).filter(closed_at=None)
    if actor.patient:
        return rows.filter(patient=actor.patient).first()
    return rows.filter(membership__user=actor.user).first()


def feed_of(token: str) -> CalendarFeed:
    """The feed behind an address; an address that was changed, closed or made up is 404."""
    told = CalendarFeed.read(token)
    row = told and (
        CalendarFeed.objects.select_related("clinic", "patient__user", "membership__user")
        .filter(pk=told[0], serial=told[1], closed_at=None)
        .first()
    )
    if not row or not _still_here(row):
        raise Http404("No such calendar")
    return row


def _still_here(row: CalendarFeed) -> bool:
    """Whose feed it is can still sign in, and staff still record visits."""
    if row.patient:
        return row.patient.user is None or row.patient.user.is_active
    member = row.membership
    able = Permission.SESSION_RECORD in permissions_of(member.roles)
    return member.active and member.user.is_active and able


def sessions(row: CalendarFeed, now: datetime) -> list[Session]:
    """The visits of a feed, cancelled ones too, in one query."""
    rows = Session.objects.for_clinic(row.clinic).filter(
        starts_at__gte=now - BACK, program__version__signed_at__isnull=False
    )
    if row.patient:
        rows = rows.filter(patient=row.patient)
    else:
        user = row.membership.user
        own = Q(therapist=None, patient__care_team__user=user)
        rows = rows.filter(Q(therapist=user) | own).distinct()
    return list(rows.select_related("patient", "program").order_by("starts_at", "id"))


def short_name(name: str) -> str:
    """The clinic's name up to the first word that says what it treats: `Northgate`."""
    kept, telling = [], set(TELLING.split())
    for word in name.split():
        if word.strip(",.&-").lower() in telling:
            break
        kept.append(word)
    return " ".join(kept).rstrip(",.&- ")
