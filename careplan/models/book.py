"""BookSignature: a clinical lead answers for one version of the rule book in one clinic."""

import uuid

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned


class BookSignature(ClinicOwned):
    """Append-only (migration 0001). Name and licence are copied, as they were on that day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)  # SHA-256 of the data
    # As rules.edition makes them: what a later version added, removed and changed is told by them.
    marks = models.JSONField()
    rules = models.PositiveSmallIntegerField()
    unchecked = models.PositiveSmallIntegerField()  # rules without a named checker on that day
    name = models.CharField(max_length=120)
    licence_number = models.CharField(max_length=60)
    licence_authority = models.CharField(max_length=80)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "version"], name="book_signed_once"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(licence_number="") & ~Q(licence_authority=""),
                name="book_signed_under_a_licence",
            ),
            models.CheckConstraint(
                condition=Q(unchecked__lte=models.F("rules")), name="book_unchecked_of_rules"
            ),
        ]

    def __str__(self) -> str:
        return f"rule book {self.version}, signed by {self.name}"
