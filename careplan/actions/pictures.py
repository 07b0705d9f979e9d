"""A picture that somebody sends: looked at, decoded, and written again. What it was is not kept."""

import hashlib
import io
import warnings

from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from careplan.models import ExercisePicture
from patients import audit
from patients.access import Actor, check_can
from patients.roles import Permission

KINDS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 8_000_000  # bytes
MOST_PIXELS = 40_000_000
LEAST_SIDE = 200  # pixels
SIDE = 1200  # pixels of the longer side as it is kept
QUALITY = 82


class PictureRefused(Exception):
    """The file is no picture that can be used; the message is a sentence for the page."""


@transaction.atomic
def keep_picture(*, content: bytes, by: Actor) -> ExercisePicture:
    """Keep a picture for the clinic's exercises: JPEG, at most 1,200 pixels, upright, without the
    place and time that a camera writes into it. The same picture is kept once."""
    check_can(by, Permission.EXERCISE_EDIT)
    written, size = rewritten(content)
    row, new = ExercisePicture.objects.get_or_create(
        clinic=by.clinic,
        digest=hashlib.sha256(written).hexdigest(),
        defaults={"content": written, "width": size[0], "height": size[1], "by": by.user},
    )
    if new:
        after = {"width": size[0], "height": size[1], "bytes": len(written)}
        audit.record("exercise.picture", by=by, on=row, after=after)
    return row


def rewritten(content: bytes) -> tuple[bytes, tuple[int, int]]:
    """The picture as JPEG, and its (width, height). Raises PictureRefused."""
    if len(content) > LARGEST_FILE:
        raise PictureRefused(f"The picture has {len(content) / 1e6:.1f} MB: 8 MB at most.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _rewritten(Image.open(io.BytesIO(content), formats=KINDS))
    except PictureRefused:
        raise
    except UnidentifiedImageError:
        raise PictureRefused("The file is no picture: send a JPEG, PNG or WebP.") from None
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError,
            Image.DecompressionBombWarning):  # fmt: skip
        raise PictureRefused("The picture cannot be read: save it again and send that.") from None


def _rewritten(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    if image.width * image.height > MOST_PIXELS:
        raise PictureRefused(
            f"The picture has {image.width} x {image.height} pixels: 40 million at most."
        )
    if min(image.size) < LEAST_SIDE:
        raise PictureRefused(
            f"The picture has {image.width} x {image.height} pixels: {LEAST_SIDE} a side at least, "
            "or nobody will see what to do."
        )
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail((SIDE, SIDE))
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue(), flat.size
