"""A clinic's own exercises, and the pictures that go with them."""

import uuid

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned


class ExercisePicture(ClinicOwned):
    """One picture, decoded and written again as JPEG by `careplan.actions.pictures`, never as it
    was sent. Append-only (migration 0001): what an older plan shows stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64)  # SHA-256 of the content
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "digest"], name="picture_once"),
        ]

    def __str__(self) -> str:
        return f"picture of {self.width} x {self.height}"


class ClinicExercise(ClinicOwned):
    """One wording of an exercise that a clinic added. Append-only (migration 0001): a change is a
    row with the next revision, so that a signed plan shows what was signed."""

    class Licence(models.TextChoices):
        OWN = "own", "Made by us"
        PERMISSION = "permission", "Used with written permission"
        CC0 = "cc0", "Public domain (CC0)"
        CC_BY = "cc-by", "Creative Commons, with the name (CC BY)"
        CC_BY_SA = "cc-by-sa", "Creative Commons, shared alike (CC BY-SA)"

    code = models.CharField(max_length=10)  # COR-OWN1: its kind, then the clinic's own count
    revision = models.PositiveSmallIntegerField()
    copy_of = models.CharField(max_length=10, blank=True)  # the book's exercise it began as
    content = models.JSONField()  # a row of the rule book without its code, see rules.exercises
    picture = models.ForeignKey(
        ExercisePicture, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    picture_says = models.CharField(max_length=300, blank=True)  # for those who cannot see it
    video = models.URLField(max_length=300, blank=True)
    holder = models.CharField(max_length=120, blank=True)  # whose the picture or video is
    licence = models.CharField(max_length=10, choices=Licence.choices, blank=True)
    retired = models.BooleanField(default=False)
    by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["code", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "code", "revision"], name="own_exercise_revision_once"
            ),
            models.CheckConstraint(
                name="own_exercise_licence_noted",
                condition=Q(picture__isnull=True, video="") | (~Q(licence="") & ~Q(holder="")),
            ),
            models.CheckConstraint(
                name="own_exercise_picture_in_words",
                condition=Q(picture__isnull=True) | ~Q(picture_says=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}, revision {self.revision}"
