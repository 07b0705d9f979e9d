"""Each drug's status, dose and reasons. A proposal is never an order: a prescriber signs.

The status is the first that applies: avoid, not_yet, needs_data, prescriber_only, caution, offer
(D-20 to D-25).
"""

from careplan.rules.evaluate import finding
from careplan.rules.steps import NSAIDS, verdict

SHOWN = ("ibuprofen", "naproxen", "cyclobenzaprine", "gabapentin", "duloxetine", "opioid")
EFFECTS = ("avoid", "not_yet", "prescriber_only", "caution", "note")
EFFECT_RANK = {None: EFFECTS.index("note"), **{name: n for n, name in enumerate(EFFECTS)}}
NO_DOSE = ("avoid", "not_yet", "needs_data")
HELD = ("emergency", "urgent", "not_eligible")


def judge(facts, disposition, unanswered):
    """(drugs of the assessment, findings, firings) of an intake."""
    drugs, findings = {}, []
    for drug in SHOWN:
        status = _placed(facts, verdict(facts, drug), disposition)
        drugs[drug], found = _drug(facts, verdict(facts, drug), status, disposition, unanswered)
        findings += found
    firings = [one for drug in SHOWN for one in verdict(facts, drug).firings]
    findings += _gastroprotection(facts, drugs)
    return drugs, findings, firings


def _placed(facts, said, disposition):
    """D-20: off the plan path a drug waits, whatever else is so."""
    if said.drug == "opioid" or disposition in HELD or said.has("avoid"):
        return "avoid"
    if disposition == "incomplete":
        return "needs_data"
    return "not_yet" if disposition == "not_chronic" else said.status(facts)


def _drug(facts, said, status, disposition, unanswered):
    """One drug of the assessment and its findings."""
    drug, missing = said.drug, []
    if disposition == "incomplete":
        missing = [f"/red_flags/{flag}" for flag in unanswered]
    elif status == "needs_data":
        missing = list(said.missing(facts))
    firings = _deciding_first(_fitting(said, status), status)
    findings = [finding(rule, level, facts, applies_to=drug) for rule, level in firings]
    extra = []
    if disposition not in ("plan",) and drug != "opioid":
        extra.append(_off_path(facts, drug, disposition, unanswered))
    elif status == "needs_data":
        extra.append(_needs_data(facts, drug, missing))
    if status == "avoid" and disposition not in HELD:
        findings += extra
    else:
        findings = extra + findings
    return {
        "status": status,
        "taking": bool(facts.medicines.taken(drug)),
        "dose": None if status in NO_DOSE else _dose(facts, drug, _max_days(said)),
        "max_days": None if status in NO_DOSE else _max_days(said),
        "trial_weeks": None if status in NO_DOSE else facts.book.limits.get(f"{drug}_trial"),
        "with": [] if status in NO_DOSE else _with(facts, said),
        "missing": missing if status == "needs_data" else [],
        "rules": list(dict.fromkeys(one["rule"] for one in findings)),
    }, findings


def _fitting(said, status):
    """The firings to show: notes on the dose fall silent where no dose is shown."""
    if status not in NO_DOSE or said.drug == "opioid":
        return said.firings
    return [(rule, level) for rule, level in said.firings if level.effect != "note"]


def _deciding_first(firings, status):
    """The rules that made the status, then the others, in the order of the book."""
    return sorted(firings, key=lambda f: -1 if f[1].effect == status else EFFECT_RANK[f[1].effect])


def _off_path(facts, drug, disposition, unanswered):
    """Why no drug is proposed off the plan path (D-20)."""
    words = facts.book.codes["dispositions"][disposition].label
    because = {"disposition": disposition}
    because.update({f"/red_flags/{flag}": "not settled" for flag in unanswered})
    severity = "stop" if disposition in HELD else "info"
    return _plain("D-20", severity, f"{drug.capitalize()} is not proposed. {words}.", because, drug)


def _needs_data(facts, drug, missing):
    """MED-GEN-02, in the words of the book, with what is missing."""
    rule = facts.book.rules["MED-GEN-02"]
    because = dict.fromkeys(missing, "missing, old or not asked")
    return finding(rule, rule.by_drug[drug][0], facts, applies_to=drug, because=because)


def _plain(rule, severity, message, because, drug):
    return {
        "rule": rule,
        "severity": severity,
        "title": "No proposal now",
        "message": message,
        "patient_message": None,
        "because": because,
        "sources": [f"Careplan clinical specification, 2026, {rule}"],
        "confidence": "A",
        "applies_to": drug,
    }


def _max_days(said):
    days = [level.max_days for _, level in said.firings if level.max_days]
    return min(days, default=None)


def _with(facts, said):
    """Gastroprotection, unless omeprazole itself is stopped."""
    wanted = [drug for _, level in said.firings for drug in level.with_drugs]
    if wanted and verdict(facts, "omeprazole").has("avoid"):
        return []
    return list(dict.fromkeys(wanted))


def _gastroprotection(facts, drugs):
    """The cautions of omeprazole, where it goes with a drug or would have."""
    proposed = any(drugs[drug]["status"] not in NO_DOSE for drug in NSAIDS)
    if not proposed and not any(row["with"] for row in drugs.values()):
        return []
    firings = verdict(facts, "omeprazole").firings
    return [finding(rule, level, facts, applies_to="omeprazole") for rule, level in firings]


def _dose(facts, drug, course_days):
    """What would be proposed: the first row of doses.toml whose condition holds."""
    row = next(
        row
        for row in facts.book.doses[drug]
        if row.condition is None or row.condition.truth(facts) is True
    )
    length = {"course": course_days, "on": None}
    return {
        "steps": [
            {"mg": mg, "times_a_day_max": times, "days": length.get(days, days)}
            for mg, times, days in row.steps
        ]
    }
