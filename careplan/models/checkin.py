"""Reminder (one per due occurrence), the check-in it opens, and the outcomes of its answers."""

import uuid

from django.db import models
from django.db.models import F, Q

from patients.models import ClinicOwned

SCORES = ["pain", "morning", "sore", "effort"]  # kinds of a day's entry that are 0 to 10


class Reminder(ClinicOwned):
    """One row a plan and cycle, made when the plan is signed: nothing can be due twice.
    Opens day 12, due day 14, closes day 20 (section 7), in the patient's own zone."""

    class State(models.TextChoices):
        DUE = "due"
        OPEN = "open"
        ANSWERED = "answered"
        MISSED = "missed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey("careplan.Plan", on_delete=models.PROTECT, related_name="reminders")
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="reminders"
    )
    kind = models.CharField(max_length=20, default="checkin")
    cycle = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)

    class Meta:
        ordering = ["due_at"]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="due"), name="reminder_due"),
            models.Index(
                fields=["closes_at", "id"], condition=Q(state="open"), name="reminder_open"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "cycle"], name="reminder_once"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("due_at")), name="reminder_closes_after_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cycle} of {self.plan}"


class CheckIn(ClinicOwned):
    """While it is being answered, `answers` maps question ids to what was chosen, kept at each
    step (null: rather not say). Submitted, it has the shape of the contract's `check_ins`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reminder = models.OneToOneField(Reminder, on_delete=models.PROTECT, related_name="checkin")
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="checkins"
    )
    answers = models.JSONField(default=dict)
    opened_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stopped_by_flag = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "submitted_at"])]

    def __str__(self) -> str:
        return f"check-in of {self.patient}"


class Outcome(ClinicOwned):
    """One measure on one day. Which way is better is stored with it (mistake 10 of the spec)."""

    class Better(models.TextChoices):
        UP = "up"
        DOWN = "down"

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="outcomes"
    )
    checkin = models.ForeignKey(
        CheckIn, on_delete=models.PROTECT, null=True, blank=True, related_name="outcomes"
    )
    assessment = models.ForeignKey(
        "careplan.Assessment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    measure = models.CharField(max_length=20)  # nprs, peg, psfs, walking_minutes, sleep_quality …
    value = models.DecimalField(max_digits=6, decimal_places=2)
    better = models.CharField(max_length=4, choices=Better.choices)
    on = models.DateField()

    class Meta:
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["patient", "measure", "on"])]
        constraints = [
            models.UniqueConstraint(fields=["checkin", "measure"], name="outcome_once"),
            models.UniqueConstraint(fields=["assessment", "measure"], name="baseline_once"),
            models.CheckConstraint(
                name="outcome_has_a_source",
                condition=Q(checkin__isnull=False) | Q(assessment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"


class DayEntry(ClinicOwned):
    """What a patient noted on one day: an exercise done, pain now, breathing, something enjoyed.
    Nothing noted means nothing known; it never counts as not done.

    Pain in the morning, before that day's exercises, is what the day before has left behind
    (PT-15). Sore and effort are of that day's exercises as a whole.
    """

    class Kind(models.TextChoices):
        EXERCISE = "exercise"
        PAIN = "pain"
        BREATHING = "breathing"
        ENJOYED = "enjoyed"
        MORNING = "morning"
        SORE = "sore"
        EFFORT = "effort"
        WALKED = "walked"  # minutes
        SHORT_DAY = "short_day"

    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="day_entries"
    )
    on = models.DateField()  # the patient's own day
    kind = models.CharField(max_length=10, choices=Kind.choices)
    exercise = models.CharField(max_length=20, blank=True)  # its code
    value = models.PositiveSmallIntegerField(null=True, blank=True)  # a score or minutes
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "on", "kind", "exercise"], name="day_entry_once"
            ),
            models.CheckConstraint(
                condition=(Q(kind="exercise") & ~Q(exercise=""))
                | (~Q(kind="exercise") & Q(exercise="")),
                name="day_entry_names_its_exercise",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SCORES, value__isnull=False, value__range=(0, 10))
                | Q(kind="walked", value__isnull=False, value__range=(1, 1440))
                | (~Q(kind__in=[*SCORES, "walked"]) & Q(value__isnull=True)),
                name="day_entry_value_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.on}"
