"""Which moves exist."""

import pytest

from careplan.rules.lifecycle import (
    CHECKIN,
    FOLLOW_UP,
    MEDICATION,
    PLAN,
    SESSION,
    IllegalMove,
    move,
)


@pytest.mark.parametrize(
    ("table", "state", "name", "wanted"),
    [
        (PLAN, "draft", "activate", "active"),
        (PLAN, "active", "hold", "safety_hold"),
        (PLAN, "safety_hold", "release", "active"),
        (PLAN, "active", "close", "closed"),
        (SESSION, "planned", "attend", "attended"),
        (SESSION, "planned", "miss", "missed"),
        (SESSION, "planned", "cancel", "cancelled"),
        (SESSION, "planned", "cancel_late", "cancelled_late"),
        (SESSION, "missed", "make_up", "missed"),
        (SESSION, "cancelled", "make_up", "cancelled"),
        (SESSION, "cancelled_late", "make_up", "cancelled_late"),
        (SESSION, "cancelled_late", "correct", "planned"),
        (MEDICATION, "proposed", "sign", "signed"),
        (MEDICATION, "proposed", "decline", "declined"),
        (MEDICATION, "signed", "stop", "stopped"),
        (CHECKIN, "due", "open", "open"),
        (CHECKIN, "open", "answer", "answered"),
        (CHECKIN, "open", "miss", "missed"),
        (FOLLOW_UP, "open", "snooze", "snoozed"),
        (FOLLOW_UP, "snoozed", "wake", "open"),
        (FOLLOW_UP, "open", "close", "closed"),
    ],
)
def test_a_move_leads_to_its_state(table, state, name, wanted):
    assert move(table, state, name) == wanted


@pytest.mark.parametrize(
    ("table", "state", "name"),
    [
        (PLAN, "draft", "release"),
        (PLAN, "safety_hold", "activate"),
        (PLAN, "closed", "activate"),
        (MEDICATION, "declined", "sign"),
        (MEDICATION, "stopped", "sign"),
        (CHECKIN, "answered", "answer"),
        (CHECKIN, "missed", "answer"),
        (FOLLOW_UP, "closed", "snooze"),
    ],
)
def test_a_move_that_does_not_exist_is_refused_with_a_sentence(table, state, name):
    with pytest.raises(IllegalMove) as refused:
        move(table, state, name)
    assert state.replace("_", " ") in str(refused.value)
    assert str(refused.value).endswith(".")


def test_a_refused_move_names_the_thing_its_state_and_what_it_can():
    with pytest.raises(IllegalMove) as refused:
        move(PLAN, "safety_hold", "hold")
    assert str(refused.value) == (
        "This plan is “safety hold”: it can release or close, but not hold. "
        "Reload the page to see where it stands now."
    )
    with pytest.raises(
        IllegalMove, match="This check-in is “answered”: it can nothing any more, but"
    ):
        move(CHECKIN, "answered", "answer")
