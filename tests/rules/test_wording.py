"""A rule in words: messages with the facts they name, days, definitions within definitions."""

import pytest

from careplan.rules import wording
from careplan.rules.book import book


def test_facts_in_a_message_are_named_in_brackets():
    assert wording.with_names(book(), "at {age} so") == "At [age] so"


def test_no_wording_stays_none():
    assert wording.with_names(book(), None) is None


def test_every_message_of_the_book_can_be_named():
    for rule in book().rules.values():
        for level in rule.levels:
            assert "{" not in wording.with_names(book(), level.message), rule.id
            assert "{" not in (wording.with_names(book(), level.patient_message) or ""), rule.id


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"days": 0}, "the same day"),
        ({"days": 1}, "within 1 day"),
        ({"days": 14}, "within 14 days"),
        ({"working_days": 0}, "the same day"),
        ({"working_days": 1}, "within 1 working day"),
        ({"working_days": 3}, "within 3 working days"),
    ],
)
def test_the_day_of_a_follow_up(row, words):
    assert wording.within(row) == words


def test_definitions_within_definitions_are_named_once():
    rules = book().rules.values()
    for rule in rules:
        found = [row.id for row in wording.definitions_of(book(), rule)]
        assert len(found) == len(set(found)), rule.id
        names = {n for level in rule.levels for n in level.condition.names()}
        for row in wording.definitions_of(book(), rule):
            names |= set(row.condition.names())
        used = {name.removeprefix("is.") for name in names if name.startswith("is.")}
        assert set(found) == used, rule.id
    assert any(len(wording.definitions_of(book(), rule)) > 1 for rule in rules)


def test_the_fever_rule_uses_the_neurological_sign():
    found = wording.definitions_of(book(), book().rules["RF-09"])
    assert [row.id for row in found] == ["neurological_sign"]


def test_every_confidence_is_spelt_out():
    assert set(wording.CONFIDENCE) >= {rule.confidence for rule in book().rules.values()}


def test_the_rules_that_a_rule_asks_about_are_named_once():
    found = {rule.id: wording.rules_named(book(), rule) for rule in book().rules.values()}
    for rule in book().rules.values():
        names = {n for level in rule.levels for n in level.condition.names()}
        asked = {n.removeprefix("rule.") for n in names if n.startswith("rule.")}
        assert {row.id for row in found[rule.id]} == asked
        assert len(found[rule.id]) == len(asked)
    assert any(found.values())
