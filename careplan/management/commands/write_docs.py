"""`manage.py write_docs`: docs/access.md, docs/states.md and docs/rules.md, from the tables."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from careplan.rules import lifecycle
from careplan.rules.book import Book, book
from careplan.rules.wording import CONFIDENCE
from patients.roles import ROLES, Permission

NOTE = "Written by `make docs` from {source}. Change it there.\n"


class Command(BaseCommand):
    help = (
        "Write the pages of docs/ that come from tables. With --check: exit 1 where one is stale."
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing, name stale pages")
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs")

    def handle(self, **options):
        folder, stale = options["folder"], []
        for name, text in pages().items():
            path = folder / name
            if path.exists() and path.read_text("utf-8") == text:
                continue
            stale.append(name)
            if not options["check"]:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
                self.stdout.write(f"wrote {name}")
        if stale and options["check"]:
            raise CommandError(f"Stale: {', '.join(stale)}. Run `make docs` and commit the result.")


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    return {"access.md": access(), "states.md": states(), "rules.md": rules(book())}


# Who may do what ---------------------------------------------------------------------------


def access() -> str:
    """Roles in a sentence each, then right × role."""
    names = list(ROLES)
    head = f"| Right | {' | '.join(names)} |"
    rows = [
        f"| {right.value[0].upper() + right.value[1:]} | "
        + " | ".join("yes" if right in ROLES[name][1] else "" for name in names)
        + " |"
        for right in Permission
    ]
    roles = [f"- **{name}**: {sentence}" for name, (sentence, _) in ROLES.items()]
    return "\n".join(
        [
            "# Who may do what",
            "",
            NOTE.format(source="`patients/roles.py`"),
            "A person may hold several roles in one clinic, and others in another. Every row is of "
            "one clinic: a missing right is 403, another clinic's row is 404.",
            "",
            *roles,
            "",
            head,
            f"| --- |{' :-: |' * len(names)}",
            *rows,
            "",
        ]
    )


# Which moves exist -------------------------------------------------------------------------


def states() -> str:
    """One diagram and one table for each thing that has states."""
    parts = ["# States and moves", "", NOTE.format(source="`careplan/rules/lifecycle.py`")]
    for name, table in lifecycle.TABLES.items():
        parts += [f"## {name[0].upper() + name[1:]}", "", *_diagram(table), *_moves(table)]
    return "\n".join(parts)


def _diagram(table: lifecycle.Table) -> list[str]:
    arrows = [
        f"    {state} --> {after}: {move}"
        for state, moves in table.items()
        for move, after in moves.items()
    ]
    ends = [f"    {state} --> [*]" for state, moves in table.items() if not moves]
    return [
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {next(iter(table))}",
        *arrows,
        *ends,
        "```",
        "",
    ]


def _moves(table: lifecycle.Table) -> list[str]:
    rows = [
        f"| {state} | {move} | {after} |"
        for state, moves in table.items()
        for move, after in moves.items()
    ]
    return ["| State | Move | Next |", "| --- | --- | --- |", *rows, ""]


# Every rule --------------------------------------------------------------------------------


def rules(found: Book) -> str:
    """Every rule with its conditions in plain English, its words, sources and review date."""
    checked = sum(bool(rule.checker) for rule in found.rules.values())
    parts = [
        f"# Rule book {found.version}",
        "",
        NOTE.format(source="`careplan/rules/data/`"),
        f"{len(found.rules)} rules; {checked} of them were checked by a named clinician. "
        "A rule with an unknown fact asks for it; it never reads unknown as no.",
        "",
    ]
    for file in found.files.values():
        parts += [f"## {file.title}", ""]
        for rule in found.rules.values():
            if rule.file == file.name:
                parts += _rule(found, rule)
    parts += [*_elsewhere(found), "## Shared definitions", ""]
    parts += [
        f"- **{row.label}** (`{row.id}`): {found.sentence(row.condition)}"
        for row in found.definitions.values()
    ]
    parts += ["", "## Sources", ""]
    parts += [
        f"- {row.title}, {row.year}{', ' + row.publisher if row.publisher else ''}"
        for row in found.sources.values()
    ]
    return "\n".join([*parts, ""])


def _rule(found: Book, rule) -> list[str]:
    levels = [line for level in rule.levels for line in _level(found, level)]
    checker = rule.checker or "no named clinician yet"
    judges = found.subjects[rule.subject].label
    return [
        f"### {rule.id} {rule.title}",
        "",
        *([f"- Judges {judges}."] if rule.subject != "intake" else []),
        *levels,
        f"- Sources: {'; '.join(rule.sources)}. Confidence: {CONFIDENCE[rule.confidence]}.",
        f"- Author: {rule.author}. Checked by: {checker}. Review by {rule.review:%d %B %Y}.",
        "",
    ]


def _level(found: Book, level) -> list[str]:
    about = f", about {', '.join(level.drugs)}" if level.drugs else ""
    effect = f" ({level.effect.replace('_', ' ')})" if level.effect else ""
    lines = [
        f"- **{level.severity}**{effect}{about}, when {found.sentence(level.condition)}: "
        f"{level.message}"
    ]
    if level.patient_message:
        lines.append(f"  The patient reads: “{level.patient_message}”")
    return lines


def _elsewhere(found: Book) -> list[str]:
    """What the specification says beside its rules: where each row lives and what holds it."""
    rows = [
        f"| {row.id} | {row.lives} | `{row.where}` | {row.test} |"
        for row in found.elsewhere.values()
    ]
    return [
        "## Rows of the specification that are not rules",
        "",
        "Exercises, templates and cards are data of their own (`exercises.toml`, `self_care.toml`). "
        "Of the other rows that are no rule, each names where it lives and the test that holds it.",
        "",
        "| Row | Where it lives | File | Test |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
    ]
