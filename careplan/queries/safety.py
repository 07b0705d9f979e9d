"""What a patient is told while a warning sign is open: the panel, in the rule book's own words."""

from dataclasses import dataclass

from careplan.models import Assessment, CheckIn, FollowUp, Plan
from careplan.queries import session_log as logs
from careplan.rules.book import book
from careplan.rules.facts import Facts
from careplan.rules.session import ALL_SIGNS
from patients.models import Clinic, Patient

CRISIS = "RF-24"
LOOK = "We want to look at something with you before you go on. Please call us today."


@dataclass(frozen=True)
class Panel:
    """`severity` emergency or urgent; `text` says what is so, `told` what to do."""

    severity: str
    title: str
    text: str
    told: str
    rule: str
    calls: tuple[tuple[str, str], ...]  # (words, number), the most important first


def panel_of(patient: Patient) -> Panel | None:
    """The panel that stands on every page of the patient; None while no plan is on hold and the
    newest assessment is calm."""
    newest = Assessment.objects.filter(patient=patient).order_by("-made_at").first()
    danger = newest and newest.disposition in ("emergency", "urgent")
    told = [_from_findings(patient, newest)] if danger else []
    if _is_held(patient):
        sign = logs.open_sign(patient)
        told += [_of_sign(sign)] if sign else []
        told += [_on_hold(patient.clinic)] if not told else []
    return min(told, key=lambda panel: panel.severity != "emergency", default=None)


def _of_sign(row: FollowUp) -> Panel:
    """What the rules say to who told of a new sign in a session (PT-22)."""
    levels = book().rules[row.rule].levels
    words = next(one.patient_message for one in levels if one.severity == row.severity)
    return _panel(row.severity, row.rule, words, row.patient.clinic)


def _is_held(patient: Patient) -> bool:
    return Plan.objects.filter(patient=patient, state=Plan.State.SAFETY_HOLD).exists()


def panel_after(checkin: CheckIn) -> Panel | None:
    """What a check-in ends with: its own emergency first, else what the rules made of it."""
    if checkin.stopped_by_flag:
        rule = book().rules[book().red_flags[checkin.stopped_by_flag].rule]
        return _panel("emergency", rule.id, rule.levels[0].patient_message, checkin.patient.clinic)
    if "yes" in checkin.answers.get("red_flags", {}).values():
        return panel_of(checkin.patient) or _waiting(checkin.patient)
    return None


def _from_findings(patient: Patient, newest: Assessment) -> Panel:
    told = [
        finding
        for finding in newest.result["findings"]
        if finding["severity"] == newest.disposition and finding.get("patient_message")
    ]
    if not told:
        return _waiting(patient)
    first = told[0]
    return _panel(newest.disposition, first["rule"], first["patient_message"], patient.clinic)


def _panel(severity: str, rule: str, message: str | None, clinic: Clinic) -> Panel:
    text, _, told = (message or "This can be serious. Get emergency help now.").partition(". ")
    emergency = severity == "emergency"
    title = "Get emergency help now" if emergency else "We need to speak to you today"
    return Panel(
        severity=severity,
        title="Please get help now" if rule == CRISIS else title,
        text=f"{text.rstrip('.')}.",
        told=told,
        rule=rule,
        calls=_calls(clinic, rule, emergency),
    )


def _calls(clinic: Clinic, rule: str, emergency: bool) -> tuple[tuple[str, str], ...]:
    ours = ((f"Call {clinic.name}", clinic.phone),) if clinic.phone else ()
    if not emergency:
        return ours or ((f"Call {clinic.emergency_number}", clinic.emergency_number),)
    help_line = ((f"Call {clinic.emergency_number}", clinic.emergency_number),)
    if rule == CRISIS:
        return ((f"Call the crisis line, {clinic.crisis_line}", clinic.crisis_line), *help_line)
    return help_line


def _waiting(patient: Patient) -> Panel:
    """Something waits for a look; only who has a plan on hold is told of one."""
    if _is_held(patient):
        return _on_hold(patient.clinic)
    return _panel("urgent", "", LOOK, patient.clinic)


def _on_hold(clinic: Clinic) -> Panel:
    return Panel(
        severity="urgent",
        title="Your plan is on hold",
        text="We want to look at something with you before you go on.",
        told="Please call us before you exercise again.",
        rule="",
        calls=_calls(clinic, "", False),
    )


def handover(patient: Patient, checkin: CheckIn | None = None) -> dict:
    """What emergency staff need at a glance: who, what was said and when, medicines, allergies."""
    newest = Assessment.objects.filter(patient=patient).order_by("-made_at").first()
    facts = newest.facts if newest else {}
    flags = _open_flags(facts) | (checkin.answers.get("red_flags", {}) if checkin else {})
    told_at = checkin.submitted_at if checkin else newest and newest.made_at
    sign = logs.open_sign(patient)
    return {
        "patient": patient,
        "told_at": sign.created_at if sign else told_at,
        "yes": [*_signs(sign), *_labels(flags, "yes")],
        "unsure": _labels(flags, "unknown"),
        "weeks": newest.result.get("weeks") if newest else None,
        "types": newest.result.get("pain_types", []) if newest else [],
        "takes": [row["drug"] for row in facts.get("medications", []) if "stopped" not in row],
        "allergies": facts.get("allergies"),
        "conditions": [
            book().codes["conditions"][code].label for code in facts.get("conditions", [])
        ],
    }


def _open_flags(facts: dict) -> dict[str, str]:
    """Warning signs as they stand: a yes that nobody has cleared, and what is not settled."""
    if not facts:
        return {}
    flags = Facts(facts, book()).flags
    core = {row.code: flags.answer(row.code) for row in book().red_flags.values() if row.core}
    return {
        code: "unknown" if told is None else "yes"
        for code, told in core.items()
        if told is not False
    }


def _signs(row: FollowUp | None) -> list[str]:
    told = row.because.get("signs", []) if row else []
    return [ALL_SIGNS[code].capitalize() for code in told]


def _labels(flags: dict, answer: str) -> list[str]:
    table = book().check_in
    return [table[code].patient_label for code, told in flags.items() if told == answer]


def emergency_signs() -> list[str]:
    """Warning signs that need emergency help, in the patient's words; a crisis has a number of
    its own."""
    flags = book().red_flags
    return [
        row.patient_label
        for row in book().check_in.values()
        if row.id in flags and flags[row.id].core and flags[row.id].emergency
        if flags[row.id].rule != CRISIS
    ]
