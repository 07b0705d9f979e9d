"""The exercises of a library as a CSV file, written and read. Pure: bytes and rows.

Written for spreadsheets: a byte order mark, so that letters survive, and an apostrophe before what
a spreadsheet would run as a formula. Read back, both are taken off again. Lists stand in one cell,
with " | " between; a caution is `KNEE: bend them less`.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping

from careplan.actions.exercise_import import FIELDS, SheetRow
from careplan.rules.book import Exercise
from careplan.rules.exercises import DOSE

COLUMNS = ("code", "kind", *FIELDS, "copy_of", "retired")
LISTS = ("also", "steps", "stops", "equipment")
NUMBERS = ("level", *DOSE)
SEPARATORS = {"comma": ",", "semicolon": ";"}
LARGEST, MOST_ROWS = 1_000_000, 2_000  # bytes, rows
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠|%]")
YES, NO = ("yes", "true", "1", "y", "x"), ("no", "false", "0", "n")


class SheetRefused(Exception):
    """The file is no list of exercises; the message is a sentence for the page."""


# Written -------------------------------------------------------------------------------------


def written(exercises: Iterable[Exercise], separator: str = ",") -> bytes:
    """The file: one line an exercise, every column, UTF-8 with a byte order mark."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for one in exercises:
        sheet.writerow([_safe(_cell(one, name)) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _cell(one: Exercise, name: str) -> str:
    if name in ("kind", "retired"):
        return one.component if name == "kind" else ("yes" if one.retired else "no")
    value = getattr(one, name, "")
    if name in LISTS:
        return joined(value)
    if name == "cautions":
        return joined(f"{code}: {note}" for code, note in value)
    return str(int(value)) if name in NUMBERS else value


def joined(parts: Iterable[str]) -> str:
    """A list in one cell; a bar or backslash inside a part is marked."""
    return " | ".join(re.sub(r"([\\|])", r"\\\1", part) for part in parts)


def parted(cell: str) -> tuple[str, ...]:
    """The list of a cell, without empty parts."""
    parts = re.findall(r"((?:\\.?|[^\\|])+)", cell, re.DOTALL)
    plain = (re.sub(r"\\(.?)", r"\1", part, flags=re.DOTALL).strip() for part in parts)
    return tuple(part for part in plain if part)


def _safe(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


# Read ----------------------------------------------------------------------------------------


def read(content: bytes) -> list[SheetRow]:
    """The rows of a file, each with its line in it. Raises SheetRefused where there are none."""
    return rows_of(text_of(content))


def text_of(content: bytes) -> str:
    """The text of a file, however a spreadsheet wrote it. Raises SheetRefused."""
    if len(content) > LARGEST:
        raise SheetRefused(f"The file has {len(content) / 1e6:.1f} MB: 1 MB at most.")
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise SheetRefused("The file is not UTF-8. Save it as “CSV UTF-8” and send that.") from None
    if "\0" in text:
        raise SheetRefused("This is no CSV file. Save the sheet as “CSV UTF-8” and send that.")
    return text


def rows_of(text: str) -> list[SheetRow]:
    """The same from text that was decoded before."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    skipped, separator = 0, ""
    if match := re.fullmatch(r'"?sep=(.)"?\s*', first):  # a line that Excel writes for itself
        separator, text, skipped = match[1], rest, 1
    separator = separator or max(",;\t", key=text.partition("\n")[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    try:
        return list(_rows(lines, skipped))
    except csv.Error as fault:
        raise SheetRefused(f"Line {lines.line_num + skipped} cannot be read: {fault}.") from None


def _rows(lines, skipped: int):
    names = [name.strip().lower() for name in next(lines, [])]
    _check_columns(names)
    above, count = lines.line_num, 0
    for cells in lines:
        line, above = above + 1 + skipped, lines.line_num
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise SheetRefused(f"The file has more than {MOST_ROWS:,} exercises: make two of it.")
        yield _row(line, names, cells)


def _check_columns(names: list[str]) -> None:
    if "code" not in names and "name" not in names:
        raise SheetRefused(
            "The first line names no column that is known. Export the library and use that file."
        )
    unknown = [name for name in names if name and name not in COLUMNS]
    if unknown:
        raise SheetRefused(f"There is no column “{unknown[0][:30]}”: {', '.join(COLUMNS)}.")
    twice = [name for name in names if name and names.count(name) > 1]
    if twice:
        raise SheetRefused(f"The column “{twice[0]}” is there twice.")


def _row(line: int, names: list[str], cells: list[str]) -> SheetRow:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        words = f"has {len(cells)} cells under {len(names)} columns: is a separator inside a text?"
        return SheetRow(line, refusals=(f"The line {words}",))
    said = {name: _plain(cell.strip()) for name, cell in zip(names, cells, strict=False) if name}
    given, refusals = {}, []
    for name, cell in said.items():
        if name in FIELDS:
            try:
                given[name] = _value(name, cell)
            except ValueError as fault:
                refusals.append(f"{name}: {fault}")
    retired = said.get("retired", "")
    if retired and retired.lower() not in YES + NO:
        refusals.append(f"retired: yes or no, not “{retired[:20]}”.")
    return SheetRow(
        line=line,
        code=said.get("code", "").upper(),
        kind=said.get("kind", "").upper(),
        copy_of=said.get("copy_of", "").upper(),
        retired=retired.lower() in YES if retired else None,
        given=given,
        refusals=tuple(refusals),
    )


def _value(name: str, cell: str):
    """What a cell says. Raises ValueError with a sentence."""
    if name in NUMBERS:
        if not re.fullmatch(r"-?\d{1,9}", cell):
            raise ValueError(f"a whole number, not “{cell[:20]}”.")
        return int(cell)
    if name in LISTS:
        return parted(cell)
    if name == "cautions":
        return tuple(map(_caution, parted(cell)))
    return cell


def _caution(part: str) -> tuple[str, str]:
    code, colon, note = part.partition(":")
    if not colon:
        raise ValueError(f"“{part[:30]}” lacks the colon: KNEE: bend them less.")
    return code.strip(), note.strip()


def words(name: str, value) -> str:
    """A value as its cell says it, for people who compare two."""
    if isinstance(value, Mapping):
        raise TypeError(f"{name} is no field of an exercise.")
    if name == "cautions":
        return joined(f"{code}: {note}" for code, note in value or ())
    return joined(value) if isinstance(value, list | tuple) else str(value)
