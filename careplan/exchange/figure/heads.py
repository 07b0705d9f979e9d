"""Two drawings of the head: from the side, and as a ball seen from where the camera stands."""

import math

from careplan.exchange.figure.geometry import Vector, add, cross, hull, scaled, square_to, unit
from careplan.exchange.figure.shapes import capsule
from careplan.exchange.figure.skeleton import HEAD_FROM_NECK, HEAD_RADIUS, RADIUS

HAIR_RADIUS = HEAD_RADIUS + 0.5
HAIR_RIM = 0.03  # the hair covers all that lies further towards the crown, in head radii
FLAT_FACE = 0.5  # nearer to the viewer than this, the nose is a mark inside the face


def head_side() -> str:
    """Neck, nose, head, hair and ear, the neck along +x from (0, 0)."""
    c, r = HEAD_FROM_NECK, HEAD_RADIUS
    return (
        f'<path class="skin" d="{capsule(c - 4, *RADIUS["neck"])}"/>'
        f'<path class="skin" d="M{c - 1.6:.1f} {r - 1.2}q.2 3.8 3.4 3 q1.6 -1 1.2 -4z"/>'
        f'<circle class="skin" cx="{c:.1f}" cy="0" r="{r}"/>'
        f'<path class="hair" d="M{c - 5.5:.1f} {-r + 0.6}'
        f"C{c - 3:.1f} {-r - 2.4} {c + 3:.1f} {-r - 2} {c + 7.4:.1f} -8.8"
        f"C{c + 12.6:.1f} -4.4 {c + 12.4:.1f} 3.4 {c + 8:.1f} 8.2"
        f"C{c + 8.6:.1f} 3.4 {c + 6:.1f} -.4 {c + 2.4:.1f} -1.6"
        f'C{c + 1:.1f} -5.2 {c - 2.6:.1f} -5.4 {c - 5.5:.1f} {-r + 0.6}Z"/>'
        f'<circle class="ear" cx="{c - 0.6:.1f}" cy="-2.2" r="2"/>'
    )


def head_turned(ways: dict[str, Vector], project) -> str:
    """The head round (0, 0); `ways` holds the directions of `face` and `neck`."""
    face = ways["face"]
    up = square_to(ways["neck"], face)
    side = cross(up, face)
    back, front = f'<circle class="skin" cx="0" cy="0" r="{HEAD_RADIUS}"/>', ""
    for way in (side, scaled(side, -1)):
        front += _ear(project(way))
    nose, nearness = _nose(project(face)), project(face)[2]
    if nearness >= FLAT_FACE:
        front += nose
    elif nearness > -0.55:
        back = nose + back
    return back + _hair(unit(add(up, face, -0.6)), side, project) + front


def _ear(way: Vector) -> str:
    x, y, nearness = way
    if nearness <= -0.2:
        return ""
    reach = HEAD_RADIUS * 0.96
    return f'<circle class="ear" cx="{x * reach:.1f}" cy="{-y * reach:.1f}" r="2.2"/>'


def _nose(way: Vector) -> str:
    x, y, nearness = way
    look, r = ("skin", 2.6) if nearness < FLAT_FACE else ("ear", 1.9)
    reach = HEAD_RADIUS + 0.6
    return f'<circle class="{look}" cx="{x * reach:.1f}" cy="{-y * reach:.1f}" r="{r}"/>'


def _hair(crown: Vector, side: Vector, project) -> str:
    """The outline round the hair's visible rim and the part of the head's edge that it covers."""
    one, wide = unit(cross(crown, side)), math.sqrt(1 - HAIR_RIM * HAIR_RIM)
    middle, points = project(crown), []
    for k in range(72):
        cos, sin = math.cos(math.radians(k * 5)), math.sin(math.radians(k * 5))
        ring = add(scaled(one, cos), side, sin)
        x, y, nearness = project(add(scaled(crown, HAIR_RIM), ring, wide))
        if nearness >= 0:
            points.append((round(x * HAIR_RADIUS, 1), round(y * HAIR_RADIUS, 1)))
        if middle[0] * cos + middle[1] * sin >= HAIR_RIM:
            points.append((round(cos * HAIR_RADIUS, 1), round(sin * HAIR_RADIUS, 1)))
    if len(points) < 3:
        return ""
    return '<path class="hair" d="M' + "L".join(f"{x} {-y}" for x, y in hull(points)) + 'Z"/>'
