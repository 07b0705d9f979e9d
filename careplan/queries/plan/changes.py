"""What a version changes against the one before, in words for both readers."""

from dataclasses import dataclass
from decimal import Decimal

from careplan.models import PlanVersion, Program
from careplan.queries import home_plan as home_queries
from careplan.queries.catalogue import catalogue_of
from careplan.rules import schedule


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
    known = catalogue_of(version)
    name = {code: known[code].name for code in {*new, *old} if code in known}
    found = [
        Difference("added", f"{name[c]} added", dose_words(new[c])) for c in new if c not in old
    ]
    found += [Difference("removed", f"{name.get(c, c)} taken out") for c in old if c not in new]
    found += [
        Difference("changed", f"{name[c]}: {dose_words(new[c])}", f"was {dose_words(old[c])}")
        for c in new
        if c in old and dose_words(new[c]) != dose_words(old[c])
    ]
    parts = _bout_changes(version, before, name)
    found += parts
    kept = [c for c in old if c in new]
    if not found and kept != [c for c in new if c in old]:
        found.append(Difference("changed", "The exercises are in another order"))
    was, now = home_queries.total(list(old.values())), home_queries.total(list(new.values()))
    if was != now:
        found.append(
            Difference("changed", f"{quarters(was)} to {quarters(now)} minutes a day, limit 15")
        )
    return found


def _bout_changes(version: PlanVersion, before: PlanVersion, name: dict) -> list[Difference]:
    """A day that is split or one piece again, what its parts are tied to, what moved between them."""
    new, old = home_queries.bouts_of(version), home_queries.bouts_of(before)
    if [one.anchor for one in new] != [one.anchor for one in old]:
        return [
            Difference(
                "changed", day_words(new), f"was {day_words(old)[:1].lower()}{day_words(old)[1:]}"
            )
        ]
    was = {item["exercise"]: bout for bout in old for item in bout.items}
    return [
        Difference("changed", f"{name[code]}: {bout.anchor}", f"was {was[code].anchor}")
        for bout in new
        for code in (item["exercise"] for item in bout.items)
        if code in was and was[code].number != bout.number
    ]


def day_words(bouts: list[home_queries.Bout]) -> str:
    """`Exercises in 2 short times a day: while the kettle boils; before lunch`."""
    if not bouts:
        return "Exercises in one piece"
    anchors = "; ".join(one.anchor for one in bouts)
    return f"Exercises in {len(bouts)} short times a day: {anchors}"


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
    if _goals(version) != _goals(before):
        found.append(Difference("changed", "The goals"))
    if version.routine != before.routine:
        found.append(Difference("changed", "The daily routine"))
    if version.education != before.education:
        found.append(Difference("changed", "What is explained"))
    if version.barriers != before.barriers:
        found.append(Difference("changed", "What gets in the way, and what helps"))
    if version.note != before.note:
        found.append(Difference("changed", f"The note to {version.patient.given_name}"))
    return found


def _goals(version: PlanVersion) -> list[tuple]:
    return [(goal.text, goal.target_on, goal.now, goal.wanted) for goal in version.goals.all()]
