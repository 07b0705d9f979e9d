"""Things that move with the person: band, strap, stick, box, the loop round a foot, the bicycle."""

from careplan.exchange.figure.geometry import heading, polar
from careplan.exchange.figure.scene import Scene
from careplan.exchange.figure.sheet import Place
from careplan.exchange.figure.side import planted_at
from careplan.exchange.figure.skeleton import SIDES
from careplan.exchange.figure.solve import spot

DRAWN = 100  # bands and sticks are drawn this long and then stretched
HALF_THICK = {"stick": 1.7, "band": 1.5, "strap": 1.5}


def _line(scene: Scene, prop: dict) -> None:
    """From `a` to `b`, longer by `beyond` at both ends, `off` to its left."""
    view, half, more = scene.exercise.view, HALF_THICK[prop["kind"]], prop.get("beyond", 0)
    places, knots = [], []
    for body in scene.bodies:
        a, b = spot(prop["a"], body, view), spot(prop["b"], body, view)
        angle, length = heading(a, b)
        start = polar(polar(a, angle, -more), angle + 90, prop.get("off", 0))
        places.append(Place(*start, angle, (length + 2 * more) / DRAWN))
        knots.append(Place(*b))
    scene.put(f'<path d="M0 {-half}H{DRAWN}V{half}H0Z"/>', prop["kind"], places)
    if prop.get("knot"):
        scene.put('<circle r="3"/>', "seat", knots)


def _loop(scene: Scene, prop: dict) -> None:
    """A strap round the sole of a foot."""
    feet = [Place(*foot.start, foot.angle) for foot in scene.parts(f"foot_{prop['foot']}")]
    scene.put('<path d="M1 -4.6C7 -5 9.6 1 9 8"/>', "strapline", feet)


def _box(scene: Scene, prop: dict) -> None:
    places = [Place(*spot(prop["at"], body, scene.exercise.view)) for body in scene.bodies]
    scene.put(
        '<rect class="box" x="-13" y="-9" width="26" height="19" rx="2"/>'
        '<path class="boxline" d="M-13 -3.4H13"/>',
        "",
        places,
    )


def _bike(scene: Scene, prop: dict) -> None:
    """`x`, `y` is the crank; `saddle` and `bar` are places."""
    x, y, (sx, sy), (hx, hy) = prop["x"], prop["y"], prop["saddle"], prop["bar"]
    scene.put(
        f'<circle class="wheel" cx="{x + 40}" cy="-26" r="22"/>'
        f'<circle class="seat" cx="{x + 40}" cy="-26" r="4"/>'
        f'<path class="chair" d="M{x - 30} -2H{x + 58}M{x} {-y}L{sx} {3 - sy}M{x} {-y}L{x + 40} -26'
        f"M{x} {-y}L{x + 4} -2M{x + 6} {-y - 4}L{hx - 4} {6 - hy}"
        f'L{hx} {-hy}l8 1"/>'
        f'<rect class="seat" x="{sx - 14}" y="{-sy}" width="27" height="6.5" rx="3"/>'
        f'<circle class="seat" cx="{x}" cy="{-y}" r="8"/>'
    )
    for side in SIDES:
        pedals = [Place(*planted_at(frame[f"leg_{side}"])) for frame in scene.frames]
        pedal = '<rect class="seat" x="-3" y="6" width="17" height="3.4" rx="1.5"/>'
        scene.put(pedal, "", pedals)


HELD = {
    "strap": _line,
    "band": _line,
    "stick": _line,
    "loop": _loop,
    "box": _box,
    "bike": _bike,
}
