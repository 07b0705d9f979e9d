"""Plane and space geometry. Angles in degrees, lengths in centimetres, y upwards.

Angles: 0 = right, 90 = up, 180 = left, -90 = down. Vectors are tuples of two or three numbers.
"""

import math

Vector = tuple[float, ...]


def polar(origin: Vector, angle: float, length: float) -> Vector:
    """The place that lies `length` from the origin in the direction of the angle."""
    turn = math.radians(angle)
    return origin[0] + length * math.cos(turn), origin[1] + length * math.sin(turn)


def heading(one: Vector, two: Vector) -> tuple[float, float]:
    """Angle and distance from one place in the plane to another."""
    dx, dy = two[0] - one[0], two[1] - one[1]
    return math.degrees(math.atan2(dy, dx)), math.hypot(dx, dy)


def wrap(angle: float, low: float = -180.0) -> float:
    """The same angle in [low, low + 360)."""
    return (angle - low) % 360 + low


def along(table, place: float) -> float:
    """Straight-line reading of a small table of (place, value); the ends go on level."""
    for (start, first), (stop, second) in zip(table, table[1:], strict=False):
        if place <= stop:
            share = max(0, (place - start) / (stop - start))
            return first + (second - first) * share
    return table[-1][1]


def add(one: Vector, two: Vector, times: float = 1.0) -> Vector:
    """one + times * two."""
    return tuple(p + q * times for p, q in zip(one, two, strict=True))


def scaled(one: Vector, times: float) -> Vector:
    return tuple(p * times for p in one)


def dot(one: Vector, two: Vector) -> float:
    return sum(p * q for p, q in zip(one, two, strict=True))


def cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def unit(one: Vector) -> Vector:
    """The same direction, one long; the zero vector stays as it is."""
    return scaled(one, 1 / (math.sqrt(dot(one, one)) or 1))


def square_to(one: Vector, axis: Vector) -> Vector:
    """What of a direction stands square to an axis of length one, one long."""
    return unit(add(one, axis, -dot(one, axis)))


def apart(one: Vector, two: Vector) -> float:
    """The angle between two directions, 0 to 180."""
    return math.degrees(math.acos(_inside(dot(unit(one), unit(two)))))


def slope(one: Vector, axis: Vector) -> float:
    """How far a direction leans towards an axis, -90 to 90."""
    return math.degrees(math.asin(_inside(dot(one, axis))))


def reach(origin: Vector, target: Vector, bones: Vector, bend: int) -> tuple[float, float]:
    """Angles of two bones whose end touches the target, or points at it where it is too far.

    bend: 1 or -1, the side to which the joint between them goes.
    """
    angle, gap = heading(origin, target)
    first = angle + bend * math.degrees(_corner(*bones, gap))
    middle = polar(origin, first, bones[0])
    return first, heading(middle, target)[0]


def reach_in_space(origin: Vector, target: Vector, bones: Vector, pole: Vector):
    """The same in space, as two directions; the joint between them goes towards the pole."""
    way = add(target, origin, -1)
    ahead = unit(way)
    turn = _corner(*bones, math.sqrt(dot(way, way)))
    first = add(scaled(ahead, math.cos(turn)), square_to(pole, ahead), math.sin(turn))
    middle = add(origin, first, bones[0])
    return first, unit(add(target, middle, -1))


def _corner(first: float, second: float, gap: float) -> float:
    """Radians between the first bone and the straight line to the end of the second."""
    gap = max(min(gap, (first + second) * 0.9995), abs(first - second) + 0.01)
    return math.acos(_inside((first**2 + gap**2 - second**2) / (2 * first * gap)))


def _inside(cosine: float) -> float:
    return max(-1.0, min(1.0, cosine))


def hull(points: list[Vector]) -> list[Vector]:
    """The outline round a cloud of points in the plane."""
    ordered = sorted(set(points))
    return _half_hull(ordered) + _half_hull(ordered[::-1])


def _half_hull(run: list[Vector]) -> list[Vector]:
    kept = []
    for p in run:
        while len(kept) > 1 and _turns_right(kept[-2], kept[-1], p):
            kept.pop()
        kept.append(p)
    return kept[:-1]


def _turns_right(a: Vector, b: Vector, c: Vector) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) <= (b[1] - a[1]) * (c[0] - a[0])
