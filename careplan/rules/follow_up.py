"""What is due, when and for whom: from the rules that fired, and the plan's own rhythm."""

from datetime import timedelta

from careplan.rules import working_days


def due_dates(facts, disposition, firings, unanswered):
    """The follow-ups of an assessment, each kind, day and role once, the earliest first."""
    return _once(_asked(facts, firings) + _of_disposition(facts, disposition, unanswered))


def of_firings(facts, firings):
    """The follow-ups that rules ask for, about any kind of record."""
    return _once(_asked(facts, firings))


def _once(found):
    unique = {(f["kind"], f["due"], f["role"]): f for f in reversed(found)}
    return sorted(unique.values(), key=lambda f: (f["due"], f["kind"], f["role"]))


def _asked(facts, firings):
    return [_due(facts, rule, told) for rule, level in firings for told in level.follow_up]


def _due(facts, rule, told):
    return follow_up(facts.book, told["kind"], due_on(facts.as_of, told), told["role"], rule.id)


def due_on(day, told):
    """The day on which something is due that is asked for in days or in working days."""
    if "working_days" in told:
        return working_days.after(day, told["working_days"])
    return day + timedelta(days=told["days"])


def follow_up(book, kind, day, role, rule):
    """One follow-up in the shape of the assessment."""
    return {
        "kind": kind,
        "due": day.isoformat(),
        "role": role,
        "rule": rule,
        "label": book.follow_ups[kind],
    }


def _of_disposition(facts, disposition, unanswered):
    book, today, due = facts.book, facts.as_of, facts.book.due
    if disposition == "plan":
        return [
            follow_up(book, kind, today + timedelta(days=due[days]), role, rule)
            for kind, days, role, rule in (
                ("check_in", "check_in_days", "patient", "CK-20"),
                ("mid_programme_review", "mid_programme_days", "therapist", "PT-23"),
                ("end_of_programme_review", "end_of_programme_days", "therapist", "PT-23"),
            )
        ]
    if disposition == "not_chronic":
        onset = today - timedelta(days=facts["days"])
        day = max(onset + timedelta(days=due["reclassify_days_from_onset"]), today)
        return [follow_up(book, "reclassify", day, "therapist", "CL-04")]
    if disposition == "incomplete":
        rule = book.red_flags[unanswered[0]].rule
        return [follow_up(book, "answer_red_flags", today, "therapist", rule)]
    return []
