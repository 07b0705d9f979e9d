"""An exercise's poses (joint angles, in the rule book's data) drawn as SVG files.

Pure: the same code and theme give the same bytes. A file holds its own colours and keyframes, and
is shown through <img>; text about the picture is in `alt` and `words`.
"""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from careplan.exchange.figure.drawing import HEIGHT, draw_moving, draw_panels, draw_pose
from careplan.exchange.figure.limits import faults_of
from careplan.exchange.figure.palette import COLOURS, THEMES, colour_faults
from careplan.exchange.figure.poses import FILE, NAMES, Poses, book
from careplan.rules.book import BOOK_VERSION

__all__ = [
    "HEIGHT",
    "KINDS",
    "THEMES",
    "NoFigure",
    "Words",
    "alt",
    "check",
    "codes",
    "draw",
    "has",
    "moving",
    "panels",
    "pose",
    "size",
    "version",
    "words",
]

KINDS = ("panels", "start", "end", "then", "move")


class NoFigure(LookupError):
    """There is no such drawing; the message says what was asked for."""


@dataclass(frozen=True)
class Words:
    """What stands beside a figure: `Works: seat`, and one phrase for each panel."""

    verb: str
    works: str
    captions: tuple[str, ...]


def codes() -> tuple[str, ...]:
    """The exercises that are drawn."""
    return tuple(book())


def has(code: str, kind: str) -> bool:
    """Whether an exercise has this kind of drawing."""
    return code in book() and kind in ("panels", "move", *book()[code].names)


def draw(code: str, kind: str, theme: str = "light") -> str:
    """Any kind of drawing of an exercise. Raises NoFigure where it has none of this kind."""
    if kind == "panels":
        return panels(code, theme)
    if kind == "move":
        return moving(code, theme)
    return pose(code, kind, theme)


@lru_cache(maxsize=128)
def panels(code: str, theme: str = "light") -> str:
    """The poses side by side: for cards, print and people who ask for less motion."""
    return draw_panels(_poses(code), _theme(theme))


@lru_cache(maxsize=256)
def pose(code: str, which: str, theme: str = "light") -> str:
    """One pose: `start`, `end`, or `then` where there are three panels."""
    found = _poses(code)
    if which not in found.names:
        raise NoFigure(f"{code} has no pose {which!r}; it has {', '.join(found.names)}.")
    return draw_pose(found, NAMES.index(which), _theme(theme))


@lru_cache(maxsize=128)
def moving(code: str, theme: str = "light") -> str:
    """The movement: runs once and rests; stands still under reduced motion and on paper."""
    return draw_moving(_poses(code), _theme(theme))


def alt(code: str) -> str:
    """One sentence that a person who cannot see the picture could follow."""
    return _poses(code).alt


def words(code: str) -> Words:
    """What works or stretches, and the panels' captions."""
    found = _poses(code)
    return Words(found.verb, found.works, found.captions)


def size(code: str, kind: str) -> tuple[int, int]:
    """Width and height in pixels that a drawing asks for, so that a page keeps its place."""
    found = _poses(code)
    count = len(found.captions) if kind == "panels" else 1
    return round(HEIGHT * found.ratio * count), HEIGHT


@cache
def version() -> str:
    """Changes with the rule book, the poses and the way they are drawn: addresses carry it."""
    files = [*sorted(Path(__file__).parent.glob("*.py")), FILE]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return f"{BOOK_VERSION}-{digest[:8]}"


def check(exercises: dict[str, Poses] | None = None, colours: dict = COLOURS) -> list[str]:
    """Sentences about poses that no body can take and colours that do not stand out."""
    found = book() if exercises is None else exercises
    return colour_faults(colours) + [
        fault for exercise in found.values() for fault in faults_of(exercise)
    ]


def _poses(code: str) -> Poses:
    if code not in book():
        raise NoFigure(f"No exercise {code!r} is drawn.")
    return book()[code]


def _theme(theme: str) -> str:
    if theme not in THEMES:
        raise NoFigure(f"There is no theme {theme!r}; there are {', '.join(THEMES)}.")
    return theme
