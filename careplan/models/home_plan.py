"""Home plan: which exercises, how much of each. What an exercise is stays in the rule book."""

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned


class HomePlan(ClinicOwned):
    """`minutes` is the sum of section 4 with changeovers, aerobic items apart; a version with
    more than 15 cannot be signed (trigger in migration 0001, PT-08).

    `anchors`: what each bout of the day is tied to, [{"code": of the book's habits or empty,
    "words": as they are shown}]; they stay where the day has become one piece again (BAR-05).
    """

    version = models.OneToOneField(
        "careplan.PlanVersion", on_delete=models.CASCADE, related_name="home_plan"
    )
    template = models.CharField(max_length=10, blank=True)
    minutes = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    anchors = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.minutes} minutes"


class HomePlanItem(ClinicOwned):
    """`bout`: in which part of the day, 1 where it is one piece; `position` is the day's order.

    Dose: `sets` of `reps`, each held `hold_s` seconds and taking `sec_per_rep`, `rest_s`
    between blocks, on `sides` 1 or 2. `minutes` is rounded up to 0.5.
    """

    home_plan = models.ForeignKey(HomePlan, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    bout = models.PositiveSmallIntegerField(default=1)
    exercise = models.CharField(max_length=10)  # code in the rule book: COR-01
    sets = models.PositiveSmallIntegerField()
    reps = models.PositiveSmallIntegerField()
    hold_s = models.PositiveSmallIntegerField(default=0)
    sec_per_rep = models.PositiveSmallIntegerField(default=0)
    rest_s = models.PositiveSmallIntegerField(default=0)
    sides = models.PositiveSmallIntegerField(default=1)
    minutes = models.DecimalField(max_digits=5, decimal_places=2)
    short_day = models.BooleanField(default=False)  # part of the five-minute version
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["home_plan", "exercise"], name="item_once"),
            models.CheckConstraint(
                condition=Q(sets__range=(1, 10), reps__range=(1, 60), sides__range=(1, 2)),
                name="item_dose_in_range",
            ),
            models.CheckConstraint(condition=Q(bout__range=(1, 3)), name="item_bout_in_range"),
        ]

    def __str__(self) -> str:
        return self.exercise
