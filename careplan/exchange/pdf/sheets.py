"""The patient's plan as a sheet, and the help page that stands in for a plan on hold.

content of a plan (texts are ready to read; days are not checked here):
  paper "a4" | "letter"; large bool; draft bool; title; name; born; since
  made_at aware datetime: the signature's, so that a version has one file
  clinic {"name", "lines": [therapist, phone, …]}
  link "https://…/s/CODE/" or "", opened by the QR code
  help {"title", "signs": [...], "also": [sentences]}
  exercises_title; exercises [{"drawing": code or "", "picture": JPEG or None, "alt" of a picture,
        "name", "dose", "steps": [...], "notes": [...], "bout": heading of its part of the day}]
        "bout" is left out, or empty, where the day is one piece
  zones [{"icon", "title", "text"}]
  sheet None | {"title", "words", "code", "days": [14 texts], "columns": [{"label", "kind"}]}
        where kind is "tick" or "number"; "groups": [{"letter", "words", "columns": how many}] of a
        day in bouts, for the first columns
  parts [{"title", "lines": [...], "words"}]
  foot
"""

import hashlib
import io
import json
import re
from functools import cache
from itertools import groupby

import lucide
import segno

from careplan.exchange import figure
from careplan.exchange.figure.palette import COLOURS
from careplan.exchange.pdf.typeset import edition, pictures, typeset

PLAN, HELP = "plan.typ", "help.typ"
WHITE = "#ffffff"


def plan_sheet(content: dict) -> bytes:
    """A plan as PDF/UA-1. Raises BadContent where the paper is unknown or the title is missing."""
    return typeset(PLAN, _filled(content), content["made_at"])


def help_sheet(content: dict) -> bytes:
    """What is printed while a plan is on hold: the panel and the numbers, never the exercises."""
    return typeset(HELP, _filled(content), content["made_at"])


def fingerprint(content: dict) -> str:
    """Changes with what is printed and how: for a page's ETag."""
    told = json.dumps(content, sort_keys=True, default=repr)
    return hashlib.sha256(f"{edition()} {figure.version()} {told}".encode()).hexdigest()[:32]


def preview(content: dict, ppi: float = 96) -> list[bytes]:
    """The pages of a plan as PNG."""
    return pictures(PLAN if "exercises" in content else HELP, _filled(content), ppi)


def _filled(content: dict) -> dict:
    """The content with its drawings; what Typst cannot read as JSON is left out."""
    exercises = [
        one | _drawing(one) | {"number": number}
        for number, one in enumerate(content.get("exercises", ()), 1)
    ]
    zones = [zone | {"icon": icon(zone["icon"])} for zone in content.get("zones", ())]
    return {key: value for key, value in content.items() if key != "made_at"} | {
        "exercises": exercises,
        "groups": _groups(exercises),
        "zones": zones,
        "icons": {"danger": icon("octagon-alert")},
        "qr": _code(content.get("link", "")),
    }


def _groups(exercises: list[dict]) -> list[dict]:
    """The exercises cut where another bout begins: [{"title", "first", "after"}], places from 0."""
    found = []
    for title, rows in groupby(exercises, key=lambda one: one.get("bout", "")):
        first = found[-1]["after"] if found else 0
        found.append({"title": title, "first": first, "after": first + len([*rows])})
    return found


@cache
def icon(name: str) -> str:
    """A Lucide icon as SVG, in black."""
    svg = lucide._render_icon(name, 24)
    return re.sub(r">\s+<", "><", svg).replace("currentColor", "#000000")


def _drawing(exercise: dict) -> dict:
    """A clinic's own picture, else the poses side by side on white: a tinted ground costs ink and
    prints as grey."""
    if exercise["picture"]:
        return {"image": [*exercise["picture"]], "format": "jpg", "picture": None}
    code = exercise["drawing"]
    if not figure.has(code, "panels"):
        return {"image": None, "format": "svg", "alt": ""}
    svg = figure.panels(code).replace(COLOURS["light"]["back"], WHITE)
    return {"image": svg, "format": "svg", "alt": figure.alt(code)}


def _code(link: str) -> dict | None:
    if not link:
        return None
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True
    )
    return {"svg": out.getvalue().decode(), "alt": f"QR code that opens {link}"}
