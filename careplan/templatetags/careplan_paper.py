"""What paper needs that a screen shows elsewhere."""

from django import template

from careplan.queries import safety
from careplan.rules.book import book

register = template.Library()


@register.simple_tag
def emergency_signs() -> list[str]:
    """Warning signs that need emergency help, in the patient's words; no SQL."""
    return safety.emergency_signs()


@register.simple_tag
def help_words(number: str = "") -> dict:
    """What patients read about getting help, in the book's words; `number`: the emergency number."""
    words = book().help_words
    return words | {"help_print": words["help_print"].format(number=number)}
