"""Intake (answers as given) and Assessment (what the rules said, with the book's version)."""

import uuid

from django.db import models
from django.db.models import F, Func, Q, Value

from patients.models import ClinicOwned
from patients.models.tenancy import both_or_neither


class RecordImport(ClinicOwned):
    """An uploaded record, read but not yet confirmed. The file itself is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    proposal = models.JSONField()  # exchange.fhir_in.Proposal as a dict
    uploaded_by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, null=True, blank=True, related_name="imports"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("confirmed_at", "patient"),
                name="import_confirmed_with_patient",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Intake(ClinicOwned):
    """`answers` has the contract's shape without `id` and `as_of`; `provenance` says where a
    prefilled value came from: {"/labs/creatinine_mg_dl": {"from": file, "date": "2020-11-22"}}.
    `revision` grows with each save, so that two tabs cannot overwrite each other unseen."""

    class State(models.TextChoices):
        DRAFT = "draft"
        ASSESSED = "assessed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="intakes"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    answers = models.JSONField(default=dict)
    provenance = models.JSONField(default=dict, blank=True)
    done_steps = models.JSONField(default=list, blank=True)
    revision = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(state="draft"), name="intake_one_draft"
            )
        ]

    def __str__(self) -> str:
        return f"intake of {self.patient}"


class Assessment(ClinicOwned):
    """Never changed. `disposition` is held against `result` by a check, and against every signed
    plan version by a foreign key on both columns (migration 0001)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="assessments"
    )
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="assessments")
    as_of = models.DateField()
    rules_version = models.CharField(max_length=20)
    facts = models.JSONField()  # the intake as the rules read it
    result = models.JSONField()  # the contract's assessment
    disposition = models.CharField(max_length=12)
    made_by = models.ForeignKey(
        "patients.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "-made_at"])]
        constraints = [
            models.UniqueConstraint(fields=["id", "disposition"], name="assessment_disposition"),
            models.CheckConstraint(
                name="assessment_says_what_rules_said",
                condition=Q(
                    disposition=Func(
                        F("result"),
                        Value("disposition"),
                        function="jsonb_extract_path_text",
                        output_field=models.TextField(),
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disposition} on {self.as_of}"


class RedFlagReview(ClinicOwned):
    """What a clinician found about a red flag (RFL-01). Only this clears a "yes"."""

    class Outcome(models.TextChoices):
        CLEARED = "cleared"
        BASELINE = "baseline"
        CONFIRMED = "confirmed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="red_flag_reviews"
    )
    flag = models.CharField(max_length=40)
    on = models.DateField()
    role = models.CharField(max_length=20)  # therapist, prescriber, emergency_department
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    finding = models.TextField()
    by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(finding=""), name="review_has_a_finding")
        ]

    def __str__(self) -> str:
        return f"{self.flag}: {self.outcome}"
