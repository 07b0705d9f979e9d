"""What keeps a draft from being signed."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from careplan.models import Assessment, PlanVersion
from careplan.queries import book as book_queries
from careplan.queries import dates as dates_of
from careplan.queries import home_plan as home_queries
from careplan.queries import program as program_queries
from careplan.queries.catalogue import catalogue_of
from careplan.queries.dates import Dates
from careplan.queries.plan.changes import quarters
from careplan.queries.plan.rows import newest_assessment
from careplan.queries.plan.weighing import PARTS, cautions, components, judged, minutes_limit
from patients.models import Clinic

# Rules whose stop is said here part by part, or in minutes.
WORDED_HERE = ("PT-05", "PT-06", "PT-08")


@dataclass(frozen=True)
class Blocker:
    """One thing that keeps a draft from being signed, and the part of the builder it is in; `key`
    is that of the first caution without a reason."""

    part: str
    text: str
    key: str = ""


def blockers(
    version: PlanVersion,
    *,
    newest: Assessment | None = None,
    now: datetime | None = None,
    dates: Dates | None = None,
) -> list[Blocker]:
    """Everything that keeps the draft from being signed, in the order of the builder.

    `newest` is the patient's newest assessment and `dates` are those of the program; left out,
    they are looked up.
    """
    newest = newest or newest_assessment(version.patient)
    found = judged(version)
    return [
        *_safety(version, newest),
        *_book(version.clinic),
        *_stops(found),
        *_program(version, now or timezone.now(), dates),
        *_home(version, newest),
        *_components(version, found),
        *_unanswered(version, found),
    ]


def _stops(found: list[dict]) -> list[Blocker]:
    """Stops of the book about a plan, but those that have closer words here."""
    looked = [
        Blocker("movement", "Fill in the movement checklist.")
        for one in found
        if one["rule"] == "PT-06"
    ]
    return looked + [
        Blocker(PARTS.get(one["rule"], "home"), one["message"])
        for one in found
        if one["severity"] == "stop" and one["rule"] not in WORDED_HERE
    ]


def _unanswered(version: PlanVersion, found: list[dict]) -> list[Blocker]:
    """What is allowed with a reason has one (section 0 of the specification: caution)."""
    open_ = [one for one in cautions(version, found) if not one.reason]
    if not open_:
        return []
    number = "One caution" if len(open_) == 1 else f"{len(open_)} cautions"
    return [Blocker(open_[0].part, f"{number} to answer.", open_[0].key)]


def _safety(version: PlanVersion, newest: Assessment | None) -> list[Blocker]:
    """A plan stands on the newest assessment, and that says "plan"."""
    if newest is None or newest.disposition == "plan":
        return []
    day = f"{newest.as_of:%-d %B}"
    if newest.disposition in ("emergency", "urgent"):
        flags = [f for f in newest.result["findings"] if f["severity"] == newest.disposition]
        what = flags[0]["message"].rstrip(".") if flags else "See the assessment"
        return [Blocker("safety", f"A red flag is open since {day}: {what}. Clear it first.")]
    words = newest.disposition.replace("_", " ")
    return [Blocker("safety", f"The assessment of {day} says “{words}”: it allows no plan.")]


def _book(clinic: Clinic) -> list[Blocker]:
    """A plan starts, or becomes another, only on a book that a clinical lead has signed."""
    words = book_queries.why_not(book_queries.standing(clinic))
    return [Blocker("book", words)] if words else []


def _program(version: PlanVersion, now: datetime, dates: Dates | None) -> list[Blocker]:
    program = getattr(version, "program", None)
    if program is None:
        return [Blocker("program", "Lay the program on dates.")]
    found = dates or dates_of.dates(version, now=now)
    today = timezone.localdate(now, program_queries.clinic_zone(version.clinic))
    begun = found.kept or program.starts_on == program_queries.running_start(version)
    if program.starts_on < today and not begun:
        return [Blocker("program", f"The first day, {program.starts_on:%-d %B}, has passed.")]
    return [Blocker("program", reason) for reason in found.blocking]


def _home(version: PlanVersion, newest: Assessment | None) -> list[Blocker]:
    items = home_queries.items_of(version)
    if not items:
        return [Blocker("home", "Choose the home exercises.")]
    found, exercises = [], catalogue_of(version)
    limit = minutes_limit(version)
    over = home_queries.total(items) - limit
    if over > 0:
        less = limit < home_queries.LIMIT
        most = f" the {limit:g} minutes {version.patient.given_name} can give" if less else ""
        words = f"{quarters(over)} over{most}. Remove one, or cut a set."
        found.append(Blocker("home", words))
    hidden = home_queries.hidden(newest, exercises) if newest else {}
    for code in (item["exercise"] for item in items):
        if code in hidden:
            found.append(Blocker("home", f"{exercises[code].name} is left out: {hidden[code]}"))
        elif exercises[code].retired:
            words = f"{exercises[code].name} was retired: take it out, or choose another."
            found.append(Blocker("home", words))
    short = [item for item in items if item["short_day"]]
    if not short:
        found.append(Blocker("home", "Mark what belongs to the five-minute day."))
    elif home_queries.total(short) > home_queries.SHORT_LIMIT:
        spent = home_queries.total(short)
        found.append(
            Blocker("home", f"The five-minute day takes {quarters(spent)} minutes: 5 at most.")
        )
    return found


def _components(version: PlanVersion, found: list[dict]) -> list[Blocker]:
    """PT-05: each part is there, or left out with a reason; not of a small plan (D-40)."""
    if not any(one["rule"] == "PT-05" for one in found) or not hasattr(version, "home_plan"):
        return []
    return [
        Blocker("home", f"{home_queries.COMPONENTS[code][0]} is missing: add one or say why not.")
        for code, there in components(version).items()
        if not there and not version.reasons.get(code)
    ]
