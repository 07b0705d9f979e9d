"""The one-patient overview: whose page this is, and the banner that stands over it."""

from django.http import Http404
from django.urls import reverse

from careplan.models import Assessment
from patients.access import Actor
from patients.models import Patient


def patient_of(actor: Actor, pk) -> Patient:
    """A patient of the actor's clinic; another clinic's is 404 like one that does not exist."""
    row = Patient.objects.for_clinic(actor.clinic).select_related("clinic").filter(pk=pk).first()
    if row is None:
        raise Http404("No such patient")
    return row


def banner(patient: Patient) -> dict:
    """Variables of `components/patient_banner.html`."""
    newest = Assessment.objects.filter(patient=patient).order_by("-made_at").first()
    facts = [("Born", f"{patient.birth_date:%-d %b %Y}")]
    flag = None
    if newest and newest.disposition in ("emergency", "urgent"):
        flag = {
            "severity": newest.disposition,
            "text": "A warning sign is open. The plan is on hold.",
            "url": reverse("assessment", args=[patient.clinic.slug, patient.pk]),
            "action": "See why",
        }
    url = reverse("chart", args=[patient.clinic.slug, patient.pk])
    return {"name": patient.name, "url": url, "facts": facts, "flag": flag}
