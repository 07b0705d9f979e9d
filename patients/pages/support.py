"""Links to people who understand: the list an admin keeps (BAR-04)."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from patients import actions, queries
from patients.guards import needs
from patients.pages.forms import Plain, attempt, sent
from patients.roles import Permission


class LinkForm(Plain, forms.Form):
    name = forms.CharField(label="Name", max_length=120)
    about = forms.CharField(
        label="In one sentence",
        max_length=240,
        required=False,
        help_text="Patients read it: what it is, and for whom.",
    )
    url = forms.URLField(
        label="Address",
        max_length=300,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter an address such as https://example.org."},
    )
    phone = forms.CharField(label="Telephone", max_length=40, required=False)


@needs(Permission.CLINIC_EDIT)
def support(request: HttpRequest) -> HttpResponse:
    """The list, what is due for a look, and a form that adds one."""
    form = LinkForm(sent(request))
    who = {"clinic": request.clinic, "by": request.actor}
    if request.method == "POST" and attempt(
        form, lambda data: actions.add_support_link(**who, **data)
    ):
        messages.success(request, f"Added {form.cleaned_data['name']}.")
        return redirect("support", request.clinic.slug)
    context = {"form": form, "links": queries.support_links(request.clinic)}
    return render(request, "clinic/support.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.CLINIC_EDIT)
def support_check(request: HttpRequest, link_id: int) -> HttpResponse:
    return _change(request, link_id, actions.check_support_link, "Looked at today: {}.")


@require_POST
@needs(Permission.CLINIC_EDIT)
def support_retire(request: HttpRequest, link_id: int) -> HttpResponse:
    return _change(request, link_id, actions.retire_support_link, "Taken off the list: {}.")


def _change(request: HttpRequest, link_id: int, act, words: str) -> HttpResponse:
    row = queries.support_link_of(request.actor, link_id)
    try:
        act(link=row, by=request.actor)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words.format(row.name))
    return redirect("support", request.clinic.slug)
