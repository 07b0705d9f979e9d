"""Reads of the ground floor, each in a known number of SQL queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from allauth.mfa.models import Authenticator
from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from patients.access import Actor
from patients.models import (
    AuditEvent,
    CareTeam,
    Clinic,
    Closure,
    Invitation,
    Licence,
    Link,
    Membership,
    Message,
    Patient,
    SupportLink,
    User,
)
from patients.roles import LICENSED, Role

LICENCE_ENDS_SOON = timedelta(days=30)
LINK_IS_FRESH = timedelta(days=90)  # BAR-04
DATE_SHAPES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%d %b %Y")
MOST_WORDS = 4  # of a search: each is one condition in SQL


# People and places of a login --------------------------------------------------------------


def places_of(user: User) -> list[Membership]:
    """Where somebody works, by clinic name."""
    rows = Membership.objects.filter(user=user, active=True)
    return list(rows.select_related("clinic").order_by("clinic__name"))


def own_record(user: User) -> Patient | None:
    """The patient that this login belongs to."""
    return Patient.objects.filter(user=user).select_related("clinic").first()


def invitation_link(token: str) -> Link:
    """The link of an invitation; raises LinkRefused where it opens nothing (any more)."""
    link = Link.objects.find(token, purpose=Link.Purpose.INVITATION)
    return Link.objects.select_related("clinic", "invitation__invited_by").get(pk=link.pk)


def has_login(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


# Patients ----------------------------------------------------------------------------------


def patients_page(actor: Actor, words: str, number, size: int = 25) -> Page:
    """One page of the clinic's patients by family name, each with its care team: 3 queries."""
    rows = _found(Patient.objects.for_clinic(actor.clinic), words)
    rows = rows.prefetch_related("care_team__user").order_by("family_name", "given_name", "id")
    return Paginator(rows, size).get_page(number)


def patient_of(actor: Actor, pk) -> Patient:
    """One patient of the actor's clinic; another clinic's is 404."""
    return get_object_or_404(
        Patient.objects.for_clinic(actor.clinic).select_related("clinic"), pk=pk
    )


def _found(rows: QuerySet, words: str) -> QuerySet:
    """Every word is in a name, or the whole text is a birth date, or a word is a birth year."""
    words = words.replace("\0", "\ufffd").strip()[:100]  # PostgreSQL takes no NUL
    if day := _day(words):
        return rows.filter(birth_date=day)
    for word in words.split()[:MOST_WORDS]:
        named = Q(given_name__icontains=word) | Q(family_name__icontains=word)
        if word.isdecimal() and len(word) == 4:
            named |= Q(birth_date__year=int(word))
        rows = rows.filter(named)
    return rows


def _day(words: str) -> date | None:
    for shape in DATE_SHAPES:
        try:
            return datetime.strptime(words, shape).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


# Staff -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StaffRow:
    """One person of the staff page. `licence` is the one that lasts longest."""

    membership: Membership
    people: int
    licence: Licence | None
    signs_in_with: str

    @property
    def name(self) -> str:
        return self.membership.user.name

    @property
    def last_here(self) -> datetime | None:
        return self.membership.user.last_login

    @property
    def licence_state(self) -> str:
        """none, missing, ended, soon or good."""
        if not set(LICENSED) & set(self.membership.roles):
            return "none"
        if self.licence is None:
            return "missing"
        left = self.licence.expires_on - timezone.localdate()
        if left < timedelta(0):
            return "ended"
        return "soon" if left <= LICENCE_ENDS_SOON else "good"


def staff(actor: Actor) -> list[StaffRow]:
    """Everybody of the clinic, working people first, then by name: 4 queries."""
    rows = (
        Membership.objects.for_clinic(actor.clinic)
        .select_related("user")
        .prefetch_related("licences")
        .order_by("-active", "user__name")
    )
    counts = CareTeam.objects.for_clinic(actor.clinic).values_list("user_id")
    people = dict(counts.annotate(Count("patient", distinct=True)))
    methods = _methods([row.user_id for row in rows])
    return [
        StaffRow(
            membership=row,
            people=people.get(row.user_id, 0),
            licence=max(row.licences.all(), key=lambda licence: licence.expires_on, default=None),
            signs_in_with=_signs_in_with(row.user, methods),
        )
        for row in rows
    ]


def therapists(clinic: Clinic) -> list[User]:
    """Who treats patients in a clinic, by name."""
    rows = Membership.objects.for_clinic(clinic).filter(active=True)
    rows = rows.filter(roles__contains=[Role.THERAPIST]).select_related("user")
    return [row.user for row in rows.order_by("user__name")]


def member_of(actor: Actor, pk) -> Membership:
    """One membership of the actor's clinic; another clinic's is 404."""
    rows = Membership.objects.for_clinic(actor.clinic).select_related("user", "clinic")
    return get_object_or_404(rows.prefetch_related("licences"), pk=pk)


@dataclass(frozen=True)
class InvitationRow:
    invitation: Invitation
    sent: datetime
    ends: datetime

    @property
    def over(self) -> bool:
        return self.ends <= timezone.now()


def open_invitations(actor: Actor) -> list[InvitationRow]:
    """Who is invited and not here yet, with the newest link of each: 2 queries."""
    rows = Invitation.objects.for_clinic(actor.clinic).prefetch_related("links")
    rows = rows.filter(accepted_at=None, withdrawn_at=None).order_by("created_at")
    newest = ((row, max(row.links.all(), key=lambda link: link.created_at)) for row in rows)
    return [InvitationRow(row, link.created_at, link.expires_at) for row, link in newest]


def invitation_of(actor: Actor, pk) -> Invitation:
    return get_object_or_404(Invitation.objects.for_clinic(actor.clinic), pk=pk)


def _methods(users: list) -> set[tuple]:
    rows = Authenticator.objects.filter(user__in=users)
    return set(rows.values_list("user_id", "type"))


def _signs_in_with(user: User, methods: set[tuple]) -> str:
    if (user.pk, Authenticator.Type.WEBAUTHN) in methods:
        return "Passkey"
    if not user.has_usable_password():
        return "Code by e-mail"
    second = (user.pk, Authenticator.Type.TOTP) in methods
    return "Password and app" if second else "Password"


# Calendar ----------------------------------------------------------------------------------


def closures(clinic: Clinic) -> list[Closure]:
    """Closures that are not over in the clinic, the next first."""
    today = timezone.localdate(timezone=ZoneInfo(clinic.time_zone))
    return list(Closure.objects.for_clinic(clinic).filter(last_day__gte=today))


def closure_of(actor: Actor, pk) -> Closure:
    """One closure of the actor's clinic; another clinic's is 404."""
    return get_object_or_404(Closure.objects.for_clinic(actor.clinic), pk=pk)


def support_links(clinic: Clinic) -> list[SupportLink]:
    """What patients are shown, by name; `stale` where nobody has looked at it for 90 days."""
    today = timezone.localdate(timezone=ZoneInfo(clinic.time_zone))
    rows = list(SupportLink.objects.for_clinic(clinic).filter(retired_at=None))
    for row in rows:
        row.stale = today - row.checked_on > LINK_IS_FRESH
    return rows


def support_link_of(actor: Actor, pk) -> SupportLink:
    """One link of the actor's clinic; another clinic's is 404."""
    return get_object_or_404(SupportLink.objects.for_clinic(actor.clinic), pk=pk)


def closed_days(clinic: Clinic, first: date, last: date) -> dict[date, str]:
    """Day -> why, of every day from first to last on which nobody is treated: one query.

    Closures of the clinic's own say why before the public holidays do.
    """
    found = public_holidays(clinic.holidays, first, last)
    for row in Closure.objects.for_clinic(clinic).filter(first_day__lte=last, last_day__gte=first):
        day = max(row.first_day, first)
        while day <= min(row.last_day, last):
            found[day] = row.why
            day += timedelta(days=1)
    return found


def public_holidays(code: str, first: date, last: date) -> dict[date, str]:
    """Public holidays of a country or a part of one ("US", "GB-ENG") from first to last."""
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1) if code else ():
        found |= _year_of_holidays(code, year)
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}


@lru_cache(maxsize=64)
def _year_of_holidays(code: str, year: int) -> dict[date, str]:
    country, _, part = code.partition("-")
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year))


# Audit -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AuditPage:
    """Events, newest first, with today's names of the people and patients they are about."""

    page: Page
    patients: Mapping
    person: User | None
    patient: Patient | None


def audit_page(actor: Actor, *, person=None, patient=None, number=1, size: int = 50) -> AuditPage:
    """One page of the clinic's audit, of one person or about one patient when asked: at most 5
    queries. Ids of another clinic are 404."""
    rows = AuditEvent.objects.filter(clinic_id=actor.clinic.pk).order_by("-id")
    who = about = None
    if person:
        who = get_object_or_404(User, pk=person, memberships__clinic=actor.clinic)
        rows = rows.filter(user_id=who.pk)
    if patient:
        about = patient_of(actor, patient)
        rows = rows.filter(patient_id=about.pk)
    page = Paginator(rows, size).get_page(number)
    ids = {row.patient_id for row in page if row.patient_id}
    named = Patient.objects.for_clinic(actor.clinic).in_bulk(ids) if ids else {}
    return AuditPage(page=page, patients=named, person=who, patient=about)


# Health ------------------------------------------------------------------------------------


def oldest_waiting() -> timedelta | None:
    """How long the oldest due message waits; None when nothing waits. Proves the database too."""
    now = timezone.now()
    waiting = [Message.State.QUEUED, Message.State.SENDING]
    due = Message.objects.filter(state__in=waiting, due_at__lte=now).aggregate(Min("due_at"))
    return now - due["due_at__min"] if due["due_at__min"] else None
