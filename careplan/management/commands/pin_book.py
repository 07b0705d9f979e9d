"""`manage.py pin_book`: lock the data of the rule book under its version; see versions.toml."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from careplan.rules.book import DATA, BadBook, load
from careplan.rules.versions import FILE, PinRefused, drift, pin


class Command(BaseCommand):
    help = (
        "Add the version of the rule book (book.toml) and the digest of its data to "
        "versions.toml. Refuses a version that is pinned with other data, one that comes before "
        "a pinned one, and a book that does not load. With --check: write nothing, exit 1 where "
        "the data is not that of its version."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing")
        parser.add_argument("--folder", type=Path, default=DATA, help="the data of the book")

    def handle(self, *, folder, check, **options):
        try:
            found = load(folder)
            fault = drift(folder) if check else ""
            new = False if check else pin(folder)
        except (BadBook, PinRefused) as refusal:
            raise CommandError(str(refusal)) from None
        if fault:
            raise CommandError(fault)
        word = f"is new in {FILE}" if new else "is pinned with this data"
        self.stdout.write(f"Book {found.version} {word}.")
