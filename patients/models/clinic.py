"""Clinic: the tenant. Its slug is in every staff URL; its settings are columns, not strings."""

import uuid
from datetime import time
from zoneinfo import available_timezones

import holidays
from django.core.exceptions import ValidationError
from django.db import models


def check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Use a name such as Europe/London.")


def check_holidays(code: str) -> None:
    """A country as the public holidays are kept: US, GB-ENG; empty for none."""
    country, _, part = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if code and (country not in known or (part and part not in known[country])):
        raise ValidationError(
            f"Nobody keeps the public holidays of “{code}”. Choose from the list."
        )


class Clinic(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_zone])
    # Whose public holidays close the clinic: "US", "GB-ENG"; empty: none do.
    holidays = models.CharField(max_length=10, blank=True, validators=[check_holidays])
    phone = models.CharField(max_length=40, blank=True)
    letterhead = models.TextField(blank=True)
    # Per country: 911 and 988 are the defaults of the US.
    emergency_number = models.CharField(max_length=20, default="911")
    crisis_line = models.CharField(max_length=40, default="988")
    # Check-in mails go out inside these hours of the patient's own day.
    quiet_until = models.TimeField(default=time(8, 0))
    quiet_from = models.TimeField(default=time(20, 0))
    checkin_at = models.TimeField(default=time(9, 0))
    default_visit_limit = models.PositiveSmallIntegerField(null=True, blank=True, default=20)
    gabapentin_enabled = models.BooleanField(default=False)
    duloxetine_enabled = models.BooleanField(default=True)
    # Set by the demo alone: its people are invented, so its plans may run on an unsigned rule book.
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="clinic_day_has_hours",
                condition=models.Q(quiet_until__lt=models.F("quiet_from"))
                & models.Q(checkin_at__gte=models.F("quiet_until"))
                & models.Q(checkin_at__lt=models.F("quiet_from")),
            )
        ]

    def __str__(self) -> str:
        return self.name
