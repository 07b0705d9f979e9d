"""What the book says of a draft: what stops it, and what is allowed with a therapist's reason."""

from dataclasses import dataclass
from decimal import Decimal

from careplan.models import Assessment, PlanVersion
from careplan.queries import home_plan as home_queries
from careplan.queries import program as program_queries
from careplan.queries.catalogue import catalogue_of
from careplan.rules import home_plan, plan_check
from careplan.rules.book import book
from careplan.rules.facts import Facts

# The part of the builder in which what a rule finds is put right.
PARTS = {"PT-03": "program", "PAY-03": "program", "PT-06": "movement"}
# What is seen before core exercises are loaded (PT-06), in the order of the checklist.
MOVEMENTS = "movements"


@dataclass(frozen=True)
class Weighed:
    """Something that is allowed with a reason. `reason` is what the therapist answered, empty
    while nobody has; it is kept in PlanVersion.reasons under `key`."""

    key: str
    title: str
    code: str  # row of the book, or the exercise
    part: str
    reason: str = ""
    exercise: str = ""


def judged(version: PlanVersion) -> list[dict]:
    """The findings of the book about a draft, the gravest first; no SQL when it comes whole."""
    return plan_check.judge(record(version), book())["findings"]


def record(version: PlanVersion) -> dict:
    """The draft as careplan.rules.plan_check reads it: the intake it stands on, and the plan."""
    program, plan = getattr(version, "program", None), {"first": version.number == 1}
    if program:
        plan |= {"sessions_per_week": program.sessions_per_week, "weeks": program.weeks}
    plan["movement_seen"] = movement_seen(version)
    exercises = catalogue_of(version)
    plan["items"] = [
        {
            "exercise": item["exercise"],
            "minutes": float(home_queries.minutes(item)),
            "level": exercises[item["exercise"]].level,
        }
        for item in home_queries.items_of(version)
    ]
    if program and program.aerobic_minutes_goal:
        plan["items"].append({"exercise": home_queries.AEROBIC})
    parts = home_queries.COMPONENTS
    plan["left_out"] = {code: why for code, why in version.reasons.items() if code in parts}
    return version.assessment.facts | {"plan": plan}


def movement_seen(version: PlanVersion) -> bool:
    """Every line of the checklist is ticked."""
    return all(version.movement.get(code, {}).get("seen") for code in book().codes[MOVEMENTS])


def minutes_limit(version: PlanVersion) -> Decimal:
    """Minutes a day for the home exercises: 15, or less where the person has less (D-40)."""
    return limit_of(version.assessment)


def limit_of(assessment: Assessment) -> Decimal:
    """The same, before there is a version."""
    return Decimal(str(home_plan.minutes_limit(Facts(assessment.facts, book()))))


def components(version: PlanVersion) -> dict[str, bool]:
    """The five parts (PT-05) and whether the version has each; walking may be the program's."""
    present = {item["exercise"][:3] for item in home_queries.items_of(version)}
    program = getattr(version, "program", None)
    if program and program.aerobic_minutes_goal:
        present.add(home_queries.AEROBIC)
    return {code: code in present for code in home_queries.COMPONENTS}


def cautions(version: PlanVersion, found: list[dict] | None = None) -> list[Weighed]:
    """What is weighed before signing: the care that chosen exercises need, what the book says
    of the plan, visits that nobody pays. `found` are the findings, where they are known.

    No SQL but the catalogue's when the version comes whole.
    """
    found = judged(version) if found is None else found
    rows = [*_care(version), *_of_the_book(found), *_visits(version)]
    return [
        Weighed(*row[:4], version.reasons.get(row[0], ""), *row[4:])  # key, title, code, part
        for row in rows
    ]


def _care(version: PlanVersion) -> list[tuple]:
    exercises = catalogue_of(version)
    notes = home_queries.caution_notes(version.assessment, exercises)
    return [
        (
            f"{code}:{care.code}",
            f"{exercises[code].name}, with {care.label}: {care.note}.",
            code,
            "home",
            code,
        )
        for code in (item["exercise"] for item in home_queries.items_of(version))
        for care in notes.get(code, [])
    ]


def _of_the_book(found: list[dict]) -> list[tuple]:
    return [
        (one["rule"], one["message"], one["rule"], PARTS.get(one["rule"], "home"))
        for one in found
        if one["severity"] == "caution"
    ]


def _visits(version: PlanVersion) -> list[tuple]:
    visits = program_queries.visits(getattr(version, "program", None), version.assessment)
    return [("PAY-03", visits.sentence, "PAY-03", "program")] if visits.over else []
