"""Outcome scores and what a check-in says: better, worse, both, neither (CK-10 to CK-14, D-38).

NPRS and PEG fall when things get better; PSFS rises. Better is measured against the baseline (the
first check-in), worse against the best of the last two; reaching the smallest real change counts.
"""

from dataclasses import dataclass

from careplan.rules.evaluate import finding, first_level

LOW_BASELINE_NPRS = 3
LOW_ADHERENCE = 0.5
RESPONSE_SHARE = 0.3
CLASS_RULES = {
    "incomplete": "CK-10",
    "mixed": "CK-14",
    "worsening": "CK-12",
    "improving": "CK-11",
    "plateau": "CK-13",
}


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
    if len(told) < 2:
        return "incomplete"
    baseline, last = told[0], values(told[-1])
    scores = _scores(baseline)
    if sum(score.name in last for score in scores) < 2:
        return "incomplete"
    better = any(_better(score, last, values(baseline)) for score in scores)
    earlier = [values(one) for one in told[:-1][-2:]]
    worse = any(_worse(score, last, earlier) for score in scores)
    if better and worse:
        return "worsening" if _same_item(scores, last, values(baseline), earlier) else "mixed"
    if worse:
        return "worsening"
    return "improving" if better else "plateau"


def _better(score, last, baseline):
    name = score.name
    return name in last and name in baseline and is_better(score, last[name], baseline[name])


def _worse(score, last, earlier):
    """Against the best of the last two earlier values of this measure."""
    past = [one[score.name] for one in earlier if score.name in one]
    if score.name not in last or not past:
        return False
    best = max(past) if score.up_is_good else min(past)
    return is_worse(score, last[score.name], best)


def _same_item(scores, last, baseline, earlier):
    """D-38: an item that is better than the baseline but worse than the best of the last two is
    worsening; mixed needs another item that is better and not worse."""
    better = {s.name for s in scores if _better(s, last, baseline)}
    worse = {s.name for s in scores if _worse(s, last, earlier)}
    return better <= worse


def plateau_weeks(check_ins):
    """Weeks of plateau up to now: two for each check-in in a row that is one."""
    weeks = 0
    for end in range(len(check_ins), 1, -1):
        if classify(check_ins[:end]) != "plateau":
            break
        weeks += 2
    return weeks


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


def progress(facts):
    """(progress of the assessment or None, findings, firings) of an intake's check-ins."""
    check_ins = facts.intake.get("check_ins", ())
    if not check_ins:
        return None, [], []
    found = classify(check_ins)
    facts["progress_class"] = found
    facts["plateau_weeks"] = plateau_weeks(check_ins)
    shown = {
        "class": found,
        "plateau_weeks": facts["plateau_weeks"],
        "responder": responder(check_ins),
    }
    if len(check_ins) < 2:
        return shown, [], []
    rule = facts.book.rules[CLASS_RULES[found]]
    level = first_level(rule.levels, facts)
    return shown, [finding(rule, level, facts)], [(rule, level)]
