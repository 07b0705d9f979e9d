"""Where people find others who understand: links that the clinic keeps (BAR-04)."""

from django.db import models
from django.db.models import Q

from .tenancy import ClinicOwned


class SupportLink(ClinicOwned):
    """A group, a line, a page. Somebody of the clinic has looked at it on `checked_on`."""

    name = models.CharField(max_length=120)
    about = models.CharField(max_length=240, blank=True)  # one plain sentence for the patient
    url = models.URLField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    checked_on = models.DateField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="support_link_leads_somewhere", condition=~Q(url="") | ~Q(phone="")
            ),
            models.UniqueConstraint(
                fields=["clinic", "name"],
                condition=Q(retired_at__isnull=True),
                name="support_link_named_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name
