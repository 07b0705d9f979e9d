"""What an import proposes, and the notebook in which the readers collect it."""

from dataclasses import dataclass, field
from datetime import date


class BundleRefused(Exception):
    """The file cannot be imported at all. `errors`: [{"path": JSON pointer, "message": sentence}], all of them."""

    def __init__(self, errors: list[dict]):
        super().__init__("; ".join(error["message"] for error in errors))
        self.errors = errors

    @classmethod
    def at(cls, path: str, message: str) -> "BundleRefused":
        return cls([{"path": path, "message": message}])


@dataclass(frozen=True)
class Understood:
    """A fact that was read. `used_for`: pointer into the intake, "" where it is only shown. `date`: ISO day or None."""

    path: str
    label: str
    value: str
    date: str | None
    used_for: str = ""


@dataclass(frozen=True)
class NotUnderstood:
    """Something that was not read: where, what, and why or what to do."""

    path: str
    what: str
    why: str


@dataclass(frozen=True)
class Stale:
    """A value that is too old to rest on, or (`date` and `good_until` None) has no date at all."""

    pointer: str
    label: str
    value: str
    date: str | None
    good_until: str | None


@dataclass(frozen=True)
class Conflict:
    """Values of the record that contradict each other. `sentence` says what to do about them."""

    sentence: str
    values: tuple[Understood, ...]


@dataclass(frozen=True)
class Proposal:
    """A person and a part of an intake, read from one Bundle. Nothing of it is stored before a human confirms it.

    `person`: given_name, family_name, birth_date (ISO or None), sex (female, male, other or None), deceased_on
    (ISO or None), phone, email, identifiers [{"system", "value"}].
    `intake`: the parts of the contract that the record fills; never red flags, never `…_complete`.
    `allergies_known`: "none" (recorded as none), "listed" or "unknown" (the record is silent).
    `blocked`: sentences that forbid registration as the record stands. `died`: no typing lifts that one.
    """

    person: dict
    intake: dict
    understood: list[Understood]
    not_understood: list[NotUnderstood]
    stale: list[Stale]
    conflicts: list[Conflict]
    allergies_known: str
    blocked: list[str]
    died: bool = False


@dataclass
class Notebook:
    """Collects what the readers find; `proposal()` closes it."""

    as_of: date
    person: dict = field(default_factory=dict)
    intake: dict = field(default_factory=lambda: {"person": {}})
    understood: list[Understood] = field(default_factory=list)
    not_understood: list[NotUnderstood] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    allergies_known: str = "unknown"
    blocked: list[str] = field(default_factory=list)
    died: bool = False
    kidney_disease: bool = False
    groups: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def note(
        self, path: str, label: str, value: str, day: date | None, used_for: str = ""
    ) -> Understood:
        row = Understood(path, label, value, day.isoformat() if day else None, used_for)
        self.understood.append(row)
        return row

    def miss(self, path: str, what: str, why: str) -> None:
        self.not_understood.append(NotUnderstood(path, what, why))

    def group(self, kind: str, path: str, name: str) -> None:
        """Keep for a row that counts its like, so that 40 alike do not fill the page."""
        self.groups.setdefault(kind, []).append((path, name))

    def proposal(self) -> Proposal:
        return Proposal(
            person=self.person,
            intake=self.intake,
            understood=self.understood,
            not_understood=self.not_understood,
            stale=self.stale,
            conflicts=self.conflicts,
            allergies_known=self.allergies_known,
            blocked=self.blocked,
            died=self.died,
        )


def naming(names: list[str], limit: int = 6) -> str:
    """The different names in a list, the first few of them written out."""
    different = list(dict.fromkeys(name for name in names if name))
    shown = ", ".join(different[:limit])
    more = len(different) - limit
    return f"{shown} and {more} more" if more > 0 else shown


def counted(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {many}"
