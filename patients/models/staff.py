"""Staff: who works where with which roles, licences, and invitations."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.roles import STAFF_ROLES

from .tenancy import ClinicOwned, both_or_neither


def roles_field() -> ArrayField:
    return ArrayField(models.CharField(max_length=20, choices=[(r, r) for r in STAFF_ROLES]))


class Membership(ClinicOwned):
    user = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="memberships")
    roles = roles_field()
    active = models.BooleanField(default=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(roles__len__gt=0), name="membership_has_a_role"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(STAFF_ROLES)), name="membership_roles_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.clinic}"


class Licence(ClinicOwned):
    """A licence to practise. Signing a medicine or the rule book needs one that has not run out."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="licences")
    number = models.CharField(max_length=60)
    authority = models.CharField(max_length=80)
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "number"], name="licence_once")
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.number}"


class Invitation(ClinicOwned):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    roles = roles_field()
    licence_number = models.CharField(max_length=60, blank=True)
    licence_authority = models.CharField(max_length=80, blank=True)
    licence_expires_on = models.DateField(null=True, blank=True)
    invited_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_accepted_at_and_by",
                condition=both_or_neither("accepted_at", "accepted_by"),
            ),
            models.UniqueConstraint(
                fields=["clinic", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.clinic}"
