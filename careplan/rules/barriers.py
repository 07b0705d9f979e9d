"""What stands in a patient's way: the cards that answer it, what they lead to, what is due (BAR)."""

from careplan.rules.follow_up import due_on, follow_up

BARRIER = "barrier"


def answers(picked, as_of, book):
    """{"cards": [code], "leads_to": [id], "follow_ups": [...]} of the barriers that were picked.

    `picked`: codes such as "BAR-03"; `as_of`: a date. Raises ValueError for what is no barrier.
    """
    known = [code for code, card in book.self_care.items() if card.kind == BARRIER]
    if unknown := sorted(set(picked) - set(known)):
        raise ValueError(f"There is no barrier {unknown[0]!r}; known are {', '.join(known)}.")
    cards = [book.self_care[code] for code in known if code in picked]
    due = [
        follow_up(book, told["kind"], due_on(as_of, told), told["role"], card.code)
        for card in cards
        for told in card.follow_up
    ]
    return {
        "cards": [card.code for card in cards],
        "leads_to": list(dict.fromkeys(one for card in cards for one in card.leads_to)),
        "follow_ups": due,
    }
