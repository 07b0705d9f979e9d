"""Logged exercise sessions: the zone of each, and what they propose for the next one.

The record is the log of one exercise, the oldest session first:

    {"as_of": date, "usual_pain": 0-10,
     "trials": [amounts], "trial_unit": "seconds" | "repetitions" | "minutes",
                                                  first tries at full tolerance (PT-12)
     "frozen": bool,                              no step up now: `is.progression_frozen` of the intake
     "signs_reviewed_on": date,                   a clinician has looked at the signs up to this day
     "done_share": 0-1,                           of the sessions that were planned
     "wished_level": 1-3,                         the level that is asked for (EXR-03)
     "sessions": [{"on": date, "level": 1-3, "before": 0-10, "peak": 0-10, "next_day": 0-10,
                   "effort": 0-10, "signs": [ALL_SIGNS],
                   "flare": bool,                   done at the smaller dose of a flare (PT-19)
                   "usual_pain": 0-10}]}            of that day, in a flare; else the record's

Every value may be missing: missing is unknown. A session is green only where the morning after is
known; `amber` and `red` need no more than what is there. Nothing here changes a plan: a therapist
accepts a proposal (PT-16). A session in a flare counts as done and never for a step up.

A day counts once towards a step up, however often the exercise was done on it, and only where every
try was green: three short bouts are one session (BAR-05). What was too much counts each time.
"""

from careplan.rules.facts import PLAIN, Fact, Facts, fact
from careplan.rules.intake import read_date
from careplan.rules.records import judged

SIGNS = {
    "chest_pain": "chest pain in a session",
    "faint": "fainting in a session",
    "leg_weakness": "new leg weakness in a session",
    "bladder_bowel_saddle": "a bladder, bowel or saddle change in a session",
    "leg_numbness": "new leg numbness in a session",
    "fall": "a fall in a session",
}
# What a flare that lasts asks beside them (PT-19); not sure is told like a sign.
FLARE_SIGNS = {
    "fever_unwell": "fever with feeling very unwell",
    "fever": "fever, chills or night sweats",
    "unsure": "not sure whether something is new",
}
ALL_SIGNS = SIGNS | FLARE_SIGNS
ZONES = ("green", "amber", "red")
PROPOSALS = ("stop", "remove", "regress", "hold", "progress", "none")


def _last(f):
    sessions = f.at("/sessions")
    return sessions[-1] if sessions else {}


def _difference(late, early):
    return None if late is None or early is None else late - early


def _rise(session):
    return _difference(session.get("peak"), session.get("before"))


def _overnight(session):
    return _difference(session.get("next_day"), session.get("before"))


def zone_of(session, facts):
    """green, amber, red, or None where too little is known (PT-13, PT-14, PT-15).

    Unknown hides no red. Where the level before was not told, the usual pain stands in for it, but
    for red alone. Where the usual pain is not known, it is what the session is by either scale:
    amber by one and red by the other is amber; green by one alone is not known.
    """
    usual = session.get("usual_pain", facts.intake.get("usual_pain"))
    if usual is not None:
        found = _zone(session, facts.intake, facts.book)
        if found is None and session.get("before") is None:
            found = _zone({**session, "before": usual}, facts.intake, facts.book)
            return "red" if found == "red" else None
        return found
    both = [_zone({**session, "usual_pain": usual}, facts.intake, facts.book) for usual in (0, 10)]
    sure = None not in both and (len(set(both)) == 1 or "green" not in both)
    return min(both, key=ZONES.index) if sure else None


def _zone(session, record, book):
    one = Facts({**record, "sessions": [session]}, book)
    levels = book.rules["PT-13"].levels, book.rules["PT-14"].levels
    red = [pair[0].condition.truth(one) for pair in levels]
    amber = [pair[1].condition.truth(one) for pair in levels]
    late = book.rules["PT-15"].levels[0].condition.truth(one)
    if True in (*red, late):
        return "red"
    if True in amber:
        return "amber"
    return None if None in (*red, *amber, late) else "green"


def zone_words(usual, book):
    """[(zone, pain in words)], for a patient: from a high usual pain on, pain above the usual."""
    above = usual is not None and usual >= book.window["high_usual_pain"]
    return [(zone, zone.above if above else zone.pain) for zone in book.zones]


def _recent(f, weeks_ago=0):
    """The sessions of the last 7 days, or of those of so many weeks before."""
    days = f.book.window["days"]
    return [
        one
        for one in f.at("/sessions") or ()
        if (f.as_of - read_date(one["on"])).days // days == weeks_ago
    ]


def _zones(f):
    return [zone_of(one, f) for one in _recent(f)]


def _whole(f, weeks_ago=0):
    """The recent sessions at the whole dose: not those of a flare."""
    return [one for one in _recent(f, weeks_ago) if not one.get("flare")]


def _days(f):
    """Day -> the zones of its sessions at the whole dose, of 7 days."""
    found = {}
    for one in _whole(f):
        found.setdefault(one["on"], []).append(zone_of(one, f))
    return found


@fact("usual pain", "/usual_pain", unit="of 10", subject="session")
def usual_pain(f):
    """Of the day of the last session: in a flare the usual is what it is now (PT-19)."""
    return _last(f).get("usual_pain", f.at("/usual_pain"))


@fact("most pain in the session", "/sessions", unit="of 10", subject="session")
def peak_pain(f):
    return _last(f).get("peak")


@fact("rise of pain in the session", "/sessions", unit="points", subject="session")
def session_rise(f):
    return _rise(_last(f))


@fact("pain of the next morning over before", "/sessions", unit="points", subject="session")
def next_day_rise(f):
    return _overnight(_last(f))


@fact("zone of the session", "/sessions", subject="session")
def zone(f):
    return zone_of(_last(f), f) if _last(f) else None


@fact("green sessions in 7 days", "/sessions", unit="sessions", subject="session")
def green_in_7_days(f):
    """Days of which every session was green; without those of a flare: half a dose says nothing of a
    whole one."""
    return sum(set(zones) == {"green"} for zones in _days(f).values())


@fact("amber sessions in 7 days", "/sessions", unit="sessions", subject="session")
def amber_in_7_days(f):
    return _zones(f).count("amber")


@fact("red sessions in 7 days", "/sessions", unit="sessions", subject="session")
def red_in_7_days(f):
    return _zones(f).count("red")


@fact("planned sessions that were done", "/done_share", unit="percent", subject="session")
def done_share(f):
    share = f.at("/done_share")
    return None if share is None else round(share * 100, 6)


@fact("hardest effort in 7 days", "/sessions", unit="of 10", subject="session")
def hardest_effort(f):
    """Of the green sessions; unknown where one of them has none."""
    efforts = [one.get("effort") for one in _recent(f) if zone_of(one, f) == "green"]
    return None if None in efforts or not efforts else max(efforts)


@fact("trials at full tolerance", "/trials", unit="trials", subject="session")
def trials(f):
    return len(f.at("/trials") or ())


@fact("quota to start from", "/trials", subject="session")
def quota(f):
    tried = (f.at("/trials") or ())[:3]
    share = f.book.program["aerobic_start_share"]
    return round(share * sum(tried) / len(tried), 1) if tried else None


@fact("unit of the trials", "/trial_unit", subject="session")
def trial_unit(f):
    return f.at("/trial_unit") or "(in the unit of the trials)"


@fact("no step up is to be proposed now", "/frozen", subject="session")
def progression_frozen(f):
    return f.at("/frozen")


@fact("level that is asked for", "/wished_level", unit="level", subject="session")
def wished_level(f):
    return f.at("/wished_level")


@fact("green weeks in a row at level 2", "/sessions", unit="weeks", subject="session")
def green_weeks_at_2(f):
    """Weeks back from today with three days or more at level 2 or over, all green."""
    weeks = 0
    while True:
        hard = [one for one in _whole(f, weeks) if one.get("level", 0) >= 2]
        zones, days = {zone_of(one, f) for one in hard}, {one["on"] for one in hard}
        if len(days) < f.book.window["green_sessions"] or zones != {"green"}:
            return weeks
        weeks += 1


def _sign(code):
    """Whether a session told it that no clinician has looked at since: a later calm one ends nothing."""
    return lambda f: any(code in one.get("signs", ()) for one in _unreviewed(f))


def _unreviewed(f):
    seen = f.at("/signs_reviewed_on")
    return [one for one in f.at("/sessions") or () if seen is None or one["on"] > seen]


for _code, _label in ALL_SIGNS.items():
    PLAIN[f"sign_{_code}"] = Fact(_label, "", ("/sessions",), _sign(_code), subjects=("session",))


def propose(record, book):
    """{"zone", "proposal", "findings", "follow_ups"}; the proposal is the first of PROPOSALS that
    applies."""
    facts = Facts(record, book)
    said, firings = judged(facts, "session")
    ids = {rule.id for rule, _ in firings}
    return {"zone": facts["zone"], "proposal": _proposal(ids, facts), **said}


def _proposal(ids, facts):
    if "PT-22" in ids:
        return "stop"
    if "PT-18" in ids:
        repeated = facts.book.rules["PT-18"].levels[0].condition.truth(facts)
        return "remove" if repeated else "regress"
    if "PT-17" in ids:
        return "hold"
    return "progress" if "PT-16" in ids else "none"
