"""Program (the physical-therapy block of a version), its sessions, and the ledger of visits."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

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
        CANCELLED = "cancelled"  # in time
        CANCELLED_LATE = "cancelled_late"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="sessions")
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="sessions"
    )
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=14, choices=State.choices, default=State.PLANNED)
    therapist = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    moved_from = models.DateTimeField(null=True, blank=True)  # where it lay before its last move
    sequence = models.PositiveIntegerField(default=0)  # one on with each move: iCalendar's SEQUENCE
    changed_at = models.DateTimeField(default=timezone.now)  # of the last move: LAST-MODIFIED
    # A visit that makes up for one that did not happen; that one keeps its state.
    makes_up_for = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="made_up_by"
    )

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
    """Append-only ledger of visits: granted by a payer, used, given back, a grant withdrawn.

    A trigger refuses changes. A session that is corrected and attended after all has used 1, given
    back 1, used 2: `turn` counts them, and no session has the same turn twice. What a grant covers
    and what is left is reckoned from these rows (`careplan.rules.visit_account`).
    """

    class Kind(models.TextChoices):
        GRANTED = "granted"
        USED = "used"
        GIVEN_BACK = "given_back"
        WITHDRAWN = "withdrawn"

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="visits")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    visits = models.PositiveSmallIntegerField(default=1)
    turn = models.PositiveSmallIntegerField(default=1)
    on = models.DateField()  # the clinic's day of the visit; of a grant, its first day
    until = models.DateField(null=True, blank=True)  # last day of a grant; empty: no end
    payer = models.CharField(max_length=80, blank=True)
    authorisation = models.CharField(max_length=40, blank=True)  # the payer's own number
    grant = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawal"
    )
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["patient", "id"], name="visit_entry_of_patient")]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind", "turn"], name="visit_entry_once_a_turn"
            ),
            models.CheckConstraint(
                name="visit_entry_is_whole",
                condition=Q(kind="granted", session=None, grant=None, visits__gte=1) & ~Q(payer="")
                | Q(kind="withdrawn", session=None, grant__isnull=False)
                | Q(kind__in=["used", "given_back"], session__isnull=False, grant=None, visits=1),
            ),
            models.CheckConstraint(
                name="visit_grant_ends_after_it_starts",
                condition=Q(until=None) | Q(kind="granted", until__gte=models.F("on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visits} {self.kind}"
