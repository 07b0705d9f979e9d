"""One state of the book's data, as somebody signs it: version, digest, a mark of each part.

The marks are kept with a signature, so that the next version can be shown as what was added,
removed and changed, long after the older data is gone.
"""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from careplan.rules.book import DATA
from careplan.rules.files import UNPINNED, digest
from careplan.rules.versions import version_of

CONVENTION = "A"  # of no guideline: the book's own, for the clinical lead to approve
APART = {*UNPINNED, "book.toml"}  # its version moves with every change
MARK_LENGTH = 12


class Edition:
    """The data of a folder; each part is read when it is first asked for. Raises BadBook."""

    def __init__(self, folder: Path):
        self.folder = folder

    @cached_property
    def version(self) -> str:
        return version_of(self.folder)

    @cached_property
    def digest(self) -> str:
        return digest(self.folder)

    @cached_property
    def marks(self) -> dict[str, dict[str, str]]:
        """{"rules": {id: mark}, "files": {file: mark}}; a file's mark leaves its rules out."""
        files = {name: _mark(_without_rules(raw)) for name, raw in self._raw.items()}
        return {"rules": {row["id"]: _mark(row) for row in self._rows}, "files": files}

    @property
    def rules(self) -> int:
        """How many rules there are."""
        return len(self._rows)

    @property
    def unchecked(self) -> int:
        """How many rules no named clinician has checked."""
        return sum(not row.get("checker") for row in self._rows)

    @property
    def conventions(self) -> int:
        """How many rules stand on no guideline and wait for the lead's approval."""
        return sum(row.get("confidence") == CONVENTION for row in self._rows)

    @cached_property
    def _raw(self) -> dict[str, dict]:
        paths = sorted((*self.folder.glob("*.toml"), *self.folder.glob("*.json")))
        return {path.stem: _parse(path) for path in paths if path.name not in APART}

    @cached_property
    def _rows(self) -> list[dict]:
        """Every rule with the defaults of its file."""
        return [
            {**raw.get("defaults", {}), **row}
            for raw in self._raw.values()
            for row in (raw["rule"] if isinstance(raw.get("rule"), list) else [])
        ]


@cache
def running() -> Edition:
    """The book that this process judges by."""
    return Edition(DATA)


@dataclass(frozen=True)
class Changes:
    """What differs between two editions: ids of rules, and files in which more than rules did."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    files: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.files)


def changes(old: dict, new: dict) -> Changes:
    """From the marks of one edition to those of another, each list in order."""
    was, now = old["rules"], new["rules"]
    files = {name for name, _ in old["files"].items() ^ new["files"].items()}
    return Changes(
        added=tuple(sorted(now.keys() - was.keys())),
        removed=tuple(sorted(was.keys() - now.keys())),
        changed=tuple(sorted(key for key in was.keys() & now.keys() if was[key] != now[key])),
        files=tuple(sorted(files)),
    )


def _parse(path: Path) -> dict:
    text = path.read_text("utf-8")
    return json.loads(text) if path.suffix == ".json" else tomllib.loads(text)


def _without_rules(raw: dict) -> dict:
    """What a file says beside its rules; their defaults are part of each rule."""
    if not isinstance(raw.get("rule"), list):
        return raw
    return {key: value for key, value in raw.items() if key not in ("rule", "defaults")}


def _mark(content) -> str:
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:MARK_LENGTH]
