"""The one person of all figures: a 170 cm adult, lengths and radii in centimetres.

World: x right, y up, z towards the viewer, floor at y = 0. Joints: hip, waist, chest, shoulder,
head; elbow, wrist, fingers, knee, ankle, toe and sole with _n (near the viewer) or _f (far).
"""

from typing import NamedTuple

from careplan.exchange.figure.geometry import Vector

LENGTH = {
    "pelvis": 12,
    "lumbar": 14,
    "thorax": 25,
    "neck": 8.5,
    "upper": 29,
    "fore": 25,
    "hand": 8,
    "thigh": 42,
    "shin": 41,
    "foot": 18,
}
RADIUS = {  # at the end near the trunk, at the far end
    "upper": (6.2, 4.9),
    "fore": (4.9, 3.7),
    "hand": (4.1, 3.5),
    "thigh": (9.8, 6.8),
    "shin": (6.7, 4.5),
    "foot": (4.6, 3.6),
    "neck": (5, 4.6),
    "yoke": (7.2, 7.2),
    "girdle": (9.8, 9.8),
}
HEAD_RADIUS = 12.2
HEAD_FROM_NECK = LENGTH["neck"] + HEAD_RADIUS * 0.86
SHOULDER_BELOW_TOP = 4
HALF_WIDTH = {"arm": 14.5, "leg": 8.5}  # shoulder and hip joint to the midline, in a turned view

# The trunk is a chain of short links, so that it bends as one curve.
SPINE = 51  # hip to the top of the thorax
LINKS = 12
LINK = SPINE / LINKS
CENTRES = (6, 19, 38.5)  # where the angles of pelvis, lumbar and thorax hold along the spine
SEGMENT_START = {"pelvis": 0, "lumbar": 12, "thorax": 26}
HALF_DEPTH = ((0, 12), (12, 10.2), (26, 11.2), (51, 9.2))  # seen from the side
HALF_BREADTH = ((0, 14.5), (12, 13), (26, 14.2), (43, 15.5), (51, 10))  # seen from the front
JOINT_AT_LINK = {0: "hip", 3: "waist", 6: "chest", 12: "shoulder"}
LINK_OF_JOINT = {joint: link for link, joint in JOINT_AT_LINK.items()}

SIDES = ("n", "f")
LIMBS = {"arm": ("upper", "fore", "hand"), "leg": ("thigh", "shin", "foot")}
TIP = {"arm": "hand", "leg": "foot"}
ENDS = {
    "upper": "elbow",
    "fore": "wrist",
    "hand": "fingers",
    "thigh": "knee",
    "shin": "ankle",
    "foot": "toe",
}
LIMB_KEYS = ("arm_n", "arm_f", "leg_n", "leg_f")
TRUNK = tuple(f"t{i}" for i in range(LINKS))


class Part(NamedTuple):
    """One drawn piece: where it begins, how it points, and its radius at both ends."""

    x: float
    y: float
    angle: float
    length: float
    near_radius: float
    far_radius: float
    flip: int = 1  # -1: the drawn foot shows its sole on the other side
    look: str = ""  # a drawing of its own, such as the head in a turned view

    @property
    def start(self) -> Vector:
        return self.x, self.y


class Body(NamedTuple):
    """A solved pose: its parts and its joints in the plane of the picture."""

    parts: dict[str, Part]
    joints: dict[str, Vector]


def bones_of(limb: str) -> tuple[float, float]:
    """Lengths of the two long bones of an arm or a leg."""
    return tuple(LENGTH[name] for name in LIMBS[limb][:2])
