"""Whole drawings: one pose, the poses side by side, the movement."""

from html import escape

from careplan.exchange.figure.arrows import arrows_to
from careplan.exchange.figure.frame import Box, frame_of
from careplan.exchange.figure.motion import course
from careplan.exchange.figure.palette import style_sheet
from careplan.exchange.figure.person import draw_person
from careplan.exchange.figure.poses import Poses
from careplan.exchange.figure.props import BEYOND, draw_ground, draw_props
from careplan.exchange.figure.scene import Scene
from careplan.exchange.figure.sheet import Sheet
from careplan.exchange.figure.solve import solve

HEIGHT = 360  # the height a file asks for; a page gives it any other
SEAM = 2.5  # width of the line between two panels that are seen from above


def draw_pose(exercise: Poses, which: int, theme: str) -> str:
    """One pose as a file."""
    box = frame_of(exercise)
    caption = exercise.captions[which]
    return _file(box.view_box, box, [_back(box), *_still(exercise, which)], theme, caption)


def draw_panels(exercise: Poses, theme: str) -> str:
    """All captioned poses side by side as one file; the ground runs through."""
    box, count = frame_of(exercise), len(exercise.captions)
    wide = Box(0, box.top, box.width * count, box.bottom)
    ground = Scene(exercise, (), (), wide, Sheet(), False)
    draw_ground(ground)
    panels = []
    for i in range(count):
        place = f'x="{i * box.width:.1f}" y="{-box.top:.1f}"'
        size = f'width="{box.width:.1f}" height="{box.height:.1f}" viewBox="{box.view_box}"'
        panels.append(f"<svg {place} {size}>{''.join(_still(exercise, i, f'p{i}'))}</svg>")
    seams = [_seam(box, i) for i in range(1, count) if ground.from_above]
    inner = [_back(wide), *ground.sheet.groups, *panels, *seams]
    return _file(wide.view_box, wide, inner, theme, exercise.alt)


def draw_moving(exercise: Poses, theme: str) -> str:
    """One person moving: runs once and rests. Stands still where less motion is asked for."""
    box, whole = frame_of(exercise), course(exercise)
    sheet = Sheet(course=whole)
    scene = Scene(exercise, whole.frames, whole.bodies, box, sheet, working=True)
    _draw(scene)
    _draw_moving_arrows(scene)
    return _file(box.view_box, box, [_back(box), *sheet.groups], theme, exercise.alt, sheet.css)


def _still(exercise: Poses, which: int, prefix: str = "") -> list[str]:
    """The groups of one pose; every pose after the first has its arrows and the working area."""
    working = which > 0 or len(exercise.poses) == 1
    pose = exercise.poses[which]
    body = solve(pose, exercise.view)
    scene = Scene(exercise, (pose,), (body,), frame_of(exercise), Sheet(prefix), working)
    _draw(scene)
    scene.put(arrows_to(exercise, which))
    return scene.sheet.groups


def _draw(scene: Scene) -> None:
    draw_ground(scene)
    draw_props(scene, "back")
    draw_person(scene)
    draw_props(scene, "front")


def _draw_moving_arrows(scene: Scene) -> None:
    """One set of arrows stays; several take turns with the movement."""
    sheet, exercise = scene.sheet, scene.exercise
    sets = [n for n in range(len(exercise.poses)) if arrows_to(exercise, n)]
    if exercise.flow or len(sets) == 1:
        scene.put(arrows_to(exercise, sets[-1]))
        return
    for n in sets:
        seen = ["visible" if pose == n else "hidden" for pose in sheet.course.heads_for]
        scene.put(f'<g class="{sheet.keyed(seen, "visibility")}">{arrows_to(exercise, n)}</g>')


def _back(box: Box) -> str:
    left, top = box.left - BEYOND, -box.top - BEYOND
    width, height = box.width + 2 * BEYOND, box.height + 2 * BEYOND
    size = f'width="{width:.0f}" height="{height:.0f}"'
    return f'<rect class="back" x="{left:.0f}" y="{top:.0f}" {size}/>'


def _seam(box: Box, number: int) -> str:
    x, size = number * box.width - SEAM / 2, f'width="{SEAM}" height="{box.height:.1f}"'
    return f'<rect class="seam" x="{x:.1f}" y="{-box.top:.1f}" {size}/>'


def _file(view_box: str, box: Box, inner: list[str], theme: str, title: str, css=()) -> str:
    width = round(HEIGHT * box.width / box.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}" width="{width}"'
        f' height="{HEIGHT}" role="img"><title>{escape(title)}</title>'
        f"<style>{style_sheet(theme, list(css))}</style>{''.join(inner)}</svg>\n"
    )
