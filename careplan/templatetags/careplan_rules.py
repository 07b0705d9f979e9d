"""Rules in templates: ids as links to their pages, outlines of conditions."""

import re

from django import template
from django.urls import reverse

from careplan.rules.book import book
from careplan.rules.device import KINDS, KINDS_PLAIN
from careplan.rules.session import zone_words
from patients.access import can
from patients.roles import Permission

register = template.Library()
# "RF-01", "MED-NSAID-15", "STEP-2A": as the loader of the book takes them.
ID = re.compile(r"\b([A-Z]+(?:-[A-Z]+)?-[0-9]+[A-Z]?)\b")


@register.inclusion_tag("components/rule_ids.html", takes_context=True)
def rule_ids(context, code) -> dict:
    """A text such as "MED-CYC-05, MED-GEN-01" with each id as a link, for staff alone. An id that
    the running book has no more stays text: an old assessment leads nowhere."""
    actor = getattr(getattr(context, "request", None), "actor", None)
    slug = actor.clinic.slug if actor and can(actor, Permission.RULES_VIEW) else ""
    pieces = ID.split(str(code or ""))
    return {"parts": [(one, _page(one, slug)) for one in pieces if one]}


# Staff read green, amber, red; patients never do: the token of the colours, and the icon.
ZONES = {
    "green": ("go", "circle-check"),
    "amber": ("steady", "circle-pause"),
    "red": ("ease", "circle-arrow-down"),
}


@register.filter
def zone_token(code: str) -> str:
    return ZONES[code][0]


@register.filter
def zone_icon(code: str) -> str:
    return ZONES[code][1]


@register.simple_tag
def pain_zones(usual) -> list:
    """[(zone, its pain in words)] for somebody whose usual pain is this; None: not known."""
    return zone_words(usual or None, book())


def _page(text: str, slug: str) -> str:
    if not slug or (text not in book().rules and text not in book().elsewhere):
        return ""
    return reverse("rule", args=[slug, text])


@register.filter
def device_kind(code: str) -> str:
    """The kind of a stimulator in the staff's words."""
    return KINDS[code]


@register.filter
def device_plain(code: str) -> str:
    """The kind of a stimulator in the patient's words."""
    return KINDS_PLAIN[code]


MOVES = {
    "note": "Wish noted",
    "change": "Answers changed",
    "allow": "Log allowed",
    "hold": "Stopped",
    "close": "Taken off",
}


@register.filter
def device_move(name: str) -> str:
    """What was done about a stimulator, in the staff's words."""
    return MOVES[name]


@register.filter
def is_text(told) -> bool:
    """Whether an outline is a plain text, and no group of parts."""
    return isinstance(told, str)
