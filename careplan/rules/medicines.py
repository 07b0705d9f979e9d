"""The medicines of one intake, by ingredient and class, with the days since they were stopped."""

from functools import lru_cache

from careplan.rules.intake import read_date

FLUOXETINE_CLASSES = {"ssri", "ssri_or_snri", "serotonergic"}
ACTS_THROUGH_SKIN = {"nsaid", "opioid", "maoi"}  # classes that a topical form keeps


class Medicines:
    """`intake["medications"]` read against the drug list."""

    def __init__(self, intake, drugs, as_of, limits):
        self._limits = limits
        self.rows = [
            _Medicine(place, raw, drugs, as_of, limits)
            for place, raw in enumerate(intake.get("medications", ()))
        ]
        listed_on = intake.get("medications_on")
        self.outdated = (
            bool(listed_on) and (as_of - read_date(listed_on)).days > limits["medicine_list"]
        )
        self.complete = bool(intake.get("medications_complete")) and not self.outdated
        self.unknown = [row for row in self.rows if not row.known and row.interacts]
        self._taken, self._interacting = {}, {}  # ingredient or class -> rows
        for row in self.rows:
            for code in row.classes:
                if row.taken:
                    self._taken.setdefault(code, []).append(row)
                lingers = row.fluoxetine_lingers and code in FLUOXETINE_CLASSES
                if row.interacts or lingers:
                    self._interacting.setdefault(code, []).append(row)

    def interacting(self, code):
        """Rows of this ingredient or class that still matter for an interaction."""
        return self._interacting.get(code, ())

    def all_interacting(self):
        """Every ingredient and class that still matters for an interaction."""
        return self._interacting

    def all_taken(self):
        """Every ingredient and class that is taken."""
        return self._taken

    def another(self, code, drug):
        """Rows of this class by another ingredient than one drug."""
        return [row for row in self.interacting(code) if self._has_other(row, code, drug)]

    def _has_other(self, row, code, drug):
        held = row.classes_by_ingredient.items()
        return any(ingredient != drug and code in classes for ingredient, classes in held)

    def taken(self, code):
        """Rows of this ingredient or class that are taken (stopped under 14 days ago counts)."""
        return self._taken.get(code, ())

    def answer(self, rows):
        """Yes where there are rows; no only where the list is complete and every name is known."""
        if rows:
            return True
        return False if self.complete and not self.unknown else None

    def why_unknown(self):
        """Pointers to what keeps an absent drug from being a no."""
        pointers = [row.path for row in self.unknown]
        if self.outdated:
            pointers.append("/medications_on")
        elif not self.complete:
            pointers.append("/medications_complete")
        return pointers

    def analgesic_aspirin(self):
        """Whether aspirin is taken in a dose for pain, not for the heart."""
        rows, limits = self.interacting("aspirin"), self._limits
        much = limits["aspirin_for_pain"]
        answers = [row.over_mg_a_day(much, limits["aspirin_low"]) for row in rows]
        if not rows:
            return self.answer(())
        if sum(row.mg_a_day or 0 for row in rows if row.taken) > much:
            return True
        return True if True in answers else (None if None in answers else False)

    def steroid_for_months(self):
        rows = self.taken("steroid")
        if not rows:
            return self.answer(())
        answers = [
            None if row.days is None else row.days >= self._limits["steroid_for_months"]
            for row in rows
        ]
        return True if True in answers else (None if None in answers else False)

    def high_dose_nsaid(self):
        return any(
            sum(row.mg_a_day or 0 for row in self.taken(name)) > self._limits[f"high_dose_{name}"]
            for name in ("ibuprofen", "naproxen")
        )

    def recent_starts(self):
        return [
            row
            for row in self.rows
            if row.taken and row.days is not None and 0 <= row.days <= self._limits["recent_start"]
        ]

    def distinct(self, code, but=None):
        """The ingredients of a class that are taken or still interact, without one of them."""
        found = {
            ingredient
            for row in self.interacting(code)
            for ingredient in row.ingredients
            if code in row.classes_by_ingredient[ingredient]
        }
        return found - {but}


class _Medicine:
    """One row of the list. `days` since the start, `mg_a_day` at the full dose; None: not known."""

    def __init__(self, place, raw, drugs, as_of, limits):
        self.path = f"/medications/{place}/drug"
        self.drug, self.raw = raw["drug"], raw
        topical = raw.get("route") == "topical"
        self.known, self.classes_by_ingredient, self.classes = _read(
            drugs, raw["drug"], raw.get("rxnorm"), topical
        )
        self.ingredients = list(self.classes_by_ingredient)
        stopped = raw.get("stopped")
        since_stop = (as_of - read_date(stopped)).days if stopped else -1
        self.taken = since_stop < limits["interacts"]
        self.interacts = since_stop <= limits["interacts"]  # it outlasts the last tablet (D-08)
        lingers = since_stop <= limits["fluoxetine"]
        self.fluoxetine_lingers = "fluoxetine" in self.ingredients and lingers
        self.days = (as_of - read_date(raw["since"])).days if "since" in raw else None
        dose, times = raw.get("dose_mg"), raw.get("times_a_day")
        self.mg_a_day = dose * times if dose is not None and times is not None else None

    def over_mg_a_day(self, limit, surely_under):
        if self.mg_a_day is not None:
            return self.mg_a_day > limit
        dose = self.raw.get("dose_mg")
        if dose is None:
            return None
        if dose > limit:
            return True
        return False if dose <= surely_under else None


@lru_cache(maxsize=4096)
def _read(drugs, drug, rxnorm, topical):
    """(whether it is known, {ingredient: its classes}, all classes that count) of one medicine."""
    found = set(drugs.ingredients_of(drug))
    by_code = None if rxnorm is None else drugs.by_rxnorm(rxnorm)
    # A code speaks for one ingredient: the other parts of a name stay unknown (D-25).
    known = bool(found or (by_code and not drugs.has_parts(drug)))
    ingredients = sorted(found | {by_code} if by_code else found)
    classes = {name: drugs.classes_of(name) for name in ingredients}
    held = [codes for codes in classes.values() if not topical or codes & ACTS_THROUGH_SKIN]
    return known, classes, frozenset().union(*held)


def morphine_equivalents(medicines, drugs):
    """(mg a day or None, pointers to what keeps it from being known); estimate only (CDC 2022).

    Fentanyl counts by its patch (mcg an hour); buprenorphine is left out of the sum.
    """
    total, missing, counted = _sum_of_equivalents(medicines, drugs)
    return (None if missing or not counted else total), missing


def least_morphine_equivalents(medicines, drugs):
    """The part that is known (mg a day): the sum is this or more."""
    return _sum_of_equivalents(medicines, drugs)[0]


def _sum_of_equivalents(medicines, drugs):
    total, missing, counted = 0.0, [], False
    for row in medicines.taken("opioid"):
        for ingredient in row.ingredients:
            if (
                "opioid" not in row.classes_by_ingredient[ingredient]
                or ingredient == "buprenorphine"
            ):
                continue
            counted = True
            part = _equivalent(row, ingredient, drugs.morphine_factors)
            if part is None:
                missing.append(row.path)
            else:
                total += part
    return total, missing, counted


def _equivalent(row, ingredient, factors):
    factor = factors.get(ingredient)
    if factor is None:
        return None
    if ingredient == "fentanyl":
        rate = row.raw.get("mcg_per_hour")
        return None if rate is None or rate < 0 else rate * factor
    return None if row.mg_a_day is None else row.mg_a_day * factor
