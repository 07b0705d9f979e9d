"""Addresses of the exercise drawings, for templates/components/figure.html."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from careplan.exchange import figure as drawings

register = template.Library()

PRINT, STILL = "print", "(prefers-reduced-motion: reduce)"
DARK = "(prefers-color-scheme: dark)"


@register.simple_tag
def figure_url(code: str, kind: str = "panels", theme: str = "light") -> str:
    """The address of one drawing; it changes whenever the drawing does."""
    query = {"v": drawings.version()} | ({"theme": theme} if theme != "light" else {})
    return f"{reverse('figure', args=[code, kind])}?{urlencode(query)}"


@register.simple_tag
def figure(code: str, kind: str = "panels", theme: str = "") -> dict | None:
    """Everything a <picture> needs; None where the exercise has no such drawing.

    kind: panels, start, end, then or move. theme: "light" or "dark" where the page fixes it, empty
    where the reader's own choice decides. Paper is always light, and nothing moves on it or under
    reduced motion: the poses side by side stand in.
    """
    kind = kind or "panels"
    if not drawings.has(code, kind):
        return None
    still = "panels" if kind == "move" else kind
    light, usual = "light", theme or "light"
    sources = [(PRINT, still, light)]
    if still != kind:
        sources += [(f"{STILL} and {DARK}", still, "dark")] if not theme else []
        sources += [(STILL, still, usual)]
    sources += [(DARK, kind, "dark")] if not theme else []
    return {
        "sources": [_image(code, of, colours) | {"media": media} for media, of, colours in sources],
        "image": _image(code, kind, usual),
        "alt": drawings.alt(code),
    }


@register.simple_tag(takes_context=True)
def picture_url(context, picture_id: str) -> str:
    """The address of a clinic's own picture, on the side of the house that the reader is on."""
    actor = context.request.actor
    if actor.patient is not None:
        return reverse("mine_exercise_picture", args=[picture_id])
    return reverse("exercise_picture", args=[actor.clinic.slug, picture_id])


@register.simple_tag
def figure_words(code: str) -> drawings.Words | None:
    """`verb`, `works` and `captions` of a drawing, to stand beside it."""
    return drawings.words(code) if drawings.has(code, "panels") else None


def _image(code: str, kind: str, theme: str) -> dict:
    width, height = drawings.size(code, kind)
    return {"url": figure_url(code, kind, theme), "width": width, "height": height}
