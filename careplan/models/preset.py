"""What a clinic keeps of a plan to start others from. Nothing in it is about a person."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from patients.models import ClinicOwned
from patients.models.tenancy import both_or_neither


class Preset(ClinicOwned):
    """`content` is what `careplan.queries.preset.content_of` makes of a version; it never changes
    after it was made, and no row leads back to the plan or its patient."""

    name = models.CharField(max_length=60)
    for_whom = models.CharField(max_length=200)
    content = models.JSONField()
    revision = models.PositiveIntegerField(default=1)  # one on with each change of its name
    made_by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    retired_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "clinic",
                Lower("name"),
                condition=Q(retired_at__isnull=True),
                name="preset_named_once",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(for_whom=""), name="preset_says_for_whom"
            ),
            models.CheckConstraint(
                condition=both_or_neither("retired_at", "retired_by"), name="preset_retired_at_by"
            ),
        ]

    def __str__(self) -> str:
        return self.name
