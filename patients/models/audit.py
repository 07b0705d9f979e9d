"""AuditEvent: what was done or seen, by whom, when. Append-only; a trigger refuses the rest.

No foreign keys to what it describes: an event outlives its subject.
"""

from django.db import models
from django.db.models import Q


class AuditEvent(models.Model):
    at = models.DateTimeField(auto_now_add=True)
    clinic_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=120)  # the name as it was then, or the job's
    job = models.CharField(max_length=60, blank=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    patient_id = models.UUIDField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["clinic_id", "-id"]),
            models.Index(fields=["patient_id", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user_id__isnull=False) | ~Q(job=""), name="audit_has_an_actor"
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.subject_type}"
