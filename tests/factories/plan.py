"""Assessments that say "plan", and plans made through the actions."""

from careplan.actions import plan as actions
from careplan.models import Assessment, Plan, PlanVersion
from careplan.queries import plan as queries
from careplan.rules import assess
from careplan.rules.book import book
from careplan.rules.intake import codes
from tests.factories.medication import DRUGS, drug

# Enough for a whole assessment: mechanical pain for half a year, every warning sign "no".
INTAKE = {
    "as_of": "2026-11-24",
    "person": {"birth_date": "1968-04-02", "sex": "female", "smoker_ever": "no"},
    "episode": {
        "onset": "2026-05-01",
        "first_ever": False,
        "pain": {"now": 5, "average": 5, "worst": 7},
        "features": {"worse_bending_lifting": "yes", "eased_by_gentle_movement": "yes"},
    },
    "conditions": [],
    "conditions_complete": True,
    "medications": [],
    "medications_complete": True,
    "allergies": [],
    "function": {"walking_minutes": 12},
    "coverage": {"visit_limit": 20},
}


def intake(**changes) -> dict:
    """INTAKE with every core warning sign answered "no", and parts replaced."""
    flags = dict.fromkeys(codes()["core_red_flags"], "no")
    return INTAKE | {"red_flags": flags} | changes


def result_saying(facts, disposition="plan", hidden=None, findings=(), **drugs) -> dict:
    """What the rules say of the facts, with what a test wants of it instead."""
    result = assess(facts) | {"disposition": disposition, "findings": list(findings)}
    result["drugs"] = {name: drug(drugs.get(name, "avoid")) for name in DRUGS}
    if disposition != "plan":
        return result | {"program": None, "home_plan": None}
    if hidden:
        rows = [{"id": code, "because": why} for code, why in hidden.items()]
        result["home_plan"] = result["home_plan"] | {"hidden": rows}
    return result


def assessed(patient, user, disposition="plan", facts=None, **result) -> Assessment:
    """A stored assessment; its facts know a visit limit of 20 unless told otherwise."""
    facts = facts or intake()
    row = patient.intakes.first() or patient.intakes.create(
        clinic=patient.clinic, started_by=user, state="assessed"
    )
    return Assessment.objects.create(
        clinic=patient.clinic,
        patient=patient,
        intake=row,
        as_of="2026-11-24",
        rules_version="test",
        facts=facts,
        result=result_saying(facts, disposition, **result),
        disposition=disposition,
        made_by=user,
    )


def drafted(patient, by, **result) -> PlanVersion:
    """A draft from a fresh assessment, whole, with the movement looked at."""
    version = actions.draft(assessment=assessed(patient, by.user, **result), by=by)
    return looked_at(version, by)


def looked_at(version: PlanVersion, by) -> PlanVersion:
    """The draft with every line of the movement checklist ticked (PT-06), whole."""
    seen = {code: {"seen": True, "note": ""} for code in book().codes["movements"]}
    actions.save_movement(version=version, seen=seen, by=by)
    return queries.whole(version.pk)


def weighed(version: PlanVersion, by) -> PlanVersion:
    """The draft with a reason for everything that is allowed only with one, whole."""
    for one in queries.cautions(version):
        actions.weigh(version=version, key=one.key, reason="Seen done without trouble", by=by)
    return queries.whole(version.pk)


def signed(patient, by, **result) -> Plan:
    """A plan that runs: drafted, weighed and signed."""
    version = weighed(drafted(patient, by, **result), by)
    version = actions.sign(version=version, read=True, by=by)
    return version.plan
