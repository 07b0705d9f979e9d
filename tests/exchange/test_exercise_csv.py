"""The library as CSV: written safely, read however a spreadsheet wrote it, and what it would change."""

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careplan.actions import exercise_import as actions
from careplan.actions import library
from careplan.actions.library import ExerciseRefused
from careplan.exchange import exercise_csv
from careplan.exchange.exercise_csv import SheetRefused, joined, parted, read, written
from careplan.models import ClinicExercise
from careplan.queries.catalogue import OwnExercise, catalogue
from careplan.rules.book import book
from careplan.rules.exercises import read_exercise
from patients.access import Denied
from patients.models import AuditEvent
from tests.factories.library import ROW, own, pictured

TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text
)
HEAD = ",".join(exercise_csv.COLUMNS)
NEW = {
    "kind": "COR", "name": "Wall plank", "target": "trunk", "position": "standing", "level": "1",
    "sets": "2", "reps": "5", "hold_s": "5", "s_per_rep": "3", "rest_s": "30", "sides": "1",
    "steps": "Lean on the wall. | Hold.",
}  # fmt: skip


def sheet(*rows: dict, separator: str = ",") -> bytes:
    """A file with the columns that the rows speak of."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    lines = csv.DictWriter(out, names, delimiter=separator)
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode()


def look(content: bytes, clinic) -> list[actions.Difference]:
    return actions.differences(read(content), clinic)


def save(content: bytes, by) -> list[actions.Difference]:
    rows = read(content)
    seen = actions.mark(actions.differences(rows, by.clinic))
    return actions.take_in(rows=rows, seen=seen, by=by)


# Written and read back ------------------------------------------------------------------------


@given(st.lists(TEXT, max_size=5))
def test_a_list_in_a_cell_comes_back(parts):
    assert parted(joined(parts)) == tuple(parts)


@given(
    name=TEXT, also=st.lists(TEXT, max_size=4), steps=st.lists(TEXT, min_size=1, max_size=5),
    note=TEXT, separator=st.sampled_from([",", ";", "\t"]),
)  # fmt: skip
@settings(deadline=None)
def test_any_words_come_back_as_they_were(name, also, steps, note, separator):
    row = ROW | {"name": name, "also": also, "steps": steps, "cautions": [["KNEE", note]]}
    one = read_exercise(row | {"code": "EXP-OWN1"}, OwnExercise)
    (back,) = read(written([one], separator))
    assert back.refusals == () and back.code == "EXP-OWN1"
    assert back.given == {name: actions._of(one, name) for name in actions.FIELDS}


@given(st.lists(TEXT, min_size=1, max_size=6), st.sampled_from("=+-@\t＝＋－＠"))
def test_no_cell_begins_a_formula(parts, sign):
    row = ROW | {"name": sign + parts[0], "steps": [sign + part for part in parts]}
    one = read_exercise(row | {"code": "EXP-OWN1", "target": f"'{sign}1"}, OwnExercise)
    lines = csv.reader(io.StringIO(written([one]).decode("utf-8-sig"), newline=""))
    for cells in lines:
        assert not any(re.match(r"[=+\-@\t\r\n＝＋－＠]", cell) for cell in cells)


def test_excel_finds_its_mark_and_its_separator():
    content = written([book().exercises["COR-01"]], ";")
    assert content.startswith(b"\xef\xbb\xbfcode;kind;name;")
    (row,) = read(content)
    assert row.given["name"] == "Belly brace with breathing"
    (row,) = read("sep=;\r\n".encode("utf-16") + content.decode("utf-8-sig").encode("utf-16-le"))
    assert (row.line, row.code) == (3, "COR-01")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "names no column"),
        (b"hello", "names no column"),
        (b"code,name,colour\n", "There is no column “colour”"),
        (b"code,name,name\n", "“name” is there twice"),
        ("code,name\nCOR-01,Brücke\n".encode("latin-1"), "not UTF-8"),
        (b"PK\x03\x04\x00\x00", "no CSV file"),
        (b"code,name\n" + b"x,y\n" * 2001, "more than 2,000 exercises"),
        (b"code,name\n" + b"x" * 1_000_000, "1.0 MB: 1 MB at most"),
        (b'code,name\nx,"' + b"y" * 200_000, "cannot be read"),
    ],
)
def test_what_is_no_list_says_so(content, words):
    with pytest.raises(SheetRefused, match=re.escape(words)):
        read(content)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content):
    for start in (b"", b"code,name,steps,cautions,level,retired\n"):
        try:
            rows = read(start + content)
        except SheetRefused:
            continue
        assert all(row.line >= 2 for row in rows)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"level": "two"}, "level: a whole number, not “two”."),
        ({"reps": "1e3"}, "reps: a whole number, not “1e3”."),
        ({"cautions": "KNEE"}, "lacks the colon"),
        ({"retired": "maybe"}, "retired: yes or no, not “maybe”."),
    ],
)
def test_a_cell_that_cannot_be_read_names_its_column(cells, words):
    (row,) = read(sheet({"code": "COR-OWN1"} | cells))
    assert any(words in refusal for refusal in row.refusals)


def test_a_line_keeps_its_number_after_cells_of_several_lines():
    rows = read(b'code,steps\nCOR-OWN1,"one\ntwo"\n\nCOR-OWN2,x,y\n')
    assert [row.line for row in rows] == [2, 5]
    assert "has 3 cells under 2 columns" in rows[1].refusals[0]


# What it would change -------------------------------------------------------------------------


def test_export_then_import_is_no_difference(by_therapist, clinic):
    own(by_therapist)
    pictured_wording = pictured_with_name(by_therapist, "With a picture")
    library.retire_exercise(code=pictured_wording.code, by=by_therapist)
    content = written(catalogue(clinic).values())
    found = look(content, clinic)
    assert len(found) == 46 and {one.status for one in found} == {"same"}
    save(content, by_therapist)
    assert ClinicExercise.objects.count() == 3, "nothing was written"


def pictured_with_name(by, name: str) -> ClinicExercise:
    row = pictured(by) if not ClinicExercise.objects.exists() else None
    if row is None:
        media = {"video": "https://youtu.be/x", "holder": "Us | them", "licence": "cc-by"}
        row = own(by, "FLX", media=media, name=name)
    return row


def test_each_difference_is_shown_by_field(by_therapist, clinic):
    own(by_therapist)
    (changed,) = look(sheet({"code": "EXP-OWN1", "reps": "12", "steps": "Only this."}), clinic)
    (added,) = look(sheet({"code": "", **NEW}), clinic)
    assert (changed.status, changed.line) == ("changed", 2)
    assert ("reps", 8, 12) in changed.changes
    assert (added.status, added.code) == ("added", "COR-OWN1")
    assert ("name", "", "Wall plank") in added.changes


def test_a_missing_column_changes_nothing_and_a_missing_line_retires_nothing(by_therapist, clinic):
    own(by_therapist)
    own(by_therapist, name="Another")
    (one,) = look(sheet({"code": "EXP-OWN2", "level": "2"}), clinic)
    assert one.changes == [("level", 1, 2)]
    save(sheet({"code": "EXP-OWN2", "level": "2"}), by_therapist)
    row = catalogue(clinic)["EXP-OWN2"]
    assert (row.level, row.steps, row.revision) == (2, tuple(ROW["steps"]), 2)
    assert catalogue(clinic)["EXP-OWN1"].revision == 1


def test_retired_and_offered_again_by_a_list(by_therapist, clinic):
    own(by_therapist)
    (one,) = save(sheet({"code": "EXP-OWN1", "retired": "Yes"}), by_therapist)
    assert one.status == "retired" and catalogue(clinic)["EXP-OWN1"].retired
    (one,) = look(sheet({"code": "EXP-OWN1", "retired": ""}), clinic)
    assert one.status == "same", "an empty cell says nothing"
    (one,) = save(sheet({"code": "EXP-OWN1", "retired": "no"}), by_therapist)
    assert one.status == "back" and not catalogue(clinic)["EXP-OWN1"].retired
    actions_written = AuditEvent.objects.filter(action__startswith="exercise.")
    assert [event.action for event in actions_written.order_by("id")] == [
        "exercise.add", "exercise.retire", "exercise.bring_back",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"code": "COR-01", "name": "Mine now"}], "COR-01 is the rule book's (name, "),
        ([{"code": "COR-01", "retired": "yes"}], "differs): add a copy and change that"),
        ([{"code": "COR-77", **NEW}], "COR-77 is no code of this library"),
        ([{"code": "", **NEW, "kind": "ZZZ"}], "The kind is one of EXP"),
        ([{"code": "FLX-OWN1", **NEW}], "The kind is one of EXP"),
        ([{"code": "", **NEW, "steps": ""}], "A new exercise needs: steps."),
        ([{"code": "", **NEW, "reps": "10000"}], "Repetitions from 1 to 60, not 10,000."),
        ([{"code": "", **NEW, "reps": "0"}], "Repetitions from 1 to 60, not 0."),
        ([{"code": "", **NEW, "easier": "COR-OWN9"}], "no exercise 'COR-OWN9' to go to"),
        ([{"code": "", **NEW, "video": "https://evil.example/x"}], "Videos may be at"),
        ([{"code": "", **NEW, "name": "Pelvic TILT"}], "There is a “Pelvic TILT” of this kind"),
        ([{"code": "", **NEW}, {"code": "", **NEW}], "There is a “Wall plank” of this kind"),
        ([{"code": "COR-OWN3", **NEW}] * 2, "Line 3 has the code COR-OWN3 already."),
    ],
)
def test_a_refused_line_says_why_and_saves_nothing(by_therapist, clinic, rows, words):
    good = {"code": "", **NEW, "kind": "FLX", "name": "A good one"}
    content = sheet(good, *[good | row for row in rows])
    found = look(content, clinic)
    assert found[0].status == "added"
    reasons = [reason for one in found for reason in one.reasons]
    assert any(words in reason for reason in reasons), reasons
    with pytest.raises(
        ExerciseRefused, match="Nothing was saved. Put these lines right first: 3|4"
    ):
        save(content, by_therapist)
    assert not ClinicExercise.objects.exists() and not AuditEvent.objects.exists()


def test_lines_may_lead_to_each_other_and_keep_codes_of_another_clinic(
    by_therapist, by_other_therapist, clinic, other_clinic
):
    first = own(by_other_therapist, "COR", name="First", easier="")
    own(by_other_therapist, "COR", name="Second", easier=first.code)
    content = written(one for one in catalogue(other_clinic).values() if one.own)
    save(content, by_therapist)
    assert catalogue(clinic)["COR-OWN2"].easier_code == "COR-OWN1"
    assert {one.status for one in look(content, clinic)} == {"same"}
    circle = sheet(
        {"code": "COR-OWN1", "easier": "COR-OWN2"}, {"code": "COR-OWN2", "easier": "COR-OWN1"}
    )
    assert any("in a circle" in one.reasons[0] for one in look(circle, clinic))


def test_what_was_read_is_what_is_saved(by_therapist, clinic):
    own(by_therapist)
    rows = read(sheet({"code": "EXP-OWN1", "level": "3"}))
    seen = actions.mark(actions.differences(rows, clinic))
    library.change_exercise(
        code="EXP-OWN1", revision=1, wording={"content": ROW | {"level": 2}}, by=by_therapist
    )
    with pytest.raises(ExerciseRefused, match="changed after you looked"):
        actions.take_in(rows=rows, seen=seen, by=by_therapist)
    assert catalogue(clinic)["EXP-OWN1"].level == 2


def test_a_picture_stays_through_a_list(by_therapist, clinic):
    row = pictured(by_therapist)
    save(sheet({"code": row.code, "level": "2"}), by_therapist)
    assert catalogue(clinic)[row.code].picture == str(row.picture_id)


def test_others_may_not(by_prescriber, by_admin):
    for by in (by_prescriber, by_admin):
        with pytest.raises(Denied):
            save(sheet({"code": "", **NEW}), by)
