"""A letter of the clinic: to a payer, to another clinic, to the patient.

content (words are ready to read):
  paper "a4" | "letter"; large bool (left out: no); title: the subject, also the file's title
  made_at aware datetime; date a day
  clinic {"name", "phone", "letterhead": lines of address}
  to [lines] (left out or empty: none); about [["Patient", "Margaret Ellison"], …]
  parts, in reading order: {"heading"} | {"text"} | {"list": [...]} |
        {"table": {"caption", "head": [...], "rows": [[...]]}}
  signature {"name", "role", "licence", "signed_at": aware datetime or None for a line to sign on}
  foot
"""

from datetime import date, datetime

from careplan.exchange.pdf.typeset import BadContent, typeset

LETTER = "letter.typ"
PARTS = {"heading", "text", "list", "table"}


def letter(content: dict) -> bytes:
    """A letter as PDF/UA-1. Raises BadContent with a sentence where a part is missing or wrong."""
    return typeset(LETTER, filled(content), content["made_at"])


def filled(content: dict) -> dict:
    """The content as the template reads it: texts only, every part there."""
    clinic, by = content["clinic"], content["signature"]
    if not clinic.get("name"):
        raise BadContent("A letter needs the name of the clinic it comes from.")
    return {
        "paper": content["paper"],
        "large": bool(content.get("large")),
        "title": content["title"],
        "date": long_day(content["date"]),
        "clinic": {"name": clinic["name"], "lines": _address(clinic)},
        "to": [*content.get("to", ())],
        "about": [_term(*pair) for pair in content.get("about", ())],
        "parts": [_part(part) for part in content["parts"]],
        "signature": {
            "name": by["name"],
            "role": by.get("role", ""),
            "licence": by.get("licence", ""),
            "signed_at": _signed(by.get("signed_at")),
        },
        "foot": content.get("foot", ""),
    }


def long_day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _signed(at: datetime | None) -> str:
    return f"Signed {long_day(at)}, {at.hour}:{at.minute:02d}" if at else ""


def _address(clinic: dict) -> list[str]:
    lines = [line.strip() for line in clinic.get("letterhead", "").splitlines()]
    return [line for line in [*lines, clinic.get("phone", "")] if line]


def _term(name: str, words: str) -> list[str]:
    return [str(name), str(words)]


def _part(part: dict) -> dict:
    kinds = PARTS & part.keys()
    if len(kinds) != 1:
        raise BadContent(f"A part of a letter is one of {', '.join(sorted(PARTS))}: {part!r}.")
    if "table" not in part:
        return part
    table = part["table"]
    head = [str(cell) for cell in table["head"]]
    rows = [[str(cell) for cell in row] for row in table["rows"]]
    uneven = next((row for row in rows if len(row) != len(head)), None)
    if not head or uneven is not None:
        words = f"has {len(uneven)} cells in a row" if head else "has no head"
        raise BadContent(f"The table “{table.get('caption', '')}” {words}, its head {len(head)}.")
    return {"table": {"caption": table.get("caption", ""), "head": head, "rows": rows}}
