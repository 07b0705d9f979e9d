"""Import a record: upload, look at what was understood, confirm."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from careplan.actions import assessment
from careplan.models import RecordImport
from careplan.pages.forms.assessment import UploadForm
from careplan.queries import record_import as queries
from patients import audit
from patients.actions import Duplicate, Refused
from patients.guards import needs
from patients.models import Patient
from patients.pages.forms import PatientForm
from patients.roles import Permission


@needs(Permission.PATIENT_REGISTER)
def import_record(request: HttpRequest) -> HttpResponse:
    """Choose a file. What cannot be used is refused here, and nothing of it is kept."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*posted)
    if posted and form.is_valid():
        record = assessment.keep_import(**form.reading, by=request.actor)
        return redirect("import_confirm", request.clinic.slug, record.pk)
    status = 422 if form.errors else 200
    return render(request, "assessment/import.html", {"form": form}, status=status)


@needs(Permission.PATIENT_REGISTER)
def import_confirm(request: HttpRequest, import_id) -> HttpResponse:
    """What was understood, what was not, what is old; then register, or add to a record."""
    record = queries.import_of(request.actor, import_id)
    if record.patient:
        messages.info(request, f"This upload was added to {record.patient} already.")
        return redirect("intake_start", request.clinic.slug, record.patient_id)
    if request.method == "POST":
        return _confirm(request, record)
    audit.record_view(by=request.actor, on=record)
    known = queries.registered_already(record)
    return _page(request, record, _person_form(request, record), known)


def _confirm(request: HttpRequest, record: RecordImport) -> HttpResponse:
    form, chosen = _person_form(request, record, request.POST), _chosen(request, record)
    person = form.cleaned_data if form.is_valid() else None
    known = queries.registered_already(record, person)
    kept = {"record": record, "chosen": chosen, "by": request.actor}
    try:
        if known and request.POST.get("act") == "add":
            assessment.add_import(patient=known, **kept)
            return _on(request, known, "Added to the record of")
        if person:
            patient, _ = assessment.register_from_import(person=person, **kept)
            return _on(request, patient, "Registered")
    except Duplicate as refusal:
        known = refusal.patient
    except (Refused, assessment.Refused) as refusal:
        form.add_error(None, str(refusal))
    return _page(request, record, form, known, status=422)


def _on(request: HttpRequest, patient: Patient, done: str) -> HttpResponse:
    messages.success(request, f"{done} {patient}. Warning signs come first.")
    return redirect("intake", request.clinic.slug, patient.pk, "red_flags")


def _chosen(request: HttpRequest, record: RecordImport) -> dict[str, int]:
    """Which value of each conflict was picked; none, or nonsense, picks none."""
    found = {}
    for conflict in queries.choices_of(record):
        number = request.POST.get(conflict["key"], "")
        if number.isdecimal() and len(number) < 4 and int(number) < len(conflict["values"]):
            found[conflict["key"]] = int(number)
    return found


def _person_form(request: HttpRequest, record: RecordImport, data=None) -> PatientForm:
    """The person as the record has them. The fields stand beside the form they belong to."""
    form = PatientForm(data, initial=record.proposal["person"], clinic=request.clinic)
    for field in form.fields.values():
        css = "form-select" if field.widget.input_type == "select" else "form-control"
        field.widget.attrs |= {"form": "confirm", "class": css}
    return form


def _page(request, record, form, known, status=200) -> HttpResponse:
    context = {
        "record": record,
        "form": form,
        "known": known,
        "conflicts": queries.choices_of(record),
        "chosen": _chosen(request, record),
        "parts": queries.parts_of(record),
    }
    return render(request, "assessment/import_confirm.html", context, status=status)
