"""What every part of a drawing needs to know: the exercise, its solved moments, frame and sheet."""

from dataclasses import dataclass

from careplan.exchange.figure.frame import Box
from careplan.exchange.figure.poses import Poses
from careplan.exchange.figure.sheet import AS_DRAWN, Sheet
from careplan.exchange.figure.skeleton import Body, Part
from careplan.exchange.figure.solve import from_above


@dataclass
class Scene:
    exercise: Poses
    frames: tuple[dict, ...]  # one pose, or one for each moment of the movement
    bodies: tuple[Body, ...]  # the same, solved
    box: Box
    sheet: Sheet
    working: bool  # show where the work or the stretch is felt

    @property
    def from_above(self) -> bool:
        return from_above(self.exercise.view)

    def parts(self, name: str) -> list[Part]:
        """One body part at every moment."""
        return [body.parts[name] for body in self.bodies]

    def put(self, inner: str, css: str = "", places=AS_DRAWN) -> None:
        self.sheet.put(inner, css, places)
