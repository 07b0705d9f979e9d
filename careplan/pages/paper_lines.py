"""What stands on a printed plan, in words: the content of `careplan.exchange.pdf`."""

from datetime import date, timedelta
from textwrap import shorten

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from careplan.models import PlanSheet
from careplan.queries import device as devices
from careplan.queries import safety
from careplan.queries import sheet as queries
from careplan.queries.sheet import Line, Printed
from careplan.rules import page_code
from careplan.rules.book import book
from careplan.rules.device import KINDS_PLAIN
from careplan.rules.session import zone_words
from careplan.templatetags.careplan_rules import zone_icon
from careplan.templatetags.careplan_tags import clock, count, dose, long_date, week_date
from careplan.templatetags.careplan_tags import minutes as minutes_words
from patients.models import Clinic

FLARE, HARD_DAY = "ED-09", "SM-07"
NAME = 40  # letters of the signer in the foot of a page
LABEL = 48  # letters of a column; the whole name stands with the exercise
GET_HELP = "ED-12"  # said by the box on page 1
LETTER_COUNTRIES = {"US", "CA", "MX", "PH", "CL", "CO"}


def paper_of(clinic: Clinic) -> str:
    """The paper of the clinic's country; without one, of who dials 911."""
    country = clinic.holidays.partition("-")[0]
    american = country in LETTER_COUNTRIES if country else clinic.emergency_number == "911"
    return "letter" if american else "a4"


def content(printed: Printed, sheet: PlanSheet | None, *, paper: str, large: bool) -> dict:
    """A plan's sheet as plain data; of a plan on hold, the help page's."""
    shared = _shared(printed) | {"paper": paper, "large": large}
    if printed.panel:
        return shared | _held(printed)
    return shared | {
        "draft": printed.draft,
        "title": "My back plan",
        "since": _since(printed),
        "link": _link(sheet),
        "exercises_title": _heading(printed),
        "exercises": [_exercise(line) | {"bout": bout} for line, bout in _in_bouts(printed)],
        "zones": zones(printed.usual),
        "sheet": _fortnight(printed, sheet) if printed.lines else None,
        "parts": [part for part in _parts(printed) if part["lines"] or part["words"]],
        "foot": _foot(printed, large),
    }


def _shared(printed: Printed) -> dict:
    patient, clinic = printed.patient, printed.clinic
    signer = printed.version.signed_by or printed.version.drafted_by
    return {
        "name": patient.name,
        "born": f"born {long_date(patient.birth_date)}",
        "made_at": printed.version.signed_at or printed.version.drafted_at,
        "clinic": {
            "name": clinic.name,
            "lines": [line for line in (signer.name, clinic.phone) if line],
        },
        "help": _help(clinic),
    }


def _help(clinic: Clinic) -> dict:
    number = clinic.emergency_number
    words = book().help_words
    also = [
        f"{words['help_today']} on {clinic.phone}." if clinic.phone else "",
        f"{words['help_crisis']}: call {clinic.crisis_line}." if clinic.crisis_line else "",
    ]
    return {
        "title": words["help_print"].format(number=number),
        "signs": safety.emergency_signs(),
        "also": [sentence for sentence in also if sentence],
    }


def _held(printed: Printed) -> dict:
    panel = printed.panel
    calls = [{"words": words, "number": number} for words, number in panel.calls]
    return {
        "large": True,  # read in a hurry, perhaps by somebody else
        "title": panel.title,
        "panel": {"text": panel.text, "told": panel.told, "calls": calls},
        "foot": "",
    }


def _since(printed: Printed) -> str:
    start = printed.version.plan.starts_on
    return f"From {long_date(start)}" if start else ""


def _foot(printed: Printed, large: bool) -> str:
    version = printed.version
    if printed.draft:
        return f"Plan version {version.number}. Draft, not signed."
    at, name = version.signed_at, shorten(version.signed_by.name, NAME, placeholder=" …")
    signed = f"Plan version {version.number}, signed by {name} on {long_date(at)}, {clock(at)}."
    return signed if large else f"{signed} Always use the newest."


def _link(sheet: PlanSheet | None) -> str:
    if sheet is None:
        return ""
    return settings.SITE_URL.rstrip("/") + reverse("sheet_door", args=[sheet.code])


# Exercises -----------------------------------------------------------------------------------


def _heading(printed: Printed) -> str:
    many = len(printed.lines)
    if not many:
        return "No exercises just now"
    took = minutes_words(queries.minutes(printed.lines))
    often = f"in {len(printed.bouts)} short times a day" if printed.bouts else "once a day"
    return f"{count(many, 'exercise')}, {took}, {often}"


def _in_bouts(printed: Printed) -> list[tuple[Line, str]]:
    """Each exercise with the heading of its part of the day; empty where that is one piece."""
    if not printed.bouts:
        return [(line, "") for line in printed.lines]
    return [(line, _bout(part)) for part in printed.bouts for line in part.lines]


def _bout(part: queries.Part) -> str:
    """`A. While the kettle boils: about 4 minutes`."""
    took = queries.minutes(part.lines)
    words = f": {minutes_words(took)}" if took else ""
    return f"{part.letter}. {part.anchor[:1].upper()}{part.anchor[1:]}{words}"


def _exercise(line: Line) -> dict:
    exercise = line.exercise
    return {
        "name": exercise.name,
        "dose": dose_words(line),
        "steps": [*exercise.steps],
        "notes": [*line.notes],
        "drawing": getattr(exercise, "copy_of", "") or exercise.code,
        "picture": line.picture,
        "alt": getattr(exercise, "picture_says", ""),
    }


def dose_words(line: Line) -> str:
    """`2 sets of 8 each side, hold 3, rest 30 seconds`; one long go is `20 minutes`."""
    row = line.row
    if row.reps == 1 and not row.hold_s and row.sec_per_rep >= 60:
        once = minutes_words(row.sec_per_rep / 60)
        words = once if row.sets == 1 else f"{count(row.sets, 'time')} {once}"
    else:
        words = f"{count(row.sets, 'set')} of {row.reps}" if row.sets > 1 else _times(row.reps)
    words += " each side" if row.sides == 2 else ""
    rest = row.rest_s if row.sets > 1 or row.hold_s else 0
    timed = [(verb, s) for verb, s in (("hold", row.hold_s), ("rest", rest)) if s]
    if not timed:
        return words
    told = [f"{verb} {s}" for verb, s in timed]
    return f"{words}, {', '.join(told)} {'second' if timed[-1][1] == 1 else 'seconds'}"


def _times(reps: int) -> str:
    return count(reps, "time")


def zones(usual: float | None) -> list[dict]:
    """How to judge pain while moving (PT-13, PT-14)."""
    return [
        {
            "icon": zone_icon(zone.code),
            "title": f"{pain[:1].upper()}{pain[1:]}: {zone.says.lower()}",
            "text": zone.means,
        }
        for zone, pain in zone_words(usual, book())
    ]


# The fortnight and the rest ------------------------------------------------------------------


def columns(names: list[str]) -> list[dict]:
    """The columns of a fortnight in the order they are printed and typed: [{"label", "kind",
    "name"}]; `name` is the number of an exercise or the kind of a note."""
    ticks = [
        {"label": shorten(f"{n} {name}", LABEL, placeholder=" …"), "kind": "tick", "name": str(n)}
        for n, name in enumerate(names, 1)
    ]
    return [
        *ticks,
        {"label": "5-minute day", "kind": "tick", "name": "short_day"},
        {"label": "Pain, 0 to 10", "kind": "number", "name": "pain"},
        {"label": "Walked, minutes", "kind": "number", "name": "walked"},
        {"label": "Slow breathing", "kind": "tick", "name": "breathing"},
        {"label": "One nice thing", "kind": "tick", "name": "enjoyed"},
    ]


def _fortnight(printed: Printed, sheet: PlanSheet | None) -> dict:
    first = sheet.first_day if sheet else timezone.localdate()
    rows = [first + timedelta(days=n) for n in range(PlanSheet.DAYS)]
    return {
        "title": "My two weeks",
        "words": "Tick what you did. An empty box is fine. Bring this page to the clinic.",
        "code": page_code.shown(sheet.code) if sheet else "",
        "days": [day_word(day, first) for day in rows],
        "columns": columns([line.exercise.name for line in printed.lines]),
        "groups": [
            {"letter": one.letter, "words": one.anchor, "columns": len(one.lines)}
            for one in printed.bouts
        ],
    }


def day_word(day: date, first: date) -> str:
    """`Tue 24`; the first of a month and of the sheet say the month: `Tue 1 Dec`."""
    month = f" {day:%b}" if day == first or day.day == 1 else ""
    return f"{day:%a} {day.day}{month}"


def _parts(printed: Printed) -> list[dict]:
    return [
        _hard_day(printed),
        _part("If your back flares up", _sentences(book().self_care[FLARE].text)),
        _walking(printed),
        _part("Every day", [_routine(one) for one in printed.version.routine]),
        _medicines(printed),
        _part("What I want to do more of", [_goal(goal) for goal in printed.goals]),
        _part("Dates", _dates(printed)),
        _part(f"From {_signer(printed)}", [], printed.version.note),
        _part("What gets in the way, and what helps", _cards(printed.version.barriers)),
        _part("Worth knowing", _cards(printed.version.education)),
        _support(printed),
        *(_device(one) for one in printed.devices),
    ]


def _part(title: str, lines: list[str], words: str = "") -> dict:
    return {"title": title, "lines": lines, "words": words}


def _signer(printed: Printed) -> str:
    return (printed.version.signed_by or printed.version.drafted_by).name


def _hard_day(printed: Printed) -> dict:
    short = printed.short
    title = f"On a hard day: {minutes_words(queries.minutes(short))}" if short else ""
    lines = [f"{line.exercise.name}, {dose_words(line).partition(',')[0]}" for line in short]
    return _part(title, lines, book().self_care[HARD_DAY].text if short else "")


def _sentences(text: str) -> list[str]:
    return [f"{part.rstrip('.')}." for part in text.split(". ") if part]


def _walking(printed: Printed) -> dict:
    program = getattr(printed.version, "program", None)
    if program is None or not program.aerobic_minutes_goal:
        return _part("", [])
    words = (
        f"Start with {count(program.aerobic_minutes_start, 'minute')} a day, and work up to "
        f"{program.aerobic_minutes_goal}. Two short ones are as good as one long one."
    )
    return _part(printed.walk, [], words)


def _routine(part: dict) -> str:
    anchor = f", {part['anchor']}" if part.get("anchor") else ""
    return f"{part['title']}, {minutes_words(part['minutes'])}{anchor}"


def _medicines(printed: Printed) -> dict:
    lines = [_medicine(step) for step in printed.medicines]
    return _part("Medicines", lines, "The most you should take." if lines else "")


def _medicine(step) -> str:
    doses = "; then ".join(dose(one) for one in step.dose.get("steps", []))
    along = f", with {', '.join(step.together_with)}" if step.together_with else ""
    stop = f". Stop by {long_date(step.stops_on)}" if step.stops_on else ""
    return f"{step.drug.capitalize()}: {doses}{along}{stop}."


def _goal(goal) -> str:
    by = f", by {long_date(goal.target_on)}" if goal.target_on else ""
    wanted = f", {goal.wanted} wanted" if goal.wanted is not None else ""
    now = f": {goal.now} of 10 now{wanted}" if goal.now is not None else ""
    return f"“{goal.text}”{by}{now}"


def _cards(codes: list[str]) -> list[str]:
    known = book().self_care
    cards = [known[code] for code in codes if code in known and code != GET_HELP]
    return [f"{card.title.rstrip('.')}. {card.text}" for card in cards]


def _support(printed: Printed) -> dict:
    lines = [
        ", ".join(filter(None, (one.name, one.about, one.phone, one.url)))
        for one in printed.support
    ]
    warning = "People there share what they know. They cannot give medical advice."
    return _part("People who understand", lines, warning if lines else "")


def _device(device) -> dict:
    """A stimulator that may be logged; the rules' words say that it is no part of the plan."""
    words = " ".join(devices.words_for_patient(device))
    return _part(KINDS_PLAIN[device.kind], [device.schedule], words)


def _dates(printed: Printed) -> list[str]:
    lines = [
        f"{week_date(visit.starts_at)}, {clock(visit.starts_at)}: visit {visit.number}"
        for visit in printed.visits
    ]
    if printed.checkin:
        lines.append(f"{week_date(printed.checkin.due_at)}: check-in by mail")
    return lines
