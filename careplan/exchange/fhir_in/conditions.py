"""Condition -> conditions, onset and factors of the intake. Codes decide; words are only shown."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from careplan.exchange import codings
from careplan.exchange.codings import ConditionMeaning
from careplan.exchange.fhir_in.document import Found
from careplan.exchange.fhir_in.proposal import Notebook, Understood, counted, naming
from careplan.exchange.fhir_in.shapes import code_values, codes, day, name, part, text

ACTIVE = {"active", "recurrence", "relapse"}
ENDED = {"inactive", "remission", "resolved"}
NOT_MEANT = {"refuted", "entered-in-error"}
UNSURE = {"unconfirmed", "provisional", "differential"}
# A pregnancy that began longer ago is over, whatever the record says.
PREGNANCY_DAYS = 300

CANCER_WORDS = re.compile(
    r"cancer|carcinom|malignan|metasta|lymphoma|leuk|myeloma|sarcoma|tumou?r", re.IGNORECASE
)
BACK_WORDS = re.compile(
    r"(?<!come )(?<!came )\bback\b|lumbar|lumbago|sciatica|spin(e|al)", re.IGNORECASE
)


@dataclass(frozen=True)
class Problem:
    """A Condition that the codings know."""

    path: str
    label: str
    meaning: ConditionMeaning
    active: bool
    onset: date | None
    status: str


def read_conditions(items: list[Found], notebook: Notebook) -> None:
    problems = [problem for item in items if (problem := _problem(item, notebook))]
    _social(problems, notebook)
    _ended(problems, notebook)
    onset = _onset(problems, notebook)
    for problem in problems:
        if not problem.meaning.social and (
            problem.active or problem.meaning.past or problem.meaning.past_ask
        ):
            _note(problem, problem is onset, notebook)


def _problem(item: Found, notebook: Notebook) -> Problem | None:
    code = part(item.data, "code")
    label = name(code)
    doubt = set(code_values(part(item.data, "verificationStatus")))
    if doubt & NOT_MEANT:
        notebook.group("refuted", item.path, label)
        return None
    status = next(iter(code_values(part(item.data, "clinicalStatus"))), "")
    if doubt & UNSURE:
        notebook.miss(
            f"{item.path}/verificationStatus",
            label,
            "Not confirmed in the record. Ask, and tick it if true.",
        )
        return None
    meaning = _meaning(code)
    if meaning is None:
        _unknown(item, label, status, notebook)
        return None
    return Problem(
        path=item.path,
        label=meaning.label if meaning.label and not label else label,
        meaning=meaning,
        active=status not in ENDED and "abatementDateTime" not in item.data,
        onset=_began(item, label, notebook),
        status=", ".join(_remarks(item, status)),
    )


def _remarks(item: Found, status: str) -> list[str]:
    said = text(item.data.get("onsetDateTime"), 20)
    remarks = [] if status in ACTIVE | ENDED else ["status not given"]
    return remarks + ([f"since {said}: ask for the day"] if said and not day(said) else [])


def _meaning(code: dict) -> ConditionMeaning | None:
    meanings = (codings.condition(coding.system, coding.code) for coding in codes(code))
    return next((meaning for meaning in meanings if meaning), None)


def _began(item: Found, label: str, notebook: Notebook) -> date | None:
    onset = day(item.data.get("onsetDateTime")) or day(part(item.data, "onsetPeriod").get("start"))
    if onset and onset > notebook.as_of:
        notebook.miss(
            f"{item.path}/onsetDateTime",
            f"{label}: start {onset}",
            "This date lies in the future. Ask since when.",
        )
        return None
    return onset


def _unknown(item: Found, label: str, status: str, notebook: Notebook) -> None:
    if status in ENDED and not CANCER_WORDS.search(label):
        notebook.group("ended", item.path, label)
        return
    found = codes(part(item.data, "code"))
    why = "There are only words and no code, so nothing was ticked."
    if found:
        why = f"The code {found[0].code} is not one that the import knows. Tick it in the intake if it matters."
    if any(codings.condition(codings.SNOMED, c.code) and c.system != codings.SNOMED for c in found):
        why = f"The code {found[0].code} is a SNOMED CT code under the name of another system. Ask, and tick it if true."
    notebook.miss(f"{item.path}/code", label or "Condition without a name", f"{why}{_hint(label)}")


def _hint(label: str) -> str:
    hints = []
    if CANCER_WORDS.search(label):
        hints.append(" It mentions cancer: ask the red-flag question about cancer first.")
    if BACK_WORDS.search(label):
        hints.append(" It mentions the back: ask since when.")
    return "".join(hints)


def _social(problems: list[Problem], notebook: Notebook) -> None:
    rows = [problem for problem in problems if problem.meaning.social]
    if rows:
        many = counted(len(rows), "entry", "entries")
        notebook.note(rows[0].path, "Work, school and home", f"{many}, not carried over", None)


def _ended(problems: list[Problem], notebook: Notebook) -> None:
    for problem in problems:
        meaning = problem.meaning
        if not (problem.active or meaning.social or meaning.past or meaning.past_ask):
            notebook.group("ended", problem.path, problem.label)


def report_ended(notebook: Notebook) -> None:
    if rows := notebook.groups.pop("ended", []):
        names = naming([label for _, label in rows])
        notebook.note(rows[0][0], "Past conditions", f"{len(rows)} not carried over: {names}", None)


def _onset(problems: list[Problem], notebook: Notebook) -> Problem | None:
    """The pain whose start is taken: the earliest back pain, else the earliest chronic pain without a site."""
    for kind in ("back", "unspecific"):
        dated = [p for p in problems if p.meaning.pain == kind and p.active and p.onset]
        if dated:
            first = min(dated, key=lambda problem: problem.onset)
            notebook.intake["episode"] = {"onset": first.onset.isoformat()}
            return first
    return None


def _note(problem: Problem, gives_onset: bool, notebook: Notebook) -> Understood:
    meaning = problem.meaning
    given = _given(problem, notebook.as_of)
    conditions = notebook.intake.setdefault("conditions", []) if given else []
    conditions.extend(code for code in given if code not in conditions)
    notebook.kidney_disease |= meaning.kidney and problem.active
    used = "/conditions" if given else ""
    used = (
        "/episode/onset"
        if gives_onset
        else used or _factor(problem, notebook) or _pregnancy(problem, notebook)
    )
    words = ["active" if problem.active else "in the past", problem.status]
    words = [", ".join(filter(None, words)), meaning.ask if problem.active else meaning.past_ask]
    return notebook.note(
        problem.path, problem.label, ". ".join(filter(None, words)), problem.onset, used
    )


def _given(problem: Problem, today: date) -> tuple[str, ...]:
    meaning = problem.meaning
    given = meaning.gives if problem.active else meaning.past
    if problem.onset and problem.onset > today - timedelta(days=meaning.recent_days):
        given += meaning.recent
    return given


def _factor(problem: Problem, notebook: Notebook) -> str:
    if not (problem.meaning.factor and problem.active):
        return ""
    factors = notebook.intake.setdefault("episode", {}).setdefault("factors", [])
    if problem.meaning.factor not in factors:
        factors.append(problem.meaning.factor)
    return "/episode/factors"


def _pregnancy(problem: Problem, notebook: Notebook) -> str:
    if not (problem.meaning.pregnancy and problem.active and problem.onset):
        return ""
    if problem.onset < notebook.as_of - timedelta(days=PREGNANCY_DAYS):
        return ""
    notebook.intake["person"].update(pregnant="yes", pregnant_on=problem.onset.isoformat())
    return "/person/pregnant"
