"""The grammar of conditions: three answers, reasons, and a sentence."""

import itertools

import pytest

from careplan.rules.conditions import BadCondition, compares, read

YES, NO, UNKNOWN = True, False, None


class Answers(dict):
    """Facts for a test: a plain table, with some values marked as expired."""

    def __init__(self, values, expired=()):
        super().__init__(values)
        self.expired = set(expired)


def truth(raw, expired=(), **values):
    return read(raw).truth(Answers(values, expired))


def test_all_any_and_not_follow_the_three_valued_tables():
    order = {NO: 0, UNKNOWN: 1, YES: 2}
    for a, b in itertools.product(order, repeat=2):
        assert truth({"all": ["a", "b"]}, a=a, b=b) is min((a, b), key=order.get)
        assert truth({"any": ["a", "b"]}, a=a, b=b) is max((a, b), key=order.get)
    assert [truth("not a", a=a) for a in (YES, NO, UNKNOWN)] == [NO, YES, UNKNOWN]
    assert [truth({"maybe": "a"}, a=a) for a in (YES, NO, UNKNOWN)] == [YES, NO, YES]


@pytest.mark.parametrize(
    ("answers", "at_least", "exactly"),
    [
        ((YES, YES, NO), YES, YES),
        ((YES, YES, YES), YES, NO),
        ((YES, NO, NO), NO, NO),
        ((YES, UNKNOWN, NO), UNKNOWN, UNKNOWN),
        ((YES, YES, UNKNOWN), YES, UNKNOWN),
        ((NO, NO, UNKNOWN), NO, NO),
    ],
)
def test_counting_two_of_three(answers, at_least, exactly):
    values = dict(zip("abc", answers, strict=True))
    assert truth({"count": ["a", "b", "c"], "at_least": 2}, **values) is at_least
    assert truth({"count": ["a", "b", "c"], "exactly": 2}, **values) is exactly


@pytest.mark.parametrize(
    ("sign", "answers"),
    [
        ("<", (YES, NO, NO)),
        ("<=", (YES, YES, NO)),
        (">", (NO, NO, YES)),
        (">=", (NO, YES, YES)),
        ("=", (NO, YES, NO)),
        ("!=", (YES, NO, YES)),
    ],
)
def test_comparing(sign, answers):
    assert tuple(truth(f"age {sign} 65 years", age=age) for age in (64, 65, 66)) == answers
    assert truth(f"age {sign} 65 years", age=None) is UNKNOWN


def test_an_old_value_counts_where_it_fires_and_is_unknown_where_it_does_not():
    assert truth("pressure >= 160 mmHg", expired=["pressure"], pressure=170) is YES
    assert truth("pressure >= 160 mmHg", expired=["pressure"], pressure=120) is UNKNOWN


def test_words_are_compared_too():
    assert truth("care = active", care="active") is YES
    assert truth("care != active", care="none") is YES


def test_reasons_are_the_facts_that_decided():
    condition = read({"any": [{"all": ["a", "b"]}, "c", "not d"]})
    facts = Answers({"a": YES, "b": YES, "c": NO, "d": NO})
    assert condition.reasons(facts) == ["a", "b", "d"]
    assert read({"all": ["a", "c"]}).reasons(facts, want=False) == ["c"]
    count = read({"count": ["a", "b", "c"], "at_least": 2})
    assert count.reasons(facts) == ["a", "b"]


def test_unknowns_name_what_is_missing_and_nothing_else():
    facts = Answers({"a": YES, "b": UNKNOWN, "c": NO, "d": UNKNOWN})
    assert read({"all": ["a", "b"]}).unknowns(facts) == ["b"]
    assert read({"any": ["a", "b"]}).unknowns(facts) == []
    assert read({"all": ["c", "b"]}).unknowns(facts) == []
    assert read({"not": {"any": ["b", "d"]}}).unknowns(facts) == ["b", "d"]
    assert read({"maybe": "b"}).unknowns(facts) == []
    assert read({"maybe": "b"}).reasons(facts) == ["b"]


@pytest.mark.parametrize(
    "raw",
    ["", "a b", "a > ", "a ~ 3", {}, {"some": ["a"]}, {"all": []}, {"all": "a"}, 3, ["a"],
     {"count": ["a"]}, {"all": ["a"], "any": ["b"]}],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(raw):
    with pytest.raises(BadCondition):
        read(raw)


def test_comparisons_are_found_at_any_depth():
    raw = {"all": ["a", {"not": {"any": ["age > 65 years", {"maybe": "weight < 50 kg"}]}}]}
    assert [(c.name, c.unit) for c in compares(read(raw))] == [("age", "years"), ("weight", "kg")]
