"""The lock of the book: which digest each version of it has.

`versions.toml` stands beside the data and says `"2026.11.2" = "<digest>"`, one line a version. A
version that stands there never changes; changed data needs a new version.
"""

import tomllib
from pathlib import Path

from careplan.rules.files import BadBook, digest

FILE = "versions.toml"
HEAD = """\
# The digest of each version of the book, oldest first. Written by `make book`, never by hand: a
# version that stands here does not change.
"""


class PinRefused(ValueError):
    """The version cannot be pinned; the message says why and what to do."""


def pinned(folder: Path) -> dict[str, str]:
    """Version -> digest of every version that was pinned; none where there is no file."""
    path = folder / FILE
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def version_of(folder: Path) -> str:
    """The version that the data calls itself. Raises BadBook."""
    path = folder / "book.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))["version"]
    except (OSError, ValueError, KeyError) as fault:
        raise BadBook(f"book.toml: the version cannot be read: {fault}") from None


def drift(folder: Path) -> str:
    """What is wrong with the lock, in a sentence with what to do; empty where nothing is."""
    version = version_of(folder)
    known = pinned(folder).get(version)
    if known is None:
        return f"Book {version} is not pinned. Run `make book` and commit {FILE}."
    if known != digest(folder):
        return (
            f"The data changed and the version did not: {version} is pinned with other data. "
            "Give book.toml a new version and run `make book`."
        )
    return ""


def pin(folder: Path) -> bool:
    """Add the version and digest of the data; True where they are new. Raises PinRefused.

    A version that is pinned is never written again, and a new one comes after all others.
    """
    version, known = version_of(folder), pinned(folder)
    if version in known:
        if fault := drift(folder):
            raise PinRefused(fault)
        return False
    last = max(known, key=_order, default=version)
    if _order(version) < _order(last):
        raise PinRefused(f"Book {version} comes before {last}, which is pinned. Use a later one.")
    rows = {**known, version: digest(folder)}
    lines = "".join(f'"{name}" = "{value}"\n' for name, value in rows.items())
    (folder / FILE).write_text(HEAD + lines, "utf-8")
    return True


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
