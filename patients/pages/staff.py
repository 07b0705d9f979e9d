"""Staff: who works here, invitations, roles, leaving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from patients import actions, queries
from patients.guards import needs
from patients.pages.forms import InviteForm, RolesForm, attempt, sent
from patients.roles import ROLES, Permission, Role

P = Permission
EXPLAINED = (Role.THERAPIST, Role.PRESCRIBER, Role.CLINICAL_LEAD, Role.ADMIN)


@needs(P.STAFF_INVITE)
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, and who is invited."""
    rows = queries.staff(request.actor)
    return render(
        request,
        "staff/list.html",
        {
            "working": [row for row in rows if row.membership.active],
            "removed": [row for row in rows if not row.membership.active],
            "heading": _heading(rows),
            "invitations": queries.open_invitations(request.actor),
            "roles": [(role.capitalize(), ROLES[role][0]) for role in EXPLAINED],
        },
    )


@needs(P.STAFF_INVITE)
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(sent(request))
    who = {"clinic": request.clinic, "by": request.actor}
    if request.method == "POST" and attempt(form, lambda data: actions.invite(**who, **data)):
        messages.success(request, f"Invitation sent to {form.cleaned_data['email']}.")
        return redirect("staff", request.clinic.slug)
    return _form(request, "staff/invite.html", form)


@needs(P.STAFF_INVITE)
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """One person: roles, licence, and the way out."""
    row = queries.member_of(request.actor, member_id)
    form = RolesForm(sent(request), initial={"roles": row.roles})
    who = {"membership": row, "by": request.actor}
    if request.method == "POST" and attempt(form, lambda data: actions.change_roles(**who, **data)):
        messages.success(request, f"Saved. {row.user.name} has the new roles from now on.")
        return redirect("staff", request.clinic.slug)
    return _form(request, "staff/member.html", form, member=row)


@require_POST
@needs(P.STAFF_INVITE)
def remove(request: HttpRequest, member_id: int) -> HttpResponse:
    row = queries.member_of(request.actor, member_id)
    done = f"{row.user.name} has no access any more."
    return _do(request, lambda: actions.deactivate(membership=row, by=request.actor), done)


@require_POST
@needs(P.STAFF_INVITE)
def bring_back(request: HttpRequest, member_id: int) -> HttpResponse:
    row = queries.member_of(request.actor, member_id)
    done = f"{row.user.name} works here again."
    return _do(request, lambda: actions.reactivate(membership=row, by=request.actor), done)


@require_POST
@needs(P.STAFF_INVITE)
def invite_again(request: HttpRequest, invitation_id) -> HttpResponse:
    row = queries.invitation_of(request.actor, invitation_id)
    done = f"A new link is on its way to {row.email}. The old one no longer works."
    return _do(request, lambda: actions.resend(invitation=row, by=request.actor), done)


@require_POST
@needs(P.STAFF_INVITE)
def withdraw(request: HttpRequest, invitation_id) -> HttpResponse:
    row = queries.invitation_of(request.actor, invitation_id)
    done = f"The invitation of {row.email} is withdrawn."
    return _do(request, lambda: actions.withdraw(invitation=row, by=request.actor), done)


def _heading(rows: list) -> str:
    """The state of the staff in one line: "7 people work here, 1 licence ends soon"."""
    working = [row for row in rows if row.membership.active]
    ending = sum(row.licence_state in ("soon", "ended", "missing") for row in working)
    people = f"{len(working)} {'person works' if len(working) == 1 else 'people work'} here"
    if not ending:
        return people
    return f"{people}, {ending} {'licence needs' if ending == 1 else 'licences need'} a look"


def _do(request: HttpRequest, act, done: str) -> HttpResponse:
    """One act without a form, then the staff page with what was done, or why not."""
    try:
        act()
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("staff", request.clinic.slug)


def _form(request: HttpRequest, template: str, form, **more) -> HttpResponse:
    return render(request, template, {"form": form, **more}, status=422 if form.errors else 200)
