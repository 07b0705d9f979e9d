"""What a healthy adult can do, held against every pose and every moment between two poses."""

import math

from careplan.exchange.figure.geometry import apart, dot, slope, wrap
from careplan.exchange.figure.motion import course
from careplan.exchange.figure.poses import Poses
from careplan.exchange.figure.side import planted_at, solve_side
from careplan.exchange.figure.skeleton import LIMB_KEYS, SIDES, TRUNK
from careplan.exchange.figure.turned import in_space

RANGE = {  # degrees
    "knee": (-3, 150),
    "elbow": (-3, 150),
    "hip": (-32, 128),
    "shoulder": (-65, 186),
    "lumbar": (-32, 42),
    "thorax": (-32, 45),
    "ankle": (-5, 135),
    "abduction": (-30, 55),  # from here on, measured in a turned view alone
    "turn": (0, 65),
    "reach back": (-180, 62),
}
FLOOR = 1.5  # centimetres that every joint must stay above it
NEAR_ENOUGH = 1  # centimetres between a planted hand or foot and its place
WORDS = {"arm": ("fore", "wrist", "hand"), "leg": ("shin", "ankle", "foot")}


def faults_of(exercise: Poses) -> list[str]:
    """Sentences about what no body can do in an exercise."""
    found = []
    for number, pose in enumerate(exercise.poses, 1):
        found += pose_faults(f"{exercise.code} pose {number}", pose, exercise)
    if found:
        return found
    whole = course(exercise)
    for percent, pose in zip(whole.percent, whole.frames, strict=True):
        where = f"{exercise.code} at {percent:g} % of the movement"
        if found := pose_faults(where, pose, exercise):
            break  # the moments after it mostly repeat its faults
    return found


def pose_faults(where: str, pose: dict, exercise: Poses) -> list[str]:
    """Joints past their range, anything under the floor, planted limbs that miss their place."""
    measure = _measure_turned if exercise.view else _measure_side
    angles, heights, ends = measure(pose, exercise.view)
    found = []
    for joint, value in angles.items():
        low, high = RANGE[joint.split("_")[0]]
        if joint not in exercise.out_of_plane and not low <= value <= high:
            found.append(f"{where}: {joint} at {value:.0f} deg, a person reaches {low} to {high}")
    for joint, height in heights.items():
        if height < FLOOR:
            found.append(f"{where}: {joint} is {height:.1f} cm above the floor, needs {FLOOR}")
    for limb in LIMB_KEYS:
        spec = pose[limb]
        if isinstance(spec, dict):
            gap = math.dist(ends[limb], planted_at(spec))
            if gap > NEAR_ENOUGH:
                found.append(f"{where}: {limb} misses its place by {gap:.1f} cm")
    return found


def _measure_side(pose: dict, view) -> tuple[dict, dict, dict]:
    """Angles by joint, heights above the floor, and where the limbs end."""
    body = solve_side(pose)
    angle = {name: part.angle for name, part in body.parts.items()}
    pelvis, lumbar, thorax = pose["spine"]
    found = {"lumbar": wrap(pelvis - lumbar), "thorax": wrap(lumbar - thorax)}
    for side in SIDES:
        thigh, shin, upper = (angle[f"{name}_{side}"] for name in ("thigh", "shin", "upper"))
        found |= {
            f"hip_{side}": wrap(thigh - pelvis + 180),
            f"knee_{side}": wrap(thigh - shin),
            f"elbow_{side}": wrap(angle[f"fore_{side}"] - upper),
            f"shoulder_{side}": wrap(upper - thorax + 180, -120),
            f"ankle_{side}": wrap(angle[f"foot_{side}"] - shin),
        }
    heights = {name: y for name, (_, y) in body.joints.items() if not name.startswith("sole")}
    ends = {limb: body.joints[f"{WORDS[limb[:3]][1]}_{limb[-1]}"] for limb in LIMB_KEYS}
    return found, heights, ends


def _measure_turned(pose: dict, view: dict) -> tuple[dict, dict, dict]:
    """The same in space."""
    posture = in_space(pose, view)
    way, ways = posture.way, posture.ways
    found = {"turn": apart(ways["hips"], ways["shoulders"])}
    for side, sign in (("n", 1), ("f", -1)):
        thigh, shin, upper = (way(f"{name}_{side}") for name in ("thigh", "shin", "upper"))
        ahead, down = dot(thigh, ways["pelvis_ahead"]), -dot(thigh, ways["pelvis_up"])
        found |= {
            f"knee_{side}": apart(thigh, shin),
            f"elbow_{side}": apart(upper, way(f"fore_{side}")),
            f"hip_{side}": math.degrees(math.atan2(ahead, down)),
            f"abduction_{side}": sign * slope(thigh, ways["hips"]),
            f"reach back_{side}": -slope(upper, ways["chest_ahead"]),
            f"ankle_{side}": apart(shin, way(f"foot_{side}")),
        }
    heights = {name: stop[1] for name, (_, stop) in posture.bones.items() if name not in TRUNK}
    ends = {limb: posture.bones[f"{WORDS[limb[:3]][0]}_{limb[-1]}"][1] for limb in LIMB_KEYS}
    return found, heights, ends
