"""A running plan whose newest assessment says what a test wants of a drug."""

from datetime import date

from django.utils import timezone

from careplan.models import Assessment, Intake, Plan, PlanVersion

DOSE = {"steps": [{"mg": 400, "times_a_day_max": 3, "days": 10}]}
DRUGS = ("ibuprofen", "naproxen", "cyclobenzaprine", "gabapentin", "duloxetine", "opioid")


def drug(status: str, **extra) -> dict:
    """A drug's entry as in the contract; blocked ones have no dose."""
    shown = status in ("offer", "caution", "prescriber_only")
    return {
        "status": status,
        "dose": DOSE if shown else None,
        "max_days": 10,
        "with": [],
        "missing": [],
        "rules": ["MED-NSAID-01"],
        **extra,
    }


def assessment_saying(patient, user, disposition="plan", **drugs) -> Assessment:
    """An assessment whose drugs are `avoid` but for those named."""
    intake = Intake.objects.filter(patient=patient).first() or Intake.objects.create(
        clinic=patient.clinic, patient=patient, started_by=user, state="assessed"
    )
    entries = {name: drug("avoid") for name in DRUGS}
    entries |= {name: drug(status) for name, status in drugs.items()}
    result = {"disposition": disposition, "drugs": entries, "findings": [], "follow_ups": []}
    return Assessment.objects.create(
        clinic=patient.clinic,
        patient=patient,
        intake=intake,
        as_of=timezone.localdate(),
        rules_version="test",
        facts={},
        result=result,
        disposition=disposition,
        made_by=user,
    )


def running_plan(patient, user, assessment: Assessment) -> Plan:
    """A signed version on that assessment, active since today."""
    plan = Plan.objects.create(clinic=patient.clinic, patient=patient)
    version = PlanVersion.objects.create(
        clinic=patient.clinic,
        plan=plan,
        patient=patient,
        number=1,
        assessment=assessment,
        disposition=assessment.disposition,
        drafted_by=user,
    )
    version.signed_by, version.signed_at = user, timezone.now()
    version.save()
    plan.state, plan.current, plan.starts_on = "active", version, date.today()
    plan.save()
    return plan
