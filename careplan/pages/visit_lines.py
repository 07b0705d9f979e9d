"""Words and buttons of the page of visits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from careplan.models import Session, VisitEntry
from careplan.queries.visits import Ledger
from careplan.templatetags.careplan_tags import medium_date

LATE = timedelta(hours=24)  # a cancellation nearer than this is a late one
STATES = {
    "planned": ("", ""),
    "attended": ("ok", "Attended"),
    "missed": ("caution", "Missed"),
    "cancelled": ("plain", "Cancelled in time"),
    "cancelled_late": ("caution", "Cancelled late"),
}
HAPPENED = {"attend": "Attended", "miss": "Missed"}
HAPPENED |= {"cancel_late": "Cancelled late", "cancel": "Cancelled in time"}


@dataclass(frozen=True)
class Line:
    """One session on the page: what became of it, and the moves that it offers."""

    session: Session
    severity: str
    word: str
    note: str
    moves: list[tuple[str, str]]  # (move, words)
    can_make_up: bool


def title(found: Ledger) -> str:
    """The state in the heading."""
    left = found.balance.left
    if left is None:
        return "Visits"
    if not left:
        return "No visit left"
    return "1 visit left" if left == 1 else f"{left} visits left"


def sections(rows: list[Session], found: Ledger, now: datetime, zone) -> list[dict]:
    """{title, lines, states}: what waits to be recorded, what is to come, what happened (newest
    first); empty ones are left out."""
    parts = {"To record": [], "To come": [], "What happened": []}
    for row in rows:
        parts[_part(row, now, zone)].append(_line(row, found, now, zone))
    parts["What happened"].reverse()
    return [
        {"title": name, "lines": lines, "states": name == "What happened"}
        for name, lines in parts.items()
        if lines
    ]


def _part(row: Session, now: datetime, zone) -> str:
    if row.state != Session.State.PLANNED:
        return "What happened"
    return "To record" if _has_come(row, now, zone) else "To come"


def _has_come(row: Session, now: datetime, zone) -> bool:
    return row.starts_at.astimezone(zone).date() <= now.astimezone(zone).date()


def _line(row: Session, found: Ledger, now: datetime, zone) -> Line:
    severity, word = STATES[row.state]
    made_up = getattr(row, "made_up_by", None)
    gone = made_up is not None and made_up.state in ("cancelled", "cancelled_late")
    did_not = row.state in ("missed", "cancelled", "cancelled_late")
    return Line(
        session=row,
        severity=severity,
        word=word,
        note=_note(row, made_up, row.pk in found.uncovered),
        moves=_moves(row, now, zone),
        can_make_up=did_not and made_up is None and not gone,
    )


def _note(row: Session, made_up: Session | None, uncovered: bool) -> str:
    notes = []
    if made_up is not None:
        notes.append(f"made up by visit {made_up.number}, {medium_date(made_up.starts_at)}")
    if row.makes_up_for:
        notes.append(f"makes up for visit {row.makes_up_for.number}")
    if uncovered:
        notes.append("not covered")
    text = ", ".join(notes)
    return f"{text[:1].upper()}{text[1:]}"


def _moves(row: Session, now: datetime, zone) -> list[tuple[str, str]]:
    """(move, words of its button), the usual one first."""
    if row.state != Session.State.PLANNED:
        return [("correct", "Correct")]
    if _has_come(row, now, zone):
        return [*HAPPENED.items()]
    late = row.starts_at - now < LATE
    return (
        [("cancel_late", "Cancel, late"), ("cancel", "Cancel")] if late else [("cancel", "Cancel")]
    )


# The ledger ----------------------------------------------------------------------------------


def entries(found: Ledger, most: int) -> list[dict]:
    """{at, by, text, small, sign} of each entry, newest first."""
    return [_entry(row, found) for row in reversed(found.entries[-most:])]


def _entry(row: VisitEntry, found: Ledger) -> dict:
    text, sign = _WORDS[row.kind](row)
    small = row.note
    if row.pk in found.withdrawn:
        small = "Taken out since"
    return {"at": row.at, "by": row.by, "text": text, "small": small, "sign": sign}


def _granted(row: VisitEntry) -> tuple[str, str]:
    return f"Granted by {grant_words(row)}", f"+{row.visits}"


def grant_words(row: VisitEntry) -> str:
    """`Blue River Health, A-77, 1 Oct 2026 to 31 Dec 2026`."""
    days = f"from {medium_date(row.on)}"
    if row.until:
        days = f"{medium_date(row.on)} to {medium_date(row.until)}"
    return ", ".join(filter(None, [row.payer, row.authorisation, days]))


_WORDS = {
    "granted": _granted,
    "withdrawn": lambda row: (f"Taken out: {grant_words(row.grant)}", f"−{row.visits}"),
    "used": lambda row: (f"Visit {row.session.number} of {medium_date(row.on)} attended", "−1"),
    "given_back": lambda row: (f"Visit {row.session.number} given back: corrected", "+1"),
}
