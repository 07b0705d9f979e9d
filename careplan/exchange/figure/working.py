"""The working area: a striped band of even depth under the skin line, cut to its part's outline.

A muscle says `on` (pelvis, lumbar, thorax or a limb part), `side` (front, back, middle), `from`
and `to` as shares of that part, `depth` in centimetres, and `over` to lie above the near arm.
"""

from typing import NamedTuple

from careplan.exchange.figure.scene import Scene
from careplan.exchange.figure.shapes import shape
from careplan.exchange.figure.sheet import Place
from careplan.exchange.figure.skeleton import LENGTH, LINK, LINKS, SEGMENT_START, Part

LAYERS = ("edge", "hot", "stripe")
SIDE = {"front": 1, "back": -1, "middle": 0}
EDGE = 2.4  # how much wider the white edge is than the band
FAR_OFF = 99  # the first link's band may begin below the hip
HALF_BAND = 7  # half the drawn line's width; what lies outside the skin is cut off


class Stretch(NamedTuple):
    """A piece of a band on one part, in centimetres along it."""

    name: str
    start: float
    stop: float
    depth: float
    side: int  # 1 or -1 across the part, 0 in its middle
    on_trunk: bool


def draw_working(scene: Scene, *, over: bool) -> None:
    """All bands of a scene, edge first, so that neighbouring bands run into one."""
    if not scene.working:
        return
    for layer in LAYERS:
        for number, muscle in enumerate(scene.exercise.muscles):
            if bool(muscle.get("over")) == over:
                for stretch in _stretches(scene, muscle):
                    _draw(scene, stretch, layer, f"{scene.sheet.prefix}c{number}{stretch.name}")


def _stretches(scene: Scene, muscle: dict) -> list[Stretch]:
    on, side = muscle["on"], SIDE[muscle["side"]]
    if on not in SEGMENT_START:  # limbs point away from the head, the spine towards it
        length = scene.bodies[-1].parts[on].length
        start, stop = muscle.get("from", 0.1) * length, muscle.get("to", 0.8) * length
        return [Stretch(on, start, stop, muscle.get("depth", 6.5), -side, False)]
    low = SEGMENT_START[on] + muscle.get("from", 0) * LENGTH[on]
    high = SEGMENT_START[on] + muscle.get("to", 1) * LENGTH[on]
    found = []
    for i in range(LINKS):  # link by link, so that the band bends with the trunk
        start, stop = max(low, i * LINK if i else -FAR_OFF), min(high, (i + 1) * LINK)
        if start < stop:
            ends = start - i * LINK, stop - i * LINK
            found.append(Stretch(f"t{i}", *ends, muscle.get("depth", 7.5), side, True))
    return found


def _draw(scene: Scene, stretch: Stretch, layer: str, clip: str) -> None:
    parts = scene.parts(stretch.name)
    last = parts[-1]
    half = HALF_BAND if stretch.side else stretch.depth / 2
    path = _path(stretch, last, half, layer)
    if path is None:
        return
    cut = ""
    if layer == "edge":  # the first layer brings the outline, the other two use it again
        cut = f'<clipPath id="{clip}">{shape(stretch.name, last)}</clipPath>'
    width = 2 * half + (EDGE if layer == "edge" else 0)
    line = f'<path class="{layer}" clip-path="url(#{clip})" d="{path}" stroke-width="{width:.1f}"/>'
    places = [_place(part, last) for part in parts]
    scene.put(cut + line, "muscle", places)


def _path(stretch: Stretch, part: Part, half: float, layer: str) -> str | None:
    low, high = (_across(stretch, part, half, place) for place in (stretch.start, stretch.stop))
    if layer == "stripe" and stretch.on_trunk:  # one stripe a link, where the band covers it
        middle = LINK / 2
        covered = stretch.start <= middle <= stretch.stop
        return f"M{middle - 0.55:.2f} {low:.1f}h1.1" if covered else None
    return f"M{stretch.start:.1f} {low:.1f}L{stretch.stop:.1f} {high:.1f}"


def _across(stretch: Stretch, part: Part, half: float, place: float) -> float:
    """Distance of the band's middle line from the part's own, at a place along it."""
    share = min(1, max(0, place / max(part.length, 1)))
    skin = part.near_radius + (part.far_radius - part.near_radius) * share
    return stretch.side * (skin - stretch.depth + half)


def _place(part: Part, last: Part) -> Place:
    along = max(part.length, 0.5) / max(last.length, 0.5)
    return Place(*part.start, part.angle, along, part.near_radius / last.near_radius)
