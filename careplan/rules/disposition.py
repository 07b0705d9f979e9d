"""What happens now: emergency, urgent, not eligible, incomplete, not chronic, or a plan.

Only red-flag rules (and REN-07) make an emergency or an urgent case (D-07). A core red flag that
is missing or unknown makes it incomplete, unless something graver is known already.
"""

from careplan.rules.evaluate import finding

CORE_SEVERITY = "caution"


def sets_disposition(rule):
    """Whether a rule may hold the whole plan."""
    return rule.file == "red_flags"


def unanswered(facts):
    """Core red flags that are not answered, and conditional ones that are explicitly unknown."""
    if "_unanswered" not in facts:
        rows = facts.book.red_flags.values()
        unknown = [row for row in rows if facts["flags." + row.code] is None]
        facts["_unanswered"] = [row.code for row in unknown if _is_open(facts, row)]
    return facts["_unanswered"]


def _is_open(facts, row):
    """Whether a red flag that is not known has to be answered now."""
    if row.core or facts.flags.in_doubt(row.code):
        return True
    told = facts.intake.get("red_flags", {}).get(row.code)
    return told == "unknown" and row.applies.truth(facts) is True


def questions(facts):
    """Conditional red flags that apply and were not asked (D-08)."""
    told = facts.intake.get("red_flags", {})
    return [
        row.code
        for row in facts.book.red_flags.values()
        if row.applies is not None and row.code not in told and row.applies.truth(facts) is True
    ]


def decide(facts, firings):
    """The disposition of an intake whose rules have fired."""
    held = {level.severity for rule, level in firings if sets_disposition(rule)}
    for severity in ("emergency", "urgent"):
        if severity in held:
            return severity
    if facts["rule.CL-01"]:
        return "not_eligible"
    if unanswered(facts):
        return "incomplete"
    if facts["rule.CL-04"]:
        return "not_chronic"
    return "plan"


def unanswered_findings(facts):
    """One finding for each red flag that is still to be answered."""
    return [_unanswered_finding(facts, flag) for flag in unanswered(facts)]


def _unanswered_finding(facts, flag):
    row = facts.book.red_flags[flag]
    rule, words = facts.book.rules[row.rule], _words(facts.book, flag)
    found = finding(rule, rule.levels[0], facts, because=facts.flags.because(flag))
    found["severity"] = CORE_SEVERITY
    found["message"] = f"Not settled: {words.label}. Ask today; not sure is never read as no."
    found["patient_message"] = f"We still need to know about {words.plain}. We will ask you."
    return found


def _words(book, flag):
    tables = (book.codes["core_red_flags"], book.codes["conditional_red_flags"])
    return next(table[flag] for table in tables if flag in table)


def pain_types(facts, disposition):
    """All kinds of pain that are shown; mechanical alone where a plan is made and none is."""
    shown = [
        kind
        for kind, fact in (
            ("mechanical", "is.mechanical_pattern"),
            ("neuropathic", "is.neuropathic_possible"),
            ("inflammatory", "is.inflammatory"),
            ("nociplastic", "is.nociplastic"),
        )
        if facts[fact] is True
    ]
    return shown or (["mechanical"] if disposition == "plan" else [])


def neuropathic_grade(facts):
    """The grade that is shown; what is not known raises none."""
    for grade in ("definite", "probable", "possible"):
        if facts["is.neuropathic_" + grade] is True:
            return grade
    return "none"


def referrals(firings):
    """Where to refer, each once, the gravest reason first."""
    found = [place for _, level in firings for place in level.refer]
    return list(dict.fromkeys(found))
