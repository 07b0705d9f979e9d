"""`manage.py assess FILE…`: intakes in, one assessment a line out; no database, no network."""

import json
import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from careplan.rules import IntakeRefused, assess
from careplan.rules.assessment import as_json
from careplan.rules.book import BadBook, book, load
from careplan.rules.compare import Tally, changes
from careplan.rules.intake import read_json

INSIDE = Path("careplan/rules/data")  # the book's place in a checkout


class Command(BaseCommand):
    help = (
        "Assess intakes: one a .json file, one a line of a .jsonl file or of standard input (-). "
        "Prints one assessment a line, in the order of the input. "
        "With --against: prints one line for each intake that another book would assess otherwise "
        "(what it says there, then what it says here), and the counts on standard error. "
        "Exit status 0 where it ran, changes or not; 1 where an intake was refused; 2 where the "
        "call is wrong or the other book is refused, with every fault of it."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", help=".json, .jsonl, or -")
        parser.add_argument(
            "--against",
            type=Path,
            metavar="OTHER_BOOK",
            help="the data folder of another book, or a checkout that has one; its whole "
            "set of files must be there",
        )

    def handle(self, *args, files, against, **options):
        absent = [name for name in files if name != "-" and not _is_readable(name)]
        if absent:
            raise CommandError(f"There is no file to read: {', '.join(absent)}.", returncode=2)
        if files.count("-") > 1:
            raise CommandError("Standard input (-) can be read once only.", returncode=2)
        try:
            refused = self._compare(files, _other(against)) if against else self._assess(files)
        except BrokenPipeError:
            # The reader has seen enough, as `head` does: nobody is left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            refused = True
        if refused:
            sys.exit(1)

    def _assess(self, files):
        refused = 0
        for _, raw in _intakes(files):
            intake, refusal = _read(raw)
            try:
                line = refusal or assess(intake)
            except IntakeRefused as fault:
                line = refusal = _refusal(intake, fault.errors)
            self.stdout.write(as_json(line))
            refused += refusal is not None
        return refused

    def _compare(self, files, other):
        tally = Tally()
        for where, raw in _intakes(files):
            intake, refusal = _read(raw)
            try:
                change = None if refusal else changes(assess(intake, against=other), assess(intake))
            except IntakeRefused as fault:
                refusal = _refusal(intake, fault.errors)
            if refusal:
                tally.refused += 1
                self.stdout.write(json.dumps({**where, **refusal}))
                continue
            tally.add(change)
            if change:
                self.stdout.write(json.dumps({"id": _id(intake), **where, **change}))
        self.stderr.write(tally.sentence(other.version, book().version))
        return tally.refused


def _is_readable(name):
    """Whether it is a file whose first byte can be read, found out before anything is printed."""
    if not Path(name).is_file():
        return False
    try:
        with Path(name).open("rb") as stream:
            return stream.read(1) is not None
    except OSError:
        return False


def _other(folder):
    """The other book. Raises CommandError with every fault."""
    inside = folder / INSIDE
    try:
        return load(inside if inside.is_dir() else folder)
    except BadBook as refusal:
        raise CommandError(f"The book in {folder} is refused.\n{refusal}", returncode=2) from None


def _intakes(files):
    """(where it stands, its bytes) of each intake, in order."""
    for name in files:
        if name == "-":
            yield from _lines(name, sys.stdin.buffer)
        elif name.endswith(".jsonl"):
            with Path(name).open("rb") as stream:
                yield from _lines(name, stream)
        else:
            yield {"file": name}, Path(name).read_bytes()


def _lines(name, stream):
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield {"file": name, "line": number}, line


def _read(raw):
    """(the intake, None), or (None, the line that says why it cannot be read)."""
    try:
        return read_json(raw.decode("utf-8-sig")), None
    except UnicodeDecodeError as fault:
        return None, _refusal(
            None, [{"path": "", "message": f"Is not UTF-8 text: {fault.reason}."}]
        )
    except IntakeRefused as fault:
        return None, _refusal(None, fault.errors)


def _id(intake):
    known = intake.get("id") if isinstance(intake, dict) else None
    return known if isinstance(known, str) else None


def _refusal(intake, errors):
    return {"id": _id(intake), "error": errors}
