"""Outlines of body parts, drawn along +x from (0, 0), y downwards as SVG has it."""

import math

from careplan.exchange.figure.skeleton import TRUNK, Part

FOOT = (
    '<path d="M-3.6 -2.2C-7.2 .2-7.4 6.6-3.6 6.7L13.6 6.7C18 6.7 18.4 2.9 15 1.5L6-2.6'
    'C3-4.4-1-4.4-3.6-2.2Z"/>'
)
SHORT_FOOT = 11  # drawn shorter than this, a foot points at the viewer and is a plain oval
CLOTH = {
    "upper": "top",
    "fore": "skin",
    "hand": "skin",
    "thigh": "trousers",
    "shin": "trousers",
    "foot": "shoe",
    "neck": "skin",
    "yoke": "top",
    "girdle": "trousers",
    **{name: "trousers" if i < 3 else "top" for i, name in enumerate(TRUNK)},
}


def capsule(length: float, near: float, far: float) -> str:
    """Path of a limb: round at both ends, straight sides that touch both rounds."""
    length = max(length, abs(near - far) + 0.2)
    cos = (near - far) / length
    sin = math.sqrt(1 - cos * cos)
    near_arc, far_arc = (1, 0) if near >= far else (0, 1)
    near_x, near_y = near * cos, near * sin
    far_x, far_y = length + far * cos, far * sin
    return (
        f"M{near_x:.1f} {-near_y:.1f}L{far_x:.1f} {-far_y:.1f}"
        f"A{far:.1f} {far:.1f} 0 {far_arc} 1 {far_x:.1f} {far_y:.1f}"
        f"L{near_x:.1f} {near_y:.1f}"
        f"A{near:.1f} {near:.1f} 0 {near_arc} 1 {near_x:.1f} {-near_y:.1f}Z"
    )


def shape(name: str, part: Part) -> str:
    """The outline of a named part."""
    kind = name.split("_")[0]
    if kind == "foot" and part.length > SHORT_FOOT:
        return FOOT
    if kind == "foot":
        return f'<path d="{capsule(part.length, 5.4, 4.9)}"/>'
    length = max(part.length - 2, 1) if kind == "hand" else part.length
    return f'<path d="{capsule(length, part.near_radius, part.far_radius)}"/>'
