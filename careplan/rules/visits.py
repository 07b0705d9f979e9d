"""An account of visits: reports, certification and what a payer covers (PT-23, PT-24, PAY-02, PAY-04).

The record:

    {"as_of": date, "payer": {"kind": "visit_limit" | "dollar_threshold", "visit_limit": visits,
                              "threshold_usd": USD, where the clinic has its own for the year},
     "visits_used": visits, "visits_since_report": visits, "days_treated_since_report": days,
     "first_treatment": date, "certified_on": date or None, "charges_usd": USD of this year,
     "authorisation_asked": bool,
     "worsening": bool, the last check-in was worse (CK-12)}

A limit counts visits, a threshold counts dollars; a number of one is never compared with the other.
"""

from careplan.rules import working_days
from careplan.rules.facts import Facts, fact
from careplan.rules.records import judged


@fact(
    "visits since the last progress report", "/visits_since_report", unit="visits", subject="visits"
)
def visits_since_report(f):
    return f.at("/visits_since_report")


@fact(
    "treatment days since the last progress report",
    "/days_treated_since_report",
    unit="days",
    subject="visits",
)
def days_treated_since_report(f):
    return f.at("/days_treated_since_report")


@fact("the last check-in was worse than before", "/worsening", subject="visits")
def got_worse(f):
    return f.at("/worsening")


@fact("visit by which the next report is written", "/visits_used", subject="visits")
def next_report_limit(f):
    used = f.at("/visits_used")
    return None if used is None else used + 1


@fact("the plan of care was certified", "/certified_on", subject="visits")
def certified(f):
    """A record without the word is not known; one that says None is not certified."""
    if "certified_on" not in f.intake:
        return None
    return f.at("/certified_on") is not None


@fact("days since the certification", "/certified_on", unit="days", subject="visits")
def days_since_certification(f):
    on = f.at("/certified_on")
    return None if on is None else f.days_since(on)


@fact("days since the first treatment", "/first_treatment", unit="days", subject="visits")
def days_since_first_treatment(f):
    on = f.at("/first_treatment")
    return None if on is None else f.days_since(on)


@fact("what the payer counts", "/payer/kind", subject="visits")
def payer_kind(f):
    return f.at("/payer/kind")


@fact("allowed charges of this year", "/charges_usd", unit="USD", subject="visits")
def charges(f):
    return f.at("/charges_usd")


@fact("threshold of charges this year", "/payer/threshold_usd", unit="USD", subject="visits")
def threshold(f):
    """The clinic's own for the year, else the book's; None for a year that nobody entered."""
    own = f.at("/payer/threshold_usd")
    return own if own is not None else f.book.part_b["threshold"].get(str(f.as_of.year))


@fact("charges from which a review may start", "/charges_usd", unit="USD", subject="visits")
def review_from(f):
    known = f.as_of.year <= f.book.part_b["review_until"]
    return f.book.part_b["review_from"] if known else None


@fact("no threshold is known for this year", "/payer/threshold_usd", subject="visits")
def threshold_unknown(f):
    return f["payer_kind"] == "dollar_threshold" and f["threshold"] is None


def _at_least(f, share, name):
    if f["charges"] is None or f[name] is None:
        return None
    return f["charges"] >= share * f[name]


@fact("charges near the threshold", "/charges_usd", subject="visits")
def charges_near_threshold(f):
    return _at_least(f, f.book.part_b["warn_share"], "threshold")


@fact("charges over the threshold", "/charges_usd", subject="visits")
def charges_over_threshold(f):
    if f["charges"] is None or f["threshold"] is None:
        return None
    return f["charges"] > f["threshold"]


@fact("charges at the amount of a review", "/charges_usd", subject="visits")
def charges_over_review(f):
    return _at_least(f, 1, "review_from")


@fact("prior authorisation is being asked for", "/authorisation_asked", subject="visits")
def authorisation_asked(f):
    return f.at("/authorisation_asked")


def judge(record, book):
    """{"findings", "follow_ups"} of an account."""
    return judged(Facts(record, book), "visits")[0]


def authorisation_due(planned, used, limit, book):
    """The day by which to ask for more visits: so many working days before the visit that reaches
    the limit (PAY-02); None where the planned days do not reach it.

    `planned`: days of the visits to come; `used` and `limit`: visits.
    """
    left = limit - used
    days = sorted(planned)
    if len(days) < left or not days:
        return None
    reached = days[left - 1] if left > 0 else days[0]
    return working_days.before(reached, book.notice["working_days"])
