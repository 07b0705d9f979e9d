"""What became of each exercise of a home plan, day by day."""

import uuid

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned

SCORES = ("before", "peak", "next_day", "effort")


class SessionLog(ClinicOwned):
    """Append-only (trigger in migration 0001): what is told later of the same entry, and what
    corrects it, is a new row whose `first` is the row that opened the entry. The newest row holds.

    `key` is made with the page or the sheet and sent with each try, so a second post of it finds
    its row. Pain and effort are 0 to 10; missing means not told. `sets`, `reps` and `hold_s` are
    what was done, not what was planned.
    """

    class Outcome(models.TextChoices):
        BEGUN = "begun"  # some sets, more may follow today; on another day it reads as partly
        DONE = "done"
        PARTLY = "partly"
        NOT_TODAY = "not_today"
        TAKEN_BACK = "taken_back"  # noted by mistake: the entry counts as never made

    class Source(models.TextChoices):
        PHONE = "phone"
        PAPER = "paper"

    class Where(models.TextChoices):
        BACK = "back"
        LEG = "leg"
        ELSEWHERE = "elsewhere"

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="session_logs"
    )
    version = models.ForeignKey(
        "careplan.PlanVersion", on_delete=models.PROTECT, related_name="session_logs"
    )
    exercise = models.CharField(
        max_length=20
    )  # code in the plan, also where an easier one was done
    on = models.DateField()  # the patient's own day
    # Of a day in bouts (BAR-05); empty where the day was one piece. No session of its own (PT-16).
    bout = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveSmallIntegerField()  # of the rows of this exercise on this day, from 1
    first = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="later"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    swapped_for = models.CharField(max_length=20, blank=True)  # the easier one; itself: half of it
    level = models.PositiveSmallIntegerField()
    sets = models.PositiveSmallIntegerField(default=0)
    reps = models.PositiveSmallIntegerField(default=0)
    hold_s = models.PositiveSmallIntegerField(default=0)
    before = models.PositiveSmallIntegerField(null=True, blank=True)
    peak = models.PositiveSmallIntegerField(null=True, blank=True)
    next_day = models.PositiveSmallIntegerField(null=True, blank=True)
    effort = models.PositiveSmallIntegerField(null=True, blank=True)
    where = models.CharField(max_length=10, choices=Where.choices, blank=True)
    signs = models.JSONField(default=list)  # codes of careplan.rules.session.SIGNS
    source = models.CharField(max_length=5, choices=Source.choices, default=Source.PHONE)
    key = models.UUIDField(default=uuid.uuid4)
    by = models.ForeignKey(  # empty: the patient, behind a signed link
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "exercise", "on", "number"], name="session_log_number_once"
            ),
            models.UniqueConstraint(fields=["patient", "key"], name="session_log_key_once"),
            models.CheckConstraint(
                condition=Q(bout__isnull=True) | Q(bout__range=(1, 3)),
                name="session_log_bout_in_range",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": (0, 10)}),
                    name=f"session_log_{name}_in_range",
                )
                for name in SCORES
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise} on {self.on}: {self.outcome}"
