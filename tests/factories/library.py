"""A clinic's own exercises, added through the actions, and pictures as somebody sends them."""

import io

from PIL import Image

from careplan.actions import library as actions
from careplan.models import ClinicExercise

ROW = {
    "name": "Swiss ball wall squat",
    "target": "quadriceps, glutes",
    "position": "standing",
    "level": 1,
    "dose": [2, 8, 2, 4, 30, 1],
    "steps": ["Stand with the ball between your back and the wall.", "Bend your knees a little."],
    "stops": ["POSTOP"],
    "cautions": [["KNEE", "bend them less"]],
    "also": ["gym ball squat"],
    "equipment": ["gym ball"],
    "easier": "EXP-04",
    "harder": "",
}


def wording(*, media: dict | None = None, **changes) -> dict:
    """What a therapist fills in, with parts of the content replaced."""
    return {"content": ROW | changes, **(media or {})}


def own(by, kind: str = "EXP", copy_of: str = "", media=None, **changes) -> ClinicExercise:
    """A clinic's own exercise, added by a therapist."""
    given = wording(media=media, **changes)
    return actions.add_exercise(kind=kind, wording=given, by=by, copy_of=copy_of)


def picture(kind: str = "JPEG", size=(640, 480), colour="teal", **more) -> bytes:
    """A picture as a file."""
    mode = "RGBA" if kind in ("PNG", "WEBP") else "RGB"
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **more)
    return out.getvalue()


def pictured(by) -> ClinicExercise:
    """A clinic's own exercise with a picture."""
    media = {"picture_says": "A person squats at the wall.", "holder": "The clinic"}
    given = wording(media=media | {"licence": "own"})
    return actions.add_exercise(kind="EXP", wording=given, upload=picture(), by=by)
