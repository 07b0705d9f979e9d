"""The intake form, built from the rule book's questions: read what was typed, keep what is valid.

`StepForm.answers()` is contract-shaped: what is stored already, with every valid answer of this
page in its place. What was typed and cannot be kept stays on the page beside its sentence.
"""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from careplan.pages.forms.reading import Unreadable, read
from careplan.pages.forms.rows import ROWS, Rows
from careplan.queries.intake import at, put
from careplan.queries.record_import import DATED
from careplan.rules.book import Question, book

SAID = {"yes": "Yes", "no": "No", "unknown": "Not sure"}
LISTS = ("/function/peg", "/function/psfs")
TICKS = ("/conditions_complete", "/medications_complete")
# A blood test is seldom of today: its day is asked. What is measured here and now is of today.
LAB_DAYS = ("/labs/creatinine_on", "/labs/egfr_on", "/labs/sodium_on", "/labs/alt_on")
UNDATED = "{}: enter the day of the blood test. Without it the value does not count."
MISSING_PART = "All three PEG answers are needed before any of them is kept."


@dataclass
class Field:
    """One question on the page: what is in it, where that came from, what is wrong with it."""

    question: Question
    value: object
    source: dict | None = None
    error: str = ""
    typed: object = None
    rows: Rows | None = None

    @property
    def name(self) -> str:
        return self.question.id

    @property
    def kind(self) -> str:
        return "tick" if self.question.path in TICKS else self.question.kind

    @property
    def shown(self):
        """What stands in the control: what was typed where there is such, else what is stored."""
        return self.typed if self.typed is not None else self.value

    @property
    def options(self) -> list[tuple[str, str, str]]:
        return [(value, label, "") for value, label, _ in self.question.choices]

    @property
    def control(self):
        """The value as a radio or a text box holds it."""
        if isinstance(self.shown, bool):
            return "yes" if self.shown else "no"
        if isinstance(self.shown, float):
            return f"{self.shown:g}"
        return ", ".join(self.shown) if isinstance(self.shown, list) else self.shown

    @property
    def unsure(self) -> bool:
        return self.control == "unknown"

    @property
    def words(self) -> str:
        """The value as a sentence says it."""
        value = self.rows.value if self.rows else self.value
        if value is None:
            return "not answered"
        if isinstance(value, list):
            names = [row.get(self.rows.table.key, "") if self.rows else row for row in value]
            return ", ".join(str(self._label(name)) for name in names) or "none"
        return str(self._label(self.control))

    def _label(self, value):
        known = {code: label for code, label, _ in self.question.choices} | SAID
        return known.get(value, value)

    @property
    def radios(self) -> bool:
        """Whether it is answered on one line: yes, no, perhaps not sure."""
        return self.kind in ("yes_no_unknown", "true_false")

    @property
    def options_or_none(self) -> list[tuple[str, str]]:
        return [("", "Not answered"), *((value, label) for value, label, _ in self.options)]

    @property
    def chosen(self) -> list[str]:
        return self.shown or []

    @property
    def none(self) -> bool:
        """Of a list: that it was said to be empty."""
        return self.value == []

    @property
    def date_type(self) -> str:
        """A calendar, or plain text where what was typed is no date and must not be lost."""
        return "text" if self.error and self.typed else "date"

    @property
    def origin(self) -> str:
        """Where a prefilled value comes from; the day beside a value needs no line of its own."""
        if not self.source or self.value is None or self.question.path in DATED:
            return ""
        known = self.source["from"] == "the last intake"
        return "From the last intake" if known else "From the record"

    @property
    def from_record(self) -> set[str]:
        """Of a list: the entries that came from a record."""
        return set((self.source or {}).get("values", ()))


@dataclass(frozen=True)
class Group:
    """The questions under one heading. Extra ones are asked once an answer brings them up."""

    name: str
    fields: list[Field]

    @property
    def blocks(self) -> list[tuple[bool, list[Field]]]:
        """Runs of (answered on one line?, fields), in the order of the book."""
        return [(radios, list(run)) for radios, run in groupby(self.fields, lambda f: f.radios)]

    @property
    def core(self) -> list[Field]:
        return [one for one in self.fields if one.question.required]

    @property
    def extra(self) -> list[Field]:
        return [one for one in self.fields if not one.question.required]

    @property
    def rules(self) -> str:
        """ "RF-01 to 03", "RF-16, 17": the rules behind the core questions."""
        ids = list(dict.fromkeys(rule for one in self.core for rule in one.question.rules))
        numbers = [rule.partition("-")[2] for rule in ids]
        if not ids or any(rule[:3] != ids[0][:3] for rule in ids):
            return ""
        run = [int(number) for number in numbers]
        if len(run) > 2 and run == list(range(run[0], run[0] + len(run))):
            return f"{ids[0]} to {numbers[-1]}"
        return ", ".join([ids[0], *numbers[1:]])


@dataclass
class StepForm:
    """One step of the intake. `stored`: the answers of the draft; `data`: a POST or None."""

    step: str
    stored: dict
    provenance: dict
    shown: set[str]
    today: date
    data: object = None
    blank_rows: int = 2
    seen: frozenset = frozenset()  # what an autosaving page said that it shows already
    fields: list[Field] = field(default_factory=list)

    def __post_init__(self):
        for question in book().questions.values():
            if question.step == self.step and question.id in self.shown:
                self.fields.append(self._field(question))
        if self.data is not None:
            self._check_parts()

    def _field(self, question: Question) -> Field:
        stored = _stored(self.stored, question.path)
        one = Field(question, stored, self.provenance.get(question.path))
        if question.kind == "rows":
            one.rows = Rows(ROWS[question.id], stored or [], self.data, self.blank_rows)
            one.value, one.error = one.rows.value, one.rows.error
        elif self.data is not None:
            self._take(one)
        return one

    def _take(self, one: Field) -> None:
        try:
            one.value, one.typed = read(one.question, self.data)
        except Unreadable as fault:
            one.error, one.typed = str(fault), fault.typed

    def _check_parts(self) -> None:
        for one in self.fields:
            if one.question.path in LAB_DAYS and self._undated(one):
                one.error, one.typed = UNDATED.format(one.question.label), ""
        parts = [one for one in self.fields if one.question.path.startswith("/function/peg/")]
        given = [one for one in parts if one.value is not None or one.error]
        if given and len(given) < len(parts):
            for one in parts:
                if one.value is None and not one.error:
                    one.error, one.typed = MISSING_PART, ""

    def _undated(self, day: Field) -> bool:
        places = DATED[day.question.path]
        given = [f for f in self.fields if f.question.path in places and f.value is not None]
        return bool(given) and day.value is None and not day.error

    @property
    def groups(self) -> list["Group"]:
        """The fields under the headings of the step, in the order of the book."""
        order = next(row["groups"] for row in book().steps if row["id"] == self.step)
        return [
            Group(name, fields)
            for name in order
            if (fields := [one for one in self.fields if one.question.group == name])
        ]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(id of the control, sentence) for the error summary."""
        found = []
        for one in self.fields:
            if one.rows is not None and one.rows.errors:
                found += [(f"id_{name}", words) for name, words in one.rows.errors.items()]
            elif one.error:
                found.append((f"id_{one.name}", one.error))
        return found

    @property
    def brought_up(self) -> list[Field]:
        """Questions that an answer brings up and that the page does not show yet."""
        extra = [one for one in self.fields if not one.question.required]
        return [one for one in extra if one.name not in self.seen]

    @property
    def shown_extra(self) -> list[tuple[str, bool]]:
        """(name, whether it is still asked) of the extra questions that the page shows."""
        known = book().questions
        return [(name, name in self.names) for name in sorted(self.seen) if name in known]

    @property
    def lines_only(self) -> bool:
        """Whether the step is nothing but lines of yes / no / not sure: two columns then."""
        return all(one.radios for one in self.fields)

    @property
    def names(self) -> set[str]:
        return {one.name for one in self.fields}

    def differences(self, theirs: "StepForm") -> list[tuple[str, str, str]]:
        """(label, what is saved now, what was typed here) of every field that differs."""
        mine = {one.name: one for one in self.fields}
        pairs = [(mine[one.name], one) for one in theirs.fields if one.name in mine]
        return [
            (here.question.label, there.words, here.words)
            for here, there in pairs
            if here.words != there.words
        ]

    def answers(self) -> dict:
        """The stored answers with every valid answer of this step in its place."""
        new = _copy(self.stored)
        for one in self.fields:
            if not one.error and not one.question.path.startswith(LISTS):
                put(new, one.question.path, one.value)
        for pointer in LISTS:
            self._put_list(new, pointer)
        self._put_days(new)
        return new

    def _put_list(self, new: dict, pointer: str) -> None:
        parts = [one for one in self.fields if one.question.path.startswith(f"{pointer}/")]
        if not parts or any(one.error for one in parts):
            return
        values = [one.value for one in parts]
        rest = (at(self.stored, pointer) or [])[len(parts) :]
        put(new, pointer, None if None in values else [*values, *rest])

    def _put_days(self, new: dict) -> None:
        """A value that was just told or weighed is of today, where no other day was given."""
        for day, places in DATED.items():
            told = any(at(new, p) is not None and at(new, p) != at(self.stored, p) for p in places)
            asked = any(one.question.path == day and one.error for one in self.fields)
            old = at(new, day) if day.startswith("/person") else None
            if told and not asked and at(new, day) == (old and at(self.stored, day)):
                put(new, day, self.today.isoformat())
        ticked = at(new, "/medications_complete") and not at(self.stored, "/medications_complete")
        if ticked and at(new, "/medications_on") == at(self.stored, "/medications_on"):
            put(new, "/medications_on", self.today.isoformat())

    def refuse(self, errors: list[dict]) -> None:
        """Put what the rules refused beside the fields it is about; `answers()` leaves it out."""
        for error in errors:
            one = next((f for f in self.fields if _about(f.question.path, error["path"])), None)
            if one is None:
                continue
            one.typed = one.shown
            one.error = f"{one.question.label}: {_lower(error['message'])}"


def _about(path: str, error_path: str) -> bool:
    return error_path == path or error_path.startswith(f"{path}/")


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _stored(answers: dict, path: str):
    """Like `at`, also into a list: /function/peg/1."""
    above, _, last = path.rpartition("/")
    if last.isdigit():
        values = at(answers, above) or []
        return values[int(last)] if int(last) < len(values) else None
    return at(answers, path)


def _copy(answers: dict) -> dict:
    return {
        name: _copy(value) if isinstance(value, dict) else value for name, value in answers.items()
    }
