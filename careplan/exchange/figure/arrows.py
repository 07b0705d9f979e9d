"""Dotted arrows: which way to go.

`{"joint", "offset", "start", "stop"}` follows a joint's own path, `{"turn": joint or place,
"radius", "from", "to"}` goes round one, `{"path": [three places]}` is set by hand. `pose` is the
panel it leads to (1 is the second), `since` the pose it comes from.
"""

import math

from careplan.exchange.figure.geometry import Vector, heading, polar
from careplan.exchange.figure.motion import STEPS, moment
from careplan.exchange.figure.poses import Poses
from careplan.exchange.figure.solve import flat, solve, spot

SHORTEST = 2  # centimetres; a joint that moves less needs no arrow
HEAD = "M8 0L-3.4 6.2Q-.8 0 -3.4-6.2Z"


def arrows_to(exercise: Poses, which: int) -> str:
    """The arrows that lead to one pose."""
    return "".join(
        _arrow(points(exercise, one)) for one in exercise.arrows if one.get("pose", 1) == which
    )


def points(exercise: Poses, one: dict) -> list[Vector]:
    """The way of an arrow, as drawn."""
    return _shifted(_path(exercise, one), one.get("offset", 0))


def _path(exercise: Poses, one: dict) -> list[Vector]:
    view, which = exercise.view, one.get("pose", 1)
    if "path" in one:
        return [flat(place, view) for place in one["path"]]
    shares = [i / STEPS for i in range(STEPS + 1)]
    if "turn" in one:
        middle = spot(one["turn"], solve(exercise.poses[which], view), view)
        low, high = one["from"], one["to"]
        return [polar(middle, low + (high - low) * share, one["radius"]) for share in shares]
    start, stop, since = one.get("start", 0), one.get("stop", 1), one.get("since", which - 1)
    frames = [moment(exercise, since, which, start + (stop - start) * share) for share in shares]
    return [solve(frame, view).joints[one["joint"]] for frame in frames]


def _shifted(line: list[Vector], offset: float) -> list[Vector]:
    """The line moved sideways, so that it runs beside the limb and not on it."""
    if not offset:
        return line
    moved = []
    for i, (x, y) in enumerate(line):
        before, after = line[max(0, i - 1)], line[min(len(line) - 1, i + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1
        moved.append((x - dy / length * offset, y + dx / length * offset))
    return moved


def _arrow(line: list[Vector]) -> str:
    if sum(math.dist(p, q) for p, q in zip(line, line[1:], strict=False)) < SHORTEST:
        return ""
    x, y = line[-1]
    path, before = _curve(line) if len(line) == 3 else (_polyline(line), line[-3])
    turn = -heading(before, (x, y))[0]
    place = f"translate({x:.1f} {-y:.1f}) rotate({turn:.1f})"
    return "".join(
        f'<g{halo}><path class="arrow" d="{path}"/>'
        f'<path class="arrowhead" transform="{place}" d="{HEAD}"/></g>'
        for halo in (' class="halo"', "")
    )


def _curve(line: list[Vector]) -> tuple[str, Vector]:
    """A curve through three places, and its control point."""
    (x0, y0), (xm, ym), (x1, y1) = line
    cx, cy = 2 * xm - (x0 + x1) / 2, 2 * ym - (y0 + y1) / 2
    return f"M{x0:.1f} {-y0:.1f}Q{cx:.1f} {-cy:.1f} {x1:.1f} {-y1:.1f}", (cx, cy)


def _polyline(line: list[Vector]) -> str:
    return "M" + "L".join(f"{x:.1f} {-y:.1f}" for x, y in line)
