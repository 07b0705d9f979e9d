"""A pose -> parts and joints, whichever way it is given."""

from careplan.exchange.figure.side import solve_side
from careplan.exchange.figure.skeleton import LIMBS, Body
from careplan.exchange.figure.turned import camera, in_space, solve_turned

TILTED = 12  # looking down by more than this many degrees, the floor is the whole ground


def solve(pose: dict, view: dict | None) -> Body:
    """Side view where there is no `view`, else as its camera sees it."""
    return solve_turned(pose, view) if view else solve_side(pose)


def from_above(view: dict | None) -> bool:
    return bool(view) and view.get("tilt", 0) > TILTED


def limb_spelled_out(pose: dict, view: dict | None, limb: str) -> list:
    """A limb as three angles, or three directions, whichever way the pose gives it."""
    kind, side = limb.split("_")
    names = [f"{part}_{side}" for part in LIMBS[kind]]
    if view:
        posture = in_space(pose, view)
        return [list(posture.way(name)) for name in names]
    parts = solve_side(pose).parts
    return [parts[name].angle for name in names]


def spot(point, body: Body, view: dict | None) -> tuple[float, float]:
    """Where a prop holds on: a joint, a joint and a shift, or a fixed place."""
    if isinstance(point, str):
        return body.joints[point]
    if isinstance(point[0], str):
        x, y = body.joints[point[0]]
        return x + point[1], y + point[2]
    return flat(point, view)


def flat(point, view: dict | None) -> tuple[float, float]:
    """A place in the picture, or one in space as the camera sees it."""
    return camera(view)(point)[:2] if len(point) == 3 else tuple(point)
