"""The grid of a filled fortnight: what was typed, what is there already, and what is wrong."""

from dataclasses import dataclass, field
from datetime import date

from careplan.models import PlanSheet
from careplan.pages import paper_lines
from careplan.queries import sheet as queries
from careplan.queries.sheet import Mark
from careplan.templatetags.careplan_tags import short_date, week_date

# Kind -> lowest and highest number, and what to enter.
NUMBERS = {"pain": (0, 10, "a number from 0 to 10"), "walked": (1, 1440, "minutes from 1 to 1440")}
WORDS = {"done": "", "partly": "partly", "not_today": "not today"}


@dataclass
class Cell:
    """One box. `known`: it is there already, and stays."""

    name: str
    label: str
    kind: str
    known: Mark | None = None
    typed: str = ""
    error: str = ""

    @property
    def shown(self) -> str:
        """What stands in a box that is there already."""
        return WORDS.get(self.known.value, str(self.known.value))


@dataclass
class Row:
    day: date
    label: str
    to_come: bool
    week: bool  # the second week begins here
    cells: list[Cell] = field(default_factory=list)


class SheetGrid:
    """The boxes of a sheet in its own order. `data`: what was posted, or nothing."""

    def __init__(self, sheet: PlanSheet, marks: dict, today: date, data=None):
        self.sheet, self.today, self.marks = sheet, today, marks
        self.data = data if data is not None else {}
        self.columns = paper_lines.columns(queries.names(sheet))
        self.rows = [self._row(n, day) for n, day in enumerate(queries.days(sheet))]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(id of the box, sentence), for the summary."""
        return [(cell.name, cell.error) for row in self.rows for cell in row.cells if cell.error]

    @property
    def ticks(self) -> list[tuple[date, str]]:
        """(day, exercise) of the boxes ticked."""
        found = self._filled("tick")
        return [(day, key) for day, key, _ in found if key in self.sheet.exercises]

    @property
    def notes(self) -> list[tuple[date, str, int | None]]:
        """(day, kind, number or None) of the rest."""
        ticked = [(day, key, None) for day, key, _ in self._filled("tick")]
        ticked = [row for row in ticked if row[1] not in self.sheet.exercises]
        return ticked + [(day, key, int(typed)) for day, key, typed in self._filled("number")]

    def _filled(self, kind: str) -> list[tuple[date, str, str]]:
        return [
            (row.day, self._key(column), cell.typed)
            for row in self.rows
            for column, cell in zip(self.columns, row.cells, strict=True)
            if cell.kind == kind and cell.typed and not cell.known
        ]

    def _key(self, column: dict) -> str:
        """What a column is kept as: the code of an exercise, or a kind of note."""
        name = column["name"]
        return self.sheet.exercises[int(name) - 1] if name.isdecimal() else name

    def _row(self, number: int, day: date) -> Row:
        row = Row(day, week_date(day), day > self.today, number == PlanSheet.DAYS // 2)
        row.cells = [
            self._cell(f"d{number}-{column['name']}", row, column) for column in self.columns
        ]
        return row

    def _cell(self, name: str, row: Row, column: dict) -> Cell:
        known = self.marks.get((row.day, self._key(column)))
        typed = str(self.data.get(name, "")).strip()
        cell = Cell(name, f"{column['label']}, {row.label}", column["kind"], known, typed)
        if typed and not known:
            cell.error = self._wrong(row, column, typed)
        return cell

    def _wrong(self, row: Row, column: dict, typed: str) -> str:
        if row.to_come:
            return f"{row.label} has not come yet: leave {column['label']} empty."
        if column["kind"] == "tick":
            return ""
        low, high, what = NUMBERS[column["name"]]
        whole = typed.isascii() and typed.isdecimal() and len(typed) < 6
        if whole and low <= int(typed) <= high:
            return ""
        return f"{column['label']} on {short_date(row.day)}: enter {what}."
