"""Steps up and down that the rules propose from logged sessions; a therapist decides (PT-16)."""

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned
from patients.models.tenancy import both_or_neither


class Proposal(ClinicOwned):
    """`log` is the last session that it rests on: never twice for one session.

    `before` and `after` are doses {"exercise", "sets", "reps", "hold_s"}; `after` is empty where
    the exercise is taken out. An accepted one is in the draft, `version`, until that is signed.
    """

    class Kind(models.TextChoices):
        PROGRESS = "progress", "Step up"
        REGRESS = "regress", "Step down"
        REMOVE = "remove", "Take out"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        OVERTAKEN = "overtaken"  # by a newer session, or a newer version of the plan

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="proposals"
    )
    plan = models.ForeignKey("careplan.Plan", on_delete=models.PROTECT, related_name="proposals")
    log = models.OneToOneField(
        "careplan.SessionLog", on_delete=models.PROTECT, related_name="proposal"
    )
    exercise = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    rule = models.CharField(max_length=20)
    reason = models.CharField(max_length=400)  # the finding's own words
    because = models.JSONField(default=dict)
    before = models.JSONField()
    after = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    version = models.ForeignKey(
        "careplan.PlanVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [models.Index(fields=["clinic", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "exercise"],
                condition=Q(state="open"),
                name="proposal_one_open_an_exercise",
            ),
            models.CheckConstraint(
                condition=both_or_neither("decided_at", "decided_by"),
                name="proposal_decided_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.exercise}"
