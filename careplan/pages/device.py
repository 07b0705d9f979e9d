"""Muscle stimulators beside the plan: what a patient wishes to use, what the rules say, the log."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from careplan.actions import device as actions
from careplan.models import Device
from careplan.pages import device_lines as lines
from careplan.pages.forms.device import AllowForm, CloseForm, WishForm
from careplan.pages.shared import page_of
from careplan.queries import chart as chart_queries
from careplan.queries import device as queries
from careplan.rules.device import KINDS
from careplan.rules.lifecycle import IllegalMove
from patients import audit
from patients.access import can
from patients.guards import needs
from patients.roles import Permission

PAGE = 20
REFUSED = (actions.DeviceRefused, IllegalMove)
OPEN = (Device.State.WAITING, Device.State.LOGGED, Device.State.HELD)
ALLOWABLE = (Device.State.WAITING, Device.State.HELD)


@needs(Permission.PLAN_VIEW)
def devices(request: HttpRequest, patient_id) -> HttpResponse:
    """What one patient wishes to use or uses, and the door to note another."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    audit.record_view(by=request.actor, on=patient)
    rows = queries.devices_of(patient)
    taken = {row.kind for row in rows if row.state != Device.State.CLOSED}
    context = {
        "patient": patient,
        "banner": chart_queries.banner(patient),
        "devices": [(row, lines.standing(row)) for row in rows],
        "kinds": [(code, words) for code, words in KINDS.items() if code not in taken],
        "about": lines.about(),
        "can_edit": can(request.actor, Permission.PLAN_EDIT),
    }
    return render(request, "device/devices.html", context)


@needs(Permission.PLAN_EDIT)
def new(request: HttpRequest, patient_id, kind: str) -> HttpResponse:
    """Note a wish: what only this page asks; the rest is known from the last assessment."""
    patient = chart_queries.patient_of(request.actor, patient_id)
    if kind not in KINDS:
        raise Http404("No such kind of device")
    form = WishForm(request.POST if request.method == "POST" else None, kind=kind)
    made = _done(
        form, lambda: actions.note(patient=patient, kind=kind, by=request.actor, **form.told)
    )
    if made:
        messages.success(request, f"{KINDS[kind]} is noted.")
        return redirect("device", request.clinic.slug, made.pk)
    return _ask(request, patient, form, {"kind": kind})


@needs(Permission.PLAN_EDIT)
def change(request: HttpRequest, device_id) -> HttpResponse:
    """Answer what is missing, or what has changed."""
    device = queries.device_of(request.actor, device_id)
    if device.state not in OPEN:
        return redirect("device", request.clinic.slug, device.pk)
    data = request.POST if request.method == "POST" else None
    form = WishForm(data, kind=device.kind, device=device)
    if not _done(form, lambda: _change(device, form, request.actor), device):
        return _ask(request, device.patient, form, {"kind": device.kind, "device": device})
    messages.success(request, "Saved, and judged again.")
    return redirect("device", request.clinic.slug, device.pk)


def _change(device: Device, form: WishForm, by) -> Device:
    seen = form.cleaned_data["revision"]
    return actions.change(device=device, revision=seen, by=by, **form.told)


def _ask(request: HttpRequest, patient, form, more: dict) -> HttpResponse:
    audit.record_view(by=request.actor, on=patient)
    context = {"patient": patient, "banner": chart_queries.banner(patient), "form": form}
    context |= {"about": lines.about() if more["kind"] == Device.Kind.OWN else None}
    status = 422 if form.errors else 200
    return render(request, "device/form.html", context | more, status=status)


@needs(Permission.PLAN_VIEW)
def device(request: HttpRequest, device_id, status: int = 200, **forms) -> HttpResponse:
    """One device: what the rules say today, where it stands, the log, what was done about it."""
    row = queries.device_of(request.actor, device_id)
    audit.record_view(by=request.actor, on=row)
    now = _judged(row)
    edit = can(request.actor, Permission.PLAN_EDIT)
    context = lines.page(row, now) | {
        "banner": chart_queries.banner(row.patient),
        "uses": page_of(queries.uses(row), request.GET.get("page"), PAGE),
        "events": queries.events(row),
        "can_edit": edit and row.state != Device.State.CLOSED,
        "can_answer": can(request.actor, Permission.INTAKE_EDIT),
        "allow_form": _allow_form(row, now) if edit else None,
        "close_form": CloseForm(initial={"revision": row.revision}),
    }
    return render(request, "device/device.html", context | forms, status=status)


@require_POST
@needs(Permission.PLAN_EDIT)
def allow(request: HttpRequest, device_id) -> HttpResponse:
    """Let the patient log it, with a reason for each caution."""
    row = queries.device_of(request.actor, device_id)
    now = _judged(row)
    cautions = now.unweighed if now and row.state in ALLOWABLE else []
    form = AllowForm(request.POST, device=row, cautions=cautions)
    if not _done(form, lambda: actions.allow(device=row, by=request.actor, **form.told), row):
        return device(request, device_id, status=422, allow_form=form, failed=form)
    messages.success(request, f"{row.patient.given_name} may log it now.")
    return redirect("device", request.clinic.slug, row.pk)


@require_POST
@needs(Permission.PLAN_EDIT)
def close(request: HttpRequest, device_id) -> HttpResponse:
    """Take it off, with a reason."""
    row, form = queries.device_of(request.actor, device_id), CloseForm(request.POST)
    if not _done(
        form, lambda: actions.close(device=row, by=request.actor, **form.cleaned_data), row
    ):
        return device(request, device_id, status=422, close_form=form, failed=form)
    messages.success(request, "Taken off.")
    return redirect("devices", request.clinic.slug, row.patient_id)


def _judged(row: Device) -> queries.Judged | None:
    """What the rules say today; None for what has no log (any more)."""
    if row.state not in OPEN:
        return None
    return queries.judged(row, queries.facts_now(row.patient, timezone.localdate()))


def _allow_form(row: Device, now: queries.Judged | None) -> AllowForm | None:
    """None where nothing can be allowed: a stop stands, or something is still to be asked."""
    if now is None or row.state not in ALLOWABLE or now.status not in ("log", "caution"):
        return None
    return AllowForm(device=row, cautions=now.unweighed)


def _done(form, act, row: Device | None = None):
    """What the action gave back; None where the form is not sent, not valid or refused."""
    if not form.is_valid():
        return None
    try:
        return act()
    except REFUSED as refusal:
        if row:
            row.refresh_from_db()
        form.refuse(refusal, row)
        return None
