"""The physical-therapy programme that is proposed: sessions, weeks, components, aerobic minutes."""


def propose(facts):
    """The programme of the assessment."""
    shape = facts.book.program
    visits = shape["sessions_per_week"] * shape["weeks"]
    return {
        "sessions_per_week": shape["sessions_per_week"],
        "weeks": shape["weeks"],
        "components": list(shape["components"]),
        "visits": visits,
        "over_visit_limit": _over_limit(facts),
        "aerobic_minutes_start": aerobic_start(facts),
        "aerobic_minutes_goal": shape["aerobic_goal_minutes"],
    }


def _over_limit(facts):
    share = facts["visits_share"]
    return share is not None and share > 100


def aerobic_start(facts):
    """Minutes a day to start with: 5 where tired, else 80 % of what is walked now (PT-11, PT-12)."""
    shape, walked = facts.book.program, facts["walking"]
    least = shape["aerobic_least_minutes"]
    if facts["is.tires_soon"] is True or walked is None:
        return least
    start = walked * shape["aerobic_start_share"]
    return round(min(max(start, least), shape["aerobic_goal_minutes"]), 1)
