"""Reads of the plan door: the draft, what still blocks it, what changed since the last version."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Prefetch
from django.utils import timezone

from careplan.models import (
    Assessment,
    Goal,
    HomePlan,
    HomePlanItem,
    MedicationStep,
    Plan,
    PlanVersion,
    Program,
    Reminder,
)
from careplan.queries import book as book_queries
from careplan.queries import home_plan as home_queries
from careplan.queries import program as program_queries
from careplan.rules import schedule
from careplan.rules.book import book
from patients.models import Clinic, Patient

SMALL_PLAN = 10  # minutes a day under which a plan needs no five parts (PT-11, D-40)


@dataclass(frozen=True)
class Blocker:
    """One thing that keeps a draft from being signed, and the part of the builder it is in."""

    part: str
    text: str


def open_plan(patient: Patient) -> Plan | None:
    """The patient's plan that is not closed; a constraint allows one."""
    return Plan.objects.filter(patient=patient).exclude(state=Plan.State.CLOSED).first()


def newest_assessment(patient: Patient) -> Assessment | None:
    return Assessment.objects.filter(patient=patient).order_by("-made_at").first()


def _whole():
    """Versions with all their parts, in a known number of SQL queries."""
    items = HomePlanItem.objects.order_by("position")
    return PlanVersion.objects.select_related(
        "plan", "patient", "clinic", "assessment", "program", "home_plan", "signed_by", "drafted_by"
    ).prefetch_related(
        Prefetch("home_plan__items", queryset=items),
        Prefetch("goals", queryset=Goal.objects.order_by("position")),
    )


def draft_of(patient: Patient) -> PlanVersion | None:
    """The unsigned version of the open plan, with its parts."""
    open_plans = Plan.objects.filter(patient=patient).exclude(state=Plan.State.CLOSED)
    return _whole().filter(plan__in=open_plans, signed_at=None).first()


def current_of(patient: Patient) -> PlanVersion | None:
    """The version the patient follows (or would, while a hold lasts), with its parts."""
    plan = open_plan(patient)
    return _whole().filter(pk=plan.current_id).first() if plan and plan.current_id else None


def whole(pk) -> PlanVersion:
    """A version with its parts, by id."""
    return _whole().get(pk=pk)


def last_of(patient: Patient) -> PlanVersion | None:
    """The newest signed version of any plan, closed ones too: what there is to look back at."""
    rows = _whole().filter(patient=patient, signed_at__isnull=False)
    return rows.order_by("-signed_at").first()


def signed_versions(plan: Plan) -> list[PlanVersion]:
    """Signed versions of one plan, newest first."""
    rows = plan.versions.filter(signed_at__isnull=False).select_related("signed_by")
    return list(rows.order_by("-number"))


def reminders_of(plan: Plan) -> list[Reminder]:
    """The check-ins of a plan that are not cancelled, in order."""
    rows = plan.reminders.exclude(state=Reminder.State.CANCELLED)
    return list(rows.order_by("due_at"))


def waiting_medicines(plan: Plan) -> int:
    """How many medicine lines of a plan wait for a prescriber."""
    return plan.medication_steps.filter(state=MedicationStep.State.PROPOSED).count()


def checkin_days(start: date, weeks: int) -> list[date]:
    """Days a patient is asked: every two weeks of the program and the two weeks after it."""
    every = book().due["check_in_days"]
    return [start + timedelta(days=every * n) for n in range(1, (weeks + 2) * 7 // every + 1)]


# What blocks signing -------------------------------------------------------------------------


def blockers(
    version: PlanVersion, *, newest: Assessment | None = None, now: datetime | None = None
) -> list[Blocker]:
    """Everything that keeps the draft from being signed, in the order of the builder.

    `newest` is the patient's newest assessment; left out, it is looked up.
    """
    newest = newest or newest_assessment(version.patient)
    return [
        *_safety(version, newest),
        *_book(version.clinic),
        *_program(version, now or timezone.now()),
        *_home(version, newest),
        *_components(version),
    ]


def _safety(version: PlanVersion, newest: Assessment | None) -> list[Blocker]:
    """A plan stands on the newest assessment, and that says "plan"."""
    if newest is None or newest.disposition == "plan":
        return []
    day = f"{newest.as_of:%-d %B}"
    if newest.disposition in ("emergency", "urgent"):
        flags = [f for f in newest.result["findings"] if f["severity"] == newest.disposition]
        what = flags[0]["message"].rstrip(".") if flags else "See the assessment"
        return [Blocker("safety", f"A red flag is open since {day}: {what}. Clear it first.")]
    words = newest.disposition.replace("_", " ")
    return [Blocker("safety", f"The assessment of {day} says “{words}”: it allows no plan.")]


def _book(clinic: Clinic) -> list[Blocker]:
    """A plan starts, or becomes another, only on a book that a clinical lead has signed."""
    words = book_queries.why_not(book_queries.standing(clinic))
    return [Blocker("book", words)] if words else []


def _program(version: PlanVersion, now: datetime) -> list[Blocker]:
    program = getattr(version, "program", None)
    if program is None:
        return [Blocker("program", "Lay the program on dates.")]
    if program.starts_on == program_queries.running_start(version):
        return []
    zone = program_queries.clinic_zone(version.clinic)
    if program.starts_on < timezone.localdate(now, zone):
        return [Blocker("program", f"The first day, {program.starts_on:%-d %B}, has passed.")]
    try:
        program_queries.moments(program, zone=zone.key, after=now)
    except schedule.ScheduleRefused as refusal:
        return [Blocker("program", reason) for reason in refusal.reasons]
    return []


def _home(version: PlanVersion, newest: Assessment | None) -> list[Blocker]:
    items = home_queries.items_of(version)
    if not items:
        return [Blocker("home", "Choose the home exercises.")]
    found, exercises = [], book().exercises
    over = home_queries.total(items) - home_queries.LIMIT
    if over > 0:
        found.append(Blocker("home", f"{quarters(over)} over. Remove one, or cut a set."))
    hidden = home_queries.hidden(newest) if newest else {}
    found += [
        Blocker("home", f"{exercises[i['exercise']].name} is left out: {hidden[i['exercise']]}")
        for i in items
        if i["exercise"] in hidden
    ]
    short = [item for item in items if item["short_day"]]
    if not short:
        found.append(Blocker("home", "Mark what belongs to the five-minute day."))
    elif home_queries.total(short) > home_queries.SHORT_LIMIT:
        spent = home_queries.total(short)
        found.append(
            Blocker("home", f"The five-minute day takes {quarters(spent)} minutes: 5 at most.")
        )
    return found


def _components(version: PlanVersion) -> list[Blocker]:
    """PT-05: each part is there, or left out with a reason."""
    home = getattr(version, "home_plan", None)
    if home is None or _is_small(version, home):
        return []
    return [
        Blocker("home", f"{home_queries.COMPONENTS[code][0]} is missing: add one or say why not.")
        for code, there in components(version).items()
        if not there and not version.reasons.get(code)
    ]


def _is_small(version: PlanVersion, home: HomePlan) -> bool:
    """A five-minute plan, or one for somebody with under ten minutes: no five parts (D-40)."""
    can_give = _minutes_a_day(version)
    too_little = can_give is not None and can_give < SMALL_PLAN
    return home.template == home_queries.SHORT_TEMPLATE or too_little


def components(version: PlanVersion) -> dict[str, bool]:
    """The five parts (PT-05) and whether the version has each; walking may be the program's."""
    present = {item["exercise"][:3] for item in home_queries.items_of(version)}
    program = getattr(version, "program", None)
    if program and program.aerobic_minutes_goal:
        present.add(home_queries.AEROBIC)
    return {code: code in present for code in home_queries.COMPONENTS}


def cautions(version: PlanVersion) -> list[dict]:
    """What to weigh before signing: notes of the chosen exercises, count, time, visits; no SQL
    when the version comes whole."""
    items = home_queries.items_of(version)
    return [*_exercise_cautions(version, items), *_size_cautions(version, items)]


def _exercise_cautions(version: PlanVersion, items: list[dict]) -> list[dict]:
    notes = home_queries.caution_notes(version.assessment)
    return [
        {
            "title": f"{book().exercises[item['exercise']].name}, with {care.label}: {care.note}.",
            "code": item["exercise"],
            "exercise": item["exercise"],
        }
        for item in items
        for care in notes.get(item["exercise"], [])
    ]


def _size_cautions(version: PlanVersion, items: list[dict]) -> list[dict]:
    found = []
    counted = [i for i in items if not i["exercise"].startswith(home_queries.AEROBIC)]
    if counted and not 3 <= len(counted) <= 6:
        words = f"{len(counted)} home exercises: 3 to 6 are usual."
        found.append({"title": words, "code": "PT-09"})
    can_give = _minutes_a_day(version)
    if can_give is not None and home_queries.total(items) > can_give:
        words = f"{version.patient.given_name} can give {can_give:g} minutes a day."
        found.append({"title": words, "code": "PT-11"})
    visits = program_queries.visits(getattr(version, "program", None), version.assessment)
    if visits.over:
        found.append({"title": visits.sentence, "code": "PAY-03"})
    return found


def _minutes_a_day(version: PlanVersion) -> float | None:
    return version.assessment.facts.get("availability", {}).get("minutes_a_day")


# What changed --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One line of "Different from version 1"; kind is added, removed, changed or same."""

    kind: str
    text: str
    small: str = ""


def differences(version: PlanVersion, before: PlanVersion | None) -> list[Difference]:
    """What a version changes against the one before; empty for a first version. No SQL when both
    come whole."""
    if before is None:
        return []
    found = [
        *_item_changes(version, before),
        *_program_changes(version, before),
        *_word_changes(version, before),
    ]
    same = "All the rest is the same" if found else "Nothing is different"
    return [*found, Difference("same", same)]


def _item_changes(version: PlanVersion, before: PlanVersion) -> list[Difference]:
    new = {item["exercise"]: item for item in home_queries.items_of(version)}
    old = {item["exercise"]: item for item in home_queries.items_of(before)}
    name = {code: book().exercises[code].name for code in {*new, *old} & book().exercises.keys()}
    found = [
        Difference("added", f"{name[c]} added", dose_words(new[c])) for c in new if c not in old
    ]
    found += [Difference("removed", f"{name.get(c, c)} taken out") for c in old if c not in new]
    found += [
        Difference("changed", f"{name[c]}: {dose_words(new[c])}", f"was {dose_words(old[c])}")
        for c in new
        if c in old and dose_words(new[c]) != dose_words(old[c])
    ]
    kept = [c for c in old if c in new]
    if not found and kept != [c for c in new if c in old]:
        found.append(Difference("changed", "The exercises are in another order"))
    was, now = home_queries.total(list(old.values())), home_queries.total(list(new.values()))
    if was != now:
        found.append(
            Difference("changed", f"{quarters(was)} to {quarters(now)} minutes a day, limit 15")
        )
    return found


def quarters(minutes: Decimal) -> str:
    """`14.0`, `7.25`: minutes come in quarters, and none is lost."""
    return f"{minutes:.2f}".removesuffix("0")


def dose_words(item: dict) -> str:
    """`2 sets of 8, hold 3 s`."""
    hold = f", hold {item['hold_s']} s" if item["hold_s"] else ""
    return f"{item['sets']} {'set' if item['sets'] == 1 else 'sets'} of {item['reps']}{hold}"


def _program_changes(version: PlanVersion, before: PlanVersion) -> list[Difference]:
    new, old = getattr(version, "program", None), getattr(before, "program", None)
    if new is None or old is None:
        return []
    found = []
    if program_words(new) != program_words(old):
        found.append(Difference("changed", program_words(new), f"was {program_words(old)}"))
    if new.aerobic_minutes_goal != old.aerobic_minutes_goal:
        words = f"Walking goal {new.aerobic_minutes_goal} minutes a day"
        found.append(Difference("changed", words, f"was {old.aerobic_minutes_goal}"))
    return found


def program_words(program: Program) -> str:
    """`2 a week for 8 weeks, Monday and Thursday at 9:00, from 26 November`."""
    days = " and ".join(schedule.DAYS[day] for day in program.weekdays)
    days = days.replace(" and ", ", ", len(program.weekdays) - 2)
    return (
        f"{program.sessions_per_week} a week for {program.weeks} weeks, {days} "
        f"at {program.at:%-H:%M}, from {program.starts_on:%-d %B}"
    )


def _word_changes(version: PlanVersion, before: PlanVersion) -> list[Difference]:
    found = []
    if [g.text for g in version.goals.all()] != [g.text for g in before.goals.all()]:
        found.append(Difference("changed", "The goals"))
    if version.routine != before.routine:
        found.append(Difference("changed", "The daily routine"))
    if version.note != before.note:
        found.append(Difference("changed", f"The note to {version.patient.given_name}"))
    return found
