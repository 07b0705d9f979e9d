"""Link: a signed address that opens one thing for one person without a password.

The token is made from the row's id and SECRET_KEY each time it is needed, so the database holds
nothing that opens a door. A GET never uses a link up: mail scanners follow links. A POST does.
"""

import uuid

from django.core import signing
from django.db import models
from django.utils import timezone

from .tenancy import ClinicOwned, ClinicOwnedQuerySet

SIGNER_SALT = "patients.link"


class LinkRefused(Exception):
    """The link opens nothing (any more). `reason` is one of unknown, expired, used, withdrawn."""

    def __init__(self, reason: str, link: "Link | None" = None):
        super().__init__(reason)
        self.reason = reason
        self.link = link


class LinkQuerySet(ClinicOwnedQuerySet):
    def find(self, token: str, *, purpose: str) -> "Link":
        """The row behind a token; raises LinkRefused where it does not (or no longer) open."""
        try:
            link_id = uuid.UUID(signing.Signer(salt=SIGNER_SALT).unsign(token))
        except (signing.BadSignature, ValueError):
            raise LinkRefused("unknown") from None
        rows = self.select_related("clinic", "patient", "patient__clinic", "invitation")
        link = rows.filter(pk=link_id, purpose=purpose).first()
        if link is None:
            raise LinkRefused("unknown")
        link.refuse_unless_open()
        return link


class Link(ClinicOwned):
    class Purpose(models.TextChoices):
        INVITATION = "invitation"
        PLAN = "plan"
        CHECKIN = "checkin"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    invitation = models.ForeignKey(
        "patients.Invitation", on_delete=models.CASCADE, null=True, blank=True, related_name="links"
    )
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.CASCADE, null=True, blank=True, related_name="links"
    )
    # What it opens, by id alone: this floor does not know plans and check-ins.
    subject_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    failed_tries = models.PositiveSmallIntegerField(default=0)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="link_is_for_somebody",
                condition=models.Q(purpose="invitation", invitation__isnull=False)
                | models.Q(purpose__in=["plan", "checkin"], patient__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} link {self.pk}"

    @property
    def token(self) -> str:
        return signing.Signer(salt=SIGNER_SALT).sign(self.pk.hex)

    def refuse_unless_open(self) -> None:
        """Raise LinkRefused where the link was used, withdrawn or has run out."""
        for reason, closed in (
            ("used", self.used_at),
            ("withdrawn", self.withdrawn_at),
            ("expired", self.expires_at <= timezone.now()),
        ):
            if closed:
                raise LinkRefused(reason, self)
