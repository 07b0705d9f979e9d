"""When the clinic is open, when its people work, and when a patient can come.

All hours are wall clock in the clinic's zone; weekdays are numbers, Monday is 0.
"""

from django.db import models
from django.db.models import F, Q

from .tenancy import ClinicOwned

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Closure(ClinicOwned):
    """Days on which nobody is treated, both ends included: holidays of the clinic's own."""

    first_day = models.DateField()
    last_day = models.DateField()
    why = models.CharField(max_length=80)

    class Meta:
        ordering = ["first_day", "id"]
        indexes = [models.Index(fields=["clinic", "last_day"])]
        constraints = [
            models.CheckConstraint(
                name="closure_ends_after_it_begins", condition=Q(last_day__gte=F("first_day"))
            )
        ]

    def __str__(self) -> str:
        return f"closed {self.first_day} to {self.last_day}: {self.why}"


class Hours(ClinicOwned):
    """A stretch of one weekday."""

    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        abstract = True
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_in_one_day", condition=Q(weekday__lte=6, ends__gt=F("starts"))
            )
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """`Monday 9:00 to 12:00`."""
        return f"{DAYS[self.weekday]} {self.starts:%-H:%M} to {self.ends:%-H:%M}"


class WorkingHours(Hours):
    """When a member of staff treats patients. Nobody's rows: no hours are kept for them."""

    membership = models.ForeignKey(
        "patients.Membership", on_delete=models.CASCADE, related_name="hours"
    )


class SuitableHours(Hours):
    """When a patient can come. No rows: not asked yet, so any hour is offered."""

    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="hours")
