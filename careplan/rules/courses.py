"""A course or trial of a medicine: the tasks that a signature makes, and whether it works.

The record is an intake with `course`:

    {"drug": ingredient, "started": date, "trial_days": days (see `trial_days`),
     "before": {"nprs": 0-10, "peg": 0-10}, "now": {"nprs": 0-10, "peg": 0-10}}

`before` is from the day the drug began, not from the plan's start (MED-GEN-05).
"""

from datetime import timedelta

from careplan.rules.evaluate import finding, fired, in_order
from careplan.rules.facts import Facts, fact
from careplan.rules.follow_up import follow_up

WEEK = 7


@fact("drug of the course", "/course/drug", subject="course")
def course_drug(f):
    return f.at("/course/drug")


@fact("days since the course began", "/course/started", unit="days", subject="course")
def course_days(f):
    on = f.at("/course/started")
    return None if on is None else f.days_since(on)


@fact("the trial is over", "/course/started", subject="course")
def course_over(f):
    days = f["course_days"]
    if days is None:
        return None
    return days >= (f.at("/course/trial_days") or trial_days(f["course_drug"], f.book))


def trial_days(drug, book):
    """Days of a drug's trial; one without a trial of its own has the eight weeks of duloxetine."""
    weeks = book.limits.get(f"{drug}_trial") or book.limits["duloxetine_trial"]
    return weeks * WEEK


@fact("fall of pain or PEG since it began", "/course/now", unit="percent", subject="course")
def course_fall(f):
    """The greater of the two; None where neither was measured on both days."""
    before, now = f.at("/course/before") or {}, f.at("/course/now") or {}
    falls = [
        100 * (before[name] - now[name]) / before[name]
        for name in ("nprs", "peg")
        if before.get(name) and now.get(name) is not None
    ]
    return round(max(falls), 6) if falls else None


def judge(record, book):
    """The findings of a course, the gravest first. The intake in the record is checked before."""
    facts = Facts(record, book)
    rules = fired(book.rules_of("course"), facts)
    return in_order([finding(rule, level, facts) for rule, level in rules])


def tasks(drug, start, book, *, rules=(), conditions=()):
    """Follow-ups of a signed line, the earliest first, in the shape of the assessment.

    `start` is the day D of the table; `rules` are the ids that fired about the drug and
    `conditions` the patient's codes: some tasks are made for these alone. The row's rule is the
    drug's own entry of the monitoring table (MED-GEN-04).
    """
    kinds = {drug, *book.drugs.classes_of(drug)}
    found = []
    for row in book.monitoring:
        bound = "where" in row or "conditions" in row
        meant = set(row.get("where", ())) & set(rules)
        meant |= set(row.get("conditions", ())) & set(conditions)
        if row["drug"] in kinds and (meant or not bound):
            day = start + timedelta(days=row["days"])
            found.append(follow_up(book, row["kind"], day, row["role"], "MED-GEN-04"))
    return sorted(found, key=lambda one: (one["due"], one["kind"]))
