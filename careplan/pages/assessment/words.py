"""Pointers and findings of an assessment in words, for the page: facts, links, cards."""

from django.urls import reverse

from careplan.queries.intake import at
from careplan.queries.record_import import DATED
from careplan.rules import facts as rule_facts
from careplan.rules.book import book
from careplan.templatetags.careplan_tags import dose, medium_date, pointer_words

DAY_OF = {place: day for day, places in DATED.items() for place in places}
TABLES = (
    "core_red_flags",
    "conditional_red_flags",
    "qualifiers",
    "features",
    "conditions",
    "factors",
    "side_effects",
    "limits",
)
SAID = {"yes": "yes", "no": "no", "unknown": "not sure", True: "yes", False: "no"}
TITLES = {
    "/person/birth_date": "Born",
    "/person/sex": "Sex",
    "/labs/on": "Blood test",
    "/clinic/gabapentin_enabled": "Gabapentin in this clinic",
    "/clinic/duloxetine_enabled": "Duloxetine in this clinic",
}


def label_of(code: str) -> str:
    """The staff's label of a code, whichever table holds it."""
    for table in TABLES:
        if code in book().codes[table]:
            return book().codes[table][code].label
    return pointer_words(code)


def question_of(pointer: str):
    """The question that fills a place, also for a place inside its list; or None."""
    rows = book().questions.values()
    exact = next((row for row in rows if row.path == pointer), None)
    return exact or next((row for row in rows if pointer.startswith(f"{row.path}/")), None)


def fact(pointer: str, value, facts: dict) -> tuple[str, str, str]:
    """(words, value, day) of one fact that a rule matched."""
    if not pointer.startswith("/"):
        return _derived(pointer), _said(value), ""
    parts = pointer.strip("/").split("/")
    if pointer == "/check_ins":  # a rule that compares them rests on them all
        return "Measures of", ", ".join(medium_date(row["on"]) for row in value), ""
    return _words(pointer, parts), _valued(pointer, parts, value), _day(pointer, parts, facts)


def _derived(name: str) -> str:
    if name == "disposition":
        return "Disposition"
    words = rule_facts.label(book(), name)
    return words[:1].upper() + words[1:]


def _words(pointer: str, parts: list[str]) -> str:
    if "red_flags" in parts or "features" in parts:
        return label_of(parts[-1])
    if parts[0] == "medications" and parts[-1] == "drug":
        return "Takes"
    if parts[0] == "red_flag_reviews":
        return "Finding recorded"
    if pointer in TITLES:
        return TITLES[pointer]
    question = question_of(pointer)
    return question.label if question else pointer_words(pointer)


def _valued(pointer: str, parts: list[str], value) -> str:
    if parts[0] == "conditions" or {"factors", "limits", "effect"} & {*parts}:
        told = value if isinstance(value, list) else [value]
        return ", ".join(label_of(str(code)) for code in told)
    question = question_of(pointer)
    if question and question.kind == "choice":
        return next((label for code, label, _ in question.choices if code == value), str(value))
    unit = f"\u00a0{question.unit}" if question and question.unit else ""
    return f"{_said(value)}{unit}" if _is_number(value) else _said(value)


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value) -> str:
    if isinstance(value, list):
        return ", ".join(_said(item) for item in value) or "none"
    if _is_number(value):
        return f"{value:g}"
    if isinstance(value, str | bool) and value in SAID:
        return SAID[value]
    return medium_date(value) or str(value)


def _day(pointer: str, parts: list[str], facts: dict) -> str:
    if parts[0] in ("check_ins", "red_flag_reviews"):
        return medium_date(facts[parts[0]][int(parts[1])]["on"])
    if pointer in DAY_OF:
        day = at(facts, DAY_OF[pointer]) or (at(facts, "/labs/on") if parts[0] == "labs" else None)
        return medium_date(day) if day else "no date"
    if parts[0] in ("red_flags", "medications", "conditions") or "features" in parts:
        return medium_date(facts["as_of"])
    return ""


def why(finding: dict, facts: dict, name: str, *, open_now: bool = False, missing=()) -> dict:
    """Variables of components/why.html."""
    rule = book().rules.get(finding["rule"])
    return {
        "facts": [fact(pointer, value, facts) for pointer, value in finding["because"].items()],
        "rule": finding["rule"],
        "limit": rule.title if rule else finding.get("title", ""),
        "name": name,
        "reads": finding.get("patient_message"),
        "source": "; ".join(finding["sources"]),
        "reviewed": reviewed(finding["rule"]),
        "open": open_now,
        "missing": list(missing),
    }


def reviewed(rule_id: str) -> str:
    """Who checked a rule; honest where nobody has."""
    rule = book().rules.get(rule_id)
    if rule is None:
        return ""
    if rule.checker:
        return f"by {rule.checker}, next {medium_date(rule.review)}"
    return f"by no clinician yet, due {medium_date(rule.review)}"


def missing_link(pointer: str, clinic: str, patient_id) -> tuple[str, str]:
    """(words, address) of a fact that is missing: where it can be entered."""
    question = question_of(pointer)
    if question is None:
        return pointer_words(pointer), ""
    start = reverse("intake_start", args=[clinic, patient_id])
    words = question.label[:1].upper() + question.label[1:]
    return words, f"{start}?step={question.step}&at={question.id}"


def lead(finding: dict) -> str:
    """The title of a finding, where its message does not begin with the same words."""
    title = finding.get("title", finding["rule"])
    return "" if finding["message"].lower().startswith(title.lower()) else title


def drug_card(drug: str, assessment, name: str, links: list, *, held: bool) -> dict:
    """Variables of components/drug_step.html for one drug of an assessment."""
    entry = assessment.result["drugs"][drug]
    findings = [
        row
        for row in assessment.result["findings"]
        if row.get("applies_to") == drug and row["rule"] != "D-20"
    ]
    shown = _deciding(findings, entry["status"])
    steps = (entry.get("dose") or {}).get("steps")
    card = {
        "title": f"{drug.capitalize()} {dose(steps[0])}" if steps else drug.capitalize(),
        "line": _line(entry),
        "status": entry["status"],
        "reasons": [*_waits(entry, links), *(_reason(row, entry["status"]) for row in shown)],
        "why": _drug_why(shown, assessment.facts, name, links),
    }
    if held:
        stops = any(row["severity"] == "stop" for row in findings)
        card["after"] = f"After the flag is cleared: {'still blocked' if stops else 'assess again'}"
    return card


def _waits(entry: dict, links: list) -> list[dict]:
    """What the status waits for, first of all reasons."""
    if entry["status"] != "needs_data" or not links:
        return []
    names = ", ".join(name[:1].lower() + name[1:] for name, _ in links)
    return [{"kind": "clock", "text": f"Waits for: {names}."}]


def _line(entry: dict) -> str:
    parts = ["Taken already" if entry.get("taking") else ""]
    parts.append(f"{entry['max_days']} days at most" if entry.get("max_days") else "")
    parts.append(f"with {', '.join(entry['with'])}" if entry.get("with") else "")
    words = ", ".join(part for part in parts if part)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _deciding(findings: list[dict], status: str) -> list[dict]:
    """The findings that decide the status, blocking first; the others only repeat it."""
    wanted = {
        "avoid": ("stop",),
        "not_yet": ("stop", "info"),
        "needs_data": ("stop", "caution", "info"),
    }.get(status, ("stop", "caution"))
    return [row for row in findings if row["severity"] in wanted] or findings[:2]


def _reason(row: dict, status: str) -> dict:
    waits = status in ("not_yet", "needs_data") and row["severity"] == "info"
    return {
        "kind": "clock" if waits else row["severity"],
        "text": row["message"],
        "code": row["rule"],
    }


def _drug_why(findings: list[dict], facts: dict, name: str, links: list) -> dict:
    because = {pointer: value for row in findings for pointer, value in row["because"].items()}
    sources = dict.fromkeys(source for row in findings for source in row["sources"])
    return {
        "missing": links,
        "facts": [fact(pointer, value, facts) for pointer, value in because.items()],
        "rule": ", ".join(dict.fromkeys(row["rule"] for row in findings)),
        "name": name,
        "source": "; ".join(sources),
        "reviewed": reviewed(findings[0]["rule"]) if findings else "",
    }
