"""A condition is shown as it is evaluated: as an outline, and as one sentence."""

import pytest

from careplan.rules.book import book
from careplan.rules.conditions import read
from careplan.rules.sentences import negated, outline, sentence

CALLED = {
    "asthma": "Asthma",
    "copd": "COPD",
    "urine": "Trouble passing urine, weak stream",
    "flare": "a flare now",
    "age": "age",
    "days": "days since the pain began",
    "missed": "check-ins missed in a row",
    "brain": "number of drugs that act on the brain,",
    "nights": "nights woken by pain",
    "kidney": "kidney function",
    "class": "class of the last check-in",
}


def told(raw):
    return outline(read(raw), CALLED.get)


def said(raw):
    return sentence(told(raw))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("asthma", "asthma"),
        ("copd", "COPD"),
        ("age >= 65 years", "age is at least 65 years"),
        ("kidney < 60 mL/min", "kidney function is under 60 mL/min"),
        ("class = not_yet", "class of the last check-in is not yet"),
        ("class != plateau", "class of the last check-in is not plateau"),
        ("days < 84 days", "fewer than 84 days since the pain began"),
        ("missed >= 1 check-ins", "at least 1 check-in missed in a row"),
        ("nights > 2 nights a week", "more than 2 nights a week woken by pain"),
        ("brain <= 2 drugs", "at most 2 drugs that act on the brain"),
    ],
)
def test_a_fact_is_said_as_it_is_asked(raw, words):
    assert said(raw) == words


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"all": ["asthma", "copd"]}, "asthma and COPD"),
        ({"any": ["asthma", "copd", "flare"]}, "asthma; COPD; or a flare now"),
        ({"any": ["asthma", "urine"]}, "asthma; or trouble passing urine, weak stream"),
        ({"all": ["flare", {"any": ["asthma", "copd"]}]}, "a flare now and (asthma or COPD)"),
        ({"all": ["asthma"]}, "asthma"),
        ({"count": ["asthma", "copd"], "at_least": 1}, "at least 1 of these: asthma; COPD"),
        (
            {"all": ["flare", {"count": ["asthma", "copd"], "exactly": 2}]},
            "a flare now and (exactly 2 of these: asthma; COPD)",
        ),
        ({"maybe": "asthma"}, "asthma (or not known)"),
        ({"maybe": {"any": ["asthma", "copd"]}}, "any of these, or not known: asthma; COPD"),
    ],
)
def test_groups_are_joined_so_that_nothing_can_be_read_twice(raw, words):
    assert said(raw) == words


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("not asthma", "no asthma"),
        ("not flare", "no flare now"),
        ({"not": "age >= 65 years"}, "age is under 65 years"),
        ({"not": "age > 65 years"}, "age is at most 65 years"),
        ({"not": "class = plateau"}, "class of the last check-in is not plateau"),
        ({"not": {"not": "asthma"}}, "asthma"),
        ({"not": {"any": ["asthma", "copd"]}}, "none of these: asthma; COPD"),
        ({"not": {"all": ["asthma", "copd"]}}, "not all of these: asthma; COPD"),
        ({"not": {"maybe": "asthma"}}, "no asthma"),
        (
            {"not": {"count": ["asthma", "copd"], "at_least": 2}},
            "fewer than 2 of these: asthma; COPD",
        ),
        (
            {"not": {"count": ["asthma", "copd"], "exactly": 1}},
            "not 1 of these: asthma; COPD",
        ),
    ],
)
def test_the_opposite_is_said_without_a_knot(raw, words):
    assert said(raw) == words


@pytest.mark.parametrize(
    ("label", "opposite"),
    [
        ("any medicine is taken", "no medicine is taken"),
        ("a referral is on file", "no referral is on file"),
        ("takes an opioid", "does not take an opioid"),
        ("ever smoked", "never smoked"),
        ("nerve pain is at least possible", "nerve pain is not even possible"),
        ("the plan of care was certified", "the plan of care was not certified"),
        ("the words stand in an intake", "not so: the words stand in an intake"),
        ("pregnant", "not pregnant"),
        (
            "it has failed, was declined or cannot be used",
            "not so: it has failed, was declined or cannot be used",
        ),
        ("a fresh weight and a height are known", "a fresh weight and a height are not known"),
    ],
)
def test_the_words_of_a_fact_are_turned_round(label, opposite):
    assert negated(label) == opposite


def test_an_outline_keeps_the_parts_apart():
    raw = {"all": ["flare", {"any": ["asthma", {"not": {"any": ["copd", "urine"]}}]}]}
    assert told(raw) == (
        "all of these",
        [
            "a flare now",
            (
                "any of these",
                [
                    "asthma",
                    ("none of these", ["COPD", "trouble passing urine, weak stream"]),
                ],
            ),
        ],
    )


def test_a_rule_of_the_book_reads_as_a_sentence():
    rule = book().rules["MED-NSAID-16"]
    assert book().sentence(rule.levels[0].condition) == (
        "takes an ACE inhibitor or ARB; and takes a diuretic"
    )
    pressure = book().definitions["high_pressure"].condition
    assert book().sentence(pressure) == (
        "systolic blood pressure is at least 140 mmHg or "
        "diastolic blood pressure is at least 90 mmHg"
    )


def test_every_condition_of_the_book_reads_as_a_sentence():
    for rule in book().rules.values():
        for level in rule.levels:
            text = book().sentence(level.condition)
            assert text
            assert "_" not in text, (rule.id, text)
            assert text.count("(") == text.count(")")
            assert "not so that" not in text
