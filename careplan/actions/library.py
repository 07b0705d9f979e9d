"""A clinic's own exercises: added, changed, retired, brought back. Every change is a new revision.

A wording is {"content": a row of the rule book without its code, "picture": ExercisePicture or None,
"picture_says", "video", "holder", "licence"}. Whoever may write one is a therapist: the name on the
revision is the approval that each exercise of the library needs.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from careplan.actions.pictures import PictureRefused, keep_picture
from careplan.models import ClinicExercise, PlanVersion
from careplan.queries.catalogue import catalogue
from careplan.rules.book import book
from careplan.rules.exercises import KINDS, Exercise, faults_of, read_exercise
from patients import audit
from patients.access import Actor, check_can
from patients.models import Clinic
from patients.roles import Permission

MOST_OF_A_KIND = 999
MOST_NAMES, MOST_THINGS = 12, 8
LETTERS = {
    "picture_says": (300, "what the picture shows"),
    "video": (300, "the link"),
    "holder": (120, "whose it is"),
}
NO_PICTURE = {"picture": None, "picture_says": "", "video": "", "holder": "", "licence": ""}


class ExerciseRefused(Exception):
    """The exercise cannot be kept; `reasons` are sentences for the page."""

    def __init__(self, *reasons: str):
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


class ExerciseMoved(ExerciseRefused):
    """Somebody (or the same person in another tab) changed the exercise first."""


@transaction.atomic
def add_exercise(
    *, kind: str, wording: dict, by: Actor, copy_of: str = "", upload: bytes | None = None
) -> ClinicExercise:
    """A new exercise under the clinic's next code of its kind. `upload`: a picture as it was sent.
    Raises ExerciseRefused."""
    check_can(by, Permission.EXERCISE_EDIT)
    if kind not in KINDS:
        raise ExerciseRefused(f"There is no kind {kind[:20]!r} of exercise.")
    code = _next_code(by.clinic, kind)
    exercises = catalogue(by.clinic)
    if copy_of and copy_of not in exercises:
        raise ExerciseRefused(f"There is no exercise {copy_of[:20]} to copy.")
    row = _write(code, 1, wording | _kept(upload, by), by=by, copy_of=copy_of)
    audit.record("exercise.add", by=by, on=row, after=_log(row))
    return row


@transaction.atomic
def change_exercise(
    *, code: str, revision: int, wording: dict, by: Actor, upload: bytes | None = None
) -> ClinicExercise:
    """The next wording. `revision` is the one that was read: a newer one is not written over.

    Plans that are signed keep theirs; an open draft that holds it moves on by a revision, so that
    nobody signs a page with the older words. The same words again write nothing.
    """
    last = _claim(code, by)
    if last.revision != revision:
        raise ExerciseMoved(
            f"{last.by.name} changed this exercise after you opened it. Nothing is lost: what you "
            "typed is still here. Save again to put it over theirs."
        )
    wording = wording | _kept(upload, by)
    if _same(last, wording):
        return last
    move_drafts(code, by)
    row = _write(code, last.revision + 1, wording, by=by, copy_of=last.copy_of)
    audit.record("exercise.change", by=by, on=row, before=_log(last), after=_log(row))
    return row


@transaction.atomic
def retire_exercise(*, code: str, by: Actor) -> ClinicExercise:
    """Offer it no more. Plans that hold it keep it; retiring it twice changes nothing."""
    return _turn(code, True, by)


@transaction.atomic
def bring_back_exercise(*, code: str, by: Actor) -> ClinicExercise:
    """Offer a retired exercise again."""
    return _turn(code, False, by)


def _turn(code: str, retired: bool, by: Actor) -> ClinicExercise:
    last = _claim(code, by)
    if last.retired == retired:
        return last
    wording = {name: getattr(last, name) for name in ("content", *NO_PICTURE)}
    move_drafts(code, by)
    row = _new(code, last.revision + 1, wording, by, last.copy_of, retired)
    action = "exercise.retire" if retired else "exercise.bring_back"
    audit.record(action, by=by, on=row, after={"name": f"{code} {row.content['name']}"})
    return row


def _kept(upload: bytes | None, by: Actor) -> dict:
    if upload is None:
        return {}
    try:
        return {"picture": keep_picture(content=upload, by=by)}
    except PictureRefused as refusal:
        raise ExerciseRefused(str(refusal)) from None


def _claim(code: str, by: Actor) -> ClinicExercise:
    """The newest revision, with the clinic's exercises locked."""
    check_can(by, Permission.EXERCISE_EDIT)
    _lock(by.clinic)
    rows = ClinicExercise.objects.for_clinic(by.clinic).filter(code=code)
    last = rows.select_related("by", "picture").order_by("-revision").first()
    if last is None:
        raise ExerciseRefused(f"The clinic has no exercise {code[:20]} of its own.")
    return last


def _lock(clinic: Clinic) -> None:
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)


def _next_code(clinic: Clinic, kind: str) -> str:
    _lock(clinic)
    codes = ClinicExercise.objects.for_clinic(clinic).filter(code__startswith=f"{kind}-OWN")
    numbers = [int(code[7:]) for code in codes.values_list("code", flat=True).distinct()]
    if max(numbers, default=0) >= MOST_OF_A_KIND:
        raise ExerciseRefused(f"A clinic has at most {MOST_OF_A_KIND} of its own of one kind.")
    return f"{kind}-OWN{max(numbers, default=0) + 1}"


def _write(code: str, revision: int, wording: dict, *, by: Actor, copy_of: str) -> ClinicExercise:
    found = list(faults(code, wording, catalogue(by.clinic), copy_of))
    if found:
        raise ExerciseRefused(*found)
    return _new(code, revision, wording, by, copy_of, retired=False)


def _new(code, revision, wording, by, copy_of, retired) -> ClinicExercise:
    return ClinicExercise.objects.create(
        clinic=by.clinic,
        code=code,
        revision=revision,
        copy_of=copy_of,
        retired=retired,
        by=by.user,
        at=timezone.now(),
        **(NO_PICTURE | wording),
    )


def _same(last: ClinicExercise, wording: dict) -> bool:
    given = NO_PICTURE | wording
    return not last.retired and all(getattr(last, name) == given[name] for name in given)


def _log(row: ClinicExercise) -> dict:
    about = ("revision", "copy_of", "video", "holder", "licence", "picture_id")
    return {
        "name": f"{row.code} {row.content['name']}",
        **{name: getattr(row, name) for name in about},
        "content": row.content,
    }


def move_drafts(code: str, by: Actor) -> None:
    """Open drafts with the exercise move on by a revision: a page made before is not signed. Before
    the new wording gets its time, so that no signature falls between."""
    drafts = PlanVersion.objects.for_clinic(by.clinic).filter(
        signed_at=None, home_plan__items__exercise=code
    )
    for draft in drafts.select_for_update(of=("self",)).order_by("id"):
        draft.revision += 1
        draft.save(update_fields=["revision"])
        audit.record("plan.exercise", by=by, on=draft, after={"exercise": code})


# What may be kept ----------------------------------------------------------------------------


def faults(code: str, wording: dict, exercises, copy_of: str = "") -> Iterator[str]:
    """What forbids a wording, as sentences. `exercises`: the clinic's catalogue; `copy_of`: the
    exercise it began as, whose stops it keeps."""
    try:
        exercise = read_exercise(wording["content"] | {"code": code})
        offered = {one.code: one for one in exercises.values() if not one.retired}
        yield from map(_sentence, faults_of(exercise, offered, book().stop_codes))
        yield from _list_faults(exercise)
        yield from _circles(exercise, exercises)
        yield from _dropped_stops(exercise, exercises.get(copy_of))
    except (KeyError, TypeError, ValueError) as fault:
        yield f"The exercise cannot be read: {fault}."
        return
    if any(_is_twin(one, exercise) for one in exercises.values()):
        yield f"There is a “{exercise.name}” of this kind already: give this one another name."
    yield from _media_faults(NO_PICTURE | wording)


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def _is_twin(one: Exercise, exercise: Exercise) -> bool:
    same = one.name.casefold() == exercise.name.casefold() and one.component == exercise.component
    return same and one.code != exercise.code and not one.retired


def _list_faults(exercise: Exercise) -> Iterator[str]:
    if len(exercise.also) > MOST_NAMES:
        yield f"At most {MOST_NAMES} other names."
    if len(exercise.equipment) > MOST_THINGS:
        yield f"At most {MOST_THINGS} things to use."


def _dropped_stops(exercise: Exercise, original: Exercise | None) -> Iterator[str]:
    """A copy may be left out for more people than the original, never for fewer: whoever changes
    so much that a stop no longer holds adds an exercise that is no copy."""
    for code in original.stops if original else ():
        if code not in exercise.stops:
            words = book().stop_codes[code][0]
            yield f"{original.name} is left out for {words}: a copy keeps that."


def _circles(exercise: Exercise, exercises) -> Iterator[str]:
    """EXR-04: whoever follows easier or harder comes to an end."""
    for way in ("easier_code", "harder_code"):
        seen, code = {exercise.code}, getattr(exercise, way)
        while code in exercises and code not in seen:
            seen.add(code)
            code = getattr(exercises[code], way)
        if code in seen:
            yield f"{way[:6].capitalize()} leads in a circle, back to {code}."


def _media_faults(wording: dict) -> Iterator[str]:
    picture = wording["picture"] or wording.get("picture_id")
    video, shown = wording["video"], picture or wording["video"]
    for name, (most, words) in LETTERS.items():
        if len(wording[name]) > most:
            yield f"{most} letters are the most for {words}."
    if video and (refusal := video_fault(video)):
        yield refusal
    if picture and not wording["picture_says"].strip():
        yield "Say in a sentence what the picture shows, for those who cannot see it."
    if shown and not wording["holder"].strip():
        yield "Say whose the picture or video is."
    if shown and wording["licence"] not in ClinicExercise.Licence.values:
        yield "Choose under which licence the picture or video is used."


def video_fault(address: str) -> str:
    """Why a link to a video is not taken; empty where it is."""
    hosts = settings.EXERCISE_VIDEO_HOSTS
    try:
        parts = urlsplit(address)
        plain = parts.scheme == "https" and not parts.username and parts.port in (None, 443)
    except ValueError:
        return "The link to the video cannot be read."
    if not plain or not parts.path.strip("/") or any(sign.isspace() for sign in address):
        return "A link to a video begins with https:// and leads to one video."
    if parts.hostname not in hosts:
        return f"Videos may be at {', '.join(hosts)}; not at {parts.hostname}."
    return ""
