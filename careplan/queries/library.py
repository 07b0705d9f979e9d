"""The exercise library: filters, and a search that forgives slips of the keyboard.

A `Shelf` is what is known of a catalogue before anybody asks: every word with the exercises that
have it, and how many each filter leaves. It is made once for a catalogue and kept.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from careplan.models import ClinicExercise, ExercisePicture
from careplan.queries.catalogue import catalogue
from careplan.queries.home_plan import COMPONENTS
from careplan.rules.book import Exercise
from patients.models import Clinic

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
# Beginnings of words in an exercise's target that name a part of the body.
BODY_PARTS = {
    "Back": ("lumbar", "erector", "multifidus", "spinal", "back", "postur"),
    "Belly": ("abdom", "transversus", "oblique", "diaphragm", "trunk"),
    "Hips and buttocks": ("glute", "hip", "piriformis", "iliopsoas"),
    "Legs": ("hamstring", "quadriceps", "legs", "rectus femoris"),
    "Shoulders and chest": ("shoulder", "trapezius", "rhomboid", "thoracic", "chest", "lats"),
    "Heart": ("heart", "whole body"),
}
AT_HOME = {"mat", "chair", "wall", "pillow", "walking shoes"}  # what nobody has to buy
NOTHING = "nothing to buy"
MOST_THINGS = 12  # of equipment that a page lists

# How much a word says, by where it stands.
NAME, CODE, ALSO, TARGET, AROUND = 5, 5, 4, 2, 1
# How well a word fits what was typed: whole, its beginning, inside it, or nearly.
WHOLE, START, INSIDE, NEARLY = 1.0, 0.8, 0.5, 0.4
LEAST_INSIDE = 3  # letters; shorter pieces are inside everything
FEW = 3  # with fewer literal finds, near ones are shown below them


@dataclass(frozen=True)
class Filters:
    """What the library is narrowed to; empty means all. `without`: stop codes to keep clear of."""

    words: str = ""
    kinds: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    equipment: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    own: bool = False
    retired: bool = False

    @property
    def narrows(self) -> bool:
        """Whether a box is ticked."""
        return self != Filters(words=self.words)

    def take(self, exercise: Exercise) -> bool:
        """Whether the boxes let it through; what was typed is asked of the shelf."""
        return (
            bool(exercise.retired) == self.retired
            and (not self.own or exercise.own)
            and (not self.kinds or exercise.component in self.kinds)
            and (not self.levels or exercise.level in self.levels)
            and (not self.positions or not places(exercise).isdisjoint(self.positions))
            and (not self.body or not body_parts(exercise).keys().isdisjoint(self.body))
            and (not self.equipment or self._has(exercise))
            and (not self.without or set(self.without).isdisjoint(exercise.stops))
        )

    def _has(self, exercise: Exercise) -> bool:
        things = set(exercise.equipment)
        return not things.isdisjoint(self.equipment) or (
            NOTHING in self.equipment and things <= AT_HOME
        )


@lru_cache(maxsize=256)
def _places(position: str) -> frozenset[str]:
    return frozenset(name for name, ways in POSITIONS.items() if position in ways)


def places(exercise: Exercise) -> frozenset[str]:
    """The positions, as filters name them."""
    return _places(exercise.position)


@lru_cache(maxsize=8192)
def _body_parts(target: str) -> dict[str, None]:
    words = target.lower()
    return {part: None for part, starts in BODY_PARTS.items() if any(s in words for s in starts)}


def body_parts(exercise: Exercise) -> dict[str, None]:
    """The parts of the body that it works on, in order."""
    return _body_parts(exercise.target)


def line(exercise: Exercise) -> str:
    """`Core, lying, level 1, both sides`."""
    sides = ", both sides" if exercise.sides == 2 else ""
    where = POSITION_WORDS.get(exercise.position, exercise.position)
    return f"{COMPONENTS[exercise.component][0]}, {where}, level {exercise.level}{sides}"


# Search --------------------------------------------------------------------------------------


def words_of(text: str) -> list[str]:
    """Plain words: small letters without accents, "Bird-dog" as two, codes as one."""
    flat = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[a-z]{3}-(?:own\d*|\d+)|[^\W_]+", "".join(filter(_is_letter, flat)))


def _is_letter(sign: str) -> bool:
    return not unicodedata.combining(sign) and sign not in "'’"


@dataclass
class Shelf:
    """A catalogue made ready to be asked. `counts`: how many each filter leaves, by its name."""

    exercises: Mapping[str, Exercise]
    places_of: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    counts: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    vocabulary: tuple[str, ...] = ()

    def __post_init__(self):
        for exercise in self.exercises.values():
            self._add_words(exercise)
            if not exercise.retired:
                self._count(exercise)
            self.counts["retired"][bool(exercise.retired)] += 1
        self.vocabulary = tuple(self.places_of)
        self.order = {code: place for place, code in enumerate(self.exercises)}
        self.names = {code: words_of(one.name) for code, one in self.exercises.items()}

    def _add_words(self, exercise: Exercise) -> None:
        around = [exercise.position, *exercise.equipment, *body_parts(exercise)]
        said = [(exercise.code, CODE), (exercise.name, NAME), (exercise.target, TARGET)]
        said += [(text, ALSO) for text in exercise.also] + [(text, AROUND) for text in around]
        for text, weight in said:
            for word in words_of(text):
                there = self.places_of[word]
                there[exercise.code] = max(weight, there.get(exercise.code, 0))

    def _count(self, exercise: Exercise) -> None:
        self.counts["kind"][exercise.component] += 1
        self.counts["level"][exercise.level] += 1
        self.counts["position"].update(places(exercise))
        self.counts["body"].update(body_parts(exercise).keys())
        self.counts["equipment"].update(exercise.equipment)
        self.counts["equipment"][NOTHING] += set(exercise.equipment) <= AT_HOME
        self.counts["stops"].update(exercise.stops)
        self.counts["own"][bool(exercise.own)] += 1

    def search(self, filters: Filters) -> list[Exercise]:
        """What passes the filters and fits the words, the best first."""
        if not (asked := words_of(filters.words)):
            return [one for one in self.exercises.values() if filters.take(one)]
        passes = {code for code, one in self.exercises.items() if filters.take(one)}
        literal = [self._literal(word) for word in asked]
        near = [self._near(word) | known for word, known in zip(asked, literal, strict=True)]
        exact, loose = _all_of(literal), _all_of(near) | _most_of(near, literal, asked)
        least = max(exact.values()) if len(exact) >= FEW else 0  # then only what fits better still
        scores = {code: score for code, score in loose.items() if score > least} | exact
        kept = [code for code in scores if code in passes]
        kept.sort(key=lambda code: (-scores[code] - self._named(code, asked), self.order[code]))
        return [self.exercises[code] for code in kept]

    def _named(self, code: str, asked: list[str]) -> int:
        """More for the exercise that is called just that."""
        return NAME if self.names[code] == asked else 0

    def _literal(self, asked: str) -> dict[str, float]:
        """Code -> how well one word fits, where words begin as it was typed."""
        fits = {word: START for word in self.vocabulary if word.startswith(asked)}
        return self._codes(fits | ({asked: WHOLE} if asked in self.places_of else {}))

    def _near(self, asked: str) -> dict[str, float]:
        """The same for words that hold it, or differ by a letter (two, from eight letters on)."""
        if len(asked) < LEAST_INSIDE or "-" in asked:  # a code is typed right or wrong
            return {}
        slips = 2 if len(asked) >= 8 else 1
        found = process.extract(
            asked, self.vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None
        )
        fits = {word: NEARLY / distance for word, distance, _ in found if distance}
        return self._codes(fits | {word: INSIDE for word in self.vocabulary if asked in word})

    def _codes(self, fits: dict[str, float]) -> dict[str, float]:
        best: dict[str, float] = {}
        for word, fit in fits.items():
            for code, weight in self.places_of[word].items():
                best[code] = max(best.get(code, 0), fit * weight)
        return best


def _all_of(scores: list[dict[str, float]]) -> dict[str, float]:
    """Those that have every word, with their sums."""
    codes = set.intersection(*(set(one) for one in scores))
    return {code: sum(one[code] for one in scores) for code in codes}


def _most_of(near: list[dict], literal: list[dict], asked: list[str]) -> dict[str, float]:
    """Those that have a word as it was typed, and half of the letters in all."""
    letters = sum(map(len, asked))
    sums: dict[str, float] = {}
    for code in set().union(*literal):
        had = [n for n, one in enumerate(near) if code in one]
        if 2 * sum(len(asked[n]) for n in had) >= letters:
            sums[code] = sum(near[n][code] for n in had)
    return sums


# A clinic's shelf ----------------------------------------------------------------------------

LICENCES = dict(ClinicExercise.Licence.choices)
MOST_CLINICS = 64
_shelves: dict[int, Shelf] = {}


def shelf(clinic: Clinic) -> Shelf:
    """The clinic's library, ready to be searched; the catalogue's one query."""
    exercises = catalogue(clinic)
    kept = _shelves.get(clinic.pk)
    if kept is None or kept.exercises is not exercises:
        if len(_shelves) >= MOST_CLINICS:
            _shelves.pop(next(iter(_shelves)), None)
        kept = _shelves[clinic.pk] = Shelf(exercises)
    return kept


def picture(clinic: Clinic, picture_id) -> bytes | None:
    """The JPEG of one of the clinic's pictures; one query."""
    rows = ExercisePicture.objects.for_clinic(clinic).filter(pk=picture_id)
    content = rows.values_list("content", flat=True).first()
    return None if content is None else bytes(content)
