"""`manage.py create_clinic`: a clinic, its first admin, and the link with which they sign in."""

import sys

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.hashers import is_password_usable
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from patients import actions


class Command(BaseCommand):
    help = (
        "Create a clinic and its first admin. Prints a link that works once, for three days, with "
        "which the admin chooses a password. Exit code 0 when done, 1 when refused."
    )

    def add_arguments(self, parser):
        parser.add_argument("--slug", required=True, help="short name in addresses, e.g. north")
        parser.add_argument("--name", required=True, help="the clinic's name, as patients read it")
        parser.add_argument("--time-zone", required=True, help="e.g. Europe/London")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", required=True)
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the admin's password from standard input instead of printing a link",
        )
        way.add_argument("--mail", action="store_true", help="mail the link instead of printing it")

    def handle(self, **options):
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
        try:
            clinic, admin = actions.found_clinic(
                slug=options["slug"],
                name=options["name"],
                time_zone=options["time_zone"],
                admin_email=options["admin_email"],
                admin_name=options["admin_name"],
                password=password,
            )
        except actions.Refused as refusal:
            raise CommandError(f"{_option(refusal)}{refusal} Nothing was created.") from None
        self.stdout.write(f"{clinic.name} is founded: {_address('staff', clinic.slug)}")
        self._let_in(admin, by_mail=options["mail"])

    def _let_in(self, admin, *, by_mail: bool) -> None:
        if is_password_usable(admin.password):
            self.stdout.write(f"{admin.email} signs in with the password: {_address('home')}")
            return
        link = _address(
            "account_reset_password_from_key",
            user_pk_to_url_str(admin),
            default_token_generator.make_token(admin),
        )
        if not by_mail:
            self.stdout.write(f"{admin.email} chooses a password here, once, in 3 days:\n{link}")
            return
        words = f"Choose your password here. The link works once, for three days.\n\n{link}\n"
        send_mail("Your clinic on Careplan", words, settings.DEFAULT_FROM_EMAIL, [admin.email])
        self.stdout.write(f"The link to choose a password was mailed to {admin.email}.")


def _option(refusal: actions.Refused) -> str:
    """The option that a refusal is about, as it was typed."""
    if refusal.field is None:
        return ""
    name = refusal.field.replace("admin_password", "password_stdin")
    return f"--{name.replace('_', '-')}: "


def _address(route: str, *args) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(route, args=args)
