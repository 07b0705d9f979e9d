"""A muscle stimulator that a patient wishes to use, what was done about it, and its log of uses.

It stands beside the plan, on the patient: no plan, goal or diagnosis refers to it (NM-01).
"""

import uuid

from django.db import models
from django.db.models import Q

from patients.models import ClinicOwned

SCORES = ("before", "after")


class Device(ClinicOwned):
    """What the rules said last is kept with it: `status`, `findings` and `missing` as
    careplan.rules.device.judge gives them, `rules_version`, and the day it was judged for.

    `field` is the judge's: code -> yes, no or unknown. `weighed` is {rule: {"reason", "because"}}:
    why a caution is acceptable, and the facts that it was answered for. `held_for` are the
    findings that took it off the phone; empty unless it is held.
    """

    class Kind(models.TextChoices):
        OWN = "own"
        CLINIC = "clinic"
        TENS = "tens"

    class State(models.TextChoices):
        WAITING = "waiting"  # for an answer, a reason, or for good: the patient sees nothing
        LOGGED = "logged"  # the patient may note each use
        HELD = "held"  # it was logged and is stopped; the patient reads why
        TOLD = "told"  # TENS: what the rules say was told, there is no log (NM-09)
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="devices"
    )
    kind = models.CharField(max_length=6, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    cleared = models.BooleanField(null=True, blank=True)  # of the clinic's; None: not known (NM-03)
    schedule = models.CharField(max_length=300, blank=True)  # from its own instructions (NM-07)
    field = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10)
    findings = models.JSONField(default=list, blank=True)
    missing = models.JSONField(default=list, blank=True)
    rules_version = models.CharField(max_length=20)
    judged_on = models.DateField()
    weighed = models.JSONField(default=dict, blank=True)
    held_for = models.JSONField(default=list, blank=True)
    revision = models.PositiveIntegerField(default=0)  # a page says which one it was made from
    noted_on = models.DateField()  # the patient's own day; no use before it is noted
    noted_by = models.ForeignKey("patients.User", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-noted_on", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind"], condition=~Q(state="closed"), name="device_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="logged", kind="tens"), name="device_no_log_of_tens"
            ),
            models.CheckConstraint(
                condition=~Q(state="logged") | ~Q(schedule=""), name="device_logged_with_a_schedule"
            ),
            models.CheckConstraint(
                condition=~Q(state="logged", status__in=["stop", "needs_data"]),
                name="device_no_log_against_a_stop",
            ),
            models.CheckConstraint(
                condition=(~Q(state="closed") & Q(closed_at__isnull=True))
                | (Q(state="closed", closed_at__isnull=False) & ~Q(close_reason="")),
                name="device_closed_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class DeviceEvent(ClinicOwned):
    """One move of a device: from, to, by whom, why. Append-only (trigger in migration 0001)."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="events")
    move = models.CharField(max_length=10)
    from_state = models.CharField(max_length=7, blank=True)
    to_state = models.CharField(max_length=7)
    reason = models.TextField(blank=True)
    rules = models.JSONField(default=list, blank=True)  # that asked for it
    by = models.ForeignKey("patients.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.move


class DeviceUse(ClinicOwned):
    """One use, as the patient noted it. Append-only (trigger in migration 0001).

    Pain is 0 to 10. `key` is made with the page and sent with each try, so a second post of it
    finds its row; another use on the same day has another key. `rules` stopped the device for it.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="uses")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    burn = models.BooleanField()
    rash = models.BooleanField()
    rules = models.JSONField(default=list, blank=True)
    key = models.UUIDField()
    by = models.ForeignKey(  # empty: the patient, behind a signed link
        "patients.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["device", "-on", "-id"], name="device_use_newest")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "key"], name="device_use_key_once"),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 1440)), name="device_use_minutes_in_range"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__range": (0, 10)}),
                    name=f"device_use_{name}_in_range",
                )
                for name in SCORES
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.minutes} minutes"
