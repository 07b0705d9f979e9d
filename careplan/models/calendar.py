"""CalendarFeed: the secret address under which somebody's visits can be read by a calendar."""

import uuid

from django.core import signing
from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned

SIGNER_SALT = "careplan.calendar"


class CalendarFeed(ClinicOwned):
    """One of a patient or of somebody who works in the clinic.

    The address is signed from the row's id and `serial`, so it can be shown again; a new serial
    makes the old address open nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.OneToOneField(
        "patients.Patient", on_delete=models.CASCADE, null=True, blank=True, related_name="feed"
    )
    membership = models.OneToOneField(
        "patients.Membership", on_delete=models.CASCADE, null=True, blank=True, related_name="feed"
    )
    serial = models.PositiveIntegerField(default=1)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="calendar_feed_is_of_one",
                condition=Q(patient__isnull=False, membership=None)
                | Q(patient=None, membership__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"calendar of {self.patient or self.membership}"

    @property
    def token(self) -> str:
        return _signer().sign(f"{self.pk.hex}{self.serial}")

    @staticmethod
    def read(token: str) -> tuple[uuid.UUID, int] | None:
        """(id, serial) of a token that we signed; None for any other text."""
        try:
            told = _signer().unsign(token)
            return uuid.UUID(told[:32]), int(told[32:])
        except (signing.BadSignature, ValueError):
            return None


def _signer() -> signing.Signer:
    return signing.Signer(salt=SIGNER_SALT, sep=".")
