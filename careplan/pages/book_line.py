"""The one quiet line of the staff pages while no clinical lead has signed the running book."""

from dataclasses import dataclass

from django.urls import reverse

from careplan.queries import book as queries
from patients.access import Actor, can
from patients.roles import Permission


@dataclass(frozen=True)
class Line:
    """A sentence and, for who can do something, what to press."""

    text: str
    url: str = ""
    action: str = ""


def line_of(actor: Actor) -> Line | None:
    """What the reader is told; None once the book is signed: 1 query."""
    where = queries.standing(actor.clinic)
    if where.signed:
        return None
    text, lead = _text(where), can(actor, Permission.RULES_SIGN)
    if lead and not where.altered:
        action = "See what changed" if where.last else "Read and sign"
        return Line(text, reverse("rules_sign", args=[actor.clinic.slug]), action)
    if can(actor, Permission.STAFF_INVITE) and not where.is_demo:
        return _for_admin(text, where, actor)
    return Line(text)


def _text(where: queries.Standing) -> str:
    if where.is_demo:
        return f"A demo: no clinician has checked rule book {where.version}."
    if where.altered:
        return f"Rule book {where.version} differs from the one that was signed: no plan can start."
    if where.last:
        return f"Rule book {where.version} is new and not signed here yet: no plan can start."
    return f"Rule book {where.version} is not signed here yet: no plan can start."


def _for_admin(text: str, where: queries.Standing, actor: Actor) -> Line:
    if where.altered:
        return Line(f"{text} Ask whoever runs the server.")
    if where.leads:
        return Line(f"{text} {' or '.join(where.leads)}, clinical lead, can sign it.")
    url = reverse("staff", args=[actor.clinic.slug])
    return Line(f"{text} Nobody is clinical lead.", url, "Appoint one")
