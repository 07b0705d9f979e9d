"""Patient: the person a plan is for, the people who care for them, and what they agreed to."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from .clinic import check_zone
from .tenancy import ClinicOwned


class Patient(ClinicOwned):
    """`sex` is sex at birth, as the kidney formulas use it. One login sees one patient row."""

    class Sex(models.TextChoices):
        FEMALE = "female"
        MALE = "male"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    birth_date = models.DateField()
    sex = models.CharField(max_length=6, choices=Sex.choices)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    time_zone = models.CharField(
        max_length=60, blank=True, validators=[check_zone], help_text="Empty: the clinic's."
    )
    identifiers = models.JSONField(default=list, blank=True)  # [{"system": …, "value": …}]
    user = models.OneToOneField(
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="patient"
    )
    deceased_on = models.DateField(null=True, blank=True)
    registered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["clinic", "family_name", "given_name", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "given_name", "family_name", "birth_date"],
                name="patient_registered_once",
            ),
            models.CheckConstraint(
                condition=Q(birth_date__gte=date(1880, 1, 1)), name="patient_born_since_1880"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def zone(self) -> str:
        """IANA name of the zone the patient lives in."""
        return self.time_zone or self.clinic.time_zone

    def age_on(self, day: date) -> int:
        """Whole years on a day."""
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before


class CareTeam(ClinicOwned):
    """Who looks after a patient: the worklist's "Mine"."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="care_team")
    user = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="caseload")
    role = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "user", "role"], name="care_team_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.patient}"


class Consent(ClinicOwned):
    """What a patient agreed to, in which version of its words, and when."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.patient}: {self.purpose} {self.version}"
