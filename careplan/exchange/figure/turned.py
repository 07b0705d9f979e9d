"""A pose in space, seen by a camera: directions of spine and limbs -> parts and joints.

`view`: `turn` degrees round the upright axis, `tilt` degrees that the camera looks down, `mirror`
where the near side of the person is the left one. Every direction is [x, y, z], of any length.
"""

import math
from typing import NamedTuple

from careplan.exchange.figure.geometry import (
    Vector,
    add,
    along,
    cross,
    heading,
    polar,
    reach_in_space,
    scaled,
    unit,
)
from careplan.exchange.figure.heads import head_turned
from careplan.exchange.figure.skeleton import (
    CENTRES,
    ENDS,
    HALF_BREADTH,
    HALF_DEPTH,
    HALF_WIDTH,
    HEAD_FROM_NECK,
    JOINT_AT_LINK,
    LENGTH,
    LIMBS,
    LINK,
    LINK_OF_JOINT,
    LINKS,
    RADIUS,
    SHOULDER_BELOW_TOP,
    SPINE,
    TIP,
    TRUNK,
    Body,
    Part,
    bones_of,
)


class Posture(NamedTuple):
    """A pose in space: where each bone runs from and to, and which way the trunk and head face."""

    bones: dict[str, tuple[Vector, Vector]]
    ways: dict[str, Vector]

    def way(self, name: str) -> Vector:
        """The direction of a bone, one long."""
        start, stop = self.bones[name]
        return unit(add(stop, start, -1))


def camera(view: dict):
    """A function from a place in space to (x, y, nearness) in the picture."""
    turn, tilt = math.radians(view.get("turn", 0)), math.radians(view.get("tilt", 0))

    def project(v: Vector) -> Vector:
        x = v[0] * math.cos(turn) + v[2] * math.sin(turn)
        z = v[2] * math.cos(turn) - v[0] * math.sin(turn)
        return (
            x,
            v[1] * math.cos(tilt) - z * math.sin(tilt),
            z * math.cos(tilt) + v[1] * math.sin(tilt),
        )

    return project


def in_space(pose: dict, view: dict) -> Posture:
    """The bones of a pose given in directions."""
    spine = [unit(v) for v in pose["spine"]]
    points = _spine_points(spine, pose["anchor"])
    ways = _ways(pose, spine, -1 if view.get("mirror") else 1)
    bones = {name: (points[i], points[i + 1]) for i, name in enumerate(TRUNK)}
    bones["neck"] = (points[-1], add(points[-1], ways["neck"], HEAD_FROM_NECK))
    roots = {
        "arm": (add(points[-1], spine[2], -SHOULDER_BELOW_TOP), ways["shoulders"]),
        "leg": (points[0], ways["hips"]),
    }
    for side, sign in (("n", 1), ("f", -1)):
        for limb, (middle, across) in roots.items():
            here = add(middle, across, sign * HALF_WIDTH[limb])
            for name, way in _limb_ways(pose[f"{limb}_{side}"], limb, here):
                there = add(here, unit(way), LENGTH[name])
                bones[f"{name}_{side}"] = (here, there)
                here = there
    return Posture(bones, ways)


def _spine_points(spine: list[Vector], anchor: list) -> list[Vector]:
    """The thirteen ends of the trunk's links; `anchor` names one joint and its place."""
    axes = [tuple(zip(CENTRES, axis, strict=True)) for axis in zip(*spine, strict=True)]
    points = [(0.0, 0.0, 0.0)]
    for i in range(LINKS):
        way = unit(tuple(along(axis, (i + 0.5) * LINK) for axis in axes))
        points.append(add(points[-1], way, LINK))
    name, *place = anchor
    shift = add(place, points[LINK_OF_JOINT[name]], -1)
    return [add(point, shift) for point in points]


def _ways(pose: dict, spine: list[Vector], flip: int) -> dict[str, Vector]:
    """`across` runs from the far to the near side; spine x across is the way the person faces."""
    hips, shoulders = (unit(v) for v in pose["across"])
    ways = {
        "hips": hips,
        "shoulders": shoulders,
        "neck": unit(pose.get("head", spine[2])),
        "pelvis_up": spine[0],
        "chest_up": spine[2],
        "pelvis_ahead": unit(scaled(cross(spine[0], hips), flip)),
        "chest_ahead": unit(scaled(cross(spine[2], shoulders), flip)),
    }
    return ways | {"face": unit(pose.get("face", ways["chest_ahead"]))}


def _limb_ways(spec, limb: str, start: Vector) -> list[tuple[str, Vector]]:
    if isinstance(spec, dict):
        first, second = reach_in_space(start, spec["to"], bones_of(limb), spec["pole"])
        spec = [first, second, spec.get(TIP[limb], second)]
    return list(zip(LIMBS[limb], spec, strict=True))


def solve_turned(pose: dict, view: dict) -> Body:
    """The parts and joints of a pose in space, as the camera sees them."""
    posture, project = in_space(pose, view), camera(view)
    body = Body({}, {})
    for name, (start, stop) in posture.bones.items():
        a, b = project(start)[:2], project(stop)[:2]
        if name == "neck":
            _add_head(body, a, b, head_turned(posture.ways, project))
        elif name in TRUNK:
            _add_link(body, TRUNK.index(name), a, b, _across_ahead(posture, project))
        else:
            _add_bone(body, name, a, b, project(posture.way(f"shin_{name[-1]}")))
    for name, limb in (("yoke", "upper"), ("girdle", "thigh")):
        near, far = body.parts[f"{limb}_n"].start, body.parts[f"{limb}_f"].start
        body.parts[name] = Part(*near, *heading(near, far), *RADIUS[name])
    return body


def _add_head(body: Body, a: Vector, b: Vector, look: str) -> None:
    body.parts["neck"] = Part(*a, *heading(a, b), *RADIUS["neck"])
    body.parts["head"] = Part(*b, 0, 1, 1, 1, look=look)
    body.joints["head"], body.joints["shoulder"] = b, a


def _add_bone(body: Body, name: str, a: Vector, b: Vector, shin: Vector) -> None:
    kind, side = name.split("_")
    angle, length = heading(a, b)
    flip = 1
    if kind == "foot":  # which side of the drawn foot is the sole
        square = polar((0, 0), angle - 90, 1)
        flip = 1 if shin[0] * square[0] + shin[1] * square[1] >= 0 else -1
    body.parts[name] = Part(*a, angle, length, *RADIUS[kind], flip)
    body.joints[f"{ENDS[kind]}_{side}"] = b


def _across_ahead(posture: Posture, project):
    """A function from a share of the spine to the trunk's own side and front, as seen."""
    ways = posture.ways

    def seen(share: float) -> tuple[Vector, Vector]:
        across = unit(add(scaled(ways["hips"], 1 - share), ways["shoulders"], share))
        up = add(scaled(ways["pelvis_up"], 1 - share), ways["chest_up"], share)
        return project(across)[:2], project(unit(cross(up, across)))[:2]

    return seen


def _add_link(body: Body, i: int, a: Vector, b: Vector, seen) -> None:
    """A link of the trunk: its drawn width follows how far the trunk is turned."""
    angle, length = heading(a, b)
    normal = polar((0, 0), angle + 90, 1)
    radii = []
    for place in (i * LINK, (i + 1) * LINK):
        across, ahead = seen(place / SPINE)
        breadth = along(HALF_BREADTH, place) * (across[0] * normal[0] + across[1] * normal[1])
        depth = along(HALF_DEPTH, place) * (ahead[0] * normal[0] + ahead[1] * normal[1])
        radii.append(math.hypot(breadth, depth))
    body.parts[f"t{i}"] = Part(*a, angle, length, *radii)
    if i in JOINT_AT_LINK:
        body.joints[JOINT_AT_LINK[i]] = a
