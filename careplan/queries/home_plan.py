"""Reads of the home_plan door: the exercises of a plan, their minutes, who needs care with which.

An item is {"exercise", "bout", "sets", "reps", "hold_s", "short_day", "note"}, what a therapist
chooses, and {"s_per_rep", "rest_s", "sides"}, which stay the exercise's. Items are in the order of
the day; `bout` is its part of the day (BAR-05), 1 throughout where the day is one piece.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from careplan.models import Assessment, HomePlanItem, PlanVersion
from careplan.queries.catalogue import hidden as hidden_of
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


def default_item(code: str, exercises: Mapping[str, Exercise] | None = None) -> dict:
    """An exercise at its own dose, of the catalogue given or the rule book's; KeyError for a code
    that it does not have."""
    exercise = (book().exercises if exercises is None else exercises)[code]
    return {"exercise": code, "bout": 1, "short_day": False, "note": ""} | dose_of(exercise)


def dose_of(exercise: Exercise) -> dict:
    """The dose of an exercise as the catalogue has it, whole seconds, with its timing."""
    chosen = {"sets": exercise.sets, "reps": exercise.reps, "hold_s": int(exercise.hold_s)}
    return chosen | timing(exercise)


def timing(exercise: Exercise) -> dict:
    """What the minutes need beside the dose; no therapist chooses it."""
    return {
        "s_per_rep": int(exercise.s_per_rep),
        "rest_s": int(exercise.rest_s),
        "sides": exercise.sides,
    }


def minutes(item: dict) -> Decimal:
    """Minutes of an item, rounded up to a half (section 4 of the specification)."""
    names = ("sets", "reps", "hold_s", "s_per_rep", "rest_s", "sides")
    return Decimal(str(minutes_of(*(item[name] for name in names))))


def total(items: list[dict]) -> Decimal:
    """Minutes a day with changeovers; walking, cycling and water are counted apart (PT-08)."""
    counted = [minutes(item) for item in items if not is_aerobic(item)]
    return sum(counted, Decimal(0)) + CHANGEOVER * len(counted)


@dataclass(frozen=True)
class Bout:
    """One part of a day: what it is tied to, in words, and its items in order."""

    number: int
    anchor: str
    items: list[dict]

    @property
    def minutes(self) -> Decimal:
        return total(self.items)

    @property
    def over(self) -> bool:
        """Longer than a bout is meant to be."""
        return self.minutes > bout_limit()

    @property
    def whole(self) -> bool:
        """Over by a single exercise, which is not cut in two."""
        return self.over and len([one for one in self.items if not is_aerobic(one)]) == 1

    @property
    def apart(self) -> list[dict]:
        """Walking, cycling and water: not in its minutes (PT-08)."""
        return [one for one in self.items if is_aerobic(one)]


def bouts(items: list[dict], anchors: list[dict]) -> list[Bout]:
    """The bouts of a day, in order; none where the day is one piece."""
    if all(item["bout"] == 1 for item in items):
        return []
    return [
        Bout(n, anchor["words"], [item for item in items if item["bout"] == n])
        for n, anchor in enumerate(anchors, 1)
    ]


def bouts_of(version: PlanVersion) -> list[Bout]:
    """The bouts of a version's day."""
    home = getattr(version, "home_plan", None)
    return bouts(items_of(version), home.anchors) if home else []


def is_split(rows: Iterable[HomePlanItem]) -> bool:
    """Whether these rows, all of a home plan, are a day in bouts."""
    return any(row.bout > 1 for row in rows)


def bout_limit() -> Decimal:
    """Minutes of a bout, where they can be kept."""
    return Decimal(str(book().program["bout_minutes_most"]))


def is_aerobic(item: dict) -> bool:
    return item["exercise"].startswith(AEROBIC)


def with_short_day(items: list[dict]) -> list[dict]:
    """The items with the five-minute day marked: the "too tired" template's where the plan has
    them, then the plan's own in order, as long as they fit in five minutes."""
    wanted = book().templates[SHORT_TEMPLATE].items
    order = sorted(items, key=lambda item: item["exercise"] not in wanted)  # stable
    short: list[dict] = []
    for item in order:
        if total([*short, item]) <= SHORT_LIMIT and not is_aerobic(item):
            short.append(item)
    chosen = {item["exercise"] for item in short}
    return [item | {"short_day": item["exercise"] in chosen} for item in items]


def short_day_kept(items: list[dict]) -> list[dict]:
    """The five-minute day as it is marked, chosen anew where it is empty or too long."""
    short = [item for item in items if item["short_day"]]
    return items if short and total(short) <= SHORT_LIMIT else with_short_day(items)


def items_of(version: PlanVersion) -> list[dict]:
    """The items of a version as plain dicts, in order; empty before there are any."""
    home = getattr(version, "home_plan", None)
    return [as_item(row) for row in home.items.all()] if home else []


def as_item(row: HomePlanItem) -> dict:
    """What the therapist chose, without what follows from it."""
    names = ("exercise", "bout", "sets", "reps", "hold_s", "short_day", "note", "rest_s", "sides")
    return {name: getattr(row, name) for name in names} | {"s_per_rep": row.sec_per_rep}


def hidden(
    assessment: Assessment, exercises: Mapping[str, Exercise] | None = None
) -> dict[str, str]:
    """Exercises this person's conditions forbid, each with its reason (EXR-01); a clinic's own
    among them where its catalogue is given."""
    return hidden_of(assessment, exercises or {})


@dataclass(frozen=True)
class Care:
    """A caution code that holds for a person: what they have, and what to do about it."""

    code: str
    label: str
    note: str

    @property
    def badge(self) -> str:
        return CODE_BADGES.get(self.code, self.label)


def caution_notes(
    assessment: Assessment, exercises: Mapping[str, Exercise] | None = None
) -> dict[str, list[Care]]:
    """Every exercise (of the catalogue given, or the book's) that needs care with this person ->
    why and how."""
    facts, found = Facts(assessment.facts, book()), {}
    holds = {
        code: label
        for code, (label, condition) in book().stop_codes.items()
        if condition.truth(facts) is True
    }
    for exercise in (book().exercises if exercises is None else exercises).values():
        notes = [Care(code, holds[code], note) for code, note in exercise.cautions if code in holds]
        if notes:
            found[exercise.code] = notes
    return found


def code_words(code: str) -> str:
    """What a stop or caution code stands for, in the rule book's words."""
    return book().stop_codes[code][0]
