"""A book that is incomplete is refused: each reason by name, and all of them at once."""

import copy
import random
import shutil
from datetime import date, timedelta

import pytest

from careplan.rules.book import DATA, BadBook, book, load
from careplan.rules.entries import Checker
from careplan.rules.files import parse
from careplan.rules.rule_rows import read_checker

LAST = """
[[rule]]
id = "RF-99"
title = "A rule for the tests"
severity = "caution"
condition = "flags.fever"
message = "Pain now is {pain_now}."
patient_message = "Tell us."
sources = ["girft-2023#page 3"]
confidence = "A"
author = "Careplan rule authors"
checker = ""
review = 2027-05-01
"""


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def refusal(folder):
    with pytest.raises(BadBook) as refused:
        load(folder)
    return str(refused.value)


def with_rule(folder, row):
    """The book with one more rule, which comes after the defaults of its file and needs none."""
    text = (DATA / "red_flags.toml").read_text().replace("[defaults]", "[defaults_of_old]", 1)
    rules = text.split("[[rule]]")[0]
    (folder / "red_flags.toml").write_text(rules + row)


def test_a_whole_rule_is_taken(folder):
    path = folder / "red_flags.toml"
    path.write_text(path.read_text() + LAST)
    rule = load(folder).rules["RF-99"]
    assert (rule.title, rule.subject, rule.checker) == ("A rule for the tests", "intake", None)
    assert rule.sources[0].endswith(", 2023, page 3")
    assert rule.levels[0].patient_message == "Tell us."


LINES = {line.partition(" = ")[0]: line for line in LAST.splitlines() if " = " in line}


@pytest.mark.parametrize("key", LINES)
def test_a_rule_that_lacks_a_part_is_refused(folder, key):
    with_rule(folder, LAST.replace(LINES[key] + "\n", ""))
    where = "(no id)" if key == "id" else "RF-99"
    assert f"red_flags.toml {where}: lacks {key}." in refusal(folder)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("id", '"fever"', "has the id 'fever'"),
        ("id", "7", "has the id 7"),
        ("title", '" "', "needs words for title"),
        ("severity", '"grave"', "has the severity 'grave'"),
        ("severity", "true", "has True for severity; it is a word"),
        ("condition", '"flags.fever or so"', "Cannot read the condition"),
        ("condition", '{al = ["flags.fever"]}', "Cannot read the condition"),
        ("condition", '"flags.feever"', "the condition names no fact: 'flags.feever'"),
        ("condition", '"age > 65 months"', "age is in 'years', not in 'months'"),
        ("condition", "3", "A condition is a text or a table"),
        ("message", '""', "needs wording for the clinician"),
        ("message", '"Pain is {pain_today}."', "the message names no fact: 'pain_today'"),
        ("patient_message", '""', "needs wording for the patient"),
        ("patient_message", "true", "needs wording for the patient"),
        ("patient_message", '"It was {pain_today}."', "the message names no fact: 'pain_today'"),
        ("sources", "[]", "needs sources"),
        ("sources", '"girft-2023#page 3"', "needs sources"),
        ("sources", '["girft-2023"]', "names the source 'girft-2023'"),
        ("sources", '["girft-2023# "]', "names the source 'girft-2023# '"),
        ("sources", '["hearsay#page 3"]', "names the source 'hearsay#page 3'"),
        ("sources", "[3]", "names the source 3"),
        ("confidence", '"B"', "has the confidence 'B'"),
        ("author", '""', "needs words for author"),
        ("checker", '"Ana Lima"', "has the checker 'Ana Lima'"),
        ("checker", '"Ana, PT 1234, 2026-12-01"', "has the checker 'Ana, PT"),
        ("checker", '"Ana Lima, , 2026-12-01"', "has the checker 'Ana Lima, ,"),
        ("checker", '"Ana Lima, PT 1234, soon"', "has the checker 'Ana Lima, PT 1234, soon'"),
        ("checker", "false", "has the checker False"),
        ("checker", '"Careplan rule authors, PT 1, 2026-12-01"', "checked by its own author"),
        ("checker", '"Ana Lima, PT 1234, 2027-05-01"', "on or after its review date"),
        ("review", '"soon"', "needs a review date"),
        ("review", "2027-05-01T10:00:00", "needs a review date"),
        ("effect", '"ban"', "has the effect 'ban'"),
        ("drugs", '["aspirin"]', "judges 'aspirin', which is no drug of the app"),
        ("subject", '"picnic"', "has the subject 'picnic'"),
        ("follow_up", '[{kind = "party", days = 1, role = "therapist"}]', "kind or role"),
        ("follow_up", '[{kind = "reclassify", days = 1, role = "porter"}]', "kind or role"),
        ("follow_up", '[{kind = "reclassify", role = "therapist"}]', "needs `days`"),
        ("patient_mesage", '"Tell us."', "has words that no rule has: patient_mesage"),
        ("level", '[{author = "Me"}]', "has words that no rule has: author"),
        ("level", "3", "has 3 for level; it is a list of tables"),
        ("drugs", '"opioid"', "has 'opioid' for drugs; it is a list of drugs"),
        ("max_days", "true", "has True for max_days; it is a number of days"),
        ("quiet", '"yes"', "has 'yes' for quiet; it is true or false"),
        ("condition", '{count = 3, at_least = 2}', "Cannot read the condition"),
        ("condition", '{count = ["flags.fever"], at_least = "2"}', "Cannot read the condition"),
    ],
)  # fmt: skip
def test_a_part_that_is_wrong_is_refused(folder, key, value, reason):
    line = f"{key} = {value}"
    with_rule(folder, LAST.replace(LINES[key], line) if key in LINES else LAST + line + "\n")
    lines = [one for one in refusal(folder).splitlines() if reason in one]
    assert [one for one in lines if one.startswith("red_flags.toml ")]


def test_every_reason_of_every_rule_is_told_at_once(folder):
    bad = LAST.replace('"A"', '"B"').replace('"caution"', '"grave"').replace("#page 3", "")
    path = folder / "red_flags.toml"
    path.write_text(path.read_text() + bad + LAST.replace("RF-99", "rf").replace('"Tell', '"{no} '))
    message = refusal(folder).splitlines()
    assert len([line for line in message if "RF-99" in line]) == 3
    assert len([line for line in message if "red_flags.toml rf" in line]) == 1


def test_an_id_is_used_once(folder):
    path = folder / "red_flags.toml"
    path.write_text(path.read_text() + LAST + LAST)
    assert "red_flags.toml RF-99: the id is used twice." in refusal(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("sources", "year = 2023, ", "", "sources.toml: cannot be read"),
        ("sources", "year = 2023", "year = 23", "who-2023 needs a title and a year"),
        ("sources", 'title = "ACP guideline', 'tittle = "ACP guideline', "sources.toml"),
        ("book", '"2026.', '"v2026.', "book.toml: cannot be read: the version"),
        ("book", "title =", "titel =", "book.toml: cannot be read: lacks 'title'"),
        ("subjects", "holds_intake = true", "holds = true", "subjects.toml: cannot be read"),
        ("codes", "[core_red_flags]", "[core_flags]", "codes.toml: cannot be read"),
        ("definitions", "kidney < 60 mL/min", "kidney < 60 mL/min/1.73", "ckd_3_or_worse"),
        ("definitions", 'condition = "days', 'condition = "days of', "definitions.toml: cannot be"),
        ("program", "[shape]", "[shape", "program.toml: "),
        ("program", '"AER"]', '"SWIM"]', "there is no part 'SWIM' of a programme"),
        ("program", "weeks = 8", 'weeks = "8"', "program.toml: weeks is '8', and not a number"),
        ("follow_up", "check_in_days = 14", "check_in_days = true", "check_in_days is True"),
        ("follow_up", 'check_in = "Two-week check-in"', 'check_in = ""', "words for check_in"),
        ("exercises", '"OSTEOP"', '"OSTEOPP"', "there is no stop code 'OSTEOPP'"),
        ("exercises", 'easier = "EXP-07', 'easier = "EXP-77', "there is no exercise 'EXP-77'"),
        ("exercises", 'items = ["COR-01"', 'items = ["COR-91"', "there is no exercise 'COR-91'"),
        ("exercises", "level = 1", "level = 4", "its level is 1, 2 or 3"),
        ("red_flags", 'rule = "RF-01"', 'rule = "RF-91"', "no rule 'RF-91'"),
        ("red_flags", '"urine_hesitancy", "mild"', '"urine", "mild"', "no effect, grade and"),
        ("red_flags", '["rigors_confusion', '["rigours_confusion', "there is no flag 'rigours"),
        ("red_flags", 'code = "fever"', 'code = "feverish"', "lacks the flag 'fever'"),
        ("red_flags", '"urine_hesitancy", "mild", "ask"', '"urine_hesitancy", "mild"', "no effect, grade"),
        ("red_flags", '"urine_hesitancy", "mild"', '"urine_hesitancy", "bad"', "no effect, grade"),
        ("red_flags", '"mild", "ask"', '"mild", "perhaps"', "no effect, grade and meaning"),
        ("red_flags", 'applies = "pregnant"', 'applies = "pregnent"', "names no fact: 'pregnent'"),
        ("red_flags", 'help_go = "', 'help_going = "', "the words about help are help_title"),
        ("questions", 'applies = "flags.fever"', 'applies = "feever"', "names no fact: 'feever'"),
        ("self_care", '"massage_tried"', '"massage_liked"', "names no fact: 'massage_liked'"),
        ("doses", "kidney < 60 mL/min", "kidneys < 60 mL/min", "names no fact: 'kidneys'"),
        ("program", 'when = "bmi >=', 'when = "bmj >=', "names no fact: 'bmj'"),
        ("self_care", 'words = "while the kettle boils"', 'words = " "', "kettle: a habit has 1 to 80 letters"),
        ("self_care", '"while the kettle boils"', f'"{"k" * 81}"', "kettle: a habit has 1 to 80 letters"),
        ("self_care", '"house#BAR-05"', '"home#BAR-05"', "kettle: needs a known source#section"),
        ("self_care", '"house#BAR-05"', '"house#"', "kettle: needs a known source#section"),
        ("self_care", '"house#BAR-05"\nconfidence = "A"', '"house#BAR-05"\nconfidence = "B"', "kettle: needs a known source#section, and confidence C, K or A."),
        ("program", "bouts_most = ", "bouts_most = 9", "self_care.toml: there are fewer habits than bouts of a day."),
        ("outcomes", '"ostelo-2008#NRS"', '"ostello#NRS"', "needs a known source#section"),
        ("outcomes", '"ostelo-2008#NRS"', '"ostelo-2008"', "needs a known source#section, and confidence"),
        ("outcomes", 'NRS"\nconfidence = "C"', 'NRS"\nconfidence = "Z"', "needs a known source#section"),
        ("visits", "working_days = 10", 'working_days = "10"', "visits.toml: working_days is '10'"),
        ("sessions", "days = 7", "days = 0", "sessions.toml: days is 0, and not a number"),
        ("exercises", '"is.very_high_pressure"', '"is.very_high"', "names no fact: 'is.very_high'"),
        ("exercises", 'items = ["COR-01", "COR-02", "POS-01", "FLX-08", "EXP-01"]', "items = []", "there is no exercise ''"),
        ("questions", 'rules = ["RF-01"]', 'rules = ["RF-91"]', "there is no rule 'RF-91'"),
        ("codes", 'fever = ["', 'fever = ["Fever"] # "', "codes.toml: cannot be read"),
        ("definitions", '"days >= 84 days"', '"not is.inflammatory"', "leads back to itself"),
        ("definitions", 'source = "D-06"', 'source = ""', "needs words for its label and its"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_named(folder, name, old, new, reason):
    path = folder / f"{name}.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    assert reason in refusal(folder)


def test_every_file_that_is_absent_or_broken_is_named(folder, tmp_path):
    for name in ("book", "drugs"):
        (folder / f"{name}.toml").unlink()
    (folder / "codes.toml").write_bytes(b"\xff")
    message = refusal(folder)
    assert all(f"{name}.toml: " in message for name in ("book", "drugs", "codes"))
    assert "There is no folder" in refusal(tmp_path / "nowhere")


JUNK = (3, -1.5, True, "", "x", "a b c", [], [3], ["x"], [[]], [{}], {}, {"a": 1})


def places(value, path=()):
    """The path of every place inside a parsed file."""
    rows = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in rows:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))


@pytest.mark.parametrize("seed", range(80))
def test_junk_in_any_place_is_refused_or_harmless(seed, monkeypatch):
    """Whatever stands in a file, the book loads or is refused with sentences; it never breaks."""
    pick, files = random.Random(seed), parse(DATA)
    name = pick.choice(sorted(files))
    *above, last = pick.choice(list(places(files[name])))
    inside = files[name]
    for step in above:
        inside = inside[step]
    inside[last] = copy.deepcopy(pick.choice(JUNK))
    monkeypatch.setattr("careplan.rules.book.parse", lambda folder: files)
    try:
        assert load(DATA).rules
    except BadBook as refusal:
        assert ".toml" in str(refusal)


def test_an_explained_row_is_no_rule(folder):
    row = '["RF-01"]\nlives = "In a rule."\nwhere = "README.md"\ntest = "tests/x.py::test_x"\n'
    (folder / "elsewhere.toml").write_text(row)
    assert "elsewhere.toml RF-01: is a rule of the book; take the row out." in refusal(folder)
    (folder / "elsewhere.toml").write_text(row.replace("RF-01", "CF-99").replace("README.md", ""))
    assert "CF-99 needs words for lives, where and test" in refusal(folder)
    (folder / "elsewhere.toml").write_text('["CF-99"]\nlives = "Here."\n')
    assert "elsewhere.toml: cannot be read" in refusal(folder)


# Who checked it, and when it must be checked again -------------------------------------------


def test_a_checker_is_a_named_person_with_a_licence_and_a_day():
    assert read_checker("") is None
    found = read_checker("Ana Lima, PT 1234, 2027-01-05")
    assert found == Checker("Ana Lima", "PT 1234", date(2027, 1, 5))
    assert str(found) == "Ana Lima, PT 1234, 5 January 2027"
    assert read_checker("Lima, Ana, PT 1234, 2027-01-05").name == "Lima, Ana"


def overdue(found, today):
    """What to do about the rules whose review is overdue; nothing where none is."""
    late = found.overdue(today)
    names = ", ".join(f"{rule.id} ({rule.review})" for rule in late)
    return f"Review, then move the review date: {names}. See DEVELOPERS.md." if late else ""


def test_no_rule_is_overdue_for_review():
    """The one test that reads the clock: it goes red on the day after a review date."""
    assert not overdue(book(), date.today()), overdue(book(), date.today())


def test_an_overdue_review_is_found():
    first = min(rule.review for rule in book().rules.values())
    assert not overdue(book(), first)
    assert str(first) in overdue(book(), first + timedelta(days=1))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('better = "down"', 'better = "left"', "outcomes.toml nprs: its range rises, and better"),
        ("high = 10", "high = 0", "outcomes.toml nprs: its range rises, and better"),
        ('licence = "Free."', 'licence = ""', "needs words for its row, title, scoring"),
        ('confidence = "C"', 'confidence = "X"', "needs a known source#section"),
        ('source = "ostelo-2008#NRS"', 'source = "ostelo-2008"', "needs a known source#section"),
        ("worse = [{points = 2}]", "worse = []", "a core measure is shipped, with its real"),
        ("{points = 1, share = 0.3}", "{share = 1}", "a real change is points, or a share"),
        ("{points = 1, share = 0.3}", "{}", "a real change is points, or a share"),
        ("core_items = 2", "core_items = 0", "outcomes.toml: core_items is 0, and not a number"),
    ],
)
def test_a_measure_that_is_not_whole_is_refused(folder, old, new, reason):
    path = folder / "outcomes.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    assert reason in refusal(folder)
