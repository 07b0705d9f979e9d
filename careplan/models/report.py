"""Report: a progress report, a letter for the payer, a certification, as it was written."""

import uuid

from django.db import models

from patients.models import ClinicOwned


class Report(ClinicOwned):
    """Append-only: a trigger refuses changes. `content` holds all that the paper says, so that it
    reads the same in years; its shape is that of `careplan.queries.reports`. A certification holds
    {"on": day, "by": name of the physician}."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", "Progress report"
        AUTHORISATION = "authorisation", "Letter for the payer"
        CERTIFICATION = "certification", "Certification"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="reports"
    )
    kind = models.CharField(max_length=14, choices=Kind.choices)
    on = models.DateField()  # the clinic's day; of a certification, the day it holds from
    at_visit = models.PositiveSmallIntegerField()  # visits attended by then
    content = models.JSONField()
    by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["patient", "kind", "-at"], name="report_of_patient")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.patient}"
