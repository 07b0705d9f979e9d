"""What every change of a draft shares: the lock, the right, and the guard for two tabs."""

from careplan.models import PlanVersion
from patients import audit
from patients.access import Actor, check_can
from patients.models import AuditEvent
from patients.roles import Permission


class PlanRefused(Exception):
    """The plan cannot move or change; `reasons` are sentences for the page."""

    def __init__(self, *reasons: str):
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


class DraftMoved(PlanRefused):
    """Somebody (or the same person in another tab) changed the draft first."""


def claim(*, version: PlanVersion, by: Actor, revision: int | None) -> PlanVersion:
    """The draft, locked and one revision on. Call it inside the action's transaction.

    `revision` is the one the page was made from; None where there was no page. Raises
    DraftMoved where the draft has moved on, PlanRefused where it is signed.
    """
    check_can(by, Permission.PLAN_EDIT, on=version)
    locked = (
        PlanVersion.objects.select_for_update(of=("self",))
        .select_related("plan", "patient", "assessment", "clinic")
        .get(pk=version.pk)
    )
    if locked.signed_at:
        raise PlanRefused(f"Version {locked.number} is signed and cannot change. Draft a new one.")
    if revision is not None and revision != locked.revision:
        raise DraftMoved(
            f"{last_editor(locked)} changed this draft after you opened it. Nothing is lost: "
            "what you typed is still here. Save again to put it over theirs."
        )
    locked.revision += 1
    locked.save(update_fields=["revision"])
    return locked


def note(action: str, *, by: Actor, version: PlanVersion, before=None, after=None) -> None:
    """Audit one change of a draft."""
    audit.record(f"plan.{action}", by=by, on=version, before=before, after=after)


def last_editor(version: PlanVersion) -> str:
    event = (
        AuditEvent.objects.filter(clinic_id=version.clinic_id, subject_id=str(version.pk))
        .exclude(action="viewed")
        .order_by("-id")
        .first()
    )
    return event.actor if event else "Somebody"
