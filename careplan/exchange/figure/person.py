"""The person of a scene, drawn from back to front."""

from careplan.exchange.figure.heads import head_side
from careplan.exchange.figure.props import draw_props
from careplan.exchange.figure.scene import Scene
from careplan.exchange.figure.shapes import CLOTH
from careplan.exchange.figure.sheet import Place
from careplan.exchange.figure.skeleton import HEAD_RADIUS, LIMBS, SIDES, TRUNK
from careplan.exchange.figure.working import draw_working

CHAINS = {
    "torso": TRUNK,
    **{
        f"{limb}_{side}": tuple(f"{part}_{side}" for part in parts)
        for limb, parts in LIMBS.items()
        for side in SIDES
    },
}


def draw_person(scene: Scene) -> None:
    """Limbs, trunk, head, the working area and what is held, in the exercise's own order."""
    for which in scene.exercise.order:
        if which in ("working", "above"):
            draw_working(scene, over=which == "above")
        elif which == "held":
            draw_props(scene, "held")
        elif which == "head":
            _draw_head(scene)
        else:
            _draw_chain(scene, which)


def _draw_chain(scene: Scene, which: str) -> None:
    """Near limbs carry a line in the ground's colour, so that left and right stay apart."""
    names, far = CHAINS[which], " far" if which.endswith("_f") else ""
    if which == "torso" and scene.exercise.view:
        names = ("girdle", *names, "yoke")
    if which != "torso":
        for name in names:
            scene.sheet.part(name, scene.parts(name), "gap")
    for name in names:
        scene.sheet.part(name, scene.parts(name), CLOTH[name.split("_")[0]] + far)


def _draw_head(scene: Scene) -> None:
    if not scene.exercise.view:
        necks = [Place(neck.x, neck.y, neck.angle) for neck in scene.parts("neck")]
        scene.put(head_side(), "", necks)
        return
    scene.sheet.part("neck", scene.parts("neck"), CLOTH["neck"])
    heads = scene.parts("head")
    looks = list(dict.fromkeys(head.look for head in heads))
    for look in looks:  # a turning head is a row of drawn heads, one of them visible
        inner = f'<circle class="gap" r="{HEAD_RADIUS}"/>{look}'
        if len(looks) > 1:
            seen = ["visible" if head.look == look else "hidden" for head in heads]
            inner = f'<g class="{scene.sheet.keyed(seen, "visibility")}">{inner}</g>'
        scene.put(inner, "", [Place(*head.start) for head in heads])
