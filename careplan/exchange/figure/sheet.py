"""Collects drawn groups: at fixed places for a still, with keyframes for a movement."""

from typing import NamedTuple

from careplan.exchange.figure.geometry import polar, wrap
from careplan.exchange.figure.motion import Course
from careplan.exchange.figure.shapes import shape
from careplan.exchange.figure.skeleton import Part


class Place(NamedTuple):
    """Where a group is drawn: world place, degrees anticlockwise, and stretch along and across."""

    x: float = 0
    y: float = 0
    angle: float = 0
    along: float = 1
    across: float = 1


AS_DRAWN = (Place(),)


class Sheet:
    """One drawing. `prefix` keeps the ids of drawings that share a file apart."""

    def __init__(self, prefix: str = "", course: Course | None = None):
        self.prefix, self.course = prefix, course
        self.groups: list[str] = []
        self.css: list[str] = []
        self._classes: dict[tuple, str] = {}

    def put(self, inner: str, css: str = "", places=AS_DRAWN) -> None:
        """Add a group; `places` is one place, or one for each moment of the movement."""
        rounded = [Place(*(round(v, 2) for v in place)) for place in places]
        if len(set(rounded)) == 1:
            names = f' class="{css}"' if css else ""
            self.groups.append(f"<g{names}{_attribute(rounded[0])}>{inner}</g>")
        else:
            moved = self.keyed(_transforms(rounded), "transform")
            self.groups.append(f'<g class="{f"{css} {moved}".strip()}">{inner}</g>')

    def part(self, name: str, parts: list[Part], css: str) -> None:
        """A body part at all its moments.

        One whose drawn length changes, as in a turned view, is a stretched body with a round
        joint at each end, so that the rounds stay round.
        """
        big = max(parts, key=lambda part: part.length)
        steady = all(
            abs(part.length - big.length) < 0.4 and abs(part.near_radius - big.near_radius) < 0.3
            for part in parts
        )
        foot = name.startswith("foot")
        if steady or foot or name.startswith(("hand", "t")) or len(parts) == 1:
            places = [_stretched(part, big, steady, foot) for part in parts]
            self.put(shape(name, big), css, places)
            return
        near, far = big.near_radius, big.far_radius
        body = f'<path d="M0 {-near}L{big.length:.1f} {-far}V{far}L0 {near}Z"/>'
        self.put(body, css, [_stretched(part, big, False, True, flip=1) for part in parts])
        self.put(f'<circle r="{near}"/>', css, [Place(*part.start) for part in parts])
        ends = [Place(*polar(part.start, part.angle, part.length)) for part in parts]
        self.put(f'<circle r="{far}"/>', css, ends)

    def keyed(self, values: list[str], name: str) -> str:
        """The class whose keyframes walk through the values; the same values share one class."""
        key = (name, *values)
        if key not in self._classes:
            self._classes[key] = f"k{len(self._classes) + 1}"
            self.css.append(self._keyframes(self._classes[key], values, name))
        return self._classes[key]

    def _keyframes(self, css: str, values: list[str], name: str) -> str:
        moments: dict[str, list[str]] = {}
        for percent, value in zip(self.course.percent, values, strict=True):
            moments.setdefault(value, []).append(f"{percent:g}%")
        body = "".join(f"{','.join(ps)}{{{name}:{value}}}" for value, ps in moments.items())
        pace = "step-end" if name == "visibility" else "linear"
        run = f"{css} {self.course.seconds:g}s {pace} {self.course.rounds} both"
        still = values[self.course.rest]
        return f"@keyframes {css}{{{body}}}.{css}{{{name}:{still};animation:{run}}}"


def _stretched(part: Part, big: Part, steady: bool, foot: bool, flip: int | None = None) -> Place:
    along = 1 if steady else max(part.length, 0.5) / big.length
    across = 1 if steady or foot else part.near_radius / big.near_radius
    return Place(*part.start, part.angle, along, (part.flip if flip is None else flip) * across)


def _attribute(place: Place) -> str:
    if place == Place():
        return ""
    text = f"translate({place.x:g} {-place.y:g})"
    if place.angle:
        text += f" rotate({-place.angle:g})"
    if (place.along, place.across) != (1, 1):
        text += f" scale({place.along:g} {place.across:g})"
    return f' transform="{text}"'


def _transforms(places: list[Place]) -> list[str]:
    """CSS transforms; each angle is the nearest turn of the one before."""
    scaled = any((place.along, place.across) != (1, 1) for place in places)
    angle, values = places[0].angle, []
    for place in places:
        angle += wrap(place.angle - angle)
        value = f"translate({place.x:.1f}px,{-place.y:.1f}px) rotate({-angle:.1f}deg)"
        values.append(value + (f" scale({place.along:.3f},{place.across:.3f})" if scaled else ""))
    return values
