"""Reads of the home_plan door: the rule book's exercises, and the minutes of a list of them.

An item is {"exercise", "sets", "reps", "hold_s", "short_day", "note"}: what a therapist chooses.
Seconds a repetition, rests and sides stay the rule book's.
"""

from dataclasses import dataclass
from decimal import Decimal

from careplan.models import Assessment, HomePlanItem, PlanVersion
from careplan.rules.book import Exercise, book, minutes_of
from careplan.rules.facts import Facts

LIMIT = Decimal(15)  # PT-08
SHORT_LIMIT = Decimal(5)  # PT-11, SM-07
CHANGEOVER = Decimal("0.25")  # minutes to change over, an item
AEROBIC = "AER"
SHORT_TEMPLATE = "TPL-T"
# Five parts of a program (PT-05): as a heading, and as one short word.
COMPONENTS = {
    "EXP": ("Graded movement", "Graded"),
    "POS": ("Posture", "Posture"),
    "COR": ("Core", "Core"),
    "FLX": ("Flexibility", "Stretch"),
    "AER": ("Walking and cycling", "Walking"),
}
POSITIONS = {
    "Lying": ("supine", "prone", "prone or side-lying", "side-lying"),
    "Hands and knees": ("hands and knees", "kneeling"),
    "Sitting": ("sitting", "sitting or standing"),
    "Standing": ("standing", "sitting or standing"),
    "In water": ("pool",),
}
POSITION_WORDS = {
    "supine": "lying",
    "prone": "lying on the front",
    "prone or side-lying": "lying on the front or side",
    "side-lying": "lying on the side",
    "pool": "in water",
}
# Stop and caution codes in a word or two, for badges.
CODE_BADGES = {
    "OSTEOP": "Thin bones",
    "POSTOP": "New spine surgery",
    "PREG": "Pregnancy",
    "PREG20": "Pregnancy, 20 weeks on",
    "AAA": "Aneurysm",
    "HTN-UNC": "High blood pressure",
    "HF": "Heart failure",
    "HIP": "Hip",
    "EXT-INT": "Bending back",
    "FLEX-INT": "Bending forward",
    "STENOSIS": "Narrow canal",
    "SPONDY": "Slipped vertebra",
    "SKIN": "Broken skin",
    "HEART": "Unstable heart",
    "RADIC": "Leg pain",
    "BALANCE": "Balance",
    "FALLS": "Falls",
    "KNEE": "Knee",
    "SHLD": "Shoulder",
    "WRIST": "Wrist",
    "COPD": "COPD",
    "EPIL": "Epilepsy",
    "CAD": "Heart arteries",
    "ANY": "Take care",
}
# Words of an exercise's target that name a part of the body.
BODY_PARTS = {
    "Back": ("lumbar", "erector", "multifidus", "spinal", "back", "postur"),
    "Belly": ("abdom", "transversus", "oblique", "diaphragm", "trunk"),
    "Hips and buttocks": ("glute", "hip", "piriformis", "iliopsoas"),
    "Legs": ("hamstring", "quadriceps", "legs", "rectus femoris"),
    "Shoulders and chest": ("shoulder", "trapezius", "rhomboid", "thoracic", "chest", "lats"),
    "Heart": ("heart", "whole body"),
}


def default_item(code: str) -> dict:
    """The rule book's dose of an exercise; KeyError for a code that it does not have."""
    exercise = book().exercises[code]
    return {
        "exercise": code,
        "sets": exercise.sets,
        "reps": exercise.reps,
        "hold_s": int(exercise.hold_s),
        "short_day": False,
        "note": "",
    }


def minutes(item: dict) -> Decimal:
    """Minutes of an item, rounded up to a half (section 4 of the specification)."""
    exercise = book().exercises[item["exercise"]]
    took = minutes_of(
        item["sets"],
        item["reps"],
        item["hold_s"],
        exercise.s_per_rep,
        exercise.rest_s,
        exercise.sides,
    )
    return Decimal(str(took))


def total(items: list[dict]) -> Decimal:
    """Minutes a day with changeovers; walking, cycling and water are counted apart (PT-08)."""
    counted = [minutes(item) for item in items if not item["exercise"].startswith(AEROBIC)]
    return sum(counted, Decimal(0)) + CHANGEOVER * len(counted)


def with_short_day(items: list[dict]) -> list[dict]:
    """The items with the five-minute day marked: the "too tired" template's where the plan has
    them, then the plan's own in order, as long as they fit in five minutes."""
    wanted = book().templates[SHORT_TEMPLATE].items
    order = sorted(items, key=lambda item: item["exercise"] not in wanted)  # stable
    short: list[dict] = []
    for item in order:
        if total([*short, item]) <= SHORT_LIMIT and not item["exercise"].startswith(AEROBIC):
            short.append(item)
    chosen = {item["exercise"] for item in short}
    return [item | {"short_day": item["exercise"] in chosen} for item in items]


def items_of(version: PlanVersion) -> list[dict]:
    """The items of a version as plain dicts, in order; empty before there are any."""
    home = getattr(version, "home_plan", None)
    return [as_item(row) for row in home.items.all()] if home else []


def as_item(row: HomePlanItem) -> dict:
    """What the therapist chose, without what follows from it."""
    names = ("exercise", "sets", "reps", "hold_s", "short_day", "note")
    return {name: getattr(row, name) for name in names}


def hidden(assessment: Assessment) -> dict[str, str]:
    """Exercises this person's conditions forbid, each with its reason (EXR-01)."""
    home = assessment.result.get("home_plan") or {}
    return {row["id"]: row.get("because", "") for row in home.get("hidden", [])}


@dataclass(frozen=True)
class Care:
    """A caution code that holds for a person: what they have, and what to do about it."""

    code: str
    label: str
    note: str

    @property
    def badge(self) -> str:
        return CODE_BADGES.get(self.code, self.label)


def caution_notes(assessment: Assessment) -> dict[str, list[Care]]:
    """Every exercise that needs care with this person -> why and how."""
    facts, found = Facts(assessment.facts, book()), {}
    holds = {
        code: label
        for code, (label, condition) in book().stop_codes.items()
        if condition.truth(facts) is True
    }
    for exercise in book().exercises.values():
        notes = [Care(code, holds[code], note) for code, note in exercise.cautions if code in holds]
        if notes:
            found[exercise.code] = notes
    return found


@dataclass(frozen=True)
class Filters:
    """What the library is narrowed to; empty means all."""

    words: str = ""
    kinds: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether a box is ticked."""
        return bool(self.kinds or self.body or self.positions or self.levels)

    def take(self, exercise: Exercise) -> bool:
        places = [place for name in self.positions for place in POSITIONS.get(name, ())]
        return (
            self._says(exercise)
            and (not self.kinds or exercise.component in self.kinds)
            and (not self.body or bool(set(self.body) & set(body_parts(exercise))))
            and (not self.positions or exercise.position in places)
            and (not self.levels or exercise.level in self.levels)
        )

    def _says(self, exercise: Exercise) -> bool:
        written = f"{exercise.name} {exercise.code} {exercise.target}".lower()
        text = f"{written} {written.replace('-', ' ')}"  # "bird dog" finds Bird-dog
        return all(word in text for word in self.words.lower().split())


def library(filters: Filters) -> list[Exercise]:
    """The rule book's exercises that pass, in the book's order; no SQL."""
    return [exercise for exercise in book().exercises.values() if filters.take(exercise)]


def body_parts(exercise: Exercise) -> list[str]:
    """The parts of the body an exercise works, from the words of its target."""
    target = exercise.target.lower()
    return [name for name, words in BODY_PARTS.items() if any(word in target for word in words)]


def kind(exercise: Exercise) -> str:
    return COMPONENTS[exercise.component][0]


def position(exercise: Exercise) -> str:
    return POSITION_WORDS.get(exercise.position, exercise.position)


def line(exercise: Exercise) -> str:
    """`Core, lying, level 1, both sides`."""
    sides = ", both sides" if exercise.sides == 2 else ""
    return f"{kind(exercise)}, {position(exercise)}, level {exercise.level}{sides}"


def code_words(code: str) -> str:
    """What a stop or caution code stands for, in the rule book's words."""
    return book().stop_codes[code][0]
