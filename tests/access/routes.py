"""Every route of the site, read from the URL tree."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

FOREIGN = ("allauth.", "django.contrib.staticfiles.")  # guarded by themselves


@dataclass(frozen=True)
class Route:
    """`pattern` as it is written in the URL tree, `names` of what it takes besides the clinic."""

    name: str
    pattern: str
    view: object
    takes: tuple[str, ...]

    @property
    def guard(self):
        return getattr(self.view, "guard", None)

    @property
    def door(self) -> str:
        """clinic, mine or open: who this part of the tree is for."""
        first = self.pattern.split("/")[0]
        return {"c": "clinic", "mine": "mine"}.get(first, "open")


def own_routes(urlconf=None) -> list[Route]:
    """Every route whose view is ours."""
    found = _walk(get_resolver(urlconf).url_patterns, "", ())
    return [route for route in found if not route.view.__module__.startswith(FOREIGN)]


def foreign_routes(urlconf=None) -> list[Route]:
    found = _walk(get_resolver(urlconf).url_patterns, "", ())
    return [route for route in found if route.view.__module__.startswith(FOREIGN)]


def _walk(patterns, before: str, takes: tuple) -> Iterator[Route]:
    for entry in patterns:
        pattern = before + str(entry.pattern)
        names = takes + tuple(entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, pattern, names)
        elif isinstance(entry, URLPattern):
            own = tuple(name for name in names if name != "clinic")
            yield Route(entry.name, pattern, entry.callback, own)
