"""The things around a person: mat, wall, chair, step, table; what stands still.

What is held or moves with the person is in `held`. Every prop has a `kind`, a place, and a
`layer`: back, held or front.
"""

from careplan.exchange.figure.frame import mat_corners
from careplan.exchange.figure.held import HELD
from careplan.exchange.figure.scene import Scene

LAYER = {
    "strap": "held",
    "band": "held",
    "box": "held",
    "loop": "front",
    "water": "front",
    "wheel": "front",
}
BEYOND = 500  # ground and water run on past the frame, so that a wider box on the page is filled
WAVE = 24


def draw_props(scene: Scene, layer: str) -> None:
    """The props of one layer. Raises KeyError for a kind that nobody draws."""
    for prop in scene.exercise.props:
        kind = prop["kind"]
        if prop.get("layer", LAYER.get(kind, "back")) != layer:
            continue
        if kind in HELD:
            HELD[kind](scene, prop)
        else:
            scene.put(STANDING[kind](prop, scene))


def draw_ground(scene: Scene) -> None:
    """The floor; seen from above it is all around."""
    left, right, box = scene.box.left - BEYOND, scene.box.right + BEYOND, scene.box
    top = box.top + BEYOND if scene.from_above else 0
    scene.put(f'<path class="ground" d="M{left:.0f} {-top:.0f}H{right:.0f}V600H{left:.0f}Z"/>')
    if not scene.from_above:
        scene.put(f'<path class="floor" d="M{left:.0f} 0H{right:.0f}"/>')


def _rect(css: str, x: float, y: float, width: float, height: float, rx: float) -> str:
    size = f'width="{width:g}" height="{height:g}" rx="{rx:g}"'
    return f'<rect class="{css}" x="{x:g}" y="{y:g}" {size}/>'


def _mat(prop: dict, scene: Scene) -> str:
    if not scene.from_above:
        return _rect("mat", prop["from"], 0, prop["to"] - prop["from"], 4, 2)
    ring = "L".join(f"{x:.1f} {-y:.1f}" for x, y in mat_corners(prop, scene.exercise.view))
    return f'<path class="mat" stroke-linejoin="round" d="M{ring}Z"/>'


def _wall(prop: dict, scene: Scene) -> str:
    x, side = prop["x"], prop.get("side", 1)
    ticks = "".join(f"M{x} {-height}l{7 * side} -7" for height in range(6, 184, 16))
    return f'<path class="wallhatch" d="{ticks}"/><path class="wall" d="M{x} 0V-186"/>'


def _chair(prop: dict, scene: Scene) -> str:
    """Its back rest is at the left, or at the right with `flip`."""
    seat, way = prop.get("height", 38), -1 if prop.get("flip") else 1
    return (
        f'<g transform="translate({prop["x"]} 0) scale({way} 1)">'
        f'<path class="chair" d="M2 {4 - seat}L0 0M38 {4 - seat}L40 0M1 {-seat}L-5 {-seat - 44}"/>'
        f"{_rect('seat', -2, -seat, 44, 6, 3)}{_rect('seat', -8.5, -seat - 46, 6.5, 26, 3)}</g>"
    )


def _block(prop: dict, scene: Scene) -> str:
    height = prop["height"]
    return _rect("seat", prop["x"], -height - prop.get("y", 0), prop["width"], height, 2)


def _table(prop: dict, scene: Scene) -> str:
    """A counter or a desk: its top, and a leg or a cupboard under it."""
    x, height, width, inset = prop["x"], prop["height"], prop["width"], prop.get("inset", 5)
    under = f'<path class="chair" d="M{x + width - 6} {-height}V-2"/>'
    if prop.get("cupboard"):
        under = _rect("panel", x + inset, -height, width - inset, height, 0)
    return under + _rect("seat", x, -height, width, 5, 2)


def _screen(prop: dict, scene: Scene) -> str:
    x, y = prop["x"], prop["y"]
    return f'<path class="chair" d="M{x} {-y}v-12"/>{_rect("seat", x - 3, -y - 42, 6, 34, 2)}'


def _rail(prop: dict, scene: Scene) -> str:
    return f'<path class="chair" d="M{prop["x"]} 0V{-prop["height"]}h{prop.get("width", 26)}"/>'


def _pillow(prop: dict, scene: Scene) -> str:
    width, height = prop["width"], prop["height"]
    low = -height - prop.get("y", 0)
    return _rect("pillow", prop["x"], low, width, height, min(height, width) / 2)


def _water(prop: dict, scene: Scene) -> str:
    left, right, y = scene.box.left - BEYOND, scene.box.right + BEYOND, prop["y"]
    waves = "q6 -3.4 12 0t12 0" * int((right - left) / WAVE)
    return (
        f'<path class="water" d="M{left:.0f} {-y}H{right:.0f}V0H{left:.0f}Z"/>'
        f'<path class="waves" d="M{left:.0f} {-y}{waves}"/>'
    )


def _car_seat(prop: dict, scene: Scene) -> str:
    """The car faces left."""
    return (
        f'<g transform="translate({prop["x"]} 0) scale(-1 1)">'
        '<path class="padding" d="M-16 -24C-20 -34 -12 -38 0 -37L40 -39C50 -39 50 -24 40 -24Z"/>'
        '<path class="padding" d="M-16 -30C-24 -34 -36 -84 -33 -88C-28 -96 -20 -90 -18 -84'
        'L-6 -36Z"/>'
        '<rect class="padding" x="-38" y="-118" width="11" height="22" rx="5"'
        ' transform="rotate(-9 -33 -107)"/>'
        '<path class="chair" d="M-8 -22V-12M34 -22V-12M-40 -10H104"/></g>'
    )


def _wheel(prop: dict, scene: Scene) -> str:
    x, y = prop["x"], -prop["y"]
    return (
        f'<ellipse class="wheel" cx="{x}" cy="{y}" rx="5" ry="17"'
        f' transform="rotate(-22 {x} {y})"/>'
        f'<path class="chair" d="M{x - 2} {y + 1}L{x - 24} {y + 16}V-10"/>'
    )


def _house(prop: dict, scene: Scene) -> str:
    x = prop["x"]
    return (
        f'<path class="panel" d="M{x} 0V-64l27 -22l27 22V0Z"/>'
        f'<path class="ground" d="M{x + 20} 0v-30h14v30Z"/>'
    )


STANDING = {
    "mat": _mat,
    "wall": _wall,
    "chair": _chair,
    "step": _block,
    "block": _block,
    "table": _table,
    "screen": _screen,
    "rail": _rail,
    "pillow": _pillow,
    "towel": _pillow,
    "water": _water,
    "carseat": _car_seat,
    "wheel": _wheel,
    "house": _house,
}
