"""What a therapist weighs before signing a draft, and the parts of a programme it has."""

from careplan.models import PlanVersion
from careplan.queries import home_plan as home_queries
from careplan.queries import program as program_queries
from careplan.rules.book import book


def components(version: PlanVersion) -> dict[str, bool]:
    """The five parts (PT-05) and whether the version has each; walking may be the program's."""
    present = {item["exercise"][:3] for item in home_queries.items_of(version)}
    program = getattr(version, "program", None)
    if program and program.aerobic_minutes_goal:
        present.add(home_queries.AEROBIC)
    return {code: code in present for code in home_queries.COMPONENTS}


def cautions(version: PlanVersion) -> list[dict]:
    """What to weigh before signing: notes of the chosen exercises, count, time, visits; no SQL
    when the version comes whole."""
    items = home_queries.items_of(version)
    return [*_exercise_cautions(version, items), *_size_cautions(version, items)]


def _exercise_cautions(version: PlanVersion, items: list[dict]) -> list[dict]:
    notes = home_queries.caution_notes(version.assessment)
    return [
        {
            "title": f"{book().exercises[item['exercise']].name}, with {care.label}: {care.note}.",
            "code": item["exercise"],
            "exercise": item["exercise"],
        }
        for item in items
        for care in notes.get(item["exercise"], [])
    ]


def _size_cautions(version: PlanVersion, items: list[dict]) -> list[dict]:
    found = []
    counted = [i for i in items if not i["exercise"].startswith(home_queries.AEROBIC)]
    if counted and not 3 <= len(counted) <= 6:
        words = f"{len(counted)} home exercises: 3 to 6 are usual."
        found.append({"title": words, "code": "PT-09"})
    can_give = minutes_a_day(version)
    if can_give is not None and home_queries.total(items) > can_give:
        words = f"{version.patient.given_name} can give {can_give:g} minutes a day."
        found.append({"title": words, "code": "PT-11"})
    visits = program_queries.visits(getattr(version, "program", None), version.assessment)
    if visits.over:
        found.append({"title": visits.sentence, "code": "PAY-03"})
    return found


def minutes_a_day(version: PlanVersion) -> float | None:
    return version.assessment.facts.get("availability", {}).get("minutes_a_day")
