"""Words of the exercise library's import: names of fields, and values as their cells say them."""

from django import template

from careplan.exchange import exercise_csv

register = template.Library()

WORDS = {
    "also": "other names",
    "target": "works on",
    "hold_s": "hold, seconds",
    "s_per_rep": "one repetition, seconds",
    "rest_s": "rest, seconds",
    "stops": "left out with",
    "cautions": "with care",
    "equipment": "needs",
    "picture_says": "what the picture shows",
    "holder": "whose it is",
}


@register.filter
def field_words(name: str) -> str:
    """A field of an exercise, as people say it."""
    return WORDS.get(name, name)


@register.filter
def cell(value, name: str) -> str:
    """A value as its cell in the file says it."""
    return exercise_csv.words(name, value)


@register.filter
def fields(changes: list[tuple]) -> str:
    """The fields that a new exercise brings."""
    return ", ".join(field_words(name) for name, _, _ in changes)
