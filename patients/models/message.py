"""Message: the outbox. A row is written in the transaction of the change it tells of."""

import uuid

from django.db import models
from django.db.models import Q

from .tenancy import ClinicOwned


class Message(ClinicOwned):
    """`context` holds ids and names for the greeting, never health facts; words are in templates.

    `key` is what the message is about ("checkin:<reminder id>"): one row a key, so nothing is
    said twice. Message-ID is made from the row's id, so a repeat after a crash is recognisable.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        REFUSED = "refused"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True)
    template = models.CharField(max_length=40)
    to = models.EmailField()
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    link = models.ForeignKey(
        "patients.Link", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    context = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # A worker died between the server's "accepted" and our commit: the reader may have it twice.
    perhaps_twice = models.BooleanField(default=False)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["queued", "sending"]),
                name="message_waiting",
            ),
            models.Index(fields=["clinic", "-created_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="message_sent_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.to} ({self.state})"
