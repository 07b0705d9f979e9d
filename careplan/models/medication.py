"""Medicine steps: proposed by rules or therapists, signed by prescribers, with their history."""

import uuid

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned
from patients.models.tenancy import both_or_neither


class MedicationStep(ClinicOwned):
    """`dose` is the contract's {"steps": [{"mg", "times_a_day_max", "days"}]}, a ceiling.
    A patient sees a step only while it is signed (MED-GEN-01)."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        SIGNED = "signed"
        DECLINED = "declined"
        STOPPED = "stopped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(
        "careplan.Plan", on_delete=models.PROTECT, related_name="medication_steps"
    )
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="medication_steps"
    )
    assessment = models.ForeignKey("careplan.Assessment", on_delete=models.PROTECT)
    drug = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    status = models.CharField(max_length=20)  # the contract's status when proposed
    dose = models.JSONField()
    max_days = models.PositiveSmallIntegerField(null=True, blank=True)
    together_with = models.JSONField(default=list, blank=True)  # gastroprotection
    rules = models.JSONField(default=list)
    proposed_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    signed_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    stops_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "drug"],
                condition=Q(state__in=["proposed", "signed"]),
                name="medication_one_open_line",
            ),
            models.CheckConstraint(
                condition=both_or_neither("signed_at", "signed_by"),
                name="medication_signed_at_and_by",
            ),
            models.CheckConstraint(
                name="medication_signed_has_an_end",  # MED-GEN-04
                condition=~Q(state="signed")
                | Q(signed_at__isnull=False, starts_on__isnull=False, stops_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drug} ({self.state})"


class MedicationEvent(ClinicOwned):
    """One move of a step: from, to, by whom, why. Append-only."""

    step = models.ForeignKey(MedicationStep, on_delete=models.PROTECT, related_name="events")
    move = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    reason = models.TextField(blank=True)
    by = models.ForeignKey("patients.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.move
