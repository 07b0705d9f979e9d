"""Reads of the signed rule book: where a clinic stands, who signed, who could."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from careplan.models import BookSignature
from careplan.rules import edition
from patients.access import Actor
from patients.models import Clinic, Licence, Membership
from patients.roles import Role


@dataclass(frozen=True)
class Standing:
    """Whether the running book is signed for a clinic, and who could sign it."""

    version: str
    signed: bool
    altered: bool  # this version is signed, and the data is other than it was then
    last: str  # the version signed last, "" for none
    last_at: datetime | None
    leads: tuple[str, ...]
    is_demo: bool

    @property
    def may_start_plans(self) -> bool:
        return self.signed or self.is_demo


def standing(clinic: Clinic) -> Standing:
    """Where a clinic stands with the running book: 1 query."""
    running = edition.running()
    signatures = BookSignature.objects.filter(clinic=OuterRef("pk")).order_by("-signed_at")
    leads = _leads().filter(clinic=OuterRef("pk")).values("user__name")
    row = (
        Clinic.objects.filter(pk=clinic.pk)
        .annotate(
            digest=Subquery(signatures.filter(version=running.version).values("digest")[:1]),
            last=Subquery(signatures.values("version")[:1]),
            last_at=Subquery(signatures.values("signed_at")[:1]),
            leads=ArraySubquery(leads),
        )
        .values("digest", "last", "last_at", "leads", "is_demo")
        .get()
    )
    digest = row.pop("digest")
    return Standing(
        version=running.version,
        signed=digest == running.digest,
        altered=digest is not None and digest != running.digest,
        last=row["last"] or "",
        last_at=row["last_at"],
        leads=tuple(row["leads"]),
        is_demo=row["is_demo"],
    )


def _leads() -> QuerySet:
    rows = Membership.objects.filter(active=True, roles__contains=[Role.CLINICAL_LEAD])
    return rows.order_by("user__name")


def why_not(where: Standing) -> str:
    """Why no plan can start in the clinic and what to do, or "" where nothing is in the way."""
    if where.may_start_plans:
        return ""
    if where.altered:
        return (
            f"The rule book on this server is no longer the {where.version} that was signed: no "
            "plan can start. Ask whoever runs the server for a released book. The draft is kept."
        )
    ask = (
        f"Ask {' or '.join(where.leads)} to read and sign it under Rules."
        if where.leads
        else "Ask an admin to appoint a clinical lead under Clinic, Staff."
    )
    return (
        f"Rule book {where.version} is not signed for this clinic: no plan can start. {ask} "
        "The draft is kept."
    )


def signature_of(clinic: Clinic, version: str) -> BookSignature | None:
    return BookSignature.objects.for_clinic(clinic).filter(version=version).first()


def signatures(clinic: Clinic) -> list[BookSignature]:
    """What the clinic signed, newest first: 1 query."""
    rows = BookSignature.objects.for_clinic(clinic).defer("marks")
    return list(rows.order_by("-signed_at", "-pk"))


def last_signature(clinic: Clinic) -> BookSignature | None:
    """The version signed last, with its marks."""
    return BookSignature.objects.for_clinic(clinic).order_by("-signed_at", "-pk").first()


def licence_of(by: Actor, today: date | None = None) -> Licence | None:
    """The licence that somebody signs the book under: of those that still last, the longest."""
    rows = Licence.objects.for_clinic(by.clinic).filter(membership__user=by.user)
    rows = rows.filter(expires_on__gte=today or timezone.localdate())
    return rows.order_by("-expires_on", "number").first()
