"""The rule book is read and signed by a clinical lead; everybody sees who signed what."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from careplan.actions.book import BookRefused, SignedAlready
from careplan.pages.forms.book import SignBookForm
from careplan.queries import book as queries
from careplan.rules import edition
from careplan.rules.book import book
from patients.access import can
from patients.guards import needs
from patients.roles import Permission

OPEN_AT_MOST = 12  # a longer list of rules stands folded


@needs(Permission.RULES_SIGN)
def sign(request: HttpRequest) -> HttpResponse:
    """What is signed, what it means, one statement, one button. Signed already: the signatures."""
    where = queries.standing(request.clinic)
    if request.method != "POST" and where.signed:
        return redirect("rules_signatures", request.clinic.slug)
    form = SignBookForm(request.POST if request.method == "POST" else None)
    if form.is_bound and _signed(request, form):
        return redirect("rules_signatures", request.clinic.slug)
    context = sign_context(request.actor, where) | {"form": form}
    return render(request, "book/sign.html", context, status=422 if form.is_bound else 200)


def _signed(request: HttpRequest, form: SignBookForm) -> bool:
    """Whether the book is signed now, by this press or one before; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        row = form.save(request.actor)
    except SignedAlready as refusal:
        messages.info(request, str(refusal))
    except BookRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    else:
        messages.success(request, f"Rule book {row.version} is signed. Plans can start.")
    return True


def sign_context(actor, where: queries.Standing) -> dict:
    """What the reader signs, against what the clinic signed last."""
    running, last = edition.running(), queries.last_signature(actor.clinic)
    licence = queries.licence_of(actor)
    return {
        "book": running,
        "checked": running.rules - running.unchecked,
        "where": where,
        "book_line": None,  # the page says it itself
        "last": last,
        "changes": change_groups(last.marks, running.marks) if last else [],
        "files": changed_files(last.marks, running.marks) if last else [],
        "licence": licence,
        "why_off": why_off(where, licence),
        "history": queries.signatures(actor.clinic),
    }


def why_off(where: queries.Standing, licence) -> str:
    """Why the button does nothing, or ""."""
    if where.altered:
        return queries.why_not(where) or "The rule book on this server is not the one signed."
    if licence is None:
        return "Your licence is missing or has run out. Ask an admin to enter it."
    return ""


def change_groups(old: dict, new: dict) -> list[dict]:
    """Rules added, changed and removed, each group with its words and whether it stands open."""
    found = edition.changes(old, new)
    groups = (
        ("added", found.added, "plus"),
        ("changed", found.changed, "arrow-right"),
        ("removed", found.removed, "x"),
    )
    return [
        {
            "word": word,
            "icon": icon,
            "rules": [(key, _title(key)) for key in keys],
            "open": len(keys) <= OPEN_AT_MOST,
        }
        for word, keys, icon in groups
        if keys
    ]


def _title(key: str) -> str:
    rule = book().rules.get(key)
    return rule.title if rule else ""


def changed_files(old: dict, new: dict) -> list[str]:
    """What changed beside the rules, in words: `exercises, follow up`."""
    return [name.replace("_", " ") for name in edition.changes(old, new).files]


@require_safe
@needs(Permission.RULES_VIEW)
def signatures(request: HttpRequest) -> HttpResponse:
    """Whether the running book is signed here, by whom, and what was signed before."""
    context = {
        "book_line": None,  # the page says it itself
        "where": queries.standing(request.clinic),
        "history": queries.signatures(request.clinic),
        "can_sign": can(request.actor, Permission.RULES_SIGN),
        "can_appoint": can(request.actor, Permission.STAFF_INVITE),
    }
    return render(request, "book/signatures.html", context)
