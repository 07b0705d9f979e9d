"""The exercises' poses, read once from the rule book's data."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from careplan.rules.book import DATA

FILE = DATA / "poses.json"
NAMES = ("start", "end", "then", "last")
ORDER = (
    "arm_f",
    "leg_f",
    "torso",
    "head",
    "leg_n",
    "working",
    "held",
    "arm_n",
    "above",
)


@dataclass(frozen=True, eq=False)
class Poses:
    """How one exercise is drawn. Each pose is whole; see the file's keys in docs/figures.md."""

    code: str
    works: str  # what works, stretches or moves
    alt: str
    captions: tuple[str, ...]  # one a panel; further poses serve the movement alone
    poses: tuple[dict, ...]
    verb: str = "Works"
    view: dict | None = None  # the camera; None is the side view
    frame: tuple[float, float] = (4, 3)  # width to height of one panel
    order: tuple[str, ...] = ORDER  # from back to front
    play: tuple[int, ...] = ()
    flow: bool = False  # no rest between poses: walking, cycling, swimming
    out_of_plane: tuple[str, ...] = ()  # joints whose range the side view cannot measure
    arrows: list = field(default_factory=list)
    muscles: list = field(default_factory=list)
    props: list = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        """The poses that are shown as pictures."""
        return NAMES[: len(self.captions)]

    @property
    def ratio(self) -> float:
        return self.frame[0] / self.frame[1]


@cache
def book() -> dict[str, Poses]:
    """Every exercise's poses by its code."""
    return read(FILE)


def read(file: Path) -> dict[str, Poses]:
    """Read a file of poses. A later pose in the file says only what differs from the first."""
    raw = json.loads(file.read_text("utf-8"))
    return {code: poses_of(code, row) for code, row in raw.items()}


def poses_of(code: str, row: dict) -> Poses:
    found = [row[name] for name in NAMES if name in row]
    rest = {key: value for key, value in row.items() if key not in NAMES}
    for key in ("captions", "frame", "order", "play", "out_of_plane"):
        if key in rest:
            rest[key] = tuple(rest[key])
    return Poses(code=code, poses=tuple({**found[0], **pose} for pose in found), **rest)
