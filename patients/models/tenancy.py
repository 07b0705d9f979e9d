"""Rows that belong to one clinic. Pages reach them through the clinic, never through `.objects`."""

from django.db import models
from django.db.models import Q


class ClinicOwnedQuerySet(models.QuerySet):
    def for_clinic(self, clinic) -> "ClinicOwnedQuerySet":
        """Only the rows of one clinic (a Clinic or its id)."""
        return self.filter(clinic=clinic)


class ClinicOwned(models.Model):
    """Every owned row has its own clinic column: no join is needed to find the owner."""

    clinic = models.ForeignKey("patients.Clinic", on_delete=models.PROTECT, related_name="+")

    objects = ClinicOwnedQuerySet.as_manager()

    class Meta:
        abstract = True


def both_or_neither(*fields: str) -> Q:
    """For a check constraint: the fields are all filled or all empty (signed_at with signed_by)."""
    return Q(**{f"{name}__isnull": True for name in fields}) | Q(
        **{f"{name}__isnull": False for name in fields}
    )
