"""The files of a book: which there are, how they are parsed, and the digest that pins them."""

import hashlib
import tomllib
from pathlib import Path

TABLES = (
    "book",
    "codes",
    "subjects",
    "sources",
    "drugs",
    "definitions",
    "limits",
    "doses",
    "red_flags",
    "exercises",
    "questions",
    "self_care",
    "follow_up",
    "program",
    "visits",
    "sessions",
    "notes",
    "outcomes",
    "courses",
    "elsewhere",
)
RULES = "[[rule]]"
UNPINNED = ("elsewhere.toml", "versions.toml")  # they say where things are, and judge nobody


class BadBook(ValueError):
    """The rule book cannot be used; the message names every fault, one a line."""


def parse(folder: Path) -> dict[str, dict]:
    """Name -> parsed file: the tables, and every file that holds rules, in the book's order.

    The order is `[file] order` (100 where there is none), then the name. Raises BadBook with
    every file that is absent or cannot be read.
    """
    if not folder.is_dir():
        raise BadBook(f"There is no folder {folder}.")
    found, faults = {}, []
    paths = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    faults += [f"{name}.toml: is not in {folder}." for name in TABLES if name not in paths]
    for name, path in paths.items():
        try:
            text = path.read_text("utf-8")
            if name in TABLES or RULES in text:
                found[name] = tomllib.loads(text)
        except ValueError as fault:
            faults.append(f"{name}.toml: {fault}")
    if faults:
        raise BadBook("\n".join(faults))
    return dict(sorted(found.items(), key=lambda one: _order(one[1])))


def _order(raw: dict) -> float:
    about = raw.get("file")
    order = about.get("order", 100) if isinstance(about, dict) else 100
    return order if isinstance(order, int | float) else 100


def digest(folder: Path) -> str:
    """SHA-256 over every file of a book by name, line ends normalised, so a checkout is alike
    everywhere. `elsewhere.toml` and `versions.toml` are left out: they judge nobody."""
    total = hashlib.sha256()
    for path in sorted((*folder.glob("*.toml"), *folder.glob("*.json")), key=lambda p: p.name):
        if path.name not in UNPINNED:
            text = path.read_bytes().replace(b"\r\n", b"\n").strip()
            total.update(path.name.encode() + b"\0" + text + b"\0")
    return total.hexdigest()
