"""Questions with rows: medicines and what was tried. Stored rows, then empty ones to fill."""

from dataclasses import dataclass, field

from careplan.pages.forms.reading import Unreadable, day, number, words
from careplan.rules.book import book


@dataclass(frozen=True)
class Column:
    """One control of a row. `kind`: text, number, whole, date, select, tick or hidden."""

    name: str
    label: str
    kind: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    options: tuple = ()
    css: str = ""


@dataclass(frozen=True)
class Table:
    """The columns of a question with rows; a row without its key is no row."""

    name: str
    key: str
    missing: str
    columns: tuple[Column, ...]


OUTCOMES = (
    ("", "Choose"),
    ("helped", "Helped"),
    ("partly", "Helped in part"),
    ("not_enough", "Not enough"),
    ("side_effect", "Side effect"),
    ("declined", "Declined"),
)
ROUTES = (
    ("", "Choose"),
    ("oral", "By mouth"),
    ("topical", "On the skin"),
    ("patch", "Patch"),
    ("injection", "Injection"),
    ("other", "Other"),
)
MEDICATIONS = Table(
    name="medications",
    key="drug",
    missing="Name the medicine, or empty the row.",
    columns=(
        Column("drug", "Medicine", "text", css="is-wide"),
        Column("dose_mg", "Dose", "number", unit="mg", low=0.0001),
        Column("times_a_day", "Times a day", "number", low=0.0001, high=24),
        Column("route", "How", "select", options=ROUTES),
        Column("since", "Since", "date"),
        Column("stopped", "Stopped", "date"),
        Column("as_needed", "As needed", "tick"),
        Column("rxnorm", "", "hidden"),
        Column("mcg_per_hour", "", "hidden"),
    ),
)
TRIED = Table(
    name="tried",
    key="treatment",
    missing="Name the treatment, or empty the row.",
    columns=(
        Column("treatment", "Treatment", "text", css="is-wide"),
        Column("weeks", "Weeks", "number", low=0),
        Column("outcome", "What came of it", "select", options=OUTCOMES),
        Column("relief_percent", "Relief", "number", unit="%", low=0, high=100),
        Column("flares", "Flares", "whole", low=0),
        Column("side_effects", "Side effect", "select"),
    ),
)
ROWS = {"medications": MEDICATIONS, "tried": TRIED}
MOST = 60


@dataclass
class Cell:
    column: Column
    name: str
    value: object = ""
    error: str = ""

    @property
    def input(self) -> str:
        """A calendar for a date, but plain text where what was typed is none."""
        return "date" if self.column.kind == "date" and not self.error else "text"

    @property
    def options(self):
        if self.column.name == "side_effects":
            effects = book().codes["side_effects"].values()
            return [("", "None"), *((row.code, row.label) for row in effects)]
        return self.column.options


@dataclass
class Rows:
    """The rows of one question; with `data` as typed, else as stored."""

    table: Table
    stored: list[dict]
    data: object
    blank: int
    lines: list[list[Cell]] = field(default_factory=list)
    value: list | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        if self.data is None:
            self.value = self.stored or None
            self.lines = [self._line(number, row) for number, row in enumerate(self.stored)]
            start = len(self.stored)
        else:
            self.value = []
            start = min(_count(self.data, self.table.name), MOST)
            self.lines = [line for number in range(start) if (line := self._typed(number))]
            self.value = self.value or None
            start = len(self.lines) and int(self.lines[-1][0].name.split("-")[1]) + 1
        if self.data is not None and self.value is None and _gone_through(self.data, self.table):
            self.value = []
        self.lines += [self._line(start + extra, {}) for extra in range(self.blank)]

    @property
    def error(self) -> str:
        return next(iter(self.errors.values()), "")

    @property
    def heads(self) -> list[Column]:
        return [column for column in self.table.columns if column.kind != "hidden"]

    @property
    def count(self) -> int:
        return int(self.lines[-1][0].name.split("-")[1]) + 1 if self.lines else 0

    def _line(self, number: int, row: dict) -> list[Cell]:
        return [
            Cell(column, self._name(number, column), _out(row.get(column.name)))
            for column in self.table.columns
        ]

    def _name(self, number: int, column: Column) -> str:
        return f"{self.table.name}-{number}-{column.name}"

    def _typed(self, number: int) -> list[Cell] | None:
        """One posted row, its valid part added to `value`; None where it is empty."""
        cells = [
            Cell(column, name, words(self.data, name))
            for column in self.table.columns
            if (name := self._name(number, column))
        ]
        if not any(cell.value for cell in cells if cell.column.kind not in ("hidden", "tick")):
            return None
        row = {}
        for cell in cells:
            try:
                value = _in(cell.column, cell.value)
            except Unreadable as fault:
                cell.error = str(fault)
                continue
            if value is not None:
                row[cell.column.name] = value
        self._check(row, cells)
        for cell in cells:
            if cell.error:
                self.errors[cell.name] = cell.error
        if row.get(self.table.key) and not any(cell.error for cell in cells):
            self.value.append(row)
        return cells

    def _check(self, row: dict, cells: list[Cell]) -> None:
        first = cells[0]
        if not row.get(self.table.key) and not first.error:
            first.error = self.table.missing
        if self.table is TRIED and "outcome" not in row:
            cell = next(cell for cell in cells if cell.column.name == "outcome")
            cell.error = f"Say what came of {first.value or 'it'}."


def _in(column: Column, typed: str):
    """The value of a cell in the contract. Raises Unreadable."""
    if not typed:
        return None
    if column.name == "side_effects":
        return [typed]
    if column.kind == "tick":
        return True
    if column.name == "mcg_per_hour" or column.kind in ("number", "whole"):
        whole = column.kind == "whole"
        return number(column.label, typed, column.low, column.high, column.unit, whole)
    if column.kind == "date":
        return day(column.label, typed)
    if column.name == "drug" and not 2 <= len(typed) <= 80:
        raise Unreadable("Medicine: a name has 2 to 80 characters.", typed)
    return typed


def _out(value) -> object:
    if value is None:
        return ""
    if isinstance(value, list):
        return value[0] if value else ""
    return f"{value:g}" if isinstance(value, float) else value


def _count(data, name: str) -> int:
    typed = data.get(f"{name}-count", "")
    return int(typed) if typed.isdecimal() and len(typed) < 4 else 0


def _gone_through(data, table: Table) -> bool:
    return bool(data.get(f"{table.name}_complete"))
