"""Which moves exist: one table a thing that has states. Who may make them: `patients.roles`.

A table maps state -> {move: next state}. `docs/states.md` is drawn from these tables.
"""

Table = dict[str, dict[str, str]]

PLAN: Table = {
    "draft": {"activate": "active", "close": "closed"},
    "active": {"revise": "active", "hold": "safety_hold", "close": "closed"},
    "safety_hold": {"release": "active", "close": "closed"},
    "closed": {},
}

SESSION: Table = {
    "planned": {
        "attend": "attended",
        "miss": "missed",
        "cancel": "cancelled",
        "cancel_late": "cancelled_late",
    },
    "attended": {"correct": "planned"},
    # A visit that makes up for this one is a session of its own; what happened here stays.
    "missed": {"make_up": "missed", "correct": "planned"},
    "cancelled": {"make_up": "cancelled", "correct": "planned"},
    "cancelled_late": {"make_up": "cancelled_late", "correct": "planned"},
}

MEDICATION: Table = {
    "proposed": {"sign": "signed", "decline": "declined"},
    "signed": {"stop": "stopped"},
    "declined": {},
    "stopped": {},
}

DEVICE: Table = {
    "waiting": {"allow": "logged", "close": "closed"},
    "logged": {"hold": "held", "close": "closed"},
    "held": {"allow": "logged", "close": "closed"},
    "told": {"close": "closed"},  # TENS has no log (NM-09)
    "closed": {},
}

CHECKIN: Table = {
    "due": {"open": "open", "cancel": "cancelled"},
    "open": {"answer": "answered", "miss": "missed", "cancel": "cancelled"},
    "answered": {},
    "missed": {},
    "cancelled": {},
}

FOLLOW_UP: Table = {
    "open": {"snooze": "snoozed", "close": "closed"},
    "snoozed": {"wake": "open", "close": "closed"},
    "closed": {},
}

TABLES = {
    "plan": PLAN,
    "session": SESSION,
    "medicine step": MEDICATION,
    "stimulator": DEVICE,
    "check-in": CHECKIN,
    "follow-up": FOLLOW_UP,
}


class IllegalMove(Exception):
    """The state does not allow the move; the message is a sentence for the page."""


def move(table: Table, state: str, name: str) -> str:
    """The state after a move; raises IllegalMove where the table has no such move."""
    if name not in table[state]:
        able = " or ".join(table[state]) or "nothing any more"
        subject = next(label for label, one in TABLES.items() if one is table)
        raise IllegalMove(
            f"This {subject} is “{state.replace('_', ' ')}”: it can {able.replace('_', ' ')}, "
            f"but not {name.replace('_', ' ')}. "
            "Reload the page to see where it stands now."
        )
    return table[state][name]
