"""Program (the physical-therapy block of a version), its sessions, and the ledger of visits."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned


class Program(ClinicOwned):
    version = models.OneToOneField(
        "careplan.PlanVersion", on_delete=models.CASCADE, related_name="program"
    )
    sessions_per_week = models.PositiveSmallIntegerField()
    weeks = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    weekdays = ArrayField(models.PositiveSmallIntegerField())  # Monday is 0
    at = models.TimeField()  # wall clock in the clinic's zone
    minutes = models.PositiveSmallIntegerField(default=45)
    aerobic_minutes_start = models.PositiveSmallIntegerField()
    aerobic_minutes_goal = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)  # PT-03: outside 2-3 x 6-8
    therapist = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Sessions of a draft that lie elsewhere than laid: {"5": "2026-12-04T10:00"}, wall clock in
    # the clinic's zone. A booked session moves by its own row.
    moved = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="program_dose",  # PT-02
                condition=Q(sessions_per_week__range=(2, 3), weeks__range=(6, 8)),
            ),
            models.CheckConstraint(
                name="program_a_weekday_per_session",
                condition=Q(weekdays__len=models.F("sessions_per_week")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sessions_per_week} a week for {self.weeks} weeks"


class Session(ClinicOwned):
    class State(models.TextChoices):
        PLANNED = "planned"
        ATTENDED = "attended"
        MISSED = "missed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="sessions")
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="sessions"
    )
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    therapist = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    moved_from = models.DateTimeField(null=True, blank=True)  # where it lay before its last move
    sequence = models.PositiveIntegerField(default=0)  # one on with each move: iCalendar's SEQUENCE

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["clinic", "starts_at"])]
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="session_number_once"),
            # Sessions that overlap in part are refused under a lock; this holds the rest.
            models.UniqueConstraint(
                fields=["clinic", "therapist", "starts_at"],
                condition=Q(state="planned"),
                name="session_one_at_once",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.number}"


class VisitEntry(ClinicOwned):
    """Append-only: visits granted by the payer, used, given back. A trigger refuses changes.
    A session that is corrected and attended after all has used, given back, used: its state moves
    under a lock, so it never counts twice."""

    class Kind(models.TextChoices):
        GRANTED = "granted"
        USED = "used"
        GIVEN_BACK = "given_back"

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="visits")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    visits = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.visits} {self.kind}"
