"""The clinic's settings, and whether the house is well."""

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from patients import actions, queries
from patients.guards import needs, public
from patients.pages.forms import SettingsForm, attempt, sent
from patients.roles import Permission


@needs(Permission.CLINIC_EDIT)
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(sent(request), instance=request.clinic)
    who = {"clinic": request.clinic, "by": request.actor}
    if request.method == "POST" and attempt(
        form, lambda data: actions.change_settings(changes=data, **who)
    ):
        messages.success(request, "Saved.")
        return redirect("clinic_settings", request.clinic.slug)
    return render(
        request, "clinic/settings.html", {"form": form}, status=422 if form.errors else 200
    )


@require_safe
@public("machines ask it; it says nothing of anybody")
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers. `oldest_waiting_message_s` grows when no worker delivers."""
    try:
        waits = queries.oldest_waiting()
    except OperationalError:
        return JsonResponse({"status": "down", "database": "unreachable"}, status=503)
    seconds = int(waits.total_seconds()) if waits is not None else None
    facts = {"status": "ok", "database": "ok", "oldest_waiting_message_s": seconds}
    return JsonResponse(facts, headers={"Cache-Control": "no-store"})
