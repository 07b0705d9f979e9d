"""`manage.py assess` on input that is broken: a line for each, in order, and nothing else is lost."""

import json
import subprocess
import sys

import pytest

from tests.management.test_assess import EXAMPLES, ROOT, run

ONE = json.loads(EXAMPLES[0].read_text())
TEXT = json.dumps(ONE).encode()


def told(line):
    """(path, first words) of every fault of a refused line."""
    return [(error["path"], error["message"].split(" ")[0]) for error in line["error"]]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (TEXT.decode().encode("utf-16"), "Is not UTF-8 text"),
        (b'{"id": "\xff"}', "Is not UTF-8 text"),
        (b"\xef\xbb\xbf", "Is not JSON"),
        (b"{'id': 1}", "Is not JSON"),
        (TEXT + b" " + TEXT, "Is not JSON"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested too deep"),
        (b"[" * 10_000 + b"]" * 10_000, "nested too deep"),
        (TEXT.replace(b"70", b"9" * 10_000, 1), "Must be a number"),
        (TEXT.replace(b'"mechanical-flare"', b'"' + b"x" * 10_000_000 + b'"'), "characters long"),
    ],
)
def test_the_lines_before_and_after_a_broken_one_are_assessed(given, words, tmp_path):
    path = tmp_path / "broken.json"
    path.write_bytes(given)
    status, lines, errors = run(EXAMPLES[0], path, EXAMPLES[2])
    assert (status, errors) == (1, b"")
    assert [line.get("disposition") for line in lines] == ["plan", None, "incomplete"]
    assert words in lines[1]["error"][0]["message"]


def test_an_empty_file_is_an_intake_that_is_refused_and_a_blank_line_is_none(tmp_path):
    empty, blank = tmp_path / "empty.json", tmp_path / "blank.jsonl"
    empty.write_bytes(b"")
    blank.write_bytes(b"\n  \n" + TEXT + b"\n\n")
    status, lines, _ = run(empty, blank)
    assert status == 1
    assert told(lines[0]) == [("", "Is")]
    assert [line.get("disposition") for line in lines[1:]] == ["plan"]


def test_repeated_keys_inside_are_named_at_their_place():
    twice = TEXT.replace(b'"flare": true', b'"flare": true, "flare": false')
    status, (line,), _ = run("-", given=twice)
    assert status == 1
    assert line["id"] == "mechanical-flare"
    assert told(line) == [("/episode/flare", "Is")]


def test_all_faults_at_once_with_the_id():
    bad = {**ONE, "conditions": ["asthmaa"], "care": {"weeks": "6"}, "vitals": {"on": "2026-13-01"}}
    status, (line,), _ = run("-", given=json.dumps({**bad, "surprise": True}).encode())
    assert (status, line["id"]) == (1, "mechanical-flare")
    assert {path for path, _ in told(line)} == {
        "/conditions/0", "/care/weeks", "/vitals/on", "/surprise",
    }  # fmt: skip


def test_a_lone_surrogate_is_printed_as_it_came():
    given = TEXT.replace(b"mechanical-flare", b"\\ud800")
    status, (line,), errors = run("-", given=given)
    assert (status, line["id"], errors) == (0, "\ud800", b"")


def test_standard_input_twice_is_a_wrong_call():
    status, lines, errors = run("-", "-", given=TEXT)
    assert (status, lines) == (2, [])
    assert b"Traceback" not in errors


def test_a_folder_and_an_absent_file_are_named_together_and_nothing_is_printed(tmp_path):
    status, lines, errors = run(EXAMPLES[0], tmp_path, tmp_path / "absent.jsonl")
    assert (status, lines) == (2, [])
    assert str(tmp_path).encode() in errors
    assert b"absent.jsonl" in errors


def test_no_line_of_a_long_stream_is_lost_or_moved(tmp_path):
    path = tmp_path / "long.jsonl"
    rows = [json.dumps({"id": str(number)}).encode() for number in range(20_000)]
    rows[7_777] = TEXT
    path.write_bytes(b"\n".join(rows))
    status, lines, errors = run(path)
    assert (status, errors, len(lines)) == (1, b"", 20_000)
    assert lines[7_777]["disposition"] == "plan"
    assert [line["id"] for line in lines[7_778:]] == [str(n) for n in range(7_778, 20_000)]


def test_a_reader_that_has_seen_enough_is_no_crash(tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_bytes((TEXT + b"\n") * 300)
    command = f'"{sys.executable}" manage.py assess "{path}" | head -1 | cut -c1-3'
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, timeout=60)
    assert done.stdout == b'{"i\n'
    assert b"Traceback" not in done.stderr
