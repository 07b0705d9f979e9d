"""How a question of the check-in is drawn, and what its form sends."""

from django.http import QueryDict

from careplan.queries.checkin import ADHERENCE_DAYS, Asked
from careplan.rules.book import Question

# Question -> words for the patient, hint, words at 0 and at 10.
WORDS = {
    "nprs": (
        "In the last 7 days, how bad was your pain on average?",
        "Think of the whole week, not only today. There is no right answer.",
        "no pain",
        "worst pain you can imagine",
    ),
    "peg_enjoyment": (
        "In the last 7 days, how much did pain get in the way of enjoying life?",
        "",
        "not at all",
        "completely",
    ),
    "peg_activity": (
        "In the last 7 days, how much did pain get in the way of your daily activity?",
        "",
        "not at all",
        "completely",
    ),
    "sleep_quality": ("In the last 7 days, how well did you sleep?", "", "very badly", "very well"),
    "psfs": ("How well can you do this now?", "", "not at all", "as before the pain"),
    "overall": ("Compared with the start, how are you?", "", "", ""),
    "adherence": (
        "On how many of the last 7 days did you do your exercises?",
        "The 5-minute version counts. None is a fine answer too.",
        "",
        "",
    ),
}
EFFECTS_HINT = "Leave it at No where there is nothing."
GRADES = [("", "No"), ("mild", "A little"), ("moderate", "Quite a bit"), ("severe", "A lot")]


def page_of(question: Question, asked: Asked, answers: dict, posted: QueryDict) -> dict:
    """What the template needs of one question; what was typed wins over what was kept."""
    words, hint, low, high = WORDS.get(
        question.id, (question.ask or question.patient_label, question.help, "", "")
    )
    if question.id == "psfs":
        hint = f"“{asked.activity}”"
    if question.kind == "effects":
        hint = EFFECTS_HINT
    value = posted.get("answer", answers.get(question.id))
    return {
        "id": question.id,
        "draw": _draw(question),
        "group": question.group if question.kind == "yes_no_unknown" else "",
        "words": words,
        "hint": hint,
        "low": low,
        "high": high,
        "unit": question.unit,
        "value": value,
        "options": _options(question),
        "effects": _effects(question, answers.get(question.id) or {}),
        "skipped": question.id in answers and answers[question.id] is None,
    }


def value_of(question: Question, posted: QueryDict):
    """What the form sent, or None for "I would rather not say"."""
    if "skip" in posted:
        return None
    if question.kind == "effects":
        told = {code: posted.get(code, "") for code, _, _ in question.choices}
        return {code: grade for code, grade in told.items() if grade}
    return posted.get("answer", "")


def _draw(question: Question) -> str:
    if question.kind == "yes_no_unknown":
        return "flag"
    if question.kind in ("effects", "choice"):
        return question.kind
    if question.kind == "whole" or question.id == "adherence":
        return "choice"
    return "scale" if question.max == 10 else "number"


def _options(question: Question) -> list[tuple]:
    if question.kind == "choice":
        return [(code, words, "") for code, _, words in question.choices]
    if _draw(question) == "choice":
        most = ADHERENCE_DAYS if question.id == "adherence" else int(question.max)
        unit = "night" if question.id == "nights_woken" else "day"
        return [(n, f"{n} {unit}{'' if n == 1 else 's'}", "") for n in range(most + 1)]
    return []


def _effects(question: Question, told: dict) -> list[dict]:
    if question.kind != "effects":
        return []
    return [
        {"code": code, "words": words, "value": told.get(code, ""), "options": GRADES}
        for code, _, words in question.choices
    ]
