"""Rules about other records than an intake: they live in their own files and use their own facts."""

import shutil

import pytest

from careplan.rules import assess, facts
from careplan.rules.book import DATA, BadBook, book, load
from careplan.rules.evaluate import finding, fired
from careplan.rules.facts import Facts, fact
from tests.rules.building import intake

FILE = """
[file]
title = "Sessions"
[defaults]
subject = "session"
author = "Careplan rule authors"
checker = ""
review = 2027-05-01
[[rule]]
id = "PT-990"
title = "A long session"
severity = "caution"
condition = "session_length > 60 minutes"
message = "The session took {session_length}."
patient_message = false
sources = ["house#PT-990"]
confidence = "A"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the book with one more file, about sessions, and a fact for it."""
    shutil.copytree(DATA, tmp_path / "data")
    (tmp_path / "data" / "zz_sessions.toml").write_text(FILE)
    monkeypatch.setattr(facts, "PLAIN", dict(facts.PLAIN))
    fact("length of the session", "/minutes", unit="minutes", subject="session")(session_length)
    return tmp_path / "data"


def session_length(f):
    return f.at("/minutes")


def refused(folder, old, new):
    path = folder / "zz_sessions.toml"
    assert old in FILE
    path.write_text(FILE.replace(old, new))
    with pytest.raises(BadBook) as fault:
        load(folder)
    return str(fault.value)


def test_a_new_file_of_rules_is_found_by_itself(folder):
    found = load(folder)
    assert [rule.id for rule in found.rules_of("session")][-1] == "PT-990"
    assert found.files["zz_sessions"].title == "Sessions"


def test_a_rule_about_a_session_judges_sessions(folder):
    found = load(folder)
    rule = found.rules["PT-990"]
    for minutes, wanted in ((60, []), (61, ["The session took 61 minutes."])):
        record = Facts({"as_of": "2026-11-24", "minutes": minutes}, found)
        hits = fired([rule], record)
        assert [finding(*hit, record)["message"] for hit in hits] == wanted


def test_the_assessment_runs_rules_about_intakes_alone(folder):
    found = load(folder)
    rules = {rule.id for rule in (*found.other_rules(), *found.drug_rules("ibuprofen"))}
    assert "PT-990" not in rules
    assert {found.rules[name].subject for name in rules} == {"intake"}
    assert assess(intake(), against=found)["findings"] == assess(intake())["findings"]


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("session_length > 60 minutes", "age > 60 years", "'age' is a fact about intake"),
        ("session_length > 60 minutes", "flags.fever", "'flags.fever' is a fact about intake"),
        ("session_length > 60 minutes", "is.chronic", "'is.chronic' is a fact about intake"),
        ("session_length > 60 minutes", "rule.RF-01", "'rule.RF-01' is a fact about intake"),
        ("took {session_length}", "took {age}", "the message is about 'session'"),
        ('subject = "session"', 'subject = "intake"', "'session_length' is a fact about session"),
        ('subject = "session"', 'subject = "picnic"', "subjects.toml does not name"),
        ('title = "Sessions"', "", "needs a table [file] with a title"),
    ],
)
def test_a_fact_of_another_subject_is_refused(folder, old, new, word):
    message = refused(folder, old, new)
    assert "zz_sessions.toml" in message
    assert word in message


def test_a_record_that_holds_an_intake_may_use_its_facts(folder):
    text = FILE.replace('"session"', '"device"').replace(
        "session_length > 60 minutes", "age < 22 years"
    )
    (folder / "zz_sessions.toml").write_text(text.replace("{session_length}", "{age}"))
    found = load(folder)
    record = Facts({**intake({"/person/birth_date": "2006-01-01"}), "device": {}}, found)
    assert [rule.id for rule, _ in fired([found.rules["PT-990"]], record)] == ["PT-990"]


def test_the_name_of_a_fact_belongs_to_one_function(folder):
    with pytest.raises(ValueError, match="already a fact 'session_length'"):
        fact("again", subject="device")(session_length)


def test_subjects_say_what_they_are():
    assert {"intake", "session", "device", "plan", "visits", "note", "course"} <= set(
        book().subjects
    )
    assert all(row.label for row in book().subjects.values())
