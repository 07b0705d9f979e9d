"""`manage.py assess`: one line an intake, exit status 0, 1 or 2, no settings and no database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "tests/rules/contract/examples").glob("*.json"))
WANTED = ["plan", "emergency", "incomplete", "plan", "not_chronic"]


def run(*arguments, given=b""):
    """Run the command as its user would, with an empty environment."""
    done = subprocess.run(
        [sys.executable, "manage.py", "assess", *map(str, arguments)],
        cwd=ROOT,
        input=given,
        capture_output=True,
        env={"PATH": ""},
        timeout=60,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.fixture(scope="module")
def one():
    return json.loads(EXAMPLES[0].read_text())


def test_the_examples_give_one_line_each_in_order():
    status, lines, errors = run(*EXAMPLES)
    assert (status, errors) == (0, b"")
    assert [line["disposition"] for line in lines] == WANTED
    assert [line["id"] for line in lines] == [path.stem[2:] for path in EXAMPLES]


def test_a_refused_intake_costs_itself_alone(one, tmp_path):
    bad = {**one, "id": "bad", "conditions": ["asthmaa"], "episode": {}}
    path = tmp_path / "many.jsonl"
    rows = [one, bad, {**one, "id": "last"}]
    path.write_text("\n\n".join(json.dumps(row) for row in rows) + "\n")
    status, lines, _ = run(path)
    assert status == 1
    assert [line["id"] for line in lines] == ["mechanical-flare", "bad", "last"]
    assert {e["path"] for e in lines[1]["error"]} == {"/conditions/0", "/episode/onset"}


def test_standard_input_is_read_a_line_at_a_time(one):
    given = json.dumps(one).encode()
    status, lines, _ = run("-", given=b"\xef\xbb\xbf" + given + b"\n" + given + b"\n")
    assert status == 0
    assert len(lines) == 2
    assert lines[0] == lines[1]


@pytest.mark.parametrize(
    "given",
    [
        b"{", b"[]", b"null", b"\xff\xfe", b'{"id": 3}', b"[" * 10_000, b'{"as_of": NaN}',
        b'{"as_of": 1e400}', b'{"as_of": "0001-01-01"}', b'{"id": "\\ud800"}',
        b'{"id": "a", "id": "b"}', b'{"medications": [{"drug": "\\u0000<script>"}]}',
    ],
)  # fmt: skip
def test_bad_input_is_a_line_and_never_a_crash(given):
    status, lines, errors = run("-", given=given + b"\n")
    assert (status, errors) == (1, b"")
    assert lines[0]["error"]
    assert set(lines[0]) == {"id", "error"}


def test_a_wrong_call_has_status_2(tmp_path):
    assert run()[0] == 2
    status, lines, errors = run(EXAMPLES[0], tmp_path / "absent.json")
    assert (status, lines) == (2, [])
    assert b"absent.json" in errors
    assert run(tmp_path)[0] == 2
    assert run("-", EXAMPLES[0], "-")[:2] == (2, [])


def test_a_file_that_cannot_be_read_is_told_before_anything_is_printed():
    unread = Path("/proc/self/mem")  # a file to look at, and an error to read, for root as well
    assert unread.is_file()
    status, lines, errors = run(EXAMPLES[0], unread)
    assert (status, lines) == (2, [])
    assert errors.decode() == "CommandError: There is no file to read: /proc/self/mem.\n"


def test_rules_load_neither_django_nor_celery():
    code = (
        "import sys, careplan.rules; "
        "sys.exit(any(name.split('.')[0] in ('django', 'celery') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
