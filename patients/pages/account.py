"""The door: where a login leads, invitations taken up, and how allauth behaves here."""

import base64
import hashlib
import smtplib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patients import actions, queries
from patients.guards import public, signed_in
from patients.models import LinkRefused
from patients.pages.forms import JoinForm, attempt, sent
from patients.roles import Permission, permissions_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Adapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; mails that fail say so."""

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """At once, not through the outbox: a sign-in code is worth nothing tomorrow, and nowhere
        to be kept."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as fault:
            page = render(self.request, "account/mail_failed.html", status=503)
            raise ImmediateHttpResponse(page) from fault

    def format_email_subject(self, subject):
        return subject.strip()


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are stored encrypted under SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"patients.mfa" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


@signed_in("everybody has a first page")
def home(request: HttpRequest) -> HttpResponse:
    """Patients to their plan, staff to their clinic; who has several places chooses one."""
    places = queries.places_of(request.user)
    record = queries.own_record(request.user)
    if record and not places:
        return redirect("mine_today")
    if len(places) == 1 and not record:
        return redirect(first_page(places[0]), places[0].clinic.slug)
    rows = [(place, first_page(place)) for place in places]
    return render(request, "account/places.html", {"places": rows, "record": record})


def first_page(membership) -> str:
    """The route that somebody of these roles begins the day on."""
    rights = permissions_of(membership.roles)
    if Permission.FOLLOW_UP_VIEW in rights:
        return "worklist"
    return "staff" if Permission.STAFF_INVITE in rights else "rules_signatures"


@signed_in("everybody may change how they sign in")
def account(request: HttpRequest) -> HttpResponse:
    """How I sign in: password, passkeys, app."""
    return render(request, "account/account.html")


@signed_in("says who changes an address")
def email_closed(request: HttpRequest) -> HttpResponse:
    """Addresses are changed by the clinic, so that mails and logins stay together."""
    return redirect("account")


@never_cache
@public("the signed link is the key")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: GET shows it and uses nothing up, POST takes it up."""
    try:
        link = queries.invitation_link(token)
        return _invited(request, link)
    except LinkRefused as refusal:
        status = 404 if refusal.reason == "unknown" else 410
        return render(
            request, "account/link_refused.html", {"reason": refusal.reason}, status=status
        )


def _invited(request: HttpRequest, link) -> HttpResponse:
    known = queries.has_login(link.invitation.email)
    form = JoinForm(sent(request), initial={"name": link.invitation.name})
    if request.method == "POST" and not known:
        user = attempt(form, lambda data: actions.accept(link=link, **data))
        if user:
            login(request, user, backend=BACKEND)
            return redirect("home")
    if request.method == "POST" and known and request.user.is_authenticated:
        return _join_as(request, link)
    context = {"link": link, "invitation": link.invitation, "known": known, "form": form}
    return render(request, "account/join.html", context, status=422 if form.errors else 200)


def _join_as(request: HttpRequest, link) -> HttpResponse:
    try:
        actions.join(link=link, user=request.user)
    except actions.Refused as refusal:
        context = {"link": link, "invitation": link.invitation, "known": True, "why": str(refusal)}
        return render(request, "account/join.html", context, status=422)
    return redirect("home")
