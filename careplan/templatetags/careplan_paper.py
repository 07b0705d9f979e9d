"""What paper needs that a screen shows elsewhere."""

from django import template

from careplan.queries import safety

register = template.Library()


@register.simple_tag
def emergency_signs() -> list[str]:
    """Warning signs that need emergency help, in the patient's words; no SQL."""
    return safety.emergency_signs()
