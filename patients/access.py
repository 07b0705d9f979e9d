"""May this person do this? `check_can` raises with a sentence; `can` is its twin for templates."""

from dataclasses import dataclass, field

from patients.models import Clinic, Patient, User
from patients.roles import ROLES, Permission, Role, permissions_of


class Denied(Exception):
    """The person lacks the right; the message is a sentence they may read. Pages answer 403."""


class OtherClinic(Exception):
    """The row is another clinic's. Pages answer 404, as for a row that does not exist."""


@dataclass(frozen=True)
class Actor:
    """Somebody (or a named job) acting in one clinic. Every action takes one as `by`."""

    clinic: Clinic
    roles: frozenset[Role]
    user: User | None = None
    job: str = ""
    patient: Patient | None = None
    permissions: frozenset[Permission] = field(init=False)

    def __post_init__(self):
        if not (self.user or self.job or self.patient):
            raise ValueError("An actor is a user, a patient behind a signed link or a named job.")
        object.__setattr__(self, "permissions", permissions_of(self.roles))

    @property
    def name(self) -> str:
        if self.patient:
            return self.patient.name
        return self.user.name if self.user else self.job

    @classmethod
    def for_job(cls, job: str, clinic: Clinic) -> "Actor":
        return cls(clinic=clinic, roles=frozenset({Role.SYSTEM}), job=job)

    @classmethod
    def for_patient(cls, patient: Patient, user: User | None = None) -> "Actor":
        """The patient, signed in (`user`) or behind a signed link (named as a job in the audit)."""
        job = "" if user else "signed link"
        return cls(
            clinic=patient.clinic,
            roles=frozenset({Role.PATIENT}),
            user=user,
            job=job,
            patient=patient,
        )


def can(actor: Actor | None, permission: Permission, on=None) -> bool:
    """Whether `check_can` would pass."""
    try:
        check_can(actor, permission, on=on)
    except (Denied, OtherClinic):
        return False
    return True


def check_can(actor: Actor | None, permission: Permission, on=None) -> None:
    """Raise OtherClinic where `on` is not of the actor's clinic (a patient's: not their own),
    Denied where the role lacks the right."""
    if actor is None:
        raise Denied("Sign in first.")
    if on is not None:
        _check_reach(actor, on)
    if permission not in actor.permissions:
        raise Denied(refusal(permission))


def _check_reach(actor: Actor, on) -> None:
    if on.clinic_id != actor.clinic.pk:
        raise OtherClinic(f"{on._meta.label} {on.pk}")
    if actor.patient is None:
        return
    owner = on.pk if isinstance(on, Patient) else getattr(on, "patient_id", None)
    if owner != actor.patient.pk:
        raise OtherClinic(f"{on._meta.label} {on.pk}")


def refusal(permission: Permission) -> str:
    """Who could: "Only prescribers can sign or decline medicine steps." """
    able = [f"{role}s" for role, (_, rights) in ROLES.items() if permission in rights]
    able = [name for name in able if name != f"{Role.SYSTEM}s"]
    who = " and ".join(filter(None, [", ".join(able[:-1]), able[-1] if able else "nobody"]))
    return f"Only {who} can {permission.value}. Ask one of them in your clinic."
