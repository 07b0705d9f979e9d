"""Follow-up: one row of the worklist, with its reason, who it waits for, and how it ended."""

import uuid

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned
from patients.models.tenancy import both_or_neither


class FollowUp(ClinicOwned):
    """`key` names what it is about, so that the same reason is raised once however often the
    rules run. `rank` sorts by danger: emergency 0, urgent 1, stop 2, caution 3, info 4."""

    class State(models.TextChoices):
        OPEN = "open"
        SNOOZED = "snoozed"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=160, unique=True)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="follow_ups"
    )
    plan = models.ForeignKey(
        "careplan.Plan", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    kind = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    rank = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20)  # therapist, prescriber, admin, patient
    rule = models.CharField(max_length=20)
    reason = models.CharField(max_length=400)
    because = models.JSONField(default=dict, blank=True)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    snoozed_until = models.DateField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["rank", "due_on", "created_at", "id"]
        indexes = [
            models.Index(
                fields=["clinic", "rank", "due_on", "id"],
                condition=~Q(state="closed"),
                name="follow_up_worklist",
            ),
            models.Index(fields=["clinic", "-closed_at"], name="follow_up_done"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("acknowledged_at", "acknowledged_by"),
                name="follow_up_acknowledged_at_and_by",
            ),
            models.CheckConstraint(
                # `closed_by` stays empty where a rule closed it: the audit names the job.
                condition=(~Q(state="closed") & Q(closed_at__isnull=True))
                | (Q(state="closed", closed_at__isnull=False) & ~Q(close_reason="")),
                name="follow_up_closed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="snoozed") | Q(snoozed_until__isnull=False),
                name="follow_up_snoozed_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.patient}"
