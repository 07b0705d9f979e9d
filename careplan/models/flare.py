"""A flare that lasts, as a patient tells it on the phone (PT-19)."""

import uuid

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned


class Flare(ClinicOwned):
    """What was told, the answer about warning signs, and from which day the smaller dose counts.
    Which day of the flare it is comes from careplan.rules.flare; the signed plan is not changed.

    `signs_on` is empty until the patient says that no warning sign is new; `begun_on` and
    `half_from` until the smaller dose begins. Telling it once more starts `half_from` anew.
    """

    class End(models.TextChoices):
        NO_FLARE = "no_flare"  # by the row, it is none
        OVER = "over"  # the days have passed
        STAFF = "staff"
        PLAN = "plan"  # the plan was closed

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="flares")
    plan = models.ForeignKey("careplan.Plan", on_delete=models.PROTECT, related_name="flares")
    key = models.UUIDField(default=uuid.uuid4)  # of the newest telling; made with the page
    told_on = models.DateField()  # the patient's own day
    times = models.PositiveSmallIntegerField(default=1)  # that it was told
    pain = models.PositiveSmallIntegerField()  # usual pain now, 0 to 10; the most that was told
    usual_pain = models.DecimalField(
        max_digits=4, decimal_places=2, null=True, blank=True
    )  # before
    since = models.CharField(max_length=20)  # code of the book's flare_since
    signs_on = models.DateField(null=True, blank=True)
    begun_on = models.DateField(null=True, blank=True)
    half_from = models.DateField(null=True, blank=True)
    better_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)
    ended_by = models.ForeignKey(  # empty: the patient or a job
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["told_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_on__isnull=True), name="flare_one_open"
            ),
            models.CheckConstraint(condition=Q(pain__range=(0, 10)), name="flare_pain_in_range"),
            models.CheckConstraint(
                condition=Q(begun_on__isnull=True, half_from__isnull=True)
                | Q(begun_on__isnull=False, half_from__gte=models.F("begun_on")),
                name="flare_begun_before_half",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end="") | Q(ended_on__isnull=False) & ~Q(end=""),
                name="flare_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"flare told on {self.told_on}"
