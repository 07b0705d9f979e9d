"""Puts the parts together: one intake, one assessment, in the shapes of the contract."""

import json

from careplan.rules import disposition as dispositions
from careplan.rules import follow_up, free_text, home_plan, medication, program, scores
from careplan.rules.book import book
from careplan.rules.evaluate import RANK, finding, in_order
from careplan.rules.facts import Facts
from careplan.rules.intake import check
from careplan.rules.medication import HELD
from careplan.rules.renal import renal

SAFETY_CARD = "ED-12"
as_json = json.JSONEncoder(check_circular=False).encode  # nothing in an assessment holds itself


def assess(intake, against=None):
    """The assessment of an intake. Raises IntakeRefused. `against`: another book than the shipped."""
    check(intake)
    facts = Facts(intake, against or book())
    firings = facts.book.judges[None](facts)
    decided = dispositions.decide(facts, firings)
    unanswered = dispositions.unanswered(facts)
    firings = [one for one in firings if _belongs(one[0], decided)]
    drugs, drug_findings, drug_firings = medication.judge(facts, decided, unanswered)
    findings = [finding(rule, level, facts) for rule, level in firings]
    word_findings, word_firings = free_text.in_intake(facts)
    firings, findings = firings + word_firings, findings + word_findings
    findings += dispositions.unanswered_findings(facts) + drug_findings
    everything = sorted(firings + _relevant(drug_firings, drugs), key=_rank)
    planned = decided == "plan"
    return {
        **({"id": intake["id"]} if "id" in intake else {}),
        "rules_version": facts.book.version,
        "weeks": facts["weeks"],
        "disposition": decided,
        "pain_types": dispositions.pain_types(facts, decided),
        "neuropathic_grade": dispositions.neuropathic_grade(facts),
        "refer": dispositions.referrals(everything),
        "findings": in_order(findings),
        "renal": _renal(facts),
        "mme_per_day": _one_decimal(facts["mme"]),
        "drugs": drugs,
        "program": program.propose(facts) if planned else None,
        "home_plan": home_plan.propose(facts) if planned else None,
        "progress": scores.progress(facts),
        "self_care": _cards(facts, "self_care") if planned else [],
        "education": _cards(facts, "education") if decided not in HELD else [SAFETY_CARD],
        "questions": dispositions.questions(facts),
        "follow_ups": follow_up.due_dates(facts, decided, everything, unanswered),
    }


def _belongs(rule, decided):
    """Rules about the programme speak where there is one."""
    return decided == "plan" or rule.file != "program"


def _relevant(firings, drugs):
    """Follow-ups of a drug are due where it is proposed, taken, or an opioid."""
    wanted = {drug for drug, row in drugs.items() if row["dose"] or row["taking"]} | {"opioid"}
    kept = {}
    for rule, level in firings:
        if wanted & set(level.drugs or rule.drugs):
            kept[rule.id, level.message] = (rule, level)
    return list(kept.values())


def _rank(firing):
    return RANK[firing[1].severity]


def _one_decimal(value):
    return None if value is None else round(float(value), 1)


def _renal(facts):
    found = renal(facts)
    if found.clearance is None and found.rate is None and facts["band"] is None:
        return None
    return {
        "crcl": _one_decimal(found.clearance),
        "egfr": _one_decimal(found.rate),
        "gabapentin_band": facts["band"],
    }


def _cards(facts, kind):
    """Codes of the cards that fit; a card without a condition fits everyone."""
    return [
        card.code
        for card in facts.book.self_care.values()
        if card.kind == kind and (card.condition is None or card.condition.truth(facts) is True)
    ]
