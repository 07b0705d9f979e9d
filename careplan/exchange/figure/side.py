"""A pose seen from the side: angles of spine and limbs -> parts and joints.

`anchor` puts one joint at a place; the rest follows from it. A limb is two or three angles, or
`{"to": [x, y]}` (a planted wrist or ankle), or `{"crank": [x, y, radius], "angle": a}` (a pedal).
`belly` and `ribs` say by how many centimetres breath brings the front out.
"""

import math

from careplan.exchange.figure.geometry import Vector, along, polar, reach, wrap
from careplan.exchange.figure.skeleton import (
    CENTRES,
    ENDS,
    HALF_DEPTH,
    HEAD_FROM_NECK,
    JOINT_AT_LINK,
    LENGTH,
    LIMBS,
    LINK,
    LINKS,
    RADIUS,
    SHOULDER_BELOW_TOP,
    SIDES,
    TIP,
    Body,
    Part,
    bones_of,
)

BEND = {"arm": -1, "leg": 1}  # elbows go forwards, knees go back
BELLY, RIBS, SWELL_WIDTH = 19, 33, 9  # along the spine: centres of what breath moves, and how far
TIP_TURN = {"arm": 0, "leg": 90}  # a hand lies along the forearm, a foot stands square to the shin


def solve_side(pose: dict) -> Body:
    """The parts and joints of a pose given in angles."""
    spine = _unwound(pose["spine"])
    head = pose.get("head", spine[2])
    name, x, y = pose["anchor"]
    free = _trunk((0, 0), spine, head).joints[name]
    body = _trunk((x - free[0], y - free[1]), spine, head)
    for centre, swell in ((BELLY, pose.get("belly", 0)), (RIBS, pose.get("ribs", 0))):
        _swell(body, centre, swell)
    for side in SIDES:
        for limb in LIMBS:
            _add_limb(body, pose[f"{limb}_{side}"], limb, side, spine[2])
        _add_sole(body, side)
    return body


def planted_at(spec: dict) -> Vector:
    """Where a planted wrist or ankle belongs."""
    if "crank" in spec:
        x, y, radius = spec["crank"]
        return polar((x, y), spec["angle"], radius)
    return tuple(spec["to"])


def _unwound(spine: list[float]) -> list[float]:
    """Each angle as the nearest turn of the one before, so that none goes the long way round."""
    angles = [spine[0]]
    for angle in spine[1:]:
        angles.append(angles[-1] + wrap(angle - angles[-1]))
    return angles


def _trunk(hip: Vector, spine: list[float], head: float) -> Body:
    body = Body({}, {"hip": hip})
    bends = tuple(zip(CENTRES, spine, strict=True))
    here = hip
    for i in range(LINKS):
        start, stop = i * LINK, (i + 1) * LINK
        angle = along(bends, start + LINK / 2)
        radii = along(HALF_DEPTH, start), along(HALF_DEPTH, stop)
        body.parts[f"t{i}"] = Part(*here, angle, LINK, *radii)
        here = polar(here, angle, LINK)
        if i + 1 in JOINT_AT_LINK:
            body.joints[JOINT_AT_LINK[i + 1]] = here
    body.parts["neck"] = Part(*here, head, LENGTH["neck"], *RADIUS["neck"])
    body.joints["head"] = polar(here, head, HEAD_FROM_NECK)
    return body


def _swell(body: Body, centre: float, swell: float) -> None:
    """Let the front come out (or draw in, below 0) round one place of the spine; the back stays."""
    for i in range(LINKS):
        out = swell * math.exp(-((((i + 0.5) * LINK - centre) / SWELL_WIDTH) ** 2)) / 2
        link = body.parts[f"t{i}"]
        x, y = polar(link.start, link.angle - 90, out)
        radii = link.near_radius + out, link.far_radius + out
        body.parts[f"t{i}"] = Part(x, y, link.angle, link.length, *radii)


def _add_limb(body: Body, spec, limb: str, side: str, thorax: float) -> None:
    here = body.joints["hip"]
    if limb == "arm":
        here = polar(body.joints["shoulder"], thorax + 180, SHOULDER_BELOW_TOP)
    for name, angle in zip(LIMBS[limb], _limb_angles(spec, limb, here), strict=True):
        body.parts[f"{name}_{side}"] = Part(*here, angle, LENGTH[name], *RADIUS[name])
        here = polar(here, angle, LENGTH[name])
        body.joints[f"{ENDS[name]}_{side}"] = here


def _limb_angles(spec, limb: str, start: Vector) -> list[float]:
    if isinstance(spec, list):
        return [*spec, spec[1] + TIP_TURN[limb]][:3]
    bend = spec.get("bend", BEND[limb])
    first, second = reach(start, planted_at(spec), bones_of(limb), bend)
    return [first, second, spec.get(TIP[limb], second + TIP_TURN[limb])]


def _add_sole(body: Body, side: str) -> None:
    foot = body.parts[f"foot_{side}"]
    middle = polar(foot.start, foot.angle, 9)
    body.joints[f"sole_{side}"] = polar(middle, foot.angle - 90, 5)
