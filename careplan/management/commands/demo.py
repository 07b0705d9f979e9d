"""`manage.py demo`: the two demo clinics, played through the actions. Refuses outside DEBUG."""

from importlib import import_module

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from patients.models import Clinic


class Command(BaseCommand):
    help = "Builds the demo clinics in an empty database."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where a clinic exists already"
        )

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError("The demo is only built with DEBUG=1: it has known passwords.")
        if Clinic.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError(
                "This database holds a clinic. The demo goes into an empty one: drop it and migrate."
            )
        # Loaded here: production has neither the demo's packages nor its passwords.
        count = import_module("careplan.demo.build").build()
        self.stdout.write(f"Built the demo: {count} patients in two clinics.")
