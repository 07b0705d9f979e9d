"""What a draft says in words: goals, the note, the daily routine, cards and barriers."""

from datetime import date
from typing import NamedTuple

from django.db import transaction

from careplan.actions import drafting
from careplan.actions.drafting import PlanRefused
from careplan.models import Goal, PlanVersion
from careplan.rules.book import book
from patients.access import Actor

# The daily routine a draft starts with (SM-03, SM-04, SM-06): code and minutes.
ROUTINE = (("SM-03", 1), ("SM-04", 5), ("SM-06", 2))
# Cards that explain, chosen with the plan or asked for (ED), and the one that always stays.
EXPLAINS, BARRIER, SAFETY_CARD = ("education", "on_request"), "barrier", "ED-12"
GOALS_MOST, GOAL_LENGTH, NOTE_LENGTH = 5, 200, 2000


def usual_routine() -> list[dict]:
    """The daily routine a draft starts with, titled by the rule book."""
    cards = book().self_care
    return [
        {"code": code, "title": cards[code].title, "minutes": minutes, "anchor": ""}
        for code, minutes in ROUTINE
    ]


class GoalLine(NamedTuple):
    """An activity in the patient's words, and 0 (cannot do it) to 10 (as before) for it (OM-03)."""

    text: str
    by: date | None = None
    now: int | None = None
    wanted: int | None = None


@transaction.atomic
def save_goals(*, version: PlanVersion, goals: list, by: Actor, revision=None) -> PlanVersion:
    """The goals of a draft, in order: tuples of a GoalLine's fields; empty texts are left out."""
    lines = [GoalLine(*goal) for goal in goals]
    lines = [line._replace(text=line.text.strip()) for line in lines if line.text.strip()]
    if reasons := _goal_faults(lines):
        raise PlanRefused(*reasons)
    row = drafting.claim(version=version, by=by, revision=revision)
    before = [_goal_words(goal) for goal in row.goals.all()]
    row.goals.all().delete()
    kept = Goal.objects.bulk_create(
        Goal(
            clinic=row.clinic,
            version=row,
            position=n,
            text=line.text,
            target_on=line.by,
            now=line.now,
            wanted=line.wanted,
        )
        for n, line in enumerate(lines, start=1)
    )
    after = [_goal_words(goal) for goal in kept]
    drafting.note("goals", by=by, version=row, before={"goals": before}, after={"goals": after})
    return row


def _goal_faults(lines: list[GoalLine]) -> list[str]:
    found = []
    if len(lines) > GOALS_MOST:
        found.append(f"Keep at most {GOALS_MOST} goals: a few are remembered.")
    if any(len(line.text) > GOAL_LENGTH for line in lines):
        found.append(f"A goal has at most {GOAL_LENGTH} letters.")
    for line in lines:
        scores = [score for score in (line.now, line.wanted) if score is not None]
        if not all(0 <= score <= 10 for score in scores):
            found.append(f"“{line.text}”: score from 0 (cannot do it) to 10 (as before).")
        elif len(scores) == 2 and line.wanted <= line.now:
            found.append(f"“{line.text}”: what is wanted lies above what is possible now.")
    return found


def _goal_words(goal: Goal) -> str:
    scored = goal.now is not None or goal.wanted is not None
    return f"{goal.text} ({goal.now} to {goal.wanted})" if scored else goal.text


@transaction.atomic
def save_note(*, version: PlanVersion, note: str, by: Actor, revision=None) -> PlanVersion:
    """The note to the patient, in plain words."""
    if len(note) > NOTE_LENGTH:
        raise PlanRefused(f"The note has at most {NOTE_LENGTH} letters.")
    row = drafting.claim(version=version, by=by, revision=revision)
    before, row.note = row.note, note.strip()
    row.save(update_fields=["note"])
    drafting.note("note", by=by, version=row, before={"note": before}, after={"note": row.note})
    return row


@transaction.atomic
def save_routine(
    *, version: PlanVersion, routine: list[dict], by: Actor, revision=None
) -> PlanVersion:
    """The daily routine, in order: [{"code", "title", "minutes", "anchor"}], codes of the book."""
    cards = book().self_care
    unknown = [line["code"] for line in routine if line["code"] not in cards]
    if unknown:
        raise PlanRefused(f"There is no self-care card {unknown[0]}.")
    if any(not 1 <= line["minutes"] <= 30 for line in routine):
        raise PlanRefused("One thing of the daily routine takes 1 to 30 minutes.")
    if any(len(line["anchor"]) > GOAL_LENGTH for line in routine):
        raise PlanRefused(f"“When” has at most {GOAL_LENGTH} letters.")
    row = drafting.claim(version=version, by=by, revision=revision)
    before, row.routine = row.routine, routine
    row.save(update_fields=["routine"])
    drafting.note(
        "routine", by=by, version=row, before={"routine": before}, after={"routine": routine}
    )
    return row


@transaction.atomic
def save_cards(
    *, version: PlanVersion, education: list[str], barriers: list[str], by: Actor, revision=None
) -> PlanVersion:
    """What is explained to the patient, and what stands in their way: codes of the book's cards.

    The card about getting help (ED-12) stays whatever is chosen.
    """
    cards, chosen = book().self_care, list(dict.fromkeys([*education, SAFETY_CARD]))
    for codes, kinds in ((chosen, EXPLAINS), (barriers, (BARRIER,))):
        for code in codes:
            if code not in cards or cards[code].kind not in kinds:
                raise PlanRefused(f"There is no card {code} to choose here.")
    row = drafting.claim(version=version, by=by, revision=revision)
    before = {"education": row.education, "barriers": row.barriers}
    order = list(cards)
    row.education = sorted(chosen, key=order.index)
    row.barriers = sorted(set(barriers), key=order.index)
    row.save(update_fields=["education", "barriers"])
    after = {"education": row.education, "barriers": row.barriers}
    drafting.note("cards", by=by, version=row, before=before, after=after)
    return row
