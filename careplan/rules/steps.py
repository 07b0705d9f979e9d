"""What the rules say of one drug, and whether a step of treatment has failed (STEP-1, D-36).

A later step asks whether the earlier one failed or cannot be used, so these are facts too.
"""

from careplan.rules.facts import fact
from careplan.rules.families import pointers

NSAIDS = ("ibuprofen", "naproxen")
OTHERS = ("cyclobenzaprine", "gabapentin", "duloxetine")
# Stops that say "of no use" or "not in this clinic" of a start, and nothing of danger to who takes it.
NO_DANGER = ("D-22", "MED-GABA-01")


class Verdict:
    """What the rules say of one drug: the firings by effect, and what is missing."""

    __slots__ = ("drug", "firings", "effects", "_missing")

    def __init__(self, drug, facts):
        self.drug, self._missing = drug, None
        self.firings = facts.book.judges[drug](facts)
        self.effects = {level.effect for _, level in self.firings}

    def missing(self, facts):
        """Pointers to what keeps a level above the firing one from being known.

        Found when first asked for: nearly every drug has a graver reason not to be proposed.
        """
        if self._missing is None:
            found = [path for one in self._above(facts) for path in pointers(facts, one.condition)]
            found += [row.path for row in facts.medicines.unknown]
            self._missing = list(dict.fromkeys(found))
        return self._missing

    def _above(self, facts):
        """Every level above the one that fired of its rule; of quiet rules, none."""
        fired = {rule.id: level for rule, level in self.firings}
        for rule in facts.book.drug_rules(self.drug):
            for level in () if rule.quiet else rule.by_drug[self.drug]:
                if level is fired.get(rule.id):
                    break
                yield level

    def has(self, effect):
        return effect in self.effects

    def stopped(self, but=()):
        """Whether a stop rule fired, leaving some rules out."""
        return "avoid" in self.effects and any(
            level.effect == "avoid" and rule.id not in but for rule, level in self.firings
        )

    def status(self, facts):
        """The status on the plan path."""
        if self.has("avoid"):
            return "avoid"
        if self.has("not_yet"):
            return "not_yet"
        if self.missing(facts):
            return "needs_data"
        if self.has("prescriber_only"):
            return "prescriber_only"
        return "caution" if self.has("caution") else "offer"


def verdict(facts, drug):
    """The Verdict on a drug, reached once."""
    key = "_verdict." + drug
    if key not in facts:
        facts[key] = Verdict(drug, facts)
    return facts[key]


def _tried(facts, drugs):
    """Entries of `tried` that are one of these drugs."""
    names = facts.book.drugs.ingredients_of
    return [t for t in facts.intake.get("tried", ()) if set(names(t["treatment"])) & set(drugs)]


def _not_enough(entry, limits):
    """Little relief: `not_enough`, or `partly` with under 30 percent (D-36)."""
    if entry["outcome"] == "partly":
        relief = entry.get("relief_percent")
        return relief is not None and relief < limits["enough_relief"]
    return entry["outcome"] == "not_enough"


@fact("an anti-inflammatory has been tried without enough help, or cannot be used", "/tried")
def nsaid_step_failed(facts):
    """One NSAID fairly tried or not tolerated, or none that may be used (D-36)."""
    if all(verdict(facts, drug).stopped() for drug in NSAIDS):
        return True
    tried = _tried(facts, facts.book.drugs.members["nsaid"])
    return any(_nsaid_failed(entry, facts.book.limits) for entry in tried)


def _nsaid_failed(entry, limits):
    if entry["outcome"] == "side_effect":
        return True
    long_enough = entry.get("weeks", 0) >= limits["nsaid_trial"]
    often_enough = entry.get("flares", 0) >= limits["nsaid_trial_flares"]
    return _not_enough(entry, limits) and (long_enough or often_enough)


def _stopped_rows(facts):
    """Rows of medicines that are taken and that a rule here stops.

    An anti-inflammatory without rules of its own is judged as the two of the book are.
    """
    if "_stopped_rows" not in facts:
        facts["_stopped_rows"] = _rows_stopped(facts)
    return facts["_stopped_rows"]


def _rows_stopped(facts):
    rows = [
        row
        for drug in (*NSAIDS, *OTHERS)
        if verdict(facts, drug).stopped(but=NO_DANGER)
        for row in facts.medicines.taken(drug)
    ]
    if all(verdict(facts, drug).stopped(but=("MED-NSAID-27",)) for drug in NSAIDS):
        rows += facts.medicines.taken("nsaid")
    return list({row.path: row for row in rows}.values())


@fact("a medicine is taken that a rule here stops", "/medications", rows=_stopped_rows)
def stopped_but_taken(facts):
    """Stops speak of a start; who takes such a medicine already needs somebody to look (D-23)."""
    return bool(_stopped_rows(facts))


@fact("duloxetine has failed, was declined or cannot be used", "/tried")
def duloxetine_failed(facts):
    """Tried, declined or stopped by a rule; a switched-off clinic is none of these (D-22)."""
    if verdict(facts, "duloxetine").stopped(but=("D-22",)):
        return True
    tried = _tried(facts, ("duloxetine",))
    return any(_duloxetine_ended(entry, facts.book.limits) for entry in tried)


def _duloxetine_ended(entry, limits):
    if entry["outcome"] in ("side_effect", "declined"):
        return True
    return _not_enough(entry, limits) and entry.get("weeks", 0) >= limits["duloxetine_trial"]
