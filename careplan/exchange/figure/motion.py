"""The poses between two poses, and the whole course of a movement.

Planted hands and feet are solved again in every moment, so that they do not slide.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

from careplan.exchange.figure.geometry import wrap
from careplan.exchange.figure.poses import Poses
from careplan.exchange.figure.skeleton import LIMB_KEYS, Body
from careplan.exchange.figure.solve import limb_spelled_out, solve
from careplan.exchange.figure.turned import in_space

STEPS = 12  # moments solved for one leg of a movement
REST = 0.16  # share of a leg spent at rest at each end
LEG_SECONDS, FLOW_LEG_SECONDS = 2.4, 1.1
SOON_OVER = 5  # seconds: what moves longer by itself needs a pause button (SC 2.2.2)
STRAIGHT = ("anchor", "to", "crank", "bend", "lift", "belly", "ribs")  # numbers that are no angles


@dataclass(frozen=True)
class Course:
    """A movement: a pose at each moment, solved, and the key pose that each heads for."""

    frames: tuple[dict, ...]
    bodies: tuple[Body, ...]
    percent: tuple[float, ...]
    heads_for: tuple[int, ...]
    seconds: float
    rounds: int

    @property
    def rest(self) -> int:
        """The moment that stands still where nothing may move: the last one up to half way."""
        return max(i for i, percent in enumerate(self.percent) if percent <= 50)


@lru_cache(maxsize=64)
def course(exercise: Poses) -> Course:
    """Every moment of the movement: there and back, unless the exercise says otherwise."""
    count = len(exercise.poses)
    play = exercise.play or (*range(count), *range(count - 2, -1, -1))
    legs = list(zip(play, play[1:], strict=False))
    moments = _flowing(exercise, legs) if exercise.flow else _resting(exercise, legs)
    percent, frames, heads_for = zip(*moments, strict=True)
    leg = FLOW_LEG_SECONDS if exercise.flow else LEG_SECONDS
    seconds = min(SOON_OVER, round(len(legs) * leg, 1))
    return Course(
        frames=frames,
        bodies=tuple(solve(frame, exercise.view) for frame in frames),
        percent=tuple(round(p, 1) for p in percent),
        heads_for=heads_for,
        seconds=seconds,
        rounds=max(1, int(SOON_OVER / seconds)) if exercise.flow else 1,
    )


def _flowing(exercise: Poses, legs: list) -> list[tuple]:
    share, found = 100 / len(legs), []
    for n, (i, j) in enumerate(legs):
        for k in range(1 if n else 0, STEPS + 1):
            t = k / STEPS
            found.append((share * (n + t), moment(exercise, i, j, t), j))
    return found


def _resting(exercise: Poses, legs: list) -> list[tuple]:
    """Each leg starts and ends softly, with a rest at both ends."""
    share, found = 100 / len(legs), []
    for n, (i, j) in enumerate(legs):
        for k in range(STEPS + 1):
            t = k / STEPS
            pose = moment(exercise, i, j, t * t * (3 - 2 * t))
            found.append((share * (n + REST + (1 - 2 * REST) * t), pose, j))
    first, last = found[0], found[-1]
    return [(0, *first[1:]), *found, (100, *last[1:])]


def moment(exercise: Poses, i: int, j: int, t: float) -> dict:
    """The pose a fraction t of the way from pose i to pose j."""
    one, two, view = dict(exercise.poses[i]), dict(exercise.poses[j]), exercise.view
    for limb in LIMB_KEYS:
        if not _alike(one[limb], two[limb]):
            one[limb] = limb_spelled_out(one, view, limb)
            two[limb] = limb_spelled_out(two, view, limb)
    if not ("head" in one and "head" in two):
        one.setdefault("head", one["spine"][2])
        two.setdefault("head", two["spine"][2])
    if view and ("face" in one) != ("face" in two):
        for pose in (one, two):
            pose.setdefault("face", list(in_space(pose, view).ways["face"]))
    return between(one, two, t, turned=bool(view))


def _alike(one, two) -> bool:
    """Both planted, or both on a pedal: these are moved as places, all else as angles."""
    both = isinstance(one, dict) and isinstance(two, dict)
    return both and ("to" in one) == ("to" in two)


def between(one, two, t: float, *, turned: bool, key: str = ""):
    """Angles take the short way round; places and directions go straight."""
    if isinstance(one, dict):
        mixed = {
            k: between(v, two[k], t, turned=turned, key=k) if k in two else v
            for k, v in one.items()
        }
        if "lift" in one and two["to"][0] > one["to"][0]:  # stepping forward, off the floor
            x, y = mixed["to"]
            mixed["to"] = [x, y + one["lift"] * math.sin(math.pi * t)]
        return mixed
    if isinstance(one, list):
        return [between(p, q, t, turned=turned, key=key) for p, q in zip(one, two, strict=False)]
    if isinstance(one, str):
        return one
    return one + (two - one if turned or key in STRAIGHT else wrap(two - one)) * t
