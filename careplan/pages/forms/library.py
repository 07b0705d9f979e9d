"""The library's filters, read from the address; words it does not know are passed over."""

from django.http import QueryDict

from careplan.queries import home_plan as queries
from careplan.rules.book import book

LEVELS = {"1": "1, start here", "2": "2", "3": "3, after two green weeks"}


def filters_of(given: QueryDict) -> queries.Filters:
    """What was ticked and typed."""
    return queries.Filters(
        words=given.get("q", "")[:80],
        kinds=_known(given, "kind", queries.COMPONENTS),
        body=_known(given, "body", queries.BODY_PARTS),
        positions=_known(given, "position", queries.POSITIONS),
        levels=tuple(int(level) for level in _known(given, "level", LEVELS)),
    )


def _known(given: QueryDict, name: str, table) -> tuple[str, ...]:
    return tuple(value for value in given.getlist(name) if value in table)


def filter_groups(given: QueryDict) -> list[dict]:
    """The tick boxes: heading, field name, and (value, words, how many, ticked) of each."""
    return [
        _group("Kind", "kind", {code: words for code, (words, _) in KINDS}, given),
        _group("Works on", "body", dict.fromkeys(queries.BODY_PARTS), given),
        _group("Position", "position", dict.fromkeys(queries.POSITIONS), given),
        _group("Level", "level", LEVELS, given),
    ]


KINDS = tuple(queries.COMPONENTS.items())


def _group(title: str, name: str, table: dict, given: QueryDict) -> dict:
    ticked = given.getlist(name)
    return {
        "title": title,
        "name": name,
        "options": [
            (value, words or value, _count(name, value), value in ticked)
            for value, words in table.items()
        ],
    }


def _count(name: str, value: str) -> int:
    """How many exercises of the whole library have it."""
    one = QueryDict(mutable=True)
    one[name] = value
    filters = filters_of(one)
    return sum(filters.take(exercise) for exercise in book().exercises.values())
