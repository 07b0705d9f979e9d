"""Reads of the log of exercises: what holds of each entry, and the records that the rules of a
session read (careplan/rules/session.py)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from careplan.models import Assessment, DayEntry, FollowUp, Plan, SessionLog
from careplan.queries import checkin as checkins
from careplan.queries import flare as flares
from careplan.rules.book import book
from careplan.rules.facts import Facts
from careplan.rules.session import propose
from patients.models import Patient

HISTORY = timedelta(days=84)  # of a record; no rule of a session looks back over 12 weeks
ADHERENCE_DAYS = 14
STOP = "PT-22"  # a new sign in a session
OF_A_DAY = (DayEntry.Kind.MORNING, DayEntry.Kind.SORE, DayEntry.Kind.EFFORT)


@dataclass(frozen=True)
class Entry:
    """One try at an exercise on one day. `row` is the newest row and holds; `first` is the id of
    the row that opened it and never changes."""

    first: int
    row: SessionLog

    @property
    def done(self) -> bool:
        return self.row.outcome == SessionLog.Outcome.DONE


def entries(patient: Patient, since: date, until: date | None = None) -> list[Entry]:
    """What was logged from one day to another, oldest first; without what was taken back."""
    rows = SessionLog.objects.filter(patient=patient, on__gte=since).order_by("on", "id")
    if until:
        rows = rows.filter(on__lte=until)
    newest = {row.first_id or row.pk: row for row in rows}
    return [
        Entry(first, row)
        for first, row in newest.items()
        if row.outcome != SessionLog.Outcome.TAKEN_BACK
    ]


def of_day(patient: Patient, day: date) -> dict[str, list[Entry]]:
    """Exercise -> its tries of one day, the first try first."""
    found = defaultdict(list)
    for entry in entries(patient, day, day):
        found[entry.row.exercise].append(entry)
    return dict(found)


def record(patient: Patient, exercise: str, as_of: date) -> dict:
    """The record of one exercise; without sessions where nothing was logged."""
    return records(patient, as_of).get(exercise) or _about(patient, as_of) | {"sessions": []}


def records(patient: Patient, as_of: date) -> dict[str, dict]:
    """Exercise -> its record. Each session also has `log`, the id of the entry's first row. The
    number of queries is the same however much was logged."""
    since = as_of - HISTORY
    diary, about = _diary(patient, since), _about(patient, as_of)
    found = defaultdict(list)
    logged = [entry for entry in entries(patient, since, as_of) if _was_tried(entry)]
    worst, spans = _worst(logged), flares.spans(patient, since)
    for entry in logged:
        session = _session(entry, diary, worst[entry.row.on]) | _in_flare(entry.row.on, spans)
        found[entry.row.exercise].append(session)
    return {exercise: about | {"sessions": sessions} for exercise, sessions in found.items()}


def zone_now(record: dict) -> str | None:
    """The zone of the last session as far as today tells: the morning after is taken to be calm,
    and where the level before was not told, the usual pain stands in, as on the patient's page."""
    if not record["sessions"]:
        return None
    last = record["sessions"][-1]
    before = last.get("before", last.get("usual_pain", record.get("usual_pain")))
    calm = {"before": before, "next_day": before} if before is not None else {}
    alone = record | {"sessions": [*record["sessions"][:-1], last | calm]}
    return propose(alone, book())["zone"]


def _was_tried(entry: Entry) -> bool:
    """Left without a set, without pain and without a sign says nothing of the exercise."""
    row = entry.row
    return bool(row.sets or row.signs) or row.peak is not None


def _worst(logged: list[Entry]) -> dict[date, int]:
    """Day -> the most pain that was told of one exercise by itself; -1 where none was."""
    found = defaultdict(lambda: -1)
    for entry in logged:
        if entry.row.peak is not None:
            found[entry.row.on] = max(found[entry.row.on], entry.row.peak)
    return found


def _session(entry: Entry, diary: dict, worst: int) -> dict:
    """One session of a record. How sore a whole day was counts for each exercise of it, unless
    one of them was told to hurt as much: then the others are unknown."""
    row = entry.row
    sore = diary.get((row.on, DayEntry.Kind.SORE))
    told = {
        "before": row.before,
        "peak": row.peak if row.peak is not None else (sore if (sore or 0) > worst else None),
        "next_day": row.next_day,
        "effort": row.effort,
    }
    if told["next_day"] is None:
        told["next_day"] = diary.get((row.on + timedelta(days=1), DayEntry.Kind.MORNING))
    if told["effort"] is None:
        told["effort"] = diary.get((row.on, DayEntry.Kind.EFFORT))
    known = {name: value for name, value in told.items() if value is not None}
    fixed = {"log": entry.first, "on": row.on.isoformat(), "level": row.level, "signs": row.signs}
    return fixed | known


def _in_flare(on: date, spans: list) -> dict:
    """Half a dose is no ground for a step up, and the usual pain is that of the flare (PT-19)."""
    told = [pain for first, last, pain in spans if first <= on <= last]
    return {"flare": True, "usual_pain": max(told)} if told else {}


def _diary(patient: Patient, since: date) -> dict[tuple[date, str], int]:
    rows = DayEntry.objects.filter(patient=patient, on__gte=since, kind__in=OF_A_DAY)
    return {(row.on, row.kind): row.value for row in rows}


def _about(patient: Patient, as_of: date) -> dict:
    """What every record of a patient says beside its sessions; unknown things are left out."""
    reviewed = signs_reviewed_on(patient)
    told = {
        "usual_pain": usual_pain(patient),
        "frozen": True if flares.running(patient, as_of) else _frozen(patient),
        "done_share": _done_share(patient, as_of),
        "signs_reviewed_on": reviewed and reviewed.isoformat(),
    }
    known = {name: value for name, value in told.items() if value is not None}
    return {"as_of": as_of.isoformat()} | known


def usual_pain(patient: Patient) -> float | None:
    """The last average of seven days: from 4 on, the zones count from it (PT-14)."""
    last = flares.usual_before(patient)
    return None if last is None else float(last)


def _frozen(patient: Patient) -> bool | None:
    newest = Assessment.objects.filter(patient=patient).order_by("-made_at").first()
    return Facts(newest.facts, book())["is.progression_frozen"] if newest else None


def _done_share(patient: Patient, as_of: date) -> float | None:
    done, ran = days_done(patient, as_of, ADHERENCE_DAYS)
    return round(done / ran, 2) if ran else None


def days_done(patient: Patient, day: date, days: int = ADHERENCE_DAYS) -> tuple[int, int]:
    """(days with an exercise noted, days that the plan has run), up to yesterday."""
    plan = Plan.objects.filter(patient=patient, current__isnull=False)
    starts_on = plan.exclude(state="closed").values_list("starts_on", flat=True).first()
    if starts_on is None:
        return 0, 0
    ran = min(days, max((day - starts_on).days, 0))
    return len(checkins.noted_days(patient, day, ran)) if ran else 0, ran


def open_sign(patient: Patient) -> FollowUp | None:
    """The row about a new sign in a session that no clinician has settled, the gravest."""
    rows = FollowUp.objects.filter(patient=patient, rule=STOP)
    return rows.exclude(state=FollowUp.State.CLOSED).order_by("rank", "created_at").first()


def signs_reviewed_on(patient: Patient) -> date | None:
    """The last day on which signs in a session were settled; None while one is open."""
    if open_sign(patient):
        return None
    rows = FollowUp.objects.filter(patient=patient, rule=STOP, closed_at__isnull=False)
    last = rows.order_by("closed_at").last()
    return timezone.localtime(last.closed_at).date() if last else None
