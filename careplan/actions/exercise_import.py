"""Many exercises of a clinic at once: what a list would change, and the change itself, all or none.

A list says nothing of exercises that are not on it: leaving one out does not retire it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from careplan.actions import library
from careplan.actions.library import ExerciseRefused
from careplan.models import ClinicExercise
from careplan.queries.catalogue import OwnExercise, catalogue
from careplan.rules.exercises import CODE, DOSE, KINDS, Exercise, read_exercise
from patients import audit
from patients.access import Actor, check_can
from patients.models import Clinic
from patients.roles import Permission

OWN = re.compile(r"[A-Z]{3}-OWN[1-9]\d{0,2}")
CONTENT = ("name", "also", "target", "position", "level", *DOSE, "steps", "stops", "cautions",
           "easier", "harder", "equipment")  # fmt: skip
MEDIA = ("picture_says", "video", "holder", "licence")
AUDITED = {
    "added": "exercise.add",
    "changed": "exercise.change",
    "retired": "exercise.retire",
    "back": "exercise.bring_back",
}
FIELDS = (*CONTENT, *MEDIA)
NEW = {"also": (), "stops": (), "cautions": (), "equipment": (), "easier": "", "harder": ""}
NEEDED = tuple(name for name in CONTENT if name not in NEW)


@dataclass(frozen=True)
class SheetRow:
    """One line of a list: a code or none, the fields that it gives, and what cannot be read."""

    line: int
    code: str = ""
    kind: str = ""
    copy_of: str = ""
    retired: bool | None = None
    given: dict = field(default_factory=dict)
    refusals: tuple[str, ...] = ()


@dataclass
class Difference:
    """What a line would do. status: added, changed, retired, back, same or refused; `changes` are
    (field, before, after)."""

    line: int
    code: str
    name: str
    status: str
    changes: list[tuple] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    wording: dict = field(default_factory=dict)
    copy_of: str = ""
    retired: bool = False
    before: OwnExercise | None = None

    def refuse(self, *reasons: str) -> None:
        self.status, self.reasons = "refused", [*self.reasons, *reasons]


def mark(differences: list[Difference]) -> str:
    """Changes with anything that a reader of the differences has seen."""
    seen = [
        (one.status, one.code, one.changes, one.reasons, one.before and one.before.revision)
        for one in differences
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def differences(rows: list[SheetRow], clinic: Clinic) -> list[Difference]:
    """What a list would do to the clinic's exercises, line by line. Writes nothing."""
    exercises = catalogue(clinic)
    found = [_difference(row, exercises) for row in rows]
    _refuse_twice(found)
    _number(found, exercises)
    after = exercises | {
        one.code: _as_exercise(one) for one in found if one.status not in ("refused", "same")
    }
    for one in found:
        if one.status in ("added", "changed"):
            reasons = list(library.faults(one.code, one.wording, after, one.copy_of))
            if reasons:
                one.refuse(*reasons)
    return found


@transaction.atomic
def take_in(*, rows: list[SheetRow], seen: str, by: Actor) -> list[Difference]:
    """Do what the list says, all or nothing. `seen` is the `mark` of the differences that were
    read; where they are others by now, or a line is refused, ExerciseRefused."""
    check_can(by, Permission.EXERCISE_EDIT)
    Clinic.objects.select_for_update(no_key=True).get(pk=by.clinic.pk)
    found = differences(rows, by.clinic)
    if mark(found) != seen:
        raise ExerciseRefused("The exercises changed after you looked. Look again, then save.")
    refused = [one for one in found if one.status == "refused"]
    if refused:
        lines = ", ".join(str(one.line) for one in refused[:20])
        raise ExerciseRefused(f"Nothing was saved. Put these lines right first: {lines}.")
    for one in found:
        if one.status != "same":
            _write(one, by)
    return found


def _write(one: Difference, by: Actor) -> None:
    if one.before:
        library.move_drafts(one.code, by)
    row = ClinicExercise.objects.create(
        clinic=by.clinic,
        code=one.code,
        revision=one.before.revision + 1 if one.before else 1,
        copy_of=one.copy_of,
        retired=one.retired,
        by=by.user,
        at=timezone.now(),
        **one.wording,
    )
    after = {"name": f"{one.code} {one.name}", "changes": one.changes, "from": "a list"}
    audit.record(AUDITED[one.status], by=by, on=row, after=after)


# One line ------------------------------------------------------------------------------------


def _difference(row: SheetRow, exercises: Mapping[str, Exercise]) -> Difference:
    before = exercises.get(row.code)
    name = row.given.get("name") or (before.name if before else "")
    found = Difference(row.line, row.code, name, "same")
    if row.refusals:
        found.refuse(*row.refusals)
    elif before is None:
        _add(found, row)
    elif not before.own:
        _leave_shared(found, row, before)
    else:
        _change(found, row, before)
    return found


def _add(found: Difference, row: SheetRow) -> None:
    kind = row.code[:3] or row.kind
    missing = [name for name in NEEDED if row.given.get(name) in (None, "", ())]
    if row.code and not OWN.fullmatch(row.code):
        found.refuse(f"{row.code[:20]} is no code of this library. Leave it empty for a new one.")
    elif kind not in KINDS or (row.kind and row.kind != kind):
        found.refuse(f"The kind is one of {', '.join(KINDS)}, and begins the code.")
    elif missing:
        found.refuse(f"A new exercise needs: {', '.join(missing)}.")
    else:
        found.status, found.code = "added", row.code or f"{kind}-"
        found.copy_of, found.retired = row.copy_of, bool(row.retired)
        found.wording = _wording(NEW | dict.fromkeys(MEDIA, "") | row.given, None)
        found.changes = [(name, "", value) for name, value in row.given.items() if value]


def _leave_shared(found: Difference, row: SheetRow, before: Exercise) -> None:
    differs = [
        name for name in CONTENT if name in row.given and row.given[name] != _of(before, name)
    ]
    if differs or row.retired:
        what = ", ".join(differs) or "retired"
        found.refuse(f"{row.code} is the rule book's ({what} differs): add a copy and change that.")


def _change(found: Difference, row: SheetRow, before: OwnExercise) -> None:
    found.before, found.copy_of = before, before.copy_of
    found.retired = before.retired if row.retired is None else row.retired
    found.changes = [
        (name, _of(before, name), row.given[name])
        for name in FIELDS
        if name in row.given and row.given[name] != _of(before, name)
    ]
    now = {name: _of(before, name) for name in FIELDS} | row.given
    found.wording = _wording(now, before.picture or None)
    if found.changes:
        found.status = "changed"
    elif found.retired != before.retired:
        found.status = "retired" if found.retired else "back"
    if found.retired != before.retired:
        yes = {True: "yes", False: "no"}
        found.changes.append(("retired", yes[before.retired], yes[found.retired]))


def _of(exercise: Exercise, name: str):
    value = getattr(exercise, name, "")
    return int(value) if name in DOSE else value


def _wording(values: Mapping, picture_id: str | None) -> dict:
    content = {name: values[name] for name in CONTENT if name not in DOSE}
    for name in ("also", "steps", "stops", "equipment"):
        content[name] = list(content[name])
    content["cautions"] = [list(one) for one in content["cautions"]]
    content["dose"] = [values[name] for name in DOSE]
    media = {name: values[name] for name in MEDIA}
    return {"content": content, "picture_id": picture_id} | media


# The list as a whole -------------------------------------------------------------------------


def _refuse_twice(found: list[Difference]) -> None:
    first: dict[str, int] = {}
    for one in found:
        key = one.code if CODE.fullmatch(one.code) else ""
        if key and key in first:
            one.refuse(f"Line {first[key]} has the code {one.code} already.")
        elif key:
            first[key] = one.line


def _number(found: list[Difference], exercises: Mapping[str, Exercise]) -> None:
    """Codes for the new ones that have none, after the highest that is known or given."""
    taken = {*exercises, *(one.code for one in found)}
    highest = dict.fromkeys(KINDS, 0)
    for code in filter(OWN.fullmatch, taken):
        highest[code[:3]] = max(highest[code[:3]], int(code[7:]))
    for one in found:
        if one.status == "added" and one.code.endswith("-"):
            kind = one.code[:3]
            highest[kind] += 1
            one.code = f"{kind}-OWN{highest[kind]}"
            if highest[kind] > library.MOST_OF_A_KIND:
                one.refuse(f"A clinic has at most {library.MOST_OF_A_KIND} of one kind.")


def _as_exercise(one: Difference) -> Exercise:
    """The exercise as it would be; what cannot even be read is refused when it is checked."""
    try:
        row = one.wording["content"] | {"code": one.code}
        return read_exercise(row, OwnExercise, retired=one.retired)
    except (KeyError, TypeError, ValueError) as fault:
        one.refuse(f"The exercise cannot be read: {fault}.")
        return one.before
