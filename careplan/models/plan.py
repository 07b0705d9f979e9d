"""Plan and its numbered versions. A signed version is frozen by a trigger (migration 0001)."""

import uuid

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned
from patients.models.tenancy import both_or_neither


class Plan(ClinicOwned):
    class State(models.TextChoices):
        DRAFT = "draft"
        ACTIVE = "active"
        SAFETY_HOLD = "safety_hold"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="plans")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    current = models.ForeignKey(
        "careplan.PlanVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=~Q(state="closed"), name="plan_one_open"
            ),
            # No state but draft and closed without a version; a trigger asks that it is signed
            # and that no emergency or urgent assessment came after it.
            models.CheckConstraint(
                name="plan_runs_on_a_version",
                condition=Q(state__in=["draft", "closed"])
                | Q(current__isnull=False, starts_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"plan of {self.patient}"


class PlanVersion(ClinicOwned):
    """`disposition` repeats the assessment's (a foreign key on both columns), so that the check
    can say: nothing is signed on an assessment that does not say "plan"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    assessment = models.ForeignKey(
        "careplan.Assessment", on_delete=models.PROTECT, related_name="versions"
    )
    disposition = models.CharField(max_length=12)
    # [{"code": "SM-04", "title": …, "minutes": 5, "anchor": …}], in the patient's order
    routine = models.JSONField(default=list)
    note = models.TextField(blank=True)  # to the patient, in plain words
    # Why the therapist goes on: {part left out (PT-05) or what is weighed: reason}
    reasons = models.JSONField(default=dict, blank=True)
    # What was seen before core exercises are loaded (PT-06): {"stand": {"seen": true, "note": …}}
    movement = models.JSONField(default=dict, blank=True)
    education = models.JSONField(default=list, blank=True)  # codes of cards, in their order
    barriers = models.JSONField(default=list, blank=True)  # codes the patient picked (BAR)
    revision = models.PositiveIntegerField(default=0)
    drafted_by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(auto_now_add=True)
    signed_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(signed_at__isnull=True), name="version_one_draft"
            ),
            models.CheckConstraint(
                condition=both_or_neither("signed_at", "signed_by"), name="version_signed_at_and_by"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(disposition="plan"),
                name="version_signed_only_on_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.plan}"


class Goal(ClinicOwned):
    """A goal in the patient's own words: an activity of the Patient-Specific Functional Scale.

    `now` and `wanted` are 0 (cannot do it) to 10 (as before), None where not asked (OM-03).
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="goals")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    target_on = models.DateField(null=True, blank=True)
    now = models.PositiveSmallIntegerField(null=True, blank=True)
    wanted = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="goal_position_once"),
            models.CheckConstraint(
                name="goal_scored_0_to_10",
                condition=(Q(now=None) | Q(now__lte=10)) & (Q(wanted=None) | Q(wanted__lte=10)),
            ),
        ]

    def __str__(self) -> str:
        return self.text
