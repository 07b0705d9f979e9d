"""What a report says, on the page and on paper."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from careplan.models import Report

HEADINGS = {
    "course": "How it went",
    "need": "Why therapy goes on",
    "next": "What comes next",
}
MEASURES_HEAD = ["Measure", "At the start", "Now", "Smallest real change", "Change"]
GOALS_HEAD = ["Goal", "At the start", "Now", "Wanted"]


def facts(content: dict) -> list[tuple[str, str]]:
    """The head of a report: (name, words)."""
    born = date.fromisoformat(content["patient"]["born"])
    rows = [
        ("Patient", content["patient"]["name"]),
        ("Born", _long(born)),
        ("Diagnosis", "; ".join(content["diagnosis"])),
        ("Programme", content["program"]),
        ("First visit", _long(_day(content["first_visit"]))),
        ("Visits", content["visits"]["sentence"]),
        ("Attendance", attendance(content["attendance"])),
    ]
    if asked := content.get("asked"):
        days = f"{_long(_day(asked['first']))} to {_long(_day(asked['last']))}"
        rows.append(("Asked for", f"{asked['visits']} visits, {days}"))
    return [(name, words) for name, words in rows if words]


def attendance(told: dict) -> str:
    """`9 attended, 1 missed, 6 planned`."""
    words = {"attended": "attended", "missed": "missed", "cancelled_late": "cancelled late"}
    words |= {"cancelled": "cancelled in time", "made_up": "made up", "planned": "still planned"}
    return ", ".join(f"{told[name]} {word}" for name, word in words.items() if told.get(name))


def measures(content: dict) -> list[list[str]]:
    """Rows of the table of measures, in the order of MEASURES_HEAD."""
    return [
        [
            f"{m['name']} ({m['better']} is better)",
            f"{m['start']} ({_short(m['start_on'])})",
            f"{m['now']} ({_short(m['now_on'])})" if m["now"] else "Not asked yet",
            m["smallest"],
            m["words"],
        ]
        for m in content["measures"]
    ]


def goals(content: dict) -> list[list[str]]:
    """Rows of the table of goals: the patient's words, start, now, wanted; 10 is as before."""
    return [
        [_goal(g), _score(g["start"]), _score(g["now"]), _score(g["wanted"])]
        for g in content["goals"]
    ]


def _goal(goal: dict) -> str:
    day = _day(goal["target_on"])
    return f"“{goal['text']}”, by {_long(day)}" if day else f"“{goal['text']}”"


def _score(value) -> str:
    return "" if value is None else f"{value:g} of 10"


def sentences(content: dict) -> list[tuple[str, str]]:
    """(heading, words) of what was written, in the order of the paper."""
    words = content["words"]
    return [(heading, words[name]) for name, heading in HEADINGS.items() if words.get(name)]


def letter(report: Report, paper: str) -> dict:
    """A report as `careplan.exchange.pdf.letter` takes it."""
    content = report.content
    about = facts(content)
    return {
        "paper": paper,
        "clinic": content["clinic"],
        "to": [],
        "date": report.on,
        "title": _subject(content),
        "about": about,
        "parts": _parts(content),
        "signature": content["signer"] | {"signed_at": timezone.localtime(report.at)},
        "made_at": report.at,
        "foot": f"{content['patient']['name']}, {content['title'].lower()}",
    }


def _subject(content: dict) -> str:
    asked = content.get("asked")
    return f"Request for {asked['visits']} more visits" if asked else content["title"]


def _parts(content: dict) -> list[dict]:
    parts = [_table("Measures", MEASURES_HEAD, measures(content))]
    parts.append(_table("Goals", GOALS_HEAD, goals(content)))
    for heading, words in sentences(content):
        parts += [{"heading": heading}, {"text": words}]
    return [part for part in parts if part]


def _table(caption: str, head: list[str], rows: list) -> dict | None:
    return {"table": {"caption": caption, "head": head, "rows": rows}} if rows else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _long(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else ""


def _short(text: str) -> str:
    return f"{_day(text):%-d\xa0%b}"


def report_links(rows: list[Report], slug: str) -> list[dict]:
    """{text, small, url} of each report, newest first."""
    return [
        {
            "text": row.get_kind_display(),
            "small": f"{row.on:%-d %b %Y}, {row.by}",
            "url": "" if row.kind == "certification" else reverse("report", args=[slug, row.pk]),
        }
        for row in rows
    ]
