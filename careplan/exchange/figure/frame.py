"""The frame of an exercise: the same for all its panels, wide enough for the whole movement."""

from functools import lru_cache
from typing import NamedTuple

from careplan.exchange.figure import arrows
from careplan.exchange.figure.geometry import Vector
from careplan.exchange.figure.motion import course
from careplan.exchange.figure.poses import Poses
from careplan.exchange.figure.skeleton import HEAD_RADIUS
from careplan.exchange.figure.solve import flat, from_above

JOINT_ROOM, ARROW_ROOM = 9, 8
BELOW_FLOOR = 16
SIDE_ROOM, TOP_ROOM = 6, 8
SKY = 0.7  # share of spare height that goes above the person


class Box(NamedTuple):
    """A frame in the world: y upwards, top above bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def view_box(self) -> str:
        return f"{self.left:.1f} {-self.top:.1f} {self.width:.1f} {self.height:.1f}"


@lru_cache(maxsize=64)
def frame_of(exercise: Poses) -> Box:
    """Round the person at every moment, the props and the arrows, in the exercise's own ratio."""
    places = _body_places(exercise)
    for prop in exercise.props:
        places += prop_places(prop, exercise.view)
    if any(prop["kind"] == "stick" for prop in exercise.props):
        places.append((places[0][0], max(y for _, y in places) + 7))
    for arrow in exercise.arrows:
        for x, y in arrows.points(exercise, arrow):
            places += [(x - ARROW_ROOM, y - ARROW_ROOM), (x + ARROW_ROOM, y + ARROW_ROOM)]
    return _fitted(places, exercise)


def _body_places(exercise: Poses) -> list[Vector]:
    places = []
    for body in course(exercise).bodies:
        for name, (x, y) in body.joints.items():
            room = HEAD_RADIUS + 2 if name == "head" else JOINT_ROOM
            places += [(x - room, y - room), (x + room, y + room)]
    return places


def _fitted(places: list[Vector], exercise: Poses) -> Box:
    xs, ys = zip(*places, strict=True)
    above = from_above(exercise.view)
    bottom = min(ys) - 8 if above else min(0, min(ys) + 6) - BELOW_FLOOR
    left, right, top = min(xs) - SIDE_ROOM, max(xs) + SIDE_ROOM, max(ys) + TOP_ROOM
    width, height, ratio = right - left, top - bottom, exercise.ratio
    if width < height * ratio:
        grow = (height * ratio - width) / 2
        left, right = left - grow, right + grow
    else:
        top += (width / ratio - height) * (0.5 if above else SKY)
    return Box(left, top, right, top - (right - left) / ratio)


def mat_corners(prop: dict, view: dict) -> list[Vector]:
    """The corners of a mat seen from above."""
    low, high, wide = prop["from"], prop["to"], prop["wide"]
    ring = ((low, 0, -wide), (high, 0, -wide), (high, 0, wide), (low, 0, wide))
    return [flat(corner, view) for corner in ring]


def prop_places(prop: dict, view: dict | None) -> list[Vector]:
    """Places of a prop that must be in the frame; a floor, a mat from the side, water need none."""
    kind, x = prop["kind"], prop.get("x", 0)
    if kind == "mat":
        return mat_corners(prop, view) if from_above(view) else []
    if kind in ("band", "strap"):
        ends = (prop["a"], prop["b"])
        return [flat(end, view) for end in ends if not isinstance(end[0], str)]
    if kind == "wall":
        return [(x + 8 * prop.get("side", 1), 0)]
    if kind == "chair":
        way = -1 if prop.get("flip") else 1
        return [(x - 10 * way, 0), (x + 44 * way, prop.get("height", 38) + 48)]
    if kind in ("step", "block", "table", "pillow", "towel"):
        return [(x - 1, 0), (x + prop["width"] + 1, 0)]
    return [(x + dx, y) for dx, y in FIXED.get(kind, ())]


# Corners of props of one size, from their x.
FIXED = {
    "bike": ((-36, 0), (66, 0)),
    "carseat": ((-108, 0), (44, 122)),
    "house": ((0, 0), (56, 88)),
}
