"""Outcome scores and what a check-in says: better, worse, both, neither (CK-10 to CK-14, D-38).

NPRS and PEG fall when things get better; PSFS rises. Better is measured against the baseline (the
first check-in), worse against the best of the last two; reaching the smallest real change counts.
"""

from dataclasses import dataclass

from careplan.rules.facts import fact
from careplan.rules.flags import GRADES

LOW_BASELINE_NPRS = 3
RESPONSE_SHARE = 0.3
CORE_ITEMS = 2
WEEKS_BETWEEN = 2


@dataclass(frozen=True, slots=True)
class Score:
    """A measure: which way is good, and its smallest real change in points and as a share."""

    name: str
    up_is_good: bool
    points: float
    share: float | None = None
    share_points: float = 0.0


NPRS = Score("nprs", False, 2.0, 0.3, 1.0)
PEG = Score("peg", False, 0.0, 0.3, 1.0)
PSFS = Score("psfs", True, 2.0)
PSFS_SINGLE = Score("psfs", True, 3.0)


def peg(answers):
    """Mean of the three PEG answers, one decimal; all three are needed."""
    if answers is None or len(answers) != 3:
        return None
    return round(sum(answers) / 3, 1)


def values(check_in):
    """Measure -> value of one check-in, unrounded; a measure that was not answered is absent."""
    found = {}
    if "nprs" in check_in:
        found["nprs"] = check_in["nprs"]
    for name in ("peg", "psfs"):
        if name in check_in:
            found[name] = sum(check_in[name]) / len(check_in[name])
    return found


def is_better(score, now, before):
    """Whether a value beats an earlier one by the smallest real change."""
    gain = _round(now - before if score.up_is_good else before - now)
    if score.points and gain >= score.points:
        return True
    if score.share is None or before <= 0:
        return False
    return gain >= _round(score.share * before) and gain >= score.share_points


def is_worse(score, now, before):
    """Whether a value is worse than an earlier one by the smallest real change (CK-12)."""
    loss = _round(before - now if score.up_is_good else now - before)
    if score.name == "psfs":
        return loss >= 2.0
    if score.name == "nprs":
        return loss >= 2.0
    return loss >= 1.0 and loss >= _round(score.share * before)


def _round(value):
    return round(value, 9)


def _scores(baseline):
    """The measures that count: without NPRS where it was low from the start (CK-10)."""
    single = len(baseline.get("psfs", ())) == 1
    scores = [PEG, PSFS_SINGLE if single else PSFS]
    nprs = baseline.get("nprs")
    return scores if nprs is not None and nprs <= LOW_BASELINE_NPRS else [NPRS, *scores]


def classify(check_ins):
    """The class of the last check-in of a list that starts with the baseline."""
    told = [one for one in check_ins if not one.get("missed")]
    if len(told) < 2 or told[-1] is not check_ins[-1]:
        return "incomplete"
    baseline, last = values(told[0]), values(told[-1])
    scores = [s for s in _scores(told[0]) if s.name in last and s.name in baseline]
    if len(scores) < CORE_ITEMS:
        return "incomplete"
    earlier = [values(one) for one in told[:-1][-2:]]
    better = {s.name for s in scores if is_better(s, last[s.name], baseline[s.name])}
    worse = {s.name for s in scores if _worse(s, last[s.name], earlier)}
    if better - worse and worse:
        return "mixed"
    if worse:
        return "worsening"
    return "improving" if better else "plateau"


def _worse(score, now, earlier):
    """Against the best of the last two earlier values of this measure (D-38)."""
    past = [one[score.name] for one in earlier if score.name in one]
    if not past:
        return False
    best = max(past) if score.up_is_good else min(past)
    return is_worse(score, now, best)


def plateaus(check_ins):
    """How many check-ins in a row, up to the last, were a plateau; missed ones do not count."""
    told = [one for one in check_ins if not one.get("missed")]
    ends = range(len(told), 1, -1)
    return next(
        (len(told) - end for end in ends if classify(told[:end]) != "plateau"), len(told) - 1
    )


def responder(check_ins):
    """Whether pain or PEG fell by 30 % from the baseline (MED-GEN-05); None where not known."""
    told = [values(one) for one in check_ins if not one.get("missed")]
    if len(told) < 2:
        return None
    first, last = told[0], told[-1]
    pairs = [(first[n], last[n]) for n in ("nprs", "peg") if n in first and n in last]
    pairs = [(before, now) for before, now in pairs if before > 0]
    if not pairs:
        return None
    return any(_round(before - now) >= _round(RESPONSE_SHARE * before) for before, now in pairs)


@fact("class of the last check-in", "/check_ins")
def progress_class(f):
    """None before the first check-in after the baseline."""
    check_ins = f.intake.get("check_ins", ())
    return classify(check_ins) if len(check_ins) > 1 else None


@fact("a check-in was answered or missed since the baseline", "/check_ins")
def checked_in(f):
    return len(f.intake.get("check_ins", ())) > 1


@fact("no real change up to now", "/check_ins", unit="weeks")
def plateau_weeks(f):
    check_ins = f.intake.get("check_ins", ())
    return plateaus(check_ins) * WEEKS_BETWEEN if len(check_ins) > 1 else 0


@fact("worsening check-ins in a row", "/check_ins", unit="check-ins")
def worsening_in_a_row(f):
    """Up to the last (SCH-02)."""
    check_ins, count = list(f.intake.get("check_ins", ())), 0
    while len(check_ins) > 1 and classify(check_ins) == "worsening":
        count += 1
        check_ins.pop()
    return count


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


def _told_on_nsaid(f, effects):
    """Whether the last answered check-in tells one of these of an NSAID, moderate or worse (CK-22)."""
    answered = [one for one in f.intake.get("check_ins", ()) if not one.get("missed")]
    told = answered[-1].get("side_effects", ()) if answered else ()
    return any(
        one["effect"] in effects
        and GRADES[one["grade"]] >= GRADES["moderate"]
        and any(_is_nsaid(f, name) for name in f.book.drugs.ingredients_of(one["drug"]))
        for one in told
    )


def _is_nsaid(f, ingredient):
    return bool(f.book.drugs.classes_of(ingredient) & {"nsaid", "aspirin"})


@fact("stomach pain on an anti-inflammatory was told", "/check_ins")
def nsaid_stomach_pain(f):
    return _told_on_nsaid(f, ("stomach_pain",))


@fact("swelling, less urine or raised pressure on an anti-inflammatory was told", "/check_ins")
def nsaid_fluid(f):
    return _told_on_nsaid(f, ("swelling", "less_urine", "raised_bp"))


def progress(facts):
    """The progress of the assessment, or None where there is no check-in."""
    check_ins = facts.intake.get("check_ins", ())
    if not check_ins:
        return None
    return {
        "class": facts["progress_class"] or "incomplete",
        "plateau_weeks": facts["plateau_weeks"],
        "responder": responder(check_ins),
    }
