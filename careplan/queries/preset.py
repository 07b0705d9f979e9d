"""Reads of the preset door: what is kept of a plan, and what that becomes in one patient's draft."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils import timezone

from careplan.models import Assessment, Plan, PlanVersion, Preset, Program
from careplan.queries import dates as dates_of
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from careplan.queries import program as program_queries
from careplan.queries.catalogue import catalogue, hidden
from careplan.queries.program import Visits
from careplan.rules import assess, plan_check
from careplan.rules import preset as rules
from careplan.rules.book import Exercise, book
from careplan.rules.facts import Facts
from careplan.rules.preset import Change
from careplan.rules.schedule import Wish
from patients.access import Actor
from patients.models import Clinic, Patient, User

# What is kept of an exercise: dose, order, bout and the short day; never a note.
ITEM = ("exercise", "bout", "sets", "reps", "hold_s", "short_day")
PROGRAM = ("sessions_per_week", "weeks", "aerobic_minutes_start", "aerobic_minutes_goal")
LOOKED_AT = "PT-06"  # waits for the movement checklist whatever is on the list


# Presets -------------------------------------------------------------------------------------


def content_of(version: PlanVersion) -> dict:
    """What of a plan is not about its patient: {"template", "items", "anchors", "program",
    "routine", "education"}. No SQL when the version comes whole.

    `anchors` are codes of the book's habits; empty for one in own words, which may tell of a
    person. So does the "when" of the daily routine: it is left out.
    """
    program = getattr(version, "program", None)
    home = getattr(version, "home_plan", None)
    items = home_queries.items_of(version)
    return {
        "template": home.template if home else "",
        "items": [{name: item[name] for name in ITEM} for item in items],
        "anchors": [one["code"] for one in home.anchors] if home else [],
        "program": {name: getattr(program, name) for name in PROGRAM} if program else {},
        "routine": [{"code": line["code"], "minutes": line["minutes"]} for line in version.routine],
        "education": list(version.education),
    }


def presets(clinic: Clinic, *, retired: bool = False) -> list[Preset]:
    """The clinic's presets in use, by name; or the retired ones, the last retired first. 1 query."""
    rows = Preset.objects.for_clinic(clinic).filter(retired_at__isnull=not retired)
    rows = rows.select_related("made_by", "retired_by")
    return list(rows.order_by("-retired_at", "-id") if retired else rows)


def preset_of(actor: Actor, pk) -> Preset:
    """One preset of the actor's clinic; another clinic's is 404."""
    rows = Preset.objects.for_clinic(actor.clinic).select_related("clinic", "made_by", "retired_by")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404("No such preset")
    return row


def whole_items(content: dict, exercises: Mapping[str, Exercise]) -> list[dict]:
    """The items of a content with the timing of their exercises; unknown ones are passed over."""
    return [
        home_queries.default_item(item["exercise"], exercises) | item
        for item in content["items"]
        if item["exercise"] in exercises
    ]


# The patient ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """Whose draft is filled. `why_not` says in sentences why it cannot be; then nothing else is
    asked. `draft` is open or None, `running` the version that is followed or None."""

    patient: Patient
    newest: Assessment | None
    draft: PlanVersion | None
    running: PlanVersion | None
    why_not: tuple[str, ...] = ()

    @property
    def base(self) -> PlanVersion:
        """What the draft holds or would begin with: for a first plan nothing yet."""
        return self.draft or self.running or self._first

    @cached_property
    def _first(self) -> PlanVersion:
        patient, clinic = self.patient, self.patient.clinic
        plan = Plan(clinic=clinic, patient=patient)
        parts = {"clinic": clinic, "patient": patient, "assessment": self.newest, "number": 1}
        return PlanVersion(plan=plan, **parts)

    @property
    def number(self) -> int:
        """Of the version that is drafted."""
        return self.draft.number if self.draft else self.base.number + bool(self.running)


def target(patient: Patient) -> Target:
    """What may be drafted for a patient today; a known number of queries."""
    newest = plan_queries.newest_assessment(patient)
    draft = plan_queries.draft_of(patient)
    running = plan_queries.current_of(patient)
    return Target(patient, newest, draft, running, tuple(_refusals(patient, newest, draft)))


def _refusals(patient: Patient, newest: Assessment | None, draft: PlanVersion | None):
    name = patient.given_name
    if patient.deceased_on:
        yield f"{patient.name} is recorded as having died."
    elif newest is None:
        yield f"{name} has not been assessed yet. A plan stands on an assessment."
    elif newest.disposition != "plan":
        words = newest.disposition.replace("_", " ")
        yield f"The assessment of {newest.as_of:%-d %B} says “{words}”: it allows no plan."
    elif (today := says_today(newest, patient.clinic)) != "plan":
        words = today.replace("_", " ")
        yield f"On today’s date the rules say “{words}” of the same answers: assess {name} again."
    elif draft and draft.assessment_id != newest.pk:
        yield (
            f"{name} was assessed again on {newest.as_of:%-d %B}, after this draft was begun. "
            "Draft from that assessment first."
        )


def says_today(assessment: Assessment, clinic: Clinic) -> str:
    """The disposition of the stored facts on today's date: ages and courses go on."""
    today = timezone.localdate(timezone=ZoneInfo(clinic.time_zone))
    return assess(assessment.facts | {"as_of": today.isoformat()})["disposition"]


# What it becomes -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Fit:
    """What a content becomes in the draft of one patient, part by part.

    `items` are whole items in order; empty: nothing is left of the exercises, and the draft keeps
    its own. `program` is None where a programme runs or nothing is known. `routine` and
    `education` are what is added to those of the draft. `findings` are what the book says of it.
    """

    items: list[dict]
    left_out: list[Change]
    gentler: list[Change]
    limit: Decimal
    findings: list[dict]
    care: list[tuple[str, home_queries.Care]]  # name of an exercise, what it needs
    program: dict | None
    visits: Visits | None
    walks_less: bool
    routine: list[dict] = field(default_factory=list)
    education: list[str] = field(default_factory=list)
    template: str = ""
    anchors: list[dict] = field(default_factory=list)

    @property
    def bouts(self) -> list[home_queries.Bout]:
        """The parts of the day; none where it is one piece or only one is left."""
        found = [one for one in home_queries.bouts(self.items, self.anchors) if one.items]
        return found if len(found) > 1 else []

    @property
    def minutes(self) -> Decimal:
        return home_queries.total(self.items)

    @property
    def over(self) -> Decimal:
        return max(self.minutes - self.limit, Decimal(0))

    @property
    def names(self) -> int:
        """How many exercises stay."""
        return len(self.items)


class Fitting:
    """Fits contents to one patient: the rules are asked once, however many contents there are."""

    def __init__(self, target: Target):
        self.target = target
        self.exercises = catalogue(target.patient.clinic)
        self.facts = Facts(target.newest.facts, book())
        self.hidden = hidden(target.newest, self.exercises)
        self.notes = home_queries.caution_notes(target.newest, self.exercises)
        self.limit = plan_queries.limit_of(target.newest)
        self.there = {item["exercise"]: item for item in home_queries.items_of(target.base)}

    def fit(self, content: dict) -> Fit:
        """No SQL."""
        known, facts = whole_items(content, self.exercises), self.facts
        gone = [item for item in content["items"] if item["exercise"] not in self.exercises]
        items, left_out, gentler = rules.sift(
            [*known, *gone], facts, self.exercises, self.hidden, self.there
        )
        items = home_queries.short_day_kept(items)
        program, visits = self._program(content["program"])
        return Fit(
            items=items,
            left_out=left_out,
            gentler=gentler,
            limit=self.limit,
            findings=self._judged(items, program),
            care=[
                (self.exercises[item["exercise"]].name, care)
                for item in items
                for care in self.notes.get(item["exercise"], [])
            ],
            program=program,
            visits=visits,
            walks_less=bool(program) and _less(program, content["program"]),
            routine=self._routine(content["routine"]),
            education=self._education(content["education"]),
            template=content["template"] if content["template"] in book().templates else "",
            anchors=_anchors(content["anchors"]),
        )

    def _program(self, shape: dict) -> tuple[dict | None, Visits | None]:
        if not shape or self.target.running:
            return None, None
        start, goal = (shape[name] for name in PROGRAM[2:])
        start, goal = rules.walking(start, goal, self.facts)
        shape = shape | {"aerobic_minutes_start": start, "aerobic_minutes_goal": goal}
        return shape, program_queries.visits(Program(**shape), self.target.newest)

    def _judged(self, items: list[dict], program: dict | None) -> list[dict]:
        """What the book says of the plan that it would be, but for what waits for the therapist."""
        lines = [
            {
                "exercise": item["exercise"],
                "minutes": float(home_queries.minutes(item)),
                "level": self.exercises[item["exercise"]].level,
            }
            for item in items
        ]
        plan = {"first": self.target.running is None, "movement_seen": True}
        if walks := program or getattr(self.target.base, "program", None):
            lines.append({"exercise": home_queries.AEROBIC})
        if program:
            plan |= {"sessions_per_week": walks["sessions_per_week"], "weeks": walks["weeks"]}
        record = self.target.newest.facts | {"plan": plan | {"items": lines}}
        found = plan_check.judge(record, book())["findings"]
        return [one for one in found if one["severity"] in ("stop", "caution")]

    def _routine(self, lines: list[dict]) -> list[dict]:
        there = {line["code"] for line in self.target.base.routine}
        cards = book().self_care
        return [
            {"code": code, "title": cards[code].title, "minutes": line["minutes"], "anchor": ""}
            for line in lines
            if (code := line["code"]) in cards and code not in there
        ]

    def _education(self, codes: list[str]) -> list[str]:
        offered = self.target.newest.result.get("education", [])
        there = self.target.base.education
        return [code for code in rules.cards(codes, offered, book()) if code not in there]


def _anchors(codes: list[str]) -> list[dict]:
    """Habits of the book; one that was in own words, or is no more, gets the next that is free."""
    habits = book().habits
    free = (habit for code, habit in habits.items() if code not in codes)
    chosen = [habits.get(code) or next(free) for code in codes]
    return [{"code": habit.code, "words": habit.words} for habit in chosen]


def _less(program: dict, asked: dict) -> bool:
    return program["aerobic_minutes_start"] < asked["aerobic_minutes_start"]


def wish(fit: Fit, target: Target, therapist: User | None) -> Wish | None:
    """The programme of a fit on dates, the nearest one where it cannot be laid; None: it stays as
    it is. `therapist`: who gives the sessions of a draft that is not begun yet."""
    if fit.program is None:
        return None
    program = getattr(target.base, "program", None)
    pace, weeks = fit.program["sessions_per_week"], fit.program["weeks"]
    if program and (program.sessions_per_week, program.weeks) == (pace, weeks):
        return program_queries.wish_of(program)
    who = program.therapist if program else therapist
    return dates_of.reshaped(target.base, pace, weeks, who)


def stamp(fit: Fit, wish: Wish | None, target: Target) -> str:
    """A mark of all that a page of a fit has shown: when it differs, something has changed since."""
    shown = [
        fit.items, fit.anchors, [one.code for one in fit.left_out], fit.program, fit.routine, fit.education,
        wish and (wish.sessions_per_week, wish.weeks, wish.weekdays, str(wish.at), wish.starts_on),
        str(target.newest.pk), str(target.draft and target.draft.pk),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(shown, default=str, sort_keys=True).encode()).hexdigest()[:32]
