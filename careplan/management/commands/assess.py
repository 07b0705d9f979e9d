"""`manage.py assess FILE…`: intakes in, one assessment a line out; no database, no network."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from careplan.rules import IntakeRefused, assess
from careplan.rules.intake import read_json


class Command(BaseCommand):
    help = (
        "Assess intakes: one a .json file, one a line of a .jsonl file or of standard input (-). "
        "Prints one assessment a line, in the order of the input. "
        "Exit status 1 where an intake was refused, 2 where the call is wrong."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", help=".json, .jsonl, or -")

    def handle(self, *args, files, **options):
        absent = [name for name in files if name != "-" and not Path(name).is_file()]
        if absent:
            raise CommandError(f"There is no file {', '.join(absent)}.", returncode=2)
        refused = False
        for raw in _intakes(files):
            line, accepted = _answer(raw)
            self.stdout.write(line)
            refused = refused or not accepted
        if refused:
            sys.exit(1)


def _intakes(files):
    """The bytes of each intake, in order."""
    for name in files:
        if name == "-":
            yield from _lines(sys.stdin.buffer)
        elif name.endswith(".jsonl"):
            with Path(name).open("rb") as stream:
                yield from _lines(stream)
        else:
            yield Path(name).read_bytes()


def _lines(stream):
    return (line for line in stream if line.strip())


def _answer(raw):
    """(the line to print, whether the intake was assessed)."""
    known = None
    try:
        intake = read_json(raw.decode("utf-8-sig"))
        known = intake.get("id") if isinstance(intake, dict) else None
        return json.dumps(assess(intake)), True
    except UnicodeDecodeError as fault:
        errors = [{"path": "", "message": f"Is not UTF-8 text: {fault.reason}."}]
    except IntakeRefused as refusal:
        errors = refusal.errors
    return json.dumps({"id": known if isinstance(known, str) else None, "error": errors}), False
