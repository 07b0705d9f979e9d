"""The rows of the rule book: what a rule, a question, an exercise or a card is made of."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of a rule: the first level whose condition holds is the one that fires.

    `finding` is what a finding of it says whoever it is about. Texts that name facts are in
    `to_fill`: (key of the finding, (words, name of a fact, words, ...)).
    """

    severity: str
    condition: object
    message: str
    patient_message: str | None
    effect: str | None = None
    refer: tuple = ()
    follow_up: tuple = ()
    with_drugs: tuple = ()
    max_days: int | None = None
    drugs: tuple = ()
    finding: dict | None = None
    to_fill: tuple = ()


@dataclass(frozen=True, slots=True)
class Checker:
    """Who checked a rule: a named person with a licence, and the day."""

    name: str
    licence: str
    on: date

    def __str__(self):
        return f"{self.name}, {self.licence}, {self.on:%d %B %Y}".replace(", 0", ", ")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its owner. `drugs`: which drugs it judges; `quiet`: unknown asks for nothing.

    `levels` is what a reader sees; a rule about drugs is evaluated by `by_drug[drug]`.
    """

    id: str
    title: str
    levels: tuple
    sources: tuple
    confidence: str
    author: str
    checker: object  # a Checker, or None until a named clinician has checked it
    review: date
    drugs: tuple = ()
    by_drug: dict | None = None
    quiet: bool = False
    file: str = ""
    subject: str = "intake"

    @property
    def severity(self):
        """The severity of the first, gravest level."""
        return self.levels[0].severity


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of record that rules judge. `holds_intake`: it is an intake with more in it."""

    name: str
    label: str
    holds_intake: bool


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file of rules, in the book's order."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A row of the specification that is no rule: where it lives and which test holds it."""

    id: str
    lives: str
    where: str
    test: str


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose template: steps of (mg, times a day at most, days, "course" or "on")."""

    drug: str
    steps: tuple
    condition: object = None


@dataclass(frozen=True, slots=True)
class Source:
    key: str
    title: str
    year: int
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    label: str
    plain: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A named condition that rules share, such as `neurological_sign`."""

    id: str
    label: str
    condition: object
    source: str
    subject: str = "intake"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One red-flag question: its rule, who may clear it, which side effects answer it."""

    code: str
    rule: str
    core: bool
    emergency: bool
    emergency_with: tuple = ()
    effects: tuple = ()
    applies: object = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form. `path`: the JSON pointer of the intake that it fills."""

    id: str
    step: str
    path: str
    kind: str
    label: str
    patient_label: str
    group: str = ""
    help: str = ""
    ask: str = ""
    unit: str = ""
    min: float | None = None
    max: float | None = None
    choices: tuple = ()
    rules: tuple = ()
    required: bool = False
    applies: object = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise; `minutes` comes from its dose, never typed by hand.

    `also`: other names that people look for; `equipment`: what it needs beside a mat or a chair.
    """

    own = retired = False  # a clinic's own says otherwise

    code: str
    name: str
    target: str
    position: str
    level: int
    sets: int
    reps: int
    hold_s: float
    s_per_rep: float
    rest_s: float
    sides: int
    steps: tuple
    stops: tuple
    cautions: tuple
    easier: str
    harder: str
    easier_code: str
    harder_code: str
    minutes: float
    also: tuple = ()
    equipment: tuple = ()

    @property
    def component(self):
        return self.code[:3]


@dataclass(frozen=True, slots=True)
class Template:
    code: str
    name: str
    items: tuple
    use_when: str
    aerobic: tuple = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a smallest real change: so many points, and such a share of the start."""

    points: float = 0.0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """An outcome measure: range, which way is better, smallest real change, licence."""

    code: str
    row: str
    title: str
    scoring: str
    low: float
    high: float
    better: str
    answers: tuple
    real: tuple
    worse: tuple
    core: bool
    frequency: str
    licence: str
    shipped: bool
    source: str
    confidence: str
    real_single: tuple = ()

    def ways(self, single=False):
        """The ways to a real change for the better; `single`: of one answer alone."""
        return self.real_single if single and self.real_single else self.real


@dataclass(frozen=True, slots=True)
class WordPlace:
    """A list of an intake whose entries hold typed words, and the flags that they do not raise."""

    path: str
    key: str
    without: tuple


@dataclass(frozen=True, slots=True)
class Card:
    """A self-care or education card in plain words."""

    code: str
    title: str
    text: str
    condition: object = None
    kind: str = "education"
    leads_to: tuple = ()
    follow_up: tuple = ()


@dataclass(frozen=True, slots=True)
class Factor:
    """A contributing factor: parts of a programme and cards that answer it, and when it is there
    without being told."""

    code: str
    components: tuple
    cards: tuple
    when: object = None


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer as shipped: what it counts ("visits" or "USD"), how many in a period, and whether it
    wants to be asked before. A clinic changes every number."""

    code: str
    label: str
    unit: str
    period: str
    asks_before: bool
    warn_share: float
    limit: int | None = None


class Habit(NamedTuple):
    """Something people do each day anyway, that a bout of exercises is tied to (BAR-05)."""

    code: str
    words: str
    source: str
    confidence: str


class Zone(NamedTuple):
    """How a patient judges pain while moving: which pain, what to do, what it means."""

    code: str
    pain: str
    above: str
    says: str
    means: str
