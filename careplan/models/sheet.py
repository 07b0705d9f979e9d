"""PlanSheet: a fortnight of a signed version on paper, found again by its short page code."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from careplan.rules import page_code
from patients.models import ClinicOwned


class PlanSheet(ClinicOwned):
    """Append-only (trigger in migration 0001). Printing the same fortnight of a version again, on
    any paper, is the same sheet. `exercises` are its columns in order: what the person may do may
    be less by then than what was signed.

    `code` (careplan.rules.page_code) opens nothing by itself: who types or scans it signs in first.
    """

    DAYS = 14

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="sheets")
    version = models.ForeignKey(
        "careplan.PlanVersion", on_delete=models.PROTECT, related_name="sheets"
    )
    first_day = models.DateField()
    exercises = ArrayField(models.CharField(max_length=20))
    code = models.CharField(max_length=8, unique=True)
    made_by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-first_day", "-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["version", "first_day", "exercises"], name="sheet_once")
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """The code as it is printed."""
        return page_code.shown(self.code)
