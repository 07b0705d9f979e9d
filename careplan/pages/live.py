"""What follows from a draft as it stands: the right column of the builder."""

from django.urls import reverse

from careplan.models import PlanVersion
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as queries
from careplan.queries import program as program_queries
from careplan.queries.catalogue import catalogue_of
from careplan.queries.dates import Dates
from careplan.queries.plan import Weighed
from careplan.rules.book import book


def panel(
    slug: str, version: PlanVersion, weighed: list[Weighed], dates: Dates, answered: bool
) -> dict:
    """Minutes, five parts, what is weighed, visits on their dates. `answered`: a caution was answered
    a moment ago, so the next one takes the focus."""
    items = home_queries.items_of(version)
    counted = [i for i in items if not i["exercise"].startswith(home_queries.AEROBIC)]
    visits = program_queries.visits(version.program, version.assessment)
    return {
        "budget": {
            "parts": [float(home_queries.minutes(item)) for item in counted],
            "change": float(home_queries.CHANGEOVER * len(counted)),
            "limit": float(queries.minutes_limit(version)),
        },
        "remedies": remedies(version, counted),
        "home_url": reverse("plan_home", args=[slug, version.patient_id]),
        "components": [
            (home_queries.COMPONENTS[code][1], there, code in version.reasons)
            for code, there in queries.components(version).items()
        ],
        "weigh": weighing(weighed, answered),
        "weigh_url": reverse("plan_weigh", args=[slug, version.patient_id]),
        "visits": visits,
        "weeks": program_queries.weeks(
            [(one.start, _state(one.number, dates)) for one in dates.laid], visits.left
        ),
        "minutes": {item["exercise"]: home_queries.minutes(item) for item in items},
    }


def weighing(weighed: list[Weighed], answered: bool) -> list[dict]:
    """What is allowed with a reason, as finding cards: the open ones first, each with its answers.
    Those of the first are in sight, so that each caution takes one press of its own."""
    rows = [
        {"one": one, "answers": reasons_for(one.key).values(), "next": place == 0}
        for place, one in enumerate(sorted(weighed, key=lambda one: bool(one.reason)))
    ]
    return [row | {"focus": answered and row["next"] and not row["one"].reason} for row in rows]


def reasons_for(key: str) -> dict:
    """The coded reasons that answer what is kept under a key: code -> words."""
    return book().codes["visit_reasons" if key.startswith("PAY") else "plan_reasons"]


def _state(number: int, dates: Dates) -> str:
    """Booked sessions have a state; those of a draft are planned."""
    return dates.rows[number].state if number in dates.rows else "planned"


def remedies(version: PlanVersion, items: list[dict]) -> list[dict]:
    """Two ways back under the limit: the longest exercise out, or a set less of the longest."""
    found = []
    for able, act, words in (
        (items, "drop", "Remove {}"),
        ([item for item in items if item["sets"] > 1], "cut", "One set less of {}"),
    ):
        if able:
            longest = max(able, key=home_queries.minutes)["exercise"]
            label = words.format(catalogue_of(version)[longest].name)
            found.append({"label": label, "name": "act", "value": f"{act}:{longest}"})
    return found
