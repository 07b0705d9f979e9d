"""The exercise library: filters, and a search that forgives slips of the keyboard.

A `Shelf` is what is known of a catalogue before anybody asks: every word with the exercises that
have it, and how many each filter leaves. It is made once for a catalogue and kept.
"""

import re
import unicodedata
from bisect import bisect_left
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
WORD = re.compile(r"[a-z]{3}-(?:own\d*|\d+)|[^\W_]+")
LAST = "\U0010ffff"  # after every letter
MOST_WORDS = 12
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


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """Plain words: small letters without accents, "Bird-dog" as two, codes as one."""
    flat = unicodedata.normalize("NFKD", text.lower())
    return tuple(WORD.findall("".join(filter(_is_letter, flat))))


def _is_letter(sign: str) -> bool:
    return not unicodedata.combining(sign) and sign not in "'’"


@dataclass
class Shelf:
    """A catalogue made ready to be asked. `counts`: how many each filter leaves, by its name."""

    exercises: Mapping[str, Exercise]
    places_of: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    counts: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    vocabulary: list[str] = field(default_factory=list)

    def __post_init__(self):
        for exercise in self.exercises.values():
            self._add_words(exercise)
            if not exercise.retired:
                self._count(exercise)
            self.counts["retired"][bool(exercise.retired)] += 1
        self.vocabulary = sorted(self.places_of)
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
        if not (asked := words_of(filters.words)[:MOST_WORDS]):
            return [one for one in self.exercises.values() if filters.take(one)]
        literal = [self._literal(word) for word in asked]
        near = [self._near(word) | known for word, known in zip(asked, literal, strict=True)]
        exact = set.intersection(*map(self._codes, literal))
        loose = self._loose(asked, literal, near)
        scores = self._scores(exact, literal)
        least = max(scores.values()) if len(exact) >= FEW else 0  # then only what fits better
        more = self._scores(loose - exact, near)
        scores |= {code: score for code, score in more.items() if score > least}
        kept = [code for code in scores if filters.take(self.exercises[code])]
        kept.sort(key=lambda code: (-scores[code] - self._named(code, asked), self.order[code]))
        return [self.exercises[code] for code in kept]

    def _named(self, code: str, asked: tuple[str, ...]) -> int:
        """More for the exercise that is called just that."""
        return NAME if self.names[code] == asked else 0

    def _literal(self, asked: str) -> dict[str, float]:
        """Words that begin as it was typed, and how well they fit."""
        start, stop = (
            bisect_left(self.vocabulary, asked),
            bisect_left(self.vocabulary, asked + LAST),
        )
        fits = dict.fromkeys(self.vocabulary[start:stop], START)
        return fits | ({asked: WHOLE} if asked in self.places_of else {})

    def _near(self, asked: str) -> dict[str, float]:
        """Words that hold it, or differ by a letter (by two, from eight letters on)."""
        if len(asked) < LEAST_INSIDE or "-" in asked:  # a code is typed right or wrong
            return {}
        slips = 2 if len(asked) >= 8 else 1
        found = process.extract(
            asked, self.vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None
        )
        fits = {word: NEARLY / distance for word, distance, _ in found if distance}
        return fits | {word: INSIDE for word in self.vocabulary if asked in word}

    def _codes(self, fits: dict[str, float]) -> set[str]:
        """The exercises that have one of the words."""
        return set().union(*(self.places_of[word] for word in fits))

    def _loose(self, asked, literal, near) -> set[str]:
        """Those that have every word, or all but one, nearly; and one of them as it was typed."""
        sets, letters = list(map(self._codes, near)), sum(map(len, asked))
        found = set.intersection(*sets)
        typed = set().union(*map(self._codes, literal))
        for n, word in enumerate(asked):
            others = sets[:n] + sets[n + 1 :]
            if others and 2 * (letters - len(word)) >= letters:
                found |= set.intersection(*others) & typed
        return found

    def _scores(self, codes: set[str], fits: list[dict[str, float]]) -> dict[str, float]:
        """Code -> the sum, over what was asked, of the best fit."""
        sums = dict.fromkeys(codes, 0.0)
        for words in fits:
            best: dict[str, float] = {}
            for word, fit in words.items():
                there = self.places_of[word]
                for code in codes & there.keys() if len(codes) > len(there) else codes:
                    if code in there and fit * there[code] > best.get(code, 0):
                        best[code] = fit * there[code]
            for code, score in best.items():
                sums[code] += score
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
