"""Typst, held to what is printed here: own templates, own font, no network, fixed time stamps."""

import hashlib
import json
import logging
import re
import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path

import fontpkg_public_sans
import typst

ROOT = Path(__file__).resolve().parents[3] / "templates" / "pdf"
PAPERS = ("a4", "letter")
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
UNPRINTABLE = {"Cc", "Co", "Cn", "Cs"}
TRIES = 40  # runs of letters without a glyph in one document, at most

log = logging.getLogger(__name__)


class BadContent(ValueError):
    """What was asked for cannot be printed; the message says what is missing or wrong."""


@cache
def fonts() -> typst.Fonts:
    """Public Sans first; the machine's own fonts for scripts that it lacks."""
    return typst.Fonts(
        include_system_fonts=True,
        include_embedded_fonts=False,
        font_paths=[str(fontpkg_public_sans.ROOT / "files")],
    )


@cache
def edition() -> str:
    """Changes with the templates and with Typst: the same content may look different then."""
    files = b"".join(file.read_bytes() for file in sorted(ROOT.glob("*.typ")))
    return f"{typst.__version__}-{hashlib.sha256(files).hexdigest()[:8]}"


def typeset(template: str, content: dict, made_at: datetime) -> bytes:
    """A template filled with plain data as tagged PDF/UA-1. `made_at` is aware.

    Letters that no font of the machine has are printed as "?": a file with holes would not be
    PDF/UA, and no file at all would help nobody.
    """
    text = _checked(content)
    for _ in range(TRIES):
        try:
            return _compiler(template, text).compile(
                format="pdf", pdf_standards=["ua-1"], timestamp=int(made_at.timestamp())
            )
        except typst.TypstError as error:
            missing = NO_GLYPH.search(str(error))
            if missing is None:
                raise
            text = _without(text, missing[1])
    raise BadContent("Too many letters that no font on this server has: install one that does.")


def pictures(template: str, content: dict, ppi: float = 96) -> list[bytes]:
    """The pages as PNG, to be looked at."""
    pages = _compiler(template, _checked(content)).compile(format="png", ppi=ppi)
    return [pages] if isinstance(pages, bytes) else pages


def _checked(content: dict) -> str:
    """The content as JSON, without what no reader can print."""
    if content.get("paper") not in PAPERS:
        raise BadContent(f"No paper {content.get('paper')!r}: use one of {', '.join(PAPERS)}.")
    if not content.get("title"):
        raise BadContent("A printed page needs a title.")
    return json.dumps(_printable(content), ensure_ascii=False)


def _printable(value):
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    if not isinstance(value, str) or value.isascii() and value.isprintable():
        return value
    return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in UNPRINTABLE)


def _without(text: str, missing: str) -> str:
    letters = {c for c in missing if not c.isascii()}
    scripts = {unicodedata.name(c, "unnamed").split()[0].lower() for c in letters}
    log.warning("Printed as ?: letters that no font of this server has (%s)", ", ".join(scripts))
    for letter in letters:
        text = text.replace(letter, "?")
    return text


def _compiler(template: str, text: str) -> typst.Compiler:
    return typst.Compiler(
        input=str(ROOT / template),
        root=str(ROOT),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"content": text},
    )
