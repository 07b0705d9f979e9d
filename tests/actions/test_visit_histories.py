"""Whatever is recorded, corrected, granted and taken out: the account tells the states again."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from careplan.actions import visits as actions
from careplan.actions.drafting import PlanRefused
from careplan.models import FollowUp, Session, VisitEntry
from careplan.queries import visits as queries
from careplan.rules.lifecycle import SESSION, IllegalMove
from tests.factories.visits import granted, in_plan, session

TODAY = date(2026, 11, 24)
MOVES = ("attend", "attend", "attend", "miss", "cancel", "cancel_late", "correct")
STEPS = 40


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 9, 12, tzinfo=UTC))


@pytest.mark.parametrize("seed", range(3))
def test_any_history_adds_up(patient, by_therapist, seed):
    plan, dice = in_plan(patient, by_therapist), random.Random(seed)
    for step in range(STEPS):
        before = _rows(patient)
        done = _step(plan, dice, step, by_therapist)
        after = _rows(patient)
        assert after[: len(before)] == before, "a line of the account was changed"
        assert done or after == before, "what was refused left a line"
        _adds_up(patient)


def _step(plan, dice, step: int, by) -> bool:
    """One thing at random; whether it happened."""
    try:
        if dice.random() < 0.15:
            _grant_or_take_out(plan, dice, step, by)
        else:
            row = session(plan, dice.randint(1, 12))
            actions.record_attendance(session=row, move=dice.choice(MOVES), by=by)
    except (PlanRefused, IllegalMove):
        return False
    return True


def _grant_or_take_out(plan, dice, step: int, by) -> None:
    standing = VisitEntry.objects.filter(kind="granted", withdrawal=None).first()
    if standing and dice.random() < 0.4:
        actions.withdraw(grant=standing, why="Wrong", by=by)
    else:
        first = TODAY - timedelta(days=dice.randint(0, 40))
        granted(
            plan.patient, by, dice.randint(1, 6), on=first, until=None, authorisation=f"A-{step}"
        )


def _rows(patient) -> list:
    return list(VisitEntry.objects.filter(patient=patient).order_by("id").values())


def _adds_up(patient) -> None:
    attended = set(
        Session.objects.filter(patient=patient, state="attended").values_list("pk", flat=True)
    )
    found = queries.ledger(patient, TODAY)
    net = {}
    for entry in found.entries:
        if entry.session_id:
            change = 1 if entry.kind == "used" else -1
            net[entry.session_id] = net.get(entry.session_id, 0) + change
    assert {pk for pk, count in net.items() if count == 1} == attended
    assert set(net.values()) <= {0, 1}
    assert found.balance.used == len(attended)
    assert found.balance.over == len(found.uncovered) if found.grants else True
    once = FollowUp.objects.exclude(state="closed").values_list("kind", flat=True)
    assert len(once) == len(set(once)), "the worklist asks twice for one thing"


def test_every_move_of_the_table_was_tried():
    assert {name for moves in SESSION.values() for name in moves} == {*MOVES, "make_up"}
