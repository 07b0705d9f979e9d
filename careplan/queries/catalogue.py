"""The exercises that a clinic may choose from: the rule book's and its own, as one mapping.

Everything that asks what an exercise is asks here, not the book: a plan may hold a clinic's own.
Every wording of a clinic is kept in memory until a new one is written; looking whether there is one
is the one query that a catalogue costs.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, F, Max

from careplan.models import Assessment, ClinicExercise, ExercisePicture, PlanVersion
from careplan.rules.book import Exercise, book
from careplan.rules.exercises import read_exercise
from careplan.rules.facts import Facts
from careplan.rules.home_plan import hidden_exercises
from patients.models import Clinic


@dataclass(frozen=True, slots=True)
class OwnExercise(Exercise):
    """A clinic's own: what the book knows of an exercise, and whose picture goes with it.

    `picture` is the id of an ExercisePicture or empty; `picture_says` tells it in words. Without a
    picture the drawing of `copy_of` stands in.
    """

    own: bool = True
    retired: bool = False
    revision: int = 1
    copy_of: str = ""
    picture: str = ""
    picture_says: str = ""
    picture_size: tuple = ()
    video: str = ""
    holder: str = ""
    licence: str = ""
    by: str = ""
    at: datetime | None = None


def catalogue(clinic: Clinic, *, at: datetime | None = None) -> Mapping[str, Exercise]:
    """Code -> Exercise: the book's in its order, then the clinic's own by code; one query, two
    after a change.

    Retired ones are in it, so that an older plan can still be read. `at`: as the wording stood
    then; give a signed version's `signed_at`, and nothing for a draft.
    """
    kept = _kept(clinic)
    return kept.now if at is None else AsItStood(kept.history, at)


def catalogue_of(version: PlanVersion) -> Mapping[str, Exercise]:
    """What a version's exercises are: as they stood when it was signed; as they are, for a draft.
    Asked once for each version that is loaded."""
    if "exercises" not in version.__dict__:
        version.__dict__["exercises"] = catalogue(version.clinic, at=version.signed_at)
    return version.__dict__["exercises"]


def offered(clinic: Clinic) -> dict[str, Exercise]:
    """What may be put on a plan: all but the retired."""
    return {code: one for code, one in catalogue(clinic).items() if not one.retired}


def hidden(assessment: Assessment, exercises: Mapping[str, Exercise]) -> dict[str, str]:
    """Those of `exercises` that this person's conditions forbid, each with its reason (EXR-01).

    Of the book's, what the stored assessment says; a clinic's own are judged by the same rule on
    the same facts. No SQL.
    """
    home = assessment.result.get("home_plan") or {}
    found = {row["id"]: row.get("because", "") for row in home.get("hidden", [])}
    own = {code: one for code, one in exercises.items() if one.own and one.stops}
    return found | (hidden_exercises(Facts(assessment.facts, book()), own) if own else {})


def picture_of(exercise: OwnExercise) -> ExercisePicture | None:
    """The picture that goes with a clinic's own exercise; one query."""
    return ExercisePicture.objects.get(pk=exercise.picture) if exercise.picture else None


class AsItStood(Mapping):
    """A catalogue of one moment: each of the clinic's own with its wording of then."""

    def __init__(self, history: Mapping[str, list[tuple[datetime, OwnExercise]]], at: datetime):
        self._history, self._at = history, at

    def __getitem__(self, code: str) -> Exercise:
        if code not in self._history:
            return book().exercises[code]
        rows = self._history[code]
        place = bisect_right(rows, self._at, key=lambda row: row[0])
        if not place:
            raise KeyError(code)
        return rows[place - 1][1]

    def __iter__(self) -> Iterator[str]:
        yield from book().exercises
        yield from (code for code, rows in self._history.items() if rows[0][0] <= self._at)

    def __len__(self) -> int:
        return sum(1 for _ in self)


# What is kept in memory ----------------------------------------------------------------------

MOST_CLINICS = 64


@dataclass
class _Kept:
    """Every wording of one clinic. `stamp` (rows, newest id) changes with every row: rows are only
    added, and an id is never used twice."""

    stamp: tuple[int, int | None]
    history: dict[str, list[tuple[datetime, OwnExercise]]]

    @cached_property
    def now(self) -> dict[str, Exercise]:
        return book().exercises | {code: rows[-1][1] for code, rows in self.history.items()}


_clinics: dict[int, _Kept] = {}


def _kept(clinic: Clinic) -> _Kept:
    rows = ClinicExercise.objects.for_clinic(clinic)
    stamp = tuple(rows.aggregate(many=Count("id"), newest=Max("id")).values())
    kept = _clinics.get(clinic.pk)
    if kept is None or kept.stamp != stamp:
        if len(_clinics) >= MOST_CLINICS:
            _clinics.pop(next(iter(_clinics)), None)
        kept = _clinics[clinic.pk] = _Kept(stamp, _history(rows) if stamp[0] else {})
    return kept


def _history(rows) -> dict[str, list[tuple[datetime, OwnExercise]]]:
    found = defaultdict(list)
    values = rows.annotate(
        width=F("picture__width"), height=F("picture__height"), name=F("by__name")
    )
    for row in values.order_by("code", "revision"):
        found[row.code].append((row.at, _own(row)))
    return dict(sorted(found.items(), key=lambda one: (one[0][:3], len(one[0]), one[0])))


def _own(row: ClinicExercise) -> OwnExercise:
    plain = ("revision", "copy_of", "picture_says", "video", "holder", "licence", "retired", "at")
    return read_exercise(
        row.content | {"code": row.code},
        OwnExercise,
        picture=str(row.picture_id or ""),
        picture_size=(row.width, row.height) if row.picture_id else (),
        by=row.name,
        **{name: getattr(row, name) for name in plain},
    )
