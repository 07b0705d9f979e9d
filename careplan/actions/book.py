"""A clinical lead signs the running version of the rule book for the clinic."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from careplan.models import BookSignature
from careplan.queries import book as queries
from careplan.rules import edition
from patients import audit
from patients.access import Actor, OtherClinic, check_can
from patients.models import Clinic
from patients.roles import Permission


class BookRefused(Exception):
    """The book cannot be signed; the message is a sentence for the page."""


class SignedAlready(BookRefused):
    """This version is signed: `.signature`. Nothing was written a second time."""

    def __init__(self, signature: BookSignature):
        day = f"{timezone.localtime(signature.signed_at):%-d %B %Y, %-H:%M}"
        super().__init__(
            f"Version {signature.version} was signed already, by {signature.name}, {day}."
        )
        self.signature = signature


@transaction.atomic
def sign_book(
    *,
    clinic: Clinic,
    version: str,
    digest: str,
    read: bool,
    by: Actor,
    now: datetime | None = None,
) -> BookSignature:
    """Sign the running book for the clinic, under the lead's own name and licence.

    `version` and `digest` (hex) are of the book that was read, `read` is the one statement of the
    page. Plans may start from now on; those that run are not touched. Raises BookRefused.
    """
    if clinic.pk != by.clinic.pk:
        raise OtherClinic(f"patients.Clinic {clinic.pk}")
    check_can(by, Permission.RULES_SIGN)
    now = now or timezone.now()
    clinic = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    running = edition.running()
    _refuse_unless_running(running, version, digest)
    if signed := queries.signature_of(clinic, version):
        raise _second(signed, running)
    if not read:
        raise BookRefused("Tick the statement: sign only what you have read.")
    row = _signed(clinic, running, now, by)
    after = {"version": version, "digest": digest, "signer": row.name}
    after["licence"] = f"{row.licence_authority} {row.licence_number}"
    audit.record("book.sign", by=by, on=row, after=after)
    return row


def _signed(clinic: Clinic, running: edition.Edition, now: datetime, by: Actor) -> BookSignature:
    """The row, under a licence that is valid today."""
    licence = queries.licence_of(by, timezone.localdate(now))
    if licence is None:
        raise BookRefused("Your licence is missing or has run out. Ask an admin to enter it.")
    return BookSignature.objects.create(
        clinic=clinic,
        version=running.version,
        digest=running.digest,
        marks=running.marks,
        rules=running.rules,
        unchecked=running.unchecked,
        name=by.name,
        licence_number=licence.number,
        licence_authority=licence.authority,
        signed_at=now,
        signed_by=by.user,
    )


def _refuse_unless_running(running: edition.Edition, version: str, digest: str) -> None:
    if version != running.version:
        raise BookRefused(
            f"The rule book was updated after you opened this page: you read {version or 'none'}, "
            f"{running.version} runs now. Read what changed, then sign."
        )
    if digest != running.digest:
        raise BookRefused(
            "The rule book changed after you opened this page. Read what changed, then sign."
        )


def _second(signed: BookSignature, running: edition.Edition) -> BookRefused:
    if signed.digest == running.digest:
        return SignedAlready(signed)
    return BookRefused(
        f"Version {signed.version} was signed with other data than what runs here now, and is "
        "not signed twice. Ask whoever runs the server for a released book with its own version."
    )
