"""The library's filters, read from the address; words it does not know are passed over."""

from django.http import QueryDict

from careplan.queries import home_plan as home_queries
from careplan.queries import library as queries

LEVELS = {"1": "1, start here", "2": "2", "3": "3, after two green weeks"}
WORDS_LENGTH = 80
# What the group "Leave out what stops for" offers, and in which words.
STOPS = {
    "OSTEOP": "Thin bones",
    "PREG20": "Pregnancy, 20 weeks on",
    "POSTOP": "New spine surgery",
    "HTN-UNC": "Very high blood pressure",
    "HIP": "Hip replacement",
}


def filters_of(given: QueryDict, shelf: queries.Shelf) -> queries.Filters:
    """What was ticked and typed. Pregnancy from the start is left out with its twentieth week."""
    without = _known(given, "without", STOPS)
    return queries.Filters(
        words=given.get("q", "")[:WORDS_LENGTH],
        kinds=_known(given, "kind", home_queries.COMPONENTS),
        body=_known(given, "body", queries.BODY_PARTS),
        positions=_known(given, "position", queries.POSITIONS),
        levels=tuple(int(level) for level in _known(given, "level", LEVELS)),
        equipment=_known(given, "needs", shelf.counts["equipment"]),
        without=without + (("PREG",) if "PREG20" in without else ()),
        own="own" in given.getlist("whose"),
        retired="retired" in given.getlist("whose"),
    )


def _known(given: QueryDict, name: str, table) -> tuple[str, ...]:
    return tuple(value for value in given.getlist(name) if value in table)


def filter_groups(given: QueryDict, shelf: queries.Shelf) -> list[dict]:
    """The tick boxes: heading, field name, and (value, words, how many, ticked) of each."""
    kinds = {code: words for code, (words, _) in home_queries.COMPONENTS.items()}
    counts = shelf.counts
    levels = {str(level): many for level, many in counts["level"].items()}
    groups = [
        _group("Kind", "kind", kinds, counts["kind"], given),
        _group("Works on", "body", dict.fromkeys(queries.BODY_PARTS), counts["body"], given),
        _group("Position", "position", dict.fromkeys(queries.POSITIONS), counts["position"], given),
        _group("Level", "level", LEVELS, levels, given),
        _group("Needs", "needs", _things(counts["equipment"]), counts["equipment"], given),
        _group("Leave out what stops for", "without", STOPS, {}, given),
    ]
    whose = {"own": counts["own"][True], "retired": counts["retired"][True]}
    if any(whose.values()):
        groups.append(_group("Ours", "whose", WHOSE, whose, given))
    return groups


WHOSE = {"own": "Added by us", "retired": "Retired"}


def _things(counts) -> dict:
    """Nothing to buy first, then what most exercises need."""
    common = sorted(counts, key=lambda thing: (-counts[thing], thing))
    names = [thing for thing in common if thing != queries.NOTHING][: queries.MOST_THINGS - 1]
    return {thing: thing.capitalize() for thing in (queries.NOTHING, *names)}


def _group(title: str, name: str, table: dict, counts, given: QueryDict) -> dict:
    ticked = given.getlist(name)
    return {
        "title": title,
        "name": name,
        "options": [
            (value, words or value, counts.get(value, 0) if counts else "", value in ticked)
            for value, words in table.items()
        ],
    }
