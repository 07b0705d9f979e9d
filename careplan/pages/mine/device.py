"""The patient's own muscle stimulator: how it is used, never where, and a note of each use."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from careplan.actions import device as actions
from careplan.models import Device
from careplan.pages.forms.device import UseForm
from careplan.queries import device as queries
from patients import audit
from patients.guards import needs
from patients.roles import Permission

RECENT = 5


@needs(Permission.OWN_PLAN_VIEW)
def device(request: HttpRequest, device_id) -> HttpResponse:
    """Note a use in a few taps; where it was stopped, why, and whom to call."""
    row = queries.device_on_the_phone(request.actor.patient, device_id)
    form = UseForm(request.POST if request.method == "POST" else None)
    if _noted(request, row, form):
        row.refresh_from_db()
        if row.state == Device.State.HELD:
            return redirect("mine_device", row.pk)
        messages.success(request, "Noted. Thank you.")
        return redirect("mine_today")
    audit.record_view(by=request.actor, on=row)
    status = 422 if form.errors else 200
    context = _shown(row) | {"form": form, "key": _key(request)}
    return render(request, "mine/device.html", context, status=status)


def _shown(row: Device) -> dict:
    return {
        "device": row,
        "held": row.state == Device.State.HELD,
        "words": queries.words_for_patient(row),
        "today": timezone.localdate(),
        "recent": list(queries.uses(row)[:RECENT]),
    }


def _noted(request: HttpRequest, row: Device, form: UseForm) -> bool:
    """Keep the use; a refusal stands on the form, with what was typed."""
    if not form.is_valid():
        return False
    try:
        form.save(row, _key(request), request.actor)
    except actions.DeviceRefused as refusal:
        form.refuse(refusal)
        return False
    return True


def _key(request: HttpRequest) -> UUID:
    """The key that came with the page, so that a second post finds the first; else a new one."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
