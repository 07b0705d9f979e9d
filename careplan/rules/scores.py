"""Outcome scores and what a check-in says: better, worse, both, neither (CK-10 to CK-14, D-38).

Each measure knows which way is good and its smallest real change: data/outcomes.toml. Better is
measured against the baseline (the first check-in), worse against the best of the last two; reaching
the smallest real change counts.
"""

from careplan.rules.facts import fact
from careplan.rules.flags import GRADES


def peg(answers):
    """Mean of the three PEG answers, one decimal; all three are needed."""
    if answers is None or len(answers) != 3:
        return None
    return round(sum(answers) / 3, 1)


def values(check_in, book):
    """Core measure -> value of one check-in, unrounded; one that was not answered is absent."""
    found = {}
    for name in book.core_measures:
        if name in check_in:
            told = check_in[name]
            found[name] = sum(told) / len(told) if isinstance(told, list) else told
    return found


def reaches(ways, change, before):
    """Whether a change comes up to one of the ways of a smallest real change."""
    return any(
        change > 0
        and _round(change) >= way.points
        and (not way.share or before > 0 and _round(change) >= _round(way.share * before))
        for way in ways
    )


def is_better(measure, now, before, single=False):
    """Whether a value beats an earlier one by the smallest real change."""
    gain = now - before if measure.better == "up" else before - now
    return reaches(measure.ways(single), gain, before)


def is_worse(measure, now, before):
    """Whether a value is worse than an earlier one by the smallest real change (CK-12)."""
    loss = before - now if measure.better == "up" else now - before
    return reaches(measure.worse, loss, before)


def _round(value):
    return round(value, 9)


class Course:
    """The check-ins of one person from the baseline on; each is read and classed once."""

    def __init__(self, check_ins, book):
        self._check_ins, self._book, self._classes = check_ins, book, {}
        answered = [(n, one) for n, one in enumerate(check_ins) if not one.get("missed")]
        self._told = [(place, values(one, book)) for place, one in answered]
        self._baseline = answered[0][1] if answered else {}
        self._names = _counting(self._baseline, book)

    def class_at(self, place):
        """The class of the check-in at a place."""
        if place not in self._classes:
            self._classes[place] = self._class_at(place)
        return self._classes[place]

    def _class_at(self, place):
        told = [found for here, found in self._told if here <= place]
        if len(told) < 2 or self._check_ins[place].get("missed"):
            return "incomplete"
        baseline, last = told[0], told[-1]
        names = [name for name in self._names if name in last and name in baseline]
        if len(names) < self._book.classes["core_items"]:
            return "incomplete"
        better = {name for name in names if self._is_better(name, last, baseline)}
        earlier = told[:-1][-self._book.classes["earlier"] :]
        worse = {name for name in names if self._is_worse(name, last, earlier)}
        if better - worse and worse:
            return "mixed"
        if worse:
            return "worsening"
        return "improving" if better else "plateau"

    def _is_better(self, name, last, baseline):
        told = self._baseline[name]
        single = isinstance(told, list) and len(told) == 1
        return is_better(self._book.measures[name], last[name], baseline[name], single)

    def _is_worse(self, name, last, earlier):
        """Against the best of the last two earlier values of this measure (D-38)."""
        past = [one[name] for one in earlier if name in one]
        if not past:
            return False
        measure = self._book.measures[name]
        best = max(past) if measure.better == "up" else min(past)
        return is_worse(measure, last[name], best)

    def plateaus(self):
        """How many check-ins in a row, up to the last, were a plateau; missed ones do not count."""
        count = 0
        for place, _ in self._told[:0:-1]:
            if self.class_at(place) != "plateau":
                break
            count += 1
        return count

    def in_a_row(self, wanted):
        """How many check-ins in a row, up to the last, were of a class; a missed one ends the row."""
        place = last = len(self._check_ins) - 1
        while place > 0 and self.class_at(place) == wanted:
            place -= 1
        return last - place

    def responder(self):
        """Whether pain or PEG fell by 30 % from the baseline (MED-GEN-05); None where not known."""
        if len(self._told) < 2:
            return None
        first, last = self._told[0][1], self._told[-1][1]
        pairs = [(first[n], last[n]) for n in ("nprs", "peg") if n in first and n in last]
        pairs = [(before, now) for before, now in pairs if before > 0]
        if not pairs:
            return None
        share = self._book.classes["response_share"]
        return any(_round(before - now) >= _round(share * before) for before, now in pairs)


def _counting(baseline, book):
    """Names of the measures that count: without NPRS where it was low from the start (CK-10)."""
    nprs, low = baseline.get("nprs"), book.classes["low_baseline"]
    without = "nprs" if nprs is not None and nprs <= low else ""
    return [name for name in book.core_measures if name != without]


def classify(check_ins, book):
    """The class of the last check-in of a list that starts with the baseline."""
    return Course(check_ins, book).class_at(len(check_ins) - 1)


def course_of(f):
    """The Course of an intake, read once."""
    if "_course" not in f:
        f["_course"] = Course(f.intake.get("check_ins", ()), f.book)
    return f["_course"]


def responder(check_ins, book):
    """Whether pain or PEG fell by 30 % from the baseline (MED-GEN-05); None where not known."""
    return Course(check_ins, book).responder()


@fact("class of the last check-in", "/check_ins")
def progress_class(f):
    """None before the first check-in after the baseline."""
    last = len(f.intake.get("check_ins", ())) - 1
    return course_of(f).class_at(last) if last > 0 else None


@fact("a check-in was answered or missed since the baseline", "/check_ins")
def checked_in(f):
    return len(f.intake.get("check_ins", ())) > 1


@fact("no real change up to now", "/check_ins", unit="weeks")
def plateau_weeks(f):
    return course_of(f).plateaus() * f.book.classes["weeks_between"]


@fact("worsening check-ins in a row", "/check_ins", unit="check-ins")
def worsening_in_a_row(f):
    """Up to the last (SCH-02)."""
    return course_of(f).in_a_row("worsening")


@fact("STarT Back total", "/function/start_back/total", unit="of 9")
def start_back_total(f):
    return f.at("/function/start_back/total")


@fact("STarT Back subscore", "/function/start_back/subscore", unit="of 5")
def start_back_subscore(f):
    return f.at("/function/start_back/subscore")


@fact("exercises done", "/check_ins", unit="percent")
def adherence(f):
    """Of the last check-in that was answered."""
    told = [one for one in f.intake.get("check_ins", ()) if not one.get("missed")]
    share = told[-1].get("adherence") if told else None
    return None if share is None else round(share * 100, 6)


@fact("check-ins missed in a row", "/check_ins", unit="check-ins")
def missed_in_a_row(f):
    missed = [bool(one.get("missed")) for one in f.intake.get("check_ins", ())]
    return next((n for n, one in enumerate(reversed(missed)) if not one), len(missed))


@fact("gravest side effect of the last check-in", "/check_ins", unit="of 3")
def worst_effect(f):
    """1 mild, 2 moderate, 3 severe; 0 none told."""
    check_ins = f.intake.get("check_ins", ())
    told = check_ins[-1].get("side_effects", ()) if check_ins else ()
    return max((GRADES[one["grade"]] for one in told), default=0)


def progress(facts):
    """The progress of the assessment, or None where there is no check-in."""
    check_ins = facts.intake.get("check_ins", ())
    if not check_ins:
        return None
    return {
        "class": facts["progress_class"] or "incomplete",
        "plateau_weeks": facts["plateau_weeks"],
        "responder": course_of(facts).responder(),
    }
