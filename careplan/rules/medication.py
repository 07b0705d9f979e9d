"""Each drug's status, dose and reasons. A proposal is never an order: a prescriber signs.

The status is the first that applies: avoid, not_yet, needs_data, prescriber_only, caution, offer
(D-20 to D-25). Drugs are judged in the order of the steps, since a later one asks whether the
earlier ones failed or cannot be used.
"""

from careplan.rules.evaluate import finding, first_level, unknowns

ORDER = ("ibuprofen", "naproxen", "duloxetine", "gabapentin", "cyclobenzaprine", "opioid")
SHOWN = ("ibuprofen", "naproxen", "cyclobenzaprine", "gabapentin", "duloxetine", "opioid")
NSAIDS = ("ibuprofen", "naproxen")
EFFECTS = ("avoid", "not_yet", "prescriber_only", "caution", "note")
NO_DOSE = ("avoid", "not_yet", "needs_data")
HELD = ("emergency", "urgent", "not_eligible")
TRIAL_WEEKS = {"duloxetine": 8, "gabapentin": 8}
NSAID_TRIAL_WEEKS = 1  # D-36
NSAID_TRIAL_FLARES = 2
DULOXETINE_TRIAL_WEEKS = 8
ENOUGH_RELIEF_PERCENT = 30


class Verdict:
    """What the rules say of one drug: the firings by effect, and what is missing."""

    def __init__(self, drug, facts):
        self.drug = drug
        self.firings, self.missing = [], {}
        for rule in facts.book.drug_rules(drug):
            levels = rule.by_drug[drug]
            level = first_level(levels, facts)
            if level is not None:
                self.firings.append((rule, level))
            if not rule.quiet:
                self.missing.update(dict.fromkeys(unknowns(levels, facts)))
        for row in facts.medicines.unknown:
            self.missing[row.path] = None

    def has(self, effect):
        return any(level.effect == effect for _, level in self.firings)

    def stopped(self, but=()):
        """Whether a stop rule fired, leaving some rules out."""
        return any(level.effect == "avoid" and rule.id not in but for rule, level in self.firings)

    def status(self):
        """The status on the plan path."""
        if self.has("avoid"):
            return "avoid"
        if self.has("not_yet"):
            return "not_yet"
        if self.missing:
            return "needs_data"
        if self.has("prescriber_only"):
            return "prescriber_only"
        return "caution" if self.has("caution") else "offer"


def judge(facts, disposition, unanswered):
    """(drugs of the assessment, findings, firings) of an intake."""
    verdicts = _verdicts(facts)
    drugs, findings = {}, []
    for drug in SHOWN:
        status = _placed(verdicts[drug], disposition)
        drugs[drug], found = _drug(facts, verdicts[drug], status, disposition, unanswered)
        findings += found
    firings = [one for drug in SHOWN for one in verdicts[drug].firings]
    findings += _gastroprotection(facts, drugs)
    return drugs, findings, firings


def _verdicts(facts):
    found = {}
    for drug in ORDER:
        if drug == "duloxetine":
            facts["nsaid_step_failed"] = _nsaid_step_failed(facts, found)
        if drug == "gabapentin":
            facts["duloxetine_failed"] = _duloxetine_failed(facts, found)
        found[drug] = Verdict(drug, facts)
    return found


def _placed(verdict, disposition):
    """D-20: off the plan path a drug waits, whatever else is so."""
    if verdict.drug == "opioid" or disposition in HELD or verdict.has("avoid"):
        return "avoid"
    if disposition == "incomplete":
        return "needs_data"
    return "not_yet" if disposition == "not_chronic" else verdict.status()


def _drug(facts, verdict, status, disposition, unanswered):
    """One drug of the assessment and its findings."""
    drug, missing = verdict.drug, list(verdict.missing)
    if disposition == "incomplete":
        missing = [f"/red_flags/{flag}" for flag in unanswered]
    firings = _deciding_first(verdict.firings, status)
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
        "dose": None if status in NO_DOSE else _dose(facts, drug),
        "max_days": None if status in NO_DOSE else _max_days(verdict),
        "trial_weeks": None if status in NO_DOSE else TRIAL_WEEKS.get(drug),
        "with": [] if status in NO_DOSE else _with(facts, verdict),
        "missing": missing if status == "needs_data" else [],
        "rules": list(dict.fromkeys(one["rule"] for one in findings)),
    }, findings


def _deciding_first(firings, status):
    """The rules that made the status, then the others, in the order of the book."""
    return sorted(
        firings, key=lambda f: (f[1].effect != status, EFFECTS.index(f[1].effect or "note"))
    )


def _off_path(facts, drug, disposition, unanswered):
    """Why no drug is proposed off the plan path (D-20)."""
    words = facts.book.codes["dispositions"][disposition].label
    because = {"disposition": disposition}
    because.update({f"/red_flags/{flag}": "not settled" for flag in unanswered})
    severity = "stop" if disposition in HELD else "info"
    return _plain("D-20", severity, f"{drug.capitalize()} is not proposed. {words}.", because, drug)


def _needs_data(facts, drug, missing):
    because = dict.fromkeys(missing, "missing, old or not asked")
    message = f"{drug.capitalize()} waits: facts are missing, old or not asked. Enter them and assess again."
    return _plain("MED-GEN-02", "info", message, because, drug)


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


def _max_days(verdict):
    days = [level.max_days for _, level in verdict.firings if level.max_days]
    return min(days, default=None)


def _with(facts, verdict):
    """Gastroprotection, unless omeprazole itself is stopped."""
    wanted = [drug for _, level in verdict.firings for drug in level.with_drugs]
    if wanted and Verdict("omeprazole", facts).has("avoid"):
        return []
    return list(dict.fromkeys(wanted))


def _gastroprotection(facts, drugs):
    """The cautions of omeprazole, where it goes with a drug or would have."""
    if not any(drugs[drug]["status"] not in NO_DOSE for drug in NSAIDS):
        return []
    firings = Verdict("omeprazole", facts).firings
    return [finding(rule, level, facts, applies_to="omeprazole") for rule, level in firings]


def _steps(*steps):
    return {"steps": [{"mg": mg, "times_a_day_max": n, "days": days} for mg, n, days in steps]}


def _dose(facts, drug):
    """What would be proposed; the ceilings are those of MED-NSAID-01, CYC-02, GABA-05, DULO-02."""
    if drug == "ibuprofen":
        return _steps((400, 3, None))
    if drug == "naproxen":
        return _steps((500, 2, None))
    if drug == "cyclobenzaprine":
        return _steps((5, 1, None))
    if drug == "duloxetine":
        slow = facts["kidney"] is not None and facts["kidney"] < 60
        return _steps((30, 1, 14 if slow else 7), (60, 1, None))
    return _gabapentin_dose(facts)


def _gabapentin_dose(facts):
    """The slow template by band; none for G4 and dialysis (those are avoided)."""
    band = facts["band"]
    if band == "G1" and facts["age"] < 65:
        return _steps((300, 1, 7), (300, 2, 7), (300, 3, None))
    if band == "G1":
        return _steps((100, 1, 7), (100, 2, 7), (100, 3, 7), (300, 3, None))
    if band == "G2":
        return _steps((100, 1, 7), (200, 1, 7), (200, 2, None))
    return _steps((100, 1, 7), (200, 1, None))


def _tried(facts, drugs):
    """Entries of `tried` that are one of these drugs."""
    names = facts.book.drugs.ingredients_of
    return [t for t in facts.intake.get("tried", ()) if set(names(t["treatment"])) & set(drugs)]


def _not_enough(entry):
    """Little relief: `not_enough`, or `partly` with under 30 percent (D-36)."""
    if entry["outcome"] == "partly":
        relief = entry.get("relief_percent")
        return relief is not None and relief < ENOUGH_RELIEF_PERCENT
    return entry["outcome"] == "not_enough"


def _nsaid_step_failed(facts, verdicts):
    """One NSAID fairly tried or not tolerated, or none that may be used (D-36)."""
    if all(verdicts[drug].stopped() for drug in NSAIDS):
        return True
    return any(_nsaid_failed(entry) for entry in _tried(facts, facts.book.drugs.members["nsaid"]))


def _nsaid_failed(entry):
    if entry["outcome"] == "side_effect":
        return True
    long_enough = entry.get("weeks", 0) >= NSAID_TRIAL_WEEKS
    return _not_enough(entry) and (long_enough or entry.get("flares", 0) >= NSAID_TRIAL_FLARES)


def _duloxetine_failed(facts, verdicts):
    """Tried, declined or stopped by a rule; a switched-off clinic is none of these (D-22)."""
    if verdicts["duloxetine"].stopped(but=("D-22",)):
        return True
    return any(_duloxetine_ended(entry) for entry in _tried(facts, ("duloxetine",)))


def _duloxetine_ended(entry):
    if entry["outcome"] in ("side_effect", "declined"):
        return True
    return _not_enough(entry) and entry.get("weeks", 0) >= DULOXETINE_TRIAL_WEEKS
